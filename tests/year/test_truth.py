"""What counts as findable, on worlds small enough to be judged by eye: the truth must be as exact as what it judges."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from storage import Database
from tests.year import departures
from tests.year.lists import Shelf
from tests.year.makes import OLD_PAGE, press_of
from tests.year.pieces import HOUR, Piece, moment
from tests.year.play import Played, Run
from tests.year.troubles import Outage, Trouble
from tests.year.truth import Truth
from tests.year.world import World

DAY_ONE = date(2021, 1, 5)


def clock(hour: int, minute: int = 0) -> datetime:
    return moment(DAY_ONE, time(hour, minute))


MORNING, NOON, EVENING = (Run(clock(hour), clock(hour, 10), killed=False) for hour in (5, 13, 21))

NEXT_DAY = Run(clock(5) + 24 * HOUR, clock(6) + 24 * HOUR, killed=True)


def a_truth(
    db: Database, code: str, pieces: Sequence[Piece], outages: Sequence[Outage] = (), runs: Sequence[Run] = ()
) -> Truth:
    """Judge a world of one outlet from which nothing was stored."""
    world = World(1, days=40, outlets=(code,))
    world.shelves = {code: Shelf(world.makes[code], pieces)}
    world.pieces = {code: {piece.number: piece for piece in pieces}}
    world.outages = {code: tuple(outages)}
    return Truth(
        Played(
            world, press_of(tuple(world.makes.values()), OLD_PAGE), db, [*(runs or (MORNING, NOON, EVENING)), NEXT_DAY]
        )
    )


def busy(code: str, count: int = 30) -> list[Piece]:
    shown = [clock(8) + n * timedelta(minutes=3) for n in range(count)]
    return [Piece(code, n, at, at) for n, at in enumerate(shown, 1)]


@pytest.mark.parametrize(("code", "findable"), [("bao-03", range(11, 31)), ("bao-01", range(1, 31))])
def test_what_a_feed_lost_between_two_runs_can_be_found_only_elsewhere(
    db: Database, code: str, findable: range
) -> None:
    truth = a_truth(db, code, busy(code))
    assert sorted(number for _, number in truth.findable) == list(findable)
    assert len(departures.missing(truth, withdrawn=False)) == len(findable)


def test_a_run_that_was_killed_could_find_nothing(db: Database) -> None:
    truth = a_truth(db, "bao-03", busy("bao-03", 3), runs=(MORNING, replace(NOON, killed=True)))
    assert truth.findable == {}


@pytest.mark.parametrize("trouble", list(Trouble))
def test_during_trouble_nothing_can_be_found_and_after_it_everything_that_still_stands(
    db: Database, trouble: Trouble
) -> None:
    outage = Outage("bao-03", trouble, clock(12), clock(15))
    truth = a_truth(db, "bao-03", busy("bao-03", 3), [outage])
    assert set(truth.findable.values()) == {EVENING}


def test_trouble_of_one_list_leaves_the_others(db: Database) -> None:
    outage = Outage("bao-01", Trouble.EMPTY, clock(12), clock(23), only="feed")
    truth = a_truth(db, "bao-01", busy("bao-01", 3), [outage])
    assert set(truth.findable.values()) == {NOON}


def test_a_piece_that_was_gone_before_anybody_came_is_held_against_nobody(db: Database) -> None:
    (piece,) = busy("bao-03", 1)
    truth = a_truth(db, "bao-03", [replace(piece, withdrawn=clock(12))])
    assert (truth.findable, truth.fleeting) == ({}, {("bao-03", 1)})
    assert departures.unconfessed(truth, late=False) == []


def test_a_piece_that_came_or_went_during_a_run_need_not_have_been_found_in_it(db: Database) -> None:
    (piece,) = busy("bao-03", 1)
    within = NOON.start + timedelta(minutes=5)
    came = a_truth(db, "bao-03", [replace(piece, appears=within)])
    went = a_truth(db, "bao-03", [replace(piece, withdrawn=within)])
    assert set(came.findable.values()) == {EVENING}
    assert went.findable == {}


def test_days_of_which_nothing_was_read_are_not_called_seen(db: Database) -> None:
    truth = a_truth(db, "bao-03", busy("bao-03"))
    assert departures.unconfessed(truth, late=False) == []
    assert departures.whole_days(truth)[1] == 0


def test_a_death_is_heard_of_only_where_an_alarm_was_up_26_hours_later(db: Database) -> None:
    outage = Outage("bao-03", Trouble.HTML, clock(6), clock(6) + 40 * HOUR)
    truth = a_truth(db, "bao-03", busy("bao-03"), [outage])
    truth.result.alarms[clock(6) + 26 * HOUR] = frozenset()
    assert len(departures.unheard_deaths(truth)) == 1
    truth.result.alarms[clock(6) + 26 * HOUR] = frozenset({("bao-03", "feed")})
    assert departures.unheard_deaths(truth) == []


def test_an_alarm_for_a_list_that_answered_is_false(db: Database) -> None:
    truth = a_truth(db, "bao-03", busy("bao-03"))
    truth.result.alarms[clock(22)] = frozenset({("bao-03", "feed")})
    assert len(departures.false_alarms(truth)) == 1
