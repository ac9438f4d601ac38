"""What the looks of a day at a standing duty come to: found, missing, or not known."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from monitor.press import Outlet, Shown, Sighting, hanoi_day

_WEIGHT = (Shown.ABSENT, Shown.UNREAD, Shown.FOUND)


def together(shown: Collection[Shown]) -> Shown:
    """Say what several pages come to that must all show it: one that lacks it, one unread, or all found."""
    return next((one for one in _WEIGHT if one in shown), Shown.UNREAD)


def by_day(sightings: Iterable[Sighting]) -> dict[tuple[str, date], list[Sighting]]:
    """Give the looks by outlet and day in Hà Nội."""
    days: defaultdict[tuple[str, date], list[Sighting]] = defaultdict(list)
    for one in sightings:
        days[one.outlet, hanoi_day(one.at)].append(one)
    return dict(days)


def shown_on(outlet: Outlet, codes: Collection[str], looks: Iterable[Sighting]) -> Shown | None:
    """Say what the looks of one day come to for an outlet's duty under `codes`; None where it has nothing to show.

    Every page that `presence` names must show it; one that was not looked at leaves the day unseen. What was found once
    on a page is found there that day, whenever else it was not; a look that could not read takes nothing away from one
    that could. What was found where `presence` then pointed stands, where nothing was read of the pages it names now.
    """
    entries = [entry for entry in outlet.presence if entry.item in codes]
    pages = {(entry.item, entry.url): set[Shown]() for entry in entries}
    asked = {(entry.item, entry.url, *pair) for entry in entries for pair in entry.expect.items()}
    former: defaultdict[tuple[str, str], set[Shown]] = defaultdict(set)
    for one in looks:
        if one.item in codes:
            place = one.item, one.url
            (pages if place in pages else former)[place].add(_proved(one, asked))
    now, then = ([_best(shown) for shown in places.values()] for places in (pages, former))
    if together(then) is Shown.FOUND and set(now) <= {Shown.UNREAD}:
        return Shown.FOUND
    return together(now) if now else None


def _proved(sighting: Sighting, asked: Collection[tuple[str, str, str, str]]) -> Shown:
    """Say what a look proves today: that something is missing which is asked for no more, was an operator's slip."""
    missing = (one for one in sighting.expected if one.quote is None)
    stands = any((sighting.item, sighting.url, one.kind, one.value) in asked for one in missing)
    return Shown.UNREAD if sighting.shown is Shown.ABSENT and not stands else sighting.shown


def _best(looks: Collection[Shown]) -> Shown:
    # The order of `Shown` is that of what a look proves.
    return next((one for one in Shown if one in looks), Shown.UNREAD)
