"""What every command shares: the options before it, exit codes, periods, and how words and data are printed."""

import json
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.calendar import STATE_CLOSES_ON, Calendar, Every, Period
from monitor.press import HANOI, hanoi_day

if TYPE_CHECKING:
    from monitor.config import Settings
    from storage import Database

OK, SOME_FAILED, USAGE, DAMAGED, UNREACHED, BUG, NO_SPACE, BUSY, BAD_FILE = 0, 1, 2, 65, 69, 70, 74, 75, 78
"""Exit codes of CONTRACT §3; 130 and 143 follow signals."""

FIRST_YEAR, LAST_YEAR = 1990, 2200
"""The years that a moment or a day may lie in; farther away it is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class Office:
    """What the options before the command say: where the data and the files are, and which moment it is."""

    database: str
    sources: Path
    plan: Path
    as_of: datetime | None
    quiet: bool

    def now(self) -> datetime:
        """Give the moment to act at: `--as-of`, or the clock's."""
        return self.as_of or datetime.now(UTC)

    @property
    def today(self) -> date:
        """Give the day in Hà Nội."""
        return hanoi_day(self.now())

    def settings(self) -> "Settings":
        """Read the files people edit; ConfigError names every mistake."""
        from monitor import config

        return config.load(self.sources, self.plan)

    @contextmanager
    def open(self, *, alone: bool = False) -> Iterator["Database"]:
        """Open the database, make its tables where it is new; `alone` keeps a second run out."""
        from storage import open_database

        with open_database(self.database) as database:
            if alone:
                with database.lock():
                    database.prepare()
                    yield database
            else:
                database.prepare()
                yield database


def say(text: str) -> None:
    """Print words about the data, to stderr; a log that is full stops no work."""
    with suppress(OSError):
        typer.echo(text, err=True)


def show_json(value: Any, *, lines: bool = False) -> None:
    """Print JSON: indented for people, or one line (NDJSON)."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=None if lines else 2))


def read_moment(text: str) -> datetime:
    """Read `--as-of`: RFC 3339; a day alone is its noon, a time without zone is Hà Nội's."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"--as-of “{text}”: write a moment such as 2021-02-01T05:30+07:00") from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise typer.BadParameter(f"--as-of “{text}”: the year must lie between {FIRST_YEAR} and {LAST_YEAR}")
    if len(text) == len("2021-02-01"):
        moment = moment.replace(hour=12)
    return moment if moment.tzinfo else moment.replace(tzinfo=HANOI)


def read_day(text: str) -> date:
    """Read a day such as 2021-03-01.

    Raises:
        ValueError: no day, or one so far away that nobody means it.
    """
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}")
    return day


def days_of(first: str | None, last: str | None) -> tuple[date | None, date | None]:
    """Read `--from` and `--to`; either may be missing."""
    days: list[date | None] = []
    for option, text in (("--from", first), ("--to", last)):
        try:
            days.append(read_day(text) if text is not None else None)
        except ValueError as error:
            raise typer.BadParameter(f"{option} “{text}”: write a day such as 2021-03-01 ({error})") from error
    if days[0] and days[1] and days[1] < days[0]:
        raise typer.BadParameter(f"--to {last} lies before --from {first}")
    return days[0], days[1]


def only_one(**options: bool) -> None:
    """Refuse two ways of printing at once: one of them would be left out in silence."""
    named = [f"--{name}" for name, wanted in options.items() if wanted]
    if len(named) > 1:
        raise typer.BadParameter(f"{' and '.join(named)} do not go together: name one")


JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV.")]


WeekOption = Annotated[str | None, typer.Option("--week", help="Such as 2021-W12.")]
MonthOption = Annotated[str | None, typer.Option("--month", help="Such as 2021-03.")]
QuarterOption = Annotated[str | None, typer.Option("--quarter", help="Such as 2021-Q1.")]
HalfOption = Annotated[str | None, typer.Option("--half", help="Such as 2021-H1.")]
YearOption = Annotated[str | None, typer.Option("--year", help="Such as 2021.")]
FromOption = Annotated[str | None, typer.Option("--from", help="First day, with --to.", metavar="DATE")]
ToOption = Annotated[str | None, typer.Option("--to", help="Last day, with --from.", metavar="DATE")]
CalendarOption = Annotated[
    str | None, typer.Option("--calendar", help="civil, or state: months close on the 14th.", metavar="civil|state")
]


_EXAMPLES = {
    "--week": "2021-W12",
    "--month": "2021-03",
    "--quarter": "2021-Q1",
    "--half": "2021-H1",
    "--year": "2021",
}


def period_of(
    office: Office,
    calendar: Calendar,
    spans: dict[str, str | None],
    first: str | None,
    last: str | None,
) -> Period:
    """Give the period that the options name; the last closed week where they name none."""
    named = {option: text for option, text in spans.items() if text is not None}
    if len(named) + (first is not None or last is not None) > 1:
        raise typer.BadParameter("name one period: --week, --month, --quarter, --half, --year, or --from with --to")
    if first is not None or last is not None:
        since, until = days_of(first, last)
        if since is None or until is None:
            raise typer.BadParameter("--from and --to go together")
        return Period(since, until, "")
    if not named:
        this_week = calendar.cycle(Every.WEEK, office.today)
        return calendar.cycle(Every.WEEK, this_week.first - timedelta(days=1))
    ((option, text),) = named.items()
    example = _EXAMPLES[option]
    try:
        # Digits may differ, nothing else: a quarter is no month.
        if re.sub(r"[0-9]", "0", text.strip().upper()) != re.sub(r"[0-9]", "0", example):
            raise ValueError(f"“{text}” does not fit; write {example}")
        return calendar.period(text)
    except ValueError as error:
        raise typer.BadParameter(f"{option}: {error}") from error


def calendar_of(name: str | None, plan_calendar: Calendar) -> Calendar:
    """Give the calendar that `--calendar` names; the plan's own where it names none."""
    if name is None:
        return plan_calendar
    if name not in {"civil", "state"}:
        raise typer.BadParameter(f"--calendar “{name}”: write civil or state")
    closes_on = (plan_calendar.closes_on or STATE_CLOSES_ON) if name == "state" else None
    return Calendar(closes_on, plan_calendar.week_starts_on)


def may_write(path: Path, endings: Collection[str]) -> None:
    """Refuse a file whose ending names no format we write, or whose folder is missing, before any work is done."""
    if path.suffix[1:].lower() not in endings:
        raise typer.BadParameter(f"-o {path}: the ending must be one of {', '.join('.' + name for name in endings)}")
    if not path.parent.is_dir():
        raise typer.BadParameter(f"-o {path}: there is no folder {path.parent}")


def write_file(path: Path, content: bytes) -> None:
    """Write under a temporary name and rename: a reader sees the old file or the new one, never half."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
