"""A year of twenty outlets: nothing that could be found is missed, nothing counted twice, what was not seen is told.

Each test looks at the whole time that was played, and names every departure: outlet, piece, day, and why.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

import pytest

from monitor.press import hanoi_day
from tests.year import departures
from tests.year.pieces import DAY, TET
from tests.year.truth import Truth

SHOWN = 6
"""Departures of one outlet that are printed; one fault often takes a whole day of pieces with it."""

CALLED_SEEN = 0.97
"""The share of truly whole outlet-days that the certificate must call seen, or it would be of no use."""


def none_of(found: Sequence[str], what: str) -> None:
    by_outlet = Counter(line.split(" ")[0] for line in found)
    shown = [line for code in by_outlet for line in [one for one in found if one.startswith(f"{code} ")][:SHOWN]]
    message = "\n  ".join([f"{len(found)} {what}, by outlet {dict(by_outlet)}; the first of each:", *shown])
    if found:
        pytest.fail(message, pytrace=False)


def test_every_piece_that_could_be_found_is_stored(truth: Truth) -> None:
    none_of(
        departures.missing(truth, withdrawn=False),
        f"of {len(truth.findable)} pieces that could be found are not stored",
    )


def test_no_piece_is_stored_twice(truth: Truth) -> None:
    none_of(departures.twice(truth), "pieces are stored twice")


def test_nothing_is_stored_that_is_no_piece(truth: Truth) -> None:
    none_of(truth.strangers, "articles are no piece of their outlet")


def test_every_piece_is_stored_under_its_own_day(truth: Truth) -> None:
    none_of(departures.on_wrong_days(truth), "pieces are stored under a wrong day")


def test_a_day_that_is_called_seen_misses_no_piece(truth: Truth) -> None:
    none_of(departures.unconfessed(truth, late=False), "pieces are missing on days that are called seen")


def test_a_day_that_is_called_seen_misses_no_piece_that_came_a_day_late(truth: Truth) -> None:
    none_of(departures.unconfessed(truth, late=True), "late pieces are missing on days that are called seen")


def test_on_each_monday_the_last_week_was_told_as_it_was_known(truth: Truth) -> None:
    none_of(departures.unconfessed_on_mondays(truth), "pieces were missing on days that were called seen on a Monday")


def test_days_that_were_seen_whole_are_called_seen(truth: Truth) -> None:
    whole, called = departures.whole_days(truth)
    told = f"{called} of {whole} whole days ({called / whole:.1%}) are called seen: "
    told += ", ".join(f"{code} {share}" for code, share in departures.whole_days_by_outlet(truth).items())
    print(told)  # noqa: T201 - the share is to be known, also where it is high enough
    assert called >= CALLED_SEEN * whole, told


def test_a_correction_that_a_list_tells_of_becomes_a_version(truth: Truth) -> None:
    none_of(departures.stale(truth, announced=True), "announced corrections were not read")


def test_a_correction_that_no_list_tells_of_is_found_by_looking_again_within_a_week(truth: Truth) -> None:
    none_of(departures.stale(truth, announced=False), "corrections of young pieces were not noticed")


def test_counters_and_clocks_on_a_page_make_no_versions(truth: Truth) -> None:
    none_of(departures.restless(truth), "pieces have more versions than were written")


def test_a_piece_that_was_withdrawn_stays_stored(truth: Truth) -> None:
    none_of(departures.missing(truth, withdrawn=True), "withdrawn pieces could be found, and are not stored")


def test_a_dead_list_raises_an_alarm_within_26_hours(truth: Truth) -> None:
    none_of(departures.unheard_deaths(truth), "lists were dead for 26 hours, and nothing said so")


def test_a_list_that_answers_raises_no_alarm_even_when_nothing_is_published(truth: Truth) -> None:
    none_of(departures.false_alarms(truth), "alarms were raised for lists that answered")


def test_no_host_is_ever_asked_for_two_things_at_once(truth: Truth) -> None:
    none_of([f"{one.host} {one.path} at {one.at}" for one in truth.result.log if one.at_once > 1], "requests at once")


def test_in_a_week_without_news_a_list_with_a_validator_is_asked_with_it(truth: Truth) -> None:
    asked = defaultdict(list)
    for one in truth.result.log:
        if TET[0] + 2 * DAY <= hanoi_day(one.at) <= TET[1] and one.tagged and one.status in {200, 304}:
            asked[one.host, one.path].append(one)
    # One request without is right: once a week a server is asked whether it means its “not modified”.
    blunt = {address: sum(not one.conditional for one in found) for address, found in asked.items()}
    none_of(
        [f"{host} {path}: {n} of {len(asked[host, path])}" for (host, path), n in sorted(blunt.items()) if n > 1],
        "lists were fetched whole again and again in a week without news",
    )
