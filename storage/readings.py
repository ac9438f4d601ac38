"""What became of every attempt at a source, and of every piece that it announced.

Longer than 300 lines: the row of a reading, the links it left, and what it is asked with next are one story.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, delete, func, or_, select, true, update

from monitor.calendar import Period
from monitor.errors import Reason
from monitor.press import Link, Page, hanoi_day
from monitor.seen import READ, Ground, Outcome, SourceState, State
from storage import dialects, unread_pages
from storage.gaps import gaps, published, witnesses
from storage.schema import links, readings
from storage.schema import validators as validators_table

__all__ = ["Ground", "Kept", "Reading", "Unread", "announce", "arrived", "gaps", "ground", "keep_validators", "last"]
__all__ += ["missed", "newest", "published", "record", "refuse", "states", "unread", "validators", "witnesses"]

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Reading:
    """One attempt at one source (lượt đọc nguồn): how it ended, where each piece ended, which days it saw whole.

    `announced` is the sum of the six numbers after it. `overflow` says that all of it was new, so that earlier pieces
    may have been missed; `whole_since` since when none was; `unchanged`
    that the source had nothing new.
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
    whole_since: datetime | None = None
    unchanged: bool = False


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
    last_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What to ask a server with whether an address has changed, and the digest of what it sent last.

    `whole`: that reading saw the source whole, so that “unchanged” means that nothing came since; `following` are the
    lists that an index names, `definition` a digest of how the source was described then.
    """

    etag: str | None
    last_modified: str | None
    sha256: str
    whole: bool
    at: datetime
    following: tuple[str, ...] = ()
    definition: str = ""


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


def refuse(conn: Connection, outlet: str, source: str, found: Mapping[str, Reason], at: datetime) -> None:
    """Write down what a source announced that is no piece of the outlet, by address, so that its number can be opened.

    No attempt is made at it, and it leaves no gap.
    """
    rows = [
        {
            "outlet": outlet,
            "identity": f"refused:{address}",  # never that of a piece
            "url": address,
            "source": source,
            "title": "",
            "first_seen_at": at,
            "since": hanoi_day(at),
            "state": State.REFUSED,
            "reason": reason,
            "attempts": 0,
        }
        for address, reason in found.items()
    ]
    if rows:
        conn.execute(dialects.insert(conn, links).on_conflict_do_nothing(index_elements=["outlet", "identity"]), rows)


def unread(conn: Connection, outlet: str) -> list[Unread]:
    """Give the pieces still to be read: those tried least first, then the newest."""
    found = [_unread(row) for row in conn.execute(_UNREAD, {"of": outlet})]
    found.sort(key=lambda one: one.identity)
    found.sort(key=lambda one: one.link.published_on or date.min, reverse=True)
    found.sort(key=lambda one: one.attempts)
    return found


def outlets_waiting(conn: Connection) -> set[str]:
    """Give the outlets of which announced pieces are still to be read."""
    return set(conn.execute(select(links.c.outlet).where(links.c.state != State.REFUSED).distinct()).scalars())


def states(conn: Connection, outlet: str, identities: Collection[str]) -> dict[str, Unread]:
    """Give what is known of these pieces, as far as they were announced and are not stored; refused ones, too."""
    listed, found = list(identities), {}
    for at in range(0, len(listed), _BATCH):
        for row in conn.execute(_STATES, {"of": outlet, "pieces": listed[at : at + _BATCH]}):
            found[row.identity] = _unread(row)
    return found


# Statements are built once and kept, as in `dialects`.
_OURS = links.c.outlet == bindparam("of")
_UNREAD = select(links).where(_OURS, links.c.state != State.REFUSED)
_STATES = select(links).where(_OURS, links.c.identity.in_(bindparam("pieces", expanding=True)))
_ONE = and_(_OURS, links.c.identity == bindparam("piece"))
_ARRIVED = delete(links).where(_ONE)
_MISSED = (
    update(links)
    .where(_ONE)
    .values(
        state=bindparam("now_state"),
        reason=bindparam("now_reason"),
        attempts=links.c.attempts + 1,
        last_attempt_at=bindparam("now_at"),
    )
)


def _unread(row: Row[Any]) -> Unread:
    link = Link(row.url, row.title, row.published_on, row.published_at, row.modified_at)
    return Unread(
        row.identity, row.source, link, row.attempts, row.first_seen_at, row.state, row.reason, row.last_attempt_at
    )


def arrived(conn: Connection, outlet: str, identity: str) -> None:
    """Forget an announcement, since the piece is stored."""
    if conn.execute(_ARRIVED, {"of": outlet, "piece": identity}).rowcount:
        unread_pages.drop(conn, outlet, identity)


def missed(
    conn: Connection,
    outlet: str,
    identity: str,
    reason: Reason,
    at: datetime,
    *,
    refused: bool,
    page: Page | None = None,
) -> None:
    """Note that a piece was tried and did not come; `refused`: it is no piece of the outlet, and leaves no gap.

    A `page` that came and could not be read is kept. An identity that was never announced (a stored piece fetched
    again) is left alone.
    """
    state = State.REFUSED if refused else State.FAILED
    named = {"of": outlet, "piece": identity}
    if not conn.execute(_MISSED, named | {"now_state": state, "now_reason": reason, "now_at": at}).rowcount:
        return
    if page is not None:
        unread_pages.keep(conn, outlet, identity, page)
    elif reason in _STORED:
        unread_pages.drop(conn, outlet, identity)


_STORED = frozenset({Reason.NO_DATE, Reason.DUPLICATE})
"""Reasons that keep an announcement open although its page was read and stored."""


def validators(conn: Connection, outlet: str, source: str) -> dict[str, Kept]:
    """Give what each address of a source was last answered with."""
    rows = conn.execute(_VALIDATORS, {"of": outlet, "from": source})
    return {row.url: Kept(*row[1:-2], tuple(row.following), row.definition) for row in rows}


_v = validators_table.c
_VALIDATORS = select(_v.url, _v.etag, _v.last_modified, _v.sha256, _v.whole, _v.at, _v.following, _v.definition).where(
    _v.outlet == bindparam("of"), _v.source == bindparam("from")
)


def keep_validators(conn: Connection, outlet: str, source: str, url: str, kept: Kept) -> None:
    """Keep what an address of a source was answered with, once all that it announced is written down (F18)."""
    row = asdict(kept) | {"following": list(kept.following), "outlet": outlet, "source": source, "url": url}
    dialects.keep(conn, validators_table, row)


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
            func.min(case((tried, r.at))).label("first_attempt"),
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
    same = and_(r.outlet == s.outlet, r.source == s.source, r.at == func.coalesce(s.last_attempt, s.last_turn))
    columns = (s.outlet, s.source, s.last_attempt, s.last_success, r.outcome, r.reason, failures)
    rows = conn.execute(select(*columns, s.first_attempt, r.pending).join_from(summary, readings, same))
    return sorted((SourceState(*row) for row in rows), key=lambda state: (state.outlet, state.source))


def ground(conn: Connection, outlet: str, source: str, before: datetime) -> Ground | None:
    """Give the last reading before that moment that saw its source whole, None where there is none.

    A moment played again must not lean on what came after it.
    """
    row = conn.execute(_GROUND, {"of": outlet, "from": source, "before": before}).first()
    return Ground(*row) if row else None


_r = readings.c
_GROUND = (
    select(_r.at, _r.ended_at, _r.whole_since)
    .where(_r.outlet == bindparam("of"), _r.source == bindparam("from"), _r.at < bindparam("before"))
    .where(_r.outcome.in_((Outcome.OK, Outcome.PARTIAL)), _r.whole_since.is_not(None))
    .where(_r.unchanged.is_not(True))
    .order_by(_r.at.desc())
    .limit(1)
)


def newest(conn: Connection) -> datetime | None:
    """Give the moment of the newest reading: a clock that stands a day before it is wrong (F57)."""
    return conn.execute(select(func.max(readings.c.at))).scalar()
