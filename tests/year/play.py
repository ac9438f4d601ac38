"""One crawler through a world's whole time: three times a day, once a day, offline, and killed in the middle."""

import time as wall
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from random import Random
from threading import Event

from monitor.calendar import Period
from monitor.coverage import Gap
from monitor.fetch import Fetcher
from monitor.jobs.crawl import crawl, open_today
from monitor.jobs.status import status
from monitor.press import Press, hanoi_day
from storage import Database, open_database, readings
from storage.readings import Reading
from tests.year.makes import BOTH_PAGES, OLD_PAGE, press_of, share
from tests.year.pieces import DAY, HOUR, TET, moment
from tests.year.wire import Asked, Clock, Wire
from tests.year.world import World

NOTICED_AFTER = 14
"""Days until a person writes the rules for pages that are built otherwise."""


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl: from when to when; a killed one proves nothing of what could have been found."""

    start: datetime
    end: datetime
    killed: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A run that is planned; `after` pieces somebody ends it, None where nobody does."""

    at: datetime
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """What was said on a Monday of the week before: its days with gaps, and what was stored, by outlet and number."""

    told_at: datetime
    days: Period
    gaps: frozenset[tuple[str, date]]
    stored: frozenset[tuple[str, int]]


@dataclass(slots=True)
class Played:
    """Everything that was seen from outside while the time went by."""

    world: World
    press: Press
    database: Database
    runs: list[Run] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    log: list[Asked] = field(default_factory=list)
    alarms: dict[datetime, frozenset[tuple[str, str]]] = field(default_factory=dict)
    weeks: list[Week] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def until(self) -> datetime:
        """Give the moment at which the last run had ended."""
        return self.runs[-1].end


def turns(world: World) -> list[Turn]:
    """Give our own year: when we come, which days we are offline, and when a run is ended by force."""
    luck = Random(f"{world.seed}:turns")
    off = {share(world.first, world.days, 0.28).toordinal() + n for n in range(3)}
    seldom = {share(world.first, world.days, 0.8).toordinal() + n for n in range(7)}
    found = []
    for n in range(world.first.toordinal(), world.last.toordinal() + 1):
        day = date.fromordinal(n)
        if n in off:
            continue
        clocks = [time(5, 40), time(13, 10), time(23, 58) if n % 9 == 0 else time(21, 20)]
        for clock in clocks[:1] if n in seldom else clocks:
            at = moment(day, clock).replace(second=luck.randrange(60))
            found.append(Turn(at, luck.choice((0, 1, 3, 8)) if luck.random() < 0.02 else None))
    return found


def probes(world: World) -> list[datetime]:
    """Give the moments at which the alarms are looked at: 26 hours into every death, every day of Tết, every Monday."""
    deaths = [one.first + 26 * HOUR for found in world.outages.values() for one in found if one.trouble.kills]
    quiet = [moment(TET[0] + n * DAY, time(12)) for n in range((TET[1] - TET[0]).days + 2)]
    mondays = [moment(world.first + n * DAY, time(8)) for n in range(3, world.days)]
    every = {*deaths, *quiet, *(one for one in mondays if one.weekday() == 0)}
    return sorted(one for one in every if moment(world.first, time(6)) < one < moment(world.last, time(23, 59)))


@contextmanager
def played(world: World, file: Path, at_once: int = 1, until: date | None = None) -> Iterator[Played]:
    """Crawl a world from its first day to its last (or to `until`), and give what came of it."""
    with open_database(f"sqlite:///{file}") as database:
        database.upgrade()
        press = press_of(tuple(world.makes.values()), OLD_PAGE)
        result = Played(world, press, database)
        clock = Clock(moment(world.first, time(0)))
        last = until or world.last
        cpu, real = wall.process_time(), wall.perf_counter()
        with Wire(world, clock) as wire:
            steps: list[tuple[datetime, Turn | None]] = [(turn.at, turn) for turn in turns(world)]
            steps += [(probe, None) for probe in probes(world)]
            for at, turn in sorted((one for one in steps if hanoi_day(one[0]) <= last), key=lambda step: step[0]):
                clock.set(at)
                if turn is None:
                    _look(result, at)
                else:
                    _run(result, wire, turn, at_once)
            result.log = wire.log
            result.seconds["world"] = wire.seconds
        result.seconds |= {"cpu": wall.process_time() - cpu, "wall": wall.perf_counter() - real}
        yield result


def _run(result: Played, wire: Wire, turn: Turn, at_once: int) -> None:
    clock, stop, pages = wire.clock, Event(), [0]
    start = clock.now()

    def watch(path: str) -> None:
        pages[0] += path.partition("?")[0].endswith(".html")
        if turn.after is not None and pages[0] > turn.after:
            stop.set()

    wire.on_request = watch
    known = share(result.world.first, result.world.days, 0.6).toordinal() + NOTICED_AFTER
    if hanoi_day(start).toordinal() >= known:  # the operator has looked at the new pages
        result.press = press_of(tuple(result.world.makes.values()), BOTH_PAGES)
    with Fetcher(
        result.press.user_agent,
        now=clock.now,
        monotonic=clock.monotonic,
        sleep=clock.sleep,
        resolve=wire.resolve,
        dial=wire.dial(),
    ) as fetcher:
        outlets = open_today(result.press, hanoi_day(start))
        done = crawl(result.database, result.press, fetcher, outlets, now=clock.now, stop=stop, at_once=at_once)
        result.readings += done
    result.runs.append(Run(start, clock.now(), stop.is_set()))


def _look(result: Played, at: datetime) -> None:
    told = status(result.database, result.press, at, 1)
    result.alarms[at] = frozenset((one["outlet"], one["source"]) for one in told["sources"] if one["alarm"])
    if at.weekday() == 0 and at.hour == 8 and at.minute == 0:
        days = Period(hanoi_day(at) - 7 * DAY, hanoi_day(at) - DAY)
        result.weeks.append(Week(at, days, gaps_of(result, days, at), frozenset(stored_of(result))))


def gaps_of(result: Played, days: Period, at: datetime) -> frozenset[tuple[str, date]]:
    """Give the days that the certificate does not call fully seen."""
    with result.database.connect() as conn:
        found: list[Gap] = readings.gaps(conn, result.press.outlets, days, hanoi_day(at), at)
    return frozenset((gap.outlet, gap.day) for gap in found)


def stored_of(result: Played) -> Iterator[tuple[str, int]]:
    """Give what is stored, by outlet and the number in its address."""
    with result.database.connect() as conn:
        rows = conn.exec_driver_sql("SELECT outlet, url FROM articles").all()
    for outlet, url in rows:
        piece = result.world.piece_at(outlet, url)
        if piece:
            yield outlet, piece.number
