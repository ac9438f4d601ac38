"""A page as a tree, without what no reader sees, and its text by paragraphs."""

import re
from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from monitor import text

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "select", "textarea", "button"})
_BLOCK = re.compile(
    r"address|article|aside|blockquote|body|caption|center|d[dlt]|div|fieldset|figcaption|figure|footer|form|h[1-6r]"
    r"|header|li|main|nav|[ou]l|p|pre|section|table|tbody|t[dhr]|tfoot|thead"
)
_NEWLINES = re.compile(r"[\r\n\u2028\u2029\x0b\x0c\x85]+")


def parse(markup: str) -> BeautifulSoup:
    """Give the tree of a page; any text makes one."""
    # XHTML is read as HTML; “<html>” keeps a body that is one bare word from being taken for a file name.
    return BeautifulSoup("<html>" + _DECLARATION.sub("", markup, count=1), "lxml")


def prune(soup: BeautifulSoup) -> None:
    """Take away scripts and hidden boxes.

    A hidden box of a department's page was seen to hold the reception hours of another department.
    """
    for box in soup.find_all(_unseen):
        if not box.decomposed:
            box.decompose()


def drop(soup: BeautifulSoup, selectors: Iterable[str]) -> None:
    """Take away what the selectors name."""
    together = ", ".join(selectors)  # one walk through the page instead of one for each
    for box in soup.select(together) if together else ():
        if not box.decomposed:
            box.decompose()


def _unseen(tag: Tag) -> bool:
    if tag.name in _SILENT:
        return tag.get("type") != "application/ld+json"  # no reader sees it, but it is the page's word on itself
    # Some pages hide <body> until their script has run; that is not meant for the reader.
    return tag.name not in {"html", "body"} and (
        tag.has_attr("hidden") or _HIDDEN.search(str(tag.get("style") or "")) is not None
    )


def paragraphs(box: Tag) -> list[str]:
    """Give the clean, non-empty paragraphs of `box`; comments are no text."""
    return [clean for one in "".join(_pieces(box)).split("\n") if (clean := text.line(one))]


def _pieces(box: Tag) -> Iterator[str]:
    waiting: list[PageElement | None] = [box]  # None: a block ends
    while waiting:
        node = waiting.pop()
        if node is None:
            yield "\n"
        elif isinstance(node, Tag):
            block = _BLOCK.fullmatch(node.name) is not None
            if block or node.name == "br":
                yield "\n"
            if block:
                waiting.append(None)
            waiting.extend(reversed(node.contents))
        elif type(node) is NavigableString:  # its children are comments, CDATA, doctypes
            yield _NEWLINES.sub(" ", node)


def outermost(soup: BeautifulSoup | Tag, selector: str) -> list[Tag]:
    """Give what the selector names, without what lies inside another of its finds."""
    found = soup.select(selector)
    ids = {id(one) for one in found}
    return [one for one in found if not any(id(parent) in ids for parent in one.parents)]


def stated(soup: BeautifulSoup) -> dict[str, list[str]]:
    """Give what the <meta> tags state, by property, itemprop or name in lower case (one walk: pages can be huge)."""
    found: dict[str, list[str]] = {}
    for tag in soup.find_all("meta", content=True):
        key = attribute(tag, "property") or attribute(tag, "itemprop") or attribute(tag, "name")
        found.setdefault(key.lower(), []).append(attribute(tag, "content"))
    return found


def attribute(tag: Tag, name: str) -> str:
    """Give an attribute as one clean line; empty where it is missing."""
    value = tag.get(name)
    return text.line(value if isinstance(value, str) else " ".join(value or ()))
