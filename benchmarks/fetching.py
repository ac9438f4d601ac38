"""A page over a connection that is kept: `fetch`, with its guard, caps and deadlines, beside httpx.Client alone."""

import gzip
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx

from benchmarks import inputs
from benchmarks.timing import ROUNDS, Result, medians
from monitor.fetch import Fetcher, Want
from monitor.plan import Channel
from monitor.press import Outlet, Pace, Page

LIBRARIES = ("httpx", "httpcore")

# In a process of its own, so that its CPU time is nobody's: one connection at a time, one answer to whatever is asked.
_SERVER = """
import socket, sys
answer = sys.stdin.buffer.read()
with socket.create_server(("127.0.0.1", 0)) as door:
    print(door.getsockname()[1], flush=True)
    while True:
        client, _ = door.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        came = b""
        while more := client.recv(65536):
            came += more
            while b"\\r\\n\\r\\n" in came:
                head, _, came = came.partition(b"\\r\\n\\r\\n")
                body = b"HTTP/1.1 404 Not Found\\r\\nContent-Length: 0\\r\\n\\r\\n"
                client.sendall(body if b" /robots.txt " in head.split(b"\\r\\n", 1)[0] else answer)
        client.close()
"""


def run(*, rounds: int = ROUNDS, times: int = 200, size: int = 90_000) -> Result:
    """Read one page `times` times a round, each reader over its own connection to its own server."""
    page = inputs.page(1, 3_000, size)
    packed = gzip.compress(page.body)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n"
    answer = f'{head}Server: nginx\r\nDate: Tue, 05 Jan 2021 05:00:00 GMT\r\nETag: "1"\r\n\r\n'.encode() + packed
    with (
        _serving(answer) as our_host,
        _serving(answer) as their_host,
        Fetcher("cchc-monitor/1 (benchmark)", now=lambda: datetime.now(UTC)) as fetcher,
        httpx.Client(headers={"User-Agent": "httpx", "Accept-Encoding": "gzip"}, trust_env=False) as client,
    ):
        outlet = Outlet("mau", "Mẫu", "mau", Channel.ONLINE, hosts=(our_host,), pace=Pace(0), allow_private=True)

        def ours() -> None:
            for _ in range(times):
                got = fetcher.get(f"http://{our_host}/tin-post1.html", outlet, want=Want.PAGE)
                if not isinstance(got, Page) or got.body != page.body:
                    raise AssertionError("another page came")

        def theirs() -> None:
            for _ in range(times):
                if client.get(f"http://{their_host}/tin-post1.html").content != page.body:
                    raise AssertionError("another page came")

        return Result(
            f"{times} times a page of {len(page.body) / 1000:.0f} kB, {len(packed) / 1000:.0f} kB packed, one thread",
            "ms per page",
            medians({"fetch": lambda: ours, "httpx.Client": lambda: theirs}, rounds=rounds, pieces=times),
        )


@contextmanager
def _serving(answer: bytes) -> Iterator[str]:
    """Serve `answer` on this machine until the block ends; gives the host."""
    server = subprocess.Popen([sys.executable, "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin and server.stdout
    try:
        server.stdin.write(answer)
        server.stdin.close()
        yield f"127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
