"""What every format owes: the same values, text that stays text, the same bytes for the same report."""

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime
from typing import Any

import docx
import openpyxl
import pytest
from bs4 import BeautifulSoup, Tag
from docx.document import Document

from monitor.press import HANOI
from monitor.reports import FORMATS, terminal
from monitor.reports.report import PLAN_NOTES, CoverageReport
from monitor.reports.tables import Table
from monitor.reports.words import NO_DATA, clean, show
from monitor.reports.xlsx import CUT, LONGEST
from tests.reports.examples import AFTER, NASTY, a_clipping, a_dark_report, a_report, a_report_after_the_plan

REPORTS = {"week": a_report, "dark": a_dark_report, "after": a_report_after_the_plan}


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest) -> CoverageReport:
    made: CoverageReport = REPORTS[request.param]()
    return made


def soup_of(report: CoverageReport) -> BeautifulSoup:
    return BeautifulSoup(FORMATS["html"](report), "lxml")


def words_of(element: Tag) -> str:
    return " ".join(element.get_text(" ", strip=True).split())


def html_tables(soup: BeautifulSoup) -> dict[str, list[list[str]]]:
    """Give the rows of each table of the page by its caption."""
    found: dict[str, list[list[str]]] = {}
    for table in soup.find_all("table"):
        caption = table.find("caption")
        assert caption is not None
        found[words_of(caption)] = [
            [words_of(cell) for cell in row.find_all(["th", "td"])] for row in table.select("tbody tr")
        ]
    return found


def docx_tables(document: Document) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


def open_docx(report: CoverageReport) -> Document:
    return docx.Document(io.BytesIO(FORMATS["docx"](report)))


def open_xlsx(report: CoverageReport) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"](report)))


def matrix_of(report: CoverageReport) -> dict[tuple[str, str], str]:
    """Give the matrix as the report says it: (content, agency and channel) → words."""
    return {
        (f"{line.code}. {line.title}", f"{column.agency} ({column.kinds})"): " ".join(cell.lines)
        for block in report.matrix
        for line in block.lines
        for column, cell in zip(block.columns, line.cells, strict=True)
        if cell
    }


def test_html_shows_every_cell_of_the_matrix(report: CoverageReport) -> None:
    found: dict[tuple[str, str], str] = {}
    for table in soup_of(report).select("table.matrix"):
        heads = [words_of(head) for head in table.select("thead th")]
        for row in table.select("tbody tr"):
            cells = [words_of(cell) for cell in row.find_all(["th", "td"])]
            found |= {(cells[0], head): cell for head, cell in zip(heads[1:], cells[1:], strict=True) if cell != "–"}
    assert found == matrix_of(report)


def test_docx_shows_every_cell_of_the_matrix(report: CoverageReport) -> None:
    found: dict[tuple[str, str], str] = {}
    for table in docx_tables(open_docx(report)):
        if table[0][0] == "Nội dung" and table[0][1] != "Tên nội dung":
            for row in table[1:]:
                cells = zip(table[0][1:], row[1:], strict=True)
                found |= {(row[0], head): " ".join(cell.split("\n")) for head, cell in cells if cell != "–"}
    assert found == matrix_of(report)


def test_xlsx_shows_every_cell_of_the_matrix(report: CoverageReport) -> None:
    sheet = open_xlsx(report)["Ma trận"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    heads = [" ".join(str(head).split("\n")[:2]) for head in rows[0] if head]
    found = {
        (f"{row[0]}. {row[1]}", head): " ".join(str(cell).split("\n"))
        for row in rows[1 : 1 + len(report.contents)]
        for head, cell in zip(heads[2:], row[2:], strict=True)
        if cell != "–"
    }
    assert found == matrix_of(report)


def test_json_shows_every_cell_of_the_matrix(report: CoverageReport) -> None:
    read = json.loads(FORMATS["json"](report))
    found = {
        (f"{line['item']}. {line['title']}", f"{column['agency']} ({column['kinds']})"): " ".join(cell["text"])
        for block in read["matrix"]
        for line in block["lines"]
        for column, cell in zip(block["columns"], line["cells"], strict=True)
        if cell
    }
    assert found == matrix_of(report)


def lists_of(report: CoverageReport, *, paper: bool = False) -> list[Table]:
    """Give every list that stands in more than one format; on paper only what is to be read there."""
    own = (report.clippings,) if report.pieces else ()
    return [*own, *(report.apart_on_paper if paper else report.apart), report.collection]


def test_html_lists_say_what_the_report_says(report: CoverageReport) -> None:
    found = html_tables(soup_of(report))
    body = [table for section in report.sections for part in section.parts for table in part.tables]
    for table in (*lists_of(report), *report.duties, *body):
        assert found[table.title] == [[" ".join(text.split()) for text in row] for row in table.words]


def test_docx_lists_say_what_the_report_says(report: CoverageReport) -> None:
    found = docx_tables(open_docx(report))
    body = [table for section in report.sections for part in section.parts for table in part.tables]
    for table in (*lists_of(report, paper=True), *body):
        assert [list(table.heads), *table.words] in found


def test_xlsx_lists_say_what_the_report_says(report: CoverageReport) -> None:
    book = open_xlsx(report)
    shown = [
        [_as_printed(value) for value in row]
        for name in ("Nghĩa vụ", "Danh mục tin, bài", "Tình trạng thu thập")
        for row in book[name].iter_rows(values_only=True)
    ]
    for table in (*lists_of(report), report.all_duties):
        for words in table.words:
            assert any(row[: len(words)] == words for row in shown)


def _as_printed(value: Any) -> str:
    return "" if value is None else show(value.date() if isinstance(value, datetime) else value)


def test_every_sentence_of_the_first_page_stands_in_every_format(report: CoverageReport) -> None:
    page = words_of(soup_of(report))
    paper = [paragraph.text for paragraph in open_docx(report).paragraphs]
    sheet = {cell for row in open_xlsx(report)["Ma trận"].iter_rows(values_only=True) for cell in row}
    text = " ".join(terminal.render(report).split())
    assert json.loads(FORMATS["json"](report))["summary"] == list(report.summary)
    for sentence in report.summary:
        assert sentence in page
        assert sentence in paper
        assert sentence in sheet
        assert sentence in text


def test_findings_and_proposals_stand_in_html_and_docx_alike(report: CoverageReport) -> None:
    page = words_of(soup_of(report))
    paper = "\n".join(paragraph.text for paragraph in open_docx(report).paragraphs)
    for sentence in (s for section in report.sections for part in (section, *section.parts) for s in part.sentences):
        assert sentence in page
        assert sentence.rstrip(".") in paper


def test_pieces_of_no_item_are_listed_for_the_screen_and_not_on_paper() -> None:
    report = a_report()
    assert report.apart[0].title == "Tin, bài không thấy thuộc nội dung Kế hoạch"
    title = report.unclassified_pieces[0].title
    assert title in words_of(soup_of(report))
    sheet = open_xlsx(report)["Danh mục tin, bài"]
    assert title in {cell for row in sheet.iter_rows(values_only=True) for cell in row}
    assert title not in {cell for table in docx_tables(open_docx(report)) for row in table for cell in row}


def test_how_the_plan_is_read_stands_in_every_format() -> None:
    notes = ("Nội dung 4 không ghi thời gian: coi là <thường xuyên>.", "=1+1 là chữ.")
    report = a_report(notes=notes)
    assert report.plan_notes == notes
    sheet = [row[0] for row in open_xlsx(report)["Ma trận"].iter_rows(values_only=True)]
    assert sheet[-3:] == [PLAN_NOTES, *notes]
    paper = [paragraph.text for paragraph in open_docx(report).paragraphs]
    head = paper.index(PLAN_NOTES)
    assert paper[head - 1] == report.footnotes[-1]
    assert paper[head + 1 : head + 3] == [f"- {note}" for note in notes]
    page = soup_of(report)
    assert PLAN_NOTES in [words_of(head) for head in page.select("footer h2")]
    assert [words_of(line) for line in page.select("footer ul li")] == list(notes)
    assert json.loads(FORMATS["json"](report))["plan_notes"] == list(notes)


@pytest.mark.parametrize("name", FORMATS)
def test_a_plan_without_notes_has_no_head_for_them(name: str) -> None:
    content = FORMATS[name](a_report(notes=()))
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"".join(parts.read(part) for part in parts.namelist())
    assert PLAN_NOTES.encode() not in content


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_report_gives_the_same_bytes(name: str) -> None:
    assert FORMATS[name](a_report()) == FORMATS[name](a_report())


@pytest.mark.parametrize("name", FORMATS)
def test_another_process_with_other_hashes_gives_the_same_bytes(name: str) -> None:
    code = (
        "import sys; from monitor.reports import FORMATS; from tests.reports.examples import a_report;"
        f"sys.stdout.buffer.write(FORMATS[{name!r}](a_report()))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] == FORMATS[name](a_report())


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_names_the_moment_of_writing(name: str) -> None:
    content = FORMATS[name](a_report())
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"".join(parts.read(part) for part in parts.namelist())
    assert datetime.now().astimezone().date().isoformat().encode() not in content


def test_nasty_titles_are_text_in_html() -> None:
    soup = soup_of(a_report())
    assert not soup.find_all(["script", "img", "iframe", "object", "link"])
    assert not [tag for tag in soup.find_all(True) if any(name.startswith("on") for name in tag.attrs)]
    titles = {row[4] for row in html_tables(soup)[a_report().clippings.title]}
    assert {clean(title) for title in NASTY} < titles


def test_nasty_titles_are_text_in_xlsx_and_nothing_is_a_formula_or_a_link() -> None:
    content = FORMATS["xlsx"](a_report())
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {clean(title) for title in NASTY} < {cell.value for cell in cells}
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not [p for p in parts.namelist() if p.startswith("xl/worksheets/sheet") and b"<f>" in parts.read(p)]


def test_nasty_titles_are_text_in_docx() -> None:
    listed = next(t for t in docx_tables(open_docx(a_report())) if t[0][:2] == ["STT", "Ngày đăng/phát"])
    assert {clean(title) for title in NASTY} < {row[4] for row in listed}


def test_nasty_titles_are_text_in_json() -> None:
    read = json.loads(FORMATS["json"](a_report()))
    assert {clean(title) for title in NASTY} < {piece["title"] for piece in read["pieces"]}


def test_an_address_that_is_no_web_address_is_no_link() -> None:
    piece = a_clipping(1, url="javascript:alert(1)")
    soup = soup_of(a_report(pieces=[piece]))
    assert "javascript:alert(1)" in soup.get_text()
    assert not [a for a in soup.find_all("a") if str(a["href"]).startswith("javascript")]


def test_a_text_longer_than_a_cell_of_excel_is_cut_and_says_so() -> None:
    report = a_report(pieces=[a_clipping(1, title="dài " * 20_000)])
    title = next(row[4] for row in open_xlsx(report)["Danh mục tin, bài"].iter_rows(min_row=3, values_only=True))
    assert isinstance(title, str)
    assert len(title) == LONGEST and title.endswith(CUT)


def test_xlsx_has_real_days_real_numbers_and_a_frozen_filtered_head() -> None:
    book = open_xlsx(a_report())
    assert book.sheetnames == ["Ma trận", "Nghĩa vụ", "Danh mục tin, bài", "Tình trạng thu thập"]
    for sheet in book:
        assert sheet.freeze_panes == "A3"
        assert sheet.auto_filter.ref
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        fitting = sheet.sheet_properties.pageSetUpPr
        assert fitting is not None and fitting.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$2:$2"
    day = book["Danh mục tin, bài"]["B3"]
    assert isinstance(day.value, datetime) and day.number_format == "dd/mm/yyyy"
    duty = book["Nghĩa vụ"]
    heads = [cell.value for cell in duty[2]]
    assert duty.cell(5, heads.index("Lượt trong chu kỳ") + 1).value == 1
    assert book.properties.created.replace(tzinfo=HANOI) == AFTER


def test_a_report_without_data_shows_no_zero_in_any_format() -> None:
    report = a_dark_report()
    page = html_tables(soup_of(report))
    paper = docx_tables(open_docx(report))
    book = open_xlsx(report)
    sheets = [[list(row) for row in book[name].iter_rows(values_only=True)] for name in book.sheetnames]
    every: list[Any] = [*page.values(), *paper, *sheets]
    for rows in every:
        for row in rows:
            for cell in row:
                assert cell is None or str(cell).split("\n")[0] not in {"0", "00"}
    assert NO_DATA in words_of(soup_of(report))
    read = json.loads(FORMATS["json"](report))
    assert read["coverage"]["totals"] == {"articles": None, "tags": None, "unclassified": None}
    assert {row["done"] for row in read["coverage"]["rows"]} == {None}
    assert {row["in_period"]["done"] for row in read["coverage"]["rows"]} == {None}


def test_the_package_loads_no_format_before_it_is_asked_for() -> None:
    code = "import sys, monitor.reports; print(sorted({'docx', 'xlsxwriter', 'jinja2'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_thousand_pieces_in_one_cell_are_all_listed_in_every_format() -> None:
    pieces = [a_clipping(n) for n in range(1, 1001)]
    report = replace(a_report(pieces=pieces))
    soup = soup_of(report)
    cell = soup.select_one("td.met .count a")
    assert cell is not None and cell.get_text() == "1.000"
    assert len(soup.select("dd a[href^='#b']")) == 1000
    assert any(len(table) == 1001 for table in docx_tables_fast(report))
    assert open_xlsx(report)["Danh mục tin, bài"].max_row >= 1002


def docx_tables_fast(report: CoverageReport) -> list[list[object]]:
    return [list(table._tbl.tr_lst) for table in open_docx(report).tables]
