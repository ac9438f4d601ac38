"""Stored pages read anew: our reading changes, the outlet corrected nothing, and nobody's word is lost."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.errors import Reason
from monitor.jobs.rebuild import Rebuilt, Result, read_in_vain, rebuild
from monitor.jobs.tag import review, tag
from monitor.press import Article, DateSource, Link, Page, PageRules, Press
from storage import Database, articles, open_database, readings, rebuilt
from tests.factories import NOON, a_page, a_plan, a_press, an_outlet
from tests.test_jobs import ONE_RULE

WORDS = "Người dân nộp hồ sơ tại nhà và nhận kết quả qua bưu chính công ích, không phải đi lại nhiều lần."
OLD = PageRules(title=("h1",), text=("div.menu",), published=("time@datetime",))
NEW = PageRules(title=("h1",), text=("div.body",), lead=("p.sapo",), published=("time@datetime",))
LATER = datetime(2021, 3, 1, tzinfo=UTC)


def a_story(number: int, day: str | None = "2021-01-05", words: str = WORDS) -> str:
    dated = f"<time datetime='{day}T08:00:00+0700'></time>" if day else ""
    return (
        f"<html><body><h1>Xã Mẫu Sơn nhận hồ sơ trực tuyến, kỳ {number}</h1>{dated}<p class=sapo>Từ đầu năm.</p>"
        f"<div class=menu>Trang chủ Thời sự Kinh tế</div><div class=body><p>{words} Số {number}.</p></div>"
        "</body></html>"
    )


def a_registry(rules: PageRules) -> Press:
    return a_press(outlets=(an_outlet(), an_outlet(code="cong-mau")), pages={"epi": (rules,)})


def put(db: Database, press: Press, number: int, body: str, outlet: str = "bao-mau", **changes: object) -> int:
    """Store a page as it was read by the press's rules of that time."""
    from monitor.extract import extract

    url = f"http://bao-mau.test/tin-post{number}.html"
    page: Page = replace(a_page(body, url=url, final_url=url), **changes)  # type: ignore[arg-type]
    own = press.outlet(outlet)
    with db.begin() as conn:
        return articles.add(
            conn, extract(page, own, press.rules(own, date(2021, 1, 4)), Link(url, "", date(2021, 1, 4))), page
        ).id


@pytest.fixture
def filled(db: Database) -> Database:
    """Give a database with three pieces whose texts were taken from the menu."""
    for number in (1, 2, 3):
        put(db, a_registry(OLD), number, a_story(number))
    return db


def again(db: Database, rules: PageRules = NEW, *, keep: bool = True, outlet: str = "bao-mau") -> list[Rebuilt]:
    press = a_registry(rules)
    return list(rebuild(db, press, [press.outlet(outlet)], now=lambda: LATER, keep=keep))


def current(db: Database, number: int = 1) -> Article:
    with db.connect() as conn:
        clipping = articles.get(conn, number)
    assert clipping is not None
    return clipping.article


def whole(db: Database) -> list[object]:
    tables = ("articles", "versions", "pages", "addresses", "tags", "tagged", "verdicts", "links")
    with db.connect() as conn:
        return [sorted(map(repr, conn.execute(text(f"SELECT * FROM {table}")))) for table in tables]


def test_a_text_that_the_old_rules_missed_is_read_from_the_stored_bytes(filled: Database) -> None:
    assert current(filled).text == "Trang chủ Thời sự Kinh tế"
    done = again(filled)
    assert [(one.id, one.result, one.fields) for one in done] == [
        (number, Result.CHANGED, ("lead", "text")) for number in (1, 2, 3)
    ]
    assert current(filled).text == f"{WORDS} Số 1."
    assert current(filled).lead == "Từ đầu năm."


def test_what_changed_is_our_reading_and_no_correction_of_the_outlets(filled: Database) -> None:
    again(filled)
    with filled.connect() as conn:
        (version,) = articles.versions(conn, 1)
        row = conn.execute(text("SELECT version, fetched_at, first_seen_at FROM articles WHERE id = 1")).one()
    assert (version.version, row.version) == (1, 1)
    assert version.rebuilt_at == LATER
    assert version.article == current(filled)
    assert version.article.fetched_at == NOON


def test_what_people_said_stays_and_the_tags_are_asked_again(filled: Database) -> None:
    tag(filled, ONE_RULE)
    review(filled, a_plan(), 1, add=("9",), by="L.T", at=NOON)
    again(filled)
    with filled.connect() as conn:
        assert [number for number, _ in articles.untagged(conn, ONE_RULE.name, 10)] == [1, 2, 3]
        clipping = articles.get(conn, 1)
    assert clipping is not None
    assert [verdict.by for verdict in clipping.verdicts] == ["L.T"]
    assert clipping.standing == ("9",)
    assert clipping.work is None


def test_what_reads_the_same_is_not_touched(filled: Database) -> None:
    tag(filled, ONE_RULE)
    before = whole(filled)
    assert {one.result for one in again(filled, OLD)} == {Result.SAME}
    assert whole(filled) == before


def test_a_second_time_changes_nothing(filled: Database) -> None:
    again(filled)
    before = whole(filled)
    assert {one.result for one in again(filled)} == {Result.SAME}
    assert whole(filled) == before


def test_a_dry_run_says_the_same_and_changes_nothing(filled: Database) -> None:
    before = whole(filled)
    said = again(filled, keep=False)
    assert whole(filled) == before
    assert again(filled) == said


def test_a_page_that_no_longer_reads_stays_as_it_was_and_is_named(db: Database) -> None:
    put(db, a_registry(OLD), 1, a_story(1))
    before, press = current(db), a_registry(NEW)
    other = replace(press.outlets[0], identity=r"-d(?P<id>\d+)\.htm$")
    (done,) = rebuild(db, press, [other], now=lambda: LATER)
    assert (done.result, done.identity, done.reason) == (Result.UNREAD, "1", Reason.NOT_AN_ARTICLE)
    assert current(db) == before


def test_a_text_is_not_given_up_for_none(db: Database) -> None:
    story = a_story(1).replace("</body>", "<div class=rong></div></body>")
    put(db, a_registry(OLD), 1, story)
    (done,) = again(db, PageRules(title=("h1",), text=("div.rong",)))
    assert (done.result, done.reason) == (Result.UNREAD, Reason.EXTRACTION)
    assert current(db).text


@pytest.mark.parametrize("how", ["other bytes", "no frame"])
def test_bytes_that_are_damaged_are_named_and_nothing_is_read_from_them(filled: Database, how: str) -> None:
    before, digest = current(filled), current(filled).sha256
    with filled.begin() as conn:
        other = conn.execute(text("SELECT body FROM pages WHERE sha256 <> :d LIMIT 1"), {"d": digest}).scalar_one()
        body = other if how == "other bytes" else b"x"
        conn.execute(text("UPDATE pages SET body = :b WHERE sha256 = :d"), {"b": body, "d": digest})
    assert [one.result for one in again(filled)] == [Result.DAMAGED, Result.CHANGED, Result.CHANGED]
    assert current(filled) == before


def test_a_day_that_only_the_source_announced_is_not_lost(db: Database) -> None:
    put(db, a_registry(OLD), 1, a_story(1, None))
    assert (current(db).published_on, current(db).date_source) == (date(2021, 1, 4), DateSource.ANNOUNCED)
    again(db)
    assert (current(db).published_on, current(db).date_source) == (date(2021, 1, 4), DateSource.ANNOUNCED)


def test_the_newest_of_several_versions_is_read_and_the_earlier_ones_stay(db: Database) -> None:
    put(db, a_registry(OLD), 1, a_story(1))
    put(db, a_registry(OLD), 1, a_story(1).replace("Kinh tế", "Kinh tế Văn hóa"))
    again(db)
    with db.connect() as conn:
        first, second = articles.versions(conn, 1)
    assert (first.article.text, first.rebuilt_at) == ("Trang chủ Thời sự Kinh tế", None)
    assert (second.article.text, second.rebuilt_at) == (f"{WORDS} Số 1.", LATER)


def test_a_correction_that_came_meanwhile_is_not_overwritten(filled: Database) -> None:
    with filled.connect() as conn:
        version = rebuilt.newest(conn, 1)
    put(filled, a_registry(NEW), 1, a_story(1, words="Đính chính."))
    with filled.begin() as conn:
        rebuilt.put(conn, 1, version.version, version.article, LATER)
    assert current(filled).text == "Đính chính. Số 1."


def test_only_the_outlets_asked_for_are_read(filled: Database) -> None:
    assert again(filled, outlet="cong-mau") == []
    assert current(filled).text == "Trang chủ Thời sự Kinh tế"


def test_a_piece_keeps_the_identity_by_which_a_crawl_knows_it(filled: Database) -> None:
    press = a_registry(NEW)
    other = replace(press.outlets[0], identity=r"tin-(?P<id>post\d+)\.html$")
    done = list(rebuild(filled, press, [other], now=lambda: LATER))
    assert {one.result for one in done} == {Result.CHANGED}
    assert current(filled).identity == "1"


def test_pieces_that_came_and_could_not_be_read_are_counted(filled: Database) -> None:
    with filled.begin() as conn:
        link = {"9": Link("http://bao-mau.test/tin-post9.html")}
        readings.announce(conn, "bao-mau", "trang-chu", link, NOON)
        readings.missed(conn, "bao-mau", "9", Reason.SOFT_404, NOON, refused=False)
        readings.announce(conn, "bao-mau", "trang-chu", {"8": Link("http://bao-mau.test/tin-post8.html")}, NOON)
        readings.missed(conn, "bao-mau", "8", Reason.DNS, NOON, refused=False)
    assert read_in_vain(filled, a_registry(NEW).outlets) == 1


def test_it_stops_after_the_article_in_hand(filled: Database) -> None:
    press = a_registry(NEW)
    asked: Iterator[bool] = iter([False, True])
    stop: Callable[[], bool] = lambda: next(asked)  # noqa: E731
    assert len(list(rebuild(filled, press, press.outlets[:1], now=lambda: LATER, stop=stop))) == 1
    assert [current(filled, n).text.startswith("Trang chủ") for n in (1, 2, 3)] == [False, True, True]


def test_the_next_articles_are_asked_for_batch_by_batch(db: Database) -> None:
    for number in range(1, 8):
        put(db, a_registry(OLD), number, a_story(number))
    with db.connect() as conn:
        assert rebuilt.numbers(conn, "bao-mau", 0, 3) == [1, 2, 3]
        assert rebuilt.numbers(conn, "bao-mau", 3, 3) == [4, 5, 6]
        assert rebuilt.numbers(conn, "bao-mau", 7, 3) == []


KILLED = """
import os, sys
from storage import open_database
from tests.test_rebuild import LATER, NEW, a_registry
from monitor.jobs.rebuild import rebuild
press = a_registry(NEW)
with open_database(sys.argv[1]) as database:
    for place, _ in enumerate(rebuild(database, press, press.outlets[:1], now=lambda: LATER)):
        if place == int(sys.argv[2]):
            os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("place", [0, 2])
def test_killed_in_the_middle_and_started_again_it_ends_as_if_never_killed(tmp_path: Path, place: int) -> None:
    url = f"sqlite:///{tmp_path}/monitor.db"
    with open_database(url) as database:
        database.upgrade()
        for number in range(1, 6):
            put(database, a_registry(OLD), number, a_story(number))
        root = Path(__file__).parent.parent
        died = subprocess.run(
            [sys.executable, "-c", KILLED, url, str(place)], cwd=root, env=os.environ | {"PYTHONPATH": str(root)},
            check=False, timeout=60,
        )  # fmt: skip
        assert died.returncode == -9
        texts = [current(database, n).text for n in range(1, 6)]
        assert sum(one.startswith("Người dân") for one in texts) == place + 1
        assert [one.result for one in again(database)].count(Result.SAME) == place + 1
        with database.connect() as conn:
            assert all(v.article.text.startswith("Người dân") for n in range(1, 6) for v in articles.versions(conn, n))
