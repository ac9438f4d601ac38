"""Whatever comes: links or a word of ours, never a traceback; and a title is one clean line."""

import gzip
import unicodedata
from datetime import timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.dates import Published
from monitor.errors import ExtractError
from monitor.press import HANOI, Source, SourceKind, hanoi_day
from monitor.sources import KINDS, Announced, refusal
from monitor.sources.announced import CLOCKS_DIFFER, believable
from monitor.urls import canonical
from tests.factories import NOON, a_page, an_outlet

URL = "http://bao-mau.test/nguon?page=1"
PIECES = [
    *("<rss version='2.0'>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>/a-post1.html</link>"),
    *("<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>", "</entry>", "<link href='/b-post2.html' rel='next'/>"),
    *(
        "<pubDate>",
        "</pubDate>",
        "05/01/2021 08:00",
        "Tue, 05 Jan 2021 20:00:00 GMT",
        "</channel>",
        "</rss>",
        "</feed>",
    ),
    *("<urlset>", "<url>", "<loc>", "</loc>", "</url>", "</urlset>", "<sitemapindex>", "<sitemap>", "</sitemapindex>"),
    *("<a href='/c-post3.html'>", "</a>", "<a href='//[::1'>", "<base href='javascript:x'>", "<time datetime='2021'>"),
    *("<?xml version='1.0' encoding='utf-16'?>", "<?xml version='1.0' encoding='rot13'?>", "<!DOCTYPE x [", "]>"),
    *("<![CDATA[", "]]>", "&nbsp;", "&#0;", "&#xD800;", "&amp;lt;b&gt;", "\ufeff", "\x00", "\x0b", "\u202e", "\udc00"),
    *('{"version":"https://jsonfeed.org/version/1.1","items":[', '{"url":"/d-post4.html","title":"T"}', "1e999", "]}"),
    *('{"url":"/e\\u0000-post5.html","title":"\\u0000\\ud800"},', '{"url":"data:\\u0001x"},'),
    *("Cải cách", "Ca\u0309i", "\U000e0041", "<x:y z='", "'>", "-->", "<!--", "</", "<", " ", "\n"),
]
ROOTS = [
    ("<rss version='2.0'><channel>", "</channel></rss>"),
    ("<feed xmlns='http://www.w3.org/2005/Atom'>", "</feed>"),
    ("<urlset>", "</urlset>"),
    ("<sitemapindex>", "</sitemapindex>"),
    ('{"version":"https://jsonfeed.org/version/1","items":[', "]}"),
    ("<html><body><a href='/a'>A</a>", "</body></html>"),
]
bodies = st.one_of(
    st.tuples(st.sampled_from(ROOTS), st.lists(st.sampled_from(PIECES), max_size=15)).map(
        lambda made: (made[0][0] + "".join(made[1]) + made[0][1]).encode("utf-8", "surrogatepass")
    ),
    st.binary(max_size=400),
    st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=25).map(
        lambda pieces: "".join(pieces).encode("utf-8", "surrogatepass")
    ),
    st.lists(st.sampled_from(PIECES), max_size=15).map(lambda p: "".join(p).encode("utf-16", "replace")),
    st.lists(st.sampled_from(PIECES), max_size=15).map(lambda p: gzip.compress("".join(p).encode("utf-8", "replace"))),
)
kinds = st.sampled_from(SourceKind)


def _discover(kind: SourceKind, body: bytes, url: str = URL) -> Announced | None:
    source = Source("nguon", kind, "http://bao-mau.test/nguon?page={page}" if kind is SourceKind.LISTING else url)
    try:
        return KINDS[kind](source, a_page(body, url=url, final_url=url))
    except ExtractError:
        return None


def _is_clean(title: str) -> bool:
    bidi = {"\u061c", "\u200e", "\u200f", *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
    return (
        len(title) <= 500
        and unicodedata.is_normalized("NFC", title)
        and not any(unicodedata.category(c) in {"Cc", "Cs"} or c in bidi for c in title)
    )


@given(kinds, bodies)
@example(SourceKind.SITEMAP, b"<urlset>&#xD800;</urlset>")
@settings(max_examples=400, deadline=None)
def test_any_bytes_give_links_or_a_word_of_ours(kind: SourceKind, body: bytes) -> None:
    found = _discover(kind, body)
    if found is not None:
        assert all(_is_clean(link.title) and canonical(link.url) for link in found.links)
        assert not any(unicodedata.category(c) in {"Cc", "Cs"} for link in found.links for c in link.url)
        assert not any(unicodedata.category(c) in {"Cc", "Cs"} for one in found.refused for c in one.name)
        assert all(canonical(url) for url in found.following)
        assert not any(link.published_on and link.published_on > hanoi_day(NOON) for link in found.links)
        assert found.reaches_back_to is None or found.links


@given(st.text(max_size=700))
@settings(deadline=None)
def test_any_title_comes_out_as_one_clean_line_from_every_kind_of_source(title: str) -> None:
    safe = title.encode("utf-8", "replace").decode().replace("]]>", "")
    written = f"<![CDATA[{safe}]]>"
    feed = f"<rss version='2.0'><channel><item><title>{written}</title><link>/a</link></item></channel></rss>"
    sitemap = f"<urlset><url><loc>/a</loc><news><title>{written}</title></news></url></urlset>"
    for kind, body in ((SourceKind.FEED, feed), (SourceKind.SITEMAP, sitemap)):
        found = _discover(kind, body.encode())
        assert found is not None
        assert [_is_clean(link.title) for link in found.links] == [True]


@given(st.integers(-50_000, 50_000), st.booleans())
def test_what_is_believed_of_a_date_is_never_after_today_and_never_another_day(minutes: int, timed: bool) -> None:
    at = (NOON + timedelta(minutes=minutes)).astimezone(HANOI)
    kept = believable(Published(hanoi_day(at), at if timed else None), NOON)
    if kept is not None:
        assert kept.on == hanoi_day(at) <= hanoi_day(NOON)
        assert kept.at is None or kept.at <= NOON + CLOCKS_DIFFER
    elif not timed or at <= NOON - timedelta(days=1):
        assert hanoi_day(at) > hanoi_day(NOON)


@given(st.text(max_size=60))
def test_any_address_may_be_asked_about(address: str) -> None:
    for identity in (None, r"-post(?P<id>\d+)\.html$"):
        refusal(an_outlet(identity=identity), address)
        refusal(an_outlet(identity=identity), f"http://bao-mau.test/{address}")
