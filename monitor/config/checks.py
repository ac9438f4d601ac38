"""Compare what the files say of one another: every name that is used is declared, every list is filled.

Reads the tables as they were written, not what was built of them: so these mistakes come together with all others.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from monitor.config.building import unknown_name
from monitor.config.outlets import outlet_mistakes
from monitor.config.page_rules import page_rules_mistakes
from monitor.config.reading import Document
from monitor.config.rows import CODE, ITEM_CODE, Row, all_known, known, rows, table, text, texts, twins, validity
from monitor.errors import Problem


@dataclass(frozen=True, slots=True)
class Files:
    """The documents of one installation; None where a file could not be understood: then nothing is asked of it."""

    sources: Document | None
    agencies: Document | None
    plan: Document | None
    targets: Document | None
    keywords: Document | None
    folder: str


def check(files: Files) -> Iterator[Problem]:
    """Give every mistake that shows only when things are laid side by side, each with its place."""
    # An empty list is one mistake, not one for each name that it does not declare.
    agencies = (_codes(files.agencies, "agencies") or None) if files.agencies else None
    if files.agencies:
        yield from _empty(files.agencies, "agencies", "cơ quan")
        yield from _agencies(files.agencies, agencies or [])
    if files.sources:
        parts = _item_codes(files.plan, parts=True) if files.plan else None
        for outlet in rows(files.sources, "outlets"):
            yield from outlet_mistakes(files.sources, outlet, agencies, parts)
        yield from twins(files.sources, "outlets", CODE)
        yield from page_rules_mistakes(files.sources)
    if files.plan:
        yield from _empty(files.plan, "items", "nội dung")
        yield from _plan(files.plan, agencies, files.folder)
    if files.targets and files.plan:
        yield from _targets(files.targets, files.plan)
    if files.keywords and files.plan:
        for key in ("items", "calibration"):
            for row in rows(files.keywords, key):
                yield from known(files.keywords, row, "item", "nội dung", _item_codes(files.plan, parts=False))
    if files.keywords:
        yield from _together(files.keywords)


def _empty(document: Document, key: str, what: str) -> Iterator[Problem]:
    if document.table.get(key) == []:
        yield document.problem((key,), f"danh sách đang trống; hãy ghi ít nhất một {what}")


def _codes(document: Document, key: str) -> list[str]:
    return [text(row, "code") for row in rows(document, key)]


def _item_codes(plan: Document, *, parts: bool) -> list[str] | None:
    """Give the codes of the plan's items; None where it has none: that is the mistake, not the names."""
    found = []
    for row in rows(plan, "items"):
        found.append(text(row, "code"))
        if parts:
            found += [text(part, "code") for part in rows(plan, "parts", row)]
    return found or None


def _agencies(document: Document, codes: list[str]) -> Iterator[Problem]:
    collective = [text(row, "code") for row in rows(document, "agencies") if text(row, "collective") == "true"]
    for row in rows(document, "agencies"):
        yield from known(document, row, "successor", "cơ quan", [c for c in codes if c != text(row, "code")])
        yield from known(document, row, "part_of", "nhóm cơ quan (collective: true)", collective)
        yield from validity(document, row)
    yield from twins(document, "agencies", CODE)


def _plan(document: Document, agencies: Collection[str] | None, folder: str) -> Iterator[Problem]:
    for key in ("levels", "blind_limit"):
        if key in document.table:
            yield document.problem((key,), "khóa này không viết ở đây; mức theo dõi viết trong targets.yaml")
    root: Row = ((), document.table)
    yield from known(document, root, "issued_by", "cơ quan", agencies)
    yield from twins(document, "items", ITEM_CODE)
    codes = _item_codes(document, parts=False) or []
    for row in rows(document, "items"):
        yield from all_known(document, row, "leads", "cơ quan", agencies)
        yield from all_known(document, row, "partners", "cơ quan", agencies)
        yield from twins(document, "parts", ITEM_CODE, row)
        for part in rows(document, "parts", row):
            if text(part, "code") in codes:
                yield document.problem(
                    (*part[0], "code"), "mã của phần trùng mã của nội dung; hãy đặt mã khác, ví dụ 3a"
                )
    yield from _obligations(document, agencies)
    last = text(((), table(document, "period")), "last")
    if re.fullmatch(r"\d{4}", folder) and re.match(r"\d{4}-", last) and last[:4] != folder:
        yield document.problem(
            ("period", "last"), f"kỳ kết thúc năm {last[:4]}, nhưng thư mục tên {folder}; hãy sửa một trong hai"
        )


def _obligations(document: Document, agencies: Collection[str] | None) -> Iterator[Problem]:
    owed: dict[tuple[str, str, str], int] = {}
    for row in rows(document, "obligations"):
        yield from known(document, row, "item", "nội dung", _item_codes(document, parts=True))
        yield from known(document, row, "agency", "cơ quan", agencies)
        if row[1].get("channels") == []:
            yield document.problem((*row[0], "channels"), "danh sách đang trống; hãy ghi ít nhất một kênh")
        for where, channel in texts(row, "channels"):
            duty = (text(row, "item"), text(row, "agency"), channel)
            if duty in owed:
                yield document.problem(where, f"nghĩa vụ này đã ghi ở dòng {owed[duty]}; hãy bỏ một trong hai")
            owed.setdefault(duty, document.places[where][0])


def _targets(document: Document, plan: Document) -> Iterator[Problem]:
    duties = [
        (text(row, "item"), text(row, "agency"), [channel for _, channel in texts(row, "channels")])
        for row in rows(plan, "obligations")
    ]
    laid: dict[tuple[str, str, str], int] = {}
    for row in rows(document, "targets"):
        item, owed_by, channel = text(row, "item"), text(row, "owed_by"), text(row, "channel")
        if not item or not owed_by:
            continue
        if not any((item, owed_by) == (i, a) and (not channel or channel in c) for i, a, c in duties):
            on = f" trên kênh “{channel}”" if channel else ""
            what = f"plan.yaml không giao nội dung “{item}” cho “{owed_by}”{on}; hãy sửa mục này hoặc thêm nghĩa vụ"
            yield document.problem((*row[0], "item"), what)
        if (item, owed_by, channel) in laid:
            yield document.problem(
                (*row[0], "item"), f"mức này đã đặt ở dòng {laid[item, owed_by, channel]}; hãy bỏ một trong hai"
            )
        laid.setdefault((item, owed_by, channel), document.places[row[0]][0])


def _together(document: Document) -> Iterator[Problem]:
    """Name the lists of words that `together` speaks of and that are not declared."""
    lists = list(table(document, "lists"))
    for where, words in ((("subject",), table(document, "subject")), *rows(document, "items")):
        groups = words.get("together")
        for number, names in enumerate(groups if isinstance(groups, list) else []):
            for place, name in enumerate(names if isinstance(names, list) else []):
                if isinstance(name, str) and name not in lists:
                    said = unknown_name("danh sách trong lists", name, lists)
                    yield document.problem((*where, "together", number, place), said)
