"""A source is followed as far as it goes and no further: numbered pages, older pages of a feed, pages in a circle."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest

from monitor.calendar import Period
from monitor.press import Press, Source, SourceKind
from monitor.seen import Outcome
from storage import Database
from tests.loopback import Answer, Loopback
from tests.test_jobs import MONDAY, a_story, crawled, newspaper

DAYS = tuple(f"2021-01-{day:02d}" for day in range(1, 11))
JANUARY = Period(date(2021, 1, 1), date(2021, 1, 31))


@pytest.fixture
def paper() -> Iterator[tuple[Loopback, Press]]:
    with newspaper(DAYS) as (site, press):
        source = Source("tin", SourceKind.LISTING, site.url("/tin?page={page}"), links="ul.ds a")
        yield site, told_by(press, source)


def told_by(press: Press, source: Source) -> Press:
    return replace(press, outlets=(replace(press.outlets[0], sources=(source,)),))


def a_list(numbers: Sequence[int]) -> str:
    links = "".join(f"<li><a href='/tin-post{n}.html'>Kỳ {n}</a></li>" for n in numbers)
    return f"<html><body><ul class=ds>{links}</ul></body></html>"


def lists(site: Loopback) -> list[str]:
    return [path for path in site.paths if not path.startswith("/tin-post")]


@pytest.mark.parametrize("behind", [a_list(()), Answer(404)], ids=["empty", "404"])
def test_numbered_pages_are_turned_to_their_end(
    db: Database, paper: tuple[Loopback, Press], behind: str | Answer
) -> None:
    site, press = paper
    site.pages |= {
        "/tin?page=1": a_list((10, 9, 8, 7)),
        "/tin?page=2": a_list((6, 5, 4, 3)),
        "/tin?page=3": a_list((2, 1)),
    }
    site.pages["/tin?page=4"] = behind
    (reading,) = crawled(db, press)
    assert (reading.outcome, reading.new) == (Outcome.OK, 10)
    assert reading.covers == Period(date(2021, 1, 2), date(2021, 1, 10))
    site.pages["/tin?page=1"] = a_list((11, 10, 9, 8))
    site.pages["/tin-post11.html"] = a_story(11, "2021-01-12")
    (again,) = crawled(db, press, MONDAY.replace(day=13))
    assert (again.new, again.covers) == (1, Period(date(2021, 1, 2), date(2021, 1, 12)))
    assert lists(site)[4:] == ["/tin?page=1"] or lists(site)[4:] == ["/tin?page=1", "/tin?page=2"]


def test_an_empty_page_behind_full_ones_may_be_a_bad_minute_and_proves_nothing(
    db: Database, paper: tuple[Loopback, Press]
) -> None:
    site, press = paper
    site.pages |= {"/tin?page=1": a_list((10, 9, 8)), "/tin?page=2": a_list((7, 6, 5)), "/tin?page=3": a_list(())}
    (reading,) = crawled(db, press)
    assert (reading.new, reading.covers) == (6, None)


@pytest.mark.parametrize("backfill", [None, JANUARY], ids=["crawl", "backfill"])
def test_a_server_that_shows_its_last_page_for_ever_is_left(
    db: Database, paper: tuple[Loopback, Press], backfill: Period | None
) -> None:
    site, press = paper
    site.pages |= {"/tin": a_list((3, 2, 1)), "/tin?page=1": a_list((6, 5, 4))}
    (reading,) = crawled(db, press, backfill=backfill)
    assert reading.new == 6
    assert lists(site) == ["/tin?page=1", "/tin?page=2", "/tin?page=3"]


def test_older_pages_of_a_feed_are_read_as_far_as_known_ground(db: Database, paper: tuple[Loopback, Press]) -> None:
    site, press = paper

    def feed(numbers: Sequence[int], older: str) -> Answer:
        entries = "".join(
            f"<entry><title>Kỳ {n}</title><link href='/tin-post{n}.html'/>"
            f"<published>2021-01-{n:02d}T08:00:00+07:00</published></entry>"
            for n in numbers
        )
        atom = f"<feed xmlns='http://www.w3.org/2005/Atom'><link rel='next' href='{older}'/>{entries}</feed>"
        return Answer(200, {"Content-Type": "application/atom+xml"}, atom)

    site.pages |= {"/feed": feed((5, 4, 3, 2, 1), "/feed?paged=2"), "/feed?paged=2": feed((), "/feed?paged=3")}
    press = told_by(press, Source("feed", SourceKind.FEED, site.url("/feed")))
    crawled(db, press, MONDAY.replace(day=6))
    before = len(lists(site))
    site.pages |= {"/feed": feed((10, 9), "/feed?paged=2"), "/feed?paged=2": feed((8, 7, 6, 5, 4), "/feed?paged=3")}
    (reading,) = crawled(db, press)
    assert (reading.outcome, reading.new, reading.known) == (Outcome.OK, 5, 2)
    assert lists(site)[before:] == ["/feed", "/feed?paged=2"]
