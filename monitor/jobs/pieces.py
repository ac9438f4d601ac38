"""Announced pieces → stored articles: each fetched and read by itself, and stored with a few of its neighbours.

The `except` clauses of the crawl stand here, round a piece, and in `crawl`, round a source: for what we expected could
go wrong, and for a bug. None stops another piece or source, and each leaves a trace in the database.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from monitor.calendar import Period
from monitor.errors import ExtractError, FetchError, Reason, Severity, of_the_machine
from monitor.extract import extract
from monitor.fetch import Want
from monitor.jobs.not_found import is_not_found
from monitor.jobs.shelf import Shelf
from monitor.jobs.work import Found, Work
from monitor.press import Article, Link, Outlet, Page, Source, hanoi_day
from monitor.seen import State
from storage import Connection, articles, readings, rechecks
from storage.articles import Held
from storage.readings import Unread

log = logging.getLogger(__name__)

TRIES, DAILY, LONGEST = 5, timedelta(hours=20), timedelta(days=30)
"""A piece that could not be read is tried at each run at first, then once a day for a month; then it waits for a
person, and its day stays a gap."""

DOWN_AFTER = 3
"""Pieces in a row whose host did not answer; then the rest of its list waits for the next run."""

REFUSED_FOR = timedelta(days=7)
"""How long a piece that was taken as gone is left alone while its list still names it."""

EDITED_FOR = timedelta(days=2)
"""How long a stored piece that was edited is asked for where its page does not come; what we have stays."""

GONE_TRIES, GONE_AFTER = 3, timedelta(days=2)
"""Pages answer 404 and come back: only the third time, days after it was announced, is a piece taken as gone."""


@dataclass(slots=True)
class Buckets:
    """Where every announced link ended: each in exactly one bucket (CONTRACT §4)."""

    known: int = 0
    new: int = 0
    updated: int = 0
    refused: int = 0
    failed: int = 0
    pending: int = 0

    def put(self, bucket: str) -> None:
        """Count one more link in its bucket."""
        setattr(self, bucket, getattr(self, bucket) + 1)

    @property
    def announced(self) -> int:
        """Give the sum: what was announced."""
        return self.known + self.new + self.updated + self.refused + self.failed + self.pending


def collect(
    work: Work, outlet: Outlet, source: Source, found: Found, wanted: Period, at: datetime
) -> tuple[Buckets, bool]:
    """Fetch, read and store what is not known yet; say where each link ended, and whether all of it was new."""
    buckets = Buckets(refused=len(found.refused))
    since = wanted.first.replace(day=1) if found.reach.months else wanted.first
    if not found.links and outlet.code not in work.waiting:  # what this run left unread is another source's
        return buckets, False
    with work.database.begin() as conn:
        held = articles.find(conn, outlet.code, list(found.links))
        told = readings.states(conn, outlet.code, list(found.links))
        new = bool(found.links) and not held and not told
        # A piece that is stored without a day is announced again: it may be of the earlier days asked for now.
        unread = {i: link for i, link in found.links.items() if i not in held or i in told}
        readings.announce(conn, outlet.code, source.name, unread, at, since)
        carried = [
            one
            for one in readings.unread(conn, outlet.code)
            if _carries(outlet, source, one.source) and not _given_up(one, at)
        ]
        links: Mapping[str, Link] = {one.identity: one.link for one in carried} | found.links
        before = readings.states(conn, outlet.code, list(links))
    shelf = Shelf[_Came](work.database, partial(_keep, work, outlet), partial(_drop, work, outlet), buckets.put)
    halted, in_a_row = False, 0
    for identity, link in links.items():
        piece = _Piece(identity, link, before.get(identity), held.get(identity), (outlet.code, identity) in work.tried)
        bucket = piece.settled(at, asked=work.backfill is not None)
        if bucket is None and (halted or work.stop.is_set() or found.late):
            bucket = "pending"
        if bucket is not None:
            buckets.put(bucket)
            continue
        work.tried.add((outlet.code, identity))
        came = _read(work, outlet, piece)
        shelf.add(came)
        # A host that has gone down is not asked for every piece of the list: each would wait as long as the first.
        in_a_row = in_a_row + 1 if came.reason and came.reason.severity is Severity.TEMPORARY else 0
        halted = halted or came.reason is Reason.RATE_LIMITED or in_a_row == DOWN_AFTER
    shelf.clear()
    return buckets, new


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece that was announced: how far it has come, whether it is stored, and whether this run tried it already."""

    identity: str
    link: Link
    state: Unread | None
    held: Held | None
    tried: bool

    @property
    def edited(self) -> bool:
        """Say whether the source says that it was changed since we read it."""
        edited_at = self.link.modified_at
        return self.held is not None and edited_at is not None and edited_at > self.held.checked_at

    def settled(self, now: datetime, *, asked: bool) -> str | None:
        """Give the bucket of a piece that need not be read now; `asked`: a person wants it tried again."""
        if self.held is not None and not self.edited:
            return "known"
        if self.state is not None and self.state.state is State.REFUSED and not asked:
            last = self.state.last_attempt_at
            # What is still announced a week later may be back; what is another piece's address is not asked again.
            return None if self.state.reason in GONE and last is not None and now - last > REFUSED_FOR else "refused"
        if self.tried or (self.state is not None and not asked and _rests(self.state, now)):
            return "failed"
        return None


def _given_up(state: Unread, now: datetime) -> bool:
    return state.attempts >= TRIES and now - state.first_seen_at > LONGEST


def _rests(state: Unread, now: datetime) -> bool:
    """Say whether a piece that failed again and again is not to be tried now."""
    lately = state.last_attempt_at is not None and now - state.last_attempt_at < DAILY
    return state.attempts >= TRIES and (lately or _given_up(state, now))


def _carries(outlet: Outlet, source: Source, announced_by: str) -> bool:
    """Say whether this source sees to a piece left unread: its own, or one whose source has left the file."""
    orphan = all(one.name != announced_by for one in outlet.sources)
    return announced_by == source.name or (orphan and source is outlet.sources[0])


@dataclass(frozen=True, slots=True)
class _Came:
    """What reading a piece came to: an article with its page, or why not; `sure` that there is none if it stays so."""

    piece: _Piece
    article: Article | None = None
    page: Page | None = None
    reason: Reason | None = None
    sure: bool = True


def _read(work: Work, outlet: Outlet, piece: _Piece) -> _Came:
    """Fetch one piece and read it."""
    page: Page | None = None
    try:
        answer = work.fetcher.get(piece.link.url, outlet, want=Want.PAGE)
        assert isinstance(answer, Page)
        page = answer
        article = extract(page, outlet, work.press.rules(outlet, hanoi_day(page.fetched_at)), piece.link)
    except (FetchError, ExtractError) as error:
        return _Came(piece, page=page, reason=error.reason)
    except Exception as error:  # a page that trips us must not stand between us and the pieces behind it, every day
        if of_the_machine(error):
            raise
        log.exception("piece failed on a bug outlet=%s identity=%s", outlet.code, piece.identity)
        work.bugs.add(outlet.code)
        return _Came(piece, page=page, reason=Reason.BUG)
    if is_not_found(work, outlet, article):
        return _Came(piece, page=page, reason=Reason.SOFT_404, sure=False)
    return _Came(piece, article, page)


def _keep(work: Work, outlet: Outlet, conn: Connection, came: _Came) -> str:
    """Write down what a piece came to, and give its bucket."""
    if came.article is None or came.page is None:
        return _missed(work, outlet, conn, came)
    identity, article = came.piece.identity, came.article
    stored = articles.add(conn, article, came.page)
    log.debug("piece stored outlet=%s identity=%s outcome=%s", outlet.code, identity, stored.outcome.value)
    bucket = stored.outcome.value
    if stored.outcome is not articles.Outcome.NEW:
        rechecks.seen(conn, stored.id, article.fetched_at)
    elif work.backfill is None:
        rechecks.begin(conn, stored.id, article.fetched_at)
    if article.published_on is None:  # stored, and of no day: every day of which it may be misses it
        for one in {identity, article.identity}:  # the address announced stands for it, too
            readings.missed(conn, outlet.code, one, Reason.NO_DATE, work.now(), refused=False)
    else:
        readings.arrived(conn, outlet.code, article.identity)
        if article.identity != identity:  # the page names another address as its own: one piece under two
            readings.missed(conn, outlet.code, identity, Reason.DUPLICATE, work.now(), refused=True)
            bucket = "refused"
    return bucket


def _drop(work: Work, outlet: Outlet, conn: Connection, came: _Came) -> str:
    """Write down that what came of a piece cannot be stored."""
    work.bugs.add(outlet.code)
    return _missed(work, outlet, conn, replace(came, article=None, reason=Reason.BUG))


def _missed(work: Work, outlet: Outlet, conn: Connection, came: _Came) -> str:
    """Note that a piece did not come, and give its bucket: gone for good, to be tried again, or not now.

    A page that came and could not be read is kept.
    """
    piece, reason, now = came.piece, came.reason or Reason.BUG, work.now()
    log.info("piece not read outlet=%s identity=%s reason=%s", outlet.code, piece.identity, reason.value)
    if reason is Reason.RATE_LIMITED:
        return "pending"
    if piece.state is None and piece.held is not None:  # what is stored stays stored, and counted
        edited_at = piece.link.modified_at or now
        if reason in GONE:
            rechecks.gone(conn, piece.held.id, reason, now)
        elif now - edited_at <= EDITED_FOR:
            return "failed"
        articles.checked(conn, outlet.code, piece.identity, now)
        return "known"
    refused = came.sure and reason in GONE and piece.state is not None and _gone(conn, outlet, piece.state, now)
    readings.missed(conn, outlet.code, piece.identity, reason, now, refused=refused, page=came.page)
    return "refused" if refused else "failed"


def _gone(conn: Connection, outlet: Outlet, state: Unread, now: datetime) -> bool:
    """Say whether a piece is gone for good: tried three times in days in which other pages of the outlet did come."""
    came = articles.last_fetched(conn, outlet.code)
    elsewhere = came is not None and came >= state.first_seen_at + GONE_AFTER / 2
    return state.attempts + 1 >= GONE_TRIES and now - state.first_seen_at >= GONE_AFTER and elsewhere


GONE = frozenset({Reason.GONE, Reason.RETIRED, Reason.SOFT_404, Reason.NOT_AN_ARTICLE})
"""Reasons that, when they stay, say that there is no piece. All others say that we could not read it: a gap."""
