"""K15: a day of crawling, as the server's own log has it: conditional, one at a time, in pace, silent when told so."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.fetch import Fetcher, RobotsFile
from monitor.press import Pace
from monitor.seen import Outcome
from storage import Database, readings
from storage.readings import Kept, Reading
from storage.rechecks import STEPS
from tests.toxic.province import MONDAY, Clock, Wire, crawled, feed, newspaper, opened, outlet_at, stored
from tests.toxic.server import Asked, Script, Toxic, answer

HOST = "bao-mau.test"
PACE = 7.0
HOURS = 24
PATIENCE = timedelta(hours=3)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with opened(tmp_path) as database:
        yield database


class Newsroom:
    """Publishes one piece more at noon, grows tired of us in the evening, and says what has changed since when."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.tired_at: datetime | None = None

    def rss(self, asked: Asked) -> Script:
        """Answer for the feed."""
        hour = (self._clock.now() - MONDAY) / timedelta(hours=1)
        if hour >= 15 and self.tired_at is None:
            self.tired_at = asked.at
            return answer("", "429 Too Many Requests", Retry_After=str(int(PATIENCE.total_seconds())))
        shown = 5 if hour < 7 else 6
        etag = f'"{shown}"'
        if asked.headers.get("if-none-match") == etag:
            return [b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"]
        return answer(feed(HOST, range(1, shown + 1)), ETag=etag)


def kept(database: Database) -> Kept | None:
    with database.connect() as conn:
        return readings.validators(conn, HOST.partition(".")[0], "trang-chu").get(f"http://{HOST}/rss")


@pytest.mark.slow
def test_a_day_of_crawling_is_polite(database: Database) -> None:
    clock = Clock()
    newsroom = Newsroom(clock)
    done: list[Reading] = []
    outlet = outlet_at(HOST, pace=Pace(PACE))
    with Toxic(newspaper(HOST) | {"/rss": newsroom.rss, "/robots.txt": answer("User-agent: *")}, now=clock.now) as site:
        wire = Wire({"8.8.8.4": site.port})
        silences: dict[str, datetime] = {}
        robots: dict[str, RobotsFile] = {}
        for hour in range(HOURS):
            clock.sleep((MONDAY + timedelta(hours=hour) - clock.now()).total_seconds())
            known, before = kept(database), len(site.asked("/rss"))
            with Fetcher(  # a process of its own each hour, told what the one before was told
                "cchc-monitor/test",
                now=clock.now,
                monotonic=clock,
                sleep=clock.sleep,
                resolve=lambda host, port: ["8.8.8.4"],
                dial=wire,
                silences=silences,
                robots=robots,
            ) as fetcher:
                done.append(crawled(database, fetcher, [outlet], clock.now)["bao-mau"])
                silences, robots = fetcher.silences(), fetcher.robots()
            for asked in site.asked("/rss")[before:]:  # conditional, whenever there is something to ask with
                assert asked.headers.get("if-none-match") == (known.etag if known else None)
    assert stored(database, "bao-mau") == {"1", "2", "3", "4", "5", "6"}
    assert [one.outcome for one in done].count(Outcome.NOT_MODIFIED) >= 15
    assert site.most_at_once == 1
    assert all(later.at - earlier.at >= timedelta(seconds=PACE) for earlier, later in pairwise(site.log))
    assert all(later.at - earlier.at >= timedelta(minutes=59) for earlier, later in pairwise(site.asked("/rss")))
    tired = newsroom.tired_at
    assert tired is not None
    assert [asked.path for asked in site.log if tired < asked.at < tired + PATIENCE] == []
    assert any(asked.at >= tired + PATIENCE for asked in site.asked("/rss"))
    assert len(site.asked("/robots.txt")) == 1
    again = sum(step < timedelta(days=1) for step in STEPS)  # read anew for corrections
    assert all(1 <= len(site.asked(f"/tin-post{n}.html")) <= 1 + again for n in range(1, 7))
