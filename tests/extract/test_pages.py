"""Captured pages: each folder of tests/pages is one page and what must be read from it, or why nothing is.

`monitor sources capture CODE URL` makes a folder; `article.json` is the specification, corrected by a person.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from monitor import config
from monitor.errors import Reason
from monitor.jobs.capture import ERROR, FIELDS, found, opened

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "tests" / "pages"
FOLDERS = sorted(path.parent for path in PAGES.glob("*/*/page.json"))


@cache
def read(folder: Path) -> dict[str, Any]:
    press = config.load(ROOT / "sources.yaml", ROOT / "plans" / "2021").press
    return found(press, press.outlet(folder.parent.name), opened(folder))


@cache
def asked(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / "article.json").read_text(encoding="utf-8"))
    return said


@pytest.mark.parametrize(
    ("folder", "field"),
    [(folder, field) for folder in FOLDERS for field in asked(folder)],
    ids=lambda one: f"{one.parent.name}/{one.name}" if isinstance(one, Path) else one,
)
def test_a_captured_page_is_read_as_its_article_says(folder: Path, field: str) -> None:
    assert read(folder).get(field, f"no {field}: {read(folder)}") == asked(folder)[field]


def test_there_are_pages_of_several_kinds_of_site() -> None:
    assert len({asked(folder)["by"] for folder in FOLDERS if ERROR not in asked(folder)}) >= 3


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_an_article_names_every_field_or_only_why_it_is_none(folder: Path) -> None:
    assert tuple(asked(folder)) in {FIELDS, (ERROR,)}
    assert asked(folder).get(ERROR) in {None, *(reason.value for reason in Reason)}
