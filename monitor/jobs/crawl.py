"""Sources → articles: what cron does every morning, one outlet beside the other, one article a transaction.

The two `except` clauses of the crawl stand here: one for what we expected could go wrong, one for a bug. Neither stops
another source, and both leave a row in `readings`.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from threading import Event

from monitor.calendar import Period
from monitor.errors import ExtractError, FetchError, MonitorError, Reason
from monitor.extract import extract
from monitor.fetch import Fetcher, Want, validators_of
from monitor.jobs.discover import Found, Work, discover
from monitor.press import Link, Outlet, Page, Press, Source, hanoi_day
from monitor.seen import proved, window
from storage import Database, articles, readings
from storage.readings import Outcome, Reading, State

log = logging.getLogger(__name__)

SOURCE_SECONDS = 600.0
"""A source may take ten minutes; what is unread then is pending, and the next run goes on (K4)."""

TRIES = 5
"""A piece that could not be read five times waits for a person; its day stays a gap."""

GONE_TRIES = 3
"""Pages answer 404 and come back; after the third time the piece is taken as gone."""


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
    wanted = [press.outlet(code) for code in codes] or list(press.outlets)
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
        # Validators only when every announced piece is stored: a later 304 would hide a lost one for ever (F18).
        if reading.outcome is Outcome.OK:
            for url, page in pages:
                readings.keep_validators(conn, outlet.code, source.name, url, validators_of(page), page.sha256)
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
    deadline = time.monotonic() + SOURCE_SECONDS
    today = hanoi_day(reading.at)
    with work.database.connect() as conn:
        ground = readings.ground(conn, outlet.code, source.name, reading.at)
    last_proved = ground.until if ground else None
    wanted = work.backfill or window(last_proved, today)
    found = discover(work, outlet, source, wanted, ground)
    if found.trouble is not None and not found.links and not found.refused:
        raise found.trouble
    buckets, overflow = _collect(work, outlet, source, found, reading.at, deadline)
    covers = proved(source, found.reach, wanted, last_proved, today)
    if found.trouble or buckets.failed or buckets.pending:
        outcome = Outcome.PARTIAL
    else:
        outcome = Outcome.NOT_MODIFIED if found.unchanged and not buckets.announced else Outcome.OK
    result = replace(
        reading,
        outcome=outcome,
        reason=found.trouble.reason if found.trouble else None,
        announced=buckets.announced,
        **asdict(buckets),
        overflow=overflow,
        covers=covers,
    )
    return result, found.pages


def _collect(
    work: Work, outlet: Outlet, source: Source, found: Found, at: datetime, deadline: float
) -> tuple[Buckets, bool]:
    """Fetch, read and store what is not known yet; say where each link ended, and whether all of it was new."""
    buckets = Buckets(refused=len(found.refused))
    with work.database.begin() as conn:
        held = articles.find(conn, outlet.code, list(found.links))
        before = readings.states(conn, outlet.code, list(found.links))
        carried = [one for one in readings.unread(conn, outlet.code, TRIES) if one.source == source.name]
        unread = {i: link for i, link in found.links.items() if i not in held}
        readings.announce(conn, outlet.code, source.name, unread, at)
    overflow = bool(found.links) and not held and not any(i in before for i in found.links)
    links: Mapping[str, Link] = found.links | {one.identity: one.link for one in carried if one.identity not in held}
    halted = False
    for identity, link in links.items():
        state = before.get(identity)
        if identity in held and not _edited(link, held[identity].checked_at):
            buckets.known += 1
        elif state is not None and state.state is State.REFUSED:
            buckets.refused += 1
        elif state is not None and state.attempts >= TRIES:
            buckets.failed += 1
        elif halted or work.stop.is_set() or (time.monotonic() > deadline and work.backfill is None):
            buckets.pending += 1
        else:
            halted = _article(work, outlet, identity, link, state.attempts if state else 0, buckets)
    return buckets, overflow


def _edited(link: Link, checked_at: datetime) -> bool:
    return link.modified_at is not None and link.modified_at > checked_at


def _article(work: Work, outlet: Outlet, identity: str, link: Link, attempts: int, buckets: Buckets) -> bool:
    """Fetch one piece and store it with its page in one transaction; True when the host asked us to come back later."""
    try:
        page = work.fetcher.get(link.url, outlet, want=Want.PAGE)
        assert isinstance(page, Page)
        article = extract(page, outlet, work.press.rules(outlet), link)
    except (FetchError, ExtractError) as error:
        return _missed(work, outlet, identity, error.reason, attempts, buckets)
    with work.database.begin() as conn:
        stored = articles.add(conn, article, page)
        if article.identity == identity:
            readings.arrived(conn, outlet.code, identity)
            bucket = stored.outcome.value
        else:  # the page names another address as its own: the same piece under two
            readings.missed(conn, outlet.code, identity, Reason.DUPLICATE, work.now(), refused=True)
            bucket = "refused"
    setattr(buckets, bucket, getattr(buckets, bucket) + 1)
    return False


def _missed(work: Work, outlet: Outlet, identity: str, reason: Reason, attempts: int, buckets: Buckets) -> bool:
    """Note that a piece did not come: refused for good, to be tried again, or (True) not now."""
    log.info("piece not read outlet=%s identity=%s reason=%s", outlet.code, identity, reason.value)
    if reason is Reason.RATE_LIMITED:
        buckets.pending += 1
        return True
    refused = reason in _REFUSING or (reason is Reason.GONE and attempts + 1 >= GONE_TRIES)
    with work.database.begin() as conn:
        readings.missed(conn, outlet.code, identity, reason, work.now(), refused=refused)
    buckets.refused += refused
    buckets.failed += not refused
    return False


_REFUSING = frozenset(
    {
        Reason.NOT_AN_ARTICLE,
        Reason.SOFT_404,
        Reason.NOT_HTML,
        Reason.ROBOTS,
        Reason.LEFT_HOSTS,
        Reason.SCHEME,
        Reason.PORT,
    }
)
