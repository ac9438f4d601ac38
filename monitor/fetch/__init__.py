"""An address in, a page or a reason out: polite, conditional, guarded, bounded; the only part that uses the network.

Everything that can happen is a `Page`, a `NotModified`, or a `FetchError` with one word of `Reason`. The HTTP library
is named in this package only, so that exchanging it stays small.
"""

import logging
import random
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from threading import local
from types import TracebackType
from typing import Self

import httpcore
import httpx

from monitor.errors import FetchError, Reason
from monitor.fetch import answers, hops, walls
from monitor.fetch.asking import Limits, Trip, Validators, Want, validators_of
from monitor.fetch.bounded import Budget, Within, read, unpack
from monitor.fetch.guard import Backend, connections, hang_up_on_more, look_up
from monitor.fetch.hops import Hop
from monitor.fetch.names import Resolve
from monitor.fetch.pace import Rhythm
from monitor.fetch.robots import Robots, RobotsFile
from monitor.press import NotModified, Outlet, Page

__all__ = ["Fetcher", "Limits", "RobotsFile", "Validators", "Want", "validators_of"]

log = logging.getLogger(__name__)

_DEFAULT = Limits()
_TEMPORARY = {Reason.REFUSED, Reason.TRUNCATED}
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_OVERLOADS = 3
"""A 503 may be one page's own; the third in a row is a host that cannot bear more."""

_NO_SILENCES: Mapping[str, datetime] = {}
_NO_FILES: Mapping[str, RobotsFile] = {}
_ACCEPT = {
    None: b"text/plain,*/*;q=0.5",
    Want.FEED: b"application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.5",
    Want.SITEMAP: b"application/xml,text/xml;q=0.9,*/*;q=0.5",
    Want.PAGE: b"text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
}


class Fetcher:
    """Reads addresses for outlets; one for a whole run, used by many threads.

    `silences` says until when a host wants silence, and `robots` what its robots.txt was, by origin: what an earlier
    run was told, as `fetcher.silences()` and `fetcher.robots()` gave it. `sleep` and `monotonic` are all waiting and
    all measuring of time, `resolve` is the name service, `dial` opens sockets, `tls` is what is trusted (Mozilla's
    list, unless told otherwise): no test needs to sleep or to dial out.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        now: Callable[[], datetime],
        limits: Limits = _DEFAULT,
        silences: Mapping[str, datetime] = _NO_SILENCES,
        robots: Mapping[str, RobotsFile] = _NO_FILES,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        resolve: Resolve = look_up,
        dial: httpcore.NetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._user_agent = user_agent.encode()
        self._now = now
        self._limits = limits
        self._monotonic = monotonic
        self._sleep = sleep
        self._rhythm = Rhythm(monotonic=monotonic, sleep=sleep)
        for host, until in silences.items():
            # No longer than we would keep one: the clock that wrote it down may have been wrong.
            self._rhythm.silence(host, min((until - now()).total_seconds(), answers.LONGEST_WAIT))
        self._robots = Robots(user_agent, now=now, longest=limits.crawl_delay, files=robots)
        # Two kinds: a connection to an inner address, opened for an outlet that may, must not serve one that may not.
        self._backends = {
            private: Backend(allow_private=private, resolve=resolve, dial=dial, monotonic=monotonic)
            for private in (False, True)
        }
        self._tls = tls or _trusted()
        self._mine = local()
        self._pools: list[httpcore.ConnectionPool] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up every connection."""
        for pool in self._pools:
            pool.close()

    def silences(self) -> dict[str, datetime]:
        """Give the hosts that want silence now, and until when: for the next run to be told."""
        return {host: self._now() + timedelta(seconds=left) for host, left in self._rhythm.silences().items()}

    def robots(self) -> dict[str, RobotsFile]:
        """Give each robots.txt that need not be asked for again today, by origin: for the next run to be told."""
        return self._robots.files()

    def get(self, url: str, outlet: Outlet, *, want: Want, validators: Validators | None = None) -> Page | NotModified:
        """Read `url` for `outlet`, as far as its hosts, its robots.txt, its pace and our limits allow.

        Raises:
            FetchError: with the reason, the status if one came, and `retry_after` in seconds where the server asked
                for patience; the same host is then left alone for so long, and further calls fail at once.
        """
        budget = Budget(self._limits.deadline, self._monotonic)
        return self._read(Trip(url, outlet, want, budget, validators))

    def _read(self, trip: Trip) -> Page | NotModified:
        """Follow redirects by hand, since each step must be allowed: scheme, host, robots.txt, pace, address."""
        seen: set[str] = set()
        try:
            hop = hops.address(trip.url)
            while len(seen) <= self._limits.redirects and hop.text not in seen:
                hops.allow(hop, trip.outlet)
                seen.add(hop.text)
                trip.hops.append(hop)
                answer = self._step(hop, trip)
                if not isinstance(answer, Hop):
                    return answer
                hop = answer
            raise FetchError(trip.url, Reason.REDIRECTS, f"after {len(seen)}")
        except FetchError as error:
            raise _named(trip.url, error) from error

    def _rules(self, trip: Trip) -> Callable[[str], bytes]:
        """Give what reads a robots.txt, on the time of the request that needs it."""

        def read_rules(url: str) -> bytes:
            answer = self._read(Trip(url, trip.outlet, None, trip.budget))
            assert isinstance(answer, Page)  # no validators were sent
            return answer.body

        return read_rules

    def _step(self, hop: Hop, trip: Trip) -> Page | NotModified | Hop:
        """Try again what may pass: a broken connection, a broken body, and once, unpacked, a body packed badly."""
        least = 0.0
        if trip.want:
            self._heed_silence(hop)
            least = self._robots.check(hop, self._rules(trip))
        packed = True
        for failed in range(self._limits.retries + 1):
            try:
                return self._exchange(hop, trip, least, packed)
            except FetchError as error:
                badly_packed = error.reason is Reason.ENCODING and packed
                if failed == self._limits.retries or not (error.reason in _TEMPORARY or badly_packed):
                    raise
                packed = packed and not badly_packed
                log.debug("try again url=%s reason=%s", hop.text, error.reason.value)
            with trip.budget.spending():
                self._sleep(self._limits.backoff * 2**failed * random.uniform(0.5, 1.5))
        raise AssertionError("the last try returns or raises")

    def _heed_silence(self, hop: Hop) -> None:
        wait = self._rhythm.silent_for(hop.host)
        if wait:
            raise FetchError(hop.text, Reason.RATE_LIMITED, "asked for silence before", retry_after=wait)

    def _exchange(self, hop: Hop, trip: Trip, least: float, packed: bool) -> Page | NotModified | Hop:
        with self._rhythm.turn(hop.host, trip.outlet.pace, least), trip.budget.spending(), _told(hop.text):
            self._heed_silence(hop)  # another thread may have been told while this one waited for its turn
            response = self._pool(trip.outlet.allow_private).handle_request(self._request(hop, trip, packed))
            if response.status != 503:
                self._rhythm.answered(hop.host)
            try:
                return self._answer(response, hop, trip)
            except FetchError as error:
                raise self._patience(hop, error) from error
            finally:
                response.close()

    def _pool(self, private: bool) -> httpcore.ConnectionPool:
        """Give this thread's connections: a pool looks at each one it holds for each request, whoever's it is."""
        kind = "private" if private else "public"
        pool: httpcore.ConnectionPool | None = getattr(self._mine, kind, None)
        if pool is None:
            pool = connections(self._tls, self._backends[private])
            setattr(self._mine, kind, pool)
            self._pools.append(pool)
        return pool

    def _patience(self, hop: Hop, error: FetchError) -> FetchError:
        """Leave a host alone that asks for it, or that was too busy again and again; give what to say of it."""
        busy = error.status == 503 and error.retry_after is None
        if busy and self._rhythm.overloaded(hop.host) >= _OVERLOADS:
            detail = f"status 503, {_OVERLOADS} times in a row"
            error = FetchError(hop.text, Reason.RATE_LIMITED, detail, status=503, retry_after=answers.UNNAMED_WAIT)
        if error.retry_after:
            self._rhythm.silence(hop.host, error.retry_after)
        return error

    def _request(self, hop: Hop, trip: Trip, packed: bool) -> httpcore.Request:
        headers = [
            (b"Host", hop.url.netloc),
            (b"User-Agent", self._user_agent),
            (b"Accept", _ACCEPT[trip.want]),
            (b"Accept-Encoding", b"gzip" if packed else b"identity"),
            (b"Accept-Language", b"vi,en;q=0.5"),
        ]
        given = trip.validators or Validators(None, None)
        for name, value in ((b"If-None-Match", given.etag), (b"If-Modified-Since", given.last_modified)):
            if value:
                headers.append((name, value.encode("latin-1", errors="ignore")))
        connect, once = Within(self._limits.connect, trip.budget), Within(self._limits.read, trip.budget)
        timeout = {"connect": connect, "read": once, "write": once, "pool": once}
        raw = hop.url
        url = httpcore.URL(scheme=raw.raw_scheme, host=raw.raw_host, port=raw.port, target=raw.raw_path)
        return httpcore.Request(b"GET", url, headers=headers, extensions={"timeout": timeout})

    def _answer(self, response: httpcore.Response, hop: Hop, trip: Trip) -> Page | NotModified | Hop:
        """Sort an answer; bodies of redirects and errors are never read."""
        status, at, want = response.status, self._now(), trip.want
        if len(response.headers) > self._limits.headers:
            raise FetchError(hop.text, Reason.PROTOCOL, f"{len(response.headers)} headers", status=status)
        headers = answers.named(response.headers)
        if status in _REDIRECTS:
            trip.for_good = trip.for_good and status in _PERMANENT
            return hops.target(hop, headers)
        if status == 304:
            if trip.validators and (trip.validators.etag or trip.validators.last_modified):
                return NotModified(trip.url, at, trip.moved_to)
            raise FetchError(hop.text, Reason.UNEXPECTED_304, "we sent no validator", status=status)
        if status != 200:
            raise answers.refusal(hop.text, status, headers, at)
        if want is Want.PAGE and answers.clearly_not_html(headers.get("content-type", "")):
            raise FetchError(hop.text, Reason.NOT_HTML, headers["content-type"][:200], status=status)
        cap = self._limits.bytes_of(want)
        assert isinstance(response.stream, Iterable)
        body = read(hop.text, headers, response.stream, cap, cut=want is None)
        hang_up_on_more(response)
        if want is Want.SITEMAP:
            body = unpack(hop.text, body, cap)
        if want and (wall := walls.standing(status, headers, body)):
            raise FetchError(hop.text, Reason.CHALLENGE, wall, status=status)
        final = trip.url if len(trip.hops) == 1 else hop.text
        return Page(trip.url, final, at, status, answers.kept(headers), body, trip.moved_to)


@cache
def _trusted() -> ssl.SSLContext:
    """Give the authorities of Mozilla's list; one that cron happens to have in its environment is not our decision."""
    return httpx.create_ssl_context(trust_env=False)


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Say what went wrong in our own words."""
    try:
        yield
    except FetchError as error:
        if "://" in error.url:
            raise
        raise FetchError(url, error.reason, error.detail) from error  # the guard knows hosts, not addresses
    except httpcore.TimeoutException as error:
        raise FetchError(url, Reason.DEADLINE, str(error)) from error
    except httpcore.NetworkError as error:
        raise FetchError(url, Reason.REFUSED, str(error)[:200]) from error
    except httpcore.RemoteProtocolError as error:
        # Words of httpcore and h11, since they have one class for all of it; test_fetch.py holds them to it.
        text = str(error)
        reason = Reason.PROTOCOL
        if "peer closed connection" in text:
            reason = Reason.TRUNCATED
        elif "disconnected without sending" in text:
            reason = Reason.REFUSED
        raise FetchError(url, reason, text[:200]) from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, UnicodeError) as error:
        raise FetchError(url, Reason.PROTOCOL, str(error)[:200]) from error


def _named(url: str, error: FetchError) -> FetchError:
    """Give the error under the address that was asked for; where it happened, if elsewhere, goes into the detail."""
    elsewhere = "://" in error.url and hops.shown(error.url) != hops.shown(url)
    detail = f"{error.detail}, at {hops.shown(error.url)}" if elsewhere else error.detail
    return FetchError(hops.shown(url), error.reason, detail, status=error.status, retry_after=error.retry_after)
