"""The JSON of CONTRACT §4 for what is stored: readings, articles, sources. Keys are English, unknown is null."""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from monitor.alarms import Alarm, unread
from monitor.calendar import Period
from monitor.coverage import Gap
from monitor.drift import Drift
from monitor.press import HANOI, Clipping, Outlet, Press, Tag, Verdict
from monitor.reports.cells import safe
from monitor.reports.tables import Table
from monitor.reports.words import Value
from monitor.seen import SourceState, due_again
from storage.readings import Reading

SCHEMA = 1


def moment(at: datetime | None) -> str | None:
    """Give a moment as RFC 3339 in Hà Nội's time."""
    return at.astimezone(HANOI).isoformat(timespec="seconds") if at else None


def day(on: date | None) -> str | None:
    """Give a day as YYYY-MM-DD."""
    return on.isoformat() if on else None


def crawl_json(readings: Iterable[Reading], started_at: datetime, ended_at: datetime) -> dict[str, Any]:
    """Give `monitor crawl --json`."""
    ordered = sorted(readings, key=lambda reading: (reading.outlet, reading.source))
    return {
        "schema": SCHEMA,
        "run": ordered[0].run if ordered else None,
        "started_at": moment(started_at),
        "ended_at": moment(ended_at),
        "sources": [
            {
                "outlet": reading.outlet,
                "source": reading.source,
                "outcome": reading.outcome.value,
                "reason": reading.reason.value if reading.reason else None,
                "announced": reading.announced,
                "known": reading.known,
                "new": reading.new,
                "updated": reading.updated,
                "refused": reading.refused,
                "failed": reading.failed,
                "pending": reading.pending,
                "overflow": reading.overflow,
            }
            for reading in ordered
        ],
    }


def clipping_json(clipping: Clipping) -> dict[str, Any]:
    """Give one line of `monitor articles --json`."""
    article = clipping.article
    words = {verdict.item: verdict for verdict in clipping.verdicts}  # in order of time: the newest stays
    tagged = {tag.item for tag in clipping.tags}
    added = [item for item in words if item not in tagged]
    return {
        "id": clipping.id,
        "outlet": article.outlet,
        "agency": article.agency,
        "url": article.url,
        "title": article.title,
        "lead": article.lead,
        "published_on": day(article.published_on),
        "published_at": moment(article.published_at),
        "date_source": article.date_source.value if article.date_source else None,
        "fetched_at": moment(article.fetched_at),
        "form": article.form.value if article.form else None,
        "kind": article.kind.value,
        "reprint_of": clipping.reprint_of,
        "authors": list(article.authors),
        "tags": [_tag_json(tag, words.get(tag.item)) for tag in clipping.tags]
        + [_added_json(words[item]) for item in added],
        "standing": list(clipping.standing),
        "identity": article.identity,
        "version": clipping.version,
        "withdrawn_at": moment(clipping.withdrawn_at),
        "sha256": article.sha256,
    }


_LIST = (
    ("ID", 5), ("Ngày đăng", 9), ("Cơ quan", 18), ("Loại hình", 10), ("Tên tin, bài", 40), ("Thể loại", 8),
    ("Tác giả", 10), ("Nội dung KH", 8), ("Đường dẫn", 30), ("SHA-256", 20),
)  # fmt: skip


def clipping_table(clippings: Iterable[Clipping], press: Press) -> Table:
    """Give the article list as a table of values, for XLSX and CSV."""
    outlets = {outlet.code: outlet for outlet in press.outlets}
    return Table(
        title="Danh mục tin, bài",
        heads=tuple(head for head, _ in _LIST),
        widths=tuple(width for _, width in _LIST),
        rows=tuple(_row(clipping, outlets.get(clipping.article.outlet)) for clipping in clippings),
    )


def _row(clipping: Clipping, outlet: Outlet | None) -> tuple[Value, ...]:
    article = clipping.article
    return (
        clipping.id,
        article.published_on or "không rõ ngày",
        outlet.name if outlet else article.outlet,
        outlet.channel.value if outlet else "",
        article.title,
        article.form.value if article.form else "",
        ", ".join(article.authors),
        ", ".join(clipping.standing),
        article.url,
        article.sha256,
    )


def table_csv(table: Table) -> str:
    """Give a table as CSV, with the mark that Excel needs to read Vietnamese; no cell can be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.heads)
    writer.writerows(
        [safe(value.isoformat() if isinstance(value, date) else value) for value in row] for row in table.rows
    )
    return "\ufeff" + out.getvalue()


def _tag_json(tag: Tag, verdict: Verdict | None) -> dict[str, Any]:
    return {
        "item": tag.item,
        "score": tag.score,
        "by": tag.by,
        "because": list(tag.because),
        "verdict": verdict.word.value if verdict else None,
    }


def _added_json(verdict: Verdict) -> dict[str, Any]:
    return {"item": verdict.item, "score": None, "by": verdict.by, "because": [], "verdict": verdict.word.value}


def status_json(
    states: Iterable[SourceState],
    outlets: Sequence[Outlet],
    gaps: Iterable[Gap],
    alarms: Iterable[Alarm],
    witnesses: Mapping[str, Mapping[date, Collection[str]]],
    period: Period,
    as_of: datetime,
) -> dict[str, Any]:
    """Give `monitor status --json`: alarms, the state of every source, each outlet's days of `period`."""
    seen = {(state.outlet, state.source): state for state in states}
    unseen = {(gap.outlet, gap.day): gap for gap in gaps}
    return {
        "schema": SCHEMA,
        "as_of": moment(as_of),
        "alarms": [alarm_json(alarm) for alarm in alarms],
        "sources": [
            _source_json(outlet, source.name, seen.get((outlet.code, source.name)), as_of)
            for outlet in outlets
            for source in outlet.sources
        ],
        "days": [
            _day_json(outlet, on, unseen.get((outlet.code, on)), witnesses.get(outlet.code, {}).get(on, ()))
            for outlet in outlets
            for on in period
            if outlet.valid.holds(on)
        ],
    }


def drift_json(drift: Drift) -> dict[str, Any]:
    """Give one thing that an outlet's page rules stopped reading."""
    return {
        "outlet": drift.outlet,
        "what": drift.what,
        "newest": drift.newest,
        "says": drift.says,
        "label": drift.label,
    }


def _source_json(outlet: Outlet, source: str, state: SourceState | None, as_of: datetime) -> dict[str, Any]:
    return {
        "outlet": outlet.code,
        "source": source,
        "last_attempt": moment(state.last_attempt) if state else None,
        "last_success": moment(state.last_success) if state else None,
        "outcome": state.outcome.value if state else None,
        "reason": state.reason.value if state and state.reason else None,
        "failures": state.failures if state else 0,
        "next_due": moment(due_again(state)) if state else None,  # not before; cron decides when
        "alarm": unread(outlet, state, as_of),
    }


def alarm_json(alarm: Alarm) -> dict[str, Any]:
    """Give an alarm as data."""
    return {"outlet": alarm.outlet, "kind": alarm.kind.value, "since": day(alarm.since), "why": alarm.why}


def _day_json(outlet: Outlet, on: date, gap: Gap | None, by: Collection[str]) -> dict[str, Any]:
    seen = "fully" if gap is None else "partly" if gap.partly else "not"
    return {"outlet": outlet.code, "day": day(on), "seen": seen, "why": gap.why if gap else None, "by": sorted(by)}
