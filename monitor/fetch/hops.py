"""Where a request may go next: the address, the outlet's hosts, where a redirect leads; nothing is resolved here."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import httpx

from monitor.errors import FetchError, Reason
from monitor.fetch.guard import inner_literal
from monitor.press import Outlet
from monitor.urls import belongs, host_of

_USERINFO = re.compile(r"//[^/?#]*@")
_ANY_USERINFO = re.compile(r"//.*@", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Hop:
    """One address on the way: as text, as the library read it, and the `host:port` whose rhythm it is under."""

    text: str
    url: httpx.URL
    host: str

    @property
    def origin(self) -> str:
        """Give scheme, host and port, as the library will dial them."""
        return f"{self.url.scheme}://{self.url.netloc.decode('ascii')}"


def address(url: str) -> Hop:
    """Read an address once, with the library that will dial it: two readers could see two hosts in one address."""
    try:
        return _hop(httpx.URL(url.partition("#")[0]))
    except (httpx.InvalidURL, ValueError):
        # No cause: the library's words may quote a password.
        raise FetchError(shown(url), Reason.PROTOCOL, "not an address") from None


def _hop(url: httpx.URL) -> Hop:
    return Hop(str(url), url, host_of(f"{url.scheme}://{url.netloc.decode('ascii')}/"))


def allow(hop: Hop, outlet: Outlet) -> None:
    """Check one step before anything is asked or resolved.

    Raises:
        FetchError: SCHEME, PROTOCOL (no host, a user name), LEFT_HOSTS, PORT (our host, another port), PRIVATE_ADDRESS
            (a foreign host that is an inner address: somebody is trying something).
    """
    url = hop.url
    if url.scheme not in {"http", "https"}:
        raise FetchError(hop.text, Reason.SCHEME, url.scheme[:40])
    if not url.host:
        raise FetchError(hop.text, Reason.PROTOCOL, "no host")
    if url.userinfo:
        raise FetchError(shown(hop.text), Reason.PROTOCOL, "a user name in the address")
    if belongs(outlet, f"{hop.origin}/"):
        return
    if not outlet.allow_private and inner_literal(url.raw_host.decode("ascii")):
        raise FetchError(hop.text, Reason.PRIVATE_ADDRESS, url.host)
    names = {host_of(f"http://{host}").partition(":")[0] for host in outlet.hosts}
    reason = Reason.PORT if url.raw_host.decode("ascii") in names else Reason.LEFT_HOSTS
    raise FetchError(hop.text, reason, url.netloc.decode("ascii"))


def target(hop: Hop, headers: Mapping[str, str]) -> Hop:
    """Give where a redirect leads; raises FetchError(PROTOCOL) where that cannot be read."""
    location = headers.get("location", "").strip().partition("#")[0]
    with suppress(UnicodeError):  # headers come as bytes, and some servers write raw UTF-8
        location = location.encode("latin-1").decode()
    with suppress(httpx.InvalidURL, ValueError):
        if location:
            return _hop(hop.url.join(location))
    raise FetchError(hop.text, Reason.PROTOCOL, "Location is missing or malformed")


def shown(url: str) -> str:
    """Give an address for logs and errors: without a user name and password."""
    try:
        httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return _ANY_USERINFO.sub("//", url)  # where the host begins is not clear: rather too much than a password
    return _USERINFO.sub("//", url)
