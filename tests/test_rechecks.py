"""Stored pieces are read again after an hour, a day and a week: corrected, taken down, come back."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from monitor.calendar import Period
from monitor.errors import Reason
from monitor.jobs.not_found import address_of_none
from monitor.jobs.shapes import clipping_json
from monitor.press import DateSource, Press, hanoi_day
from monitor.seen import State
from storage import Database, articles, readings, rechecks
from storage.rechecks import Withdrawal
from tests.factories import an_outlet
from tests.loopback import Answer, Request
from tests.test_jobs import MONDAY, a_feed, a_story, crawled, newspaper

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def history(db: Database) -> list[str]:
    with db.connect() as conn:
        return [version.article.text for version in articles.versions(conn, 1)]


def withdrawals(db: Database) -> list[Withdrawal]:
    with db.connect() as conn:
        return rechecks.withdrawn(conn, 1)


def shown(db: Database) -> str | None:
    with db.connect() as conn:
        clipping = articles.get(conn, 1)
    assert clipping is not None
    withdrawn_at: str | None = clipping_json(clipping)["withdrawn_at"]
    return withdrawn_at


def over(db: Database, press: Press, *moments: datetime) -> None:
    for moment in moments:
        crawled(db, press, moment)


def test_a_piece_is_read_again_after_an_hour_a_day_and_a_week_and_then_never(db: Database) -> None:
    with newspaper(("2021-01-08",)) as (site, press):
        over(db, press, MONDAY, MONDAY + HOUR / 2, *(MONDAY + hours * HOUR for hours in range(1, 24 * 10, 3)))
        assert site.paths.count("/tin-post1.html") == 1 + 3


def test_an_outlet_is_due_as_long_as_a_piece_of_it_is_to_be_read_again(db: Database) -> None:
    with newspaper(("2021-01-08",)) as (_, press):
        crawled(db, press)
        with db.connect() as conn:
            assert rechecks.outlets_due(conn, MONDAY + HOUR / 2) == set()
            assert rechecks.outlets_due(conn, MONDAY + HOUR) == {"bao-mau"}
        over(db, press, *(MONDAY + wait for wait in rechecks.STEPS))
        with db.connect() as conn:
            assert rechecks.outlets_due(conn, MONDAY + 30 * DAY) == set()


def test_a_correction_that_no_source_announces_is_found_within_the_hour_after_next(db: Database) -> None:
    with newspaper(("2021-01-08",)) as (site, press):
        crawled(db, press)
        site.pages["/tin-post1.html"] = a_story(1, "2021-01-08", "Đính chính: hồ sơ nhận từ 01/02.")
        crawled(db, press, MONDAY + HOUR)
    assert [("Đính chính" in text) for text in history(db)] == [False, True]


@pytest.mark.parametrize("pages", [None, "epi"], ids=["without rules", "by rules"])
def test_a_counter_and_a_clock_make_no_version_and_a_number_in_a_sentence_does(db: Database, pages: str | None) -> None:
    def story(views: int, clock: str, solved: int) -> str:
        said = f"Đã có {solved} hồ sơ được giải quyết. Người dân nộp hồ sơ tại nhà và nhận kết quả qua bưu chính."
        beside = f"<p>Lượt xem: {views}</p><p>Thứ hai, 11/01/2021, {clock} (GMT+7)</p>"
        more = "Cán bộ hẹn ngày qua điện thoại, mang theo máy quét và trả biên nhận ngay tại chỗ cho người dân."
        return a_story(1, body=f"{said}</p>{beside}<p>{more}")

    with newspaper(("2021-01-08",)) as (site, press):
        press = replace(press, outlets=(replace(press.outlets[0], pages=pages),))
        site.pages["/tin-post1.html"] = story(9, "12:30:00", 15)
        crawled(db, press)
        site.pages["/tin-post1.html"] = story(9973, "13:30:07", 15)
        crawled(db, press, MONDAY + HOUR)
        assert len(history(db)) == 1
        site.pages["/tin-post1.html"] = story(12051, "12:31:40", 51)
        crawled(db, press, MONDAY + DAY)
    assert [("15 hồ sơ" in text, "51 hồ sơ" in text) for text in history(db)] == [(True, False), (False, True)]
    assert not any("Lượt xem" in text or "GMT" in text for text in history(db))


def test_a_day_that_only_the_source_told_is_not_lost_when_the_page_is_read_again(db: Database) -> None:
    with newspaper(("2021-01-08",)) as (site, press):
        silent = a_story(1).replace("<time", "<span").replace("</time>", "</span>")
        site.pages["/tin-post1.html"] = silent
        crawled(db, press)
        crawled(db, press, MONDAY + HOUR)
        site.pages["/tin-post1.html"] = silent.replace("tại nhà", "ở nhà")
        crawled(db, press, MONDAY + DAY)
    with db.connect() as conn:
        told = [(one.article.published_on, one.article.date_source) for one in articles.versions(conn, 1)]
    assert told == [(date(2021, 1, 8), DateSource.ANNOUNCED)] * 2


def test_an_unchanged_piece_is_asked_for_with_its_validators_and_not_sent_again(db: Database) -> None:
    with newspaper(("2021-01-08",)) as (site, press):
        whole = a_story(1)

        def story(request: Request) -> Answer:
            asked = request.headers.get("if-none-match")
            return Answer(304) if asked == '"v1"' else Answer(200, {"Content-Type": "text/html", "ETag": '"v1"'}, whole)

        site.pages["/tin-post1.html"] = story
        over(db, press, MONDAY, MONDAY + HOUR)
        asked = [r.headers.get("if-none-match") for r in site.requests if r.path == "/tin-post1.html"]
    assert asked == [None, '"v1"']
    assert len(history(db)) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_piece_taken_down_stays_stored_and_it_is_written_down_when(db: Database, status: int) -> None:
    with newspaper(("2021-01-08",)) as (site, press):
        crawled(db, press)
        story = site.pages["/tin-post1.html"]
        site.pages["/tin-post1.html"] = Answer(status)
        over(db, press, MONDAY + HOUR, MONDAY + DAY)
        assert [(one.at, one.returned_at) for one in withdrawals(db)] == [(MONDAY + HOUR, None)]
        assert shown(db) == "2021-01-11T13:30:00+07:00"
        site.pages["/tin-post1.html"] = story
        crawled(db, press, MONDAY + 7 * DAY)
    assert [(one.at, one.returned_at) for one in withdrawals(db)] == [(MONDAY + HOUR, MONDAY + 7 * DAY)]
    assert shown(db) is None
    assert len(history(db)) == 1


def test_a_page_that_does_not_answer_is_not_taken_for_gone(db: Database) -> None:
    with newspaper(("2021-01-08",)) as (site, press):
        crawled(db, press)
        site.pages["/tin-post1.html"] = Answer(500)
        over(db, press, *(MONDAY + days * DAY for days in range(1, 12)))
        asked = site.paths.count("/tin-post1.html")
        over(db, press, *(MONDAY + days * DAY for days in range(12, 20)))
        assert site.paths.count("/tin-post1.html") == asked
    assert withdrawals(db) == []


def test_what_a_person_backfilled_is_not_read_again(db: Database) -> None:
    with newspaper(("2021-01-08",)) as (site, press):
        day = hanoi_day(MONDAY)
        crawled(db, press, backfill=Period(day - 7 * DAY, day))
        over(db, press, MONDAY + HOUR, MONDAY + DAY)
        assert site.paths.count("/tin-post1.html") == 1


def test_a_page_that_an_outlet_shows_for_any_address_is_no_article_and_hides_no_day(db: Database) -> None:
    with newspaper(("2021-01-07", "2021-01-08")) as (site, press):
        home = a_story(0).replace("kỳ 0", "trang chủ")
        site.pages["/tin-post9999.html"] = home
        crawled(db, press)
        site.pages["/rss/home.rss"] = a_feed(site, (3, "2021-01-08"), (1, "2021-01-07"))
        site.pages["/tin-post3.html"] = home
        (reading,) = crawled(db, press, MONDAY + DAY)
        crawled(db, press, MONDAY + 2 * DAY)
        crawled(db, press, MONDAY + 4 * DAY)
    with db.connect() as conn:
        (told,) = readings.states(conn, "bao-mau", ["3"]).values()
    assert (reading.new, reading.failed) == (0, 1)
    assert (told.state, told.reason) == (State.FAILED, Reason.SOFT_404)


def test_an_honest_server_is_asked_for_a_page_of_nothing_once_a_week(db: Database) -> None:
    with newspaper(("2021-01-07", "2021-01-08")) as (site, press):
        over(db, press, *(MONDAY + days * DAY for days in range(10)))
        assert site.paths.count("/tin-post9999.html") == 2


@pytest.mark.parametrize(
    ("identity", "url", "none"),
    [
        (r"-post(?P<id>\d+)\.html$", "https://a.vn/tin-post120.html", "https://a.vn/tin-post999999.html"),
        (
            r"/Pages/[^/]*?(?P<id>[0-9a-f]{4})\.aspx$",
            "https://a.vn/Pages/tin-00af.aspx",
            "https://a.vn/Pages/tin-9999999.aspx",
        ),
        (r"/(?P<id>[a-z-]+)/$", "https://a.vn/tin-moi/", None),
        (None, "https://a.vn/tin", None),
    ],
)
def test_an_address_of_none_differs_from_a_piece_in_its_number_only(
    identity: str | None, url: str, none: str | None
) -> None:
    assert address_of_none(an_outlet(identity=identity), url) == none
