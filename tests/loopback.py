"""A real HTTP server on this machine, for every test that fetches: a dict of pages, answers of any kind, a record.

    with Loopback({"/tin-post1.html": PAGE, "/rss": Answer(304)}) as site:
        outlet = an_outlet(hosts=(site.host,), allow_private=True, pace=Pace(0))
        fetcher.get(site.url("/tin-post1.html"), outlet, want=Want.PAGE)
        assert site.paths == ["/tin-post1.html"]

A fetcher reads `/robots.txt` first (404 unless it is among the pages): `requests` has it, `paths` leaves it out.
`pages` may be changed while the server runs. Keys are a path, or a path with its query; the query is tried first.
Everything stops when the block ends: open connections are cut, threads joined.
"""

import socket
import ssl
import struct
import sys
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: the path with its query as it came, headers by lower-case name."""

    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers and a body. Content-Length is added unless named here; a header of value None is not sent."""

    status: int = 200
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: bytes | str = b""


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes on the wire, just so, for servers that misbehave; each piece is sent by itself.

    Then the connection is closed, reset (RST), or left hanging until the client or the test ends. A generator is closed
    when its last piece is sent or the client has hung up: its `finally` can tell the test.
    """

    data: bytes | Iterable[bytes] = b""
    then: Literal["close", "reset", "hang"] = "close"


Reply = bytes | str | Answer | Raw
Pages = Mapping[str, Reply | Callable[[Request], Reply]]


def redirect(to: str, status: int = 302) -> Answer:
    """Give an answer that leads elsewhere."""
    return Answer(status, {"Location": to})


class Loopback:
    """Serves `pages` on 127.x.y.z at a free port (or at `port`); with `tls`, over HTTPS."""

    def __init__(
        self,
        pages: Pages | None = None,
        *,
        address: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.pages: dict[str, Reply | Callable[[Request], Reply]] = dict(pages or {})
        self.requests: list[Request] = []
        self.connections = 0
        self._scheme = "https" if tls else "http"
        self._server = _Server(self, (address, port), tls)
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def host(self) -> str:
        """Give `127.0.0.1:PORT`, as it stands in an outlet's hosts."""
        address, port = self._server.server_address[:2]
        return f"{address!s}:{port}"

    @property
    def port(self) -> int:
        """Give the port."""
        return int(self._server.server_address[1])

    @property
    def paths(self) -> list[str]:
        """Give the paths that were asked for, in order, without robots.txt."""
        return [request.path for request in self.requests if request.path != "/robots.txt"]

    def url(self, path: str = "/") -> str:
        """Give the address of a path."""
        return f"{self._scheme}://{self.host}{path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.cut()
        self._server.server_close()
        self._thread.join()
        if self._server.errors and error is None:  # a page that is a function raised: that is the test's bug
            raise self._server.errors[0]

    def reply(self, request: Request) -> Reply:
        """Give the answer to a request; 404 where there is none."""
        path = urlsplit(request.path).path
        for key in (request.path, path, unquote(path)):
            if key in self.pages:
                found = self.pages[key]
                return found(request) if callable(found) else found
        return Answer(404)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # joined by server_close
    request_queue_size = 128

    def __init__(self, site: Loopback, address: tuple[str, int], tls: ssl.SSLContext | None) -> None:
        super().__init__(address, _Handler)
        self.site = site
        self.errors: list[BaseException] = []
        self._tls = tls
        self._open: set[socket.socket] = set()
        self._lock = Lock()

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer would ask a name server for our own name
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, client = super().get_request()
        self.site.connections += 1
        if self._tls:  # the handshake waits for the connection's own thread: a client that stalls must not stop others
            connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._open.add(connection)
        return connection, client

    def close_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().close_request(request)

    def cut(self) -> None:
        """End every conversation, so that no thread waits for a client that says nothing."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Forget clients that hung up: that is what many tests are about."""
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError | ValueError):  # ValueError: a closed TLS socket
            self.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one write per answer
    server: _Server
    connection: socket.socket

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if isinstance(self.connection, ssl.SSLSocket):
            self.connection.do_handshake()

    def do_GET(self) -> None:
        request = Request(self.path, {name.lower(): value for name, value in self.headers.items()})
        site = self.server.site
        site.requests.append(request)
        try:
            reply = site.reply(request)
        except Exception as error:
            self.server.errors.append(error)
            reply = Answer(500)
        if isinstance(reply, Raw):
            self._misbehave(reply)
        elif isinstance(reply, Answer):
            self._answer(reply)
        else:
            self._answer(Answer(200, {"Content-Type": "text/html; charset=utf-8"}, reply))

    def _answer(self, answer: Answer) -> None:
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        headers = dict(answer.headers)
        named = {name.lower() for name in headers}
        if "content-length" not in named and "transfer-encoding" not in named and answer.status != 304:
            headers["Content-Length"] = str(len(body))
        if "content-length" in named and headers.get("Content-Length") is None:
            self.close_connection = True  # nothing else tells where the body ends
        self.send_response_only(answer.status)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _misbehave(self, raw: Raw) -> None:
        self.close_connection = True
        try:
            for piece in [raw.data] if isinstance(raw.data, bytes) else raw.data:
                self.connection.sendall(piece)
        finally:
            if isinstance(raw.data, Generator):
                raw.data.close()
        if raw.then == "hang":
            self.connection.recv(1)  # until the client hangs up, or the test ends
        elif raw.then == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            socket.close(self.connection.detach())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server gives it
        """Say nothing."""
