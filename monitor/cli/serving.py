"""The commands around the database and the pages: serve, db upgrade."""

import socket
from typing import Annotated

import typer

from monitor.cli.office import OK, Office, say

HOSTS = ("127.0.0.1", "localhost", "::1")
"""The names under which the pages answer."""

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
    if host not in HOSTS:
        names = ", ".join(HOSTS)
        raise typer.BadParameter(f"--host {host}: without accounts the pages are for this machine only ({names})")
    settings = office.settings()
    with office.open() as database, _door(host, port) as door:
        say(f"The pages are at http://{f'[{host}]' if ':' in host else host}:{port}/ (Ctrl-C ends)")
        listen(create_app(database, settings.press, settings.plan, now=office.now), door)
    return OK


def _door(host: str, port: int) -> socket.socket:
    """Take the port before the pages start, so that a port in use is a message and no traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise typer.BadParameter(f"--port {port}: {error.strerror}; name another port, or end what uses it") from error


@db.command()
def upgrade(ctx: typer.Context) -> int:
    """Bring the database's tables to this version's shape; nothing stored is lost."""
    from storage import open_database

    office: Office = ctx.obj
    with open_database(office.database) as database, database.lock():
        database.upgrade()
    return OK
