"""Stored bytes → articles made anew, after page rules changed: no network, one article a transaction.

What changes here is our reading. The outlet corrected nothing, so no version is added: the words of the newest version
are replaced where they stand, and `rebuilt_at` says when.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from monitor.errors import MonitorError, Reason, StorageError
from monitor.extract import extract
from monitor.press import Article, DateSource, Kind, Link, Outlet, Page, PageRules, Press, hanoi_day
from storage import Database, articles, rebuilt

log = logging.getLogger(__name__)

BATCH = 500


class Result(StrEnum):
    """What reading a stored page anew came to."""

    SAME = "same"
    CHANGED = "changed"
    UNREAD = "unread"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """One article read anew: which of its fields changed, or why it no longer reads; then it stays as it was."""

    id: int
    outlet: str
    identity: str
    result: Result
    fields: tuple[str, ...] = ()
    reason: Reason | None = None
    by: tuple[str, str] = ("", "")


def rebuild(
    database: Database,
    press: Press,
    outlets: Sequence[Outlet],
    *,
    now: Callable[[], datetime],
    stop: Callable[[], bool] = lambda: False,
    keep: bool = True,
) -> Iterator[Rebuilt]:
    """Read every stored article of these outlets anew, and give what came of each; without `keep` nothing is changed.

    It can be killed at any moment and started again: what is rebuilt reads the same the second time.
    """
    for outlet in outlets:
        after = 0
        while numbers := _next(database, outlet, after):
            for number in numbers:
                if stop():
                    return
                yield _one(database, press, outlet, number, now, keep)
            after = numbers[-1]


def _next(database: Database, outlet: Outlet, after: int) -> list[int]:
    with database.connect() as conn:
        return rebuilt.numbers(conn, outlet.code, after, BATCH)


def _one(
    database: Database, press: Press, outlet: Outlet, number: int, now: Callable[[], datetime], keep: bool
) -> Rebuilt:
    with database.connect() as conn:
        version = rebuilt.newest(conn, number)
        body = articles.sound(conn, version.article.sha256)
    old = version.article
    done = Rebuilt(number, outlet.code, old.identity, Result.SAME, by=(old.by, old.by))
    if body is None:
        return replace(done, result=Result.DAMAGED)
    page = Page(old.url, version.final_url, old.fetched_at, version.status, version.headers, body)
    try:
        new = _again(page, outlet, press.rules(outlet, hanoi_day(old.fetched_at)), old)
    except StorageError:
        raise
    except MonitorError as error:
        return replace(done, result=Result.UNREAD, reason=getattr(error, "reason", Reason.BUG))
    except Exception:
        log.exception("article not rebuilt on a bug outlet=%s identity=%s", outlet.code, old.identity)
        return replace(done, result=Result.UNREAD, reason=Reason.BUG)
    if new.kind is Kind.EMPTY and old.kind is not Kind.EMPTY:  # a text that was read is not given up for none
        return replace(done, result=Result.UNREAD, reason=Reason.EXTRACTION)
    fields = tuple(name for name in FIELDS if getattr(new, name) != getattr(old, name))
    if not fields:
        return done
    if keep:
        with database.begin() as conn:
            rebuilt.put(conn, number, version.version, new, now())
    return replace(done, result=Result.CHANGED, fields=fields, by=(old.by, new.by))


FIELDS = ("title", "lead", "text", "authors", "published_on", "published_at", "date_source", "kind", "form", "by")
"""What a page is read for; which piece it is stays as it was, since a crawl knows it by that."""


def _again(page: Page, outlet: Outlet, rules: PageRules | None, old: Article) -> Article:
    # The day that only the source announced is on no page: it is handed in again, to be used where the page has none.
    said = Link(page.url, old.title, old.published_on, old.published_at)
    new = extract(page, outlet, rules, said if old.date_source is DateSource.ANNOUNCED else None)
    return replace(new, identity=old.identity, agency=old.agency, url=old.url)


def read_in_vain(database: Database, outlets: Sequence[Outlet]) -> int:
    """Count the pieces that came and could not be read before such pages were kept: only a crawl can read them again.

    Those whose page is kept are read by `jobs.unread`.
    """
    with database.connect() as conn:
        return rebuilt.lost(conn, [outlet.code for outlet in outlets])
