"""What is wrong with one outlet in `sources.yaml`."""

import re
from collections.abc import Collection, Iterator

from monitor.config.reading import Document, Where
from monitor.config.rows import Row, known, rows, table, text, texts, validity
from monitor.errors import Problem
from monitor.presence import KINDS, kind_of, mistake_in_expected
from monitor.sources.listing import mistake_in
from monitor.urls import host_of

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_KNOWN_PLACEHOLDERS = frozenset({"{year}", "{month}", "{month:02}", "{page}"})


def outlet_mistakes(
    document: Document, row: Row, agencies: Collection[str] | None, items: Collection[str] | None
) -> Iterator[Problem]:
    """Name what is wrong with one outlet; `agencies` and `items` are the codes it may use, None where not known."""
    where, outlet = row
    yield from known(document, row, "agency", "cơ quan", agencies)
    yield from known(document, row, "pages", "quy tắc đọc trang", list(table(document, "pages")))
    yield from validity(document, row)
    if text(row, "enabled", "true") == "false":
        if not text(row, "why").strip():
            yield document.problem(where, "enabled: false cần nêu lý do; hãy thêm dòng “why: …”")
    else:
        for key, what in (("hosts", "tên miền"), ("sources", "nguồn")):
            if not outlet.get(key) and not (key == "sources" and outlet.get("presence")):
                yield document.problem((*where, key), f"thiếu {what}; hãy bổ sung, hoặc ghi enabled: false kèm why")
    hosts: list[str] | None = [host for _, host in texts(row, "hosts")] or None
    for place, host in texts(row, "hosts"):
        if host_of(f"http://{host}") != host:
            hosts = None  # the addresses are not to blame for it
            yield document.problem(
                place, f"“{host}”: chỉ ghi tên miền viết thường, ví dụ baobackan.vn, không kèm http:// hay /"
            )
    for source in rows(document, "sources", row):
        for key in ("links", "next"):
            selector = text(source, key, "a")
            yield from selector_mistake(document, (*source[0], key), selector, mistake_in(selector))
    yield from _identity(document, row)
    yield from _pace(document, row)
    yield from _addresses(document, row, hosts)
    for presence in rows(document, "presence", row):
        yield from known(document, presence, "item", "nội dung", items)
        if presence[1].get("expect") == {}:
            yield document.problem(
                (*presence[0], "expect"), "đang trống; hãy ghi điều phải có trên trang, ví dụ {phone: …}"
            )
    yield from _expected(document, row)


def _expected(document: Document, row: Row) -> Iterator[Problem]:
    """Name what nobody could look for, and what is asked of one page twice."""
    asked: set[tuple[str, str]] = set()
    for presence in rows(document, "presence", row):
        key = text(presence, "item"), text(presence, "url")
        if key in asked:
            yield document.problem(
                (*presence[0], "url"), "nội dung này đã kiểm tra trang này ở mục trên; hãy gộp vào một expect"
            )
        asked.add(key)
        expect = presence[1].get("expect")
        for name, value in expect.items() if isinstance(expect, dict) else ():
            where = (*presence[0], "expect", name)
            if kind_of(str(name)) not in KINDS:
                kinds = ", ".join(KINDS)
                yield document.problem(where, f"không biết tìm “{name}”; chỉ dùng {kinds}, thêm số nếu có hai: phone-2")
            elif mistake := mistake_in_expected(str(name), str(value)):
                yield document.problem(where, f"“{value}”: {mistake}")


def _identity(document: Document, row: Row) -> Iterator[Problem]:
    identity = row[1].get("identity")
    if not isinstance(identity, str):
        return
    try:
        pattern = re.compile(identity)
    except (re.error, OverflowError, RecursionError) as error:
        at = getattr(error, "pos", None)
        where = "" if at is None else f" ở ký tự thứ {at + 1}"
        yield document.problem(
            (*row[0], "identity"), f"biểu thức chính quy viết chưa đúng{where}; hãy xem lại các dấu ngoặc"
        )
        return
    if "id" not in pattern.groupindex:
        yield document.problem(
            (*row[0], "identity"), r"thiếu nhóm id; hãy đặt phần nhận diện vào (?P<id>…), ví dụ (?P<id>\d+)"
        )


def _pace(document: Document, row: Row) -> Iterator[Problem]:
    pace = row[1].get("pace")
    if isinstance(pace, dict):
        if text(((), pace), "seconds").startswith("-"):
            yield document.problem((*row[0], "pace", "seconds"), "phải từ 0 trở lên, ví dụ 2")
        if re.fullmatch(r"-\d+|0+", text(((), pace), "at_once")):
            yield document.problem((*row[0], "pace", "at_once"), "phải từ 1 trở lên")


def _addresses(document: Document, row: Row, hosts: Collection[str] | None) -> Iterator[Problem]:
    names: set[str] = set()
    for source in (*rows(document, "sources", row), *rows(document, "presence", row)):
        where, url = (*source[0], "url"), source[1].get("url")
        name = text(source, "name")
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
        elif hosts is not None and host not in hosts:
            yield document.problem(
                where, f"máy chủ “{host}” không có trong hosts của mục này; hãy thêm vào hosts hoặc sửa url"
            )
        unknown = [mark for mark in _PLACEHOLDER.findall(url) if mark not in _KNOWN_PLACEHOLDERS]
        if unknown:
            yield document.problem(
                where, f"không có chỗ thay “{unknown[0]}”; chỉ dùng {{year}}, {{month}}, {{month:02}}, {{page}}"
            )


def selector_mistake(document: Document, where: Where, selector: str, mistake: str | None) -> Iterator[Problem]:
    """Name what is wrong with a selector."""
    if mistake:
        yield document.problem(where, f"bộ chọn CSS “{selector}” {mistake}; hãy sửa lại, ví dụ h1.article__title")
