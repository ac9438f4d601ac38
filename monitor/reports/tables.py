"""The lists of a report as tables of values, laid out once for every format."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.coverage import Fulfilment
from monitor.plan import Proof
from monitor.press import Outlet
from monitor.reports.basis import GROUPS, Basis, group_of
from monitor.reports.pieces import COPY, OWN, Piece, Pieces
from monitor.reports.words import (
    Value,
    clean,
    lower_first,
    moment_or_never,
    runs,
    short,
    show,
    statuses,
)
from monitor.seen import SourceState


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values under heads (bảng); `widths` are the columns' shares of a page."""

    title: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def shares(self) -> list[float]:
        """Give the columns' widths in percent."""
        return [round(100 * width / sum(self.widths), 1) for width in self.widths]

    @property
    def words(self) -> list[list[str]]:
        """Give every cell as it is printed."""
        return [[show(value) for value in row] for row in self.rows]


_DUTY = (
    ("STT", 4), ("Nhóm kênh", 12), ("Nội dung", 6), ("Tên nội dung", 18), ("Cơ quan", 16), ("Kênh", 11), ("Vai trò", 7),
    ("Cách kiểm chứng", 11), ("Chu kỳ", 11), ("Trong kỳ báo cáo", 8), ("Lượt trong chu kỳ", 8),
    ("Tác phẩm trong chu kỳ", 8), ("Mức theo dõi", 8), ("Kết quả", 10), ("Ngày đã đọc", 8), ("Đã rà soát (%)", 8),
    ("Mức theo dõi do ai đặt", 16), ("Ghi chú", 12),
)  # fmt: skip


def duties(basis: Basis) -> Table:
    """Give one row per duty and cycle, with the group of its channels."""
    rows = tuple(_duty(basis, number, row) for number, row in enumerate(basis.rows, 1))
    return Table("Nghĩa vụ theo Kế hoạch", tuple(h for h, _ in _DUTY), tuple(w for _, w in _DUTY), rows)


def duties_of(basis: Basis, group: int) -> Table:
    """Give the duties on one group of channels; the group stands in the title."""
    rows = [row for row in basis.rows if group_of(row.channels) == group]
    values = [_duty(basis, number, row) for number, row in enumerate(rows, 1)]
    heads = [*_DUTY[:1], *_DUTY[2:]]
    return Table(
        f"Nghĩa vụ theo Kế hoạch: {lower_first(GROUPS[group])}",
        tuple(head for head, _ in heads),
        tuple(width for _, width in heads),
        tuple((*row[:1], *row[2:]) for row in values),
    )


def _duty(basis: Basis, number: int, row: Fulfilment) -> tuple[Value, ...]:
    read = (
        f"{row.days - row.blind_days}/{row.days}" if row.proof in {Proof.COUNT, Proof.PRESENCE} else "không đọc tự động"
    )
    note = "; ".join(filter(None, ["" if row.counts_reprints else "không tính bài đăng lại", clean(row.note)]))
    return (
        number,
        GROUPS[group_of(row.channels)],
        row.item,
        clean(basis.plan.title_of(row.item)),
        basis.agency(row.agency),
        ", ".join(channel.value for channel in row.channels),
        row.role.label,
        row.proof.label,
        short(row.cycle),
        row.in_period.done,
        row.done,
        row.works,
        row.due if row.due is not None else "không đặt",
        row.status.value,
        read,
        round(row.reviewed * 100, 1) if row.reviewed is not None else "chưa có tin, bài",
        row.set_by or "",
        note,
    )


def outlets(basis: Basis, pieces: Pieces, group: int) -> Table:
    """Give one row per outlet of a group: what it published, what of it speaks of the plan, what was read."""
    rows: list[tuple[Value, ...]] = []
    for outlet in (o for o in basis.outlets if group_of((o.channel,)) == group):
        own = [p for p in pieces.tagged if p.outlet == outlet.code]
        every = sum(1 for p in pieces.counted if p.outlet == outlet.code)
        values = (
            len(rows) + 1,
            clean(outlet.name),
            outlet.channel.value,
            basis.number(every, [outlet]),
            basis.number(len(own), [outlet]),
            basis.number(sum(len(p.items) for p in own), [outlet]),
            _read(basis, outlet),
        )
        rows.append(values)
    return Table(
        title=GROUPS[group],
        heads=(
            "STT", "Cơ quan", "Loại hình", "Tin, bài đã đọc", "Tin, bài về Kế hoạch", "Lượt gắn nội dung",
            "Ngày đã đọc",
        ),
        widths=(8, 28, 16, 13, 13, 13, 13),
        rows=tuple(rows),
    )  # fmt: skip


def items(basis: Basis, pieces: Pieces) -> Table:
    """Give one row per item: pieces in the press, on portals, elsewhere; and how its duties stand."""
    by_group = [[o for o in basis.outlets if group_of((o.channel,)) == group] for group in range(len(GROUPS))]
    rows: list[tuple[Value, ...]] = []
    for item in basis.plan.items:
        found = [row.status for row in basis.rows if basis.plan.item(row.item) is item]
        numbers = [
            basis.number(
                sum(1 for p in pieces.tagged if item.code in p.items and p.outlet in {o.code for o in own}), own
            )
            if own
            else "–"
            for own in by_group
        ]
        rows.append((item.code, clean(item.title), *numbers, statuses(found) if found else "không xét"))
    return Table(
        title="Kết quả theo nội dung Kế hoạch",
        heads=("Nội dung", "Tên nội dung", "Báo chí", "Cổng, trang", "Kênh khác", "Kết quả các nghĩa vụ"),
        widths=(9, 36, 11, 11, 11, 22),
        rows=tuple(rows),
    )


PIECE_HEADS = (
    "STT", "Ngày đăng/phát", "Cơ quan", "Loại hình", "Tên tin, bài", "Thể loại", "Tác giả", "Nội dung KH", "Đường dẫn",
    "Tự sản xuất / Đăng lại", "Người xác nhận", "Ghi chú",
)  # fmt: skip


def clippings(title: str, pieces: Sequence[Piece]) -> Table:
    """Give the list of pieces in the columns that offices use."""
    return Table(title, PIECE_HEADS, (6, 11, 12, 9, 24, 8, 8, 8, 21, 13, 10, 10), tuple(map(_clipping, pieces)))


def _clipping(piece: Piece) -> tuple[Value, ...]:
    return (
        piece.number,
        piece.on or "không rõ ngày",
        piece.agency,
        piece.channel,
        piece.title,
        piece.form,
        piece.authors,
        ", ".join(piece.items) or "chưa phân loại",
        piece.url,
        COPY if piece.copy else OWN,
        piece.confirmed_by,
        piece.note,
    )


def collection(basis: Basis) -> Table:
    """Give the state of collection: per outlet the days read and not read, why not, and the last success."""
    states: dict[str, list[SourceState]] = defaultdict(list)
    for state in basis.sources:
        states[state.outlet].append(state)
    rows: list[tuple[Value, ...]] = []
    for outlet in basis.outlets:
        own = states.get(outlet.code, [])
        rows.append(
            (
                len(rows) + 1,
                clean(outlet.name),
                outlet.channel.value,
                _read(basis, outlet),
                _unread(basis, outlet),
                moment_or_never(max((s.last_success for s in own if s.last_success), default=None)),
                _standing(outlet, own),
            )
        )
    return Table(
        title="Tình trạng thu thập",
        heads=(
            "STT", "Cơ quan", "Loại hình", "Ngày đã đọc", "Ngày chưa đọc và lý do", "Lần đọc được gần nhất",
            "Tình trạng nguồn",
        ),
        widths=(5, 17, 10, 9, 25, 14, 20),
        rows=tuple(rows),
    )  # fmt: skip


def _read(basis: Basis, outlet: Outlet) -> str:
    if not outlet.sources or _off(basis, outlet):
        return "không đọc tự động"
    over = len(basis.over(outlet, basis.period))
    return f"{over - len(basis.unseen(outlet, basis.period))}/{over}" if over else "chưa có ngày nào kết thúc"


def _unread(basis: Basis, outlet: Outlet) -> str:
    if _off(basis, outlet):
        return "không thu thập tự động"
    by_reason: dict[str, list[date]] = defaultdict(list)
    for day, why in sorted(basis.unseen(outlet, basis.period).items()):
        by_reason[why or "chưa rõ lý do"].append(day)
    return "; ".join(f"{runs(days)}: {why}" for why, days in by_reason.items()) or "không có"


def _off(basis: Basis, outlet: Outlet) -> bool:
    """Say whether an outlet is switched off and nothing was read of it; what was read before stays told."""
    return not outlet.enabled and len(basis.unseen(outlet, basis.period)) == len(basis.over(outlet, basis.period))


def _standing(outlet: Outlet, states: Sequence[SourceState]) -> str:
    if not outlet.enabled:
        return "đang tắt"
    if not states:
        return "chưa có lượt đọc nào" if outlet.sources else "chỉ nhận bảng kê"
    names = outlet.source_names()
    return "; ".join(_state(names.get(state.source, clean(state.source)), state) for state in states)


def _state(name: str, state: SourceState) -> str:
    return f"{name}: {state.outcome.label}" + (f" ({state.reason.label})" if state.reason else "")
