"""A full sitemap into links: `sources.sitemap` beside bare lxml and ultimate-sitemap-parser.

Each reads in a process of its own: `python -m benchmarks.sitemaps READER SITEMAP SMALL`, the small one first.
"""

import io
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median

from lxml import etree

from benchmarks import inputs
from benchmarks.alone import Cost, heard, measured, told
from benchmarks.processes import PEERS
from benchmarks.timing import ROUNDS, Result
from monitor.press import Page, Source, SourceKind
from monitor.sources.sitemap import discover

LIBRARIES = ("lxml",)
OURS, BARE, THEIRS = "sources.sitemap", "lxml.iterparse, addresses alone", "ultimate-sitemap-parser"


def run(*, rounds: int = ROUNDS, entries: int = 50_000) -> Result:
    """Let each read one sitemap in turns, once a process: what it took of memory is given back to nobody."""
    with tempfile.TemporaryDirectory() as folder:
        files = [_written(Path(folder), count) for count in (entries, 3)]
        contenders = _contenders(files)
        spent: dict[str, list[Cost]] = {name: [] for name in contenders}
        order = list(contenders)
        for _ in range(rounds):
            for name in order:
                cost = _asked(contenders[name])
                if cost.found != entries:
                    raise AssertionError(f"{name}: {cost.found} of {entries} addresses")
                spent[name].append(cost)
            order.append(order.pop(0))
    grown = ", ".join(f"{name} +{max(cost.grown for cost in costs):.0f} MiB" for name, costs in spent.items())
    return Result(
        f"one sitemap of {entries} addresses (peak of memory: {grown})",
        "ms",
        {name: 1000 * median(cost.seconds for cost in costs) for name, costs in spent.items()},
    )


def ours(page: Page) -> int:
    """Read it as a crawl does, and give how many links there are."""
    return len(discover(Source("thang", SourceKind.SITEMAP, page.url), page).links)


def bare(page: Page) -> int:
    """Read its addresses and nothing else."""
    found = []
    for _, element in etree.iterparse(io.BytesIO(page.body), tag="{*}url"):
        found.append(element.findtext("{*}loc"))
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return len(found)


READERS = {"ours": ours, "bare": bare}


def _contenders(files: list[Path]) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {
        OURS: [sys.executable, "-m", "benchmarks.sitemaps", "ours", *files],
        BARE: [sys.executable, "-m", "benchmarks.sitemaps", "bare", *files],
    }
    if PEERS.exists():
        found[THEIRS] = [PEERS, "-m", "benchmarks.peers.sitemap", *files]
    return found


def _written(folder: Path, entries: int) -> Path:
    file = folder / f"{entries}.xml"
    file.write_bytes(inputs.sitemap(entries).body)
    return file


def _asked(command: list[object]) -> Cost:
    done = subprocess.run(
        [*map(str, command)],
        cwd=inputs.ROOT,
        env=os.environ | {"PYTHONPATH": str(inputs.ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return heard(done.stdout)


def _main(reader: str, file: str, small: str) -> None:
    read, page = READERS[reader], inputs.sitemap(1)
    read(replace(page, body=Path(small).read_bytes()))  # loads what there is to load
    whole = replace(page, body=Path(file).read_bytes())
    print(told(measured(lambda: read(whole))))


if __name__ == "__main__":
    _main(*sys.argv[1:])
