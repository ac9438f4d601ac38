"""The commands about the outlets of sources.yaml: sources list, sources capture."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.office import OK, SOME_FAILED, UNREACHED, JsonOption, Office, say, show_json
from monitor.errors import FetchError

sources = typer.Typer(help="The outlets of sources.yaml.", no_args_is_help=True, rich_markup_mode=None)


@sources.command(name="list")
def list_outlets(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """Print every outlet with its sources and the pages it must show something on."""
    office: Office = ctx.obj
    outlets = office.settings().press.outlets
    if as_json:
        show_json(
            [
                {
                    "code": one.code,
                    "name": one.name,
                    "agency": one.agency,
                    "channel": one.channel.value,
                    "enabled": one.enabled,
                    "open": one.enabled and one.valid.holds(office.today),
                    "pages": one.pages,
                    "sources": [{"name": s.name, "kind": s.kind.value, "url": s.url} for s in one.sources],
                    "presence": [{"item": p.item, "url": p.url, "expect": dict(p.expect)} for p in one.presence],
                    "verified_on": one.verified_on.isoformat() if one.verified_on else None,
                }
                for one in outlets
            ]
        )
        return OK
    for one in outlets:
        state = "" if one.valid.holds(office.today) else " (not open today)"
        typer.echo(f"{one.code}: {one.name} ({one.channel.value}){state if one.enabled else ' (switched off)'}")
        for source in one.sources:
            typer.echo(f"  {source.kind.value} {source.name}: {source.url}")
        for duty in one.presence:
            typer.echo(f"  presence {duty.item}: {duty.url}: {', '.join(f'{k} {v}' for k, v in duty.expect.items())}")
    return OK


@sources.command()
def capture(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The outlet.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="The address of one of its pieces.")],
    file: Annotated[Path | None, typer.Option(help="A page saved before; nothing is fetched.")] = None,
    to: Annotated[Path, typer.Option(help="Where the tests' pages are.")] = Path("tests/pages"),
) -> int:
    """Make a page and what is read from it into a test; correct article.json where the reading is wrong."""
    from monitor.jobs.capture import captured, fetched, saved
    from monitor.urls import belongs

    office: Office = ctx.obj
    press = office.settings().press
    try:
        outlet = press.outlet(code)
    except KeyError as error:
        raise typer.BadParameter(f"{code}: no such outlet in {office.sources}") from error
    if not belongs(outlet, url):
        raise typer.BadParameter(f"{url}: not on a host of {code} ({', '.join(outlet.hosts) or 'it has none'})")
    if not to.is_dir():
        raise typer.BadParameter(f"--to {to}: there is no such folder")
    if file is not None and not file.is_file():
        raise typer.BadParameter(f"--file {file}: there is no such file")
    try:
        page = saved(url, file.read_bytes(), office.now()) if file else fetched(press, outlet, url, office.now)
    except FetchError as error:
        say(f"{url}: {error.reason.value}: {error.reason.label}")
        return UNREACHED
    folder, mistake = captured(to, press, outlet, page)
    typer.echo(str(folder))
    if mistake is not None:
        say(
            f"The page could not be read ({mistake}), and {folder}/article.json asks for just that: right where "
            "it is no article; else write what must be read, and mend the page rules until the test passes."
        )
        return SOME_FAILED
    say(f"Read {folder}/article.json and correct it: it is what the tests will ask for.")
    return OK
