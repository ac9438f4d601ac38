"""Stored pieces that are looked at again: corrected a day later, or taken down; what stood there stays stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from monitor.errors import Reason
from storage import dialects
from storage.schema import articles, rechecks, versions, withdrawals

STEPS = (timedelta(hours=1), timedelta(days=1), timedelta(days=7))
"""How long after a piece was first read it is read again: most corrections come within the hour, takedowns later."""

PATIENCE = timedelta(days=2)
"""How long a step is tried again where the page does not answer; then the next step takes its place."""


@dataclass(frozen=True, slots=True)
class Due:
    """A stored piece whose page is to be read again, with what its server gave us to ask whether it has changed."""

    article_id: int
    identity: str
    url: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A stored piece whose page was found gone (đã gỡ): since when, why, and when it was back, if ever."""

    at: datetime
    reason: Reason
    returned_at: datetime | None


def begin(conn: Connection, article_id: int, first_seen_at: datetime) -> None:
    """Plan the first look at a piece that was just stored."""
    row = {"article_id": article_id, "due_at": first_seen_at + STEPS[0], "step": 0}
    dialects.insert_missing(conn, rechecks, [row])


def due(conn: Connection, outlet: str, now: datetime, limit: int) -> list[Due]:
    """Give the pieces of an outlet whose time has come, the longest overdue first."""
    return [
        Due(row.id, row.identity, row.url, row.headers.get("etag"), row.headers.get("last-modified"))
        for row in conn.execute(_DUE, {"of": outlet, "now": now, "most": limit})
    ]


_a, _r, _v = articles.c, rechecks.c, versions.c
_DUE = (
    select(_a.id, _a.identity, _a.url, _v.headers)
    .join_from(rechecks, articles, _a.id == _r.article_id)
    .join(versions, and_(_v.article_id == _a.id, _v.version == _a.version))
    .where(_a.outlet == bindparam("of"), _r.due_at <= bindparam("now"))
    .order_by(_r.due_at, _a.id)
    .limit(bindparam("most"))
)


def outlets_due(conn: Connection, now: datetime) -> set[str]:
    """Give the outlets of which pieces are to be read again."""
    waiting = select(articles.c.outlet).join_from(rechecks, articles).where(rechecks.c.due_at <= now).distinct()
    return set(conn.execute(waiting).scalars())


def seen(conn: Connection, article_id: int, at: datetime) -> None:
    """Note that the page was there at `at`, and plan the next look."""
    conn.execute(_BACK, {"of": article_id, "seen_at": at})
    _plan(conn, article_id, at)


_BACK = (
    update(withdrawals)
    .where(withdrawals.c.article_id == bindparam("of"), withdrawals.c.returned_at.is_(None))
    .values(returned_at=bindparam("seen_at"))
)


def gone(conn: Connection, article_id: int, reason: Reason, at: datetime) -> None:
    """Note that the page was not there at `at`; the piece stays stored and counted, and is looked for again."""
    w = withdrawals.c
    if conn.execute(select(w.at).where(w.article_id == article_id, w.returned_at.is_(None))).first() is None:
        dialects.keep(conn, withdrawals, {"article_id": article_id, "at": at, "reason": reason, "returned_at": None})
    _plan(conn, article_id, at)


def unanswered(conn: Connection, article_id: int, at: datetime) -> None:
    """Note that the page could not be read at `at`: it is tried again, but not for ever."""
    row = conn.execute(select(rechecks.c.due_at).where(rechecks.c.article_id == article_id)).first()
    if row is not None and at - row.due_at > PATIENCE:
        _plan(conn, article_id, at)


def withdrawn(conn: Connection, article_id: int) -> list[Withdrawal]:
    """Give when a piece was found gone, oldest first."""
    w = withdrawals.c
    rows = conn.execute(select(w.at, w.reason, w.returned_at).where(w.article_id == article_id).order_by(w.at))
    return [Withdrawal(*row) for row in rows]


def _plan(conn: Connection, article_id: int, at: datetime) -> None:
    """Plan the first step that still lies ahead; behind the last one nothing is planned."""
    row = conn.execute(_PLANNED, {"of": article_id}).first()
    if row is None:
        return
    first_seen, step = row
    ahead = [n for n, wait in enumerate(STEPS) if n > step and first_seen + wait > at]
    if ahead:
        conn.execute(_NEXT, {"of": article_id, "then": first_seen + STEPS[ahead[0]], "to": ahead[0]})
    else:
        conn.execute(_LAST, {"of": article_id})


_MINE = _r.article_id == bindparam("of")
_PLANNED = select(_a.first_seen_at, _r.step).join_from(rechecks, articles).where(_MINE)
_NEXT = update(rechecks).where(_MINE).values(due_at=bindparam("then"), step=bindparam("to"))
_LAST = delete(rechecks).where(_MINE)
