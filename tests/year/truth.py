"""What could have been found, and what was stored.

A piece could be found when, in some run that nobody killed, one of its outlet's lists was well and showed it from the
run's beginning to its end (a list with following pages and a sitemap show all they hold), and when, in that run or a
later one, its page was up and could be read during the whole run. A piece that was taken down before the first such
run is `fleeting`: no crawler could know that it ever was.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from monitor.calendar import Period
from monitor.press import hanoi_day
from tests.year.makes import Lists
from tests.year.pieces import DAY, Piece
from tests.year.play import Played, Run, gaps_of

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """What is stored of a piece."""

    outlet: str
    number: int
    day: date | None
    title: str
    text: str
    versions: int
    kind: str


@dataclass(slots=True)
class Truth:
    """A played world seen from above."""

    result: Played
    announced: dict[Key, Run] = field(default_factory=dict)  # the first run in which a list showed it
    findable: dict[Key, Run] = field(default_factory=dict)  # the first run in which its page could be read, too
    fleeting: set[Key] = field(default_factory=set)
    stored: dict[Key, list[Row]] = field(default_factory=lambda: defaultdict(list))
    strangers: list[str] = field(default_factory=list)  # stored, and no piece of the world
    noted: dict[Key, str] = field(default_factory=dict)  # what the product says of what it did not read
    unseen: frozenset[tuple[str, date]] = frozenset()

    def __post_init__(self) -> None:
        runs = [run for run in self.result.runs if not run.killed]
        for code in self.result.world.makes:
            self._announced(code, runs)
            self._findable(code, runs)
        self._stored()
        self.unseen = gaps_of(self.result, self.days, self.result.until)

    @property
    def days(self) -> Period:
        """Give the days on which there is something to judge: the last one was not over."""
        return Period(self.result.world.first, min(self.result.world.last, hanoi_day(self.result.until)) - DAY)

    @property
    def pieces(self) -> Iterator[tuple[Key, Piece]]:
        """Give the pieces of these days."""
        for code, pieces in self.result.world.pieces.items():
            for number, piece in pieces.items():
                if self.days.first <= piece.day <= self.days.last:
                    yield (code, number), piece

    def well(self, code: str, kind: Lists | None, run: Run) -> bool:
        """Say whether a list (or, for None, the pages) of an outlet could be read during a whole run."""
        for outage in self.result.world.outages[code]:
            strikes = outage.trouble.strikes_lists if kind else outage.trouble.strikes_pages
            if strikes and outage.only in {None, kind} and outage.holds(run.start, run.end):
                return False
        return True

    def _announced(self, code: str, runs: list[Run]) -> None:
        world = self.result.world
        shelf, left = world.shelves[code], dict(world.pieces[code])
        for run in runs:
            well = [kind for kind in shelf.make.lists if self.well(code, kind, run)]
            forgetful = all(kind in {"feed", "newest"} for kind in well)
            for kind in well:
                shown = (
                    shelf.shows(kind, run.start, run.end)
                    if forgetful or kind in {"feed", "newest"}
                    else (piece for piece in left.values() if piece.stands(run.start) and piece.stands(run.end))
                )
                for piece in list(shown):
                    if left.pop(piece.number, None):
                        self.announced[code, piece.number] = run
            if well:
                self.fleeting.update(
                    (code, p.number) for p in left.values() if p.withdrawn and p.withdrawn <= run.start
                )

    def _findable(self, code: str, runs: list[Run]) -> None:
        readable = [run for run in runs if self.well(code, None, run)]
        for (outlet, number), announced in self.announced.items():
            if outlet != code:
                continue
            piece = self.result.world.pieces[code][number]
            later = (run for run in readable if run.start >= announced.start)
            found = next((run for run in later if run.start >= announced.start), None)
            if found and piece.stands(found.start) and piece.stands(found.end):
                self.findable[code, number] = found

    def _stored(self) -> None:
        with self.result.database.connect() as conn:
            rows = conn.exec_driver_sql(
                "SELECT outlet, url, published_on, title, text, version, kind FROM articles ORDER BY id"
            ).all()
            left = conn.exec_driver_sql("SELECT outlet, url, source, state, reason, attempts FROM links").all()
        for outlet, url, source, state, reason, attempts in left:
            if piece := self.result.world.piece_at(outlet, url):
                said = f"noted by {source}: {state}, {reason}, after {attempts} tries"
                self.noted[outlet, piece.number] = said
        for outlet, url, day, headline, text, version, kind in rows:
            piece = self.result.world.piece_at(outlet, url)
            if piece is None:
                self.strangers.append(f"{outlet} {url}")
            else:
                on = date.fromisoformat(str(day)) if day else None
                row = Row(outlet, piece.number, on, headline, text, version, kind)
                self.stored[outlet, piece.number].append(row)
