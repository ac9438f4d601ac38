"""The layout of NĐ 30/2020/NĐ-CP, measured in the finished file."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm

from monitor.reports import FORMATS
from tests.factories import a_plan
from tests.reports.examples import AFTER, a_report


@pytest.fixture(scope="module")
def content() -> bytes:
    return FORMATS["docx"](a_report())


@pytest.fixture(scope="module")
def document(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return parts.read(name).decode()


def millimetres(length: int | None) -> float:
    assert length is not None
    return round(length / Mm(1), 1)


def test_the_letter_is_upright_and_the_appendices_lie(document: Document) -> None:
    sides = [(s.orientation, millimetres(s.page_width), millimetres(s.page_height)) for s in document.sections]
    assert sides == [(WD_ORIENT.PORTRAIT, 210, 297)] + [(WD_ORIENT.LANDSCAPE, 297, 210)] * 3


def test_margins_are_those_of_the_decree(document: Document) -> None:
    for s in document.sections:
        assert [millimetres(m) for m in (s.top_margin, s.bottom_margin, s.left_margin, s.right_margin)] == [
            20,
            20,
            30,
            20,
        ]


def test_every_font_named_is_times_new_roman(content: bytes) -> None:
    styles = part(content, "word/styles.xml")
    named = set(re.findall(r'w:(?:ascii|hAnsi|cs|eastAsia)="([^"]+)"', part(content, "word/document.xml")))
    assert named <= {"Times New Roman"}
    defaults = styles[styles.index("<w:docDefaults>") : styles.index("</w:docDefaults>")]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        assert f'w:{script}="Times New Roman"' in defaults
    assert "Theme" not in defaults
    assert 'w:val="vi-VN"' in defaults


def test_styles_in_use_name_no_other_font(document: Document) -> None:
    for name in {p.style.name for p in document.paragraphs if p.style is not None} | {"Header"}:
        fonts = document.styles[name].element.rPr.find(qn("w:rFonts"))
        assert set(fonts.attrib.values()) == {"Times New Roman"}
        assert len(fonts.attrib) == 4


def test_the_body_is_justified_indented_and_fourteen_points(document: Document) -> None:
    opening = next(p for p in document.paragraphs if p.text.startswith("Thực hiện"))
    assert opening.alignment is WD_ALIGN_PARAGRAPH.JUSTIFY
    assert millimetres(opening.paragraph_format.first_line_indent) == 12.7
    assert opening.runs[0].font.size is not None and opening.runs[0].font.size.pt == 14


def test_the_head_names_the_republic_and_leaves_number_and_day_open(document: Document) -> None:
    left, right = document.tables[0].rows[0].cells
    assert [p.text for p in left.paragraphs if p.text] == [
        "UBND TỈNH MẪU", "SỞ NỘI VỤ", "Số:          /BC-SNV", "DỰ THẢO",
    ]  # fmt: skip
    assert [p.text for p in right.paragraphs if p.text] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Mẫu, ngày      tháng      năm 2021",
    ]
    bold = {p.text: p.runs[0].font.bold for cell in (left, right) for p in cell.paragraphs if p.text}
    assert not bold["UBND TỈNH MẪU"] and bold["SỞ NỘI VỤ"] and bold["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]


def test_lines_are_drawn_under_agency_motto_and_subject(document: Document) -> None:
    left, right = document.tables[0].rows[0].cells
    for where in (left, right, document):
        assert where._element.findall(f".//{qn('w:pBdr')}/{qn('w:top')}")


def test_headings_and_end_follow_the_suggested_report(document: Document) -> None:
    texts = [p.text for p in document.paragraphs]
    wanted = [
        "BÁO CÁO", "I. KẾT QUẢ", "1. Tổng hợp chung", "2. Theo cơ quan báo chí, cổng, trang thông tin điện tử",
        "a) Báo chí", "b) Cổng, trang thông tin điện tử", "3. Theo nội dung Kế hoạch", "4. Hoạt động ngoài báo chí",
        "II. TỒN TẠI, NỘI DUNG CHƯA ĐỦ CĂN CỨ", "III. ĐÔN ĐỐC, KIẾN NGHỊ", "Phụ lục I", "Phụ lục II", "Phụ lục III",
    ]  # fmt: skip
    assert [text for text in texts if text in wanted] == wanted
    assert len([text for text in texts if text.endswith("./.")]) == 1
    assert not [text for text in texts if text.endswith("../.")]
    assert "Kính gửi: Ủy ban nhân dân tỉnh Mẫu" in texts


def test_the_signature_has_a_post_and_no_name(document: Document) -> None:
    block = next(t for t in document.tables if "Nơi nhận:" in t.rows[0].cells[0].text)
    left, right = block.rows[0].cells
    assert left.text.split("\n") == ["Nơi nhận:", "- Như trên;", "- Lưu: VT."]
    assert right.text.split() == ["GIÁM", "ĐỐC"]


def test_the_last_line_of_the_recipients_is_the_one_that_the_office_wrote() -> None:
    letterhead = replace(a_plan().letterhead, keeps="- Lưu: VT, CCHC.")
    made = docx.Document(io.BytesIO(FORMATS["docx"](a_report(letterhead=letterhead))))
    assert any("- Lưu: VT, CCHC." in t.rows[0].cells[0].text.split("\n") for t in made.tables)


def test_each_appendix_says_to_which_report_it_belongs(document: Document) -> None:
    texts = [p.text for p in document.paragraphs]
    assert texts.count("(Kèm theo Báo cáo số          /BC-SNV ngày      tháng      năm 2021 của Sở Nội vụ)") == 3


def test_pages_are_numbered_at_the_top_but_not_the_first_and_appendices_start_anew(document: Document) -> None:
    for s in document.sections:
        assert s.different_first_page_header_footer
        assert not "".join(p.text for p in s.first_page_header.paragraphs)
    head = document.sections[0].header.paragraphs[0]
    assert head.alignment is WD_ALIGN_PARAGRAPH.CENTER
    assert [field.get(qn("w:instr")) for field in head._p.iter(qn("w:fldSimple"))] == ["PAGE"]
    starts = [[e.get(qn("w:start")) for e in s._sectPr.iter(qn("w:pgNumType"))] for s in document.sections]
    assert starts == [[], ["1"], ["1"], ["1"]]
    assert all(s.header.is_linked_to_previous for s in list(document.sections)[1:])


def test_head_rows_come_again_and_rows_do_not_break(document: Document) -> None:
    lists = [t for t in document.tables if t.rows[0].cells[0].text in {"STT", "Nội dung"}]
    assert len(lists) == 10
    for table in lists:
        marks = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert marks == [True] + [False] * (len(marks) - 1)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_tables_fit_between_the_margins(document: Document) -> None:
    widths = [
        sum(float(column.get(qn("w:w"), "0")) for column in table._tbl.tblGrid.iterchildren()) / 1440 * 25.4
        for table in document.tables
    ]
    assert max(widths) <= 247.5
    assert max(widths[:5]) <= 160.5 and min(widths[:5]) > 150


def test_properties_stand_in_the_order_that_the_schema_wants(document: Document) -> None:
    order = ["pStyle", "keepNext", "pBdr", "spacing", "ind", "jc", "rPr"]
    for properties in document.element.body.iter(qn("w:pPr")):
        names = [child.tag.split("}")[1] for child in properties if child.tag.split("}")[1] in order]
        assert names == sorted(names, key=order.index)
    wanted = ["type", "pgSz", "pgMar", "pgNumType", "cols", "titlePg", "docGrid"]
    for section in document.element.body.iter(qn("w:sectPr")):
        names = [child.tag.split("}")[1] for child in section if child.tag.split("}")[1] in wanted]
        assert names == sorted(names, key=wanted.index)


def test_the_only_moment_in_the_file_is_that_of_the_figures(document: Document, content: bytes) -> None:
    assert document.core_properties.created == document.core_properties.modified
    assert document.core_properties.created.replace(tzinfo=UTC) == AFTER
    assert document.core_properties.author == "SỞ NỘI VỤ"
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(2021, 4, 2, 0, 30, 0)}
        assert parts.namelist()[0] == "[Content_Types].xml"
