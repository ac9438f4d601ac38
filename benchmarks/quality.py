"""How well the shipped keywords tag articles that people labelled, beside a plain list of the same words.

Nobody's articles belong to the project, so the folder is named on the command line: `labelled.jsonl`, one JSON a line
with `id`, `title`, `text`, `date` and `labels` (codes of items).
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import inputs
from benchmarks.tagging import alternation, written
from classifiers.keywords import KeywordFile, Keywords
from monitor.press import Article
from monitor.text import matching

FILE = "labelled.jsonl"

Labels = Sequence[Collection[str]]


@dataclass(frozen=True, slots=True)
class Quality:
    """How labels found agree with labels given: over all labels, over items alike, and on having any label at all."""

    micro_f1: float
    precision: float
    recall: float
    macro_f1: float
    relevance_f1: float


def run(folder: Path) -> tuple[str, dict[str, Quality]]:
    """Give what was measured on, and the quality of our keywords and of the plain list."""
    rows = [json.loads(line) for line in (folder / FILE).read_text(encoding="utf-8").splitlines() if line.strip()]
    held_out = [row for row in rows if is_held_out(row["id"])]
    if not held_out:
        raise ValueError(f"{folder / FILE} has no held-out articles")
    made = [_article(row) for row in held_out]
    truth = [set(row["labels"]) for row in held_out]
    settings = inputs.shipped()
    codes = settings.plan.item_codes
    ours = [{tag.item for tag in found} for found in Keywords(settings.keywords).suggest(made)]
    figures = {
        "keywords of the plan of 2021": judged(truth, ours, codes),
        "plain list of their strong words": judged(truth, plain(settings.keywords, made), codes),
    }
    return f"{len(held_out)} held-out articles of {len(rows)}, {sum(map(bool, truth))} of them labelled", figures


def is_held_out(identity: str) -> bool:
    """Say whether an article was kept aside when the words were written: the SHA-1 of its id ends in an odd digit."""
    return int(hashlib.sha1(identity.encode()).hexdigest()[-1], 16) % 2 == 1


def plain(file: KeywordFile, made: Sequence[Article]) -> Labels:
    """Tag by any strong word anywhere: no subject, no masks, no lists, no place, no weights."""
    words: dict[str, set[str]] = {}
    for block in file.items:
        words.setdefault(block.item, set()).update(map(matching, block.strong))
    patterns = {item: alternation(phrases) for item, phrases in words.items() if phrases}
    texts = [matching(written(article)) for article in made]
    return [{item for item, pattern in patterns.items() if pattern.search(text)} for text in texts]


def judged(truth: Labels, found: Labels, codes: Sequence[str]) -> Quality:
    """Compare labels found with labels given; items that neither has count as 0 in the macro-F1."""
    by_item = {code: _counts([code in t for t in truth], [code in f for f in found]) for code in codes}
    both, said, true = (sum(counts[at] for counts in by_item.values()) for at in range(3))
    return Quality(
        micro_f1=_f1(both, said, true),
        precision=both / said if said else 0.0,
        recall=both / true if true else 0.0,
        macro_f1=sum(_f1(*counts) for counts in by_item.values()) / len(codes),
        relevance_f1=_f1(*_counts([bool(t) for t in truth], [bool(f) for f in found])),
    )


def _counts(truth: Sequence[bool], found: Sequence[bool]) -> tuple[int, int, int]:
    return sum(t and f for t, f in zip(truth, found, strict=True)), sum(found), sum(truth)


def _f1(both: int, said: int, true: int) -> float:
    return 2 * both / (said + true) if said + true else 0.0


def _article(row: Mapping[str, Any]) -> Article:
    day: date | None = None
    with suppress(ValueError):  # some know the year only
        day = date.fromisoformat(row.get("date") or "")
    bare = inputs.article(0, 1)
    return replace(bare, title=row["title"] or "", lead=None, text=row["text"] or "", published_on=day)
