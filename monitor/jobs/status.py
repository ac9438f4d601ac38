"""Readings → how the sources do and which days were seen: one question for the terminal, the page and the API."""

from datetime import datetime, timedelta
from typing import Any

from monitor import alarms
from monitor.alarms import LOOK_BACK, Alarm
from monitor.calendar import Period
from monitor.jobs.drift import drifts
from monitor.jobs.shapes import drift_json, status_json
from monitor.press import Press, hanoi_day
from storage import Connection, Database, readings


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
        raised = alarms_of(conn, press, as_of)
        witnesses = readings.witnesses(conn, outlets, period, as_of)
    found = drifts(database, press, as_of, seconds)
    shape = status_json(states, outlets, gaps, raised, witnesses, period, as_of)
    return shape | {"extraction": [drift_json(one) for one in found]}


def alarms_of(conn: Connection, press: Press, as_of: datetime) -> list[Alarm]:
    """Give what was wrong with our seeing at `as_of`."""
    today = hanoi_day(as_of)
    published = readings.published(conn, press.outlets, Period(today - LOOK_BACK, today), as_of)
    return alarms.alarms(press.outlets, readings.last(conn, as_of), published, as_of)
