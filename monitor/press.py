"""Who publishes, what was published, what is said of it: agencies, outlets, links, pages, articles, tags, verdicts.

Longer than 300 lines, because it is a list: one small type after another, and no work.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from functools import cached_property

from monitor.calendar import Period
from monitor.plan import Channel, Form
from monitor.written import Written

HANOI = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Việt Nam has kept UTC+7 without summer time since 1975; older days do not occur here."""


def hanoi_day(moment: datetime) -> date:
    """Give the day in Hà Nội on which an aware `moment` lies."""
    return moment.astimezone(HANOI).date()


def midnight(day: date) -> datetime:
    """Give the moment at which `day` begins in Hà Nội."""
    return datetime(day.year, day.month, day.day, tzinfo=HANOI)


@dataclass(frozen=True, slots=True)
class Validity(Written):
    """First and last day on which something exists (hiệu lực); an open end is None."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Say whether `day` lies inside."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def meets(self, first: date, last: date) -> bool:
        """Say whether any day of `first`..`last` lies inside."""
        return (self.first is None or self.first <= last) and (self.last is None or first <= self.last)

    def within(self, period: Period) -> Period | None:
        """Give the days of `period` that lie inside, under its label."""
        first, last = max(period.first, self.first or period.first), min(period.last, self.last or period.last)
        return Period(first, last, period.label) if first <= last else None


@dataclass(frozen=True, slots=True)
class Agency(Written):
    """A body that the plan speaks of (cơ quan).

    `collective` stands for many (“các sở, ngành”), `incomplete` says that not all of them are listed; a member names
    its collective in `part_of`, a body that was merged or renamed its `successor`.
    """

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    valid: Validity = Validity()
    successor: str | None = None
    part_of: str | None = None
    collective: bool = False
    incomplete: bool = False
    note: str = ""


class SourceKind(StrEnum):
    """How a source announces pieces (loại nguồn): RSS/Atom feed, sitemap, or a section page with links."""

    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"

    @property
    def label(self) -> str:
        """Vietnamese word for people."""
        return {"feed": "nguồn tin RSS", "sitemap": "sơ đồ trang", "listing": "trang danh mục"}[self.value]


@dataclass(frozen=True, slots=True)
class Source(Written):
    """One address that announces an outlet's pieces (nguồn).

    `url` may hold {year}, {month} (unpadded), {month:02}; `links` and `next` are CSS selectors of a listing.
    `whole` is false where it shows one section only: then it cannot prove that a day was seen.
    """

    name: str
    kind: SourceKind
    url: str
    links: str = "a"
    next: str | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Pace(Written):
    """Politeness towards each host (nhịp truy cập): seconds between requests, requests at once."""

    seconds: float = 2.0
    at_once: int = 1


@dataclass(frozen=True, slots=True)
class Presence(Written):
    """A standing duty (niêm yết thường trực): what must be on a page every day, such as a hotline number."""

    item: str
    url: str
    expect: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outlet(Written):
    """What publishes (cơ quan báo chí, cổng, trang); only `hosts` count.

    `identity` is a pattern with a group `id`: what makes two addresses one piece.
    """

    code: str
    name: str
    agency: str
    channel: Channel
    hosts: tuple[str, ...] = ()
    identity: str | None = None
    pages: str | None = None
    sources: tuple[Source, ...] = ()
    valid: Validity = Validity()
    enabled: bool = True
    why: str = ""
    pace: Pace = Pace()
    allow_private: bool = False
    verified_on: date | None = None
    presence: tuple[Presence, ...] = ()
    note: str = ""

    def source_names(self) -> dict[str, str]:
        """Give what an official calls each source: its kind, numbered where there are several of it."""
        names: dict[str, str] = {}
        for kind in SourceKind:
            own = [source.name for source in self.sources if source.kind is kind]
            names |= {name: f"{kind.label} {n}" if len(own) > 1 else kind.label for n, name in enumerate(own, 1)}
        return names


class Kind(StrEnum):
    """What a page turned out to be (loại trang): one ordinary article, or something that must not be counted as one."""

    ARTICLE = "article"
    DIGEST = "digest"
    LIVE = "live"
    VIDEO = "video"
    EMPTY = "empty"

    @property
    def counts(self) -> bool:
        """A digest (điểm báo) touches many subjects and a page without text proves nothing: a person looks at them."""
        return self in {Kind.ARTICLE, Kind.LIVE, Kind.VIDEO}

    @property
    def label(self) -> str:
        """Vietnamese word for people."""
        return {
            "article": "tin, bài",
            "digest": "điểm báo",
            "live": "tường thuật trực tiếp",
            "video": "video",
            "empty": "trang không có nội dung",
        }[self.value]


@dataclass(frozen=True, slots=True)
class PageRules(Written):
    """How the pages of one kind of site are read (quy tắc đọc trang).

    CSS selectors in the order of trying; `@name` takes an attribute.

    `kinds` gives, by kind of page, a piece of the address that tells it (`digest: "/diem-bao-in"`).
    """

    title: tuple[str, ...]
    text: tuple[str, ...]
    lead: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    lead_prefix: str | None = None
    kinds: Mapping[Kind, str] = field(default_factory=dict)
    byline_last: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """All that `sources.yaml` and `agencies.yaml` say (báo chí): who publishes, and how their pages are read."""

    user_agent: str
    agencies: tuple[Agency, ...]
    outlets: tuple[Outlet, ...]
    pages: Mapping[str, PageRules]

    def agency(self, code: str) -> Agency:
        """Give the agency of that code; KeyError where there is none."""
        return {agency.code: agency for agency in self.agencies}[code]

    def outlet(self, code: str) -> Outlet:
        """Give the outlet of that code; KeyError where there is none."""
        return {outlet.code: outlet for outlet in self.outlets}[code]

    def rules(self, outlet: Outlet) -> PageRules | None:
        """Give the page rules of an outlet, if it has any."""
        return self.pages[outlet.pages] if outlet.pages else None

    def members(self, code: str) -> tuple[Agency, ...]:
        """Give the agencies that a collective one stands for, as far as they are listed."""
        return tuple(a for a in self.agencies if a.part_of == code)


@dataclass(frozen=True, slots=True)
class Link:
    """Announced, not yet read (đường dẫn): what a source says of a piece, none of it proved."""

    url: str
    title: str = ""
    published_on: date | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None


@dataclass(frozen=True)
class Page:
    """Bytes that came, from where, when (trang); `url` is what was asked for, `final_url` where redirects ended."""

    url: str
    final_url: str
    fetched_at: datetime
    status: int
    headers: Mapping[str, str]
    body: bytes
    moved_to: str | None = None

    @cached_property
    def sha256(self) -> str:
        """Give the digest under which the bytes are kept."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def content_type(self) -> str:
        """Give the media type in lower case, without parameters; empty where the server named none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server said 304 to the validators that we sent (không đổi)."""

    url: str
    fetched_at: datetime


class DateSource(StrEnum):
    """Where the day of publishing was read (nguồn của ngày đăng)."""

    META = "meta"
    PAGE = "page"
    ADDRESS = "address"
    ANNOUNCED = "announced"


@dataclass(frozen=True, slots=True)
class Article:
    """One publication by one outlet on one day (tin, bài): what its page says, nothing made up.

    `published_on` is a day in Hà Nội or None, `published_at` an aware moment or None where only the day is known.
    `by` says how it was read: `rules:epi` or `general`.
    """

    outlet: str
    agency: str
    identity: str
    url: str
    title: str
    lead: str | None
    text: str
    authors: tuple[str, ...]
    published_on: date | None
    published_at: datetime | None
    date_source: DateSource | None
    kind: Kind
    form: Form | None
    by: str
    fetched_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Tag:
    """The claim that an article speaks of an item (nhãn): how sure, who says so, because of which of its words."""

    item: str
    score: float
    by: str
    because: tuple[str, ...]


class Word(StrEnum):
    """What a person said of a tag (ý kiến của người rà soát)."""

    CONFIRM = "confirm"
    REJECT = "reject"
    ADD = "add"

    @property
    def label(self) -> str:
        """Vietnamese word for people."""
        return {"confirm": "xác nhận", "reject": "bác bỏ", "add": "bổ sung"}[self.value]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's word on a tag (xác nhận, bác bỏ, bổ sung); it outranks every classifier, for ever."""

    item: str
    word: Word
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Clipping:
    """A stored article with all that is known of it (bản lưu): its tags, a person's words, and whose copy it is.

    `standing` are the item codes that count: a person's yes, or a machine's yes without a person's no. `withdrawn_at`
    is when its page was found gone (đã gỡ), None while it is there: what was published stays published.
    """

    id: int
    article: Article
    version: int
    tags: tuple[Tag, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    standing: tuple[str, ...] = ()
    reprint_of: int | None = None
    work: int | None = None
    withdrawn_at: datetime | None = None
