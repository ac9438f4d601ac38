"""The road from feed to count: nothing is lost, nothing is counted twice, a dead source stops nobody."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Event
from typing import Any

import pytest

from classifiers import Classifier
from monitor.calendar import Calendar, Period
from monitor.coverage import Status
from monitor.errors import Reason
from monitor.fetch import Fetcher
from monitor.jobs.count import report
from monitor.jobs.crawl import crawl, open_today
from monitor.jobs.tag import review, tag
from monitor.press import Article, Kind, Outlet, Pace, PageRules, Press, Source, SourceKind, Tag, Validity, Word
from monitor.seen import Outcome
from storage import Database, articles, readings, tags
from storage.readings import Reading
from tests.factories import a_plan, a_press, an_outlet
from tests.loopback import Answer, Loopback, Raw

FIVE_DAYS = tuple(f"2021-01-{day:02d}" for day in range(4, 9))
"""Enough for a feed to tell how far back it reaches: whole from the third day on."""

MONDAY = datetime(2021, 1, 11, 5, 30, tzinfo=UTC)
RULES = PageRules(title=("h1",), text=("div.body",), published=("time@datetime",))
JANUARY = Period(date(2021, 1, 1), date(2021, 1, 31), "Tháng 1/2021")


def a_story(number: int, day: str = "2021-01-08", body: str = "Người dân nộp hồ sơ trực tuyến tại nhà.") -> str:
    return (
        f"<html><body><h1>Xã Mẫu Sơn nhận hồ sơ qua mạng, kỳ {number}</h1><time datetime='{day}T08:00:00+0700'></time>"
        f"<div class=body><p>{body} Số thứ tự {number}.</p></div></body></html>"
    )


def a_feed(site: Loopback, *stories: tuple[int, str], more: str = "") -> Answer:
    entries = "".join(
        f"<item><title>Kỳ {n}</title><link>{site.url(f'/tin-post{n}.html')}</link>"
        f"<pubDate>{datetime.fromisoformat(day).strftime('%a, %d %b %Y')} 08:00:00 +0700</pubDate></item>"
        for n, day in stories
    )
    channel = f"<channel><title>Báo Mẫu</title>{entries}{more}</channel>"
    body = f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'>{channel}</rss>"
    return Answer(200, {"Content-Type": "application/rss+xml; charset=utf-8"}, body.encode())


def an_outlet_at(site: Loopback, **changes: object) -> Outlet:
    source = Source("trang-chu", SourceKind.FEED, site.url("/rss/home.rss"))
    given = {"hosts": (site.host,), "allow_private": True, "pace": Pace(0, 4), "sources": (source,)} | changes
    return an_outlet(**given)


@contextmanager
def newspaper(days: Sequence[str] = ("2021-01-05", "2021-01-08")) -> Iterator[tuple[Loopback, Press]]:
    """Serve a newspaper with one story a day, and give it as the only outlet of a press."""
    with Loopback() as site:
        site.pages |= {f"/tin-post{n}.html": a_story(n, day) for n, day in enumerate(days, 1)}
        site.pages["/rss/home.rss"] = a_feed(site, *enumerate(days, 1))
        yield site, a_press(outlets=(an_outlet_at(site),), pages={"epi": (RULES,)})


def crawled(db: Database, press: Press, at: datetime = MONDAY, *, backfill: Period | None = None) -> list[Reading]:
    with Fetcher("cchc-monitor/test", now=lambda: at) as fetcher:
        outlets = open_today(press, at.date(), (), backfill)
        done = crawl(db, press, fetcher, outlets, now=lambda: at, stop=Event(), backfill=backfill)
        return sorted(done, key=lambda reading: reading.outlet)


class OnlineService:
    """Tags with item 9 whatever says “trực tuyến”; a whole classifier of one rule."""

    name = "one-rule@1"

    def suggest(self, articles: Sequence[Article]) -> list[list[Tag]]:
        return [[Tag("9", 0.9, self.name, ("trực tuyến",))] if "trực tuyến" in a.text else [] for a in articles]

    def scores(self, articles: Sequence[Article]) -> list[dict[str, float]]:
        return [{"9": 0.9} for _ in articles]


ONE_RULE: Classifier = OnlineService()


def stored(db: Database) -> list[tuple[str, str, date | None]]:
    with db.connect() as conn:
        found = articles.search(conn, articles.ArticleQuery(limit=0)).clippings
    return sorted((c.article.outlet, c.article.identity, c.article.published_on) for c in found)


def test_an_article_travels_from_feed_to_count(db: Database) -> None:
    with newspaper() as (_, press):
        (reading,) = crawled(db, press)
    assert (reading.outcome, reading.announced, reading.new, reading.overflow) == (Outcome.OK, 2, 2, True)
    assert tag(db, ONE_RULE) == 2
    content = report(db, press, a_plan(), JANUARY, Calendar(), datetime(2021, 2, 1, tzinfo=UTC))
    (row,) = content.rows
    assert (row.done, row.works, row.due, row.status) == (2, 2, 2, Status.MET)


@pytest.mark.parametrize("declared", ["/", "/tin-tuc", "/index.php?com=tin"])
def test_one_canonical_address_on_all_pages_of_an_outlet_without_a_pattern_loses_no_piece(
    db: Database, declared: str
) -> None:
    with Loopback() as site:
        head = f"<body><link rel=canonical href='{declared}'>"
        paths = {n: f"/index.php?com=tin&id={n}" for n in (1, 2, 3)}
        site.pages |= {path: a_story(n).replace("<body>", head) for n, path in paths.items()}
        items = "".join(f"<item><link>{site.url(path).replace('&', '&amp;')}</link></item>" for path in paths.values())
        site.pages["/rss/home.rss"] = f"<rss version='2.0'><channel>{items}</channel></rss>"
        press = a_press(outlets=(an_outlet_at(site, identity=None),), pages={"epi": (RULES,)})
        (reading,) = crawled(db, press)
        crawled(db, press)
    assert (reading.new, reading.failed) == (3, 0)
    assert [identity for _, identity, _ in stored(db)] == ["?com=tin&id=1", "?com=tin&id=2", "?com=tin&id=3"]


def test_a_second_run_adds_nothing(db: Database) -> None:
    with newspaper() as (_, press):
        crawled(db, press)
        before = stored(db)
        (again,) = crawled(db, press)
    assert (again.known, again.new) == (2, 0)
    assert stored(db) == before
    assert tag(db, ONE_RULE) == 2
    assert tag(db, ONE_RULE) == 0


def test_every_announced_link_ends_in_exactly_one_bucket(db: Database) -> None:
    with newspaper(("2021-01-05", "2021-01-06", "2021-01-07")) as (site, press):
        crawled(db, press)
        site.pages["/tin-post4.html"] = "<html><body><p>Không tìm thấy trang</p></body></html>"
        elsewhere = "<item><title>Ở nơi khác</title><link>https://example.org/tin-post9.html</link></item>"
        section = f"<item><title>Chuyên mục</title><link>{site.url('/thoi-su/')}</link></item>"
        stories = [(n, "2021-01-09") for n in (4, 5)] + [(3, "2021-01-07"), (2, "2021-01-06")]
        site.pages["/rss/home.rss"] = a_feed(site, *stories, more=elsewhere + section)
        site.pages["/tin-post5.html"] = Answer(500)
        (reading,) = crawled(db, press, datetime(2021, 1, 12, 5, 30, tzinfo=UTC))
    assert reading.announced == 6
    assert (reading.known, reading.new, reading.refused, reading.failed) == (2, 0, 2, 2)
    assert reading.outcome is Outcome.PARTIAL


def test_a_piece_that_could_not_be_read_is_a_gap_on_its_day_until_it_is(db: Database) -> None:
    with newspaper(FIVE_DAYS) as (site, press):
        good = site.pages["/tin-post5.html"]
        site.pages["/tin-post5.html"] = Answer(500)
        crawled(db, press)
        week = Period(date(2021, 1, 7), date(2021, 1, 10))
        with db.connect() as conn:
            gaps = readings.gaps(conn, press.outlets, week, date(2021, 1, 11))
        assert [(gap.day, gap.partly) for gap in gaps] == [(date(2021, 1, 8), True)]
        site.pages["/tin-post5.html"] = good
        crawled(db, press, datetime(2021, 1, 11, 9, tzinfo=UTC))
        with db.connect() as conn:
            assert readings.gaps(conn, press.outlets, week, date(2021, 1, 11)) == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(200, {"Content-Type": "text/html"}, "<html><body>Trang chủ</body></html>"), Reason.NOT_A_FEED),
        (Answer(503), Reason.STATUS),
        (Answer(404), Reason.GONE),
        (Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<rss", "close"), Reason.TRUNCATED),
    ],
    ids=["html", "503", "404", "truncated"],
)
def test_a_feed_that_cannot_be_read_fails_with_its_reason_and_proves_no_day(
    db: Database, answer: Answer | Raw, reason: Reason
) -> None:
    with newspaper() as (site, press):
        site.pages["/rss/home.rss"] = answer
        (reading,) = crawled(db, press)
    assert (reading.outcome, reading.reason, reading.announced) == (Outcome.FAILED, reason, 0)
    content = report(db, press, a_plan(), JANUARY, Calendar(), datetime(2021, 2, 1, tzinfo=UTC))
    (row,) = content.rows
    assert (row.done, row.status, row.blind_days) == (None, Status.UNKNOWN, 31)


def test_a_dead_outlet_stops_no_other(db: Database) -> None:
    with newspaper() as (site, press), Loopback() as gone:
        dead = an_outlet_at(gone, code="dai-mau")
    with newspaper() as (site, press):
        press = replace(press, outlets=(dead, *press.outlets))
        living, failed = crawled(db, press)
        assert (living.outlet, living.new) == ("bao-mau", 2)
        assert (failed.outcome, failed.reason) == (Outcome.FAILED, Reason.REFUSED)
        assert site.paths.count("/tin-post1.html") == 1


def test_a_page_that_trips_us_stands_between_us_and_no_other(db: Database) -> None:
    tripping: Any = {Kind.DIGEST: 5}  # what no file can hold: a bug of ours
    rules = replace(RULES, kinds=tripping)
    with newspaper(FIVE_DAYS) as (site, press):
        press = replace(press, pages={"epi": (rules,)})
        (reading,) = crawled(db, press)
        assert (reading.outcome, reading.reason, reading.failed) == (Outcome.PARTIAL, Reason.BUG, 5)
        assert len([path for path in site.paths if path.startswith("/tin-")]) == 5
        (mended,) = crawled(db, replace(press, pages={"epi": (RULES,)}), datetime(2021, 1, 11, 9, tzinfo=UTC))
        assert (mended.new, mended.reason) == (5, None)


def test_a_correction_is_a_new_version_and_is_counted_once(db: Database) -> None:
    with newspaper(("2021-01-08",)) as (site, press):
        sitemap = Source("thang", SourceKind.SITEMAP, site.url("/news-{year}-{month}.xml"))
        press = replace(press, outlets=(replace(press.outlets[0], sources=(sitemap,)),))

        def month(edited: str) -> Answer:
            entry = f"<url><loc> {site.url('/tin-post1.html')} </loc><lastmod>{edited}</lastmod></url>"
            xml = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entry}</urlset>"
            return Answer(200, {"Content-Type": "application/xml"}, xml)

        site.pages["/news-2021-1.xml"] = month("2021-01-08T08:00:00+07:00")
        site.pages["/news-2020-12.xml"] = month("2021-01-08T08:00:00+07:00")
        crawled(db, press)
        site.pages["/tin-post1.html"] = a_story(1, "2021-01-08", "Đính chính: người dân nộp hồ sơ trực tuyến từ 01/02.")
        site.pages["/news-2021-1.xml"] = month("2021-01-12T09:00:00+07:00")
        (reading,) = crawled(db, press, datetime(2021, 1, 13, 5, 30, tzinfo=UTC))
        (quiet,) = crawled(db, press, datetime(2021, 1, 14, 5, 30, tzinfo=UTC))
    assert (reading.updated, reading.new, quiet.outcome) == (1, 0, Outcome.NOT_MODIFIED)
    with db.connect() as conn:
        (clipping,) = articles.search(conn, articles.ArticleQuery()).clippings
        history = articles.versions(conn, clipping.id)
        assert [version.version for version in history] == [1, 2]
        assert all(articles.body(conn, version.article.sha256) for version in history)
    assert "Đính chính" in clipping.article.text
    assert clipping.article.published_on == date(2021, 1, 8)


def test_an_article_of_sunday_night_seen_on_monday_counts_on_sunday(db: Database) -> None:
    with newspaper(("2021-01-10",)) as (site, press):
        site.pages["/tin-post1.html"] = a_story(1).replace("2021-01-08T08:00:00", "2021-01-10T23:50:00")
        crawled(db, press)
    assert stored(db) == [("bao-mau", "1", date(2021, 1, 10))]


def test_not_modified_proves_the_days_since_the_last_reading(db: Database) -> None:
    with newspaper(FIVE_DAYS) as (site, press):
        feed = a_feed(site, *enumerate(FIVE_DAYS, 1))

        def conditional(request: object) -> Answer:
            asked = getattr(request, "headers", {}).get("if-none-match")
            return Answer(304) if asked == '"v1"' else replace(feed, headers={**feed.headers, "ETag": '"v1"'})

        site.pages["/rss/home.rss"] = conditional
        (first,) = crawled(db, press)
        (second,) = crawled(db, press, datetime(2021, 1, 13, 5, 30, tzinfo=UTC))
    assert first.covers == Period(date(2021, 1, 6), date(2021, 1, 10))
    assert second.outcome is Outcome.NOT_MODIFIED
    assert second.covers == Period(date(2021, 1, 6), date(2021, 1, 12))


def test_a_moment_played_again_proves_what_it_proved(db: Database) -> None:
    later = datetime(2021, 1, 13, 5, 30, tzinfo=UTC)
    with newspaper(FIVE_DAYS) as (_, press):
        first = [crawled(db, press)[0].covers, crawled(db, press, later)[0].covers]
        again = [crawled(db, press)[0].covers, crawled(db, press, later)[0].covers]
    assert None not in first
    assert again == first


def test_a_listing_is_followed_until_known_ground(db: Database) -> None:
    with newspaper(tuple(f"2021-01-{n:02d}" for n in range(1, 10))) as (site, press):

        def page(numbers: Sequence[int], following: str | None) -> str:
            links = "".join(f"<li><a href='/tin-post{n}.html'>Kỳ {n}</a></li>" for n in numbers)
            more = f"<a class=next href='{following}'>Trang sau</a>" if following else ""
            return f"<html><body><ul class=ds>{links}</ul>{more}</body></html>"

        site.pages["/tin"] = page((9, 8, 7), "/tin?p=2")
        site.pages["/tin?p=2"] = page((6, 5, 4), "/tin?p=3")
        site.pages["/tin?p=3"] = page((3, 2, 1), None)
        source = Source("tin", SourceKind.LISTING, site.url("/tin"), links="ul.ds a", next="a.next")
        press = replace(press, outlets=(replace(press.outlets[0], sources=(source,)),))
        (first,) = crawled(db, press)
        assert (first.new, first.covers) == (9, Period(date(2021, 1, 2), date(2021, 1, 10)))
        site.pages["/tin-post10.html"] = a_story(10, "2021-01-12")
        site.pages["/tin"] = page((10, 9, 8), "/tin?p=2")
        (second,) = crawled(db, press, datetime(2021, 1, 13, 5, 30, tzinfo=UTC))
        assert (second.new, second.covers) == (1, Period(date(2021, 1, 2), date(2021, 1, 12)))


def test_a_list_that_broke_off_is_read_to_known_ground_next_time(db: Database) -> None:
    with newspaper(tuple(f"2021-01-{n:02d}" for n in range(1, 10))) as (site, press):

        def page(numbers: Sequence[int], following: str | None) -> str:
            links = "".join(f"<li><a href='/tin-post{n}.html'>Kỳ {n}</a></li>" for n in numbers)
            more = f"<a class=next href='{following}'>Trang sau</a>" if following else ""
            return f"<html><body><ul class=ds>{links}</ul>{more}</body></html>"

        source = Source("tin", SourceKind.LISTING, site.url("/tin"), links="ul.ds a", next="a.next")
        press = replace(press, outlets=(replace(press.outlets[0], sources=(source,)),))
        site.pages |= {"/tin": page((3, 2), "/tin?p=0"), "/tin?p=0": page((1,), None)}
        (first,) = crawled(db, press, datetime(2021, 1, 4, 5, 30, tzinfo=UTC))
        assert first.covers == Period(date(2021, 1, 2), date(2021, 1, 3))
        site.pages |= {"/tin": page((9, 8, 7), "/tin?p=2"), "/tin?p=2": Answer(500), "/tin?p=3": page((3, 2, 1), None)}
        (broken,) = crawled(db, press, datetime(2021, 1, 10, 5, 30, tzinfo=UTC))
        assert (broken.new, broken.outcome, broken.covers) == (3, Outcome.PARTIAL, None)
        site.pages["/tin?p=2"] = page((6, 5, 4), "/tin?p=3")
        (mended,) = crawled(db, press, datetime(2021, 1, 11, 5, 30, tzinfo=UTC))
    assert (mended.new, mended.covers) == (3, Period(date(2021, 1, 2), date(2021, 1, 10)))
    assert len(stored(db)) == 9


def test_a_piece_edited_only_in_its_sitemap_is_read_again_once(db: Database) -> None:
    with newspaper(("2021-01-08",)) as (site, press):
        entry = f"<url><loc>{site.url('/tin-post1.html')}</loc><lastmod>2021-01-12T09:00:00+07:00</lastmod></url>"
        xml = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entry}</urlset>"
        site.pages["/news.xml"] = Answer(200, {"Content-Type": "application/xml"}, xml)
        sitemap = Source("tat-ca", SourceKind.SITEMAP, site.url("/news.xml"))
        press = replace(press, outlets=(replace(press.outlets[0], sources=(sitemap,)),))
        for day in (11, 13, 14, 15):
            crawled(db, press, datetime(2021, 1, day, 5, 30, tzinfo=UTC))
        assert site.paths.count("/tin-post1.html") == 2


def test_a_backfill_reads_the_months_asked_for_also_of_a_closed_outlet(db: Database) -> None:
    with newspaper(("2020-11-05",)) as (site, press):
        xml = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{site.url('/tin-post1.html')}</loc></url></urlset>"
        site.pages["/news-2020-11.xml"] = Answer(200, {"Content-Type": "application/xml"}, xml)
        sitemap = Source("thang", SourceKind.SITEMAP, site.url("/news-{year}-{month}.xml"))
        closed = replace(press.outlets[0], sources=(sitemap,), valid=Validity(last=date(2020, 12, 31)))
        press = replace(press, outlets=(closed,))
        november = Period(date(2020, 11, 1), date(2020, 11, 30))
        assert crawled(db, press) == []
        (reading,) = crawled(db, press, backfill=november)
    assert (reading.new, stored(db)) == (1, [("bao-mau", "1", date(2020, 11, 5))])


def test_a_backfill_does_not_prove_the_days_after_it(db: Database) -> None:
    with newspaper(("2020-11-05",)) as (site, press):
        xml = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{site.url('/tin-post1.html')}</loc></url></urlset>"
        site.pages["/news-2020-11.xml"] = Answer(200, {"Content-Type": "application/xml"}, xml)
        sitemap = Source("thang", SourceKind.SITEMAP, site.url("/news-{year}-{month}.xml"))
        press = replace(press, outlets=(replace(press.outlets[0], sources=(sitemap,)),))
        (reading,) = crawled(db, press, backfill=Period(date(2020, 11, 1), date(2020, 11, 30)))
    assert reading.covers == Period(date(2020, 11, 1), date(2020, 11, 30))


def test_stopping_leaves_the_rest_pending_and_the_next_run_goes_on(db: Database) -> None:
    with newspaper(("2021-01-05", "2021-01-06", "2021-01-07")) as (site, press):
        stop = Event()

        def last_words(_request: object) -> str:
            stop.set()
            return a_story(3, "2021-01-07")  # the newest is read first

        site.pages["/tin-post3.html"] = last_words
        with Fetcher("cchc-monitor/test", now=lambda: MONDAY) as fetcher:
            (cut,) = crawl(db, press, fetcher, press.outlets, now=lambda: MONDAY, stop=stop)
        assert (cut.new, cut.pending, cut.outcome) == (1, 2, Outcome.PARTIAL)
        (rest,) = crawled(db, press)
        assert (rest.known, rest.new, rest.pending) == (1, 2, 0)


def test_a_host_that_asks_for_quiet_is_left_alone_and_nothing_counts_as_tried(db: Database) -> None:
    with newspaper(("2021-01-05", "2021-01-06", "2021-01-07")) as (site, press):
        good = site.pages["/tin-post3.html"]
        site.pages["/tin-post3.html"] = Answer(429, {"Retry-After": "120"})
        (quiet,) = crawled(db, press)
        assert (quiet.new, quiet.failed, quiet.pending) == (0, 0, 3)
        assert [path for path in site.paths if path.startswith("/tin-")] == ["/tin-post3.html"]
        site.pages["/tin-post3.html"] = good
        (later,) = crawled(db, press, datetime(2021, 1, 11, 9, tzinfo=UTC))
        assert (later.new, later.pending) == (3, 0)


class Interrupted(OnlineService):
    """Is killed in its second batch."""

    batches = 0

    def suggest(self, articles: Sequence[Article]) -> list[list[Tag]]:
        self.batches += 1
        if self.batches == 2:
            raise KeyboardInterrupt
        return super().suggest(articles)


def test_a_tagging_of_everything_that_was_killed_goes_on_where_it_stopped(db: Database) -> None:
    with newspaper(FIVE_DAYS) as (_, press):
        crawled(db, press)
    assert tag(db, ONE_RULE, batch=2) == 5
    with pytest.raises(KeyboardInterrupt):
        tag(db, Interrupted(), again=True, batch=2)
    with db.connect() as conn:  # what was said stands, as long as nothing else is said
        assert all(clipping.standing for clipping in articles.search(conn, articles.ArticleQuery()).clippings)
    assert tag(db, ONE_RULE, batch=2) == 3
    assert tag(db, ONE_RULE, again=True, batch=2) == 5


def test_a_persons_no_stands_over_every_later_tagging(db: Database) -> None:
    with newspaper(("2021-01-08",)) as (_, press):
        crawled(db, press)
    tag(db, ONE_RULE)
    with db.connect() as conn:
        (clipping,) = articles.search(conn, articles.ArticleQuery()).clippings
    assert clipping.standing == ("9",)
    review(db, a_plan(), clipping.id, reject=["9"], add=["6"], by="phòng CCHC", at=MONDAY, note="đọc lại")
    tag(db, ONE_RULE, again=True)
    with db.connect() as conn:
        again = articles.get(conn, clipping.id)
        assert again is not None
        assert again.standing == ("6",)
        assert [verdict.word for verdict in again.verdicts] == [Word.REJECT, Word.ADD]
        assert tags.totals(conn, JANUARY).tags == 1


def test_a_verdict_on_an_item_the_plan_lacks_is_refused_whole(db: Database) -> None:
    with newspaper(("2021-01-08",)) as (_, press):
        crawled(db, press)
    with pytest.raises(ValueError, match="no item 12"):
        review(db, a_plan(), 1, add=["9", "12"], by="phòng CCHC", at=MONDAY)
    with db.connect() as conn:
        clipping = articles.get(conn, 1)
    assert clipping is not None
    assert clipping.verdicts == ()


def test_only_named_outlets_are_read_and_an_unknown_name_is_an_error() -> None:
    press = a_press(outlets=(an_outlet(), an_outlet(code="dai-mau"), an_outlet(code="cu", enabled=False, why="đóng")))
    assert [outlet.code for outlet in open_today(press, MONDAY.date())] == ["bao-mau", "dai-mau"]
    assert [outlet.code for outlet in open_today(press, MONDAY.date(), ["dai-mau"])] == ["dai-mau"]
    with pytest.raises(KeyError):
        open_today(press, MONDAY.date(), ["khong-co"])
