"""The outlets' server, a process of its own so that its work is nobody's: `… COUNT PIECES SIZE HOURS`.

It makes all answers beforehand, prints its port, and serves until its input ends. To a line `asked` it prints what it
was asked since the last time as JSON: how often, by kind of address, by whether it was conditional, and by status.
"""

import asyncio
import gzip
import hashlib
import json
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks import inputs
from benchmarks.outlets import Outlets, everything, feed

STUBBORN = 10
"""Every tenth outlet answers a conditional question with the same bytes again, as some servers do."""

_END = b"\r\n\r\n"
_ROBOTS = b"User-agent: *\nDisallow: /quan-tri/\n"


@dataclass(frozen=True, slots=True)
class Answers:
    """The two ways in which one address answers, as the bytes that go out; no `unchanged` where it never says so."""

    whole: bytes
    etag: bytes
    unchanged: bytes | None


@dataclass(slots=True)
class Site:
    """All answers by host and path, and what was asked."""

    outlets: Outlets
    answers: dict[tuple[bytes, bytes], Answers] = field(default_factory=dict)
    asked: Counter[tuple[str, bool, int]] = field(default_factory=Counter)

    def fill(self) -> None:
        """Make every answer but those of feeds, which are made when somebody asks for so many entries."""
        for host, path, body in everything(self.outlets):
            self.answers[host.encode(), path.encode()] = _answers(body, b"text/html; charset=utf-8", True)
        for host in self.outlets.hosts:
            self.answers[host.encode(), b"/robots.txt"] = _answers(_ROBOTS, b"text/plain", False)

    def answer(self, question: bytes) -> bytes:
        """Give the answer to one request."""
        lines = question.split(b"\r\n")
        path = lines[0].split(b" ")[1]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
        found = self._find(headers.get(b"host", b""), path)
        asks = headers.get(b"if-none-match", b"")
        kind = "robots" if path == b"/robots.txt" else "feed" if path.startswith(b"/rss/") else "page"
        unchanged = found.unchanged if found and asks == found.etag else None
        status = 404 if found is None else 304 if unchanged else 200
        self.asked[kind, bool(asks or b"if-modified-since" in headers), status] += 1
        if found is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        return unchanged or found.whole

    def _find(self, host: bytes, path: bytes) -> Answers | None:
        if path.startswith(b"/rss/") and (host, path) not in self.answers:
            outlet = self.outlets.hosts.index(host.decode())
            body = feed(self.outlets, outlet, int(path[5:-4]))
            self.answers[host, path] = _answers(body, b"application/rss+xml", outlet % STUBBORN != STUBBORN - 1)
        return self.answers.get((host, path))


def _answers(body: bytes, kind: bytes, says_unchanged: bool) -> Answers:
    packed = gzip.compress(body, 6, mtime=0)
    etag = b'"' + hashlib.sha256(body).hexdigest()[:16].encode() + b'"'
    head = b"Content-Type: " + kind + b"\r\nETag: " + etag + b"\r\n"
    sized = b"Content-Encoding: gzip\r\nContent-Length: " + str(len(packed)).encode()
    unchanged = b"HTTP/1.1 304 Not Modified\r\n" + head + b"\r\n" if says_unchanged else None
    return Answers(b"HTTP/1.1 200 OK\r\n" + head + sized + _END + packed, etag, unchanged)


class _Connection(asyncio.Protocol):
    """One client that may keep its connection."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while _END in self._read:
            question, _, self._read = self._read.partition(_END)
            self._transport.write(self._site.answer(question))


async def serve(count: int, pieces: int, size: int, hours: int) -> None:
    """Serve until the input ends."""
    with socket.socket() as probe:
        probe.bind(("127.8.1.1", 0))
        port = probe.getsockname()[1]
    site = Site(Outlets(count, port, pieces, size, hours))
    site.fill()
    loop = asyncio.get_running_loop()
    servers = [
        await loop.create_server(lambda: _Connection(site), host.split(":")[0], port) for host in site.outlets.hosts
    ]
    print(port, flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip() == "asked":  # what was asked since the last time
            rows = [[kind, conditional, status, n] for (kind, conditional, status), n in sorted(site.asked.items())]
            print(json.dumps(rows), flush=True)
            site.asked.clear()
    for server in servers:
        server.close()


class Served:
    """A running server, as the benchmark that started it sees it."""

    def __init__(self, process: "subprocess.Popen[str]", outlets: Outlets) -> None:
        self._process = process
        self.outlets = outlets

    def asked(self) -> dict[tuple[str, bool, int], int]:
        """Give what the server was asked since the last time: by kind of address, conditional or not, and status."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("asked\n")
        self._process.stdin.flush()
        rows = json.loads(self._process.stdout.readline())
        return {(kind, conditional, status): n for kind, conditional, status, n in rows}


@contextmanager
def served(count: int, pieces: int, size: int, hours: int = 3) -> Iterator[Served]:
    """Run the server for as long as the block lasts."""
    command = [sys.executable, "-m", "benchmarks.site", *map(str, (count, pieces, size, hours))]
    process = subprocess.Popen(command, cwd=inputs.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError("the benchmark's server did not start")
            yield Served(process, Outlets(count, int(line), pieces, size, hours))
        finally:
            process.stdin.close()


if __name__ == "__main__":
    asyncio.run(serve(*map(int, sys.argv[1:])))
