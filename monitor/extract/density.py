"""A page without rules, read by where its text is dense: a function of the tree, which it leaves as it is.

The page becomes runs: the pieces of text that one block holds without a break. Runs in menus, side-bars, comments and
lists of links earn nothing; every other long run earns its box, and the boxes around it, a weight. The heaviest box is
the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

from monitor import text
from monitor.extract.decode import letters
from monitor.extract.tree import BLOCKS, Node, Tree

_BESIDE_TAGS = frozenset({"nav", "footer", "aside", "menu", "dialog", "option", "label", "legend"})
_TEXT_TAGS = frozenset({"article", "main"})  # blogs name them after the piece's subjects: “tag-news”
_CAPTION_TAGS = frozenset({"figcaption", "figure"})
_LINE_TAGS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt", "pre"})
_AFTER = re.compile(
    r"(?:các\s+)?(?:tin|bài|bài viết)(?:,?\s+bài)?\s+(?:liên quan|khác|cùng (?:chuyên mục|chủ đề)|mới(?: hơn| nhất)?|cũ hơn"
    r"|đọc nhiều|xem nhiều|nổi bật)|(?:ý kiến|bình luận|phản hồi)(?:\s+bạn đọc)?(?:\s*\(\d+\))?|có thể bạn quan tâm"
    r"|từ khóa|tags?|comments?|related(?:\s+\w+){0,2}|read more|more (?:from|on|in|stories|news).*|most (?:read|popular).*"
    r"|you (?:may|might) also like|recommended.*|leave a (?:reply|comment)|don't miss|top (?:stories|video)|share this.*",
    re.IGNORECASE,
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_RAW = frozenset({"iframe", "noembed", "noframes", "title", "script", "style", "object"})


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


class _Name(IntEnum):
    """What the name of a box says of the text in it."""

    NOTHING = 0
    BESIDE = 1
    FOREIGN = 2


_LONG = 60  # characters: a run of fewer may be a label
_LINKED = 0.6  # the share of a run's characters that may lie in links
_MOST = 1_000  # characters of one run that count: one long legal notice must not outweigh an article
_FRAME = {_Name.BESIDE: 0.4, _Name.FOREIGN: 0.8}  # a box that holds so much of the page's text is named in error
_REACH = (1.0, 1.0, 0.5, 0.33)  # what a run earns its own box and those around it
_WIDER = 1.6  # a box around the best one is taken for the text if it holds so much more
_CLOCK = re.compile(r"\b\d{1,2}:\d{2}\b")
_LEAD_NEAR = 15  # runs between the title and the text, the sapô among them
_LEAD_MOST = 2
_HIGHER = 6  # boxes around the best one that are asked
_DEEPEST = 200  # boxes around one run that are weighed


@dataclass(slots=True, eq=False)
class _Box:
    """A block of the page, and what is known of it."""

    key: int
    above: "_Box | None"
    tag: str
    name: _Name = _Name.NOTHING
    caption: bool = False
    holds: int = 0  # characters of long runs, whatever the names say
    weight: float = 0.0


_Spot = tuple[_Box | None, bool]
"""The block around a piece of text, if it is text, and whether it is in a link."""
_NOWHERE: _Spot = (None, False)


@dataclass(slots=True, eq=False)
class _Run:
    """Text of one block without a break."""

    box: _Box
    pieces: list[str] = field(default_factory=list)
    chars: int = 0
    linked: int = 0

    weight: int = 0

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

    def weighed(self) -> "_Run":
        """Give the run with what it earns its boxes; a teaser of another piece is cut text: it ends in dots."""
        if self.chars >= _LONG and self.speaks and not self.box.caption:
            if not "".join(self.pieces[-2:]).rstrip().endswith(("...", "…")):
                self.weight = min(self.chars, _MOST)
        return self

    def is_like(self, other: "_Run") -> bool:
        """Say whether two runs are lines of the same list of lines."""
        return self.box is other.box or (self.box.tag == other.box.tag and self.box.above is other.box.above)


@dataclass(frozen=True, slots=True)
class Dense:
    """The lines of the densest box, and the sapô above it; `plain` counts the characters of all text on the page that is no menu."""

    lines: tuple[str, ...] = ()
    lead: str | None = None
    plain: int = 0

    @property
    def chars(self) -> int:
        """Count the characters of the text found."""
        return sum(map(len, self.lines))


def densest(tree: Tree) -> Dense:
    """Give the text of a pruned page; no lines where none of its boxes holds any."""
    runs = list(_runs(tree))
    long = [number for number, run in enumerate(runs) if run.weight]
    whole = 0
    for number in long:
        whole += runs[number].weight
        for box in _around(runs[number].box):
            box.holds += runs[number].weight
    beside: dict[int, bool] = {}
    heavy = [number for number in long if not _is_beside(runs[number].box, beside, whole)]
    plain = sum(runs[number].chars - runs[number].linked for number in heavy)
    best: _Box | None = None
    for number in heavy:
        for share, box in zip(_REACH, _around(runs[number].box), strict=False):
            if box.tag not in _LINE_TAGS:
                box.weight += share * runs[number].weight
                if best is None or box.weight > best.weight:
                    best = box
    if best is None:
        return Dense(plain=plain)
    first, last = _extent(runs, heavy, _widened(best))
    found = [run for run in runs[first:last] if not (run.box.caption or _is_beside(run.box, beside, whole))]
    above = range(max(0, first - _LEAD_NEAR), first)
    lead = _lead([runs[number] for number in above], [runs[number] for number in above if number in heavy])
    return Dense(tuple(_lines(_between(found))), " ".join(_lines(lead)) or None, plain)


def _extent(runs: list[_Run], heavy: list[int], best: _Box) -> tuple[int, int]:
    """Give the numbers of the first run in the best box and of the first behind it: a box has no gaps."""
    inside = {best.key: True}
    first = next(number for number in heavy if _is_inside(runs[number].box, inside))
    last = first + 1
    while first and _is_inside(runs[first - 1].box, inside):
        first -= 1
    while last < len(runs) and _is_inside(runs[last].box, inside):
        last += 1
    return first, last


def _lead(above: list[_Run], heavy: list[_Run]) -> list[_Run]:
    """Give the sapô: what is said between the title and the box of the text."""
    title = next((at for at in range(len(above) - 1, -1, -1) if above[at].box.tag == "h1"), None)
    if title is None:
        return []
    said = [
        run for run in above[title + 1 :] if not _CLOCK.search("".join(run.pieces))
    ]  # “… lúc 14:05”: day and author
    return [run for run in said if run in heavy and run.linked < run.chars / 4][:_LEAD_MOST]


def _between(runs: list[_Run]) -> list[_Run]:
    """Give the runs of the text: from its first long one to its last, and the short ones that are of their kind.

    Above a text stand its title, day and author; below it, labels of what follows. A list headed “Tin liên quan” in
    the second half of the box ends the text.
    """
    runs = [run for run in runs if run.speaks]
    long = [number for number, run in enumerate(runs) if run.weight]
    if not long:
        return runs
    half, said = sum(run.weight for run in runs) / 2, 0
    for number, run in enumerate(runs):
        if said > half and run.chars < _LONG and _AFTER.fullmatch("".join(run.pieces).strip(" \t\n\x00:.…")):
            runs = runs[:number]
            long = [one for one in long if one < number]
            break
        said += run.weight
    first, last = long[0], long[-1]
    while first and runs[first - 1].is_like(runs[first]):
        first -= 1
    while last + 1 < len(runs) and runs[last + 1].is_like(runs[last]):
        last += 1
    return runs[first : last + 1]


def _around(box: _Box | None) -> Iterator[_Box]:
    """Give the block of a box, and the blocks around it."""
    steps = _DEEPEST
    while box is not None and steps:
        yield box
        box, steps = box.above, steps - 1


def _widened(best: _Box) -> _Box:
    """Give the box around `best` that holds the parts of which `best` is one."""
    chosen = best
    for steps, box in enumerate(_around(best)):
        if steps > _HIGHER or box.tag == "body":
            break
        if box.holds >= _WIDER * chosen.holds:
            chosen = box
    return chosen


def _is_beside(box: _Box, known: dict[int, bool], whole: int) -> bool:
    """Say whether a box around the box is named as something beside the text."""
    passed = []
    here: _Box | None = box
    while here is not None and here.key not in known:
        passed.append(here.key)
        if here.name and here.holds < _FRAME[here.name] * whole:
            known[here.key] = True
            break
        here = here.above
    found = here is not None and known[here.key]
    known.update(dict.fromkeys(passed, found))
    return found


def _is_inside(box: _Box, known: dict[int, bool]) -> bool:
    passed = []
    here: _Box | None = box
    while here is not None and here.key not in known:
        passed.append(here.key)
        here = here.above
    found = here is not None and known[here.key]
    known.update(dict.fromkeys(passed, found))
    return found


def _lines(runs: list[_Run]) -> list[str]:
    whole = letters("\x00".join("".join(run.pieces) for run in runs))
    return [clean for one in whole.split("\x00") if (clean := text.line(one))]


def _runs(tree: Tree) -> Iterator[_Run]:
    """Give the page's text in runs, in its order (one walk)."""
    body = tree.body
    if body is None:
        return
    known: dict[int, _Spot] = {body.mem_id: (_Box(body.mem_id, None, "body"), False)}
    run: _Run | None = None
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
                        run = _Run(box)
                    run.add(one, linked)
            links.clear()
        elif tag == "br":
            if run is not None:
                run.pieces.append("\x00")  # the parser leaves no such character in a page
        elif tag in BLOCKS:
            links.clear()
            if run is not None:
                yield run.weighed()
                run = None
    if run is not None:
        yield run.weighed()


def _heads(link: Node) -> bool:
    """Say whether a link is a heading."""
    around = link.parent
    return around is not None and around.tag in _HEADINGS


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
        name, caption = _named(given.get("class") or "", given.get("id") or "") if given else (_Name.NOTHING, False)
        if tag in _BESIDE_TAGS:
            name = name or _Name.BESIDE
        above = _Box(key, above, tag, name, caption or above.caption or tag in _CAPTION_TAGS)
    return above, linked or tag == "a"


@lru_cache(maxsize=4096)
def _named(classes: str, key: str) -> tuple[_Name, bool]:
    """Give what the names of a box say, and whether it is that of a caption; a page repeats the same few."""
    names = f"{classes} {key}"
    name = _Name.FOREIGN if _FOREIGN.search(names) else _Name.BESIDE if _BESIDE.search(names) else _Name.NOTHING
    return name, _CAPTION.search(names) is not None
