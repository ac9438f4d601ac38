"""The way from the crawler to the world: a false clock, names and connections, and a real HTTP server on loopback."""

import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self

import httpcore

from tests.year.troubles import Trouble
from tests.year.world import World

A_REQUEST = timedelta(seconds=0.4)
"""How much time passes with each request: a crawl takes minutes, and the world goes on meanwhile."""


class Clock:
    """The only clock of the world and of the crawler; it moves when somebody waits, and with every request."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._start = at
        self._lock = Lock()

    def now(self) -> datetime:
        """Give the moment."""
        return self._at

    def monotonic(self) -> float:
        """Give the seconds since the clock was made."""
        return (self._at - self._start).total_seconds()

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.tick(timedelta(seconds=seconds))

    def tick(self, step: timedelta = A_REQUEST) -> datetime:
        """Let a little time pass, and give the moment."""
        with self._lock:
            self._at += step
            return self._at

    def set(self, at: datetime) -> None:
        """Go on to a moment, never back."""
        with self._lock:
            self._at = max(at, self._at)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server saw it; `at_once` counts the requests to its host that were being answered."""

    at: datetime
    host: str
    path: str
    conditional: bool
    status: int
    tagged: bool
    at_once: int


class Wire:
    """Serves a world: resolves its names, dials its hosts, answers its requests and writes each of them down.

    Each host has an address of its own, so that a dead one is dead when it is dialled; behind all of them stands one
    server. `on_request` is called with every path before it is answered.
    """

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock
        self.log: list[Asked] = []
        self.on_request: Callable[[str], None] = lambda _: None
        hosts = sorted({host for make in world.makes.values() for host in make.hosts})
        self._addresses = {host: f"127.77.0.{number}" for number, host in enumerate(hosts, 1)}
        self.seconds = 0.0  # of CPU that the world took, not the crawler
        self._serving: Counter[str] = Counter()
        self._lock = Lock()
        self._server = _Server(self)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def resolve(self, host: str, port: int) -> list[str]:
        """Be the name service."""
        if host not in self._addresses or self.world.unreachable(host, self.clock.now()) is Trouble.DNS:
            raise socket.gaierror(socket.EAI_NONAME, f"no such name: {host}")
        return [self._addresses[host]]

    def dial(self) -> "Dial":
        """Give what opens connections."""
        hosts = {address: host for host, address in self._addresses.items()}
        return Dial(hosts, int(self._server.server_address[1]), self.world, self.clock)

    def answer(self, host: str, path: str, headers: dict[str, str]) -> bytes:
        """Answer one request and write it down."""
        began = time.thread_time()
        self.on_request(path)
        at = self.clock.tick()
        with self._lock:
            self._serving[host] += 1
            at_once = self._serving[host]
        status, said, text = self.world.answer(host, path, headers, at)
        conditional = "if-none-match" in headers or "if-modified-since" in headers
        with self._lock:
            self._serving[host] -= 1
            self.log.append(Asked(at, host, path, conditional, status, "ETag" in said, at_once))
            self.seconds += time.thread_time() - began
        body = text.encode()
        if status != 304:
            said = said | {"Content-Length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        return f"HTTP/1.1 {status} .\r\n{head}\r\n".encode() + body


class Dial(httpcore.SyncBackend):
    """Opens a connection to the one server, whichever of the world's addresses is dialled."""

    def __init__(self, hosts: dict[str, str], port: int, world: World, clock: Clock) -> None:
        self._hosts, self._port, self._world, self._clock = hosts, port, world, clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        if self._world.unreachable(self._hosts[host], self._clock.now()):
            self._clock.sleep(timeout or 10.0)
            raise httpcore.ConnectTimeout("nobody answers")
        return super().connect_tcp("127.0.0.1", self._port, 20.0, local_address, socket_options)


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, wire: Wire) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.wire = wire

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Forget clients that hung up; a bug of the world shows as a broken answer in every test."""


class _Handler(StreamRequestHandler):
    """HTTP/1.1 with keep-alive, and no more of it than a crawler needs: the standard one takes ten times as long."""

    disable_nagle_algorithm = True
    server: _Server

    def handle(self) -> None:
        while line := self.rfile.readline():
            path = line.split(b" ")[1].decode()
            headers = {}
            while (line := self.rfile.readline().strip()) != b"":
                name, _, value = line.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
            self.wfile.write(self.server.wire.answer(headers["host"], path, headers))
