"""All that a report says, before it is a file: numbers and sentences are decided here, formats lay them out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.alarms import Alarm
from monitor.calendar import Calendar, Period
from monitor.coverage import Fulfilment, Gap
from monitor.plan import Letterhead, Plan
from monitor.press import Clipping, Press, hanoi_day
from monitor.reports import sentences, tables
from monitor.reports.basis import GROUPS, Basis, Totals
from monitor.reports.matrix import Block, contents, matrix
from monitor.reports.pieces import Piece, Pieces, sort_out
from monitor.reports.proposals import proposals
from monitor.reports.sentences import Finding
from monitor.reports.tables import Table
from monitor.reports.words import called, clean
from monitor.seen import SourceState

__all__ = ["CoverageReport", "Section", "Totals", "build"]


UNCLASSIFIED = "Tin, bài không thấy thuộc nội dung Kế hoạch"

PLAN_NOTES = "Cách hiểu Kế hoạch dùng trong báo cáo này"
"""What stands above the plan's notes in every format."""


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the report with what stands under it (mục)."""

    title: str
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    parts: tuple["Section", ...] = ()


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """Everything a report says, as data (báo cáo); `summary` is its first page, `sections` the body of
    the letter, whose first part is the summary.

    `articles`, `tags` and `unclassified` are None where nothing was found and not every day was seen. `office` is who
    sends it, as a sentence writes the name; `plan_notes` are the readings of the plan that change its numbers.
    """

    letterhead: Letterhead
    plan_number: str
    plan_title: str
    subject: str
    opening: str
    period: Period
    period_name: str
    calendar: str
    as_of: datetime
    applies: bool
    articles: int | None
    tags: int | None
    unclassified: int | None
    summary: tuple[str, ...]
    findings: tuple[Finding, ...]
    sections: tuple[Section, ...]
    contents: tuple[tuple[str, str], ...]
    matrix: tuple[Block, ...]
    rows: tuple[Fulfilment, ...]
    duties: tuple[Table, ...]
    all_duties: Table
    pieces: tuple[Piece, ...]
    clippings: Table
    apart: tuple[Table, ...]
    unclassified_pieces: tuple[Piece, ...]
    undated_pieces: tuple[Piece, ...]
    uncounted_pieces: tuple[Piece, ...]
    collection: Table
    gaps: tuple[Gap, ...]
    sources: tuple[SourceState, ...]
    alarms: tuple[Alarm, ...]
    footnotes: tuple[str, ...]
    office: str
    plan_notes: tuple[str, ...]

    @property
    def title(self) -> str:
        """Give what the report is about and which days, in one line."""
        return f"{self.subject}, {self.period_name}"

    @property
    def year(self) -> int:
        """Give the year in Hà Nội in which the report is made."""
        return hanoi_day(self.as_of).year

    @property
    def apart_on_paper(self) -> tuple[Table, ...]:
        """Give those of `apart` that are printed: what speaks of no item can be hundreds of pieces."""
        return tuple(table for table in self.apart if table.title != UNCLASSIFIED)

    @property
    def apart_pieces(self) -> tuple[tuple[Piece, ...], ...]:
        """Give the pieces behind each table of `apart`."""
        every = (self.unclassified_pieces, self.undated_pieces, self.uncounted_pieces)
        return tuple(pieces for pieces in every if pieces)

    @property
    def cells(self) -> dict[str, tuple[int, ...]]:
        """Give the numbers of the pieces behind each cell of the matrix, by the cell's key."""
        filled = (cell for block in self.matrix for line in block.lines for cell in line.cells if cell)
        return {cell.key: cell.pieces for cell in filled if cell.pieces}


def build(
    plan: Plan,
    press: Press,
    period: Period,
    calendar: Calendar,
    as_of: datetime,
    rows: Sequence[Fulfilment],
    pieces: Sequence[Clipping],
    totals: Totals,
    gaps: Sequence[Gap] = (),
    sources: Sequence[SourceState] = (),
    alarms: Sequence[Alarm] = (),
    link: Callable[[str], str] | None = None,
) -> CoverageReport:
    """Decide everything that a report on `period` says.

    `rows` come from `coverage.count`, `pieces` are the clippings dated in the period (countable or not) and those
    without a date, `gaps` cover every day that the rows' cycles need, `link` turns a path such as `/tin-bai/12` into an
    address of the monitor's pages. `as_of` is an aware moment.
    """
    basis = Basis(plan, press, period, calendar, as_of, rows, pieces, totals, gaps, sources, alarms, link)
    found = sort_out(basis)
    findings = sentences.findings(basis)
    # What our own sorting left over is known as soon as one piece is; what the press published is not.
    articles = basis.number(totals.articles, basis.outlets)
    tags = basis.number(totals.tags, basis.outlets)
    unclassified = None if articles is None else totals.unclassified
    overall = sentences.overall(basis, articles, tags, unclassified)
    unseen = {(outlet.code, day) for outlet in basis.outlets for day in basis.unseen(outlet, period)}
    blocks = matrix(basis, found.tagged)
    summary = _summary(basis, overall, findings)
    return CoverageReport(
        letterhead=plan.letterhead,
        plan_number=plan.number,
        plan_title=sentences.plan_name(plan),
        subject=sentences.subject(basis),
        opening=sentences.opening(basis),
        period=period,
        period_name=called(period),
        calendar=calendar.name,
        as_of=as_of,
        applies=basis.applies,
        articles=articles,
        tags=tags,
        unclassified=unclassified,
        summary=summary,
        findings=findings,
        sections=_sections(basis, found, findings, summary),
        contents=contents(blocks, plan),
        matrix=blocks,
        rows=basis.rows,
        duties=tuple(t for group in range(len(GROUPS)) if (t := tables.duties_of(basis, group)).rows),
        all_duties=tables.duties(basis),
        pieces=found.tagged,
        clippings=tables.clippings("Danh mục tin, bài theo nội dung Kế hoạch", found.tagged),
        apart=_apart(found),
        unclassified_pieces=found.unclassified,
        undated_pieces=found.undated,
        uncounted_pieces=found.uncounted,
        collection=tables.collection(basis),
        gaps=tuple(gap for gap in gaps if (gap.outlet, gap.day) in unseen),
        sources=tuple(sources),
        alarms=tuple(alarms),
        footnotes=sentences.FOOTNOTES,
        office=basis.office_name,
        plan_notes=tuple(map(clean, plan.notes)),
    )


def _summary(basis: Basis, overall: str, findings: Sequence[Finding]) -> tuple[str, ...]:
    judged = (sentences.judged(basis.rows), *(f.summary for f in findings), sentences.targets(basis.rows))
    return (
        *sentences.standing(basis),
        *sentences.alarms(basis),
        overall,
        *(judged if basis.applies else ()),
        *sentences.unread_in_short(basis),
    )


def _sections(
    basis: Basis, found: Pieces, findings: Sequence[Finding], summary: tuple[str, ...]
) -> tuple[Section, ...]:
    by_outlet = tuple(t for group in range(len(GROUPS)) if (t := tables.outlets(basis, found, group)).rows)
    results = Section(
        "KẾT QUẢ",
        parts=(
            Section("Tổng hợp chung", summary),
            Section("Theo cơ quan báo chí, cổng, trang thông tin điện tử", tables=by_outlet),
            Section(
                "Theo nội dung Kế hoạch",
                ("Chi tiết theo từng cơ quan tại Phụ lục I; danh mục tin, bài tại Phụ lục II.",),
                (tables.items(basis, found),),
            ),
            Section("Hoạt động ngoài báo chí", sentences.outside_press(basis)),
        ),
    )
    parts = [Section(f.title, f.lines) for f in findings]
    unread = sentences.unread(basis)
    if unread:
        parts.append(Section("Nguồn chưa đọc được", (*unread, "Tình trạng từng nguồn tại Phụ lục III.")))
    look = sentences.attention(found)
    if look:
        parts.append(Section("Tin, bài cần rà soát", look))
    behind = Section(
        "TỒN TẠI, NỘI DUNG CHƯA ĐỦ CĂN CỨ", () if parts else ("Không có tồn tại trong kỳ này.",), parts=tuple(parts)
    )
    return (results, behind, Section("ĐÔN ĐỐC, KIẾN NGHỊ", proposals(basis, findings)))


def _apart(found: Pieces) -> tuple[Table, ...]:
    lists = (
        (UNCLASSIFIED, found.unclassified),
        ("Tin, bài chưa rõ ngày đăng", found.undated),
        ("Trang không tính là tin, bài", found.uncounted),
    )
    return tuple(tables.clippings(title, listed) for title, listed in lists if listed)
