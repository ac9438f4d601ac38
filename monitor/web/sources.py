"""How the sources are: when each was last read, what was wrong, and which days were not seen."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request, Response

from monitor.errors import Reason
from monitor.jobs.status import status
from monitor.reports.words import runs
from monitor.seen import Outcome
from monitor.web.view import desk_of, page

Days = Annotated[int, Query(alias="ngay", ge=1, le=400)]


def health(request: Request, days: Days = 14) -> Response:
    """Show each outlet's sources, and its last days as seen, partly seen or not seen."""
    desk = desk_of(request)
    shape = status(desk.database, desk.press, desk.now(), days, desk.patience)
    outlets = {outlet.code: outlet for outlet in desk.press.outlets}
    by_outlet: dict[str, list[dict[str, Any]]] = {}
    for one in shape["days"]:
        by_outlet.setdefault(one["outlet"], []).append(one)
    unseen = {code: _unseen(days_of) for code, days_of in by_outlet.items()}
    labels = {reason.value: reason.label for reason in Reason}
    return page(
        request,
        "sources.html",
        shape=shape,
        days=days,
        outlets=outlets,
        by_outlet=by_outlet,
        alarms=shape["alarms"],
        unseen=unseen,
        labels=labels,
        names={outlet.code: outlet.source_names() for outlet in desk.press.outlets},
        outcomes={outcome.value: outcome.label for outcome in Outcome},
    )


def _unseen(days: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Give the days that were not seen whole as runs, by their reason."""
    by_reason: dict[str, list[date]] = {}
    for one in days:
        if one["seen"] != "fully":
            by_reason.setdefault(one["why"], []).append(date.fromisoformat(one["day"]))
    return [(runs(found), why) for why, found in by_reason.items()]


def api(request: Request, days: Days = 14) -> dict[str, Any]:
    """Give `monitor status --json`."""
    desk = desk_of(request)
    return status(desk.database, desk.press, desk.now(), days, desk.patience)
