import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from monitor.calendar import Calendar, Period
from monitor.coverage import Fulfilment, Gap, Status, count
from monitor.errors import Reason
from monitor.plan import Obligation, Plan, Proof
from monitor.press import Agency, Clipping, Kind, Press, SourceKind, Validity, Verdict, Word, hanoi_day
from monitor.reports import FORMATS, words
from monitor.reports.matrix import WIDEST, Cell
from monitor.reports.report import CoverageReport, build
from monitor.seen import Outcome, SourceState
from tests.factories import SET_BY
from tests.reports.examples import (
    AFTER,
    MARCH,
    NASTY,
    WEEK,
    Sums,
    a_clipping,
    a_dark_report,
    a_report,
    a_report_after_the_plan,
    gaps_of,
    province,
    tallies_of,
)


def cell(report: CoverageReport, item: str, agency: str, kinds: str) -> Cell:
    """Give one cell of the matrix."""
    return next(
        found
        for block in report.matrix
        for line in block.lines
        for column, found in zip(block.columns, line.cells, strict=True)
        if found and (line.code, column.agency, column.kinds) == (item, agency, kinds)
    )


def all_cells(report: CoverageReport) -> list[Cell]:
    return [c for block in report.matrix for line in block.lines for c in line.cells if c]


def test_a_cell_holds_the_number_of_the_week_and_the_word_of_the_month() -> None:
    early = [a_clipping(n, published_on=date(2021, 3, 3)) for n in (1, 2)]
    report = a_report(pieces=early, gaps=[])
    found = cell(report, "9", "Báo Mẫu", "báo")
    assert found.lines == ("0", "đạt", "tháng: 2/2")
    assert found.pieces == ()


def test_zero_is_said_only_where_every_day_was_seen() -> None:
    seen = a_report(pieces=[], gaps=[])
    assert cell(seen, "6", "Báo Mẫu", "báo").lines[0] == "0"
    one_gap = a_report(pieces=[], gaps=gaps_of("bao-mau", date(2021, 3, 24), 1))
    assert cell(one_gap, "6", "Báo Mẫu", "báo").lines[0] == words.NO_DATA


def test_a_report_without_any_data_says_so_and_never_zero() -> None:
    report = a_dark_report()
    assert (report.articles, report.tags, report.unclassified) == (None, None, None)
    assert {c.number for c in all_cells(report)} == {None}
    tables = [
        report.all_duties,
        report.collection,
        report.clippings,
        *(t for s in report.sections for p in (s, *s.parts) for t in p.tables),
    ]
    values = [value for table in tables for row in table.words for value in row]
    assert "0" not in values
    assert words.NO_DATA in values
    assert f"Tin, bài ghi nhận trong kỳ: {words.NO_DATA}." in report.summary


def test_a_week_of_which_no_day_is_over_knows_nothing_yet() -> None:
    monday = datetime(2021, 3, 22, 3, 0, tzinfo=UTC)
    report = a_report(pieces=[], gaps=[], as_of=monday)
    assert report.articles is None
    assert cell(report, "6", "Báo Mẫu", "báo").number is None
    weekly = next(row for row in report.rows if row.item == "3b")
    assert (weekly.done, weekly.parts[0].done) == (None, None)
    assert "Kỳ báo cáo chưa có ngày nào kết thúc." in report.summary


def test_a_week_that_is_not_over_says_so() -> None:
    thursday = datetime(2021, 3, 25, 3, 0, tzinfo=UTC)
    report = a_report(pieces=[], gaps=[], as_of=thursday)
    assert report.summary[1] == "Kỳ báo cáo chưa kết thúc; ngày 25/3/2021 và các ngày sau chưa được tính là đã đọc."
    assert Status.OPEN in {f.status for f in report.findings}


def test_unseen_days_are_told_beside_the_status() -> None:
    found = cell(a_report(), "6", "Đài Phát thanh và Truyền hình tỉnh Mẫu", "truyền hình")
    assert found.lines == ("1", "chưa đủ căn cứ", "tháng: 1/2", "đã đọc 19/31 ngày")


def test_the_first_page_says_what_is_behind_doubtful_awaited_and_whose_targets_these_are() -> None:
    summary = a_report().summary
    assert summary[0] == "Số liệu tính đến 07 giờ 30 phút ngày 02/4/2021."
    assert "Chưa đạt: 04 nghĩa vụ của 03 cơ quan (Báo Mẫu; Văn phòng UBND tỉnh; Sở Giáo dục và Đào tạo)." in summary
    assert any(s.startswith("Chưa đủ căn cứ: 03 nghĩa vụ của 03 cơ quan") for s in summary)
    assert any(s.startswith("Chờ minh chứng: 02 nghĩa vụ") for s in summary)
    assert any("không đặt chỉ tiêu số lượng" in s and SET_BY in s and "Công văn 12/SNV-CCHC" in s for s in summary)


def test_what_cannot_be_judged_is_told_with_its_reason() -> None:
    doubt = next(f for f in a_report().findings if f.status is Status.UNKNOWN)
    assert (
        "Đài Phát thanh và Truyền hình tỉnh Mẫu: nội dung 6 (Tháng 3/2021: đã thấy 01, mức theo dõi 02; "
        "đã đọc 19/31 ngày, do quá thời gian chờ)."
    ) in doubt.lines
    assert "Báo Mẫu: nội dung 3b (Tuần 12: việc niêm yết chưa được kiểm tra)." in doubt.lines
    assert any(
        line.startswith("Các sở, ngành khác (chưa có danh sách): nội dung 9")
        and "chưa có danh sách đầy đủ các cơ quan trong nhóm nên không đánh giá chung" in line
        for line in doubt.lines
    )


def test_open_cycles_say_when_they_end() -> None:
    report = a_report(as_of=datetime(2021, 3, 29, 3, 0, tzinfo=UTC))
    opened = next(f for f in report.findings if f.status is Status.OPEN)
    assert opened.summary.endswith("các chu kỳ kết thúc ngày 31/3/2021.")
    later = a_report(period=Calendar().period("2021-Q1"), as_of=datetime(2021, 2, 3, 3, 0, tzinfo=UTC))
    several = next(f for f in later.findings if f.status is Status.OPEN)
    assert several.summary.endswith("các chu kỳ kết thúc từ ngày 07/02/2021 đến ngày 04/4/2021.")


@pytest.mark.parametrize(("year", "what"), [(2022, "đã kết thúc trước"), (2020, "bắt đầu sau")])
def test_outside_the_plan_nobody_is_judged(year: int, what: str) -> None:
    week = Calendar().period(f"{year}-W12")
    report = a_report(pieces=[], gaps=[], period=week, as_of=AFTER.replace(year=year))
    assert not report.applies
    assert report.rows == () and report.findings == () and report.duties == ()
    assert {c.status for c in all_cells(report)} == {Status.NOT_BINDING}
    assert what in report.summary[1] and "không đánh giá cơ quan nào" in report.summary[1]
    assert not any("Chưa đạt" in sentence for sentence in report.summary)


def test_outside_the_plan_what_was_published_is_still_listed() -> None:
    report = a_report_after_the_plan()
    assert [p.title for p in report.pieces] == ["Xã Mẫu Sơn nhận hồ sơ trực tuyến, bài 1"]
    assert cell(report, "9", "Báo Mẫu", "báo điện tử").pieces == (1,)


def test_a_period_that_the_plan_covers_in_part_says_which_part() -> None:
    week = Calendar().period("2020-W53")
    report = a_report(pieces=[], gaps=[], period=week, as_of=datetime(2021, 1, 5, 3, 0, tzinfo=UTC))
    assert (
        "Kế hoạch số 01/KH-UBND chỉ áp dụng cho phần từ ngày 01/01/2021 đến ngày 03/01/2021 của kỳ báo cáo."
        in report.summary
    )


def test_a_cell_opens_to_exactly_its_pieces() -> None:
    report = a_report()
    for found in all_cells(report):
        if found.number:
            assert len(found.pieces) == found.number
    nine = cell(report, "9", "Báo Mẫu", "báo")
    titles = {p.title for p in report.pieces if p.number in nine.pieces}
    assert {words.clean(title) for title in NASTY} < titles


def test_copies_that_do_not_count_are_listed_but_not_behind_the_number() -> None:
    own = a_clipping(1, "cong-mau", items=("6",))
    copy = replace(a_clipping(2, "cong-mau", items=("6",)), reprint_of=900)
    report = a_report(pieces=[own, copy])
    found = cell(report, "6", "Văn phòng UBND tỉnh", "cổng")
    assert found.lines == ("1", "chưa đạt", "tháng: 1/2", "không tính bài đăng lại")
    assert [report.pieces[n - 1].id for n in found.pieces] == [101]
    assert len(report.pieces) == 2


def test_press_and_portals_stand_apart() -> None:
    titles = [block.title for block in a_report().matrix]
    assert titles == ["Báo chí", "Cổng, trang thông tin điện tử", "Kênh khác và hoạt động ngoài báo chí"]
    assert [t.title for t in a_report().duties] == [
        "Nghĩa vụ theo Kế hoạch: báo chí",
        "Nghĩa vụ theo Kế hoạch: cổng, trang thông tin điện tử",
        "Nghĩa vụ theo Kế hoạch: kênh khác và hoạt động ngoài báo chí",
    ]


def test_newspapers_stand_before_television_and_television_before_radio() -> None:
    plan, _ = province()
    report = a_report(obligations=plan.obligations[::-1])
    assert [column.kinds for column in report.matrix[0].columns] == ["báo", "truyền hình", "phát thanh, truyền thanh"]


def test_what_does_not_count_is_listed_apart() -> None:
    report = a_report()
    assert [p.id for p in report.unclassified_pieces] == [123]
    assert [p.id for p in report.undated_pieces] == [124]
    assert [(p.id, p.note) for p in report.uncounted_pieces] == [(125, "không tính: điểm báo")]
    assert {123, 124, 125}.isdisjoint(p.id for p in report.pieces)


def test_the_list_tells_copies_and_who_confirmed() -> None:
    by_id = {p.id: p for p in a_report().pieces}
    assert (by_id[122].copy, by_id[122].note) == (True, "theo Báo Mẫu")
    assert (by_id[120].copy, by_id[120].confirmed_by, by_id[120].authors) == (False, "T.V.H", "N.M, H.L")
    assert by_id[121].confirmed_by == "chưa rà soát"
    assert by_id[121].page == "http://127.0.0.1:8000/tin-bai/121"


def test_pieces_dated_outside_the_period_are_not_listed() -> None:
    report = a_report(pieces=[a_clipping(1, published_on=date(2021, 3, 29))], gaps=[])
    assert report.pieces == ()


def test_a_quarter_shows_each_of_its_months() -> None:
    report = a_report(period=Calendar().period("2021-Q1"))
    found = cell(report, "6", "Đài Phát thanh và Truyền hình tỉnh Mẫu", "truyền hình")
    assert found.lines == ("1", "02 chưa đạt, 01 chưa đủ căn cứ", "có ngày chưa đọc")
    assert len(found.rows) == 3


def test_a_wide_matrix_is_cut_into_blocks_that_fit_a_page() -> None:
    plan, press = province()
    agency = press.agency("bao-mau")
    many = tuple(replace(agency, code=f"truong-{n}", name=f"Trường {n}") for n in range(WIDEST + 3))
    report = build(
        replace(plan, obligations=tuple(Obligation("9", a.code, (), Proof.EVIDENCE) for a in many), levels=()),
        replace(press, agencies=press.agencies + many),
        WEEK,
        Calendar(),
        AFTER,
        rows=_rows_of(many, plan, press),
        pieces=[],
        totals=Sums(),
    )
    assert [len(block.columns) for block in report.matrix] == [WIDEST, 3]
    assert report.matrix[1].title.endswith("(tiếp)")


def _rows_of(agencies: tuple[Agency, ...], plan: Plan, press: Press) -> list[Fulfilment]:
    obligations = tuple(Obligation("9", a.code, (), Proof.EVIDENCE) for a in agencies)
    whole = replace(press, agencies=press.agencies + agencies)
    return count(replace(plan, obligations=obligations, levels=()), whole, [], [], WEEK, date(2021, 4, 2))


def test_the_annex_tells_which_days_were_not_read_and_why() -> None:
    rows = {row[1]: row for row in a_report(gaps=[*gaps_of("th-mau", date(2021, 3, 22), 2)]).collection.words}
    assert rows["Báo Mẫu"][3:5] == ["7/7", "không có"]
    assert rows["Truyền hình Mẫu"][3:5] == ["5/7", "22/3/2021–23/3/2021: quá thời gian chờ"]
    assert rows["Truyền hình Mẫu"][6] == "nguồn tin RSS: không đọc được (quá thời gian chờ)"
    assert rows["Phát thanh Mẫu"][3] == "không đọc tự động"


def test_a_source_that_never_answered_says_so() -> None:
    plan, press = province()
    state = SourceState("bao-mau", "trang-chu", AFTER, None, Outcome.BLOCKED, Reason.ROBOTS, 1)
    report = build(plan, press, WEEK, Calendar(), AFTER, rows=[], pieces=[], totals=Sums(), sources=[state])
    row = report.collection.words[0]
    assert row[5:] == ["chưa lần nào", "nguồn tin RSS: bị chặn (robots.txt không cho phép)"]


def test_requested_bodies_are_named_apart_and_asked_for_nothing() -> None:
    said = a_report().sections[-1].sentences
    assert said[-1] == "Các cơ quan được đề nghị phối hợp, không thuộc diện đánh giá: Ban Tuyên giáo Tỉnh ủy."
    assert not any("Ban Tuyên giáo" in sentence for sentence in said[:-1])


def test_a_period_without_a_name_is_called_by_its_days() -> None:
    report = a_report(period=Period(date(2021, 3, 1), date(2021, 3, 9)))
    assert report.period_name == "từ ngày 01/3/2021 đến ngày 09/3/2021"
    assert a_report(period=MARCH).period_name == "Tháng 3/2021 (từ ngày 01/3/2021 đến ngày 31/3/2021)"


def test_a_corrected_piece_says_so() -> None:
    piece: Clipping = replace(a_clipping(1), version=3)
    assert a_report(pieces=[piece]).pieces[0].note == "bản sửa lần 2"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "không có dữ liệu"),
        (0, "0"),
        (7, "7"),
        (1234, "1.234"),
        (1234567.5, "1.234.567,5"),
        (50.0, "50"),
        (date(2021, 1, 5), "05/01/2021"),
        ("0", "0"),
    ],
)
def test_values_print_as_offices_write_them(value: words.Value, shown: str) -> None:
    assert words.show(value) == shown


def test_counts_below_ten_are_padded_in_sentences() -> None:
    assert [words.counted(n) for n in (0, 5, 9, 10, 1234)] == ["0", "05", "09", "10", "1.234"]


def test_a_long_list_of_agencies_is_cut_and_says_so() -> None:
    assert words.listed(["A", "B", "A", "C"], 2) == "A; B; cùng 01 cơ quan khác"


def test_a_digest_that_a_person_confirmed_is_listed_with_the_pieces_that_count() -> None:
    machine = a_clipping(25, items=("6", "9"), kind=Kind.DIGEST)
    person = replace(machine, id=126, verdicts=(Verdict("9", Word.CONFIRM, "T.V.H", AFTER),))
    report = a_report(pieces=[machine, person], gaps=[])
    assert [(p.id, p.items, p.note) for p in report.pieces] == [(126, ("9",), "điểm báo")]
    assert [(p.id, p.items, p.note) for p in report.uncounted_pieces] == [(125, ("6", "9"), "không tính: điểm báo")]


def test_the_pieces_behind_a_cell_are_of_days_on_which_agency_and_outlet_existed() -> None:
    plan, press = province()
    outlets = tuple(replace(o, valid=Validity(last=date(2021, 3, 20))) for o in press.outlets if o.code == "bao-mau")
    agencies = tuple(replace(a, valid=Validity(first=date(2021, 3, 10))) for a in press.agencies)
    days = [date(2021, 3, day) for day in (5, 15, 25)]
    pieces = [a_clipping(n, published_on=day) for n, day in enumerate(days)]
    press = replace(press, outlets=outlets, agencies=agencies)
    rows = count(plan, press, tallies_of(pieces), [], MARCH, AFTER.date())
    report = build(plan, press, MARCH, Calendar(), AFTER, rows=rows, pieces=pieces, totals=Sums(3, 3))
    found = cell(report, "9", "Báo Mẫu", "báo")
    assert (found.number, [report.pieces[number - 1].on for number in found.pieces]) == (1, [date(2021, 3, 15)])


def test_the_letter_is_written_by_the_office_in_ordinary_letters() -> None:
    assert a_report().opening.endswith(
        "Sở Nội vụ báo cáo kết quả theo dõi tuần 12 (từ ngày 22/3/2021 đến ngày 28/3/2021) như sau:"
    )


@pytest.mark.parametrize(
    ("capitals", "ordinary"),
    [
        ("SỞ NỘI VỤ", "Sở Nội vụ"),
        ("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", "Sở Văn hóa, Thể thao và Du lịch"),
        ("UBND TỈNH MẪU", "UBND tỉnh Mẫu"),
        ("VĂN PHÒNG UBND TỈNH", "Văn phòng UBND tỉnh"),
        ("Ban Tuyên giáo Tỉnh ủy", "Ban Tuyên giáo Tỉnh ủy"),
    ],
)
def test_a_name_in_capitals_is_written_as_a_sentence_writes_it(capitals: str, ordinary: str) -> None:
    assert words.ordinary(capitals, "Mẫu") == ordinary


def test_pieces_of_no_item_are_told_apart_from_those_of_the_plan() -> None:
    report = a_report()
    assert (
        "Trong kỳ ghi nhận 11 tin, bài: 10 tin, bài thuộc nội dung Kế hoạch (số lượt gắn nội dung: 11); "
        "01 tin, bài máy không thấy thuộc nội dung nào."
    ) in report.summary
    look = next(part for section in report.sections for part in section.parts if part.title == "Tin, bài cần rà soát")
    assert look.sentences[0] == "Có 01 tin, bài máy không thấy thuộc nội dung nào; danh sách trong tệp XLSX."


def test_where_days_are_unread_pieces_of_no_item_do_not_make_a_zero_of_the_others() -> None:
    report = a_report(pieces=[a_clipping(1, items=())])
    assert (
        "Trong kỳ ghi nhận 01 tin, bài: chưa thấy tin, bài nào thuộc nội dung Kế hoạch; "
        "01 tin, bài máy không thấy thuộc nội dung nào."
    ) in report.summary


def test_the_first_page_counts_the_channels_with_unread_days() -> None:
    assert a_report().summary[-1] == (
        "Kênh có ngày chưa đọc được: báo chí 01 trong tổng số 03 kênh. "
        "Không kết luận về các cơ quan này theo những ngày đó."
    )


def a_report_of(press: Press, plan: Plan, gaps: list[Gap], as_of: datetime = AFTER, **more: Any) -> CoverageReport:
    rows = count(plan, press, [], gaps, WEEK, hanoi_day(as_of))
    return build(plan, press, WEEK, Calendar(), as_of, rows=rows, pieces=[], totals=Sums(), gaps=gaps, **more)


def test_a_channel_that_is_switched_off_keeps_the_administrators_reason_out_of_the_letter() -> None:
    plan, press = province()
    why = "chưa biết địa chỉ; xem sources.yaml"
    off = tuple(replace(o, enabled=False, why=why) if o.code == "th-mau" else o for o in press.outlets)
    report = a_report_of(replace(press, outlets=off), plan, gaps_of("th-mau", date(2021, 1, 1), 91, why))
    rows = {row[1]: row for row in report.collection.words}
    assert rows["Truyền hình Mẫu"][3:7] == ["không đọc tự động", "không thu thập tự động", "chưa lần nào", "đang tắt"]
    doubt = next(f for f in report.findings if f.status is Status.UNKNOWN)
    assert any(line.endswith("do kênh chưa được đưa vào thu thập tự động).") for line in doubt.lines)
    for name in ("html", "docx", "xlsx"):
        content = FORMATS[name](report)
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                content = b"".join(parts.read(part) for part in parts.namelist())
        assert why.encode() not in content


def test_a_channel_switched_off_lately_still_tells_the_days_that_were_read() -> None:
    plan, press = province()
    off = tuple(replace(o, enabled=False, why="x") if o.code == "th-mau" else o for o in press.outlets)
    report = a_report_of(replace(press, outlets=off), plan, gaps_of("th-mau", date(2021, 3, 27), 2, "x"))
    row = next(row for row in report.collection.words if row[1] == "Truyền hình Mẫu")
    assert row[3:5] == ["5/7", "27/3/2021–28/3/2021: kênh chưa được đưa vào thu thập tự động"]


def test_sources_are_called_by_their_kind_and_numbered_where_there_are_several() -> None:
    plan, press = province()
    feed = press.outlet("bao-mau").sources[0]
    sources = (feed, replace(feed, name="thang", kind=SourceKind.SITEMAP), replace(feed, name="moi"))
    own = tuple(replace(o, sources=sources) if o.code == "bao-mau" else o for o in press.outlets)
    states = [
        SourceState("bao-mau", s, AFTER, AFTER, Outcome.OK, None, 0) for s in ("trang-chu", "thang", "moi", "nguon-cu")
    ]
    report = a_report_of(replace(press, outlets=own), plan, [], sources=states)
    assert report.collection.words[0][6] == (
        "nguồn tin RSS 1: đọc được; sơ đồ trang: đọc được; nguồn tin RSS 2: đọc được; nguon-cu: đọc được"
    )


def test_the_addressee_is_asked_and_collectives_and_the_office_itself_are_left_out() -> None:
    plan, press = province()
    more = (Agency("snv", "Sở Nội vụ tỉnh Mẫu"), Agency("xa", "UBND cấp xã", collective=True, incomplete=True))
    press = replace(press, agencies=press.agencies + more)
    offline = [Obligation("6", agency, (), Proof.EVIDENCE) for agency in ("snv", "xa")]
    levels = [replace(plan.levels[-1], item="6", owed_by=o.agency) for o in offline]
    plan = replace(plan, obligations=(*plan.obligations, *offline), levels=(*plan.levels, *levels))
    said = a_report_of(press, plan, []).sections[-1].sentences
    assert said[0].startswith("Đề nghị UBND tỉnh Mẫu chỉ đạo Báo Mẫu; ")
    assert said[0].endswith(" tăng cường tin, bài ở các nội dung nêu tại mục II.")
    assert said[1] == (
        "Đề nghị UBND tỉnh Mẫu chỉ đạo Đài Phát thanh và Truyền hình tỉnh Mẫu; Trường Chính trị tỉnh "
        "gửi minh chứng, bảng kê của các nội dung nêu tại mục II."
    )
    assert said[2] == "Sở Nội vụ bổ sung minh chứng của đơn vị mình."
    assert not any("cấp xã" in sentence or "khác" in sentence for sentence in said)


def test_a_collective_of_which_nobody_is_listed_has_just_its_name() -> None:
    plan, press = province()
    press = replace(press, agencies=tuple(a for a in press.agencies if a.code != "so-gd"), outlets=press.outlets[:-1])
    assert "Các sở, ngành" in [c.agency for block in a_report_of(press, plan, []).matrix for c in block.columns]


def test_unread_days_are_to_be_checked_even_where_nobody_is_judged() -> None:
    week = Calendar().period("2022-W12")
    report = a_report(
        pieces=[], gaps=gaps_of("bao-mau", date(2022, 3, 23), 1), period=week, as_of=AFTER.replace(year=2022)
    )
    assert report.sections[-1].sentences == (
        "Đơn vị theo dõi kiểm tra lại các nguồn chưa đọc được, bổ sung số liệu trước khi đánh giá.",
    )


def test_a_late_report_says_that_its_head_names_the_agency_of_that_year() -> None:
    plan, press = province()
    ended = tuple(
        replace(a, valid=Validity(last=date(2025, 6, 30))) if a.code == plan.issued_by else a for a in press.agencies
    )
    said = "Cơ quan ở đầu báo cáo là cơ quan của năm 2021."
    late = AFTER.replace(year=2026)
    assert said in a_report_of(replace(press, agencies=ended), plan, [], late).summary
    assert said not in a_report_of(replace(press, agencies=ended), plan, []).summary
    assert said not in a_report_of(press, plan, [], late).summary
