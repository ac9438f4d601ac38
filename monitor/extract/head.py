"""What a page says of itself around its text: title, sapô and authors, where no rules say where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor import text
from monitor.extract.clean import people
from monitor.extract.published import Stated
from monitor.extract.tree import Tree, line, title_of

_TITLE_LONGEST = 500  # characters
_ENOUGH_WORDS = 4  # a heading of fewer is the name of a site or section
_LEAD = ".sapo, [class*='sapo' i], .chapeau, [class*='article-lead'], h2.lead, p.lead, div.lead"
_LEAD_SHORTEST, _LEAD_LONGEST = 8, 150  # syllables
_AUTHOR = (
    "[itemprop='author'] [itemprop='name'], [itemprop='author'], [rel='author'], .article__author, .cms-author"
    ", .author, .tac-gia, .tacgia, .but-danh"
)
_NAME_LONGEST = 8  # words; what is longer is a sentence about the author


@dataclass(frozen=True, slots=True)
class Head:
    """Title, sapô and authors; an empty title where the page has none."""

    title: str
    lead: str | None
    authors: tuple[str, ...]


def head_of(tree: Tree, stated: Stated) -> Head:
    """Give what the page's head, headings and marks state; the sapô only where its box says that it is one."""
    site = next(iter(stated.meta("og:site_name")), "")
    whole = title_of(tree)
    offered = [
        *stated.meta("og:title"),
        *(text.line(str(node.get("headline") or "")) for node in stated.data),
        *(line(heading) for heading in tree.css("h1")[:20]),
    ]
    bare = [_without_site(title, site) for title in offered if title and title != site]
    long = next((title for title in bare if text.length(title) >= _ENOUGH_WORDS), "")
    title = (long or _without_site(whole, site) or next(iter(bare), ""))[:_TITLE_LONGEST]
    named = [*stated.meta("article:author"), *stated.meta("author")]
    named += [str(author.get("name") or "") for node in stated.data if isinstance(author := node.get("author"), dict)]
    authors = next((people(one) for one in named if one and one != site and "/" not in one), ())
    return Head(title, _marked_lead(tree, title), authors or _shown_authors(tree))


def told_lead(stated: Stated, lines: Sequence[str]) -> str | None:
    """Give the first paragraph where the page's description is just that paragraph: so editors' systems fill it."""
    if len(lines) < 2:
        return None
    begun = text.matching(lines[0])
    for told in (*stated.meta("og:description"), *stated.meta("description")):
        known = text.matching(told.rstrip(" .…"))
        if text.length(known) >= _LEAD_SHORTEST and begun.startswith(known) and len(begun) <= 1.5 * len(known):
            return lines[0]
    return None


def _marked_lead(tree: Tree, title: str) -> str | None:
    for node in tree.css(_LEAD)[:5]:
        found = line(node)
        if (
            _LEAD_SHORTEST <= text.length(found) <= _LEAD_LONGEST
            and text.matching(found) != text.matching(title)
            and node.css_first("h1") is None
        ):
            return found
    return None


def _shown_authors(tree: Tree) -> tuple[str, ...]:
    for node in tree.css(_AUTHOR)[:5]:
        shown = line(node)
        if 0 < len(shown.split()) <= _NAME_LONGEST and not any(c.isdigit() for c in shown):
            return people(shown)
    return ()


def _without_site(title: str, site: str) -> str:
    """Cut the site's name off the end of a title, where it stands behind a bar or dash."""
    for bar in (" | ", " - ", " – ", " — "):
        head, found, tail = title.rpartition(bar)
        short = text.length(tail) <= 8 and text.length(head) >= _ENOUGH_WORDS
        if found and (text.matching(tail) == text.matching(site) or (bar == " | " and short)):
            return head.strip()
    return title
