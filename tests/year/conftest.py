"""Worlds are played once and looked at by many tests: two months of few outlets, a year of all of them.

`MONITOR_YEAR_SEEDS=1,2,3` plays other worlds as well.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.year.makes import EVERY, FEW
from tests.year.play import played
from tests.year.truth import Truth
from tests.year.world import World

SEEDS = tuple(int(seed) for seed in os.environ.get("MONITOR_YEAR_SEEDS", "1").split(","))
SPANS = [
    pytest.param((60, FEW), id="two months"),
    pytest.param((365, EVERY), id="a year", marks=pytest.mark.slow),
]


@pytest.fixture(scope="session", params=SEEDS, ids=lambda seed: f"seed {seed}")
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def year_file() -> Iterator[Path]:
    """Give a place for a database of which no disk has to know."""
    with _in_memory() as folder:
        yield Path(folder) / "year.db"


def _in_memory() -> TemporaryDirectory[str]:
    memory = Path("/dev/shm")
    return TemporaryDirectory(dir=memory if memory.is_dir() else None)


@pytest.fixture(scope="session", params=SPANS)
def truth(request: pytest.FixtureRequest, seed: int) -> Iterator[Truth]:
    """Give a world that was crawled from its first day to its last, and the truth about it."""
    days, outlets = request.param
    world = World(seed, days, outlets)
    with (
        _in_memory() as folder,
        played(world, Path(folder) / "year.db") as result,
    ):
        print(  # noqa: T201 - what it took is part of what is told
            f"\n{days} days, seed {seed}: {sum(map(len, world.pieces.values()))} pieces, "
            f"{len(result.runs)} runs, {len(result.log)} requests, {result.seconds['cpu']:.0f} s CPU "
            f"({result.seconds['world']:.0f} of them the world's), {result.seconds['wall']:.0f} s"
        )
        yield Truth(result)
