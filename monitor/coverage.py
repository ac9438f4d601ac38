"""Count what was published against what was promised; the only place where a status is decided.

Pure: takes numbers and a day, asks neither clock nor database.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.plan import Calendar, Channel, Cycle, Every, Obligation, Period, Plan, Proof, Role
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


def owed(plan: Plan, press: Press) -> Iterator[tuple[Obligation, Agency]]:
    """Give every obligation with the agency that owes it; a collective lead is as many duties as it has members.

    A member that the item names by itself is not counted again in its collective. The collective itself stays as a
    row of its own where its list is incomplete: somebody not listed owes it, too.
    """
    agencies = {agency.code: agency for agency in press.agencies}
    for obligation in plan.obligations:
        agency = agencies[obligation.agency]
        if not agency.collective:
            yield obligation, agency
            continue
        item = plan.item(obligation.item)
        named = {*item.leads, *item.partners}
        yield from ((obligation, member) for member in press.members(agency.code) if member.code not in named)
        if agency.incomplete:
            yield obligation, agency


def cycles_of(every: Every, period: Period, calendar: Calendar) -> list[Cycle]:
    """Give the cycles that a report on `period` judges.

    A period shorter than the cycle shows the one that holds its last day; a longer one shows each that it touches.
    """
    found = calendar.cycles(every, period)
    return found[-1:] if period.length < min(cycle.length for cycle in found) else found


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

    `tallies` and `gaps` must cover every cycle that `span` names; `as_of` is the day on which the question is asked:
    it and later days are not over.
    """
    calendar = calendar or plan.calendar
    by_outlet: dict[tuple[str, str], list[Tally]] = defaultdict(list)
    for tally in tallies:
        by_outlet[tally.outlet, tally.item].append(tally)
    unseen: dict[str, set[date]] = defaultdict(set)
    for gap in gaps:
        unseen[gap.outlet].add(gap.day)
    rows = []
    for obligation, agency in owed(plan, press):
        level = plan.level(obligation)
        every = level.target.every if level else Every.MONTH
        outlets = [o for o in press.outlets if o.agency == agency.code and o.channel in obligation.channels]
        for cycle in cycles_of(every, period, calendar):
            inside = cycle.meet(plan.period)
            if inside is not None and agency.valid.meets(inside.first, inside.last):
                rows.append(_row(plan, obligation, agency, outlets, cycle, inside, by_outlet, unseen, period, as_of))
    return rows


def span(plan: Plan, period: Period, calendar: Calendar | None = None) -> Period:
    """Give all days that `count` needs for a report on `period`."""
    calendar = calendar or plan.calendar
    every = {Every.MONTH, *(level.target.every for level in plan.levels)}
    cycles = [cycle for one in every for cycle in cycles_of(one, period, calendar)]
    return Period(min(period.first, *(c.first for c in cycles)), max(period.last, *(c.last for c in cycles)))


@dataclass(frozen=True, slots=True)
class _Seen:
    """Sums over one outlet (or several) and some days."""

    done: int = 0
    works: int = 0
    reviewed: int = 0
    busiest: int = 0
    blind: frozenset[date] = frozenset()

    def __add__(self, other: "_Seen") -> "_Seen":
        return _Seen(
            self.done + other.done,
            self.works + other.works,
            self.reviewed + other.reviewed,
            max(self.busiest, other.busiest),
            self.blind | other.blind,
        )


def _row(
    plan: Plan,
    obligation: Obligation,
    agency: Agency,
    outlets: list[Outlet],
    cycle: Cycle,
    inside: Period,
    by_outlet: dict[tuple[str, str], list[Tally]],
    unseen: dict[str, set[date]],
    period: Period,
    as_of: date,
) -> Fulfilment:
    level = plan.level(obligation)
    copies = level.counts_reprints if level else True
    tag = plan.item(obligation.item).code

    def seen(outlet: Outlet, days: Period) -> _Seen:
        own = [d for d in days if d < as_of and outlet.valid.holds(d)]
        counted = obligation.proof in {Proof.COUNT, Proof.IMPORT}
        tallies = [t for t in by_outlet[outlet.code, tag] if t.day in days] if counted else []
        blind: frozenset[date] = frozenset()
        if obligation.proof is Proof.COUNT:
            blind = frozenset(unseen[outlet.code].intersection(own))
        elif obligation.proof is Proof.PRESENCE:
            blind = frozenset(own)
        done = sum(t.done if copies else t.own for t in tallies)
        return _Seen(
            done,
            sum(t.works if copies else t.own_works for t in tallies),
            sum(t.reviewed for t in tallies),
            max((t.done for t in tallies), default=0),
            blind,
        )

    valid = [o for o in outlets if o.valid.meets(inside.first, inside.last)]
    parts = [(outlet, seen(outlet, inside)) for outlet in valid]
    total = sum((part for _, part in parts), _Seen())
    within = period.meet(plan.period)
    shown = sum((seen(outlet, within) for outlet in valid), _Seen()) if within else _Seen()
    nowhere = not valid and obligation.proof in {Proof.COUNT, Proof.PRESENCE}
    if nowhere:  # no outlet of this agency is known to us: every day that is over went unseen
        total = _Seen(blind=frozenset(d for d in inside if d < as_of))
        shown = _Seen(blind=frozenset(d for d in within or () if d < as_of))
    blind_days = len(total.blind)
    handed_in = obligation.proof in {Proof.EVIDENCE, Proof.IMPORT}
    silent = blind_days or (1 if handed_in else 0)
    due = _due(level.target.count, inside, cycle) if level else None
    estimate = Estimate(total.done, total.done + blind_days * max(1, total.busiest), total.done > 0)
    return Fulfilment(
        item=obligation.item,
        agency=agency.code,
        channels=obligation.channels,
        role=obligation.role,
        proof=obligation.proof,
        cycle=cycle,
        parts=tuple(
            Part(o.code, known(p.done, len(p.blind) or silent), known(p.works, len(p.blind) or silent), len(p.blind))
            for o, p in parts
        ),
        done=known(total.done, silent),
        works=known(total.works, silent),
        due=due,
        every=level.target.every if level else None,
        status=judge(
            estimate,
            due,
            proof=obligation.proof,
            binding=obligation.role.binding,
            closed=cycle.closed(as_of),
            blind=blind_days / inside.length,
            blind_limit=plan.blind_limit,
        ),
        set_by=level.set_by if level else None,
        blind_days=blind_days,
        reviewed=total.reviewed / total.done if total.done else None,
        estimate=estimate,
        in_period=Part(
            "",
            known(shown.done, len(shown.blind) or silent),
            known(shown.works, len(shown.blind) or silent),
            len(shown.blind),
        ),
        counts_reprints=copies,
        note=obligation.note,
    )


def _due(full: int, inside: Period, cycle: Cycle) -> int | None:
    """Shorten a target in proportion where the plan covers a part of the cycle; rounded down, so it accuses nobody."""
    return full * inside.length // cycle.length or None
