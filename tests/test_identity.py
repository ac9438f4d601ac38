"""Which two addresses of an outlet are one piece: every trap of the sites, as pairs beside the outlet's own config."""

import unicodedata
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import load
from monitor.press import Outlet
from monitor.urls import belongs, canonical, identify
from tests.factories import an_outlet

ROOT = Path(__file__).parents[1]

EPI = an_outlet(hosts=("baomau.vn", "baomau.com.vn", "www.baomau.vn", "m.baomau.vn"))
TV = an_outlet(hosts=("tvmau.vn",), identity=r"/tin-tuc-n(?P<id>\d+)/[^/]+\.html$")
SHAREPOINT = an_outlet(
    hosts=("ict.mau.gov.vn",), identity=r"(?i)/Pages/[a-z0-9-]+-\d+/[^/]*?(?P<id>[0-9a-f]{16})\.aspx$"
)
CENTRE = an_outlet(
    hosts=("hcc.mau.gov.vn",), identity=r"(?i)/portaldvc/Pages/(?P<id>\d{4}-\d{1,2}-\d{1,2}/[^/]+)\.aspx$"
)
ASPX = an_outlet(hosts=("so.mau.gov.vn",), identity=r"(?i)/newsdetail\.aspx\?(?:.*&)?newsid=(?P<id>\d+)")
NEWS_ID = an_outlet(hosts=("kcn.mau.vn",), identity=r"/news/news\?(?:.*&)?news_id=(?P<id>\d+)")
COM = an_outlet(hosts=("vhttdl.mau.gov.vn",), identity=r"[?&]com=(?P<com>[a-z_-]+)(?:&.*)?&id_(?:tin|tb)=(?P<id>\d+)")
LIFERAY = an_outlet(hosts=("mau.gov.vn",), identity=r"/asset_publisher/[^/]+/content/(?P<id>[^/?]+)")
DOCUMENTS = an_outlet(
    hosts=("mau.gov.vn",), identity=r"(?i)/documents/.*/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)
FOLDERS = an_outlet(hosts=("baotinh.vn", "m.baotinh.vn"), identity=r"/(?P<ym>\d{6})/[^/]+-(?P<id>[0-9A-Fa-f]{7})/?$")
NUKE = an_outlet(hosts=("dn.mau.gov.vn",), identity=r"/news/(?:savefile/)?[^/]+/[^/]+-(?P<id>\d+)\.html$")
TUBE = an_outlet(hosts=("video.test",), identity=r"[?&]v=(?P<id>[\w-]{11})")
PLAIN = an_outlet(hosts=("huyen.gov.vn", "www.huyen.gov.vn"), identity=None)
UNICODE = an_outlet(hosts=("báo-mẫu.vn",), identity=None)
PORT = an_outlet(hosts=("127.0.0.11:8719",), identity=None)

CUT = "http://ict.mau.gov.vn/Pages/cong-nghe-thong-tin-542/ngay-chuyen-doi-so-tinh-mau-na-"
UUID = "b0a1c2d3-0000-1111-2222-333344445555"

SAME = [
    # a number in the path
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://baomau.com.vn/mot-cua-post12.html"),
    (EPI, "https://baomau.vn/mot-cua-post12.html", "http://baomau.vn/mot-cua-post12.html"),
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://www.baomau.vn/mot-cua-post12.html"),
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://m.baomau.vn/mot-cua-post12.html"),
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://baomau.vn/tieu-de-da-sua-post12.html"),
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://BAOMAU.VN:443/mot-cua-post12.html#binh-luan"),
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://baomau.vn/amp/mot-cua-post12.html"),
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://baomau.vn/mot-cua-post12.html/amp"),
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://baomau.vn/print/mot-cua-post12.html"),
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://baomau.vn/mot-cua-post12.html?amp=1"),
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://baomau.vn/mot-cua-post12.html?outputType=amp"),
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://baomau.vn/mot-cua-post12.html?gidzl=Ab-9_x&zarsrc=30"),
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://baomau.vn/mot-cua-post12.html?zalo_uid=7#zalo"),
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://baomau.vn/mot-cua-post12.html;jsessionid=0A1B.node1"),
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://baomau.vn//thoi-su/../mot-cua-post12.html"),
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://baomau.vn/thoi-su/mot-cua-post12.html"),
    (TV, "http://tvmau.vn/tin-tuc-n39/dai-hoi.html", "http://tvmau.vn/tin-tuc-n39/dai-hoi-sua.html?utm_source=zalo"),
    (FOLDERS, "https://baotinh.vn/van-hoa/202304/le-hoi-79a138b/", "https://baotinh.vn/van-hoa/202304/le-hoi-79A138B"),
    (
        FOLDERS,
        "https://baotinh.vn/van-hoa/202304/le-hoi-79a138b/",
        "http://m.baotinh.vn/x/202304/hoi-79a138b/?fbclid=I",
    ),
    (NUKE, "http://dn.mau.gov.vn/news/tin/ho-tro-7.html", "http://dn.mau.gov.vn/news/savefile/tin/ho-tro-7.html"),
    # SharePoint: the hexadecimal tail behind a slug that was cut
    (SHAREPOINT, CUT + "26f64f88ccb412cc.aspx", CUT + "26F64F88CCB412CC.aspx"),
    (SHAREPOINT, CUT + "26f64f88ccb412cc.aspx", CUT.replace("/Pages/", "/pages/") + "26f64f88ccb412cc.ASPX"),
    (SHAREPOINT, CUT + "26f64f88ccb412cc.aspx", CUT.replace("http:", "https:") + "26f64f88ccb412cc.aspx?ItemID=5"),
    (SHAREPOINT, CUT + "26f64f88ccb412cc.aspx", "http://ict.mau.gov.vn/Pages/tin-moi-5/khac-26f64f88ccb412cc.aspx"),
    (
        CENTRE,
        "https://hcc.mau.gov.vn/portaldvc/Pages/2024-3-28/Cong-bo-thu-tuc7yqddb0vypu6.aspx",
        "https://hcc.mau.gov.vn/portaldvc/pages/2024-3-28/cong-bo-thu-tuc7yqddb0vypu6.aspx",
    ),
    # the number in the query
    (ASPX, "http://so.mau.gov.vn/newsdetail.aspx?NewsId=12&CatId=3", "http://so.mau.gov.vn/NewsDetail.aspx?newsid=12"),
    (
        ASPX,
        "http://so.mau.gov.vn/newsdetail.aspx?NewsId=12",
        "http://so.mau.gov.vn/newsdetail.aspx?CatId=9&amp;NewsId=12",
    ),
    (
        ASPX,
        "http://so.mau.gov.vn/newsdetail.aspx?NewsId=12",
        "http://so.mau.gov.vn/(S(h4x0r))/newsdetail.aspx?NewsId=12",
    ),
    (
        ASPX,
        "http://so.mau.gov.vn/newsdetail.aspx?NewsId=12",
        "http://so.mau.gov.vn/(X(1)S(h4x0r))/newsdetail.aspx?NewsId=12",
    ),
    (NEWS_ID, "http://kcn.mau.vn/news/news?news_id=346", "http://kcn.mau.vn/news/news?lang=vi&news_id=346&PHPSESSID=5"),
    (
        COM,
        "http://vhttdl.mau.gov.vn/?com=thongbao_ct&id_tb=46",
        "http://vhttdl.mau.gov.vn/index.php?com=thongbao_ct&id_tb=46",
    ),
    (COM, "http://vhttdl.mau.gov.vn/?com=tin_ct&id_tin=4", "http://vhttdl.mau.gov.vn/?com=tin_ct&amp;id_tin=4&gclid=x"),
    (
        LIFERAY,
        "https://mau.gov.vn/web/guest/tin/-/asset_publisher/Ab1/content/mot-cua",
        "https://mau.gov.vn/tin/-/asset_publisher/Zz9/content/mot-cua?inheritRedirect=false&redirect=https%3A%2F%2Fmau.gov.vn",
    ),
    (
        LIFERAY,
        "https://mau.gov.vn/tin/-/asset_publisher/Ab1/content/mot-cua",
        "https://mau.gov.vn/tin/-/asset_publisher/Ab1/content/mot-cua/pop_up?_101_viewMode=print",
    ),
    (
        DOCUMENTS,
        f"https://mau.gov.vn/documents/1/2/a.pdf/{UUID}?t=16",
        f"http://mau.gov.vn/documents/1/9/b.pdf/{UUID.upper()}",
    ),
    # no pattern: the address itself
    (PLAIN, "http://huyen.gov.vn/hoi-nghi/", "https://www.huyen.gov.vn/hoi-nghi"),
    (PLAIN, "http://huyen.gov.vn/hoi-nghi/", "http://huyen.gov.vn/print/hoi-nghi"),
    (PLAIN, "http://huyen.gov.vn/hoi-nghi/", "http://huyen.gov.vn/hoi-nghi/amp/"),
    (PLAIN, "http://huyen.gov.vn/hoi-nghi/", "http://huyen.gov.vn/hoi-nghi/?amp"),
    (PLAIN, "http://huyen.gov.vn/hoi-nghi/", "http://huyen.gov.vn/hoi-nghi/?replytocom=31#respond"),
    (PLAIN, "http://huyen.gov.vn/hoi-nghi/", "http://huyen.gov.vn/hoi-nghi/index.html"),
    (PLAIN, "http://huyen.gov.vn/?p=31", "http://huyen.gov.vn/index.php?p=31"),
    (PLAIN, "http://huyen.gov.vn/a/b", "http://huyen.gov.vn//a///b/"),
    (PLAIN, "http://huyen.gov.vn/a/b", "http://huyen.gov.vn/a/./c/../b"),
    (PLAIN, "http://huyen.gov.vn/a/b", "http://huyen.gov.vn:80/a/b"),
    (PLAIN, "http://huyen.gov.vn/a/b", "http://HUYEN.gov.vn./a/b"),
    (PLAIN, "http://huyen.gov.vn/cải-cách", "http://huyen.gov.vn/c%E1%BA%A3i-c%C3%A1ch"),
    (PLAIN, "http://huyen.gov.vn/cải-cách", "http://huyen.gov.vn/" + unicodedata.normalize("NFD", "cải-cách")),
    (PLAIN, "http://huyen.gov.vn/cải-cách", "http://huyen.gov.vn/" + quote(unicodedata.normalize("NFD", "cải-cách"))),
    (PLAIN, "http://huyen.gov.vn/%7Etin", "http://huyen.gov.vn/~tin"),
    (PLAIN, "http://huyen.gov.vn/t?id=3", "http://huyen.gov.vn/t;jsessionid=AB12?id=3"),
    (PLAIN, "http://huyen.gov.vn/t?id=3", "http://huyen.gov.vn/t?id=3&print=1&tmpl=component"),
    (PLAIN, "http://huyen.gov.vn/t?id=3", "http://huyen.gov.vn/t?id=3&mibextid=Zxz2cZ&sfnsn=mo"),
    (UNICODE, "http://báo-mẫu.vn/a", "https://xn--bo-mu-xqa9944c.vn/a"),
    (PORT, "http://127.0.0.11:8719/a", "http://127.0.0.11:8719/a/"),
]

OTHER = [
    (EPI, "https://baomau.vn/mot-cua-post12.html", "https://baomau.vn/mot-cua-post123.html"),
    (TV, "http://tvmau.vn/tin-tuc-n39/dai-hoi.html", "http://tvmau.vn/tin-tuc-n3/9/dai-hoi.html"),
    (FOLDERS, "https://baotinh.vn/x/202304/le-hoi-79a138b/", "https://baotinh.vn/x/202305/le-hoi-79a138b/"),
    (SHAREPOINT, CUT + "26f64f88ccb412cc.aspx", CUT + "e1a26db274b26370.aspx"),
    (
        ASPX,
        "http://so.mau.gov.vn/newsdetail.aspx?NewsId=12&CatId=3",
        "http://so.mau.gov.vn/newsdetail.aspx?NewsId=13&CatId=3",
    ),
    (ASPX, "http://so.mau.gov.vn/newsdetail.aspx?NewsId=12", "http://so.mau.gov.vn/newsdetail.aspx?OldNewsId=12"),
    (NEWS_ID, "http://kcn.mau.vn/news/news?news_id=346", "http://kcn.mau.vn/news/news?news_id=347"),
    (COM, "http://vhttdl.mau.gov.vn/?com=tin_ct&id_tin=46", "http://vhttdl.mau.gov.vn/?com=thongbao_ct&id_tb=46"),
    (
        LIFERAY,
        "https://mau.gov.vn/-/asset_publisher/A/content/mot-cua",
        "https://mau.gov.vn/-/asset_publisher/A/content/mot-cua-2",
    ),
    (TUBE, "https://video.test/watch?v=dQw4w9WgXcQ", "https://video.test/watch?v=dQw4w9WgXcq"),
    (PLAIN, "http://huyen.gov.vn/?sid=1&cid=2", "http://huyen.gov.vn/?sid=1&cid=3"),
    (PLAIN, "http://huyen.gov.vn/?ref=12", "http://huyen.gov.vn/?ref=13"),
    (PLAIN, "http://huyen.gov.vn/?_tin=12", "http://huyen.gov.vn/?_tin=13"),
    (PLAIN, "http://huyen.gov.vn/bao-in?print=12", "http://huyen.gov.vn/bao-in?print=13"),
    (PLAIN, "http://huyen.gov.vn/amp", "http://huyen.gov.vn/print"),
    (PLAIN, "http://huyen.gov.vn/camp/a", "http://huyen.gov.vn/a"),
    (PLAIN, "http://huyen.gov.vn/Tin-A", "http://huyen.gov.vn/tin-a"),
    (PLAIN, "http://huyen.gov.vn/t?a=1&b=2", "http://huyen.gov.vn/t?b=2&a=1"),  # no pattern says which of them counts
    (PLAIN, "http://huyen.gov.vn/cai-cach", "http://huyen.gov.vn/cải-cách"),
    (PLAIN, "http://huyen.gov.vn/a%2Fb", "http://huyen.gov.vn/a/b"),
    (PLAIN, "http://huyen.gov.vn/?q=1%2B1", "http://huyen.gov.vn/?q=1+1"),
]

NOBODYS = [
    (EPI, "https://baomau.vn.ke-khac.test/mot-cua-post12.html"),
    (EPI, "https://baomau.net.vn/mot-cua-post12.html"),
    (EPI, "https://baomau.vn:8443/mot-cua-post12.html"),
    (EPI, "https://dangkybaomau.vn/mot-cua-post12.html"),
    (LIFERAY, "https://so-noi-vu.mau.gov.vn/-/asset_publisher/A/content/mot-cua"),  # a department is not the province
    (SHAREPOINT, CUT.replace("ict.", "giamngheo.") + "26f64f88ccb412cc.aspx"),
    (SHAREPOINT, CUT.replace("ict.", "") + "26f64f88ccb412cc.aspx"),
    (PLAIN, "javascript:alert('http://huyen.gov.vn/a')"),
    (PLAIN, "//huyen.gov.vn/a"),
    (PLAIN, "data:text/html,http://huyen.gov.vn/a"),
    (PLAIN, "http://huyen.gov.vn@ke-khac.test/a"),
    (PLAIN, "http://ke-khac.test\\@huyen.gov.vn/a"),
]

NO_PIECE = [
    (EPI, "https://baomau.vn/cai-cach-hanh-chinh-tag33.html"),
    (EPI, "https://baomau.vn/thoi-su/"),
    (PLAIN, "http://huyen.gov.vn/"),
    (PLAIN, "http://huyen.gov.vn/index.php?utm_source=zalo"),
    (PLAIN, "http://huyen.gov.vn/Default.aspx"),
    (COM, "http://vhttdl.mau.gov.vn/index.php?com=danhmuc_tin&id_category=2&page=3"),
]


@pytest.mark.parametrize(("outlet", "one", "other"), SAME)
def test_two_addresses_of_one_piece(outlet: Outlet, one: str, other: str) -> None:
    assert identify(outlet, one) is not None
    assert identify(outlet, one) == identify(outlet, other)


@pytest.mark.parametrize(("outlet", "one", "other"), OTHER)
def test_two_pieces_with_addresses_alike(outlet: Outlet, one: str, other: str) -> None:
    assert identify(outlet, one) is not None
    assert identify(outlet, one) != identify(outlet, other)


@pytest.mark.parametrize(("outlet", "url"), NOBODYS)
def test_an_address_that_only_looks_like_the_outlets_is_nobodys(outlet: Outlet, url: str) -> None:
    assert not belongs(outlet, url)
    assert identify(outlet, url) is None


@pytest.mark.parametrize(("outlet", "url"), NO_PIECE)
def test_an_address_of_the_outlet_that_is_no_piece(outlet: Outlet, url: str) -> None:
    assert belongs(outlet, url)
    assert identify(outlet, url) is None


PIECES = sorted({(outlet.hosts, one) for outlet, one, _ in SAME + OTHER})
OWNERS = {(outlet.hosts, one): outlet for outlet, one, _ in SAME + OTHER}
TRACKERS = ["utm_source=zalo", "utm_medium=a%26b", "fbclid=IwAR0", "gidzl=x", "zarsrc=30", "zalo_id=1", "PHPSESSID=a"]
TRACKERS += ["jsessionid=3", "gclid=9", "mibextid=Z", "sfnsn=mo", "amp=1", "_ga=2.1", "srsltid=Af", "p_p_auth=x1"]


@given(st.sampled_from(PIECES), st.lists(st.sampled_from(TRACKERS)), st.data())
def test_how_a_reader_came_never_changes_what_a_piece_is(
    piece: tuple[tuple[str, ...], str], trackers: list[str], data: st.DataObject
) -> None:
    outlet, url = OWNERS[piece], piece[1]
    scheme, host, path, query, _ = urlsplit(url)
    pairs = query.split("&") if query else []
    for tracker in trackers:
        pairs.insert(data.draw(st.integers(0, len(pairs))), tracker)
    if data.draw(st.booleans()):
        path = unicodedata.normalize("NFD", path)
    if ":" not in host:
        scheme = data.draw(st.sampled_from(["http", "https", "HTTP"]))
        host = data.draw(st.sampled_from([host, host.upper(), f"{host}:{80 if scheme.lower() == 'http' else 443}"]))
    fragment = data.draw(st.sampled_from(["", "binh-luan", "?id=9"]))
    seen = urlunsplit((scheme, host, path, "&".join(pairs), fragment))
    assert identify(outlet, seen) == identify(outlet, url)


@given(st.sampled_from(PIECES))
def test_the_one_spelling_is_the_same_piece(piece: tuple[tuple[str, ...], str]) -> None:
    outlet, url = OWNERS[piece], piece[1]
    once = canonical(url)
    assert once is not None
    assert canonical(once) == once
    assert identify(outlet, once) == identify(outlet, url)


# The odd forms that the URL standard's own test data dwell on, spelled for our host.
ODD = [
    "http:baomau.vn/a", "http:/baomau.vn/a", "http:///baomau.vn/a", "http://baomau.vn:/a", "http://baomau.vn:00080/a",
    "http://baomau.vn:65536/", "http://baomau.vn:-80/", "http://@baomau.vn/", "http://a:b@c:d@baomau.vn/",
    "http://baomau.vn?a", "http://baomau.vn#a", "http://baomau.vn/?", "http://baomau.vn/a?#", "http://baomau.vn/..",
    "http://baomau.vn/%2e", "http://baomau.vn/%2E%2e/%2e", "http://baomau.vn/a/%2e%2e/..", "http://baomau.vn/....",
    "http://baomau.vn/a%", "http://baomau.vn/a%2", "http://baomau.vn/%zz%66%a", "http://baomau.vn/%00", "http://%00/",
    "http://baomau.vn/a\tb\nc", "\x00http://baomau.vn/", "http://bao\u00admau.vn/", "http://ｂaomau.vn/", "http://baomau。vn/",
    "http://%62aomau.vn/", "http://[::1]/", "http://[::1%25eth0]/", "http://[1::2::3]/", "http://1.2.3.4.5/", "http://0x7f.1/",
    "http://256.256.256.256/", "http://xn--/", "http://xn--a/", "http://a..b/", "http://.baomau.vn/", "http://-a.vn/",
    "http://baomau.vn/a b?c d#e f", "http://baomau.vn/<>\"`{}|^[]", "http://baomau.vn/?<>\"'`{}|^[]", "http://baomau.vn/\\a\\..\\b",
    "http://baomau.vn/é?é#é", "http://baomau.vn/\u202e", "http://baomau.vn/😀", "http://ß.vn/", "http://I\u0307.vn/",
    "ws://baomau.vn/", "http://user@/www", "http://?", "http://#", "http:", "http", ":", "", "?", "/", "https://a:443@baomau.vn:443/",
]  # fmt: skip


@pytest.mark.parametrize("written", ODD)
def test_an_odd_form_has_one_spelling_that_stays_or_none(written: str) -> None:
    once = canonical(written)
    if once is not None:
        assert canonical(once) == once
        parts = urlsplit(once)
        assert parts.hostname
        assert parts.scheme in {"http", "https"}
        assert once.isascii()


def test_the_shipped_outlets_know_their_own_samples() -> None:
    press = load(ROOT / "sources.yaml", ROOT / "plans/2021").press
    seen = {
        "bao-bac-kan": (
            "https://baobackan.vn/mot-cua-post69747.html",
            "https://baobackan.com.vn/ten-khac-post69747.html?zarsrc=30",
        ),
        "dai-bac-kan": (
            "http://backantv.vn/tin-tuc-n39057/dai-hoi.html",
            "http://backantv.vn/tin-tuc-n39057/dai-hoi.html#a",
        ),
        "bao-thai-nguyen": (
            "https://baothainguyen.vn/chinh-tri/200909/tin-367522D",
            "https://m.baothainguyen.vn/chinh-tri/200909/tin-367522d/",
        ),
    }
    for code, (one, other) in seen.items():
        assert identify(press.outlet(code), one) == identify(press.outlet(code), other) is not None
