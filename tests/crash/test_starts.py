"""Two runs started at once: exactly one works, and the other leaves with 75 while the first is still at it.

A double start counts when both processes were alive together: the paper holds its answer back until one of the two has
ended. `CRASH_STARTS` says how many there are on SQLite; PostgreSQL gets a fifth of them.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text

from storage import Database
from tests.crash.starter import Starter
from tests.crash.world import CODES, World, held, province, sound
from tests.loopback import Reply, Request

STARTS = int(os.environ.get("CRASH_STARTS", "200"))

pytestmark = pytest.mark.slow


class Gate:
    """Holds the paper's answers back while it is shut; only one run may ever ask at a time."""

    def __init__(self, world: World) -> None:
        self.asked = world.asked
        self._open = Event()
        self._paper = world.papers[0]
        self._paper.site.pages["/rss"] = self._answer
        self.shut()

    def _answer(self, request: Request) -> Reply:
        self.asked.set()
        self._open.wait()
        return self._paper.feed(request)

    def shut(self) -> None:
        self.asked.clear()
        self._open.clear()

    def open(self) -> None:
        self._open.set()


@contextmanager
def a_race(folder: Path, url: str) -> Iterator[tuple[World, Gate, Starter]]:
    with province(folder, url, CODES[:1]) as world, Starter(world) as starter:
        world.papers[0].publish(1, world.now)
        gate = Gate(world)
        try:
            yield world, gate, starter
        finally:
            gate.open()


@pytest.fixture
def race(db: Database, tmp_path: Path) -> Iterator[tuple[World, Gate, Starter]]:
    with a_race(tmp_path, db.url) as found:
        yield found


def double_start(world: World, gate: Gate, starter: Starter, commands: list[str]) -> None:
    gate.shut()
    both = {run.pid: run for run in (starter.start(world.argv(command)) for command in commands)}
    pid, code = starter.first()
    loser = both.pop(pid)
    assert code == 75, f"{code}: {loser.said()}"
    assert "another run works on" in loser.said()
    (winner,) = both.values()
    gate.open()
    assert (winner.wait(), winner.said()) == (0, "")


def test_of_two_runs_started_at_once_one_works_and_one_leaves(race: tuple[World, Gate, Starter], db: Database) -> None:
    world, gate, starter = race
    chance = random.Random(75)
    wanted = STARTS if db.journal != "server" else max(1, STARTS // 5)
    for number in range(wanted):
        world.later()
        if db.journal != "server" and number % 20 == 10:  # both find no database, and one of them makes it
            db.dispose()
            (world.folder / "monitor.db").unlink()
        double_start(world, gate, starter, chance.choices(["run", "crawl"], k=2))
    assert held(db) == world.truth()
    sound(db, world.papers)
    with db.connect() as conn:
        since = wanted if db.journal == "server" else (wanted - 11) % 20 + 1 if wanted > 10 else wanted
        assert conn.scalar(text("SELECT count(DISTINCT run) FROM readings")) == since


def test_the_lock_of_a_killed_run_is_free(race: tuple[World, Gate, Starter], db: Database) -> None:
    world, gate, starter = race
    for _ in range(10):
        world.later()
        gate.shut()
        holder = starter.start(world.argv("run"))
        assert gate.asked.wait(60), holder.said()
        assert holder.kill()
        gate.open()
        # A server needs a moment to see that its client is gone; the kernel's lock needs none.
        for _ in range(50 if db.journal == "server" else 1):
            next_run = starter.start(world.argv("run"))
            if (code := next_run.wait()) != 75:
                break
        assert code == 0, next_run.said()
    sound(db, world.papers)


def test_whoever_only_reads_or_reviews_is_not_kept_out(race: tuple[World, Gate, Starter], db: Database) -> None:
    world, gate, starter = race
    gate.open()
    assert starter.start(world.argv("run")).wait() == 0
    gate.shut()
    world.later()
    holder = starter.start(world.argv("run"))
    assert gate.asked.wait(60), holder.said()
    beside = {
        "articles": ("articles", "--json"),
        "show": ("show", "1"),
        "review": ("review", "1", "--confirm", "9", "--by", "phòng CCHC"),
        "status": ("status",),
        "report": ("report", "--week", "2021-W09", "-o", str(world.folder / "bao-cao.html")),
    }
    codes = {name: run.wait() for name, run in ((n, starter.start(world.argv(*c))) for n, c in beside.items())}
    assert set(codes.values()) == {0}
    locked = [starter.start(world.argv(*command)) for command in (("tag",), ("db", "upgrade"), ("crawl",))]
    assert [run.wait() for run in locked] == [75, 75, 75]
    gate.open()
    assert holder.wait() == 0, holder.said()
