"""Play a world and say what it took: `python -m tests.year [--days 60] [--seed 1] [--rate 1] [--profile] [--at-once 1]`."""

import argparse
import cProfile
import io
import pstats
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.year.play import played
from tests.year.world import World


def main() -> None:
    ask = argparse.ArgumentParser(prog="python -m tests.year", description=__doc__)
    ask.add_argument("--days", type=int, default=60)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--rate", type=float, default=1.0)
    ask.add_argument("--at-once", type=int, default=1)
    ask.add_argument("--profile", action="store_true")
    told = ask.parse_args()
    world = World(told.seed, days=told.days, rate=told.rate)
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        profile = cProfile.Profile() if told.profile else None
        if profile:  # the crawl works in threads of its own
            threading.setprofile(lambda *_: None)
            profile.enable()
        with played(world, Path(folder) / "year.db", told.at_once) as result:
            if profile:
                profile.disable()
            pieces = sum(map(len, world.pieces.values()))
            sys.stdout.write(
                f"{told.days} days, seed {told.seed}: {pieces} pieces, {len(result.runs)} runs, "
                f"{len(result.readings)} readings, {len(result.log)} requests, "
                f"{result.seconds['cpu']:.1f} s CPU, {result.seconds['wall']:.1f} s\n"
            )
        if profile:
            out = io.StringIO()
            pstats.Stats(profile, stream=out).sort_stats("tottime").print_stats(30)
            sys.stdout.write(out.getvalue())


if __name__ == "__main__":
    main()
