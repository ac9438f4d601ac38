"""The site server of tỉnh Mẫu: four outlets answer on loopback addresses, a fifth listens not at all.

`with Province(now) as province:` serves what was published at `now`; `province.at(later)` moves the clock.
"""

import errno
import hashlib
import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from demo.sites import department, epi, sharepoint, television
from demo.sites.answer import Answer, Request
from demo.stories import stories
from monitor.errors import MonitorError
from monitor.press import HANOI

PORT = 8719
DOWN = "127.0.0.16"
"""Trang TTĐT huyện Suối Mẫu: nothing listens there, the whole time."""

SITES: Mapping[str, Callable[[Request], Answer]] = {
    "127.0.0.11": partial(epi.answer, edition="vn"),
    "127.0.0.12": partial(epi.answer, edition="com"),
    "127.0.0.13": television.answer,
    "127.0.0.14": sharepoint.answer,
    "127.0.0.15": department.answer,
}


class Province:
    """Serves the province as it stood at a simulated moment (an aware datetime)."""

    def __init__(self, now: datetime, *, port: int = PORT) -> None:
        """Set the clock; port 0 takes one that is free on every address."""
        self.port = port
        self._now = now
        self._open = ExitStack()

    @property
    def now(self) -> datetime:
        """Give the simulated moment, in Hà Nội's time."""
        return self._now.astimezone(HANOI)

    def at(self, moment: datetime) -> None:
        """Move the clock; the next answer is that of `moment`."""
        self._now = moment

    def url(self, host: str, path: str = "/") -> str:
        """Give an address of one of the province's hosts."""
        return f"http://{host}:{self.port}{path}"

    def __enter__(self) -> "Province":
        """Listen on every address, or on none.

        Raises:
            MonitorError: an address is taken or missing; the message says what to do.
        """
        stories()  # read once, before threads ask for them side by side
        with ExitStack() as opening:
            servers = [self._listen(opening, host, site) for host, site in SITES.items()]
            self._open = opening.pop_all()
        for server in servers:
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            self._open.callback(server.shutdown)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _listen(self, opening: ExitStack, host: str, site: Callable[[Request], Answer]) -> ThreadingHTTPServer:
        try:
            server = _Server((host, self.port), _handler(self, host, site))
        except OSError as error:
            raise MonitorError(_advice(host, self.port, error)) from error
        opening.callback(server.server_close)
        self.port = server.server_port
        return server


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Bind without asking the name server what this address is called."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        host, port = self.socket.getsockname()[:2]
        self.server_address = (host, port)
        self.server_name, self.server_port = host, port


def _advice(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"{host}:{port} is taken: another demo, or another program, listens there. "
            f"End it (`ss -ltnp 'sport = :{port}'` names it), then start the demo again."
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return (
            f"{host} does not exist on this machine. Linux has all of 127.0.0.0/8; "
            f"elsewhere add the address to the loopback interface, on macOS: `sudo ifconfig lo0 alias {host}`."
        )
    return f"{host}:{port} cannot be listened on: {error.strerror}"


def _handler(province: Province, address: str, site: Callable[[Request], Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers for one host; the whole answer leaves in one write, so that no client waits for its second half."""

        protocol_version = "HTTP/1.1"
        server_version, sys_version = "nginx", ""
        timeout = 10
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            """Answer with the page as it stands now."""
            host = f"{address}:{province.port}"
            self._send(site(Request(self.path, host, province.now)))

        do_HEAD = do_GET  # noqa: N815 (http.server looks for this name)

        def _send(self, answer: Answer) -> None:
            body = answer.text.encode("utf-8")
            etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
            known = answer.modified is not None and self._has(etag, answer.modified)
            self.send_response_only(304 if known else answer.status)
            self.send_header("Server", self.server_version)
            self.send_header("Date", format_datetime(province.now.astimezone(UTC), usegmt=True))
            if answer.modified is not None:
                self.send_header("ETag", etag)
                self.send_header("Last-Modified", format_datetime(answer.modified.astimezone(UTC), usegmt=True))
            if not known:
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if not known and self.command != "HEAD":
                self.wfile.write(body)

        def _has(self, etag: str, modified: datetime) -> bool:
            if (given := self.headers.get("If-None-Match")) is not None:
                return etag in given
            since = self.headers.get("If-Modified-Since")
            try:
                return since is not None and modified.replace(microsecond=0) <= parsedate_to_datetime(since)
            except ValueError:
                return False

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's name)
            """Say nothing: the province is not what is shown."""

    return Handler
