"""What a source announces: links, none of them read yet, and how far back they reach."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from monitor import text
from monitor.press import Link
from monitor.urls import canonical

ENOUGH = 5
LEAP = timedelta(days=7)
TITLE_LONGEST = 500  # characters; a feed may carry a title of a megabyte


@dataclass(frozen=True, slots=True)
class Announced:
    """The links of one page of a source (đường dẫn được công bố) and further addresses of the same source.

    `following` are next pages and child sitemaps; how deep to go is the caller's decision. `cut` says that there was
    more than we take from one page.
    """

    links: tuple[Link, ...]
    following: tuple[str, ...] = ()
    cut: bool = False

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


def without_twins(links: Iterable[Link]) -> tuple[Link, ...]:
    """Fold links to the same address into one, in order; what the first leaves open, the next may fill in."""
    kept: dict[str, Link] = {}
    for link in links:
        address = canonical(link.url) or link.url
        before = kept.get(address)
        if before is None:
            kept[address] = link
        else:
            dated = before if before.published_on else link
            kept[address] = Link(
                before.url,
                before.title or link.title,
                dated.published_on,
                dated.published_at,
                before.modified_at or link.modified_at,
            )
    return tuple(kept.values())


def headline(written: str) -> str:
    """Give an announced title as one clean line of bounded length."""
    return text.line(written[: 4 * TITLE_LONGEST])[:TITLE_LONGEST]
