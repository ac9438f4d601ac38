"""How far back a list was read, and whether its old end lies on known ground; decided from what it showed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from monitor.press import Link, Source, SourceKind
from monitor.sources import Announced

_ENOUGH = 3
"""Links of known ground at the old end of a list."""


@dataclass(slots=True)
class Pages:
    """What the pages of one list, or the lists of one index, have shown so far; `known` lists were named before."""

    source: Source
    known: Collection[str]
    unchanged: int = 0
    followed: bool = False
    last_is_new: bool = True  # the last page named pieces that this reading had not met yet
    _joined: list[bool] = field(default_factory=list)
    _reached: list[date | None] = field(default_factory=list)
    _sizes: list[int] = field(default_factory=list)
    _fresh: bool = False

    def add(self, url: str, announced: Announced, shown: Sequence[tuple[Link, bool]]) -> None:
        """Take one page; `shown` says of each link whether it lies beyond known ground."""
        self._sizes.append(len(announced.links))
        self._fresh, self.last_is_new = any(fresh for _, fresh in shown), bool(shown)
        if announced.names_lists_only:
            return
        joined = joins(self.source, shown, announced.reaches_back_to)
        # A list that its index names for the first time has no old end.
        begun = self.source.kind is SourceKind.SITEMAP and bool(self.known) and url not in self.known
        self._joined.append(joined or begun)
        if announced.links:
            self._reached.append(announced.reaches_back_to)

    @property
    def last_is_fresh(self) -> bool:
        """Say whether the last page showed anything beyond known ground."""
        return self._fresh

    @property
    def as_before(self) -> bool:
        """Say whether there were lists with pieces, and all of them as before."""
        return self.unchanged > 0 and not self._joined

    @property
    def met(self) -> bool:
        """Say whether known ground was met: at the last page of a list, in every list of an index."""
        if self.source.kind is SourceKind.SITEMAP:
            return all(self._joined) and (self.unchanged > 0 or bool(self._joined))
        return bool(self._joined) and self._joined[-1]

    @property
    def back_to(self) -> date | None:
        """Give how far back the pages reach together: pages follow one another, child sitemaps lie abreast."""
        if self.source.kind is SourceKind.SITEMAP:
            days = [day for day in self._reached if day is not None]
            return max(days) if days and len(days) == len(self._reached) else None
        return self._reached[-1] if self._reached else None

    @property
    def ended(self) -> bool:
        """Say whether pages turned one by one came to their end.

        A page without links behind full ones may be a server's bad minute; behind one that was not full it is the end.
        """
        sizes = self._sizes
        if not self.followed or self.source.kind is not SourceKind.LISTING:
            return False
        return sizes[-1] > 0 or (len(sizes) > 2 and sizes[-2] < sizes[0])


def joins(source: Source, shown: Sequence[tuple[Link, bool]], back_to: date | None) -> bool:
    """Say whether the old end of a list lies on known ground; `shown` says of each link whether it lies beyond it.

    One link is not enough where order or day leave room: sites pin old pieces, and publish them again.
    """
    known = [(link, not fresh) for link, fresh in shown]
    if not known:
        return False
    if back_to is not None:
        rest = [(link, held) for link, held in known if link.published_on and link.published_on >= back_to]
        timed = [(link.published_at, held) for link, held in rest if link.published_at]
        if len(timed) == len(rest):
            return all(held for _, held in sorted(timed)[:_ENOUGH])
        oldest = [held for link, held in rest if link.published_on == back_to]
        return sum(oldest) >= min(_ENOUGH, len(oldest))
    if source.kind is SourceKind.SITEMAP:  # it has no order; but what it no longer names has made room for newer pieces
        held = sum(held for _, held in known)
        return held == len(known) or held >= max(_ENOUGH, len(known) // 4)
    # In a list of which some links carry days, what has none is at no end.
    ends_by_day = known[-1][0].published_on is not None or not any(link.published_on for link, _ in known)
    return ends_by_day and all(held for _, held in known[-_ENOUGH:])
