"""No road leads from a missed piece to a day called seen: pins, caps, backfills, servers that say “not modified”."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.calendar import Period
from monitor.press import Press, Source, SourceKind
from storage import Database, articles, readings
from tests.loopback import Answer, Loopback, Request
from tests.test_blindness import (
    ALL_JANUARY,
    FEBRUARY,
    a_list,
    a_sitemap,
    at,
    days,
    listing,
    monthly,
    with_sources,
    without_a_day,
)
from tests.test_jobs import MONDAY, a_feed, a_story, crawled, newspaper, stored


def unseen(db: Database, press: Press, today: date) -> set[int]:
    """Give the days of January that were not seen whole."""
    with db.connect() as conn:
        return {gap.day.day for gap in readings.gaps(conn, press.outlets, ALL_JANUARY, today)}


def kept(db: Database) -> set[int]:
    return {int(identity) for _, identity, _ in stored(db)}


def a_day_each(site: Loopback, numbers: Iterable[int]) -> Answer:
    """Give a feed whose stories carry the number of their day in January."""
    return a_feed(site, *((n, f"2021-01-{n:02d}") for n in numbers))


def an_index(site: Loopback, *paths: str) -> Answer:
    children = "".join(f"<sitemap><loc>{site.url(path)}</loc></sitemap>" for path in paths)
    xml = f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{children}</sitemapindex>"
    return Answer(200, {"Content-Type": "application/xml"}, xml)


def index_of(site: Loopback) -> Source:
    return Source("muc-luc", SourceKind.SITEMAP, site.url("/index.xml"))


def always_not_modified(site: Loopback, newest: Callable[[], int]) -> Callable[[Request], Answer]:
    """Give a feed of six that says “not modified” to whoever asks with a validator, whatever has changed."""

    def feed(request: Request) -> Answer:
        if request.headers.get("if-none-match"):
            return Answer(304)
        answer = a_day_each(site, range(newest(), max(0, newest() - 6), -1))
        return replace(answer, headers={**answer.headers, "ETag": '"v"'})

    return feed


def test_a_not_modified_that_is_false_calls_no_missed_day_seen(db: Database) -> None:
    with newspaper(days(1, 31)) as (site, press):
        today = 5
        site.pages["/rss/home.rss"] = always_not_modified(site, lambda: today)
        for today in range(5, 21):
            crawled(db, press, at(today))
        missed = set(range(1, 21)) - kept(db)
    assert missed
    assert missed <= unseen(db, press, date(2021, 1, 21))


def test_not_modified_is_no_ground_though_a_piece_was_still_to_be_read(db: Database) -> None:
    with newspaper(days(1, 31)) as (site, press):
        today = 5
        site.pages |= {"/rss/home.rss": always_not_modified(site, lambda: today), "/tin-post4.html": Answer(500)}
        for today in range(5, 12):
            crawled(db, press, at(today))
        with db.connect() as conn:
            ground = readings.ground(conn, "bao-mau", "trang-chu", at(12))
    assert ground is not None
    assert ground.at == at(5)


def test_two_known_pieces_pinned_to_the_top_join_nothing(db: Database) -> None:
    eight_a_day = {n: f"2021-01-{9 + (n - 1) // 8:02d}" for n in range(1, 41)}
    with newspaper(()) as (site, press):
        site.pages |= {f"/tin-post{n}.html": a_story(n, day) for n, day in eight_a_day.items()}
        site.pages["/rss/home.rss"] = a_feed(site, *((n, eight_a_day[n]) for n in range(16, 6, -1)))
        crawled(db, press, datetime(2021, 1, 10, 12, tzinfo=UTC))
        # The office was off for two days; both pins were read before that.
        site.pages["/rss/home.rss"] = a_feed(site, *((n, eight_a_day[n]) for n in (7, 8, *range(40, 32, -1))))
        crawled(db, press, datetime(2021, 1, 14, 1, tzinfo=UTC))
    assert unseen(db, press, date(2021, 1, 14)) >= {11, 12}


def test_a_feed_as_it_was_at_a_backfill_proves_no_more_than_the_backfill_asked_for(db: Database) -> None:
    with newspaper(days(1, 31)) as (site, press):
        site.pages["/rss/home.rss"] = a_day_each(site, range(8, 2, -1))
        crawled(db, press, at(8))
        site.pages["/rss/home.rss"] = a_day_each(site, range(24, 18, -1))
        crawled(db, press, at(24), backfill=Period(date(2021, 1, 23), date(2021, 1, 24)))
        for day in (25, 26, 27):
            crawled(db, press, at(day))
    assert unseen(db, press, date(2021, 1, 27)) >= set(range(9, 19))


def test_a_listing_that_ends_with_a_full_page_is_whole_only_as_far_back_as_it_shows(db: Database) -> None:
    with newspaper(days(1, 31)) as (site, press):
        site.pages |= {"/tin": a_list((31, 30, 29), "/tin2"), "/tin2": a_list((28, 27, 26), "/tin3")}
        site.pages["/tin3"] = a_list((25, 24, 23))  # such a site shows its newest nine, and no more
        press = with_sources(press, listing(site))
        crawled(db, press, FEBRUARY, backfill=ALL_JANUARY)
    assert unseen(db, press, date(2021, 2, 1)) >= set(range(1, 23))


def a_dated_list(numbers: Iterable[int], following: str = "") -> str:
    """Give a section page whose links carry days."""
    links = "".join(
        f"<li><a href='/tin-post{n}.html'>Kỳ {n}</a><time datetime='2021-01-{n:02d}T08:00:00+07:00'></time></li>"
        for n in numbers
    )
    return f"<html><body><ul class=ds>{links}</ul>{following}</body></html>"


def test_a_listing_with_days_that_ends_is_whole_only_as_far_back_as_it_shows(db: Database) -> None:
    with newspaper(days(1, 31)) as (site, press):
        site.pages["/tin"] = a_dated_list(range(31, 25, -1), "<a class=next href='/tin2'>Trang sau</a>")
        site.pages["/tin2"] = a_dated_list(range(25, 19, -1))
        press = with_sources(press, listing(site))
        crawled(db, press, FEBRUARY, backfill=ALL_JANUARY)
    assert unseen(db, press, date(2021, 2, 1)) >= set(range(1, 20))


def pages_of_one(site: Loopback, numbers: Sequence[int]) -> None:
    """Serve a section that shows one link a page."""
    paths = ["/tin", *(f"/tin-p{n}" for n in range(1, len(numbers)))]
    for number, path, following in zip(numbers, paths, [*paths[1:], None], strict=True):
        site.pages[path] = a_list((number,), following)


def test_a_list_longer_than_a_run_turns_pages_hides_nothing_behind_the_last_page_read(db: Database) -> None:
    many = range(100, 160)
    with newspaper(days(1, 31)) as (site, press):
        site.pages |= {f"/tin-post{n}.html": a_story(n, "2021-01-15") for n in many}
        press = with_sources(press, listing(site))
        pages_of_one(site, (3, 2, 1))
        crawled(db, press, at(4))
        pages_of_one(site, (*reversed(many), 3, 2, 1))
        for day in (25, 26, 27):
            crawled(db, press, at(day))
    assert set(many) - kept(db)  # what lay behind the last page read
    assert 15 in unseen(db, press, date(2021, 1, 27))


def test_an_archive_that_never_changes_proves_nothing_of_the_list_beside_it(db: Database) -> None:
    with newspaper(days(1, 31)) as (site, press):
        site.pages["/index.xml"] = an_index(site, "/old.xml", "/new.xml")
        site.pages |= {"/old.xml": a_sitemap(site, 1, 2, 3, 4), "/new.xml": a_sitemap(site, 5, 6, 7, 8)}
        press = with_sources(press, index_of(site))
        crawled(db, press, at(8))
        site.pages["/new.xml"] = a_sitemap(site, 21, 22, 23, 24)
        crawled(db, press, at(25))
    assert unseen(db, press, date(2021, 1, 25)) >= set(range(9, 21))


def test_a_months_list_that_keeps_only_its_newest_pieces_does_not_prove_the_month(db: Database) -> None:
    with newspaper(days(1, 31)) as (site, press):
        press = with_sources(press, monthly(site))
        for first, today in ((1, 6), (20, 25)):
            site.pages["/news-2021-1.xml"] = a_sitemap(site, *range(first, first + 5))
            crawled(db, press, at(today))
    assert 10 in unseen(db, press, date(2021, 1, 25))


def test_a_piece_refused_under_an_identity_that_is_mended_is_read(db: Database) -> None:
    with newspaper(days(4, 8)) as (site, press):
        site.pages["/tin-bai9.html"] = a_story(9)
        other = f"<link>{site.url('/tin-bai9.html')}</link><pubDate>Fri, 08 Jan 2021 08:00:00 +0700</pubDate>"
        more = f"<item><title>Kỳ 9</title>{other}</item>"
        site.pages["/rss/home.rss"] = a_feed(site, *enumerate(days(4, 8), 1), more=more)
        crawled(db, press, at(9))
        assert kept(db) == {1, 2, 3, 4, 5}
        outlet = replace(press.outlets[0], identity=r"-(?:post|bai)(?P<id>\d+)\.html$")
        crawled(db, replace(press, outlets=(outlet,)), at(10))
    assert kept(db) == {1, 2, 3, 4, 5, 9}


def test_a_piece_whose_page_gives_no_day_lies_on_the_day_that_its_feed_gives(db: Database) -> None:
    with newspaper(days(4, 8)) as (site, press):
        site.pages["/tin-post4.html"] = without_a_day(a_story(4))
        for hour in (5, 7):
            crawled(db, press, at(9, hour))
            assert [day.day for _, _, day in stored(db) if day] == [4, 5, 6, 7, 8]


MAINTENANCE = "<html><head><meta charset=utf-8></head><body><p>Bảo trì</p></body></html>"


@pytest.mark.parametrize("how", ["maintenance", "gone"])
def test_days_whose_every_piece_failed_stay_open_until_the_pieces_are_read(db: Database, how: str) -> None:
    bad = Answer(404) if how == "gone" else Answer(200, {"Content-Type": "text/html"}, MAINTENANCE)
    with newspaper(days(4, 8)) as (site, press):
        good = {path: page for path, page in site.pages.items() if "post" in path}
        site.pages |= dict.fromkeys(good, bad)
        for moment in (at(9), at(9, 7), at(11, 8)):
            crawled(db, press, moment)
        assert unseen(db, press, date(2021, 1, 11)) >= {6, 7, 8}
        site.pages |= good
        for day in range(12, 20):
            crawled(db, press, at(day))
    assert kept(db) == {1, 2, 3, 4, 5}
    assert unseen(db, press, date(2021, 1, 20)).isdisjoint({6, 7, 8})


def test_the_day_that_a_feed_gave_outlives_a_second_look_at_a_page_without_one(db: Database) -> None:
    with newspaper(("2021-01-08",)) as (site, press):
        site.pages["/tin-post1.html"] = without_a_day(a_story(1))
        for moment in (MONDAY, MONDAY + timedelta(hours=1)):
            crawled(db, press, moment)
            assert stored(db) == [("bao-mau", "1", date(2021, 1, 8))]


def test_the_day_that_a_feed_gave_outlives_a_sitemap_that_gives_none(db: Database) -> None:
    with newspaper(days(4, 8)) as (site, press):
        site.pages["/tin-post4.html"] = without_a_day(a_story(4))
        site.pages["/all.xml"] = a_sitemap(site, 4)
        press = with_sources(
            press, press.outlets[0].sources[0], Source("tat-ca", SourceKind.SITEMAP, site.url("/all.xml"))
        )
        crawled(db, press, at(9))
        edited = "<lastmod>2021-01-09T13:00:00+07:00</lastmod>"
        site.pages["/all.xml"] = a_sitemap(site, 4, 3, inside=edited)
        crawled(db, press, at(9, 6) + timedelta(minutes=20))
    assert stored(db)[3] == ("bao-mau", "4", date(2021, 1, 7))


@pytest.mark.parametrize("shown", ["2021-01-08", "2021-02-09"], ids=["a day before", "a day to come"])
def test_a_front_page_in_the_place_of_a_piece_takes_neither_its_text_nor_its_day(db: Database, shown: str) -> None:
    with newspaper(("2021-01-07", "2021-01-08")) as (site, press):
        front_page = a_story(0, shown).replace("kỳ 0", "trang chủ")
        site.pages["/tin-post9999.html"] = front_page
        crawled(db, press)
        before = stored(db)
        site.pages["/tin-post1.html"] = front_page
        crawled(db, press, MONDAY + timedelta(hours=1))
        with db.connect() as conn:
            found = articles.search(conn, articles.ArticleQuery(limit=0)).clippings
    assert site.paths.count("/tin-post1.html") == 2
    assert sorted(one.article.title[-4:] for one in found) == ["kỳ 1", "kỳ 2"]
    assert stored(db) == before
