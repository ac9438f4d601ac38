"""Stored pieces read again after an hour, a day and a week: what was corrected, and what was taken down."""

import logging
import time

from monitor.errors import ExtractError, FetchError, Reason
from monitor.extract import extract
from monitor.fetch import Validators, Want
from monitor.jobs.discover import Work
from monitor.jobs.pieces import GONE
from monitor.press import Link, NotModified, Outlet
from storage import articles, rechecks
from storage.rechecks import Due

log = logging.getLogger(__name__)

MOST = 200
SECONDS = 300.0
"""What one outlet may take of a run for this; the rest waits for the next."""


def recheck(work: Work, outlet: Outlet) -> None:
    """Read again those stored pieces of an outlet whose time has come; a correction becomes a version."""
    until = time.monotonic() + SECONDS
    with work.database.connect() as conn:
        waiting = rechecks.due(conn, outlet.code, work.now(), MOST)
    for due in waiting:
        if work.stop.is_set() or time.monotonic() > until:
            return
        if (outlet.code, due.identity) not in work.tried and not _again(work, outlet, due):
            return


def _again(work: Work, outlet: Outlet, due: Due) -> bool:
    """Read one piece again; False where the host wants to be left alone."""
    work.tried.add((outlet.code, due.identity))
    try:
        page = work.fetcher.get(due.url, outlet, want=Want.PAGE, validators=Validators(due.etag, due.last_modified))
        article = (
            None if isinstance(page, NotModified) else extract(page, outlet, work.press.rules(outlet), Link(due.url))
        )
    except (FetchError, ExtractError) as error:
        return _without(work, outlet, due, error.reason)
    except Exception:
        log.exception("piece failed on a bug outlet=%s identity=%s", outlet.code, due.identity)
        work.bugs.add(outlet.code)
        return _without(work, outlet, due, Reason.BUG)
    now = work.now()
    with work.database.begin() as conn:
        rechecks.seen(conn, due.article_id, now)
        if article is None or isinstance(page, NotModified) or article.identity != due.identity:
            articles.checked(conn, outlet.code, due.identity, now)
        elif articles.add(conn, article, page).outcome is articles.Outcome.UPDATED:
            log.info("piece corrected outlet=%s identity=%s", outlet.code, due.identity)
    return True


def _without(work: Work, outlet: Outlet, due: Due, reason: Reason) -> bool:
    """Note that a stored piece did not come again; it stays stored, and counted."""
    if reason is Reason.RATE_LIMITED:
        return False
    now = work.now()
    with work.database.begin() as conn:
        if reason in GONE:
            log.info("piece withdrawn outlet=%s identity=%s reason=%s", outlet.code, due.identity, reason.value)
            rechecks.gone(conn, due.article_id, reason, now)
            articles.checked(conn, outlet.code, due.identity, now)
        else:
            rechecks.unanswered(conn, due.article_id, now)
    return True
