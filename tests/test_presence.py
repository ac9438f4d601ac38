"""Is it on the page? Every Vietnamese spelling of a number counts, what no reader sees does not."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ExtractError, Reason
from monitor.presence import look
from monitor.spellings import plain

HOME = "http://bao-mau.test/"
WORDS = "Ủy ban nhân dân tỉnh Mẫu tiếp công dân vào ngày mười lăm hằng tháng tại trụ sở tiếp công dân của tỉnh. "


def a_home(box: str, head: str = "<title>Báo Mẫu</title>") -> str:
    return f"<html><head>{head}</head><body><p>{WORDS * 5}</p>{box}</body></html>"


def quoted(box: str, kind: str, value: str, url: str = HOME) -> str | None:
    (found,) = look(a_home(box), url, url, {kind: value})
    assert (found.kind, found.value) == (kind, value)
    return found.quote


@pytest.mark.parametrize(
    "written",
    [
        "0209.3870.123",
        "02093870123",
        "0209 3870 123",
        "0209 3 870 123",
        "(0209) 3870123",
        "(0209)3.870.123",
        "0209-3870-123",
        "0209 – 3870 123",
        "+84 209 3870 123",
        "+84209.3870.123",
        "+84 (0) 209 3870 123",
        "(+84) 209 3870 123",
        "(84-209) 3870.123",
        "0084 209 3870123",
        "84 209 3870 123",
        "0209.3870.123 - 0209.3870.124",
        "0209.3870.123-124",
        "0209.3870.123.",
        "ĐT:0209.3870.123;Fax:0209.3870.999",
        "<b>0209</b>.<span>3870</span>.<i>123</i>",
        "0209&nbsp;3870&nbsp;123",
        "0209.\u200b3870.123",
        "0209\u20113870\u2011123",
        "0209\u20143870\u2014123",
        "0209/3870.123",
        "0209/3870/123",
        "0209,3870,123",
        "０２０９ ３８７０ １２３",
        "０２０９．３８７０．１２３",
        "0209 : 3870123",
        "0209: 3870.123",
        "0209*3870*123",
        "0209_3870_123",
        "[0209] 3870 123",
        "0209.3870.123\u00b2",
        "0209.3870.123.0912.345.678",
        "0912.345.678.0209.3870.123",
        "0209.3870.123/0912.345.678",
        "0912345678,02093870123",
        "0912 345 678/0209 3870 123",
        "<a href='tel:0209\u20113870\u2011123'>Gọi ngay</a>",
        "<a href='tel:+842093870123'>Gọi ngay</a>",
        "<a href='tel:0209%203870%20123'><img src='/goi.png' alt=''></a>",
        "<img src='/banner.jpg' alt='Đường dây nóng: 0209.3870.123'>",
    ],
)
@pytest.mark.parametrize("value", ["0209.3870.123", "+84 209 3870123"])
def test_a_number_is_found_in_every_spelling(written: str, value: str) -> None:
    assert quoted(f"<div>Đường dây nóng: {written}</div>", "phone", value)


@pytest.mark.parametrize(
    "written",
    [
        "0209.3870.124",
        "0209.3870.1234",
        "10209.3870.123",
        "209.3870.12",
        "209.3870.123",
        "0209.3870.123.4",
        "0209.3870.123.45.67",
        "0209.3870.12, 3",
        "0209.3870.12/3",
        "0209.3870, 123 người",
        "12,0209.3870.12,3",
        "0209 3870</p><p>123",
        "<span style='display:none'>0209.3870.123</span>",
        "<span style='DISPLAY : NONE'><b>0209.3870.123</b></span>",
        "<div hidden>0209.3870.123</div>",
        "<!-- 0209.3870.123 -->",
        "<noscript>0209.3870.123</noscript>",
        "<template>0209.3870.123</template>",
        "<style>.a:after{content:'0209.3870.123'}</style>",
        "<a href='tel:02093870123'></a>",
        "<div hidden><a href='tel:02093870123'>Gọi</a></div>",
        "<input type=hidden value='0209.3870.123'>",
        "<script type='application/ld+json'>{'telephone': '0209.3870.123'}</script>",
    ],
)
def test_another_number_and_one_that_no_reader_sees_is_none(written: str) -> None:
    assert quoted(f"<p>Đường dây nóng: {written}</p>", "phone", "0209.3870.123") is None


@pytest.mark.parametrize("written", ["Đường dây nóng: 1022", "Tổng đài 1022", "<a href='tel:1022'>Gọi</a>"])
def test_a_short_number_is_found_where_it_is_called_one(written: str) -> None:
    assert quoted(f"<p>{written}</p>", "phone", "1022")


@pytest.mark.parametrize("written", ["Lượt xem: 1022", "Số 10/22", "Tổng đài 10 22", "Tổng đài 1.022 lượt", "51022"])
def test_a_short_number_that_counts_something_is_none(written: str) -> None:
    assert quoted(f"<p>{written}</p>", "phone", "1022") is None


def test_a_number_of_the_whole_country_has_no_zero_before_it() -> None:
    assert quoted("<p>Tổng đài 1900 1234</p>", "phone", "1900.1234")


@pytest.mark.parametrize("written", ["Mở cửa 19:00, 12:34", "19:00 12:34", "1.900 lượt, 1234 bài"])
def test_hours_and_counts_are_no_number_of_the_whole_country(written: str) -> None:
    assert quoted(f"<p>{written}</p>", "phone", "1900.1234") is None


numbers = st.integers(2 * 10**8, 10**9 - 1).map(lambda n: f"0{n}")
joints = st.sampled_from([", ", ",", "; ", " / ", "/", " - ", "-", ".", " hoặc ", " "])


@given(numbers, numbers, joints, st.data())
def test_of_two_numbers_side_by_side_each_is_found_and_none_is_made_of_both(
    first: str, second: str, joint: str, data: st.DataObject
) -> None:
    written = joint.join(f"{one[:4]}.{one[4:7]}.{one[7:]}" for one in (first, second))
    for one in (first, second):
        assert quoted(f"<p>ĐT {written}</p>", "phone", one)
    cut = data.draw(st.sampled_from([4, 7]))
    glued = (first[cut:] + second)[:10]
    if glued[0] == "0" and glued not in {first, second}:
        assert quoted(f"<p>ĐT {written}</p>", "phone", glued) is None


def test_the_end_of_one_number_and_the_head_of_the_next_are_none() -> None:
    assert quoted("<p>0209.387.012 - 0912.345.678</p>", "phone", "012.0912.345") is None
    assert quoted("<p>0209.387.012, 0912.345.678</p>", "phone", "012.0912.345") is None


@given(st.lists(st.sampled_from(["", " ", ".", "-", " - ", " . "]), min_size=10, max_size=10))
def test_a_number_is_found_however_it_is_broken_up(gaps: list[str]) -> None:
    written = "".join(digit + gap for digit, gap in zip("02093870123", [*gaps, ""], strict=True))
    assert quoted(f"<p>{written}</p>", "phone", "0209.3870.123")


@pytest.mark.parametrize(
    "written",
    [
        "duongdaynong@mau.test",
        "DuongDayNong@Mau.Test.",
        "duongdaynong [at] mau.test",
        "duongdaynong(a)mau.test",
        "duongdaynong (at) mau [dot] test",
        "duongdaynong[a còng]mau(chấm)test",
        "duongdaynong&#64;mau&#46;test",
        "duongdaynong @ mau.test",
        "duongdaynong<b>@</b>mau.test",
        "duongdaynong (@) mau.test",
        "duongdaynong＠mau．test",
        "duongdaynong AT mau DOT test",
        "duongdaynong at mau.test",
        "duongdaynong <span>a còng</span> mau chấm test",
        "duongdaynong &lt;at&gt; mau.test",
        "<a href='mailto:duongdaynong@mau.test?subject=Phản ánh'>Hòm thư</a>",
        "<a href='MAILTO:duongdaynong%40mau.test'>Hòm thư</a>",
        "<a class=__cf_email__ data-cfemail='{}'>[email&#160;protected]</a>".format(
            bytes([7, *(7 ^ b for b in b"duongdaynong@mau.test")]).hex()
        ),
    ],
)
def test_an_address_is_found_in_every_spelling(written: str) -> None:
    assert quoted(f"<p>Hòm thư: {written}</p>", "email", "duongdaynong@mau.test")


@pytest.mark.parametrize(
    "written",
    [
        "xduongdaynong@mau.test",
        "duongdaynong@mau.test.vn",
        "duongdaynong@maux.test",
        "duong.duongdaynong@mau.test",
        "duongdaynong mau.test",
        "duongdaynongatmau.test",
        "<a href='mailto:duongdaynong@mau.test'></a>",
        "<div style='visibility:hidden'>duongdaynong@mau.test</div>",
    ],
)
def test_another_address_is_none(written: str) -> None:
    assert quoted(f"<p>{written}</p>", "email", "duongdaynong@mau.test") is None


@pytest.mark.parametrize(
    "written",
    [
        "<a href='/lien-he'>Đường dây nóng</a>",
        "<a href='lien-he/'>Đường dây nóng</a>",
        "<a href='https://bao-mau.test/lien-he'>x</a>",
        "<a href='//BAO-MAU.test/lien-he?utm_source=zalo#dau-trang'>x</a>",
        "<a href='/lien-he'><img src='/i/duong_day_nong.png' alt=''></a>",
        "<map><area href='/lien-he' alt='Đường dây nóng'></map>",
    ],
)
def test_a_link_is_found_whatever_it_consists_of(written: str) -> None:
    assert quoted(written, "link", "http://bao-mau.test/lien-he")


@pytest.mark.parametrize(
    "written",
    [
        "<a href='/lien-he-2'>x</a>",
        "<a href='/lien-he?id=2'>x</a>",
        "<a href='http://khac.test/lien-he'>x</a>",
        "<a href='/lien-he'></a>",
        "<div hidden><a href='/lien-he'>x</a></div>",
        "<link rel=alternate href='/lien-he'>",
        "Liên hệ",
    ],
)
def test_another_link_and_one_that_no_reader_sees_is_none(written: str) -> None:
    assert quoted(written, "link", "http://bao-mau.test/lien-he") is None


def test_a_link_resolves_against_the_base_that_the_page_states() -> None:
    page = a_home("<a href='lien-he'>Liên hệ</a>", "<base href='/vi/'>")
    (found,) = look(page, HOME, HOME, {"link": "http://bao-mau.test/vi/lien-he"})
    assert found.quote


@pytest.mark.parametrize("value", ["Phản ánh, kiến nghị", "PHAN ANH KIEN NGHI", "phản  ánh – kiến nghị"])
def test_words_are_found_without_regard_to_case_marks_and_signs(value: str) -> None:
    assert quoted("<h3>Tiếp nhận <b>phản ánh</b>, kiến nghị của người dân</h3>", "text", value)


@pytest.mark.parametrize(
    "written", ["phản ánh của dân, kiến nghị", "<p hidden>phản ánh, kiến nghị</p>", "phản ánh kiến"]
)
def test_other_words_are_none(written: str) -> None:
    assert quoted(f"<div>{written}</div>", "text", "phản ánh, kiến nghị") is None


def test_the_quote_is_what_stands_around_the_find() -> None:
    quote = quoted("<div>Đường dây nóng: <b>0209.3870.123</b> (giờ hành chính)</div>", "phone", "02093870123")
    assert quote is not None
    assert "Đường dây nóng: 0209.3870.123 (giờ hành chính)" in quote


def test_several_things_are_answered_one_by_one_in_their_order() -> None:
    box = "<p>Đường dây nóng 0209.3870.123</p>"
    found = look(a_home(box), HOME, HOME, {"phone": "0209.3870.123", "phone-2": "0209.3870.999", "email": "a@mau.test"})
    assert [(one.kind, one.quote is not None) for one in found] == [
        ("phone", True), ("phone-2", False), ("email", False)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<html><body></body></html>",
        "<html><body><div id=app></div><script src=/app.js></script></body></html>",
        "<html><frameset><frame src=/trang-chu></frameset></html>",
        "<html><body>Vui lòng bật JavaScript</body></html>",
    ],
)
def test_a_page_with_nothing_to_read_was_not_looked_at(page: str) -> None:
    with pytest.raises(ExtractError) as caught:
        look(page, HOME, HOME, {"phone": "0209.3870.123"})
    assert caught.value.reason is Reason.EXTRACTION


@pytest.mark.parametrize(
    "page",
    [
        "<title>404 Not Found</title><p>Đường dây nóng: 0209.3870.123</p>",
        "<title>Báo Mẫu</title><h1>Không tìm thấy trang</h1><p>Đường dây nóng: 0209.3870.123</p>",
        "<title>Hệ thống đang bảo trì</title><h2>Đang bảo trì</h2><p>Hẹn gặp lại</p>",
        "<title>Just a moment...</title><p>Checking your browser</p>",
    ],
)
def test_a_page_that_says_it_is_another_was_not_looked_at_whatever_stands_on_it(page: str) -> None:
    with pytest.raises(ExtractError) as caught:
        look(page, HOME, HOME, {"phone": "0209.3870.123"})
    assert caught.value.reason is Reason.SOFT_404


def test_the_front_page_in_the_place_of_another_was_not_asked_for() -> None:
    with pytest.raises(ExtractError) as caught:
        look(a_home("0209.3870.123"), HOME, "http://bao-mau.test/lien-he", {"phone": "0209.3870.123"})
    assert caught.value.reason is Reason.SOFT_404


@pytest.mark.parametrize(
    "page",
    [
        "<title>Hệ thống đang nâng cấp</title><h1>Hệ thống đang nâng cấp</h1><p>Trang thông tin điện tử đang được nâng "
        "cấp, kính mong quý độc giả thông cảm và quay lại sau ít phút nữa. Xin cảm ơn.</p>",
        "<title>Cổng TTĐT</title><p>Website đang được bảo trì, nâng cấp hệ thống. Kính mong quý vị thông cảm và truy "
        "cập lại sau ít phút. Trân trọng cảm ơn.</p>",
        f"<title>Website đang được bảo trì</title><p>{WORDS * 6}</p>",
        f"<title>Cổng TTĐT</title><h1>Cổng thông tin đang tạm dừng để nâng cấp</h1><p>{WORDS * 6}</p>",
        f"<title>Cổng TTĐT</title><h2>Bảo trì hệ thống</h2><p>{WORDS * 6}</p>",
        f"<title>Hệ thống đang nâng cấp</title><p>{WORDS * 6}</p>",
        f"<h1>HỆ THỐNG TẠM NGỪNG ĐỂ BẢO TRÌ</h1><p>{WORDS * 6}</p>",
        f"<h1>Under maintenance</h1><p>{WORDS * 6}</p>",
    ],
)
def test_a_page_under_repair_lacks_nothing_that_we_could_have_seen(page: str) -> None:
    with pytest.raises(ExtractError) as caught:
        look(page, HOME, HOME, {"phone": "0209.3870.123"})
    assert caught.value.reason is Reason.SOFT_404


def test_a_short_page_lacks_nothing_whatever_it_says() -> None:
    with pytest.raises(ExtractError) as caught:
        look(f"<title>Báo Mẫu</title><p>{WORDS * 3}</p>", HOME, HOME, {"phone": "0209.3870.123"})
    assert caught.value.reason is Reason.EXTRACTION


@pytest.mark.parametrize(
    "box",
    [
        "<h2>Cổng Mẫu sửa lỗi không tìm thấy trang</h2>",
        "<h2>Đường tỉnh lộ đang được nâng cấp</h2>",
        "<h2>Tình trạng đường đang được nâng cấp</h2>",
        "<h2>Công trình đang nâng cấp</h2>",
        "<h2>Hệ thống thủy lợi Mẫu đang được nâng cấp</h2>",
        "<p>Cổng dịch vụ công đang được bảo trì, nâng cấp trong tuần này.</p>",
        "<iframe src='https://www.youtube.com/embed/x'></iframe>",
        "<iframe src='https://www.googletagmanager.com/ns.html' style='display:none'></iframe>",
        "<img src='/i/hoa-dao.jpg'>",
        "<img src='/banner/tet.jpg' alt='Chúc mừng năm mới'>",
        "<footer>Cơ quan ngôn luận của Đảng bộ tỉnh Mẫu</footer>",
        "<div class='banner-top'></div>",
        "<i class='icon-contact'></i>",
        "<span class='icon-contact'></span>",
    ],
)
def test_a_whole_page_that_hides_nothing_from_us_may_lack_it(box: str) -> None:
    assert quoted(box, "phone", "0209.3870.123") is None


@pytest.mark.parametrize(
    "box",
    [
        "<iframe src='/footer.html'></iframe>",
        "<iframe src='http://www.bao-mau.test/lien-he'></iframe>",
        "<iframe></iframe>",
        "<object data='/chan-trang.html'></object>",
        "<img src='/banner/duong-day-nong.png'>",
        "<img src='/i/DuongDayNong.jpg' alt=''>",
        "<img src='/i/x.jpg' class='header-banner' alt=' '>",
        "<img data-src='/i/hotline.png' src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>",
        "<img src='/i/1.png' id='imgLienHe'>",
        "<div id='footer'></div>",
        "<footer> </footer>",
        "<footer><div class='row'><img src='/i/1.png'></div></footer>",
        "<div class='box box-contact'>Đang tải...</div>",
        "<section id='lien_he'><script>load()</script></section>",
    ],
)
def test_where_our_known_blindness_may_hide_it_nothing_is_said_to_be_absent(box: str) -> None:
    with pytest.raises(ExtractError) as caught:
        look(a_home(box), HOME, HOME, {"phone": "0209.3870.123"})
    assert caught.value.reason is Reason.EXTRACTION


def test_what_we_cannot_see_takes_nothing_from_what_we_found() -> None:
    assert quoted("<iframe src='/a'></iframe><div id=footer></div><p>ĐT 0209.3870.123</p>", "phone", "0209.3870.123")


def test_a_long_page_with_a_headline_about_a_missing_page_is_looked_at() -> None:
    page = a_home(f"<h2>Cổng Mẫu sửa lỗi không tìm thấy trang</h2><p>{WORDS}</p>")
    (found,) = look(page, HOME, HOME, {"phone": "0209.3870.123"})
    assert found.quote is None


@pytest.mark.parametrize("program", ["var hotline = '0209.3870.123'", "document.write('Hòm thư: a@mau.test')"])
def test_what_a_script_may_yet_show_is_not_said_to_be_absent(program: str) -> None:
    expect = {"phone": "0209.3870.123"} if "hotline" in program else {"email": "a@mau.test"}
    with pytest.raises(ExtractError) as caught:
        look(a_home(f"<script>{program}</script>"), HOME, HOME, expect)
    assert caught.value.reason is Reason.EXTRACTION


def test_a_short_page_that_shows_everything_was_looked_at() -> None:
    (found,) = look("<html><body>ĐT 0209.3870.123</body></html>", HOME, HOME, {"phone": "0209.3870.123"})
    assert found.quote == "ĐT 0209.3870.123"


def test_a_name_with_a_hyphen_that_does_not_break_is_found() -> None:
    assert quoted("<p>hop\u2011thu@bao\u2011mau.test</p>", "email", "hop-thu@bao-mau.test")


@given(st.text())
def test_what_is_searched_is_as_long_as_what_is_quoted(written: str) -> None:
    assert len(plain(written)) == len(written)
    assert plain(plain(written)) == plain(written)


@given(st.text(max_size=300))
def test_any_page_is_answered_or_refused(written: str) -> None:
    try:
        found = look(a_home(escape(written) + written), HOME, HOME, {"phone": "0209", "text": "một", "link": "/a"})
    except ExtractError:
        return
    assert len(found) == 3
