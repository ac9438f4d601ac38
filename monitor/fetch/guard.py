"""Which addresses may be dialled: checked on what the name resolved to, at the moment of dialling, on every hop.

A check before the request would be too early: a name can resolve to a public address first and to 127.0.0.1 a second
later. So the name is resolved once, here, and the connection goes to the very address that was checked; the Host
header and the TLS server name stay those of the name.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from itertools import zip_longest
from typing import Any

import httpcore

from monitor.errors import FetchError, Reason
from monitor.fetch.bounded import seconds_left
from monitor.fetch.names import Names, Resolve

Address = IPv4Address | IPv6Address

LONGEST_CONNECT = 60.0
"""Seconds, where the caller names none."""

TRIED_ADDRESSES = 4

# `is_global` of Python 3.11 calls NAT64, 6to4, Teredo, site-local and multicast addresses global. These are the IANA
# special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates), written out.
_REFUSED = tuple(
    ip_network(net)
    for net in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and the metadata service of cloud machines
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",  # Teredo, ORCHID, benchmarking
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
    )
)
# All that is public in IPv6; outside lie ::/8 (with NAT64, 64:ff9b::), fc00::/7, fe80::/10, fec0::/10, ff00::/8
_GLOBAL_UNICAST = ip_network("2000::/3")
_ISATAP = {0x00005EFE, 0x02005EFE}


def is_public(address: Address) -> bool:
    """Say whether an address lies on the open Internet, and so does every IPv4 address that is hidden in it."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        low = int(address) & (2**64 - 1)
        if low >> 32 in _ISATAP and not is_public(IPv4Address(low & 0xFFFFFFFF)):
            return False
        if address not in _GLOBAL_UNICAST:
            return False
    return address.is_global and not any(address in net for net in _REFUSED if net.version == address.version)


def in_turn(addresses: Sequence[Address]) -> list[Address]:
    """Give at most four addresses to try, IPv6 and IPv4 by turns: where the one kind is dead, all of that kind are."""
    kinds = [[one for one in addresses if one.version == version] for version in (6, 4)]
    if addresses and addresses[0].version == 4:
        kinds.reverse()
    turns = zip_longest(*kinds)
    return [one for turn in turns for one in turn if one is not None][:TRIED_ADDRESSES]


def look_up(host: str, port: int) -> list[str]:
    """Resolve as the machine does; `2130706433` and `0x7f.1` become the addresses that they are."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def inner_literal(host: str) -> bool:
    """Say whether `host` is no name but, in some spelling, an address that is not public; asks no name server."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return False
    return any(not is_public(ip_address(sockaddr[0])) for *_, sockaddr in found)


@contextmanager
def _telling_tls() -> Iterator[None]:
    """Tell TLS from the network here: further up, httpcore has cut off the cause."""
    try:
        yield
    except httpcore.NetworkError as error:
        if isinstance(error.__cause__, ssl.SSLError):
            raise FetchError("", Reason.TLS, str(error)[:200]) from error
        raise


class Stream(httpcore.NetworkStream):
    """A connection whose every operation takes no longer than the request has left."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read once; FetchError(TLS) where what comes was tampered with."""
        with _telling_tls():
            return self._stream.read(max_bytes, seconds_left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of `buffer`."""
        self._stream.write(buffer, seconds_left(timeout))

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Shake hands under the server's name, not the address dialled; FetchError(TLS) where that is not proved."""
        with _telling_tls():
            return Stream(self._stream.start_tls(ssl_context, server_hostname, seconds_left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        """Pass on what the connection knows of itself."""
        return self._stream.get_extra_info(info)


class Backend(httpcore.NetworkBackend):
    """Dials nothing but addresses that were checked; `dial` is what opens the sockets."""

    def __init__(
        self,
        *,
        allow_private: bool,
        resolve: Resolve = look_up,
        dial: httpcore.NetworkBackend | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allow_private = allow_private
        self._names = Names(resolve)
        self._dial = dial or httpcore.SyncBackend()
        self._monotonic = monotonic

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve once, check every address, connect to the first that answers, all of it within `timeout`.

        Raises:
            FetchError: DNS; PRIVATE_ADDRESS before anything is dialled, even where only one of several is private.
        """
        until = self._monotonic() + (seconds_left(timeout) or LONGEST_CONNECT)
        failed: Exception = FetchError(host, Reason.DNS, "no address")
        addresses = in_turn(self._checked(host, port, until - self._monotonic()))
        for tried, address in enumerate(addresses):
            # A share for each that is still to come: one that swallows what we send must not use up all the time.
            share = (until - self._monotonic()) / (len(addresses) - tried)
            if share <= 0:
                raise httpcore.ConnectTimeout("the time for connecting is over")
            try:
                return Stream(self._dial.connect_tcp(str(address), port, share, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    def _checked(self, host: str, port: int, seconds: float) -> list[Address]:
        try:
            addresses = [ip_address(text) for text in self._names.look_up(host, port, seconds)]
        except (OSError, UnicodeError) as error:  # UnicodeError: a label over 63 letters
            raise FetchError(host, Reason.DNS, str(error)) from error
        for address in addresses:
            if not self._allow_private and not is_public(address):
                raise FetchError(host, Reason.PRIVATE_ADDRESS, str(address))
        return addresses


def connections(tls: ssl.SSLContext, backend: Backend) -> httpcore.ConnectionPool:
    """Give HTTP/1.1 over a guarded backend: httpx lets none be put in, keeps cookies, and reads Location its way."""
    return httpcore.ConnectionPool(
        ssl_context=tls,
        network_backend=backend,
        max_connections=None,
        max_keepalive_connections=4,  # those of one thread, which reads one outlet at a time
        keepalive_expiry=15.0,
    )


def hang_up_on_more(response: httpcore.Response) -> None:
    """Close a connection on which more came than the answer: it would be taken for the answer to the next request.

    h11 knows, and httpcore has no public way to ask it; test_fetch.py holds both to it.
    """
    stream: Any = response.stream
    more, _ = stream._stream._connection._h11_state.trailing_data
    if more:
        response.extensions["network_stream"].close()
