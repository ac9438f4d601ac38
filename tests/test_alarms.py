"""What raises an alarm: a source dead for over a day, a silence that nothing explains; and what does not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alarms import Alarm, AlarmKind, alarms, quiet_since
from monitor.calendar import Period
from monitor.errors import Reason, Severity
from monitor.fetch import Fetcher
from monitor.jobs.crawl import crawl
from monitor.jobs.status import alarms_of, status
from monitor.press import Press, Source, SourceKind, Validity
from monitor.seen import HOURLY, Outcome, SourceState, due_again
from storage import Database, readings
from tests.factories import a_press, an_outlet
from tests.loopback import Answer, Loopback
from tests.test_blindness import with_sources
from tests.test_jobs import FIVE_DAYS, MONDAY, a_feed, a_story, crawled, newspaper

NOW = datetime(2021, 3, 1, 0, tzinfo=UTC)
TODAY = date(2021, 3, 1)
DAY = timedelta(days=1)
NEW_YEAR = datetime(2021, 1, 1, 5, 30, tzinfo=UTC)
FEED = Source("trang-chu", SourceKind.FEED, "http://bao-mau.test/rss")
LIST = Source("tin", SourceKind.LISTING, "http://bao-mau.test/tin")


def state(source: str, success: datetime | None, failures: int = 0, reason: Reason | None = None) -> SourceState:
    outcome = Outcome.FAILED if failures else Outcome.OK
    return SourceState("bao-mau", source, NOW, success, outcome, reason, failures)


def daily(until: date, days: int = 40) -> set[date]:
    return {until - n * DAY for n in range(days)}


def test_a_source_without_a_success_for_over_a_day_raises_an_alarm() -> None:
    outlets = [an_outlet(sources=(FEED,))]
    dead = [state("trang-chu", NOW - timedelta(hours=27), 3, Reason.TLS)]
    (alarm,) = alarms(outlets, dead, {}, {}, NOW)
    assert (alarm.outlet, alarm.kind, alarm.since) == ("bao-mau", AlarmKind.UNREAD, date(2021, 2, 28))
    assert "không đọc được nguồn nào từ ngày 28/02/2021" in alarm.why
    assert alarms(outlets, [state("trang-chu", NOW - timedelta(hours=25))], {}, {}, NOW) == []


def test_one_dead_source_of_two_is_named() -> None:
    states = [state("trang-chu", NOW), state("tin", None, 2, Reason.NO_LINKS)]
    (alarm,) = alarms([an_outlet(sources=(FEED, LIST))], states, {}, {}, NOW)
    assert alarm.why == "chưa lần nào đọc được trang danh mục (trang danh mục không có liên kết tin, bài)"


def test_an_outlet_of_which_nothing_was_ever_read_is_said_to_be_so() -> None:
    (alarm,) = alarms([an_outlet(sources=(FEED, LIST))], [state("trang-chu", None, 2, Reason.DNS)], {}, {}, NOW)
    assert alarm.why == "chưa lần nào đọc được nguồn nào (không tìm thấy máy chủ (DNS))"


def test_closed_and_disabled_outlets_raise_none() -> None:
    closed = an_outlet(valid=Validity(last=TODAY - DAY))
    off = an_outlet(enabled=False, why="chưa biết nguồn")
    assert alarms([closed, off], [], {"bao-mau": daily(TODAY - 20 * DAY)}, {}, NOW) == []


def test_a_silence_beyond_the_rhythm_is_an_alarm_where_only_one_source_tells_of_it() -> None:
    published = {"bao-mau": daily(TODAY - 4 * DAY)}
    one = alarms([an_outlet(sources=(FEED,))], [state("trang-chu", NOW)], published, {}, NOW)
    two = alarms([an_outlet(sources=(FEED, LIST))], [state("trang-chu", NOW), state("tin", NOW)], published, {}, NOW)
    assert [(alarm.kind, alarm.since) for alarm in one] == [(AlarmKind.QUIET, TODAY - 3 * DAY)]
    assert two == []


@pytest.mark.parametrize(
    ("days", "pause", "since"),
    [
        (daily(TODAY - DAY), 1, None),
        (daily(TODAY - 2 * DAY), 2, None),
        (daily(TODAY - 3 * DAY), 3, TODAY - 2 * DAY),
        ({TODAY - (4 + 7 * n) * DAY for n in range(8)}, 4, None),  # a weekly: too few days to know its rhythm
        ({TODAY - (4 + 3 * n) * DAY for n in range(15)}, 4, None),
        ({TODAY - (5 + 3 * n) * DAY for n in range(15)}, 5, TODAY - 4 * DAY),
        (set(), 0, None),
    ],
)
def test_a_pause_is_strange_when_it_is_longer_by_half_than_any_of_eight_weeks(
    days: set[date], pause: int, since: date | None
) -> None:
    assert quiet_since(days, TODAY) == since


@given(st.sets(st.integers(0, 80), max_size=60), st.integers(0, 80))
def test_one_more_piece_today_ends_every_silence(ages: set[int], extra: int) -> None:
    days = {TODAY - age * DAY for age in ages}
    assert quiet_since(days | {TODAY}, TODAY) is None
    found = quiet_since(days, TODAY)
    assert found is None or all(day < found for day in days if day <= TODAY)


def over(db: Database, press: Press, *moments: datetime) -> list[list[Alarm]]:
    found = []
    for moment in moments:
        crawled(db, press, moment)
        with db.connect() as conn:
            found.append(alarms_of(conn, press, moment))
    return found


def test_a_feed_that_dies_is_flagged_within_26_hours_and_clears_when_it_is_back(db: Database) -> None:
    with newspaper(tuple(f"2021-01-{n:02d}" for n in range(4, 9))) as (site, press):
        good = site.pages["/rss/home.rss"]
        assert over(db, press, MONDAY) == [[]]
        site.pages["/rss/home.rss"] = Answer(500)
        dead = over(db, press, *(MONDAY + timedelta(hours=n) for n in (3, 25, 27)))
        site.pages["/rss/home.rss"] = good
        assert over(db, press, MONDAY + timedelta(hours=28)) == [[]]
    assert [[alarm.kind for alarm in found] for found in dead] == [[], [], [AlarmKind.UNREAD]]


def test_days_on_which_a_single_source_was_strangely_silent_are_not_seen_whole(db: Database) -> None:
    days = tuple(f"2021-01-{n:02d}" for n in range(4, 20))
    with newspaper(days) as (site, press):
        start = datetime(2021, 1, 19, 5, tzinfo=UTC)
        for n in range(6):  # the feed hangs from the 19th on
            crawled(db, press, start + n * DAY)
        january = Period(date(2021, 1, 18), date(2021, 1, 23))
        with db.connect() as conn:
            hanging = readings.gaps(conn, press.outlets, january, date(2021, 1, 24), start + 5 * DAY)
        site.pages["/rss/home.rss"] = a_feed(
            site, (17, "2021-01-24"), *((n, day) for n, day in reversed(list(enumerate(days, 1))))
        )
        site.pages["/tin-post17.html"] = a_story(17, "2021-01-24")
        crawled(db, press, start + 6 * DAY)
        with db.connect() as conn:
            after = readings.gaps(conn, press.outlets, january, date(2021, 1, 25), start + 6 * DAY)
    assert [(gap.day.day, gap.partly) for gap in hanging] == [(day, True) for day in (20, 21, 22, 23)]
    assert after == []  # the feed moves again, and shows that nothing had come in between


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("failures", [1, 2, 10, 1000])
def test_a_failing_source_is_asked_later_each_time_and_never_given_up(reason: Reason, failures: int) -> None:
    due = due_again(state("trang-chu", None, failures, reason))
    later = due_again(state("trang-chu", None, failures + 1, reason))
    assert due is not None and later is not None
    assert NOW < due <= later <= NOW + timedelta(hours=12)
    if reason.severity is Severity.TEMPORARY:
        assert due <= NOW + HOURLY  # after our own line was down for days, the next hourly run asks everybody


def patiently(db: Database, press: Press, at: datetime) -> Outcome:
    with Fetcher("cchc-monitor/test", now=lambda: at) as fetcher:
        (reading,) = crawl(db, press, fetcher, press.outlets, now=lambda: at, stop=Event(), patient=True)
    return reading.outcome


def test_a_patient_crawl_asks_once_an_hour_and_a_dead_source_less_often(db: Database) -> None:
    with newspaper(FIVE_DAYS) as (site, press):
        often = [patiently(db, press, MONDAY + timedelta(minutes=10 * n)) for n in range(7)]
        assert often == [Outcome.OK, *[Outcome.SKIPPED] * 5, Outcome.NOT_MODIFIED]
        site.pages["/rss/home.rss"] = Answer(200, {"Content-Type": "text/html"}, "<html>bảo trì</html>")
        asked = site.paths.count("/rss/home.rss")
        for n in range(2, 50):
            patiently(db, press, MONDAY + timedelta(hours=n))
        assert 5 <= site.paths.count("/rss/home.rss") - asked <= 12


def test_nothing_is_raised_for_an_outlet_that_cannot_be_read_by_us(db: Database) -> None:
    assert alarms(a_press(outlets=(an_outlet(sources=()),)).outlets, [], {}, {}, NOW) == []


def test_the_certificate_of_a_day_names_the_sources_that_saw_it(db: Database) -> None:
    with newspaper(FIVE_DAYS) as (_, press):
        feed = press.outlets[0].sources[0]
        press = replace(press, outlets=(replace(press.outlets[0], sources=(feed, replace(feed, name="hai"))),))
        crawled(db, press)
        told = status(db, press, MONDAY + timedelta(hours=1), 3)
    assert [(day["day"], day["seen"], day["by"]) for day in told["days"]] == [
        (f"2021-01-{n:02d}", "fully", ["hai", "trang-chu"]) for n in (8, 9, 10)
    ]


def test_a_section_that_shows_a_part_of_the_outlet_is_no_second_witness_of_its_silence(db: Database) -> None:
    days = tuple(f"2021-01-{n:02d}" for n in range(1, 21))
    with newspaper(days) as (site, press):
        site.pages["/muc.rss"] = a_feed(site, (1, "2021-01-01"))
        part = Source("muc", SourceKind.FEED, site.url("/muc.rss"), whole=False)
        press = with_sources(press, *press.outlets[0].sources, part)
        *_, found = over(db, press, NEW_YEAR + 19 * DAY, NEW_YEAR + 30 * DAY)
    assert (AlarmKind.QUIET, date(2021, 1, 21)) in [(alarm.kind, alarm.since) for alarm in found]


def test_two_feeds_that_hang_together_are_no_two_witnesses(db: Database) -> None:
    days = tuple(f"2021-01-{n:02d}" for n in range(1, 13))
    with newspaper(days) as (site, press):
        feed = press.outlets[0].sources[0]
        site.pages["/b.rss"] = site.pages["/rss/home.rss"]
        press = with_sources(press, feed, replace(feed, name="hai", url=site.url("/b.rss")))
        *_, found = over(db, press, *(NEW_YEAR + n * DAY for n in range(11, 30)))
    assert (AlarmKind.QUIET, date(2021, 1, 13)) in [(alarm.kind, alarm.since) for alarm in found]


def newest(site: Loopback, day: int, many: int) -> Answer:
    """Give a feed of the newest pieces, where each day of January has one."""
    return a_feed(site, *((n, f"2021-01-{n:02d}") for n in range(day, max(0, day - many), -1)))


def test_a_feed_too_short_to_prove_any_day_raises_an_alarm_though_it_answers(db: Database) -> None:
    days = tuple(f"2021-01-{n:02d}" for n in range(1, 32))
    with newspaper(days) as (site, press):
        for n in range(5, 30):
            site.pages["/rss/home.rss"] = newest(site, n, 1)
            (found,) = over(db, press, NEW_YEAR + (n - 1) * DAY)
    assert [alarm.kind for alarm in found] == [AlarmKind.BLIND]


def test_pieces_that_are_all_refused_to_us_raise_an_alarm_though_their_list_comes(db: Database) -> None:
    days = tuple(f"2021-01-{n:02d}" for n in range(1, 32))
    with newspaper(days) as (site, press):
        site.pages |= {f"/tin-post{n}.html": Answer(403) for n in range(1, 32)}
        for n in range(5, 30):
            site.pages["/rss/home.rss"] = newest(site, n, 6)
            (found,) = over(db, press, NEW_YEAR + (n - 1) * DAY)
    assert [alarm.kind for alarm in found] == [AlarmKind.BLIND]
