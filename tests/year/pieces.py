"""What an outlet publishes, and when: its rhythm, late pieces, corrections, withdrawals, pieces shown again."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from monitor.press import HANOI, hanoi_day
from tests.year.makes import Make

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BURST = 40
MOST_A_DAY = 12
TET = (date(2021, 2, 10), date(2021, 2, 16))
"""The week in which no outlet of the world publishes anything."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece: `published` is what its page says, `appears` when the lists show it first, `again` once more.

    `edited` are the moments of its corrections; from `withdrawn` on its page is gone.
    """

    outlet: str
    number: int
    published: datetime
    appears: datetime
    edited: tuple[datetime, ...] = ()
    withdrawn: datetime | None = None
    again: datetime | None = None

    @property
    def day(self) -> date:
        """Give the day in Hà Nội of which it is."""
        return hanoi_day(self.published)

    @property
    def late(self) -> bool:
        """Say whether it came to the lists on a later day than it is of."""
        return hanoi_day(self.appears) != self.day

    def stands(self, at: datetime) -> bool:
        """Say whether its page is there."""
        return self.appears <= at and (self.withdrawn is None or at < self.withdrawn)

    def version(self, at: datetime) -> int:
        """Give how often it had been corrected."""
        return sum(moment <= at for moment in self.edited)

    def touched(self, at: datetime) -> datetime:
        """Give when it was last edited or shown again."""
        moments = (self.appears, *self.edited, *([self.again] if self.again else []))
        return max(moment for moment in moments if moment <= at)


def moment(day: date, clock: time) -> datetime:
    """Give a moment in Hà Nội."""
    return datetime.combine(day, clock, HANOI)


def publish(make: Make, seed: int, first: date, last: date, busy: Sequence[date]) -> list[Piece]:
    """Give all pieces of an outlet from `first` to `last`; on the `busy` days it publishes forty."""
    luck = Random(f"{seed}:{make.code}:pieces")
    pieces: list[Piece] = []
    days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
    for day in days:
        for published in _moments(luck, make, day, day in busy):
            # Numbers are not in the order of days: an archive was brought in, and several people write.
            number = 1000 + len(pieces) * 7919 % 100_003
            pieces.append(_fate(luck, Piece(make.code, number, published, published)))
    return pieces


def _moments(luck: Random, make: Make, day: date, busy: bool) -> list[datetime]:
    if TET[0] <= day <= TET[1]:
        return []
    if busy:  # a congress: forty pieces within a few hours
        start = moment(day, time(luck.choice((7, 8, 14, 15))))
        return sorted(start + luck.random() * 3 * HOUR for _ in range(BURST))
    mean = make.rate * (0.35 if day.weekday() >= 5 else 1.0)
    count = min(MOST_A_DAY, _poisson(luck, mean))
    found = [moment(day, time(6)) + luck.triangular(0, 16, 4) * HOUR for _ in range(count)]
    if count and luck.random() < 0.04:
        found[0] = moment(day, time(23, 59, 59))
    if count and luck.random() < 0.04:
        found[-1] = moment(day, time(0, 0, 0))
    return sorted(one.replace(microsecond=0) for one in found)


def _poisson(luck: Random, mean: float) -> int:
    limit, count, product = math.exp(-mean), 0, luck.random()
    while product > limit:
        count += 1
        product *= luck.random()
    return count


def _fate(luck: Random, piece: Piece) -> Piece:
    fate, appears = luck.random(), piece.appears
    if fate < 0.02:  # dated yesterday, on the lists today
        morning = moment(piece.day + DAY, time(7, luck.randrange(60)))
        return Piece(piece.outlet, piece.number, piece.published, morning)
    if fate < 0.08:
        edits = tuple(sorted(appears + luck.uniform(1, 30) * HOUR for _ in range(luck.choice((1, 1, 2)))))
        return Piece(piece.outlet, piece.number, piece.published, appears, edits)
    if fate < 0.095:
        gone = appears + luck.uniform(40, 400) * HOUR
        return Piece(piece.outlet, piece.number, piece.published, appears, withdrawn=gone)
    if fate < 0.105:
        return Piece(piece.outlet, piece.number, piece.published, appears, again=appears + luck.uniform(10, 40) * DAY)
    return piece
