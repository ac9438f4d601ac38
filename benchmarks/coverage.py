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
from monitor.press import Kind, Tag, Verdict, Word, hanoi_day
from storage import Database, articles, open_database, readings, tags

LIBRARIES = ("sqlalchemy",)

AS_OF = inputs.NOW + timedelta(days=5)
BY = "keywords@1"

# The naive one leaves out works, reprints and what people confirmed: it asks for less than we count.
_DONE = """
    SELECT count(*) FROM articles AS a WHERE a.outlet = :outlet AND a.published_on BETWEEN :first AND :last
    AND a.kind IN ('article', 'live', 'video')
    AND EXISTS (SELECT 1 FROM tags AS t WHERE t.article_id = a.id AND t.item = :item)
    AND NOT EXISTS (SELECT 1 FROM verdicts AS v WHERE v.article_id = a.id AND v.item = :item AND v.word = 'reject')"""
_SEEN = """
    SELECT covers_first, covers_last FROM readings WHERE outlet = :outlet AND source = :source
    AND outcome IN ('ok', 'not_modified', 'partial') AND covers_first <= :last AND covers_last >= :first"""


@dataclass(frozen=True, slots=True)
class Cell:
    """One outlet's part in one row of the report: what to ask for, in which days."""

    item: str
    outlet: str
    sources: tuple[str, ...]
    days: Period


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
        f"{pieces} tagged articles, {len(rows)} rows of a year, {len(cells)} cells (row × outlet);"
        " the peer is told its cells, and counts pieces and unseen days only",
        "ms per report",
        figures,
    )


def _fill(database: Database, settings: Settings, pieces: int) -> None:
    chance = random.Random(2021)
    page = inputs.page(1, 300, 3_000)  # one page for all: nobody reads it here
    bare = inputs.article(1, 300, page)
    outlets, codes = settings.press.outlets, settings.plan.item_codes
    year = settings.plan.period
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
            if number % 40 == 0:
                tags.review(conn, stored, Verdict(items[0], Word.REJECT, "N.M", inputs.NOW))
        for outlet in outlets:
            for source in outlet.sources:
                for month in range(1, 12):  # December stays unseen
                    last = date(2021, month + 1, 1) - timedelta(days=1)
                    covers = Period(last.replace(day=1), last)
                    at = AS_OF + timedelta(minutes=month)
                    reading = readings.Reading("r", outlet.code, source.name, at, at, readings.Outcome.OK)
                    readings.record(conn, replace(reading, covers=covers))


def _rows(database: Database, settings: Settings) -> list[Fulfilment]:
    plan, press, today = settings.plan, settings.press, hanoi_day(AS_OF)
    days = span(plan, plan.period, plan.calendar)
    with database.connect() as conn:
        tallies = tags.tallies(conn, days)
        gaps = readings.gaps(conn, press.outlets, days, today)
    return count(plan, press, tallies, gaps, plan.period, today, plan.calendar)


def _cells(settings: Settings, rows: Sequence[Fulfilment]) -> tuple[list[Cell], list[tuple[int, int]]]:
    """Give the cells of the rows that count articles, and what each came to: pieces, days not seen."""
    plan, press = settings.plan, settings.press
    cells, expected = [], []
    for row in rows:
        for part in row.parts if row.proof is Proof.COUNT else ():
            outlet = press.outlet(part.outlet)
            owed = row.cycle.meet(plan.period)
            owed = owed and press.agency(row.agency).valid.within(owed)
            owed = owed and outlet.valid.within(owed)
            if owed:
                whole = tuple(source.name for source in outlet.sources if source.whole)
                cells.append(Cell(plan.item(row.item).code, outlet.code, whole, owed))
                expected.append((part.done or 0, part.blind_days))
    return cells, expected


def _by_cell(file: Path, cells: Sequence[Cell]) -> list[tuple[int, int]]:
    found = []
    with closing(sqlite3.connect(file)) as conn:
        for cell in cells:
            asked = {"item": cell.item, "outlet": cell.outlet}
            asked |= {"first": cell.days.first.isoformat(), "last": cell.days.last.isoformat()}
            seen: set[date] = set()
            for source in cell.sources:
                for first, last in conn.execute(_SEEN, asked | {"source": source}):
                    covered = Period(date.fromisoformat(first), date.fromisoformat(last))
                    seen.update(day for day in cell.days if day in covered)
            done = conn.execute(_DONE, asked).fetchone()[0]
            found.append((done, sum(day not in seen for day in cell.days)))
    return found
