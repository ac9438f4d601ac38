"""Stored readings → which outlets' page rules stopped fitting: the daily check."""

from datetime import datetime

from monitor.drift import BEFORE, WINDOWS, Drift, drifted
from monitor.press import Press
from storage import Database, extraction


def drifts(
    database: Database, press: Press, known_by: datetime | None = None, seconds: float | None = None
) -> list[Drift]:
    """Say of every outlet that is read what stopped on its newest pages; `seconds` bounds what the database asks."""
    outlets = [outlet for outlet in press.outlets if outlet.enabled and outlet.sources]
    with database.connect(seconds) as conn:
        found = extraction.newest(conn, [one.code for one in outlets], BEFORE + max(WINDOWS), known_by)
    return [
        drift
        for outlet in outlets
        for drift in drifted(outlet.code, found.get(outlet.code, []), rules=outlet.pages is not None)
    ]
