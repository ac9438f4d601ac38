"""A section page into links and the address of the next one."""

import re
from collections.abc import Iterator
from itertools import islice

import soupsieve
from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from monitor import text
from monitor.dates import Published, read_date
from monitor.errors import ExtractError, Reason
from monitor.press import Link, Page, Source
from monitor.sources import paging
from monitor.sources.announced import Announced, believable, headline, without_twins
from monitor.urls import canonical, host_of, resolve

_DECLARATION = re.compile(r"<\?xml[^>]*>", re.IGNORECASE)
_HIGHEST = 6  # levels from a link up to the box of its item
_DATE_LONGEST = 80  # characters
_MOST_PARTS = 100  # tags and texts of one item's box
_MOST_TAGS = 100_000
_REL_NEXT = "link[rel~=next], a[rel~=next]"


def discover(source: Source, page: Page) -> Announced:
    """Give the links that `source.links` selects, in the page's order, and the pages that `source.next` leads to.

    Without `next`, what the page itself calls its next (`rel=next`); with {page} in the address, the next number, and a
    later page without links lies behind the last. A day printed in the box of one link alone is given with it, where
    the box holds just one.

    Raises:
        ExtractError: NO_LINKS (a list without links is a changed page, never “no news”), TOO_LARGE.
    """
    if page.body.count(b"<") > _MOST_TAGS:  # a second for ten thousand; no list of news has a tenth of these
        raise ExtractError(page.url, Reason.TOO_LARGE, "tags")
    soup = BeautifulSoup(_markup(page), "lxml")
    base = _base(soup, page)
    anchors = list(_anchors(soup, source.links, base))
    number = paging.number_of(source.url, page.url)
    if not anchors and number is not None and number > paging.FIRST:
        return Announced(())  # behind the last page
    if not anchors:
        raise ExtractError(page.url, Reason.NO_LINKS, source.links)
    boxes = _boxes(anchors)
    links = []
    for anchor, url in anchors:
        when = _printed_in(boxes[id(anchor)], page) if id(anchor) in boxes else None
        links.append(Link(url, _title(anchor), when.on if when else None, when.at if when else None))
    own = {canonical(page.url), canonical(page.final_url)}
    if number is not None:
        following = [paging.address(source.url, number + 1)]
    else:
        following = [url for _, url in _anchors(soup, source.next or _REL_NEXT, base)]
    return Announced(without_twins(links), tuple(dict.fromkeys(url for url in following if canonical(url) not in own)))


def mistake_in(selector: str) -> str | None:
    """Say in Vietnamese what is wrong with a selector of links; None where nothing is."""
    try:
        soupsieve.compile(selector)
    except (soupsieve.SelectorSyntaxError, NotImplementedError, ValueError):  # ::before, nesting without end
        return "viết chưa đúng"
    return None


def _markup(page: Page) -> str | bytes:
    """Give the page as text; bytes where it is not UTF-8, then Beautiful Soup finds out."""
    try:
        markup = page.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return page.body
    # XHTML is read as HTML; “<html>” keeps a body that is one bare word from being taken for a file name.
    return "<html>" + _DECLARATION.sub("", markup, count=1)


def _base(soup: BeautifulSoup, page: Page) -> str:
    """Give what relative links start from; a `<base>` on another host is not believed."""
    declared = soup.find("base", href=True)
    base = resolve(page.final_url, str(declared["href"])) if isinstance(declared, Tag) else None
    return base if base and host_of(base) == host_of(page.final_url) else page.final_url


def _anchors(soup: BeautifulSoup, selector: str, base: str) -> Iterator[tuple[Tag, str]]:
    """Give what has an address; a selected box stands for the first link in it."""
    for chosen in soup.select(selector):
        anchor = chosen if chosen.has_attr("href") else chosen.find("a", href=True)
        if isinstance(anchor, Tag):
            href = str(anchor["href"]).strip()
            url = resolve(base, href) if href and not href.startswith("#") else None
            if url:
                yield anchor, url


def _title(anchor: Tag) -> str:
    shown = headline(anchor.get_text(" "))
    whole = headline(str(anchor.get("title") or ""))
    cut = shown.endswith(("...", "…"))
    if whole and (not shown or (cut and len(whole) > len(shown))):
        return whole
    image = anchor.find("img", alt=True)
    return shown or (headline(str(image["alt"])) if isinstance(image, Tag) else "")


def _boxes(anchors: list[tuple[Tag, str]]) -> dict[int, Tag]:
    """Give, by anchor, the largest box around it that holds no other address of the list."""
    holds: dict[int, str | None] = {}
    for anchor, url in anchors:
        for parent in islice(anchor.parents, _HIGHEST):
            holds[id(parent)] = url if holds.get(id(parent), url) == url else None
    boxes: dict[int, Tag] = {}
    for anchor, url in anchors:
        for parent in islice(anchor.parents, _HIGHEST):
            if holds[id(parent)] != url or parent.name in {"body", "html", "[document]"}:
                break
            boxes[id(anchor)] = parent
    return boxes


def _printed_in(box: Tag, page: Page) -> Published | None:
    """Give the one day printed in the box; None where there is none, or more than one, or one that is yet to come."""
    pieces: list[str] = []
    for part in islice(box.descendants, _MOST_PARTS):
        if isinstance(part, Tag):
            pieces += [str(part["datetime"])] if part.name == "time" and part.has_attr("datetime") else []
        elif type(part) is NavigableString and len(piece := text.line(part[: 4 * _DATE_LONGEST])) <= _DATE_LONGEST:
            pieces.append(piece)
    found = [when for piece in pieces if (when := read_date(piece, now=page.fetched_at))]
    if len({when.on for when in found}) != 1:
        return None
    moments = {when.at for when in found if when.at}
    return believable(Published(found[0].on, moments.pop() if len(moments) == 1 else None), page.fetched_at)
