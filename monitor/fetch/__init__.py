"""An address in, a page or a reason out: polite, conditional, guarded, bounded; the only part that uses the network.

Everything that can happen is a `Page`, a `NotModified`, or a `FetchError` with one word of `Reason`. The HTTP library
is named in this package only, so that exchanging it stays small.
"""

import logging
import random
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import TracebackType
from typing import Self

import httpcore
import httpx

from monitor.errors import FetchError, Reason
from monitor.fetch import answers, hops
from monitor.fetch.bounded import Budget, Within, read, unpack
from monitor.fetch.guard import Backend, Resolve, Transport, look_up
from monitor.fetch.pace import Rhythm
from monitor.fetch.robots import Robots
from monitor.press import NotModified, Outlet, Page
from monitor.urls import host_of

__all__ = ["Fetcher", "Limits", "Validators", "Want", "validators_of"]

log = logging.getLogger(__name__)

MIB = 1024 * 1024


class Want(StrEnum):
    """What we hope to get; it decides how much may come."""

    FEED = "feed"
    SITEMAP = "sitemap"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much we let a server do to us: seconds, bytes after decompression, and counts."""

    deadline: float = 60.0  # all tries and redirects of one address together, without waiting for our own pace
    connect: float = 10.0
    read: float = 20.0
    feed: int = 10 * MIB
    sitemap: int = 50 * MIB
    page: int = 5 * MIB
    robots: int = 500 * 1024  # RFC 9309 §2.5; the rest of a longer file is not read
    redirects: int = 5
    headers: int = 256
    retries: int = 2
    backoff: float = 0.5  # seconds before the first retry; doubled, and jittered, before the next
    crawl_delay: float = 30.0

    def bytes_of(self, want: Want | None) -> int:
        """Give the cap on a body; None is robots.txt."""
        return self.robots if want is None else {"feed": self.feed, "sitemap": self.sitemap, "page": self.page}[want]


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave us to ask “has it changed?” with; sent back byte for byte."""

    etag: str | None
    last_modified: str | None


def validators_of(page: Page) -> Validators | None:
    """Give the validators that came with a page, None if there were none."""
    etag, modified = page.headers.get("etag") or None, page.headers.get("last-modified") or None
    return Validators(etag, modified) if etag or modified else None


@dataclass(frozen=True, slots=True)
class _Ask:
    """One address to read; `want` is None for robots.txt, which asks nobody's leave."""

    url: str
    outlet: Outlet
    want: Want | None
    validators: Validators | None = None


_DEFAULT = Limits()
_TEMPORARY = {Reason.REFUSED, Reason.TRUNCATED}
_REDIRECTS = {301, 302, 303, 307, 308}
_ACCEPT = {
    None: "text/plain,*/*;q=0.5",
    Want.FEED: "application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.5",
    Want.SITEMAP: "application/xml,text/xml;q=0.9,*/*;q=0.5",
    Want.PAGE: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
}


class Fetcher:
    """Reads addresses for outlets; one for a whole run, used by many threads.

    `sleep` and `monotonic` are all waiting and all measuring of time, `resolve` is the name service, `dial` opens
    sockets, `tls` is what is trusted (Mozilla's list, unless told otherwise): no test needs to sleep or to dial out.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        now: Callable[[], datetime],
        limits: Limits = _DEFAULT,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        resolve: Resolve = look_up,
        dial: httpcore.NetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._now = now
        self._limits = limits
        self._monotonic = monotonic
        self._sleep = sleep
        self._rhythm = Rhythm(monotonic=monotonic, sleep=sleep)
        self._robots = Robots(user_agent, now=now, read=self._robots_file, longest=limits.crawl_delay)
        # Two pools: a connection to an inner address, opened for an outlet that may, must not serve one that may not.
        self._transports = {
            private: Transport(tls or _trusted(), Backend(allow_private=private, resolve=resolve, dial=dial))
            for private in (False, True)
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up every connection."""
        for transport in self._transports.values():
            transport.close()

    def get(self, url: str, outlet: Outlet, *, want: Want, validators: Validators | None = None) -> Page | NotModified:
        """Read `url` for `outlet`, as far as its hosts, its robots.txt, its pace and our limits allow.

        Raises:
            FetchError: with the reason, the status if one came, and `retry_after` in seconds where the server asked
                for patience; the same host is then left alone for so long, and further calls fail at once.
        """
        return self._read(_Ask(url, outlet, want, validators))

    def silences(self) -> dict[str, datetime]:
        """Give the hosts that want silence, and until when."""
        return {}

    def _robots_file(self, url: str, outlet: Outlet) -> bytes:
        answer = self._read(_Ask(url, outlet, None))
        assert isinstance(answer, Page)  # no validators were sent
        return answer.body

    def _read(self, ask: _Ask) -> Page | NotModified:
        """Follow redirects by hand, since each step must be allowed: scheme, host, robots.txt, pace, address."""
        budget = Budget(self._limits.deadline, self._monotonic)
        seen: list[httpx.URL] = []
        try:
            hop = hops.address(ask.url)
            while len(seen) <= self._limits.redirects and hop not in seen:
                hops.allow(hop, ask.outlet)
                seen.append(hop)
                answer = self._step(hop, ask, budget)
                if not isinstance(answer, httpx.URL):
                    return answer
                hop = answer
            raise FetchError(ask.url, Reason.REDIRECTS, f"after {len(seen)}")
        except FetchError as error:
            raise _named(ask.url, error) from error

    def _step(self, hop: httpx.URL, ask: _Ask, budget: Budget) -> Page | NotModified | httpx.URL:
        """Try again what may pass: a broken connection, a broken body, and once, unpacked, a body packed badly."""
        least = 0.0
        if ask.want:
            self._heed_silence(hop)
            least = self._robots.check(hop, ask.outlet)
        packed = True
        for failed in range(self._limits.retries + 1):
            self._heed_silence(hop)  # another thread may have been told meanwhile
            try:
                return self._exchange(hop, ask, budget, least, packed)
            except FetchError as error:
                badly_packed = error.reason is Reason.ENCODING and packed
                if failed == self._limits.retries or not (error.reason in _TEMPORARY or badly_packed):
                    raise
                packed = packed and not badly_packed
                log.debug("try again url=%s reason=%s", hop, error.reason.value)
            self._sleep(self._limits.backoff * 2**failed * random.uniform(0.5, 1.5))
        raise AssertionError("the last try returns or raises")

    def _heed_silence(self, hop: httpx.URL) -> None:
        wait = self._rhythm.silent_for(host_of(hops.origin(hop)))
        if wait:
            raise FetchError(str(hop), Reason.RATE_LIMITED, "asked for silence before", retry_after=wait)

    def _exchange(
        self, hop: httpx.URL, ask: _Ask, budget: Budget, least: float, packed: bool
    ) -> Page | NotModified | httpx.URL:
        host = host_of(hops.origin(hop))
        with self._rhythm.turn(host, ask.outlet.pace, least), budget.spending(), _told(hop):
            request = self._request(hop, ask, budget, packed)
            response = self._transports[ask.outlet.allow_private].handle_request(request)
            try:
                return self._answer(response, hop, ask)
            except FetchError as error:
                if error.reason is Reason.RATE_LIMITED and error.retry_after:
                    self._rhythm.silence(host, error.retry_after)
                raise
            finally:
                response.close()

    def _request(self, hop: httpx.URL, ask: _Ask, budget: Budget, packed: bool) -> httpx.Request:
        headers = {
            "User-Agent": self._user_agent,
            "Accept": _ACCEPT[ask.want],
            "Accept-Encoding": "gzip" if packed else "identity",
            "Accept-Language": "vi,en;q=0.5",
        }
        given = ask.validators or Validators(None, None)
        sent = {name.encode(): value.encode() for name, value in headers.items()}
        for name, value in ((b"If-None-Match", given.etag), (b"If-Modified-Since", given.last_modified)):
            if value:
                sent[name] = value.encode("latin-1", errors="ignore")
        connect, once = Within(self._limits.connect, budget), Within(self._limits.read, budget)
        timeout = {"connect": connect, "read": once, "write": once, "pool": once}
        return httpx.Request("GET", hop, headers=sent, extensions={"timeout": timeout})

    def _answer(self, response: httpx.Response, hop: httpx.URL, ask: _Ask) -> Page | NotModified | httpx.URL:
        """Sort an answer; bodies of redirects and errors are never read."""
        status, at = response.status_code, self._now()
        if len(response.headers.raw) > self._limits.headers:
            raise FetchError(str(hop), Reason.PROTOCOL, f"{len(response.headers.raw)} headers", status=status)
        headers = answers.kept(response.headers.raw)
        if status in _REDIRECTS:
            return hops.target(hop, response)
        if status == 304:
            if ask.validators and (ask.validators.etag or ask.validators.last_modified):
                return NotModified(ask.url, at)
            raise FetchError(str(hop), Reason.UNEXPECTED_304, "we sent no validator", status=status)
        if status != 200:
            raise answers.refusal(str(hop), status, headers, at)
        if ask.want is Want.PAGE and answers.clearly_not_html(headers.get("content-type", "")):
            raise FetchError(str(hop), Reason.NOT_HTML, headers["content-type"], status=status)
        cap = self._limits.bytes_of(ask.want)
        body = read(response, cap, cut=ask.want is None)
        if ask.want is Want.SITEMAP:
            body = unpack(str(hop), body, cap)
        if ask.want and answers.is_challenge(body):
            raise FetchError(str(hop), Reason.CHALLENGE, "a script that sets a cookie", status=status)
        final = ask.url if hop == hops.address(ask.url) else str(hop)
        return Page(ask.url, final, at, status, headers, body)


@cache
def _trusted() -> ssl.SSLContext:
    """Give the authorities of Mozilla's list; one that cron happens to have in its environment is not our decision."""
    return httpx.create_ssl_context(trust_env=False)


@contextmanager
def _told(hop: httpx.URL) -> Iterator[None]:
    """Say what went wrong in our own words."""
    try:
        yield
    except FetchError as error:
        if "://" in error.url:
            raise
        raise FetchError(str(hop), error.reason, error.detail) from error  # the guard knows hosts, not addresses
    except httpcore.TimeoutException as error:
        raise FetchError(str(hop), Reason.DEADLINE, str(error)) from error
    except httpcore.NetworkError as error:
        raise FetchError(str(hop), Reason.REFUSED, str(error)[:200]) from error
    except httpcore.RemoteProtocolError as error:
        # Words of httpcore and h11, since they have one class for all of it; test_fetch.py holds them to it.
        text = str(error)
        reason = Reason.PROTOCOL
        if "peer closed connection" in text:
            reason = Reason.TRUNCATED
        elif "disconnected without sending" in text:
            reason = Reason.REFUSED
        raise FetchError(str(hop), reason, text[:200]) from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, UnicodeError) as error:
        raise FetchError(str(hop), Reason.PROTOCOL, str(error)[:200]) from error


def _named(url: str, error: FetchError) -> FetchError:
    """Give the error under the address that was asked for; where it happened, if elsewhere, goes into the detail."""
    elsewhere = "://" in error.url and hops.shown(error.url) != hops.shown(url)
    detail = f"{error.detail}, at {hops.shown(error.url)}" if elsewhere else error.detail
    return FetchError(hops.shown(url), error.reason, detail, status=error.status, retry_after=error.retry_after)
