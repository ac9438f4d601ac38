"""Feeds of every family and of every bad habit: what each item leads to, and when it came."""

import json
from datetime import UTC, date, datetime

import pytest

from monitor.errors import ExtractError, Reason
from monitor.press import HANOI, Source, SourceKind
from monitor.sources import KINDS, Announced
from monitor.urls import identify
from tests.factories import a_page, an_outlet

URL = "http://bao-mau.test/rss/home.rss"
MORNING = datetime(2021, 1, 11, 5, 30, tzinfo=UTC)
DC = "xmlns:dc='http://purl.org/dc/elements/1.1/'"
ATOM = "xmlns='http://www.w3.org/2005/Atom'"


def read(body: str | bytes, at: datetime = MORNING, header: str = "application/xml") -> Announced:
    source = Source("trang-chu", SourceKind.FEED, URL)
    page = a_page(body, url=URL, final_url=URL, fetched_at=at, headers={"content-type": header})
    return KINDS[SourceKind.FEED](source, page)


def places(found: Announced) -> list[str]:
    return [link.url.removeprefix("http://bao-mau.test") for link in found.links]


def rss(*items: str, spaces: str = "") -> str:
    return f"<rss version='2.0' {spaces}><channel><title>Tin</title>{''.join(items)}</channel></rss>"


ITEM = "<item><title>Một cửa</title><link>/a</link></item>"
JSON = '{"version":"https://jsonfeed.org/version/1","items":[{%s"title":"Một cửa"}]}'
RDF = f"""<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' {DC}>
<channel rdf:about='http://bao-mau.test/'><title>Báo Mẫu</title>
<items><rdf:Seq><rdf:li rdf:resource='http://bao-mau.test/a'/></rdf:Seq></items></channel>
<item rdf:about='http://bao-mau.test/a'><title>Một cửa</title><link>http://bao-mau.test/a</link>
<dc:date>2021-01-05T08:00:00+07:00</dc:date></item></rdf:RDF>"""
RDF_OLD = f"""<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'
xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel><title>x</title></channel>{ITEM}</rdf:RDF>"""
XHTML = "<title type='xhtml'><div>Một <b>cửa</b></div></title>"
FAMILIES = {
    "rss 0.91": f"<rss version='0.91'><channel><title>x</title>{ITEM}</channel></rss>",
    "rss 0.90": RDF_OLD,
    "rss 0.92": f"<rss version='0.92'><channel>{ITEM}</channel></rss>",
    "rss without version": f"<rss><channel>{ITEM}</channel></rss>",
    "rss 1.0": RDF,
    "rss 2.0": rss(ITEM),
    "atom 0.3": "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title mode='escaped' type='text/html'>"
    "Một &lt;b&gt;cửa&lt;/b&gt;</title><link rel='alternate' href='/a'/></entry></feed>",
    "atom 1.0": f"<feed {ATOM}><entry><title>Một cửa</title><link href='/a'/></entry></feed>",
    "atom, prefixed": "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>Một cửa</a:title>"
    "<a:link href='/a'/></a:entry></a:feed>",
    "atom, no namespace": "<feed><entry><title>Một cửa</title><link href='/a'/></entry></feed>",
    "atom, wrong namespace": "<feed xmlns='x:y'><entry><title>Một cửa</title><link href='/a'/></entry></feed>",
    "json 1.0": JSON % '"id":"1","url":"/a",',
    "json 1.1": JSON.replace("/1", "/1.1", 1) % '"id":"http://bao-mau.test/a",',
    "json, external": JSON % '"id":"1","external_url":"/a",',
}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_of_feeds_is_read(family: str) -> None:
    found = read(FAMILIES[family])
    assert [(link.url, link.title) for link in found.links] == [("http://bao-mau.test/a", "Một cửa")]


def test_a_video_channel_is_a_feed_whose_pieces_are_told_by_their_video() -> None:
    (link,) = read(
        f"<feed xmlns:yt='http://www.youtube.com/xml/schemas/2015' xmlns:media='http://search.yahoo.com/mrss/' {ATOM}>"
        "<link rel='self' href='http://www.youtube.com/feeds/videos.xml?channel_id=UCmau'/><title>Đài Mẫu</title>"
        "<link rel='alternate' href='https://www.youtube.com/channel/UCmau'/>"
        "<entry><id>yt:video:aB-dE_gHiJk</id><yt:videoId>aB-dE_gHiJk</yt:videoId><title>Thời sự tối 5/1</title>"
        "<link rel='alternate' href='https://www.youtube.com/watch?v=aB-dE_gHiJk'/>"
        "<published>2021-01-05T12:30:00+00:00</published><updated>2021-01-09T01:00:00+00:00</updated>"
        "<media:group><media:title>Tên khác</media:title><media:description>Bản tin</media:description>"
        "<media:content url='https://www.youtube.com/v/aB-dE_gHiJk?version=3' type='application/x-shockwave-flash'/>"
        "</media:group></entry></feed>"
    ).links
    assert (link.url, link.title) == ("https://www.youtube.com/watch?v=aB-dE_gHiJk", "Thời sự tối 5/1")
    assert link.published_at == datetime(2021, 1, 5, 19, 30, tzinfo=HANOI)
    station = an_outlet(hosts=("www.youtube.com",), identity=r"(?:[?&]v=|/shorts/|/live/)(?P<id>[\w-]{11})")
    again = "https://www.youtube.com/watch?feature=share&v=aB-dE_gHiJk"
    assert (
        identify(station, link.url)
        == identify(station, again)
        == identify(station, again.replace("watch?feature=share&v=", "shorts/"))
    )


@pytest.mark.parametrize(
    ("inside", "place"),
    [
        ("<guid>http://bao-mau.test/a</guid>", "/a"),
        ("<guid isPermaLink='true'>/a</guid>", "/a"),
        ("<guid isPermaLink='false'>http://bao-mau.test/x</guid><link>/a</link>", "/a"),
        ("<atom:link rel='alternate' href='/a'/>", "/a"),
        ("<link>/a</link><atom:link rel='self' href='/self'/><atom:link rel='related' href='/r'/>", "/a"),
        ("<link>/a</link><link>/b</link>", "/a"),
        ("<link><![CDATA[ \n/a\n ]]></link>", "/a"),
        ("<link href='/a'/>", "/a"),
        ("<link>http://dem.test/~r/1</link><feedburner:origLink>/a</feedburner:origLink>", "/a"),
        ("<link>/a</link><enclosure url='/a.mp3' type='audio/mpeg' length='1'/><image><link>/img</link></image>", "/a"),
        ("<link>/index.php?com=chitiet&id=1</link>", "/index.php?com=chitiet&id=1"),
        ("<link>//bao-mau.test/a</link>", "/a"),
    ],
)
def test_an_item_leads_to_its_piece(inside: str, place: str) -> None:
    spaces = "xmlns:atom='http://www.w3.org/2005/Atom' xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'"
    assert places(read(rss(f"<item><title>T</title>{inside}</item>", spaces=spaces))) == [place]


@pytest.mark.parametrize(
    ("inside", "place"),
    [
        ("<link rel='self' href='/s'/><link rel='enclosure' href='/a.mp3'/><link rel='alternate' href='/a'/>", "/a"),
        ("<link href='/a' hreflang='vi'/><link rel='alternate' href='/en' hreflang='en'/>", "/a"),
        ("<link rel='alternate' type='application/json' href='/wp-json/1'/><link rel='alternate' href='/a'/>", "/a"),
        ("<id>http://bao-mau.test/a</id>", "/a"),
        ("<link rel='self' href='/a'/><id>urn:1</id>", "/a"),
    ],
)
def test_an_entry_leads_to_its_piece(inside: str, place: str) -> None:
    assert places(read(f"<feed {ATOM}><entry><title>T</title>{inside}</entry></feed>")) == [place]


def test_an_item_that_leads_nowhere_is_told_and_not_dropped() -> None:
    found = read(
        rss("<item><title>A</title><guid isPermaLink='false'>1</guid></item>", "<item><link>data:x</link></item>")
    )
    assert found.links == ()
    assert [(one.name, one.reason) for one in found.refused] == [("A", Reason.NO_ADDRESS), ("data:x", Reason.SCHEME)]


def test_a_null_byte_that_json_spells_is_gone() -> None:
    (link,) = read(JSON.replace("Một cửa", "Một\\u0000 cửa") % '"url":"/a\\u0000b",').links
    assert (link.url, link.title) == ("http://bao-mau.test/ab", "Một cửa")


def test_a_feed_names_its_next_page_and_never_itself() -> None:
    atom = f"<feed {ATOM}><link rel='next' href='/rss/home.rss?page=2'/><link rel='self' href='{URL}'/></feed>"
    assert read(atom).following == (f"{URL}?page=2",)
    assert read(atom.replace("?page=2", "")).following == ()
    assert read('{"version":"https://jsonfeed.org/version/1","next_url":"/2","items":[]}').following == (
        "http://bao-mau.test/2",
    )


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"\xef\xbb\xbf \r\n" + rss(ITEM).encode(), "Một cửa"),
        (rss("<item><title>M\x00ột c\x0bửa\x1f</title><link>/a</link></item>").encode(), "Một cửa"),
        (rss("<item><title>Một cửa & dân &nbsp; &bull;</title><link>/a</link></item>").encode(), "Một cửa & dân •"),
        (
            ("<?xml version='1.0' encoding='utf-16'?>" + rss(ITEM)).encode(),
            "Một cửa",
        ),
        (rss(ITEM).encode("utf-16-be"), "Một cửa"),
        (rss(ITEM).encode("utf-16-le"), "Một cửa"),
        (
            ("<?xml version='1.0' encoding='latin-1'?>" + rss(ITEM)).encode(),
            "Một cửa",
        ),
        (
            ("<?xml version='1.0' encoding='cp1252'?>" + rss("<item><title>Quán</title><link>/a</link></item>")).encode(
                "cp1252"
            ),
            "Quán",
        ),
        (rss("<item><title>Quán ăn</title><link>/a</link></item>").encode("cp1258"), "Quán ăn"),
        (rss("<item><title>A <b>in <i>đậm</i></b></title><link>/a</link></item>").encode(), "A in đậm"),
        (
            f"<feed {ATOM}><entry>{XHTML}<link href='/a'/></entry></feed>".encode(),
            "Một cửa",
        ),
        (
            rss(
                "<item><title>M</title><link>/a</link><media:title>K</media:title><itunes:title>I</itunes:title></item>"
            ).encode(),
            "M",
        ),
    ],
    ids=["bom", "nul", "amp", "says-16", "be", "le", "says-latin", "cp1252", "cp1258", "nested", "xhtml", "unbound"],
)
def test_bad_habits_do_no_harm(body: bytes, title: str) -> None:
    (link,) = read(body, header="application/rss+xml; charset=bogus-999").links
    assert (link.url, link.title) == ("http://bao-mau.test/a", title)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2021-01-05T23:30:00", date(2021, 1, 5)),
        ("Tue, 05 Jan 2021 23:30:00 ICT", date(2021, 1, 5)),
        ("Tue, 05 Jan 2021 23:30:00 GMT+7", date(2021, 1, 5)),
        ("Tue, 05 Jan 2021 23:30:00 +07", date(2021, 1, 5)),
        ("Tue, 05 Jan 2021 16:30:00 GMT", date(2021, 1, 5)),
        ("Tue, 05 Jan 2021 17:30:00 GMT", date(2021, 1, 6)),
        ("03:06 PM 05/01/2021", date(2021, 1, 5)),
        ("Thứ Ba, 05/01/2021 - 08:15 (GMT+7)", date(2021, 1, 5)),
        ("1609809300", None),
        ("Tue, 05 Jan 2021 24:00:00 +0700", None),
    ],
)
def test_a_date_gives_the_day_in_hanoi_or_none(written: str, day: date | None) -> None:
    (link,) = read(rss(f"<item><title>T</title><link>/a</link><pubDate>{written}</pubDate></item>")).links
    assert link.published_on == day


def test_a_moment_that_is_still_to_come_gives_no_day_but_a_clock_a_little_fast_does() -> None:
    at = datetime(2021, 1, 5, 14, 0, tzinfo=UTC)  # nine in the evening in Hà Nội
    days = {
        "2021-01-05T21:40:00+07:00": date(2021, 1, 5),  # a clock forty minutes fast
        "2021-01-05T23:30:00+07:00": date(2021, 1, 5),  # whatever the clock, it is the same day
        "2021-01-06T03:00:00+07:00": None,
        "2021-01-06": None,
        "2099-01-01": None,
    }
    for written, day in days.items():
        (link,) = read(rss(f"<item><title>T</title><link>/a</link><pubDate>{written}</pubDate></item>"), at).links
        assert link.published_on == day, written


def test_local_time_labelled_gmt_is_noticed_by_pieces_from_the_future() -> None:
    at = datetime(2021, 1, 5, 14, 0, tzinfo=UTC)
    stamps = ["05 Jan 2021 20:30", "05 Jan 2021 16:00", "05 Jan 2021 09:00", "04 Jan 2021 19:00"]
    items = [
        f"<item><title>{s}</title><link>/{n}</link><pubDate>{s}:00 GMT</pubDate></item>" for n, s in enumerate(stamps)
    ]
    doubted = {link.title: link.published_on for link in read(rss(*items), at).links}
    assert doubted == dict(zip(stamps, [None, date(2021, 1, 5), date(2021, 1, 5), None], strict=True))
    trusted = {link.title: link.published_on for link in read(rss(*items[2:]), at).links}
    assert trusted == {stamps[2]: date(2021, 1, 5), stamps[3]: date(2021, 1, 5)}


def test_of_two_thousand_and_more_items_in_no_order_the_newest_are_taken() -> None:
    numbers = [(n * 7919) % 3000 for n in range(3000)]
    stamp = {n: datetime.fromtimestamp(1_600_000_000 + 600 * n, UTC).isoformat() for n in numbers}
    items = [
        f"<item><link>/{n}</link><description><![CDATA[<item>]]></description><pubDate>{stamp[n]}</pubDate></item>"
        for n in numbers
    ]
    feeds = [
        rss(*items),
        json.dumps({
            "version": "https://jsonfeed.org/version/1",
            "items": [{"id": str(n), "url": f"/{n}", "date_published": stamp[n]} for n in numbers],
        }),
    ]  # fmt: skip
    for feed in feeds:
        found = read(feed)
        assert found.cut
        assert places(found) == [f"/{n}" for n in range(2999, 999, -1)]


@pytest.mark.parametrize(
    "body",
    [
        rss("<x " + " ".join(f"a{n}='1'" for n in range(100_000)) + "/>"),
        rss("<item><title>" + "<b>" * 300_000 + "</title></item>"),
        rss("<item>" * 200_000),
        rss("<item><description>" * 50_000),
        rss("<item><title>" + "&#1;" * 300_000 + "</title><link>/a</link></item>"),
        "<!-- -->" * 100_000 + rss(),
    ],
    ids=["attributes", "nesting", "items", "bodies", "entities", "comments"],
)
def test_what_would_keep_a_parser_busy_for_hours_is_cut_first(body: str) -> None:
    try:
        assert len(read(body).links) <= 1
    except ExtractError as error:
        assert error.reason is Reason.NOT_A_FEED
