"""What goes wrong at the outlets, from when to when, and what of an outlet it strikes."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random

from tests.year.makes import Make
from tests.year.pieces import DAY, HOUR, TET, moment


class Trouble(StrEnum):
    """A way in which an outlet fails; the first four strike its whole host, the next four its lists, the last pages."""

    STATUS = "5xx"
    TIMEOUT = "timeout"
    DNS = "dns"
    CHALLENGE = "challenge"
    HTML = "html instead of the list"
    EMPTY = "empty list with 200"
    TRUNCATED = "list cut off"
    LYING = "304 whatever happens"
    PAGES = "pages answer 500"

    @property
    def strikes_lists(self) -> bool:
        """Say whether lists show nothing of what is new."""
        return self is not Trouble.PAGES

    @property
    def strikes_pages(self) -> bool:
        """Say whether pieces cannot be read."""
        return self in {Trouble.STATUS, Trouble.TIMEOUT, Trouble.DNS, Trouble.CHALLENGE, Trouble.PAGES}

    @property
    def kills(self) -> bool:
        """Say whether whoever looks can see that the lists are dead; a server that says “not modified” looks well."""
        return self.strikes_lists and self is not Trouble.LYING


@dataclass(frozen=True, slots=True)
class Outage:
    """One trouble of one outlet; `only` is the one list it strikes, None where it strikes all."""

    outlet: str
    trouble: Trouble
    first: datetime
    last: datetime
    only: str | None = None

    def holds(self, since: datetime, until: datetime) -> bool:
        """Say whether any of the time between two moments lies in it."""
        return self.first <= until and since < self.last

    def __str__(self) -> str:
        """Say it on one line, for lists of failures."""
        what = f" of {self.only}" if self.only else ""
        return f"{self.trouble}{what} {self.first:%m-%d %H:%M}…{self.last:%m-%d %H:%M}"


def outages_of(make: Make, seed: int, first: date, last: date) -> tuple[Outage, ...]:
    """Give the troubles of an outlet: about one a month, of three hours to three days, none at either end or at Tết."""
    luck = Random(f"{seed}:{make.code}:troubles")
    # A pack of all kinds, dealt anew when it is empty: in a year every outlet meets every trouble.
    found, pack = [], list[Trouble]()
    at = moment(first, time(0)) + luck.uniform(9, 30) * DAY
    while at < moment(last, time(0)) - 12 * DAY:
        if not pack:
            pack = luck.sample(list(Trouble), len(Trouble))
        trouble = pack.pop()
        hours = 24 if trouble is Trouble.LYING else luck.choice((3, 8, 20, 30, 50, 72))
        only = luck.choice(make.lists) if trouble in _OF_ONE_LIST and luck.random() < 0.5 else None
        outage = Outage(make.code, trouble, at, at + hours * HOUR, only if len(make.lists) > 1 else None)
        if not outage.holds(moment(TET[0] - 2 * DAY, time(0)), moment(TET[1] + DAY, time(23))):
            found.append(outage)
        at += timedelta(hours=hours) + luck.uniform(12, 45) * DAY
    return tuple(found)


_OF_ONE_LIST = frozenset({Trouble.HTML, Trouble.EMPTY, Trouble.TRUNCATED, Trouble.LYING})


def busy_days(make: Make, seed: int, first: date, last: date, outages: tuple[Outage, ...]) -> tuple[date, ...]:
    """Give the days on which an outlet publishes forty pieces: some at random, some within an outage."""
    if not make.bursts:
        return ()
    luck = Random(f"{seed}:{make.code}:busy")
    span = (last - first).days
    at_random = [first + luck.randrange(9, max(10, span - 8)) * DAY for _ in range(max(1, round(span / 90)))]
    within = [one.first.date() + DAY for one in outages if one.last - one.first >= 30 * HOUR and luck.random() < 0.25]
    return tuple(sorted({*at_random, *within}))
