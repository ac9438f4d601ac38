"""Play a world and say what it took: `python -m tests.year [--days 60] [--seed 1] [--few] [--profile]`."""

import argparse
import cProfile
import io
import pstats
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.year.makes import EVERY, FEW
from tests.year.play import played
from tests.year.world import World


def main() -> None:
    ask = argparse.ArgumentParser(prog="python -m tests.year", description=__doc__)
    ask.add_argument("--days", type=int, default=60)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--few", action="store_true", help="one outlet of each make-up")
    ask.add_argument("--at-once", type=int, default=1)
    ask.add_argument("--profile", action="store_true")
    told = ask.parse_args()
    world = World(told.seed, days=told.days, outlets=FEW if told.few else EVERY)
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        profiles = _watch_crawls() if told.profile else []
        with played(world, Path(folder) / "year.db", told.at_once) as result:
            pieces = sum(map(len, world.pieces.values()))
            sys.stdout.write(
                f"{told.days} days, seed {told.seed}: {pieces} pieces, {len(result.runs)} runs, "
                f"{len(result.readings)} readings, {len(result.log)} requests, "
                f"{result.seconds['cpu']:.1f} s CPU "
                f"({result.seconds['world']:.1f} of them the world's), {result.seconds['wall']:.1f} s\n"
            )
        if profiles:
            sys.stdout.write(_most_expensive(profiles))


def _watch_crawls() -> list[cProfile.Profile]:
    """Profile every thread of a crawl that begins from now on; those of the server are left out."""
    profiles: list[cProfile.Profile] = []

    def watch(*_: object) -> None:
        sys.setprofile(None)
        if threading.current_thread().name.startswith("ThreadPoolExecutor"):
            profiles.append(cProfile.Profile(time.thread_time))
            profiles[-1].enable()

    threading.setprofile(watch)
    return profiles


def _most_expensive(profiles: list[cProfile.Profile]) -> str:
    """Give the functions that took most, by themselves and with what they call."""
    out = io.StringIO()
    for order in ("tottime", "cumtime"):
        stats = pstats.Stats(profiles[0], stream=out)
        for profile in profiles[1:]:
            stats.add(profile)
        stats.strip_dirs().sort_stats(order).print_stats(40)
    return out.getvalue()


if __name__ == "__main__":
    main()
