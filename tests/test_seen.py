"""Which days a reading proves: never one that is not over, never one that was not joined to proved ground."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.calendar import Period
from monitor.seen import Reach, proved, window

TODAY = date(2021, 1, 20)
WANTED = Period(date(2021, 1, 11), TODAY)
days = st.dates(date(2020, 1, 1), date(2022, 1, 1))


def test_a_first_crawl_looks_back_to_the_monday_of_the_last_closed_week() -> None:
    assert window(None, date(2021, 1, 20)) == Period(date(2021, 1, 11), date(2021, 1, 20))
    assert window(None, date(2021, 1, 18)) == Period(date(2021, 1, 11), date(2021, 1, 18))
    assert window(None, date(2021, 1, 24)) == Period(date(2021, 1, 11), date(2021, 1, 24))


def test_a_later_crawl_goes_on_where_the_proved_days_end() -> None:
    assert window(date(2021, 1, 17), TODAY) == Period(date(2021, 1, 18), TODAY)


def test_a_crawl_on_the_day_that_is_proved_already_asks_for_that_day_only() -> None:
    assert window(TODAY, TODAY) == Period(TODAY, TODAY)


def test_a_source_that_was_not_read_whole_proves_nothing() -> None:
    assert proved(Reach(complete=False, ended=True, met=True, back_to=TODAY), WANTED, None, TODAY) is None


def test_a_list_read_to_its_end_proves_all_days_asked_for_that_are_over() -> None:
    assert proved(Reach(True, ended=True), WANTED, None, TODAY) == Period(date(2021, 1, 11), date(2021, 1, 19))


def test_the_lists_of_months_prove_those_months_and_no_other() -> None:
    january = Reach(True, months=Period(date(2021, 1, 1), date(2021, 1, 31)))
    assert proved(january, WANTED, None, TODAY) == Period(date(2021, 1, 1), date(2021, 1, 19))
    december = Reach(True, months=Period(date(2020, 12, 1), date(2020, 12, 31)))
    assert proved(december, WANTED, None, TODAY) == Period(date(2020, 12, 1), date(2020, 12, 31))


def test_the_oldest_day_of_a_dated_feed_may_be_cut_and_is_not_proved() -> None:
    reach = Reach(True, back_to=date(2021, 1, 14))
    assert proved(reach, WANTED, None, TODAY) == Period(date(2021, 1, 15), date(2021, 1, 19))


def test_a_dated_feed_that_joins_proved_ground_proves_from_there() -> None:
    reach = Reach(True, back_to=date(2021, 1, 14))
    assert proved(reach, WANTED, date(2021, 1, 15), TODAY) == Period(date(2021, 1, 15), date(2021, 1, 19))
    assert proved(reach, WANTED, date(2021, 1, 13), TODAY) == Period(date(2021, 1, 14), date(2021, 1, 19))


def test_a_list_without_days_proves_only_what_joins_proved_ground() -> None:
    met = Reach(True, met=True)
    assert proved(met, WANTED, None, TODAY) is None
    assert proved(Reach(True), WANTED, date(2021, 1, 15), TODAY) is None
    assert proved(met, WANTED, date(2021, 1, 15), TODAY) == Period(date(2021, 1, 16), date(2021, 1, 19))


@given(
    st.builds(Reach, st.booleans(), st.booleans(), st.booleans(), st.none() | days),
    st.none() | days,
    days,
)
def test_no_reading_proves_a_day_that_is_not_over(reach: Reach, last_proved: date | None, today: date) -> None:
    found = proved(reach, window(last_proved, today), last_proved, today)
    assert found is None or found.last == today - timedelta(days=1)


@given(st.builds(Reach, st.just(True), st.just(False), st.booleans(), days), st.none() | days, days)
def test_a_feed_proves_no_day_before_what_it_showed_or_what_was_proved(
    reach: Reach, last_proved: date | None, today: date
) -> None:
    found = proved(reach, window(last_proved, today), last_proved, today)
    shown = replace(reach).back_to
    assert shown is not None
    assert (
        found is None or found.first > shown or (last_proved is not None and found.first == last_proved + timedelta(1))
    )
