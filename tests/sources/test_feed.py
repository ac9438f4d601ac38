"""A feed is read as it was meant; what is no feed never passes for “no news”."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from monitor.errors import ExtractError, Reason
from monitor.press import HANOI, Source, SourceKind
from monitor.sources import KINDS, Announced
from tests.factories import a_page

SOURCE = Source("trang-chu", SourceKind.FEED, "http://bao-mau.test/rss/home.rss")


def _discover(body: bytes | str, **changes: object) -> Announced:
    page = a_page(body, url=SOURCE.url, final_url=SOURCE.url, **changes)
    return KINDS[SourceKind.FEED](SOURCE, page)


def _item(title: str = "Tin", link: str = "/tin-post1.html", when: str = "Tue, 05 Jan 2021 08:15:00 +0700") -> str:
    return f"<item><title>{title}</title><link>{link}</link><pubDate>{when}</pubDate></item>"


def _rss(*items: str, encoding: str = "utf-8") -> str:
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<rss version="2.0"><channel><title>Báo Mẫu</title>'
        f"<link>http://bao-mau.test/</link>{''.join(items)}</channel></rss>"
    )


def _refusal(body: bytes | str) -> Reason:
    with pytest.raises(ExtractError) as caught:
        _discover(body)
    return caught.value.reason


def test_an_item_gives_address_title_and_the_moment_in_hanoi() -> None:
    found = _discover(_rss(_item("Xã Mẫu Sơn nhận hồ sơ qua mạng", " /xa-mau-son-post7.html ")))
    (link,) = found.links
    assert link.url == "http://bao-mau.test/xa-mau-son-post7.html"
    assert link.title == "Xã Mẫu Sơn nhận hồ sơ qua mạng"
    assert link.published_on == date(2021, 1, 5)
    assert link.published_at == datetime(2021, 1, 5, 8, 15, tzinfo=HANOI)


@pytest.mark.parametrize(
    "when",
    [
        "Tue, 05 Jan 2021 08:15:00 +0700",
        "Tue, 05 Jan 2021 08:15:00 +07",
        "Tue, 05 Jan 2021 08:15:00 GMT+7",
        "Tue, 05 Jan 2021 08:15:00 ICT",
        "Tue, 05 Jan 2021 01:15:00 GMT",
        "2021-01-05T08:15:00",
        "2021-01-05T08:15:00+07:00",
        "05/01/2021 08:15",
    ],
)
def test_every_way_of_writing_the_time_is_the_same_moment(when: str) -> None:
    assert _discover(_rss(_item(when=when))).links[0].published_at == datetime(2021, 1, 5, 8, 15, tzinfo=HANOI)


def test_pieces_come_newest_first_and_those_without_a_date_last() -> None:
    found = _discover(
        _rss(
            _item(link="/a-post1.html", when="hôm qua"),
            _item(link="/b-post2.html", when="Mon, 04 Jan 2021 08:00:00 +0700"),
            _item(link="/c-post3.html", when="Tue, 05 Jan 2021 06:00:00 +0700"),
            _item(link="/d-post4.html", when="Tue, 05 Jan 2021 09:00:00 +0700"),
        )
    )
    assert [link.url[-10:-5] for link in found.links] == ["post4", "post3", "post2", "post1"]
    assert found.links[-1].published_on is None
    assert found.reaches_back_to is None, "nobody knows how old the piece without a date is"


def test_of_a_huge_feed_the_2000_newest_are_kept() -> None:
    items = [_item(link=f"/t-post{n}.html", when=f"{1 + n % 28:02d}/12/2020 08:00") for n in range(2_100)]
    links = _discover(_rss(*items)).links
    assert len(links) == 2_000
    assert links[0].published_on == date(2020, 12, 28)
    assert min(link.published_on for link in links if link.published_on) > date(2020, 12, 1)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<![CDATA[Cải cách <b>hành chính</b>]]>", "Cải cách hành chính"),
        ("&lt;img src=x onerror=alert(1)&gt;Tin mới", "Tin mới"),
        ("Sở TT&amp;amp;TT họp", "Sở TT&TT họp"),
        ("&amp;lt;script&amp;gt;x&amp;lt;/script&amp;gt; Tin", "x Tin"),
        ("Ca\u0309i ca\u0301ch", "Cải cách"),
        ("Ðảng bộ xã Mẫu Sơn", "Đảng bộ xã Mẫu Sơn"),
        ("Tin\u202e ngược", "Tin ngược"),
        ("2 &lt; 3 việc", "2 < 3 việc"),
        ("Dòng\n\t hai", "Dòng hai"),
    ],
)
def test_a_title_is_one_clean_line(written: str, read: str) -> None:
    assert _discover(_rss(_item(written))).links[0].title == read


def test_a_title_of_a_megabyte_is_cut() -> None:
    assert len(_discover(_rss(_item("Mẫu " * 250_000))).links[0].title) == 500


def test_links_that_are_no_web_addresses_are_left_out() -> None:
    found = _discover(
        _rss(_item(link="javascript:alert(1)"), _item(link="data:text/html,x"), _item(link="/b-post2.html"))
    )
    assert [link.url for link in found.links] == ["http://bao-mau.test/b-post2.html"]


def test_one_piece_in_two_sections_is_announced_once() -> None:
    found = _discover(_rss(_item(link="/a-post1.html?utm_source=rss"), _item(link="/a-post1.html")))
    assert len(found.links) == 1


def test_a_feed_that_says_utf_16_and_is_utf_8_reads_right() -> None:
    body = _rss(_item("Chuyển đổi số"), encoding="utf-16").encode()
    assert _discover(body).links[0].title == "Chuyển đổi số"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_feed_in_another_unicode_form_reads_right(codec: str) -> None:
    assert _discover(_rss(_item("Chuyển đổi số")).encode(codec)).links[0].title == "Chuyển đổi số"


def test_blank_lines_and_control_marks_before_or_inside_do_no_harm() -> None:
    body = "\ufeff \n\n" + _rss(_item("Tin\x0b &nbsp; mới"))
    assert _discover(body).links[0].title == "Tin mới"


def test_an_atom_edit_is_not_a_publication() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Mẫu</title>'
        '<entry><title>A</title><link href="/a-post1.html"/><id>1</id>'
        "<updated>2021-01-06T09:00:00+07:00</updated></entry>"
        '<entry><title>B</title><link href="/b-post2.html"/><id>2</id><published>2021-01-05T08:00:00+07:00</published>'
        "<updated>2021-01-06T09:00:00+07:00</updated></entry></feed>"
    )
    dated, undated = _discover(atom).links
    assert (dated.title, dated.published_on) == ("B", date(2021, 1, 5))
    assert dated.modified_at == datetime(2021, 1, 6, 9, 0, tzinfo=HANOI)
    assert (undated.title, undated.published_on) == ("A", None)
    assert undated.modified_at == datetime(2021, 1, 6, 9, 0, tzinfo=HANOI)


def test_rss_with_a_dublin_core_date_has_a_date() -> None:
    body = (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>M</title><item><title>A</title>'
        "<link>/a-post1.html</link><dc:date>2021-01-05T08:00:00+07:00</dc:date></item></channel></rss>"
    )
    assert _discover(body).links[0].published_on == date(2021, 1, 5)


def test_a_json_feed_is_a_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Mẫu",
        "items": [
            {"id": "1", "url": "/a-post1.html", "title": "A &amp; B", "date_published": "2021-01-05T08:00:00+07:00"}
        ],
    }
    (link,) = _discover(json.dumps(feed)).links
    assert (link.url, link.title) == ("http://bao-mau.test/a-post1.html", "A & B")
    assert link.published_on == date(2021, 1, 5)
    assert _refusal(json.dumps(feed)[:-20]) is Reason.TRUNCATED
    assert _refusal('{"version": "1", "items": []}') is Reason.NOT_A_FEED
    assert _refusal("{" * 5_000) is Reason.NOT_A_FEED


def test_an_empty_feed_announces_nothing_and_is_no_error() -> None:
    found = _discover(_rss())
    assert found.links == ()
    assert found.reaches_back_to is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><head><title>Trang chu</title></head><body><h1>Tin</h1></body></html>",
        b'<html><script>document.cookie="D1N=abc";location.reload()</script></html>',
        b"/etc/hostname",
        b"http://127.0.0.1:1/feed.xml",
        b'<?xml version="1.0"?><urlset><url><loc>http://bao-mau.test/a</loc></url></urlset>',
        b"\x00\x01\x02\x03",
        b"GIF89a",
    ],
)
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    assert _refusal(body) is Reason.NOT_A_FEED


def test_a_body_that_is_the_path_of_a_feed_opens_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(_rss(_item("bí mật")), encoding="utf-8")
    assert _refusal(str(secret)) is Reason.NOT_A_FEED


def test_a_feed_cut_off_anywhere_after_its_first_item_is_refused() -> None:
    body = _rss(_item(), _item(link="/b-post2.html")).encode()
    for end in range(body.index(b"</item>") + 7, len(body) - 1):
        assert _refusal(body[:end]) is Reason.TRUNCATED


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_feed_with_entities_of_its_own_is_refused(codec: str) -> None:
    bomb = (
        '<!DOCTYPE rss [<!ENTITY a "cải cách "><!ENTITY b "&a;&a;&a;&a;">]>'
        f"<rss version='2.0'><channel>{_item('&b;')}</channel></rss>"
    )
    assert _refusal(bomb.encode(codec)) is Reason.NOT_A_FEED
