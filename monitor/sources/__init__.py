"""What announces pieces: one module per kind of source, each turns a page into links."""

import re
from collections.abc import Callable

from monitor.calendar import CIVIL, Every, Period
from monitor.press import Page, Source, SourceKind
from monitor.sources import feed, listing, paging, sitemap
from monitor.sources.announced import Announced
from monitor.sources.refusals import refusal

__all__ = ["KINDS", "Announced", "addresses", "refusal"]

KINDS: dict[SourceKind, Callable[[Source, Page], Announced]] = {
    SourceKind.FEED: feed.discover,
    SourceKind.SITEMAP: sitemap.discover,
    SourceKind.LISTING: listing.discover,
}

# No str.format: SharePoint's feeds carry a {GUID} in their address.
_PLACE = re.compile(r"\{(year|month|month:02d?)\}")


def addresses(source: Source, period: Period) -> dict[str, Period | None]:
    """Give the source's addresses, newest first, each with the month that it lists; None where it is always the same.

    An address with a month in it is given for every month that `period` touches, one with {page} for the first page.
    """
    if not _PLACE.search(source.url):
        return {paging.address(source.url, paging.FIRST): None}
    months = reversed(CIVIL.cycles(Every.MONTH, period))
    return {_written(source.url, month.first.year, month.first.month): month for month in months}


def _written(url: str, year: int, month: int) -> str:
    words = {"year": str(year), "month": str(month), "month:02": f"{month:02d}", "month:02d": f"{month:02d}"}
    return _PLACE.sub(lambda place: words[place[1]], url)
