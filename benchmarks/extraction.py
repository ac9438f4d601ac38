"""Pages of public test sets read without rules: ours beside trafilatura, on their truth.

The sets are not part of this project: a folder each is given on the command line.
`--aeb`: scrapinghub/article-extraction-benchmark (`ground-truth.json`, `html/`). `--eval`: the `tests` folder of
adbar/trafilatura (`evaldata.json`, `cache/`, `eval/`).
"""

import gc
import gzip
import json
import multiprocessing
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import mean, median

import trafilatura

from monitor.errors import ExtractError
from monitor.extract import density, extract, general
from monitor.extract.decode import decode
from monitor.extract.tree import parse, prune
from monitor.plan import Channel
from monitor.press import Outlet, Page
from monitor.urls import host_of

ROUNDS = 5
NOW = datetime(2026, 1, 1, tzinfo=UTC)
_WORD = re.compile(r"\w+")
_SHINGLE = 4  # words

Score = tuple[float, float, float]
"""F1, precision, recall."""
Found = tuple[str, str, str]
"""Sapô, body, and which way they were found."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One page of a set: `body` is its text; or `wanted` and `unwanted` are pieces that it must and must not hold."""

    url: str
    markup: bytes
    body: str = ""
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """What one reader reached: medians of CPU in ms a page, and its score."""

    milliseconds: float
    score: Score
    ways: str = ""


def aeb(folder: Path) -> list[Saved]:
    """Give the pages of scrapinghub/article-extraction-benchmark."""
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    return [
        Saved(
            known.get("url", ""),
            gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes()),
            known["articleBody"],
        )
        for key, known in truth.items()
    ]


def evaldata(folder: Path) -> list[Saved]:
    """Give the pages of trafilatura's own evaluation."""
    pages = []
    for url, known in json.loads((folder / "evaldata.json").read_text("utf-8")).items():
        file = next((f for name in ("cache", "eval") if (f := folder / name / known["file"]).is_file()), None)
        if file is not None:
            pages.append(Saved(url, file.read_bytes(), "", tuple(known["with"]), tuple(known["without"])))
    return pages


def shingle_score(pages: list[Saved], found: list[Found]) -> Score:
    """Give precision and recall on runs of four words of the body, averaged over the pages, and their F1."""
    precisions, recalls = [], []
    for page, one in zip(pages, found, strict=True):
        true, told = _shingles(page.body), _shingles(as_laid_out(page, one))
        hit = sum((true & told).values())
        if told:
            precisions.append(hit / sum(told.values()))
        if true:
            recalls.append(hit / sum(true.values()))
    return _f1(mean(precisions or [0.0]), mean(recalls or [0.0]))


def segment_score(pages: list[Saved], found: list[Found]) -> Score:
    """Give precision and recall on the pieces that each page must and must not hold, all pages together."""
    right = wrong = missed = 0
    for page, (lead, body, _) in zip(pages, found, strict=True):
        whole = " ".join(f"{lead} {body}".split())
        held = sum(" ".join(piece.split()) in whole for piece in page.wanted)
        right, missed = right + held, missed + len(page.wanted) - held
        wrong += sum(" ".join(piece.split()) in whole for piece in page.unwanted)
    return _f1(right / (right + wrong) if right + wrong else 0.0, right / (right + missed) if right + missed else 0.0)


def as_laid_out(page: Saved, found: Found) -> str:
    """Give the body, with the sapô in front where the page has it as a line of its text and not above.

    Ours keeps the two apart; a truth that knows no sapô has such a first paragraph in its body.
    """
    lead, body, _ = found
    if not lead:
        return body
    tree = parse(decode(_page(page)))
    prune(tree)
    return f"{lead}\n{body}" if lead in density.densest(tree).lines else body


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    starts = range(max(1, len(words) - _SHINGLE + 1)) if words else ()
    return Counter(tuple(words[at : at + _SHINGLE]) for at in starts)


def _f1(precision: float, recall: float) -> Score:
    both = precision + recall
    return (2 * precision * recall / both if both else 0.0), precision, recall


def by_ours(page: Saved) -> Found:
    """Give what we find without rules."""
    came = _page(page)
    outlet = Outlet("", "", "", Channel.SITE, hosts=(host_of(came.url),))
    try:
        article = extract(came, outlet, None)
    except ExtractError as error:
        return "", "", error.reason.value
    return article.lead or "", article.text, article.by


def _page(page: Saved) -> Page:
    url = page.url if host_of(page.url) else "http://unknown.test/piece"
    return Page(url, url, NOW, 200, {"content-type": "text/html"}, page.markup)


def by_trafilatura(page: Saved) -> Found:
    """Give what trafilatura finds in its default mode, with the options of its own evaluation."""
    return "", trafilatura.extract(page.markup, include_comments=False, include_tables=True) or "", ""


READERS = {"ours, without rules": by_ours, f"trafilatura {version('trafilatura')}, default mode": by_trafilatura}


def run(
    pages: list[Saved], score: Callable[[list[Saved], list[Found]], Score], *, rounds: int = ROUNDS
) -> dict[str, Measured]:
    """Read all pages by each reader in turns, after a round that is not counted."""
    spent: dict[str, list[float]] = {name: [] for name in READERS}
    found: dict[str, list[Found]] = {}
    for turn in range(rounds + 1):
        for name, read in READERS.items():
            gc.collect()
            begun = _cpu()
            found[name] = [read(page) for page in pages]
            if turn:
                spent[name].append(_cpu() - begun)
    return {
        name: Measured(
            1000 * median(spent[name]) / len(pages),
            score(pages, found[name]),
            ", ".join(f"{way} {count}" for way, count in Counter(way for *_, way in found[name] if way).most_common()),
        )
        for name in READERS
    }


def _cpu() -> float:
    """Give the CPU seconds of this process and of its workers."""
    return time.process_time() + sum(_cpu_of(child.pid) for child in multiprocessing.active_children() if child.pid)


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


SETS = {"aeb": (aeb, shingle_score), "eval": (evaldata, segment_score)}


def show(name: str, folder: Path, *, rounds: int = ROUNDS) -> None:
    """Measure on one set and print it, ours first."""
    load, score = SETS[name]
    pages = load(folder)
    measured = run(pages, score, rounds=rounds)
    general.close()
    libraries = ", ".join(f"{library} {version(library)}" for library in ("selectolax", "trafilatura", "lxml"))
    print(f"\nextraction, {name}: {len(pages)} pages, {size(pages) / 1000:.0f} kB each; {libraries}")
    print(f"  {'':<34}{'ms per page':>12}{'F1':>8}{'precision':>11}{'recall':>8}")
    own = next(iter(measured.values())).milliseconds
    for who, one in measured.items():
        ratio = f"{one.milliseconds / own:8.2f} ×" if one.milliseconds != own else f"  ({one.ways})"
        print(f"  {who:<34}{one.milliseconds:12.2f}{one.score[0]:8.3f}{one.score[1]:11.3f}{one.score[2]:8.3f}{ratio}")


def size(pages: Iterable[Saved]) -> float:
    """Give the mean bytes of a page."""
    return mean(len(page.markup) for page in pages)
