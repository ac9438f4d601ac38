"""Pages that came and could not be read: their bytes are kept, and better rules make articles of them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.errors import Reason
from monitor.extract import extract
from monitor.jobs.rebuild import read_in_vain
from monitor.jobs.unread import Came, Tried, try_again
from monitor.press import DateSource, Link, Page, Press
from monitor.seen import State
from storage import Database, articles, open_database, readings, rechecks, unread_pages
from tests.factories import NOON, a_page
from tests.loopback import Answer
from tests.test_jobs import MONDAY, crawled, newspaper
from tests.test_jobs import a_story as a_stored_story
from tests.test_rebuild import LATER, NEW, a_registry, a_story

TITLELESS = a_story(9).replace("h1", "div")
"""A page in which nothing is named a title: it is no article until a rule says where the title is."""

BETTER = replace(NEW, title=("h1", "body > div"))


def missed(
    db: Database, number: int = 9, body: str = TITLELESS, reason: Reason = Reason.NOT_AN_ARTICLE, **changes: object
) -> Page:
    """Leave a piece announced and its page unread."""
    url = f"http://bao-mau.test/tin-post{number}.html"
    page: Page = replace(a_page(body, url=url, final_url=url), **changes)  # type: ignore[arg-type]
    with db.begin() as conn:
        readings.announce(conn, "bao-mau", "trang-chu", {str(number): Link(url, "", date(2021, 1, 4))}, NOON)
        readings.missed(conn, "bao-mau", str(number), reason, NOON, refused=False, page=page)
    return page


def again(
    db: Database, press: Press | None = None, *, keep: bool = True, stop: Callable[[], bool] = lambda: False
) -> list[Tried]:
    press = press or a_registry(BETTER)
    return list(try_again(db, press, press.outlets[:1], now=lambda: LATER, keep=keep, stop=stop))


def kept(db: Database) -> list[str]:
    with db.connect() as conn:
        return [one.identity for one in unread_pages.following(conn, "bao-mau", "", 100)]


def announced(db: Database, *identities: str) -> dict[str, Reason | None]:
    with db.connect() as conn:
        return {name: one.reason for name, one in readings.states(conn, "bao-mau", identities).items()}


def whole(db: Database) -> list[object]:
    with db.connect() as conn:
        return [
            sorted(map(repr, conn.execute(text(f"SELECT * FROM {table}"))))
            for table in ("articles", "versions", "pages", "addresses", "links", "unread_pages", "rechecks")
        ]


def test_a_page_that_came_and_could_not_be_read_is_kept_byte_for_byte(db: Database) -> None:
    with newspaper() as (site, press):
        site.pages["/tin-post2.html"] = broken = Answer(200, {"Content-Type": "text/html"}, TITLELESS.encode())
        (reading,) = crawled(db, press, MONDAY)
    assert (reading.new, reading.failed) == (1, 1)
    with db.connect() as conn:
        (one,) = unread_pages.following(conn, "bao-mau", "", 10)
        assert articles.sound(conn, one.sha256) == broken.body
    assert (one.identity, one.status, one.fetched_at) == ("2", 200, MONDAY)
    assert one.url == one.final_url == site.url("/tin-post2.html")
    assert one.headers["content-type"] == "text/html"
    assert one.link.published_on == date(2021, 1, 8)


@pytest.mark.parametrize("answer", [Answer(500), Answer(429, {"Retry-After": "3600"}), None])
def test_where_no_page_came_the_one_that_came_before_stays(db: Database, answer: Answer | None) -> None:
    with newspaper() as (site, press):
        site.pages["/tin-post2.html"] = TITLELESS
        crawled(db, press, MONDAY)
        del site.pages["/tin-post2.html"]
        if answer is not None:
            site.pages["/tin-post2.html"] = answer
        crawled(db, press, MONDAY + timedelta(hours=1))
    with db.connect() as conn:
        (one,) = unread_pages.following(conn, "bao-mau", "", 10)
        assert conn.execute(text("SELECT count(*) FROM pages")).scalar() == 2
    assert one.fetched_at == MONDAY


def test_of_several_pages_of_a_piece_the_newest_is_kept(db: Database) -> None:
    missed(db)
    newest = missed(db, body=TITLELESS.replace("kỳ 9", "kỳ chín"), fetched_at=NOON + timedelta(hours=1))
    with db.connect() as conn:
        (one,) = unread_pages.following(conn, "bao-mau", "", 10)
    assert (one.sha256, one.fetched_at) == (newest.sha256, newest.fetched_at)


def test_a_piece_that_arrives_leaves_no_unread_page(db: Database) -> None:
    with newspaper() as (site, press):
        site.pages["/tin-post2.html"] = TITLELESS
        crawled(db, press, MONDAY)
        assert kept(db) == ["2"]
        site.pages["/tin-post2.html"] = a_stored_story(2)
        crawled(db, press, MONDAY + timedelta(hours=1))
    assert kept(db) == []


@pytest.mark.parametrize("reason", [Reason.NO_DATE, Reason.DUPLICATE])
def test_a_piece_that_is_stored_and_stays_announced_leaves_no_unread_page(db: Database, reason: Reason) -> None:
    missed(db)
    with db.begin() as conn:
        readings.missed(conn, "bao-mau", "9", reason, NOON, refused=False)
    assert kept(db) == []


def test_of_a_piece_that_nobody_announced_no_page_is_kept(db: Database) -> None:
    with db.begin() as conn:
        page = a_page(TITLELESS)
        readings.missed(conn, "bao-mau", "9", Reason.NOT_AN_ARTICLE, NOON, refused=False, page=page)
    assert kept(db) == []


def test_a_page_that_now_reads_becomes_an_article_of_the_day_on_which_it_came(db: Database) -> None:
    page = missed(db)
    (done,) = again(db)
    assert (done.outlet, done.identity, done.result) == ("bao-mau", "9", Came.READ)
    with db.connect() as conn:
        (version,) = articles.versions(conn, done.id or 0)
        held = articles.find(conn, "bao-mau", ["9"])["9"]
        due = rechecks.due(conn, "bao-mau", NOON + timedelta(hours=1), 10)
    article = version.article
    assert article.title == "Xã Mẫu Sơn nhận hồ sơ trực tuyến, kỳ 9"
    assert (article.published_on, article.fetched_at, article.sha256) == (date(2021, 1, 5), NOON, page.sha256)
    assert (held.first_seen_at, version.version, version.rebuilt_at) == (NOON, 1, None)
    assert [one.identity for one in due] == ["9"]
    assert (kept(db), announced(db, "9")) == ([], {})
    assert again(db) == []


def test_a_day_that_only_the_source_told_is_used(db: Database) -> None:
    missed(db, body=a_story(9, None).replace("h1", "div"))
    (done,) = again(db)
    with db.connect() as conn:
        clipping = articles.get(conn, done.id or 0)
    assert clipping is not None
    assert (clipping.article.published_on, clipping.article.date_source) == (date(2021, 1, 4), DateSource.ANNOUNCED)


def test_a_page_that_still_cannot_be_read_stays_kept_and_its_piece_missing(db: Database) -> None:
    missed(db)
    before = whole(db)
    assert again(db, a_registry(NEW)) == [Tried("bao-mau", "9", Came.UNREAD, reason=Reason.NOT_AN_ARTICLE)]
    assert whole(db) == before


def test_a_page_that_the_outlet_shows_for_any_address_becomes_no_article(db: Database) -> None:
    from monitor.extract import extract
    from monitor.jobs.not_found import shown_for
    from storage import hosts

    press = a_registry(NEW)
    page = missed(db, body=a_story(9), reason=Reason.SOFT_404)
    article = extract(page, press.outlets[0], NEW)
    with db.begin() as conn:
        hosts.keep_not_found(conn, "bao-mau", shown_for(article, NOON))
    assert again(db, press) == [Tried("bao-mau", "9", Came.UNREAD, reason=Reason.SOFT_404)]


def test_a_dry_run_of_unread_pages_says_the_same_and_changes_nothing(db: Database) -> None:
    missed(db)
    before = whole(db)
    assert [replace(one, id=1) for one in again(db, keep=False)] == [Tried("bao-mau", "9", Came.READ, 1)]
    assert whole(db) == before


@pytest.mark.parametrize("how", ["other bytes", "no frame"])
def test_damaged_bytes_of_an_unread_page_are_named_and_nothing_is_read_from_them(db: Database, how: str) -> None:
    missed(db)
    missed(db, 8, a_story(8))
    with db.begin() as conn:
        u = "SELECT sha256 FROM unread_pages WHERE identity = "
        other = conn.execute(text(f"SELECT body FROM pages WHERE sha256 = ({u}'8')")).scalar_one()
        body = other if how == "other bytes" else b"x"
        conn.execute(text(f"UPDATE pages SET body = :b WHERE sha256 = ({u}'9')"), {"b": body})
    assert [(one.identity, one.result) for one in again(db)] == [("8", Came.READ), ("9", Came.DAMAGED)]
    assert kept(db) == ["9"]


def test_a_page_without_any_day_is_stored_and_leaves_its_days_open(db: Database) -> None:
    url = "http://bao-mau.test/tin-post9.html"
    page = a_page(a_story(9, None).replace("h1", "div"), url=url, final_url=url)
    with db.begin() as conn:
        readings.announce(conn, "bao-mau", "trang-chu", {"9": Link(url)}, NOON)
        readings.missed(conn, "bao-mau", "9", Reason.NOT_AN_ARTICLE, NOON, refused=False, page=page)
    (done,) = again(db)
    assert done.id is not None
    assert (kept(db), announced(db, "9")) == ([], {"9": Reason.NO_DATE})


def test_a_page_that_names_a_piece_that_was_read_since_does_not_take_its_place(db: Database) -> None:
    own = "<link rel=canonical href='http://bao-mau.test/tin-moi/tin-post9.html'>"
    missed(db, body=TITLELESS.replace("<body>", f"<head>{own}</head><body>"))
    press = a_registry(BETTER)
    press = replace(press, outlets=(replace(press.outlets[0], identity=None), *press.outlets[1:]))
    url = "http://bao-mau.test/tin-moi/tin-post9.html"
    newer = a_page(a_story(7), url=url, final_url=url)
    newer = replace(newer, fetched_at=NOON + timedelta(days=1))
    with db.begin() as conn:
        stored = articles.add(conn, extract(newer, press.outlets[0], BETTER), newer)
    (done,) = again(db, press)
    with db.connect() as conn:
        assert len(articles.versions(conn, stored.id)) == 1
        state = readings.states(conn, "bao-mau", ["9"])["9"]
    assert done.id == stored.id
    assert (state.state, state.reason, kept(db)) == (State.REFUSED, Reason.DUPLICATE, [])


def test_pieces_whose_page_is_kept_are_not_counted_as_lost(db: Database) -> None:
    missed(db)
    with db.begin() as conn:
        readings.announce(conn, "bao-mau", "trang-chu", {"8": Link("http://bao-mau.test/tin-post8.html")}, NOON)
        readings.missed(conn, "bao-mau", "8", Reason.EXTRACTION, NOON, refused=False)
    assert read_in_vain(db, a_registry(NEW).outlets) == 1


def test_trying_again_stops_after_the_page_in_hand(db: Database) -> None:
    for number in (7, 8, 9):
        missed(db, number, a_story(number))
    asked: Iterator[bool] = iter([False, True])
    assert [one.identity for one in again(db, stop=lambda: next(asked))] == ["7"]
    assert kept(db) == ["8", "9"]


KILLED = """
import os, sys
from storage import open_database
from tests.test_rebuild import LATER, NEW, a_registry
from monitor.jobs.unread import try_again
press = a_registry(NEW)
with open_database(sys.argv[1]) as database:
    for place, _ in enumerate(try_again(database, press, press.outlets[:1], now=lambda: LATER)):
        if place == int(sys.argv[2]):
            os.kill(os.getpid(), 9)
"""


def test_trying_again_killed_in_the_middle_and_started_again_reads_each_page_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/monitor.db"
    with open_database(url) as database:
        database.upgrade()
        for number in range(1, 6):
            missed(database, number, a_story(number))
        root = Path(__file__).parent.parent
        died = subprocess.run(
            [sys.executable, "-c", KILLED, url, "1"], cwd=root, env=os.environ | {"PYTHONPATH": str(root)},
            check=False, timeout=60,
        )  # fmt: skip
        assert died.returncode == -9
        assert kept(database) == ["3", "4", "5"]
        assert [one.identity for one in again(database)] == ["3", "4", "5"]
        with database.connect() as conn:
            assert sorted(articles.find(conn, "bao-mau", list("12345"))) == list("12345")
            assert all(len(articles.versions(conn, number)) == 1 for number in range(1, 6))
