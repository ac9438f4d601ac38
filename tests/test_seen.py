"""Which days a reading proves: never one that is not over, never one that was not joined to known ground."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.calendar import Period
from monitor.press import hanoi_day, midnight
from monitor.seen import Ground, Reach, proved, whole_since, window

TODAY = date(2021, 1, 20)
NOW = midnight(TODAY) + timedelta(hours=5)
LAST_LOOK = midnight(date(2021, 1, 16)) + timedelta(hours=21)
GROUND = Ground(LAST_LOOK, LAST_LOOK, midnight(date(2021, 1, 3)))
days = st.dates(date(2020, 1, 1), date(2022, 1, 1))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2022, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
reaches = st.builds(Reach, st.booleans(), st.booleans(), st.none() | days)


def seen(reach: Reach, ground: Ground | None = None) -> Period | None:
    return proved(reach, whole_since(reach, ground, NOW), TODAY)


def test_a_first_crawl_looks_back_to_the_monday_of_the_last_closed_week() -> None:
    assert window(None, date(2021, 1, 20)) == Period(date(2021, 1, 11), date(2021, 1, 20))
    assert window(None, date(2021, 1, 18)) == Period(date(2021, 1, 11), date(2021, 1, 18))
    assert window(None, date(2021, 1, 24)) == Period(date(2021, 1, 11), date(2021, 1, 24))


def test_a_later_crawl_looks_back_to_the_day_of_the_last_look() -> None:
    assert window(GROUND, TODAY) == Period(date(2021, 1, 16), TODAY)
    assert window(Ground(NOW, NOW, NOW), TODAY) == Period(TODAY, TODAY)


def test_a_source_that_was_not_read_whole_proves_nothing() -> None:
    assert seen(Reach(complete=False, met=True, back_to=TODAY), GROUND) is None


def test_the_lists_of_months_prove_those_months_and_no_other() -> None:
    january = Reach(True, months=Period(date(2021, 1, 1), date(2021, 1, 31)))
    assert seen(january) == Period(date(2021, 1, 1), date(2021, 1, 19))
    december = Reach(True, months=Period(date(2020, 12, 1), date(2020, 12, 31)))
    assert seen(december) == seen(december, GROUND) == Period(date(2020, 12, 1), date(2020, 12, 31))
    gapped = Reach(True, months=Period(date(2021, 1, 1), date(2021, 1, 31)), gapped=True)
    assert seen(gapped, GROUND) == Period(date(2021, 1, 1), date(2021, 1, 19))
    assert whole_since(gapped, GROUND, NOW) is None  # the month that is missing is asked for again


def test_the_oldest_day_of_a_dated_feed_may_be_cut_and_is_not_proved() -> None:
    reach = Reach(True, back_to=date(2021, 1, 14))
    assert seen(reach) == Period(date(2021, 1, 15), date(2021, 1, 19))


def test_a_dated_feed_that_reaches_behind_the_day_of_the_last_look_proves_all_since_the_first() -> None:
    assert seen(Reach(True, back_to=date(2021, 1, 15)), GROUND) == Period(date(2021, 1, 3), date(2021, 1, 19))


def test_a_feed_that_reaches_to_the_day_of_the_last_look_must_show_what_was_known_then() -> None:
    cut = Reach(True, back_to=date(2021, 1, 16))  # more may have come that evening than the feed holds
    assert seen(cut, GROUND) == Period(date(2021, 1, 17), date(2021, 1, 19))
    met = Reach(True, met=True, back_to=date(2021, 1, 16))
    assert seen(met, GROUND) == Period(date(2021, 1, 3), date(2021, 1, 19))


def test_a_list_without_days_proves_what_comes_from_its_first_look_on() -> None:
    assert whole_since(Reach(True), None, NOW) == NOW
    assert seen(Reach(True)) is None
    before = NOW - timedelta(days=2)
    yesterday = Ground(before, before, before)
    assert seen(Reach(True, met=True), yesterday) == Period(date(2021, 1, 19), date(2021, 1, 19))


def test_a_list_that_joins_nothing_begins_anew() -> None:
    assert whole_since(Reach(True), GROUND, NOW) == NOW
    assert seen(Reach(True), GROUND) is None
    assert seen(Reach(True, met=True), GROUND) == Period(date(2021, 1, 3), date(2021, 1, 19))


def test_a_reading_over_midnight_is_of_the_day_on_which_its_list_was_asked_for() -> None:
    asked, noted = LAST_LOOK.replace(hour=23, minute=55), midnight(date(2021, 1, 17)) + timedelta(minutes=4)
    ground = Ground(asked, noted, midnight(date(2021, 1, 3)))
    assert seen(Reach(True, back_to=date(2021, 1, 16)), ground) == Period(date(2021, 1, 17), date(2021, 1, 19))


@given(reaches, st.none() | st.builds(lambda at, since: Ground(at, at, since), moments, moments), moments)
def test_no_reading_proves_a_day_that_is_not_over(reach: Reach, ground: Ground | None, now: datetime) -> None:
    today = hanoi_day(now)
    found = proved(reach, whole_since(reach, ground, now), today)
    assert found is None or found.last == today - timedelta(days=1)


@given(st.builds(Reach, st.just(True), st.just(False), days), st.none() | moments, moments)
def test_a_feed_that_does_not_reach_the_last_look_proves_no_day_before_what_it_showed(
    reach: Reach, last: datetime | None, now: datetime
) -> None:
    assert reach.back_to is not None
    assume(reach.back_to <= hanoi_day(now) and (last is None or last <= now))
    ground = Ground(last, last, last - timedelta(days=30)) if last else None
    found = proved(reach, whole_since(reach, ground, now), hanoi_day(now))
    if ground is None or reach.back_to >= hanoi_day(ground.at):
        assert found is None or found.first > reach.back_to
