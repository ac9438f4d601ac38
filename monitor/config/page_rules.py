"""What is wrong with the page rules in `sources.yaml`: selectors, and the days on which each block holds."""

from collections.abc import Iterator
from datetime import date, timedelta

from monitor.config.outlets import selector_mistake
from monitor.config.reading import Document, Where
from monitor.config.rows import Row, rows, table, text, texts, validity
from monitor.errors import Problem
from monitor.extract.rules import mistake_in
from monitor.press import Validity

_SELECTORS = ("title", "text", "lead", "published", "author", "drop")
_DAY = timedelta(days=1)

Span = tuple[date, date]
"""First and last day; the ends of the calendar where the file leaves them open."""


def page_rules_mistakes(document: Document) -> Iterator[Problem]:
    """Name what is wrong with the blocks of `pages`."""
    pages = table(document, "pages")
    for name in pages:
        blocks = list(rows(document, name, (("pages",), pages)))
        if pages[name] == []:
            yield document.problem(("pages", name), "danh sách đang trống; hãy ghi ít nhất một khối quy tắc")
        for row in blocks:
            yield from _selectors(document, row)
            yield from validity(document, row)
        spans = [(where, span) for where, block in blocks if (span := _span(block))]
        if len(spans) == len(blocks) == len(pages[name]):
            yield from _overlaps(document, spans)
            yield from _holes(document, name, [span for _, span in spans])


def _selectors(document: Document, row: Row) -> Iterator[Problem]:
    for key in ("title", "text"):
        if row[1].get(key) == []:
            yield document.problem((*row[0], key), "danh sách đang trống; hãy ghi ít nhất một bộ chọn CSS")
    for key in _SELECTORS:
        for where, selector in texts(row, key):
            yield from selector_mistake(document, where, selector, mistake_in(selector, attributes=key != "drop"))


def _overlaps(document: Document, spans: list[tuple[Where, Span]]) -> Iterator[Problem]:
    for number, (where, span) in enumerate(spans):
        for earlier, other in spans[:number]:
            first, last = max(span[0], other[0]), min(span[1], other[1])
            if first <= last:
                line = document.problem(earlier, "").line
                said = f"cùng hiệu lực với khối ở dòng {line} trong những ngày {_days((first, last))}"
                yield document.problem((*where, "valid"), f"{said}; mỗi ngày chỉ một khối, hãy sửa first, last")
                break


def _holes(document: Document, name: str, spans: list[Span]) -> Iterator[Problem]:
    """Name the days of an enabled outlet on which none of its blocks holds."""
    for _, outlet in rows(document, "outlets"):
        if outlet.get("pages") != name or text(((), outlet), "enabled", "true") == "false":
            continue
        owned = _span(outlet)
        for hole in _left(owned, spans) if owned else ():
            said = f"không có khối nào hiệu lực {_days(hole)}, mà “{text(((), outlet), 'code')}” đang dùng"
            yield document.problem(("pages", name), f"{said}; hãy sửa valid của các khối cho liền nhau")
            return


def _left(owned: Span, spans: list[Span]) -> Iterator[Span]:
    begin = owned[0]
    for first, last in sorted(spans):
        if first > begin:
            yield begin, min(first - _DAY, owned[1])
        if last >= owned[1]:
            return
        begin = max(begin, last + _DAY)
    yield begin, owned[1]


def _span(block: dict[str, object]) -> Span | None:
    """Give the days that a block's or an outlet's `valid` names; None where they are no days: named elsewhere."""
    valid = block.get("valid")
    if valid is None:
        return date.min, date.max
    if not isinstance(valid, dict):
        return None
    try:
        known = Validity(*(date.fromisoformat(day) if (day := valid.get(key)) else None for key in ("first", "last")))
    except (TypeError, ValueError):
        return None
    span = known.first or date.min, known.last or date.max
    return span if span[0] <= span[1] else None


def _days(span: Span) -> str:
    first, last = span
    if first == date.min and last == date.max:
        return "(mọi ngày)"
    if first == date.min:
        return f"đến {last.isoformat()}"
    return f"từ {first.isoformat()}" + ("" if last == date.max else f" đến {last.isoformat()}")
