from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from monitor.calendar import Calendar, Period
from monitor.coverage import Fulfilment, Status, count
from monitor.plan import Obligation, Plan, Proof
from monitor.press import Agency, Clipping, Press
from monitor.reports import words
from monitor.reports.matrix import WIDEST, Cell
from monitor.reports.report import CoverageReport, SourceState, build
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
    assert any("chưa có kênh nào của cơ quan được theo dõi" in line for line in doubt.lines)


def test_open_cycles_say_when_they_end() -> None:
    report = a_report(as_of=datetime(2021, 3, 29, 3, 0, tzinfo=UTC))
    opened = next(f for f in report.findings if f.status is Status.OPEN)
    assert opened.summary.endswith("các chu kỳ kết thúc ngày 31/3/2021.")


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
    assert rows["Truyền hình Mẫu"][6] == "trang-chu: không đọc được (quá thời gian chờ)"
    assert rows["Phát thanh Mẫu"][3] == "không đọc tự động"


def test_a_source_that_never_answered_says_so() -> None:
    plan, press = province()
    state = SourceState("bao-mau", "trang-chu", AFTER, None, "blocked", "robots")
    report = build(plan, press, WEEK, Calendar(), AFTER, rows=[], pieces=[], totals=Sums(), sources=[state])
    row = report.collection.words[0]
    assert row[5:] == ["chưa lần nào", "trang-chu: bị chặn (robots.txt không cho phép)"]


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


def test_a_stored_reason_is_told_in_vietnamese_and_other_words_stay() -> None:
    assert words.reason("dns") == "không tìm thấy máy chủ (DNS)"
    assert words.reason("máy hỏng") == "máy hỏng"
    assert words.reason(None) == ""
