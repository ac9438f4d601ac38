"""From a page's bytes to an article: what the editor wrote, when, by whom, and nothing that stood around it."""

import hashlib
import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import text
from monitor.errors import ExtractError, Reason
from monitor.extract import as_json, extract, mistake_in
from monitor.plan import Channel, Form
from monitor.press import HANOI, Article, DateSource, Kind, Link, Page, PageRules
from tests.extract.pages import (
    DEPARTMENT,
    EPI,
    GATE,
    LONG,
    OFFICE,
    PAPER,
    PORTAL,
    STATION,
    TV,
    came,
    epi,
)
from tests.factories import NOON, an_outlet

FIRST = "Anh cán bộ tư pháp cho biết, mỗi ngày xã nhận hơn hai mươi hồ sơ."
LAST = "Người dân trả phí một lần và nhận kết quả tại nhà"


def _paper(page: Page, announced: Link | None = None) -> Article:
    return extract(page, PAPER, EPI, announced)


def _refusal(page: Page, rules: PageRules | None = EPI) -> ExtractError:
    with pytest.raises(ExtractError) as caught:
        extract(page, PAPER, rules, timeout=5)
    return caught.value


# ---- the newspaper


def test_a_page_with_every_quirk_gives_the_text_and_nothing_else() -> None:
    page = epi(
        f"""<!-- bản nháp: không đăng --><div class="audio"><span>0:00 / 0:00</span><p>0:00</p></div>
<p>BM - Từ đầu năm, bộ phận một cửa xã Mẫu Sơn phối hợp với bưu điện nhận hồ sơ tại nhà.</p>
<p>{FIRST}</p>
<table class="picture"><tr><td class="pic">
<img class="cms-photo" alt="Quang cảnh bộ phận một cửa." data-src="/a.jpg"></td></tr>
<tr><td class="caption">Quang cảnh bộ phận một cửa.</td></tr></table>
<p>Quang cảnh Hội nghị.</p><p>Quang cảnh  Hội nghị.</p>
<p style="display: none">Trung tâm khác tiếp dân</p><p hidden>ẩn</p><noscript>bật script</noscript>
<div class="notebox cms-note"><p>Đường dây nóng: 0209 000 001.</p></div>
<p>{LAST}./.</p><p><strong>N.Đ</strong></p><p>Xem thêm</p>"""
    )
    article = _paper(page)
    assert article.title == "Xã Mẫu Sơn nhận và trả hồ sơ qua bưu chính"
    assert article.lead == "Từ đầu năm, bộ phận một cửa xã Mẫu Sơn phối hợp với bưu điện nhận hồ sơ tại nhà."
    assert article.text == f"{FIRST}\nĐường dây nóng: 0209 000 001.\n{LAST}."
    assert article.authors == ("N.Đ",)
    assert article.published_on == date(2021, 1, 5)
    assert article.published_at == datetime(2021, 1, 5, 8, 15, tzinfo=HANOI)
    assert article.date_source is DateSource.META
    assert (article.kind, article.form, article.by) == (Kind.ARTICLE, Form.NEWS, "rules:epi")
    assert (article.outlet, article.agency, article.identity) == ("bao-mau", "bao-mau", "1007")
    assert article.url == "http://bao-mau.test/xa-mau-son-nhan-ho-so-post1007.html"
    assert article.fetched_at == NOON
    assert article.sha256 == hashlib.sha256(page.body).hexdigest()


def test_a_frozen_clock_in_the_header_is_not_the_date() -> None:
    article = _paper(epi(f"<p>{FIRST}</p>", meta=""))
    assert article.published_at == datetime(2021, 1, 5, 8, 15, tzinfo=HANOI)
    assert article.date_source is DateSource.PAGE


def test_an_end_mark_in_the_same_paragraph_as_the_byline_is_cut() -> None:
    article = _paper(epi(f"<p>{FIRST}</p><p>{LAST}./. N.Đ</p>"))
    assert article.text == f"{FIRST}\n{LAST}."
    assert article.authors == ("N.Đ",)


def test_names_behind_the_end_mark_are_a_byline_and_a_closing_word_is_not() -> None:
    assert _paper(epi(f"<p>{FIRST}</p><p>{LAST}./.</p><p>Mẫu Tuyến</p>")).authors == ("Mẫu Tuyến",)
    kept = _paper(epi(f"<p>{FIRST}</p><p>{LAST}.</p><p>Một Cửa Liên Thông</p>"))
    assert kept.authors == ()
    assert kept.text.endswith("\nMột Cửa Liên Thông")


@pytest.mark.parametrize("place", ["Bắc Kạn", "Hà Nội", "Chợ Đồn"])
@pytest.mark.parametrize("end", [".", "./."])
def test_a_last_line_that_is_a_place_names_no_author(place: str, end: str) -> None:
    body = f"<h1 class='title'>A</h1><div class='noi-dung'><p>{FIRST}</p><p>{LAST}{end}</p><p>{place}</p></div>"
    article = extract(came(body, "http://bao-mau.test/a-post1.html"), PAPER, TV)
    assert article.authors == ()
    assert article.text.endswith(place)


TWICE = ["Tốt", "Tốt", "Khá", "Khá", "1. Xã A: 5 hồ sơ", "1. Xã A: 5 hồ sơ"]


@pytest.mark.parametrize("ruled", [True, False])
def test_lines_that_a_table_says_twice_are_all_kept(ruled: bool) -> None:
    rows = "".join(
        f"<p>{line}</p>" for line in [SCRIPT, *TWICE, LAST + " bằng dịch vụ bưu chính công ích của tỉnh Mẫu."]
    )
    body = f"<h1 class='title'>Xếp loại các xã trong quý</h1><div class='noi-dung'>{rows}</div>"
    article = extract(came(body, "http://bao-mau.test/a-post1.html"), PAPER, TV if ruled else None)
    assert article.by.startswith("rules") == ruled
    assert article.text.split("\n")[1:-1] == TWICE


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize(
    "shown",
    [
        "<p><img src='/a.jpg'></p><p>Quang cảnh.</p><p>Quang cảnh.</p>",
        "<p><img src='/a.jpg'>Quang cảnh.</p><p>Quang cảnh.</p>",
        "<p>Quang cảnh.</p><p><img src='/a.jpg'></p><p>Quang cảnh.</p>",
        "<p>Quang cảnh.</p><p>Quang cảnh.</p><div><img src='/a.jpg'></div>",
    ],
)
def test_a_line_said_twice_beside_a_picture_is_its_caption(shown: str, ruled: bool) -> None:
    body = f"<h1 class='title'>Hội nghị ở xã Mẫu Sơn</h1><div class='noi-dung'><p>{SCRIPT}</p>{shown}"
    body += f"<p>{LAST}.</p><p>{FIRST}</p></div>"
    article = extract(came(body, "http://bao-mau.test/a-post1.html"), PAPER, TV if ruled else None)
    assert article.text == f"{SCRIPT}\n{LAST}.\n{FIRST}"


def test_a_long_paragraph_printed_twice_in_a_row_is_said_once() -> None:
    assert _paper(epi(f"<p>{SCRIPT}</p><p>{SCRIPT}</p><p>{FIRST}</p>")).text == f"{SCRIPT}\n{FIRST}"


def test_letters_taken_apart_and_old_letters_come_out_whole() -> None:
    apart = unicodedata.normalize("NFD", "Chuyển đổi số ở xã Mẫu Thủy")
    article = _paper(epi(f"<p>Ðảng ủy xã họp. {apart}.</p>", title=apart))
    assert article.title == "Chuyển đổi số ở xã Mẫu Thủy"
    assert article.text == "Đảng ủy xã họp. Chuyển đổi số ở xã Mẫu Thủy."


def test_a_print_digest_is_one_piece_that_does_not_count() -> None:
    blocks = "".join(f"<p>&gt;&gt; Đầu bài {n} (Xem trang {n})</p><p>Mẩu giới thiệu {n}.</p>" for n in range(1, 6))
    article = _paper(epi(f"<p>Trên số báo in ra ngày 5/1/2021:</p>{blocks}", slug="diem-bao-in-post70314"))
    assert article.kind is Kind.DIGEST
    assert not article.kind.counts
    assert article.form is None
    assert article.text.count(">>") == 5


def test_a_live_report_is_one_piece_dated_by_its_head_only() -> None:
    stamps = "<p>17h08: Bế mạc.</p><p>9h05': Khai mạc ngày 04/01/2021.</p><p>9h05': Chào cờ.</p>"
    article = _paper(epi(stamps, slug="truc-tiep-khai-mac-hoi-nghi-post70506"))
    assert article.kind is Kind.LIVE
    assert article.published_at == datetime(2021, 1, 5, 8, 15, tzinfo=HANOI)
    assert "17h08: Bế mạc." in article.text


def test_a_page_with_a_title_only_is_kept_and_marked_empty() -> None:
    article = _paper(epi("", lead=""))
    assert article.kind is Kind.EMPTY
    assert not article.kind.counts
    assert (article.text, article.lead, article.form) == ("", None, None)
    assert article.by == "rules:epi", "an empty place for text is no reason to read the footer"


def test_a_lead_alone_is_text() -> None:
    assert _paper(epi("")).kind is Kind.ARTICLE


def test_pictures_with_captions_are_a_photo_story() -> None:
    photos = "".join(
        f'<figure><img src="/{n}.jpg"><figcaption>Ảnh {n}: chợ phiên.</figcaption></figure>' for n in range(3)
    )
    article = _paper(epi(photos))
    assert article.form is Form.PHOTO
    assert article.text == "Ảnh 0: chợ phiên.\nẢnh 1: chợ phiên.\nẢnh 2: chợ phiên."


def test_a_long_piece_is_a_story() -> None:
    assert _paper(epi(f"<p>{LONG}</p>")).form is Form.STORY


def test_line_breaks_part_paragraphs_and_inline_marks_do_not() -> None:
    article = _paper(epi("Một <b>cửa</b>,<br>liên\n thông<div>điện&nbsp;tử</div><ul><li>a</li><li>b</li></ul>"))
    assert article.text == "Một cửa,\nliên thông\nđiện tử\na\nb"


# ---- the other kinds of site


SCRIPT = (
    "Sáng nay, UBND huyện Đồi Mẫu mở lớp tập huấn cho cán bộ một cửa các xã. Học viên thực hành tiếp nhận hồ sơ, "
    "hướng dẫn người dân nộp phí trên mạng và trả kết quả qua bưu điện. Lớp học kéo dài hai ngày."
)


def test_a_station_page_of_one_paragraph_and_three_names_is_kept() -> None:
    page = came(
        f"""<html><body><h1 class="title">Huyện Đồi Mẫu tập huấn dịch vụ công trực tuyến</h1>
<span class="ngay">Thứ Ba, 05/01/2021, 19:45</span><iframe src="https://www.youtube.com/embed/x"></iframe>
<div class="noi-dung"><p>{SCRIPT}</p>
<p>L.T &ndash; V.H – Q.H</p></div></body></html>""",
        "http://dai-mau.test/tin-tuc-n390/tap-huan.html",
    )
    article = extract(page, STATION, TV)
    assert article.text == SCRIPT
    assert article.authors == ("L.T", "V.H", "Q.H")
    assert article.published_at == datetime(2021, 1, 5, 19, 45, tzinfo=HANOI)
    assert (article.identity, article.kind, article.form) == ("390", Kind.ARTICLE, Form.REPORTAGE)


def test_a_player_with_a_label_is_a_video() -> None:
    page = came(
        '<h1 class="title">Thời sự tối 05/01/2021</h1><div class="noi-dung"><video src="/a.mp4"></video></div>',
        "http://dai-mau.test/tin-tuc-n391/thoi-su.html",
    )
    article = extract(page, STATION, TV)
    assert (article.kind, article.text) == (Kind.VIDEO, "")
    assert article.published_on is None, "the day in the title is the day of the programme"


SHAREPOINT = """<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>
\tNgày chuyển đổi số </title></head><body><form id="aspnetForm" action="x.aspx">
<input type="hidden" name="__VIEWSTATE" value="a">
<a href="#s">Skip Ribbon Commands</a><h2 class="tieu-de">NGÀY CHUYỂN ĐỔI SỐ CỦA TỈNH MẪU</h2>
<span class="ngay-dang">( Cập nhật lúc: 05/01/2021  )</span>
<div class="ms-rtestate-field"><div>Skip to main content</div><div>Văn phòng UBND tỉnh mở chuyên trang.&#160;</div>
<div>&nbsp;</div><p>Nguồn: </p></div><div class="tac-gia">Tác giả: T.H</div></form></body></html>"""


def test_a_portal_page_has_a_day_and_no_time() -> None:
    url = "http://cong-mau.test/Pages/cong-nghe-thong-tin-542/ngay-chuyen-doi-so-tinh-mau-na-26F64f88ccb412cc.aspx"
    article = extract(came(SHAREPOINT, url.lower().replace("pages", "Pages")), GATE, PORTAL)
    assert article.published_on == date(2021, 1, 5)
    assert article.published_at is None
    assert article.date_source is DateSource.PAGE
    assert article.text == "Văn phòng UBND tỉnh mở chuyên trang."
    assert article.authors == ("T.H",)
    assert article.identity == "26f64f88ccb412cc"


HIDDEN_BOX = """<html><body><div class="Content_Left"><h3>Thi tuyển viên chức năm 2021</h3>
<span class="ngay"> Ngày đăng: 05/01/2021/ Lượt xem: 3</span>
<div class="chitiet"><p>Sở thi tuyển theo lịch đã công bố.</p>
<div id="rs" style="display:none"><p>Sở Khoa học v&agrave; C&ocirc;ng nghệ tiếp d&acirc;n thứ Năm.</p></div></div></div>
<div id="rs" style="display:none">Sở Khoa học v&agrave; C&ocirc;ng nghệ</div></body></html>"""


def test_the_hidden_box_of_another_department_is_never_read() -> None:
    page = came(HIDDEN_BOX, "http://so-mau.test/index.php?com=chitiet_tin&id_tin=46&utm_source=zalo")
    article = extract(page, OFFICE, DEPARTMENT)
    assert article.text == "Sở thi tuyển theo lịch đã công bố."
    assert article.published_on == date(2021, 1, 5)
    assert (article.identity, article.url) == ("46", "http://so-mau.test/index.php?com=chitiet_tin&id_tin=46")


# ---- dates


def test_a_page_without_a_date_has_the_announced_one_then_that_of_its_folder_then_none() -> None:
    page = came(
        "<h1 class='title'>Trả kết quả tại nhà</h1><div class='noi-dung'>Có.</div>",
        "http://dv-mau.test/portaldvc/Pages/2021-1-4/Tra-ket-qua7yqddb0vypu6.aspx",
    )
    outlet = an_outlet(hosts=("dv-mau.test",), identity=None)
    announced = Link(page.url, published_on=date(2021, 1, 5))
    found = extract(page, outlet, TV, announced)
    assert (found.published_on, found.published_at) == (date(2021, 1, 5), None)
    assert found.date_source is DateSource.ANNOUNCED
    found = extract(page, outlet, TV, Link(page.url))
    assert (found.published_on, found.published_at) == (date(2021, 1, 4), None)
    assert found.date_source is DateSource.ADDRESS


@pytest.mark.parametrize(
    "path", ["/tin/202101/a-79a138b/", "/ngay-0512021-a/", "/Pages/2021-2-31/a.aspx", "/2021/bai/"]
)
def test_a_month_or_a_slug_is_no_day(path: str) -> None:
    page = came("<h1 class='title'>Trả kết quả</h1><div class='noi-dung'>Có.</div>", f"http://dv-mau.test{path}")
    found = extract(page, an_outlet(hosts=("dv-mau.test",), identity=None), TV)
    assert (found.published_on, found.published_at, found.date_source) == (None, None, None)


def test_a_date_in_the_future_is_passed_over_and_today_is_never_made_up(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("WARNING", "monitor")  # a command that ran before may have quietened it
    article = _paper(epi("<p>Có.</p>", meta="2099-01-01T00:00:00+07:00", head=""))
    assert article.date_source is DateSource.PAGE
    late = came("<h1 class='title'>A</h1><div class='noi-dung'>B</div><span class='ngay'>08/01/2021</span>", PAGE_URL)
    assert extract(late, PAPER, TV).published_on is None
    assert "date in the future" in caplog.text
    soon = (NOON + timedelta(hours=23)).astimezone(HANOI)
    assert _paper(epi("<p>Có.</p>", meta=soon.isoformat())).published_at == soon


PAGE_URL = "http://bao-mau.test/a-post1.html"


def test_linked_data_dates_a_page_whose_rules_find_none() -> None:
    data = (
        '{"@context":"x","@graph":[{"@type":"NewsArticle","datePublished":"2021-01-04T20:00:00Z"},{"@type":"Person"}]}'
    )
    rules = PageRules(title=("h1",), text=("div.article__body",))
    page = epi("<p>Có.</p>", meta="", head=f'<script type="application/ld+json">{data}</script>')
    article = extract(page, PAPER, rules)
    assert article.published_on == date(2021, 1, 5)
    assert article.date_source is DateSource.META


@pytest.mark.parametrize("broken", ["{", "[1, null]", '{"@type": "NewsArticle", "datePublished": 5}', "[" * 3000])
def test_broken_linked_data_does_no_harm(broken: str) -> None:
    page = epi("<p>Có.</p>", meta="", head=f'<script type="application/ld+json">{broken}</script>')
    assert extract(page, PAPER, PageRules(title=("h1",), text=("div.article__body",))).published_on is None


# ---- address


def test_the_canonical_address_of_the_page_is_the_articles() -> None:
    page = came(
        "<link rel='canonical' href='/hoi-nghi/'><h1 class='title'>A</h1><div class='noi-dung'>B</div>",
        "http://bao-mau.test/savefile/hoi-nghi.html",
    )
    article = extract(page, an_outlet(identity=None), TV)
    assert (article.identity, article.url) == ("/hoi-nghi", "http://bao-mau.test/hoi-nghi/")


@pytest.mark.parametrize(
    "canonical",
    ["http://ke-khac.test/a-post1.html", "http://bao-mau.test/", "javascript:x", "/khac-post9.html", "index.html"],
)
def test_a_canonical_address_that_cannot_be_is_not_believed(canonical: str) -> None:
    article = _paper(epi("<p>Có.</p>", head=f'<link rel="canonical" href="{canonical}">'))
    assert article.identity == "1007"
    assert article.url == "http://bao-mau.test/xa-mau-son-nhan-ho-so-post1007.html"


@pytest.mark.parametrize(
    "declared",
    [
        "/",
        "/index.php",
        "/tin-tuc",
        "/tin-tuc/",
        "/index.php?com=tin",
        "/bai-viet",
        "/tin/chi-tiet",
        "/tin/46/chi-tiet",
    ],
)
@pytest.mark.parametrize(
    "address",
    ["/index.php?com=tin&id={}", "/?id={}", "/tin-tuc?id={}", "/tin/bai-{}", "/tin/{}/chi-tiet", "/xem3.aspx?tin={}"],
)
def test_one_canonical_address_on_all_pages_of_an_outlet_without_a_pattern_joins_none(
    declared: str, address: str
) -> None:
    body = f"<link rel='canonical' href='{declared}'><h1 class='title'>A</h1><div class='noi-dung'>B</div>"
    pages = [came(body, "http://bao-mau.test" + address.format(number)) for number in (47, 48)]
    one, other = (extract(page, an_outlet(identity=None), TV) for page in pages)
    assert one.identity != other.identity
    assert one.url == pages[0].url


@pytest.mark.parametrize(
    ("asked", "declared"),
    [
        ("/in/xa-mau-son-nhan-ho-so.html", "/tin-tuc/xa-mau-son-nhan-ho-so.html"),
        ("/xa-mau-son-nhan-ho-so/print/", "/xa-mau-son-nhan-ho-so/"),
        ("/index.php?id=46&com=tin", "/index.php?com=tin&id=46"),
        ("/tin.aspx?id=46", "/TIN.aspx?id=46&muc=2"),
        ("/m/2021/bai-46.html", "/2021/bai-46.html"),
        ("/bai-post46.html?dbcode=9", "/bai-post46.html"),
    ],
)
def test_another_dress_of_a_piece_is_known_by_its_canonical_address_without_a_pattern(
    asked: str, declared: str
) -> None:
    body = f"<link rel='canonical' href='{declared}'><h1 class='title'>A</h1><div class='noi-dung'>B</div>"
    page = came(body, f"http://bao-mau.test{asked}")
    assert extract(page, an_outlet(identity=None), TV).url == f"http://bao-mau.test{declared}"


def test_an_address_that_is_none_of_the_outlets_pieces_is_refused() -> None:
    error = _refusal(came("<h1 class='article__title'>A</h1>", "http://ke-khac.test/a-post1.html"))
    assert (error.reason, error.missing) == (Reason.NOT_AN_ARTICLE, "identity")


# ---- no article


@pytest.mark.parametrize(
    "title",
    [
        "404",
        "404 - Không tìm thấy trang - Báo Mẫu",
        "Lỗi 404",
        "Không tìm thấy nội dung | Báo Mẫu",
        "Trang bạn tìm không tồn tại",
        "Bài viết này không tồn tại hoặc đã bị xóa",
        "Page not found",
        "404 Not Found",
        "HTTP 404 | baomau.vn",
        "Không tìm thấy trang bạn yêu cầu",
        "Nội dung này không còn tồn tại",
    ],
)
def test_a_page_that_says_not_found_with_status_200_is_refused(title: str) -> None:
    error = _refusal(came(f"<title>{title}</title><body><p>Mời bạn quay lại trang chủ.</p></body>", PAGE_URL))
    assert error.reason is Reason.SOFT_404


@pytest.mark.parametrize(
    "title",
    [
        "Quyết định 404/QĐ-UBND về một cửa",
        "404 hộ dân nhận kết quả tại nhà",
        "Không tìm thấy dấu vết",
        "Không tìm thấy dữ liệu đất đai của 40 hộ dân xã Mẫu Sơn",
        "Không tìm thấy tin báo về tội phạm trên địa bàn xã trong quý I",
        "404 không phải là con số cuối cùng",
        "404 - con số biết nói",
        "Trang trại không tồn tại trên giấy tờ",
        "Dữ liệu không tìm thấy trên hệ thống đất đai khiến 40 hộ dân phải chờ",
        "Not found in any register: forty households wait",
    ],
)
def test_a_headline_with_such_words_is_an_article(title: str) -> None:
    assert _paper(epi("<p>Có.</p>", title=title)).title == title
    bare = came(f"<title>{title}</title><h1>{title}</h1><p>{SCRIPT}</p>", PAGE_URL)
    assert extract(bare, PAPER, None).title == title


def test_the_front_page_in_place_of_a_piece_is_refused() -> None:
    error = _refusal(epi("<p>Có.</p>", final_url="http://bao-mau.test/"))
    assert error.reason is Reason.SOFT_404


@pytest.mark.parametrize("body", ["", "<html></html>", "xin chao", "\x00\x01", "http://a.test/"])
def test_a_page_without_a_title_is_no_article(body: str) -> None:
    error = _refusal(came(body, PAGE_URL))
    assert (error.reason, error.missing) == (Reason.NOT_AN_ARTICLE, "title")


# ---- bytes


@pytest.mark.parametrize(
    ("codec", "header", "meta"),
    [
        ("utf-8", "text/html; charset=utf-8", "utf-8"),
        ("utf-8", "text/html; charset=iso-8859-1", "utf-8"),
        ("utf-8", "text/html; charset=bogus-999", "windows-1252"),
        ("utf-8", "text/html", ""),
        ("utf-8-sig", "text/html; charset=windows-1258", ""),
        ("utf-16", "text/html", ""),
        ("utf-16-le", "text/html; charset=utf-16", ""),
        ("utf-16-le", "text/html", ""),
        ("utf-16-be", "text/html; charset=utf-8", ""),
        ("utf-8", "text/html; charset=utf-16", "utf-16"),
        ("cp1258", "text/html; charset=windows-1258", "utf-8"),
        ("cp1258", "text/html", "windows-1258"),
        ("cp1258", "text/html; charset=hex", ""),
    ],
)
def test_text_is_read_in_the_encoding_it_has(codec: str, header: str, meta: str) -> None:
    words = "Chuyển đổi số ở xã Mẫu Thủy"
    # windows-1258 writes tones apart; Ư, Ơ, Đ and the hats are letters of its own.
    written = "".join(_for_1258(c) for c in words) if codec == "cp1258" else words
    head = f'<meta charset="{meta}">' if meta else ""
    body = f"<html><head>{head}</head><h1 class='title'>{written}</h1><div class='noi-dung'>{written}.</div></html>"
    article = extract(came(body.encode(codec), PAGE_URL, headers={"content-type": header}), PAPER, TV)
    assert article.title == words
    assert article.text == words + "."


def _for_1258(letter: str) -> str:
    for mark in "\u0300\u0301\u0303\u0309\u0323":
        if mark in (apart := unicodedata.normalize("NFD", letter)):
            return unicodedata.normalize("NFC", apart.replace(mark, "")) + mark
    return letter


def test_one_damaged_byte_does_not_turn_the_page_into_another_encoding() -> None:
    body = f"<h1 class='title'>Chuyển đổi số</h1><div class='noi-dung'><p>{LONG}</p><p>cuối</p></div>".encode()
    article = extract(came(body.replace(b"cu\xe1", b"c\xffu\xe1"), PAGE_URL), PAPER, TV)
    assert article.title == "Chuyển đổi số"


_MARKUP = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<div hidden>",
            "</div>",
            "<br>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?xml x?>",
            "<table>",
            "<td>",
        ]
    )
    | st.sampled_from(
        ["N.Đ", "./.", "0:00", "Xem thêm", "BM - ", "05/01/2021", "&lt;b&gt;", "<img alt='x'>", "<script>"]
    )
    | st.text(max_size=8),
    max_size=20,
).map("".join)


@settings(deadline=None)  # the machine may be busy; how fast a page is read is a benchmark's question
@given(_MARKUP)
def test_any_body_gives_clean_text_or_none(markup: str) -> None:
    article = _paper(epi(markup))
    assert article.identity == "1007"
    assert article.published_on == date(2021, 1, 5)
    assert article.text == text.paragraphs(article.text)
    assert all(line.strip() for line in article.text.split("\n") if article.text)
    assert "\x00" not in article.text


_BITES = st.sampled_from(
    [
        *(b"<title>", b"</title>", b"<h1 class='article__title'>", b"</h1>", b"<div class='article__body cms-body'>"),
        *(b"</div>", b"<p>", b"<!--", b"-->", b"<script>", b"</script>", b"<script type='application/ld+json'>"),
        *(b"<meta charset=utf-16>", b"<link rel=canonical href='", b"'>", b"<style>", b"<iframe>", b"<template>"),
        *(
            b"\xff\xfe",
            b"\xef\xbb\xbf",
            b"\x00",
            b"\xed\xa0\x80",
            b"o\xcc\x81",
            b"&#0;",
            b"&#xd800;",
            b"<table><tr><td>",
        ),
        *(
            b"<frameset>",
            b"<html hidden>",
            b"<body style='display:none'>",
            b"<svg><p>",
            b"</html>",
            b"<base href='//x'>",
        ),
    ]
)


@settings(deadline=None)
@given(
    st.lists(_BITES | st.binary(max_size=12), max_size=25).map(b"".join),
    st.sampled_from(
        ["text/html", "text/html; charset=utf-16", "text/html; charset=tis-620", "text/html; charset=\x00"]
    ),
    st.sampled_from([None, EPI, PageRules(title=("title",), text=("body",), drop=("div",))]),
)
def test_any_bytes_give_an_article_or_a_reason(body: bytes, header: str, rules: PageRules | None) -> None:
    page = came(body, PAGE_URL, headers={"content-type": header})
    try:
        article = extract(page, PAPER, rules, timeout=20)
    except ExtractError as error:
        assert error.reason in Reason
        return
    written = "\n".join((article.title, article.lead or "", article.text, *article.authors))
    assert article.title
    assert written == unicodedata.normalize("NFC", written)
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in written.replace("\n", ""))


# ---- JSON


def test_an_article_prints_as_the_contract_says() -> None:
    assert as_json(_paper(epi(f"<p>{FIRST}</p>"))) == {
        "url": "http://bao-mau.test/xa-mau-son-nhan-ho-so-post1007.html",
        "title": "Xã Mẫu Sơn nhận và trả hồ sơ qua bưu chính",
        "lead": "Từ đầu năm, bộ phận một cửa xã Mẫu Sơn phối hợp với bưu điện nhận hồ sơ tại nhà.",
        "text": FIRST,
        "authors": [],
        "published_on": "2021-01-05",
        "published_at": "2021-01-05T08:15:00+07:00",
        "date_source": "meta",
        "kind": "article",
        "form": "tin",
        "by": "rules:epi",
    }


def test_what_is_unknown_prints_as_null() -> None:
    printed = as_json(extract(came("<h1 class='title'>Mẫu</h1><div class='noi-dung'></div>", PAGE_URL), PAPER, TV))
    assert [printed[key] for key in ("lead", "published_on", "published_at", "date_source", "form")] == [None] * 5
    assert printed["text"] == ""
    assert printed["kind"] == "empty"


def test_a_moment_in_another_zone_prints_in_hanoi() -> None:
    article = _paper(epi("<p>Có.</p>", meta="2021-01-04T20:00:00Z"))
    assert article.published_at == datetime(2021, 1, 4, 20, 0, tzinfo=UTC)
    assert as_json(article)["published_at"] == "2021-01-05T03:00:00+07:00"


def test_a_mistaken_selector_is_named() -> None:
    assert mistake_in("meta[property='article:published_time']@content") is None
    assert mistake_in("a[href*='@x']") is None
    assert mistake_in("div..body") is not None
    assert mistake_in("div[class=") is not None


def test_a_portal_is_no_television() -> None:
    assert GATE.channel is Channel.PORTAL
    page = came(
        "<h2 class='tieu-de'>Một cửa</h2><video></video><div class='ms-rtestate-field'>Có.</div>", f"{GATE_URL}"
    )
    assert extract(page, GATE, PORTAL).form is Form.NEWS


GATE_URL = "http://cong-mau.test/Pages/cchc-542/mot-cua-26f64f88ccb412cc.aspx"
