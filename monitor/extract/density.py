"""A page without rules, read by where its text is dense: a function of the tree, which it leaves as it is.

The page becomes runs: the pieces of text that one block holds without a break. Runs in menus, side-bars, comments and
lists of links or teasers earn nothing; every other long run earns its box, and the boxes around it, a weight. The
heaviest box is the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor import text
from monitor.extract.clean import without_doubled_captions
from monitor.extract.decode import letters
from monitor.extract.runs import LONG, Box, Name, Run, runs_of
from monitor.extract.teasers import teasers
from monitor.extract.tree import Tree, title_of

_LINE_TAGS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt", "pre"})
_AFTER = re.compile(  # what heads a list of other pieces
    r"(?:các\s+)?(?:tin|bài|bài viết)(?:,?\s+bài)?\s+(?:liên quan|khác|cùng (?:chuyên mục|chủ đề)|mới(?: hơn| nhất)?"
    r"|cũ hơn|đọc nhiều|xem nhiều|nổi bật)|(?:ý kiến|bình luận|phản hồi)(?:\s+bạn đọc)?(?:\s*\(\d+\))?"
    r"|có thể bạn quan tâm|từ khóa|tags?|comments?|related(?:\s+\w+){0,2}|read more|recommended.*|don't miss"
    r"|more (?:from|on|in|stories|news).*|most (?:read|popular).*|you (?:may|might) also like"
    r"|leave a (?:reply|comment)|top (?:stories|video)|share this.*",
    re.IGNORECASE,
)
_FRAME = {Name.BESIDE: 0.4, Name.FOREIGN: 0.8}  # a box that holds so much of the page's text is named in error
_TOO_LITTLE = 0.1  # of the page's text: with so little found, any box may be the frame
_REACH = (1.0, 1.0, 0.5, 0.33)  # what a run earns its own box and those around it
_WIDER = 1.6  # a box around the best one is taken for the text if it holds so much more
_CLOCK = re.compile(r"\b\d{1,2}:\d{2}\b")
_TITLE_LEAST, _TITLE_LONGEST = 15, 500  # characters of what is a title without being the h1
_LEAD_NEAR = 15  # runs between the title and the text, the sapô among them
_LEAD_MOST = 2
_HIGHER = 6  # boxes around the best one that are asked
_DEEPEST = 200  # boxes around one run that are weighed


@dataclass(frozen=True, slots=True)
class Dense:
    """The lines of the densest box and the sapô above it; `plain` counts the characters of all plain text.

    `foreign` are the long lines that are none of it: teasers, and what stands beside a text that was found.
    """

    lines: tuple[str, ...] = ()
    lead: str | None = None
    plain: int = 0
    foreign: frozenset[str] = frozenset()

    @property
    def chars(self) -> int:
        """Count the characters of the text found."""
        return sum(map(len, self.lines))


def densest(tree: Tree) -> Dense:
    """Give the text of a pruned page; no lines where none of its boxes holds any."""
    runs = list(runs_of(tree))
    long = [number for number, run in enumerate(runs) if run.weight]
    _fill(runs[number] for number in long)
    listed = teasers(runs)
    told = [number for number in long if number not in listed]
    whole = _fill(runs[number] for number in told)
    _mark_frames(runs, told, title_of(tree)[:_TITLE_LONGEST])
    beside: dict[int, bool] = {}
    heavy = [number for number in told if not _is_beside(runs[number].box, beside, whole)]
    if sum(runs[number].weight for number in heavy) < _TOO_LITTLE * whole:
        _allow_frames(runs, told)
        beside = {}
        heavy = [number for number in told if not _is_beside(runs[number].box, beside, whole)]
    others = set(long).difference(heavy) if heavy else listed
    foreign = frozenset(_lines([runs[number] for number in sorted(others)]))
    plain = sum(runs[number].chars - runs[number].linked for number in heavy)
    best = _heaviest(runs, heavy)
    if best is None:
        return Dense(plain=plain, foreign=foreign)
    first, last = _extent(runs, heavy, _widened(best))
    found = [
        runs[number]
        for number in range(first, last)
        if number not in listed and not (runs[number].box.caption or _is_beside(runs[number].box, beside, whole))
    ]
    above = range(max(0, first - _LEAD_NEAR), first)
    lead = _lead([runs[number] for number in above], [runs[number] for number in above if number in heavy])
    return Dense(tuple(_lines(_between(found))), " ".join(_lines(lead)) or None, plain, foreign)


def _heaviest(runs: list[Run], heavy: list[int]) -> Box | None:
    """Let every run earn its box, and the boxes around it, their weight; give the heaviest."""
    best: Box | None = None
    for number in heavy:
        for share, box in zip(_REACH, _around(runs[number].box), strict=False):
            if box.tag not in _LINE_TAGS:
                box.weight += share * runs[number].weight
                if best is None or box.weight > best.weight:
                    best = box
    return best


def _fill(runs: Iterable[Run]) -> int:
    """Tell every box how much of these runs it holds, and give how much they are together."""
    given, whole = list(runs), 0
    for run in given:
        for box in _around(run.box):
            box.holds = 0
    for run in given:
        whole += run.weight
        for box in _around(run.box):
            box.holds += run.weight
    return whole


def _mark_frames(runs: list[Run], told: list[int], title: str) -> None:
    """Mark the boxes that may be frames around the text: of the title, and of what stands next after it.

    The title is what <title> repeats, else every h1; where a page shows none, any box may be the frame.
    """
    known = text.matching(title)
    titles = [
        number
        for number, run in enumerate(runs)
        if _TITLE_LEAST <= run.chars <= len(known) and run.speaks and text.matching(text.line(run.said)) in known
    ] or [number for number, run in enumerate(runs) if run.box.tag == "h1"]
    next_told = [told[at] for number in titles if (at := bisect_right(told, number)) < len(told)]
    _allow_frames(runs, {*titles, *next_told} if titles else told)


def _allow_frames(runs: list[Run], numbers: Iterable[int]) -> None:
    for number in numbers:
        for box in _around(runs[number].box):
            box.may_frame = True


def _extent(runs: list[Run], heavy: list[int], best: Box) -> tuple[int, int]:
    """Give the numbers of the first run in the best box and of the first behind it: a box has no gaps."""
    inside = {best.key: True}
    first = next(number for number in heavy if _is_inside(runs[number].box, inside))
    last = first + 1
    while first and _is_inside(runs[first - 1].box, inside):
        first -= 1
    while last < len(runs) and _is_inside(runs[last].box, inside):
        last += 1
    return first, last


def _lead(above: list[Run], heavy: list[Run]) -> list[Run]:
    """Give the sapô: what is said between the title and the box of the text."""
    title = next((at for at in range(len(above) - 1, -1, -1) if above[at].box.tag == "h1"), None)
    if title is None:
        return []
    said = [
        run for run in above[title + 1 :] if not _CLOCK.search("".join(run.pieces))
    ]  # “… lúc 14:05”: day and author
    return [run for run in said if run in heavy and run.linked < run.chars / 4][:_LEAD_MOST]


def _between(runs: list[Run]) -> list[Run]:
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
        if said > half and run.chars < LONG and _AFTER.fullmatch(run.said.strip(" \t\n\x00:.…")):
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


def _around(box: Box | None) -> Iterator[Box]:
    """Give the block of a box, and the blocks around it."""
    steps = _DEEPEST
    while box is not None and steps:
        yield box
        box, steps = box.above, steps - 1


def _widened(best: Box) -> Box:
    """Give the box around `best` that holds the parts of which `best` is one."""
    chosen = best
    for steps, box in enumerate(_around(best)):
        if steps > _HIGHER or box.tag == "body":
            break
        if box.holds >= _WIDER * chosen.holds:
            chosen = box
    return chosen


def _is_beside(box: Box, known: dict[int, bool], whole: int) -> bool:
    """Say whether a box around the box is named as something beside the text."""
    passed = []
    here: Box | None = box
    while here is not None and here.key not in known:
        passed.append(here.key)
        if here.name and not (here.may_frame and here.holds >= _FRAME[here.name] * whole):
            known[here.key] = True
            break
        here = here.above
    found = here is not None and known[here.key]
    known.update(dict.fromkeys(passed, found))
    return found


def _is_inside(box: Box, known: dict[int, bool]) -> bool:
    passed = []
    here: Box | None = box
    while here is not None and here.key not in known:
        passed.append(here.key)
        here = here.above
    found = here is not None and known[here.key]
    known.update(dict.fromkeys(passed, found))
    return found


def _lines(runs: list[Run]) -> list[str]:
    parts = (one for run in runs for one in letters("".join(run.pieces)).split("\x00"))
    return without_doubled_captions([clean for one in parts if (clean := text.line(one))])
