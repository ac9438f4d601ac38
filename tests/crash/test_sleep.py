"""A machine that slept three days: the next run catches up, and in between nobody is told that the days were seen."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import run
from monitor.press import HANOI
from storage import Database
from tests.crash.world import CODES, World, held, province, sound

EVERY = timedelta(hours=5)
FIRST = datetime(2021, 3, 5, 5, 30, tzinfo=HANOI)
ASLEEP = datetime(2021, 3, 8, 20, 30, tzinfo=HANOI)
AWAKE = ASLEEP + timedelta(days=3)
A_DAY, FEED = 20, 40
"""Pieces an outlet publishes in a day, and those its feed lists: in three days more than the feed holds."""


@pytest.fixture
def world(db: Database, tmp_path: Path) -> Iterator[World]:
    with province(tmp_path, db.url) as found:
        for paper in found.papers:
            paper.newest = FEED
        yield found


def publish_until(world: World, moment: datetime) -> None:
    """Let each outlet publish as many pieces as are due by then, evenly over the days since it began."""
    for paper in world.papers:
        begin = FIRST - timedelta(days=1)
        due = int((moment - begin) / timedelta(days=1) * A_DAY)
        for number in range(len(paper.pieces) + 1, due + 1):
            paper.publish_at(begin + timedelta(days=1) * number / A_DAY)


def told(world: World, moment: datetime, capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capfd.readouterr()
    assert run(world.argv("status", "--json", "--days", "14", now=moment)) == 0
    return json.loads(capfd.readouterr().out)  # type: ignore[no-any-return]


def seen(shape: dict[str, Any], code: str) -> dict[date, str]:
    return {date.fromisoformat(day["day"]): day["seen"] for day in shape["days"] if day["outlet"] == code}


@pytest.mark.slow
def test_three_days_without_a_run_are_caught_up_by_the_next_one_and_not_vouched_for_before(
    world: World, db: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    moment = FIRST
    while moment <= ASLEEP:
        publish_until(world, moment)
        assert run(world.argv("run", now=moment)) == 0, capfd.readouterr().err
        moment += EVERY
    assert held(db) == world.truth()

    # While it sleeps: the last day it was awake was not over when it last looked, and nothing after it was seen.
    last_whole = ASLEEP.date() - timedelta(days=1)
    missed = [last_whole + timedelta(days=n) for n in (1, 2, 3)]
    asleep = told(world, AWAKE - timedelta(minutes=1), capfd)
    assert all(source["alarm"] for source in asleep["sources"])
    for code in CODES:
        days = seen(asleep, code)
        # At the first look a list of the newest does not show how the day began; a month's list does.
        first = FIRST.date() + timedelta(days=code != "dai-mau")
        assert [day for day in days if days[day] == "fully" and day >= first] == [
            first + timedelta(days=n) for n in range((last_whole - first).days + 1)
        ]
        assert {days[day] for day in missed} == {"not"}

    publish_until(world, AWAKE)
    run(world.argv("run", now=AWAKE))
    awake = told(world, AWAKE, capfd)
    sound(db, world.papers)
    assert not any(source["alarm"] for source in awake["sources"])
    lost = world.truth() - held(db)
    # A month's sitemap and a list of many pages hold everything.
    assert {outlet for outlet, _ in lost} <= {"bao-mau"}
    for code in ("dai-mau", "cong-mau"):
        assert {seen(awake, code)[day] for day in missed} == {"fully"}, code
    # Of a feed that has rolled on, the days that it no longer holds are not vouched for, and the others are.
    pieces = {str(piece.number): piece for piece in world.papers[0].pieces}
    days = seen(awake, "bao-mau")
    assert {days[pieces[identity].at.astimezone(HANOI).date()] for _, identity in lost} <= {"not"}
    assert days[missed[-1]] == "fully"
