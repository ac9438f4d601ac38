"""The command that makes articles anew from the stored bytes: rebuild."""

import sys
from collections import Counter
from collections.abc import Sequence
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.office import BUG, DAMAGED, OK, SOME_FAILED, JsonOption, Office, say, show_json

if TYPE_CHECKING:
    from monitor.jobs.rebuild import Rebuilt, Result


def rebuild(
    ctx: typer.Context,
    outlet: Annotated[list[str] | None, typer.Option(help="Only this outlet; may be repeated.", metavar="CODE")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Read all stored pages anew, after page rules changed; what no longer reads stays as it was."""
    from classifiers.keywords import Keywords
    from monitor.cli.crawling import stopping
    from monitor.errors import Reason
    from monitor.jobs.rebuild import Result, read_in_vain
    from monitor.jobs.rebuild import rebuild as read_anew
    from monitor.jobs.tag import tag

    office: Office = ctx.obj
    settings = office.settings()
    press, stop = settings.press, Event()
    try:
        outlets = [press.outlet(code) for code in dict.fromkeys(outlet or ())] or list(press.outlets)
    except KeyError as error:
        raise typer.BadParameter(f"--outlet {error.args[0]}: no such outlet in {office.sources}") from error
    with stopping(stop) as signalled, office.open(alone=True) as database:
        found: list[Rebuilt] = []
        numbers: Counter[Result] = Counter()
        for one in read_anew(database, press, outlets, now=office.now, stop=stop.is_set, keep=not dry_run):
            numbers[one.result] += 1
            if one.result is not Result.SAME:
                found.append(one)
                if not as_json:
                    typer.echo(_line(one))
        if numbers[Result.CHANGED] and not dry_run:  # nothing may be counted by what the old words said
            tag(database, Keywords(settings.keywords))
        lost = read_in_vain(database, outlets)
        if as_json:
            show_json(_shape(found, numbers, lost, dry_run))
        _summary(office, numbers, lost, dry_run)
        return signalled() or _code(numbers, bug=any(one.reason is Reason.BUG for one in found))


def _code(numbers: "Counter[Result]", *, bug: bool) -> int:
    from monitor.jobs.rebuild import Result

    if numbers[Result.DAMAGED]:
        return DAMAGED
    return BUG if bug else SOME_FAILED if numbers[Result.UNREAD] else OK


def _line(one: "Rebuilt") -> str:
    if one.fields:
        return f"{one.id} {one.outlet} {one.identity}: changed: {', '.join(one.fields)} ({' → '.join(one.by)})"
    why = (
        f"{one.reason.value}: {one.reason.label}"
        if one.reason
        else "its stored bytes are damaged; bring back the newest backup"
    )
    return f"{one.id} {one.outlet} {one.identity}: no longer reads, left as it was: {why}"


def _shape(found: "Sequence[Rebuilt]", numbers: "Counter[Result]", lost: int, dry_run: bool) -> dict[str, Any]:
    return {
        "schema": 1,
        "dry_run": dry_run,
        "read": sum(numbers.values()),
        "changed": [
            {"id": one.id, "outlet": one.outlet, "identity": one.identity, "fields": list(one.fields), "by": one.by[1]}
            for one in found
            if one.fields
        ],
        "unread": [
            {
                "id": one.id,
                "outlet": one.outlet,
                "identity": one.identity,
                "reason": one.reason.value if one.reason else None,
            }
            for one in found
            if not one.fields
        ],
        "bytes_not_kept": lost,
    }


def _summary(office: Office, numbers: "Counter[Result]", lost: int, dry_run: bool) -> None:
    """Say what was done; on a terminal, or where something wants a person."""
    from monitor.jobs.rebuild import Result

    changed, unread = numbers[Result.CHANGED], numbers[Result.UNREAD] + numbers[Result.DAMAGED]
    if sys.stderr.isatty() or changed or unread:
        would = "would change" if dry_run else "changed"
        again = ", and tagged again" if changed and not dry_run else ""
        if not office.quiet:
            total = sum(numbers.values())
            say(f"{total} stored pages read anew: {changed} {would}{again}, {unread} no longer read.")
    if lost and not office.quiet:
        say(
            f"{lost} announced pieces came and could not be read; their bytes were not kept, so a crawl must ask again."
        )
