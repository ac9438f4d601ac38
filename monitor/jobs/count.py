"""Tags → numbers → report: one read of the database, then pure arithmetic."""

from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.calendar import Calendar, Period
from monitor.coverage import count
from monitor.duties import span
from monitor.jobs.status import alarms_of
from monitor.plan import Plan
from monitor.press import Press, hanoi_day
from monitor.reports.report import CoverageReport, build
from storage import Database, articles, readings, tags

CURRENT = timedelta(days=31)
"""How long after its last day a report still warns of what is wrong with the collection now."""


def report(
    database: Database,
    press: Press,
    plan: Plan,
    period: Period,
    calendar: Calendar,
    as_of: datetime,
    link: Callable[[str], str] | None = None,
) -> CoverageReport:
    """Give everything that a report on `period` says, as known at `as_of`; `link` makes an address of a page's path."""
    today = hanoi_day(as_of)
    days = span(plan, period, calendar)
    known = [outlet.code for outlet in press.outlets]
    # What was published after `as_of` is not known then, whenever it was stored.
    dated = articles.ArticleQuery(first=period.first, last=min(period.last, today), limit=0)
    undated = articles.ArticleQuery(undated=True, limit=0)
    with database.connect() as conn:  # one transaction: a crawl going on beside it changes nothing in the middle
        tallies = [tally for tally in tags.tallies(conn, days) if tally.day <= today]
        gaps = readings.gaps(conn, press.outlets, days, today, as_of)
        pieces = articles.search(conn, dated).clippings + articles.search(conn, undated).clippings
        totals = tags.totals(conn, Period(period.first, max(period.first, min(period.last, today))), known)
        states = readings.last(conn, as_of)
        # What is wrong today says nothing of a report on days long past.
        raised = alarms_of(conn, press, as_of) if period.last >= today - CURRENT else []
    return build(
        plan,
        press,
        period,
        calendar,
        as_of,
        rows=count(plan, press, tallies, gaps, period, today, calendar),
        pieces=[clipping for clipping in pieces if clipping.article.outlet in known],
        totals=totals,
        gaps=gaps,
        sources=[state for state in states if state.outlet in known],
        alarms=raised,
        link=link,
    )
