"""What a source announces: links, none of them read yet, and how far back they reach."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import repeat

from monitor import text
from monitor.dates import Published
from monitor.errors import Reason
from monitor.press import Link, hanoi_day
from monitor.urls import canonical

ENOUGH = 5
LEAP = timedelta(days=2)
TITLE_LONGEST = 500  # characters; a feed may carry a title of a megabyte
_NAME_LONGEST = 200
CLOCKS_DIFFER = timedelta(hours=1)
"""How far the clock of an outlet may be ahead of ours."""
ZONE_LOST = timedelta(hours=7)
"""What is added to a time in Hà Nội that is labelled GMT."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An announced item that leads nowhere we could go: what stands for its address, and the reason."""

    name: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Announced:
    """The links of one page of a source (đường dẫn được công bố) and further addresses of the same source.

    `following` are next pages and child sitemaps; how deep to go is the caller's decision. `cut` says that there was
    more than we take from one page. `refused` are the items without an address: they were announced, too.
    """

    links: tuple[Link, ...]
    following: tuple[str, ...] = ()
    cut: bool = False
    refused: tuple[Refused, ...] = ()

    @property
    def names_lists_only(self) -> bool:
        """Say whether this is an index: it announces no piece, but where lists of pieces are."""
        return bool(self.following) and not self.links

    @property
    def reaches_back_to(self) -> date | None:
        """Give the day down to which the links are a whole list; None where that cannot be told.

        Sites pin old pieces to the top, and those must not pass for a list that reaches back to them: what lies behind
        a leap in the days is left out, and of the rest the second oldest day counts. Fewer than five days tell nothing,
        and neither does a list of which over a third has none.
        """
        days = sorted(link.published_on for link in self.links if link.published_on)
        if len(days) < ENOUGH or 3 * len(days) < 2 * len(self.links):
            return None
        leaps = [(days[n + 1] - days[n], n + 1) for n in range(len(days) // 3)]
        leap, behind = max(leaps)
        rest = days[behind:] if leap > max(LEAP, days[-1] - days[behind]) else days
        return rest[1]


def without_twins(links: Iterable[Link], places: Iterable[str] | None = None) -> tuple[Link, ...]:
    """Fold links to the same address into one, in order; what the first leaves open, the next may fill in.

    `places` are their addresses in one spelling, where the caller has them already.
    """
    kept: dict[str, Link] = {}
    spelled = places if places is not None else repeat(None)
    for link, place in zip(links, spelled, strict=False):
        address = place or canonical(link.url) or link.url
        before = kept.get(address)
        if before is None:
            # Most are canonical as they stand; then one string serves as both.
            kept[link.url if address == link.url else address] = link
        else:
            dated = before if before.published_on else link
            kept[address] = replace(
                before,
                title=before.title or link.title,
                published_on=dated.published_on,
                published_at=dated.published_at,
                modified_at=before.modified_at or link.modified_at,
            )
    return tuple(kept.values())


def without_address(written: str, title: str) -> Refused:
    """Give an item as refused whose address is missing or leads to no web page (`javascript:`, `data:`, half an IP)."""
    name = text.line(written[:_NAME_LONGEST]) or headline(title)[:_NAME_LONGEST]
    return Refused(name, Reason.SCHEME if written.strip() else Reason.NO_ADDRESS)


def believable(when: Published | None, fetched_at: datetime) -> Published | None:
    """Give an announced date as far as it can be true of a piece that is there already when we look.

    A day after today is none of a published piece: a scheduled event, a clock or a zone gone wrong. Of a moment later
    than ours only the day is kept, and only where it is the same day if local time was labelled GMT.
    """
    if when is None or when.on > hanoi_day(fetched_at):
        return None
    if when.at is None or when.at <= fetched_at + CLOCKS_DIFFER:
        return when
    return in_doubt(when)


def in_doubt(when: Published) -> Published | None:
    """Give what stands whether the clock of the source is right or shows local time as UTC: the day, or nothing."""
    if when.at is None:
        return when
    return Published(when.on) if hanoi_day(when.at - ZONE_LOST) == when.on else None


def headline(written: str) -> str:
    """Give an announced title as one clean line of bounded length."""
    return text.line(written[: 4 * TITLE_LONGEST])[:TITLE_LONGEST]
