"""Lists of other pieces: neighbours that are each a heading or link and one short paragraph."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from monitor.extract.runs import HEADINGS, LABEL, Box, Run

_LEAST = 3  # teasers in a row
_LONGEST = 500  # characters of one
_HIGHEST = 8  # boxes around one teaser

_List = tuple[int, str, str]
"""The box around a list, and the tags of its rows and items."""


def teasers(runs: list[Run]) -> frozenset[int]:
    """Give the numbers of the runs that are teasers."""
    long = [number for number, run in enumerate(runs) if run.weight]
    found: dict[int, tuple[_List, ...]] = {}
    for before, number, after in zip([-1, *long], long, [*long[1:], len(runs)], strict=False):
        item = _item(runs[number])
        if runs[number].chars > _LONGEST or item.above is None:
            continue
        beside = [run for run in runs[before + 1 : after] if run is not runs[number]]
        if _is_headed(item, beside) or item in _above(runs[number].link):
            found[number] = tuple(_lists(item, item.above))
    many = Counter(chain.from_iterable(found.values()))
    return frozenset(number for number, lists in found.items() if any(many[one] >= _LEAST for one in lists))


def _lists(item: Box, around: Box) -> Iterator[_List]:
    """Give the lists of which the item may be one: that of its neighbours, and a grid of rows."""
    yield around.key, "", item.tag
    if around.above is not None:
        yield around.above.key, around.tag, item.tag


def _item(run: Run) -> Box:
    """Give the widest box that holds no other long run."""
    item = run.box
    for _ in range(_HIGHEST):
        if item.above is None or item.above.holds > run.weight:
            break
        item = item.above
    return item


def _is_headed(item: Box, beside: list[Run]) -> bool:
    """Say whether a link that is a title stands in the item, or a heading and any link.

    Where the item is the paragraph itself, its heading stands before it, and the next one's behind it.
    """
    own = [run for run in beside if item in _above(run.box)]
    links = [run for run in own if not run.speaks]
    if any(run.chars >= LABEL for run in links):
        return True
    if links and any(run.box.tag in HEADINGS for run in own):
        return True
    heads = [run for run in beside if run.box.above is item.above and run.box.tag in HEADINGS and not run.speaks]
    return bool(heads) and not own


def _above(box: Box | None) -> Iterator[Box]:
    steps = _HIGHEST
    while box is not None and steps:
        yield box
        box, steps = box.above, steps - 1
