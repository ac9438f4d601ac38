"""The sentences of a report: what is behind, what cannot be judged and why, what is awaited."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.calendar import written
from monitor.coverage import Fulfilment, Status
from monitor.plan import Plan, Proof
from monitor.reports.basis import GROUPS, Basis, group_of
from monitor.reports.pieces import Pieces
from monitor.reports.words import (
    NO_DATA,
    called,
    clean,
    counted,
    days_of,
    listed,
    lower_first,
    moment,
    runs,
    short,
    upper_first,
)

MOST = 6
"""Names that a sentence of the first page holds; the section behind it names all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """All that stands alike (nhóm kết quả): the summary for the first page and one line per agency."""

    status: Status
    title: str
    summary: str
    lines: tuple[str, ...]


_TITLES = {
    Status.NOT_MET: "Nghĩa vụ chưa đạt",
    Status.UNKNOWN: "Nghĩa vụ chưa đủ căn cứ đánh giá",
    Status.AWAITED: "Nghĩa vụ chờ minh chứng, bảng kê",
    Status.OPEN: "Nghĩa vụ đang trong kỳ",
}


def plan_name(plan: Plan) -> str:
    """Give the plan's title as the object of a sentence."""
    title = clean(plan.title)
    return title if title.lower().startswith("kế hoạch") else f"Kế hoạch {lower_first(title)}"


def subject(basis: Basis) -> str:
    """Give the trích yếu: what the report is about."""
    plan = basis.plan
    return f"Kết quả theo dõi thực hiện {plan_name(plan)} (số {clean(plan.number)} ngày {written(plan.issued_on)})"


def opening(basis: Basis) -> str:
    """Give the sentence with which the letter begins."""
    plan = basis.plan
    return (
        f"Thực hiện {plan_name(plan)} (số {clean(plan.number)} ngày {written(plan.issued_on)}), "
        f"{basis.office_name} báo cáo kết quả theo dõi {lower_first(called(basis.period))} như sau:"
    )


def standing(basis: Basis) -> tuple[str, ...]:
    """Say from when the figures are, and whether plan and period meet: outside the plan nobody is judged."""
    said = [f"Số liệu tính đến {moment(basis.as_of)}."]
    plan, period = basis.plan, basis.period
    number = clean(plan.number)
    if not basis.applies:
        what = "đã kết thúc trước" if plan.period.last < period.first else "bắt đầu sau"
        said.append(
            f"Thời gian thực hiện Kế hoạch số {number} ({days_of(plan.period)}) {what} kỳ báo cáo này; "
            "báo cáo chỉ liệt kê tin, bài và không đánh giá cơ quan nào."
        )
    elif period.first not in plan.period or period.last not in plan.period:
        inside = period.meet(plan.period)
        assert inside is not None
        said.append(f"Kế hoạch số {number} chỉ áp dụng cho phần {days_of(inside)} của kỳ báo cáo.")
    if period.first >= basis.today:
        said.append("Kỳ báo cáo chưa có ngày nào kết thúc.")
    elif period.last >= basis.today:
        said.append(f"Kỳ báo cáo chưa kết thúc; ngày {written(basis.today)} và các ngày sau chưa được tính là đã đọc.")
    if plan.period.last < basis.today and _ended(basis):
        said.append(f"Cơ quan ở đầu báo cáo là cơ quan của năm {plan.year}.")
    return tuple(said)


def _ended(basis: Basis) -> bool:
    """Say whether the agency that issued the plan, or the one that sends the report, is no more."""
    heads = [basis.office, *(a for a in basis.press.agencies if a.code == basis.plan.issued_by)]
    return any(a and a.valid.last and a.valid.last < basis.today for a in heads)


def alarms(basis: Basis) -> tuple[str, ...]:
    """Say what is wrong with the collection while the report is made: a count is worth what the crawl is worth."""
    if not basis.alarms:
        return ()
    names = {outlet.code: clean(outlet.name) for outlet in basis.press.outlets}
    by_cause: dict[str, list[str]] = defaultdict(list)
    for alarm in basis.alarms:
        by_cause[alarm.why].append(names.get(alarm.outlet, alarm.outlet))
    said = [f"{listed(outlets, MOST)}: {why}" for why, outlets in by_cause.items()]
    more = f"; và {counted(len(said) - MOST)} cảnh báo khác" if len(said) > MOST else ""
    return (f"Cảnh báo thu thập: {'; '.join(said[:MOST])}{more}.",)


def overall(basis: Basis, articles: int | None, tags: int | None, unclassified: int | None) -> str:
    """Say how much was found; nothing where nothing is known."""
    if articles is None:
        return f"Tin, bài ghi nhận trong kỳ: {NO_DATA}."
    said = f"Trong kỳ ghi nhận {counted(articles)} tin, bài"
    if not articles:
        return f"{said}."
    own = "chưa thấy tin, bài nào thuộc nội dung Kế hoạch"
    if tags is not None:
        own = f"{counted(articles - (unclassified or 0))} tin, bài thuộc nội dung Kế hoạch "
        own += f"(số lượt gắn nội dung: {counted(tags)})"
    rest = f"; {counted(unclassified)} tin, bài máy không thấy thuộc nội dung nào" if unclassified else ""
    return f"{said}: {own}{rest}."


def judged(rows: Sequence[Fulfilment]) -> str:
    """Say how the duties stand, in one sentence."""
    if not rows:
        return "Không có nghĩa vụ nào được đánh giá trong kỳ."
    found = [row.status for row in rows]
    parts = [f"{counted(found.count(status))} {status.value}" for status in Status if status in found]
    return f"Có {counted(len(rows))} nghĩa vụ theo chu kỳ: " + ", ".join(parts) + "."


def targets(rows: Sequence[Fulfilment]) -> str:
    """Say whose numbers the duties are held against: the plan sets none."""
    said = "Kế hoạch không đặt chỉ tiêu số lượng; "
    makers = list(dict.fromkeys(clean(row.set_by) for row in rows if row.set_by))
    if not makers:
        return said + "chưa có mức theo dõi nào được đặt cho các nghĩa vụ trong báo cáo này."
    quoted = ", ".join(f"“{maker}”" for maker in makers)
    return said + f"mức theo dõi do đơn vị theo dõi đặt, nguồn: {quoted}."


def findings(basis: Basis) -> tuple[Finding, ...]:
    """Group what needs somebody's attention: behind, not to be judged, awaited, open."""
    found = []
    for status, title in _TITLES.items():
        rows = [row for row in basis.rows if row.status is status]
        if rows:
            found.append(Finding(status, title, _summary(basis, status, rows), tuple(_lines(basis, status, rows))))
    return tuple(found)


def _summary(basis: Basis, status: Status, rows: list[Fulfilment]) -> str:
    names = list(dict.fromkeys(basis.agency(row.agency) for row in rows))
    head = f"{upper_first(status.value)}: {counted(len(rows))} nghĩa vụ của {counted(len(names))} cơ quan"
    if status is Status.OPEN:
        ends = sorted({row.cycle.last for row in rows})
        several = f"từ ngày {written(ends[0])} đến ngày {written(ends[-1])}"
        return f"{head}; các chu kỳ kết thúc {several if len(ends) > 1 else f'ngày {written(ends[0])}'}."
    tail = "; không đọc đủ nguồn thì không kết luận là chưa đạt" if status is Status.UNKNOWN else ""
    return f"{head} ({listed(names, MOST)}){tail}."


def _lines(basis: Basis, status: Status, rows: list[Fulfilment]) -> Iterable[str]:
    by_agency: dict[str, list[Fulfilment]] = defaultdict(list)
    for row in rows:
        by_agency[basis.agency(row.agency)].append(row)
    for agency, own in by_agency.items():
        causes: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in own:
            causes[short(row.cycle), _cause(basis, status, row)].append(row.item)
        cycles: dict[tuple[str, str], list[str]] = defaultdict(list)
        for (cycle, cause), items in causes.items():
            cycles[", ".join(dict.fromkeys(items)), cause].append(cycle)
        said = (f"nội dung {items} ({', '.join(when)}: {cause})" for (items, cause), when in cycles.items())
        yield f"{agency}: {'; '.join(said)}."


def _cause(basis: Basis, status: Status, row: Fulfilment) -> str:
    """Say why a row stands as it does."""
    if status in {Status.AWAITED, Status.UNKNOWN} and basis.press.agency(row.agency).collective:
        return "chưa có danh sách đầy đủ các cơ quan trong nhóm nên không đánh giá chung"
    if status is Status.AWAITED:
        return f"chưa nhận được {row.proof.label}"
    if status is Status.UNKNOWN:
        return _doubt(basis, row)
    blind = basis.seen(row)
    done = NO_DATA if row.done is None else counted(row.done) + _unit(row)
    return f"{done}, {_level(row)}" + (f"; {blind}" if blind else "")


def _unit(row: Fulfilment) -> str:
    return " ngày" if row.proof is Proof.PRESENCE else ""


def _level(row: Fulfilment) -> str:
    return f"mức theo dõi {counted(row.due or 0)}{_unit(row)}"


def _doubt(basis: Basis, row: Fulfilment) -> str:
    if row.proof is Proof.PRESENCE and not basis.looks(row, row.cycle):
        return "việc niêm yết chưa được kiểm tra"
    if not row.parts:
        return "chưa có kênh nào của cơ quan được theo dõi"
    have = "" if row.done is None else f"đã thấy {counted(row.done)}{_unit(row)}, {_level(row)}; "
    why = basis.why_unseen(row)
    return have + (basis.seen(row) or "số liệu chưa đủ") + (f", do {why}" if why else "")


def outside_press(basis: Basis) -> tuple[str, ...]:
    """Say what is known of the duties that only evidence or a ledger can show."""
    said = []
    for proof, what in ((Proof.EVIDENCE, "hoạt động chứng minh bằng minh chứng"), (Proof.IMPORT, "phần theo bảng kê")):
        rows = [row for row in basis.rows if row.proof is proof]
        if rows:
            came = sum(1 for row in rows if row.done)
            handed = f"{counted(came)} nghĩa vụ đã có số liệu gửi đến" if came else f"số liệu gửi đến: {NO_DATA}"
            said.append(f"Đối với {what}: {counted(len(rows))} nghĩa vụ theo chu kỳ; {handed}.")
    return tuple(said) or ("Trong kỳ không có nghĩa vụ nào phải xét bằng minh chứng hoặc bảng kê.",)


def standing_duties(basis: Basis) -> tuple[str, ...]:
    """Say of each standing duty that was looked at on which days all was there, and on which something was missing."""
    said = []
    for row in basis.rows:
        if row.proof is Proof.PRESENCE and basis.looks(row, row.cycle):
            days = basis.days_by_look(row)
            parts = [f"{shown.label}: {runs(own)}" for shown, own in days.items() if own]
            parts += [f"chưa có kết quả kiểm tra: {counted(row.blind_days)} ngày"] if row.blind_days else []
            if parts:  # what is missing today may be there before the day is over
                said.append(f"{basis.agency(row.agency)}, nội dung {row.item}, {short(row.cycle)}: {'; '.join(parts)}.")
    return tuple(said)


def attention(pieces: Pieces) -> tuple[str, ...]:
    """Say which pieces a person must look at."""
    said = []
    if pieces.unclassified:
        said.append(
            f"Có {counted(len(pieces.unclassified))} tin, bài máy không thấy thuộc nội dung nào; "
            "danh sách trong tệp XLSX."
        )
    if pieces.undated:
        said.append(f"Có {counted(len(pieces.undated))} tin, bài chưa rõ ngày đăng, không tính vào kỳ nào.")
    if pieces.uncounted:
        said.append(
            f"Có {counted(len(pieces.uncounted))} trang (điểm báo, trang không có nội dung) không tính là tin, bài."
        )
    return tuple(said)


def unread_in_short(basis: Basis) -> tuple[str, ...]:
    """Say for the first page on how many outlets days were missed; section II names them."""
    parts = []
    for group, title in enumerate(GROUPS):
        own = [o for o in basis.outlets if group_of((o.channel,)) == group]
        missed = sum(1 for o in own if basis.unseen(o, basis.period))
        if missed:
            parts.append(f"{lower_first(title)} {counted(missed)} trong tổng số {counted(len(own))} kênh")
    if not parts:
        return ()
    return (f"Kênh có ngày chưa đọc được: {'; '.join(parts)}. Không kết luận về các cơ quan này theo những ngày đó.",)


def unread(basis: Basis) -> tuple[str, ...]:
    """Say which outlets were not read on every day of the period that is over."""
    said = []
    for group, title in enumerate(GROUPS):
        names = [
            f"{clean(o.name)} ({counted(len(unseen))} ngày)"
            for o in basis.outlets
            if group_of((o.channel,)) == group and (unseen := basis.unseen(o, basis.period))
        ]
        if names:
            said.append(f"{title} có ngày chưa đọc được: {listed(names)}.")
    return tuple(said)


FOOTNOTES = (
    "“Số tin, bài” đếm mỗi tin, bài một lần; “lượt gắn nội dung” đếm theo từng nội dung. Một tin, bài có thể "
    "thuộc nhiều nội dung, nên hai số này khác nhau.",
    f"“{upper_first(NO_DATA)}”: chưa biết, vì có ngày chưa đọc được hoặc chưa nhận được số liệu. "
    "“0”: mọi ngày đã kết thúc đều đã đọc và không có tin, bài nào. “–”: Kế hoạch không giao.",
    "Số trong ô ma trận là của kỳ báo cáo; kết quả là của chu kỳ chứa ngày cuối kỳ báo cáo, với kỳ dài hơn là của "
    "mọi chu kỳ trong kỳ. Dòng “tháng: 3/6” là số đã có trên mức theo dõi của chu kỳ đó.",
    "Bảng theo nội dung tính mọi tin, bài, kể cả của cơ quan Kế hoạch không giao; ma trận chỉ tính phần được giao.",
    "Cổng, trang thông tin điện tử không phải báo chí và được thống kê riêng.",
    "Ở nghĩa vụ niêm yết (đường dây nóng, hòm thư), số trong ô là số ngày đã thấy đủ; ngày chưa kiểm tra được thì "
    "không tính là thiếu.",
    "“Tự sản xuất”: không tìm thấy bản đăng trước của cơ quan khác trong kho lưu. Ở nội dung không tính bài đăng "
    "lại, bài đăng lại có trong danh mục mà không có trong số.",
)
