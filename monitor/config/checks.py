"""Compare what the files say of one another: every name that is used is declared, every address belongs to its outlet.

Reads the tables as they were written, not what was built of them: so these mistakes come together with all others.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from monitor.config.building import unknown_name
from monitor.config.reading import Document, Where
from monitor.errors import Problem
from monitor.urls import host_of

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# ASCII only: a Cyrillic “а” or a full-width “３” looks the same on paper and is another item to a machine.
_ITEM_CODE = re.compile(r"[0-9A-Za-z]+([.-][0-9A-Za-z]+)*")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_KNOWN_PLACEHOLDERS = frozenset({"{year}", "{month}", "{month:02}"})

Row = tuple[Where, dict[str, Any]]


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
    agencies = _codes(files.agencies, "agencies") if files.agencies else None
    if files.agencies:
        yield from _agencies(files.agencies, agencies or [])
    if files.sources:
        parts = _item_codes(files.plan, parts=True) if files.plan else None
        for outlet in _rows(files.sources, "outlets"):
            yield from _outlet(files.sources, outlet, agencies, parts)
        yield from _twins(files.sources, "outlets", _CODE)
        for name, rules in _table(files.sources, "pages").items():
            for key in ("title", "text"):
                if isinstance(rules, dict) and rules.get(key) == []:
                    yield files.sources.problem(
                        ("pages", name, key), "danh sách đang trống; hãy ghi ít nhất một bộ chọn CSS"
                    )
    if files.plan:
        yield from _plan(files.plan, agencies, files.folder)
    if files.targets and files.plan:
        yield from _targets(files.targets, files.plan)
    if files.keywords and files.plan:
        for key in ("items", "calibration"):
            for row in _rows(files.keywords, key):
                yield from _known(files.keywords, row, "item", "nội dung", _item_codes(files.plan, parts=False))


def _table(document: Document, key: str) -> dict[str, Any]:
    found = document.table.get(key)
    return found if isinstance(found, dict) else {}


def _rows(document: Document, key: str, row: Row | None = None) -> Iterator[Row]:
    """Give the mappings of the list under `key`; what is not a mapping was already named as a mistake."""
    where, table = row or ((), document.table)
    listed = table.get(key)
    for number, inner in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(inner, dict):
            yield (*where, key, number), inner


def _texts(row: Row, key: str) -> Iterator[tuple[Where, str]]:
    listed = row[1].get(key)
    for number, inner in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(inner, str):
            yield (*row[0], key, number), inner


def _text(row: Row, key: str, default: str = "") -> str:
    value = row[1].get(key)
    return value if isinstance(value, str) else default


def _codes(document: Document, key: str) -> list[str]:
    return [_text(row, "code") for row in _rows(document, key)]


def _item_codes(plan: Document, *, parts: bool) -> list[str]:
    found = []
    for row in _rows(plan, "items"):
        found.append(_text(row, "code"))
        if parts:
            found += [_text(part, "code") for part in _rows(plan, "parts", row)]
    return found


def _known(document: Document, row: Row, key: str, what: str, names: Collection[str] | None) -> Iterator[Problem]:
    name = row[1].get(key)
    if names is not None and isinstance(name, str) and name not in names:
        yield document.problem((*row[0], key), unknown_name(what, name, [n for n in names if n]))


def _all_known(document: Document, row: Row, key: str, what: str, names: Collection[str] | None) -> Iterator[Problem]:
    for where, name in _texts(row, key):
        if names is not None and name not in names:
            yield document.problem(where, unknown_name(what, name, [n for n in names if n]))


def _twins(document: Document, key: str, pattern: re.Pattern[str], row: Row | None = None) -> Iterator[Problem]:
    """Name codes that are written twice, or with letters that could be mistaken for others."""
    seen: dict[str, Where] = {}
    for where, table in _rows(document, key, row):
        code = table.get("code")
        if not isinstance(code, str):
            continue
        if not pattern.fullmatch(code):
            allowed = (
                "chữ thường không dấu, chữ số, gạch nối" if pattern is _CODE else "chữ số, chữ cái không dấu, dấu chấm"
            )
            yield document.problem((*where, "code"), f"mã “{code}” chỉ được gồm {allowed}")
        elif first := seen.get(code.casefold()):
            line = document.places[(*first, "code")][0]
            yield document.problem((*where, "code"), f"mã “{code}” đã dùng ở dòng {line}; hãy đặt mã khác")
        seen.setdefault(code.casefold(), where)


def _validity(document: Document, row: Row) -> Iterator[Problem]:
    valid = row[1].get("valid")
    if isinstance(valid, dict):
        first, last = _text(((), valid), "first"), _text(((), valid), "last")
        if first and last and last < first:
            yield document.problem((*row[0], "valid"), f"ngày cuối {last} trước ngày đầu {first}; hãy xem lại hai ngày")


def _agencies(document: Document, codes: list[str]) -> Iterator[Problem]:
    collective = [_text(row, "code") for row in _rows(document, "agencies") if _text(row, "collective") == "true"]
    for row in _rows(document, "agencies"):
        yield from _known(document, row, "successor", "cơ quan", [c for c in codes if c != _text(row, "code")])
        yield from _known(document, row, "part_of", "nhóm cơ quan (collective: true)", collective)
        yield from _validity(document, row)
    yield from _twins(document, "agencies", _CODE)


def _outlet(
    document: Document, row: Row, agencies: Collection[str] | None, items: Collection[str] | None
) -> Iterator[Problem]:
    where, outlet = row
    yield from _known(document, row, "agency", "cơ quan", agencies)
    yield from _known(document, row, "pages", "quy tắc đọc trang", list(_table(document, "pages")))
    yield from _validity(document, row)
    if _text(row, "enabled", "true") == "false":
        if not _text(row, "why").strip():
            yield document.problem(where, "enabled: false cần nêu lý do; hãy thêm dòng “why: …”")
    else:
        for key, what in (("hosts", "tên miền"), ("sources", "nguồn")):
            if not outlet.get(key):
                yield document.problem((*where, key), f"thiếu {what}; hãy bổ sung, hoặc ghi enabled: false kèm why")
    hosts = [host for _, host in _texts(row, "hosts")]
    for place, host in _texts(row, "hosts"):
        if host_of(f"http://{host}") != host:
            yield document.problem(
                place, f"“{host}”: chỉ ghi tên miền viết thường, ví dụ baobackan.vn, không kèm http:// hay /"
            )
    yield from _identity(document, row)
    yield from _pace(document, row)
    yield from _addresses(document, row, hosts)
    for presence in _rows(document, "presence", row):
        yield from _known(document, presence, "item", "nội dung", items)
        if presence[1].get("expect") == {}:
            yield document.problem(
                (*presence[0], "expect"), "đang trống; hãy ghi điều phải có trên trang, ví dụ {phone: …}"
            )


def _identity(document: Document, row: Row) -> Iterator[Problem]:
    identity = row[1].get("identity")
    if not isinstance(identity, str):
        return
    try:
        pattern = re.compile(identity)
    except (re.error, OverflowError, RecursionError) as error:
        yield document.problem((*row[0], "identity"), f"biểu thức chính quy viết chưa đúng ({error}); hãy sửa lại")
        return
    if "id" not in pattern.groupindex:
        yield document.problem(
            (*row[0], "identity"), r"thiếu nhóm id; hãy đặt phần nhận diện vào (?P<id>…), ví dụ (?P<id>\d+)"
        )


def _pace(document: Document, row: Row) -> Iterator[Problem]:
    pace = row[1].get("pace")
    if isinstance(pace, dict):
        if _text(((), pace), "seconds").startswith("-"):
            yield document.problem((*row[0], "pace", "seconds"), "phải từ 0 trở lên, ví dụ 2")
        if re.fullmatch(r"-\d+|0+", _text(((), pace), "at_once")):
            yield document.problem((*row[0], "pace", "at_once"), "phải từ 1 trở lên")


def _addresses(document: Document, row: Row, hosts: list[str]) -> Iterator[Problem]:
    names: set[str] = set()
    for source in (*_rows(document, "sources", row), *_rows(document, "presence", row)):
        where, url = (*source[0], "url"), source[1].get("url")
        name = _text(source, "name")
        if name and name in names:
            yield document.problem((*source[0], "name"), f"tên nguồn “{name}” đã dùng trong mục này; hãy đặt tên khác")
        names.add(name)
        if not isinstance(url, str):
            continue
        host = host_of(url)
        if not host:
            yield document.problem(
                where, f"“{url}” không phải địa chỉ web; hãy viết đủ, bắt đầu bằng http:// hoặc https://"
            )
        elif host not in hosts:
            yield document.problem(
                where, f"máy chủ “{host}” không có trong hosts của mục này; hãy thêm vào hosts hoặc sửa url"
            )
        unknown = [mark for mark in _PLACEHOLDER.findall(url) if mark not in _KNOWN_PLACEHOLDERS]
        if unknown:
            yield document.problem(
                where, f"không có chỗ thay “{unknown[0]}”; chỉ dùng {{year}}, {{month}}, {{month:02}}"
            )


def _plan(document: Document, agencies: Collection[str] | None, folder: str) -> Iterator[Problem]:
    for key in ("levels", "blind_limit"):
        if key in document.table:
            yield document.problem((key,), "khóa này không viết ở đây; mức theo dõi viết trong targets.yaml")
    root: Row = ((), document.table)
    yield from _known(document, root, "issued_by", "cơ quan", agencies)
    yield from _twins(document, "items", _ITEM_CODE)
    codes = _item_codes(document, parts=False)
    for row in _rows(document, "items"):
        yield from _all_known(document, row, "leads", "cơ quan", agencies)
        yield from _all_known(document, row, "partners", "cơ quan", agencies)
        yield from _twins(document, "parts", _ITEM_CODE, row)
        for part in _rows(document, "parts", row):
            if _text(part, "code") in codes:
                yield document.problem(
                    (*part[0], "code"), "mã của phần trùng mã của nội dung; hãy đặt mã khác, ví dụ 3a"
                )
    yield from _obligations(document, agencies)
    last = _text(((), _table(document, "period")), "last")
    if re.fullmatch(r"\d{4}", folder) and re.match(r"\d{4}-", last) and last[:4] != folder:
        yield document.problem(
            ("period", "last"), f"kỳ kết thúc năm {last[:4]}, nhưng thư mục tên {folder}; hãy sửa một trong hai"
        )


def _obligations(document: Document, agencies: Collection[str] | None) -> Iterator[Problem]:
    owed: dict[tuple[str, str, str], int] = {}
    for row in _rows(document, "obligations"):
        yield from _known(document, row, "item", "nội dung", _item_codes(document, parts=True))
        yield from _known(document, row, "agency", "cơ quan", agencies)
        if row[1].get("channels") == []:
            yield document.problem((*row[0], "channels"), "danh sách đang trống; hãy ghi ít nhất một kênh")
        for where, channel in _texts(row, "channels"):
            duty = (_text(row, "item"), _text(row, "agency"), channel)
            if duty in owed:
                yield document.problem(where, f"nghĩa vụ này đã ghi ở dòng {owed[duty]}; hãy bỏ một trong hai")
            owed.setdefault(duty, document.places[where][0])


def _targets(document: Document, plan: Document) -> Iterator[Problem]:
    duties = [
        (_text(row, "item"), _text(row, "agency"), [channel for _, channel in _texts(row, "channels")])
        for row in _rows(plan, "obligations")
    ]
    laid: dict[tuple[str, str, str], int] = {}
    for row in _rows(document, "targets"):
        item, owed_by, channel = _text(row, "item"), _text(row, "owed_by"), _text(row, "channel")
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
