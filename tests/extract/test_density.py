"""A page without rules is read by where its text is dense, and by what its head says."""

from datetime import date

import pytest

from monitor.errors import ExtractError, Reason
from monitor.extract import extract
from monitor.extract.density import Dense, densest
from monitor.extract.head import head_of
from monitor.extract.published import Stated
from monitor.extract.tree import parse, prune
from monitor.press import Article, Kind, Link, PageRules
from tests.extract.pages import ASP_NET, LONG, PAPER, came, epi, without
from tests.factories import an_outlet

URL = "http://bao-mau.test/huyen-ban-mau-post12.html"


def _read(body: str) -> Article:
    return extract(came(body, URL), without(PAPER), None, timeout=20)


def _dense(markup: str) -> Dense:
    tree = parse(markup)
    prune(tree)
    return densest(tree)


ONE = "Từ tháng này, xã Mẫu Sơn nhận hồ sơ đất đai và hộ tịch tại nhà cho người già yếu, người khuyết tật."
TWO = "Cán bộ bộ phận một cửa hẹn ngày qua điện thoại, mang theo máy quét và trả biên nhận ngay tại chỗ."
THREE = "Ba tháng đầu đã có hơn hai trăm lượt, không hồ sơ nào phải nộp lại vì thiếu giấy tờ."
OTHER = "Xã Đồi Mẫu cũng vừa khai trương điểm phục vụ hành chính công đặt tại bưu điện văn hóa xã."
TEXT = f"<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>"
TITLE = "Xã Mẫu Sơn nhận hồ sơ tại nhà dân"
HEAD = f"<title>{TITLE}</title>"


def test_a_page_inside_one_form_is_read_without_rules() -> None:
    article = _read(ASP_NET)
    assert article.by == "density"
    assert article.title == "Huyện Bản Mẫu đưa bộ phận một cửa về gần dân"
    assert article.text.startswith("Từ tháng này, huyện Bản Mẫu mở thêm hai điểm")
    assert article.text.endswith("phần lớn về đất đai và hộ tịch.")
    assert len(article.text.splitlines()) == 3
    assert "Giới thiệu" not in article.text
    assert (article.kind, article.lead) == (Kind.ARTICLE, None)


def test_the_hidden_box_is_not_read_without_rules_either() -> None:
    assert "Khoa học" not in _read(ASP_NET).text


def test_no_date_is_guessed_from_what_a_page_shows() -> None:
    article = _read(ASP_NET.replace("Theo thống kê", "Ngày 04/01/2021, theo Kế hoạch giai đoạn 2026-2030,"))
    assert (article.published_on, article.date_source) == (None, None)
    stated = ASP_NET.replace("<title>", '<meta itemprop="datePublished" content="2021-01-05T08:00:00+07"><title>')
    assert _read(stated).published_on == date(2021, 1, 5)


def test_rules_that_fit_no_longer_give_way_to_the_dense_text() -> None:
    old = PageRules(title=("h1.ten-cu",), text=("div.than-cu",))
    article = extract(epi(f"<p>{LONG}</p>"), PAPER, old, timeout=20)
    assert article.by == "density"
    assert article.title == "Xã Mẫu Sơn nhận và trả hồ sơ qua bưu chính"
    assert "hướng dẫn người dân khai tờ khai" in article.text


def test_a_title_that_the_rules_found_is_kept() -> None:
    half = PageRules(title=("h1.article__title",), text=("div.than-cu",), lead=(".cms-desc",), lead_prefix="BM - ")
    page = epi(f"<p>{LONG}</p>", head="<meta property='og:title' content='Tên khác của bài này'>")
    article = extract(page, PAPER, half)
    assert article.by == "density"
    assert article.title == "Xã Mẫu Sơn nhận và trả hồ sơ qua bưu chính"
    assert article.lead is not None
    assert article.lead.startswith("Từ đầu năm")


def test_what_the_rules_took_away_may_be_what_the_page_consists_of() -> None:
    rules = PageRules(title=("h1",), text=("div.than-cu",), drop=("main",))
    article = extract(came(f"<h1>{TITLE}</h1><main>{TEXT}</main>", URL), PAPER, rules)
    assert article.text == f"{ONE}\n{TWO}\n{THREE}"


def test_a_menu_is_no_text() -> None:
    half = PageRules(title=("h1",), text=("div.than-cu",))
    page = came("<h1>Một tiêu đề</h1><ul><li>Trang chủ</li><li>Liên hệ</li></ul>", URL)
    article = extract(page, PAPER, half, timeout=20)
    assert (article.by, article.kind, article.text) == ("rules:epi", Kind.EMPTY, "")


def test_a_menu_that_is_longer_than_a_text_is_no_text_either() -> None:
    menu = "".join(f"<li><a href='/m{n}'>Mục số {n}</a></li>" for n in range(40))
    page = f"<title>{TITLE}</title><ul>{menu}</ul><h1>{TITLE}</h1><div>{{}}</div>"
    article = extract(came(page.format(""), URL), without(PAPER), None, timeout=20)
    assert (article.kind, article.text) == (Kind.EMPTY, "")
    short = extract(came(page.format("<p>Đọc tiếp số báo in ra ngày mai.</p>"), URL), without(PAPER), None, timeout=20)
    assert "Mục số" not in short.text


@pytest.mark.parametrize(
    "beside",
    [
        f"<div class='sidebar'><p>{OTHER}</p><p>{OTHER}</p></div>",
        f"<div class='box tin-lien-quan'><p>{OTHER}</p></div>",
        f"<div id='binh-luan'><p>{OTHER}</p><p>{OTHER}</p><p>{OTHER}</p></div>",
        f"<div class='comment-list'><p>{OTHER}</p></div>",
        f"<aside><p>{OTHER}</p></aside>",
        f"<footer><p>{OTHER}</p></footer>",
        f"<ul>{'<li><a>' + OTHER + '</a></li>'}</ul>",
        f"<nav><p>{OTHER}</p></nav>",
    ],
)
@pytest.mark.parametrize("place", ["inside", "after", "before"])
def test_what_stands_beside_the_text_earns_nothing(beside: str, place: str) -> None:
    inside, before, after = (beside if place == where else "" for where in ("inside", "before", "after"))
    page = f"<title>{TITLE}</title><div class='page'>{before}<div class='detail'>{TEXT}{inside}</div>{after}</div>"
    assert _dense(page).lines == (ONE, TWO, THREE)


def _teaser(number: int) -> str:
    head = f"<a href='/x{number}'>Tin khác số {number} của tỉnh Mẫu</a>"
    return f"<h3>{head}</h3><p>Tóm tắt {number}: {OTHER}</p>"


@pytest.mark.parametrize("paragraphs", [0, 1, 2, 4])
@pytest.mark.parametrize("count", [3, 6, 10])
@pytest.mark.parametrize("name", ["sidebar", "tin-lien-quan", "tin-moi", "col-right", "right-col", "cot", "content"])
@pytest.mark.parametrize("item", ["<div class='item'>{}</div>", "<li>{}</li>", "{}"])
def test_teasers_of_other_pieces_neither_replace_nor_join_a_short_piece(
    paragraphs: int, count: int, name: str, item: str
) -> None:
    own = [ONE, TWO, THREE, "Xã sẽ mở thêm hai điểm nhận hồ sơ ở các thôn xa trung tâm trước cuối năm nay."][
        :paragraphs
    ]
    others = "".join(item.format(_teaser(number)) for number in range(count))
    body = f"<div class='khung'><h1>{TITLE}</h1>{''.join(f'<p>{one}</p>' for one in own)}</div>"
    markup = f"<html><head>{HEAD}</head><body>{body}<div class='{name}'>{others}</div></body></html>"
    assert list(_dense(markup).lines) == own
    if count == 6 and paragraphs in {0, 1}:
        assert _read(markup).text.splitlines() == own


def test_teasers_whose_title_is_a_link_and_no_heading_are_a_list() -> None:
    items = "".join(f"<div><a href='/x{n}'>Tin khác số {n} của tỉnh Mẫu</a><p>{OTHER}</p></div>" for n in range(6))
    assert _dense(f"{HEAD}<div><h1>{TITLE}</h1><p>{ONE}</p></div><div class='cot'>{items}</div>").lines == (ONE,)


def test_a_grid_of_teasers_is_a_list_too() -> None:
    rows = "".join(f"<div><div>{_teaser(n)}</div><div>{_teaser(n + 1)}</div></div>" for n in (0, 2, 4))
    assert _dense(f"{HEAD}<div><h1>{TITLE}</h1><p>{ONE}</p></div><div class='cot'>{rows}</div>").lines == (ONE,)


def test_plain_paragraphs_in_a_box_named_beside_do_not_replace_the_one_next_to_the_title() -> None:
    others = f"<p>{TWO}</p><p>{THREE}</p><p>{OTHER}</p>"
    markup = f"{HEAD}<div><h1>{TITLE}</h1><p>{ONE}</p></div><div class='sidebar'>{others}</div>"
    assert _dense(markup).lines == (ONE,)
    assert _read(markup).text == ONE


@pytest.mark.parametrize("name", ["sidebar", "related", "left-col"])
def test_a_misnamed_box_that_holds_or_follows_the_title_is_the_text(name: str) -> None:
    assert _dense(f"{HEAD}<div class='{name}'><h1>{TITLE}</h1>{TEXT}</div>").lines == (ONE, TWO, THREE)
    assert _dense(f"{HEAD}<h1>{TITLE}</h1><div class='{name}'>{TEXT}</div>").lines == (ONE, TWO, THREE)


def test_parts_of_a_text_under_headings_that_are_no_links_are_no_teasers() -> None:
    parts = "".join(
        f"<section><h2>Phần {n}</h2><p>{one}</p></section>" for n, one in enumerate((ONE, TWO, THREE, OTHER))
    )
    assert _dense(f"{HEAD}<h1>{TITLE}</h1><div>{parts}</div>").lines[-1] == OTHER
    assert {ONE, TWO, THREE} < set(_dense(f"{HEAD}<h1>{TITLE}</h1><div>{parts}</div>").lines)


def test_a_list_headed_as_other_pieces_ends_the_text() -> None:
    assert _dense(f"<div>{TEXT}<p>Tin liên quan:</p><p>{OTHER}</p></div>").lines == (ONE, TWO, THREE)


def test_a_frame_named_as_a_sidebar_that_holds_all_the_text_is_none() -> None:
    assert _dense(f"<div class='content sidebar-right'>{TEXT}</div>").lines == (ONE, TWO, THREE)


def test_text_without_paragraphs_is_parted_at_line_breaks() -> None:
    cell = f"<table><tr><td>Trang chủ</td><td>{ONE}<br>{TWO}<br/>{THREE}</td></tr></table>"
    assert _dense(cell).lines == (ONE, TWO, THREE)
    assert _dense("") == Dense()


def test_a_name_in_bold_or_in_a_link_parts_no_paragraph() -> None:
    broken = ONE.replace("xã Mẫu Sơn", "<b>xã</b> <a href='/tag' class='tag'>Mẫu Sơn</a>")
    assert _dense(f"<div><p>{broken}</p><p>{TWO}</p></div>").lines == (ONE, TWO)


def test_the_sapo_stands_between_title_and_text() -> None:
    body = f"<h1>{TITLE}</h1><span>05/01/2021</span><div class='x'><p>{ONE}</p></div><div class='than'>"
    article = _read(f"{HEAD}{body}<p>{TWO}</p><p>{THREE}</p><p>{OTHER}</p></div>")
    assert article.lead == ONE
    assert article.text == f"{TWO}\n{THREE}\n{OTHER}"


def test_a_box_named_sapo_is_one_and_is_not_said_twice() -> None:
    article = _read(f"{HEAD}<div><p class='the-article-sapo'>{ONE}</p><p>{TWO}</p><p>{THREE}</p><p>{OTHER}</p></div>")
    assert article.lead == ONE
    assert article.text == f"{TWO}\n{THREE}\n{OTHER}"


def test_a_first_paragraph_that_the_head_describes_the_page_by_is_the_sapo() -> None:
    told = f"<meta property='og:description' content='{ONE[:70]}…'>"
    article = _read(f"<head>{told}{HEAD}</head><div><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></div>")
    assert article.lead == ONE
    assert article.text == f"{TWO}\n{THREE}"


def test_the_last_line_of_initials_is_the_byline() -> None:
    article = _read(f"{HEAD}<div>{TEXT}<p>N.Đ</p></div>")
    assert article.authors == ("N.Đ",)
    assert article.text == f"{ONE}\n{TWO}\n{THREE}"


def test_captions_are_no_text() -> None:
    photo = f"<figure><img src='/a.jpg'><figcaption>Ảnh: {OTHER}</figcaption></figure>"
    assert _dense(f"<div><p>{ONE}</p>{photo}<p>{TWO}</p></div>").lines == (ONE, TWO)


def test_the_name_of_the_site_is_no_title() -> None:
    head = "".join(f"<meta property='og:{name}' content='UBND huyện Bản Mẫu'>" for name in ("site_name", "title"))
    tree = parse(f"{head}<title>Mở điểm tiếp nhận hồ sơ - UBND huyện Bản Mẫu</title><h1>Tin tức</h1>")
    assert head_of(tree, Stated.of(tree)).title == "Mở điểm tiếp nhận hồ sơ"


def test_a_page_without_any_title_is_no_article() -> None:
    with pytest.raises(ExtractError):
        _read("<p>Có chữ mà không có tên.</p>")


def test_a_page_that_only_asks_for_a_password_is_no_article() -> None:
    with pytest.raises(ExtractError) as caught:
        _read("<title>Đăng nhập mạng không dây công cộng</title><form><input type='password' name='p'></form>")
    assert caught.value.reason is Reason.CHALLENGE


LOGIN = "<form><label>Đăng nhập</label><input name='u'><input type='password'></form>"


@pytest.mark.parametrize(
    "page",
    [
        f"<title>{TITLE} - Trang xã</title>{LOGIN}<div><h1>{TITLE}</h1><div><p>{ONE}</p></div></div>",
        f"<title>{TITLE}</title>{LOGIN}<p>{ONE}</p>",
        f"<title>Đăng nhập</title>{LOGIN}<h1>{TITLE}</h1><p>{ONE}</p>",
        f"<title>{TITLE}</title><form id='aspnetForm'><input type='password'><h1>{TITLE}</h1><p>{ONE}</p></form>",
        f"<title>{TITLE}</title>{LOGIN}<h1>{TITLE}</h1><iframe src='https://www.youtube.com/embed/x'></iframe>",
        f"<title>Đăng nhập một lần ở mọi cổng dịch vụ</title>{LOGIN}<div>{TEXT}</div>",
    ],
)
def test_a_short_piece_beside_a_box_for_logging_in_is_an_article(page: str) -> None:
    article = _read(f"<html><body>{page}</body></html>")
    assert article.title
    assert (ONE in article.text) == (ONE in page)


@pytest.mark.parametrize(
    "title", ["Đăng nhập", "Đăng nhập - Báo Mẫu", "Báo Mẫu | Đăng nhập", "Sign in", "Wi-Fi công cộng"]
)
@pytest.mark.parametrize("heading", ["", "<h1>Đăng nhập</h1>"])
def test_a_page_headed_as_a_login_that_asks_for_a_password_is_no_article(title: str, heading: str) -> None:
    with pytest.raises(ExtractError) as caught:
        _read(f"<title>{title}</title>{heading}{LOGIN}<p>Liên hệ quản trị để được cấp tài khoản.</p>")
    assert caught.value.reason is Reason.CHALLENGE


def test_an_article_with_a_form_for_readers_is_an_article() -> None:
    long = "".join(f"<p>{one}</p>" for one in (ONE, TWO, THREE))
    assert _read(f"{HEAD}<div>{long}</div><form><input type='password'></form>").text.startswith(ONE)


@pytest.mark.parametrize(
    "title", ["Just a moment...", "403 Forbidden", "502 Bad Gateway", "Đang kiểm tra trình duyệt của bạn", "Captcha"]
)
def test_a_gate_before_the_page_is_never_an_article(title: str) -> None:
    with pytest.raises(ExtractError) as caught:
        extract(came(f"<title>{title}</title><h1 class='article__title'>{title}</h1>{TEXT}", URL), PAPER, None)
    assert caught.value.reason is Reason.CHALLENGE


@pytest.mark.parametrize("title", ["500 hộ dân nhận kết quả tại nhà", "Kiểm tra kết nối mạng tại các xã"])
def test_a_headline_that_begins_like_a_gate_is_an_article(title: str) -> None:
    assert _read(f"<title>{title}</title><div>{TEXT}</div>").title == title


def test_the_announced_day_serves_a_page_without_rules_too() -> None:
    page = came(ASP_NET, "http://huyen-mau.test/huyen-ban-mau/")
    outlet = an_outlet(hosts=("huyen-mau.test",), identity=None, pages=None)
    article = extract(page, outlet, None, Link(page.url, published_on=date(2021, 1, 5)), timeout=20)
    assert article.published_on == date(2021, 1, 5)
