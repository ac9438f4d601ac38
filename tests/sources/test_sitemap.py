"""A sitemap gives addresses; the day of an edit is never the day of publishing."""

import gzip
from datetime import datetime

import pytest

from monitor.errors import ExtractError, Reason
from monitor.press import HANOI, Source, SourceKind
from monitor.sources import KINDS, Announced
from tests.factories import a_page

SOURCE = Source("thang", SourceKind.SITEMAP, "http://bao-mau.test/sitemaps/news-2021-1.xml")
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def _discover(body: bytes | str) -> Announced:
    return KINDS[SourceKind.SITEMAP](SOURCE, a_page(body, url=SOURCE.url, final_url=SOURCE.url))


def _urlset(inside: str, spaces: str = XMLNS) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {spaces}>{inside}</urlset>'


def _refusal(body: bytes | str) -> Reason:
    with pytest.raises(ExtractError) as caught:
        _discover(body)
    return caught.value.reason


def test_lastmod_is_an_edit_and_no_publication() -> None:
    found = _discover(
        _urlset(
            "<url><loc>  http://bao-mau.test/a-post1.html\n</loc><lastmod>2021-01-09T10:00:00+07:00</lastmod></url>"
            "<url><loc>/b-post2.html</loc><lastmod>2021-01-09</lastmod></url><url><loc>http://bao-mau.test/c-post3.html</loc></url>"
        )
    )
    a, b, c = found.links
    assert a.url == "http://bao-mau.test/a-post1.html"
    assert (a.published_on, a.published_at) == (None, None)
    assert a.modified_at == datetime(2021, 1, 9, 10, 0, tzinfo=HANOI)
    assert (b.url, b.modified_at) == ("http://bao-mau.test/b-post2.html", None)
    assert c.modified_at is None
    assert found.reaches_back_to is None


def test_a_news_sitemap_names_title_and_day() -> None:
    found = _discover(
        _urlset(
            "<url><loc>http://bao-mau.test/a-post1.html</loc><news:news><news:publication>"
            "<news:name>Báo Mẫu</news:name></news:publication>"
            "<news:publication_date>2021-01-05T08:15:00+07:00</news:publication_date>"
            "<news:title>Một cửa &amp; dân</news:title></news:news>"
            "<image:image><image:loc>http://bao-mau.test/a.jpg</image:loc><image:title>Ảnh</image:title></image:image></url>",
            f'{XMLNS} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
            'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"',
        )
    )
    (link,) = found.links
    assert link.url == "http://bao-mau.test/a-post1.html"
    assert link.title == "Một cửa & dân"
    assert link.published_at == datetime(2021, 1, 5, 8, 15, tzinfo=HANOI)


@pytest.mark.parametrize(
    "spaces", ["", 'xmlns="https://www.sitemaps.org/schemas/sitemap/0.9"', 'xmlns="http://mau.test/x"']
)
def test_any_namespace_will_do(spaces: str) -> None:
    assert len(_discover(_urlset("<url><loc>/a-post1.html</loc></url>", spaces)).links) == 1


def test_an_index_gives_following_sitemaps_and_no_links() -> None:
    found = _discover(
        f"<sitemapindex {XMLNS}><sitemap><loc>http://bao-mau.test/sitemaps/news-2021-1.xml</loc></sitemap>"
        "<sitemap><loc> /sitemaps/news-2020-12.xml </loc></sitemap><sitemap><loc>javascript:x</loc></sitemap>"
        "<sitemap><loc>/sitemaps/news-2020-12.xml</loc></sitemap></sitemapindex>"
    )
    assert found.links == ()
    assert found.following == ("http://bao-mau.test/sitemaps/news-2020-12.xml",), "itself is no child of itself"


def test_a_bare_ampersand_hides_no_other_address() -> None:
    found = _discover(_urlset("<url><loc>/index.php?com=a&id_tin=1</loc></url><url><loc>/b-post2.html</loc></url>"))
    assert found.links[-1].url == "http://bao-mau.test/b-post2.html"


def test_a_packed_sitemap_is_unpacked() -> None:
    packed = gzip.compress(_urlset("<url><loc>/a-post1.html</loc></url>").encode())
    assert len(_discover(packed).links) == 1
    assert _refusal(packed[:-12]) is Reason.TRUNCATED
    assert _refusal(b"\x1f\x8b" + b"x" * 50) is Reason.ENCODING


def test_a_packed_bomb_is_refused_without_being_unpacked() -> None:
    assert _refusal(gzip.compress(b" " * (60 * 1024 * 1024))) is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html><body><h1>404</h1></body></html>",
        '<rss version="2.0"><channel></channel></rss>',
        "/etc/hostname",
        '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]><urlset><url><loc>/&x;</loc></url></urlset>',
    ],
)
def test_what_is_no_sitemap_is_refused(body: str) -> None:
    assert _refusal(body) is Reason.NOT_A_SITEMAP


def test_a_sitemap_that_was_not_closed_is_refused() -> None:
    body = _urlset("<url><loc>/a-post1.html</loc></url>")
    for cut in (1, 5, 9, 12):
        assert _refusal(body[:-cut]) is Reason.TRUNCATED


def test_an_empty_sitemap_is_no_error() -> None:
    assert _discover(_urlset("")).links == ()
    assert _discover("<urlset/>").links == ()
