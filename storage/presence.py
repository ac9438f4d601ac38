"""Every look at a page for a standing duty: put in with its bytes, given back for a count or for whoever asks."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, true

from monitor.calendar import Period
from monitor.press import Expected, Page, Shown, Sighting, midnight
from storage import dialects
from storage.articles import keep_page
from storage.schema import sightings


def record(conn: Connection, sighting: Sighting, page: Page | None) -> Sighting:
    """Keep one look with the bytes that came; the same moment played again replaces it."""
    fetch: dict[str, Any] = {"final_url": None, "status": None, "headers": None}
    if page is not None:
        keep_page(conn, page)
        fetch = {"final_url": page.final_url, "status": page.status, "headers": dict(page.headers)}
        sighting = replace(sighting, sha256=page.sha256)
    row = {name: getattr(sighting, name) for name in Sighting.__slots__ if name != "expected"}
    row["expected"] = [[one.kind, one.value, one.quote] for one in sighting.expected]
    dialects.keep(conn, sightings, row | fetch)
    return sighting


def sighted(
    conn: Connection,
    period: Period,
    known_by: datetime | None = None,
    outlets: Collection[str] | None = None,
    item: str | None = None,
) -> list[Sighting]:
    """Give the looks on the days of `period` (in Hà Nội) that were known by that moment, oldest first."""
    s = sightings.c
    rows = conn.execute(
        select(sightings)
        .where(
            s.at >= midnight(period.first),
            s.at < midnight(period.last + timedelta(days=1)),
            s.at <= known_by if known_by else true(),
            s.outlet.in_(outlets) if outlets is not None else true(),
            s.item == item if item else true(),
        )
        .order_by(s.at, s.outlet, s.item, s.url)
    )
    return [_sighting(row) for row in rows]


def found_since(conn: Connection, outlet: str, since: datetime, until: datetime) -> set[tuple[str, str]]:
    """Give item and address of what was found on an outlet's pages in that time: it need not be asked again."""
    s = sightings.c
    wanted = (s.outlet == outlet, s.shown == Shown.FOUND, s.at >= since, s.at <= until)
    return {(item, url) for item, url in conn.execute(select(s.item, s.url).where(*wanted))}


def has(conn: Connection, sha256: str) -> bool:
    """Say whether a look brought the bytes of that digest."""
    return conn.execute(select(sightings.c.at).where(sightings.c.sha256 == sha256).limit(1)).first() is not None


def _sighting(row: Row[Any]) -> Sighting:
    return Sighting(
        outlet=row.outlet,
        item=row.item,
        url=row.url,
        at=row.at,
        shown=row.shown,
        reason=row.reason,
        expected=tuple(Expected(*one) for one in row.expected),
        sha256=row.sha256,
    )
