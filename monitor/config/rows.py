"""The rows of a document as they were written, and the mistakes that any list of them can have."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from monitor.config.building import unknown_name
from monitor.config.reading import Document, Where
from monitor.errors import Problem

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# ASCII only: a Cyrillic “а” or a full-width “３” looks the same on paper and is another item to a machine.
ITEM_CODE = re.compile(r"[0-9A-Za-z]+([.-][0-9A-Za-z]+)*")

Row = tuple[Where, dict[str, Any]]
"""Where a mapping stands in its file, and what it holds."""


def table(document: Document, key: str) -> dict[str, Any]:
    """Give the mapping under `key`; an empty one where there is none."""
    found = document.table.get(key)
    return found if isinstance(found, dict) else {}


def rows(document: Document, key: str, row: Row | None = None) -> Iterator[Row]:
    """Give the mappings of the list under `key`; what is not a mapping was already named as a mistake."""
    where, table = row or ((), document.table)
    listed = table.get(key)
    for number, inner in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(inner, dict):
            yield (*where, key, number), inner


def texts(row: Row, key: str) -> Iterator[tuple[Where, str]]:
    """Give the texts of a list of the row, each with its place."""
    listed = row[1].get(key)
    for number, inner in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(inner, str):
            yield (*row[0], key, number), inner


def text(row: Row, key: str, default: str = "") -> str:
    """Give a text of the row; `default` where there is none."""
    value = row[1].get(key)
    return value if isinstance(value, str) else default


def known(document: Document, row: Row, key: str, what: str, names: Collection[str] | None) -> Iterator[Problem]:
    """Name a name that is not among `names`; None asks nothing."""
    name = row[1].get(key)
    if names is not None and isinstance(name, str) and name not in names:
        yield document.problem((*row[0], key), unknown_name(what, name, [n for n in names if n]))


def all_known(document: Document, row: Row, key: str, what: str, names: Collection[str] | None) -> Iterator[Problem]:
    """Name each name of a list that is not among `names`; None asks nothing."""
    for where, name in texts(row, key):
        if names is not None and name not in names:
            yield document.problem(where, unknown_name(what, name, [n for n in names if n]))


def twins(document: Document, key: str, pattern: re.Pattern[str], row: Row | None = None) -> Iterator[Problem]:
    """Name codes that are written twice, or with letters that could be mistaken for others."""
    seen: dict[str, Where] = {}
    for where, table in rows(document, key, row):
        code = table.get("code")
        if not isinstance(code, str):
            continue
        if not pattern.fullmatch(code):
            allowed = (
                "chữ thường không dấu, chữ số, gạch nối" if pattern is CODE else "chữ số, chữ cái không dấu, dấu chấm"
            )
            yield document.problem((*where, "code"), f"mã “{code}” chỉ được gồm {allowed}")
        elif first := seen.get(code.casefold()):
            line = document.places[(*first, "code")][0]
            yield document.problem((*where, "code"), f"mã “{code}” đã dùng ở dòng {line}; hãy đặt mã khác")
        seen.setdefault(code.casefold(), where)


def validity(document: Document, row: Row) -> Iterator[Problem]:
    """Name a last day that lies before the first."""
    valid = row[1].get("valid")
    if isinstance(valid, dict):
        first, last = text(((), valid), "first"), text(((), valid), "last")
        if first and last and last < first:
            yield document.problem((*row[0], "valid"), f"ngày cuối {last} trước ngày đầu {first}; hãy xem lại hai ngày")
