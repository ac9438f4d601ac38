"""A report as JSON: `coverage` is what `monitor coverage --json` prints (CONTRACT §4), `render` the whole report."""

import json
from datetime import date, datetime
from typing import Any

from monitor.calendar import Period
from monitor.coverage import Fulfilment, Part
from monitor.press import HANOI
from monitor.reports.matrix import Cell, Line
from monitor.reports.pieces import Piece
from monitor.reports.report import CoverageReport, Section
from monitor.reports.tables import Table
from monitor.reports.words import Value

SCHEMA = 1


def coverage(report: CoverageReport) -> dict[str, Any]:
    """Give the matrix as data, one row per duty and cycle; unknown is None."""
    return {
        "schema": SCHEMA,
        "plan": report.plan_number,
        "period": _period(report.period) | {"label": report.period_name},
        "calendar": report.calendar,
        "rows": [_row(row) for row in report.rows],
        "totals": {"articles": report.articles, "tags": report.tags, "unclassified": report.unclassified},
        "alarms": [
            {"outlet": a.outlet, "kind": a.kind.value, "since": a.since.isoformat() if a.since else None, "why": a.why}
            for a in report.alarms
        ],
        "blind": [{"outlet": gap.outlet, "day": gap.day.isoformat(), "why": gap.why or None} for gap in report.gaps],
    }


def render(report: CoverageReport) -> bytes:
    """Give the whole report as UTF-8 JSON by `docs/schemas/report.json`."""
    whole = {
        "schema": SCHEMA,
        "head": {
            "agency": report.letterhead.agency,
            "parent": report.letterhead.parent,
            "addressee": report.letterhead.addressee,
            "subject": report.subject,
            "title": report.title,
            "opening": report.opening,
            "plan": {"number": report.plan_number, "title": report.plan_title, "applies": report.applies},
            "as_of": _moment(report.as_of),
        },
        "summary": list(report.summary),
        "findings": [
            {"status": f.status.value, "title": f.title, "summary": f.summary, "lines": list(f.lines)}
            for f in report.findings
        ],
        "sections": [_section(section) for section in report.sections],
        "coverage": coverage(report),
        "matrix": [
            {
                "title": block.title,
                "columns": [{"key": c.key, "agency": c.agency, "kinds": c.kinds} for c in block.columns],
                "lines": [_line(line) for line in block.lines],
            }
            for block in report.matrix
        ],
        "duties": _table(report.all_duties),
        "pieces": [_piece(piece) for piece in report.pieces],
        "unclassified": [_piece(piece) for piece in report.unclassified_pieces],
        "undated": [_piece(piece) for piece in report.undated_pieces],
        "uncounted": [_piece(piece) for piece in report.uncounted_pieces],
        "collection": _table(report.collection),
        "sources": [
            {
                "outlet": s.outlet,
                "source": s.source,
                "last_attempt": _moment(s.last_attempt),
                "last_success": _moment(s.last_success),
                "outcome": s.outcome.value,
                "reason": s.reason.value if s.reason else None,
            }
            for s in report.sources
        ],
        "footnotes": list(report.footnotes),
        "plan_notes": list(report.plan_notes),
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _period(period: Period) -> dict[str, Any]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(HANOI).isoformat(timespec="seconds") if at else None


def _row(row: Fulfilment) -> dict[str, Any]:
    channels = list(row.channels)
    return {
        "item": row.item,
        "agency": row.agency,
        "outlet": row.outlet,
        "channel": ", ".join(channel.value for channel in channels) or None,
        "role": row.role.value,
        "proof": row.proof.value,
        "cycle": _period(row.cycle),
        "parts": [{"outlet": part.outlet} | _numbers(part) for part in row.parts],
        "done": row.done,
        "works": row.works,
        "due": row.due,
        "every": row.every.value if row.every else None,
        "status": row.status.value,
        "set_by": row.set_by,
        "blind_days": row.blind_days,
        "reviewed": row.reviewed,
        "estimate": {"low": row.estimate.low, "high": row.estimate.high},
        "in_period": _numbers(row.in_period),
        "note": row.note or None,
    }


def _numbers(part: Part) -> dict[str, Any]:
    return {"done": part.done, "works": part.works, "blind_days": part.blind_days}


def _line(line: Line) -> dict[str, Any]:
    return {"item": line.code, "title": line.title, "cells": [_cell(cell) if cell else None for cell in line.cells]}


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "key": cell.key,
        "number": cell.number,
        "status": cell.status.value,
        "text": list(cell.lines),
        "rows": list(cell.rows),
        "pieces": list(cell.pieces),
    }


def _piece(piece: Piece) -> dict[str, Any]:
    return {
        "number": piece.number,
        "id": piece.id,
        "published_on": piece.on.isoformat() if piece.on else None,
        "outlet": piece.outlet,
        "agency": piece.agency,
        "channel": piece.channel,
        "title": piece.title,
        "form": piece.form,
        "authors": piece.authors,
        "items": list(piece.items),
        "url": piece.url,
        "page": piece.page,
        "reprint": piece.copy,
        "confirmed_by": piece.confirmed_by,
        "note": piece.note,
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "sentences": list(section.sentences),
        "tables": [_table(table) for table in section.tables],
        "parts": [_section(part) for part in section.parts],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "heads": list(table.heads),
        "rows": [[_value(value) for value in row] for row in table.rows],
    }


def _value(value: Value) -> str | int | float | None:
    return value.isoformat() if isinstance(value, date) else value
