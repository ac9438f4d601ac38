"""Run the benchmarks and print the table: `python -m benchmarks [--only NAME] [--quick] [--data DIR]`."""

import argparse
import os
import platform
import sqlite3
import sys
from collections.abc import Mapping
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from benchmarks import (
    copies,
    coverage,
    extraction,
    feeds,
    fetching,
    pages,
    processes,
    quality,
    quiet,
    road,
    sitemaps,
    store,
    tagging,
)
from benchmarks.timing import ROUNDS, Result

BENCHMARKS = {
    "fetching": fetching,
    "feeds": feeds,
    "sitemaps": sitemaps,
    "pages": pages,
    "store": store,
    "tagging": tagging,
    "coverage": coverage,
    "copies": copies,
    "quiet": quiet,
}
ROAD = "road"
"""Has a table of its own, and comes last: it takes as long as all others together."""

SETS = "extraction"
"""Has a table of its own for each set whose folder is given."""


def main() -> None:
    """Run all benchmarks, or one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = (*BENCHMARKS, ROAD, SETS)
    parser.add_argument("--only", choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--quick", action="store_true", help="one round, few pages: that it runs, not what it costs")
    parser.add_argument("--data", type=Path, metavar="DIR", help=f"folder with {quality.FILE}: measure the tags, too")
    parser.add_argument("--aeb", type=Path, metavar="DIR", help="folder of scrapinghub/article-extraction-benchmark")
    parser.add_argument("--eval", type=Path, metavar="DIR", help="folder `tests` of adbar/trafilatura")
    args = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # who pipes it wants to see it go on
    if args.data and not (args.data / quality.FILE).is_file():
        parser.error(f"there is no {quality.FILE} in {args.data}")
    chosen = {name: module for name, module in BENCHMARKS.items() if args.only in (None, name)}
    whole_road = args.only in (None, ROAD)
    used = [*(module.LIBRARIES for module in chosen.values()), *([road.LIBRARIES] if whole_road else [])]
    libraries = sorted(set(chain.from_iterable(used)))
    load = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {load}")
    if libraries:
        print(", ".join(f"{library} {version(library)}" for library in libraries))
    if whole_road or {"quiet", "sitemaps"} & chosen.keys():
        print(processes.peers())
    rounds = 1 if args.quick else ROUNDS
    print(f"CPU time, medians of {rounds} rounds taken in turns; ratio: theirs to ours, over 1 we are cheaper")
    for name, module in chosen.items():
        result = quiet.run(rounds=rounds, count=30) if args.quick and module is quiet else module.run(rounds=rounds)
        show(name, result)
    if "copies" in chosen:
        show_copies(dict(copies.quality(400 if args.quick else 10_000)))
    if whole_road:
        road.show(road.run(rounds=rounds, pieces=10 if args.quick else 100), rounds)
    if args.data and "tagging" in chosen:
        show_quality(args.data)
    for name in extraction.SETS if args.only in (None, SETS) else ():
        if folder := getattr(args, name):
            extraction.show(name, folder, rounds=rounds)


def show(name: str, result: Result) -> None:
    """Print one benchmark, ours first."""
    print(f"\n{name}: {result.inputs}")
    first, own = next(iter(result.figures.items()))
    for who, figure in result.figures.items():
        ratio = "" if who == first else f"{figure / own:8.2f} ×"
        print(f"  {who:<34}{figure:10.3f} {result.unit}{ratio}")


def show_copies(found: Mapping[str, copies.Quality]) -> None:
    """Print how well each way tells copies from what only looks like one."""
    print("\ncopies: share judged right by kind")
    print(f"  {'':<38}" + "".join(f"{who:>25}" for who in found))
    for kind in next(iter(found.values())).right:
        print(f"  {kind:<38}" + "".join(f"{one.right[kind]:25.1%}" for one in found.values()))
    print(f"  {'originals taken for copies':<38}" + "".join(f"{one.false:25}" for one in found.values()))
    print(f"  {'CPU ms a piece':<38}" + "".join(f"{one.milliseconds:25.2f}" for one in found.values()))


def show_quality(folder: Path) -> None:
    """Print how well the shipped keywords tag, beside the plain list."""
    measured, figures = quality.run(folder)
    print(f"\ntags: {measured}")
    print(f"  {'':<34}{'micro-F1':>10}{'precision':>11}{'recall':>8}{'macro-F1':>10}{'relevance F1':>14}")
    for who, q in figures.items():
        numbers = f"{q.micro_f1:10.3f}{q.precision:11.3f}{q.recall:8.3f}{q.macro_f1:10.3f}{q.relevance_f1:14.3f}"
        print(f"  {who:<34}{numbers}")


if __name__ == "__main__":
    main()
