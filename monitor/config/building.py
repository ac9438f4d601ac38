"""Build the vocabulary's dataclasses from a document, or say in Vietnamese what stands in the way; pydantic's home."""

import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from difflib import get_close_matches
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from monitor.config.reading import Document, Where
from monitor.errors import Problem

T = TypeVar("T")

# pydantic alone would read 1609459200 as a date, "yes" as true and "1_0" as ten.
_LITERALS: dict[type, tuple[re.Pattern[str], str]] = {
    bool: (re.compile(r"true|false"), "chỉ viết true (có) hoặc false (không)"),
    int: (re.compile(r"-?\d{1,9}", re.ASCII), "phải là số nguyên, ví dụ 2; số viết liền, không dùng dấu phẩy"),
    float: (re.compile(r"-?\d{1,9}(\.\d{1,9})?", re.ASCII), "phải là số, phần thập phân sau dấu chấm, ví dụ 0.5"),
    date: (re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), "phải là ngày viết năm-tháng-ngày, ví dụ 2021-12-31"),
}


def build(document: Document, shape: type[T]) -> tuple[T | None, list[Problem]]:
    """Give what the document's table says, as a `shape`; None, and all mistakes, where it does not fit."""
    found = dict(_literals(document.table, shape, ()))
    built: T | None = None
    try:
        built = TypeAdapter(shape).validate_python(document.table)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            where = tuple(step for step in detail["loc"] if step != "[key]")
            what = _vietnamese(detail, shape, where)
            if detail["type"] == "value_error":  # said by __post_init__ of the whole; find the field it speaks of
                where = _spoken_of(document, where, what)
            found.setdefault(where, what)
    problems = [document.problem(where, what) for where, what in found.items()]
    return (None, problems) if problems else (built, [])


def _literals(value: Any, shape: Any, where: Where) -> Iterator[tuple[Where, str]]:
    """Give each text that is not written the one way we read its type in, and each name that is left blank."""
    shape = _plain(shape)
    if isinstance(value, str) and shape in _LITERALS:
        pattern, what = _LITERALS[shape]
        if not pattern.fullmatch(value):
            yield where, f"“{_short(value)}”: {what}"
    elif is_dataclass(shape) and isinstance(value, dict):
        kinds = get_type_hints(shape)
        required = {f.name for f in fields(shape) if f.default is MISSING and f.default_factory is MISSING}
        for key, inner in value.items():
            if key in required and kinds[key] is str and isinstance(inner, str) and not inner.strip():
                yield (*where, key), "đang để trống; hãy viết nội dung vào"
            elif key in kinds:
                yield from _literals(inner, kinds[key], (*where, key))
    elif isinstance(value, list) and get_origin(shape) is tuple:
        for number, inner in enumerate(value):
            yield from _literals(inner, get_args(shape)[0], (*where, number))
    elif isinstance(value, dict) and get_origin(shape) is Mapping:
        for key, inner in value.items():
            yield from _literals(inner, get_args(shape)[1], (*where, key))


def _plain(shape: Any) -> Any:
    """Give `X` for `X | None`."""
    if get_origin(shape) in (Union, types.UnionType):
        return next(kind for kind in get_args(shape) if kind is not type(None))
    return shape


def _shape_at(shape: Any, where: Where) -> Any:
    """Give the type that stands at `where` inside `shape`; None where there is none."""
    for step in where:
        shape = _plain(shape)
        if is_dataclass(shape):
            shape = get_type_hints(shape).get(str(step))
        else:
            shape = get_args(shape)[-1 if get_origin(shape) is Mapping else 0] if get_args(shape) else None
    return _plain(shape)


def _short(value: str) -> str:
    return value if len(value) <= 40 else value[:39] + "…"


def _spoken_of(document: Document, where: Where, what: str) -> Where:
    named = (*where, what.split(" ", 1)[0])
    return named if named in document.places else where


def _vietnamese(detail: ErrorDetails, shape: Any, where: Where) -> str:
    """Say what is wrong and what to write instead."""
    kind, given = detail["type"], detail["input"]
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind == "missing":
        return f"thiếu khóa này; hãy thêm dòng “{where[-1]}: …”"
    if kind == "unexpected_keyword_argument":
        owner = _shape_at(shape, where[:-1])
        if str(where[-1]).isdecimal():  # {count: 4,5}: YAML takes what follows the comma for another key
            return f"không có khóa “{where[-1]}”; số viết liền, không dùng dấu phẩy, phần thập phân sau dấu chấm"
        return unknown_name("khóa", str(where[-1]), [field.name for field in fields(owner)])
    if kind == "enum":
        return _not_among(where, given, _shape_at(shape, where), is_key=detail["loc"][-1:] == ("[key]",), shape=shape)
    if kind in _STRUCTURE:
        said = "đang để trống; " if given is None else ""
        owner = _shape_at(shape, where)
        names = ", ".join(field.name for field in fields(owner)) if is_dataclass(owner) else ""
        return said + _STRUCTURE[kind].format(names=names)
    literal = _LITERALS.get(_shape_at(shape, where))
    if literal and given is None:
        return f"đang để trống; {literal[1]}, hoặc bỏ cả khóa"
    if literal and isinstance(given, str) and literal[0].fullmatch(given):
        if "date" in kind:
            return f"“{given}”: không có ngày này trong lịch; hãy sửa ngày, ví dụ 2025-02-28"
        return f"“{given}”: số ngoài phạm vi"
    return literal[1] if literal else "không dùng được giá trị này; xem docs/sources-file.md, docs/plan-files.md"


_STRUCTURE = {
    "string_type": "phải là một đoạn chữ; nếu trong chữ có dấu hai chấm hoặc ngoặc thì đặt tất cả trong nháy '…'",
    "tuple_type": "phải là danh sách: viết [mục một, mục hai], hoặc mỗi mục một dòng bắt đầu bằng “- ”",
    "dict_type": "phải gồm các dòng “khóa: giá trị” thụt vào bên dưới",
    "mapping_type": "phải gồm các dòng “khóa: giá trị” thụt vào bên dưới",
    "dataclass_type": "phải gồm các khóa thụt vào bên dưới: {names}",
}


def _not_among(where: Where, given: Any, kind: Any, *, is_key: bool, shape: Any) -> str:
    if is_key:  # a mapping's key: its type stands before the value's
        kind, given = get_args(_shape_at(shape, where[:-1]))[0], where[-1]
    allowed = [str(member.value) for member in kind] if isinstance(kind, type) and issubclass(kind, Enum) else []
    said = f"“{_short(given)}”" if isinstance(given, str) else "giá trị này"
    return f"{said} không có trong danh sách; phải là một trong: {', '.join(allowed)}"


def unknown_name(what: str, name: str, known: list[str]) -> str:
    """Say that `name` is not declared, and name the nearest one that is."""
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"không có {what} “{_short(name)}”; có phải là “{near[0]}”?"
    listed = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    return f"không có {what} “{_short(name)}”; hãy dùng một trong: {listed or '(chưa khai báo mục nào)'}"
