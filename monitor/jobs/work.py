"""What the steps of a crawl hand to one another: what they work with, and what a source was found to announce."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

from monitor.calendar import Period
from monitor.errors import ExtractError, FetchError, Reason
from monitor.fetch import Fetcher
from monitor.press import Link, Page, Press
from monitor.seen import Reach, SourceState
from storage import Database
from storage.hosts import NotFoundPage
from storage.readings import Kept


@dataclass(frozen=True, slots=True)
class Work:
    """What a crawl needs besides the outlets: the world, the moment, how far to go; what was tried, what tripped.

    `states` says how the sources did so far, as far as the crawl minds; `not_found` what outlets show for addresses of
    no piece; `moved`, by outlet, which addresses have moved for good, and `due` of which outlets stored pieces are to
    be read again, and `waiting` of which announced ones are unread: as it was when the crawl began.
    """

    database: Database
    press: Press
    fetcher: Fetcher
    now: Callable[[], datetime]
    run: str
    stop: Event
    backfill: Period | None = None
    states: dict[tuple[str, str], SourceState] = field(default_factory=dict)
    not_found: dict[str, NotFoundPage] = field(default_factory=dict)
    moved: dict[str, dict[str, str]] = field(default_factory=dict)
    due: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    tried: set[tuple[str, str]] = field(default_factory=set)
    bugs: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Found:
    """What the addresses of one source announced, and how far they were read.

    `kept` is what the source's addresses were answered with last; `pages` are those that may be asked for next time
    with what came with them, indexes with the lists that they name; `moves` are the addresses that moved for good,
    None where one did so no longer; `held`: some list is as it was, with pieces in it; `unchanged`: all of them are,
    and `joined` says that this proves that nothing came since; `ended`: a list was turned to its last page.
    """

    deadline: float | None  # of the monotonic clock; None: as long as it takes
    moved: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, Kept] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    refused: dict[str, Reason] = field(default_factory=dict)
    pages: list[tuple[str, Page, tuple[str, ...]]] = field(default_factory=list)
    moves: dict[str, str | None] = field(default_factory=dict)
    reach: Reach = field(default_factory=lambda: Reach(complete=False))
    held: bool = False
    ended: bool = False
    unchanged: bool = False
    joined: bool = True
    cut: bool = False
    trouble: FetchError | ExtractError | None = None

    @property
    def late(self) -> bool:
        """Say whether the time for this source is over."""
        return self.deadline is not None and time.monotonic() > self.deadline
