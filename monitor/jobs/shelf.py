"""Results that wait to be written together: a commit for sixteen pieces costs little more than for one."""

import logging
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from monitor.errors import StorageError
from storage import Connection, Database

T = TypeVar("T")

log = logging.getLogger(__name__)

MOST, SECONDS = 16, 2.0
"""What a killed run has to fetch again: so many pieces of an outlet at most, or what came in so many seconds."""


class Shelf(Generic[T]):
    """Holds what one outlet's pieces came to until it is written, in their order and in one transaction.

    `write` writes one result; where it trips over one of several, each is written by itself, and `drop` the one that
    cannot be. What is not written yet was never said to be: in the database those pieces are still to be read.
    """

    def __init__(
        self, database: Database, write: Callable[[Connection, T], None], drop: Callable[[Connection, T], None]
    ) -> None:
        self._database = database
        self._write = write
        self._drop = drop
        self._waiting: list[T] = []
        self._since = 0.0

    def add(self, result: T) -> None:
        """Take one result; write all where enough, or old enough, are waiting."""
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.append(result)
        if len(self._waiting) >= MOST or time.monotonic() - self._since > SECONDS:
            self.clear()

    def clear(self) -> None:
        """Write what is waiting."""
        waiting, self._waiting = self._waiting, []
        try:
            if waiting:
                self._together(waiting, self._write)
        except StorageError:
            raise
        except Exception:
            log.exception("results cannot be written together count=%d", len(waiting))
            for one in waiting:
                self._alone(one)

    def _together(self, results: list[T], write: Callable[[Connection, T], None]) -> None:
        with self._database.begin() as conn:
            for one in results:
                write(conn, one)

    def _alone(self, result: T) -> None:
        try:
            self._together([result], self._write)
        except StorageError:
            raise
        except Exception:
            log.exception("a result cannot be written")
            self._together([result], self._drop)
