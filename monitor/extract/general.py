"""What may take a page too long or too much memory, in a worker that can be killed; the home of trafilatura and pebble.

Small pages can keep trafilatura busy for minutes, and it has no time limit of its own: 50,000 links took it 124 s.
"""

import atexit
import logging
import multiprocessing
import resource
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from pebble import ProcessPool

log = logging.getLogger(__name__)

TIMEOUT = 10.0  # seconds for one page
_MEMORY = 1024**3  # bytes of address space of the worker

P = ParamSpec("P")
T = TypeVar("T")

_lock = threading.Lock()
_pool: "ProcessPool | None" = None


class EndedError(Exception):
    """The worker came to no result: killed at the end of its time, out of memory, or tripped."""


def text_of(markup: str, url: str, timeout: float = TIMEOUT) -> str:
    """Give the text that trafilatura finds; empty where it finds none, fails, or does not come to an end."""
    try:
        return in_worker(_extract, url, timeout, markup) or ""
    except EndedError:
        return ""


def in_worker(work: Callable[P, T], url: str, timeout: float, /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Give the result of `work` (a function of a module) done in the worker within `timeout` seconds.

    Raises:
        EndedError: it came to none; the next page finds another worker.
    """
    from pebble import ProcessExpired

    try:
        done: T = _worker().schedule(work, args=args, kwargs=kwargs, timeout=timeout).result()
        return done
    except TimeoutError as error:
        log.warning("reading killed url=%s seconds=%s", url, timeout)
        raise EndedError(url) from error
    except (ProcessExpired, MemoryError) as error:
        log.warning("reading ended url=%s why=%s", url, type(error).__name__)
        raise EndedError(url) from error
    except Exception as error:  # it reads strangers' bytes: whatever it trips over, it is this page alone
        log.warning("reading failed url=%s why=%s", url, type(error).__name__)
        raise EndedError(url) from error


def close() -> None:
    """Stop the worker, if there is one; the next page starts another."""
    global _pool
    with _lock:
        pool, _pool = _pool, None
    if pool is not None:
        pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it bare
        pool.join()


def _worker() -> "ProcessPool":
    global _pool
    with _lock:
        if _pool is None:
            from pebble import ProcessPool

            # Spawned, not forked: a fork of a process with threads can inherit a lock that nobody will open.
            _pool = ProcessPool(max_workers=1, initializer=_prepare, context=multiprocessing.get_context("spawn"))
            atexit.register(close)
        return _pool


def _prepare() -> None:
    """Run once in a new worker: bound its memory, and load the library before the clock of the first page runs."""
    import trafilatura  # noqa: F401 (loaded here, used in `_extract`)

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _extract(markup: str) -> str | None:
    import trafilatura

    # Never `fast`: it loses pages whose whole content lies in one <form>, as ASP.NET's does. Its dates are guesses.
    found: str | None = trafilatura.extract(markup, include_comments=False, include_tables=True, with_metadata=False)
    return found
