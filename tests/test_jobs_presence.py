"""The road from a page to a standing duty's status: looked at politely, kept whole, told day by day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from threading import Event
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from monitor.calendar import Calendar, Every, Period
from monitor.coverage import Status
from monitor.errors import Reason
from monitor.fetch import Fetcher
from monitor.jobs.count import report
from monitor.jobs.presence import check, watched
from monitor.plan import Channel, Obligation, Plan, Proof, Target, WatchLevel
from monitor.press import Expected, Outlet, Pace, Presence, Press, Shown, Sighting, Validity
from monitor.reports import FORMATS
from monitor.reports import json as report_json
from storage import Database, articles, presence
from tests.factories import NOON, SET_BY, a_page, a_plan, a_press, an_outlet
from tests.loopback import Answer, Loopback, Raw, redirect

WORDS = "Ủy ban nhân dân tỉnh Mẫu tiếp công dân vào ngày mười lăm hằng tháng tại trụ sở tiếp công dân của tỉnh."
HOTLINE = "<p>Đường dây nóng: <b>0209.3870.123</b>, hòm thư: duongdaynong [at] mau.test</p>"
EXPECT = {"phone": "0209 3870 123", "email": "duongdaynong@mau.test"}
JANUARY = Period(date(2021, 1, 1), date(2021, 1, 31), "Tháng 1/2021")


def a_home(box: str = HOTLINE) -> str:
    return f"<html><head><title>Báo Mẫu</title></head><body>{f'<p>{WORDS}</p>' * 5}{box}</body></html>"


def at(day: int, hour: int = 5) -> datetime:
    return datetime(2021, 1, day, hour, 30, tzinfo=UTC)


@contextmanager
def a_portal(pages: dict[str, Any] | None = None, **changes: Any) -> Iterator[tuple[Loopback, Press]]:
    with Loopback(pages if pages is not None else {"/": a_home()}) as site:
        duty = Presence("3b", site.url("/"), EXPECT)
        given: dict[str, Any] = {"hosts": (site.host,), "allow_private": True, "pace": Pace(0), "presence": (duty,)}
        yield site, a_press(outlets=(an_outlet(**(given | changes)),))


def looked(db: Database, press: Press, when: datetime, **options: Any) -> list[Sighting]:
    with Fetcher("cchc-monitor/test", now=lambda: when) as fetcher:
        outlets = watched(press, when.date())
        return list(check(db, fetcher, outlets, now=lambda: when, stop=options.pop("stop", Event()), **options))


def kept(db: Database, period: Period = JANUARY) -> list[Sighting]:
    with db.connect() as conn:
        return presence.sighted(conn, period)


def plan_of(due: int, every: Every = Every.MONTH) -> Plan:
    return a_plan(
        obligations=(Obligation("3b", "bao-mau", (Channel.ONLINE,), Proof.PRESENCE),),
        levels=(WatchLevel("3b", "bao-mau", Target(due, every), SET_BY),),
    )


def test_what_is_found_is_kept_with_the_pages_words_and_its_bytes(db: Database) -> None:
    with a_portal() as (site, press):
        (found,) = looked(db, press, at(4))
        assert site.paths == ["/"]
    assert found.shown is Shown.FOUND
    assert [one.kind for one in found.expected] == ["phone", "email"]
    assert "Đường dây nóng: 0209.3870.123" in (found.expected[0].quote or "")
    assert kept(db) == [found]
    assert found.sha256 == sha256(a_home().encode()).hexdigest()
    with db.connect() as conn:
        assert articles.body(conn, found.sha256) == a_home().encode()
        assert presence.has(conn, found.sha256)
        assert not presence.has(conn, "0" * 64)
        fetch = conn.execute(text("SELECT final_url, status, headers FROM sightings")).one()
    assert (fetch.final_url, fetch.status) == (found.url, 200)
    assert "text/html" in fetch.headers


def test_a_page_that_lacks_something_is_a_finding_and_no_failure(db: Database) -> None:
    with a_portal({"/": a_home("<p>Đường dây nóng: 0209.3870.123</p>")}) as (_, press):
        (found,) = looked(db, press, at(4))
    assert (found.shown, found.reason) == (Shown.ABSENT, None)
    assert [one.quote is None for one in found.expected] == [False, True]
    assert found.sha256


@pytest.mark.parametrize(
    ("answer", "reason", "bytes_came"),
    [
        (Answer(500), Reason.STATUS, False),
        (Answer(404), Reason.GONE, False),
        (Answer(503, {"Retry-After": "3600"}), Reason.RATE_LIMITED, False),
        (Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<html>"), Reason.TRUNCATED, False),
        (Answer(200, {"Content-Type": "application/pdf"}, b"%PDF-1.4"), Reason.NOT_HTML, False),
        (redirect("http://khac.test/"), Reason.LEFT_HOSTS, False),
        ("<html><script>document.cookie='D1N=1';window.location.reload()</script></html>", Reason.CHALLENGE, False),
        ("<html><body></body></html>", Reason.EXTRACTION, True),
        ("<title>404</title><h1>Không tìm thấy trang</h1>", Reason.SOFT_404, True),
    ],
)
def test_a_page_that_was_not_read_leaves_its_reason_and_says_nothing_of_the_hotline(
    db: Database, answer: Any, reason: Reason, bytes_came: bool
) -> None:
    with a_portal({"/": answer}) as (_, press):
        (found,) = looked(db, press, at(4))
    assert (found.shown, found.reason, found.expected) == (Shown.UNREAD, reason, ())
    assert (found.sha256 is not None) is bytes_came
    assert kept(db) == [found]


def in_turn(*answers: Any) -> Any:
    """Answer each request with the next of `answers`, then for ever with the last."""
    waiting = list(answers)
    return lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]


PHONE, MAIL = "<p>Đường dây nóng: 0209.3870.123</p>", "<p>Hòm thư: duongdaynong@mau.test</p>"


@pytest.mark.parametrize(
    ("second", "shown", "reason"),
    [
        (a_home(""), Shown.ABSENT, None),
        (a_home(PHONE), Shown.ABSENT, None),
        (a_home(), Shown.FOUND, None),
        (Answer(500), Shown.UNREAD, Reason.STATUS),
        ("<title>Cổng TTĐT</title><p>Website đang được bảo trì.</p>", Shown.UNREAD, Reason.SOFT_404),
    ],
)
def test_what_lacks_something_is_asked_a_second_time_and_only_what_lacks_it_twice_is_absent(
    db: Database, second: Any, shown: Shown, reason: Reason | None
) -> None:
    with a_portal({"/": in_turn(a_home(""), second)}) as (site, press):
        (found,) = looked(db, press, at(4))
        assert site.paths == ["/", "/"]
    assert (found.shown, found.reason) == (shown, reason)
    assert kept(db) == [found]


def test_a_page_that_lacks_one_thing_and_then_another_lacks_none(db: Database) -> None:
    with a_portal({"/": in_turn(a_home(PHONE), a_home(MAIL))}) as (_, press):
        (found,) = looked(db, press, at(4))
    assert (found.shown, found.reason) == (Shown.UNREAD, Reason.EXTRACTION)


def test_the_second_question_comes_after_the_other_pages_and_once_for_all_that_is_missing(db: Database) -> None:
    with a_portal({"/": a_home(""), "/hai": a_home()}) as (site, press):
        (own,) = press.outlets
        duties = (*own.presence, Presence("9", site.url("/"), EXPECT), Presence("3b", site.url("/hai"), EXPECT))
        found = looked(db, replace(press, outlets=(replace(own, presence=duties),)), at(4))
        assert site.paths == ["/", "/hai", "/"]
    assert sorted(one.shown for one in found) == [Shown.ABSENT, Shown.ABSENT, Shown.FOUND]
    assert len(kept(db)) == 3


def test_a_signal_before_the_second_question_leaves_the_page_unseen(db: Database) -> None:
    stop = Event()

    def last_page(_: Any) -> str:
        stop.set()
        return a_home("")

    with a_portal({"/": last_page}) as (site, press):
        assert looked(db, press, at(4), stop=stop) == []
        assert site.paths == ["/"]
    assert kept(db) == []


def test_robots_that_forbid_the_page_are_obeyed(db: Database) -> None:
    rules = Answer(200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /\n")
    with a_portal({"/": a_home(), "/robots.txt": rules}) as (site, press):
        (found,) = looked(db, press, at(4))
        assert site.paths == []
    assert (found.shown, found.reason) == (Shown.UNREAD, Reason.ROBOTS)


def test_a_dead_portal_stops_no_other(db: Database) -> None:
    with a_portal() as (site, press):
        dead = replace(press.outlets[0], code="cong-mau", presence=(Presence("3b", site.url("/mat"), EXPECT),))
        press = replace(press, outlets=(dead, *press.outlets))
        found = {one.outlet: one.shown for one in looked(db, press, at(4))}
    assert found == {"cong-mau": Shown.UNREAD, "bao-mau": Shown.FOUND}


def test_what_was_found_today_is_not_asked_for_again_and_tomorrow_is(db: Database) -> None:
    with a_portal() as (site, press):
        assert len(looked(db, press, at(4))) == 1
        assert looked(db, press, at(4, 9)) == []
        assert len(looked(db, press, at(4, 9), again=True)) == 1
        assert len(looked(db, press, at(5))) == 1
        assert site.paths == ["/"] * 3


def test_what_was_missing_or_unread_is_looked_for_again_the_same_day(db: Database) -> None:
    with a_portal({"/": Answer(500)}) as (site, press):
        looked(db, press, at(4))
        site.pages["/"] = a_home("")
        looked(db, press, at(4, 8))
        site.pages["/"] = a_home()
        looked(db, press, at(4, 11))
    assert [one.shown for one in kept(db)] == [Shown.UNREAD, Shown.ABSENT, Shown.FOUND]


def test_the_same_moment_played_again_adds_nothing(db: Database) -> None:
    with a_portal({"/": a_home("")}) as (_, press):
        first = looked(db, press, at(4))
        assert looked(db, press, at(4)) == first == kept(db)


def test_one_page_that_must_show_several_things_is_fetched_once(db: Database) -> None:
    with a_portal() as (site, press):
        duties = (*press.outlets[0].presence, Presence("9", site.url("/"), {"text": "tiếp công dân"}))
        press = replace(press, outlets=(replace(press.outlets[0], presence=duties),))
        assert [one.item for one in looked(db, press, at(4))] == ["3b", "9"]
        assert site.paths == ["/"]


def test_a_signal_ends_the_looking_after_the_page_in_hand(db: Database) -> None:
    stop = Event()
    stop.set()
    with a_portal() as (site, press):
        assert looked(db, press, at(4), stop=stop) == []
        assert site.paths == []


@pytest.mark.parametrize(
    "changes", [{"enabled": False}, {"presence": ()}, {"valid": Validity(last=date(2021, 1, 3))}], ids=str
)
def test_only_what_is_open_today_and_must_show_something_is_watched(changes: dict[str, Any]) -> None:
    def one(**more: Any) -> Outlet:
        return an_outlet(**({"presence": (Presence("3b", "http://bao-mau.test/", EXPECT),)} | more))

    assert watched(a_press(outlets=(one(**changes),)), date(2021, 1, 4)) == []
    assert len(watched(a_press(outlets=(one(),)), date(2021, 1, 4))) == 1
    assert len(watched(a_press(outlets=(one(sources=()),)), date(2021, 1, 4), ("bao-mau",))) == 1
    with pytest.raises(KeyError):
        watched(a_press(), date(2021, 1, 4), ("bao-la",))


def test_an_old_page_in_windows_1258_is_read(db: Database) -> None:
    page = Answer(200, {"Content-Type": "text/html; charset=windows-1258"}, a_home().encode("cp1258", "ignore"))
    with a_portal({"/": page}) as (_, press):
        assert looked(db, press, at(4))[0].shown is Shown.FOUND


def test_the_road_from_page_to_status(db: Database) -> None:
    with a_portal() as (site, press):
        for day in range(1, 32):
            site.pages["/"] = Answer(500) if day == 9 else a_home("") if day in {10, 11, 12} else a_home()
            looked(db, press, at(day))
    february = datetime(2021, 2, 1, 1, tzinfo=UTC)

    def row(due: int, when: datetime = february) -> Any:
        (one,) = report(db, press, plan_of(due), JANUARY, Calendar(), when).rows
        return one

    assert (row(27).done, row(27).absent_days, row(27).blind_days, row(27).status) == (27, 3, 1, Status.MET)
    assert row(28).status is Status.UNKNOWN
    assert row(29).status is Status.NOT_MET
    assert (row(29, at(10, 9)).done, row(29, at(10, 9)).status) == (8, Status.OPEN)


def test_a_report_shows_days_words_and_bytes_in_every_format(db: Database) -> None:
    with a_portal() as (site, press):
        for day in (4, 5, 6):
            site.pages["/"] = Answer(500) if day == 6 else a_home() if day == 4 else a_home("")
            looked(db, press, at(day))
    content = report(db, press, plan_of(31), JANUARY, Calendar(), datetime(2021, 2, 1, 1, tzinfo=UTC))
    (cell,) = [cell for block in content.matrix for line in block.lines for cell in line.cells if cell]
    assert cell.lines == ("1 ngày", "chưa đạt", "tháng: 1/31", "đã kiểm tra 2/31 ngày, 1 ngày không thấy đủ")
    (duties,) = [part for section in content.sections for part in section.parts if part.title.startswith("Niêm yết")]
    assert duties.sentences == (
        "Báo Mẫu, nội dung 3b, Tháng 01/2021: thấy đủ: 04/01/2021; không thấy đủ: 05/01/2021; "
        "chưa có kết quả kiểm tra: 29 ngày.",
    )
    assert [finding.lines for finding in content.findings] == [
        (
            "Báo Mẫu: nội dung 3b (Tháng 01/2021: 01 ngày, mức theo dõi 31 ngày; đã kiểm tra 2/31 ngày, "
            "1 ngày không thấy đủ).",
        )
    ]
    proposals = content.sections[-1].sentences
    assert any("niêm yết đầy đủ, thường xuyên đường dây nóng" in one for one in proposals)
    assert not any("tăng cường tin, bài" in one for one in proposals)
    assert [row[5] for row in content.looks.rows] == [
        "thấy đủ", "không thấy đủ", "chưa kiểm tra được: máy chủ trả về mã lỗi"
    ]  # fmt: skip
    whole = report_json.render(content).decode()
    assert '"shown": "absent"' in whole
    assert "0209.3870.123" in whole
    for render in FORMATS.values():
        assert render(content)
    assert (sha := kept(db)[0].sha256) is not None
    assert sha.encode() in FORMATS["html"](content)


def only_row(db: Database, press: Press) -> Any:
    (row,) = report(db, press, plan_of(28), JANUARY, Calendar(), datetime(2021, 2, 1, 1, tzinfo=UTC)).rows
    return row


@pytest.mark.parametrize(("path", "phone"), [("/sai", EXPECT["phone"]), ("/", "0209.3870.321")])
def test_a_slip_in_the_file_that_is_mended_by_nine_leaves_the_day_found(db: Database, path: str, phone: str) -> None:
    with a_portal({"/": a_home(), "/sai": a_home("")}) as (site, press):
        (own,) = press.outlets
        wrong = Presence("3b", site.url(path), EXPECT | {"phone": phone})
        slipped = replace(press, outlets=(replace(own, presence=(wrong,)),))
        assert [one.shown for one in looked(db, slipped, at(4))] == [Shown.ABSENT]
        looked(db, press, at(4, 9))
        looked(db, slipped, at(5))
    assert (only_row(db, press).found_on, only_row(db, press).absent_on) == ((date(2021, 1, 4),), ())
    assert date(2021, 1, 5) in only_row(db, slipped).absent_on


def test_a_run_that_stops_between_two_pages_leaves_the_day_unseen(db: Database) -> None:
    stop = Event()

    def then_stop(_: Any) -> str:
        stop.set()
        return a_home()

    with a_portal({"/": then_stop, "/hai": a_home()}) as (site, press):
        (own,) = press.outlets
        press = replace(
            press, outlets=(replace(own, presence=(*own.presence, Presence("3b", site.url("/hai"), EXPECT))),)
        )
        assert [one.shown for one in looked(db, press, at(4), stop=stop)] == [Shown.FOUND]
        assert (only_row(db, press).found_on, only_row(db, press).blind_days) == ((), 31)
        looked(db, press, at(4, 9))
        assert site.paths == ["/", "/hai"]
        assert only_row(db, press).found_on == (date(2021, 1, 4),)


def test_a_report_names_the_days_that_it_counts(db: Database) -> None:
    with a_portal() as (site, press):
        (own,) = press.outlets
        silent = replace(own, code="trang-hai", name="Trang Hai", presence=(Presence("3b", site.url("/hai"), EXPECT),))
        for day in range(1, 29):
            looked(db, press, at(day))
        closed = replace(own, valid=Validity(last=date(2021, 1, 10)))
        said = {
            len(outlets): report(
                db, replace(press, outlets=outlets), plan_of(28), JANUARY, Calendar(), datetime(2021, 2, 1, tzinfo=UTC)
            ).sections
            for outlets in ((closed,), (own, silent))
        }
    sentences = {
        number: [
            sentence for section in sections for part in section.parts for sentence in part.sentences
            if part.title.startswith("Niêm yết")
        ]
        for number, sections in said.items()
    }  # fmt: skip
    assert sentences == {
        1: ["Báo Mẫu, nội dung 3b, Tháng 01/2021: thấy đủ: 01/01/2021–10/01/2021; chưa có kết quả kiểm tra: 21 ngày."],
        2: ["Báo Mẫu, nội dung 3b, Tháng 01/2021: chưa có kết quả kiểm tra: 31 ngày."],
    }


def test_a_hotline_that_is_missing_today_is_no_sentence_yet(db: Database) -> None:
    with a_portal({"/": a_home("")}) as (_, press):
        looked(db, press, at(1))
    content = report(db, press, plan_of(28), JANUARY, Calendar(), at(1, 9))
    assert not any(part.title.startswith("Niêm yết") for section in content.sections for part in section.parts)


def test_a_month_that_could_not_be_read_says_why(db: Database) -> None:
    with a_portal({"/": Answer(500)}) as (_, press):
        looked(db, press, at(4))
    content = report(db, press, plan_of(1), JANUARY, Calendar(), datetime(2021, 2, 1, 1, tzinfo=UTC))
    (finding,) = content.findings
    assert finding.lines == ("Báo Mẫu: nội dung 3b (Tháng 01/2021: chưa kiểm tra được, do máy chủ trả về mã lỗi).",)


def test_what_is_stored_comes_back_equal_and_only_for_its_days(db: Database) -> None:
    page = a_page("<p>một</p>")
    one = Sighting(
        "bao-mau", "3b", "http://bao-mau.test/", NOON, Shown.ABSENT, None, (Expected("phone", "1022", None),)
    )
    with db.begin() as conn:
        one = presence.record(conn, one, page)
        edge = datetime(2021, 1, 31, 16, 59, tzinfo=UTC)  # 23:59 in Hà Nội
        late = presence.record(conn, replace(one, at=edge), page)
        presence.record(conn, replace(one, at=edge + timedelta(minutes=2)), page)
    assert kept(db) == [one, late]
    with db.connect() as conn:
        assert presence.sighted(conn, JANUARY, NOON) == [one]
        assert presence.sighted(conn, JANUARY, None, ["cong-mau"]) == []
        assert presence.sighted(conn, JANUARY, None, ["bao-mau"], "3a") == []


@pytest.mark.parametrize(
    "wrong",
    [
        Sighting("bao-mau", "3b", "http://bao-mau.test/", NOON, Shown.ABSENT),
        Sighting("bao-mau", "3b", "http://bao-mau.test/", NOON, Shown.FOUND),
        Sighting("bao-mau", "3b", "http://bao-mau.test/", NOON, Shown.UNREAD),
    ],
)
def test_nothing_is_said_of_a_page_without_its_bytes_or_a_reason(db: Database, wrong: Sighting) -> None:
    with pytest.raises(DBAPIError, match=r"sightings_(bytes|reason)"), db.begin() as conn:
        presence.record(conn, wrong, None)
