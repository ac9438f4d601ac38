"""Sources → articles: what cron does every morning, one outlet beside the other, one article a transaction.

The `except` clauses of the crawl stand here, round a piece and round a source: for what we expected could go wrong, and
for a bug. None stops another piece or source, and each leaves a trace in the database.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from threading import Event

from monitor.calendar import Period
from monitor.errors import ExtractError, FetchError, MonitorError, Reason, StorageError
from monitor.extract import extract
from monitor.fetch import Fetcher, Want, validators_of
from monitor.jobs.discover import Found, Work, discover
from monitor.press import Link, Outlet, Page, Press, Source, hanoi_day
from monitor.seen import ONE_DAY, Outcome, State, proved, window
from storage import Database, articles, readings
from storage.readings import Reading, Unread

log = logging.getLogger(__name__)

SOURCE_SECONDS = 600.0
"""A source may take ten minutes; what is unread then is pending, and the next run goes on (K4)."""

TRIES = 5
"""A piece that could not be read five times waits for a person; its day stays a gap."""

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

    @property
    def announced(self) -> int:
        """Give the sum: what was announced."""
        return self.known + self.new + self.updated + self.refused + self.failed + self.pending


def open_today(press: Press, today: date, codes: Sequence[str] = (), backfill: Period | None = None) -> list[Outlet]:
    """Give the outlets to crawl: enabled, with sources, and existing today (or in the days to fill).

    Raises:
        KeyError: `codes` names an outlet that is not in the file.
    """
    wanted = [press.outlet(code) for code in dict.fromkeys(codes)] or list(press.outlets)
    return [
        outlet
        for outlet in wanted
        if outlet.enabled
        and outlet.sources
        and (outlet.valid.meets(backfill.first, backfill.last) if backfill else outlet.valid.holds(today))
    ]


def crawl(
    database: Database,
    press: Press,
    fetcher: Fetcher,
    outlets: Sequence[Outlet],
    *,
    now: Callable[[], datetime],
    stop: Event,
    backfill: Period | None = None,
    at_once: int = 8,
) -> Iterator[Reading]:
    """Read every source of every outlet, and give each source's reading when it is done.

    Outlets go side by side, the sources of one outlet one after the other. Setting `stop` ends the crawl after the
    article in hand; what is unread then is pending.
    """
    work = Work(database, press, fetcher, now, uuid.uuid4().hex[:12], stop, backfill)
    with ThreadPoolExecutor(max_workers=max(1, min(at_once, len(outlets)))) as pool:
        jobs = [pool.submit(_outlet, work, outlet) for outlet in outlets]
        for job in as_completed(jobs):
            yield from job.result()


def _outlet(work: Work, outlet: Outlet) -> list[Reading]:
    return [_source(work, outlet, source) for source in outlet.sources]


def _source(work: Work, outlet: Outlet, source: Source) -> Reading:
    """Read one source to the end; whatever happens ends as one row in `readings`."""
    at = work.now()
    reading = Reading(run=work.run, outlet=outlet.code, source=source.name, at=at, ended_at=at, outcome=Outcome.FAILED)
    pages: Sequence[tuple[str, Page]] = ()
    try:
        reading, pages = _read(work, outlet, source, reading)
    except StorageError:  # a full disk or a database that is gone stops everything, and nothing stored is lost
        raise
    except MonitorError as error:
        reason = getattr(error, "reason", Reason.BUG)
        outcome = Outcome.BLOCKED if reason.blocks else Outcome.FAILED
        reading = replace(reading, outcome=outcome, reason=reason)
        log.warning("source failed outlet=%s source=%s error=%s", outlet.code, source.name, error)
    except Exception:
        reading = replace(reading, outcome=Outcome.FAILED, reason=Reason.BUG)
        log.exception("source failed on a bug outlet=%s source=%s", outlet.code, source.name)
    reading = replace(reading, ended_at=work.now())
    with work.database.begin() as conn:
        readings.record(conn, reading)
        # Validators only when every announced piece is stored and yesterday was proved: “not modified” will be taken to
        # mean that nothing came since, and must not hide a lost piece or a day that nobody saw (F18).
        if reading.outcome is Outcome.OK and reading.covers and reading.covers.last + ONE_DAY == hanoi_day(at):
            for url, page in pages:
                readings.keep_validators(conn, outlet.code, source.name, url, validators_of(page), page.sha256, at)
    log.info(
        "source read outlet=%s source=%s outcome=%s new=%d updated=%d failed=%d",
        outlet.code,
        source.name,
        reading.outcome,
        reading.new,
        reading.updated,
        reading.failed,
    )
    return reading


def _read(work: Work, outlet: Outlet, source: Source, reading: Reading) -> tuple[Reading, Sequence[tuple[str, Page]]]:
    if work.stop.is_set():  # not asked at all: neither a success nor a failure of the source
        return replace(reading, outcome=Outcome.SKIPPED), ()
    deadline = time.monotonic() + SOURCE_SECONDS
    today = hanoi_day(reading.at)
    with work.database.connect() as conn:
        ground = readings.ground(conn, outlet.code, source.name, reading.at)
    last_proved = ground.until if ground else None
    wanted = _wanted(work, outlet, last_proved, today)
    found = discover(work, outlet, source, wanted, ground)
    if found.trouble is not None and not found.links and not found.refused:
        raise found.trouble
    if found.trouble is not None and not found.links:  # links came, and none of them is a piece
        refused = len(found.refused)
        failed = replace(reading, outcome=Outcome.FAILED, reason=found.trouble.reason)
        return replace(failed, announced=refused, refused=refused), ()
    buckets, overflow = _collect(work, outlet, source, found, wanted, reading.at, deadline)
    incomplete = found.trouble or found.cut or buckets.failed or buckets.pending or work.stop.is_set()
    unchanged = Outcome.NOT_MODIFIED if found.unchanged and not buckets.announced else Outcome.OK
    reason = found.trouble.reason if found.trouble else Reason.TOO_LARGE if found.cut else None
    result = replace(
        reading,
        outcome=Outcome.PARTIAL if incomplete else unchanged,
        reason=Reason.BUG if outlet.code in work.bugs and buckets.failed else reason,
        announced=buckets.announced,
        **asdict(buckets),
        overflow=overflow,
        covers=proved(found.reach, wanted, last_proved, today),
    )
    return result, found.pages


def _wanted(work: Work, outlet: Outlet, last_proved: date | None, today: date) -> Period:
    """Give the days to find: a backfill's, as far as the outlet existed, else those since the last day proved."""
    if work.backfill is None:
        return window(last_proved, today)
    return outlet.valid.within(work.backfill) or work.backfill


def _collect(
    work: Work, outlet: Outlet, source: Source, found: Found, wanted: Period, at: datetime, deadline: float
) -> tuple[Buckets, bool]:
    """Fetch, read and store what is not known yet; say where each link ended, and whether all of it was new."""
    buckets = Buckets(refused=len(found.refused))
    since = wanted.first.replace(day=1) if found.reach.months else wanted.first
    with work.database.begin() as conn:
        held = articles.find(conn, outlet.code, list(found.links))
        told = readings.states(conn, outlet.code, list(found.links))
        new = bool(found.links) and not held and not told
        # A piece that is stored without a day is announced again: it may be of the earlier days asked for now.
        unread = {i: link for i, link in found.links.items() if i not in held or i in told}
        readings.announce(conn, outlet.code, source.name, unread, at, since)
        carried = [one for one in readings.unread(conn, outlet.code, TRIES) if _carries(outlet, source, one.source)]
        links: Mapping[str, Link] = {one.identity: one.link for one in carried} | found.links
        before = readings.states(conn, outlet.code, list(links))
    halted = False
    for identity, link in links.items():
        state = before.get(identity)
        tries = state.attempts if state else 0
        if identity in held and not _edited(link, held[identity].checked_at):
            buckets.known += 1
        elif state is not None and state.state is State.REFUSED and work.backfill is None:
            buckets.refused += 1
        elif (outlet.code, identity) in work.tried or (tries >= TRIES and work.backfill is None):
            buckets.failed += 1
        elif halted or work.stop.is_set() or (time.monotonic() > deadline and work.backfill is None):
            buckets.pending += 1
        else:
            work.tried.add((outlet.code, identity))
            halted = _article(work, outlet, identity, link, state, buckets)
    return buckets, new


def _carries(outlet: Outlet, source: Source, announced_by: str) -> bool:
    """Say whether this source sees to a piece left unread: its own, or one whose source has left the file."""
    orphan = all(one.name != announced_by for one in outlet.sources)
    return announced_by == source.name or (orphan and source is outlet.sources[0])


def _edited(link: Link, checked_at: datetime) -> bool:
    return link.modified_at is not None and link.modified_at > checked_at


def _article(work: Work, outlet: Outlet, identity: str, link: Link, state: Unread | None, buckets: Buckets) -> bool:
    """Fetch one piece and store it with its page in one transaction; True when the host asked us to come back later."""
    try:
        page = work.fetcher.get(link.url, outlet, want=Want.PAGE)
        assert isinstance(page, Page)
        article = extract(page, outlet, work.press.rules(outlet, hanoi_day(page.fetched_at)), link)
    except (FetchError, ExtractError) as error:
        return _missed(work, outlet, identity, error.reason, state, buckets)
    except Exception:  # a page that trips us must not stand between us and the pieces behind it, today and every day
        log.exception("piece failed on a bug outlet=%s identity=%s", outlet.code, identity)
        work.bugs.add(outlet.code)
        return _missed(work, outlet, identity, Reason.BUG, state, buckets)
    with work.database.begin() as conn:
        stored = articles.add(conn, article, page)
        bucket = stored.outcome.value
        if article.published_on is None:  # stored, and of no day: every day of which it may be misses it
            for one in {identity, article.identity}:  # the address announced stands for it, whatever it calls itself
                readings.missed(conn, outlet.code, one, Reason.NO_DATE, work.now(), refused=False)
        else:
            readings.arrived(conn, outlet.code, article.identity)
            if article.identity != identity:  # the page names another address as its own: the same piece under two
                readings.missed(conn, outlet.code, identity, Reason.DUPLICATE, work.now(), refused=True)
                bucket = "refused"
    setattr(buckets, bucket, getattr(buckets, bucket) + 1)
    return False


def _missed(work: Work, outlet: Outlet, identity: str, reason: Reason, state: Unread | None, buckets: Buckets) -> bool:
    """Note that a piece did not come: gone for good, to be tried again, or (True) not now."""
    log.info("piece not read outlet=%s identity=%s reason=%s", outlet.code, identity, reason.value)
    if reason is Reason.RATE_LIMITED:
        buckets.pending += 1
        return True
    with work.database.begin() as conn:
        if state is None and reason in _GONE:  # what is stored is no longer there: it stays stored, and counted
            articles.checked(conn, outlet.code, identity, work.now())
            buckets.known += 1
            return False
        refused = reason in _GONE and state is not None and _gone(state, work.now())
        readings.missed(conn, outlet.code, identity, reason, work.now(), refused=refused)
    buckets.refused += refused
    buckets.failed += not refused
    return False


def _gone(state: Unread, now: datetime) -> bool:
    return state.attempts + 1 >= GONE_TRIES and now - state.first_seen_at >= GONE_AFTER


_GONE = frozenset({Reason.GONE, Reason.SOFT_404, Reason.NOT_AN_ARTICLE})
"""Reasons that, when they stay, say that there is no piece. All others say that we could not read it: a gap."""
