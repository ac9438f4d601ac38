"""RSS, RDF, Atom and JSON feeds into links; the only place that knows feedparser."""

import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor import text
from monitor.dates import Published, read_date
from monitor.errors import ExtractError, Reason
from monitor.press import Link, Page, Source
from monitor.sources.announced import (
    CLOCKS_DIFFER,
    ZONE_LOST,
    Announced,
    Refused,
    believable,
    headline,
    in_doubt,
    without_address,
    without_twins,
)
from monitor.sources.excerpt import excerpt
from monitor.sources.markup import as_utf8, read_xml
from monitor.urls import resolve

MOST_ITEMS = 2_000
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.-]+)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_NO_PLACE = re.compile(r"[a-z][a-z0-9+.-]*:(?!//)", re.IGNORECASE)
_ROOTS = frozenset({"rss", "rdf", "feed"})
_SAYS_UTC = re.compile(r"(?:GMT|UTC|\bUT|Z|[+-]00:?00)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Item:
    """One item as it stands in a feed: nothing resolved, nothing believed."""

    href: str
    title: str
    published: str
    edited: str = ""


def discover(source: Source, page: Page) -> Announced:
    """Give what a feed announces, newest first, pieces without a date last; at most 2,000.

    A feed that names its next page (`rel=next`, `next_url`) gives that as `following`.

    Raises:
        ExtractError: NOT_A_FEED for HTML, a challenge page or a document with entities of its own; TRUNCATED where the
            root was not closed. An empty feed is no error, so neither may pass for one.
    """
    is_json = page.body.lstrip(b"\xef\xbb\xbf \t\r\n\x00\xff\xfe").startswith(b"{")
    items, following, cut = _from_json(page) if is_json else _from_xml(page)
    links, refused = _links(page, items)
    dated = sorted((link for link in links if link.published_on), key=_moment, reverse=True)
    undated = [link for link in links if not link.published_on]
    every = [*dated, *undated]
    own = {page.url, page.final_url}
    return Announced(
        without_twins(every[:MOST_ITEMS]),
        tuple(url for one in following if (url := resolve(page.final_url, one)) and url not in own),
        cut=cut or len(every) > MOST_ITEMS,
        refused=tuple(refused[:MOST_ITEMS]),
    )


def _from_xml(page: Page) -> tuple[list[_Item], list[str], bool]:
    document = read_xml(page.body, _charset(page))
    if document.entities or document.root not in _ROOTS:
        raise ExtractError(page.url, Reason.NOT_A_FEED, "entities" if document.entities else document.root)
    if not document.closed:
        raise ExtractError(page.url, Reason.TRUNCATED, document.root)
    part = excerpt(document.body.decode("utf-8", "replace"), MOST_ITEMS)
    import feedparser  # here: on a day without news nothing is parsed

    # Through BytesIO only: given bytes or text, feedparser opens files and addresses of that name.
    parsed = feedparser.parse(  # noqa: TID251 (this is the one place)
        io.BytesIO(part.text.encode()), sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.get("version"):
        raise ExtractError(page.url, Reason.NOT_A_FEED, "version")
    rss = parsed["version"].startswith("rss")
    following = [one["href"] for one in parsed.feed.get("links", ()) if one.get("rel") == "next" and one.get("href")]
    return [_item(entry, rss) for entry in parsed.entries], following, part.cut


def _item(entry: Any, rss: bool) -> _Item:
    # The raw texts: feedparser's own reading takes `+07` for London and gives up on `GMT+7`.
    published, edited = _raw(entry, "published"), _raw(entry, "updated")
    if rss and not published:  # RSS says <dc:date>, which feedparser files under `updated`
        published, edited = edited, ""
    return _Item(_href(entry), _raw(entry, "title"), published, edited)


def _raw(entry: Any, key: str) -> str:
    # `in` first: asked for a missing `updated`, feedparser hands out `published` with a warning.
    return str(entry[key] or "") if key in entry else ""


def _href(entry: Any) -> str:
    """Give the address of the piece itself: an original behind a counter, then `alternate`, then a permanent id."""
    if original := _raw(entry, "feedburner_origlink"):
        return original
    links = [link for link in entry.get("links", ()) if link.get("href")]
    pages = [link for link in links if link.get("rel") == "alternate" and not _is_file(link)]
    if pages:  # the first: what follows it are other languages, AMP, comments
        return str(pages[0]["href"])
    written = _raw(entry, "link")  # feedparser puts a permanent id here, too, be it `urn:1`
    own = [link for link in links if link.get("rel") == "self"]
    return str(own[0]["href"]) if own and (not written or _NO_PLACE.match(written)) else written


def _is_file(link: Any) -> bool:
    return str(link.get("type", "")).startswith(("audio/", "video/", "image/", "application/json", "application/pdf"))


def _from_json(page: Page) -> tuple[list[_Item], list[str], bool]:
    body = as_utf8(page.body, _charset(page))
    try:
        feed = json.loads(body, strict=False)
    except (ValueError, RecursionError) as error:
        cut = not body.rstrip().endswith(b"}") and b"jsonfeed.org/version" in body[:1000]
        raise ExtractError(page.url, Reason.TRUNCATED if cut else Reason.NOT_A_FEED, "json") from error
    items = feed.get("items")
    if "jsonfeed.org/version" not in str(feed.get("version")) or not isinstance(items, list):
        raise ExtractError(page.url, Reason.NOT_A_FEED, "version")
    written = [item for item in items if isinstance(item, dict)]
    cut = len(written) > MOST_ITEMS
    if cut:
        written = sorted(written, key=lambda item: _said(item, "date_published"), reverse=True)[:MOST_ITEMS]
    found = [
        _Item(
            _said(item, "url") or _web(_said(item, "id")) or _said(item, "external_url"),
            _said(item, "title"),
            _said(item, "date_published"),
            _said(item, "date_modified"),
        )
        for item in written
    ]
    return found, [_said(feed, "next_url")] if _said(feed, "next_url") else [], cut


def _said(item: dict[str, object], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""


def _web(written: str) -> str:
    return written if re.match(r"\s*(https?:)?/", written) else ""


def _charset(page: Page) -> str:
    found = _CHARSET.search(page.headers.get("content-type", ""))
    return found[1] if found else ""


def _links(page: Page, items: Iterable[_Item]) -> tuple[list[Link], list[Refused]]:
    """Give what has an address as links, with the days that can be believed; the rest as refused."""
    links: list[Link] = []
    refused: list[Refused] = []
    read = [(item, read_date(item.published), read_date(item.edited)) for item in items]
    doubtful = _utc_is_doubtful(page, ((item.published, when) for item, when, _ in read))
    for item, when, edited in read:
        title = headline(_TAG.sub(" ", text.line(_TAG.sub(" ", item.title[:20_000]))))
        href = _CONTROL.sub("", item.href)  # JSON can spell even a null byte, which no database takes
        url = resolve(page.final_url, href) if href.strip() else None
        if url is None:
            refused.append(without_address(href, title))
            continue
        when = believable(when, page.fetched_at)
        if when and doubtful and _SAYS_UTC.search(item.published):
            when = in_doubt(when)
        links.append(
            Link(url, title, when.on if when else None, when.at if when else None, edited.at if edited else None)
        )
    return links, refused


def _utc_is_doubtful(page: Page, dated: Iterator[tuple[str, Published | None]]) -> bool:
    """Say whether a feed shows local time as UTC: then pieces of the last seven hours come from the future."""
    ahead = (when.at - page.fetched_at for written, when in dated if when and when.at and _SAYS_UTC.search(written))
    return any(CLOCKS_DIFFER < lead <= ZONE_LOST + CLOCKS_DIFFER for lead in ahead)


def _moment(link: Link) -> tuple[object, datetime | float]:
    assert link.published_on is not None
    return link.published_on, link.published_at.timestamp() if link.published_at else 0.0
