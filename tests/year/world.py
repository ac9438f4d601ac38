"""The world that is crawled: twenty outlets, what they publish and what befalls them, as a function of the moment."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import md5
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from monitor.press import hanoi_day
from tests.year import writing
from tests.year.lists import Shelf
from tests.year.makes import EVERY, MAKES, Lists, Make, share
from tests.year.pieces import DAY, Piece, publish
from tests.year.troubles import Outage, Trouble, busy_days, outages_of

Answer = tuple[int, dict[str, str], str]

BEFORE = 20
"""Days for which outlets had been publishing when the crawler first came."""

_NUMBER = re.compile(r"(\d+)\.html$")
_MONTH = re.compile(r"/sitemaps/news-(\d+)-(\d+)\.xml$")


@dataclass(frozen=True, slots=True)
class Seen:
    """A list at a moment: its kind, what it would say, and the state of which that is the writing."""

    kind: Lists
    state: object
    media: str
    body: str


class World:
    """Everything that is so, whoever looks: pure after it was made, the same for the same seed."""

    def __init__(
        self, seed: int = 1, days: int = 365, outlets: Collection[str] = EVERY, first: date = date(2021, 1, 1)
    ) -> None:
        self.seed, self.first, self.days = seed, first, days
        self.last = first + timedelta(days=days - 1)
        self.makes = {make.code: make for make in MAKES if make.code in outlets}
        self.outages = {code: outages_of(make, seed, first, self.last) for code, make in self.makes.items()}
        self.shelves: dict[str, Shelf] = {}
        self.pieces: dict[str, dict[int, Piece]] = {}
        for make in self.makes.values():
            busy = busy_days(make, seed, first, self.last, self.outages[make.code])
            pieces = publish(make, seed, first - BEFORE * DAY, self.last, busy)
            self.shelves[make.code] = Shelf(make, pieces)
            self.pieces[make.code] = {piece.number: piece for piece in pieces}

    def moved(self, make: Make, at: datetime) -> bool:
        """Say whether the old host leads to the new one; before, the new one does not exist."""
        return make.moves is not None and hanoi_day(at) >= share(self.first, self.days, make.moves)

    def renewed(self, make: Make, at: datetime) -> bool:
        """Say whether pages are built in the new way."""
        return make.template is not None and hanoi_day(at) >= share(self.first, self.days, make.template)

    def trouble(self, code: str, at: datetime, kind: Lists | None = None) -> Trouble | None:
        """Give what befalls the outlet's lists (or that one list) or, for None, its pages."""
        for outage in self.outages[code]:
            if outage.holds(at, at) and (kind is None or outage.only in {None, kind}):
                trouble = outage.trouble
                if trouble.strikes_lists if kind else trouble.strikes_pages:
                    return trouble
        return None

    def unreachable(self, host: str, at: datetime) -> Trouble | None:
        """Say whether the name cannot be resolved, or nobody answers at its address."""
        owners = self.owners(host)
        found = {self.trouble(make.code, at) for make in owners}
        if all(make.moves is not None and host == make.host and not self.moved(make, at) for make in owners):
            return Trouble.DNS
        return next((one for one in (Trouble.DNS, Trouble.TIMEOUT) if found == {one}), None)

    def owners(self, host: str) -> list[Make]:
        """Give the outlets that live on a host."""
        return [make for make in self.makes.values() if host in make.hosts]

    def piece_at(self, code: str, url: str) -> Piece | None:
        """Give the piece that an address of an outlet leads to."""
        found = _NUMBER.search(urlsplit(url).path)
        return self.pieces[code].get(int(found[1])) if found else None

    def answer(self, host: str, path: str, headers: Mapping[str, str], at: datetime) -> Answer:
        """Give status, headers and body: what the server at `host` answers at that moment."""
        owners = self.owners(host)
        sections = [make for make in owners if make.section and path.startswith(make.section)]
        make = (sections or owners)[0]
        if path == "/robots.txt":
            return self._robots(owners, at)
        if self.moved(make, at) and host == make.old_host:
            return 301, {"Location": f"http://{make.host}{path}"}, ""
        seen = self._list(make, host, path, at)
        trouble = self.trouble(make.code, at, seen.kind if seen else None)
        if trouble in {Trouble.STATUS, Trouble.PAGES, Trouble.DNS, Trouble.TIMEOUT}:
            return (503 if trouble is Trouble.STATUS else 500), {}, ""
        if trouble is Trouble.CHALLENGE:
            return _html(writing.CHALLENGE)
        return self._page(make, host, path, at) if seen is None else _shown(make, seen, trouble, headers)

    def _robots(self, owners: list[Make], at: datetime) -> Answer:
        if all(self.trouble(make.code, at) is Trouble.STATUS for make in owners):
            return 503, {}, ""
        if owners[0].code.startswith("bao"):
            return 404, {}, ""
        return 200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /api/\nDisallow: /tim-kiem/\n"

    def _list(self, make: Make, host: str, path: str, at: datetime) -> Seen | None:
        """Give the list at an address; None where there stands none."""
        shelf, parts = self.shelves[make.code], urlsplit(path)
        place = parts.path.removeprefix(make.section)
        # Where both hosts answer, the feed names the old one and the sitemap the new one.
        new = make.host if make.moves is None or self.moved(make, at) else make.old_host
        if place == "/rss/home.rss" and "feed" in make.lists:
            entries = shelf.feed(at)
            state = [(piece.number, piece.version(at), shown) for shown, piece in shelf.newest(at)]
            write, media = (writing.atom, "atom") if make.atom else (writing.rss, "rss")
            return Seen("feed", state, f"application/{media}+xml", write(make, entries, host, at))
        if place == "/sitemap.xml" and "index" in make.lists:
            months = shelf.months(at)
            return Seen("index", months, "application/xml", writing.index(months, host))
        if (month := _MONTH.match(place)) and {"months", "index"}.intersection(make.lists):
            pieces = shelf.month((int(month[1]), int(month[2])), at)
            kind: Lists = "months" if "months" in make.lists else "index"
            touched = [(piece.number, piece.touched(at)) for piece in pieces]
            return Seen(kind, touched, "application/xml", writing.urlset(make, pieces, new, at)) if pieces else None
        if place == "/tin-tuc" and {"listing", "newest"}.intersection(make.lists):
            return self._section(make, host, int(parse_qs(parts.query).get("page", ["1"])[0]), at)
        return None

    def _section(self, make: Make, host: str, number: int, at: datetime) -> Seen | None:
        shelf = self.shelves[make.code]
        if make.lists == ("newest",):
            pieces = [piece for _, piece in shelf.newest(at)]
            numbers = [piece.number for piece in pieces]
            return Seen("newest", numbers, "text/html", writing.section(make, pieces, host, at, None))
        pieces, more = shelf.listed(at, number)
        pieces = [*(shelf.pinned(at) if number == 1 else ()), *pieces]
        following = f"{make.section}/tin-tuc?page={number + 1}" if more else None
        state = [(piece.number, piece.version(at)) for piece in pieces]
        return Seen("listing", state, "text/html", writing.section(make, pieces, host, at, following))

    def _page(self, make: Make, host: str, path: str, at: datetime) -> Answer:
        piece = self.piece_at(make.code, path)
        if piece is None or not piece.appears <= at:
            return _html(writing.FRONT) if path == "/" else (404, {}, "")
        if not piece.stands(at):
            return (410 if piece.number % 2 else 404), {}, writing.NOT_FOUND
        return _html(writing.page(make, piece, host, at, self.renewed(make, at)))

    def overlaps(self) -> list[tuple[Outage, Outage]]:
        """Give outages of one outlet that run into one another; there should be none."""
        return [(a, b) for found in self.outages.values() for a, b in pairwise(found) if b.first < a.last]


def _html(body: str) -> Answer:
    return 200, {"Content-Type": "text/html; charset=utf-8"}, body


def _shown(make: Make, seen: Seen, trouble: Trouble | None, headers: Mapping[str, str]) -> Answer:
    asked = headers.get("if-none-match")
    tag = f'W/"{md5(repr(seen.state).encode(), usedforsecurity=False).hexdigest()}"' if make.validators else None
    if asked and (trouble is Trouble.LYING or (asked == tag and trouble is None)):
        return 304, {"ETag": asked}, ""
    if trouble is Trouble.HTML:
        return _html(writing.FRONT)
    said = {"Content-Type": f"{seen.media}; charset=utf-8"} | ({"ETag": tag} if tag else {})
    if trouble is Trouble.TRUNCATED:
        return 200, {"Content-Type": said["Content-Type"]}, seen.body[: len(seen.body) // 3]
    if trouble is Trouble.EMPTY:
        return 200, {"Content-Type": said["Content-Type"]}, _EMPTY[seen.media](seen)
    return 200, said, seen.body


def _root(seen: Seen) -> str:
    return "sitemapindex" if "<sitemapindex" in seen.body else "urlset"


_EMPTY: dict[str, Callable[[Seen], str]] = {
    "application/rss+xml": lambda seen: f"{seen.body.partition('<item>')[0]}</channel></rss>",
    "application/atom+xml": lambda seen: f"{seen.body.partition('<entry>')[0]}</feed>",
    "application/xml": lambda seen: f"{seen.body.partition('<url>')[0].partition('<sitemap>')[0]}</{_root(seen)}>",
    "text/html": lambda seen: writing.EMPTY_SECTION,
}
