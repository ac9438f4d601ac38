"""What is wrong with our seeing: sources that do not answer, outlets whose silence nothing explains. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from monitor.press import Outlet, hanoi_day
from monitor.seen import ONE_DAY, SourceState

UNREAD_AFTER = timedelta(hours=26)
"""A source without a success for longer raises an alarm (K13): a day, and what a nightly run may be late."""

LOOK_BACK = timedelta(weeks=8)
"""From how long ago an outlet's rhythm is taken: long enough for a monthly column, short enough to follow the times."""

BLIND_DAYS = 3
"""So many days in a row not seen whole are no passing trouble any more."""

_RHYTHM_FROM = 10  # days with pieces; fewer are no rhythm


class AlarmKind(StrEnum):
    """What an alarm is about (loại cảnh báo)."""

    UNREAD = "unread"
    QUIET = "quiet"
    BLIND = "blind"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something a person must look at (cảnh báo thu thập): of which outlet, since when, and why, in Vietnamese."""

    outlet: str
    kind: AlarmKind
    since: date | None
    why: str


def unread(outlet: Outlet, state: SourceState | None, as_of: datetime) -> bool:
    """Say whether a source that should be read has had no success for over 26 hours, or was never asked."""
    if not (outlet.enabled and outlet.valid.holds(hanoi_day(as_of))):
        return False
    since = (state.last_success or state.first_attempt) if state else None
    return since is None or as_of - since > UNREAD_AFTER


def quiet_since(days: Collection[date], today: date) -> date | None:
    """Give the first day of a silence that the outlet's own rhythm does not explain; None where there is none.

    `days` are those on which it published. A pause is strange when it is longer by half than the longest of the last
    eight weeks; below ten days with pieces there is no rhythm to hold it against. A feast such as Tết is strange, too:
    whether the outlet rests or our only source hangs, the next source must tell.
    """
    known = sorted({day for day in days if today - LOOK_BACK <= day <= today})
    if len(known) < _RHYTHM_FROM:
        return None
    longest = max((later - earlier).days for earlier, later in pairwise(known))
    allowed = longest + max(1, longest // 2)
    return known[-1] + ONE_DAY if (today - known[-1]).days > allowed else None


def independent(outlet: Outlet, sources: Collection[str]) -> bool:
    """Say whether these sources of an outlet are two witnesses: a feed and a sitemap, say, and not two feeds."""
    return len({source.kind for source in outlet.sources if source.whole and source.name in sources}) > 1


def alarms(
    outlets: Iterable[Outlet],
    states: Iterable[SourceState],
    published: Mapping[str, Collection[date]],
    blind: Mapping[str, Collection[date]],
    as_of: datetime,
) -> list[Alarm]:
    """Give what a person must look at, outlet by outlet.

    `published` are the days of the last weeks with pieces, `blind` those of the last days that were not seen whole.
    """
    known = {(state.outlet, state.source): state for state in states}
    found = []
    for outlet in outlets:
        down = [s.name for s in outlet.sources if unread(outlet, known.get((outlet.code, s.name)), as_of)]
        if down:
            found.append(_unread(outlet, down, known))
        elif _blind(outlet, blind.get(outlet.code, ()), known, as_of):
            why = f"đọc được nguồn, nhưng {BLIND_DAYS} ngày liền không ngày nào được đọc trọn vẹn"
            found.append(Alarm(outlet.code, AlarmKind.BLIND, hanoi_day(as_of) - BLIND_DAYS * ONE_DAY, why))
        answering = [source.name for source in outlet.sources if source.name not in down]
        if quiet := _quiet(outlet, answering, published.get(outlet.code, ()), as_of):
            found.append(quiet)
    return found


def _quiet(outlet: Outlet, answering: Collection[str], published: Collection[date], as_of: datetime) -> Alarm | None:
    """Warn of a silence that nothing explains and no second source confirms."""
    today = hanoi_day(as_of)
    since = quiet_since(published, today) if outlet.enabled and outlet.valid.holds(today) else None
    if since is None or not answering or independent(outlet, answering):
        return None
    why = f"{(today - since).days} ngày liền không thấy tin, bài mới, lâu hơn hẳn nhịp đăng thường lệ"
    return Alarm(outlet.code, AlarmKind.QUIET, since, f"{why}, và chưa có nguồn khác loại để đối chiếu")


def _blind(
    outlet: Outlet, days: Collection[date], known: Mapping[tuple[str, str], SourceState], as_of: datetime
) -> bool:
    """Say whether no day of late was seen whole, though some source that shows the whole outlet answers."""
    today = hanoi_day(as_of)
    lately = [today - n * ONE_DAY for n in range(1, BLIND_DAYS + 1)]
    states = [known.get((outlet.code, source.name)) for source in outlet.sources if source.whole]
    began = [hanoi_day(state.first_attempt) for state in states if state and state.first_attempt]
    there = outlet.enabled and all(outlet.valid.holds(day) for day in (*lately, today))
    return there and bool(began) and min(began) < lately[-1] and all(day in days for day in lately)


def _unread(outlet: Outlet, down: list[str], known: Mapping[tuple[str, str], SourceState]) -> Alarm:
    """Say which sources of an outlet do not answer, and since when the last of them does not."""
    states = [known.get((outlet.code, name)) for name in down]
    successes = [state.last_success for state in states if state and state.last_success]
    since = hanoi_day(max(successes)) if len(successes) == len(down) else None
    reasons = dict.fromkeys(state.reason.label for state in states if state and state.reason)
    names = outlet.source_names()
    which = "nguồn nào" if len(down) == len(outlet.sources) else ", ".join(names[name] for name in down)
    lasting = f" từ ngày {since:%d/%m/%Y}" if since else ""
    why = f" ({'; '.join(reasons)})" if reasons else ""
    said = f"không đọc được {which}{lasting}" if successes else f"chưa lần nào đọc được {which}"
    return Alarm(outlet.code, AlarmKind.UNREAD, since, f"{said}{why}")
