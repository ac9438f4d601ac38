"""A page's text in runs: the pieces that one block holds without a break, and the boxes that they stand in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

from monitor.extract.tree import BLOCKS, PICTURE, Node, Tree

_BESIDE_TAGS = frozenset({"nav", "footer", "aside", "menu", "dialog", "option", "label", "legend"})
_TEXT_TAGS = frozenset({"article", "main"})  # blogs name them after the piece's subjects: “tag-news”
_CAPTION_TAGS = frozenset({"figcaption", "figure"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_RAW = frozenset({"iframe", "noembed", "noframes", "title", "script", "style", "object"})
LABEL = 15  # characters: a link of fewer is no title
LONG = 60  # characters: a run of fewer may be a label
_LINKED = 0.6  # the share of a run's characters that may lie in links
_BLANK = f" \t\r\n\x00{PICTURE}"
_MOST = 1_000  # characters of one run that count: one long legal notice must not outweigh an article


def _words(listed: str) -> re.Pattern[str]:
    """Give a pattern of whole words, as the class names of CMSs part them: `tag` is no part of `stage`."""
    return re.compile(rf"(?:^|[\s_\-])(?:{'|'.join(listed.split())})(?:$|[\s_\-\d])", re.IGNORECASE)


# What is written by others, or about other pieces: in English and in the Vietnamese of our CMSs.
_FOREIGN = _words(
    "comments? commentlist disqus respond replies binh-?luan y-?kien related relate relatedposts lien-?quan tin-?khac"
    " recommend(?:ed|ations?)? read-?more more-?(?:news|stories|posts) outbrain taboola teasers? trending popular"
    " most-?read xem-?nhieu doc-?nhieu tin-?moi bai-?khac newsletter subscribe subscription sign-?up cookies? consent"
    " gdpr popup modal ads? advert(?:s|isements?|ising)? adsense sponsor(?:ed)? promo quang-?cao"
)
# Where things stand on the page: a box of such a name that holds most of the text is a frame around all of it.
_BESIDE = _words(
    "side-?bar rail widgets? menu nav navbar navigation breadcrumbs? crumbs? pag(?:er|ing|ination) footer foot masthead"
    " site-?header topbar toolbar banner share sharing social sharedaddy addthis follow tags tag-?list keywords login"
    " search copyright disclaimer rating poll print author-?bio bio about-?author byline post-?meta entry-?meta"
    " sr-only visually-hidden skip-?link"
)
_CAPTION = _words("caption captions wp-caption-text image-caption img-caption photo-caption credit chu-?thich")


class Name(IntEnum):
    """What the name of a box says of the text in it."""

    NOTHING = 0
    BESIDE = 1
    FOREIGN = 2


@dataclass(slots=True, eq=False)
class Box:
    """A block of the page, and what is known of it."""

    key: int
    above: "Box | None"
    tag: str
    name: Name = Name.NOTHING
    caption: bool = False
    holds: int = 0  # characters of long runs, whatever the names say
    weight: float = 0.0
    may_frame: bool = False  # whatever its name says


_Spot = tuple[Box | None, bool]
"""The block around a piece of text, if it is text, and whether it is in a link."""
_NOWHERE: _Spot = (None, False)


@dataclass(slots=True, eq=False)
class Run:
    """Text of one block without a break."""

    box: Box
    pieces: list[str] = field(default_factory=list)
    chars: int = 0
    linked: int = 0
    weight: int = 0
    link: Box | None = None  # the block of a link that is a title, and all of a block, next before the run

    @property
    def said(self) -> str:
        """Give the text as it stands on the page, without the pictures and blanks around it."""
        return "".join(self.pieces).strip(_BLANK)

    @property
    def speaks(self) -> bool:
        """Say whether the run is text and no list of links."""
        return self.linked <= _LINKED * self.chars

    def add(self, piece: str, linked: bool) -> None:
        """Take one more piece of text."""
        self.pieces.append(piece)
        size = len(piece.strip())
        self.chars += size
        self.linked += size if linked else 0

    def weighed(self) -> "Run":
        """Give the run with what it earns its boxes; a teaser of another piece is cut text: it ends in dots."""
        cut = "".join(self.pieces[-2:]).rstrip(_BLANK).endswith(("...", "…"))
        if self.chars >= LONG and self.speaks and not (cut or self.box.caption):
            self.weight = min(self.chars, _MOST)
        return self

    def is_like(self, other: "Run") -> bool:
        """Say whether two runs are lines of the same list of lines."""
        return self.box is other.box or (self.box.tag == other.box.tag and self.box.above is other.box.above)


def runs_of(tree: Tree) -> Iterator[Run]:
    """Give the page's text in runs, in its order (one walk)."""
    body = tree.body
    if body is None:
        return
    known: dict[int, _Spot] = {body.mem_id: (Box(body.mem_id, None, "body"), False)}
    run: Run | None = None
    picture, alone = False, None  # a picture, or a link's node, before the next run
    links: list[tuple[str, Node]] = []  # text in links that may begin a line, or be all of it: then it is a menu's
    for node in body.traverse(include_text=True):
        tag = node.tag
        if tag == "-text":
            piece = node.text_content
            if not piece or piece.isspace():  # the greater part of all pieces: blanks between tags
                if run is not None:
                    run.pieces.append(" ")
                elif links:
                    links[-1] = (f"{links[-1][0]} ", links[-1][1])
                continue
            parent = node.parent
            if parent is None:
                continue
            if run is None and parent.tag == "a" and not _heads(parent):
                links.append((piece, parent))
                continue
            for one, around in (*links, (piece, parent)):
                box, linked = _place(around, known)
                if box is not None:
                    if run is None or run.box is not box:
                        if run is not None:
                            yield run.weighed()
                        run = Run(box, [PICTURE] if picture else [], link=_place(alone, known)[0] if alone else None)
                        picture, alone = False, None
                    run.add(one, linked)
            links.clear()
        elif tag == "img":
            if run is not None:
                run.pieces.append(PICTURE)
            else:
                picture = True
        elif tag == "br":
            if run is not None:
                run.pieces.append("\x00")  # the parser leaves no such character in a page
        elif tag in BLOCKS:
            if links:
                alone = links[-1][1] if sum(len(piece) for piece, _ in links) >= LABEL else None
                links.clear()
            if run is not None:
                yield run.weighed()
                run = None
    if run is not None:
        yield run.weighed()


def _heads(link: Node) -> bool:
    """Say whether a link is a heading."""
    around = link.parent
    return around is not None and around.tag in HEADINGS


def _place(node: Node, known: dict[int, _Spot]) -> _Spot:
    """Give the block around a node's text, and whether the text is in a link."""
    waiting: list[tuple[int, Node]] = []
    here: Node | None = node
    while here is not None and (key := here.mem_id) not in known:
        waiting.append((key, here))
        here = here.parent
    spot = known[here.mem_id] if here is not None else _NOWHERE
    for key, one in reversed(waiting):
        spot = known[key] = _inner(key, one, spot)
    return spot


def _inner(key: int, node: Node, around: _Spot) -> _Spot:
    above, linked = around
    tag = node.tag or ""
    if above is None or tag in _RAW:
        return _NOWHERE
    if tag in BLOCKS or tag in _CAPTION_TAGS:
        given = node.attributes if tag not in _TEXT_TAGS else {}
        name, caption = _named(given.get("class") or "", given.get("id") or "") if given else (Name.NOTHING, False)
        if tag in _BESIDE_TAGS:
            name = name or Name.BESIDE
        above = Box(key, above, tag, name, caption or above.caption or tag in _CAPTION_TAGS)
    return above, linked or tag == "a"


@lru_cache(maxsize=4096)
def _named(classes: str, key: str) -> tuple[Name, bool]:
    """Give what the names of a box say, and whether it is that of a caption; a page repeats the same few."""
    names = f"{classes} {key}"
    name = Name.FOREIGN if _FOREIGN.search(names) else Name.BESIDE if _BESIDE.search(names) else Name.NOTHING
    return name, _CAPTION.search(names) is not None
