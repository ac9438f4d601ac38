"""The commands that bring articles in: check, crawl, tag, run, status."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.calendar import Period
from monitor.cli.office import BUG, OK, SOME_FAILED, UNREACHED, JsonOption, Office, read_day, say, show_json
from monitor.cli.signals import stopping
from monitor.errors import StorageError
from monitor.press import HANOI

if TYPE_CHECKING:
    from monitor.config import Settings
    from storage import Database
    from storage.readings import Reading


def check(ctx: typer.Context) -> int:
    """Read every file people edit and name every mistake."""
    office: Office = ctx.obj
    settings = office.settings()
    if not office.quiet and sys.stdout.isatty():
        say(
            f"No mistakes: {len(settings.press.outlets)} outlets, {len(settings.press.agencies)} agencies, "
            f"plan {settings.plan.number} with {len(settings.plan.items)} items."
        )
    return OK


MinFreeOption = Annotated[
    int,
    typer.Option(
        "--min-free", envvar="MONITOR_MIN_FREE", help="Megabytes that must be free beside the database.", min=0
    ),
]
MIN_FREE = 500
"""Megabytes: a disk that fills up in the middle of a run loses nothing, but the next nights' readings."""


def _room(database: "Database", megabytes: int) -> None:
    """Refuse to begin where the disk is nearly full (F50): said in time, it costs no reading."""
    free = database.free_bytes()
    if free is not None and free < megabytes * 1_000_000:
        raise StorageError(
            f"the disk of {database.name} has {free // 1_000_000} MB free, and a run wants {megabytes}: "
            "free some space, or name another limit with --min-free (MONITOR_MIN_FREE)"
        )


def _range(text: str | None) -> Period | None:
    if text is None:
        return None
    first, dots, last = text.partition("..")
    try:
        return Period(read_day(first), read_day(last if dots else first))
    except ValueError as error:
        raise typer.BadParameter(f"--backfill “{text}”: write FIRST..LAST, such as 2021-01-01..2021-03-31") from error


def _right_clock(office: Office, database: "Database") -> None:
    """Refuse to read by a clock that stands more than a day before what is stored: its days would be wrong (F57)."""
    if office.as_of is not None:
        return
    from storage import readings

    now = office.now()
    with database.connect() as conn:
        newest = readings.newest(conn)
    if newest is not None and newest - now > timedelta(days=1):
        raise typer.BadParameter(
            f"this machine's clock says {now.astimezone(HANOI):%Y-%m-%d %H:%M}, but the newest reading stored is of "
            f"{newest.astimezone(HANOI):%Y-%m-%d %H:%M}: set the clock, or name the moment with --as-of"
        )


def _crawl(
    office: Office,
    settings: "Settings",
    database: "Database",
    stop: Event,
    codes: Sequence[str] = (),
    backfill: Period | None = None,
    as_json: bool = False,
    patient: bool = False,
) -> int:
    from monitor.jobs.crawl import crawl, fetcher_for, open_today

    try:
        outlets = open_today(settings.press, office.today, codes, backfill)
    except KeyError as error:
        raise typer.BadParameter(f"--outlet {error.args[0]}: no such outlet in {office.sources}") from error
    _right_clock(office, database)
    started = office.now()
    readings: list[Reading] = []
    with fetcher_for(database, settings.press, office.now) as fetcher:
        done = crawl(
            database, settings.press, fetcher, outlets, now=office.now, stop=stop, backfill=backfill, patient=patient
        )
        with _progress(sum(len(outlet.sources) for outlet in outlets)) as advance:
            for reading in done:
                readings.append(reading)
                advance(f"{reading.outlet} {reading.source}")
    if as_json:
        from monitor.jobs.shapes import crawl_json

        show_json(crawl_json(readings, started, office.now()))
    return _verdict_of(office, settings, readings, show=not as_json)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    """Show a bar on a terminal; elsewhere nothing."""
    if not (sys.stderr.isatty() and total):
        yield lambda _what: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("crawl", total=total)
        yield lambda what: bar.update(task, advance=1, description=what)


def _verdict_of(office: Office, settings: "Settings", readings: "Sequence[Reading]", *, show: bool) -> int:
    """Say which sources failed, a line each, and give the exit code."""
    from monitor.seen import Outcome

    bad = {Outcome.FAILED, Outcome.BLOCKED, Outcome.PARTIAL}
    # Left alone because it failed before is not well, either; left alone because it was read within the hour is.
    failed = [r for r in readings if r.outcome in bad or (r.outcome is Outcome.SKIPPED and r.reason is not None)]
    dead = [r for r in failed if r.outcome is not Outcome.PARTIAL]
    for reading in sorted(failed, key=lambda r: (r.outlet, r.source)):
        name = settings.press.outlet(reading.outlet).name
        why = f"{reading.reason.value}: {reading.reason.label}" if reading.reason else f"{reading.failed} pieces unread"
        if reading.pending:
            why += f", {reading.pending} pieces wait for the next run"
        say(f"{reading.outlet} ({name}), source {reading.source}: {reading.outcome.value}: {why}")
    if not readings:
        say(f"No outlet of {office.sources} is enabled and valid on {office.today}; nothing was read.")
        return UNREACHED
    if show and sys.stdout.isatty() and not office.quiet:
        new, updated = sum(r.new for r in readings), sum(r.updated for r in readings)
        say(f"{len(readings)} sources read, {len(failed)} with trouble; {new} new pieces, {updated} corrected.")
    if any(r.reason is not None and r.reason.value == "bug" for r in failed):
        return BUG
    if len(dead) == len(readings):
        return UNREACHED
    return SOME_FAILED if failed else OK


def crawl(
    ctx: typer.Context,
    outlet: Annotated[list[str] | None, typer.Option(help="Only this outlet; may be repeated.", metavar="CODE")] = None,
    backfill: Annotated[str | None, typer.Option(help="Fill past days.", metavar="FIRST..LAST")] = None,
    as_json: JsonOption = False,
    min_free: MinFreeOption = MIN_FREE,
) -> int:
    """Read the sources and store their new articles."""
    office: Office = ctx.obj
    days = _range(backfill)
    settings = office.settings()
    stop = Event()
    with stopping(stop) as signalled, office.open(alone=True) as database:
        _room(database, min_free)
        code = _crawl(office, settings, database, stop, tuple(dict.fromkeys(outlet or ())), days, as_json)
        return signalled() or code


def tag(ctx: typer.Context, again: Annotated[bool, typer.Option(help="Tag all articles anew.")] = False) -> int:
    """Tag the articles that are not tagged yet."""
    office: Office = ctx.obj
    settings = office.settings()
    with office.open(alone=True) as database:
        _tag(office, settings, database, again)
    return OK


def _tag(office: Office, settings: "Settings", database: "Database", again: bool = False) -> None:
    from classifiers.keywords import Keywords
    from monitor.jobs.tag import tag as tag_all

    done = tag_all(database, Keywords(settings.keywords), again=again)
    if sys.stdout.isatty() and not office.quiet:
        say(f"{done} articles tagged.")


def run_all(ctx: typer.Context, min_free: MinFreeOption = MIN_FREE) -> int:
    """Crawl what is due, look at standing duties, tag, and say what is wrong with our seeing: what cron calls."""
    from monitor.cli.presence import code_of, look

    office: Office = ctx.obj
    settings = office.settings()
    stop = Event()
    with stopping(stop) as signalled, office.open(alone=True) as database:
        _room(database, min_free)
        codes = [_crawl(office, settings, database, stop, patient=True)]
        if signalled() is None:
            found = look(office, settings, database, stop)
            codes.append(code_of(settings, found, show=True, quiet=office.quiet))
        if signalled() is None:
            _tag(office, settings, database)
            codes += [_rules_fit(office, settings, database), _alarms(office, settings, database)]
        # A bug before a dead network, a dead network before single failures.
        return signalled() or next((code for code in (BUG, UNREACHED, SOME_FAILED) if code in codes), OK)


def _rules_fit(office: Office, settings: "Settings", database: "Database") -> int:
    """Say of which outlets the page rules stopped fitting, a line each, and give the exit code."""
    from monitor.jobs.drift import drifts

    found = drifts(database, settings.press, office.now())
    for one in found:
        say(f"{one.outlet} ({settings.press.outlet(one.outlet).name}), page rules: {one.says}")
    return SOME_FAILED if found else OK


def _alarms(office: Office, settings: "Settings", database: "Database") -> int:
    """Say what is wrong with our seeing, a line each, and give the exit code."""
    from monitor.jobs.status import alarms_of

    with database.connect() as conn:
        raised = alarms_of(conn, settings.press, office.now())
    for alarm in raised:
        say(f"alarm: {alarm.outlet} ({settings.press.outlet(alarm.outlet).name}): {alarm.why} ({alarm.kind.value})")
    return SOME_FAILED if raised else OK


def status(
    ctx: typer.Context,
    days: Annotated[int, typer.Option(help="How many days back.", min=1, max=400)] = 14,
    as_json: JsonOption = False,
) -> int:
    """Print each source's last success and what is wrong with it, and which days were seen."""
    from monitor.jobs.status import status as ask

    office: Office = ctx.obj
    settings = office.settings()
    with office.open() as database:
        shape = ask(database, settings.press, office.now(), days)
    if as_json:
        show_json(shape)
        return OK
    for alarm in shape["alarms"]:
        typer.echo(f"! {alarm['outlet']}: {alarm['why']} ({alarm['kind']})")
    for source in shape["sources"]:
        word = source["outcome"] or "never read"
        reason = f" ({source['reason']})" if source["reason"] else ""
        typer.echo(
            f"{'! ' if source['alarm'] else '  '}{source['outlet']} {source['source']}: {word}{reason}; "
            f"last success {source['last_success'] or 'never'}"
        )
    for drift in shape["extraction"]:
        typer.echo(f"! {drift['outlet']} page rules: {drift['says']}")
    codes = dict.fromkeys(day["outlet"] for day in shape["days"])
    for outlet in map(settings.press.outlet, codes):
        unseen = [day["day"] for day in shape["days"] if day["outlet"] == outlet.code and day["seen"] != "fully"]
        seen = "all seen" if not unseen else f"{len(unseen)} not fully seen: {', '.join(unseen)}"
        state = seen if outlet.enabled else f"switched off (“{outlet.why}”)"
        typer.echo(f"  {outlet.code}: last {days} days: {state}")
    return OK
