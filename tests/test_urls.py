"""One spelling per address, one identity per piece, and nobody else's host."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.urls import belongs, canonical, host_of, identify, resolve
from tests.factories import an_outlet

SPELLINGS = [
    ("HTTP://Bao-Mau.TEST:80/a?b=1#c", "http://bao-mau.test/a?b=1"),
    ("https://bao-mau.test:443", "https://bao-mau.test/"),
    ("https://bao-mau.test:8443/a", "https://bao-mau.test:8443/a"),
    ("http://ten:matkhau@bao-mau.test/a", "http://bao-mau.test/a"),
    ("http://bao-mau.test./a", "http://bao-mau.test/a"),
    ("http://bao-mau.test/a/./b/../c", "http://bao-mau.test/a/c"),
    ("http://bao-mau.test/../../a", "http://bao-mau.test/a"),
    ("http://bao-mau.test/a/..", "http://bao-mau.test/"),
    ("http://bao-mau.test/a/%2e%2e/b", "http://bao-mau.test/b"),
    ("http://bao-mau.test/%7etin/%c4%91", "http://bao-mau.test/~tin/%C4%91"),
    ("http://bao-mau.test/tin/đổi mới", "http://bao-mau.test/tin/%C4%91%E1%BB%95i%20m%E1%BB%9Bi"),
    ("http://bao-mau.test/cải", "http://bao-mau.test/c%E1%BA%A3i"),  # decomposed on the left
    ("http://bao-mau.test/ca%CC%89i", "http://bao-mau.test/c%E1%BA%A3i"),
    ("http://bao-mau.test/t;jsessionid=0A1B?id=3", "http://bao-mau.test/t?id=3"),
    ("http://bao-mau.test/(S(abc123))/tin/46", "http://bao-mau.test/tin/46"),
    ("http://bao-mau.test/a?utm_source=zalo&utm_medium=x", "http://bao-mau.test/a"),
    ("http://bao-mau.test/a?id=1&fbclid=Iw&gclid=2&gidzl=3&zarsrc=30&PHPSESSID=4", "http://bao-mau.test/a?id=1"),
    (
        "http://bao-mau.test/newsdetail.aspx?NewsId=12&CatId=3&utm_campaign=x",
        "http://bao-mau.test/newsdetail.aspx?NewsId=12&CatId=3",
    ),
    ("http://bao-mau.test/?com=tin&amp;id_tin=46", "http://bao-mau.test/?com=tin&id_tin=46"),
    ("http://bao-mau.test/?sid=2&cid=1&a=", "http://bao-mau.test/?sid=2&cid=1&a="),
    ("http://bao-mau.test/?q=c%E1%BA%A3i+cách", "http://bao-mau.test/?q=c%E1%BA%A3i+c%C3%A1ch"),
    ("http://bao-mau.test/?q=1%2B1", "http://bao-mau.test/?q=1%2B1"),
    ("http://bao-mau.test/a?", "http://bao-mau.test/a"),
    ("  http://bao-mau.test/a\n", "http://bao-mau.test/a"),
    ("http://báo-mẫu.test/a", "http://xn--bo-mu-xqa9944c.test/a"),
    ("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"),
    ("http://bao-mau.test/%ff%fe", "http://bao-mau.test/%FF%FE"),
    ("http://bao-mau.test/100%", "http://bao-mau.test/100%25"),
]


@pytest.mark.parametrize(("written", "one"), SPELLINGS)
def test_an_address_has_one_spelling(written: str, one: str) -> None:
    assert canonical(written) == one


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tin/46",
        "//bao-mau.test/a",
        "javascript:void(0)",
        "JavaScript:alert(1)//http://bao-mau.test/",
        "data:text/html,x",
        "mailto:toasoan@bao-mau.test",
        "ftp://bao-mau.test/a",
        "http://",
        "http:///a",
        "http://:80/",
        "http://bao-mau.test:chín/",
        "http://bao-mau.test:99999/",
        "http://[::1/",
        "http://bao mau.test/",
        "http://ke-khac.test\\@bao-mau.test/",
        "http://" + "a" * 64 + "ế.test/",
        "http://bao-mau.test/\ud800",
    ],
)
def test_what_is_no_web_address_has_no_spelling(text: str) -> None:
    assert canonical(text) is None
    assert host_of(text) == ""
    assert not belongs(an_outlet(), text)


_PATHS = ["/", "..", ".", "%2e", "%2F", ";jsessionid=1", "%3Bjsessionid=2", "(S(a1))", "~", "@", ":", "[", "\\", "#"]
_QUERIES = ["?", "&", "=", "+", "%2B", "amp;", "utm_x=1", "id", "46"]
_LETTERS = ["é", "e\u0301", "Đ", "%C3", "%", "%25", " ", "\t"]
_PIECES = st.lists(st.sampled_from([*_PATHS, *_QUERIES, *_LETTERS]), max_size=14).map("".join)


@given(st.one_of(_PIECES, st.text(max_size=30)))
@example("e\u0301;jsessionid=1%C3")  # the session alone is no text
@example("\u037esid=1;sid=%C3")  # a Greek question mark is a semicolon, as soon as the rest is text
def test_spelling_twice_changes_nothing(tail: str) -> None:
    once = canonical("http://Bao-Mau.test/" + tail)
    if once is not None:
        assert canonical(once) == once
        assert urlsplit(once).hostname == "bao-mau.test"
        assert re.fullmatch(r"[!-~]+", once), "only printable ASCII is left"
        assert not set(urlsplit(once).path.split("/")) & {".", ".."}


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(text: str) -> None:
    once = canonical(text)
    assert once is None or canonical(once) == once


@given(st.lists(st.tuples(st.sampled_from(["NewsId", "cid", "sid", "id_tin", "page"]), st.integers(0, 99)), min_size=1))
def test_numbers_in_the_query_survive_in_their_order(pairs: list[tuple[str, int]]) -> None:
    query = "&".join(f"{name}={number}" for name, number in pairs)
    assert canonical(f"http://bao-mau.test/?utm_source=x&{query}&fbclid=y") == f"http://bao-mau.test/?{query}"


def test_the_port_is_part_of_the_host() -> None:
    assert host_of("http://127.0.0.11:8719/a") == "127.0.0.11:8719"
    demo = an_outlet(hosts=("127.0.0.11:8719",))
    assert belongs(demo, "http://127.0.0.11:8719/a")
    assert not belongs(demo, "http://127.0.0.11/a")
    assert not belongs(demo, "http://127.0.0.11:8720/a")


@pytest.mark.parametrize(
    "url",
    [
        "https://shop-mau.test/chinh-tri/202503/ky-niem-c800452",
        "http://bao-mau.test.ke-khac.test/tin-post1.html",
        "http://www.bao-mau.test/tin-post1.html",
        "http://ke-khac.test/?u=http://bao-mau.test/tin-post1.html",
        "http://bao-mau.test@ke-khac.test/tin-post1.html",
    ],
)
def test_a_copy_on_a_host_that_is_not_listed_is_nobodys_piece(url: str) -> None:
    assert not belongs(an_outlet(), url)
    assert identify(an_outlet(identity=None), url) is None


def test_a_host_may_be_listed_in_any_spelling() -> None:
    assert belongs(an_outlet(hosts=("Bao-Mau.test:443",)), "https://bao-mau.test/a")
    assert belongs(an_outlet(hosts=("báo-mẫu.test",)), "http://xn--bo-mu-xqa9944c.test/a")


def test_the_same_number_on_the_old_and_the_new_host_is_one_piece() -> None:
    paper = an_outlet(hosts=("bao-mau.test", "bao-mau-cu.test"))
    old = identify(paper, "http://bao-mau-cu.test/xa-mau-son-nhan-ho-so-post1007.html")
    new = identify(paper, "https://bao-mau.test/tieu-de-da-sua-post1007.html?utm_source=zalo")
    assert old == new == "1007"


@pytest.mark.parametrize(
    ("identity", "path", "expected"),
    [
        (r"-post(?P<id>\d+)\.html$", "/ngay-1142025-post7.html?page=2", "7"),
        (r"-post(?P<id>\d+)\.html$", "/thoi-su/", None),
        (r"/tin-tuc-n(?P<id>\d+)/[^/]+\.html$", "/tin-tuc-n390/dai-hoi.html", "390"),
        (
            r"/Pages/[a-z0-9-]+-\d+/[^/]*?(?P<id>[0-9a-f]{16})\.aspx$",
            "/Pages/tin-tuc-557/ngay-chuyen-doi-so-26f64f88ccb412cc.aspx",
            "26f64f88ccb412cc",
        ),
        (r"[?&]id_tin=(?P<id>\d+)", "/index.php?com=chitiet_tin&id_tin=46", "46"),
        (r"[?&]id_tin=(?P<id>\d+)", "/index.php?com=danhmuc_tin&id_category=2", None),
        (r"/(?P<ym>\d{6})/[^/]+-(?P<id>[0-9A-Fa-f]{7})/?$", "/chinh-tri/200909/tin-367522D", "200909/367522d"),
        (r"/(?P<ym>\d{6})/[^/]+-(?P<id>[0-9A-Fa-f]{7})/?$", "/chinh-tri/200909/tin-367522d/", "200909/367522d"),
        (r"/tin/\d+", "/tin/12/sua", "/tin/12"),
        (None, "/print/hoi-nghi-mau", "/hoi-nghi-mau"),
        (None, "/hoi-nghi-mau/?utm_source=x", "/hoi-nghi-mau"),
        (None, "/printer/a", "/printer/a"),
        (None, "/news/news?news_id=346", "/news/news?news_id=346"),
        (None, "/", None),
    ],
)
def test_the_pattern_says_what_makes_one_piece(identity: str | None, path: str, expected: str | None) -> None:
    assert identify(an_outlet(identity=identity), f"http://bao-mau.test{path}") == expected


def test_two_portal_pieces_with_the_same_cut_slug_stay_two() -> None:
    portal = an_outlet(identity=r"/Pages/[a-z0-9-]+-\d+/[^/]*?(?P<id>[0-9a-f]{16})\.aspx$")
    cut = "http://bao-mau.test/Pages/cchc-542/ngay-chuyen-doi-so-tinh-mau-na-"
    assert identify(portal, cut + "26f64f88ccb412cc.aspx") != identify(portal, cut + "e1a26db274b26370.aspx")


def test_a_link_means_what_it_means_on_its_page() -> None:
    page = "http://bao-mau.test/thoi-su/trang-2.html?x=1"
    assert resolve(page, " ../tin-post1.html#binh-luan ") == "http://bao-mau.test/tin-post1.html"
    assert resolve(page, "//cdn.test/a") == "http://cdn.test/a"
    assert resolve(page, "?page=3") == "http://bao-mau.test/thoi-su/trang-2.html?page=3"
    assert resolve(page, "javascript:void(0)") is None
    assert resolve(page, "http://[::1") is None
    assert resolve(page, "tel:02093870000") is None
