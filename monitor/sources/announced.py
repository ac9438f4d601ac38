"""What a source announces: links, none of them read yet, and how far back they reach."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from monitor import text
from monitor.press import Link
from monitor.urls import canonical

ENOUGH = 5
TITLE_LONGEST = 500  # characters; a feed may carry a title of a megabyte


@dataclass(frozen=True, slots=True)
class Announced:
    """The links of one page of a source (đường dẫn được công bố) and further addresses of the same source.

    `following` are next pages and child sitemaps; how deep to go is the caller's decision.
    """

    links: tuple[Link, ...]
    following: tuple[str, ...] = ()

    @property
    def reaches_back_to(self) -> date | None:
        """Give the day down to which the links are a whole list; None as soon as one link has no day.

        That is the earliest day among them, or the second where there are enough to tell: sites pin an old piece to
        the top, and it must not pass for a list that reaches back to it.
        """
        days = sorted(link.published_on for link in self.links if link.published_on)
        if not days or len(days) < len(self.links):
            return None
        return days[1] if len(days) >= ENOUGH else days[0]


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
