"""F1–F25 (network and HTTP): whatever a server does, the real crawl ends in the documented class and harms no other.

Each row of FAULTS is played twice in one crawl, by the address of a source and by the page of one piece, beside an
outlet that is healthy. Rows that are not in the table:

- F11 (rebinding), F16–F18 (validators), F19 (Retry-After), F22 (robots.txt), F23 (TLS), F24 (DNS), F25 (renamed hosts)
  have tests of their own below, since more than one answer plays in them. F10's spellings: test_guard.py.
- F14, headers of a source that must not travel to another host: sources have no headers of their own here, and nothing
  is followed to a foreign host; a password in an address is refused before it is used.
- F15, blanks and accents in a Location that can be followed: test_fetch.py.
- F13: `HTTP_PROXY` is set while the whole table runs.
- F18, a crash between articles and validators: here only that a piece that did not come is written down as unread, in
  the database, where no later “not modified” can hide it.
- F24, exit 69 and one summary where nothing could be reached: test_cli.py.
- F20, a random id once a week: the crawl's own tests.
"""

import gzip
import socket
import ssl
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path

import pytest

from monitor.errors import Reason
from monitor.fetch import Fetcher, Limits
from monitor.fetch.answers import LONGEST_WAIT, SHORTEST_WAIT, UNNAMED_WAIT
from monitor.seen import Outcome
from storage import Database
from tests.loopback import Loopback
from tests.test_fetch import CERTIFICATE, KEY
from tests.toxic.province import MONDAY, Clock, Wire, crawled, feed, newspaper, opened, outlet_at, stored, unread
from tests.toxic.server import HANG, RESET, Again, Asked, Drip, Script, Toxic, answer, lead

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
ROOT = Path(__file__).parents[2]
PIECES = {"1", "2", "3", "4", "5"}
NAMES = {
    "nguon.test": "8.8.8.1",
    "bai.test": "8.8.8.2",
    "lanh.test": "8.8.8.3",
    "bao-mau.test": "8.8.8.4",
    "www.bao-mau.test": "8.8.8.5",
}


def numeric(host: str, port: int) -> list[str]:
    """Resolve as the machine does, asking no name server."""
    if host in NAMES:
        return [NAMES[host]]
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with opened(tmp_path) as database:
        yield database


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def healthy() -> Iterator[Toxic]:
    with Toxic(newspaper("lanh.test")) as server:
        yield server


def a_fetcher(clock: Clock, wire: Wire, limits: Limits | None = None, tls: ssl.SSLContext | None = None) -> Fetcher:
    return Fetcher(
        "cchc-monitor/test",
        now=clock.now,
        limits=limits or Limits(),
        monotonic=clock,
        sleep=clock.sleep,
        resolve=numeric,
        dial=wire,
        tls=tls,
    )


@cache
def bomb(size: int = 64 * MIB, wrapped: bytes = b"\0") -> bytes:
    squeeze = zlib.compressobj(9, wbits=31)
    piece = wrapped * MIB
    return b"".join([*(squeeze.compress(piece) for _ in range(size // MIB)), squeeze.flush()])


def head(*lines: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", "Connection: close", *lines, "", ""]).encode("latin-1")


@dataclass(frozen=True)
class Fault:
    """What a server does, and the reason with which a source, and a piece, then ends."""

    name: str
    script: Script | Callable[[Clock], Script]
    source: Reason
    piece: Reason
    short: bool = False
    more: tuple[tuple[str, Script], ...] = ()


def same(name: str, script: Script | Callable[[Clock], Script], reason: Reason, *, short: bool = False) -> Fault:
    return Fault(name, script, reason, reason, short)


def dripping(data: bytes) -> Callable[[Clock], Script]:
    return lambda clock: [Drip(data, lambda: clock.sleep(0.3))]


CHUNKED = head("Transfer-Encoding: chunked")
GZIPPED = gzip.compress(b"<html>" + b"Xa Mau Son " * 500)
LOST = answer("<html><title>Không tìm thấy trang</title><h1>Không tìm thấy trang</h1></html>", Content_Type="text/html")
CHALLENGES = {
    "cookie": "<html><script>document.cookie='D1N=1';window.location.reload(true);</script></html>",
    "cloudflare": "<html><title>Just a moment...</title><script>window._cf_chl_opt={}</script></html>",
    "browser": "<html><h1>Checking your browser before accessing</h1></html>",
    "portal": "<html><form action='/login'><input type='password'></form></html>",
    "provider": "<html><h1>Trang web này đã bị chặn theo yêu cầu của cơ quan có thẩm quyền</h1></html>",
}

FAULTS = [
    same("F1-gzip-bomb", answer(bomb(), Content_Encoding="gzip"), Reason.TOO_LARGE),
    same("F1-gzip-twice", answer(gzip.compress(bomb()), Content_Encoding="gzip, gzip"), Reason.ENCODING),
    same("F1-brotli", answer(b"\x1b" * 99, Content_Encoding="br"), Reason.ENCODING),
    same("F1-zstd", answer(b"\x28\xb5\x2f\xfd", Content_Encoding="zstd"), Reason.ENCODING),
    same("F1-bomb-in-error", answer(bomb(), "500 Oh", Content_Encoding="gzip"), Reason.STATUS),
    same(
        "F1-bomb-in-redirect", [head("Location: /x", "Content-Encoding: gzip", status="302 Found"), bomb()], Reason.GONE
    ),
    same("F2-length-of-a-terabyte", [head("Content-Length: 1000000000000"), HANG], Reason.TOO_LARGE),
    same("F2-endless-chunks", [CHUNKED, Again(b"4000\r\n" + b"a" * 0x4000 + b"\r\n", 1000)], Reason.TOO_LARGE),
    same("F2-no-length-no-end", [head(), Again(b"a" * 0x4000, 1000)], Reason.TOO_LARGE),
    same("F3-dripping-body", dripping(head("Content-Length: 9999") + b"a" * 400), Reason.DEADLINE),
    same("F3-dripping-headers", dripping(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 400), Reason.DEADLINE),
    same("F4-never-answers", [HANG], Reason.DEADLINE, short=True),
    same("F4-answers-half-and-hangs", [head("Content-Length: 99"), b"<rss", HANG], Reason.DEADLINE, short=True),
    same("F4-reset-in-the-body", [head("Content-Length: 999"), b"<html>", RESET], Reason.REFUSED),
    same("F4-hangs-up", [], Reason.REFUSED),
    same("F4-resets-at-once", [RESET], Reason.REFUSED),
    same("F5-short-body", [head("Content-Length: 500"), b"<html><h1>Xa Mau Son</h1>"], Reason.TRUNCATED),
    same("F5-chunks-without-end", [CHUNKED, b"6\r\n<html>\r\n"], Reason.TRUNCATED),
    same("F5-half-a-gzip", answer(GZIPPED[:-30], Content_Encoding="gzip"), Reason.TRUNCATED),
    same("F6-bad-gzip", answer(GZIPPED[:-8] + b"12345678", Content_Encoding="gzip"), Reason.ENCODING),
    same("F6-not-packed-at-all", answer("<html><h1>Một cửa</h1></html>", Content_Encoding="gzip"), Reason.ENCODING),
    same("F7-2000-headers", [head(*(f"X-{n}: 1" for n in range(2000))), b"x"], Reason.PROTOCOL),
    same(
        "F7-header-of-5-MB", [b"HTTP/1.1 200 OK\r\nX-Long: ", Again(b"a" * 0x4000, 320), b"\r\n\r\n"], Reason.PROTOCOL
    ),
    Fault("F8-circle", lead("/vong"), Reason.REDIRECTS, Reason.REDIRECTS, more=(("/vong", lead("/vong?2")),)),
    Fault(
        "F8-too-many",
        lead("/1"),
        Reason.REDIRECTS,
        Reason.REDIRECTS,
        more=tuple((f"/{n}", lead(f"/{n + 1}")) for n in range(1, 9)),
    ),
    *(
        same(f"F9-to-{url.partition(':')[0]}", lead(url), Reason.SCHEME)
        for url in ("file:///etc/passwd", "ftp://bai.test/", "data:text/html,x", "gopher://bai.test/", "javascript:x()")
    ),
    *(
        same(f"F10-to-{host}", lead(f"http://{host}/"), Reason.PRIVATE_ADDRESS)
        for host in ("127.0.0.1", "2130706433", "0x7f.1", "169.254.169.254", "100.64.0.1", "[::ffff:127.0.0.1]")
    ),
    *(
        same(f"F10-to-{host}", lead(f"http://{host}/"), Reason.PRIVATE_ADDRESS)
        for host in ("[64:ff9b::a00:1]", "[2002:7f00:1::]", "[fec0::1]")
    ),
    Fault("F12-other-host", lead("http://noi-khac.test/"), Reason.LEFT_HOSTS, Reason.LEFT_HOSTS),
    Fault("F12-captive-portal", lead("http://dang-nhap.test/login"), Reason.LEFT_HOSTS, Reason.LEFT_HOSTS),
    Fault("F12-other-port", lead("http://nguon.test:8080/"), Reason.PORT, Reason.LEFT_HOSTS),
    Fault("F12-other-port-of-the-piece", lead("http://bai.test:22/"), Reason.LEFT_HOSTS, Reason.PORT),
    same("F14-password-in-location", lead("http://ten:mat-khau@bai.test/"), Reason.PROTOCOL),
    same("F15-half-an-address", lead("http://[::1"), Reason.PROTOCOL),
    same("F15-no-location", [head("Content-Length: 0", status="302 Found")], Reason.PROTOCOL),
    same("F15-port-of-letters", lead("http://bai.test:cong/"), Reason.PROTOCOL),
    same("F15-foreign-idn", lead("http://báo.test/"), Reason.LEFT_HOSTS),
    same("F16-304-never-asked-for", [head(status="304 Not Modified")], Reason.UNEXPECTED_304),
    same("F20-401", answer("<h1>Đăng nhập</h1>", "401 Unauthorized"), Reason.FORBIDDEN),
    same("F20-403", answer("<h1>Cấm</h1>", "403 Forbidden"), Reason.FORBIDDEN),
    same("F20-451", answer("", "451 Unavailable"), Reason.FORBIDDEN),
    same("F20-404", answer("", "404 Not Found"), Reason.GONE),
    same("F20-410", answer("", "410 Gone"), Reason.RETIRED),
    same("F20-500", answer("<h1>Lỗi</h1>", "500 Oh"), Reason.STATUS),
    same("F20-502", answer("", "502 Bad Gateway"), Reason.STATUS),
    same("F20-503", answer("", "503 Busy"), Reason.STATUS),
    Fault("F20-error-page-with-200", LOST, Reason.NOT_A_FEED, Reason.SOFT_404),
    *(
        same(f"F21-{name}", answer(body, Content_Type="text/html"), Reason.CHALLENGE)
        for name, body in CHALLENGES.items()
    ),
    same("F21-network-login", answer("", "511 Network Authentication Required"), Reason.CHALLENGE),
]


@pytest.fixture(autouse=True)
def a_proxy_in_the_environment_of_cron(monkeypatch: pytest.MonkeyPatch) -> None:  # F13
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_ends_in_its_class_and_harms_no_other(
    database: Database, clock: Clock, healthy: Toxic, fault: Fault
) -> None:
    script = fault.script(clock) if callable(fault.script) else fault.script
    scripts = newspaper("bai.test") | {"/doc": script, "/tin-post1.html": script} | dict(fault.more)
    limits = Limits(read=1.0) if fault.short else Limits()
    outlets = [outlet_at("nguon.test", "/doc"), outlet_at("bai.test"), outlet_at("lanh.test")]
    with Toxic(scripts) as toxic:
        wire = Wire({"8.8.8.1": toxic.port, "8.8.8.2": toxic.port, "8.8.8.3": healthy.port})
        with a_fetcher(clock, wire, limits) as fetcher:
            # One after the other where the fault lets time pass: it would pass for all.
            done = crawled(database, fetcher, outlets, clock.now, 1 if callable(fault.script) else 8)
    source, piece, whole = done["nguon"], done["bai"], done["lanh"]
    kept_out = Outcome.BLOCKED if fault.source.blocks else Outcome.FAILED
    assert (source.outcome, source.reason, source.announced) == (kept_out, fault.source, 0)
    assert (piece.outcome, piece.announced, piece.new, piece.failed) == (Outcome.PARTIAL, 5, 4, 1)
    assert {one.identity: one.reason for one in unread(database, "bai").values()} == {"1": fault.piece}
    assert (whole.outcome, whole.announced, whole.new) == (Outcome.OK, 5, 5)
    assert [stored(database, code) for code in ("nguon", "bai", "lanh")] == [set(), PIECES - {"1"}, PIECES]
    assert wire.strays == []


def beside(
    database: Database, clock: Clock, healthy: Toxic, toxic: Toxic, *, host: str = "bai.test", at_once: int = 8
) -> tuple[Outcome, Reason | None, int, int]:
    """Crawl a toxic outlet beside the healthy one, which must come whole; give what became of the toxic one."""
    wire = Wire(dict.fromkeys(NAMES.values(), toxic.port) | {"8.8.8.3": healthy.port})
    with a_fetcher(clock, wire) as fetcher:
        done = crawled(database, fetcher, [outlet_at(host), outlet_at("lanh.test")], clock.now, at_once)
    one, whole = done[host.partition(".")[0]], done["lanh"]
    assert whole.outcome in {Outcome.OK, Outcome.NOT_MODIFIED}
    assert stored(database, "lanh") == PIECES
    assert one.announced == one.known + one.new + one.updated + one.refused + one.failed + one.pending
    assert wire.strays == []
    return one.outcome, one.reason, one.new, one.pending


def test_f11_a_name_that_turns_inward_is_refused(database: Database, clock: Clock, healthy: Toxic) -> None:
    turning = iter([["8.8.8.2"], ["127.0.0.1"], ["10.0.0.1"]])

    def resolve(host: str, port: int) -> list[str]:
        return next(turning) if host == "bai.test" else numeric(host, port)

    with Toxic(newspaper("bai.test")) as toxic:
        wire = Wire({"8.8.8.2": toxic.port, "8.8.8.3": healthy.port})
        with Fetcher("cchc-monitor/test", now=clock.now, resolve=resolve, dial=wire) as fetcher:
            done = crawled(database, fetcher, [outlet_at("bai.test"), outlet_at("lanh.test")], clock.now)
    assert (done["bai"].outcome, done["bai"].reason) == (Outcome.BLOCKED, Reason.PRIVATE_ADDRESS)
    assert [asked.path for asked in toxic.log] == ["/robots.txt"]  # one question a connection, and the second was inner
    assert (done["lanh"].outcome, wire.strays) == (Outcome.OK, [])


@pytest.mark.parametrize(
    "etag",
    ['"abc"', 'W/"abc"', "khong-ngoac", '"' + "a" * 2000 + '"', "\xe0\xff"],
    ids=["a", "weak", "bare", "long", "odd"],
)
def test_f17_odd_validators_go_back_as_they_came(database: Database, clock: Clock, healthy: Toxic, etag: str) -> None:
    future = "Tue, 05 Jan 2099 05:00:00 GMT"

    def serve(asked: Asked) -> Script:
        if asked.headers.get("if-none-match") == etag and asked.headers.get("if-modified-since") == future:
            return [head(status="304 Not Modified") + b"<html>a body that must not be here</html>"]  # F16
        return answer(feed("bai.test"), ETag=etag, Last_Modified=future)

    with Toxic(newspaper("bai.test") | {"/rss": serve}) as toxic:
        assert beside(database, clock, healthy, toxic) == (Outcome.OK, None, 5, 0)
        clock.sleep(3600)
        assert beside(database, clock, healthy, toxic) == (Outcome.NOT_MODIFIED, None, 0, 0)
        assert len(toxic.asked("/rss")) == 2


def test_f17_an_etag_that_is_new_each_time_is_no_news(database: Database, clock: Clock, healthy: Toxic) -> None:
    def serve(asked: Asked) -> Script:
        return answer(feed("bai.test"), ETag=f'"{len(toxic.log)}"')

    with Toxic(newspaper("bai.test") | {"/rss": serve}) as toxic:
        assert beside(database, clock, healthy, toxic) == (Outcome.OK, None, 5, 0)
        clock.sleep(1800)  # before the pieces are read again for corrections
        assert beside(database, clock, healthy, toxic) == (Outcome.NOT_MODIFIED, None, 0, 0)
    assert [len(toxic.asked(f"/tin-post{n}.html")) for n in range(1, 6)] == [1] * 5


PATIENCE = {
    "120": 120,
    format_datetime(MONDAY + timedelta(minutes=10), usegmt=True): 600,
    format_datetime(MONDAY - timedelta(days=3), usegmt=True): SHORTEST_WAIT,
    "99999999": LONGEST_WAIT,
    "chờ một lát": UNNAMED_WAIT,
}


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Busy"], ids=["429", "503"])
@pytest.mark.parametrize("asked_for", [*PATIENCE], ids=["seconds", "date", "past", "too-long", "garbage"])
@pytest.mark.parametrize("path", ["/rss", "/tin-post5.html"], ids=["source", "piece"])  # the newest is read first
def test_f19_patience_is_kept_and_the_run_ends(
    database: Database, clock: Clock, healthy: Toxic, status: str, asked_for: str, path: str
) -> None:
    busy = [head(f"Retry-After: {asked_for}".encode().decode("latin-1"), "Content-Length: 0", status=status)]
    with Toxic(newspaper("bai.test") | {path: busy}) as toxic:
        wire = Wire({"8.8.8.2": toxic.port, "8.8.8.3": healthy.port})
        outlets = [outlet_at("bai.test"), outlet_at("lanh.test")]
        with a_fetcher(clock, wire) as fetcher:
            done = crawled(database, fetcher, outlets, clock.now)
            silences = fetcher.silences()
    bad, whole = done["bai"], done["lanh"]
    assert (whole.outcome, stored(database, "lanh")) == (Outcome.OK, PIECES)
    assert len(toxic.asked(path)) == 1
    assert clock() < 60  # nothing waits inside a run
    if status == "503 Busy" and PATIENCE[asked_for] == UNNAMED_WAIT:  # one busy page, and nobody asked for anything
        assert silences == {}
        assert bad.reason is Reason.STATUS if path == "/rss" else (bad.new, bad.failed) == (4, 1)
        return
    assert silences == {"bai.test": MONDAY + timedelta(seconds=PATIENCE[asked_for])}
    if path == "/rss":
        assert (bad.outcome, bad.reason, bad.announced) == (Outcome.FAILED, Reason.RATE_LIMITED, 0)
    else:
        assert (bad.outcome, bad.announced, bad.pending, bad.new) == (Outcome.PARTIAL, 5, 5, 0)


ROBOTS: dict[str, tuple[Script, Outcome, Reason | None]] = {
    "missing": (answer("", "404 Not Found"), Outcome.OK, None),
    "forbidden": (answer("", "403 Forbidden"), Outcome.OK, None),
    "in trouble": (answer("", "500 Oh"), Outcome.FAILED, Reason.STATUS),
    "busy": (answer("", "503 Busy"), Outcome.FAILED, Reason.STATUS),
    "html": (answer("<html>User-agent: *\nDisallow: /</html>"), Outcome.OK, None),
    "10 MB": (answer(b"# x\n" * 2_500_000 + b"User-agent: *\nDisallow: /\n"), Outcome.OK, None),
    "bomb": (answer(bomb(16 * MIB), Content_Encoding="gzip"), Outcome.OK, None),
    "circle": (lead("/robots.txt"), Outcome.OK, None),
    "elsewhere": (lead("http://noi-khac.test/robots.txt"), Outcome.OK, None),
    "disallow": (answer("User-agent: *\nDisallow: /"), Outcome.BLOCKED, Reason.ROBOTS),
    "delay": (answer("User-agent: *\nCrawl-delay: 3600"), Outcome.OK, None),
    "cut": ([head("Content-Length: 99"), b"User-agent: *"], Outcome.FAILED, Reason.TRUNCATED),
    "reset": ([RESET], Outcome.FAILED, Reason.REFUSED),
}


@pytest.mark.parametrize("name", [*ROBOTS])
def test_f22_robots_txt(database: Database, clock: Clock, healthy: Toxic, name: str) -> None:
    script, outcome, reason = ROBOTS[name]
    with Toxic(newspaper("bai.test") | {"/robots.txt": script}) as toxic:
        got = beside(database, clock, healthy, toxic, at_once=1 if name == "delay" else 8)
    assert got == (outcome, reason, 5 if outcome is Outcome.OK else 0, 0)
    if outcome is not Outcome.OK:
        assert {asked.path for asked in toxic.log} <= {"/robots.txt"}
    if name == "delay":
        assert clock() == 30 * (len(toxic.log) - 1)  # between any two requests to the host; an hour would be no crawl


# Made for this test with the key of test_fetch.py: for bao-mau.test, valid in 2019.
EXPIRED = """-----BEGIN CERTIFICATE-----
MIIBaTCCAQ6gAwIBAgIBATAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxiYW8tbWF1
LnRlc3QwHhcNMTkwMTAxMDAwMDAwWhcNMjAwMTAxMDAwMDAwWjAXMRUwEwYDVQQD
DAxiYW8tbWF1LnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASUnjIrpAyw
nyU8XIyWFjYFiQhzYT4yA3XIK1oKMtJ2Pjx4wqgg/L3AhOi5N7538VXL/nHPQXWz
YUfP0uR4+5Uho0swSTAXBgNVHREEEDAOggxiYW8tbWF1LnRlc3QwDwYDVR0TAQH/
BAUwAwEB/zAdBgNVHQ4EFgQUjyf8oJPUMoQItT3GXtkBriS5DOIwCgYIKoZIzj0E
AwIDSQAwRgIhALIvC0SlI7TZP8llHaGUsPkKjC9K/MaNuN0y6kg+3ZdfAiEA2EzY
uVA41z4vjrZgVWCAcWDbF4YoYMhgb6kUf4POT8w=
-----END CERTIFICATE-----
"""


@pytest.mark.parametrize(
    ("certificate", "trusted", "host"),
    [
        (EXPIRED, EXPIRED, "bao-mau.test"),
        (CERTIFICATE, CERTIFICATE, "www.bao-mau.test"),
        (CERTIFICATE, None, "bao-mau.test"),
    ],
    ids=["expired", "wrong-host", "unknown-issuer"],
)
def test_f23_a_certificate_that_proves_nothing(
    database: Database, clock: Clock, healthy: Toxic, tmp_path: Path, certificate: str, trusted: str | None, host: str
) -> None:
    (tmp_path / "key.pem").write_text(KEY + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "key.pem")
    tls = ssl.create_default_context(cadata=trusted) if trusted else None
    with Loopback({"/rss": feed(host)}, tls=context) as toxic:
        wire = Wire({NAMES[host]: toxic.port, "8.8.8.3": healthy.port})
        with a_fetcher(clock, wire, tls=tls) as fetcher:
            outlets = [outlet_at(host, scheme="https", code="bao-mau"), outlet_at("lanh.test")]
            done = crawled(database, fetcher, outlets, clock.now)
        assert toxic.requests == []
    assert (done["bao-mau"].outcome, done["bao-mau"].reason) == (Outcome.FAILED, Reason.TLS)
    assert (done["lanh"].outcome, done["lanh"].new) == (Outcome.OK, 5)


@pytest.mark.parametrize(
    ("greeting", "reason"),
    [
        ([HANG], Reason.DEADLINE),  # F4
        ([b"\x15\x03\x01\x00\x02\x02\x46"], Reason.TLS),  # the alert of a server that has TLS 1.0 only
        ([b"HTTP/1.1 400 Bad Request\r\n\r\n"], Reason.TLS),
        ([RESET], Reason.REFUSED),
    ],
    ids=["stalls", "tls-1.0", "no-tls", "reset"],
)
def test_f23_a_handshake_that_fails(
    database: Database, clock: Clock, healthy: Toxic, greeting: Script, reason: Reason
) -> None:
    with Toxic(greeting=greeting) as toxic:
        wire = Wire({NAMES["bao-mau.test"]: toxic.port, "8.8.8.3": healthy.port})
        with a_fetcher(clock, wire, Limits(connect=1.0)) as fetcher:
            outlets = [outlet_at("bao-mau.test", scheme="https"), outlet_at("lanh.test")]
            done = crawled(database, fetcher, outlets, clock.now)
    assert (done["bao-mau"].outcome, done["bao-mau"].reason) == (Outcome.FAILED, reason)
    assert (done["lanh"].outcome, done["lanh"].new) == (Outcome.OK, 5)


@pytest.mark.parametrize("error", [socket.EAI_AGAIN, socket.EAI_NONAME, socket.EAI_FAIL])
def test_f24_a_name_that_is_not_found(database: Database, clock: Clock, healthy: Toxic, error: int) -> None:
    def resolve(host: str, port: int) -> list[str]:
        if host == "bai.test":
            raise socket.gaierror(error, "tên không có")
        return numeric(host, port)

    wire = Wire({"8.8.8.3": healthy.port})
    with Fetcher("cchc-monitor/test", now=clock.now, resolve=resolve, dial=wire) as fetcher:
        done = crawled(database, fetcher, [outlet_at("bai.test"), outlet_at("lanh.test")], clock.now)
    assert (done["bai"].outcome, done["bai"].reason) == (Outcome.FAILED, Reason.DNS)
    assert (done["lanh"].outcome, done["lanh"].new) == (Outcome.OK, 5)


def test_f24_a_machine_without_a_network_says_so_of_every_source(database: Database, clock: Clock) -> None:
    def offline(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with Fetcher("cchc-monitor/test", now=clock.now, resolve=offline) as fetcher:
        done = crawled(database, fetcher, [outlet_at("bai.test"), outlet_at("lanh.test")], clock.now)
    assert {(one.outcome, one.reason, one.announced) for one in done.values()} == {(Outcome.FAILED, Reason.DNS, 0)}


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found"])
def test_f25_a_renamed_host_is_followed_and_nothing_is_counted_twice(
    database: Database, clock: Clock, healthy: Toxic, status: str
) -> None:
    old, new = "bao-mau.test", "www.bao-mau.test"
    with Toxic(newspaper(old)) as before, Toxic(newspaper(new)) as after:
        wire = Wire({NAMES[old]: before.port, NAMES[new]: after.port, "8.8.8.3": healthy.port})
        outlets = [outlet_at(old, hosts=(old, new)), outlet_at("lanh.test")]
        with a_fetcher(clock, wire) as fetcher:
            assert crawled(database, fetcher, outlets, clock.now)["bao-mau"].new == 5
        clock.sleep(3600)
        before.scripts = {path: lead(f"http://{new}{path}", status) for path in before.scripts if path != "/robots.txt"}
        with a_fetcher(clock, wire) as fetcher:
            again = crawled(database, fetcher, outlets, clock.now)["bao-mau"]
    assert (again.outcome, again.known, again.new, again.failed) == (Outcome.OK, 5, 0, 0)
    assert stored(database, "bao-mau") == PIECES


def test_f25_a_host_that_nobody_named_is_not_followed(database: Database, clock: Clock, healthy: Toxic) -> None:
    moved = lead("http://www.bao-mau.test/rss", "301 Moved Permanently")
    with Toxic({"/rss": moved}) as toxic:
        got = beside(database, clock, healthy, toxic, host="bao-mau.test")
    assert got == (Outcome.BLOCKED, Reason.LEFT_HOSTS, 0, 0)


BOMBS = """
import resource, sys, tempfile
from pathlib import Path
from tests.toxic.test_network import *

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

bad = answer(bomb(300 * MIB), Content_Encoding="gzip")
twice = answer(gzip.compress(bomb(300 * MIB)))
endless = [CHUNKED, Again(b"4000\\r\\n" + b"a" * 0x4000 + b"\\r\\n", 4000)]
error = [head("Content-Encoding: gzip", status="500 Oh"), bomb(300 * MIB)]
clock = Clock()
with tempfile.TemporaryDirectory() as folder, Toxic() as toxic, opened(Path(folder)) as database:
    def crawl_once():
        wire = Wire(dict.fromkeys(NAMES.values(), toxic.port))
        with a_fetcher(clock, wire) as fetcher:
            crawled(database, fetcher, [outlet_at("nguon.test", "/doc"), outlet_at("bai.test")], clock.now, 1)
        clock.sleep(86400)
    toxic.scripts = newspaper("bai.test") | {"/doc": answer(feed("nguon.test"))}
    crawl_once()
    before = peak()
    for script in (bad, twice, endless, error, bad):
        toxic.scripts = {"/doc": script, "/rss": script}
        crawl_once()
    print(before, peak() - before)
"""


def test_f1_a_bomb_costs_no_more_memory_than_the_cap_and_20_mib() -> None:
    command = [sys.executable, "-c", BOMBS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    before, grown = map(int, done.stdout.split())
    assert 0 < before < 400 * MIB  # K4
    assert grown <= Limits().feed + 20 * MIB
