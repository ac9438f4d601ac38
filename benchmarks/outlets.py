"""Generated outlets: what twenty (or three hundred) small papers answer, and the `sources.yaml` that speaks of them.

Three kinds of site take turns: a modern one with JSON-LD, one of the EPI kind, and an ASP.NET one, whose page stands in
one `<form>`. The bytes of an address are the same in every run.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape

from benchmarks import inputs
from monitor.press import HANOI

LENGTH = 3_000
KINDS = ("modern", "epi", "webforms")

RULES = """\
pages:
  modern:
    title: [h1.detail-title, 'meta[property="og:title"]@content']
    lead: [h2.detail-sapo]
    text: [div.detail-content]
    published: ['meta[property="article:published_time"]@content', 'time.detail-time@datetime']
    author: [.detail-author]
    drop: [.related-news, .banner]
  epi:
    title: [h1.article__title, .cms-title, 'meta[property="og:title"]@content']
    lead: [.article__sapo.cms-desc]
    text: [div.article__body.cms-body]
    published: ['meta[property="article:published_time"]@content', 'time@datetime']
    author: [.article__author]
    drop: [.ads_middle, .article-relate, .article__tag]
  webforms:
    title: [span.news-title]
    lead: [div.news-brief]
    text: [div.ms-rtestate-field]
    published: [span.news-date]
    author: [span.news-author]
    drop: [.ms-SkiptoNavigation]
"""


@dataclass(frozen=True, slots=True)
class Outlets:
    """How many outlets on which port; how many pieces each announces, of how many bytes, how many hours apart."""

    count: int
    port: int
    pieces: int
    size: int
    hours: int = 3

    def address(self, number: int) -> str:
        """Give the host of one outlet: each has a loopback address of its own."""
        return f"127.8.{1 + number // 250}.{1 + number % 250}:{self.port}"

    @property
    def hosts(self) -> list[str]:
        """Give all hosts."""
        return [self.address(number) for number in range(self.count)]


def sources_file(outlets: Outlets, pieces: int) -> str:
    """Give the file of sources; each outlet has one feed of `pieces` entries."""
    rows = "".join(
        f"  - code: bao-{number}\n    name: Báo số {number}\n    agency: bao-mau\n    channel: báo điện tử\n"
        f"    hosts: [\"{host}\"]\n    identity: '-post(?P<id>\\d+)\\.html$'\n    pages: {KINDS[number % 3]}\n"
        f"    pace: {{seconds: 0, at_once: 4}}\n    allow_private: true\n"
        f'    sources:\n      - {{name: trang-chu, kind: feed, url: "http://{host}/rss/{pieces}.rss"}}\n'
        for number, host in enumerate(outlets.hosts)
    )
    return f'schema: 1\nuser_agent: "cchc-monitor/2026.1 (benchmark)"\noutlets:\n{rows}{RULES}'


def feed(outlets: Outlets, outlet: int, pieces: int) -> bytes:
    """Give the feed of one outlet with its newest pieces."""
    host = outlets.address(outlet)
    items = "".join(
        f"<item><title><![CDATA[{inputs.story(number).title}]]></title><link>http://{host}/tin-post{number}.html</link>"
        f"<guid>http://{host}/tin-post{number}.html</guid><pubDate>{format_datetime(published(outlets, number))}"
        f"</pubDate><description><![CDATA[{inputs.story(number).lead or ''}]]></description></item>\n"
        for number in numbers(outlets, outlet, pieces)
    )
    head = f"<title>Báo số {outlet}</title><link>http://{host}/</link><description>Tin mới</description>"
    xml = f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{head}\n{items}</channel></rss>\n'
    return xml.encode()


def numbers(outlets: Outlets, outlet: int, pieces: int) -> range:
    """Give the numbers of an outlet's newest pieces; no two outlets have one in common."""
    first = 1 + outlet * outlets.pieces
    return range(first, first + pieces)


def published(outlets: Outlets, number: int) -> datetime:
    """Give when a piece was published: the first of each outlet is the newest."""
    return (inputs.NOW - timedelta(hours=outlets.hours * (1 + (number - 1) % outlets.pieces))).astimezone(HANOI)


def page(outlets: Outlets, number: int) -> bytes:
    """Give the page of one piece, as its outlet's kind of site writes it."""
    outlet = (number - 1) // outlets.pieces
    story, body = inputs.story(number), inputs.paragraphs(number, LENGTH)
    moment = published(outlets, number)
    kind = KINDS[outlet % 3]
    facts = {
        "title": escape(story.title),
        "lead": escape(story.lead or ""),
        "body": "\n".join(f"<p>{escape(one)}</p>" for one in body),
        "stamp": moment.isoformat(),
        "printed": f"{moment:%d/%m/%Y %H:%M}",
        "data": json.dumps(_linked_data(story.title, story.lead or "", moment), ensure_ascii=False).replace(
            "</", "<\\/"
        ),
    }
    bare = _TEMPLATES[kind].format(fill="", **facts)
    fill = _state(number, outlets.size // 3) if kind == "webforms" else ""
    left = outlets.size - len(bare.encode()) - len(fill)
    return _TEMPLATES[kind].format(fill=fill + inputs.filler(number, left) if left > 0 else fill, **facts).encode()


def _linked_data(title: str, lead: str, moment: datetime) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "description": lead,
        "datePublished": moment.isoformat(),
        "author": {"@type": "Person", "name": "N.M"},
        "publisher": {"@type": "Organization", "name": "Báo Mẫu"},
    }


@cache
def _noise() -> str:
    return "".join(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[n * n * 7919 % 64] for n in range(4096)
    )


def _state(number: int, size: int) -> str:
    """Give a hidden field such as ASP.NET keeps its state in: a third of such pages."""
    turned = _noise()[number % 4096 :] + _noise()[: number % 4096]
    return f'<input type="hidden" name="__VIEWSTATE" value="{(turned * (size // 4096 + 1))[:size]}">'


def everything(outlets: Outlets) -> Iterator[tuple[str, str, bytes]]:
    """Give host, path and page of every piece."""
    for outlet, host in enumerate(outlets.hosts):
        for number in numbers(outlets, outlet, outlets.pieces):
            yield host, f"/tin-post{number}.html", page(outlets, number)


_HEAD = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{title}</title>
<meta property="og:type" content="article"><meta property="og:title" content="{title}">
<meta property="og:description" content="{lead}"><meta property="article:published_time" content="{stamp}">
"""
_TEMPLATES = {
    "modern": _HEAD
    + """<script type="application/ld+json">{data}</script></head><body>
<header class="header"><a href="/">Báo Mẫu</a>
<nav><a href="/thoi-su/">Thời sự</a> <a href="/kinh-te/">Kinh tế</a></nav></header>
<main><article class="detail"><h1 class="detail-title">{title}</h1>
<div class="detail-meta"><span class="detail-author">N.M</span>
<time class="detail-time" datetime="{stamp}">{printed}</time></div>
<h2 class="detail-sapo">{lead}</h2>
<div class="detail-content">
{body}
<div class="banner">Quảng cáo</div></div>
<div class="related-news"><a href="/tin-post2.html">Tin liên quan</a></div></article></main>
{fill}
<footer><p>Cơ quan ngôn luận của tỉnh Mẫu</p></footer></body></html>
""",
    "epi": _HEAD
    + """</head><body><header class="site-header"><a class="logo" href="/">Báo Mẫu</a></header>
<main class="l-content"><article class="article"><h1 class="article__title cms-title">{title}</h1>
<div class="article__meta"><time class="time" datetime="{stamp}">{printed}</time>
<span class="article__author cms-author">N.M</span></div>
<div class="article__sapo cms-desc">{lead}</div>
<div class="article__body cms-body" itemprop="articleBody">
<div class="ads_middle"><p>Quảng cáo: đặt báo năm 2021</p></div>
{body}
</div></article></main>
{fill}
<footer><p>Cơ quan ngôn luận của tỉnh Mẫu</p></footer></body></html>
""",
    "webforms": """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head><body>
<form method="post" action="./default.aspx" id="aspnetForm">
<div class="ms-SkiptoNavigation"><a href="#main">Bỏ qua</a></div><div id="wrapper"><table><tr><td>
<span class="news-title">{title}</span> <span class="news-date">{printed}</span>
<div class="news-brief">{lead}</div><div class="ms-rtestate-field">
{body}
</div><span class="news-author">N.M</span></td></tr></table>
{fill}
</div></form></body></html>
""",
}
