"""What is remembered of hosts and addresses between runs: silence asked for, robots.txt, moves, not-found pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage import dialects
from storage.schema import moves, not_found_pages, silences
from storage.schema import robots as robots_table


@dataclass(frozen=True, slots=True)
class NotFoundPage:
    """What an outlet shows for an address of no piece: a page that says “found” and holds nothing (soft 404)."""

    title: str | None
    opening: str
    at: datetime


def silent(conn: Connection, now: datetime) -> dict[str, datetime]:
    """Give the hosts that asked not to be bothered, and until when."""
    s = silences.c
    rows = conn.execute(select(s.host, s.until).where(s.until > now))
    return {row.host: row.until for row in rows}


def keep_silences(conn: Connection, asked: Mapping[str, datetime]) -> None:
    """Remember until when hosts want silence; one that wants none any more is not named and stays as it was."""
    for host, until in asked.items():
        dialects.keep(conn, silences, {"host": host, "until": until})


def robots(conn: Connection, now: datetime) -> dict[str, tuple[bytes, datetime]]:
    """Give, by `scheme://host`, each robots.txt that need not be asked for again yet, and until when."""
    r = robots_table.c
    rows = conn.execute(select(r.origin, r.body, r.until).where(r.until > now))
    return {row.origin: (row.body, row.until) for row in rows}


def keep_robots(conn: Connection, files: Mapping[str, tuple[bytes, datetime]]) -> None:
    """Remember what hosts let a crawler read; empty where they say nothing."""
    rows = [{"origin": origin, "body": body, "until": until} for origin, (body, until) in files.items()]
    dialects.keep_all(conn, robots_table, rows)


def moved(conn: Connection, since: datetime) -> dict[str, dict[str, str]]:
    """Give, by outlet and address, where sources have moved for good, as far as that was said since a moment."""
    found: dict[str, dict[str, str]] = {}
    for outlet, url, to in conn.execute(
        select(moves.c.outlet, moves.c.url, moves.c.moved_to).where(moves.c.at > since)
    ):
        found.setdefault(outlet, {})[url] = to
    return found


def move(conn: Connection, outlet: str, url: str, to: str | None, at: datetime) -> None:
    """Remember that an address has moved for good; None: it has not, or no longer."""
    if to is None:
        conn.execute(delete(moves).where(moves.c.outlet == outlet, moves.c.url == url))
    else:
        dialects.keep(conn, moves, {"outlet": outlet, "url": url, "moved_to": to, "at": at})


def not_found(conn: Connection) -> dict[str, NotFoundPage]:
    """Give, by outlet, what it last showed for an address of no piece, as far as it was asked."""
    n = not_found_pages.c
    rows = conn.execute(select(n.outlet, n.title, n.opening, n.at))
    return {row.outlet: NotFoundPage(row.title, row.opening, row.at) for row in rows}


def keep_not_found(conn: Connection, outlet: str, shown: NotFoundPage) -> None:
    """Remember what an outlet shows for an address of no piece; a title of None: it says so honestly."""
    row = {"outlet": outlet, "title": shown.title, "opening": shown.opening, "at": shown.at}
    dialects.keep(conn, not_found_pages, row)
