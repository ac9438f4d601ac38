"""Who owes what, and in which cycles it falls due: the plan's obligations spread over agencies and time."""

from collections.abc import Iterator

from monitor.calendar import CIVIL, Calendar, Cycle, Every, Period
from monitor.plan import Obligation, Plan
from monitor.press import Agency, Press


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


def in_force(plan: Plan, calendar: Calendar) -> Period:
    """Give the days for which the plan is counted.

    A plan for a civil year is reported by the state's own year where months close on a set day: 15/12 to 14/12.
    """
    civil = CIVIL.cycle(Every.YEAR, plan.period.last)
    whole_year = (plan.period.first, plan.period.last) == (civil.first, civil.last)
    return calendar.cycle(Every.YEAR, plan.period.first) if whole_year and calendar.closes_on else plan.period


def span(plan: Plan, period: Period, calendar: Calendar | None = None) -> Period:
    """Give all days that `count` needs for a report on `period`."""
    calendar = calendar or plan.calendar
    every = {Every.MONTH, *(level.target.every for level in plan.levels)}
    cycles = [cycle for one in every for cycle in cycles_of(one, period, calendar)]
    return Period(min(period.first, *(c.first for c in cycles)), max(period.last, *(c.last for c in cycles)))
