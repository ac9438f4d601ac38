"""The JSON of CONTRACT §4 for what is stored: readings, articles, sources. Keys are English, unknown is null."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from monitor.calendar import Period
from monitor.coverage import Gap
from monitor.press import HANOI, Clipping, Outlet, Press, Tag, Verdict
from monitor.reports.cells import safe
from storage.readings import Reading, SourceState

SCHEMA = 1
SILENT_AFTER = timedelta(hours=26)
"""A source without a success for longer than this raises an alarm (K13)."""


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
        "sha256": article.sha256,
    }


CLIPPING_HEADS = (
    "ID", "Ngày đăng", "Cơ quan", "Loại hình", "Tên tin, bài", "Thể loại", "Tác giả", "Nội dung KH",
    "Đường dẫn", "SHA-256",
)  # fmt: skip


def clipping_row(clipping: Clipping, press: Press) -> list[str]:
    """Give one row of the article list as CSV, under `CLIPPING_HEADS`; no cell can be taken for a formula."""
    article = clipping.article
    outlet = next((one for one in press.outlets if one.code == article.outlet), None)
    cells = (
        str(clipping.id),
        article.published_on.isoformat() if article.published_on else "",
        outlet.name if outlet else article.outlet,
        outlet.channel.value if outlet else "",
        article.title,
        article.form.value if article.form else "",
        ", ".join(article.authors),
        ", ".join(clipping.standing),
        article.url,
        article.sha256,
    )
    return [safe(cell) for cell in cells]


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
    states: Iterable[SourceState], outlets: Sequence[Outlet], gaps: Iterable[Gap], period: Period, as_of: datetime
) -> dict[str, Any]:
    """Give `monitor status --json`: the state of every source, and each outlet's days of `period`."""
    seen = {(state.outlet, state.source): state for state in states}
    unseen = {(gap.outlet, gap.day): gap for gap in gaps}
    return {
        "schema": SCHEMA,
        "as_of": moment(as_of),
        "sources": [
            _source_json(outlet, source.name, seen.get((outlet.code, source.name)), as_of)
            for outlet in outlets
            for source in outlet.sources
        ],
        "days": [
            _day_json(outlet, on, unseen.get((outlet.code, on)))
            for outlet in outlets
            for on in period
            if outlet.valid.holds(on)
        ],
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
        "next_due": None,  # cron decides; we do not know its lines
        "alarm": silent(outlet, state, as_of),
    }


def silent(outlet: Outlet, state: SourceState | None, as_of: datetime) -> bool:
    """Say whether a source that should be read has had no success for over 26 hours."""
    if not outlet.enabled:
        return False
    return state is None or state.last_success is None or as_of - state.last_success > SILENT_AFTER


def _day_json(outlet: Outlet, on: date, gap: Gap | None) -> dict[str, Any]:
    seen = "fully" if gap is None else "partly" if gap.partly else "not"
    return {"outlet": outlet.code, "day": day(on), "seen": seen, "why": gap.why if gap else None}
