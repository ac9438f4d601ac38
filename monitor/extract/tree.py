"""A page as a tree, without what no reader sees, and its text by paragraphs; the home of the parser.

The parser keeps its nodes in C: one that was destroyed must never be touched again. So nothing here keeps a node over
a removal, and removals go from the end of the page to its beginning, children before their parents.
"""

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser as Tree
from selectolax.lexbor import LexborNode as Node
from selectolax.lexbor import SelectolaxError

from monitor import text
from monitor.extract.decode import letters

__all__ = [
    "BLOCKS",
    "PICTURE",
    "Node",
    "SelectolaxError",
    "Tree",
    "attribute",
    "drop",
    "first",
    "line",
    "metas",
    "outermost",
    "paragraphs",
    "parse",
    "prune",
    "remove",
    "select",
    "title_of",
    "within",
]

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SILENT = (  # linked data no reader sees either, but it is the page's word on itself
    "script:not([type='application/ld+json' i]), style, noscript, template, svg, select, textarea, button, [hidden]"
    ", [style*='none' i], [style*='hidden' i]"
)
_ALWAYS = frozenset({"html", "body"})  # some pages hide <body> until their script has run
_RAW = frozenset(
    {"iframe", "noembed", "noframes", "script", "style", "title", "-comment"}
)  # what is in them is no text
# fmt: off
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "dl", "dt", "div", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "header", "li", "main",
    "nav", "ol", "ul", "p", "pre", "section", "table", "tbody", "td", "th", "tr", "tfoot", "thead",
})
# fmt: on
PICTURE = "\ufffc"  # Unicode's sign for an object in a line of text; stands in a page's lines for its pictures
_NEWLINES = re.compile(r"[\r\n\u2028\u2029\x0b\x0c\x85]+")


def parse(markup: str) -> Tree:
    """Give the tree of a page; any text makes one."""
    return Tree(markup.replace("\x00", ""))


def prune(tree: Tree) -> None:
    """Take away scripts and hidden boxes.

    A hidden box of a department's page was seen to hold the reception hours of another department.
    """
    remove(node for node in select(tree, _SILENT) if _unseen(node))


def drop(tree: Tree, selectors: Iterable[str]) -> None:
    """Take away what the selectors name."""
    if together := ", ".join(selectors):  # one walk through the page instead of one for each
        remove(node for node in select(tree, together) if node.tag not in _ALWAYS)


def remove(nodes: Iterable[Node]) -> None:
    """Destroy nodes that stand in the page's order."""
    for node in reversed(list(nodes)):
        node.decompose()


def _unseen(node: Node) -> bool:
    if node.tag in _ALWAYS:
        return False
    stated = node.attributes
    style = stated.get("style")
    return not style or "hidden" in stated or _HIDDEN.search(style) is not None or node.tag in _MUTE


_MUTE = frozenset({"script", "style", "noscript", "template", "svg", "select", "textarea", "button"})


def select(where: Tree | Node, selector: str) -> list[Node]:
    """Give what the selector names in the page's order, `where` itself too if it is named.

    The parser gives a node once for each alternative (`a, b`) that fits it.
    """
    found = where.css(selector)
    return list({node.mem_id: node for node in found}.values()) if "," in selector else found


def first(where: Tree | Node, selector: str) -> Node | None:
    """Give the first that the selector names."""
    return where.css_first(selector)


def outermost(tree: Tree, selector: str) -> list[Node]:
    """Give what the selector names, without what lies inside another of its finds."""
    found: list[Node] = []
    inside: set[int] = set()
    for node in select(tree, selector):
        if node.mem_id not in inside:
            found.append(node)
            inside.update(inner.mem_id for inner in node.css(selector))  # each part of the page is asked once
    return found


def within(node: Node, outer: set[int], most: int = 64) -> bool:
    """Say whether one of the nearest `most` boxes around `node` is among `outer` (mem_id)."""
    above = node.parent
    while above is not None and most:
        if above.mem_id in outer:
            return True
        above, most = above.parent, most - 1
    return False


def paragraphs(box: Node, *, pictures: bool = False) -> list[str]:
    """Give the clean, non-empty paragraphs of `box`, with PICTURE where one stands if asked; comments are no text."""
    mark = PICTURE if pictures else ""
    return [clean for one in letters("".join(_pieces(box, mark))).split("\n") if (clean := text.line(one))]


def _pieces(box: Node, mark: str) -> Iterator[str]:
    waiting: list[Node | None] = [box]  # None: a block ends
    while waiting:
        node = waiting.pop()
        if node is None:
            yield "\n"
            continue
        tag = node.tag
        if tag == "-text":
            yield _NEWLINES.sub(" ", node.text_content or "")
        elif tag not in _RAW:
            if tag in BLOCKS:
                yield "\n"
                waiting.append(None)
            elif tag == "br":
                yield "\n"
            elif tag == "img":
                yield mark
            child = node.last_child
            while child is not None:
                waiting.append(child)
                child = child.prev


def line(node: Node) -> str:
    """Give all text of a node as one clean line."""
    return text.line(letters(node.text(separator=" ")))


def title_of(tree: Tree) -> str:
    """Give what the <title> in a page's head says."""
    node = tree.css_first("title")
    return line(node) if node is not None else ""


def metas(tree: Tree) -> dict[str, list[str]]:
    """Give what the <meta> tags state, raw, by property, itemprop or name in lower case: one walk, for huge pages."""
    found: dict[str, list[str]] = {}
    for node in tree.css("meta[content]"):
        given = node.attributes
        key = given.get("property") or given.get("itemprop") or given.get("name")
        if key:
            found.setdefault(key.strip().lower(), []).append(given.get("content") or "")
    return found


def attribute(node: Node, name: str) -> str:
    """Give an attribute as one clean line; empty where it is missing."""
    return text.line(letters(node.attributes.get(name.lower()) or ""))
