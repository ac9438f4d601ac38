"""What a host lets a crawler read: robots.txt after RFC 9309, asked once a day and kept."""

from collections.abc import Callable
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


@dataclass(slots=True)
class _Rules:
    """The rules of one host; None: the host had trouble, nothing may be read for now."""

    lock: Lock = field(default_factory=Lock)
    until: datetime | None = None
    parsed: Protego | None = None
    trouble: FetchError | None = None


class Robots:
    """Knows the rules of every host that was asked."""

    def __init__(self, user_agent: str, *, now: Callable[[], datetime], longest: float) -> None:
        self._token = user_agent.partition("/")[0].split(maxsplit=1)[0]  # rules name the product, not its version
        self._now = now
        self._longest = longest
        self._lock = Lock()
        self._hosts: dict[str, _Rules] = {}

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
            if rules.until is None or self._now() >= rules.until:
                self._ask(f"{hop.origin}/robots.txt", read, rules)
            parsed, trouble = rules.parsed, rules.trouble
        if trouble is not None:
            raise FetchError(hop.text, Reason.STATUS, f"robots.txt: {trouble.detail}", status=trouble.status)
        if parsed is None or not parsed.can_fetch(hop.text, self._token):
            raise FetchError(hop.text, Reason.ROBOTS, "disallowed")
        return min(parsed.crawl_delay(self._token) or 0.0, self._longest)

    def _ask(self, address: str, read: Callable[[str], bytes], rules: _Rules) -> None:
        kept = KEPT
        try:
            rules.parsed, rules.trouble = parse(read(address)), None
        except FetchError as error:
            if error.reason is Reason.RATE_LIMITED:
                raise
            if error.reason in _ABSENT or (error.status is not None and 400 <= error.status < 500):
                rules.parsed, rules.trouble = parse(b""), None
            elif error.status is not None and error.status >= 500:
                rules.trouble, kept = error, ASKED_AGAIN
            else:
                raise
        rules.until = self._now() + kept


def parse(body: bytes) -> Protego:
    """Read the rules; a page of HTML in their place forbids nothing."""
    if body.lstrip(_BLANKS).startswith(b"<"):
        return Protego.parse("")
    return Protego.parse(body.decode("utf-8-sig", errors="replace"))
