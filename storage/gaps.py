"""Which days of an outlet were not proved seen: what keeps our blindness from accusing anybody."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select, true

from monitor.alarms import LOOK_BACK, quiet_since
from monitor.calendar import Period
from monitor.coverage import Gap
from monitor.press import Kind, Outlet, hanoi_day
from monitor.seen import READ, State
from storage.schema import articles, links, readings, verdicts

UNREAD_SOURCE = "chưa đọc được nguồn"
NO_SOURCE = "chưa có nguồn để đọc"
ONLY_PARTS = "các nguồn đang đọc chỉ cho thấy một phần tin, bài"
QUIET = "im lặng lâu hơn hẳn nhịp đăng thường lệ mà chỉ có một nguồn để xem"


def gaps(
    conn: Connection, outlets: Collection[Outlet], period: Period, as_of: date, until: datetime | None = None
) -> list[Gap]:
    """Give every day of `period` before `as_of` on which an outlet existed and was not proved seen.

    A day is proved by a reading that covers it, of a source that shows the whole outlet, made when the day was over;
    and only if each piece announced for it has been read or refused, and none of its pages waits for a person to say
    what it holds. A silence that the outlet's rhythm does not explain is believed where two sources agree on it: a
    single one may hang. Readings after `until` are not known yet.
    """
    proved, missing = witnesses(conn, outlets, period, until), _missing(conn, outlets, period)
    quiet: dict[str, date | None] = {}
    if period.last >= as_of - LOOK_BACK:
        days = published(conn, outlets, Period(as_of - LOOK_BACK, as_of), until)
        quiet = {code: quiet_since(found, as_of) for code, found in days.items()}
    return [
        gap
        for outlet in outlets
        for gap in _of(outlet, period, as_of, proved[outlet.code], missing[outlet.code], quiet.get(outlet.code))
    ]


def _of(
    outlet: Outlet,
    period: Period,
    as_of: date,
    proved: dict[date, set[str]],
    missing: Counter[date],
    quiet_since: date | None,
) -> Iterator[Gap]:
    for day in period:
        if day >= as_of or not outlet.valid.holds(day):
            continue
        doubts = [f"còn {missing[day]} tin, bài chưa đọc được hoặc chưa rõ ngày đăng"] if missing[day] else []
        witnesses = proved.get(day, ())
        if quiet_since is not None and day >= quiet_since and len(witnesses) == 1:
            doubts.append(QUIET)
        if not witnesses:
            yield Gap(outlet.code, day, "; ".join((_why(outlet), *doubts)))
        elif doubts:
            yield Gap(outlet.code, day, "; ".join(doubts), partly=True)


def published(
    conn: Connection, outlets: Collection[Outlet], period: Period, until: datetime | None = None
) -> dict[str, set[date]]:
    """Give, by outlet, the days of `period` of which pieces are stored that had come by `until`."""
    a = articles.c
    rows = conn.execute(
        select(a.outlet, a.published_on)
        .where(
            a.outlet.in_([outlet.code for outlet in outlets]),
            a.published_on.between(period.first, period.last),
            a.first_seen_at <= until if until else true(),
        )
        .distinct()
    )
    found: dict[str, set[date]] = defaultdict(set)
    for outlet, day in rows:
        found[outlet].add(day)
    return found


def _why(outlet: Outlet) -> str:
    if not outlet.enabled or not outlet.sources:
        return outlet.why or NO_SOURCE
    return UNREAD_SOURCE if any(source.whole for source in outlet.sources) else ONLY_PARTS


def witnesses(
    conn: Connection, outlets: Collection[Outlet], period: Period, known_by: datetime | None = None
) -> dict[str, dict[date, set[str]]]:
    """Give, by outlet, the days that were proved seen, but for single pieces, and by which sources."""
    whole = {(outlet.code, source.name) for outlet in outlets for source in outlet.sources if source.whole}
    r = readings.c
    rows = conn.execute(
        # Hourly readings cover the same days over and over: only the latest of equals says anything.
        select(r.outlet, r.source, r.covers_first, r.covers_last, func.max(r.at))
        .where(
            r.outcome.in_(READ),
            r.covers_first <= period.last,
            r.covers_last >= period.first,
            r.at <= known_by if known_by else true(),
        )
        .group_by(r.outlet, r.source, r.covers_first, r.covers_last)
    )
    found: dict[str, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    for outlet, source, first, last, at in rows:
        # A day is over when the next one has begun in Hà Nội.
        until = min(last, hanoi_day(at) - timedelta(days=1))
        if (outlet, source) in whole and first <= until:
            for day in Period(first, until).meet(period) or ():
                found[outlet][day].add(source)
    return found


def _missing(conn: Connection, outlets: Collection[Outlet], period: Period) -> dict[str, Counter[date]]:
    """Give how many pieces are not known for what they are, by each day of which they may be."""
    codes = [outlet.code for outlet in outlets]
    found: dict[str, Counter[date]] = defaultdict(Counter)
    x, a = links.c, articles.c
    waiting = select(x.outlet, x.published_on, x.published_at, x.since, x.first_seen_at)
    for outlet, on, at, since, seen in conn.execute(waiting.where(x.outlet.in_(codes), x.state != State.REFUSED)):
        day = on or _day(at)
        days = Period(day, day) if day else Period(min(since, hanoi_day(seen)), hanoi_day(seen))
        found[outlet].update(days.meet(period) or ())
    # A page without text says nothing of what it is about; a person's word, whatever it is, settles it.
    empty = select(a.outlet, a.published_on).where(
        a.outlet.in_(codes),
        a.kind == Kind.EMPTY,
        a.published_on.between(period.first, period.last),
        a.id.not_in(select(verdicts.c.article_id)),
    )
    for outlet, on in conn.execute(empty):
        found[outlet][on] += 1
    return found


def _day(moment: datetime | None) -> date | None:
    return hanoi_day(moment) if moment else None
