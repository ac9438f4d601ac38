"""Faults F26–F46 in feeds, sitemaps, lists and pages: each is met by a real crawl of two outlets, one of them healthy.

Whatever the one serves, the other comes whole, every announced link stands in one bucket in the database, and the
fault ends as it is written down to end. The number of the fault is in each test's name. What is not here:

| fault | why |
| --- | --- |
| F41, trafilatura hung | no page with rules reaches it; `tests/extract/test_general.py` sees its worker killed |
| F42, read again after an hour, a day, a week | `tests/test_rechecks.py`; here is what a second announcement does |
| F43, the alarm that a template changed | `tests/test_alarms.py`; here: no menu passes for a text, no day for seen |
"""

import gzip
import random
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from monitor.calendar import Period
from monitor.errors import Reason
from monitor.jobs.tag import tag
from monitor.press import Article, Kind, Pace, Press, Source, SourceKind
from monitor.seen import Outcome, State
from storage import Database, articles, readings, schema
from storage.readings import Reading
from tests.factories import a_press, an_outlet
from tests.loopback import Answer, Loopback, Reply, Request
from tests.test_jobs import FIVE_DAYS, MONDAY, ONE_RULE, RULES, a_feed, a_story, crawled

XML = {"Content-Type": "application/xml; charset=utf-8"}
WELL = [("dai-mau", str(n), date.fromisoformat(day)) for n, day in enumerate(FIVE_DAYS, 1)]


@dataclass(frozen=True, slots=True)
class Province:
    """Two outlets: the one at `site` may serve what it likes, the other is in good health."""

    site: Loopback
    press: Press

    def told_by(self, *sources: Source, **changes: Any) -> "Province":
        """Give the same with other sources for the sick outlet."""
        sick = replace(self.press.outlets[0], sources=sources or self.press.outlets[0].sources, **changes)
        return replace(self, press=replace(self.press, outlets=(sick, self.press.outlets[1])))

    def feed(self, *items: str, head: str = "") -> None:
        """Serve an RSS feed of these items."""
        xml = (
            f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>{head}{''.join(items)}</channel></rss>"
        )
        self.site.pages["/rss/home.rss"] = Answer(200, XML, xml)

    def item(self, number: int, day: str = "2021-01-08", link: str = "", title: str = "", more: str = "") -> str:
        """Give an item of that feed."""
        when = f"<pubDate>{day}T08:00:00+07:00</pubDate>" if day else ""
        link = link or f"/tin-post{number}.html"
        return f"<item><title>{title or f'Kỳ {number}'}</title><link>{link}</link>{when}{more}</item>"

    def crawl(self, db: Database, at: datetime = MONDAY, **options: Any) -> Reading:
        """Crawl both, see that the other came whole and the books balance; give the reading of the sick one."""
        sick, well = crawled(db, self.press, at, **options)
        assert (well.outcome, well.new, well.failed) in {(Outcome.OK, 5, 0), (Outcome.NOT_MODIFIED, 0, 0)}
        assert stored_of(db, "dai-mau") == WELL
        with db.connect() as conn:
            r = schema.readings.c
            balance = r.known + r.new + r.updated + r.refused + r.failed + r.pending
            assert conn.execute(select(func.count()).where(r.announced != balance)).scalar() == 0
            assert conn.execute(select(func.count()).select_from(schema.readings)).scalar()
        return sick


@pytest.fixture
def province() -> Iterator[Province]:
    with _outlet() as (site, press), _outlet("dai-mau") as (_, other):
        yield Province(site, replace(press, outlets=(*press.outlets, *other.outlets)))


@contextmanager
def _outlet(code: str = "bao-mau") -> Iterator[tuple[Loopback, Press]]:
    with Loopback() as site:
        site.pages |= {
            f"/tin-post{n}.html": a_story(n, day, f"Chuyện của {code}.") for n, day in enumerate(FIVE_DAYS, 1)
        }
        site.pages["/rss/home.rss"] = a_feed(site, *enumerate(FIVE_DAYS, 1))
        source = Source("trang-chu", SourceKind.FEED, site.url("/rss/home.rss"))
        outlet = an_outlet(code=code, hosts=(site.host,), allow_private=True, pace=Pace(0, 4), sources=(source,))
        yield site, a_press(outlets=(outlet,), pages={"epi": (RULES,)})


def all_of(db: Database, outlet: str = "bao-mau") -> list[Article]:
    with db.connect() as conn:
        found = articles.search(conn, articles.ArticleQuery(limit=0)).clippings
    return sorted((c.article for c in found if c.article.outlet == outlet), key=lambda a: a.identity)


def stored_of(db: Database, outlet: str = "bao-mau") -> list[tuple[str, str, date | None]]:
    return [(a.outlet, a.identity, a.published_on) for a in all_of(db, outlet)]


def one_of(db: Database) -> Article:
    (article,) = all_of(db)
    return article


def unread(db: Database) -> dict[str, tuple[State, Reason | None]]:
    """Give what was announced by the sick outlet and is not stored, by address as it was announced."""
    with db.connect() as conn:
        links = schema.links.c
        rows = conn.execute(select(links.url, links.state, links.reason).where(links.outlet == "bao-mau"))
        return {row.url: (row.state, row.reason) for row in rows}


def a_dateless_story(number: int = 1, body: str = "Người dân nộp hồ sơ tại nhà.") -> str:
    return a_story(number, body=body).replace("<time datetime='2021-01-08T08:00:00+0700'></time>", "")


def a_sitemap(*addresses: str, edited: str = "") -> Answer:
    inside = f"<lastmod>{edited}</lastmod>" if edited else ""
    entries = "".join(f"<url><loc> {address} </loc>{inside}</url>" for address in addresses)
    return Answer(200, XML, f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>")


def an_index(*addresses: str) -> Answer:
    entries = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    return Answer(
        200, XML, f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</sitemapindex>"
    )


# F26 ─ feeds without end


def test_F26_of_a_feed_of_too_many_items_the_newest_2000_are_taken_and_the_reading_is_partial(
    db: Database, province: Province
) -> None:
    numbers = list(range(1, 2_501))
    random.Random(26).shuffle(numbers)
    start = datetime(2020, 12, 1, tzinfo=UTC)
    province.feed(*(province.item(n, f"{(start + timedelta(minutes=20 * n)).date()}") for n in numbers))
    quiet = Answer(429, {"Retry-After": "120"})
    province.site.pages |= {f"/tin-post{n}.html": quiet for n in range(1, 2_501)}
    reading = province.crawl(db)
    assert (reading.outcome, reading.reason) == (Outcome.PARTIAL, Reason.TOO_LARGE)
    assert (reading.announced, reading.pending, reading.covers) == (2_000, 2_000, None)
    kept = {int(url.rpartition("post")[2].removesuffix(".html")) for url in unread(db)}
    assert min(kept) > 400, "the oldest were left out, whatever their place in the feed"


def test_F26_a_feed_over_the_cap_is_not_parsed_at_all(db: Database, province: Province) -> None:
    province.feed(*(province.item(n, more="<description>x</description>") for n in range(90_000)))
    reading = province.crawl(db)
    assert (reading.outcome, reading.reason, reading.announced) == (Outcome.FAILED, Reason.TOO_LARGE, 0)


# F27 ─ entities

LAUGHS = (
    "<!DOCTYPE {root} [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + "]>"
)
BLOW_UP = "<!DOCTYPE {root} [<!ENTITY a '" + "x" * 50_000 + "'>]>"
XXE = "<!DOCTYPE {root} [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
REMOTE = "<!DOCTYPE {root} [<!ENTITY % a SYSTEM 'http://127.0.0.1:9/x.dtd'> %a;]>"


@pytest.mark.parametrize("bomb", [LAUGHS, BLOW_UP, XXE, REMOTE], ids=["laughs", "blow-up", "xxe", "remote"])
@pytest.mark.parametrize("kind", [SourceKind.FEED, SourceKind.SITEMAP])
def test_F27_a_document_with_entities_of_its_own_is_refused_before_it_is_parsed(
    db: Database, province: Province, bomb: str, kind: SourceKind
) -> None:
    title = "&j;" if bomb is LAUGHS else "&a;" * 1_000
    feed = f"<rss version='2.0'><channel>{province.item(1, title=title)}</channel></rss>"
    sitemap = f"<urlset><url><loc>/tin-post1.html</loc><title>{title}</title></url></urlset>"
    root, body = ("rss", feed) if kind is SourceKind.FEED else ("urlset", sitemap)
    province.site.pages["/nguon.xml"] = Answer(200, XML, bomb.replace("{root}", root) + body)
    source = Source("nguon", kind, province.site.url("/nguon.xml"))
    reading = province.told_by(source).crawl(db)
    reason = Reason.NOT_A_FEED if kind is SourceKind.FEED else Reason.NOT_A_SITEMAP
    assert (reading.outcome, reading.reason, reading.announced) == (Outcome.FAILED, reason, 0)


# F28, F29 ─ no feed at all


@pytest.mark.parametrize("what", ["path", "file-url", "address"])
def test_F28_a_body_that_is_a_path_or_an_address_opens_and_fetches_nothing(
    db: Database, province: Province, tmp_path: Path, what: str
) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(
        f"<rss version='2.0'><channel>{province.item(1, title='bí mật')}</channel></rss>", encoding="utf-8"
    )
    with Loopback({"/feed.xml": secret.read_bytes()}) as trap:
        body = {"path": str(secret), "file-url": secret.as_uri(), "address": trap.url("/feed.xml")}[what]
        province.site.pages["/rss/home.rss"] = Answer(200, XML, body)
        reading = province.crawl(db)
        assert trap.connections == 0
    assert (reading.outcome, reading.reason, reading.announced) == (Outcome.FAILED, Reason.NOT_A_FEED, 0)


def test_F29_a_web_page_where_the_feed_was_is_a_failure_and_no_quiet_day(db: Database, province: Province) -> None:
    province.crawl(db)
    province.site.pages["/rss/home.rss"] = "<!doctype html><html><body><h1>Trang chủ</h1><p>Tin mới</p></body></html>"
    reading = province.crawl(db, MONDAY + timedelta(days=1))
    assert (reading.outcome, reading.reason, reading.announced) == (Outcome.FAILED, Reason.NOT_A_FEED, 0)
    assert reading.covers is None


# F30–F33 ─ letters


@pytest.mark.parametrize(
    ("prefix", "header"),
    [
        (b"\xef\xbb\xbf", "text/html"),
        (b" \r\n\n", "text/html; charset=utf-8"),
        (b"", "text/html; charset=iso-8859-1"),
        (b"", "text/html; charset=bogus-999"),
        (b"", "text/html"),
        (b"\x00\x00", "text/html; charset=utf-8"),
    ],
    ids=["bom", "blanks", "says-latin-1", "says-bogus", "says-nothing", "nul"],
)
def test_F30_letters_are_read_by_what_they_are_and_control_characters_are_gone(
    db: Database, province: Province, prefix: bytes, header: str
) -> None:
    item = province.item(1, title="Cải\x0b cách\x00 hành chính\x1f")
    feed = f"<rss version='2.0'><channel>{item}</channel></rss>".encode()
    kind = {"Content-Type": header.replace("text/html", "application/rss+xml")}
    story = a_story(1, body="Một\x0bcửa ở\x00 xã\x1f Mẫu Sơn.").encode()
    province.site.pages["/rss/home.rss"] = Answer(200, kind, prefix + feed)
    province.site.pages["/tin-post1.html"] = Answer(200, {"Content-Type": header}, prefix + story)
    reading = province.crawl(db)
    assert (reading.outcome, reading.new) == (Outcome.OK, 1)
    article = one_of(db)
    assert "xã Mẫu Sơn" in article.text
    assert "Số thứ tự 1" in article.text
    assert not [c for c in article.title + article.text if unicodedata.category(c) == "Cc" and c != "\n"]


def windows_1258(written: str) -> bytes:
    """Write Vietnamese as old machines did: letters with their shape, tones behind them."""
    out = b""
    for letter in unicodedata.normalize("NFC", written):
        apart = unicodedata.normalize("NFD", letter)
        base, marks = apart[0], apart[1:]
        tones = "".join(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
        shape = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark not in tones))
        out += (shape + tones).encode("cp1258")
    return out


@pytest.mark.parametrize("said", ["; charset=windows-1258", ""], ids=["declared", "undeclared"])
def test_F31_windows_1258_comes_out_composed(db: Database, province: Province, said: str) -> None:
    feed = f"<rss version='2.0'><channel>{province.item(1, title='Đẩy mạnh cải cách hành chính')}</channel></rss>"
    story = a_story(1, body="Ủy ban nhân dân xã Mẫu Sơn tiếp nhận, trả kết quả thủ tục hành chính.")
    province.site.pages["/rss/home.rss"] = Answer(200, {"Content-Type": f"text/xml{said}"}, windows_1258(feed))
    province.site.pages["/tin-post1.html"] = Answer(200, {"Content-Type": f"text/html{said}"}, windows_1258(story))
    assert province.crawl(db).new == 1
    article = one_of(db)
    assert article.title == "Xã Mẫu Sơn nhận hồ sơ qua mạng, kỳ 1"
    assert "Ủy ban nhân dân xã Mẫu Sơn tiếp nhận" in article.text
    assert unicodedata.is_normalized("NFC", article.title + article.text)


@pytest.mark.parametrize(
    ("written", "charset"),
    [
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam, ñy ban nh©n d©n tØnh", "iso-8859-1"),
        ("ngƣời dân nộp hồ sơ qua mạng", "utf-8"),
    ],
    ids=["tcvn3", "u-with-oi"],
)
def test_F32_old_letters_become_vietnamese(db: Database, province: Province, written: str, charset: str) -> None:
    text = f"<time datetime='2021-01-08'></time><div class=body><p>{written}</p></div>"
    page = f"<html><body><h1>Tin</h1>{text}</body></html>"
    kind = {"Content-Type": f"text/html; charset={charset}"}
    province.feed(province.item(1))
    province.site.pages["/tin-post1.html"] = Answer(200, kind, page.encode(charset))
    assert province.crawl(db).new == 1
    assert one_of(db).text in (
        "Cộng hòa xã hội chủ nghĩa Việt Nam, ủy ban nhân dân tỉnh",
        "người dân nộp hồ sơ qua mạng",
    )


@pytest.mark.parametrize("asked", ["hòa giải thủy lợi", "hoà giải", "HOA GIAI", "thuỷ lợi"])
def test_F33_two_spellings_of_one_word_and_hidden_marks_are_found_alike(
    db: Database, province: Province, asked: str
) -> None:
    body = "Tổ ho\u00adà\u00a0gi\u200bải và thuỷ lợi của “xã”."
    province.site.pages["/tin-post1.html"] = a_story(1, body=body)
    province.feed(province.item(1))
    province.crawl(db)
    with db.connect() as conn:
        found = articles.search(conn, articles.ArticleQuery(q=asked.replace(" thủy lợi", ""))).clippings
    assert [c.article.outlet for c in found] == ["bao-mau"]
    assert not {"\u00ad", "\u200b", "\u00a0"} & set(found[0].article.text)


# F34 ─ dates


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("", None),
        ("2021-01-08T08:00:00", date(2021, 1, 8)),
        ("Fri, 08 Jan 2021 23:30:00 ICT", date(2021, 1, 8)),
        ("Fri, 08 Jan 2021 23:30:00 GMT+7", date(2021, 1, 8)),
        ("2021-01-08T23:30:00+07", date(2021, 1, 8)),
        ("Fri, 08 Jan 2021 16:30:00 GMT", date(2021, 1, 8)),
        ("08/01/2021 11:30:00 CH", date(2021, 1, 8)),
        ("08/01/2021 08:30:00 SA", date(2021, 1, 8)),
        ("13 phút trước", None),
        ("31/02/2021 08:00", None),
        ("01/01/2099 08:00", None),
        ("1970-01-01T00:00:00Z", None),
        ("Mon, 11 Jan 2021 17:00:00 GMT", None),
        ("Mon, 11 Jan 2021 16:30:00 GMT", date(2021, 1, 11)),
        ("2021-01-13", None),
    ],
)
def test_F34_a_day_is_the_right_one_or_none_and_then_a_gap(
    db: Database, province: Province, written: str, day: date | None
) -> None:
    when = f"<pubDate>{written}</pubDate>" if written else ""
    province.feed(province.item(1, "", more=when))
    province.site.pages["/tin-post1.html"] = a_dateless_story()
    assert province.crawl(db).new == 1
    assert one_of(db).published_on == day
    waiting = [reason for _, reason in unread(db).values()]
    assert waiting == ([] if day else [Reason.NO_DATE])


def test_F34_local_time_labelled_gmt_puts_no_piece_into_the_wrong_day(db: Database, province: Province) -> None:
    evening = datetime(2021, 1, 8, 15, 0, tzinfo=UTC)  # ten at night in Hà Nội
    local = {1: "07 Jan 2021 20:00", 2: "08 Jan 2021 09:00", 3: "08 Jan 2021 18:00", 4: "08 Jan 2021 21:30"}
    province.feed(*(province.item(n, "", more=f"<pubDate>{when}:00 GMT</pubDate>") for n, when in local.items()))
    province.site.pages |= {f"/tin-post{n}.html": a_dateless_story(n) for n in local}
    province = province.told_by()
    sick, _ = crawled(db, province.press, evening)
    assert sick.new == 4
    days = {identity: day for _, identity, day in stored_of(db)}
    assert days == {"1": None, "2": date(2021, 1, 8), "3": None, "4": None}


def test_F34_the_page_says_its_day_whatever_the_feed_says(db: Database, province: Province) -> None:
    province.feed(province.item(1, "2099-05-05"))
    province.crawl(db)
    assert one_of(db).published_on == date(2021, 1, 4)


# F35 ─ order and overflow


def test_F35_a_feed_in_no_order_is_sorted_and_one_without_a_known_item_is_an_overflow(
    db: Database, province: Province
) -> None:
    assert not province.crawl(db).failed
    later = {n: f"2021-01-{14 + n % 3:02d}" for n in range(50, 60)}
    province.site.pages |= {f"/tin-post{n}.html": a_story(n, day) for n, day in later.items()}
    shuffled = list(later.items())
    random.Random(35).shuffle(shuffled)
    province.feed(*(province.item(n, day) for n, day in shuffled))
    reading = province.crawl(db, datetime(2021, 1, 18, 5, 30, tzinfo=UTC))
    assert (reading.outcome, reading.new, reading.overflow) == (Outcome.OK, 10, True)
    assert reading.covers == Period(date(2021, 1, 15), date(2021, 1, 17)), "the days before may have been missed"


# F36, F37 ─ one piece


@pytest.mark.parametrize("guid", ["random", "same", "empty"])
def test_F36_a_guid_that_changes_repeats_or_is_empty_makes_no_piece_and_loses_none(
    db: Database, province: Province, guid: str
) -> None:
    count = iter(range(1_000))

    def feed(_request: Request) -> Answer:
        words = {"random": f"urn:{next(count)}-{{n}}", "same": "urn:1", "empty": ""}[guid]
        items = [province.item(n, f"2021-01-0{3 + n}", more=f"<guid>{words.format(n=n)}</guid>") for n in range(1, 6)]
        return Answer(200, XML, f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>")

    province.site.pages["/rss/home.rss"] = feed
    assert province.crawl(db).new == 5
    again = province.crawl(db, MONDAY + timedelta(minutes=30))
    assert (again.outcome, again.new, len(all_of(db))) == (
        Outcome.OK if guid == "random" else Outcome.NOT_MODIFIED,
        0,
        5,
    )


@pytest.mark.parametrize("how", ["identity", "canonical"])
def test_F36_a_link_with_a_token_for_each_request_is_one_piece(db: Database, province: Province, how: str) -> None:
    count = iter(range(1_000))

    def feed(_request: Request) -> Answer:
        item = province.item(1, link=f"/tin-post1.html?dbcode={next(count)}&amp;v=x%2b{next(count)}")
        return Answer(200, XML, f"<rss version='2.0'><channel>{item}</channel></rss>")

    canonical = f"<link rel=canonical href='{province.site.url('/tin-post1.html')}'>"
    province.site.pages["/rss/home.rss"] = feed
    province.site.pages["/tin-post1.html"] = a_story(1).replace("<body>", f"<head>{canonical}</head><body>")
    if how == "canonical":
        province = province.told_by(identity=None)
    first = province.crawl(db)
    again = province.crawl(db, MONDAY + timedelta(minutes=30))
    assert len(all_of(db)) == 1
    assert (first.failed, again.failed, again.new) == (0, 0, 0)


@pytest.mark.parametrize(
    "twin",
    [
        "/tin-post1.html?utm_source=rss&amp;utm_medium=feed",
        "/tin-post1.html?fbclid=IwAR0x",
        "/tin-post1.html?gidzl=abc&amp;zarsrc=31",
        "/tin-post1.html;jsessionid=0A1B2C",
        "/tin-post1.html#binh-luan",
        "/amp/tin-post1.html",
        "/print/tin-post1.html",
        "/kinh-te/tin-post1.html",
        "//{host}/tin-post1.html",
        "http://{host}:{port}/./x/../tin-post1.html",
    ],
)
def test_F37_one_piece_under_many_addresses_is_one_article(db: Database, province: Province, twin: str) -> None:
    address, _, port = province.site.host.partition(":")
    twin = twin.replace("{host}:{port}", f"{address}:{port}").replace("{host}", province.site.host)
    province.site.pages |= {f"{folder}/tin-post1.html": a_story(1) for folder in ("/amp", "/print", "/kinh-te")}
    province.site.pages["/tin-post1.html;jsessionid=0A1B2C"] = a_story(1)
    province.feed(province.item(1, link=twin), province.item(1))
    reading = province.crawl(db)
    assert (reading.announced, reading.new) == (1, 1)
    province.feed(province.item(1))
    again = province.crawl(db, MONDAY + timedelta(minutes=30))
    assert (again.known, again.new, len(all_of(db))) == (1, 0, 1)


# F38–F40 ─ hostile words


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("javascript:alert(1)", Reason.SCHEME),
        ("data:text/html,x", Reason.SCHEME),
        ("ftp://bao-mau.test/tin-post9.html", Reason.SCHEME),
        ("http://[::1/tin-post9.html", Reason.SCHEME),
        ("//ke-khac.test/tin-post9.html", Reason.LEFT_HOSTS),
        ("http://127.0.0.1:9/tin-post9.html", Reason.LEFT_HOSTS),
        ("/chuyen-muc/", Reason.NOT_AN_ARTICLE),
        ("/cong-van-12.pdf", Reason.NOT_HTML),
        ("/thoi-su.mp4", Reason.NOT_HTML),
    ],
)
def test_F38_a_link_to_no_page_of_the_outlet_is_refused_with_its_reason(
    db: Database, province: Province, link: str, reason: Reason
) -> None:
    province.feed(province.item(1), province.item(9, link=link))
    reading = province.crawl(db)
    assert (reading.outcome, reading.announced, reading.new, reading.refused) == (Outcome.OK, 2, 1, 1)
    assert list(unread(db).values()) == [(State.REFUSED, reason)]
    assert province.site.paths.count("/rss/home.rss") == 1


def test_F38_an_item_without_a_link_is_not_passed_over_in_silence(db: Database, province: Province) -> None:
    province.feed(
        province.item(1), "<item><title>Thông báo qua điện thoại</title><guid isPermaLink='false'>9</guid></item>"
    )
    reading = province.crawl(db)
    assert (reading.announced, reading.new, reading.refused) == (2, 1, 1)
    assert unread(db) == {"Thông báo qua điện thoại": (State.REFUSED, Reason.NO_ADDRESS)}


def test_F38_a_hostile_base_leads_no_link_astray(db: Database, province: Province) -> None:
    province.site.pages["/tin"] = (
        "<html><head><base href='http://ke-khac.test/'></head><body><ul class=ds><li><a href='tin-post1.html'>Kỳ 1</a>"
        "<li><a href='tin-post2.html'>Kỳ 2</a></ul></body></html>"
    )
    source = Source("tin", SourceKind.LISTING, province.site.url("/tin"), links="ul.ds a")
    reading = province.told_by(source).crawl(db)
    assert (reading.announced, reading.new) == (2, 2)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("&lt;img src=x onerror=alert(1)&gt;Tin mới", "Tin mới"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Tin mới", "alert(1) Tin mới"),
        ("Sở TT&amp;amp;TT họp", "Sở TT&TT họp"),
        ("Tin\u202e nộc\u2066 mới\u061c", "Tin nộc mới"),
        ("Lễ hội 🎉", "Lễ hội 🎉"),
        ("Mẫu " * 250_000, None),
    ],
    ids=["img", "script", "entities", "rtl", "emoji", "megabyte"],
)
def test_F39_a_title_is_one_line_of_plain_text(
    db: Database, province: Province, written: str, shown: str | None
) -> None:
    province.feed(province.item(9, title=written))
    province.site.pages["/tin-post9.html"] = Answer(500)
    assert province.crawl(db).failed == 1
    with db.connect() as conn:
        (left,) = readings.unread(conn, "bao-mau")
    assert len(left.link.title) <= 500
    assert shown is None or left.link.title == shown


def test_F39_the_pages_own_title_is_plain_too(db: Database, province: Province) -> None:
    title = "<h1>Tin\u202e <img src=x onerror=alert(1)>mới &amp;lt;b&amp;gt;</h1>"
    province.site.pages["/tin-post1.html"] = a_story(1).replace("<h1>Xã Mẫu Sơn nhận hồ sơ qua mạng, kỳ 1</h1>", title)
    province.feed(province.item(1))
    province.crawl(db)
    assert "onerror" not in one_of(db).title
    assert "\u202e" not in one_of(db).title


@pytest.mark.parametrize(
    "poison",
    [
        "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "<style>body{position:fixed}</style><svg onload=alert(1)></svg>",
        "<!-- ẩn --><script>document.write('x')</script>",
    ],
    ids=["refresh", "srcdoc", "mxss", "css", "comment"],
)
def test_F40_what_acts_on_a_page_is_no_part_of_its_text(db: Database, province: Province, poison: str) -> None:
    story = a_story(1).replace("</p></div>", f"</p>{poison}</div>")
    province.site.pages["/tin-post1.html"] = story
    province.feed(province.item(1))
    assert province.crawl(db).new == 1
    text = one_of(db).text
    assert "Số thứ tự 1" in text
    assert not [word for word in ("alert", "onerror", "position", "document.write", "<", "ẩn") if word in text]
    assert province.site.paths.count("/tin-post1.html") == 1


# F41 ─ pages that exhaust


@pytest.mark.parametrize(
    ("bulk", "outcome"),
    [
        ("<a href='/x'>x</a>" * 50_000, Outcome.OK),
        ("<p " + " ".join(f"a{n}='1'" for n in range(32_000)) + ">x</p>", Outcome.OK),
        ("<div>" * 20_000, Outcome.OK),
        ("<p>Đoạn văn thứ nhất của trang rất dài.</p>" * 250_000, Outcome.PARTIAL),
    ],
    ids=["links", "attributes", "nesting", "11-megabytes"],
)
@pytest.mark.slow
def test_F41_a_page_that_exhausts_a_parser_costs_only_itself(
    db: Database, province: Province, bulk: str, outcome: Outcome
) -> None:
    province.site.pages["/tin-post1.html"] = a_story(1).replace("</body>", f"{bulk}</body>")
    province.feed(province.item(1), province.item(2))
    reading = province.crawl(db)
    assert reading.outcome is outcome
    assert reading.new == (2 if outcome is Outcome.OK else 1)
    if outcome is Outcome.PARTIAL:
        assert [reason for _, reason in unread(db).values()] == [Reason.TOO_LARGE]


# F42, F43 ─ change


def test_F42_a_correction_that_is_announced_becomes_a_version_and_is_counted_once(
    db: Database, province: Province
) -> None:
    site = province.site
    province = province.told_by(Source("sitemap", SourceKind.SITEMAP, site.url("/sitemap.xml")))
    site.pages["/sitemap.xml"] = a_sitemap(site.url("/tin-post1.html"), edited="2021-01-08T09:00:00+07:00")
    assert province.crawl(db).new == 1
    site.pages["/tin-post1.html"] = a_story(1, "2021-01-04", "Đính chính: từ 01/02.")
    site.pages["/sitemap.xml"] = a_sitemap(site.url("/tin-post1.html"), edited="2021-01-11T12:40:00+07:00")
    reading = province.crawl(db, MONDAY + timedelta(minutes=30))
    assert (reading.updated, reading.new) == (1, 0)
    with db.connect() as conn:
        (clipping,) = (
            c for c in articles.search(conn, articles.ArticleQuery()).clippings if "chính: từ" in c.article.text
        )
        history = articles.versions(conn, clipping.id)
        assert [articles.body(conn, version.article.sha256) is not None for version in history] == [True, True]
    assert len(all_of(db)) == 1


def test_F42_a_piece_taken_down_stays_stored_and_counted(db: Database, province: Province) -> None:
    site = province.site
    province = province.told_by(Source("sitemap", SourceKind.SITEMAP, site.url("/sitemap.xml")))
    site.pages["/sitemap.xml"] = a_sitemap(site.url("/tin-post1.html"))
    province.crawl(db)
    site.pages["/tin-post1.html"] = Answer(410)
    site.pages["/sitemap.xml"] = a_sitemap(site.url("/tin-post1.html"), edited="2021-01-11T12:40:00+07:00")
    reading = province.crawl(db, MONDAY + timedelta(minutes=30))
    assert (reading.known, reading.failed, reading.refused) == (1, 0, 0)
    assert stored_of(db) == [("bao-mau", "1", date(2021, 1, 4))]


@pytest.mark.xfail(strict=True, reason="extract/general takes a menu for the text of a page whose rules fit no more")
def test_F43_a_template_that_changed_gives_no_menu_for_a_text(db: Database, province: Province) -> None:
    menu = "".join(f"<li><a href='/m{n}'>Mục số {n}</a></li>" for n in range(40))
    body = "<h1>Tin mới</h1><time datetime='2021-01-08'></time><div class=moi></div>"
    changed = f"<html><body><ul>{menu}</ul>{body}</body></html>"
    province.site.pages["/tin-post5.html"] = changed
    assert province.crawl(db).new == 5
    article = next(one for one in all_of(db) if one.identity == "5")
    assert (article.kind, article.text) == (Kind.EMPTY, "")
    with db.connect() as conn:
        gaps = readings.gaps(conn, province.press.outlets, Period(date(2021, 1, 6), date(2021, 1, 8)), MONDAY.date())
    assert [(gap.outlet, gap.day) for gap in gaps] == [("bao-mau", date(2021, 1, 8))]


# F44 ─ short pieces

SHORT = {
    "stub": ("<div class=body><p>Đọc tiếp số báo in.</p></div>", Kind.ARTICLE),
    "video": ("<div class=body><p>Thời sự tối.</p><video src='/v.mp4'></video></div>", Kind.VIDEO),
    "photos": (
        "<div class=body>"
        + "".join(f"<figure><img src='/{n}.jpg'><figcaption>Cảnh số {n}</figcaption></figure>" for n in range(4))
        + "</div>",
        Kind.ARTICLE,
    ),
    "pdf": ("<div class=body><a href='/cv-12.pdf'>Công văn 12</a></div>", None),
    "title": ("<div class=body></div>", Kind.EMPTY),
}


@pytest.mark.parametrize("what", SHORT)
def test_F44_nothing_is_dropped_for_being_short(db: Database, province: Province, what: str) -> None:
    body, kind = SHORT[what]
    page = f"<html><body><h1>Một việc ở xã Mẫu Sơn</h1><time datetime='2021-01-08'></time>{body}</body></html>"
    province.site.pages["/tin-post1.html"] = page
    province.feed(province.item(1))
    reading = province.crawl(db)
    assert (reading.outcome, reading.new) == (Outcome.OK, 1)
    article = one_of(db)
    assert article.title == "Một việc ở xã Mẫu Sơn"
    assert kind is None or article.kind is kind


# F45 ─ the same release twice


def test_F45_one_release_in_two_outlets_is_two_articles_and_one_work(db: Database, province: Province) -> None:
    release = " ".join(f"Câu thứ {n} của thông cáo về nộp hồ sơ trực tuyến tại xã." for n in range(40))
    story = a_story(9, "2021-01-08", release)
    with _outlet("cong-mau") as (other, press):
        other.pages |= {"/tin-post9.html": story, "/rss/home.rss": a_feed(other, (9, "2021-01-08"))}
        province.site.pages["/tin-post9.html"] = story
        province.feed(province.item(9))
        crawled(db, replace(province.press, outlets=(province.press.outlets[0], *press.outlets)))
    tag(db, ONE_RULE)
    with db.connect() as conn:
        found = [
            c for c in articles.search(conn, articles.ArticleQuery(limit=0)).clippings if c.article.identity == "9"
        ]
        works = conn.execute(select(schema.articles.c.work).where(schema.articles.c.identity == "9")).scalars().all()
    assert sorted(c.article.outlet for c in found) == ["bao-mau", "cong-mau"]
    assert len(set(works)) == 1
    assert None not in works


# F46 ─ sitemaps


def test_F46_indexes_in_a_circle_end_and_every_piece_is_found(db: Database, province: Province) -> None:
    site = province.site
    site.pages |= {
        "/sitemap.xml": an_index(site.url("/a.xml"), site.url("/b.xml"), site.url("/sitemap.xml")),
        "/a.xml": an_index(site.url("/sitemap.xml"), site.url("/b.xml"), site.url("/c.xml")),
        "/b.xml": a_sitemap(site.url("/tin-post1.html")),
        "/c.xml": a_sitemap(site.url("/tin-post2.html")),
    }
    reading = province.told_by(Source("sitemap", SourceKind.SITEMAP, site.url("/sitemap.xml"))).crawl(db)
    assert (reading.outcome, reading.new) == (Outcome.OK, 2)
    assert sorted(path for path in site.paths if path.endswith(".xml")) == [
        "/a.xml",
        "/b.xml",
        "/c.xml",
        "/sitemap.xml",
    ]


def test_F46_indexes_without_end_are_read_two_deep_and_the_reading_is_partial(db: Database, province: Province) -> None:
    site = province.site

    def deeper(request: Request) -> Reply:
        return an_index(site.url(f"{request.path}x"))

    site.pages |= {f"/s{'x' * n}": deeper for n in range(10)} | {
        "/sitemap.xml": an_index(site.url("/s"), site.url("/m"))
    }
    site.pages["/m"] = a_sitemap(site.url("/tin-post1.html"))
    province = province.told_by(Source("sitemap", SourceKind.SITEMAP, site.url("/sitemap.xml")))
    reading = province.crawl(db, backfill=Period(date(2021, 1, 4), date(2021, 1, 10)))
    assert (reading.outcome, reading.reason, reading.new) == (Outcome.PARTIAL, Reason.TOO_LARGE, 1)
    assert [path for path in site.paths if path.startswith("/s") and path != "/sitemap.xml"] == ["/s", "/sx"]
    assert reading.covers is None


def test_F46_one_child_that_does_not_come_hides_no_other(db: Database, province: Province) -> None:
    site = province.site
    site.pages["/sitemap.xml"] = an_index(site.url("/a.xml"), "http://ke-khac.test/b.xml", site.url("/c.xml"))
    site.pages |= {"/a.xml": Answer(500), "/c.xml": a_sitemap(site.url("/tin-post1.html"))}
    reading = province.told_by(Source("sitemap", SourceKind.SITEMAP, site.url("/sitemap.xml"))).crawl(db)
    assert (reading.outcome, reading.reason, reading.new) == (Outcome.PARTIAL, Reason.STATUS, 1)
    assert reading.covers is None


@pytest.mark.parametrize("packed_by", ["name", "content"])
def test_F46_a_packed_bomb_is_refused_and_a_packed_sitemap_is_read(
    db: Database, province: Province, packed_by: str
) -> None:
    site, path = province.site, "/sitemap.xml.gz" if packed_by == "name" else "/sitemap.xml"
    plain = a_sitemap(site.url("/tin-post1.html"))
    assert isinstance(plain.body, str)
    source = Source("sitemap", SourceKind.SITEMAP, site.url(path))
    site.pages[path] = Answer(200, {"Content-Type": "application/gzip"}, gzip.compress(b" " * (60 * 1024 * 1024)))
    bomb = province.told_by(source).crawl(db)
    assert (bomb.outcome, bomb.reason) == (Outcome.FAILED, Reason.TOO_LARGE)
    site.pages[path] = Answer(200, {"Content-Type": "application/gzip"}, gzip.compress(plain.body.encode()))
    assert province.told_by(source).crawl(db, MONDAY + timedelta(minutes=30)).new == 1


def test_F46_a_sitemap_in_which_everything_was_edited_now_has_nothing_read_again(
    db: Database, province: Province
) -> None:
    site = province.site
    site.pages |= {f"/tin-post{n}.html": a_story(n) for n in range(1, 31)}
    pieces = [site.url(f"/tin-post{n}.html") for n in range(1, 31)]
    province = province.told_by(Source("sitemap", SourceKind.SITEMAP, site.url("/sitemap.xml")))
    site.pages["/sitemap.xml"] = a_sitemap(*pieces, edited="2021-01-11T12:00:00+07:00")
    assert province.crawl(db).new == 30
    site.pages["/sitemap.xml"] = a_sitemap(*pieces, edited="2021-01-11T12:55:00+07:00")
    reading = province.crawl(db, MONDAY + timedelta(minutes=30))
    assert (reading.known, reading.updated) == (30, 0)
    assert {site.paths.count(path) for path in site.paths if path.startswith("/tin-")} == {1}
