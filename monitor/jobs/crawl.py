"""Sources → articles: what cron does every morning, one outlet beside the other.

The `except` clauses of the crawl stand here, round a source, and in `pieces`, round a piece: for what we expected could
go wrong, and for a bug. None stops another piece or source, and each leaves a trace in the database.
"""

import hashlib
import logging
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from threading import Event
from typing import Any

from monitor.calendar import Period
from monitor.errors import ExtractError, FetchError, MonitorError, Reason, Severity, StorageError, of_the_machine
from monitor.fetch import Fetcher, RobotsFile, Validators, validators_of
from monitor.jobs.discover import discover
from monitor.jobs.not_found import probe
from monitor.jobs.pieces import Buckets, collect
from monitor.jobs.recheck import recheck
from monitor.jobs.work import Found, Work
from monitor.press import Outlet, Press, Source, SourceKind, hanoi_day
from monitor.seen import READ, Ground, Outcome, due_again, proved, whole_since, window
from storage import Database, articles, hosts, readings, rechecks
from storage.readings import Kept, Reading

log = logging.getLogger(__name__)

MOVED_FOR = timedelta(days=7)
"""How long a move for good is believed before the old address is asked again: some are a slip of a day."""

SOURCE_SECONDS = 600.0
"""A source may take ten minutes; what is unread then is pending, and the next run goes on (K4)."""


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
    patient: bool = False,
    at_once: int = 8,
) -> Iterator[Reading]:
    """Read every source of every outlet, and give each source's reading when it is done.

    Outlets go side by side, the sources of one outlet one after the other. `patient` leaves alone what was read within
    the hour, and what failed as long as it is not due again. Setting `stop` ends the crawl after the article in hand;
    what is unread then is pending.
    """
    work = Work(database, press, fetcher, now, uuid.uuid4().hex[:12], stop, backfill)
    with database.connect() as conn:
        if patient:
            before = now() - timedelta(microseconds=1)  # a moment played again is not patient with itself
            work.states.update({(state.outlet, state.source): state for state in readings.last(conn, before)})
        work.not_found.update(hosts.not_found(conn))
        work.moved.update(hosts.moved(conn, now() - MOVED_FOR))
        work.due.update(rechecks.outlets_due(conn, now()))
        work.waiting.update(readings.outlets_waiting(conn))
    with ThreadPoolExecutor(max_workers=max(1, min(at_once, len(outlets)))) as pool:
        jobs = [pool.submit(_outlet, work, outlet) for outlet in outlets]
        for job in as_completed(jobs):
            yield from job.result()
    with database.begin() as conn:
        hosts.keep_robots(conn, {origin: (file.body, file.until) for origin, file in fetcher.robots().items()})


def fetcher_for(database: Database, press: Press, now: Callable[[], datetime]) -> Fetcher:
    """Give a fetcher that knows what hosts asked of earlier runs: silence, and what may be read."""
    with database.connect() as conn:
        silences = hosts.silent(conn, now())
        robots = {origin: RobotsFile(*file) for origin, file in hosts.robots(conn, now()).items()}
    return Fetcher(press.user_agent, now=now, silences=silences, robots=robots)


def _outlet(work: Work, outlet: Outlet) -> list[Reading]:
    """Read the sources of an outlet; where it answers, look again at what is stored of it."""
    done = [_source(work, outlet, source) for source in outlet.sources]
    if work.backfill is None and any(reading.outcome in READ for reading in done):
        try:
            if outlet.code in work.due:
                recheck(work, outlet)
            probe(work, outlet)
        except StorageError:
            raise
        except Exception:  # what is read again must not stand between us and the other outlets
            log.exception("looking again failed on a bug outlet=%s", outlet.code)
            work.bugs.add(outlet.code)
    return done


def _source(work: Work, outlet: Outlet, source: Source) -> Reading:
    """Read one source to the end; whatever happens ends as one row in `readings`."""
    at = work.now()
    reading = Reading(run=work.run, outlet=outlet.code, source=source.name, at=at, ended_at=at, outcome=Outcome.SKIPPED)
    found = Found(None)
    state = work.states.get((outlet.code, source.name))
    due = due_again(state) if state else None
    try:
        if state is not None and due is not None and due > at:
            left = replace(reading, reason=state.reason if state.failures else None)
            # What there was no time for is read now, but the list is not asked for again within the hour.
            return _carried(work, outlet, source, left) if state.pending and not work.stop.is_set() else left
        if not work.stop.is_set():  # else not asked at all: neither a success nor a failure of the source
            reading, found = _read(work, outlet, source, reading)
    except StorageError:  # a full disk or a database that is gone stops everything, and nothing stored is lost
        raise
    except MonitorError as error:
        reason = getattr(error, "reason", Reason.BUG)
        outcome = Outcome.BLOCKED if reason.blocks else Outcome.FAILED
        reading = replace(reading, outcome=outcome, reason=reason)
        log.warning("source failed outlet=%s source=%s error=%s", outlet.code, source.name, error)
    except Exception as error:
        if of_the_machine(error):
            raise
        reading = replace(reading, outcome=Outcome.FAILED, reason=Reason.BUG)
        log.exception("source failed on a bug outlet=%s source=%s", outlet.code, source.name)
    reading = replace(reading, ended_at=work.now())
    _record(work, outlet, source, reading, found)
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


def _record(work: Work, outlet: Outlet, source: Source, reading: Reading, found: Found) -> None:
    """Keep what a reading came to, and what to ask with next time, in one transaction.

    Every piece that an address announced is stored or written down as unread by now, so that a later “not modified”
    hides none (F18). It proves something only where the source was read whole, or had not changed since it was.
    """
    clean = found.trouble is None and not found.cut
    whole = clean and (found.joined if found.unchanged else reading.whole_since is not None)
    # Of an index every list stands for itself; of a list of pages the first one tells only where all of them came.
    kept = clean or source.kind is SourceKind.SITEMAP
    with work.database.begin() as conn:
        readings.record(conn, reading)
        hosts.keep_silences(conn, work.fetcher.silences())
        for url, to in found.moves.items():
            hosts.move(conn, outlet.code, url, to, reading.at)
            _moved(work, outlet, url, to)
        for url, page, following in found.pages if kept and not work.stop.is_set() else ():
            given = validators_of(page) or Validators(None, None)
            described = _definition(outlet, source)
            asking = Kept(given.etag, given.last_modified, page.sha256, whole, reading.at, following, described)
            readings.keep_validators(conn, outlet.code, source.name, url, asking)


def _definition(outlet: Outlet, source: Source) -> str:
    """Give a digest of what `sources.yaml` says of a source: repaired, its lists are read anew."""
    return hashlib.sha256(repr((source, outlet.hosts, outlet.identity)).encode()).hexdigest()[:16]


def _moved(work: Work, outlet: Outlet, url: str, to: str | None) -> None:
    """Let the outlet's further sources know."""
    known = work.moved.setdefault(outlet.code, {})
    if to is None:
        known.pop(url, None)
    else:
        known[url] = to


def _read(work: Work, outlet: Outlet, source: Source, reading: Reading) -> tuple[Reading, Found]:
    with work.database.connect() as conn:
        ground = readings.ground(conn, outlet.code, source.name, reading.at)
        kept = readings.validators(conn, outlet.code, source.name)
    described = _definition(outlet, source)
    kept = {url: one for url, one in kept.items() if one.definition == described}
    wanted = window(ground, hanoi_day(reading.at))
    if work.backfill is not None:
        wanted = outlet.valid.within(work.backfill) or work.backfill
    deadline = None if work.backfill else time.monotonic() + SOURCE_SECONDS
    found = discover(work, outlet, source, wanted, ground, kept, deadline)
    if found.refused:
        with work.database.begin() as conn:
            readings.refuse(conn, outlet.code, source.name, found.refused, reading.at)
    if found.trouble is not None and not found.links:  # nothing came, or links came and none of them is a piece
        return _failed(work, outlet, source, reading, found.trouble, len(found.refused)), Found(None, moves=found.moves)
    buckets, overflow = collect(work, outlet, source, found, wanted, reading.at)
    counted = replace(reading, **_counts(buckets), overflow=overflow)
    return _judged(work, outlet, counted, found, ground, wanted), found


def _failed(
    work: Work, outlet: Outlet, source: Source, reading: Reading, error: FetchError | ExtractError, refused: int
) -> Reading:
    """Give the reading of a list that did not come; pieces that it announced before are still read."""
    outcome = Outcome.BLOCKED if error.reason.blocks else Outcome.FAILED
    log.warning("source failed outlet=%s source=%s error=%s", outlet.code, source.name, error)
    if error.reason.severity is not Severity.TEMPORARY and error.reason is not Reason.RATE_LIMITED:
        reading = _carried(work, outlet, source, reading)
    announced = reading.announced + refused
    return replace(
        reading, outcome=outcome, reason=error.reason, announced=announced, refused=reading.refused + refused
    )


def _carried(work: Work, outlet: Outlet, source: Source, reading: Reading) -> Reading:
    """Read the pieces that a source announced earlier, without its list."""
    day = hanoi_day(reading.at)
    found = Found(time.monotonic() + SOURCE_SECONDS)
    buckets, _ = collect(work, outlet, source, found, Period(day, day), reading.at)
    return replace(reading, **_counts(buckets))


def _counts(buckets: Buckets) -> dict[str, Any]:
    return {"announced": buckets.announced, **asdict(buckets)}


def _judged(
    work: Work, outlet: Outlet, reading: Reading, found: Found, ground: Ground | None, wanted: Period
) -> Reading:
    """Say how a reading whose pieces are counted ended, and which days it proves."""
    incomplete = found.trouble or found.cut or reading.failed or reading.pending or work.stop.is_set()
    unchanged = Outcome.NOT_MODIFIED if found.unchanged and not reading.announced else Outcome.OK
    reason = found.trouble.reason if found.trouble else Reason.TOO_LARGE if found.cut else None
    reach = found.reach
    if found.ended and reach.back_to is None:  # a list without days, to its last page: its pieces say how far it goes
        with work.database.connect() as conn:
            reach = replace(reach, back_to=articles.earliest(conn, outlet.code, list(found.links)))
    since = whole_since(reach, ground, reading.at)
    covers = proved(reach, since, hanoi_day(reading.at))
    return replace(
        reading,
        outcome=Outcome.PARTIAL if incomplete else unchanged,
        reason=Reason.BUG if outlet.code in work.bugs and reading.failed else reason,
        covers=_within(wanted, covers) if work.backfill else covers,
        whole_since=None if work.backfill or found.unchanged else since,
        unchanged=found.unchanged,
    )


def _within(wanted: Period, covers: Period | None) -> Period | None:
    """A backfill proves what was asked for, and no day behind it."""
    return covers.meet(wanted) if covers else None
