"""What a host lets a crawler read: robots.txt after RFC 9309, asked once a day and kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from protego import Protego

from monitor.errors import FetchError, Reason
from monitor.fetch.hops import Hop

KEPT = timedelta(hours=24)
ASKED_AGAIN = timedelta(minutes=5)
"""After a 5xx: soon enough for the next run, and not once per article."""

# The file itself leads nowhere: for RFC 9309 it does not exist, and what does not exist forbids nothing.
_ABSENT = {Reason.REDIRECTS, Reason.LEFT_HOSTS, Reason.SCHEME, Reason.PORT}
_BLANKS = b"\xef\xbb\xbf \t\r\n"


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What a host's robots.txt said, and until when it need not be asked for again; empty where there was none."""

    body: bytes
    until: datetime


@dataclass(slots=True)
class _Rules:
    """The rules of one host, unless it had trouble with the file: then nothing may be read for now."""

    lock: Lock = field(default_factory=Lock)
    file: RobotsFile | None = None
    parsed: Protego | None = None
    trouble: FetchError | None = None


class Robots:
    """Knows the rules of every host that was asked, or that an earlier run asked (`files`, by origin)."""

    def __init__(
        self, user_agent: str, *, now: Callable[[], datetime], longest: float, files: Mapping[str, RobotsFile]
    ) -> None:
        self._token = user_agent.partition("/")[0].split(maxsplit=1)[0]  # rules name the product, not its version
        self._now = now
        self._longest = longest
        self._lock = Lock()
        latest = now() + KEPT  # the clock that wrote the file down may have been wrong
        self._hosts = {
            origin: _Rules(file=file) for origin, file in files.items() if self._now() < file.until <= latest
        }

    def files(self) -> dict[str, RobotsFile]:
        """Give what need not be asked for again, by origin."""
        with self._lock:
            hosts = dict(self._hosts)
        return {
            origin: rules.file
            for origin, rules in hosts.items()
            if rules.file and rules.trouble is None and self._now() < rules.file.until
        }

    def check(self, hop: Hop, read: Callable[[str], bytes]) -> float:
        """Give the seconds that the host wants between requests, if we may read the address.

        `read` fetches the file, or raises FetchError.

        Raises:
            FetchError: ROBOTS (forbidden); STATUS (the file could not be served just now, which forbids everything for
                now, though nobody forbade it); else why the host was not reached.
        """
        with self._lock:
            rules = self._hosts.setdefault(hop.origin, _Rules())
        with rules.lock:  # two threads ask a host once
            if rules.file is None or self._now() >= rules.file.until:
                self._ask(f"{hop.origin}/robots.txt", read, rules)
            trouble, parsed = rules.trouble, rules.parsed
            if parsed is None and rules.file is not None:
                parsed = rules.parsed = parse(rules.file.body)
        if trouble is not None:
            raise FetchError(hop.text, Reason.STATUS, f"robots.txt: {trouble.detail}", status=trouble.status)
        assert parsed is not None
        if not parsed.can_fetch(hop.text, self._token):
            raise FetchError(hop.text, Reason.ROBOTS, "disallowed")
        return min(parsed.crawl_delay(self._token) or 0.0, self._longest)

    def _ask(self, address: str, read: Callable[[str], bytes], rules: _Rules) -> None:
        kept, body, trouble = KEPT, b"", None
        try:
            body = read(address)
        except FetchError as error:
            if error.reason is Reason.RATE_LIMITED:
                raise
            if error.status is not None and error.status >= 500:
                kept, trouble = ASKED_AGAIN, error
            elif error.reason not in _ABSENT and not (error.status is not None and 400 <= error.status < 500):
                raise
        rules.file, rules.parsed, rules.trouble = RobotsFile(body, self._now() + kept), None, trouble


def parse(body: bytes) -> Protego:
    """Read the rules; a page of HTML in their place forbids nothing."""
    if body.lstrip(_BLANKS).startswith(b"<"):
        return Protego.parse("")
    return Protego.parse(body.decode("utf-8-sig", errors="replace"))
