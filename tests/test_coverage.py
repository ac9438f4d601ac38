"""The arithmetic that decides what is said about named agencies: any day, any numbers, one fact per test."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.calendar import Calendar, Every, Period
from monitor.coverage import Estimate, Fulfilment, Gap, Part, Status, Tally, count, judge, known
from monitor.duties import cycles_of, owed, span
from monitor.errors import Reason
from monitor.plan import Channel, Obligation, Plan, Proof, Role, Target, WatchLevel
from monitor.press import Agency, Expected, Outlet, Presence, Press, Shown, Sighting, Validity, midnight
from tests.factories import SET_BY, a_plan, a_press, an_item, an_outlet

MARCH = Calendar().period("2021-03")
WEEK = Calendar().period("2021-W12")
APRIL_2 = date(2021, 4, 2)


def a_tally(day: date = date(2021, 3, 10), done: int = 1, **changes: object) -> Tally:
    tally = Tally(item="9", outlet="bao-mau", day=day, done=done, works=done, own=done, own_works=done)
    return replace(tally, **changes)  # type: ignore[arg-type]


def gaps(first: int, last: int, outlet: str = "bao-mau", month: int = 3) -> list[Gap]:
    return [Gap(outlet, date(2021, month, day), "deadline") for day in range(first, last + 1)]


def rows(
    tallies: Sequence[Tally] = (),
    unseen: Sequence[Gap] = (),
    *,
    plan: Plan | None = None,
    press: Press | None = None,
    period: Period = MARCH,
    as_of: date = APRIL_2,
    calendar: Calendar | None = None,
) -> list[Fulfilment]:
    return count(plan or a_plan(), press or a_press(), tallies, unseen, period, as_of, calendar)


def one_row(*args: Sequence[Tally] | Sequence[Gap], **kwargs: object) -> Fulfilment:
    [row] = rows(*args, **kwargs)  # type: ignore[arg-type]
    return row


def a_verdict(
    low: int = 0,
    high: int | None = None,
    due: int | None = 2,
    *,
    any_came: bool | None = None,
    proof: Proof = Proof.COUNT,
    binding: bool = True,
    closed: bool = True,
    blind: float = 0.0,
) -> Status:
    came = low > 0 if any_came is None else any_came
    estimate = Estimate(low, low if high is None else high, came)
    return judge(estimate, due, proof=proof, binding=binding, closed=closed, blind=blind, blind_limit=0.1)


# --- the truth table of judge(), a test per row -----------------------------------------------------------------------


def test_who_is_not_bound_is_not_judged() -> None:
    assert a_verdict(binding=False) is Status.NOT_BINDING


def test_who_is_not_bound_is_not_praised_either() -> None:
    assert a_verdict(low=9, binding=False) is Status.NOT_BINDING


def test_without_a_target_nobody_is_judged() -> None:
    assert a_verdict(due=None) is Status.NOT_BINDING


def test_enough_is_met() -> None:
    assert a_verdict(low=2) is Status.MET


def test_enough_is_met_before_the_cycle_is_over() -> None:
    assert a_verdict(low=2, closed=False) is Status.MET


def test_enough_is_met_however_blind_we_were() -> None:
    assert a_verdict(low=2, high=60, blind=0.9) is Status.MET


def test_a_cycle_that_runs_is_open() -> None:
    assert a_verdict(low=1, closed=False) is Status.OPEN


def test_a_cycle_that_runs_is_open_though_evidence_is_missing() -> None:
    assert a_verdict(proof=Proof.EVIDENCE, closed=False) is Status.OPEN


@pytest.mark.parametrize("proof", [Proof.EVIDENCE, Proof.IMPORT])
def test_nothing_handed_in_is_awaited(proof: Proof) -> None:
    assert a_verdict(proof=proof) is Status.AWAITED


@pytest.mark.parametrize("proof", [Proof.EVIDENCE, Proof.IMPORT])
def test_too_little_handed_in_is_not_met(proof: Proof) -> None:
    assert a_verdict(low=1, proof=proof) is Status.NOT_MET


@pytest.mark.parametrize("proof", [Proof.COUNT, Proof.PRESENCE])
def test_what_we_look_for_ourselves_is_never_awaited(proof: Proof) -> None:
    assert a_verdict(proof=proof) is Status.NOT_MET


def test_too_many_unseen_days_leave_it_open_whether_it_was_met() -> None:
    assert a_verdict(low=1, high=1, blind=0.11) is Status.UNKNOWN


def test_as_many_unseen_days_as_allowed_do_not() -> None:
    assert a_verdict(low=1, high=1, blind=0.1) is Status.NOT_MET


def test_few_unseen_days_that_could_hold_enough_leave_it_open() -> None:
    assert a_verdict(low=1, high=2, blind=0.05) is Status.UNKNOWN


def test_too_little_in_a_cycle_that_was_seen_is_not_met() -> None:
    assert a_verdict(low=1) is Status.NOT_MET


def test_a_status_has_one_of_six_words() -> None:
    assert [status.value for status in Status] == [
        "đạt", "chưa đạt", "chưa đủ căn cứ", "chờ minh chứng", "không áp dụng", "đang trong kỳ",
    ]  # fmt: skip


# --- properties -------------------------------------------------------------------------------------------------------

BETTER = [Status.NOT_MET, Status.UNKNOWN, Status.MET]
days_of_march = st.integers(1, 31).map(lambda day: date(2021, 3, day))
tallies_of_march = st.lists(st.builds(a_tally, days_of_march, st.integers(1, 3)), max_size=5)
gaps_of_march = st.lists(days_of_march.map(lambda day: Gap("bao-mau", day)), max_size=31)
days_around = st.integers(0, 60).map(lambda n: date(2021, 2, 20) + timedelta(days=n))


@given(tallies_of_march, gaps_of_march, days_of_march)
def test_one_more_piece_never_worsens_a_status(tallies: list[Tally], unseen: list[Gap], day: date) -> None:
    before, after = one_row(tallies, unseen).status, one_row([*tallies, a_tally(day)], unseen).status
    assert BETTER.index(after) >= BETTER.index(before)


@given(tallies_of_march, gaps_of_march, days_around, days_of_march)
def test_what_is_met_stays_met_when_more_comes(tallies: list[Tally], unseen: list[Gap], as_of: date, day: date) -> None:
    before = one_row(tallies, unseen, as_of=as_of).status
    after = one_row([*tallies, a_tally(day)], unseen, as_of=as_of).status
    assert before is not Status.MET or after is Status.MET


@given(tallies_of_march, gaps_of_march, days_of_march)
def test_one_more_unseen_day_never_accuses(tallies: list[Tally], unseen: list[Gap], day: date) -> None:
    before, after = one_row(tallies, unseen).status, one_row(tallies, [*unseen, Gap("bao-mau", day)]).status
    assert after is not Status.NOT_MET or before is Status.NOT_MET


@given(tallies_of_march, days_around)
def test_who_could_not_be_read_at_all_is_never_accused(tallies: list[Tally], as_of: date) -> None:
    assert one_row(tallies, gaps(1, 31), as_of=as_of).status is not Status.NOT_MET


@given(tallies_of_march, gaps_of_march, days_around)
def test_before_a_cycle_is_over_nobody_is_accused(tallies: list[Tally], unseen: list[Gap], as_of: date) -> None:
    row = one_row(tallies, unseen, as_of=as_of)
    if as_of <= MARCH.last:
        assert row.status in {Status.OPEN, Status.MET}


@given(tallies_of_march, gaps_of_march, days_around)
def test_without_a_target_there_is_no_accusation(tallies: list[Tally], unseen: list[Gap], as_of: date) -> None:
    assert one_row(tallies, unseen, as_of=as_of, plan=a_plan(levels=())).status is Status.NOT_BINDING


@given(tallies_of_march, gaps_of_march, st.sampled_from([Role.PARTNER, Role.REQUESTED, Role.NONE]))
def test_only_leads_are_judged(tallies: list[Tally], unseen: list[Gap], role: Role) -> None:
    [duty] = a_plan().obligations
    assert one_row(tallies, unseen, plan=a_plan(obligations=(replace(duty, role=role),))).status is Status.NOT_BINDING


@given(tallies_of_march, gaps_of_march, days_around)
def test_zero_is_shown_only_where_no_day_was_missed(tallies: list[Tally], unseen: list[Gap], as_of: date) -> None:
    row = one_row(tallies, unseen, as_of=as_of)
    assert row.done != 0 or row.blind_days == 0
    assert row.in_period.done != 0 or row.in_period.blind_days == 0


@given(tallies_of_march, gaps_of_march)
def test_the_truth_lies_between_low_and_high(tallies: list[Tally], unseen: list[Gap]) -> None:
    row = one_row(tallies, unseen)
    assert row.estimate.low == sum(t.done for t in tallies) <= row.estimate.high
    assert (row.estimate.low == row.estimate.high) == (row.blind_days == 0)


@given(st.permutations([a_tally(date(2021, 3, d)) for d in (1, 9, 9, 30)]), st.permutations(gaps(5, 8)))
def test_the_order_in_which_things_were_found_does_not_matter(tallies: list[Tally], unseen: list[Gap]) -> None:
    assert one_row(tallies, unseen) == one_row(tallies[::-1], unseen[::-1])


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_a_month_with_enough_is_met_and_says_how_much() -> None:
    row = one_row([a_tally(date(2021, 3, 1)), a_tally(date(2021, 3, 31), 2, works=1, reviewed=1)])
    assert (row.status, row.done, row.works, row.due, row.every) == (Status.MET, 3, 2, 2, Every.MONTH)
    assert row.reviewed == pytest.approx(1 / 3)
    assert row.set_by == SET_BY
    assert row.cycle == MARCH
    assert row.parts == (Part("bao-mau", 3, 2, 0),)
    assert row.outlet == "bao-mau"


def test_a_seen_month_with_nothing_is_zero_and_not_met() -> None:
    row = one_row()
    assert (row.done, row.works, row.status, row.reviewed) == (0, 0, Status.NOT_MET, None)


def test_days_we_could_not_read_accuse_nobody() -> None:
    row = one_row([], gaps(1, 7))
    assert (row.done, row.works, row.blind_days, row.status) == (None, None, 7, Status.UNKNOWN)
    assert row.parts == (Part("bao-mau", None, None, 7),)


def test_what_was_found_in_a_month_with_unseen_days_is_still_shown() -> None:
    row = one_row([a_tally()], gaps(1, 7))
    assert (row.done, row.status) == (1, Status.UNKNOWN)


def test_a_busy_outlet_may_have_published_as_much_on_an_unseen_day() -> None:
    plan = a_plan(levels=(WatchLevel("9", "bao-mau", Target(8, Every.MONTH), SET_BY),))
    assert one_row([a_tally(done=4)], gaps(1, 1), plan=plan).status is Status.UNKNOWN
    assert one_row([a_tally(done=3)], gaps(1, 1), plan=plan).status is Status.NOT_MET


def test_known_hides_only_a_zero_that_is_not_proved() -> None:
    assert [known(0, 0), known(0, 1), known(3, 0), known(3, 1)] == [0, None, 3, 3]


def test_a_gap_on_a_day_not_over_yet_is_no_gap() -> None:
    row = one_row([], gaps(10, 12), as_of=date(2021, 3, 10))
    assert (row.blind_days, row.done, row.status) == (0, 0, Status.OPEN)


def test_a_day_on_which_no_outlet_that_we_know_existed_was_not_seen() -> None:
    late = a_press(outlets=(an_outlet(valid=Validity(first=date(2021, 3, 5))),))
    assert one_row([], gaps(5, 6), press=late).blind_days == 6
    ended = one_row([], press=a_press(outlets=(an_outlet(valid=Validity(last=date(2021, 3, 1))),)))
    assert (ended.done, ended.blind_days, ended.status) == (None, 30, Status.UNKNOWN)


def test_what_one_member_published_does_not_discharge_the_others() -> None:
    agencies = (
        Agency("ubnd-mau", "UBND"),
        Agency("bao-mau", "Các báo", collective=True, incomplete=True),
    )
    for as_of, status in ((APRIL_2, Status.UNKNOWN), (date(2021, 3, 20), Status.OPEN)):
        row = one_row([a_tally(date(2021, 3, 2), 9)], press=a_press(agencies=agencies), as_of=as_of)
        assert (row.done, row.status) == (9, status)


def test_the_states_calendar_counts_a_plan_for_a_year_by_the_states_year() -> None:
    state = Calendar(14)
    january = one_row([a_tally(date(2020, 12, 20), 2)], period=state.period("2021-01"), calendar=state)
    assert (january.due, january.done, january.status) == (2, 2, Status.MET)
    half = a_plan(period=Period(date(2021, 7, 1), date(2021, 12, 31)))
    july = state.period("2021-07")
    assert one_row(plan=half, period=july, calendar=state, as_of=date(2021, 8, 1)).due is None


def test_a_target_of_one_stays_where_most_of_the_cycle_is_owed() -> None:
    quarterly = a_plan(
        period=Period(date(2021, 1, 20), date(2021, 12, 31)),
        levels=(WatchLevel("9", "bao-mau", Target(1, Every.QUARTER), SET_BY),),
    )
    first = Calendar().period("2021-Q1")
    assert one_row(plan=quarterly, period=first).due == 1
    late = replace(quarterly, period=Period(date(2021, 3, 1), date(2021, 12, 31)))
    assert one_row(plan=late, period=first).due is None


TEN = a_plan(levels=(WatchLevel("9", "bao-mau", Target(10, Every.MONTH), SET_BY),))


def test_an_outlet_that_began_late_and_was_never_seen_accuses_nobody() -> None:
    press = a_press(outlets=(an_outlet(valid=Validity(first=date(2021, 3, 29))),))
    assert one_row([], gaps(29, 31), plan=TEN, press=press).status is Status.UNKNOWN


def test_an_agency_owes_only_for_the_days_on_which_it_exists() -> None:
    agencies = (Agency("ubnd-mau", "UBND"), Agency("bao-mau", "Báo Mẫu", valid=Validity(first=date(2021, 3, 30))))
    row = one_row([a_tally(date(2021, 3, 30))], plan=TEN, press=a_press(agencies=agencies))
    assert (row.done, row.due, row.status) == (1, None, Status.NOT_BINDING)
    agencies = (Agency("ubnd-mau", "UBND"), Agency("bao-mau", "Báo Mẫu", valid=Validity(last=date(2021, 3, 16))))
    assert one_row([], plan=TEN, press=a_press(agencies=agencies)).due == 5


def test_a_week_that_was_seen_whole_shows_its_zero_also_in_a_month_that_was_not() -> None:
    row = one_row([a_tally(date(2021, 3, 1), 2)], gaps(5, 6), period=WEEK)
    assert (row.in_period.done, row.in_period.blind_days, row.done, row.blind_days) == (0, 0, 2, 2)


def test_an_outlet_that_was_seen_whole_shows_its_zero_beside_one_that_was_not() -> None:
    press = a_press(outlets=(an_outlet(), an_outlet(code="bao-in")))
    row = one_row([], gaps(1, 2, "bao-in"), press=press)
    assert [(part.outlet, part.done) for part in row.parts] == [("bao-mau", 0), ("bao-in", None)]
    assert row.done is None


def test_before_a_day_is_over_nothing_is_known() -> None:
    row = one_row(as_of=date(2021, 3, 1))
    assert (row.done, row.in_period.done, row.status) == (None, None, Status.OPEN)


def test_what_appears_outside_an_outlets_days_does_not_count() -> None:
    press = a_press(outlets=(an_outlet(valid=Validity(last=date(2021, 3, 9))),))
    assert one_row([a_tally(date(2021, 3, 9)), a_tally(date(2021, 3, 10))], press=press).done == 1


def test_a_gap_of_another_outlet_or_month_is_no_gap() -> None:
    assert one_row([], [*gaps(1, 9, "dai-mau"), *gaps(1, 9, month=4)]).blind_days == 0


def test_an_unseen_day_of_two_outlets_is_one_day() -> None:
    press = a_press(outlets=(an_outlet(), an_outlet(code="bao-in", channel=Channel.ONLINE)))
    row = one_row([a_tally()], [*gaps(3, 4), *gaps(4, 5, "bao-in")], press=press)
    assert row.blind_days == 3
    assert [(p.outlet, p.done, p.blind_days) for p in row.parts] == [("bao-mau", 1, 2), ("bao-in", None, 2)]
    assert row.outlet is None


def test_only_the_channels_of_the_duty_count() -> None:
    press = a_press(outlets=(an_outlet(), an_outlet(code="trang", channel=Channel.SITE)))
    row = one_row([a_tally(), a_tally(outlet="trang")], press=press)
    assert row.done == 1


def test_other_items_do_not_count() -> None:
    assert one_row([a_tally(item="6")]).done == 0


def test_a_part_of_an_item_counts_what_is_tagged_with_the_item() -> None:
    duty = Obligation("3a", "bao-mau", (Channel.ONLINE,), Proof.COUNT)
    row = one_row([a_tally(item="3")], plan=a_plan(obligations=(duty,), levels=()))
    assert (row.item, row.done) == ("3a", 1)


def test_where_copies_do_not_count_only_own_pieces_do() -> None:
    level = WatchLevel("9", "bao-mau", Target(2, Every.MONTH), SET_BY, counts_reprints=False)
    tally = a_tally(done=3, own=1, own_works=1)
    row = one_row([tally], plan=a_plan(levels=(level,)))
    assert (row.done, row.works, row.status, row.counts_reprints) == (1, 1, Status.NOT_MET, False)
    assert one_row([tally]).done == 3


def test_an_agency_without_a_known_outlet_was_not_seen() -> None:
    row = one_row(press=a_press(outlets=()))
    assert (row.status, row.done, row.blind_days, row.parts) == (Status.UNKNOWN, None, 31, ())
    assert row.in_period == Part("", None, None, 31)


def test_an_outlet_that_had_closed_is_no_outlet() -> None:
    press = a_press(outlets=(an_outlet(valid=Validity(last=date(2021, 2, 28))),))
    assert one_row(press=press).status is Status.UNKNOWN


def test_an_agency_that_had_ended_owes_nothing() -> None:
    gone = Agency("bao-mau", "Báo Mẫu", valid=Validity(last=date(2021, 2, 28)))
    assert rows(press=a_press(agencies=(Agency("ubnd-mau", "UBND tỉnh Mẫu"), gone))) == []


@pytest.mark.parametrize("proof", [Proof.EVIDENCE, Proof.IMPORT])
def test_what_must_be_handed_in_is_awaited_and_never_zero(proof: Proof) -> None:
    [duty] = a_plan().obligations
    row = one_row([], gaps(1, 31), plan=a_plan(obligations=(replace(duty, proof=proof),)))
    assert (row.status, row.done, row.works, row.blind_days) == (Status.AWAITED, None, None, 0)
    assert row.in_period.done is None


def test_a_ledger_that_was_handed_in_counts() -> None:
    [duty] = a_plan().obligations
    row = one_row([a_tally(done=2)], plan=a_plan(obligations=(replace(duty, proof=Proof.IMPORT),)))
    assert (row.status, row.done) == (Status.MET, 2)


def test_articles_prove_no_presence() -> None:
    [duty] = a_plan().obligations
    row = one_row([a_tally(done=9)], plan=a_plan(obligations=(replace(duty, proof=Proof.PRESENCE),)))
    assert (row.status, row.done) == (Status.UNKNOWN, None)


# --- standing duties: counted in days, looked at day by day -----------------------------------------------------------

HOTLINE = Presence("3b", "http://bao-mau.test/", {"phone": "0209.3870.123"})


def a_look(day: int, shown: Shown = Shown.FOUND, outlet: str = "bao-mau", **changes: object) -> Sighting:
    at = midnight(date(2021, 3, day)) + timedelta(hours=5)
    reason = Reason.DNS if shown is Shown.UNREAD else None
    quote = "ĐT: 0209.3870.123" if shown is Shown.FOUND else None
    expected = () if reason else tuple(Expected(*pair, quote) for pair in HOTLINE.expect.items())
    sighting = Sighting(outlet, "3b", HOTLINE.url, at, shown, reason, expected)
    return replace(sighting, **changes)  # type: ignore[arg-type]


def looked(found: Iterable[int] = (), absent: Iterable[int] = (), unread: Iterable[int] = ()) -> list[Sighting]:
    by_shown = ((Shown.FOUND, found), (Shown.ABSENT, absent), (Shown.UNREAD, unread))
    return [a_look(day, shown) for shown, days in by_shown for day in days]


def days(found: Iterable[int] = (), absent: Iterable[int] = ()) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """Give what a row says of days in March: on which all was found, on which something was missing."""
    return tuple(date(2021, 3, day) for day in found), tuple(date(2021, 3, day) for day in absent)


def seen(row: Fulfilment) -> tuple[tuple[date, ...], tuple[date, ...]]:
    return row.found_on, row.absent_on


def standing(
    looks: Sequence[Sighting], due: int = 28, *, as_of: date = APRIL_2, outlets: tuple[Outlet, ...] | None = None
) -> Fulfilment:
    plan = a_plan(
        obligations=(Obligation("3b", "bao-mau", (Channel.ONLINE,), Proof.PRESENCE),),
        levels=(WatchLevel("3b", "bao-mau", Target(due, Every.MONTH), SET_BY),),
    )
    press = a_press(outlets=outlets or (an_outlet(presence=(HOTLINE,)),))
    [row] = count(plan, press, [], [], MARCH, as_of, None, looks)
    return row


def test_a_hotline_found_on_enough_days_is_met_however_many_were_not_seen() -> None:
    row = standing(looked(found=range(1, 29)))
    assert (row.status, row.done, row.due, row.blind_days, row.absent_days) == (Status.MET, 28, 28, 3, 0)


def test_a_hotline_missing_on_more_days_than_allowed_is_not_met_whatever_the_unseen_days_held() -> None:
    row = standing(looked(found=range(1, 6), absent=range(6, 10)))
    assert (row.status, row.done, row.blind_days, row.absent_days) == (Status.NOT_MET, 5, 22, 4)
    assert row.estimate == Estimate(5, 27, True)


def test_a_hotline_missing_on_as_many_days_as_allowed_is_not_judged_by_them() -> None:
    row = standing(looked(found=range(1, 6), absent=range(6, 9)))
    assert (row.status, row.blind_days) == (Status.UNKNOWN, 23)


def test_a_page_that_could_not_be_read_accuses_nobody() -> None:
    row = standing(looked(unread=range(1, 32)))
    assert (row.status, row.done, row.blind_days, row.absent_days) == (Status.UNKNOWN, None, 31, 0)


def test_a_hotline_that_was_never_there_is_zero_days() -> None:
    row = standing(looked(absent=range(1, 32)), due=1)
    assert (row.status, row.done, row.blind_days) == (Status.NOT_MET, 0, 0)


def test_a_standing_duty_has_no_works_and_nothing_to_review() -> None:
    row = standing(looked(found=range(1, 32)))
    assert (row.works, row.reviewed, row.parts[0].works, row.in_period.works) == (None, None, None, None)
    assert (row.parts[0].done, row.in_period.done) == (31, 31)


def test_a_month_that_runs_is_open_though_the_hotline_is_missing() -> None:
    assert standing(looked(absent=range(1, 20)), as_of=date(2021, 3, 20)).status is Status.OPEN


def test_what_is_missing_today_may_be_there_before_the_day_is_over() -> None:
    row = standing(looked(found=[1], absent=[2]), as_of=date(2021, 3, 2))
    assert (row.done, row.absent_days, row.blind_days, row.days) == (1, 0, 0, 1)


def test_what_is_found_today_counts_today() -> None:
    assert standing(looked(found=[1, 2]), as_of=date(2021, 3, 2)).done == 2


def test_more_days_than_the_cycle_has_means_every_day() -> None:
    assert standing(looked(found=range(1, 32)), due=99).status is Status.MET
    assert standing(looked(found=range(1, 31), absent=[31]), due=99).status is Status.NOT_MET


def test_found_once_is_found_that_day() -> None:
    looks = [a_look(1, Shown.ABSENT), a_look(1, at=a_look(1).at + timedelta(hours=3)), a_look(1, Shown.UNREAD)]
    assert seen(standing(looks)) == days(found=[1])


def test_a_look_that_failed_takes_nothing_from_one_that_did_not() -> None:
    looks = [a_look(1, Shown.UNREAD), a_look(1, Shown.ABSENT, at=a_look(1).at + timedelta(hours=3))]
    assert seen(standing(looks)) == days(absent=[1])


CONTACT = replace(HOTLINE, url="http://bao-mau.test/lien-he")


@pytest.mark.parametrize(
    ("other", "day"),
    [(Shown.FOUND, days(found=[1])), (Shown.ABSENT, days(absent=[1])), (Shown.UNREAD, days())],
)
def test_of_several_pages_each_must_show_it(other: Shown, day: object) -> None:
    outlets = (an_outlet(presence=(HOTLINE, CONTACT)),)
    assert seen(standing([a_look(1), a_look(1, other, url=CONTACT.url)], outlets=outlets)) == day


def test_a_day_on_which_one_page_of_two_was_not_looked_at_is_not_seen() -> None:
    row = standing(looked(found=[1, 2]), outlets=(an_outlet(presence=(HOTLINE, CONTACT)),))
    assert (row.done, seen(row), row.blind_days) == (None, days(), 31)


def test_a_page_that_lacks_it_misses_the_day_though_another_was_not_looked_at() -> None:
    row = standing(looked(absent=[1]), outlets=(an_outlet(presence=(HOTLINE, CONTACT)),))
    assert seen(row) == days(absent=[1])


def test_a_day_is_a_day_in_hanoi() -> None:
    assert seen(standing([a_look(2, at=midnight(date(2021, 3, 2)))])) == days(found=[2])


WRONG = "http://bao-mau.test/sai"


def test_a_wrong_address_that_was_mended_the_same_day_accuses_nobody() -> None:
    early, late = a_look(1).at, a_look(1).at + timedelta(hours=4)
    looks = [a_look(1, Shown.ABSENT, url=WRONG, at=early), a_look(1, at=late)]
    assert seen(standing(looks)) == days(found=[1])


@pytest.mark.parametrize(
    "slip",
    [
        {"url": WRONG},
        {"expected": (Expected("phone", "0209.3870.321"),)},
        {"expected": (Expected("phone", "0209.3870.123", "ĐT"), Expected("email", "a@mau.test"))},
        {"item": "3"},
    ],
)
def test_what_is_asked_for_no_more_is_not_missing_on_the_days_before(slip: dict[str, object]) -> None:
    row = standing([replace(look, **slip) for look in looked(absent=range(1, 11))])  # type: ignore[arg-type]
    assert (row.status, row.done, row.absent_days, row.blind_days) == (Status.UNKNOWN, None, 0, 31)


def test_an_outlet_of_which_nothing_is_asked_any_more_lacks_nothing() -> None:
    looks = looked(absent=range(1, 32))
    assert standing(looks, outlets=(an_outlet(),)).status is Status.UNKNOWN
    looks += [a_look(day, outlet="trang-hai") for day in range(1, 32)]
    outlets = (an_outlet(), an_outlet(code="trang-hai", presence=(HOTLINE,)))
    assert standing(looks, outlets=outlets).status is Status.MET


def test_of_several_things_the_one_that_is_still_asked_for_is_missing() -> None:
    both = (Expected("phone", "0209.3870.123"), Expected("email", "cu@mau.test"))
    assert seen(standing([a_look(1, Shown.ABSENT, expected=both)])) == days(absent=[1])


def test_what_was_found_before_the_page_moved_stays_found() -> None:
    before = [a_look(day, url="http://bao-mau.com.test/") for day in range(1, 11)]
    assert seen(standing([*before, *looked(found=[11], absent=[12])])) == days(range(1, 12), [12])
    assert seen(standing([before[0], a_look(1, Shown.UNREAD)])) == days(found=[1])
    assert seen(standing([before[0], a_look(1, Shown.ABSENT)])) == days(absent=[1])


def test_of_several_outlets_each_that_is_to_show_it_must() -> None:
    second = an_outlet(code="trang-hai", presence=(HOTLINE,))
    silent = an_outlet(code="trang-ba")
    first = an_outlet(presence=(HOTLINE,))
    looks = [*looked(found=range(1, 32)), *(a_look(day, outlet="trang-hai") for day in range(1, 21))]
    days_of = days(found=range(1, 21))
    row = standing(looks, outlets=(first, second, silent))
    assert (row.done, row.blind_days, seen(row)) == (20, 11, days_of)
    assert [part.done for part in row.parts] == [31, 20, None]


def test_an_entry_for_the_whole_item_is_one_for_its_part() -> None:
    whole = an_outlet(presence=(replace(HOTLINE, item="3"),))
    row = standing([replace(look, item="3") for look in looked(found=range(1, 32))], outlets=(whole,))
    assert row.status is Status.MET


def test_looks_at_another_item_or_in_another_month_say_nothing() -> None:
    april = [a_look(1, at=midnight(date(2021, 4, 1)))]
    row = standing([*april, *(replace(look, item="5") for look in looked(found=range(1, 32)))])
    assert (row.done, row.blind_days) == (None, 31)


march_day = st.integers(1, 31)
any_looks = st.lists(
    st.builds(lambda day, shown: a_look(day, shown), march_day, st.sampled_from(list(Shown))), max_size=40
)


@given(any_looks, st.integers(1, 31), march_day)
def test_one_more_look_that_failed_changes_no_word(looks: list[Sighting], due: int, day: int) -> None:
    more = [*looks, a_look(day, Shown.UNREAD, at=midnight(date(2021, 3, day)) + timedelta(hours=9))]
    assert standing(more, due) == standing(looks, due)


@given(any_looks, st.integers(1, 31), march_day)
def test_one_more_day_found_never_worsens_a_status(looks: list[Sighting], due: int, day: int) -> None:
    order = [Status.NOT_MET, Status.UNKNOWN, Status.MET]
    before, after = standing(looks, due).status, standing([*looks, a_look(day)], due).status
    assert order.index(after) >= order.index(before)


@given(any_looks, st.integers(1, 31))
def test_who_is_said_to_miss_it_would_miss_it_whatever_the_unseen_days_held(looks: list[Sighting], due: int) -> None:
    row = standing(looks, due)
    if row.status is Status.NOT_MET:
        everywhere_else = [a_look(day) for day in range(1, 32) if date(2021, 3, day) not in row.absent_on]
        assert standing([*looks, *everywhere_else], due).status is Status.NOT_MET
    assert row.days == 31 == (row.done or 0) + row.absent_days + row.blind_days
    assert (row.done or 0) == len(row.found_on)


@given(any_looks)
def test_the_order_of_looks_does_not_matter(looks: list[Sighting]) -> None:
    assert standing(looks) == standing(looks[::-1])


# --- who owes ---------------------------------------------------------------------------------------------------------


def a_press_of_offices(*, incomplete: bool = False) -> Press:
    return a_press(
        agencies=(
            Agency("ubnd-mau", "UBND tỉnh Mẫu"),
            Agency("bao-mau", "Báo Mẫu"),
            Agency("cac-so", "Các sở, ngành", collective=True, incomplete=incomplete),
            Agency("so-a", "Sở A", part_of="cac-so"),
            Agency("so-b", "Sở B", part_of="cac-so"),
        ),
        outlets=(an_outlet(code="trang-a", agency="so-a"), an_outlet(code="trang-b", agency="so-b")),
    )


def a_plan_for_offices(**changes: tuple[str, ...]) -> Plan:
    return a_plan(
        items=(an_item("9", leads=changes.get("leads", ("cac-so",)), partners=changes.get("partners", ())),),
        obligations=(Obligation("9", "cac-so", (Channel.ONLINE,), Proof.COUNT),),
        levels=(WatchLevel("9", "cac-so", Target(1, Every.MONTH), SET_BY),),
    )


def test_a_collective_lead_is_one_duty_for_each_member() -> None:
    tallies = [a_tally(outlet="trang-a")]
    found = rows(tallies, plan=a_plan_for_offices(), press=a_press_of_offices())
    assert [(row.agency, row.done, row.status) for row in found] == [
        ("so-a", 1, Status.MET),
        ("so-b", 0, Status.NOT_MET),
    ]


def test_a_collective_that_is_not_wholly_listed_keeps_a_row_that_accuses_nobody() -> None:
    found = rows(plan=a_plan_for_offices(), press=a_press_of_offices(incomplete=True))
    assert [row.agency for row in found] == ["so-a", "so-b", "cac-so"]
    assert found[-1].status is Status.UNKNOWN


@pytest.mark.parametrize("role", ["leads", "partners"])
def test_a_member_that_the_item_names_itself_is_not_counted_again(role: str) -> None:
    changes = {"leads": ("cac-so", "so-a")} if role == "leads" else {"partners": ("so-a",)}
    assert [a.code for _, a in owed(a_plan_for_offices(**changes), a_press_of_offices())] == ["so-b"]


def test_rows_stand_in_the_order_of_the_plan() -> None:
    duties = tuple(Obligation(item, "bao-mau", (Channel.ONLINE,), Proof.COUNT) for item in ("6", "3a", "9"))
    assert [row.item for row in rows(plan=a_plan(obligations=duties))] == ["6", "3a", "9"]


# --- cycles -----------------------------------------------------------------------------------------------------------


def test_a_week_shows_the_cycle_that_holds_its_last_day() -> None:
    week = Calendar().period("2021-W13")
    assert (week.first, week.last) == (date(2021, 3, 29), date(2021, 4, 4))
    row = one_row([a_tally(date(2021, 3, 30)), a_tally(date(2021, 4, 1))], period=week, as_of=date(2021, 4, 5))
    assert (row.cycle.label, row.done, row.status) == ("Tháng 4/2021", 1, Status.OPEN)
    assert row.in_period.done == 2


def test_a_week_in_a_closed_month_has_the_word_of_the_month() -> None:
    row = one_row([a_tally(date(2021, 3, 1), 2)], period=WEEK)
    assert (row.cycle, row.done, row.in_period.done, row.status) == (MARCH, 2, 0, Status.MET)


def test_a_quarter_shows_each_of_its_months() -> None:
    found = rows([a_tally(date(2021, 2, 3), 2)], period=Calendar().period("2021-Q1"))
    assert [(row.cycle.label, row.status) for row in found] == [
        ("Tháng 01/2021", Status.NOT_MET),
        ("Tháng 02/2021", Status.MET),
        ("Tháng 3/2021", Status.NOT_MET),
    ]


def test_a_month_shows_the_quarter_that_holds_it() -> None:
    [quarter] = cycles_of(Every.QUARTER, MARCH, Calendar())
    assert (quarter.first, quarter.last) == (date(2021, 1, 1), date(2021, 3, 31))


def test_months_of_the_state_close_on_the_fourteenth() -> None:
    state = Calendar(closes_on=14)
    [row] = rows(
        [a_tally(date(2021, 2, 15)), a_tally(date(2021, 3, 14)), a_tally(date(2021, 3, 15))],
        period=state.period("2021-03"),
        calendar=state,
    )
    assert (row.cycle.first, row.cycle.last, row.done) == (date(2021, 2, 15), date(2021, 3, 14), 2)


def test_the_cycle_is_closed_on_the_morning_after_its_last_day() -> None:
    assert one_row(as_of=date(2021, 3, 31)).status is Status.OPEN
    assert one_row(as_of=date(2021, 4, 1)).status is Status.NOT_MET


def test_a_target_shrinks_with_a_cycle_that_the_plan_covers_in_part() -> None:
    half = a_plan(
        period=Period(date(2021, 3, 17), date(2021, 12, 31)),
        levels=(WatchLevel("9", "bao-mau", Target(5, Every.MONTH), SET_BY),),
    )
    row = one_row([a_tally(date(2021, 3, 20), 2)], plan=half)
    assert (row.due, row.status) == (2, Status.MET)  # 5 × 15 of 31 days, rounded down


def test_pieces_before_the_plan_began_do_not_count() -> None:
    late = a_plan(period=Period(date(2021, 3, 17), date(2021, 12, 31)))
    row = one_row([a_tally(date(2021, 3, 16))], plan=late)
    assert (row.done, row.in_period.done) == (0, 0)


def test_a_target_that_shrinks_to_nothing_judges_nobody() -> None:
    late = a_plan(period=Period(date(2021, 3, 30), date(2021, 12, 31)))
    row = one_row(plan=late)
    assert (row.due, row.status) == (None, Status.NOT_BINDING)


def test_outside_the_plan_there_is_nothing_to_judge() -> None:
    assert rows(period=Calendar().period("2022-03"), as_of=date(2022, 4, 2)) == []


def test_without_a_target_the_numbers_are_those_of_the_month() -> None:
    row = one_row([a_tally()], plan=a_plan(levels=()))
    assert (row.due, row.every, row.set_by, row.done, row.cycle) == (None, None, None, 1, MARCH)


@given(
    st.sampled_from(list(Every)),
    st.dates(date(2020, 1, 1), date(2022, 12, 31)),
    st.integers(0, 400),
    st.sampled_from([None, 14]),
)
def test_the_cycles_judged_hold_the_last_day_of_the_period(
    every: Every, first: date, length: int, closes_on: int | None
) -> None:
    period = Period(first, first + timedelta(days=length))
    found = cycles_of(every, period, Calendar(closes_on=closes_on))
    assert period.last in found[-1]
    assert all(one.last + timedelta(days=1) == two.first for one, two in pairwise(found))


@given(st.dates(date(2020, 12, 1), date(2022, 1, 31)), st.integers(0, 120), st.sampled_from([None, 14]))
def test_span_names_every_day_that_count_asks_for(first: date, length: int, closes_on: int | None) -> None:
    period, calendar = Period(first, first + timedelta(days=length)), Calendar(closes_on=closes_on)
    plan = a_plan(levels=(WatchLevel("9", "bao-mau", Target(1, Every.QUARTER), SET_BY),))
    needed = span(plan, period, calendar)
    assert period.first in needed and period.last in needed
    for row in rows(plan=plan, period=period, as_of=date(2022, 6, 1), calendar=calendar):
        assert row.cycle.first in needed and row.cycle.last in needed
