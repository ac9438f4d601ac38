"""Stored pieces read again after an hour, a day and a week: what was corrected, and what was taken down."""

import logging
import time
from dataclasses import dataclass
from functools import partial

from monitor.errors import ExtractError, FetchError, Reason, Severity
from monitor.extract import extract
from monitor.fetch import Validators, Want
from monitor.jobs.not_found import is_not_found
from monitor.jobs.pieces import DOWN_AFTER, GONE
from monitor.jobs.shelf import Shelf
from monitor.jobs.work import Work
from monitor.press import Article, Link, NotModified, Outlet, Page, hanoi_day
from storage import Connection, articles, rechecks
from storage.rechecks import Due

log = logging.getLogger(__name__)

MOST = 200
SECONDS = 300.0
"""What one outlet may take of a run for this; the rest waits for the next."""


@dataclass(frozen=True, slots=True)
class _Looked:
    """What looking at a stored piece again came to: its page as it is now, unchanged (nothing), or why not."""

    due: Due
    article: Article | None = None
    page: Page | None = None
    reason: Reason | None = None


def recheck(work: Work, outlet: Outlet) -> None:
    """Read again those stored pieces of an outlet whose time has come; a correction becomes a version."""
    until = time.monotonic() + SECONDS
    with work.database.connect() as conn:
        waiting = rechecks.due(conn, outlet.code, work.now(), MOST)
    in_a_row = 0
    shelf = Shelf[_Looked](work.database, partial(_keep, work, outlet), partial(_drop, work, outlet))
    for due in waiting:
        if work.stop.is_set() or time.monotonic() > until:
            break
        if (outlet.code, due.identity) in work.tried:
            continue
        work.tried.add((outlet.code, due.identity))
        looked = _look(work, outlet, due)
        if looked.reason is Reason.RATE_LIMITED:
            break
        shelf.add(looked)
        in_a_row = in_a_row + 1 if looked.reason and looked.reason.severity is Severity.TEMPORARY else 0
        if in_a_row == DOWN_AFTER:
            break
    shelf.clear()


def _look(work: Work, outlet: Outlet, due: Due) -> _Looked:
    try:
        page = work.fetcher.get(due.url, outlet, want=Want.PAGE, validators=Validators(due.etag, due.last_modified))
        if isinstance(page, NotModified):
            return _Looked(due)
        article = extract(page, outlet, work.press.rules(outlet, hanoi_day(page.fetched_at)), Link(due.url))
        if is_not_found(work, outlet, article):
            return _Looked(due, reason=Reason.SOFT_404)
        return _Looked(due, article, page)
    except (FetchError, ExtractError) as error:
        return _Looked(due, reason=error.reason)
    except Exception:
        log.exception("piece failed on a bug outlet=%s identity=%s", outlet.code, due.identity)
        work.bugs.add(outlet.code)
        return _Looked(due, reason=Reason.BUG)


def _keep(work: Work, outlet: Outlet, conn: Connection, looked: _Looked) -> str:
    """Write down what a look came to, and say it; a piece that did not come again stays stored, and counted."""
    due, now = looked.due, work.now()
    if looked.reason is not None and looked.reason not in GONE:
        rechecks.unanswered(conn, due.article_id, now)
        return "unanswered"
    if looked.reason is not None:
        log.info("piece withdrawn outlet=%s identity=%s reason=%s", outlet.code, due.identity, looked.reason.value)
        rechecks.gone(conn, due.article_id, looked.reason, now)
    else:
        rechecks.seen(conn, due.article_id, now)
    if looked.article is None or looked.page is None or looked.article.identity != due.identity:
        articles.checked(conn, outlet.code, due.identity, now)
    elif articles.add(conn, looked.article, looked.page).outcome is articles.Outcome.UPDATED:
        log.info("piece corrected outlet=%s identity=%s", outlet.code, due.identity)
    return "seen" if looked.reason is None else "gone"


def _drop(work: Work, outlet: Outlet, conn: Connection, looked: _Looked) -> str:
    """Leave a piece as it is whose new version cannot be stored."""
    work.bugs.add(outlet.code)
    rechecks.unanswered(conn, looked.due.article_id, work.now())
    return "unanswered"
