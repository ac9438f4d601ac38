"""What each list of an outlet shows at a moment: pure questions over its pieces, fast enough to be asked every hour."""

import random
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from monitor.press import hanoi_day
from tests.year.makes import FEED_LENGTH, LIST_LENGTH, Lists, Make
from tests.year.pieces import DAY, Piece

Month = tuple[int, int]


@dataclass(slots=True)
class Shelf:
    """The pieces of one outlet, in the order in which its lists got to know them."""

    make: Make
    pieces: Sequence[Piece]
    _shown: list[tuple[datetime, Piece]] = field(default_factory=list)
    _months: dict[Month, list[Piece]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        shown = [(piece.appears, piece) for piece in self.pieces]
        shown += [(piece.again, piece) for piece in self.pieces if piece.again]
        self._shown = sorted(shown, key=lambda one: (one[0], one[1].number))
        for piece in sorted(self.pieces, key=lambda one: one.number):
            self._months[piece.day.year, piece.day.month].append(piece)

    def newest(self, at: datetime, limit: int | None = FEED_LENGTH) -> list[tuple[datetime, Piece]]:
        """Give what was shown last, newest first, each with when it was shown; all of it where there is no limit."""
        found: dict[int, tuple[datetime, Piece]] = {}
        until = bisect_right(self._shown, at, key=lambda one: one[0])
        for n in range(until - 1, -1, -1):
            shown, piece = self._shown[n]
            if piece.stands(at):
                found.setdefault(piece.number, (shown, piece))
            if limit is not None and len(found) == limit:
                break
        return list(found.values())

    def feed(self, at: datetime) -> list[tuple[datetime, Piece]]:
        """Give the feed's entries in the order in which this outlet writes them."""
        entries = self.newest(at)
        if self.make.order == "day":
            entries.sort(key=lambda one: one[1].published, reverse=True)
        elif self.make.order == "random":  # another order at each request
            random.Random(at.isoformat()).shuffle(entries)
        return entries

    def listed(self, at: datetime, number: int) -> tuple[list[Piece], bool]:
        """Give what page `number` of the section shows, and whether another page follows."""
        pieces = [piece for _, piece in self.newest(at, number * LIST_LENGTH + 1)]
        page = pieces[(number - 1) * LIST_LENGTH : number * LIST_LENGTH]
        return page, len(pieces) > number * LIST_LENGTH

    def pinned(self, at: datetime) -> list[Piece]:
        """Give two old pieces that stand on top: one for ever, one for a month."""
        if not self.make.pinned:
            return []
        old = [piece for piece in self.pieces if piece.stands(at) and piece.appears < at - 20 * DAY]
        return [old[0], old[at.month * 3 % len(old)]] if old else []

    def months(self, at: datetime) -> list[Month]:
        """Give the months of which there is a list, the newest first."""
        return sorted((month for month in self._months if self.month(month, at)), reverse=True)

    def month(self, month: Month, at: datetime) -> list[Piece]:
        """Give the pieces of a month; one that was withdrawn stays until the list is made anew at midnight."""
        return [one for one in self._months.get(month, ()) if one.appears <= at and not self._swept(one, at)]

    def _swept(self, piece: Piece, at: datetime) -> bool:
        return piece.withdrawn is not None and hanoi_day(piece.withdrawn) < hanoi_day(at)

    def shows(self, kind: Lists, since: datetime, until: datetime) -> Iterator[Piece]:
        """Give the pieces that a list showed during the whole time between two moments; lists with pages show all."""
        if kind in {"feed", "newest"}:
            later = {piece.number for _, piece in self.newest(until)}
            yield from (piece for _, piece in self.newest(since) if piece.number in later)
        else:
            yield from (one for one in self.pieces if one.stands(since) and one.stands(until))


def day_of(shown: datetime) -> date:
    """Give the day that a list prints beside what it showed at that moment."""
    return hanoi_day(shown)
