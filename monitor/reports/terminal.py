"""The matrix as plain text for a terminal, and as CSV rows for other programs."""

import csv as csv_files
import io
from collections.abc import Iterable, Sequence

from monitor.reports.cells import safe
from monitor.reports.matrix import NOT_ASKED, Block, Column
from monitor.reports.report import CoverageReport
from monitor.reports.words import columns

ITEM, CELL, BETWEEN = 26, 18, 2
"""Columns of the terminal for the contents, for each cell, and between two of them."""

CSV_HEADS = (
    "item", "title", "agency", "outlet", "channel", "role", "proof", "cycle_first", "cycle_last", "in_period", "done",
    "works", "due", "every", "status", "set_by", "blind_days", "reviewed",
)  # fmt: skip


def render(report: CoverageReport, width: int = 100) -> str:
    """Give the summary and the matrix in lines of at most `width` columns (but always room for one outlet)."""
    at_once = max(1, (width - ITEM) // (CELL + BETWEEN))
    out = [*_wrap(report.title, width), ""]
    out += [line for sentence in report.summary for line in _wrap(sentence, width)]
    for block in report.matrix:
        for start in range(0, len(block.columns), at_once):
            out += ["", block.title, *_block(block, start, start + at_once)]
    return "\n".join(line.rstrip() for line in out) + "\n"


def _block(block: Block, start: int, end: int) -> Iterable[str]:
    heads = block.columns[start:end]
    rule = "-" * (ITEM + len(heads) * (CELL + BETWEEN))
    yield rule
    yield from _side_by_side(["Nội dung"], [_head(head) for head in heads])
    yield rule
    for line in block.lines:
        cells = [list(cell.lines) if cell else [NOT_ASKED] for cell in line.cells[start:end]]
        yield from _side_by_side([f"{line.code}. {line.title}"], cells)
    yield rule


def _head(column: Column) -> list[str]:
    return [column.agency, f"({column.kinds})"]


def _side_by_side(item: Sequence[str], cells: Sequence[Sequence[str]]) -> Iterable[str]:
    """Set wrapped texts beside one another."""
    texts = [(ITEM, item), *((CELL, cell) for cell in cells)]
    wrapped = [(width, [part for text in lines for part in _wrap(text, width)]) for width, lines in texts]
    for n in range(max(len(lines) for _, lines in wrapped)):
        yield (" " * BETWEEN).join(_padded(lines[n] if n < len(lines) else "", width) for width, lines in wrapped)


def _padded(text: str, width: int) -> str:
    return text + " " * max(0, width - columns(text))


def _wrap(text: str, width: int) -> list[str]:
    """Break `text` between words so that each line takes at most `width` columns; a longer word keeps its own line."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if columns(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def csv(report: CoverageReport) -> str:
    """Give one CSV row per duty and cycle under `CSV_HEADS`; unknown is empty, no cell is a formula."""
    out = io.StringIO()
    writer = csv_files.writer(out, quoting=csv_files.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow(CSV_HEADS)
    titles = {line.code: line.title for block in report.matrix for line in block.lines}
    for row in report.rows:
        values = (
            row.item, titles.get(row.item, ""), row.agency, row.outlet, ", ".join(c.value for c in row.channels),
            row.role.value, row.proof.value, row.cycle.first, row.cycle.last, row.in_period.done, row.done, row.works,
            row.due, row.every.value if row.every else None, row.status.value, row.set_by, row.blind_days, row.reviewed,
        )  # fmt: skip
        writer.writerow([safe(value) for value in values])
    return out.getvalue()
