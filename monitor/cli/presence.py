"""The command that looks at standing duties: presence; `run` does the same."""

import sys
from collections.abc import Sequence
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.office import BUG, OK, SOME_FAILED, JsonOption, Office, say, show_json

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.press import Sighting
    from storage import Database


def presence(
    ctx: typer.Context,
    outlet: Annotated[list[str] | None, typer.Option(help="Only this outlet; may be repeated.", metavar="CODE")] = None,
    as_json: JsonOption = False,
) -> int:
    """Look whether the hotlines and addresses that must be on a page are there now."""
    from monitor.cli.signals import stopping
    from monitor.reports.json import sighting_json

    office: Office = ctx.obj
    settings = office.settings()
    stop = Event()
    with stopping(stop) as signalled, office.open(alone=True) as database:
        found = look(office, settings, database, stop, tuple(outlet or ()), again=True)
        if as_json:
            show_json({"schema": 1, "sightings": [sighting_json(one) for one in found]})
        else:
            for one in found:
                shown = "; ".join(f"{e.kind} {e.value}: {e.quote or 'not there'}" for e in one.expected)
                typer.echo(f"{one.outlet} {one.item} {one.url}: {one.shown.value}{': ' if shown else ''}{shown}")
        return signalled() or code_of(settings, found)


def look(
    office: Office,
    settings: "Settings",
    database: "Database",
    stop: Event,
    codes: Sequence[str] = (),
    *,
    again: bool = False,
) -> "list[Sighting]":
    """Look at every page that must show something; what was found today already is left alone, unless `again`."""
    from monitor.fetch import Fetcher
    from monitor.jobs.presence import check, watched

    try:
        outlets = watched(settings.press, office.today, codes)
    except KeyError as error:
        raise typer.BadParameter(f"--outlet {error.args[0]}: no such outlet in {office.sources}") from error
    if not outlets:
        return []
    with Fetcher(settings.press.user_agent, now=office.now) as fetcher:
        found = list(check(database, fetcher, outlets, now=office.now, stop=stop, again=again))
    return sorted(found, key=lambda one: (one.outlet, one.item, one.url))


def code_of(settings: "Settings", found: "Sequence[Sighting]", *, show: bool = False, quiet: bool = False) -> int:
    """Say which pages could not be looked at, a line each, and give the exit code; what is missing is a finding."""
    from monitor.errors import Reason
    from monitor.press import Shown

    unread = [one for one in found if one.shown is Shown.UNREAD and one.reason]
    for one in unread:
        assert one.reason is not None
        name = settings.press.outlet(one.outlet).name
        say(f"{one.outlet} ({name}), presence {one.item} {one.url}: {one.reason.value}: {one.reason.label}")
    if show and found and sys.stdout.isatty() and not quiet:
        missing = sum(1 for one in found if one.shown is Shown.ABSENT)
        say(f"{len(found)} pages looked at for standing duties, {missing} lack something.")
    return BUG if any(one.reason is Reason.BUG for one in unread) else SOME_FAILED if unread else OK
