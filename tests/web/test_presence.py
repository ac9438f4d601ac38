"""The page of standing duties: each look with its words and bytes, opened from the matrix."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text
from starlette.testclient import TestClient

from monitor.calendar import Every
from monitor.errors import Reason
from monitor.plan import Channel, Obligation, Proof, Target, WatchLevel
from monitor.press import Expected, Presence, Shown, Sighting, midnight
from monitor.web import create_app
from storage import Database, presence
from tests.factories import SET_BY, a_page, a_plan, a_press, an_outlet

NOW = datetime(2021, 1, 11, 1, tzinfo=UTC)
HOME = "http://bao-mau.test/"
BODY = b"<p>\xc4\x90T 0209.3870.123</p>"


def a_look(day: int, shown: Shown) -> Sighting:
    at = midnight(date(2021, 1, day)) + timedelta(hours=5)
    quote = "ĐT <b>0209.3870.123</b>" if shown is Shown.FOUND else None
    expected = () if shown is Shown.UNREAD else (Expected("phone", "0209.3870.123", quote),)
    reason = Reason.DNS if shown is Shown.UNREAD else None
    return Sighting("bao-mau", "3b", HOME, at, shown, reason, expected)


@pytest.fixture
def pages(db: Database) -> Iterator[TestClient]:
    with db.begin() as conn:
        presence.record(conn, a_look(4, Shown.FOUND), a_page(BODY))
        presence.record(conn, a_look(5, Shown.ABSENT), a_page(b"<p></p>"))
        presence.record(conn, a_look(6, Shown.UNREAD), None)
    plan = a_plan(
        obligations=(Obligation("3b", "bao-mau", (Channel.ONLINE,), Proof.PRESENCE),),
        levels=(WatchLevel("3b", "bao-mau", Target(7, Every.WEEK), SET_BY),),
    )
    press = a_press(outlets=(an_outlet(presence=(Presence("3b", HOME, {"phone": "0209.3870.123"}),)),))
    with TestClient(create_app(db, press, plan, now=lambda: NOW), raise_server_exceptions=False) as client:
        yield client


def soup(pages: TestClient, address: str, status: int = 200) -> BeautifulSoup:
    answer = pages.get(address)
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.text, "lxml")


def rows(page: BeautifulSoup) -> list[list[str]]:
    return [[cell.text.strip() for cell in row.select("th, td")] for row in page.select("table.list tbody tr")]


def test_the_number_of_days_opens_the_looks_behind_it(pages: TestClient) -> None:
    page = soup(pages, "/?ky=2021-W01")
    (cell,) = page.select("td.not_met")
    assert [line.strip() for line in cell.text.split("\n") if line.strip()] == [
        "1 ngày", "chưa đạt", "tuần: 1/7", "đã kiểm tra 2/7 ngày, 1 ngày không thấy đủ"
    ]  # fmt: skip
    (link,) = cell.select("a")
    assert link["aria-label"] == "1 ngày, nội dung 3b"
    looks = rows(soup(pages, str(link["href"])))
    assert [row[3] for row in looks] == [
        "chưa kiểm tra được: không tìm thấy máy chủ (DNS)", "không thấy đủ", "thấy đủ"
    ]  # fmt: skip
    assert looks[0][0].endswith("06/01/2021")
    assert looks[2][4] == "0209.3870.123: ĐT <b>0209.3870.123</b>"
    assert looks[1][4] == "0209.3870.123: không thấy"
    assert looks[0][5] == "không có bản lưu"


def test_a_number_that_is_not_known_opens_its_looks_too(pages: TestClient) -> None:
    (link,) = soup(pages, "/?ky=2020-W53").select("table.matrix .number a")
    assert link.text == "không có dữ liệu"
    assert rows(soup(pages, str(link["href"]))) == [["Chưa có lần kiểm tra nào trong những ngày này."]]


def test_the_bytes_of_a_look_are_given_as_a_file_and_no_others_are(pages: TestClient) -> None:
    digest = sha256(BODY).hexdigest()
    (link, _) = reversed(soup(pages, "/niem-yet").select("table.list code"))
    assert link.text == digest
    answer = pages.get(f"/niem-yet/trang-goc/{digest}")
    assert answer.content == BODY
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-security-policy"] == "sandbox"
    assert "attachment" in answer.headers["content-disposition"]
    soup(pages, f"/niem-yet/trang-goc/{'0' * 64}", 404)
    soup(pages, "/niem-yet/trang-goc/..%2f..", 404)


def test_bytes_that_are_no_longer_what_their_digest_says_are_not_given_out(db: Database, pages: TestClient) -> None:
    digest = sha256(BODY).hexdigest()
    with db.begin() as conn:
        other = conn.execute(text("SELECT body FROM pages WHERE sha256 <> :d"), {"d": digest}).scalar_one()
        conn.execute(text("UPDATE pages SET body = :b WHERE sha256 = :d"), {"b": other, "d": digest})
    assert "hỏng" in soup(pages, f"/niem-yet/trang-goc/{digest}", 404).text


@pytest.mark.parametrize(
    "query", ["tu=2021-02-01&den=2021-01-01", "tu=hom-qua", "tu=0001-01-01", "tu=1990-01-01&den=2021-01-01"]
)
def test_days_that_cannot_be_shown_are_refused_with_a_reason(pages: TestClient, query: str) -> None:
    soup(pages, f"/niem-yet?{query}", 422)


@pytest.mark.parametrize("query", ["den=0001-01-02", "den=9999-12-31", "tu=9999-12-31&den=9999-12-31"])
def test_days_at_the_ends_of_time_are_refused(pages: TestClient, query: str) -> None:
    soup(pages, f"/niem-yet?{query}", 422)


def test_the_looks_are_narrowed_by_item_outlet_and_days(pages: TestClient) -> None:
    assert len(rows(soup(pages, "/niem-yet?muc=3b&nguon=bao-mau"))) == 3
    assert len(rows(soup(pages, "/niem-yet?tu=2021-01-05&den=2021-01-05"))) == 1
    assert rows(soup(pages, "/niem-yet?muc=9"))[0][0].startswith("Chưa có")
    assert rows(soup(pages, "/niem-yet?nguon=dai-mau"))[0][0].startswith("Chưa có")


def test_what_comes_after_the_moment_of_the_pages_is_not_known(db: Database, pages: TestClient) -> None:
    with db.begin() as conn:
        presence.record(conn, replace(a_look(4, Shown.ABSENT), at=NOW + timedelta(minutes=1)), a_page(b"x"))
    assert len(rows(soup(pages, "/niem-yet"))) == 3
