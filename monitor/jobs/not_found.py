"""Does an outlet say so when a page does not exist? Asked once a week, with an address of no piece (soft 404).

A server that answers any address with a page would have us store that page as an article, again and again.
"""

import logging
import re
from datetime import datetime, timedelta

from monitor.errors import ExtractError, FetchError
from monitor.extract import extract
from monitor.fetch import Want
from monitor.jobs.work import Work
from monitor.press import Article, Link, Outlet, Page, hanoi_day
from monitor.text import fold
from storage import articles, hosts
from storage.hosts import NotFoundPage

log = logging.getLogger(__name__)

EVERY = timedelta(days=7)
_OPENING = 200  # characters; behind them such a page may list today's news
_NUMBER = re.compile(r"[0-9a-fA-F]+$")


def probe(work: Work, outlet: Outlet) -> None:
    """Ask the outlet for an address that is near a piece's and of none, unless that was done this week."""
    now = work.now()
    known = work.not_found.get(outlet.code)
    if known is not None and now - known.at < EVERY:
        return
    with work.database.connect() as conn:
        newest = articles.newest(conn, outlet.code)
    url = address_of_none(outlet, newest) if newest else None
    if url is None:
        return
    try:
        page = work.fetcher.get(url, outlet, want=Want.PAGE)
        assert isinstance(page, Page)
        article = extract(page, outlet, work.press.rules(outlet, hanoi_day(page.fetched_at)), Link(url))
        shown = shown_for(article, now)
    except ExtractError:  # we see that it is no piece
        shown = NotFoundPage(None, "", now)
    except FetchError as error:
        if error.status is None:  # it was not asked
            return
        shown = NotFoundPage(None, "", now)
    if shown.title is not None:
        log.warning("outlet shows a page for an address of no piece outlet=%s title=%s", outlet.code, shown.title[:80])
    with work.database.begin() as conn:
        hosts.keep_not_found(conn, outlet.code, shown)


def is_not_found(work: Work, outlet: Outlet, article: Article) -> bool:
    """Say whether what came is the page that this outlet shows for addresses of no piece."""
    return same_page(work.not_found.get(outlet.code), article)


def same_page(known: NotFoundPage | None, article: Article) -> bool:
    """Say whether what was read is the page shown for addresses of no piece."""
    return known is not None and known.title == article.title and known.opening == _opening(article)


def shown_for(article: Article, at: datetime) -> NotFoundPage:
    """Give what was read at an address of no piece, as it is remembered."""
    return NotFoundPage(article.title, _opening(article), at)


def address_of_none(outlet: Outlet, url: str) -> str | None:
    """Give the address of a piece with a number that no piece has: three digits longer than any of the outlet's."""
    match = re.search(outlet.identity, url) if outlet.identity else None
    if match is None or "id" not in match.groupdict() or not _NUMBER.search(match["id"]):
        return None
    number = _NUMBER.sub(lambda old: "9" * (len(old[0]) + 3), match["id"])
    return url[: match.start("id")] + number + url[match.end("id") :]


def _opening(article: Article) -> str:
    return fold(article.text)[:_OPENING]
