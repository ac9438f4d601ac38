"""Pages that came and could not be read → articles, where today's rules read them: no network, one a transaction."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.errors import MonitorError, Reason, StorageError
from monitor.extract import extract
from monitor.jobs.not_found import same_page
from monitor.press import Article, Outlet, Page, Press, hanoi_day
from storage import Database, articles, hosts, readings, rechecks, unread_pages
from storage.unread_pages import UnreadPage

log = logging.getLogger(__name__)

BATCH = 500


class Came(StrEnum):
    """What a page that could not be read comes to now."""

    READ = "read"
    UNREAD = "unread"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Tried:
    """One kept page tried again: read, and then the id of its article (None in a dry run); or why it still is not."""

    outlet: str
    identity: str
    result: Came
    id: int | None = None
    reason: Reason | None = None


def try_again(
    database: Database,
    press: Press,
    outlets: Sequence[Outlet],
    *,
    now: Callable[[], datetime],
    stop: Callable[[], bool] = lambda: False,
    keep: bool = True,
) -> Iterator[Tried]:
    """Try the kept pages of these outlets again, and give what came of each; without `keep` nothing is stored.

    It can be killed at any moment and started again: what was read is no longer among them.
    """
    for outlet in outlets:
        after = ""
        while waiting := _next(database, outlet, after):
            for one in waiting:
                if stop():
                    return
                yield _one(database, press, outlet, one, now, keep)
            after = waiting[-1].identity


def _next(database: Database, outlet: Outlet, after: str) -> list[UnreadPage]:
    with database.connect() as conn:
        return unread_pages.following(conn, outlet.code, after, BATCH)


def _one(
    database: Database, press: Press, outlet: Outlet, one: UnreadPage, now: Callable[[], datetime], keep: bool
) -> Tried:
    with database.connect() as conn:
        body = articles.sound(conn, one.sha256)
        shown = hosts.not_found(conn).get(outlet.code)
    if body is None:
        return Tried(outlet.code, one.identity, Came.DAMAGED)
    page = one.page(body)
    try:
        article = extract(page, outlet, press.rules(outlet, hanoi_day(page.fetched_at)), one.link)
        if same_page(shown, article):
            return Tried(outlet.code, one.identity, Came.UNREAD, reason=Reason.SOFT_404)
        number = _store(database, one, article, page, now()) if keep else None
    except StorageError:
        raise
    except MonitorError as error:
        return Tried(outlet.code, one.identity, Came.UNREAD, reason=getattr(error, "reason", Reason.BUG))
    except Exception:
        log.exception("page not read on a bug outlet=%s identity=%s", outlet.code, one.identity)
        return Tried(outlet.code, one.identity, Came.UNREAD, reason=Reason.BUG)
    return Tried(outlet.code, one.identity, Came.READ, number)


def _store(database: Database, one: UnreadPage, article: Article, page: Page, at: datetime) -> int:
    """Store an article as the crawl would have on the day its page came; what was read later is not overwritten."""
    with database.begin() as conn:
        held = articles.find(conn, one.outlet, [article.identity]).get(article.identity)
        if held is not None and held.checked_at >= article.fetched_at:
            unread_pages.drop(conn, one.outlet, one.identity)
            number = held.id
        else:
            stored = articles.add(conn, article, page)
            number = stored.id
            if stored.outcome is articles.Outcome.NEW:
                rechecks.begin(conn, number, article.fetched_at)
            if article.published_on is None:  # stored, and of no day, as in the crawl
                for identity in {one.identity, article.identity}:
                    readings.missed(conn, one.outlet, identity, Reason.NO_DATE, at, refused=False)
                return number
            readings.arrived(conn, one.outlet, article.identity)
        if article.identity != one.identity:
            readings.missed(conn, one.outlet, one.identity, Reason.DUPLICATE, at, refused=True)
    return number
