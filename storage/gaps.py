"""Which days of an outlet were not proved seen: what keeps our blindness from accusing anybody."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from monitor.calendar import Period
from monitor.coverage import Gap
from monitor.press import Outlet, hanoi_day
from storage.outcomes import Outcome, State
from storage.schema import links, readings

UNREAD_SOURCE = "chưa đọc được nguồn"
NO_SOURCE = "chưa có nguồn để đọc"
ONLY_PARTS = "các nguồn đang đọc chỉ cho thấy một phần tin, bài"
_READ = tuple(outcome for outcome in Outcome if outcome.read)


def gaps(conn: Connection, outlets: Collection[Outlet], period: Period, as_of: date) -> list[Gap]:
    """Give every day of `period` before `as_of` on which an outlet existed and was not proved seen.

    A day is proved by a reading that covers it, of a source that shows the whole outlet, made when the day was over;
    and only if each piece announced for it has been read or refused.
    """
    proved, missing = _proved(conn, outlets, period), _missing(conn, outlets)
    return [gap for outlet in outlets for gap in _of(outlet, period, as_of, proved[outlet.code], missing[outlet.code])]


def _of(outlet: Outlet, period: Period, as_of: date, proved: set[date], missing: Counter[date]) -> Iterator[Gap]:
    for day in period:
        if day >= as_of or not outlet.valid.holds(day):
            continue
        pieces = f"còn {missing[day]} tin, bài chưa đọc được" if missing[day] else ""
        if day not in proved:
            yield Gap(outlet.code, day, "; ".join(filter(None, (_why(outlet), pieces))))
        elif pieces:
            yield Gap(outlet.code, day, pieces, partly=True)


def _why(outlet: Outlet) -> str:
    if not outlet.enabled or not outlet.sources:
        return outlet.why or NO_SOURCE
    return UNREAD_SOURCE if any(source.whole for source in outlet.sources) else ONLY_PARTS


def _proved(conn: Connection, outlets: Collection[Outlet], period: Period) -> dict[str, set[date]]:
    """Give the days that were proved seen, but for single pieces."""
    whole = {(outlet.code, source.name) for outlet in outlets for source in outlet.sources if source.whole}
    r = readings.c
    rows = conn.execute(
        # Hourly readings cover the same days over and over: only the latest of equals says anything.
        select(r.outlet, r.source, r.covers_first, r.covers_last, func.max(r.at))
        .where(r.outcome.in_(_READ), r.covers_first <= period.last, r.covers_last >= period.first)
        .group_by(r.outlet, r.source, r.covers_first, r.covers_last)
    )
    found: dict[str, set[date]] = defaultdict(set)
    for outlet, source, first, last, at in rows:
        # A day is over when the next one has begun in Hà Nội.
        until = min(last, hanoi_day(at) - timedelta(days=1))
        if (outlet, source) in whole and first <= until:
            found[outlet].update(Period(first, until).meet(period) or ())
    return found


def _missing(conn: Connection, outlets: Collection[Outlet]) -> dict[str, Counter[date]]:
    """Give how many announced pieces are unread, by the day for which they were announced."""
    found: dict[str, Counter[date]] = defaultdict(Counter)
    rows = conn.execute(
        select(links.c.outlet, links.c.published_on, links.c.published_at, links.c.first_seen_at).where(
            links.c.outlet.in_([outlet.code for outlet in outlets]), links.c.state != State.REFUSED
        )
    )
    for outlet, published_on, published_at, first_seen_at in rows:
        found[outlet][published_on or _day(published_at) or hanoi_day(first_seen_at)] += 1
    return found


def _day(moment: datetime | None) -> date | None:
    return hanoi_day(moment) if moment else None
