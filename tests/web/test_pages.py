"""The pages through a client: what they show, what they refuse, and that every number opens its articles."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from monitor.cli.serving import HOSTS
from monitor.jobs.tag import relate
from monitor.press import Article, Kind, Press, Tag, Validity, Verdict, Word
from monitor.seen import Outcome
from monitor.web import create_app
from monitor.web.view import PATIENCE
from storage import Database, articles, readings, tags
from storage.readings import Reading
from tests.factories import a_page, a_plan, a_press, an_article, an_outlet, page_of
from tests.web.office import HOSTILE, KEYWORDS, NOW, an_app


@pytest.fixture
def pages(db: Database) -> Iterator[TestClient]:
    with TestClient(an_app(db), raise_server_exceptions=False) as client:
        yield client


def soup(pages: TestClient, address: str, status: int = 200) -> BeautifulSoup:
    answer = pages.get(address)
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.text, "lxml")


def test_the_first_page_is_the_matrix_of_the_week_that_yesterday_was_in(pages: TestClient) -> None:
    page = soup(pages, "/")
    assert "Tuần 1 (từ ngày 04/01/2021 đến ngày 10/01/2021)" in page.text
    assert page.html is not None
    assert page.html["lang"] == "vi"


def test_every_number_of_the_matrix_opens_exactly_its_articles(pages: TestClient) -> None:
    for address in ("/", "/?ky=2021-01", "/?ky=2021-Q1", "/?ky=2021-01&lich=state", "/?ky=2020-W53"):
        for link in soup(pages, address).select("table.matrix .number a"):
            found = soup(pages, str(link["href"]))
            assert found.select_one("[role=status]").text.split()[0] == link.text  # type: ignore[union-attr]
    assert [a.text for a in soup(pages, "/").select("table.matrix .number a")] == ["2"]


def test_a_week_that_was_not_seen_whole_shows_no_zero(pages: TestClient) -> None:
    cells = [cell.text for cell in soup(pages, "/?ky=2020-W53").select("table.matrix .number")]
    assert cells == ["không có dữ liệu"]


def test_the_list_is_narrowed_by_each_filter_and_by_all(pages: TestClient) -> None:
    def found(query: str) -> list[str]:
        return [str(a["href"]) for a in soup(pages, f"/tin-bai?{query}").select("table.list td a")]

    assert found("") == ["/tin-bai/3", "/tin-bai/2", "/tin-bai/1"]
    assert found("muc=9") == ["/tin-bai/2", "/tin-bai/1"]
    assert found("muc=6") == []
    assert found("q=ho+so+truc+tuyen") == ["/tin-bai/1"]
    assert found("q=%22h%E1%BB%93+s%C6%A1%22+AND+(") == []
    assert found("tu=2021-01-06&den=2021-01-06") == ["/tin-bai/2"]
    assert found("nguon=bao-mau") == found("")
    assert found("nguon=dai-mau") == []
    assert found("tinh=co") == ["/tin-bai/2", "/tin-bai/1"]
    assert found("ra_soat=khong") == ["/tin-bai/1"]
    assert found("muc=&q=&tu=&den=&loai=&trang=1") == found("")
    assert found("trang=99999") == found("")


def test_each_chip_takes_its_own_filter_off(pages: TestClient) -> None:
    page = soup(pages, "/tin-bai?muc=9&q=truc+tuyen")
    assert [str(a["href"]) for a in page.select(".chips a")] == ["/tin-bai?muc=9", "/tin-bai?q=truc+tuyen", "/tin-bai"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/?ky=0000-W00", 422),
        ("/?ky=2021-W54", 422),
        ("/?ky=hôm+nay", 422),
        ("/?lich=am", 422),
        ("/tin-bai?tu=hom-qua&den=31/02/2021", 422),
        ("/tin-bai?loai=truyen", 422),
        ("/tin-bai?muc=99", 422),
        ("/tin-bai?ra_soat=co", 422),
        ("/tin-bai?phan_loai=co", 422),
        ("/tin-bai?trang=0", 422),
        ("/tin-bai?trang=1000000000000000000", 422),
        ("/tin-bai?q=" + "a" * 600, 422),
        ("/tin-bai/0", 422),
        ("/tin-bai/999", 404),
        ("/tin-bai/x", 422),
        ("/tin-bai/99999999999999999999", 422),
        ("/tin-bai/1/trang-goc/" + "0" * 64, 404),
        ("/tin-bai/1/trang-goc/..%2F..%2Fetc", 404),
        ("/khong-co", 404),
        ("/static/../__init__.py", 404),
        ("/nguon?ngay=0", 422),
        ("/api/v1/articles/999", 404),
        ("/api/v1/coverage?ky=x", 422),
    ],
)
def test_a_bad_address_is_answered_with_a_reason_never_with_a_failure(
    pages: TestClient, address: str, status: int
) -> None:
    answer = pages.get(address)
    assert answer.status_code == status
    assert len(answer.text) > 20


def test_all_mistakes_of_a_form_are_named_at_once(pages: TestClient) -> None:
    text = soup(pages, "/tin-bai?tu=hom-qua&loai=truyen", 422).text
    assert "Từ ngày: “hom-qua”" in text
    assert "Thể loại: “truyen”" in text


def test_an_article_shows_its_words_its_verdicts_and_its_versions(pages: TestClient) -> None:
    page = soup(pages, "/tin-bai/1")
    assert [mark.text for mark in page.select("mark")] == ["nộp hồ sơ tại nhà", "bưu chính công ích"]
    assert "đang tính; máy đề xuất (bộ từ khóa số 1, 93%)" in " ".join(page.text.split())
    assert "phòng CCHC bác bỏ" in soup(pages, "/tin-bai/2").text
    assert "điểm báo, không tính là tin, bài" in soup(pages, "/tin-bai/3").text


def a_desk(db: Database, *pieces: Article, press: Press | None = None, patience: float = PATIENCE) -> TestClient:
    """Give the pages on pieces that all speak of item 9, a month later."""
    with db.begin() as conn:
        for article in pieces:
            number = articles.add(conn, article, page_of(article)).id
            tags.put(conn, number, KEYWORDS, [Tag("9", 0.9, KEYWORDS, ("trực tuyến",))])
    later = datetime(2021, 2, 1, 5, tzinfo=UTC)
    app = create_app(db, press or a_press(), a_plan(), now=lambda: later, patience=patience)
    return TestClient(app, raise_server_exceptions=False)


def on(day: int, number: int, **changes: Any) -> Article:
    return an_article(number, published_on=date(2021, 1, day), published_at=None, **changes)


def test_a_corrected_article_shows_what_was_taken_out_and_what_was_put_in(db: Database) -> None:
    first = on(5, 1, title="Xã Mẫu Sơn nhận hồ sơ trực tuyến", text="Có 12 thủ tục.\nBà con phấn khởi.")
    pages = a_desk(db, first)
    edited = replace(first, title="Xã Mẫu Sơn tiếp nhận hồ sơ trực tuyến", text="Có 21 thủ tục.")
    for number, one in enumerate((edited, replace(edited, text=f"Có 21 thủ tục.\n{HOSTILE}"))):
        came = a_page(f"trang đã sửa lần {number}", url=first.url, final_url=first.url)
        with db.begin() as conn:
            articles.add(conn, replace(one, sha256=came.sha256), came)
    page = soup(pages, "/tin-bai/1")
    told = " ".join(page.select_one("section[aria-labelledby=sua-doi]").text.split())  # type: ignore[union-attr]
    assert "Những chỗ đã sửa" in told
    assert "sửa tiêu đề, bỏ 1 đoạn, sửa 1 đoạn" in told
    assert "Trang gốc không đổi" not in told
    assert told.index("Bản 3") < told.index("Bản 2"), "the newest correction first"
    assert [" ".join(one.text.split()) for one in page.select("del")] == [
        "đã bỏ: 12 (hết phần bỏ)",
        "đã bỏ: Bà con phấn khởi. (hết phần bỏ)",
    ]
    assert "mới thêm: tiếp (hết phần thêm)" in [" ".join(one.text.split()) for one in page.select("ins")]
    assert page.select("section[aria-labelledby=sua-doi] script, section[aria-labelledby=sua-doi] img") == []
    assert "2 lần sau khi đăng" in page.select_one(".facts").text  # type: ignore[union-attr]


def test_what_we_read_otherwise_from_the_same_bytes_is_no_correction_of_the_newsroom(db: Database) -> None:
    first = on(5, 1)
    page = soup(a_desk(db, first, replace(first, title="Đọc lại")), "/tin-bai/1")
    assert "Trang gốc không đổi: máy đọc lại" in page.text
    assert "Đã sửa" not in page.text


def test_an_article_that_was_never_corrected_speaks_of_no_correction(pages: TestClient) -> None:
    page = soup(pages, "/tin-bai/1")
    assert page.select("#sua-doi, ins, del") == []
    assert "Đã sửa" not in page.text


def test_pieces_of_one_work_show_one_another(db: Database) -> None:
    text = " ".join(f"từ{number}" for number in range(80))
    taken = on(6, 2, text=text, agency="dai-mau", outlet="dai-mau", title="Bản của đài")
    pages = a_desk(db, on(5, 1, text=text), taken, on(7, 3))
    assert "Cùng tác phẩm" not in soup(pages, "/tin-bai/1").text, "not compared yet"
    relate(db)
    page = soup(pages, "/tin-bai/1")
    assert [str(a["href"]) for a in page.select(".elsewhere a")] == ["/tin-bai/2"]
    assert "Bản của đài (dai-mau, 06/01/2021)" in page.text
    copy = soup(pages, "/tin-bai/2")
    assert "Đăng lại từ" in copy.text
    assert copy.select(".elsewhere") == [], "the original is named once"
    assert "Cùng tác phẩm" not in soup(pages, "/tin-bai/3").text


def test_a_credited_agency_is_named(db: Database) -> None:
    pages = a_desk(db, on(5, 1, text="Có 12 thủ tục.\n(TTXVN)"), on(5, 2))
    assert "TTXVN" in soup(pages, "/tin-bai/1").select_one(".facts").text  # type: ignore[union-attr]
    assert "Ghi nguồn" not in soup(pages, "/tin-bai/2").text


def test_an_article_of_an_outlet_that_left_the_file_opens_under_its_code(db: Database) -> None:
    page = soup(a_desk(db, on(5, 1, outlet="bao-cu")), "/tin-bai/1")
    assert "bao-cu" in page.select_one(".facts").text  # type: ignore[union-attr]


def test_an_item_of_another_plan_is_named_by_its_code(db: Database) -> None:
    pages = a_desk(db, on(5, 1))
    with db.begin() as conn:
        tags.put(conn, 1, KEYWORDS, [Tag("11", 0.9, KEYWORDS, ("trực tuyến",))])
    assert "Nội dung 11 (không có trong Kế hoạch này)" in soup(pages, "/tin-bai/1").text


def test_the_filters_that_ask_only_for_what_is_missing_say_so(pages: TestClient) -> None:
    text = soup(pages, "/tin-bai?ra_soat=co&phan_loai=co", 422).text
    assert "Rà soát: “co”" in text
    assert "Phân loại: “co”" in text


def test_a_digest_that_a_person_confirmed_is_counted_and_opened(db: Database) -> None:
    pages = a_desk(db, on(5, 1, kind=Kind.DIGEST), on(6, 2, kind=Kind.DIGEST))
    with db.begin() as conn:
        tags.review(conn, 1, Verdict("9", Word.CONFIRM, "phòng CCHC", NOW))
    assert number_and_list(pages, "2021-01") == ("1", ["/tin-bai/1"])
    assert "điểm báo, tính theo ý kiến của người rà soát" in soup(pages, "/tin-bai/1").text
    assert "điểm báo, không tính là tin, bài" in soup(pages, "/tin-bai/2").text


def number_and_list(pages: TestClient, period: str) -> tuple[str, list[str]]:
    """Give the only number of the matrix, and the articles behind its link."""
    (link,) = soup(pages, f"/?ky={period}").select("table.matrix .number a")
    return link.text, [str(a["href"]) for a in soup(pages, str(link["href"])).select("table.list td a")]


@pytest.mark.parametrize("valid", [Validity(last=date(2021, 1, 15)), Validity(first=date(2021, 1, 4))])
def test_a_number_opens_only_the_days_on_which_its_outlet_existed(db: Database, valid: Validity) -> None:
    press = a_press(outlets=(an_outlet(valid=valid),))
    pieces = {1: on(2, 1), 2: on(5, 2), 3: on(20, 3)}
    inside = [f"/tin-bai/{n}" for n, piece in pieces.items() if piece.published_on and valid.holds(piece.published_on)]
    found = number_and_list(a_desk(db, *pieces.values(), press=press), "2021-01")
    assert found == (str(len(inside)), inside[::-1])


def test_a_number_opens_only_the_days_on_which_its_agency_existed(db: Database) -> None:
    agencies = tuple(replace(agency, valid=Validity(first=date(2021, 1, 10))) for agency in a_press().agencies)
    pages = a_desk(db, on(5, 1), on(20, 2), press=a_press(agencies=agencies))
    assert number_and_list(pages, "2021-01") == ("1", ["/tin-bai/2"])


def test_a_number_does_not_open_what_is_dated_after_the_day_it_is_asked_on(db: Database) -> None:
    ahead = an_article(2, published_on=date(2021, 2, 10), published_at=None)
    assert number_and_list(a_desk(db, on(5, 1), ahead), "2021-Q1") == ("1", ["/tin-bai/1"])


def test_a_page_that_asks_too_much_is_broken_off_with_a_reason(db: Database) -> None:
    pages = a_desk(db, on(5, 1), patience=0)
    with db.begin() as conn:
        tags.put(conn, 1, KEYWORDS, [Tag(str(n), 0.9, KEYWORDS, ()) for n in range(20_000)])
    assert "thêm điều kiện lọc" in soup(pages, "/tin-bai?muc=9", 503).text
    assert pages.get("/api/v1/articles?muc=9").status_code == 503


@pytest.mark.parametrize("host", HOSTS)
def test_the_pages_answer_under_every_name_that_serve_takes(db: Database, host: str) -> None:
    name = f"[{host}]" if ":" in host else host
    assert a_desk(db).get("/healthz", headers={"host": f"{name}:8000"}).status_code == 200
    assert a_desk(db).get("/healthz", headers={"host": "bao-mau.test"}).status_code == 400


def test_a_hostile_title_is_text_everywhere(pages: TestClient) -> None:
    for address in ("/", "/tin-bai", "/tin-bai/2", "/tin-bai?q=%3Cscript%3Ealert(1)%3C/script%3E"):
        answer = pages.get(address)
        assert "<script" not in answer.text
        assert "<img" not in answer.text
    assert HOSTILE in soup(pages, "/tin-bai/2").text  # no template was run on it
    rows = list(csv.reader(io.StringIO(pages.get("/tin-bai.csv").text.removeprefix("\ufeff"))))
    assert len(rows) == 4
    assert not any(cell.startswith(("=", "+", "@", "\t")) for row in rows for cell in row)
    assert HOSTILE in rows[2][4]


def test_a_stored_page_comes_as_a_file_and_is_the_bytes_of_its_digest(pages: TestClient) -> None:
    link = soup(pages, "/tin-bai/1").select_one("a[download]")
    assert link is not None
    answer = pages.get(str(link["href"]))
    assert sha256(answer.content).hexdigest() == str(link["href"]).rsplit("/", 1)[-1]
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"] == "sandbox"


def test_every_page_forbids_script_framing_and_other_hosts(pages: TestClient) -> None:
    for address in ("/", "/tin-bai", "/tin-bai/1", "/nguon", "/khong-co"):
        answer = pages.get(address)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not soup(pages, address, answer.status_code).select("script, [onclick], [src^=http], link[href^=http]")


def test_another_host_name_is_refused(pages: TestClient) -> None:
    assert pages.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_nothing_can_be_changed_through_the_pages(pages: TestClient) -> None:
    for address in ("/", "/tin-bai", "/tin-bai/1", "/nguon", "/api/v1/articles/1"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert pages.request(method, address).status_code == 405


def test_the_sources_page_says_which_days_were_not_seen(pages: TestClient) -> None:
    text = " ".join(soup(pages, "/nguon?ngay=10").text.split())
    assert "6/10" in text
    assert "đọc được" in text


def test_the_api_gives_the_numbers_of_the_pages(pages: TestClient) -> None:
    (row,) = pages.get("/api/v1/coverage?ky=2021-W01").json()["rows"]
    assert (row["done"], row["due"], row["status"]) == (2, 2, "đạt")
    found = pages.get("/api/v1/articles?muc=9").json()
    assert [one["id"] for one in found["articles"]] == [2, 1]
    assert pages.get("/api/v1/articles/1").json()["text"]
    assert pages.get("/api/v1/sources").json()["schema"] == 1
    assert pages.get("/healthz").json() == {"status": "ok"}
    assert "/tin-bai/{number}" in pages.get("/openapi.json").json()["paths"]


def test_the_banner_counts_outlets_and_not_what_is_wrong_with_each(db: Database) -> None:
    feed = an_outlet().sources[0]
    press = a_press(outlets=(an_outlet(sources=(feed, replace(feed, name="moi"))), an_outlet(code="dai-mau")))
    with db.begin() as conn:
        for number in range(10, 20):  # a rhythm of one a day, and then a month without any
            old = an_article(number, published_on=date(2020, 12, number - 9), published_at=None)
            articles.add(conn, old, page_of(old))
        readings.record(conn, Reading("r1", "bao-mau", "trang-chu", NOW, NOW, Outcome.OK))
    with TestClient(create_app(db, press, a_plan(), now=lambda: NOW)) as pages:
        banner = soup(pages, "/").select_one(".banner")
        health = soup(pages, "/nguon")
    assert len(health.select("li.alarm")) == 3
    assert banner is not None
    assert "2 cơ quan có nguồn cần xem lại" in banner.text
