"""A report as an Excel workbook: real numbers and days, every other cell text, nothing that Excel would run."""

import io
from collections.abc import Sequence
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from monitor.press import HANOI
from monitor.reports.matrix import NOT_ASKED
from monitor.reports.report import PLAN_NOTES, CoverageReport
from monitor.reports.tables import Table
from monitor.reports.words import NO_DATA, Value

LONGEST = 32_767
"""Characters that Excel takes in one cell; XlsxWriter refuses more without a word."""

CUT = " … (còn nữa)"


def render(report: CoverageReport) -> bytes:
    """Give the workbook; same report, same bytes."""
    out = io.BytesIO()
    book = _book(out, report.title, report.letterhead.agency, report.as_of)
    styles = _styles(book)
    foot = report.period_name
    _matrix(_sheet(book, "Ma trận", foot), report, styles)
    _list(_sheet(book, "Nghĩa vụ", foot), (report.all_duties,), styles)
    _list(_sheet(book, "Danh mục tin, bài", foot), (report.clippings, *report.apart), styles)
    _list(_sheet(book, "Tình trạng thu thập", foot), (report.collection,), styles)
    if report.looks.rows:
        _list(_sheet(book, "Kiểm tra niêm yết", foot), (report.looks,), styles)
    book.close()
    return out.getvalue()


def listing(table: Table, as_of: datetime) -> bytes:
    """Give a workbook with one list, such as the articles of a query; same table and moment, same bytes."""
    out = io.BytesIO()
    book = _book(out, table.title, "", as_of)
    _list(_sheet(book, "Danh mục", table.title), (table,), _styles(book))
    book.close()
    return out.getvalue()


def _book(out: io.BytesIO, title: str, author: str, as_of: datetime) -> Workbook:
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, safe)
    # A fixed moment instead of the clock's: Excel knows no time zone, so it is that of Hà Nội.
    made: datetime = as_of.astimezone(HANOI).replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": title[:255], "author": author[:255], "created": made})
    return book


def _styles(book: Workbook) -> dict[str, Format]:
    plain = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "text_wrap": True}
    grid = plain | {"border": 1}
    looks = {
        "title": plain | {"bold": True, "font_size": 13, "text_wrap": False},
        "line": plain | {"text_wrap": False},
        "head": grid | {"bold": True, "align": "center", "valign": "vcenter", "bg_color": "#E7EBEF"},
        "text": grid,
        "number": grid | {"num_format": "#,##0", "align": "right"},
        "share": grid | {"num_format": "0.0", "align": "right"},
        "day": grid | {"num_format": "dd/mm/yyyy", "align": "center"},
        "none": grid | {"italic": True},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _sheet(book: Workbook, name: str, foot: str) -> Worksheet:
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=30 / 25.4, right=20 / 25.4, top=20 / 25.4, bottom=20 / 25.4)
    sheet.set_footer(f"&C{foot[:200].replace('&', '&&')} · trang &P/&N")
    return sheet


def _matrix(sheet: Worksheet, report: CoverageReport, styles: dict[str, Format]) -> None:
    """Write one line per content with the columns of all blocks side by side; below it the summary and the notes."""
    columns = [(block, place) for block in report.matrix for place in range(len(block.columns))]
    heads = ["Nội dung", "Tên nội dung"]
    heads += [f"{b.columns[n].agency}\n({b.columns[n].kinds})\n{b.title.removesuffix(' (tiếp)')}" for b, n in columns]
    _text(sheet, 0, 0, report.title, styles["title"])
    _heads(sheet, 1, heads, styles)
    by_code = {(id(block), line.code): line for block in report.matrix for line in block.lines}
    for row, (code, title) in enumerate(report.contents, 2):
        _text(sheet, row, 0, code, styles["text"])
        _text(sheet, row, 1, title, styles["text"])
        for column, (block, place) in enumerate(columns, 2):
            line = by_code.get((id(block), code))
            cell = line.cells[place] if line else None
            _text(sheet, row, column, "\n".join(cell.lines) if cell else NOT_ASKED, styles["text"])
    end = len(report.contents) + 2
    _frame(sheet, 1, end - 1, len(heads))
    sheet.set_column(0, 0, 9)
    sheet.set_column(1, 1, 36)
    if columns:
        sheet.set_column(2, len(heads) - 1, 18)
    notes = (PLAN_NOTES, *report.plan_notes) if report.plan_notes else ()
    for row, sentence in enumerate((*report.summary, *report.footnotes, *notes), end + 1):
        _text(sheet, row, 0, sentence, styles["line"])


def _list(sheet: Worksheet, tables: Sequence[Table], styles: dict[str, Format]) -> None:
    """Write the first table under a filter, the others below it under their titles."""
    row = 0
    for place, table in enumerate(tables):
        _text(sheet, row, 0, table.title, styles["title"])
        _heads(sheet, row + 1, table.heads, styles)
        for number, values in enumerate(table.rows, row + 2):
            for column, value in enumerate(values):
                _value(sheet, number, column, value, styles)
        end = row + 1 + len(table.rows)
        if place == 0:
            _frame(sheet, 1, end, len(table.heads))
            for column, width in enumerate(table.widths):
                sheet.set_column(column, column, max(7, width * 1.4))
        row = end + 2


def _frame(sheet: Worksheet, head: int, last: int, columns: int) -> None:
    sheet.freeze_panes(head + 1, 0)
    sheet.repeat_rows(head)
    sheet.autofilter(head, 0, max(head, last), columns - 1)


def _heads(sheet: Worksheet, row: int, heads: Sequence[str], styles: dict[str, Format]) -> None:
    for column, head in enumerate(heads):
        _text(sheet, row, column, head, styles["head"])


def _value(sheet: Worksheet, row: int, column: int, value: Value, styles: dict[str, Format]) -> None:
    if value is None:
        _text(sheet, row, column, NO_DATA, styles["none"])
    elif isinstance(value, str):
        _text(sheet, row, column, value, styles["text"])
    elif isinstance(value, date):
        _done(sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), styles["day"]))  # noqa: DTZ001  a day
    else:
        _done(sheet.write_number(row, column, value, styles["number" if isinstance(value, int) else "share"]))


def _text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    _done(sheet.write_string(row, column, text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT, style))


def _done(code: int) -> None:
    """XlsxWriter returns a number where it did not write; a report with a hole in it must not leave the house."""
    if code:
        raise ValueError(f"XlsxWriter refused a cell (code {code})")
