"""Standing duties → sightings: is the hotline on the page today? One row a look, whatever it came to.

The `except` clauses stand round each look: none stops another, and each leaves a trace in the database.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Event

from monitor.errors import MonitorError, Reason
from monitor.extract.decode import decode
from monitor.fetch import Fetcher, Want
from monitor.presence import look
from monitor.press import Outlet, Page, Presence, Press, Shown, Sighting, hanoi_day, midnight
from storage import Database, presence

log = logging.getLogger(__name__)


def watched(press: Press, today: date, codes: Sequence[str] = ()) -> list[Outlet]:
    """Give the outlets that are to show something: enabled, existing today, with entries under `presence`.

    Raises:
        KeyError: `codes` names an outlet that is not in the file.
    """
    wanted = [press.outlet(code) for code in dict.fromkeys(codes)] or list(press.outlets)
    return [outlet for outlet in wanted if outlet.enabled and outlet.presence and outlet.valid.holds(today)]


def check(
    database: Database,
    fetcher: Fetcher,
    outlets: Sequence[Outlet],
    *,
    now: Callable[[], datetime],
    stop: Event,
    again: bool = False,
    at_once: int = 8,
) -> Iterator[Sighting]:
    """Look at every page that must show something, and give what came of each.

    What was found today stands for today and is not asked for again, unless told so; what was missing or unread is.
    Outlets go side by side, the pages of one outlet one after the other. A page that lacks something is asked again
    after the others: what flickers is not absent. Where there is no time left for that, nothing is said of it.
    """
    work = _Work(database, fetcher, now, stop, again)
    with ThreadPoolExecutor(max_workers=max(1, min(at_once, len(outlets)))) as pool:
        for job in as_completed([pool.submit(_outlet, work, outlet) for outlet in outlets]):
            yield from job.result()


@dataclass(frozen=True, slots=True)
class _Work:
    database: Database
    fetcher: Fetcher
    now: Callable[[], datetime]
    stop: Event
    again: bool


def _outlet(work: _Work, outlet: Outlet) -> list[Sighting]:
    at = work.now()
    with work.database.connect() as conn:
        today = midnight(hanoi_day(at))
        known = set() if work.again else presence.found_since(conn, outlet.code, today, at)
    asked = [entry for entry in outlet.presence if (entry.item, entry.url) not in known]
    lacking: dict[tuple[str, str], Sighting] = {}
    found = []
    for one, page in _round(work, outlet, asked):
        if one.shown is Shown.ABSENT:
            lacking[one.item, one.url] = one
        else:
            found.append(_kept(work, one, page))
    again = [entry for entry in asked if (entry.item, entry.url) in lacking]
    for second, page in _round(work, outlet, again):
        found.append(_kept(work, _twice(lacking[second.item, second.url], second), page))
    return found


def _round(work: _Work, outlet: Outlet, entries: Sequence[Presence]) -> Iterator[tuple[Sighting, Page | None]]:
    """Ask for each page once, and say of each entry what it shows, with the page where one came."""
    pages: dict[str, Page | Reason] = {}
    for entry in entries:
        if work.stop.is_set():
            break
        if entry.url not in pages:  # one page may have to show things of several items
            pages[entry.url] = _fetched(work, outlet, entry.url)
        yield _look(work, outlet, entry, pages[entry.url])


def _twice(first: Sighting, second: Sighting) -> Sighting:
    """Give the second look at a page that lacked something; nothing is said where it lacks only something else."""
    if second.shown is not Shown.ABSENT or _lacking(first) & _lacking(second):
        return second
    return replace(second, shown=Shown.UNREAD, reason=Reason.EXTRACTION, expected=())


def _lacking(sighting: Sighting) -> set[str]:
    return {one.kind for one in sighting.expected if one.quote is None}


def _fetched(work: _Work, outlet: Outlet, url: str) -> Page | Reason:
    try:
        page = work.fetcher.get(url, outlet, want=Want.PAGE)
        assert isinstance(page, Page)  # no validators were sent
        return page
    except MonitorError as error:
        log.warning("page not looked at outlet=%s url=%s error=%s", outlet.code, url, error)
        reason: Reason = getattr(error, "reason", Reason.BUG)
        return reason
    except Exception:
        log.exception("page not looked at on a bug outlet=%s url=%s", outlet.code, url)
        return Reason.BUG


def _look(work: _Work, outlet: Outlet, entry: Presence, came: Page | Reason) -> tuple[Sighting, Page | None]:
    """Say what a page shows of one duty."""
    sighting = Sighting(outlet.code, entry.item, entry.url, work.now(), Shown.UNREAD)
    if isinstance(came, Page):
        return replace(_read(sighting, came, entry), at=came.fetched_at), came
    return replace(sighting, reason=came), None


def _kept(work: _Work, sighting: Sighting, page: Page | None) -> Sighting:
    """Keep a look with the page's bytes."""
    with work.database.begin() as conn:
        sighting = presence.record(conn, sighting, page)
    log.info("page looked at outlet=%s item=%s shown=%s", sighting.outlet, sighting.item, sighting.shown.value)
    return sighting


def _read(sighting: Sighting, page: Page, entry: Presence) -> Sighting:
    try:
        expected = look(decode(page), page.final_url, page.url, entry.expect)
    except MonitorError as error:
        return replace(sighting, reason=getattr(error, "reason", Reason.BUG))
    except Exception:
        log.exception("page not looked at on a bug outlet=%s url=%s", sighting.outlet, sighting.url)
        return replace(sighting, reason=Reason.BUG)
    shown = Shown.FOUND if all(one.quote is not None for one in expected) else Shown.ABSENT
    return replace(sighting, shown=shown, expected=expected)
