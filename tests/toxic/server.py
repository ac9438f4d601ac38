"""A hostile server on this machine: for each path a script of bytes and deeds, and a log of who asked for what, when.

    with Toxic({"/rss": [HEAD, Again(b"x" * 8192, 3000)], "/tin": [b"HTTP/1.1 200 OK\\r\\n", RESET]}) as server:
        ...
        assert [asked.path for asked in server.log] == ["/robots.txt", "/rss"]

A script's bytes go out one by one as they stand; the connection is closed where the script ends. A path that has no
script is answered 404. With `greeting`, that script is played to everybody who connects, before a word is said.
Nothing is endless: `Again` counts, and who hangs is cut off when the block ends.
"""

import socket
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock, Thread
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Again:
    """The same bytes so many times over."""

    piece: bytes
    times: int


@dataclass(frozen=True, slots=True)
class Drip:
    """One byte after the other; `wait` makes the time pass between them."""

    data: bytes
    wait: Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Deed:
    """What is done to the connection instead of sending."""

    name: str


HANG, RESET = _Deed("hang"), _Deed("reset")
"""Say nothing until the client leaves; tear the connection down (RST)."""

Script = Sequence[bytes | Again | Drip | _Deed]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its path with the query, its headers by lower-case name, when it came."""

    path: str
    headers: Mapping[str, str]
    at: datetime


Scripts = Mapping[str, Script | Callable[[Asked], Script]]


def answer(body: bytes | str = b"", status: str = "200 OK", /, **headers: str) -> Script:
    """Give a whole answer; `Content_Type="text/html"` names a header."""
    data = body.encode() if isinstance(body, str) else body
    lines = {"Content-Length": str(len(data)), "Connection": "close"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return [f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + data]


def lead(to: str, status: str = "302 Found") -> Script:
    """Give a redirect."""
    return [f"HTTP/1.1 {status}\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()]


class Toxic:
    """Plays `scripts` on 127.x.y.z at a free port; `now` is the clock of the log."""

    def __init__(
        self,
        scripts: Scripts | None = None,
        *,
        greeting: Script | None = None,
        address: str = "127.0.0.1",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.scripts: dict[str, Script | Callable[[Asked], Script]] = dict(scripts or {})
        self.log: list[Asked] = []
        self.connections = 0
        self.most_at_once = 0
        self._greeting = greeting
        self._now = now
        self._door = socket.create_server((address, 0), backlog=128)
        self._open: set[socket.socket] = set()
        self._asking = 0
        self._lock = Lock()
        self._threads = [Thread(target=self._receive, daemon=True)]

    @property
    def port(self) -> int:
        """Give the port."""
        return int(self._door.getsockname()[1])

    @property
    def host(self) -> str:
        """Give `127.0.0.1:PORT`."""
        return f"{self._door.getsockname()[0]}:{self.port}"

    def url(self, path: str = "/") -> str:
        """Give the address of a path."""
        return f"http://{self.host}{path}"

    def asked(self, path: str) -> list[Asked]:
        """Give the requests for one path, in order."""
        return [one for one in self.log if one.path == path]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._door.close()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)

    def _receive(self) -> None:
        while True:
            try:
                connection, _ = self._door.accept()
            except OSError:
                return
            self.connections += 1
            connection.settimeout(30)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open.add(connection)
            thread = Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with suppress(OSError):  # who is treated like this hangs up
                if self._greeting is not None:
                    self._play(connection, self._greeting)
                elif asked := self._hear(connection):
                    self._answer(connection, asked)
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _answer(self, connection: socket.socket, asked: Asked) -> None:
        with self._lock:
            self.log.append(asked)
            self._asking += 1
            self.most_at_once = max(self.most_at_once, self._asking)
        try:
            found = self.scripts.get(asked.path, self.scripts.get(asked.path.partition("?")[0]))
            script = found(asked) if callable(found) else found
            self._play(connection, answer(b"", "404 Not Found") if script is None else script)
        finally:
            with self._lock:
                self._asking -= 1

    def _hear(self, connection: socket.socket) -> Asked | None:
        """Read one request; None where nobody finished one."""
        head = b""
        while b"\r\n\r\n" not in head and len(head) < 65536:
            more = connection.recv(65536)
            if not more:
                return None
            head += more
        first, *lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        _, path, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return Asked(path, headers, self._now())

    def _play(self, connection: socket.socket, script: Script) -> None:
        for step in script:
            if isinstance(step, _Deed):
                _do(connection, step)
            else:
                for piece in _pieces(step):
                    connection.sendall(piece)


def _pieces(step: bytes | Again | Drip) -> Iterable[bytes]:
    if isinstance(step, Again):
        for _ in range(step.times):
            yield step.piece
    elif isinstance(step, Drip):
        for number in range(len(step.data)):
            step.wait()
            yield step.data[number : number + 1]
    else:
        yield step


def _do(connection: socket.socket, deed: _Deed) -> None:
    if deed is HANG:
        while connection.recv(4096):  # whatever is said, until the client leaves or the block ends
            pass
    else:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
