"""One host, one rhythm: so many requests at once, so many seconds between their starts, silence when it asks for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil, inf
from threading import Condition, Lock

from monitor.press import Pace


@dataclass(slots=True)
class _Host:
    """What is going on with one host; times are those of the monotonic clock."""

    places: Condition = field(default_factory=Condition)
    active: int = 0
    last_start: float = -inf
    silent_until: float = -inf
    overloads: int = 0


class Rhythm:
    """Keeps the pace of every host, over all threads and outlets; `sleep` and `monotonic` are the only clock."""

    def __init__(self, *, monotonic: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = Lock()
        self._hosts: dict[str, _Host] = {}
        self._silenced: set[str] = set()  # by anybody, ever: few of many hosts, and asked for after each source

    @contextmanager
    def turn(self, host: str, pace: Pace, least: float = 0.0) -> Iterator[None]:
        """Wait for a place and for the moment, and hold the place; `least` is the host's own Crawl-delay in seconds."""
        state = self._state(host)
        with state.places:
            while state.active >= max(1, pace.at_once):
                state.places.wait()
            state.active += 1
            now = self._monotonic()
            start = max(now, state.last_start + max(pace.seconds, least))
            state.last_start = start  # the moment is taken before it has come: the next one in line counts from there
        try:
            if start > now:
                self._sleep(start - now)
            yield
        finally:
            with state.places:
                state.active -= 1
                state.places.notify()

    def silence(self, host: str, seconds: float) -> None:
        """Remember that the host asked not to be bothered for so long."""
        state = self._state(host)
        with state.places:
            state.silent_until = max(state.silent_until, self._monotonic() + seconds)
        with self._lock:
            self._silenced.add(host)

    def silent_for(self, host: str) -> int:
        """Give the seconds for which the host still wants silence, 0 if it does not."""
        silent_until = self._state(host).silent_until
        return 0 if silent_until == -inf else max(0, ceil(silent_until - self._monotonic()))

    def silences(self) -> dict[str, int]:
        """Give the seconds that are left, by host, of every silence that is not over."""
        with self._lock:
            hosts = list(self._silenced)
        return {host: seconds for host in hosts if (seconds := self.silent_for(host))}

    def overloaded(self, host: str) -> int:
        """Note that the host was too busy to answer; give how often in a row it was."""
        state = self._state(host)
        with state.places:
            state.overloads += 1
            return state.overloads

    def answered(self, host: str) -> None:
        """Note that the host gave an answer of another kind."""
        self._state(host).overloads = 0

    def _state(self, host: str) -> _Host:
        with self._lock:
            state = self._hosts.get(host)
            if state is None:
                state = self._hosts[host] = _Host()
            return state
