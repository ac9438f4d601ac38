"""Names into addresses within a time of our own: the machine's resolver has none that a request could be bound to."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Lock, Thread

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port → the addresses as text; raises OSError."""


class Names:
    """Asks a resolver that may hang; whoever asks waits no longer than he wants to."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._lock = Lock()
        self._asked: dict[tuple[str, int], Future[Sequence[str]]] = {}

    def look_up(self, host: str, port: int, seconds: float) -> Sequence[str]:
        """Give the addresses of a name; an answer is used by those who waited for it, and not kept.

        Raises:
            OSError: there are none, or none came in time.
        """
        with self._lock:
            # One thread a name: it cannot be stopped, so a resolver that hangs must not be given more of them.
            asked = self._asked.get((host, port))
            if asked is None:
                asked = self._asked[host, port] = Future()
                Thread(target=self._ask, args=(host, port, asked), name=f"names {host}", daemon=True).start()
        try:
            return asked.result(seconds)
        except TimeoutError as error:
            if asked.done():  # the resolver's own
                raise
            raise OSError(f"the name service did not answer within {seconds:.0f} seconds") from error

    def _ask(self, host: str, port: int, asked: "Future[Sequence[str]]") -> None:
        try:
            found: Sequence[str] | BaseException = self._resolve(host, port)
        except BaseException as error:
            found = error
        with self._lock:
            del self._asked[host, port]
        if isinstance(found, BaseException):
            asked.set_exception(found)
        else:
            asked.set_result(found)
