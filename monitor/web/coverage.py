"""The matrix: item × agency for a period, each number a link to its articles."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import HTTPException, Query, Request, Response

from monitor.calendar import STATE_CLOSES_ON, Calendar, Cycle, Every, Period
from monitor.coverage import Fulfilment
from monitor.jobs.count import report
from monitor.plan import Proof
from monitor.press import hanoi_day
from monitor.reports import json as report_json
from monitor.reports.report import PLAN_NOTES, CoverageReport
from monitor.web.view import Desk, address, desk_of, page

PeriodParameter = Annotated[
    str | None, Query(alias="ky", max_length=10, description="2021-W12, 2021-03, 2021-Q1, 2021-H1 or 2021")
]
CalendarParameter = Annotated[str | None, Query(alias="lich", pattern="^(civil|state)$")]


def _asked(desk: Desk, text: str | None, calendar_name: str | None) -> tuple[Cycle, Calendar]:
    plan = desk.plan
    calendar = plan.calendar
    if calendar_name:
        closes_on = (calendar.closes_on or STATE_CLOSES_ON) if calendar_name == "state" else None
        calendar = Calendar(closes_on, calendar.week_starts_on)
    if text:
        try:
            return calendar.period(text), calendar
        except ValueError as error:
            raise HTTPException(422, f"Kỳ “{text}” không đọc được: viết như 2021-W12, 2021-03, 2021-Q1.") from error
    # The week of the last day that is over: on a Monday morning that is the one people want to see.
    yesterday = hanoi_day(desk.now()) - timedelta(days=1)
    return calendar.cycle(Every.WEEK, min(max(yesterday, plan.period.first), plan.period.last)), calendar


def _report(request: Request, text: str | None, calendar_name: str | None) -> tuple[CoverageReport, Cycle, Calendar]:
    desk = desk_of(request)
    period, calendar = _asked(desk, text, calendar_name)
    return report(desk.database, desk.press, desk.plan, period, calendar, desk.now()), period, calendar


def name_of(week: Cycle, calendar: Calendar) -> str:
    """Give the short name of a week, such as 2021-W12; its Thursday says the year."""
    year, number, _ = (week.first + timedelta(days=(4 - calendar.week_starts_on) % 7)).isocalendar()
    return f"{year}-W{number:02d}"


def matrix(request: Request, ky: PeriodParameter = None, lich: CalendarParameter = None) -> Response:
    """Show the matrix of a period."""
    desk = desk_of(request)
    content, period, calendar = _report(request, ky, lich)
    return page(
        request,
        "matrix.html",
        notes_title=PLAN_NOTES,
        report=content,
        period=period,
        asked=ky,
        calendar=lich,
        links=_links(desk, content),
        around=_around(calendar, period),
    )


def _around(calendar: Calendar, period: Cycle) -> list[tuple[str, str]]:
    """Give the weeks around the period's last day, each with its address's value and its name."""
    here = calendar.cycle(Every.WEEK, period.last)
    weeks = [calendar.cycle(Every.WEEK, here.first + timedelta(days=7 * n)) for n in (-2, -1, 0, 1)]
    return [(name_of(week, calendar), week.label) for week in weeks]


def _links(desk: Desk, content: CoverageReport) -> dict[str, str]:
    """Give, by the cell's key, the address of the very articles that a number counts."""
    # What was published later is not known on the day that the report is asked for.
    known = Period(min(content.period.first, today := hanoi_day(content.as_of)), today)
    cells = [(line.code, cell) for block in content.matrix for line in block.lines for cell in line.cells if cell]
    found = {}
    for code, cell in cells:
        rows = [content.rows[place] for place in cell.rows]
        days = _days(desk, rows) if rows else content.period
        days = days and days.meet(known)
        outlets = {part.outlet for row in rows for part in row.parts}
        if outlets and days and any(row.proof is Proof.PRESENCE for row in rows):  # days without a find open, too
            found[cell.key] = address(
                "/niem-yet", muc=code, nguon=",".join(sorted(outlets)), tu=days.first, den=days.last
            )
            continue
        outlets |= {content.pieces[number - 1].outlet for number in cell.pieces} if not rows else set()
        if not cell.number or days is None:
            continue
        found[cell.key] = address(
            "/tin-bai",
            muc=desk.plan.item(code).code,
            nguon=",".join(sorted(outlets)),
            tu=days.first,
            den=days.last,
            tinh="co",
            dang_lai="khong" if rows and not any(row.counts_reprints for row in rows) else None,
        )
    return found


def _days(desk: Desk, rows: Sequence[Fulfilment]) -> Period | None:
    """Give the days whose pieces the rows' number counts; a single outlet's own days cut them further."""
    shown = [row.shown for row in rows if row.shown]
    if not shown:
        return None
    days = Period(min(one.first for one in shown), max(one.last for one in shown))
    outlets = {part.outlet for row in rows for part in row.parts}
    return desk.press.outlet(outlets.pop()).valid.within(days) if len(outlets) == 1 else days


def api(request: Request, ky: PeriodParameter = None, lich: CalendarParameter = None) -> dict[str, Any]:
    """Give `monitor coverage --json` for a period."""
    content, _, _ = _report(request, ky, lich)
    return report_json.coverage(content)
