"""Read one YAML file so that every value stays text and keeps its place; the only module that knows ruamel.yaml."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from monitor.errors import Problem
from monitor.text import nfc

Where = tuple[str | int, ...]
"""The way from a file's root to a value, such as ("outlets", 0, "channel")."""

DEEPEST = 20
"""Levels of nesting that we follow; the deepest file of ours has seven."""

_NULLS = frozenset({"", "~", "null"})
_SYNTAX = (  # what ruamel says → what an operator should do; the first that fits
    ("'\\t'", "có ký tự Tab; hãy thụt lề bằng dấu cách"),
    ("unknown escape", "trong ngoặc kép, dấu \\ có nghĩa riêng; hãy đặt giá trị trong nháy đơn '…'"),
    ("unexpected end of stream", "chuỗi mở ngoặc kép hoặc nháy đơn ở đây mà không đóng; hãy thêm dấu đóng"),
    (
        "mapping values are not allowed",
        "dấu hai chấm đứng sai chỗ; hãy kiểm tra thụt lề, hoặc đặt giá trị trong nháy '…'",
    ),
    ("expected ',' or", "thiếu dấu phẩy, hoặc dấu ] hay } để đóng; hãy bổ sung"),
    ("found '<scalar>'", "có chữ thừa sau giá trị, hoặc một dấu nháy ở phía trên chưa đóng; hãy kiểm tra các dấu nháy"),
    ("expected <block end>", "dòng này thụt lề lệch với các dòng trên; các khóa cùng cấp phải thẳng cột"),
    ("could not find expected ':'", "thiếu dấu hai chấm sau tên khóa; hãy viết “khóa: giá trị”"),
    ("cannot start any token", "giá trị mở đầu bằng ký tự dành riêng; hãy đặt giá trị trong nháy '…'"),
)


@dataclass(slots=True)
class Document:
    """A file as it stands: text, lists and mappings in `table`, and the line and column of each in `places`.

    `alone` are lists of one that the file writes without a list; what is said of them is said as it is written.
    """

    file: str
    table: dict[str, Any] = field(default_factory=dict)
    places: dict[Where, tuple[int, int]] = field(default_factory=dict)
    alone: set[Where] = field(default_factory=set)

    def problem(self, where: Where, what: str) -> Problem:
        """Give the mistake at `where`; what is missing has the place of what should hold it."""
        for size in range(len(where) - 1, 0, -1):
            if where[:size] in self.alone:
                where = where[:size] + where[size + 1 :]
        known = where
        while known and known not in self.places:
            known = known[:-1]
        line, column = self.places.get(known, (1, 1))
        return Problem(self.file, line, column, ".".join(str(step) for step in where) or "(cả tệp)", what)


def read(path: Path) -> tuple[Document | None, list[Problem]]:
    """Give the file's document, None where it cannot be understood, with all mistakes of form."""
    empty = Document(str(path))
    try:
        raw = path.read_bytes()
    except OSError as error:
        said = "không có tệp này; hãy tạo tệp, hoặc kiểm tra lại đường dẫn"
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            said = f"không mở được tệp ({error.strerror}); hãy kiểm tra quyền đọc"
        return None, [empty.problem((), said)]
    if raw.startswith(b"\xef\xbb\xbf"):
        return None, [empty.problem((), "tệp có dấu BOM ở đầu; hãy lưu lại dạng “UTF-8” (không phải “UTF-8 with BOM”)")]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [
            _at(str(path), raw[: error.start].decode("utf-8"), "tệp không ở bảng mã UTF-8; hãy lưu lại dạng UTF-8")
        ]
    builder = _Builder(empty)
    text = nfc(text)
    try:
        builder.take(YAML(typ="safe", pure=True).parse(StringIO(text)))
    except YAMLError as error:
        return None, [*builder.problems, _broken(str(path), error)]
    if not builder.problems and builder.root is None:
        return None, [empty.problem((), "tệp chưa có nội dung; xem mẫu trong docs/")]
    if isinstance(builder.root, dict) and not builder.broken:
        empty.table = builder.root
        return empty, builder.problems
    if not isinstance(builder.root, dict) and not builder.broken:
        builder.say((), "tệp phải gồm các dòng “khóa: giá trị”, không phải một danh sách hay một đoạn chữ")
    return None, builder.problems


def _at(file: str, before: str, what: str) -> Problem:
    line = before.count("\n") + 1
    return Problem(file, line, len(before) - (before.rfind("\n") + 1) + 1, "(cả tệp)", what)


def _broken(file: str, error: YAMLError) -> Problem:
    said, mark = str(error), None
    if isinstance(error, MarkedYAMLError):
        said = f"{error.problem or ''} {error.context or ''}"
        opened = "unexpected end of stream" in said
        mark = error.context_mark if opened else error.problem_mark or error.context_mark
    what = next((say for sign, say in _SYNTAX if sign in said), "không hiểu được cấu trúc ở đây; hãy kiểm tra thụt lề")
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Problem(file, line, column, "(cả tệp)", what)


@dataclass(slots=True)
class _Open:
    """A list or mapping that is not closed yet; `key` is what waits for its value."""

    where: Where
    holder: dict[str, Any] | list[Any]
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    """Builds the table from events, not from nodes: so depth costs no recursion and no tag is ever resolved."""

    document: Document
    root: Any = None
    problems: list[Problem] = field(default_factory=list)
    broken: bool = False
    stack: list[_Open] = field(default_factory=list)

    def say(self, where: Where, what: str, *, fatal: bool = False) -> None:
        self.problems.append(self.document.problem(where, what))
        self.broken = self.broken or fatal

    def take(self, events: Iterable[object]) -> None:
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    return self.say((), "tệp có hai phần cách nhau bằng “---”; hãy giữ một phần", fatal=True)
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                self.stack.pop()
            elif isinstance(event, NodeEvent):
                if len(self.stack) > DEEPEST:
                    return self.say(
                        self.stack[-1].where, "lồng nhau quá nhiều cấp; hãy xem mẫu trong docs/", fatal=True
                    )
                top = self.stack[-1] if self.stack else None
                if top and isinstance(top.holder, dict) and top.key is None:
                    if not isinstance(event, ScalarEvent):
                        return self.say(top.where, "tên khóa phải là một từ, không phải danh sách", fatal=True)
                    self.key(top, event)
                else:
                    self.value(top, event)
        return None

    def key(self, top: _Open, event: ScalarEvent) -> None:
        top.key = nfc(event.value)
        where = (*top.where, top.key)
        self.refuse_marks(where, event)
        if top.key in top.holder:
            first = self.document.places[where][0]
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            what = f"khóa “{top.key}” đã viết ở dòng {first}; hãy bỏ một trong hai"
            self.problems.append(Problem(self.document.file, line, column, ".".join(map(str, where)), what))
        self.document.places.setdefault(where, (event.start_mark.line + 1, event.start_mark.column + 1))

    def value(self, top: _Open | None, event: NodeEvent) -> None:
        where: Where = ()
        if top:
            where = (*top.where, len(top.holder) if top.key is None else top.key)
        self.document.places.setdefault(where, (event.start_mark.line + 1, event.start_mark.column + 1))
        self.refuse_marks(where, event)
        made: Any = None
        if isinstance(event, ScalarEvent):
            made = None if event.style is None and event.value in _NULLS else nfc(event.value)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            made = {} if isinstance(event, MappingStartEvent) else []
            self.stack.append(_Open(where, made))
        if top is None:
            self.root = made
        elif isinstance(top.holder, list):
            top.holder.append(made)
        else:
            top.holder.setdefault(str(top.key), made)
            top.key = None

    def refuse_marks(self, where: Where, event: NodeEvent) -> None:
        # An alias can stand for a billion values, a tag for a Python object: a file of ours needs neither.
        if isinstance(event, AliasEvent):
            self.say(where, f"không dùng “*{event.anchor}”; hãy chép nguyên nội dung vào đây", fatal=True)
        elif event.anchor is not None:
            self.say(where, f"không dùng “&{event.anchor}”; hãy bỏ nhãn này", fatal=True)
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.say(where, f"không dùng nhãn kiểu “!…” ({tag}); hãy bỏ nhãn, chỉ viết giá trị", fatal=True)
