"""Sitemaps, sitemap indexes and news sitemaps into links; packed ones too."""

import io
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from monitor.dates import read_date
from monitor.errors import ExtractError, Reason
from monitor.press import Link, Page, Source
from monitor.sources.announced import Announced, headline, without_twins
from monitor.sources.markup import read_xml
from monitor.urls import resolve

MOST_ENTRIES = 50_000  # sitemaps.org allows no more in one file
MOST_BYTES = 50 * 1024 * 1024  # unpacked, likewise


def discover(source: Source, page: Page) -> Announced:
    """Give the links of a sitemap, or the child sitemaps of an index as `following`.

    `lastmod` is when a piece was edited, never when it was published; a day without a time is no
    moment, so it is left out.

    Raises:
        ExtractError: NOT_A_SITEMAP, TRUNCATED (root not closed, packed file cut off), TOO_LARGE (once unpacked).
    """
    document = read_xml(_unpacked(page))
    if document.root not in {"urlset", "sitemapindex"} or document.entities:
        raise ExtractError(page.url, Reason.NOT_A_SITEMAP, document.root)
    if not document.closed:
        raise ExtractError(page.url, Reason.TRUNCATED, document.root)
    entries = list(_entries(page, document.text))
    if document.root == "sitemapindex":
        children = (resolve(page.final_url, entry.get("loc", "")) for entry in entries)
        return Announced((), tuple(dict.fromkeys(child for child in children if child and child != page.final_url)))
    links = without_twins(link for entry in entries if (link := _link(page, entry)))
    return Announced(_without_clock(links), cut=len(entries) >= MOST_ENTRIES)


def _without_clock(links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Forget when pieces were edited where nearly all say the same moment: that is when the file was made."""
    moments = Counter(link.modified_at for link in links if link.modified_at)
    if len(links) < 10 or not moments or moments.most_common(1)[0][1] < 0.9 * len(links):
        return links
    return tuple(replace(link, modified_at=None) for link in links)


def _link(page: Page, entry: dict[str, str]) -> Link | None:
    url = resolve(page.final_url, entry["loc"]) if entry.get("loc") else None
    if url is None:
        return None
    when = read_date(entry.get("publication_date", ""))
    edited = read_date(entry.get("lastmod", ""))
    return Link(
        url,
        headline(entry.get("title", "")),
        when.on if when else None,
        when.at if when else None,
        edited.at if edited else None,
    )


def _entries(page: Page, text: str) -> Iterator[dict[str, str]]:
    """Give the texts of each `<url>` or `<sitemap>` by local name; any namespace will do."""
    steps = etree.iterparse(
        io.BytesIO(text.encode()),
        events=("end",),
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        recover=True,  # a bare & in one address must not hide the others
        encoding="utf-8",
    )
    given = 0
    try:
        for _, element in steps:
            if not isinstance(element.tag, str) or etree.QName(element).localname.lower() not in {"url", "sitemap"}:
                continue
            # <image:loc> and <image:title> lie deeper; the entry's own children and those of <news:news> count.
            entry: dict[str, str] = {}
            for child in [*element, *(deeper for one in element if _name(one) == "news" for deeper in one)]:
                entry.setdefault(_name(child), (child.text or "").strip())
            yield entry
            given += 1
            if given == MOST_ENTRIES:
                return
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise ExtractError(page.url, Reason.NOT_A_SITEMAP, "xml") from error


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def _unpacked(page: Page) -> bytes:
    if not page.body.startswith(b"\x1f\x8b"):
        return page.body
    unpack = zlib.decompressobj(31)
    try:
        body = unpack.decompress(page.body, MOST_BYTES)
    except zlib.error as error:
        raise ExtractError(page.url, Reason.ENCODING, "gzip") from error
    if unpack.unconsumed_tail:
        raise ExtractError(page.url, Reason.TOO_LARGE, "gzip")
    if not unpack.eof:
        raise ExtractError(page.url, Reason.TRUNCATED, "gzip")
    return body
