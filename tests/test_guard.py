"""Nothing inside the office's network can be reached through an address that somebody else wrote."""

import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from threading import Event

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FetchError, Reason
from monitor.fetch import Fetcher, Limits, Want
from monitor.fetch.guard import Address, Backend, Stream, in_turn, inner_literal, is_public, look_up
from monitor.fetch.names import Resolve
from monitor.jobs.crawl import crawl
from monitor.press import Outlet, Pace, Source, SourceKind
from storage import open_database, readings
from tests.factories import NOON, a_press, an_outlet
from tests.loopback import Answer, Loopback, redirect

# Spellings that the machine's resolver takes for an address, asking no name server.
SPELLINGS = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "017700000001",
    "0177.0.0.1",
    "0177.1",
    "0",
    "0.0.0.0",
    "0x0",
    "localhost",
    "LOCALHOST",
    "10.0.0.1",
    "10.1",
    "0xa.1",
    "167772161",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "192.168.257",
    "3232235777",
    "0xc0a80101",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "0:0:0:0:0:0:0:1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:20::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "100::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "2600::5efe:7f00:1",
    "2600::200:5efe:a00:1",
]


@pytest.fixture
def trap() -> Iterator[Loopback]:
    """Listen where the spellings of 127.0.0.1 lead, and count who comes."""
    with Loopback({"/": "inside"}) as site:
        yield site


class Switchboard(httpcore.NetworkBackend):
    """Connects every call to one server of the test, or all but those to 8.8.8.8 to a trap; notes who was called."""

    def __init__(
        self,
        site: Loopback,
        *,
        dead: Iterable[str] = (),
        trap: Loopback | None = None,
        wait: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        self.called: list[str] = []
        self._dead = set(dead)
        self._site = site
        self._trap = trap or site
        self._wait = wait

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        self.called.append(host)
        if host in self._dead:
            self._wait(timeout or 0.0)
            raise httpcore.ConnectTimeout
        site = self._site if host == "8.8.8.8" else self._trap
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", site.port, 5.0)


# ── K5: every spelling by every road, and nobody ever knocks at the trap ──


def written(spelling: str) -> str:
    """Give a spelling as it stands in an address."""
    return f"[{spelling}]" if ":" in spelling else spelling


def numeric(host: str, port: int) -> list[str]:
    """Resolve as the machine does, asking no name server; the one name of these tests is public."""
    return ["8.8.8.8"] if host == "bao-mau.test" else look_up(host, port)


def refused(spelling: str) -> Reason:
    """Give the reason to expect: one spelling is no address at all to the library that would dial it."""
    return Reason.PROTOCOL if spelling == "0177.0.0.1" else Reason.PRIVATE_ADDRESS


def careless() -> Outlet:
    """Give an outlet whose hosts name every inner address: then nothing but the guard stands before them."""
    return an_outlet(hosts=("bao-mau.test", *map(written, SPELLINGS)), pace=Pace(0))


def asked(fetcher: Fetcher, url: str, outlet: Outlet) -> Reason:
    with pytest.raises(FetchError) as caught:
        fetcher.get(url, outlet, want=Want.PAGE)
    return caught.value.reason


def test_there_are_enough_spellings() -> None:
    assert len(set(SPELLINGS)) >= 60


def test_no_spelling_of_an_inner_address_is_dialled(trap: Loopback) -> None:
    wire = Switchboard(trap)
    for spelling in SPELLINGS:
        with pytest.raises(FetchError) as caught:
            Backend(allow_private=False, dial=wire).connect_tcp(spelling, trap.port, 5.0)
        assert caught.value.reason is Reason.PRIVATE_ADDRESS, spelling
    assert (wire.called, trap.connections) == ([], 0)


def test_no_spelling_in_an_address_that_is_asked_for_is_dialled(trap: Loopback) -> None:
    wire = Switchboard(trap)
    with Fetcher("cchc-monitor/1", now=lambda: NOON, resolve=numeric, dial=wire) as fetcher:
        reasons = {one: asked(fetcher, f"http://{written(one)}/", careless()) for one in SPELLINGS}
    assert reasons == {one: refused(one) for one in SPELLINGS}
    assert (wire.called, trap.connections) == ([], 0)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_redirect_to_any_spelling_is_followed(trap: Loopback, scheme: str) -> None:
    pages = {f"/{n}": redirect(f"{scheme}://{written(one)}/") for n, one in enumerate(SPELLINGS)}
    with Loopback(pages) as site:
        wire = Switchboard(site, trap=trap)
        with Fetcher("cchc-monitor/1", now=lambda: NOON, resolve=numeric, dial=wire) as fetcher:
            for number, spelling in enumerate(SPELLINGS):
                url = f"http://bao-mau.test/{number}"
                assert asked(fetcher, url, careless()) is refused(spelling), spelling
                named = asked(fetcher, url, an_outlet(hosts=("bao-mau.test",), pace=Pace(0)))
                # A name is a foreign host; whether it is an inner one too is not even looked up.
                assert named is (Reason.LEFT_HOSTS if spelling.lower() == "localhost" else refused(spelling))
        assert len(site.paths) == 2 * len(SPELLINGS)
    assert (set(wire.called), trap.connections) == ({"8.8.8.8"}, 0)


def one_by_one(replies: Iterator[list[str]]) -> Resolve:
    return lambda host, port: next(replies)


def test_no_name_that_turns_to_any_spelling_is_dialled(trap: Loopback) -> None:
    with Loopback({"/robots.txt": Answer(404, {"Connection": "close"})}) as site:
        wire = Switchboard(site, trap=trap)
        for spelling in SPELLINGS:
            replies = iter([["8.8.8.8"], look_up(spelling, 80)])
            outlet = an_outlet(hosts=("bao-mau.test",), pace=Pace(0))
            with Fetcher("cchc-monitor/1", now=lambda: NOON, resolve=one_by_one(replies), dial=wire) as fetcher:
                assert asked(fetcher, "http://bao-mau.test/", outlet) is Reason.PRIVATE_ADDRESS, spelling
            assert next(replies, None) is None
        assert site.paths == []
    assert (set(wire.called), trap.connections) == ({"8.8.8.8"}, 0)


LISTS = {
    SourceKind.FEED: "<rss version='2.0'><channel><title>Báo Mẫu</title>{}</channel></rss>",
    SourceKind.SITEMAP: "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</urlset>",
    SourceKind.LISTING: "<html><body>{}</body></html>",
}
ENTRIES = {
    SourceKind.FEED: "<item><title>Tin</title><link>{}</link></item>",
    SourceKind.SITEMAP: "<url><loc>{}</loc></url>",
    SourceKind.LISTING: "<a href='{}'>Tin</a>",
}


@pytest.mark.parametrize("kind", list(SourceKind))
def test_no_spelling_in_a_list_that_is_crawled_is_dialled(trap: Loopback, tmp_path: Path, kind: SourceKind) -> None:
    links = [f"http://{written(one)}/tin-post{n}.html" for n, one in enumerate(SPELLINGS)]
    body = LISTS[kind].format("".join(map(ENTRIES[kind].format, links)))
    source = Source("danh-sach", kind, "http://bao-mau.test/danh-sach")
    outlet = replace(careless(), sources=(source,))
    with Loopback({"/danh-sach": body}) as site, open_database(f"sqlite:///{tmp_path}/monitor.db") as database:
        database.upgrade()
        wire = Switchboard(site, trap=trap)
        with Fetcher("cchc-monitor/1", now=lambda: NOON, resolve=numeric, dial=wire) as fetcher:
            press = a_press(outlets=(outlet,))
            (reading,) = crawl(database, press, fetcher, [outlet], now=lambda: NOON, stop=Event())
        with database.connect() as conn:
            missed = readings.unread(conn, outlet.code)
    assert (reading.announced, reading.failed) == (len(SPELLINGS), len(SPELLINGS))
    assert {one.identity: one.reason for one in missed} == {str(n): refused(one) for n, one in enumerate(SPELLINGS)}
    assert (set(wire.called), trap.connections) == ({"8.8.8.8"}, 0)


def test_what_a_list_says_of_foreign_hosts_is_not_even_looked_up(trap: Loopback, tmp_path: Path) -> None:
    def only_ours(host: str, port: int) -> list[str]:
        assert host == "bao-mau.test"
        return ["8.8.8.8"]

    entries = "".join(
        ENTRIES[SourceKind.FEED].format(f"http://{written(one)}:{trap.port}/tin-post{n}.html")
        for n, one in enumerate(SPELLINGS)
    )
    outlet = an_outlet(pace=Pace(0))
    feed = Answer(200, {"Content-Type": "application/rss+xml"}, LISTS[SourceKind.FEED].format(entries))
    with Loopback({"/rss/home.rss": feed}) as site, open_database(f"sqlite:///{tmp_path}/monitor.db") as database:
        database.upgrade()
        wire = Switchboard(site, trap=trap)
        with Fetcher("cchc-monitor/1", now=lambda: NOON, resolve=only_ours, dial=wire) as fetcher:
            (reading,) = crawl(database, a_press(), fetcher, [outlet], now=lambda: NOON, stop=Event())
    assert (reading.announced, reading.refused) == (len(SPELLINGS), len(SPELLINGS))
    assert trap.connections == 0


def test_the_trap_can_be_reached_by_an_outlet_that_may(trap: Loopback) -> None:
    for spelling in ("127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1"):
        stream = Backend(allow_private=True).connect_tcp(spelling, trap.port, 5.0)
        stream.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert stream.read(8) == b"HTTP/1.1"
        stream.close()
    assert trap.connections == 4


@pytest.mark.parametrize("address", ["8.8.8.8", "113.160.0.1", "203.162.4.190", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_ordinary_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_address_is_as_inner_in_every_wrapping(inner: IPv4Address) -> None:
    number = int(inner)
    assert is_public(IPv6Address((0xFFFF << 32) | number)) == is_public(inner)
    isatap = IPv6Address((0x2600 << 112) | (0x5EFE << 32) | number)
    assert is_public(isatap) == is_public(inner)
    for tunnel in ((0x64FF9B << 96) | number, (0x2002 << 112) | (number << 80), number):
        assert not is_public(IPv6Address(tunnel))


@given(st.ip_addresses())
def test_what_python_knows_to_be_special_is_never_public(address: IPv4Address | IPv6Address) -> None:
    special = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )
    assert not (special and is_public(address)) or getattr(address, "ipv4_mapped", None)


def test_one_inner_address_among_public_ones_is_enough_to_refuse(trap: Loopback) -> None:
    wire = Switchboard(trap)
    backend = Backend(allow_private=False, resolve=lambda host, port: ["8.8.8.8", "10.0.0.7"], dial=wire)
    with pytest.raises(FetchError) as caught:
        backend.connect_tcp("bao-mau.test", 80)
    assert caught.value.reason is Reason.PRIVATE_ADDRESS
    assert "10.0.0.7" in str(caught.value)
    assert wire.called == []


def test_a_name_that_changes_its_mind_is_asked_once_and_dialled_as_it_was_checked(trap: Loopback) -> None:
    replies = iter([["8.8.8.8"], ["127.0.0.1"]])
    wire = Switchboard(trap)
    backend = Backend(allow_private=False, resolve=lambda host, port: next(replies), dial=wire)
    backend.connect_tcp("bao-mau.test", 80).close()
    assert wire.called == ["8.8.8.8"]
    with pytest.raises(FetchError) as caught:
        backend.connect_tcp("bao-mau.test", 80)
    assert caught.value.reason is Reason.PRIVATE_ADDRESS
    assert wire.called == ["8.8.8.8"]


def test_an_address_that_does_not_answer_leaves_the_others_to_try(trap: Loopback) -> None:
    wire = Switchboard(trap, dead=["2606:4700::1111"])
    backend = Backend(allow_private=False, resolve=lambda host, port: ["2606:4700::1111", "8.8.8.8"], dial=wire)
    stream = backend.connect_tcp("bao-mau.test", 80)
    assert isinstance(stream, Stream)
    stream.close()
    assert wire.called == ["2606:4700::1111", "8.8.8.8"]


def test_a_dead_road_leaves_time_for_the_others(trap: Loopback) -> None:
    clock, waits = [0.0], []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        clock[0] += seconds

    dead = ["2606:4700::1", "2606:4700::2", "2606:4700::3"]
    wire = Switchboard(trap, dead=dead, wait=wait)
    backend = Backend(
        allow_private=False, resolve=lambda host, port: [*dead, "8.8.8.8"], dial=wire, monotonic=lambda: clock[0]
    )
    backend.connect_tcp("bao-mau.test", 80, 10.0).close()
    assert wire.called == ["2606:4700::1", "8.8.8.8"]
    wire = Switchboard(trap, dead=[*dead, "8.8.8.8"], wait=wait)
    backend = Backend(
        allow_private=False, resolve=lambda host, port: [*dead, "8.8.8.8"], dial=wire, monotonic=lambda: clock[0]
    )
    waits.clear()
    with pytest.raises(httpcore.ConnectTimeout):
        backend.connect_tcp("bao-mau.test", 80, 10.0)
    assert wire.called == ["2606:4700::1", "8.8.8.8", "2606:4700::2", "2606:4700::3"]
    assert sum(waits) == pytest.approx(10.0)


@given(st.lists(st.ip_addresses()))
def test_both_kinds_of_address_get_their_turn(addresses: list[Address]) -> None:
    tried = in_turn(addresses)
    assert len(tried) == min(len(addresses), 4)
    assert tried[:1] == addresses[:1]
    if len({one.version for one in addresses}) == 2:
        assert {tried[0].version, tried[1].version} == {4, 6}


def test_a_resolver_that_hangs_holds_nobody_and_is_asked_once(trap: Loopback) -> None:
    asked_for, wake = [], Event()

    def hang(host: str, port: int) -> list[str]:
        asked_for.append(host)
        wake.wait(30)
        return ["127.0.0.1"]

    outlet = an_outlet(hosts=(f"bao-mau.test:{trap.port}",), pace=Pace(0), allow_private=True)
    url = f"http://bao-mau.test:{trap.port}/"
    with Fetcher("cchc-monitor/1", now=lambda: NOON, limits=Limits(connect=0.1), resolve=hang) as fetcher:
        try:
            for _ in range(3):
                assert asked(fetcher, url, outlet) is Reason.DNS
            assert asked_for == ["bao-mau.test"]
        finally:
            wake.set()
    assert trap.connections == 0


def test_one_connection_is_one_question_to_the_name_service(trap: Loopback) -> None:
    asked_for = []

    def count(host: str, port: int) -> list[str]:
        asked_for.append(host)
        return ["127.0.0.1"]

    trap.pages["/robots.txt"] = ""
    outlet = an_outlet(hosts=(f"bao-mau.test:{trap.port}",), pace=Pace(0), allow_private=True)
    with Fetcher("cchc-monitor/1", now=lambda: NOON, resolve=count) as fetcher:
        for _ in range(3):
            fetcher.get(f"http://bao-mau.test:{trap.port}/", outlet, want=Want.PAGE)
    assert (len(asked_for), trap.connections) == (1, 1)


@pytest.mark.parametrize("host", ["a" * 64 + ".test", "khong-co.invalid"])
def test_a_name_without_an_address_is_a_dns_failure(host: str) -> None:
    def nobody(host: str, port: int) -> list[str]:
        host.encode("idna")
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(FetchError) as caught:
        Backend(allow_private=False, resolve=nobody).connect_tcp(host, 80)
    assert caught.value.reason is Reason.DNS


@pytest.mark.parametrize(
    ("host", "inner"), [("0x7f.1", True), ("8.8.8.8", False), ("bao-mau.test", False), ("", False)]
)
def test_an_inner_address_is_told_from_a_name_without_a_name_server(host: str, inner: bool) -> None:
    assert inner_literal(host) is inner


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::a00:1]"]
)
def test_an_outlet_whose_host_is_an_inner_address_is_not_read(host: str, trap: Loopback) -> None:
    outlet = an_outlet(hosts=(f"{host}:{trap.port}",), pace=Pace(0))
    with Fetcher("cchc-monitor/1", now=lambda: NOON) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.get(f"http://{host}:{trap.port}/", outlet, want=Want.PAGE)
    assert caught.value.reason is Reason.PRIVATE_ADDRESS
    assert trap.connections == 0


def test_a_connection_of_an_outlet_that_may_does_not_serve_one_that_may_not(trap: Loopback) -> None:
    trap.pages["/robots.txt"] = ""  # read to its end, so that the connection stays open
    inner = an_outlet(hosts=(trap.host,), pace=Pace(0), allow_private=True)
    guarded = an_outlet(hosts=(trap.host,), pace=Pace(0))
    with Fetcher("cchc-monitor/1", now=lambda: NOON) as fetcher:
        fetcher.get(trap.url("/"), inner, want=Want.PAGE)
        with pytest.raises(FetchError) as caught:
            fetcher.get(trap.url("/"), guarded, want=Want.PAGE)
    assert caught.value.reason is Reason.PRIVATE_ADDRESS
    assert trap.connections == 1


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/", "http://2130706433/", "http://[::ffff:10.0.0.1]/"]
)
def test_a_redirect_into_the_office_is_refused_as_such(target: str) -> None:
    with Loopback({"/": redirect(target)}) as site:
        # The outlet is public to us: its name resolves, in this test, to our own server.
        wire = Switchboard(site)
        outlet = an_outlet(hosts=("bao-mau.test",), pace=Pace(0))
        with (
            Fetcher("cchc-monitor/1", now=lambda: NOON, resolve=lambda host, port: ["8.8.8.8"], dial=wire) as fetcher,
            pytest.raises(FetchError) as caught,
        ):
            fetcher.get("http://bao-mau.test/", outlet, want=Want.PAGE)
    assert caught.value.reason is Reason.PRIVATE_ADDRESS
    assert set(wire.called) == {"8.8.8.8"}
    assert site.requests[-1].headers["host"] == "bao-mau.test"
