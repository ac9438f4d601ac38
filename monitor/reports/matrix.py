"""The matrix of a report: a line per content of the plan, a column per agency and kind of channel."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.coverage import Fulfilment, Status
from monitor.plan import Channel, Plan, Proof
from monitor.press import Outlet
from monitor.reports.basis import GROUPS, Basis, group_of
from monitor.reports.pieces import Piece
from monitor.reports.words import clean, show, statuses

WIDEST = 8
"""Columns that fit on a landscape A4 page beside the contents; more are put into a further block."""

_KINDS = {
    Channel.PRINT: "báo",
    Channel.ONLINE: "báo",
    Channel.TELEVISION: "truyền hình",
    Channel.RADIO: "phát thanh, truyền thanh",
    Channel.LOUDSPEAKER: "phát thanh, truyền thanh",
    Channel.PORTAL: "cổng",
    Channel.SITE: "trang",
    Channel.SOCIAL: "mạng xã hội",
    Channel.OFFLINE: "ngoài báo chí",
}
_URGENCY = (Status.NOT_MET, Status.UNKNOWN, Status.AWAITED, Status.OPEN, Status.MET, Status.NOT_BINDING)


@dataclass(frozen=True, slots=True)
class Column:
    """One agency on one kind of channel (một cột)."""

    key: str
    agency: str
    kinds: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one agency did for one content: the period's number, the cycle's status, and where both come from.

    `rows` and `pieces` are places in the report's rows and numbers in its list of pieces; `notes` are short lines;
    `unit` is what the number counts where that is not pieces.
    """

    key: str
    number: int | None
    status: Status
    words: str
    notes: tuple[str, ...]
    rows: tuple[int, ...]
    pieces: tuple[int, ...]
    unit: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Give the cell as it is printed, line by line."""
        return (show(self.number) + (self.unit if self.number is not None else ""), self.words, *self.notes)


@dataclass(frozen=True, slots=True)
class Line:
    """One content of the plan with its cells; None where the plan asks nothing of that column."""

    code: str
    title: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the matrix that fits on one page; `title` says which group of channels it shows."""

    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


NOT_ASKED = "–"
"""What stands where the plan asks nothing: not a number, and no missing datum."""


def matrix(basis: Basis, pieces: Sequence[Piece]) -> tuple[Block, ...]:
    """Lay the rows (outside the plan: the outlets) out as blocks: press, portals, other channels.

    A block leaves out the contents that another block shows and that ask nothing here.
    """
    by_column = _judged(basis, pieces) or _unjudged(basis, pieces)
    used = {code for cells in by_column.values() for code in cells}
    codes = _codes(basis, used)
    blocks = []
    for place, title in enumerate(GROUPS):
        columns = [(column, cells) for (group, column), cells in by_column.items() if group == place]
        for start in range(0, len(columns), WIDEST):
            part = columns[start : start + WIDEST]
            lines = tuple(
                Line(code, clean(basis.plan.title_of(code)), tuple(cells.get(code) for _, cells in part))
                for code in codes
                if code not in used or any(code in cells for _, cells in part)
            )
            blocks.append(Block(title if start == 0 else f"{title} (tiếp)", tuple(c for c, _ in part), lines))
    return tuple(blocks)


def contents(blocks: Sequence[Block], plan: Plan) -> tuple[tuple[str, str], ...]:
    """Give code and title of every line of the blocks, in the plan's order."""
    titles = {line.code: line.title for block in blocks for line in block.lines}
    order = [code for item in plan.items for code in (item.code, *(part.code for part in item.parts))]
    return tuple((code, titles[code]) for code in order if code in titles)


def _codes(basis: Basis, used: set[str]) -> list[str]:
    """Give the codes of all lines in the plan's order: an item, or those of its parts that carry duties."""
    codes = []
    for item in basis.plan.items:
        parts = [part.code for part in item.parts if part.code in used]
        codes += ([item.code] if item.code in used or not parts else []) + parts
    return codes


def _kinds(channels: Sequence[Channel]) -> tuple[str, ...]:
    """Name the kinds of channel of a duty; loudspeakers alone are not the station's radio."""
    if set(channels) == {Channel.LOUDSPEAKER}:
        return (Channel.LOUDSPEAKER.value,)
    return tuple(dict.fromkeys(_KINDS[channel] for channel in channels)) or (_KINDS[Channel.OFFLINE],)


def _judged(basis: Basis, pieces: Sequence[Piece]) -> dict[tuple[int, Column], dict[str, Cell]]:
    found: dict[tuple[int, str, tuple[str, ...]], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, row in enumerate(basis.rows):
        kinds = _kinds(row.channels)
        found[group_of(row.channels), row.agency, kinds][row.item].append(place)
    order = [
        *dict.fromkeys(_KINDS.values()),
        Channel.LOUDSPEAKER.value,
    ]  # newspapers before television, portals before sites
    columns = sorted(found.items(), key=lambda entry: max(map(order.index, entry[0][2])))
    return {
        (group, Column(f"c{number}", basis.agency(agency), ", ".join(kinds))): {
            code: _cell(basis, f"c{number}-{code}", places, pieces) for code, places in by_code.items()
        }
        for number, ((group, agency, kinds), by_code) in enumerate(columns, 1)
    }


def _cell(basis: Basis, key: str, places: list[int], pieces: Sequence[Piece]) -> Cell:
    rows = [basis.rows[place] for place in places]
    tag = basis.plan.item(rows[0].item).code
    found = [row.status for row in rows]
    number = _sum(_of_period(rows))
    return Cell(
        key=key,
        number=number,
        status=min(found, key=_URGENCY.index),
        words=statuses(found),
        notes=_notes(basis, rows),
        rows=tuple(places),
        pieces=tuple(p.number for p in pieces if tag in p.items and _counted(basis, p, rows)) if number else (),
        unit=" ngày" if all(row.proof is Proof.PRESENCE for row in rows) else "",
    )


def _counted(basis: Basis, piece: Piece, rows: list[Fulfilment]) -> bool:
    """Say whether the piece is one of those that the rows' numbers count: of a day on which they owe and exist."""
    if piece.on is None or not basis.press.outlet(piece.outlet).valid.holds(piece.on):
        return False
    return any(
        row.shown is not None
        and piece.on in row.shown
        and row.proof in {Proof.COUNT, Proof.IMPORT}
        and (row.counts_reprints or not piece.copy)
        and any(part.outlet == piece.outlet for part in row.parts)
        for row in rows
    )


def _of_period(rows: Iterable[Fulfilment]) -> list[int | None]:
    """Give the period's number of each duty; its cycles repeat it, and differ where an outlet ended between them."""
    duties: dict[object, list[int | None]] = defaultdict(list)
    for row in rows:
        duties[row.proof, row.role, row.channels].append(row.in_period.done)
    return [max((n for n in numbers if n is not None), default=None) for numbers in duties.values()]


def _sum(numbers: list[int | None]) -> int | None:
    """Add what is known; nothing found while a part is unknown is unknown."""
    total = sum(n for n in numbers if n is not None)
    return total if total or None not in numbers else None


def _notes(basis: Basis, rows: list[Fulfilment]) -> tuple[str, ...]:
    """Give the cycle's own number where a target is laid on it, and how many of its days were read."""
    copies = () if all(row.counts_reprints for row in rows) else ("không tính bài đăng lại",)
    if len(rows) > 1:
        blind = sum(1 for row in rows if row.blind_days)
        standing = all(row.proof is Proof.PRESENCE for row in rows)
        return (*copies, "có ngày chưa kiểm tra" if standing else "có ngày chưa đọc") if blind else copies
    row = rows[0]
    target = ""
    if row.due is not None and row.every is not None:
        known = f"{row.every.value}: {show(row.done)}/{row.due}"
        target = f"mức theo dõi: {row.due}/{row.every.value}" if row.done is None else known
    return tuple(filter(None, [target, *copies, basis.seen(row)]))


def _unjudged(basis: Basis, pieces: Sequence[Piece]) -> dict[tuple[int, Column], dict[str, Cell]]:
    """Show what the outlets published where no duty applies: numbers without a verdict."""
    return {
        (group_of((outlet.channel,)), Column(f"c{number}", outlet.name, outlet.channel.value)): {
            code: _plain(basis, f"c{number}-{code}", code, outlet, pieces) for code in basis.plan.item_codes
        }
        for number, outlet in enumerate(basis.outlets, 1)
    }


def _plain(basis: Basis, key: str, code: str, outlet: Outlet, pieces: Sequence[Piece]) -> Cell:
    found = tuple(p.number for p in pieces if code in p.items and p.outlet == outlet.code)
    number = basis.number(len(found), [outlet])
    return Cell(key, number, Status.NOT_BINDING, Status.NOT_BINDING.value, (), (), found)
