"""Count what was published against what was promised; the only place where a status is decided.

Pure: takes numbers and a day, asks neither clock nor database. Longer than 300 lines, because the types that it decides
about stand beside the decision: whoever is judged by it can read it alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from monitor.calendar import Calendar, Cycle, Every, Period
from monitor.duties import cycles_of, in_force, owed
from monitor.plan import Channel, Obligation, Plan, Proof, Role, WatchLevel
from monitor.press import Agency, Outlet, Press, Shown, Sighting
from monitor.standing import by_day, shown_on, together


class Status(StrEnum):
    """What can be said of an obligation in one cycle: five verdicts and “not over yet”.

    Đạt, chưa đạt, chưa đủ căn cứ, chờ minh chứng, không áp dụng, đang trong kỳ.
    """

    MET = "đạt"
    NOT_MET = "chưa đạt"
    UNKNOWN = "chưa đủ căn cứ"
    AWAITED = "chờ minh chứng"
    NOT_BINDING = "không áp dụng"
    OPEN = "đang trong kỳ"


@dataclass(frozen=True, slots=True)
class Tally:
    """Pieces of one item in one outlet on one day (số đếm).

    `done` counts publications (lượt), `works` those that the same agency had not published before (tác phẩm); `own` and
    `own_works` leave out what was taken over from other agencies; `reviewed` counts those a person confirmed.
    """

    item: str
    outlet: str
    day: date
    done: int
    works: int
    own: int
    own_works: int
    reviewed: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """A day of an outlet not proved seen (khoảng trống thu thập), and why; `partly`: only some pieces are unread."""

    outlet: str
    day: date
    why: str = ""
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """Between how many and how many pieces there were; `any_came` says that something was handed in or found."""

    low: int
    high: int
    any_came: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What one outlet gave towards an obligation; `done` is None where nothing was found and not every day was seen.

    Of a standing duty `done` are days on which all was found, and `absent_days` days on which something was missing.
    """

    outlet: str
    done: int | None
    works: int | None
    blind_days: int
    absent_days: int = 0


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """One obligation in one cycle (kết quả thực hiện): done, due, status.

    `days` are the cycle's days that are over and on which it is owed, `blind_days` those of them not proved seen.
    `shown` are the days of the report's own period on which it is owed, `in_period` the same outlets' numbers on them.
    Of a standing duty `found_on` are the days on which all was found, `absent_on` those on which something was missing.
    """

    item: str
    agency: str
    channels: tuple[Channel, ...]
    role: Role
    proof: Proof
    cycle: Cycle
    parts: tuple[Part, ...]
    done: int | None
    works: int | None
    due: int | None
    every: Every | None
    status: Status
    set_by: str | None
    days: int
    blind_days: int
    reviewed: float | None
    estimate: Estimate
    in_period: Part
    shown: Period | None
    counts_reprints: bool = True
    note: str = ""
    found_on: tuple[date, ...] = ()
    absent_on: tuple[date, ...] = ()

    @property
    def absent_days(self) -> int:
        """Give on how many days something was missing."""
        return len(self.absent_on)

    @property
    def outlet(self) -> str | None:
        """Give the outlet where there is just one."""
        return self.parts[0].outlet if len(self.parts) == 1 else None


def judge(
    count: Estimate, due: int | None, *, proof: Proof, binding: bool, closed: bool, blind: float, blind_limit: float
) -> Status:
    """Decide the status; the order of the checks is law.

    `blind` is the share of the cycle's days not proved seen.
    """
    if not binding or due is None:
        return Status.NOT_BINDING
    if count.low >= due:
        return Status.MET
    if not closed:
        return Status.OPEN
    if proof in {Proof.EVIDENCE, Proof.IMPORT} and not count.any_came:
        return Status.AWAITED
    # How many pieces an unseen day held is a guess, which the limit guards. A standing duty was kept on it or was not:
    # there `high` is no guess.
    guessed = proof is not Proof.PRESENCE and blind > blind_limit
    if guessed or count.high >= due:  # our blindness, our doubt: nobody's fault
        return Status.UNKNOWN
    return Status.NOT_MET


def known(found: int, blind_days: int) -> int | None:
    """Give a number that may be shown: nothing found while days were not seen is unknown, never 0."""
    return None if found == 0 and blind_days else found


def count(
    plan: Plan,
    press: Press,
    tallies: Iterable[Tally],
    gaps: Collection[Gap],
    period: Period,
    as_of: date,
    calendar: Calendar | None = None,
    sightings: Iterable[Sighting] = (),
) -> list[Fulfilment]:
    """Give one row per obligation, agency and cycle, in the plan's order.

    `tallies`, `gaps` and `sightings` must cover every day that `duties.span` names. The question is asked on the day
    `as_of`: it and later days are not over.
    """
    calendar = calendar or plan.calendar
    known_of = _Known(defaultdict(list), defaultdict(set), by_day(sightings), as_of)
    for tally in tallies:
        known_of.tallies[tally.outlet, tally.item].append(tally)
    for gap in gaps:
        known_of.unseen[gap.outlet].add(gap.day)
    year = in_force(plan, calendar)
    rows = []
    for obligation, agency in owed(plan, press):
        level = plan.level(obligation)
        outlets = tuple(o for o in press.outlets if o.agency == agency.code and o.channel in obligation.channels)
        duty = _Duty(plan, obligation, agency, outlets, level)
        shown = _owed_on(period, year, agency)
        in_period = duty.sum(known_of, shown)
        for cycle in cycles_of(level.target.every if level else Every.MONTH, period, calendar):
            inside = _owed_on(cycle, year, agency)
            if inside is not None:
                rows.append(_row(duty, known_of, cycle, inside, shown, in_period))
    return rows


def _owed_on(days: Period, year: Period, agency: Agency) -> Period | None:
    """Give those of `days` on which the plan is in force and the agency exists."""
    inside = days.meet(year)
    return agency.valid.within(inside) if inside else None


@dataclass(frozen=True, slots=True)
class _Known:
    """What was found and what was not seen, by outlet; days from `as_of` on are not over."""

    tallies: defaultdict[tuple[str, str], list[Tally]]
    unseen: defaultdict[str, set[date]]
    looks: Mapping[tuple[str, date], Sequence[Sighting]]
    as_of: date

    def over(self, days: Period | None) -> Period | None:
        """Give the days of `days` that are over."""
        yesterday = self.as_of - timedelta(days=1)
        return Period(days.first, min(days.last, yesterday)) if days and days.first <= yesterday else None


@dataclass(frozen=True, slots=True)
class _Sum:
    """What some outlets gave on some days, and which of those days were not seen; `over` says that a day was to see."""

    done: int
    works: int
    reviewed: int
    busiest: int
    blind: frozenset[date]
    over: bool
    found_on: tuple[date, ...] = ()
    absent_on: tuple[date, ...] = ()
    standing: bool = False

    def part(self, outlet: str, *, handed_in: bool) -> Part:
        """Give what may be shown of it: a zero only where every day was there to see, and was seen."""
        unseen = len(self.blind) or handed_in or not self.over
        works = None if self.standing else known(self.works, int(unseen))  # a standing duty is no piece
        return Part(outlet, known(self.done, int(unseen)), works, len(self.blind), len(self.absent_on))


@dataclass(frozen=True, slots=True)
class _Duty:
    """One obligation of one agency, with the outlets through which it is met."""

    plan: Plan
    obligation: Obligation
    agency: Agency
    outlets: tuple[Outlet, ...]
    level: WatchLevel | None

    @property
    def copies(self) -> bool:
        """Do pieces that were taken over from others count?"""
        return self.level.counts_reprints if self.level else True

    @property
    def handed_in(self) -> bool:
        """Is it shown by what somebody hands in, so that nothing found says nothing?"""
        return self.obligation.proof in {Proof.EVIDENCE, Proof.IMPORT}

    def sum(self, known_of: _Known, days: Period | None, alone: Outlet | None = None) -> _Sum:
        """Add up what its outlets gave on `days`, or one of them `alone` on the days on which that one exists."""
        outlets = (alone,) if alone else self.outlets
        inside = alone.valid.within(days) if alone and days else days
        if self.obligation.proof is Proof.PRESENCE:
            return self._standing(outlets, inside, known_of)
        tag = self.plan.item(self.obligation.item).code
        counted = self.obligation.proof in {Proof.COUNT, Proof.IMPORT} and inside is not None
        found = [
            tally
            for outlet in (outlets if counted else ())
            for tally in known_of.tallies[outlet.code, tag]
            if inside is not None and tally.day in inside and outlet.valid.holds(tally.day)
        ]
        over = known_of.over(inside)
        return _Sum(
            done=sum(tally.done if self.copies else tally.own for tally in found),
            works=sum(tally.works if self.copies else tally.own_works for tally in found),
            reviewed=sum(tally.reviewed for tally in found),
            busiest=max((tally.done for tally in found), default=0),
            blind=frozenset(self._blind(outlets, over, known_of) if over else ()),
            over=over is not None,
        )

    def _standing(self, outlets: Sequence[Outlet], days: Period | None, known_of: _Known) -> _Sum:
        """Sort the days into those on which all was found, those on which something was missing, and those unseen.

        A day of today may still be kept: until it is over it counts where it was found, and is missed by nobody.
        """
        over = known_of.over(days)
        shown = {day: self._shown(outlets, day, known_of) for day in days or ()}
        found = tuple(day for day, one in shown.items() if one is Shown.FOUND)
        return _Sum(
            done=len(found),
            works=0,
            reviewed=0,
            busiest=1,
            blind=frozenset(day for day in over or () if shown[day] is Shown.UNREAD),
            over=over is not None,
            found_on=found,
            absent_on=tuple(day for day in over or () if shown[day] is Shown.ABSENT),
            standing=True,
        )

    def _shown(self, outlets: Sequence[Outlet], day: date, known_of: _Known) -> Shown:
        """Say what came of a day on the outlets that are to show it: each must, one that lacks it misses it."""
        if self.agency.collective:  # somebody who is not listed owes it, too
            return Shown.UNREAD
        codes = {self.obligation.item, self.plan.item(self.obligation.item).code}
        there = (outlet for outlet in outlets if outlet.valid.holds(day))
        shown = (shown_on(outlet, codes, known_of.looks.get((outlet.code, day), ())) for outlet in there)
        return together([one for one in shown if one])

    def _blind(self, outlets: Sequence[Outlet], over: Period, known_of: _Known) -> Iterable[date]:
        """Give the days that were not seen whole: an outlet was not read, or none that we know existed."""
        if self.obligation.proof is not Proof.COUNT:
            return ()
        if self.agency.collective:  # somebody who is not listed may have published
            return over
        blind = {
            day for outlet in outlets for day in known_of.unseen[outlet.code] if day in over and outlet.valid.holds(day)
        }
        if not any(outlet.valid.within(over) == over for outlet in outlets):
            blind |= {day for day in over if not any(outlet.valid.holds(day) for outlet in outlets)}
        return blind


def _row(
    duty: _Duty, known_of: _Known, cycle: Cycle, inside: Period, shown: Period | None, in_period: _Sum
) -> Fulfilment:
    total = duty.sum(known_of, inside)
    obligation, level = duty.obligation, duty.level
    over, blind_days = known_of.over(inside), len(total.blind)
    standing = obligation.proof is Proof.PRESENCE
    due = _due(level.target.count, inside, cycle) if level else None
    due = min(due, inside.length) if due and standing else due  # 31 a month is every day, in February too
    estimate = Estimate(total.done, total.done + blind_days * max(1, total.busiest), total.done > 0)
    # One member's piece does not discharge the others: a collective's remainder is never judged by what was found.
    judged = Estimate(0, estimate.high + (due or 0)) if duty.agency.collective else estimate
    whole = total.part("", handed_in=duty.handed_in)
    return Fulfilment(
        item=obligation.item,
        agency=duty.agency.code,
        channels=obligation.channels,
        role=obligation.role,
        proof=obligation.proof,
        cycle=cycle,
        parts=tuple(
            duty.sum(known_of, inside, alone=outlet).part(outlet.code, handed_in=duty.handed_in)
            for outlet in duty.outlets
            if outlet.valid.within(inside)
        ),
        done=whole.done,
        works=whole.works,
        due=due,
        every=level.target.every if level else None,
        status=judge(
            judged,
            due,
            proof=obligation.proof,
            binding=obligation.role.binding,
            closed=cycle.closed(known_of.as_of),
            blind=blind_days / inside.length,
            blind_limit=duty.plan.blind_limit,
        ),
        set_by=level.set_by if level else None,
        days=over.length if over else 0,
        blind_days=blind_days,
        reviewed=total.reviewed / total.done if total.done and not standing else None,
        estimate=estimate,
        in_period=in_period.part("", handed_in=duty.handed_in),
        shown=shown,
        counts_reprints=duty.copies,
        note=obligation.note,
        found_on=total.found_on,
        absent_on=total.absent_on,
    )


def _due(full: int, inside: Period, cycle: Cycle) -> int | None:
    """Shorten a target in proportion where it is owed on a part of the cycle only; rounded down: it accuses nobody.

    Where most of the cycle is owed, one piece stays due; where less is, nothing may be.
    """
    return full * inside.length // cycle.length or (1 if 2 * inside.length >= cycle.length else None)
