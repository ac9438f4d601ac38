"""What a played year brought to light, each by itself and as small as it gets."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.calendar import Period
from monitor.jobs.status import status
from monitor.press import Press, Source, SourceKind
from storage import Database, articles, readings
from tests.loopback import Answer, Request
from tests.test_blindness import a_list, a_sitemap, at, listing, monthly, with_sources
from tests.test_jobs import a_feed, a_story, crawled, newspaper, stored
from tests.year.makes import MAKES
from tests.year.play import played
from tests.year.world import World


def unseen(db: Database, press: Press, until: datetime, first: int = 1) -> set[int]:
    """Give the days of January since `first` that the certificate does not call fully seen."""
    days = Period(date(2021, 1, first), until.date() - timedelta(days=1))
    with db.connect() as conn:
        return {gap.day.day for gap in readings.gaps(conn, press.outlets, days, until.date())}


def dated_story(number: int, day: int) -> str:
    return a_story(number, f"2021-01-{day:02d}")


def dated_list(*pieces: tuple[int, int], following: str | None = None) -> str:
    page = a_list([number for number, _ in pieces], following)
    for number, day in pieces:
        page = page.replace(f"Kỳ {number}</a>", f"Kỳ {number}</a> <span>{day:02d}/01/2021</span>")
    return page


def test_forty_pieces_in_a_day_leave_the_day_open_where_a_feed_shows_the_last_twenty(db: Database) -> None:
    with newspaper([f"2021-01-{day:02d}" for day in range(1, 10)]) as (site, press):
        crawled(db, press, at(10, 1))
        site.pages |= {f"/tin-post{n}.html": dated_story(n, 10) for n in range(10, 50)}
        site.pages["/rss/home.rss"] = a_feed(site, *((n, "2021-01-10") for n in range(49, 29, -1)))
        crawled(db, press, at(11))
    assert len(stored(db)) == 29
    assert unseen(db, press, at(11), first=3) == {10}


def test_a_feed_that_reaches_known_ground_after_forty_pieces_proves_the_day(db: Database) -> None:
    with newspaper([f"2021-01-{day:02d}" for day in range(1, 10)]) as (site, press):
        crawled(db, press, at(10, 1))
        site.pages |= {f"/tin-post{n}.html": dated_story(n, 10) for n in range(10, 50)}
        shown = [*((n, "2021-01-10") for n in range(49, 9, -1)), (9, "2021-01-09"), (8, "2021-01-08")]
        site.pages["/rss/home.rss"] = a_feed(site, *shown)
        crawled(db, press, at(11))
    assert unseen(db, press, at(11), first=3) == set()


def test_a_false_not_modified_hides_no_pieces_for_good(db: Database) -> None:
    old = [(n, n) for n in range(9, 0, -1)]
    came = [(n, 10 + (n - 10) // 6) for n in range(27, 9, -1)]  # six a day on the 10th, 11th and 12th
    with newspaper() as (site, press):
        press = with_sources(press, listing(site))
        site.pages |= {f"/tin-post{n}.html": dated_story(n, day) for n, day in [*old, *came]}
        lying = False

        def first_page(request: Request) -> Answer:
            if lying and "if-none-match" in request.headers:
                return Answer(304)
            shown = came[:8] if lying or "/tin?p=2" in site.pages else old
            return Answer(200, {"ETag": f'"{shown[0]}"'}, dated_list(*shown, following="/tin?p=2" if came else None))

        site.pages["/tin"] = first_page
        crawled(db, press, at(10, 1))
        lying = True  # while we are away three days of news come, and when we are back the server knows nothing of it
        crawled(db, press, at(13, 1))
        lying = False
        site.pages |= {
            "/tin?p=2": dated_list(*came[8:16], following="/tin?p=3"),
            "/tin?p=3": dated_list(*came[16:], *old),
        }
        crawled(db, press, at(13))
        crawled(db, press, at(14))
    missed = {day for n, day in came if str(n) not in {identity for _, identity, _ in stored(db)}}
    assert missed <= unseen(db, press, at(14), first=10)
    assert missed == set()


def test_a_list_without_days_proves_what_came_between_two_looks(db: Database) -> None:
    with newspaper([f"2021-01-{day:02d}" for day in range(1, 16)]) as (site, press):
        for day in range(10, 15):
            feed = a_feed(site, *((n, "2021-01-01") for n in range(day, day - 9, -1)))
            assert isinstance(feed.body, bytes)
            undated = feed.body.replace(b"<pubDate>Fri, 01 Jan 2021 08:00:00 +0700</pubDate>", b"")
            site.pages["/rss/home.rss"] = replace(feed, body=undated)
            crawled(db, press, at(day))
    assert unseen(db, press, at(14), first=11) == set()


def test_a_list_of_pages_without_days_joins_what_the_last_look_showed(db: Database) -> None:
    with newspaper([f"2021-01-{day:02d}" for day in range(1, 16)]) as (site, press):
        press = with_sources(press, replace(listing(site), next=None))
        for day in range(10, 15):
            site.pages["/tin"] = a_list(range(day, day - 6, -1))
            crawled(db, press, at(day))
    assert unseen(db, press, at(14), first=11) == set()


def test_an_index_of_all_lists_proves_what_came_between_two_looks(db: Database) -> None:
    with newspaper([f"2021-01-{day:02d}" for day in range(1, 16)]) as (site, press):
        child = f"<sitemap><loc>{site.url('/news-2021-1.xml')}</loc></sitemap>"
        site.pages["/i.xml"] = (
            f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{child}</sitemapindex>"
        )
        press = with_sources(press, Source("muc-luc", SourceKind.SITEMAP, site.url("/i.xml")))
        for day in range(10, 15):
            site.pages["/news-2021-1.xml"] = a_sitemap(site, *range(1, day + 1))
            crawled(db, press, at(day))
    assert len(stored(db)) == 14
    assert unseen(db, press, at(14), first=11) == set()


@pytest.mark.parametrize("what", ["feed", "sitemap", "index"])
def test_a_list_that_has_become_empty_raises_an_alarm(db: Database, what: str) -> None:
    with newspaper([f"2021-01-{day:02d}" for day in range(1, 11)]) as (site, press):
        index = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</sitemapindex>"
        child = f"<sitemap><loc>{site.url('/news-2021-1.xml')}</loc></sitemap>"
        site.pages["/i.xml"] = index.format(child)
        site.pages["/news-2021-1.xml"] = a_sitemap(site, *range(1, 11))
        if what == "sitemap":
            press = with_sources(press, monthly(site))
        elif what == "index":
            press = with_sources(press, Source("muc-luc", SourceKind.SITEMAP, site.url("/i.xml")))
        crawled(db, press, at(11))
        site.pages |= {"/rss/home.rss": a_feed(site), "/news-2021-1.xml": a_sitemap(site)}
        site.pages["/i.xml"] = index.format("")
        for day in (12, 13, 14):
            crawled(db, press, at(day))
        told = status(db, press, at(14, 6), 1)
    assert [one["alarm"] for one in told["sources"]] == [True]


def test_a_sitemap_that_has_not_changed_is_not_fetched_whole_again(db: Database) -> None:
    with newspaper([f"2021-01-{day:02d}" for day in range(1, 11)]) as (site, press):
        asked: list[bool] = []

        def sitemap(request: Request) -> Answer:
            asked.append("if-none-match" in request.headers)
            if request.headers.get("if-none-match") == '"v1"':
                return Answer(304)
            answer = a_sitemap(site, *range(1, 11))
            return replace(answer, headers={**answer.headers, "ETag": '"v1"'})

        site.pages["/news-2021-1.xml"] = sitemap
        press = with_sources(press, monthly(site))
        for day in (20, 21, 22):
            crawled(db, press, at(day))
    assert asked[-1]


def test_a_piece_whose_page_fails_for_two_days_is_read_when_it_is_well_again(db: Database) -> None:
    with newspaper(["2021-01-09", "2021-01-10"]) as (site, press):
        good = site.pages["/tin-post2.html"]
        site.pages["/tin-post2.html"] = Answer(500)
        for day in (10, 11):
            for hour in (4, 8, 14):
                crawled(db, press, at(day, hour))
        site.pages["/tin-post2.html"] = good
        for day in range(12, 16):
            crawled(db, press, at(day))
    assert [identity for _, identity, _ in stored(db)] == ["1", "2"]


def test_a_correction_that_no_list_tells_of_is_read_within_a_week(db: Database) -> None:
    with newspaper(["2021-01-05", "2021-01-10"]) as (site, press):
        crawled(db, press, at(10, 8))
        site.pages["/tin-post2.html"] = a_story(2, "2021-01-10", "Đính chính: hồ sơ nộp tại xã.")
        for day in range(11, 19):
            crawled(db, press, at(day))
        with db.connect() as conn:
            piece = articles.by_identity(conn, "bao-mau", "2")
    assert piece is not None
    assert (piece.version, "Đính chính" in piece.article.text) == (2, True)


def test_outlets_read_side_by_side_never_ask_a_host_that_they_share_for_two_things_at_once(year_file: Path) -> None:
    world = World(2, days=40)
    shared = [make for make in world.makes.values() if make.host == "so.tinhmau.vn"]
    with played(world, year_file, at_once=8, until=date(2021, 1, 3)) as result:
        asked = [one for one in result.log if one.host == shared[0].host]
    assert len(shared) == 2
    assert asked
    assert [one for one in result.log if one.at_once > 1] == []


def test_the_same_seed_makes_the_same_world() -> None:
    one, other, third = World(7, days=40), World(7, days=40), World(8, days=40)
    assert one.pieces == other.pieces != third.pieces
    assert one.outages == other.outages != third.outages
    assert one.overlaps() == []


def test_every_list_of_the_world_is_served_by_its_own_outlet(year_file: Path) -> None:
    world = World(3, days=40)
    with played(world, year_file, until=date(2021, 1, 1)) as result:
        read = {(one.outlet, one.source): one.outcome.value for one in result.readings if one.announced}
    assert set(read) == {(make.code, kind) for make in MAKES for kind in make.lists}
