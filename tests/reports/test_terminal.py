"""The matrix as text: no line too wide, no cell a formula."""

import csv
import io
from dataclasses import replace

import pytest

from monitor.reports import terminal
from monitor.reports.cells import safe
from monitor.reports.words import columns
from tests.factories import a_plan
from tests.reports.examples import a_report


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_no_line_of_the_terminal_is_wider_than_it(width: int) -> None:
    assert max(columns(line) for line in terminal.render(a_report(), width).splitlines()) <= width


def test_the_columns_of_the_terminal_stand_under_one_another() -> None:
    lines = terminal.render(a_report(), 100).splitlines()
    head = next(line for line in lines if line.startswith("Nội dung") and "Báo Mẫu" in line)
    month = next(line for line in lines if "tháng: 1/4" in line)
    assert columns(head[: head.index("Báo Mẫu")]) == columns(month[: month.index("tháng: 1/4")])
    assert columns(head[: head.index("Đài Phát")]) == columns(month[: month.index("tháng: 1/2")])


def test_a_letter_with_loose_marks_is_as_wide_as_one_with_its_own() -> None:
    assert columns("ệ") == columns("e\u0323\u0302") == 1
    assert columns("漢") == 2


def test_csv_has_one_row_per_duty_and_empty_cells_for_the_unknown() -> None:
    report = a_report()
    rows = list(csv.DictReader(io.StringIO(terminal.csv(report))))
    assert len(rows) == len(report.rows)
    radio = next(row for row in rows if row["proof"] == "import")
    assert (radio["done"], radio["status"], radio["due"]) == ("", "chờ minh chứng", "1")
    assert rows[0]["title"] == "Ý kiến và phản hồi"


def test_csv_is_safe_against_titles_that_are_formulas() -> None:
    items = tuple(replace(item, title="=HYPERLINK(1)") for item in a_plan().items)
    text = terminal.csv(a_report(items=items))
    assert "'=HYPERLINK(1)" in text and ",=HYPERLINK(1)" not in text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert safe(f"{start}1+1").startswith("'")


def test_plain_text_numbers_and_nothing_stay_what_they_are() -> None:
    assert [safe(value) for value in ("Tin", -3, 0.5, None, "a\0b")] == ["Tin", "-3", "0.5", "", "ab"]
