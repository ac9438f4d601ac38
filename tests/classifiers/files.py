"""The shipped words and small ones of our own, read as the office's files are read."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from ruamel.yaml import YAML

from classifiers.keywords import Calibration, ItemWords, KeywordFile, Keywords, SubjectWords
from monitor.press import Article
from tests.factories import an_article

ROOT = Path(__file__).parents[2]
EXAMPLES = Path(__file__).with_name("examples.yaml")
GATE = Path(__file__).with_name("gate.json")


def read(path: Path) -> Any:
    """Read a YAML file with every value as text, so that item "10" stays a code."""
    return YAML(typ="base").load(path.read_text(encoding="utf-8"))


@cache
def shipped_file() -> KeywordFile:
    """Give the words of the plan of 2021."""
    table = dict(read(ROOT / "plans/2021/keywords.yaml"))
    assert table.pop("schema") == "1"
    return TypeAdapter(KeywordFile).validate_python(table)


@cache
def shipped() -> Keywords:
    """Give the classifier that the office gets."""
    return Keywords(shipped_file())


def a_file(*items: ItemWords, **changes: Any) -> KeywordFile:
    """Give a small file; where a test names no items, two: online filing (9) and the one-stop shop (10)."""
    items = items or (
        ItemWords("9", strong=("nộp hồ sơ trực tuyến",), weak=("trực tuyến",)),
        ItemWords("10", strong=("một cửa",)),
    )
    table: dict[str, Any] = {
        "version": 3,
        "threshold": 0.5,
        "subject": SubjectWords(at_least=0.5, strong=("hồ sơ", "một cửa", "TTHC")),
        "items": items,
        "calibration": tuple(Calibration(code, 3.0, -2.0) for code in dict.fromkeys(row.item for row in items)),
    }
    return KeywordFile(**{**table, **changes})


def a_piece(title: str, text: str = "", lead: str | None = None, on: date | None = None) -> Article:
    """Give an article with these words and no others."""
    return an_article(title=title, lead=lead, text=text, published_on=on)


def found(classifier: Keywords, title: str, text: str = "", on: date | None = None) -> list[str]:
    """Give the items that one piece is tagged with, strongest first."""
    return [tag.item for tag in classifier.suggest([a_piece(title, text, on=on)])[0]]
