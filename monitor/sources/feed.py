"""RSS, Atom and JSON feeds into links; the only place that knows feedparser."""

import io
import json
import re
from datetime import datetime
from typing import Any

import feedparser

from monitor import text
from monitor.dates import Published, read_date
from monitor.errors import ExtractError, Reason
from monitor.press import Link, Page, Source
from monitor.sources.announced import Announced, headline, without_twins
from monitor.sources.markup import read_xml
from monitor.urls import resolve

MOST_ITEMS = 2_000
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")


def discover(source: Source, page: Page) -> Announced:
    """Give what a feed announces, newest first, pieces without a date last; at most 2,000.

    Raises:
        ExtractError: NOT_A_FEED for HTML, a challenge page or a document with entities of its own; TRUNCATED where the
            root was not closed. An empty feed is no error, so neither may pass for one.
    """
    is_json = page.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    links = _from_json(page) if is_json else _from_xml(page)
    dated = sorted((link for link in links if link.published_on), key=_moment, reverse=True)
    undated = [link for link in links if not link.published_on]
    every = [*dated, *undated]
    return Announced(without_twins(every[:MOST_ITEMS]), cut=len(every) > MOST_ITEMS)


def _from_xml(page: Page) -> list[Link]:
    charset = re.search(r"charset=[\"']?([\w.-]+)", page.headers.get("content-type", ""), re.IGNORECASE)
    document = read_xml(page.body, charset[1] if charset else "")
    if document.entities:
        raise ExtractError(page.url, Reason.NOT_A_FEED, "entities")
    # Through BytesIO only: given bytes or text, feedparser opens files and addresses of that name.
    parsed = feedparser.parse(  # noqa: TID251 (this is the one place)
        io.BytesIO(document.text.encode()), sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.get("version"):
        raise ExtractError(page.url, Reason.NOT_A_FEED, "version")
    if not document.closed:
        raise ExtractError(page.url, Reason.TRUNCATED, document.root)
    rss = parsed["version"].startswith("rss")
    found = []
    for entry in parsed.entries:
        # The raw texts: feedparser's own reading takes `+07` for London and gives up on `GMT+7`.
        when = read_date(_raw(entry, "published"))
        edited = read_date(_raw(entry, "updated"))
        if rss and when is None:  # RSS says <dc:date>, which feedparser files under `updated`
            when, edited = edited, None
        if link := _link(page, _raw(entry, "link"), _raw(entry, "title"), when, edited):
            found.append(link)
    return found


def _raw(entry: Any, key: str) -> str:
    # `in` first: asked for a missing `updated`, feedparser hands out `published` with a warning.
    return str(entry[key] or "") if key in entry else ""


def _from_json(page: Page) -> list[Link]:
    try:
        feed = json.loads(page.body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        cut = not page.body.rstrip().endswith(b"}") and b"jsonfeed.org/version" in page.body[:1000]
        raise ExtractError(page.url, Reason.TRUNCATED if cut else Reason.NOT_A_FEED, "json") from error
    items = feed.get("items")
    if "jsonfeed.org/version" not in str(feed.get("version")) or not isinstance(items, list):
        raise ExtractError(page.url, Reason.NOT_A_FEED, "version")
    found = []
    for item in items:
        if isinstance(item, dict):
            when, edited = (read_date(str(item.get(key) or "")) for key in ("date_published", "date_modified"))
            if link := _link(
                page, str(item.get("url") or item.get("id") or ""), str(item.get("title") or ""), when, edited
            ):
                found.append(link)
    return found


def _link(page: Page, href: str, title: str, when: Published | None, edited: Published | None) -> Link | None:
    """Give the link; None where the feed names no web address, or only its own page."""
    url = resolve(page.final_url, href) if href.strip() else None
    if url is None:
        return None
    clean = headline(_TAG.sub(" ", text.line(_TAG.sub(" ", title[:20_000]))))
    return Link(url, clean, when.on if when else None, when.at if when else None, edited.at if edited else None)


def _moment(link: Link) -> tuple[object, datetime | float]:
    assert link.published_on is not None
    return link.published_on, link.published_at.timestamp() if link.published_at else 0.0
