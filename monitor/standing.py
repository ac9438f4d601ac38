"""What the looks of a day at a standing duty come to: found, missing, or not known."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from monitor.press import Shown, Sighting, hanoi_day

_WEIGHT = (Shown.ABSENT, Shown.UNREAD, Shown.FOUND)


def together(shown: Collection[Shown]) -> Shown:
    """Say what several pages come to that must all show it: one that lacks it, one unread, or all found."""
    return next((one for one in _WEIGHT if one in shown), Shown.UNREAD)


def looked_at(sightings: Iterable[Sighting]) -> dict[tuple[str, str], dict[date, Shown]]:
    """Give, by outlet and item, what the looks of each day in Hà Nội came to.

    What was found once on a page is found there that day, whenever else it was not; a look that could not read it
    takes nothing away from one that could.
    """
    pages: defaultdict[tuple[str, str, date], defaultdict[str, set[Shown]]] = defaultdict(lambda: defaultdict(set))
    for one in sightings:
        pages[one.outlet, one.item, hanoi_day(one.at)][one.url].add(one.shown)
    days: defaultdict[tuple[str, str], dict[date, Shown]] = defaultdict(dict)
    for (outlet, item, day), looks in pages.items():
        # The order of `Shown` is that of what a look proves.
        days[outlet, item][day] = together([next(one for one in Shown if one in found) for found in looks.values()])
    return dict(days)
