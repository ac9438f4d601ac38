"""Twenty outlets of different make-up: which lists they have, how these are written, how they are configured."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from monitor.plan import Channel
from monitor.press import Agency, Outlet, Pace, PageRules, Press, Source, SourceKind

POST = r"-post(?P<id>\d+)\.html$"
FEED_LENGTH = 20
LIST_LENGTH = 15

Lists = Literal["feed", "months", "index", "listing", "newest"]


@dataclass(frozen=True, slots=True)
class Make:
    """How an outlet is built: `lists` it has, of which only `feed` and `newest` forget; `rate` pieces on a weekday."""

    code: str
    host: str
    rate: float
    lists: tuple[Lists, ...]
    atom: bool = False
    dated: bool = True  # lists say of which day a piece is
    order: Literal["newest", "random", "day"] = "newest"
    bursts: bool = False
    pinned: bool = False
    day_only: bool = False  # pages print a day, no time
    trackers: bool = False
    validators: bool = True
    pattern: str | None = POST
    path: str = "/{slug}-post{number}.html"
    section: str = ""  # two outlets on one host each have their own
    old_host: str = ""
    moves: float | None = None  # after which part of the time the old host leads to the new one; None: both answer
    template: float | None = None  # after which part of the time the pages are built otherwise

    @property
    def hosts(self) -> tuple[str, ...]:
        """Give the hosts, as they stand in `sources.yaml`."""
        return tuple(filter(None, (self.host, self.old_host)))


MAKES = (
    Make("bao-01", "baomau.vn", 6, ("feed", "months"), bursts=True, old_host="baomau.com.vn", moves=0.55),
    Make("bao-02", "bao02.vn", 4, ("feed", "listing"), bursts=True),
    Make("bao-03", "bao03.vn", 3, ("feed",), bursts=True, trackers=True),
    Make("bao-04", "bao04.vn", 2, ("feed",), order="random", bursts=True),
    Make("bao-05", "bao05.vn", 2, ("feed",), atom=True, bursts=True, trackers=True),
    Make("bao-06", "bao06.vn", 1.5, ("feed",), dated=False, bursts=True),
    Make("bao-07", "bao07.vn", 1, ("feed",), dated=False, order="random", bursts=True, validators=False),
    Make("dai-08", "dai08.vn", 2, ("listing",), bursts=True),
    Make("dai-09", "dai09.vn", 1.5, ("listing",), dated=False, pinned=True, bursts=True),
    Make("cong-10", "cong10.vn", 0.5, ("newest",), dated=False, bursts=True, day_only=True),
    Make("cong-11", "cong11.vn", 2, ("months",), bursts=True),
    Make("cong-12", "cong12.vn", 0.7, ("index",), day_only=True),
    Make("cong-13", "cong13.vn", 2, ("feed", "months"), atom=True, bursts=True, old_host="cong13.com.vn"),
    Make("trang-14", "trang14.vn", 1, ("feed", "months"), dated=False, bursts=True),
    Make(
        "trang-15", "trang15.vn", 1, ("feed", "listing"), pattern=None, path="/tin/{slug}-{number}.html",
        dated=False, pinned=True, trackers=True,
    ),
    Make("trang-16", "trang16.vn", 0.7, ("listing",), day_only=True, pinned=True),
    Make("trang-17", "trang17.vn", 0.15, ("feed",), order="day"),
    Make(
        "so-18", "so.tinhmau.vn", 0.5, ("listing",), section="/so-a",
        path="/so-a/{slug}-n{number}.html", pattern=r"^/so-a/.*-n(?P<id>\d+)\.html$",
    ),
    Make(
        "so-19", "so.tinhmau.vn", 0.4, ("feed",), section="/so-b", order="day",
        path="/so-b/{slug}-n{number}.html", pattern=r"^/so-b/.*-n(?P<id>\d+)\.html$",
    ),
    Make("trang-20", "trang20.vn", 1, ("feed", "listing"), atom=True, order="random", template=0.6),
)  # fmt: skip

EVERY = tuple(make.code for make in MAKES)
FEW = (
    "bao-01", "bao-03", "bao-04", "bao-06", "dai-08", "dai-09", "cong-10", "cong-12", "trang-15", "so-18", "so-19",
    "trang-20",
)  # fmt: skip
"""One outlet of each make-up, for a world that must be played in seconds."""

OLD_PAGE = PageRules(title=("h1.article__title",), text=("div.article__body",), lead=(".article__sapo",))
BOTH_PAGES = PageRules(
    title=("h1.article__title", "h1.ten-bai"),
    text=("div.article__body", "div.noi-dung"),
    lead=(".article__sapo", "p.tom-tat"),
)
PUBLISHED = ('meta[property="article:published_time"]@content', ".ngay-dang")


def outlet_of(make: Make) -> Outlet:
    """Give the outlet as an operator would write it; its sources stand where they stood in the first days."""
    return Outlet(
        code=make.code,
        name=make.code,
        agency="tinh-mau",
        channel=Channel.ONLINE,
        hosts=make.hosts,
        identity=make.pattern,
        pages="epi",
        sources=tuple(source_of(make, kind) for kind in make.lists),
        pace=Pace(0, 1),
        allow_private=True,
    )


def source_of(make: Make, kind: Lists) -> Source:
    """Give one source; the name is the kind of list."""
    site = f"http://{make.old_host or make.host}{make.section}"
    if kind == "feed":
        return Source(kind, SourceKind.FEED, f"{site}/rss/home.rss")
    if kind == "months":
        return Source(kind, SourceKind.SITEMAP, f"{site}/sitemaps/news-{{year}}-{{month}}.xml")
    if kind == "index":
        return Source(kind, SourceKind.SITEMAP, f"{site}/sitemap.xml")
    turns = "a.next" if kind == "listing" else None
    return Source(kind, SourceKind.LISTING, f"{site}/tin-tuc", links="ul.ds a.ten", next=turns)


def press_of(makes: tuple[Make, ...], rules: PageRules) -> Press:
    """Give the registry with these page rules."""
    published = PageRules(rules.title, rules.text, rules.lead, PUBLISHED)
    return Press(
        user_agent="cchc-monitor/2026.1 (test)",
        agencies=(Agency("tinh-mau", "UBND tỉnh Mẫu"),),
        outlets=tuple(outlet_of(make) for make in makes),
        pages={"epi": (published,)},
    )


def share(first: date, days: int, part: float) -> date:
    """Give the day at which that part of the time is over."""
    return date.fromordinal(first.toordinal() + int(days * part))
