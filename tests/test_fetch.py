"""Whatever a server does, there comes a page, “not modified”, or one word for why not: in bounded time and memory."""

import gzip
import ssl
import tracemalloc
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from threading import Event, Lock, Semaphore, Thread

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FetchError, Reason, Severity
from monitor.fetch import Fetcher, Limits, Validators, Want, validators_of
from monitor.fetch.answers import LONGEST_WAIT, SHORTEST_WAIT, UNNAMED_WAIT, kept, named, retry_after
from monitor.fetch.bounded import Budget, Inflater, Within, seconds_left
from monitor.fetch.walls import announced, standing
from monitor.press import NotModified, Outlet, Pace, Page
from tests.factories import NOON, a_page, an_outlet
from tests.loopback import Answer, Loopback, Raw, Reply, Request, redirect

TEXT = "Bộ phận một cửa xã Mẫu Sơn nhận hồ sơ trực tuyến. " * 20
ARTICLE = f"<!DOCTYPE html><html><body><h1>Một cửa</h1><p>{TEXT}</p></body></html>"
KIB = 1024

# Made for this test, trusted by nobody else: a name that does not exist, valid until 2126.
KEY = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgZHRHNK4PnHdx2vPY
olZXRF+k0acrYP01BkWtTkbKs5yhRANCAASUnjIrpAywnyU8XIyWFjYFiQhzYT4y
A3XIK1oKMtJ2Pjx4wqgg/L3AhOi5N7538VXL/nHPQXWzYUfP0uR4+5Uh
-----END PRIVATE KEY-----
"""
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBnjCCAUSgAwIBAgIUBrGGNqpnwSOyEJQaNqMF3xcLTA8wCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMYmFvLW1hdS50ZXN0MCAXDTI2MTEyMjIxNDAxMVoYDzIxMjYx
MDI5MjE0MDExWjAXMRUwEwYDVQQDDAxiYW8tbWF1LnRlc3QwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASUnjIrpAywnyU8XIyWFjYFiQhzYT4yA3XIK1oKMtJ2Pjx4
wqgg/L3AhOi5N7538VXL/nHPQXWzYUfP0uR4+5Uho2wwajAdBgNVHQ4EFgQUjyf8
oJPUMoQItT3GXtkBriS5DOIwHwYDVR0jBBgwFoAUjyf8oJPUMoQItT3GXtkBriS5
DOIwFwYDVR0RBBAwDoIMYmFvLW1hdS50ZXN0MA8GA1UdEwEB/wQFMAMBAf8wCgYI
KoZIzj0EAwIDSAAwRQIgFxd0VNDCGui/YQCrW2oD6i2w1fuo5YvRfmSJG4GgFkcC
IQCGWzTxZg7xa9vnLKStHJYIT+gvzxvsOUJ8yPvVIu3HdQ==
-----END CERTIFICATE-----
"""


class Clock:
    """Time that passes only when somebody waits, or when a slow server says so."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self._seconds = 0.0
        self._lock = Lock()

    def __call__(self) -> float:
        with self._lock:
            return self._seconds

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.waits.append(seconds)
            self._seconds += seconds

    def dripping(self, data: bytes, seconds: float) -> Iterator[bytes]:
        """Give one byte at a time, so many seconds apart."""
        for byte in data:
            with self._lock:
                self._seconds += seconds
            yield bytes([byte])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site() -> Iterator[Loopback]:
    with Loopback({"/robots.txt": ""}) as site:
        yield site


@pytest.fixture
def fetcher(clock: Clock) -> Iterator[Fetcher]:
    with a_fetcher(clock) as fetcher:
        yield fetcher


def a_fetcher(clock: Clock, **limits: float) -> Fetcher:
    return Fetcher("cchc-monitor/1", now=lambda: NOON, limits=Limits(**limits), monotonic=clock, sleep=clock.sleep)  # type: ignore[arg-type]


def at(site: Loopback, **changes: object) -> Outlet:
    return an_outlet(**{"hosts": (site.host,), "allow_private": True, "pace": Pace(0)} | changes)


def got(fetcher: Fetcher, site: Loopback, reply: Reply, want: Want = Want.PAGE) -> Page:
    site.pages["/a"] = reply
    page = fetcher.get(site.url("/a"), at(site), want=want)
    assert isinstance(page, Page)
    return page


def failed(fetcher: Fetcher, site: Loopback, reply: Reply, want: Want = Want.PAGE) -> FetchError:
    site.pages["/a"] = reply
    with pytest.raises(FetchError) as caught:
        fetcher.get(site.url("/a"), at(site), want=want)
    assert caught.value.url == site.url("/a")
    return caught.value


# ── what comes ──


def test_a_page_comes_with_its_bytes_its_address_and_its_moment(fetcher: Fetcher, site: Loopback) -> None:
    headers = {"Content-Type": "text/html; charset=utf-8", "ETag": 'W/"5f-đ"'.encode().decode("latin-1"), "X-A": "1"}
    page = got(fetcher, site, Answer(200, headers, ARTICLE))
    assert (page.url, page.final_url) == (site.url("/a"), site.url("/a"))
    assert (page.status, page.fetched_at, page.body) == (200, NOON, ARTICLE.encode())
    assert page.content_type == "text/html"
    assert page.headers["etag"] == headers["ETag"]
    assert page.headers["x-a"] == "1"


def test_we_say_who_we_are_and_take_gzip_only_and_keep_no_cookie(fetcher: Fetcher, site: Loopback) -> None:
    for _ in range(2):
        got(fetcher, site, Answer(200, {"Set-Cookie": "D1N=1; Path=/"}, ARTICLE))
    for request in site.requests:
        assert request.headers["user-agent"] == "cchc-monitor/1"
        assert request.headers["accept-encoding"] == "gzip"
        assert "cookie" not in request.headers
    assert site.connections == 1


def test_a_proxy_in_the_environment_is_not_ours(site: Loopback, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with a_fetcher(clock) as fetcher:
        assert got(fetcher, site, ARTICLE).status == 200


def test_an_address_with_blanks_and_vietnamese_letters_is_asked_in_ascii(fetcher: Fetcher, site: Loopback) -> None:
    site.pages["/tin tức/ế"] = ARTICLE
    page = fetcher.get(site.url("/tin tức/ế#binh-luan"), at(site), want=Want.PAGE)
    assert isinstance(page, Page)
    assert page.url == page.final_url == site.url("/tin tức/ế#binh-luan")
    assert site.paths == ["/tin%20t%E1%BB%A9c/%E1%BA%BF"]


def test_a_hundred_headers_are_kept_and_none_is_cut() -> None:
    raw = [(f"X-{number}".encode(), b"1") for number in range(300)]
    raw += [
        (b"ETag", b'"' + b"a" * 2000 + b'"'),
        (b"X-Long", b"a" * 9000),
        (b"X-Bell", b"\x07v"),
        (b"Set-Cookie", b"x=1"),
    ]
    headers = kept(named(raw))
    assert len(headers) == 100
    assert len(headers["etag"]) == 2002
    assert "x-long" not in headers
    assert named([(b"X-Bell", b"\x07v"), (b"Via", b"a"), (b"via", b"b"), (b"Set-Cookie", b"x=1")]) == {
        "x-bell": "v",
        "via": "a, b",
    }


# ── conditional ──


@pytest.mark.parametrize("etag", ['"abc"', 'W/"abc"', "khong-ngoac", '"' + "a" * 2000 + '"', '"\xe0\xff"'])
def test_validators_go_back_byte_for_byte(fetcher: Fetcher, site: Loopback, etag: str) -> None:
    modified = "Tue, 05 Jan 2099 05:00:00 GMT"

    def serve(request: Request) -> Answer:
        same = request.headers.get("if-none-match") == etag and request.headers.get("if-modified-since") == modified
        return Answer(304) if same else Answer(200, {"ETag": etag, "Last-Modified": modified}, "<rss/>")

    site.pages["/rss"] = serve
    page = fetcher.get(site.url("/rss"), at(site), want=Want.FEED)
    assert isinstance(page, Page)
    given = validators_of(page)
    assert given == Validators(etag, modified)
    again = fetcher.get(site.url("/rss"), at(site), want=Want.FEED, validators=given)
    assert again == NotModified(site.url("/rss"), NOON)


def test_validators_follow_a_redirect(fetcher: Fetcher, site: Loopback) -> None:
    site.pages |= {"/cu": redirect("/moi", 301), "/moi": Answer(304)}
    answer = fetcher.get(site.url("/cu"), at(site), want=Want.FEED, validators=Validators('"1"', None))
    assert answer == NotModified(site.url("/cu"), NOON, site.url("/moi"))
    assert site.requests[-1].headers["if-none-match"] == '"1"'


def test_a_page_without_validators_has_none() -> None:
    assert validators_of(a_page()) is None
    assert validators_of(a_page(headers={"etag": ""})) is None


@pytest.mark.parametrize("validators", [None, Validators(None, None)])
def test_not_modified_says_nothing_where_we_did_not_ask(
    fetcher: Fetcher, site: Loopback, validators: Validators | None
) -> None:
    site.pages["/a"] = Answer(304)
    with pytest.raises(FetchError) as caught:
        fetcher.get(site.url("/a"), at(site), want=Want.FEED, validators=validators)
    assert caught.value.reason is Reason.UNEXPECTED_304


# ── statuses ──


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, Reason.GONE),
        (410, Reason.RETIRED),
        (400, Reason.STATUS),
        (401, Reason.FORBIDDEN),
        (403, Reason.FORBIDDEN),
        (451, Reason.FORBIDDEN),
        (500, Reason.STATUS),
        (502, Reason.STATUS),
        (204, Reason.STATUS),
        (206, Reason.STATUS),
        (300, Reason.STATUS),
        (503, Reason.STATUS),
    ],
)
def test_a_status_that_is_no_page_is_told_and_asked_once(
    fetcher: Fetcher, site: Loopback, status: int, reason: Reason
) -> None:
    error = failed(fetcher, site, Answer(status, body=ARTICLE if status != 204 else ""))
    assert (error.reason, error.status, error.retry_after) == (reason, status, None)
    assert len(site.paths) == 1


def test_every_reason_says_what_may_be_hoped_for() -> None:
    table = {severity: {reason.value for reason in Reason if reason.severity is severity} for severity in Severity}
    assert table[Severity.TEMPORARY] == {"deadline", "dns", "refused", "truncated"}
    assert table[Severity.SOFT] == {"status", "gone", "rate_limited", "unexpected_304", "soft_404"}
    assert table[Severity.HARD] >= {"tls", "robots", "left_hosts", "private_address", "not_a_feed", "retired"}
    assert sum(map(len, table.values())) == len(Reason)
    assert all(reason.severity is Severity.HARD for reason in Reason if reason.blocks)


@pytest.mark.parametrize("value", ["", "soon", "-5"])
def test_too_many_requests_without_a_number_means_a_quarter_of_an_hour(
    fetcher: Fetcher, site: Loopback, clock: Clock, value: str
) -> None:
    error = failed(fetcher, site, Answer(429, {"Retry-After": value}))
    assert (error.reason, error.status, error.retry_after) == (Reason.RATE_LIMITED, 429, UNNAMED_WAIT)
    clock.sleep(UNNAMED_WAIT - 1)
    assert failed(fetcher, site, ARTICLE).retry_after == 1
    assert len(site.paths) == 1
    clock.sleep(1)
    assert got(fetcher, site, ARTICLE).status == 200


def test_one_busy_page_silences_no_host_and_a_busy_host_is_left_alone(fetcher: Fetcher, site: Loopback) -> None:
    for _ in range(2):
        assert failed(fetcher, site, Answer(503)).reason is Reason.STATUS
    got(fetcher, site, ARTICLE)
    for _ in range(2):
        assert failed(fetcher, site, Answer(503)).reason is Reason.STATUS
    failed(fetcher, site, redirect("/a"))
    reasons = [failed(fetcher, site, Answer(503)).reason for _ in range(4)]
    assert reasons == [Reason.STATUS, Reason.STATUS, Reason.RATE_LIMITED, Reason.RATE_LIMITED]
    assert len(site.paths) == 9  # the last one did not reach the host


def test_who_waits_for_the_moment_hears_that_it_will_not_come(site: Loopback, clock: Clock) -> None:
    site.pages |= {"/a": ARTICLE, "/busy": Answer(429)}

    readers: list[Fetcher] = []

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if seconds == 7.0:  # while one waits for its turn, another is told to go away
            with pytest.raises(FetchError):
                readers[0].get(site.url("/busy"), at(site, pace=Pace(0, 2)), want=Want.PAGE)

    with Fetcher("cchc-monitor/1", now=lambda: NOON, monotonic=clock, sleep=sleep) as fetcher:
        readers.append(fetcher)
        slow = at(site, pace=Pace(7.0, 2))
        fetcher.get(site.url("/robots.txt"), at(site), want=Want.PAGE)
        with pytest.raises(FetchError) as caught:
            fetcher.get(site.url("/a"), slow, want=Want.PAGE)
    assert caught.value.reason is Reason.RATE_LIMITED
    assert site.paths == ["/busy"]


def test_silence_lasts_from_one_run_to_the_next(site: Loopback, clock: Clock) -> None:
    with a_fetcher(clock) as first, Loopback({"/a": ARTICLE}, address="127.0.0.2") as other:
        assert first.silences() == {}
        got(first, other, ARTICLE)
        failed(first, site, Answer(429, {"Retry-After": "7200"}))
        told = first.silences()
    assert told == {site.host: NOON + timedelta(hours=2)}
    with Fetcher("cchc-monitor/1", now=lambda: NOON + timedelta(hours=1), silences=told, monotonic=clock) as second:
        error = failed(second, site, ARTICLE)
        assert (error.reason, error.retry_after) == (Reason.RATE_LIMITED, 3600)
        assert second.silences() == told
    assert len(site.paths) == 1
    with Fetcher("cchc-monitor/1", now=lambda: NOON + timedelta(hours=2), silences=told) as third:
        assert third.silences() == {}
        assert got(third, site, ARTICLE).status == 200


def test_a_silence_written_down_by_a_wrong_clock_ends_within_a_day(clock: Clock) -> None:
    silences = {"bao-mau.test": NOON + timedelta(days=9999)}
    with Fetcher("cchc-monitor/1", now=lambda: NOON, silences=silences, monotonic=clock) as fetcher:
        assert fetcher.silences() == {"bao-mau.test": NOON + timedelta(days=1)}


def test_a_server_that_asks_for_patience_is_left_alone(fetcher: Fetcher, site: Loopback, clock: Clock) -> None:
    error = failed(fetcher, site, Answer(429, {"Retry-After": "120"}))
    assert (error.reason, error.status, error.retry_after) == (Reason.RATE_LIMITED, 429, 120)
    assert clock.waits == []
    clock.sleep(20.5)
    again = failed(fetcher, site, ARTICLE)
    assert (again.reason, again.status, again.retry_after) == (Reason.RATE_LIMITED, None, 100)
    assert len(site.paths) == 1
    clock.sleep(100)
    assert got(fetcher, site, ARTICLE).status == 200


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 3600 ", 3600),
        ("0", SHORTEST_WAIT),
        ("99999999", LONGEST_WAIT),
        ("9" * 5000, LONGEST_WAIT),
        (format_datetime(NOON + timedelta(minutes=10), usegmt=True), 600),
        (format_datetime(NOON - timedelta(days=10), usegmt=True), SHORTEST_WAIT),
        (format_datetime(NOON + timedelta(days=10), usegmt=True), LONGEST_WAIT),
        ("Tuesday, 05-Jan-21 05:10:00 GMT", 600),
        ("Tue, 5 Jan 2021 05:10:00 -0000", 600),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("12.5", None),
        ("٣", None),
        ("Tue, 99 Jan 2021 05:10:00 GMT", None),
    ],
)
def test_what_a_server_asks_for_is_read_and_kept_within_a_day(value: str, seconds: int | None) -> None:
    assert retry_after(value, NOON) == seconds


@given(st.text() | st.integers().map(str), st.datetimes(timezones=st.just(UTC)))
def test_no_retry_after_is_a_surprise(value: str, now: datetime) -> None:
    seconds = retry_after(value, now)
    assert seconds is None or SHORTEST_WAIT <= seconds <= LONGEST_WAIT


# ── what kind of page ──


@pytest.mark.parametrize(
    "kind", ["image/png", "video/mp4", "Application/PDF; x=1", "application/zip", "application/msword"]
)
def test_a_picture_or_a_document_is_no_page(fetcher: Fetcher, site: Loopback, kind: str) -> None:
    assert failed(fetcher, site, Answer(200, {"Content-Type": kind}, b"%PDF")).reason is Reason.NOT_HTML


@pytest.mark.parametrize(
    "kind", [None, "", "text/html", "application/octet-stream", "text/plain", "application/xhtml+xml"]
)
def test_a_page_may_be_called_anything_else_or_nothing(fetcher: Fetcher, site: Loopback, kind: str | None) -> None:
    assert got(fetcher, site, Answer(200, {"Content-Type": kind}, ARTICLE)).status == 200


CHALLENGES = [
    '<html><body><script>document.cookie="D1N=0a1b"+"; path=/";window.location.reload(true);</script></body></html>',
    "<script>\ndocument.cookie = name + v;\nlocation.href = location.href;</script><noscript>Bật JavaScript</noscript>",
    "\ufeff\n<html><head><title>Just a moment...</title></head><body><script>x()</script></body></html>",
    "<!DOCTYPE html><html><head><script>window._cf_chl_opt={};</script></head><body>Chờ một chút</body></html>",
    f"<html><head><style>{'.a{color:red}' * 200}</style><TITLE>Just a moment...</TITLE></head><body></body></html>",
    "<html><title>DDoS-Guard</title><script src='/.well-known/ddos-guard/js-challenge/index.js'></script></html>",
    "<html><iframe src='/_Incapsula_Resource?SWU=31'>Request unsuccessful. Incapsula incident ID: 4</iframe></html>",
    "<html><script>var s={};sucuri_cloudproxy_js='';</script><noscript>Javascript is required.</noscript></html>",
    "<html><script>AwsWafIntegration.checkForceRefresh()</script><noscript>JavaScript is disabled</noscript></html>",
    f"<html><script src='/.within.website/x/cmd/anubis/static/main.mjs'></script><p>{'Not a bot? ' * 60}</p></html>",
    "<html><body><h1>Checking your browser before accessing mau.test</h1></body></html>",
    "<html><body><h1>Đang kiểm tra trình duyệt của bạn</h1><p>Xin chờ 5 giây.</p></body></html>",
    '<html><form action="/login"><input name="u"><input TYPE="password"></form><p>Wi-Fi công cộng</p></html>',
    "<html><head><meta http-equiv='refresh' content='0; url=http://10.5.0.1/login?to=x'></head></html>",
    "<html><iframe src='/cgi-sys/suspendedpage.cgi'></iframe></html>",
    "<html><p>Trang web này đã bị chặn theo yêu cầu của cơ quan có thẩm quyền.</p></html>",
    "<html><h1>Thông báo</h1><p>Dịch vụ lưu trữ của tên miền mau.test đã hết hạn, đề nghị gia hạn.</p></html>",
]


@pytest.mark.parametrize("body", CHALLENGES, ids=range(len(CHALLENGES)))
@pytest.mark.parametrize("want", list(Want))
def test_a_page_that_stands_before_the_page_is_not_an_empty_page(
    fetcher: Fetcher, site: Loopback, body: str, want: Want
) -> None:
    error = failed(fetcher, site, body, want)
    assert error.reason is Reason.CHALLENGE
    assert error.reason.blocks
    assert error.detail  # which wall


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (403, {"cf-mitigated": "challenge"}),
        (503, {"cf-mitigated": "Challenge"}),
        (200, {"cf-mitigated": "challenge"}),
        (202, {"x-amzn-waf-action": "challenge"}),
        (405, {"x-amzn-waf-action": "captcha"}),
        (511, {}),
    ],
)
def test_a_wall_that_says_so_itself_is_believed(
    fetcher: Fetcher, site: Loopback, status: int, headers: dict[str, str | None]
) -> None:
    assert failed(fetcher, site, Answer(status, headers, ARTICLE)).reason is Reason.CHALLENGE


STORY = (
    f"<h1>Chặn trang lừa đảo</h1><p>{'Nhiều trang web đã bị chặn theo yêu cầu của cơ quan có thẩm quyền. ' * 40}</p>"
)


@pytest.mark.parametrize(
    "body",
    [
        ARTICLE,
        *(f"{challenge}{ARTICLE * 2}" for challenge in CHALLENGES),
        ARTICLE.replace("<p>", '<p><script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>'),
        "<html><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script><h1>Video: Một cửa</h1></html>",
        f"<html><title>Cloudflare ngừng dịch vụ</title><p>{'Cloudflare: checking your browser. ' * 20}</p></html>",
        f"<html>{STORY}</html>",
        "<html><h1>Tin vắn</h1><time>5/1</time><p>Trang web giả mạo đã bị chặn.</p></html>",
        "<html><h1>Xã Mẫu Sơn</h1><p>Người dân bị chặn đường vì mưa lũ; dịch vụ công vẫn chạy.</p></html>",
        f"<html>{'<div><p>' * 3000}{CHALLENGES[0]}{'a ' * 500}</html>",
        "<script>document.cookie='a=1'</script>",
        '<script>location.href == "x"; document.cookie = 1</script>',
        "document.cookie=1;location.reload()",
        "<rss version='2.0'><channel><title>Checking your browser is safe</title></channel></rss>".replace("your", "a"),
        "<html></html>",
        "",
    ],
    ids=str.__len__,
)
def test_an_article_with_such_a_script_or_such_words_is_an_article(body: str) -> None:
    assert standing(200, {}, body.encode()) is None


def test_the_name_of_a_protection_service_is_no_wall() -> None:
    for headers in ({"server": "cloudflare", "cf-ray": "1"}, {"server": "ddos-guard"}, {"x-cdn": "Imperva"}):
        assert announced(403, headers) is None


@given(st.binary(max_size=2000), st.sampled_from(CHALLENGES))
def test_no_body_is_a_surprise(noise: bytes, wall: str) -> None:
    for body in (noise, wall.encode() + noise, wall.encode()[: len(noise)] + noise):
        standing(200, {}, body)


# ── redirects ──


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_and_both_ends_are_known(fetcher: Fetcher, site: Loopback, status: int) -> None:
    site.pages |= {"/a": redirect("b/../tin?id=1#x", status), "/tin?id=1": ARTICLE}
    page = fetcher.get(site.url("/a"), at(site), want=Want.PAGE)
    assert isinstance(page, Page)
    assert (page.url, page.final_url) == (site.url("/a"), site.url("/tin?id=1"))


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ((), False),
        ((301,), True),
        ((308,), True),
        ((301, 308, 301), True),
        ((302,), False),
        ((307,), False),
        ((303,), False),
        ((301, 302), False),
        ((302, 301), False),
        ((301, 307, 308), False),
    ],
)
def test_only_an_unbroken_chain_for_good_moves_an_address(
    fetcher: Fetcher, site: Loopback, statuses: tuple[int, ...], moved: bool
) -> None:
    site.pages |= {f"/{n}": redirect(f"/{n + 1}", status) for n, status in enumerate(statuses)}
    end = f"/{len(statuses)}"
    site.pages[end] = ARTICLE
    page = fetcher.get(site.url("/0"), at(site), want=Want.FEED)
    assert isinstance(page, Page)
    assert page.moved_to == (site.url(end) if moved else None)
    site.pages[end] = Answer(304)
    unchanged = fetcher.get(site.url("/0"), at(site), want=Want.FEED, validators=Validators('"1"', None))
    assert unchanged == NotModified(site.url("/0"), NOON, site.url(end) if moved else None)


def test_an_address_moves_to_another_host_of_the_outlet_and_to_no_other(fetcher: Fetcher, site: Loopback) -> None:
    with Loopback({"/robots.txt": "", "/moi": ARTICLE}, address="127.0.0.2") as new:
        site.pages["/a"] = redirect(new.url("/moi"), 301)
        page = fetcher.get(site.url("/a"), at(site, hosts=(site.host, new.host)), want=Want.PAGE)
        assert isinstance(page, Page)
        assert page.moved_to == new.url("/moi")
        assert failed(fetcher, site, redirect(new.url("/moi"), 301)).reason is Reason.LEFT_HOSTS


def test_five_redirects_are_followed_and_a_sixth_is_not(fetcher: Fetcher, site: Loopback) -> None:
    site.pages |= {f"/{number}": redirect(f"/{number + 1}") for number in range(10)} | {"/10": ARTICLE}
    assert isinstance(fetcher.get(site.url("/5"), at(site), want=Want.PAGE), Page)
    with pytest.raises(FetchError) as caught:
        fetcher.get(site.url("/4"), at(site), want=Want.PAGE)
    assert caught.value.reason is Reason.REDIRECTS
    assert site.paths[-6:] == ["/4", "/5", "/6", "/7", "/8", "/9"]


def test_a_circle_is_left_at_once(fetcher: Fetcher, site: Loopback) -> None:
    site.pages["/b"] = redirect("/a")
    assert failed(fetcher, site, redirect("/b")).reason is Reason.REDIRECTS
    assert site.paths == ["/a", "/b"]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("file:///etc/passwd", Reason.SCHEME),
        ("ftp://bao-mau.test/", Reason.SCHEME),
        ("data:text/html,x", Reason.SCHEME),
        ("gopher://bao-mau.test/", Reason.SCHEME),
        ("javascript:alert(1)", Reason.SCHEME),
        ("http://bao-khac.test/", Reason.LEFT_HOSTS),
        ("//bao-khac.test/", Reason.LEFT_HOSTS),
        ("http://127.0.0.2/", Reason.LEFT_HOSTS),
        ("http://127.0.0.1:9/", Reason.PORT),
        ("https://127.0.0.1/", Reason.PORT),
        ("http://[::1", Reason.PROTOCOL),
        ("http://bao-mau.test:cong/", Reason.PROTOCOL),
        ("", Reason.PROTOCOL),
        (" ", Reason.PROTOCOL),
    ],
)
def test_a_redirect_leads_only_where_the_outlet_is(
    fetcher: Fetcher, site: Loopback, target: str, reason: Reason
) -> None:
    assert failed(fetcher, site, redirect(target)).reason is reason
    assert len(site.paths) == 1


def test_a_redirect_without_a_target_is_a_fault_of_the_server(fetcher: Fetcher, site: Loopback) -> None:
    assert failed(fetcher, site, Answer(302)).reason is Reason.PROTOCOL


def test_a_redirect_in_raw_vietnamese_is_understood(fetcher: Fetcher, site: Loopback) -> None:
    site.pages["/tin/ế"] = ARTICLE
    reply = Raw("HTTP/1.1 302 Found\r\nLocation: /tin/ế\r\nContent-Length: 0\r\n\r\n".encode())
    assert got(fetcher, site, reply).final_url == site.url("/tin/%E1%BA%BF")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", Reason.SCHEME),
        ("bao-mau.test/tin", Reason.SCHEME),
        ("", Reason.SCHEME),
        ("http:///tin", Reason.PROTOCOL),
        ("http://[::1", Reason.PROTOCOL),
        ("http://bao-mau.test:99999/", Reason.PORT),
        ("http://x.bao-mau.test/", Reason.LEFT_HOSTS),
        ("http://bao-mau.test.evil.test/", Reason.LEFT_HOSTS),
        ("http://bao-mau.test\\@evil.test/", Reason.PROTOCOL),
    ],
)
def test_an_address_outside_the_outlet_is_not_even_resolved(url: str, reason: Reason) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    outlet = an_outlet(hosts=("bao-mau.test",))
    with Fetcher("cchc-monitor/1", now=lambda: NOON, resolve=resolve) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.get(url, outlet, want=Want.PAGE)
    assert caught.value.reason is reason


@pytest.mark.parametrize("where", ["bao-mau.test", "bao-khac.test", "[::1", "bao-mau.test:x"])
def test_a_password_in_an_address_is_neither_used_nor_repeated(where: str) -> None:
    with Fetcher("cchc-monitor/1", now=lambda: NOON) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.get(f"http://ten:mat/khau@{where}/tin", an_outlet(), want=Want.PAGE)
    with Fetcher("cchc-monitor/1", now=lambda: NOON) as fetcher, pytest.raises(FetchError) as caught_too:
        fetcher.get(f"http://ten:matkhau@{where}/tin", an_outlet(), want=Want.PAGE)
    for error in (caught.value, caught_too.value):
        assert error.reason is Reason.PROTOCOL
        assert "ten:" not in str(error)
        assert "khau" not in str(error)


def test_hosts_are_compared_without_case_and_default_port(site: Loopback, clock: Clock) -> None:
    with Fetcher(
        "cchc-monitor/1", now=lambda: NOON, monotonic=clock, sleep=clock.sleep, resolve=lambda host, port: ["127.0.0.1"]
    ) as fetcher:
        site.pages["/a"] = ARTICLE
        outlet = at(site, hosts=(f"Bao-Mau.test:{site.port}",))
        page = fetcher.get(f"HTTP://BAO-MAU.TEST:{site.port}/a", outlet, want=Want.PAGE)
    assert isinstance(page, Page)
    assert site.requests[-1].headers["host"] == f"bao-mau.test:{site.port}"


# ── bodies ──


def packed(data: bytes, encoding: str = "gzip", **headers: str) -> Answer:
    return Answer(200, {"Content-Type": "text/html", "Content-Encoding": encoding} | headers, data)


def raw_deflate(data: bytes) -> bytes:
    squeeze = zlib.compressobj(wbits=-15)
    return squeeze.compress(data) + squeeze.flush()


@pytest.mark.parametrize(
    "reply",
    [
        packed(gzip.compress(ARTICLE.encode())),
        packed(gzip.compress(ARTICLE.encode()), "X-GZIP"),
        packed(gzip.compress(ARTICLE.encode()[:99]) + gzip.compress(ARTICLE.encode()[99:])),
        packed(gzip.compress(ARTICLE.encode()) + b"\0" * 512),
        packed(zlib.compress(ARTICLE.encode()), "deflate"),
        packed(raw_deflate(ARTICLE.encode()), "deflate"),
        packed(ARTICLE.encode(), "identity"),
        packed(ARTICLE.encode(), ""),
    ],
)
def test_a_packed_page_is_unpacked(fetcher: Fetcher, site: Loopback, reply: Answer) -> None:
    assert got(fetcher, site, reply).body == ARTICLE.encode()


def test_an_empty_body_is_an_empty_page(fetcher: Fetcher, site: Loopback) -> None:
    assert got(fetcher, site, packed(b"")).body == b""


@given(st.binary(max_size=3000), st.integers(1, 700))
def test_unpacking_does_not_depend_on_where_the_network_cuts(data: bytes, size: int) -> None:
    for encoding, wrapped in (
        ("gzip", gzip.compress(data)),
        ("deflate", raw_deflate(data)),
        ("deflate", zlib.compress(data)),
    ):
        inflater = Inflater(encoding)
        pieces = [p for at in range(0, len(wrapped), size) for p in inflater.pieces(wrapped[at : at + size])]
        assert b"".join(pieces) + inflater.finish() == data


def test_a_gzip_bomb_is_stopped_where_it_unpacks(site: Loopback, clock: Clock) -> None:
    squeeze = zlib.compressobj(9, wbits=31)
    bomb = b"".join([*(squeeze.compress(b"\0" * 1024 * KIB) for _ in range(300)), squeeze.flush()])
    assert len(bomb) < 400 * KIB
    with a_fetcher(clock) as fetcher:
        fetcher.get(site.url("/robots.txt"), at(site), want=Want.PAGE)
        tracemalloc.start()
        try:
            assert failed(fetcher, site, packed(bomb)).reason is Reason.TOO_LARGE
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 20 * 1024 * KIB
    assert len([path for path in site.paths if path == "/a"]) == 1


@pytest.mark.parametrize(("want", "cap"), [(Want.FEED, 30), (Want.SITEMAP, 50), (Want.PAGE, 20)])
def test_each_kind_has_its_own_cap(site: Loopback, clock: Clock, want: Want, cap: int) -> None:
    with a_fetcher(clock, feed=30 * KIB, sitemap=50 * KIB, page=20 * KIB) as fetcher:
        fits = b"a" * cap * KIB
        assert got(fetcher, site, fits, want).body == fits
        assert got(fetcher, site, packed(gzip.compress(fits)), want).body == fits
        for over in (fits + b"a", packed(gzip.compress(fits + b"a"))):
            assert failed(fetcher, site, over, want).reason is Reason.TOO_LARGE


def test_the_caps_are_those_of_the_house() -> None:
    mib = KIB * KIB
    assert [Limits().bytes_of(want) for want in (Want.FEED, Want.SITEMAP, Want.PAGE)] == [10 * mib, 50 * mib, 5 * mib]
    assert Limits().deadline == 60


def test_a_packed_sitemap_file_is_unpacked_under_the_same_cap(site: Loopback, clock: Clock) -> None:
    sitemap = b"<urlset/>" * 100
    kind = {"Content-Type": "application/gzip"}
    with a_fetcher(clock, sitemap=20 * KIB) as fetcher:
        assert got(fetcher, site, Answer(200, kind, gzip.compress(sitemap)), Want.SITEMAP).body == sitemap
        twice = packed(gzip.compress(gzip.compress(sitemap)))
        assert got(fetcher, site, twice, Want.SITEMAP).body == sitemap
        bomb = Answer(200, kind, gzip.compress(b"\0" * 21 * KIB))
        assert failed(fetcher, site, bomb, Want.SITEMAP).reason is Reason.TOO_LARGE
        half = Answer(200, kind, gzip.compress(sitemap)[:-9])
        assert failed(fetcher, site, half, Want.SITEMAP).reason is Reason.TRUNCATED


def test_a_length_that_cannot_be_is_not_waited_for(fetcher: Fetcher, site: Loopback) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n"
    assert failed(fetcher, site, Raw(head, then="hang")).reason is Reason.TOO_LARGE


def endless(head: bytes, piece: bytes) -> Iterator[bytes]:
    yield head
    for _ in range(2000):
        yield piece


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"2000\r\n" + b"a" * 0x2000 + b"\r\n"),
        (b"HTTP/1.0 200 OK\r\n\r\n", b"a" * 0x2000),
        (b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(b"") * 400),
    ],
)
def test_a_body_without_end_ends_at_the_cap(site: Loopback, clock: Clock, head: bytes, piece: bytes) -> None:
    with a_fetcher(clock, page=200 * KIB) as fetcher:
        assert failed(fetcher, site, Raw(endless(head, piece), then="hang")).reason is Reason.TOO_LARGE


@pytest.mark.parametrize("status", [b"404 Not Found", b"302 Found\r\nLocation: /b", b"500 Oh"])
def test_what_comes_with_an_error_or_a_redirect_is_not_read(fetcher: Fetcher, site: Loopback, status: bytes) -> None:
    hung_up = Event()

    def pour() -> Iterator[bytes]:
        try:
            yield from endless(b"HTTP/1.1 " + status + b"\r\n\r\n", b"a" * 64 * KIB)
        finally:
            hung_up.set()

    error = failed(fetcher, site, Raw(pour()))
    assert hung_up.wait(10)  # while the error is still in our hands, and with it everything that led to it
    assert error.reason in {Reason.GONE, Reason.STATUS}


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "gzip, br", "compress", "x" * 9000])
def test_a_packing_that_we_did_not_offer_is_asked_for_unpacked_once(
    fetcher: Fetcher, site: Loopback, encoding: str
) -> None:
    assert failed(fetcher, site, packed(b"whatever", encoding)).reason is Reason.ENCODING
    asked = [r.headers["accept-encoding"] for r in site.requests if r.path == "/a"]
    assert asked == ["gzip", "identity"]


@pytest.mark.parametrize("body", [b"not gzip at all", gzip.compress(ARTICLE.encode())[:-8] + b"12345678"])
def test_a_page_packed_badly_comes_unpacked(fetcher: Fetcher, site: Loopback, body: bytes) -> None:
    def serve(request: Request) -> Reply:
        return packed(body) if request.headers["accept-encoding"] == "gzip" else ARTICLE

    site.pages["/a"] = serve
    page = fetcher.get(site.url("/a"), at(site), want=Want.PAGE)
    assert isinstance(page, Page)
    assert page.body == ARTICLE.encode()


# ── connections that break ──

TRUNCATED: list[Reply] = [
    Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<html>"),
    Raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n"),
    packed(gzip.compress(ARTICLE.encode())[:-20]),
]


@pytest.mark.parametrize("reply", TRUNCATED)
def test_half_a_page_is_no_page(fetcher: Fetcher, site: Loopback, clock: Clock, reply: Reply) -> None:
    assert failed(fetcher, site, reply).reason is Reason.TRUNCATED
    assert len(site.paths) == 3
    assert len(clock.waits) == 2


@pytest.mark.parametrize(
    "reply",
    [
        Raw(b""),
        Raw(b"HTTP/1.1 200 OK\r\nContent-Ty"),
        Raw(b"", then="reset"),
        Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<html>", then="reset"),
    ],
)
def test_a_server_that_hangs_up_is_tried_three_times(fetcher: Fetcher, site: Loopback, reply: Raw) -> None:
    assert failed(fetcher, site, reply).reason in {Reason.REFUSED, Reason.TRUNCATED}
    assert len(site.paths) == 3


def test_a_reset_is_a_refusal(fetcher: Fetcher, site: Loopback) -> None:
    assert failed(fetcher, site, Raw(b"", then="reset")).reason is Reason.REFUSED


def test_a_stumble_is_forgiven(fetcher: Fetcher, site: Loopback, clock: Clock) -> None:
    replies: list[Reply] = [Raw(b"", then="reset"), TRUNCATED[0], ARTICLE]

    def serve(request: Request) -> Reply:
        return replies.pop(0)

    site.pages["/a"] = serve
    assert isinstance(fetcher.get(site.url("/a"), at(site), want=Want.PAGE), Page)
    assert 0.25 <= clock.waits[0] <= 0.75
    assert 0.5 <= clock.waits[1] <= 1.5


def test_a_closed_port_is_a_refusal_and_no_rule_of_robots(fetcher: Fetcher, clock: Clock) -> None:
    with Loopback() as gone:
        pass
    error = failed(fetcher, gone, ARTICLE)
    assert error.reason is Reason.REFUSED
    assert "robots.txt" in error.detail
    assert len(clock.waits) == 2


def test_a_name_that_does_not_exist_is_a_dns_failure(clock: Clock) -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    with (
        Fetcher("cchc-monitor/1", now=lambda: NOON, resolve=nobody, sleep=clock.sleep) as fetcher,
        pytest.raises(FetchError) as caught,
    ):
        fetcher.get("http://bao-mau.test/tin", an_outlet(), want=Want.PAGE)
    assert caught.value.reason is Reason.DNS
    assert clock.waits == []


@pytest.mark.parametrize(
    "reply",
    [
        Raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        Raw(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 5_000_000 + b"\r\n\r\n"),
        Raw(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(2000)) + b"\r\n"),
        Raw(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
        Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"),
        Raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"),
        Raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        Raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
    ],
)
def test_a_server_that_speaks_no_http_is_told_as_such(fetcher: Fetcher, site: Loopback, reply: Raw) -> None:
    error = failed(fetcher, site, reply)
    assert error.reason in {Reason.PROTOCOL, Reason.STATUS}
    assert error.reason is Reason.PROTOCOL or error.status == 101
    assert len(site.paths) == 1


@pytest.mark.parametrize("more", [b"too much", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"])
def test_what_a_server_sends_too_much_is_nobodys_page(fetcher: Fetcher, site: Loopback, more: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>" + more
    assert got(fetcher, site, Raw(answer, then="hang")).body == b"<html>"
    assert got(fetcher, site, ARTICLE).body == ARTICLE.encode()


def test_what_comes_behind_a_304_is_nobodys_page(fetcher: Fetcher, site: Loopback) -> None:
    evil = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    site.pages["/a"] = Raw(b"HTTP/1.1 304 Not Modified\r\nContent-Length: %d\r\n\r\n%b" % (len(evil), evil))
    answer = fetcher.get(site.url("/a"), at(site), want=Want.FEED, validators=Validators('"1"', None))
    assert isinstance(answer, NotModified)
    assert got(fetcher, site, ARTICLE).body == ARTICLE.encode()


# ── time ──


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n"])
def test_a_server_that_drips_is_left_at_the_deadline(site: Loopback, clock: Clock, head: bytes) -> None:
    reply = Raw(clock.dripping(head + b"a" * 400, 0.3))  # and then hangs up: who waits that long sees it
    with a_fetcher(clock, deadline=60) as fetcher:
        assert failed(fetcher, site, reply).reason is Reason.DEADLINE
    assert len(site.paths) == 1


def test_endless_promises_of_an_answer_end_at_the_deadline(site: Loopback, clock: Clock) -> None:
    reply = Raw(clock.dripping(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100, 0.1))
    with a_fetcher(clock, deadline=60) as fetcher:
        assert failed(fetcher, site, reply).reason is Reason.DEADLINE


def test_redirects_share_one_deadline(site: Loopback, clock: Clock) -> None:
    def slowly(request: Request) -> Raw:
        here = int(request.path[1:])
        return Raw(clock.dripping(f"HTTP/1.1 302 Found\r\nLocation: /{here + 1}\r\n\r\n".encode(), 0.5))

    site.pages |= {f"/{number}": slowly for number in range(9)}
    with a_fetcher(clock, deadline=60) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.get(site.url("/0"), at(site), want=Want.PAGE)
    assert caught.value.reason is Reason.DEADLINE
    assert len(site.paths) < 6


@pytest.mark.parametrize("limits", [{"deadline": 0.2}, {"read": 0.2}])
def test_a_server_that_never_answers_is_left(site: Loopback, limits: dict[str, float]) -> None:
    with Fetcher("cchc-monitor/1", now=lambda: NOON, limits=Limits(**limits)) as fetcher:  # type: ignore[arg-type]
        assert failed(fetcher, site, Raw(b"", then="hang")).reason is Reason.DEADLINE
    assert len(site.paths) == 1


@given(st.floats(0.1, 90), st.floats(0, 90))
def test_no_single_wait_is_longer_than_what_is_left(once: float, spent: float) -> None:
    clock = Clock()
    budget = Budget(60, clock)
    with budget.spending():
        clock.sleep(spent)
        if spent >= 60:
            with pytest.raises(httpcore.ReadTimeout):
                seconds_left(Within(once, budget))
        else:
            assert seconds_left(Within(once, budget)) == min(once, 60 - spent)


def test_waiting_for_our_own_pace_costs_no_deadline(site: Loopback, clock: Clock) -> None:
    site.pages |= {"/1": redirect("/2"), "/2": redirect("/3"), "/3": ARTICLE}
    with a_fetcher(clock, deadline=5) as fetcher:
        assert isinstance(fetcher.get(site.url("/1"), at(site, pace=Pace(30.0)), want=Want.PAGE), Page)
    assert clock() == 90


# ── pace ──


def test_requests_to_one_host_start_so_many_seconds_apart(fetcher: Fetcher, site: Loopback, clock: Clock) -> None:
    starts: list[float] = []

    def note(request: Request) -> str:
        starts.append(clock())
        return ARTICLE

    site.pages["/a"] = note
    with Loopback({"/robots.txt": "", "/b": ARTICLE}, address="127.0.0.2") as other:
        outlet = at(site, hosts=(site.host, other.host), pace=Pace(2.0))
        for _ in range(3):
            fetcher.get(site.url("/a"), outlet, want=Want.PAGE)
        before = clock()
        fetcher.get(other.url("/b"), outlet, want=Want.PAGE)
        assert clock() == before + 2.0  # its own robots.txt, then its page: the other host's rhythm is not its own
    assert [later - earlier for earlier, later in pairwise(starts)] == [2.0, 2.0]


def test_no_pace_waits_never(fetcher: Fetcher, site: Loopback, clock: Clock) -> None:
    for _ in range(20):
        got(fetcher, site, ARTICLE)
    assert clock.waits == []


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_requests_at_once_than_the_host_is_to_bear(fetcher: Fetcher, site: Loopback, at_once: int) -> None:
    arrived, answer = Semaphore(0), Event()

    def serve(request: Request) -> str:
        arrived.release()
        answer.wait(10)
        return ARTICLE

    def get() -> None:
        pages.append(fetcher.get(site.url("/a"), at(site, pace=Pace(0, at_once)), want=Want.PAGE))

    site.pages["/a"] = serve
    pages: list[Page | NotModified] = []
    threads = [Thread(target=get) for _ in range(at_once + 1)]
    for thread in threads:
        thread.start()
    for _ in range(at_once):
        assert arrived.acquire(timeout=10)
    assert not arrived.acquire(timeout=0.1)  # one too many would come now; it may not come before another is done
    answer.set()
    for thread in threads:
        thread.join()
    assert len(pages) == at_once + 1


def test_a_failure_gives_its_place_back(fetcher: Fetcher, site: Loopback) -> None:
    for reply in (Answer(500), TRUNCATED[0], packed(b"", "br"), redirect("file:///")):
        failed(fetcher, site, reply)
    assert got(fetcher, site, ARTICLE).status == 200


# ── TLS ──


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Loopback]:
    pem = tmp_path / "bao-mau.pem"
    pem.write_text(KEY + CERTIFICATE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with Loopback({"/robots.txt": "", "/a": ARTICLE}, tls=context) as site:
        yield site


def secure_fetcher(tls: ssl.SSLContext | None) -> Fetcher:
    limits = Limits(backoff=0)
    return Fetcher("cchc-monitor/1", now=lambda: NOON, limits=limits, resolve=lambda h, p: ["127.0.0.1"], tls=tls)


def test_the_certificate_is_that_of_the_name_and_not_of_the_address_dialled(secure: Loopback) -> None:
    trusting = ssl.create_default_context(cadata=CERTIFICATE)
    with secure_fetcher(trusting) as fetcher:
        host = f"bao-mau.test:{secure.port}"
        page = fetcher.get(f"https://{host}/a", at(secure, hosts=(host,)), want=Want.PAGE)
        assert isinstance(page, Page)
        assert page.body == ARTICLE.encode()
    assert secure.requests[-1].headers["host"] == host


@pytest.mark.parametrize(
    ("host", "trusted"), [("bao-mau.test", False), ("bao-khac.test", True), ("127.0.0.1", True)], ids=str
)
def test_a_certificate_that_proves_nothing_is_not_accepted(secure: Loopback, host: str, trusted: bool) -> None:
    tls = ssl.create_default_context(cadata=CERTIFICATE) if trusted else None
    name = f"{host}:{secure.port}"
    with secure_fetcher(tls) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.get(f"https://{name}/a", at(secure, hosts=(name,)), want=Want.PAGE)
    assert caught.value.reason is Reason.TLS
    assert secure.requests == []


def test_a_server_that_does_not_speak_tls_is_a_tls_failure(site: Loopback) -> None:
    with secure_fetcher(None) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.get(f"https://{site.host}/a", at(site), want=Want.PAGE)
    assert caught.value.reason in {Reason.TLS, Reason.REFUSED}
