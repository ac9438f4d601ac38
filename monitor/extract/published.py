"""The day on which a page was published, and where that was read; never today, never a guess."""

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from monitor import text
from monitor.dates import Published, read_date
from monitor.extract.decode import letters
from monitor.extract.tree import Tree, metas
from monitor.press import DateSource, Link, Page, hanoi_day

log = logging.getLogger(__name__)

Dated = tuple[Published, DateSource]

_AHEAD = timedelta(hours=24)  # clocks of CMSs go wrong by a zone, not by a day
_META = ("article:published_time", "datepublished", "pubdate", "publish-date", "dc.date.issued")
# Whole folders only: /Pages/2024-3-28/… and /2021/01/05/…. A month (/202503/) is no day, and a slug is no date.
_FOLDER = re.compile(r"/(\d{4})([-/])(\d{1,2})\2(\d{1,2})/")


def first_sound(found: Iterable[Dated], page: Page) -> Dated | None:
    """Give the first date that does not lie more than a day after the page was fetched."""
    latest = page.fetched_at + _AHEAD
    for published, source in found:
        if published.on <= hanoi_day(latest) and (published.at is None or published.at <= latest):
            return published, source
        log.warning("date in the future url=%s on=%s source=%s", page.final_url, published.on, source.value)
    return None


@dataclass(frozen=True, slots=True)
class Stated:
    """What a page's head states for machines: raw <meta> by key, and the JSON-LD objects that speak of an article."""

    metas: Mapping[str, list[str]]
    data: Sequence[Mapping[str, object]]

    @classmethod
    def of(cls, tree: Tree) -> "Stated":
        """Read it from a page."""
        return cls(metas(tree), linked_data(tree))

    def meta(self, key: str) -> list[str]:
        """Give what the <meta> of that key say, each as one clean line: a page has dozens, of which few are asked."""
        return [text.line(letters(raw)) for raw in self.metas.get(key, ())]


def in_machine_form(stated: Stated, now: datetime) -> Iterator[Dated]:
    """Give the dates that a page's head states: article:published_time and its kin, JSON-LD datePublished."""
    for key in _META:
        for written in stated.meta(key):
            if published := read_date(written, now=now):
                yield published, DateSource.META
    for node in stated.data:
        if published := read_date(str(node.get("datePublished") or ""), now=now):
            yield published, DateSource.META


def elsewhere(announced: Link | None, *addresses: str) -> Iterator[Dated]:
    """Give what the announcing source said, then what a folder of the address says."""
    if announced is not None and announced.published_on is not None:
        yield Published(announced.published_on, announced.published_at), DateSource.ANNOUNCED
    for address in addresses:
        for match in _FOLDER.finditer(urlsplit(address).path):
            if published := _folder(match):
                yield published, DateSource.ADDRESS


def linked_data(tree: Tree) -> list[dict[str, object]]:
    """Give the JSON-LD objects of a page that speak of an article; broken ones are left out."""
    found: list[dict[str, object]] = []
    for script in tree.css("script[type='application/ld+json' i]"):
        try:
            read = json.loads(script.text(), strict=False)
        except (ValueError, RecursionError):
            continue
        nodes = read if isinstance(read, list) else [read]
        nodes = [deeper for node in nodes if isinstance(node, dict) for deeper in (node, *_graph(node))]
        found += [node for node in nodes if re.search(r"Article|Posting|Report", str(node.get("@type")))]
    return found


def _graph(node: dict[str, object]) -> list[dict[str, object]]:
    graph = node.get("@graph")
    return [one for one in graph if isinstance(one, dict)] if isinstance(graph, list) else []


def _folder(match: re.Match[str]) -> Published | None:
    try:
        day = date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None
    return Published(day) if day.year >= 1990 else None
