"""What is remembered of hosts and addresses between runs: silence asked for, robots.txt, moves, not-found pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage import dialects
from storage.schema import moves, not_found_pages, robots, silences

__all__ = [
    "NotFoundPage",
    "Rules",
    "keep_not_found",
    "keep_robots",
    "keep_silences",
    "move",
    "moved",
    "not_found",
    "rules",
]
__all__ += ["silent"]


@dataclass(frozen=True, slots=True)
class Rules:
    """The robots.txt of a host, by `scheme://host`; `body` None: the host had trouble, so nothing may be read."""

    origin: str
    body: str | None
    trouble: str
    until: datetime


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


def rules(conn: Connection, now: datetime) -> list[Rules]:
    """Give every robots.txt that need not be asked for again yet."""
    r = robots.c
    rows = conn.execute(select(r.origin, r.body, r.trouble, r.until).where(r.until > now))
    return [Rules(*row) for row in rows]


def keep_robots(conn: Connection, asked: Rules) -> None:
    """Remember a robots.txt, or that its host could not give one."""
    row = {"origin": asked.origin, "body": asked.body, "trouble": asked.trouble, "until": asked.until}
    dialects.keep(conn, robots, row)


def moved(conn: Connection, outlet: str) -> dict[str, str]:
    """Give, by address, where the sources of an outlet have moved for good."""
    m = moves.c
    rows = conn.execute(select(m.url, m.moved_to).where(m.outlet == outlet))
    return {row.url: row.moved_to for row in rows}


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
