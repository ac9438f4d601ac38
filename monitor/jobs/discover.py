"""A source's addresses → the links it announces, as far back as known ground or the first day wanted."""

from collections.abc import Mapping
from datetime import timedelta

from monitor.calendar import Period
from monitor.errors import ExtractError, FetchError, Reason
from monitor.fetch import Validators, Want
from monitor.jobs import ends
from monitor.jobs.work import Found, Work
from monitor.press import Link, NotModified, Outlet, Page, Source, SourceKind, hanoi_day
from monitor.seen import ONE_DAY, Ground, Reach
from monitor.sources import KINDS, Announced, addresses, refusal
from monitor.sources.paging import has_pages
from monitor.urls import identify
from storage import articles, readings
from storage.readings import Kept

FOLLOWED_PAGES = 40
"""Following pages of one list; a backfill has no such bound."""

MOST_LISTS = 200
"""Lists that one index names; most of them answer “not modified”."""

TRUSTED_FOR = timedelta(days=7)
"""A server that says “not modified” for a week is asked once without validators: some say it whatever happens."""

GRACE = timedelta(days=5)
"""Lists of months lag: that of a new month may not be there yet, and that of the last one may still grow."""

DEEPEST = 2
"""How deep indexes of sitemaps may lie in one another; a cycle has no end."""

_WANT = {SourceKind.FEED: Want.FEED, SourceKind.SITEMAP: Want.SITEMAP, SourceKind.LISTING: Want.PAGE}


def discover(
    work: Work,
    outlet: Outlet,
    source: Source,
    wanted: Period,
    ground: Ground | None,
    kept: Mapping[str, Kept],
    deadline: float | None = None,
) -> Found:
    """Read the source's addresses and their following pages, as far as known ground or the first day wanted."""
    found = Found(deadline, work.moved.get(outlet.code, {}), kept)
    asked = wanted if work.backfill else Period(wanted.first - GRACE, wanted.last)
    months = {url: days for url, days in addresses(source, asked).items() if days is not None}
    if months:
        _months(work, outlet, source, months, found)
    else:
        try:
            _list(work, outlet, source, wanted, ground, found)
        except (FetchError, ExtractError) as error:
            found.trouble = error
    if not found.links and not found.held and found.trouble is None and not work.stop.is_set():
        # A list without a piece is never “no news”: it broke, or the outlet's `identity` does not fit its addresses.
        found.trouble = ExtractError(source.url, Reason.NO_LINKS, "identity" if found.refused else "an empty list")
        found.reach = Reach(complete=False)
    return found


def _months(work: Work, outlet: Outlet, source: Source, months: Mapping[str, Period], found: Found) -> None:
    """Read the lists of single months, newest first; one that does not come hides no other."""
    read: list[Period] = []
    changed = gapped = False
    today = hanoi_day(work.now())
    for url, month in months.items():
        before = len(found.links)
        try:
            whole, same = _whole(work, outlet, source, url, found)
        except (FetchError, ExtractError) as error:
            # The list of a month that has just begun is made with its first piece.
            if not (error.reason is Reason.GONE and today in month and today - month.first < GRACE):
                found.trouble = found.trouble or error
                gapped = True
            changed = True
            continue
        changed = changed or not same
        # An empty list proves nothing, and neither does one that an earlier gap cuts off from the newest, or one that
        # names the newest pieces of its month only.
        held = same or (len(found.links) > before and _names_its_month(work, outlet, month, found))
        if whole and held and (not read or month.last + ONE_DAY == read[-1].first):
            read.append(month)
        gapped = gapped or not whole
    found.unchanged = not changed
    if read:
        found.reach = Reach(complete=True, months=Period(read[-1].first, read[0].last), gapped=gapped)


def _names_its_month(work: Work, outlet: Outlet, month: Period, found: Found) -> bool:
    """Say whether a month's list still names most of what is stored of the month: else it rolls on like a feed."""
    with work.database.connect() as conn:
        stored = articles.identities(conn, outlet.code, month)
    return 3 * len(stored - found.links.keys()) <= max(3, len(stored))


def _whole(work: Work, outlet: Outlet, source: Source, url: str, found: Found) -> tuple[bool, bool]:
    """Read one list with its child lists; say whether all of it came, and whether all of it was as before."""
    queue, asked, changed, level = [url], 0, list[bool](), {url: 0}
    troubled = found.trouble
    while queue and asked < MOST_LISTS and not work.stop.is_set() and not found.late:
        address = queue.pop(0)
        asked += 1
        announced = _part(work, outlet, source, address, found, True, level[address])
        if announced is None:
            changed.append(False)
            continue
        if not announced.names_lists_only:
            changed.append(True)
        _sort_out(work, outlet, announced, found, None)
        queue += _following(source, announced, address, level, found)
    found.cut = found.cut or bool(queue)
    return not queue and not found.cut and found.trouble is troubled, bool(changed) and not any(changed)


def _list(work: Work, outlet: Outlet, source: Source, wanted: Period, ground: Ground | None, found: Found) -> None:
    """Read a list from its newest end, and its following pages as far as known ground or the first day wanted."""
    queue, asked = [*addresses(source, wanted)], 0
    level = dict.fromkeys(queue, 0)
    sitemap = source.kind is SourceKind.SITEMAP
    most = MOST_LISTS if sitemap else FOLLOWED_PAGES
    pages = ends.Pages(source, frozenset(one for kept in found.kept.values() for one in kept.following))
    while queue and not work.stop.is_set() and not found.late and (asked < most or work.backfill):
        url = queue.pop(0)
        # Of a list that is turned page by page the first one tells: where that is as before, nothing came on top.
        first = not asked or source.kind is not SourceKind.LISTING
        asked += 1
        announced = _part(work, outlet, source, url, found, first, level[url])
        if announced is None:
            pages.unchanged += 1
            continue
        pages.add(url, announced, _sort_out(work, outlet, announced, found, ground))
        following = _following(source, announced, url, level, found)
        far_enough = pages.back_to is not None and pages.back_to < wanted.first
        # A page with nothing that this reading has not met yet goes round in a circle, also in a backfill.
        goes_on = pages.last_is_fresh or bool(work.backfill and pages.last_is_new)
        if sitemap or (not far_enough and goes_on):
            queue += following
            pages.followed = pages.followed or bool(following)
        elif following:
            pages.followed = False  # left off on purpose: the rest is not the end
    if queue and found.late:
        found.trouble = found.trouble or FetchError(source.url, Reason.DEADLINE, "following pages")
    # At a first look there is no known ground to reach: what the list shows is whole from now on.
    left = bool(queue) and not (ground is None and asked >= most and not sitemap)
    found.cut = found.cut or (left and not found.late and not work.stop.is_set())
    whole = not left and not found.cut and found.trouble is None and not work.stop.is_set()
    found.unchanged = whole and pages.as_before
    if found.unchanged:
        found.reach = Reach(complete=True, met=found.joined)
        return
    # A list that names no next page may just have changed how it names it: the end is proved by having turned pages.
    found.ended = whole and not queue and pages.ended
    found.reach = Reach(complete=whole, met=pages.met and found.joined, back_to=pages.back_to)


def _part(
    work: Work, outlet: Outlet, source: Source, url: str, found: Found, first: bool, level: int
) -> Announced | None:
    """Give what one of a source's addresses announces; a child sitemap that does not come hides no other."""
    try:
        return _announced(work, outlet, source, url, found, conditional=first)
    except (FetchError, ExtractError) as error:
        if level and source.kind is SourceKind.LISTING and error.reason is Reason.GONE and has_pages(source.url):
            return Announced(())  # pages are numbered, and there is none of that number
        if not level or source.kind is not SourceKind.SITEMAP:
            raise
        found.trouble = found.trouble or error
        return Announced(())


def _following(source: Source, announced: Announced, url: str, level: dict[str, int], found: Found) -> list[str]:
    """Give the addresses to go on with, each once; sitemaps below the deepest level are left out, and that is said."""
    following = [one for one in announced.following if one not in level]
    if source.kind is SourceKind.SITEMAP and following and level[url] == DEEPEST:
        found.cut = True
        return []
    level |= dict.fromkeys(following, level[url] + 1)
    return following


def _announced(
    work: Work, outlet: Outlet, source: Source, url: str, found: Found, *, conditional: bool = True
) -> Announced | None:
    """Give what one address announces; None where it is as it was when all that it announced was stored."""
    kept = _kept(work, url, found) if conditional and work.backfill is None else None
    page = _get(work, outlet, source, url, found, kept)
    if isinstance(page, Page) and kept is not None and kept.sha256 == page.sha256:  # the same bytes say the same
        found.pages.append((url, page, kept.following))
    elif isinstance(page, Page):
        announced = KINDS[source.kind](source, page)
        found.cut = found.cut or announced.cut
        if conditional and (announced.links or announced.following):
            found.pages.append((url, page, announced.following if announced.names_lists_only else ()))
        return announced
    assert kept is not None
    if kept.following:  # the lists that an index names change without the index
        return Announced((), kept.following)
    found.held, found.joined = True, found.joined and kept.whole
    return None


def _get(work: Work, outlet: Outlet, source: Source, url: str, found: Found, kept: Kept | None) -> Page | NotModified:
    """Read an address where it stands now: what has moved for good is asked for there, as long as it is there."""
    trusted = kept is not None and work.now() - kept.at <= TRUSTED_FOR
    validators = Validators(kept.etag, kept.last_modified) if kept is not None and trusted else None
    there = found.moved.get(url)
    if there is not None:
        try:
            page = work.fetcher.get(there, outlet, want=_WANT[source.kind], validators=validators)
            return _remembering(page, url, found)
        except FetchError as error:
            if error.reason is Reason.RATE_LIMITED:
                raise
    page = work.fetcher.get(url, outlet, want=_WANT[source.kind], validators=validators)
    if there is not None and page.moved_to is None:
        found.moves[url] = None  # it is back
    return _remembering(page, url, found)


def _remembering(page: Page | NotModified, url: str, found: Found) -> Page | NotModified:
    if page.moved_to is not None:
        found.moves[url] = page.moved_to
    return page


def _kept(work: Work, url: str, found: Found) -> Kept | None:
    kept = found.kept.get(url)
    return kept if kept is not None and kept.at < work.now() else None  # a moment played again knows nothing of later


def _sort_out(
    work: Work, outlet: Outlet, announced: Announced, found: Found, ground: Ground | None
) -> list[tuple[Link, bool]]:
    """Put what was announced into `found` by identity; give each link with whether the piece lies beyond known ground.

    Known ground is what had been announced, stored or not, when this source was last read whole. A piece that came
    later, from another source or in a reading that broke off, says nothing about the pieces behind it in this list.
    """
    named = [(identify(outlet, link.url), link) for link in announced.links]
    listed = [identity for identity, _ in named if identity]
    with work.database.connect() as conn:
        held = articles.find(conn, outlet.code, listed)
        told = readings.states(conn, outlet.code, listed)
    fresh = []
    found.refused |= {one.name or f"#{number}": one.reason for number, one in enumerate(announced.refused)}
    for identity, link in named:
        reason = refusal(outlet, link.url)
        if reason is not None or identity is None:
            found.refused[link.url] = reason or Reason.NOT_AN_ARTICLE
        elif identity not in found.links:
            found.links[identity] = link
            seen = [one.first_seen_at for one in (held.get(identity), told.get(identity)) if one]
            fresh.append((link, not seen or ground is None or min(seen) > ground.noted))
    return fresh
