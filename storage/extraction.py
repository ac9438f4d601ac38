"""How the newest pages of each outlet were read, for whoever asks whether its rules still fit."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select, true

from monitor.drift import Reading
from monitor.press import Kind
from storage.schema import articles


def newest(
    conn: Connection, outlets: Collection[str], limit: int, known_by: datetime | None = None
) -> dict[str, list[Reading]]:
    """Give at most `limit` readings of each outlet's pages, oldest first; one question for all outlets."""
    a = articles.c
    place = func.row_number().over(partition_by=a.outlet, order_by=(a.fetched_at.desc(), a.id.desc())).label("place")
    ranked = (
        select(
            a.outlet,
            a.extracted_by,
            a.kind,
            a.lead.is_not(None).label("lead"),
            a.published_on.is_not(None).label("dated"),
            func.length(a.text).label("length"),
            place,
        )
        .where(a.outlet.in_(outlets), a.fetched_at <= known_by if known_by else true())
        .subquery()
    )
    found: dict[str, list[Reading]] = defaultdict(list)
    for row in conn.execute(select(ranked).where(ranked.c.place <= limit).order_by(ranked.c.place.desc())):
        by_rules = str(row.extracted_by).startswith("rules:")
        found[row.outlet].append(Reading(by_rules, row.kind is Kind.EMPTY, row.lead, row.dated, row.length))
    return dict(found)
