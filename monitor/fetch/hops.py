"""Where a request may go next: the address, the outlet's hosts, where a redirect leads; nothing is resolved here."""

import re

import httpx

from monitor.errors import FetchError, Reason
from monitor.fetch.guard import inner_literal
from monitor.press import Outlet
from monitor.urls import belongs, host_of

_USERINFO = re.compile(r"//[^/?#]*@")
_ANY_USERINFO = re.compile(r"//.*@", re.DOTALL)


def address(url: str) -> httpx.URL:
    """Read an address once, with the library that will dial it: two readers could see two hosts in one address."""
    try:
        return httpx.URL(url).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        # No cause: the library's words may quote a password.
        raise FetchError(shown(url), Reason.PROTOCOL, "not an address") from None


def origin(hop: httpx.URL) -> str:
    """Give scheme, host and port, as the library will dial them."""
    return f"{hop.scheme}://{hop.netloc.decode('ascii')}/"


def allow(hop: httpx.URL, outlet: Outlet) -> None:
    """Check one step before anything is asked or resolved.

    Raises:
        FetchError: SCHEME, PROTOCOL (no host, a user name), LEFT_HOSTS, PORT (our host, another port), PRIVATE_ADDRESS
            (a foreign host that is an inner address: somebody is trying something).
    """
    if hop.scheme not in {"http", "https"}:
        raise FetchError(str(hop), Reason.SCHEME, hop.scheme[:40])
    if not hop.host:
        raise FetchError(str(hop), Reason.PROTOCOL, "no host")
    if hop.userinfo:
        raise FetchError(shown(str(hop)), Reason.PROTOCOL, "a user name in the address")
    if belongs(outlet, origin(hop)):
        return
    if not outlet.allow_private and inner_literal(hop.raw_host.decode("ascii")):
        raise FetchError(str(hop), Reason.PRIVATE_ADDRESS, hop.host)
    names = {host_of(f"http://{host}").partition(":")[0] for host in outlet.hosts}
    reason = Reason.PORT if hop.raw_host.decode("ascii") in names else Reason.LEFT_HOSTS
    raise FetchError(str(hop), reason, hop.netloc.decode("ascii"))


def target(hop: httpx.URL, response: httpx.Response) -> httpx.URL:
    """Give where a redirect leads; raises FetchError(PROTOCOL) where that cannot be read."""
    location = response.headers.get("location", "").strip()
    try:
        if location:
            return hop.join(location).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        pass
    raise FetchError(str(hop), Reason.PROTOCOL, "Location is missing or malformed", status=response.status_code)


def shown(url: str) -> str:
    """Give an address for logs and errors: without a user name and password."""
    try:
        httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return _ANY_USERINFO.sub("//", url)  # where the host begins is not clear: rather too much than a password
    return _USERINFO.sub("//", url)
