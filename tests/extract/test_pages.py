"""Captured pages: each folder of tests/pages is one page and what must be read from it, one test per field.

`monitor sources capture CODE URL` makes a folder; `article.json` is the specification, corrected by a person.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from monitor import config
from monitor.jobs.capture import FIELDS, opened, reading

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "tests" / "pages"
FOLDERS = sorted(path.parent for path in PAGES.glob("*/*/page.json"))


@cache
def read(folder: Path) -> dict[str, Any]:
    press = config.load(ROOT / "sources.yaml", ROOT / "plans" / "2021").press
    return reading(press, press.outlet(folder.parent.name), opened(folder))


@cache
def asked(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "article.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_a_captured_page_is_read_as_its_article_says(folder: Path, field: str) -> None:
    assert read(folder)[field] == asked(folder)[field]


def test_there_are_pages_of_several_kinds_of_site() -> None:
    assert len({asked(folder)["by"] for folder in FOLDERS}) >= 3


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_an_article_names_every_field_and_no_other(folder: Path) -> None:
    assert tuple(asked(folder)) == FIELDS
