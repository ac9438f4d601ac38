"""What could have been found, and where what was found departs from it: each departure on one readable line.

A piece could be found when, in some run that nobody killed, one of its outlet's lists was well and showed it from the
run's beginning to its end (a list with following pages and a sitemap show all they hold), and when, in that run or a
later one, its page was up and could be read during the whole run. A piece that was taken down before the first such
run is `fleeting`: no crawler could know that it ever was.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from monitor.calendar import Period
from monitor.press import hanoi_day
from tests.year.makes import Lists
from tests.year.pieces import DAY, Piece
from tests.year.play import Played, Run, gaps_of
from tests.year.troubles import Trouble
from tests.year.writing import figure, title

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
        return Period(self.result.world.first, self.result.world.last - DAY)

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
                shown = shelf.shows(kind, run.start, run.end) if forgetful or kind in {"feed", "newest"} else (
                    piece for piece in left.values() if piece.stands(run.start) and piece.stands(run.end)
                )
                for piece in list(shown):
                    if left.pop(piece.number, None):
                        self.announced[code, piece.number] = run
            if well:
                self.fleeting.update((code, p.number) for p in left.values() if p.withdrawn and p.withdrawn <= run.start)

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
        for outlet, url, day, headline, text, version, kind in rows:
            piece = self.result.world.piece_at(outlet, url)
            if piece is None:
                self.strangers.append(f"{outlet} {url}")
            else:
                on = date.fromisoformat(day) if day else None
                row = Row(outlet, piece.number, on, headline, text, version, kind)
                self.stored[outlet, piece.number].append(row)

    # ── departures ──

    def missing(self) -> list[str]:
        """Give the pieces that could have been found and are not stored."""
        return [
            self._line(key, piece, f"shown in the run of {_at(self.announced[key].start)}, "
                                   f"readable in that of {_at(self.findable[key].start)}; {self._told(key)}")
            for key, piece in self.pieces
            if key in self.findable and key not in self.stored
        ]  # fmt: skip

    def twice(self) -> list[str]:
        """Give the pieces that are stored more than once."""
        return [
            self._line(key, self._piece(key), f"stored {len(rows)} times")
            for key, rows in self.stored.items()
            if len(rows) > 1
        ]

    def on_wrong_days(self) -> list[str]:
        """Give the pieces that are stored under another day than their own, or under none."""
        return [
            self._line(key, piece, f"stored under {rows[0].day}")
            for key, piece in self.pieces
            if (rows := self.stored.get(key)) and rows[0].day != piece.day
        ]

    def unconfessed(self, *, late: bool) -> list[str]:
        """Give the pieces that are not stored though their day is called fully seen."""
        return [
            self._line(key, piece, f"its day is called seen; {self._fate(key)}; {self._told(key)}")
            for key, piece in self.pieces
            if piece.late is late
            and key not in self.stored
            and key not in self.fleeting
            and (piece.outlet, piece.day) not in self.unseen
        ]

    def unconfessed_on_mondays(self) -> list[str]:
        """Give the pieces that a Monday's certificate of the week before was silent about."""
        found = []
        for week in self.result.weeks:
            run = max((run for run in self.result.runs if run.end <= week.told_at), key=lambda run: run.end)
            for key, piece in self.pieces:
                if (
                    week.days.first <= piece.day <= week.days.last
                    and piece.appears <= run.start
                    and (piece.withdrawn is None or piece.withdrawn > run.end)
                    and not piece.late
                    and key not in week.stored
                    and (piece.outlet, piece.day) not in week.gaps
                ):
                    found.append(self._line(key, piece, f"told on {_at(week.told_at)}; {self._fate(key)}"))
        return found

    def whole_days(self) -> tuple[int, int]:
        """Give how many outlet-days are truly whole in the database, and how many of these are called seen."""
        holes = {
            (piece.outlet, piece.day)
            for key, piece in self.pieces
            if key not in self.stored and key not in self.fleeting
        }
        whole = [(code, day) for code in self.result.world.makes for day in self.days if (code, day) not in holes]
        return len(whole), sum(one not in self.unseen for one in whole)

    def whole_days_by_outlet(self) -> dict[str, str]:
        """Give, by outlet, which share of its truly whole days is called seen."""
        holes = {(p.outlet, p.day) for key, p in self.pieces if key not in self.stored and key not in self.fleeting}
        shares = {}
        for code in self.result.world.makes:
            whole = [day for day in self.days if (code, day) not in holes]
            seen = sum((code, day) not in self.unseen for day in whole)
            shares[code] = f"{seen}/{len(whole)} = {seen / max(1, len(whole)):.1%}"
        return shares

    def stale(self, *, announced: bool) -> list[str]:
        """Give the corrected pieces whose stored words are not the last ones.

        `announced`: those whose correction a list with times of editing showed in a run in which their page could be
        read; else those that were still young (a week) when corrected, and that nothing but looking again would show.
        """
        return [
            self._line(key, piece, f"corrected {_at(piece.edited[-1])}, stored: {rows[0].versions} versions")
            for key, piece in self.pieces
            if piece.edited
            and (rows := self.stored.get(key))
            and self._shown_edit(piece) is announced
            and (announced or self._looked_again(piece))
            and not _says(rows[0], piece, self.result.until)
        ]

    def restless(self) -> list[str]:
        """Give the pieces that have more versions than their outlet ever wrote; rules written anew may add one."""
        allowed = {code: 1 + (make.template is not None) for code, make in self.result.world.makes.items()}
        return [
            self._line(key, piece, f"{rows[0].versions} versions of {len(piece.edited) + 1} writings")
            for key, piece in self.pieces
            if (rows := self.stored.get(key)) and rows[0].versions > len(piece.edited) + allowed[piece.outlet]
        ]

    def lost_withdrawn(self) -> list[str]:
        """Give the pieces that could be found before they were withdrawn, and are not stored."""
        return [line for line in self.missing() if " withdrawn " in line]

    def unheard_deaths(self) -> list[str]:
        """Give the lists that had been dead for 26 hours without an alarm."""
        found = []
        for code, outages in self.result.world.outages.items():
            for outage in outages:
                told = self.result.alarms.get(outage.first + timedelta(hours=26))
                if not outage.trouble.kills or told is None or outage.last <= outage.first + timedelta(hours=26):
                    continue
                lists = [outage.only] if outage.only else self.result.world.makes[code].lists
                found += [f"{code} {kind}: {outage}" for kind in lists if (code, kind) not in told]
        return found

    def false_alarms(self) -> list[str]:
        """Give the alarms for lists that had answered as they should in every run of the last 26 hours (two or more)."""
        found = []
        for at, told in sorted(self.result.alarms.items()):
            runs = [run for run in self.result.runs if at - timedelta(hours=26) <= run.start and run.end <= at]
            for code, make in self.result.world.makes.items():
                for kind in make.lists:
                    well = all(self.well(code, kind, run) and self.well(code, None, run) for run in runs)
                    if (code, kind) in told and len(runs) > 1 and well and not any(run.killed for run in runs):
                        found.append(f"{code} {kind}: alarm at {_at(at)}")
        return found

    # ── words ──

    def _piece(self, key: Key) -> Piece:
        return self.result.world.pieces[key[0]][key[1]]

    def _shown_edit(self, piece: Piece) -> bool:
        shelf = self.result.world.shelves[piece.outlet]
        edited = piece.edited[-1]
        for run in self.result.runs:
            if run.killed or run.start < edited or run.start > edited + 4 * DAY or not self.well(piece.outlet, None, run):
                continue
            for kind in shelf.make.lists:
                tells = kind in {"months", "index"} or (kind == "feed" and shelf.make.atom)
                near = hanoi_day(run.start).replace(day=1) <= piece.day or kind == "feed"
                if tells and near and self.well(piece.outlet, kind, run):
                    if kind != "feed" or any(p is piece for p in shelf.shows(kind, run.start, run.end)):
                        return True
        return False

    def _looked_again(self, piece: Piece) -> bool:
        """Say whether the page could be read a good week after the piece came, with time left until the end."""
        due = piece.appears + 8 * DAY
        runs = [run for run in self.result.runs if due <= run.start <= due + 4 * DAY and not run.killed]
        return any(self.well(piece.outlet, None, run) for run in runs)

    def _fate(self, key: Key) -> str:
        if key in self.findable:
            return f"could be found in the run of {_at(self.findable[key].start)}"
        piece = self._piece(key)
        near = [one for one in self.result.world.outages[key[0]] if one.holds(piece.appears - DAY, piece.appears + 3 * DAY)]
        return f"no list showed it in any run (it came {_at(piece.appears)}; {', '.join(map(str, near)) or 'no outage'})"

    def _told(self, key: Key) -> str:
        """Give what the product noted of a piece that is not stored."""
        with self.result.database.connect() as conn:
            rows = conn.exec_driver_sql(
                "SELECT url, source, state, reason, attempts, first_seen_at FROM links WHERE outlet = ?", (key[0],)
            ).all()
        for url, source, state, reason, attempts, first in rows:
            piece = self.result.world.piece_at(key[0], url)
            if piece and piece.number == key[1]:
                return f"noted by {source} at {first}: {state} {reason} after {attempts} tries"
        return "never noted"

    def _line(self, key: Key, piece: Piece, why: str) -> str:
        gone = f" withdrawn {_at(piece.withdrawn)}" if piece.withdrawn else ""
        late = f" (on the lists {_at(piece.appears)})" if piece.late else ""
        return f"{key[0]} #{key[1]} of {_at(piece.published)}{late}{gone}: {why}"


def _says(row: Row, piece: Piece, at: datetime) -> bool:
    return figure(piece, at) in row.text and row.title == title(piece, at)


def _at(moment: datetime) -> str:
    return f"{moment:%m-%d %H:%M}"


def lies(result: Played) -> int:
    """Give how many outages were of a server that said “not modified” whatever happened."""
    return sum(one.trouble is Trouble.LYING for found in result.world.outages.values() for one in found)
