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
    from monitor.jobs.unread import Tried
    from monitor.press import Outlet, Press


def rebuild(
    ctx: typer.Context,
    outlet: Annotated[list[str] | None, typer.Option(help="Only this outlet; may be repeated.", metavar="CODE")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Read all stored pages anew, after page rules changed; what no longer reads stays as it was.

    Kept pages that could not be read so far are tried, too: what reads now becomes an article.
    """
    from classifiers.keywords import Keywords
    from monitor.cli.signals import stopping
    from monitor.errors import Reason
    from monitor.jobs.rebuild import Result, read_in_vain
    from monitor.jobs.rebuild import rebuild as read_anew
    from monitor.jobs.tag import tag
    from monitor.jobs.unread import Came, try_again

    office: Office = ctx.obj
    settings = office.settings()
    press, stop = settings.press, Event()
    outlets = _outlets(office, press, outlet or ())
    with stopping(stop) as signalled, office.open(alone=True) as database:
        found: list[Rebuilt] = []
        numbers: Counter[Result] = Counter()
        for one in read_anew(database, press, outlets, now=office.now, stop=stop.is_set, keep=not dry_run):
            numbers[one.result] += 1
            if one.result is not Result.SAME:
                found.append(one)
                if not as_json:
                    typer.echo(_line(one))
        tried: list[Tried] = []
        for page in try_again(database, press, outlets, now=office.now, stop=stop.is_set, keep=not dry_run):
            tried.append(page)
            if page.result is not Came.UNREAD and not as_json:
                typer.echo(_tried(page))
        came = any(page.result is Came.READ for page in tried)
        if (numbers[Result.CHANGED] or came) and not dry_run:  # nothing may be counted by what the old words said
            tag(database, Keywords(settings.keywords))
        lost = read_in_vain(database, outlets)
        if as_json:
            show_json(_shape(found, numbers, lost, dry_run) | _pages(tried))
        _summary(office, numbers, lost, dry_run)
        _said(office, tried, dry_run)
        damaged = bool(numbers[Result.DAMAGED]) or any(page.result is Came.DAMAGED for page in tried)
        reasons = {one.reason for one in found} | {page.reason for page in tried}
        return signalled() or _code(numbers, damaged=damaged, bug=Reason.BUG in reasons)


def _outlets(office: Office, press: "Press", codes: "Sequence[str]") -> "list[Outlet]":
    """Give the outlets of these codes, or all."""
    try:
        return [press.outlet(code) for code in dict.fromkeys(codes)] or list(press.outlets)
    except KeyError as error:
        raise typer.BadParameter(f"--outlet {error.args[0]}: no such outlet in {office.sources}") from error


def _code(numbers: "Counter[Result]", *, damaged: bool, bug: bool) -> int:
    from monitor.jobs.rebuild import Result

    if damaged:
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


def _tried(one: "Tried") -> str:
    from monitor.jobs.unread import Came

    if one.result is Came.DAMAGED:
        return f"{one.outlet} {one.identity}: unread page: its stored bytes are damaged; bring back the newest backup"
    return f"{one.outlet} {one.identity}: unread page: reads now" + (f", stored as {one.id}" if one.id else "")


def _pages(tried: "Sequence[Tried]") -> dict[str, Any]:
    from monitor.jobs.unread import Came

    return {
        "pages_read": [
            {"id": one.id, "outlet": one.outlet, "identity": one.identity} for one in tried if one.result is Came.READ
        ],
        "pages_unread": [
            {"outlet": one.outlet, "identity": one.identity, "reason": one.reason.value if one.reason else None}
            for one in tried
            if one.result is not Came.READ
        ],
    }


def _said(office: Office, tried: "Sequence[Tried]", dry_run: bool) -> None:
    """Say how many of the pages that could not be read are read now."""
    from monitor.jobs.unread import Came

    read = sum(one.result is Came.READ for one in tried)
    if tried and not office.quiet and (sys.stderr.isatty() or read):
        left = len(tried) - read
        would = "unread pages would be read" if dry_run else "unread pages read, and tagged"
        say(f"{read} {would}; {left} still cannot be read.")


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
            f"{lost} announced pieces came earlier and could not be read, and no page of them is kept: "
            "a crawl must ask again."
        )
