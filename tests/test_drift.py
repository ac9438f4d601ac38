"""Rules that stopped fitting are named; pages that stay as they were never alarm."""

import random
from dataclasses import replace
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.drift import BEFORE, RARE, WINDOWS, Drift, Reading, _arrangements, drifted

GOOD = Reading(by_rules=True, empty=False, lead=True, dated=True, length=1800)


def what(found: list[Drift]) -> list[str]:
    return [one.what for one in found]


def lengths(*values: int) -> list[Reading]:
    return [replace(GOOD, length=value) for value in values]


def newspaper(count: int, seed: int = 1) -> list[Reading]:
    """Give the readings of an ordinary outlet: long and short pieces, a few without sapô."""
    dice = random.Random(seed)
    return [
        replace(
            GOOD, lead=dice.random() < 0.9, length=int(dice.lognormvariate(7.3, 0.6)), by_rules=dice.random() < 0.97
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ({"by_rules": False, "length": 1500}, "rules"),
        ({"empty": True, "length": 0}, "text"),
        ({"dated": False}, "date"),
        ({"lead": False}, "lead"),
        ({"length": 90}, "length"),
        ({"length": 30_000}, "length"),
    ],
)
def test_a_template_that_changes_at_the_fortieth_article_is_named_within_ten(
    broken: dict[str, object], named: str
) -> None:
    before = newspaper(39)
    assert drifted("bao-mau", before) == []
    first = next(n for n in range(1, 11) if drifted("bao-mau", before + [replace(GOOD, **broken)] * n))  # type: ignore[arg-type]
    found = drifted("bao-mau", before + [replace(GOOD, **broken)] * first)  # type: ignore[arg-type]
    assert named in what(found)
    assert first <= 10


def test_three_broken_pages_in_a_row_are_enough_where_none_was_broken() -> None:
    (found,) = drifted("bao-mau", [GOOD] * 39 + [replace(GOOD, by_rules=False)] * 3)
    assert (found.outlet, found.what, found.newest) == ("bao-mau", "rules", 3)
    assert found.says == "3 of the newest 3 pages not read by the outlet's rules, 0 of the 30 before"
    assert found.label == "3/3 trang mới nhất không đọc được theo quy tắc riêng của trang, trước đó 0/30"


def test_one_broken_page_is_an_accident() -> None:
    assert drifted("bao-mau", [GOOD] * 39 + [replace(GOOD, by_rules=False, lead=False, dated=False)]) == []


@pytest.mark.parametrize("broken", [{"by_rules": False}, {"empty": True}, {"dated": False}])
def test_what_stays_broken_stays_named(broken: dict[str, bool]) -> None:
    assert drifted("bao-mau", [GOOD] * 20 + [replace(GOOD, **broken)] * 200)


def test_rules_that_never_fitted_are_named() -> None:
    assert what(drifted("bao-mau", [replace(GOOD, by_rules=False)] * 10)) == ["rules"]


def test_an_outlet_without_rules_has_none_that_could_stop() -> None:
    assert drifted("bao-mau", [replace(GOOD, by_rules=False, lead=False)] * 40, rules=False) == []


def test_a_station_whose_pages_never_had_a_sapo_is_left_alone() -> None:
    assert drifted("dai-mau", [replace(GOOD, lead=False, length=250)] * 60) == []


def test_a_new_outlet_is_left_alone_until_there_is_something_to_compare() -> None:
    assert drifted("trang-moi", []) == []
    assert drifted("trang-moi", [GOOD, replace(GOOD, by_rules=False, length=3)] * 4) == []


def test_pages_of_one_length_that_become_a_little_shorter_are_no_alarm() -> None:
    assert drifted("trang", lengths(*[1000] * 30, *[900] * 10)) == []


def test_the_first_pages_with_the_menu_in_their_text_are_named() -> None:
    assert what(drifted("trang", lengths(*range(600, 1200, 20), *[9000, 9100, 9050]))) == ["length"]


def test_pages_with_fewer_good_ones_before_them_are_compared_with_those() -> None:
    assert drifted("trang", [GOOD] * 12 + [replace(GOOD, lead=False)] * 5)
    assert drifted("trang", [GOOD] * 6 + [replace(GOOD, lead=False)] * 3) == []


@pytest.mark.parametrize("seed", range(3))
def test_an_outlet_whose_pages_stay_the_same_alarms_in_less_than_one_check_in_a_hundred(seed: int) -> None:
    dice = random.Random(seed)
    alarms = 0
    for _ in range(700):
        missing = [dice.choice([0.0, 0.02, 0.1, 0.3]) for _ in range(4)]
        spread = dice.choice([0.2, 0.6, 1.2])
        readings = [
            Reading(
                by_rules=dice.random() >= missing[0],
                empty=dice.random() < missing[1],
                lead=dice.random() >= missing[2],
                dated=dice.random() >= missing[3],
                length=int(dice.lognormvariate(7, spread)),
            )
            for _ in range(dice.choice([5, 12, 40]))
        ]
        alarms += bool(drifted("trang", readings))
    assert alarms < 7


@settings(max_examples=60)
@given(st.lists(st.booleans(), min_size=40, max_size=40), st.integers(0, 1000))
def test_whatever_is_mixed_among_old_and_new_pages_alarms_in_few_of_its_orders(missing: list[bool], seed: int) -> None:
    dice = random.Random(seed)
    readings = [replace(GOOD, lead=not one) for one in missing]
    alarms = 0
    for _ in range(60):
        dice.shuffle(readings)
        alarms += bool(drifted("trang", readings))
    assert alarms <= 2


def test_the_tests_together_cry_wolf_on_less_than_one_check_in_a_hundred() -> None:
    assert (4 + 2) * len(WINDOWS) * RARE < 0.01


@pytest.mark.parametrize(("m", "n"), [(3, 30), (5, 30), (10, 30)])
def test_the_orders_of_two_groups_are_counted_whole(m: int, n: int) -> None:
    assert n == BEFORE
    assert sum(_arrangements(m, n, u) for u in range(m * n + 1)) == comb(m + n, m)
