"""How far back a list was read, and whether its old end lies on known ground; decided from what it showed."""

from collections.abc import Sequence
from datetime import date

from monitor.press import Link, Source, SourceKind

_ENOUGH = 3
"""Links of known ground at the old end of a list."""


def joins(source: Source, shown: Sequence[tuple[Link, bool]], back_to: date | None) -> bool:
    """Say whether the old end of a list lies on known ground; `shown` says of each link whether it lies beyond it.

    One link is not enough where order or day leave room: sites pin old pieces, and publish them again.
    """
    known = [(link, not fresh) for link, fresh in shown]
    if not known:
        return False
    if back_to is not None:
        oldest = [one for one in known if one[0].published_on == back_to]
        timed = [(link.published_at, held) for link, held in oldest if link.published_at]
        if len(timed) == len(oldest):
            return min(timed, default=(None, False), key=lambda one: one[0])[1]
        return sum(held for _, held in oldest) >= min(_ENOUGH, len(oldest))
    if source.kind is SourceKind.SITEMAP:  # it has no order; but what it no longer names has made room for newer pieces
        held = sum(held for _, held in known)
        return held == len(known) or held >= max(_ENOUGH, len(known) // 4)
    # In a list of which some links carry days, what has none is at no end.
    ends_by_day = known[-1][0].published_on is not None or not any(link.published_on for link, _ in known)
    return ends_by_day and all(held for _, held in known[-_ENOUGH:])


def back_to(source: Source, reached: Sequence[date | None]) -> date | None:
    """Give how far back the pages of a list reach together: pages follow one another, child sitemaps lie abreast."""
    if source.kind is SourceKind.SITEMAP:
        days = [day for day in reached if day is not None]
        return max(days) if days and len(days) == len(reached) else None
    return reached[-1] if reached else None


def reached(sizes: Sequence[int]) -> bool:
    """Say whether pages turned one by one came to their end.

    A page without links behind full ones may be a server's bad minute; behind one that was not full it is the end.
    """
    return sizes[-1] > 0 or (len(sizes) > 2 and sizes[-2] < sizes[0])
