"""A small press in public view for hostile servers: names that resolve to public addresses, a wire that leads here.

The guard is on: no outlet may reach an inner address, and a connection to any address that no name has is an error.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from threading import Event, Lock

import httpcore

from monitor.fetch import Fetcher
from monitor.jobs.crawl import crawl
from monitor.press import HANOI, Outlet, Pace, PageRules, Source, SourceKind
from storage import Database, articles, open_database, readings
from storage.readings import Reading, Unread
from tests.factories import a_press, an_outlet
from tests.toxic.server import Script, answer

RULES = PageRules(title=("h1",), text=("div.body",), published=("time@datetime",))
MONDAY = datetime(2021, 1, 11, 5, 30, tzinfo=UTC)
DAYS = (4, 5, 6, 7, 8, 9)
"""The January days on which each outlet has a piece, numbered from 1; a feed shows five, enough to prove some days."""


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self, start: datetime = MONDAY) -> None:
        self._start = start
        self._seconds = 0.0
        self._lock = Lock()

    def __call__(self) -> float:
        return self._seconds

    def now(self) -> datetime:
        """Give the wall clock's moment."""
        return datetime.fromtimestamp(self._start.timestamp() + self._seconds, UTC)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self._seconds += seconds


@dataclass
class Wire(httpcore.NetworkBackend):
    """Leads public addresses to ports of this machine; an address that leads nowhere is refused and written down."""

    ports: Mapping[str, int]

    def __post_init__(self) -> None:
        self.strays: list[str] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Dial."""
        if host not in self.ports:
            self.strays.append(host)
            raise httpcore.ConnectError(f"no such place: {host}")
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self.ports[host], timeout)


def story(number: int, day: int) -> Script:
    """Give the page of one piece."""
    return answer(
        f"<html><body><h1>Xã Mẫu Sơn nhận hồ sơ qua mạng, kỳ {number}</h1>"
        f"<time datetime='2021-01-{day:02d}T08:00:00+0700'></time>"
        f"<div class=body><p>Người dân nộp hồ sơ trực tuyến tại nhà. Số thứ tự {number}.</p></div></body></html>",
        Content_Type="text/html; charset=utf-8",
    )


def feed(host: str, numbers: Iterable[int] = range(1, 6)) -> str:
    """Give the feed of an outlet's pieces."""
    items = "".join(
        f"<item><title>Kỳ {n}</title><link>http://{host}/tin-post{n}.html</link>"
        f"<pubDate>{format_datetime(datetime(2021, 1, DAYS[n - 1], 8, tzinfo=HANOI))}</pubDate></item>"
        for n in numbers
    )
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Báo</title>{items}</channel></rss>"
    )


def newspaper(host: str) -> dict[str, Script]:
    """Give the scripts of a healthy outlet."""
    pages = {f"/tin-post{n}.html": story(n, day) for n, day in enumerate(DAYS, 1)}
    return pages | {"/rss": answer(feed(host), Content_Type="application/rss+xml")}


def outlet_at(host: str, path: str = "/rss", *, scheme: str = "http", **changes: object) -> Outlet:
    """Give an outlet with one feed; its code is the first part of its name."""
    source = Source("trang-chu", SourceKind.FEED, f"{scheme}://{host}{path}")
    return an_outlet(
        **{"code": host.partition(".")[0], "hosts": (host,), "pace": Pace(0), "sources": (source,)} | changes
    )


def opened(folder: Path) -> Database:
    """Give a fresh SQLite database."""
    database = open_database(f"sqlite:///{folder}/monitor.db")
    database.upgrade()
    return database


def crawled(
    database: Database, fetcher: Fetcher, outlets: list[Outlet], now: Callable[[], datetime], at_once: int = 8
) -> dict[str, Reading]:
    """Run the crawl; give the reading of each outlet's one source."""
    press = a_press(outlets=tuple(outlets), pages={"epi": (RULES,)})
    done = crawl(database, press, fetcher, outlets, now=now, stop=Event(), at_once=at_once)
    return {reading.outlet: reading for reading in done}


def stored(database: Database, outlet: str) -> set[str]:
    """Give the identities of an outlet's stored pieces."""
    with database.connect() as conn:
        return set(articles.find(conn, outlet, [str(n) for n in range(1, 10)]))


def unread(database: Database, outlet: str) -> dict[str, Unread]:
    """Give the announced pieces that are not stored."""
    with database.connect() as conn:
        return readings.states(conn, outlet, [str(n) for n in range(1, 10)])
