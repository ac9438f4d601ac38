"""The commands around the database and the pages: serve, db upgrade."""

import ipaddress
import socket
from typing import Annotated

import typer

from monitor.cli.office import OK, Office, say

db = typer.Typer(help="The database's schema.", no_args_is_help=True, rich_markup_mode=None)


@db.callback()
def _group() -> None:
    """Keep `db` a group of commands, also while it has only one."""


def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="A loopback address.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="A port.", min=1, max=65535)] = 8000,
) -> int:
    """Show the pages on this machine, read-only."""
    from monitor.web import create_app, listen

    office: Office = ctx.obj
    try:
        loopback = all(ipaddress.ip_address(entry[4][0]).is_loopback for entry in socket.getaddrinfo(host, port))
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"--host {host}: no such address") from error
    if not loopback:
        raise typer.BadParameter(f"--host {host}: without accounts the pages are for this machine only (127.0.0.1)")
    settings = office.settings()
    with office.open() as database:
        say(f"The pages are at http://{host}:{port}/ (Ctrl-C ends)")
        listen(create_app(database, settings.press, settings.plan, now=office.now), host, port)
    return OK


@db.command()
def upgrade(ctx: typer.Context) -> int:
    """Bring the database's tables to this version's shape; nothing stored is lost."""
    from storage import open_database

    office: Office = ctx.obj
    with open_database(office.database) as database, database.lock():
        database.upgrade()
    return OK
