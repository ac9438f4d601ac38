"""A source's addresses → the links it announces, as far back as known ground or the first day wanted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

from monitor.calendar import Period
from monitor.errors import ExtractError, FetchError, Reason
from monitor.fetch import Fetcher, Validators, Want
from monitor.press import Link, NotModified, Outlet, Page, Press, Source, SourceKind
from monitor.seen import Reach
from monitor.sources import KINDS, addresses
from monitor.urls import belongs, identify
from storage import Database, articles, readings
from storage.readings import Ground

FOLLOWED_PAGES = 40
"""Following pages of one list; a backfill has no such bound."""

_WANT = {SourceKind.FEED: Want.FEED, SourceKind.SITEMAP: Want.SITEMAP, SourceKind.LISTING: Want.PAGE}


@dataclass(frozen=True, slots=True)
class Work:
    """What a crawl needs besides the outlets: the world, the moment, and how far back to go."""

    database: Database
    press: Press
    fetcher: Fetcher
    now: Callable[[], datetime]
    run: str
    stop: Event
    backfill: Period | None = None


@dataclass(slots=True)
class Found:
    """What the addresses of one source announced, and how far they were read."""

    links: dict[str, Link] = field(default_factory=dict)
    refused: dict[str, Reason] = field(default_factory=dict)
    pages: list[tuple[str, Page]] = field(default_factory=list)
    reach: Reach = field(default_factory=lambda: Reach(complete=False))
    unchanged: bool = False
    trouble: FetchError | ExtractError | None = None


def discover(work: Work, outlet: Outlet, source: Source, wanted: Period, ground: Ground | None) -> Found:
    """Read the source's addresses and their following pages, as far as known ground or the first day wanted."""
    found = Found()
    queue = addresses(source, wanted)
    # Only an address that is always the same can answer “not modified”; months and backfills are read whole.
    conditional = len(queue) == 1 and "{" not in source.url and work.backfill is None
    asked: set[str] = set()
    met, ended, back_to = False, False, None
    try:
        while queue and not work.stop.is_set() and (len(asked) < FOLLOWED_PAGES or work.backfill):
            url = queue.pop(0)
            if url in asked:
                continue
            validators = _validators(work, outlet, source, url) if conditional and not asked else None
            asked.add(url)
            page = work.fetcher.get(url, outlet, want=_WANT[source.kind], validators=validators)
            if isinstance(page, NotModified):
                found.unchanged = True
                found.reach = Reach(complete=True, met=True)
                return found
            announced = KINDS[source.kind](source, page)
            found.pages.append((url, page))
            fresh = _sort_out(work, outlet, announced.links, found, ground)
            met = bool(fresh) and not fresh[-1]
            back_to = announced.reaches_back_to
            if source.kind is not SourceKind.LISTING:
                queue += announced.following
                continue
            ended = not announced.following
            far_enough = back_to is not None and back_to < wanted.first
            if announced.following and not far_enough and (any(fresh) or work.backfill):
                queue += announced.following
        whole = not queue and not work.stop.is_set()
        found.reach = Reach(complete=whole, ended=ended, met=met, back_to=back_to)
    except (FetchError, ExtractError) as error:
        found.trouble = error
    return found


def _validators(work: Work, outlet: Outlet, source: Source, url: str) -> Validators | None:
    with work.database.connect() as conn:
        kept = readings.validators(conn, outlet.code, source.name, url)
    return Validators(kept.etag, kept.last_modified) if kept else None


def _sort_out(work: Work, outlet: Outlet, links: Sequence[Link], found: Found, ground: Ground | None) -> list[bool]:
    """Put links into `found` by identity; give, link by link, whether the piece lies beyond known ground.

    Known ground is what was stored when this source was last read whole. A piece that came later, from another source
    or in a reading that broke off, says nothing about the pieces behind it in this list.
    """
    named = [(identify(outlet, link.url), link) for link in links]
    with work.database.connect() as conn:
        held = articles.find(conn, outlet.code, [identity for identity, _ in named if identity])
    fresh = []
    for identity, link in named:
        if identity is None:
            found.refused[link.url] = Reason.NOT_AN_ARTICLE if belongs(outlet, link.url) else Reason.LEFT_HOSTS
        elif identity not in found.links:
            found.links[identity] = link
            before = held.get(identity)
            fresh.append(before is None or ground is None or before.first_seen_at > ground.at)
    return fresh
