"""Count what was published against what was promised; the only place where a status is decided.

Pure: takes numbers and a day, asks neither clock nor database. Longer than 300 lines, because the types that it decides
about stand beside the decision: whoever is judged by it can read it alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.calendar import Calendar, Cycle, Every, Period
from monitor.duties import cycles_of, owed
from monitor.plan import Channel, Obligation, Plan, Proof, Role
from monitor.press import Agency, Outlet, Press


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
    """What one outlet gave towards an obligation; `done` is None where nothing was found and not every day was seen."""

    outlet: str
    done: int | None
    works: int | None
    blind_days: int


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """One obligation in one cycle (kết quả thực hiện): done, due, status.

    `days` are the cycle's days that are over and on which it is owed, `blind_days` those of them not proved seen;
    `in_period` holds the same outlets' numbers inside the report's own period, which may be shorter than the cycle.
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
    counts_reprints: bool = True
    note: str = ""

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
    if blind > blind_limit or count.high >= due:  # our blindness, our doubt: nobody's fault
        return Status.UNKNOWN
    return Status.NOT_MET


def known(found: int, blind_days: int) -> int | None:
    """Give a number that may be shown: nothing found while days were not seen is unknown, never 0."""
    return None if found == 0 and blind_days else found


_ByOutlet = defaultdict[tuple[str, str], list[Tally]]
_Unseen = defaultdict[str, set[date]]


def count(
    plan: Plan,
    press: Press,
    tallies: Iterable[Tally],
    gaps: Collection[Gap],
    period: Period,
    as_of: date,
    calendar: Calendar | None = None,
) -> list[Fulfilment]:
    """Give one row per obligation, agency and cycle, in the plan's order.

    `tallies` and `gaps` must cover every day that `duties.span` names. The question is asked on the day `as_of`: it and
    later days are not over.
    """
    calendar = calendar or plan.calendar
    by_outlet: _ByOutlet = defaultdict(list)
    for tally in tallies:
        by_outlet[tally.outlet, tally.item].append(tally)
    unseen: _Unseen = defaultdict(set)
    for gap in gaps:
        unseen[gap.outlet].add(gap.day)
    rows = []
    for obligation, agency in owed(plan, press):
        level = plan.level(obligation)
        outlets = tuple(o for o in press.outlets if o.agency == agency.code and o.channel in obligation.channels)
        shown = _owed_on(period, plan, agency)
        for cycle in cycles_of(level.target.every if level else Every.MONTH, period, calendar):
            inside = _owed_on(cycle, plan, agency)
            if inside is not None:
                asked = _Question(plan, obligation, agency, outlets, cycle, inside, shown, as_of)
                rows.append(_row(asked, by_outlet, unseen))
    return rows


def _owed_on(days: Period, plan: Plan, agency: Agency) -> Period | None:
    """Give those of `days` on which the plan is in force and the agency exists."""
    inside = days.meet(plan.period)
    return agency.valid.within(inside) if inside else None


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of one obligation in one cycle.

    `inside` are the cycle's days, `shown` the report's days, on which it is owed at all.
    """

    plan: Plan
    obligation: Obligation
    agency: Agency
    outlets: tuple[Outlet, ...]
    cycle: Cycle
    inside: Period
    shown: Period | None
    as_of: date

    @property
    def tag(self) -> str:
        """The item's code as tags know it."""
        return self.plan.item(self.obligation.item).code

    @property
    def handed_in(self) -> bool:
        """Is it shown by what somebody hands in, so that nothing found says nothing?"""
        return self.obligation.proof in {Proof.EVIDENCE, Proof.IMPORT}

    def over(self, days: Period | None) -> list[date]:
        """Give the days of `days` that are over."""
        return [day for day in days or () if day < self.as_of]


@dataclass(frozen=True, slots=True)
class _Sum:
    """What some outlets gave on some days, and which of those days were not seen; `over` says that a day was to see."""

    done: int
    works: int
    reviewed: int
    busiest: int
    blind: frozenset[date]
    over: bool

    def part(self, outlet: str, *, handed_in: bool) -> Part:
        """Give what may be shown of it: a zero only where every day was there to see, and was seen."""
        unseen = len(self.blind) or handed_in or not self.over
        return Part(outlet, known(self.done, int(unseen)), known(self.works, int(unseen)), len(self.blind))


def _row(asked: _Question, tallies: _ByOutlet, unseen: _Unseen) -> Fulfilment:
    plan, obligation = asked.plan, asked.obligation
    level = plan.level(obligation)
    copies = level.counts_reprints if level else True
    total = _sum(asked, asked.outlets, asked.inside, tallies, unseen, copies=copies)
    shown = _sum(asked, asked.outlets, asked.shown, tallies, unseen, copies=copies)
    blind_days = len(total.blind)
    due = _due(level.target.count, asked.inside, asked.cycle) if level else None
    estimate = Estimate(total.done, total.done + blind_days * max(1, total.busiest), total.done > 0)
    whole = total.part("", handed_in=asked.handed_in)
    return Fulfilment(
        item=obligation.item,
        agency=asked.agency.code,
        channels=obligation.channels,
        role=obligation.role,
        proof=obligation.proof,
        cycle=asked.cycle,
        parts=tuple(
            _sum(asked, (outlet,), asked.inside, tallies, unseen, copies=copies, alone=True).part(
                outlet.code, handed_in=asked.handed_in
            )
            for outlet in asked.outlets
            if outlet.valid.within(asked.inside)
        ),
        done=whole.done,
        works=whole.works,
        due=due,
        every=level.target.every if level else None,
        status=judge(
            estimate,
            due,
            proof=obligation.proof,
            binding=obligation.role.binding,
            closed=asked.cycle.closed(asked.as_of),
            blind=blind_days / asked.inside.length,
            blind_limit=plan.blind_limit,
        ),
        set_by=level.set_by if level else None,
        days=len(asked.over(asked.inside)),
        blind_days=blind_days,
        reviewed=total.reviewed / total.done if total.done else None,
        estimate=estimate,
        in_period=shown.part("", handed_in=asked.handed_in),
        counts_reprints=copies,
        note=obligation.note,
    )


def _sum(
    asked: _Question,
    outlets: Sequence[Outlet],
    days: Period | None,
    tallies: _ByOutlet,
    unseen: _Unseen,
    *,
    copies: bool,
    alone: bool = False,
) -> _Sum:
    """Add up what the outlets gave on `days`; `alone` asks of one outlet's own days, not of the whole obligation."""
    over = asked.over(days)
    if alone:
        over = [day for day in over if outlets[0].valid.holds(day)]
    counted = asked.obligation.proof in {Proof.COUNT, Proof.IMPORT} and days is not None
    found = [
        tally
        for outlet in outlets
        for tally in (tallies[outlet.code, asked.tag] if counted else ())
        if days is not None and tally.day in days and outlet.valid.holds(tally.day)
    ]
    return _Sum(
        done=sum(tally.done if copies else tally.own for tally in found),
        works=sum(tally.works if copies else tally.own_works for tally in found),
        reviewed=sum(tally.reviewed for tally in found),
        busiest=max((tally.done for tally in found), default=0),
        blind=frozenset(_blind(asked, outlets, over, unseen)),
        over=bool(over),
    )


def _blind(asked: _Question, outlets: Sequence[Outlet], over: Sequence[date], unseen: _Unseen) -> Iterator[date]:
    """Give the days that were not seen whole: an outlet was not read, or none that we know existed."""
    proof = asked.obligation.proof
    if proof is Proof.PRESENCE:  # nobody looks at standing duties yet
        yield from over
    if proof is not Proof.COUNT:
        return
    for day in over:
        there = [outlet for outlet in outlets if outlet.valid.holds(day)]
        if not there or any(day in unseen[outlet.code] for outlet in there):
            yield day


def _due(full: int, inside: Period, cycle: Cycle) -> int | None:
    """Shorten a target in proportion where it is owed on a part of the cycle only; rounded down: it accuses nobody."""
    return full * inside.length // cycle.length or None
