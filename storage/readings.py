"""What became of every attempt at a source, and of every piece that it announced."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Connection, Row, and_, bindparam, case, delete, func, or_, select, true, update

from monitor.calendar import Period
from monitor.errors import Reason
from monitor.press import Link, hanoi_day
from monitor.seen import READ, Outcome, SourceState, State
from storage import dialects
from storage.gaps import gaps
from storage.schema import links, readings
from storage.schema import validators as validators_table

__all__ = ["Ground", "Kept", "Reading", "Unread", "announce", "arrived", "gaps", "ground", "keep_validators", "last"]
__all__ += ["missed", "newest", "record", "states", "unread", "validators"]

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Reading:
    """One attempt at one source (lượt đọc nguồn): how it ended, where each piece ended, which days it saw whole.

    `announced` is the sum of the six numbers after it. `overflow` says that all of it was new, so that earlier pieces
    may have been missed.
    """

    run: str
    outlet: str
    source: str
    at: datetime
    ended_at: datetime
    outcome: Outcome
    reason: Reason | None = None
    announced: int = 0
    known: int = 0
    new: int = 0
    updated: int = 0
    refused: int = 0
    failed: int = 0
    pending: int = 0
    overflow: bool = False
    covers: Period | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece that was announced and is not stored: who announced it, how often it was tried, why it is not here."""

    identity: str
    source: str
    link: Link
    attempts: int
    first_seen_at: datetime
    state: State
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Ground:
    """What earlier readings of a source proved: the days to `until`, when the last of them had ended, at `at`."""

    until: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What to ask a server with whether an address has changed, and the digest of what it sent last."""

    etag: str | None
    last_modified: str | None
    sha256: str
    at: datetime


class Asking(Protocol):
    """Anything that has both validators of a page."""

    @property
    def etag(self) -> str | None:
        """Give the ETag, byte for byte."""

    @property
    def last_modified(self) -> str | None:
        """Give Last-Modified, byte for byte."""


def record(conn: Connection, reading: Reading) -> None:
    """Leave a row for an attempt; the same moment played again replaces it."""
    row = {name: getattr(reading, name) for name in Reading.__slots__ if name != "covers"}
    covers = reading.covers
    row |= {"covers_first": covers.first if covers else None, "covers_last": covers.last if covers else None}
    dialects.keep(conn, readings, row)


def announce(
    conn: Connection, outlet: str, source: str, found: Mapping[str, Link], at: datetime, since: date | None = None
) -> None:
    """Note pieces, by identity, that a source announced and that are not stored.

    `since` is the earliest day of which a piece announced without a day may be: as long as it is unread, every day from
    then on may miss it. What is known of one already stays: when it was first seen, by which source, and what its
    attempts came to; a title or day that is missing this time is not forgotten.
    """
    rows = [
        {
            "outlet": outlet,
            "identity": identity,
            "url": link.url,
            "source": source,
            "title": link.title,
            "published_on": link.published_on,
            "published_at": link.published_at,
            "modified_at": link.modified_at,
            "first_seen_at": at,
            "since": since or hanoi_day(at),
            "state": State.PENDING,
            "attempts": 0,
        }
        for identity, link in found.items()
    ]
    if rows:
        conn.execute(_announcing(conn.dialect.name), rows)


@cache
def _announcing(dialect: str) -> dialects.Insert:
    statement = dialects.insert_into(dialect, links)
    new = statement.excluded
    fresher: dict[str, Any] = {name: func.coalesce(new[name], links.c[name]) for name in _DAYS}
    fresher |= {"url": new.url, "title": case((new.title == "", links.c.title), else_=new.title)}
    fresher["since"] = case((new.since < links.c.since, new.since), else_=links.c.since)
    return statement.on_conflict_do_update(index_elements=["outlet", "identity"], set_=fresher)


_DAYS = ("published_on", "published_at", "modified_at")


def unread(conn: Connection, outlet: str, max_attempts: int) -> list[Unread]:
    """Give the pieces still to be read: those tried least first, then the newest."""
    wanted = and_(links.c.outlet == outlet, links.c.state != State.REFUSED, links.c.attempts < max_attempts)
    found = [_unread(row) for row in conn.execute(select(links).where(wanted))]
    found.sort(key=lambda one: one.identity)
    found.sort(key=lambda one: one.link.published_on or date.min, reverse=True)
    found.sort(key=lambda one: one.attempts)
    return found


def states(conn: Connection, outlet: str, identities: Collection[str]) -> dict[str, Unread]:
    """Give what is known of these pieces, as far as they were announced and are not stored; refused ones, too."""
    listed, found = list(identities), {}
    for at in range(0, len(listed), _BATCH):
        some = links.c.identity.in_(listed[at : at + _BATCH])
        for row in conn.execute(select(links).where(links.c.outlet == outlet, some)):
            found[row.identity] = _unread(row)
    return found


def _unread(row: Row[Any]) -> Unread:
    link = Link(row.url, row.title, row.published_on, row.published_at, row.modified_at)
    return Unread(row.identity, row.source, link, row.attempts, row.first_seen_at, row.state, row.reason)


def arrived(conn: Connection, outlet: str, identity: str) -> None:
    """Forget an announcement, since the piece is stored."""
    conn.execute(_ARRIVED, {"of": outlet, "piece": identity})


_ARRIVED = delete(links).where(links.c.outlet == bindparam("of"), links.c.identity == bindparam("piece"))


def missed(conn: Connection, outlet: str, identity: str, reason: Reason, at: datetime, *, refused: bool) -> None:
    """Note that a piece was tried and did not come; `refused`: it is no piece of the outlet, and leaves no gap.

    An identity that was never announced (a stored piece fetched again) is left alone.
    """
    changed = {
        "state": State.REFUSED if refused else State.FAILED,
        "reason": reason,
        "attempts": links.c.attempts + 1,
        "last_attempt_at": at,
    }
    conn.execute(update(links).where(links.c.outlet == outlet, links.c.identity == identity).values(changed))


def validators(conn: Connection, outlet: str, source: str, url: str) -> Kept | None:
    """Give what this address of a source was last answered with."""
    v = validators_table.c
    row = conn.execute(
        select(v.etag, v.last_modified, v.sha256, v.at).where(v.outlet == outlet, v.source == source, v.url == url)
    ).first()
    return Kept(*row) if row else None


def keep_validators(
    conn: Connection, outlet: str, source: str, url: str, validators: Asking | None, sha256: str, at: datetime
) -> None:
    """Keep what an address of a source was answered with; in the transaction that stored what it announced (F18)."""
    asking = {
        "etag": validators.etag if validators else None,
        "last_modified": validators.last_modified if validators else None,
        "sha256": sha256,
        "at": at,
    }
    dialects.keep(conn, validators_table, {"outlet": outlet, "source": source, "url": url} | asking)


def last(conn: Connection, as_of: datetime | None = None) -> list[SourceState]:
    """Give the state of every source that was ever tried, as it was at `as_of`, or now.

    A turn that was skipped asked nothing and is no attempt.
    """
    r, tried = readings.c, readings.c.outcome != Outcome.SKIPPED
    until = r.at <= as_of if as_of else true()
    success = case((r.outcome.in_(READ), r.at))
    summary = (
        select(
            r.outlet,
            r.source,
            func.max(case((tried, r.at))).label("last_attempt"),
            func.max(success).label("last_success"),
            func.max(r.at).label("last_turn"),
        )
        .where(until)
        .group_by(r.outlet, r.source)
        .subquery()
    )
    s, later = summary.c, readings.alias("later")
    failures = (
        select(func.count())
        .where(
            later.c.outlet == s.outlet,
            later.c.source == s.source,
            later.c.outcome.in_((Outcome.FAILED, Outcome.BLOCKED)),
            or_(s.last_success.is_(None), later.c.at > s.last_success),
            later.c.at <= s.last_turn,
        )
        .scalar_subquery()
    )
    rows = conn.execute(
        select(s.outlet, s.source, s.last_attempt, s.last_success, r.outcome, r.reason, failures).join_from(
            summary,
            readings,
            and_(r.outlet == s.outlet, r.source == s.source, r.at == func.coalesce(s.last_attempt, s.last_turn)),
        )
    )
    return sorted((SourceState(*row) for row in rows), key=lambda state: (state.outlet, state.source))


def ground(conn: Connection, outlet: str, source: str, before: datetime) -> Ground | None:
    """Give what the readings of this source before that moment proved, None where none did.

    A moment played again must not lean on what came after it.
    """
    r = readings.c
    proving = and_(r.outcome.in_(READ), r.covers_last.is_not(None))
    wanted = and_(r.outlet == outlet, r.source == source, proving, r.at < before)
    newest_first = select(r.covers_last, r.ended_at).where(wanted).order_by(r.covers_last.desc(), r.at.desc())
    row = conn.execute(newest_first.limit(1)).first()
    return Ground(*row) if row else None


def newest(conn: Connection) -> datetime | None:
    """Give the moment of the newest reading: a clock that stands a day before it is wrong (F57)."""
    return conn.execute(select(func.max(readings.c.at))).scalar()
