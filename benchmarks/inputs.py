"""What the benchmarks work on: articles, pages and feeds made of the demo's own texts, the same in every run."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from itertools import count, cycle, islice
from pathlib import Path

from demo.sites.answer import template
from demo.stories import Story, stories
from monitor.config import Settings, load
from monitor.press import HANOI, Article, DateSource, Kind, Page
from monitor.text import nfc

ROOT = Path(__file__).parents[1]
NOW = datetime(2021, 12, 31, 5, 0, tzinfo=UTC)
HOST = "http://127.0.0.11:8719"


@cache
def demo() -> Settings:
    """Give the demo's settings."""
    return load(ROOT / "demo" / "sources.yaml", ROOT / "demo" / "plan")


@cache
def shipped() -> Settings:
    """Give the settings of the plan of 2021, as shipped."""
    return load(ROOT / "sources.yaml", ROOT / "plans" / "2021")


@cache
def _stories() -> tuple[Story, ...]:
    return tuple(story for pieces in stories().values() for story in pieces if story.body)


def story(number: int) -> Story:
    """Give one of the demo's pieces."""
    return _stories()[number % len(_stories())]


def paragraphs(number: int, length: int) -> list[str]:
    """Give paragraphs of about `length` characters together, no two alike, from the piece of that number on."""
    found: list[str] = []
    left = length
    for turn in count(number):
        for paragraph in story(turn).body:
            # The number makes each paragraph of each article another one, as in life.
            found.append(nfc(f"{paragraph} (Tin số {number}.{len(found) + 1})")[:left].strip())
            left -= len(found[-1])
            if left < 40:  # a scrap of a word is no paragraph
                return found
    raise AssertionError("unreachable")


def article(number: int, length: int, page: Page | None = None) -> Article:
    """Give an article of the demo's newspaper with a text of `length` characters."""
    url = f"{HOST}/tin-post{number}.html"
    return Article(
        outlet="bao-mau",
        agency="bao-mau",
        identity=str(number),
        url=url,
        title=story(number).title,
        lead=story(number).lead,
        text="\n".join(paragraphs(number, length)),
        authors=("N.M",),
        published_on=date(2021, 1, 1) + timedelta(days=number % 365),
        published_at=None,
        date_source=DateSource.META,
        kind=Kind.ARTICLE,
        form=None,
        by="rules:epi",
        fetched_at=NOW,
        sha256=page.sha256 if page else hashlib.sha256(url.encode()).hexdigest(),
    )


def page(number: int, length: int, size: int) -> Page:
    """Give a newspaper page of about `size` bytes around a text of `length` characters.

    What fills it is what fills such pages: settings of scripts (a third), a long menu, teasers of other pieces.
    """
    own = story(number)
    body = "\n".join(f"<p>{escape(one)}</p>" for one in paragraphs(number, length))
    bare = template("epi_article").substitute(
        title=escape(own.title),
        lead=escape(own.lead or ""),
        section="thoi-su",
        stamp="2021-03-01T08:15:00+0700",
        visible="Thứ Hai, ngày 01/03/2021 - 08:15",
        clock="Thứ Sáu, ngày 23 tháng 08 năm 2019, 09:25:27",
        author="N.M",
        body=body,
        related="",
        phone="0200.3.000.111",
        mail="duongdaynong@bao-mau.test",
    )
    fill = filler(number, size - len(bare.encode()))
    return _page(f"{HOST}/tin-post{number}.html", bare.replace("</main>", f"</main>\n{fill}"), "text/html")


def filler(number: int, size: int) -> str:
    """Give what fills pages of about `size` bytes around a piece: settings of scripts, a long menu, teasers."""
    parts = []
    script = "".join(
        f'window.cfg["slot-{number}-{n}"] = {{"id": {n * 7919 % 10007}, "lazy": true, "w": {n % 640}}};\n'
        for n in range(max(0, size) // 3 // 62)
    )
    left = size - len(script)
    for n in count(1):
        if left <= 0:
            break
        other = story(number + n)
        if n % 3:
            part = f'<li class="menu__item"><a href="/{other.section}/muc-{n}/">{escape(other.section)} {n}</a></li>'
        else:
            part = (
                f'<div class="story"><h4 class="story__heading"><a class="cms-link" href="/{other.slug}-post{n}.html">'
                f'{escape(other.title)}</a></h4><div class="story__summary">{escape(other.lead or "")}</div></div>'
            )
        parts.append(part)
        left -= len(part.encode()) + 1
    return f"<script>\n{script}</script>\n<aside>" + "\n".join(parts) + "</aside>"


def feed(entries: int) -> Page:
    """Give an RSS feed as such papers serve it: title and summary in CDATA, the summary with a picture."""
    items = "".join(
        f"<item>\n<title><![CDATA[{one.title}]]></title>\n<link>{HOST}/{one.slug}-post{n}.html</link>\n"
        f'<guid isPermaLink="true">{HOST}/{one.slug}-post{n}.html</guid>\n'
        f'<description><![CDATA[<a href="{HOST}/{one.slug}-post{n}.html"><img src="{HOST}/anh/{n}.jpg" /></a>'
        f"</br>{one.lead or one.body[0]}]]></description>\n"
        f"<pubDate>{format_datetime((NOW - timedelta(hours=n)).astimezone(HANOI))}</pubDate>\n</item>\n"
        for n, one in enumerate(islice(cycle(_stories()), entries), start=1)
    )
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>\n<title>Báo Mẫu - Trang chủ</title>\n'
        f"<link>{HOST}/</link>\n<description>Tin mới nhất</description>\n"
    )
    return _page(f"{HOST}/rss/home.rss", f"{head}{items}</channel></rss>\n", "application/rss+xml")


def sitemap(entries: int) -> Page:
    """Give a sitemap as such papers serve it: addresses with the moment of the last edit."""
    urls = "".join(
        f"<url>\n<loc>{HOST}/{one.slug}-post{n}.html</loc>\n"
        f"<lastmod>{(NOW - timedelta(minutes=n)).astimezone(HANOI).isoformat()}</lastmod>\n</url>\n"
        for n, one in enumerate(islice(cycle(_stories()), entries), start=1)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return _page(f"{HOST}/sitemaps/news-2021-12.xml", f"{head}{urls}</urlset>\n", "application/xml")


def _page(url: str, body: str, kind: str) -> Page:
    return Page(url, url, NOW, 200, {"content-type": f"{kind}; charset=utf-8"}, body.encode())
