"""A report as a Word document laid out by Nghị định 30/2020/NĐ-CP, marked DỰ THẢO.

Number, day and signature stay open: văn thư and the signer fill them in.
"""

from monitor.reports import paper
from monitor.reports.matrix import NOT_ASKED, Line
from monitor.reports.paper import CENTRE, Document, Look
from monitor.reports.report import PLAN_NOTES, CoverageReport, Section
from monitor.reports.tables import Table

BODY = Look(14, justified=True, indented=True)
OPEN_DAY = "ngày      tháng      năm"


def render(report: CoverageReport) -> bytes:
    """Give the document; same report, same bytes."""
    document = paper.blank(report.title, report.letterhead.agency, report.as_of)
    paper.page(document.sections[0])
    _head(document, report)
    _body(document, report)
    _signature(document, report)
    _matrix(document, report)
    _clippings(document, report)
    _collection(document, report)
    return paper.saved(document, report.as_of)


def _head(document: Document, report: CoverageReport) -> None:
    head = report.letterhead
    left, right = paper.pair(document, 65, 95)
    paper.write(left, head.parent.upper(), Look(13, align=CENTRE))
    paper.write(left, head.agency.upper(), Look(13, bold=True, align=CENTRE))
    paper.rule(left, 65, min(40.0, max(12.0, len(head.agency) * 1.5)))
    paper.write(left, f"Số:          /{head.symbol}", Look(13, align=CENTRE, before=4))
    paper.boxed(left, "DỰ THẢO", 65, 26)
    paper.write(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Look(12, bold=True, align=CENTRE))
    paper.write(right, "Độc lập - Tự do - Hạnh phúc", Look(14, bold=True, align=CENTRE))
    paper.rule(right, 95, 62)
    paper.write(right, f"{head.place}, {OPEN_DAY} {report.year}", Look(14, italic=True, align=CENTRE, before=4))
    paper.write(document, "BÁO CÁO", Look(14, bold=True, align=CENTRE, before=14))
    paper.write(document, report.subject, Look(14, bold=True, align=CENTRE))
    paper.write(document, report.period_name, Look(14, bold=True, align=CENTRE))
    paper.rule(document, 160, 60)
    paper.write(document, f"Kính gửi: {head.addressee}", Look(14, align=CENTRE, before=10, after=8))


def _body(document: Document, report: CoverageReport) -> None:
    numerals = ("I", "II", "III", "IV")
    paper.write(document, report.opening, BODY)
    for numeral, section in zip(numerals, report.sections, strict=False):
        paper.write(
            document, f"{numeral}. {section.title}", Look(14, bold=True, indented=True, level=1, before=8, after=6)
        )
        _section(document, section)
        for number, part in enumerate(section.parts, 1):
            paper.write(
                document, f"{number}. {part.title}", Look(14, bold=True, indented=True, level=2, before=6, after=6)
            )
            _section(document, part)


def _section(document: Document, section: Section) -> None:
    for sentence in section.sentences:
        paper.write(document, sentence, BODY)
    several = len(section.tables) > 1
    for letter, table in zip("abcdefgh", section.tables, strict=False):
        if several:
            paper.write(document, f"{letter}) {table.title}", Look(14, indented=True, level=3, before=6, after=4))
        _table(document, table, 160, 11)


def _table(document: Document, table: Table, width: float, size: float) -> None:
    paper.grid(document, table.heads, [[[text] for text in row] for row in table.words], table.widths, width, size)


def _signature(document: Document, report: CoverageReport) -> None:
    head = report.letterhead
    end = document.paragraphs[-1]
    end.runs[-1].text = end.runs[-1].text.rstrip(".") + "./."
    end.paragraph_format.keep_with_next = True  # nobody signs a page that holds nothing but the signature
    paper.write(document, "", Look(6, kept=True))
    left, right = paper.pair(document, 80, 80)
    paper.write(left, "Nơi nhận:", Look(12, bold=True, italic=True))
    for who in ("- Như trên;", head.keeps or "- Lưu: VT."):
        paper.write(left, who, Look(11))
    paper.write(right, head.signer.upper(), Look(14, bold=True, align=CENTRE))
    for _ in range(5):
        paper.write(right, "", Look(14, align=CENTRE))


def _appendix(document: Document, report: CoverageReport, numeral: str, title: str) -> None:
    paper.page(paper.turn(document), landscape=True, restart=True)
    paper.write(document, f"Phụ lục {numeral}", Look(14, bold=True, align=CENTRE, level=1))
    paper.write(document, title.upper(), Look(14, bold=True, align=CENTRE))
    number = f"số          /{report.letterhead.symbol} {OPEN_DAY} {report.year}"
    attached = f"(Kèm theo Báo cáo {number} của {report.office})"
    paper.write(document, attached, Look(14, italic=True, align=CENTRE, after=8))


def _matrix(document: Document, report: CoverageReport) -> None:
    _appendix(document, report, "I", f"Ma trận nội dung và cơ quan, {report.period_name}")
    for block in report.matrix:
        paper.write(document, block.title, Look(13, bold=True, before=8, after=4, kept=True))
        heads = ("Nội dung", *(f"{column.agency} ({column.kinds})" for column in block.columns))
        rows = [_line(line) for line in block.lines]
        each = min(40.0, 187 / len(block.columns))
        widths = (60, *(each for _ in block.columns))
        paper.grid(document, heads, rows, widths, sum(widths), 10, centred=True)
    for note in report.footnotes:
        paper.write(document, note, Look(11, italic=True, justified=True, before=2))
    if report.plan_notes:
        paper.write(document, PLAN_NOTES, Look(13, bold=True, before=10, after=4, kept=True))
    for note in report.plan_notes:
        paper.write(document, f"- {note}", Look(11, justified=True, before=2))


def _line(line: Line) -> list[list[str]]:
    return [[f"{line.code}. {line.title}"], *([*cell.lines] if cell else [NOT_ASKED] for cell in line.cells)]


def _clippings(document: Document, report: CoverageReport) -> None:
    _appendix(document, report, "II", f"Danh mục tin, bài, {report.period_name}")
    if not report.pieces:
        paper.write(document, "Chưa có tin, bài nào được ghi nhận theo nội dung Kế hoạch trong kỳ.", BODY)
    for table in (report.clippings, *report.apart_on_paper):
        if table.rows:
            paper.write(document, table.title, Look(13, bold=True, before=8, after=4, kept=True))
            _table(document, table, 247, 9)


def _collection(document: Document, report: CoverageReport) -> None:
    _appendix(document, report, "III", f"Tình trạng thu thập, {report.period_name}")
    _table(document, report.collection, 247, 11)
