"""A section page gives links in its order; a list without links is a failure."""

from datetime import UTC, date, datetime

import pytest

from monitor.calendar import Period
from monitor.errors import ExtractError, Reason
from monitor.press import HANOI, Link, Source, SourceKind
from monitor.sources import KINDS, Announced, addresses
from tests.factories import a_page

NEXT_WEEK = datetime(2021, 1, 11, 5, 30, tzinfo=UTC)
URL = "http://so-mau.test/index.php?com=danhmuc_tin&id_category=2&page=1"

DEPARTMENT = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html><head><base href="http://so-mau.test/"></head><body>
<div id="clock">Thứ Sáu, ngày 23 tháng 08 năm 2019, 09:25:27</div>
<div class="listnews_item">
 <div class="listnews_item_img"><a href="?com=chitiet_tin&amp;id_tin=46"><img alt="Ảnh"></a></div>
 <div class="listnews_item_title"><a href="?com=chitiet_tin&amp;id_tin=46"
   title="Hội nghị triển khai nhiệm vụ cải cách hành chính năm 2021">
   Hội nghị triển khai nhiệm vụ cải cách hành...</a></div>
 <div class="listnews_item_des">Sáng ngày 05/01/2021, Sở tổ chức hội nghị.</div>
 <div class="listnews_item_date"><span> Ngày đăng: 06/01/2021/ Lượt xem: 3</span></div></div>
<div class="listnews_item">
 <div class="listnews_item_title"><a href="?com=chitiet_tin&amp;id_tin=45">Thi tuyển viên chức</a></div>
 <div class="listnews_item_date"><span> Ngày đăng: 04/01/2021/ Lượt xem: 12</span></div></div></table>
<ul class="pagination"><li class="active"><a href="?com=danhmuc_tin&amp;id_category=2&amp;page=1">1</a></li>
 <li><a href="?com=danhmuc_tin&amp;id_category=2&amp;page=2">2</a></li>
 <li><a href="?com=danhmuc_tin&amp;id_category=2&amp;page=2">»</a></li><li><a href="javascript:void(0)">…</a></li></ul>
</body></html>"""


def _discover(body: str | bytes, links: str = "a", following: str | None = None, url: str = URL) -> Announced:
    source = Source("tin-tuc", SourceKind.LISTING, url, links, following)
    return KINDS[SourceKind.LISTING](source, a_page(body, url=url, final_url=url, fetched_at=NEXT_WEEK))


def test_a_departments_list_gives_titles_days_and_the_next_page() -> None:
    found = _discover(DEPARTMENT, "div.listnews_item_title a", "ul.pagination li a")
    first, second = found.links
    assert first.url == "http://so-mau.test/?com=chitiet_tin&id_tin=46"
    assert first.title == "Hội nghị triển khai nhiệm vụ cải cách hành chính năm 2021", "the cut title has a whole one"
    assert first.published_on == date(2021, 1, 6), "the day in the sentence is not the day of publishing"
    assert first.published_at is None
    assert (second.title, second.published_on) == ("Thi tuyển viên chức", date(2021, 1, 4))
    assert found.following == (
        "http://so-mau.test/?com=danhmuc_tin&id_category=2&page=1",
        "http://so-mau.test/?com=danhmuc_tin&id_category=2&page=2",
    )


def test_image_and_headline_of_one_piece_are_one_link() -> None:
    found = _discover(DEPARTMENT, "div.listnews_item a")
    assert [link.url[-2:] for link in found.links] == ["46", "45"]
    assert found.links[0].title == "Ảnh"
    assert found.links[0].published_on == date(2021, 1, 6)


def test_the_page_itself_is_no_following_page() -> None:
    pages = '<a class="n" href="/tin-tuc/#top">1</a><a class="n" href="?trang=2">2</a>'
    body = '<a class="t" href="/tin-tuc-n1/a.html">Tin</a>' + pages
    found = _discover(body, "a.t", "a.n", "http://dai-mau.test/tin-tuc/")
    assert found.following == ("http://dai-mau.test/tin-tuc/?trang=2",)


def test_a_link_rel_next_leads_on() -> None:
    body = '<html><head><link rel="next" href="/tin-tuc/trang-2"></head><body><a href="/a">A</a></body></html>'
    assert _discover(body, "body a", "link[rel=next]", "http://dai-mau.test/tin-tuc/").following == (
        "http://dai-mau.test/tin-tuc/trang-2",
    )


def test_what_the_page_calls_its_next_is_followed_unless_told_otherwise() -> None:
    body = '<a href="/a">A</a><a rel="nofollow next" href="?trang=2">Sau</a><a class="n" href="?trang=9">Cuối</a>'
    url = "http://dai-mau.test/tin-tuc/"
    assert _discover(body, "a:first-child", None, url).following == (f"{url}?trang=2",)
    assert _discover(body, "a:first-child", "a.n", url).following == (f"{url}?trang=9",)


def test_pages_are_turned_by_number_until_one_has_no_link() -> None:
    pattern = "http://so-mau.test/tin?muc=2&page={page}"
    source = Source("tin", SourceKind.LISTING, pattern, "a")
    assert list(addresses(source, Period(date(2021, 1, 1), date(2021, 1, 31)))) == [pattern.replace("{page}", "1")]

    def at(number: int, body: str) -> Announced:
        url = pattern.replace("{page}", str(number))
        return KINDS[SourceKind.LISTING](source, a_page(body, url=url, final_url=url))

    assert at(1, "<a href='/a'>A</a>").following == (pattern.replace("{page}", "2"),)
    assert at(9, "<a href='/a'>A</a>").following == (pattern.replace("{page}", "10"),)
    assert at(2, "<p>Không có tin</p>") == Announced(())
    with pytest.raises(ExtractError):
        at(1, "<p>Không có tin</p>")


def test_an_event_that_is_still_to_come_is_no_day_of_publishing() -> None:
    found = _discover("<ul><li><a href='/a'>A</a><i>05/02/2021</i></li><li><a href='/b'>B</a></li></ul>")
    assert found.links[0].published_on is None


@pytest.mark.parametrize("bulk", ["<div><a href=/a>x</a>" * 4_000, "<div>" * 20_000 + "<a href=/a>x</a>"])
def test_a_deep_page_is_read_in_time(bulk: str) -> None:
    assert len(_discover(bulk).links) == 1


def test_a_page_of_a_hundred_thousand_tags_is_too_large() -> None:
    with pytest.raises(ExtractError) as caught:
        _discover("<a href=/a>x</a>" * 60_000)
    assert caught.value.reason is Reason.TOO_LARGE


def test_a_chosen_box_stands_for_its_link() -> None:
    body = '<h4 class="s"><a href="/a-post1.html">Một <b>cửa</b></a></h4><h4 class="s">Không có</h4>'
    (link,) = _discover(body, "h4.s", url="http://bao-mau.test/cchc/").links
    assert (link.url, link.title) == ("http://bao-mau.test/a-post1.html", "Một cửa")


def test_a_machine_date_in_the_item_gives_the_moment() -> None:
    body = (
        '<ul><li><a href="/a-post1.html">A</a> <time datetime="2021-01-05T08:15:00+0700">05/01/2021</time></li>'
        '<li><a href="/b-post2.html">B</a></li></ul>'
    )
    found = _discover(body)
    assert found.links[0].published_at == datetime(2021, 1, 5, 8, 15, tzinfo=HANOI)
    assert found.links[1].published_on is None, "the neighbour's day is not mine"
    assert found.reaches_back_to is None


def test_a_day_that_could_belong_to_two_links_belongs_to_none() -> None:
    found = _discover("<div><a href='/a'>A</a><a href='/b'>B</a><span>05/01/2021</span></div>")
    assert [link.published_on for link in found.links] == [None, None]


def test_two_days_in_one_item_leave_a_doubt() -> None:
    found = _discover(
        "<ul><li><a href='/a'>A</a><i>05/01/2021</i><i>06/01/2021</i></li><li><a href='/b'>B</a></li></ul>"
    )
    assert found.links[0].published_on is None


def test_a_base_on_another_host_is_not_believed() -> None:
    found = _discover('<base href="http://ke-khac.test/"><a href="a-post1.html">A</a>', url="http://bao-mau.test/cchc/")
    assert found.links[0].url == "http://bao-mau.test/cchc/a-post1.html"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "trang-chu",
        "<html><body><p>Đang bảo trì</p></body></html>",
        "<a href='javascript:void(0)'>A</a><a href='#'>B</a><a href=''>C</a><a>D</a><a href='tel:0209'>E</a>",
    ],
)
def test_a_list_without_links_is_a_failure(body: str) -> None:
    with pytest.raises(ExtractError) as caught:
        _discover(body)
    assert caught.value.reason is Reason.NO_LINKS


def test_a_page_in_an_old_encoding_keeps_its_links() -> None:
    body = '<meta charset="windows-1252"><a href="/a">Ban qu\xe1n</a>'.encode("cp1252")
    (link,) = _discover(body).links
    assert link.title == "Ban quán"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/news-{year}-{month}.xml", ["/news-2021-2.xml", "/news-2021-1.xml", "/news-2020-12.xml"]),
        ("/{year}/{month:02}/", ["/2021/02/", "/2021/01/", "/2020/12/"]),
        ("/{year}.xml", ["/2021.xml", "/2020.xml"]),
        ("/rss/home.rss", ["/rss/home.rss"]),
        ("/listfeed.aspx?List={8A1B}", ["/listfeed.aspx?List={8A1B}"]),
    ],
)
def test_a_source_by_months_has_an_address_for_each_month(url: str, expected: list[str]) -> None:
    source = Source("thang", SourceKind.SITEMAP, url)
    assert list(addresses(source, Period(date(2020, 12, 28), date(2021, 2, 1)))) == expected


def test_one_old_piece_pinned_to_the_top_is_not_how_far_a_list_reaches_back() -> None:
    days = [date(2020, 3, 2), *(date(2021, 1, day) for day in (9, 8, 7, 6))]
    links = tuple(Link(f"https://bao-mau.test/{n}", published_on=day) for n, day in enumerate(days))
    assert Announced(links).reaches_back_to == date(2021, 1, 7)
    assert Announced((links[0], links[0], *links[1:], links[1])).reaches_back_to == date(2021, 1, 7), "two as well"
    assert Announced(links[1:]).reaches_back_to is None, "four links tell nothing"
    undated = tuple(Link(f"https://bao-mau.test/9{n}") for n in range(3))
    assert Announced((*links, undated[0])).reaches_back_to == date(2021, 1, 7)
    assert Announced((*links, *undated)).reaches_back_to is None, "over a third has no day"
    assert Announced(()).reaches_back_to is None
