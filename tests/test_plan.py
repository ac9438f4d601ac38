"""The calendar and the small arithmetic of a plan: cycles, weeks, periods, written days."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.calendar import STATE_CLOSES_ON, Calendar, Cycle, Every, Period, written
from monitor.plan import Channel, Obligation, Proof, Role, Target, WatchLevel
from tests.factories import a_plan

CIVIL = Calendar()
STATE = Calendar(closes_on=STATE_CLOSES_ON)

days = st.dates(date(1995, 1, 1), date(2150, 12, 31))
every = st.sampled_from(Every)
calendars = st.builds(Calendar, st.none() | st.integers(1, 27), st.integers(1, 7))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = draw(days)
    return Period(first, first + timedelta(days=draw(st.integers(0, 800))))


@given(calendars, every, days)
def test_every_day_lies_in_its_own_cycle(calendar: Calendar, one: Every, day: date) -> None:
    cycle = calendar.cycle(one, day)
    assert day in cycle
    assert calendar.cycle(one, cycle.first) == calendar.cycle(one, cycle.last) == cycle


@given(calendars, every, periods())
def test_cycles_tile_a_period_without_gap_or_overlap(calendar: Calendar, one: Every, period: Period) -> None:
    cycles = calendar.cycles(one, period)
    assert period.first in cycles[0]
    assert period.last in cycles[-1]
    for before, after in pairwise(cycles):
        assert after.first == before.last + timedelta(days=1)


@given(calendars, days)
def test_a_year_is_two_halves_four_quarters_twelve_months(calendar: Calendar, day: date) -> None:
    year = calendar.cycle(Every.YEAR, day)
    for one, number in ((Every.HALF, 2), (Every.QUARTER, 4), (Every.MONTH, 12)):
        parts = calendar.cycles(one, year)
        assert len(parts) == number
        assert (parts[0].first, parts[-1].last) == (year.first, year.last)


@given(calendars, days)
def test_a_week_has_seven_days_and_begins_on_its_day(calendar: Calendar, day: date) -> None:
    week = calendar.cycle(Every.WEEK, day)
    assert week.length == 7
    assert week.first.isoweekday() == calendar.week_starts_on


@pytest.mark.parametrize(
    ("day", "first", "last", "label"),
    [
        (date(2021, 3, 24), date(2021, 3, 22), date(2021, 3, 28), "Tuần 12 (từ ngày 22/3/2021 đến ngày 28/3/2021)"),
        (
            date(2021, 1, 3),
            date(2020, 12, 28),
            date(2021, 1, 3),
            "Tuần 53/2020 (từ ngày 28/12/2020 đến ngày 03/01/2021)",
        ),
        (date(2021, 1, 4), date(2021, 1, 4), date(2021, 1, 10), "Tuần 1 (từ ngày 04/01/2021 đến ngày 10/01/2021)"),
        (
            date(2024, 12, 30),
            date(2024, 12, 30),
            date(2025, 1, 5),
            "Tuần 1/2025 (từ ngày 30/12/2024 đến ngày 05/01/2025)",
        ),
        (
            date(2027, 1, 1),
            date(2026, 12, 28),
            date(2027, 1, 3),
            "Tuần 53/2026 (từ ngày 28/12/2026 đến ngày 03/01/2027)",
        ),
    ],
)
def test_weeks_are_numbered_as_iso_numbers_them(day: date, first: date, last: date, label: str) -> None:
    assert CIVIL.cycle(Every.WEEK, day) == Cycle(first, last, label)


@given(days)
def test_a_week_is_found_again_by_its_iso_number(day: date) -> None:
    year, number, _ = day.isocalendar()
    assert CIVIL.period(f"{year}-W{number:02d}") == CIVIL.cycle(Every.WEEK, day)


@given(st.integers(1, 7), st.integers(1995, 2150), st.integers(1, 52))
def test_a_week_that_begins_on_another_day_keeps_its_thursday(starts: int, year: int, number: int) -> None:
    week = Calendar(week_starts_on=starts).week(year, number)
    assert date.fromisocalendar(year, number, 4) in week
    assert week.label.startswith(f"Tuần {number}")


@pytest.mark.parametrize(
    ("calendar", "text", "first", "last", "label"),
    [
        (CIVIL, "2021-03", date(2021, 3, 1), date(2021, 3, 31), "Tháng 3/2021"),
        (CIVIL, "2024-02", date(2024, 2, 1), date(2024, 2, 29), "Tháng 02/2024"),
        (CIVIL, "2021-q1", date(2021, 1, 1), date(2021, 3, 31), "Quý I/2021"),
        (CIVIL, "2021-H2", date(2021, 7, 1), date(2021, 12, 31), "6 tháng cuối năm 2021"),
        (CIVIL, " 2021 ", date(2021, 1, 1), date(2021, 12, 31), "Năm 2021"),
        # 581/BNV-CCHC: the state's books close on the 14th.
        (STATE, "2021-Q1", date(2020, 12, 15), date(2021, 3, 14), "Quý I/2021 (từ ngày 15/12/2020 đến ngày 14/3/2021)"),
        (
            STATE,
            "2021-H1",
            date(2020, 12, 15),
            date(2021, 6, 14),
            "6 tháng đầu năm 2021 (từ ngày 15/12/2020 đến ngày 14/6/2021)",
        ),
        (STATE, "2021-Q3", date(2021, 6, 15), date(2021, 9, 14), "Quý III/2021 (từ ngày 15/6/2021 đến ngày 14/9/2021)"),
        (STATE, "2021", date(2020, 12, 15), date(2021, 12, 14), "Năm 2021 (từ ngày 15/12/2020 đến ngày 14/12/2021)"),
        (
            STATE,
            "2021-01",
            date(2020, 12, 15),
            date(2021, 1, 14),
            "Tháng 01/2021 (từ ngày 15/12/2020 đến ngày 14/01/2021)",
        ),
    ],
)
def test_a_period_is_read_and_labelled(calendar: Calendar, text: str, first: date, last: date, label: str) -> None:
    assert calendar.period(text) == Cycle(first, last, label)


@given(calendars, days, st.sampled_from([Every.MONTH, Every.QUARTER, Every.HALF, Every.YEAR]))
def test_what_a_period_is_called_leads_back_to_it(calendar: Calendar, day: date, one: Every) -> None:
    cycle = calendar.cycle(one, day)
    # In a calendar that closes before month's end a cycle is called after the month in which it ends.
    year, month = cycle.last.year, cycle.last.month
    names = {
        Every.MONTH: f"{year}-{month:02d}",
        Every.QUARTER: f"{year}-Q{(month - 1) // 3 + 1}",
        Every.HALF: f"{year}-H{(month - 1) // 6 + 1}",
        Every.YEAR: str(year),
    }
    assert calendar.period(names[one]) == cycle


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2021-13",
        "2021-00",
        "2021-W54",
        "2022-W53",
        "2021-W00",
        "2021-Q5",
        "2021-H3",
        "0021",
        "9999",
        "21",
        "tháng 3",
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"2021|2022|1990|write"):
        CIVIL.period(text)


@given(st.text(max_size=10))
def test_any_text_is_a_period_or_refused(text: str) -> None:
    try:
        assert CIVIL.period(text).length >= 7
    except ValueError as error:
        assert str(error)  # either outcome is right; what must not come is another exception


def test_the_calendar_says_by_which_rule_it_cuts() -> None:
    assert (CIVIL.name, STATE.name) == ("civil", "state")


@pytest.mark.parametrize("wrong", [{"closes_on": 0}, {"closes_on": 28}, {"week_starts_on": 0}, {"week_starts_on": 8}])
def test_a_calendar_refuses_a_day_that_not_every_month_or_week_has(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Calendar(**wrong)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2021, 1, 5), "05/01/2021"),
        (date(2021, 2, 28), "28/02/2021"),
        (date(2021, 3, 5), "05/3/2021"),
        (date(2021, 10, 1), "01/10/2021"),
        (date(2021, 12, 31), "31/12/2021"),
    ],
)
def test_the_day_is_padded_and_the_month_only_for_january_and_february(day: date, text: str) -> None:
    assert written(day) == text


def test_a_cycle_is_closed_on_the_morning_after_its_last_day() -> None:
    march = CIVIL.period("2021-03")
    assert not march.closed(date(2021, 3, 31))
    assert march.closed(date(2021, 4, 1))


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match=r"01/01/2021, trước ngày bắt đầu 02/01/2021"):
        Period(date(2021, 1, 2), date(2021, 1, 1))


@given(periods(), periods())
def test_two_periods_meet_in_the_days_that_both_have(one: Period, other: Period) -> None:
    both = {day for day in one if day in other}
    meeting = one.meet(other)
    assert set(meeting or ()) == both
    assert len(both) == (meeting.length if meeting else 0)


@pytest.mark.parametrize("count", [0, -1])
def test_a_target_that_asks_for_nothing_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="count"):
        Target(count, Every.MONTH)


@pytest.mark.parametrize("share", [-0.1, 1.0, 7.0])
def test_a_blind_limit_that_is_no_share_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="blind_limit"):
        a_plan(blind_limit=share)


def test_a_part_belongs_to_its_item_and_tags_know_items_only() -> None:
    plan = a_plan()
    assert plan.item("3b").code == "3"
    assert (plan.title_of("3b"), plan.title_of("3")) == ("Đường dây nóng", "Nội dung 3")
    assert plan.item_codes == ("3", "6", "9")
    assert plan.year == 2021
    with pytest.raises(KeyError):
        plan.item("3c")


def test_a_level_for_one_channel_is_laid_on_that_obligation_only() -> None:
    online = Obligation("9", "bao-mau", (Channel.ONLINE,), Proof.COUNT)
    paper = Obligation("9", "bao-mau", (Channel.PRINT,), Proof.IMPORT)
    level = WatchLevel("9", "bao-mau", Target(2, Every.MONTH), "Sở Nội vụ", Channel.ONLINE)
    plan = a_plan(obligations=(online, paper), levels=(level,))
    assert plan.level(online) == level
    assert plan.level(paper) is None
    everywhere = replace(plan, levels=(replace(level, channel=None),))
    assert everywhere.level(paper) == everywhere.level(online) == everywhere.levels[0]


def test_only_a_lead_is_bound() -> None:
    assert [role.label for role in Role if role.binding] == ["chủ trì"]
    assert {role.label for role in Role} == {"chủ trì", "phối hợp", "đề nghị", "kênh tham khảo"}


def test_portals_social_media_and_meetings_are_not_press() -> None:
    assert [channel.value for channel in Channel if not channel.press] == [
        "cổng",
        "trang",
        "mạng xã hội",
        "ngoài báo chí",
    ]
