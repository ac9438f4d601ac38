"""What a host forbids is not read; what it could not say is asked again; what it does not say is allowed."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Barrier, Thread

import pytest

from monitor.errors import FetchError, Reason
from monitor.fetch import Fetcher, Limits, RobotsFile, Want
from monitor.fetch.robots import KEPT, parse
from monitor.press import Outlet, Pace, Page
from tests.factories import an_outlet
from tests.loopback import Answer, Loopback, Raw, Reply, Request, redirect

ARTICLE = "<html><h1>Một cửa</h1></html>"


class World:
    """A clock that is moved by hand, and by whoever waits."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.waits: list[float] = []

    def now(self) -> datetime:
        return datetime(2021, 1, 5, 5, 0, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def fetcher(world: World) -> Iterator[Fetcher]:
    with Fetcher(
        "cchc-monitor/2026.1 (+https://mau.test/; tat-ca)",
        now=world.now,
        monotonic=world.monotonic,
        sleep=world.sleep,
        limits=Limits(retries=0),
    ) as fetcher:
        yield fetcher


def at(site: Loopback, **changes: object) -> Outlet:
    return an_outlet(**{"hosts": (site.host,), "allow_private": True, "pace": Pace(0)} | changes)


def robots(text: Reply) -> dict[str, Reply]:
    return {"/robots.txt": text, "/tin/1": ARTICLE, "/tim-kiem/1": ARTICLE}


def reason_of(fetcher: Fetcher, site: Loopback, path: str = "/tin/1") -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetcher.get(site.url(path), at(site), want=Want.PAGE)
    return caught.value


def test_a_forbidden_path_is_never_asked_for(fetcher: Fetcher) -> None:
    with Loopback(robots("User-agent: *\nDisallow: /tim-kiem/")) as site:
        assert isinstance(fetcher.get(site.url("/tin/1"), at(site), want=Want.PAGE), Page)
        assert reason_of(fetcher, site, "/tim-kiem/1").reason is Reason.ROBOTS
        assert site.paths == ["/tin/1"]


def test_rules_for_our_product_come_before_those_for_all(fetcher: Fetcher) -> None:
    rules = "User-agent: *\nDisallow:\n\nUser-agent: CCHC-Monitor\nDisallow: /tin/\n\nUser-agent: tat-ca\nDisallow: /"
    with Loopback(robots(rules)) as site:
        assert reason_of(fetcher, site).reason is Reason.ROBOTS
        assert isinstance(fetcher.get(site.url("/tim-kiem/1"), at(site), want=Want.PAGE), Page)


def test_rules_for_a_word_in_our_address_are_not_for_us(fetcher: Fetcher) -> None:
    with Loopback(robots("User-agent: tat-ca\nDisallow: /")) as site:
        assert isinstance(fetcher.get(site.url("/tin/1"), at(site), want=Want.PAGE), Page)


@pytest.mark.parametrize("redirected", ["/tim-kiem/1", "/tim-kiem/%31"])
def test_a_redirect_does_not_lead_past_the_rules(fetcher: Fetcher, redirected: str) -> None:
    with Loopback(robots("User-agent: *\nDisallow: /tim-kiem/") | {"/tin/2": redirect(redirected)}) as site:
        assert reason_of(fetcher, site, "/tin/2").reason is Reason.ROBOTS
        assert site.paths == ["/tin/2"]


@pytest.mark.parametrize(
    "reply",
    [
        Answer(404),
        Answer(401),
        Answer(403),
        Answer(410),
        "<!DOCTYPE html><html>\nUser-agent: *\nDisallow: /\n</html>",
        "\ufeff\n<html>\nUser-agent: *\nDisallow: /",
        b"",
        b"\xff\xfe\x00 not text at all \x00",
        redirect("/robots.txt"),
        redirect("http://mau.test:81/robots.txt"),
        redirect("file:///etc/passwd"),
    ],
)
def test_where_there_are_no_rules_everything_may_be_read(fetcher: Fetcher, reply: Reply) -> None:
    with Loopback(robots(reply)) as site:
        assert isinstance(fetcher.get(site.url("/tin/1"), at(site), want=Want.PAGE), Page)


def test_a_byte_order_mark_hides_no_rule() -> None:
    assert not parse(b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /tin/").can_fetch("http://mau.test/tin/1", "cchc-monitor")


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_host_in_trouble_is_not_read_now_and_asked_again_later(fetcher: Fetcher, world: World, status: int) -> None:
    with Loopback(robots(Answer(status))) as site:
        error = reason_of(fetcher, site)
        assert (error.reason, error.status, error.reason.blocks) == (Reason.STATUS, status, False)  # nobody forbade it
        assert f"robots.txt: status {status}" in str(reason_of(fetcher, site))
        assert len(site.requests) == 1
        site.pages["/robots.txt"] = "User-agent: *\nDisallow:"
        world.seconds += 301
        assert isinstance(fetcher.get(site.url("/tin/1"), at(site), want=Want.PAGE), Page)


@pytest.mark.parametrize(
    ("reply", "seconds"), [(Answer(503, {"Retry-After": "120"}), 120), (Answer(429), 15 * 60)], ids=["503", "429"]
)
def test_a_host_that_asks_for_patience_at_robots_txt_gets_it(fetcher: Fetcher, reply: Answer, seconds: int) -> None:
    with Loopback(robots(reply)) as site:
        for _ in range(2):
            error = reason_of(fetcher, site)
            assert (error.reason, error.retry_after) == (Reason.RATE_LIMITED, seconds)
        assert len(site.requests) == 1


def test_the_rules_are_read_on_the_time_of_the_page(world: World) -> None:
    def after(seconds: float, reply: bytes) -> Callable[[Request], Raw]:
        def wait(request: Request) -> Raw:
            world.seconds += seconds
            return Raw(reply, then="hang")

        return wait

    rules = after(40, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    page = after(21, b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<html>")  # each alone is under the minute
    fetcher = Fetcher("cchc-monitor/1", now=world.now, monotonic=world.monotonic, sleep=world.sleep)
    with fetcher, Loopback({"/robots.txt": rules, "/tin/1": page}) as site:
        assert reason_of(fetcher, site).reason is Reason.DEADLINE


def test_a_host_that_cannot_be_reached_is_not_said_to_forbid(fetcher: Fetcher) -> None:
    site = Loopback()
    with site:
        pass
    assert reason_of(fetcher, site).reason is Reason.REFUSED
    with Loopback(robots(Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser-agent: *"))) as site:
        assert reason_of(fetcher, site).reason is Reason.TRUNCATED
        assert site.paths == []


def test_the_rules_are_asked_once_a_day(fetcher: Fetcher, world: World) -> None:
    with Loopback(robots("User-agent: *\nDisallow:")) as site:
        for _ in range(3):
            fetcher.get(site.url("/tin/1"), at(site), want=Want.PAGE)
        assert len(site.requests) - len(site.paths) == 1
        world.seconds += 24 * 3600
        fetcher.get(site.url("/tin/1"), at(site), want=Want.PAGE)
        assert len(site.requests) - len(site.paths) == 2


def test_the_rules_last_from_one_run_to_the_next_and_no_longer_than_a_day(fetcher: Fetcher, world: World) -> None:
    with Loopback(robots("User-agent: *\nDisallow: /tim-kiem/")) as site:
        fetcher.get(site.url("/tin/1"), at(site), want=Want.PAGE)
        told = fetcher.robots()
        assert {origin: file.until for origin, file in told.items()} == {site.url("").rstrip("/"): world.now() + KEPT}
        world.seconds += 3600
        with Fetcher("cchc-monitor/1", now=world.now, robots=told) as second:
            assert reason_of(second, site, "/tim-kiem/1").reason is Reason.ROBOTS
            assert second.robots() == told
        assert len(site.requests) - len(site.paths) == 1
        world.seconds += 23 * 3600
        with Fetcher("cchc-monitor/1", now=world.now, robots=told) as third:
            assert third.robots() == {}
            third.get(site.url("/tin/1"), at(site), want=Want.PAGE)
        assert len(site.requests) - len(site.paths) == 2
        wrong = {origin: RobotsFile(b"", world.now() + timedelta(days=99)) for origin in told}
        with Fetcher("cchc-monitor/1", now=world.now, robots=wrong) as fourth:
            assert fourth.robots() == {}


def test_trouble_with_the_rules_is_forgotten_by_the_next_run(fetcher: Fetcher) -> None:
    with Loopback(robots(Answer(500))) as site:
        reason_of(fetcher, site)
        assert fetcher.robots() == {}


def test_many_threads_ask_a_host_for_its_rules_once(fetcher: Fetcher) -> None:
    start = Barrier(6)

    def read() -> None:
        start.wait()
        fetcher.get(site.url("/tin/1"), at(site, pace=Pace(0, 6)), want=Want.PAGE)

    with Loopback(robots("User-agent: *\nDisallow:")) as site:
        threads = [Thread(target=read) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(site.paths) == 6
        assert len(site.requests) == 7


def test_only_the_first_500_kib_count(fetcher: Fetcher) -> None:
    long = "User-agent: *\nDisallow: /tim-kiem/\n" + "# …\n" * 200_000 + "Disallow: /tin/\n"
    with Loopback(robots(long)) as site:
        assert isinstance(fetcher.get(site.url("/tin/1"), at(site), want=Want.PAGE), Page)
        assert reason_of(fetcher, site, "/tim-kiem/1").reason is Reason.ROBOTS


@pytest.mark.parametrize(("asked", "kept"), [("4", 4.0), ("3600", 30.0), ("1", 2.0), ("-5", 2.0), ("vài giây", 2.0)])
def test_the_delay_a_host_asks_for_is_kept_within_reason(
    fetcher: Fetcher, world: World, asked: str, kept: float
) -> None:
    started: list[float] = []

    def note(request: Request) -> str:
        started.append(world.seconds)
        return ARTICLE

    rules = f"User-agent: *\nCrawl-delay: {asked}"
    with Loopback({"/robots.txt": rules, "/1": note, "/2": note, "/3": note}) as site:
        for path in ("/1", "/2", "/3"):
            fetcher.get(site.url(path), at(site, pace=Pace(2.0)), want=Want.PAGE)
    assert [later - earlier for earlier, later in pairwise(started)] == [kept, kept]
