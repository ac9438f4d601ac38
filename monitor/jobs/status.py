"""Readings → how the sources do and which days were seen: one question for the terminal, the page and the API."""

from datetime import datetime, timedelta
from typing import Any

from monitor.calendar import Period
from monitor.jobs.drift import drifts
from monitor.jobs.shapes import drift_json, status_json
from monitor.press import Press, hanoi_day
from storage import Database, readings


def status(
    database: Database, press: Press, as_of: datetime, days: int, seconds: float | None = None
) -> dict[str, Any]:
    """Give `monitor status --json` for the last `days` days before `as_of`; `seconds` bounds what the database asks."""
    today = hanoi_day(as_of)
    period = Period(today - timedelta(days=days), today - timedelta(days=1))
    outlets = [outlet for outlet in press.outlets if outlet.valid.meets(period.first, today)]
    with database.connect(seconds) as conn:
        states = readings.last(conn, as_of)
        gaps = readings.gaps(conn, outlets, period, today, as_of)
    found = drifts(database, press, as_of, seconds)
    return status_json(states, outlets, gaps, period, as_of) | {"extraction": [drift_json(one) for one in found]}
