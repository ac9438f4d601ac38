"""Of a feed, what a parser has to see: the newest items, without their bodies, each of bounded length.

Feed parsers take a second for a few thousand items, and hours for one tag with a million attributes; a feed may have
10 MB of either. It is cut where an item begins, so what was well formed stays so.
"""

import heapq
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.dates import read_date
from monitor.press import midnight

# What is quoted or commented out begins no item; where its end is missing, it takes the rest.
_ITEM = re.compile(
    r"<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*)|(?P<item><(?:[\w.-]+:)?(?:item|entry)(?=[\s/>]))", re.DOTALL
)
_ITEM_ENDS = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>")
# The texts of pieces: long, and nothing in them says where a piece is or when it came.
_BODY = re.compile(
    r"<((?:content|media|itunes|atom|dc):(?:encoded|description|summary|content)|description|summary|content)"
    r"(?:\s[^<>]*)?(?<!/)>"
)
_DATE = re.compile(
    r"<(?:[\w.-]+:)?(?:pubDate|published|issued|date|updated|modified)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<>\]]{4,120})"
)
_TEXT = re.compile(r"[^<>]+")
_LONG_TAG = re.compile(r"<[^<>]{4000,}>")
_LONGEST_TEXT = 4_000
_LONGEST_ITEM = 16_000
_LONGEST_HEAD = 64_000
_MOST = 4_000_000  # characters of all items together


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is left of a feed, and whether items were left out."""

    text: str
    cut: bool


def excerpt(whole: str, most: int) -> Excerpt:
    """Give the head, at most `most` items (the newest, where there are more) and the tail of a feed."""
    starts = array("q", (found.start() for found in _ITEM.finditer(whole) if found["item"]))
    if not starts:
        return Excerpt(_bounded(whole, _LONGEST_HEAD), cut=False)
    head, end = starts[0], starts[-1]
    for closing in _ITEM_ENDS.finditer(whole, starts[-1]):
        end = closing.end()
    starts.append(end if end > starts[-1] else len(whole))
    chosen: Sequence[int] = range(len(starts) - 1)
    cut = len(chosen) > most
    if cut:
        chosen = _newest(whole, starts, most)
    kept, left = [], _MOST
    for number in chosen:
        short = _bounded(_without_bodies(whole[starts[number] : starts[number + 1]]), _LONGEST_ITEM)
        left -= len(short)
        if left < 0:
            cut = True
            break
        kept.append(short)
    return Excerpt(_bounded(whole[:head], _LONGEST_HEAD) + "".join(kept) + whole[starts[-1] :][-_LONGEST_HEAD:], cut)


def _newest(whole: str, starts: Sequence[int], most: int) -> list[int]:
    """Give the `most` newest items in their order; those without a day count as the oldest, the last of them first."""
    days = array("d", (_latest(whole[start:stop][:_LONGEST_ITEM]) for start, stop in pairwise(starts)))
    return sorted(heapq.nsmallest(most, range(len(days)), key=lambda number: (-days[number], number)))


def _latest(item: str) -> float:
    found = [when for written in _DATE.findall(item)[:3] if (when := read_date(written))]
    return max(((when.at or midnight(when.on)).timestamp() for when in found), default=0.0)


def _without_bodies(item: str) -> str:
    kept: list[str] = []
    at, unclosed = 0, set[str]()
    for opened in _BODY.finditer(item):
        if opened.start() < at or opened[1] in unclosed:
            continue
        closed = item.find(f"</{opened[1]}>", opened.end())
        if closed < 0:
            unclosed.add(opened[1])  # looked for once: a million of them would take for ever
            continue
        kept.append(item[at : opened.start()])
        at = closed + len(opened[1]) + 3
    return "".join([*kept, item[at:]])


def _bounded(markup: str, longest: int) -> str:
    if len(markup) > _LONGEST_TEXT:
        markup = _TEXT.sub(lambda run: run[0][:_LONGEST_TEXT], _LONG_TAG.sub("", markup))
    return markup[:longest]
