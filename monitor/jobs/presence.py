"""Standing duties → sightings: is the hotline on the page today? One look a page and day, one row whatever it came to.

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
    Outlets go side by side, the pages of one outlet one after the other.
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
    pages: dict[str, Page | Reason] = {}
    found = []
    for entry in asked:
        if work.stop.is_set():
            break
        if entry.url not in pages:  # one page may have to show things of several items
            pages[entry.url] = _fetched(work, outlet, entry.url)
        found.append(_look(work, outlet, entry, pages[entry.url]))
    return found


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


def _look(work: _Work, outlet: Outlet, entry: Presence, came: Page | Reason) -> Sighting:
    """Say what a page shows of one duty, and keep it with the page's bytes."""
    sighting = Sighting(outlet.code, entry.item, entry.url, work.now(), Shown.UNREAD)
    page = came if isinstance(came, Page) else None
    if isinstance(came, Page):
        sighting = replace(_read(sighting, came, entry), at=came.fetched_at)
    else:
        sighting = replace(sighting, reason=came)
    with work.database.begin() as conn:
        sighting = presence.record(conn, sighting, page)
    log.info("page looked at outlet=%s item=%s shown=%s", outlet.code, entry.item, sighting.shown.value)
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
