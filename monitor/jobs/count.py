"""Tags → numbers → report: one read of the database, then pure arithmetic."""

from collections.abc import Callable
from datetime import datetime

from monitor.coverage import Fulfilment, Gap, count, span
from monitor.plan import Calendar, Period
from monitor.plan import Plan
from monitor.press import Press, hanoi_day
from monitor.reports.report import CoverageReport, SourceState, build
from storage import Database, articles, readings, tags


def coverage(
    database: Database, press: Press, plan: Plan, period: Period, calendar: Calendar, as_of: datetime
) -> list[Fulfilment]:
    """Give one row per obligation and cycle, from what is stored."""
    rows, _ = _rows(database, press, plan, period, calendar, as_of)
    return rows


def _rows(
    database: Database, press: Press, plan: Plan, period: Period, calendar: Calendar, as_of: datetime
) -> tuple[list[Fulfilment], list[Gap]]:
    today = hanoi_day(as_of)
    days = span(plan, period, calendar)
    with database.connect() as conn:
        tallies = tags.tallies(conn, days)
        gaps = readings.gaps(conn, press.outlets, days, today)
    return count(plan, press, tallies, gaps, period, today, calendar), gaps


def report(
    database: Database,
    press: Press,
    plan: Plan,
    period: Period,
    calendar: Calendar,
    as_of: datetime,
    link: Callable[[int], str] | None = None,
) -> CoverageReport:
    """Give everything that a report on `period` says, as known at `as_of`."""
    rows, gaps = _rows(database, press, plan, period, calendar, as_of)
    query = articles.ArticleQuery(first=period.first, last=period.last, limit=0)
    with database.connect() as conn:
        return build(
            plan,
            press,
            period,
            calendar,
            as_of,
            rows=rows,
            pieces=articles.search(conn, query).clippings,
            totals=tags.totals(conn, period),
            gaps=[gap for gap in gaps if gap.day in period],
            sources=[SourceState(**state) for state in ()],
            link=link,
        )
