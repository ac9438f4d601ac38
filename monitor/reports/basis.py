"""What a report is made from, and the few questions that all its parts ask of it."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Protocol

from monitor.alarms import Alarm
from monitor.calendar import Calendar, Period
from monitor.coverage import Fulfilment, Gap, known
from monitor.duties import in_force
from monitor.plan import Channel, Plan, Proof
from monitor.press import Agency, Clipping, Outlet, Press, Shown, Sighting, hanoi_day
from monitor.reports.words import NOT_COLLECTED, clean, ordinary
from monitor.seen import SourceState


class Totals(Protocol):
    """Sums over the period: distinct pieces, labels on them, pieces that no item was found for."""

    @property
    def articles(self) -> int:
        """Number of pieces (số tin, bài)."""

    @property
    def tags(self) -> int:
        """Number of labels (lượt gắn nội dung)."""

    @property
    def unclassified(self) -> int:
        """Number of pieces without any label."""


@dataclass(frozen=True)
class Basis:
    """Everything that `build` was given."""

    plan: Plan
    press: Press
    period: Period
    calendar: Calendar
    as_of: datetime
    given: Sequence[Fulfilment]
    clippings: Sequence[Clipping]
    totals: Totals
    gaps: Sequence[Gap]
    sources: Sequence[SourceState]
    alarms: Sequence[Alarm] = ()
    link: Callable[[str], str] | None = None
    sightings: Sequence[Sighting] = ()

    @cached_property
    def today(self) -> date:
        """The day on which the report is asked for; it is not over."""
        return hanoi_day(self.as_of)

    @cached_property
    def applies(self) -> bool:
        """Does the plan cover any day of the period? If not, nobody is judged."""
        return self.period.meet(in_force(self.plan, self.calendar)) is not None

    @cached_property
    def rows(self) -> tuple[Fulfilment, ...]:
        """The rows that may be shown: none outside the plan."""
        return tuple(self.given) if self.applies else ()

    @cached_property
    def _unseen(self) -> dict[str, dict[date, str]]:
        unseen: dict[str, dict[date, str]] = defaultdict(dict)
        for gap in self.gaps:
            unseen[gap.outlet][gap.day] = gap.why
        return unseen

    @cached_property
    def outlets(self) -> tuple[Outlet, ...]:
        """The outlets that exist on a day of the period, press first, else in the file's order."""
        there = [o for o in self.press.outlets if o.valid.meets(self.period.first, self.period.last)]
        return tuple(sorted(there, key=lambda outlet: group_of((outlet.channel,))))

    def over(self, outlet: Outlet, period: Period) -> list[date]:
        """Give the days of the period that are over and on which the outlet exists."""
        return [day for day in period if day < self.today and outlet.valid.holds(day)]

    def unseen(self, outlet: Outlet, period: Period) -> dict[date, str]:
        """Give the days of `over` that were not proved seen, each with the reason in Vietnamese."""
        gaps = self._unseen.get(outlet.code, {})
        unseen = [day for day in self.over(outlet, period) if day in gaps]
        return {day: clean(gaps[day]) if outlet.enabled else NOT_COLLECTED for day in unseen}

    def seen(self, row: Fulfilment) -> str:
        """Say how many days of the row's cycle were read, where not all were."""
        if row.proof is Proof.PRESENCE:
            return self._looked(row)
        if not row.blind_days:
            return ""
        return f"đã đọc {row.days - row.blind_days}/{row.days} ngày"

    def _looked(self, row: Fulfilment) -> str:
        """Say on how many days of the cycle the page was looked at, and on how many of them something was missing."""
        if not row.days or row.days == row.blind_days:
            tried = "chưa kiểm tra được" if self.looks(row, row.cycle) else "chưa kiểm tra"
            return tried if row.days else ""
        looked = f"đã kiểm tra {row.days - row.blind_days}/{row.days} ngày" if row.blind_days else ""
        missing = f"{row.absent_days} ngày không thấy đủ" if row.absent_days else ""
        return ", ".join(filter(None, (looked, missing)))

    def looks(self, row: Fulfilment, period: Period) -> list[Sighting]:
        """Give the looks at a standing duty on some days, oldest first."""
        codes = {row.item, self.plan.item(row.item).code}
        outlets = {part.outlet for part in row.parts}
        return [
            one for one in self.sightings if one.outlet in outlets and one.item in codes and hanoi_day(one.at) in period
        ]

    def days_by_look(self, row: Fulfilment) -> dict[Shown, tuple[date, ...]]:
        """Give the days of the row's cycle that were seen, by what came of it: those that it counts."""
        return {Shown.FOUND: row.found_on, Shown.ABSENT: row.absent_on}

    def why_unseen(self, row: Fulfilment) -> str:
        """Give the commonest reason for which days of the row's cycle were not read."""
        reasons: Counter[str] = Counter()
        if row.proof is Proof.PRESENCE:
            unread = (one.reason for one in self.looks(row, row.cycle) if one.shown is Shown.UNREAD)
            reasons.update(reason.label for reason in unread if reason)
            return reasons.most_common(1)[0][0] if reasons else ""
        for part in row.parts:
            reasons.update(filter(None, self.unseen(self.press.outlet(part.outlet), row.cycle).values()))
        return reasons.most_common(1)[0][0] if reasons else ""

    def number(self, found: int, outlets: Sequence[Outlet]) -> int | None:
        """Give a number of pieces in the period that may be shown: 0 only where every day was seen."""
        return known(found, 0 if outlets and all(self._whole(outlet) for outlet in outlets) else 1)

    def _whole(self, outlet: Outlet) -> bool:
        # An outlet without sources is known by what is handed in only: its silence proves nothing.
        over = self.over(outlet, self.period)
        return bool(over and outlet.sources) and not self.unseen(outlet, self.period)

    def agency(self, code: str) -> str:
        """Give the agency's name; a collective row stands for those that are not listed beside its members."""
        agency = self.press.agency(code)
        rest = agency.collective and self.press.members(code)
        return f"{agency.name} khác (chưa có danh sách)" if rest else agency.name

    @cached_property
    def office(self) -> Agency | None:
        """The agency that sends the report, where the plan's agencies have it."""
        head, place = self.plan.letterhead.agency.casefold(), self.plan.letterhead.place.casefold()
        whole = re.compile(rf"{re.escape(head)}( .*\b{re.escape(place)})?")  # a head leaves out “tỉnh Mẫu”
        named = (a for a in self.press.agencies if any(whole.fullmatch(n.casefold()) for n in (a.name, *a.aliases)))
        return next(named, None)

    @cached_property
    def office_name(self) -> str:
        """What the agency that sends the report is called in a sentence."""
        head = self.plan.letterhead
        name = self.office.name[: len(head.agency)] if self.office else ""
        return clean(name if name.casefold() == head.agency.casefold() else ordinary(head.agency, head.place))


GROUPS = ("Báo chí", "Cổng, trang thông tin điện tử", "Kênh khác và hoạt động ngoài báo chí")
"""Press and portals are never added up: a portal is not press."""


def group_of(channels: Sequence[Channel]) -> int:
    """Give the place in `GROUPS`; a duty on channels of several kinds stands in the last.

    So do the loudspeakers of districts and communes, where they stand alone: they are no press.
    """
    if channels and all(channel.press for channel in channels) and set(channels) != {Channel.LOUDSPEAKER}:
        return 0
    return 1 if channels and all(channel in {Channel.PORTAL, Channel.SITE} for channel in channels) else 2
