"""Báo Mẫu: a newspaper on EPI CMS, with a feed, monthly sitemaps and two hosts that share one id space."""

import re
import unicodedata
from datetime import datetime
from email.utils import format_datetime
from html import escape

from demo.sites.answer import WEEKDAYS, Answer, Request, not_found, paragraphs, template
from demo.stories import Story, shown

NEWEST = 20
"""Items in the feed."""

CLOCK = "Thứ Sáu, ngày 23 tháng 08 năm 2019, 09:25:27"
"""The clock in the header stopped long ago; such pages exist, and the first date on them is not the article's."""

ROBOTS = "\n".join(
    [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/api/", "/search/", "/tim-kiem/", "/search.html", "/tu-khoa.html")),
        "Disallow: /tag.html",
        "Disallow: /print.html",
        "",
        "Sitemap: http://{host}/sitemap.xml",
        "",
    ]
)
HOTLINE, MAIL = "0200.3.000.111", "duongdaynong@bao-mau.test"
_ARTICLE = re.compile(r"/[^/]*-post(\d+)\.html")
_SITEMAP = re.compile(r"/sitemaps/news-(\d{4})-(\d{1,2})\.xml")
_FIRST_MONTH = (2020, 12)


def answer(request: Request, edition: str) -> Answer:
    """Answer for the host of one edition: `vn` or `com`; only what is announced there is served there."""
    pieces = [story for story in shown("bao-mau", request.now) if edition in story.hosts]
    if request.path == "/robots.txt":
        return Answer(ROBOTS.format(host=request.host), content_type="text/plain; charset=utf-8")
    if request.path == "/rss/home.rss":
        return _feed(request, pieces[:NEWEST])
    if request.path == "/sitemap.xml":
        return _sitemap_index(request)
    if match := _SITEMAP.fullmatch(request.path):
        return _sitemap(request, pieces, int(match[1]), int(match[2]))
    if request.path == "/":
        return _home(pieces, "Báo Mẫu điện tử")
    if match := _ARTICLE.fullmatch(request.path):
        story = next((s for s in pieces if s.id == match[1]), None)
        return _article(story, pieces) if story else not_found()
    section = [story for story in pieces if request.path == f"/{story.section}/"]
    return _home(section, request.path.strip("/")) if section else not_found()


def path_of(story: Story) -> str:
    """Give the path of a piece."""
    return f"/{story.slug}-post{story.id}.html"


def _feed(request: Request, pieces: list[Story]) -> Answer:
    items = "".join(
        f"<item>\n<title><![CDATA[{story.title}]]></title>\n"
        f"<link>{request.url(path_of(story))}</link>\n"
        f'<guid isPermaLink="true">{request.url(path_of(story))}</guid>\n'
        f"<description><![CDATA[{story.lead or ''}]]></description>\n"
        f"<pubDate>{format_datetime(story.published)}</pubDate>\n</item>\n"
        for story in pieces
    )
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>\n<title>Báo Mẫu - Trang chủ</title>\n'
        f"<link>{request.url('/')}</link>\n<description>Tin mới nhất của Báo Mẫu điện tử</description>\n"
    )
    changed = max((story.modified for story in pieces), default=request.now)
    return Answer(
        f"{head}{items}</channel></rss>\n", content_type="application/rss+xml; charset=utf-8", modified=changed
    )


def _months(now: datetime) -> list[tuple[int, int]]:
    year, month = _FIRST_MONTH
    found = []
    while (year, month) <= (now.year, now.month):
        found.append((year, month))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def _sitemap_index(request: Request) -> Answer:
    parts = "".join(
        f"<sitemap><loc>{request.url(f'/sitemaps/news-{year}-{month}.xml')}</loc></sitemap>\n"
        for year, month in reversed(_months(request.now))
    )
    return _xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{parts}</sitemapindex>\n')


def _sitemap(request: Request, pieces: list[Story], year: int, month: int) -> Answer:
    """Give a month by day of publishing; `lastmod` is the time of the last edit, `loc` is padded with blanks."""
    if (year, month) not in _months(request.now):
        return not_found()
    urls = "".join(
        f"<url>\n<loc>  {request.url(path_of(story))}  </loc>\n"
        f"<lastmod>{story.modified.isoformat(timespec='seconds')}</lastmod>\n</url>\n"
        for story in pieces
        if (story.published.year, story.published.month) == (year, month)
    )
    return _xml(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n')


def _xml(text: str) -> Answer:
    return Answer(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', content_type="text/xml; charset=utf-8")


def _home(pieces: list[Story], title: str) -> Answer:
    listed = "\n".join(
        f'<div class="story"><h4 class="story__heading"><a class="cms-link" href="{path_of(story)}">'
        f"{escape(story.title)}</a></h4></div>"
        for story in pieces[:NEWEST]
    )
    return Answer(
        template("epi_home").substitute(title=escape(title), clock=CLOCK, stories=listed, phone=HOTLINE, mail=MAIL)
    )


def _article(story: Story, pieces: list[Story]) -> Answer:
    older = [other for other in pieces if other.published < story.published][:3]
    lead = f"BM - {story.lead}" if story.dateline and story.lead else story.lead or ""
    stamp = story.published.strftime("%Y-%m-%dT%H:%M:%S+0700")
    page = template("epi_article").substitute(
        title=escape(story.title),
        lead=escape(lead),
        section=escape(story.section),
        stamp=stamp,
        visible=f"{WEEKDAYS[story.published.weekday()]}, ngày {story.published:%d/%m/%Y} - {story.published:%H:%M}",
        clock=CLOCK,
        author="" if "tail" in story.quirks else escape(story.author),
        body=_body(story, lead),
        related="\n".join(f'<li><a href="{path_of(other)}">{escape(other.title)}</a></li>' for other in older),
        phone=HOTLINE,
        mail=MAIL,
    )
    return Answer(_odd_letters(page, story))


def _body(story: Story, lead: str) -> str:
    """Put the body together with what this page's editor and template left in it."""
    texts = list(story.body)
    if "tail" in story.quirks and texts:
        texts[-1] = texts[-1].rstrip("./ ") + "./."
    parts = ['<div class="audio"><p>0:00 / 0:00</p><p>0:00</p></div>'] if "audio" in story.quirks else []
    if "repeated-sapo" in story.quirks and lead:
        parts.append(paragraphs([lead]))
    if story.kind == "video":
        parts.append('<iframe class="cms-video" src="/embed/video" title="video"></iframe>')
    parts += [paragraphs(texts[:1]), *(_figure(caption, story) for caption in story.images), paragraphs(texts[1:])]
    if "tail" in story.quirks:
        parts.append(f'<p style="text-align: right;"><strong>{escape(story.author)}</strong></p>\n<p>Xem thêm</p>')
    return "\n".join(parts)


def _figure(caption: str, story: Story) -> str:
    text = escape(caption)
    twice = f'<tr><td class="caption">{text}</td></tr>' if "doubled-caption" in story.quirks else ""
    return (
        '<table class="picture" align="center"><tbody><tr><td class="pic">'
        f'<a class="photo" data-desc="{text}"><img class="cms-photo" alt="{text}" '
        'src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/images/anh.jpg"></a></td></tr>'
        f'{twice}<tr><td class="caption">{text}</td></tr></tbody></table>'
    )


def _odd_letters(page: str, story: Story) -> str:
    if "eth" in story.quirks:  # the legacy letter U+00D0, which looks like Đ
        page = page.replace("Đ", "Ð").replace("đ", "ð")
    return unicodedata.normalize("NFD", page) if "nfd" in story.quirks else page
