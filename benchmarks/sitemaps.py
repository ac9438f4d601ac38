"""A full sitemap into links: `sources.sitemap` beside ultimate-sitemap-parser (where installed) and bare lxml."""

import io
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

from benchmarks import inputs
from benchmarks.timing import ROUNDS, Prepare, Result, medians
from monitor.press import Page, Source, SourceKind
from monitor.sources.sitemap import discover

PEER = find_spec("usp") is not None
LIBRARIES = ("lxml", "ultimate-sitemap-parser") if PEER else ("lxml",)
OURS, BARE, THEIRS = "sources.sitemap", "lxml.iterparse, addresses alone", "ultimate-sitemap-parser"
ROOT = Path(__file__).parents[1]


def run(*, rounds: int = ROUNDS, entries: int = 50_000) -> Result:
    """Read one sitemap a round; how much memory that takes is measured once each, in a process of its own."""
    every = readers(inputs.sitemap(entries))
    for name, read in every.items():
        if (found := read()) != entries:
            raise AssertionError(f"{name}: {found} of {entries} addresses")
    grown = ", ".join(f"{name} +{_asked(name, entries):.0f} MiB" for name in every)
    return Result(
        f"one sitemap of {entries} addresses (peak of memory: {grown})",
        "ms",
        medians({name: _ready(read) for name, read in every.items()}, rounds=rounds, pieces=1),
    )


def readers(page: Page) -> dict[str, Callable[[], int]]:
    """Give who can read that sitemap, ours first; each says how many addresses it found."""
    source = Source("thang", SourceKind.SITEMAP, page.url)

    def ours() -> int:
        return len(discover(source, page).links)

    def bare() -> int:
        found = []
        for _, element in etree.iterparse(io.BytesIO(page.body), tag="{*}url"):
            found.append(element.findtext("{*}loc"))
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
        return len(found)

    def theirs() -> int:
        from usp.tree import sitemap_from_str

        return len([*sitemap_from_str(page.body.decode()).all_pages()])

    return {OURS: ours, BARE: bare} | ({THEIRS: theirs} if PEER else {})


def growth(name: str, entries: int) -> float:
    """Give by how many MiB the memory of this process grows at most while one of them reads the sitemap."""
    readers(inputs.sitemap(3))[name]()  # loads what there is to load
    read = readers(inputs.sitemap(entries))[name]
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak so far
    before = _mib("VmRSS")
    found = read()
    return max(0.0, _mib("VmHWM") - before) if found == entries else float("nan")


def _ready(read: Callable[[], int]) -> Prepare:
    return lambda: read


def _asked(name: str, entries: int) -> float:
    code = f"from benchmarks import sitemaps; print(sitemaps.growth({name!r}, {entries}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def _mib(what: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) / 1024
