"""What announces pieces: one module per kind of source, each turns a page into links."""

import re
from collections.abc import Callable

from monitor.calendar import Period
from monitor.press import Page, Source, SourceKind
from monitor.sources import feed, listing, sitemap
from monitor.sources.announced import Announced

__all__ = ["KINDS", "Announced", "addresses"]

KINDS: dict[SourceKind, Callable[[Source, Page], Announced]] = {
    SourceKind.FEED: feed.discover,
    SourceKind.SITEMAP: sitemap.discover,
    SourceKind.LISTING: listing.discover,
}

# No str.format: SharePoint's feeds carry a {GUID} in their address.
_PLACE = re.compile(r"\{(year|month|month:02d?)\}")


def addresses(source: Source, period: Period) -> list[str]:
    """Give the source's addresses for the months that `period` touches, newest first; just one if it names no month."""
    found: dict[str, None] = {}
    year, month = period.last.year, period.last.month
    while (year, month) >= (period.first.year, period.first.month):
        found[_written(source.url, year, month)] = None
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return list(found)


def _written(url: str, year: int, month: int) -> str:
    words = {"year": str(year), "month": str(month), "month:02": f"{month:02d}", "month:02d": f"{month:02d}"}
    return _PLACE.sub(lambda place: words[place[1]], url)
