"""What had failed comes right by itself: no dead end, no piece that starves, nobody stopped by a neighbour's bug."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.errors import Reason
from monitor.press import Kind, Source, SourceKind
from monitor.seen import Outcome, SourceState, due_again
from storage import Database
from tests.loopback import Answer, Raw, Request, redirect
from tests.test_blindness import a_list, a_sitemap, at, days, listing, monthly, with_sources
from tests.test_jobs import MONDAY, RULES, a_feed, a_story, crawled, newspaper
from tests.test_proof import an_index, index_of, kept


def test_every_list_of_a_long_index_has_its_turn(db: Database) -> None:
    paths = [f"/list{n}.xml" for n in range(45)]
    with newspaper(days(1, 31)) as (site, press):
        site.pages["/index.xml"] = an_index(site, *paths)
        for n, path in enumerate(paths, 1000):
            site.pages |= {path: a_sitemap(site, n), f"/tin-post{n}.html": a_story(n, "2021-01-02")}
        site.pages[paths[-1]] = a_sitemap(site, 1, 2, 3)
        press = with_sources(press, index_of(site))
        for day in range(8, 12):
            crawled(db, press, at(day))
    assert paths[-1] in site.paths
    assert kept(db) == {1, 2, 3, *range(1000, 1044)}


def test_a_list_that_moved_and_came_back_is_found_at_its_old_address(db: Database) -> None:
    with newspaper(days(4, 8)) as (site, press):
        feed = site.pages["/rss/home.rss"]
        site.pages |= {"/new.rss": feed, "/rss/home.rss": redirect("/new.rss", 301)}
        (moved,) = crawled(db, press, at(9))
        site.pages |= {"/new.rss": Raw(b"", then="reset"), "/rss/home.rss": feed}
        for day in range(10, 14):
            (reading,) = crawled(db, press, at(day))
    assert moved.outcome is Outcome.OK
    assert reading.outcome in (Outcome.OK, Outcome.NOT_MODIFIED)


def test_a_list_that_led_to_the_front_page_for_a_day_is_read_again_within_weeks(db: Database) -> None:
    with newspaper(days(1, 31)) as (site, press):
        site.pages |= {"/tin": redirect("/home", 301), "/home": a_list((1, 2, 3))}
        press = with_sources(press, listing(site))
        crawled(db, press, at(9))
        site.pages["/tin"] = a_list(range(1, 9))
        for day in range(10, 30):
            crawled(db, press, at(day))
    assert kept(db) == set(range(1, 9))


def test_pieces_of_a_feed_that_is_gone_are_still_read(db: Database) -> None:
    with newspaper(days(4, 8)) as (site, press):
        good = site.pages["/tin-post3.html"]
        site.pages["/tin-post3.html"] = Answer(500)
        crawled(db, press, at(9))
        site.pages |= {"/rss/home.rss": Answer(404), "/tin-post3.html": good}
        site.pages["/b.rss"] = a_feed(site, (5, "2021-01-08"))
        press = with_sources(press, press.outlets[0].sources[0], Source("b", SourceKind.FEED, site.url("/b.rss")))
        for day in range(10, 20):
            crawled(db, press, at(day))
    assert kept(db) == {1, 2, 3, 4, 5}


def test_a_stored_piece_that_does_not_answer_keeps_no_other_from_being_looked_at_again(db: Database) -> None:
    with newspaper(days(4, 8)) as (site, press):
        crawled(db, press)
        site.pages["/tin-post5.html"] = Raw(b"", then="reset")
        before = len(site.paths)
        for later in (1, 2):
            crawled(db, press, MONDAY + timedelta(days=later))
        asked = set(site.paths[before:])
    assert asked >= {f"/tin-post{n}.html" for n in range(1, 6)}


def test_a_bug_met_while_looking_again_stops_no_crawl(db: Database) -> None:
    tripping: Any = {Kind.DIGEST: 5}  # what no file can hold: a bug of ours
    with newspaper(days(4, 8)) as (site, press):
        site.pages["/tin-post9999.html"] = a_story(0)
        (first,) = crawled(db, replace(press, pages={"epi": (RULES,)}), at(9))
        site.pages["/rss/home.rss"] = a_feed(site, (6, "2021-01-09"))
        site.pages["/tin-post6.html"] = a_story(6, "2021-01-09")
        press = replace(press, pages={"epi": (replace(RULES, kinds=tripping),)})
        (reading,) = crawled(db, press, at(17))  # the address of no piece is asked for once a week
    assert site.paths.count("/tin-post9999.html") == 2
    assert (first.new, reading.outcome, reading.reason) == (5, Outcome.PARTIAL, Reason.BUG)


def test_a_piece_that_cannot_be_stored_is_counted_once_and_so_are_those_stored_beside_it(db: Database) -> None:
    unheard: Any = {7: "post3"}  # a kind that no file can name and no row can hold: a bug of ours
    with newspaper(days(4, 8)) as (_, press):
        (reading,) = crawled(db, replace(press, pages={"epi": (replace(RULES, kinds=unheard),)}))
    assert kept(db) == {1, 2, 4, 5}
    assert (reading.announced, reading.new, reading.failed, reading.reason) == (5, 4, 1, Reason.BUG)


def test_a_source_with_pieces_left_waits_an_hour_like_any_other() -> None:
    state = SourceState("bao-mau", "trang-chu", MONDAY, MONDAY, Outcome.PARTIAL, None, 0, MONDAY, pending=3)
    due = due_again(state)
    assert due is not None
    assert MONDAY < due <= MONDAY + timedelta(hours=1)


def test_a_dead_list_of_a_months_index_hides_no_list_behind_it(db: Database) -> None:
    with newspaper(days(1, 31)) as (site, press):
        site.pages["/news-2021-1.xml"] = an_index(site, "/a.xml", "/dead.xml", "/b.xml")
        site.pages |= {"/a.xml": a_sitemap(site, 1, 2), "/b.xml": a_sitemap(site, 3, 4)}
        press = with_sources(press, monthly(site))
        for day in (10, 11, 12):
            crawled(db, press, at(day))
    assert kept(db) == {1, 2, 3, 4}


def test_a_dead_list_of_an_index_makes_nobody_fetch_the_others_whole_each_time(db: Database) -> None:
    with newspaper(days(1, 31)) as (site, press):
        whole = a_sitemap(site, 1, 2)

        def with_a_mark(request: Request) -> Answer:
            if request.headers.get("if-none-match"):
                return Answer(304)
            return replace(whole, headers={**whole.headers, "ETag": '"1"'})

        site.pages |= {"/index.xml": an_index(site, "/a.xml", "/dead.xml"), "/a.xml": with_a_mark}
        press = with_sources(press, index_of(site))
        for day in range(10, 15):
            crawled(db, press, at(day))
        marks = [request.headers.get("if-none-match") for request in site.requests if request.path == "/a.xml"]
    assert marks[0] is None
    assert '"1"' in marks


def test_a_months_list_that_comes_back_after_the_months_end_is_read_to_its_end(db: Database) -> None:
    with newspaper(days(1, 31)) as (site, press):
        site.pages |= {f"/tin-post{n}.html": a_story(n, "2021-02-01") for n in (51, 52)}
        press = with_sources(press, monthly(site))
        site.pages["/news-2021-1.xml"] = a_sitemap(site, *range(1, 26))
        crawled(db, press, at(26))
        site.pages |= {"/news-2021-1.xml": Answer(500), "/news-2021-2.xml": a_sitemap(site, 51)}
        for day in range(2, 10):
            crawled(db, press, datetime(2021, 2, day, 5, tzinfo=UTC))
        site.pages |= {"/news-2021-1.xml": a_sitemap(site, *range(1, 32)), "/news-2021-2.xml": a_sitemap(site, 51, 52)}
        for day in range(10, 20):
            crawled(db, press, datetime(2021, 2, day, 5, tzinfo=UTC))
    assert kept(db) == {*range(1, 32), 51, 52}
