"""The whole road, from feed to stored and tagged article: our commands beside Scrapy, news-please and a plain loop.

Every contender is a process of its own (ours are two: crawl, then tag) and goes twice: over one page of each outlet,
and over all of its pages. The difference is what a page costs; what every run costs once stands beside it.
"""

import pickle
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import inputs, outlets
from benchmarks.processes import PEERS, Spent, monitor, spend
from benchmarks.site import Served, served
from benchmarks.timing import ROUNDS

LIBRARIES = ("httpx", "lxml", "sqlalchemy", "trafilatura")
AS_OF = inputs.NOW.isoformat()
OUTLETS = 20


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to do it: how many pages of each outlet, and what runs on a folder and so many pages of each outlet."""

    name: str
    pieces: int
    run: Callable[[Path, int], Spent]


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians of one contender over all rounds."""

    pages: int
    cpu: float  # ms for one page more
    least: float  # of all rounds
    most: float
    rate: float  # pages a second more
    once: float  # CPU seconds of a run over one page of each outlet
    peak: float
    found: float  # share of pages of which the whole text is stored


def run(*, rounds: int = ROUNDS, pieces: int = 100, count: int = OUTLETS, size: int = 90_000) -> dict[str, Figures]:
    """Let all contenders do the road in turns; `pieces` of each outlet for us, fewer for those who are slow."""
    with served(count, pieces, size) as site, tempfile.TemporaryDirectory() as folder:
        contenders = _contenders(site, pieces)
        taken: dict[str, list[tuple[Spent, Spent, float]]] = {one.name: [] for one in contenders}
        order = list(contenders)
        for turn in range(rounds):
            for one in order:
                room = Path(folder) / f"{turn}-{one.name}"
                once = one.run(_fresh(room / "once"), 1)
                whole = one.run(_fresh(room / "whole"), one.pieces)
                taken[one.name].append((once, whole, _found(room / "whole", site, one.pieces)))
            order.append(order.pop(0))
    return {one.name: _figures(taken[one.name], count, one.pieces) for one in contenders}


def show(figures: dict[str, Figures], rounds: int, size: int = 90_000) -> None:
    """Print the table, ours first; a ratio over 1 says that theirs costs more."""
    ours = next(iter(figures.values()))
    print(
        f"\nroad: fetch, read, tag, store with full text and raw copy; pages of {size / 1000:.0f} kB, {rounds} rounds"
    )
    print("  CPU per page beyond the first of each outlet [least–most]; “once”: CPU s of a run over those first pages")
    head = f"{'pages':>6}{'ms/page':>9}{'':>15}{'ratio':>8}{'pages/s':>9}{'once s':>8}{'MiB':>6}{'whole text':>11}"
    print(f"  {'':<30}{head}")
    for name, one in figures.items():
        spread = f"[{one.least:.1f}–{one.most:.1f}]"
        print(
            f"  {name:<30}{one.pages:6}{one.cpu:9.2f}{spread:>15}{one.cpu / ours.cpu:6.2f} ×{one.rate:9.0f}"
            f"{one.once:8.2f}{one.peak:6.0f}{one.found:10.0%}"
        )


def _contenders(site: Served, pieces: int) -> list[Contender]:
    def ours(folder: Path, each: int) -> Spent:
        (folder / "sources.yaml").write_text(outlets.sources_file(site.outlets, each), encoding="utf-8")
        return monitor(folder, AS_OF, "crawl") + monitor(folder, AS_OF, "tag")

    def peer(python: str | Path, module: str, *how: str) -> Callable[[Path, int], Spent]:
        def work(folder: Path, each: int) -> Spent:
            words = folder / "words"
            words.write_bytes(pickle.dumps(inputs.demo().keywords))
            feeds = [f"http://{host}/rss/{each}.rss" for host in site.outlets.hosts]
            command: list[object] = [python, "-m", f"benchmarks.peers.{module}", *how]
            return spend([*command, folder / "peer.db", words, *feeds], folder / "log.txt")

        return work

    fewer = max(2, pieces * 15 // 100)
    found = [
        Contender("monitor crawl, monitor tag", pieces, ours),
        Contender("httpx loop + trafilatura", fewer, peer(sys.executable, "loop")),
    ]
    if PEERS.exists():
        found += [
            Contender("Scrapy + selectors", max(2, pieces // 2), peer(PEERS, "spider", "selectors")),
            Contender("Scrapy + trafilatura", fewer, peer(PEERS, "spider", "general")),
            Contender("news-please from_url", max(2, pieces * 5 // 100), peer(PEERS, "newsplease_loop")),
        ]
    return found


def _fresh(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _found(folder: Path, site: Served, each: int) -> float:
    """Give the share of pages of which every paragraph was stored; a piece too few is a mistake of the benchmark."""
    file = next(folder.glob("*.db"))
    with closing(sqlite3.connect(file)) as conn:
        texts = dict(conn.execute("SELECT url, text FROM articles"))
        tags = conn.execute("SELECT count(*) FROM tags").fetchone()[0]
    wanted = {
        f"http://{host}/tin-post{number}.html": number
        for outlet, host in enumerate(site.outlets.hosts)
        for number in outlets.numbers(site.outlets, outlet, each)
    }
    if texts.keys() != wanted.keys():
        raise AssertionError(f"{folder.parent.name}: {len(texts)} pieces stored of {len(wanted)}")
    if not tags:
        raise AssertionError(f"{folder.parent.name}: not one tag")
    whole = sum(all(p in texts[url] for p in inputs.paragraphs(n, outlets.LENGTH)) for url, n in wanted.items())
    return whole / len(wanted)


def _figures(taken: Sequence[tuple[Spent, Spent, float]], count: int, each: int) -> Figures:
    more, pages = count * (each - 1), count * each
    cpu = [1000 * (whole.cpu - once.cpu) / more for once, whole, _ in taken]
    return Figures(
        pages=pages,
        cpu=median(cpu),
        least=min(cpu),
        most=max(cpu),
        rate=median(more / max(1e-9, whole.wall - once.wall) for once, whole, _ in taken),
        once=median(once.cpu for once, _, _ in taken),
        peak=max(whole.peak for _, whole, _ in taken),
        found=median(found for _, _, found in taken),
    )
