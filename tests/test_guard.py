"""Nothing inside the office's network can be reached through an address that somebody else wrote."""

import socket
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FetchError, Reason
from monitor.fetch import Fetcher, Want
from monitor.fetch.guard import Backend, Stream, inner_literal, is_public
from monitor.press import Pace
from tests.factories import NOON, an_outlet
from tests.loopback import Loopback, redirect

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
    """Connects every call to one server of the test, and writes down who was to be called."""

    def __init__(self, site: Loopback, *, dead: Iterable[str] = ()) -> None:
        self.called: list[str] = []
        self._dead = set(dead)
        self._site = site

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
            raise httpcore.ConnectTimeout
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self._site.port, 5.0)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_an_inner_address_is_dialled(spelling: str, trap: Loopback) -> None:
    with pytest.raises(FetchError) as caught:
        Backend(allow_private=False).connect_tcp(spelling, trap.port, 1.0)
    assert caught.value.reason is Reason.PRIVATE_ADDRESS
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
