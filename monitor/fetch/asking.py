"""What is asked for: the kind of thing hoped for, how much may come of it, what we know of it, the road so far."""

from dataclasses import dataclass, field
from enum import StrEnum

from monitor.fetch.bounded import Budget
from monitor.fetch.hops import Hop
from monitor.press import Outlet, Page

MIB = 1024 * 1024


class Want(StrEnum):
    """What we hope to get; it decides how much may come."""

    FEED = "feed"
    SITEMAP = "sitemap"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much we let a server do to us: seconds, bytes after decompression, and counts."""

    deadline: float = 60.0  # tries, redirects and robots.txt of one address together, without waiting for our own pace
    connect: float = 10.0
    read: float = 20.0
    feed: int = 10 * MIB
    sitemap: int = 50 * MIB
    page: int = 5 * MIB
    robots: int = 500 * 1024  # RFC 9309 §2.5; the rest of a longer file is not read
    redirects: int = 5
    headers: int = 256
    retries: int = 2
    backoff: float = 0.5  # seconds before the first retry; doubled, and jittered, before the next
    crawl_delay: float = 30.0

    def bytes_of(self, want: Want | None) -> int:
        """Give the cap on a body; None is robots.txt."""
        return self.robots if want is None else {"feed": self.feed, "sitemap": self.sitemap, "page": self.page}[want]


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave us to ask “has it changed?” with; sent back byte for byte."""

    etag: str | None
    last_modified: str | None


def validators_of(page: Page) -> Validators | None:
    """Give the validators that came with a page, None if there were none."""
    etag, modified = page.headers.get("etag") or None, page.headers.get("last-modified") or None
    return Validators(etag, modified) if etag or modified else None


@dataclass(slots=True)
class Trip:
    """One address to read, and the road so far; `want` is None for robots.txt, which asks nobody's leave."""

    url: str
    outlet: Outlet
    want: Want | None
    budget: Budget
    validators: Validators | None = None
    hops: list[Hop] = field(default_factory=list)
    for_good: bool = True

    @property
    def moved_to(self) -> str | None:
        """Give where the address is now, if every step was said to be for good."""
        return self.hops[-1].text if self.for_good and len(self.hops) > 1 else None
