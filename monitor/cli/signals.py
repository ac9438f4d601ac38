"""How a run ends when it is told to: after the article in hand, and within seconds."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

PATIENCE = 5
"""Seconds that the article in hand has to end after a signal; systemd and people wait no longer."""


@contextmanager
def stopping(stop: Event) -> Iterator[Callable[[], int | None]]:
    """Let SIGTERM and the first Ctrl-C end the run after the article in hand; a second Ctrl-C ends it at once.

    Gives what asks for the exit code that the first signal stands for.
    """
    received: list[int] = []

    def handle(number: int, _frame: object) -> None:
        if received and number == signal.SIGINT:
            os._exit(130)
        if not received:
            # A slow page must not hold us. To leave hard is safe: what is not written is still announced, and the
            # kernel frees the lock.
            signal.signal(signal.SIGALRM, lambda *_: os._exit(128 + number))
            signal.alarm(PATIENCE)
        received.append(number)
        stop.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: 128 + received[0] if received else None
    finally:
        signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)
