"""A year's report rows out of tagged articles: our one question and arithmetic beside one SQL question per cell."""

import random
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from benchmarks import inputs
from benchmarks.timing import ROUNDS, Result, medians
from monitor.calendar import Period
from monitor.config import Settings
from monitor.coverage import Fulfilment, count
from monitor.duties import span
from monitor.plan import Proof
from monitor.press import Kind, Outlet, Tag, Verdict, Word, hanoi_day
from monitor.seen import Outcome
from storage import Database, articles, open_database, readings, tags

LIBRARIES = ("sqlalchemy",)

AS_OF = inputs.NOW + timedelta(days=5)
BY = "keywords@1"

_COUNTED = """{a}.kind IN ('article', 'live', 'video')
    AND EXISTS (SELECT 1 FROM tags AS t WHERE t.article_id = {a}.id AND t.item = :item)
    AND NOT EXISTS (SELECT 1 FROM verdicts AS v WHERE v.article_id = {a}.id AND v.item = :item AND v.word = 'reject')"""
_DONE = f"""
    SELECT count(*), coalesce(sum(NOT EXISTS (
        SELECT 1 FROM articles AS e WHERE e.work = a.work AND e.agency = a.agency
        AND (e.published_on, e.id) < (a.published_on, a.id) AND {_COUNTED.format(a="e")})), 0)
    FROM articles AS a WHERE a.outlet = :outlet AND a.published_on BETWEEN :first AND :last
    AND (:copies OR a.reprint_of IS NULL) AND {_COUNTED.format(a="a")}"""
_SEEN = """
    SELECT covers_first, covers_last FROM readings WHERE outlet = :outlet AND source = :source
    AND outcome IN ('ok', 'not_modified', 'partial') AND covers_first <= :last AND covers_last >= :first"""

Numbers = tuple[int, int, int]
"""Pieces, works, days not seen."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of one row of the report: what to count, in which outlets, on which days."""

    item: str
    outlets: tuple[Outlet, ...]
    days: Period
    copies: bool


def run(*, rounds: int = ROUNDS, pieces: int = 10_000) -> Result:
    """Count the whole year of the shipped plan; both must come to the same numbers."""
    settings = inputs.shipped()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "monitor.db"
        with open_database(f"sqlite:///{file}") as database:
            database.upgrade()
            _fill(database, settings, pieces)
            rows = _rows(database, settings)
            cells, expected = _cells(settings, rows)
            if _by_cell(file, cells) != expected:
                raise AssertionError("the peer counts otherwise than we do")
            figures = medians(
                {
                    "tallies, gaps, count": lambda: lambda: _rows(database, settings),
                    "SQL for every cell": lambda: lambda: _by_cell(file, cells),
                },
                rounds=rounds,
                pieces=1,
            )
    return Result(
        f"{pieces} tagged articles, a year of {len(rows)} rows; the peer asks for {len(cells)} cells (cycle and year"
        " of the rows with an outlet), counts pieces, works and unseen days in each, and judges nothing",
        "ms per report",
        figures,
    )


def _fill(database: Database, settings: Settings, pieces: int) -> None:
    chance = random.Random(2021)
    page = inputs.page(1, 300, 3_000)  # one page for all: nobody reads it here
    bare = inputs.article(1, 300, page)
    outlets, codes = settings.press.outlets, settings.plan.item_codes
    year = settings.plan.period
    before = 0, ""
    with database.begin() as conn:
        for number in range(pieces):
            outlet = chance.choice(outlets)
            article = replace(
                bare,
                outlet=outlet.code,
                agency=outlet.agency,
                identity=str(number),
                published_on=year.first + timedelta(days=chance.randrange(year.length)),
                kind=Kind.DIGEST if number % 50 == 0 else Kind.ARTICLE,
            )
            stored = articles.add(conn, article, page).id
            items = chance.sample(codes, chance.choice((1, 1, 2)))
            tags.put(conn, stored, BY, [Tag(item, 0.9, BY, ("một cửa",)) for item in items])
            if number % 25 == 1:  # the same work as the one before, which is another agency's or its own
                articles.relate(conn, before[0], before[0], None)
                articles.relate(conn, stored, before[0], before[0] if before[1] != outlet.agency else None)
            before = stored, outlet.agency
            if number % 40 == 0:
                tags.review(conn, stored, Verdict(items[0], Word.REJECT, "N.M", inputs.NOW))
        for outlet in outlets:
            for source in outlet.sources:
                for month in range(1, 12):  # December stays unseen
                    last = date(2021, month + 1, 1) - timedelta(days=1)
                    covers = Period(last.replace(day=1), last)
                    at = AS_OF + timedelta(minutes=month)
                    reading = readings.Reading("r", outlet.code, source.name, at, at, Outcome.OK)
                    readings.record(conn, replace(reading, covers=covers))


def _rows(database: Database, settings: Settings) -> list[Fulfilment]:
    plan, press, today = settings.plan, settings.press, hanoi_day(AS_OF)
    days = span(plan, plan.period, plan.calendar)
    with database.connect() as conn:
        tallies = tags.tallies(conn, days)
        gaps = readings.gaps(conn, press.outlets, days, today)
    return count(plan, press, tallies, gaps, plan.period, today, plan.calendar)


def _cells(settings: Settings, rows: Sequence[Fulfilment]) -> tuple[list[Cell], list[Numbers]]:
    """Give what a row shows of its cycle and of the report's period, for rows with outlets to count; and our numbers.

    Rows without an outlet need no question: they are not asked of the peer.
    """
    plan, press = settings.plan, settings.press
    cells: list[Cell] = []
    expected: list[Numbers] = []
    for row in rows:
        if row.proof is not Proof.COUNT or not row.parts:
            continue
        outlets = tuple(o for o in press.outlets if o.agency == row.agency and o.channel in row.channels)
        shown = row.in_period
        for days, numbers in (
            (row.cycle, (row.done or 0, row.works or 0, row.blind_days)),
            (plan.period, (shown.done or 0, shown.works or 0, shown.blind_days)),
        ):
            inside = days.meet(plan.period)
            owed = inside and press.agency(row.agency).valid.within(inside)
            if owed:
                cells.append(Cell(plan.item(row.item).code, outlets, owed, row.counts_reprints))
                expected.append(numbers)
    return cells, expected


def _by_cell(file: Path, cells: Sequence[Cell]) -> list[Numbers]:
    with closing(sqlite3.connect(file)) as conn:
        return [_ask(conn, cell) for cell in cells]


def _ask(conn: sqlite3.Connection, cell: Cell) -> Numbers:
    done, works = 0, 0
    there: set[date] = set()
    blind: set[date] = set()
    for outlet in cell.outlets:
        days = outlet.valid.within(cell.days)
        if days is None:
            continue
        asked = {"item": cell.item, "outlet": outlet.code, "copies": cell.copies}
        asked |= {"first": days.first.isoformat(), "last": days.last.isoformat()}
        more, new = conn.execute(_DONE, asked).fetchone()
        done, works = done + more, works + new
        seen: set[date] = set()
        for source in outlet.sources:
            for first, last in conn.execute(_SEEN, asked | {"source": source.name}) if source.whole else ():
                seen.update(Period(date.fromisoformat(first), date.fromisoformat(last)))
        there.update(days)
        blind.update(day for day in days if day not in seen)
    return done, works, len(blind) + cell.days.length - len(there)
