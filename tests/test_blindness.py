"""Our blindness accuses nobody: every road by which an unseen day could pass for seen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest

from monitor.calendar import Calendar, Period
from monitor.coverage import Fulfilment, Status
from monitor.fetch import Fetcher
from monitor.jobs.count import report
from monitor.jobs.crawl import crawl
from monitor.jobs.tag import tag
from monitor.press import Press, Source, SourceKind, Validity
from monitor.seen import Outcome
from storage import Database, articles, readings
from tests.factories import a_plan
from tests.loopback import Answer, Loopback, Request
from tests.test_jobs import JANUARY, MONDAY, ONE_RULE, a_feed, a_story, crawled, newspaper

FEBRUARY = datetime(2021, 2, 1, 5, tzinfo=UTC)
ALL_JANUARY = Period(date(2021, 1, 1), date(2021, 1, 31))


def at(day: int, hour: int = 5) -> datetime:
    return datetime(2021, 1, day, hour, 30, tzinfo=UTC)


def with_sources(press: Press, *sources: Source) -> Press:
    return replace(press, outlets=(replace(press.outlets[0], sources=sources),))


def january(db: Database, press: Press, when: datetime = FEBRUARY) -> Fulfilment:
    tag(db, ONE_RULE)
    (row,) = report(db, press, a_plan(), JANUARY, Calendar(), when).rows
    return row


def a_sitemap(site: Loopback, *numbers: int, inside: str = "") -> Answer:
    entries = "".join(f"<url><loc>{site.url(f'/tin-post{n}.html')}</loc>{inside}</url>" for n in numbers)
    xml = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>"
    return Answer(200, {"Content-Type": "application/xml"}, xml)


def a_list(numbers: Sequence[int], following: str | None = None) -> str:
    links = "".join(f"<li><a href='/tin-post{n}.html'>Kỳ {n}</a></li>" for n in numbers)
    more = f"<a class=next href='{following}'>Trang sau</a>" if following else ""
    return f"<html><body><ul class=ds>{links}</ul>{more}</body></html>"


def monthly(site: Loopback) -> Source:
    return Source("thang", SourceKind.SITEMAP, site.url("/news-{year}-{month}.xml"))


def listing(site: Loopback) -> Source:
    return Source("tin", SourceKind.LISTING, site.url("/tin"), links="ul.ds a", next="a.next")


def days(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"2021-01-{day:02d}" for day in range(first, last + 1))


@pytest.mark.parametrize("how", ["soft 404", "front page", "maintenance", "robots", "pdf"])
def test_a_piece_that_does_not_come_at_the_first_try_is_no_zero(db: Database, how: str) -> None:
    with newspaper(("2020-12-30", "2021-01-15", "2021-01-16")) as (site, press):
        good = {f"/tin-post{n}.html": site.pages[f"/tin-post{n}.html"] for n in (2, 3)}
        bad: dict[str, str | Answer] = {
            "soft 404": "<html><body><p>Không tìm thấy trang</p></body></html>",
            "front page": Answer(302, {"Location": "/"}),
            "maintenance": "<html><body><p>Bảo trì</p></body></html>",
            "pdf": Answer(200, {"Content-Type": "application/pdf"}, b"%PDF-1.4"),
        }
        site.pages["/"] = "<html><body><h1>Trang chủ</h1></body></html>"
        if how == "robots":
            rules = "User-agent: *\nDisallow: /tin-\n"
            site.pages["/robots.txt"] = Answer(200, {"Content-Type": "text/plain"}, rules)
        else:
            site.pages |= dict.fromkeys(good, bad[how])
        crawled(db, press, FEBRUARY)
        assert january(db, press).status is Status.UNKNOWN
        if how != "robots":
            site.pages |= good
            (again,) = crawled(db, press, FEBRUARY + timedelta(hours=3))
            assert again.new == 2


def test_links_that_fit_no_identity_are_a_failed_source_and_prove_nothing(db: Database) -> None:
    with newspaper(days(4, 8)) as (_, press):
        press = replace(press, outlets=(replace(press.outlets[0], identity=r"-d(?P<id>\d+)\.htm$"),))
        (reading,) = crawled(db, press)
        assert (reading.outcome, reading.announced, reading.refused) == (Outcome.FAILED, 5, 5)
        assert (january(db, press).done, january(db, press).status) == (None, Status.UNKNOWN)


def test_an_unread_piece_without_a_day_may_be_of_any_day_since_the_last_look(db: Database) -> None:
    with newspaper(("2021-01-15",)) as (site, press):
        site.pages |= {"/news-2021-1.xml": a_sitemap(site, 1), "/tin-post1.html": Answer(500)}
        press = with_sources(press, monthly(site))
        crawled(db, press, FEBRUARY, backfill=ALL_JANUARY)
        row = january(db, press)
    assert (row.done, row.status, row.blind_days) == (None, Status.UNKNOWN, 31)


def test_a_stored_piece_whose_day_is_not_known_leaves_every_day_open_on_which_it_may_lie(db: Database) -> None:
    with newspaper(("2021-01-15", "2021-01-16")) as (site, press):
        for n in (1, 2):
            site.pages[f"/tin-post{n}.html"] = a_story(n).replace("<time datetime=", "<i x=").replace("</time>", "</i>")
        site.pages["/news-2021-1.xml"] = a_sitemap(site, 1, 2)
        press = with_sources(press, monthly(site))
        (reading,) = crawled(db, press, FEBRUARY, backfill=ALL_JANUARY)
        assert reading.new == 2
        row = january(db, press)
    assert (row.done, row.status) == (None, Status.UNKNOWN)


def test_a_page_whose_text_our_rules_missed_is_no_zero(db: Database) -> None:
    with newspaper(("2020-12-30", "2021-01-15", "2021-01-16")) as (site, press):
        for n in (2, 3):
            story = a_story(n, f"2021-01-{13 + n}")
            site.pages[f"/tin-post{n}.html"] = story.replace(
                "<div class=body>", "<div class=body></div><div class=moi>"
            )
        site.pages["/news-2021-1.xml"] = a_sitemap(site, 2, 3)
        press = with_sources(press, monthly(site))
        crawled(db, press, FEBRUARY, backfill=ALL_JANUARY)
        row = january(db, press)
    assert (row.done, row.status, row.blind_days) == (None, Status.UNKNOWN, 2)


@pytest.mark.parametrize("next_page", [None, "<a class=tiep href='/tin?p=2'>Trang sau</a>"], ids=["none", "renamed"])
def test_a_list_that_names_no_next_page_is_not_read_to_its_end(db: Database, next_page: str | None) -> None:
    with newspaper(("2021-01-30",)) as (site, press):
        site.pages["/tin"] = a_list((1,)) + (next_page or "")
        press = with_sources(press, listing(site))
        (reading,) = crawled(db, press, FEBRUARY, backfill=ALL_JANUARY)
        assert reading.covers is None
        assert january(db, press).status is Status.UNKNOWN


def test_a_news_sitemap_of_two_days_proves_no_month(db: Database) -> None:
    published = "<n:publication_date>2021-01-31T08:00:00+07:00</n:publication_date><n:title>Kỳ 1</n:title>"
    inside = f"<n:news xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{published}</n:news>"
    with newspaper(("2021-01-31",)) as (site, press):
        site.pages["/news.xml"] = a_sitemap(site, 1, inside=inside)
        press = with_sources(press, Source("news", SourceKind.SITEMAP, site.url("/news.xml")))
        crawled(db, press, FEBRUARY, backfill=ALL_JANUARY)
        assert january(db, press).status is Status.UNKNOWN


def test_an_empty_list_of_a_month_proves_nothing(db: Database) -> None:
    with newspaper(()) as (site, press):
        site.pages["/news-2021-1.xml"] = a_sitemap(site)
        press = with_sources(press, monthly(site))
        crawled(db, press, FEBRUARY, backfill=ALL_JANUARY)
        assert (january(db, press).done, january(db, press).status) == (None, Status.UNKNOWN)


def test_not_modified_proves_nothing_after_a_reading_that_joined_nothing(db: Database) -> None:
    with newspaper(days(1, 29)) as (site, press):
        shown, undated = range(3, 10), ""

        def feed(request: Request) -> Answer:
            mark = f'"v{shown[-1]}"'
            if request.headers.get("if-none-match") == mark:
                return Answer(304)
            answer = a_feed(site, *((n, f"2021-01-{n:02d}") for n in reversed(shown)), more=undated)
            return replace(answer, headers={**answer.headers, "ETag": mark})

        site.pages["/rss/home.rss"] = feed
        crawled(db, press, at(10))
        # The office was off; what came on the 10th to the 22nd has left the feed.
        shown = range(23, 28)
        undated = f"<item><title>Không ngày</title><link>{site.url('/tin-post28.html')}</link></item>"
        (unjoined,) = crawled(db, press, at(29))
        (after,) = crawled(db, press, at(30))
        with db.connect() as conn:
            gaps = {gap.day.day for gap in readings.gaps(conn, press.outlets, ALL_JANUARY, date(2021, 1, 30))}
    assert unjoined.covers is not None
    assert unjoined.covers.first > date(2021, 1, 23)
    assert after.covers == Period(unjoined.covers.first, date(2021, 1, 29))
    assert gaps.issuperset(range(10, 23))


def test_a_server_that_always_says_not_modified_is_asked_without_validators_once_a_week(db: Database) -> None:
    with newspaper(days(4, 8)) as (site, press):
        feed = a_feed(site, *enumerate(days(4, 8), 1))

        def stubborn(request: Request) -> Answer:
            asked = request.headers.get("if-none-match")
            return Answer(304) if asked else replace(feed, headers={**feed.headers, "ETag": '"v1"'})

        site.pages["/rss/home.rss"] = stubborn
        for day in range(11, 26):
            crawled(db, press, at(day))
        whole = [r for r in site.requests if r.path == "/rss/home.rss" and "if-none-match" not in r.headers]
    assert len(whole) >= 2


def test_old_pieces_pinned_to_the_top_prove_no_stretch(db: Database) -> None:
    with newspaper(days(1, 31)) as (site, press):
        shown = (1, 2, 28, 29, 30, 31)
        site.pages["/rss/home.rss"] = a_feed(site, *((n, f"2021-01-{n:02d}") for n in shown))
        (reading,) = crawled(db, press, FEBRUARY)
    assert reading.covers is not None
    assert reading.covers.first >= date(2021, 1, 28)


def test_a_backfill_goes_on_behind_a_month_that_does_not_come(db: Database) -> None:
    with newspaper(("2020-11-05",)) as (site, press):
        site.pages["/news-2020-11.xml"] = a_sitemap(site, 1)
        press = with_sources(press, monthly(site))
        (reading,) = crawled(db, press, backfill=Period(date(2020, 11, 1), date(2020, 12, 31)))
        assert (reading.new, reading.outcome) == (1, Outcome.PARTIAL)
        press = replace(press, outlets=(replace(press.outlets[0], valid=Validity(last=date(2020, 11, 30))),))
        (reading,) = crawled(db, press, at(12), backfill=Period(date(2020, 11, 1), date(2020, 12, 31)))
        assert reading.outcome is Outcome.OK


def test_on_the_first_of_a_month_its_missing_list_hides_nothing_of_the_last(db: Database) -> None:
    with newspaper(("2021-01-31",)) as (site, press):
        site.pages["/news-2021-1.xml"] = a_sitemap(site, 1)
        press = with_sources(press, monthly(site))
        (reading,) = crawled(db, press, datetime(2021, 1, 31, 22, 30, tzinfo=UTC))
    assert (reading.new, reading.outcome) == (1, Outcome.OK)
    assert reading.covers == ALL_JANUARY


def test_three_sources_try_a_piece_once_a_run(db: Database) -> None:
    with newspaper(("2021-01-08", "2021-01-09")) as (site, press):
        site.pages |= {"/tin-post2.html": Answer(500), "/rss/2": site.pages["/rss/home.rss"]}
        first = press.outlets[0].sources[0]
        press = with_sources(press, first, replace(first, name="hai", url=site.url("/rss/2")))
        crawled(db, press)
        with db.connect() as conn:
            (unread,) = readings.unread(conn, "bao-mau")
    assert unread.attempts == 1


def test_a_piece_whose_page_fails_is_tried_once_a_day_for_a_month_and_then_when_a_person_asks(db: Database) -> None:
    with newspaper(("2021-01-08",)) as (site, press):
        good = site.pages["/tin-post1.html"]
        site.pages["/tin-post1.html"] = Answer(500)
        for hours in range(0, 24 * 60, 8):
            crawled(db, press, at(11) + timedelta(hours=hours))
        tries = site.paths.count("/tin-post1.html")
        site.pages["/tin-post1.html"] = good
        (given_up,) = crawled(db, press, at(11) + timedelta(days=61))
        (filled,) = crawled(db, press, at(11) + timedelta(days=62), backfill=ALL_JANUARY)
    assert 28 < tries < 40
    assert (given_up.new, filled.new) == (0, 1)


def test_a_piece_left_unread_by_a_source_that_left_the_file_is_still_read(db: Database) -> None:
    with newspaper(("2021-01-08", "2021-01-09")) as (site, press):
        good = site.pages["/tin-post2.html"]
        site.pages["/tin-post2.html"] = Answer(500)
        crawled(db, press)
        site.pages |= {"/tin-post2.html": good, "/rss/home.rss": a_feed(site, (1, "2021-01-08"))}
        press = with_sources(press, replace(press.outlets[0].sources[0], name="moi"))
        crawled(db, press, at(12))
        with db.connect() as conn:
            assert articles.by_identity(conn, "bao-mau", "2") is not None


def test_a_list_that_stamps_everything_with_now_makes_nobody_read_twice(db: Database) -> None:
    with newspaper(days(1, 10)) as (site, press):
        press = with_sources(press, Source("tat-ca", SourceKind.SITEMAP, site.url("/all.xml")))
        for when in (at(12, 6), at(12, 6) + timedelta(minutes=30)):
            stamp = f"<lastmod>{when.isoformat()}</lastmod>"
            site.pages["/all.xml"] = a_sitemap(site, *range(1, 11), inside=stamp)
            crawled(db, press, when)
        stories = {f"/tin-post{n}.html" for n in range(1, 11)}
        assert sorted(path for path in site.paths if path in stories) == sorted(stories)


def test_a_piece_taken_down_after_it_was_stored_stays_and_troubles_no_later_run(db: Database) -> None:
    with newspaper(("2021-01-08",)) as (site, press):
        press = with_sources(press, Source("tat-ca", SourceKind.SITEMAP, site.url("/all.xml")))
        site.pages["/all.xml"] = a_sitemap(site, 1, inside="<lastmod>2021-01-08T12:00:00+07:00</lastmod>")
        crawled(db, press)
        site.pages["/all.xml"] = a_sitemap(site, 1, inside="<lastmod>2021-01-12T12:00:00+07:00</lastmod>")
        site.pages["/tin-post1.html"] = Answer(410)
        outcomes = [crawled(db, press, at(day))[0].outcome for day in (13, 14)]
        asked = site.paths.count("/tin-post1.html")
    assert outcomes == [Outcome.OK, Outcome.NOT_MODIFIED]
    assert asked == 2


def test_a_source_that_was_not_asked_is_no_success(db: Database) -> None:
    with newspaper() as (site, press):
        stop = Event()
        stop.set()
        with Fetcher("cchc-monitor/test", now=lambda: MONDAY) as fetcher:
            (reading,) = crawl(db, press, fetcher, press.outlets, now=lambda: MONDAY, stop=stop)
        assert site.requests == []
    with db.connect() as conn:
        (state,) = readings.last(conn)
    assert (reading.outcome, state.last_success) == (Outcome.SKIPPED, None)


def test_what_was_published_after_the_moment_of_the_question_is_not_counted(db: Database) -> None:
    with newspaper(("2021-01-05", "2021-01-25")) as (_, press):
        crawled(db, press, FEBRUARY)
        assert january(db, press, at(10)).done == 1


UNDATED = {"<time datetime=": "<i x=", "</time>": "</i>"}


def without_a_day(story: str) -> str:
    for what, instead in UNDATED.items():
        story = story.replace(what, instead)
    return story


@pytest.mark.parametrize("stored", [False, True], ids=["unread", "stored without a day"])
def test_a_backfill_widens_the_days_of_which_a_piece_may_be(db: Database, stored: bool) -> None:
    march = datetime(2021, 3, 1, 5, tzinfo=UTC)
    with newspaper(("2021-01-15", "2021-02-20", "2021-02-27")) as (site, press):
        site.pages |= {"/tin": a_list((3, 2), "/tin?p=2"), "/tin?p=2": a_list((1,))}
        site.pages["/tin-post1.html"] = without_a_day(a_story(1)) if stored else Answer(500)
        press = with_sources(press, listing(site))
        crawled(db, press, march)
        crawled(db, press, march + timedelta(days=1), backfill=ALL_JANUARY)
        assert january(db, press, march + timedelta(days=2)).status is Status.UNKNOWN


def test_a_piece_without_a_day_that_calls_itself_by_another_address_leaves_its_days_open(db: Database) -> None:
    with newspaper(("2021-01-15",)) as (site, press):
        canonical = f"<html><head><link rel=canonical href='{site.url('/bai/tin-post1.html')}'></head>"
        site.pages["/tin-post1.html"] = without_a_day(a_story(1)).replace("<html>", canonical)
        site.pages["/news-2021-1.xml"] = a_sitemap(site, 1)
        press = with_sources(press, monthly(site))
        press = replace(press, outlets=(replace(press.outlets[0], identity=None),))
        crawled(db, press, FEBRUARY, backfill=ALL_JANUARY)
        assert january(db, press).status is Status.UNKNOWN


def test_a_known_piece_without_a_day_at_the_end_of_a_feed_joins_nothing(db: Database) -> None:
    with newspaper(days(1, 30)) as (site, press):
        pinned = f"<item><title>Ghim</title><link>{site.url('/tin-post1.html')}</link></item>"
        site.pages["/rss/home.rss"] = a_feed(site, *((n, f"2021-01-{n:02d}") for n in range(1, 10)))
        crawled(db, press, at(10))
        site.pages["/rss/home.rss"] = a_feed(site, *((n, f"2021-01-{n:02d}") for n in range(23, 29)), more=pinned)
        (reading,) = crawled(db, press, at(29))
    assert reading.covers is not None
    assert reading.covers.first >= date(2021, 1, 23)


def test_a_feed_with_one_piece_without_a_day_is_still_proved(db: Database) -> None:
    with newspaper(days(1, 15)) as (site, press):
        pinned = f"<item><title>Ghim</title><link>{site.url('/tin-post1.html')}</link></item>"
        for day in range(10, 15):
            shown = ((n, f"2021-01-{n:02d}") for n in range(2, day))
            site.pages["/rss/home.rss"] = a_feed(site, *shown, more=pinned)
            (reading,) = crawled(db, press, at(day))
            assert reading.covers is not None
            assert reading.covers.last == date(2021, 1, day - 1)


def test_of_the_lists_of_an_index_the_one_that_reaches_least_far_counts(db: Database) -> None:
    def news(*numbers: int) -> Answer:
        entries = "".join(
            f"<url><loc>{site.url(f'/tin-post{n}.html')}</loc><n:news xmlns:n='urn:news'><n:publication_date>"
            f"2021-01-{n:02d}T08:00:00+07:00</n:publication_date></n:news></url>"
            for n in numbers
        )
        xml = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>"
        return Answer(200, {"Content-Type": "application/xml"}, xml)

    with newspaper(days(1, 31)) as (site, press):
        children = "".join(f"<sitemap><loc>{site.url(path)}</loc></sitemap>" for path in ("/a.xml", "/b.xml"))
        index = f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{children}</sitemapindex>"
        site.pages |= {"/a.xml": news(*range(25, 31)), "/b.xml": news(2, 4, 8, 12, 16, 20)}
        site.pages["/i.xml"] = Answer(200, {"Content-Type": "application/xml"}, index)
        press = with_sources(press, Source("muc-luc", SourceKind.SITEMAP, site.url("/i.xml")))
        (reading,) = crawled(db, press, FEBRUARY)
    assert reading.covers is not None
    assert reading.covers.first >= date(2021, 1, 25)


def test_a_piece_that_reaches_last_months_list_after_the_first_is_still_found(db: Database) -> None:
    with newspaper(("2021-01-30", "2021-01-31", "2021-02-01")) as (site, press):
        press = with_sources(press, monthly(site))
        site.pages["/news-2021-1.xml"] = a_sitemap(site, 1)
        for moment in (at(30, 22), at(31, 22)):  # 05:30 in Hà Nội, on 31 January and on 1 February
            crawled(db, press, moment)
        site.pages |= {"/news-2021-1.xml": a_sitemap(site, 1, 2), "/news-2021-2.xml": a_sitemap(site, 3)}
        crawled(db, press, at(31, 22) + timedelta(days=1))
        with db.connect() as conn:
            assert articles.by_identity(conn, "bao-mau", "2") is not None


def test_a_months_list_that_goes_away_in_mid_month_is_no_success(db: Database) -> None:
    with newspaper(("2021-01-05",)) as (site, press):
        site.pages["/news-2021-1.xml"] = a_sitemap(site, 1)
        press = with_sources(press, monthly(site))
        crawled(db, press, at(10))
        del site.pages["/news-2021-1.xml"]
        (reading,) = crawled(db, press, at(20))
    assert reading.outcome is not Outcome.OK


def test_an_undated_list_with_pages_full_of_gone_pieces_is_still_proved(db: Database) -> None:
    with newspaper(days(1, 20)) as (site, press):
        press = with_sources(press, listing(site))
        for n in (2, 4, 6, 8, 10):
            site.pages[f"/tin-post{n}.html"] = Answer(404)
        site.pages |= {"/tin?p=2": a_list((8, 7, 6, 5), "/tin?p=3"), "/tin?p=3": a_list((4, 3, 2, 1))}
        for day in range(11, 16):
            site.pages["/tin"] = a_list(tuple(range(day - 1, 8, -1)), "/tin?p=2")
            (reading,) = crawled(db, press, at(day))
            assert reading.covers is not None
            assert reading.covers.last == date(2021, 1, day - 1)
        assert site.paths.count("/tin?p=3") <= 2
