"""From a page's bytes to an article: the outlet's rules first, a general reading where none fit."""

from dataclasses import replace
from itertools import chain
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag

from monitor import text
from monitor.errors import ExtractError, Reason
from monitor.extract import general
from monitor.extract import rules as by_rules
from monitor.extract.decode import decode
from monitor.extract.kinds import form_of, kind_of, lost, photo_story
from monitor.extract.published import elsewhere, first_sound, in_machine_form
from monitor.extract.rules import Reading, mistake_in
from monitor.extract.tree import attribute, drop, parse, prune
from monitor.plan import Channel
from monitor.press import HANOI, Article, Link, Outlet, Page, PageRules
from monitor.urls import canonical, identify, resolve

__all__ = ["as_json", "extract", "mistake_in"]

_GENERAL_FROM = 200  # characters: less than that, found without rules, is no text but a menu


def extract(
    page: Page,
    outlet: Outlet,
    rules: PageRules | None,
    announced: Link | None = None,
    *,
    timeout: float = general.TIMEOUT,
) -> Article:
    """Give the article that a page holds.

    `announced` is what the source said of it; `timeout` (seconds) bounds a reading without rules. A page with a title
    and no text is an article of kind EMPTY: it is kept, and a person looks at it.

    Raises:
        ExtractError: SOFT_404 (the page says so, or the server sent its front page instead); NOT_AN_ARTICLE (no title,
            or an address that is none of the outlet's pieces).
    """
    markup = decode(page)
    soup = parse(markup)
    identity, url = _address(page, outlet, soup)
    prune(soup)
    seen = list(by_rules.dates(soup, rules, page.fetched_at)) if rules else []
    player = outlet.channel is Channel.TELEVISION and by_rules.has_player(soup)
    reading, by = _read(page, outlet, rules, markup, soup, timeout)
    photos = photo_story(reading)
    if photos:
        reading = replace(reading, paragraphs=reading.captions)
    player = player or reading.player
    kind = kind_of(reading, rules.kinds if rules else {}, (page.url, page.final_url, url), player)
    dated = first_sound(
        chain(seen, in_machine_form(soup, page.fetched_at), elsewhere(announced, page.final_url, url)), page
    )
    return Article(
        outlet=outlet.code,
        agency=outlet.agency,
        identity=identity,
        url=url,
        title=reading.title,
        lead=reading.lead,
        text=reading.text,
        authors=reading.authors,
        published_on=dated[0].on if dated else None,
        published_at=dated[0].at if dated else None,
        date_source=dated[1] if dated else None,
        kind=kind,
        form=form_of(reading, kind, outlet.channel, player, photos),
        by=by,
        fetched_at=page.fetched_at,
        sha256=page.sha256,
    )


def as_json(article: Article) -> dict[str, object]:
    """Give an article as `monitor extract` prints it: moments with the offset of Hà Nội, unknown as None."""
    moment = article.published_at
    return {
        "url": article.url,
        "title": article.title,
        "lead": article.lead,
        "text": article.text,
        "authors": list(article.authors),
        "published_on": article.published_on.isoformat() if article.published_on else None,
        "published_at": moment.astimezone(HANOI).isoformat(timespec="seconds") if moment else None,
        "date_source": article.date_source.value if article.date_source else None,
        "kind": article.kind.value,
        "form": article.form.value if article.form else None,
        "by": article.by,
    }


def _read(
    page: Page, outlet: Outlet, rules: PageRules | None, markup: str, soup: BeautifulSoup, timeout: float
) -> tuple[Reading, str]:
    """Give what the rules find, or a general reading where their places are not on the page; and which it was."""
    reading, by = Reading("", None, (), ()), f"rules:{outlet.pages}"
    shown = text.line(soup.title.get_text(" ")) if soup.title else ""
    if rules is not None:
        drop(soup, rules.drop)
        reading = by_rules.read(soup, rules)
    if lost(reading.title or shown, reading.text):
        raise ExtractError(page.url, Reason.SOFT_404)
    # A place for text that is there and empty is an empty page; one that is not there is a page of another template.
    if not reading.title or not (reading.paragraphs or reading.found_box):
        if (
            rules is not None
        ):  # read once more from the bytes: what the rules took away may be what the page consists of
            soup = parse(markup)
            prune(soup)
        guess = general.read(soup, page.final_url, timeout)
        if not reading.title or len(guess.text) >= _GENERAL_FROM:
            reading, by = _joined(reading, guess), "general"
    if not reading.title:
        raise ExtractError(page.url, Reason.NOT_AN_ARTICLE, "title")
    return reading, by


def _address(page: Page, outlet: Outlet, soup: BeautifulSoup) -> tuple[str, str]:
    """Give identity and address of the piece: what the page calls its canonical address, else where it was found.

    Where the outlet's pattern finds another number in the canonical address than in the one that answered, the page is
    not believed: a CMS with one canonical address on all its pages would make them all one piece.
    """
    if urlsplit(page.final_url).path in {"", "/"} and urlsplit(page.url).path not in {"", "/"} and not _query(page):
        raise ExtractError(page.url, Reason.SOFT_404, "front page")
    link = soup.find("link", rel="canonical", href=True)
    declared = resolve(page.final_url, attribute(link, "href")) if isinstance(link, Tag) else None
    here = [(found, url) for url in (page.final_url, page.url) if (found := identify(outlet, url))]
    there = identify(outlet, declared) if declared else None
    if there and declared and (not here or there == here[0][0] or outlet.identity is None):
        return there, canonical(declared) or declared
    if not here:
        raise ExtractError(page.url, Reason.NOT_AN_ARTICLE, "identity")
    return here[0][0], canonical(here[0][1]) or here[0][1]


def _query(page: Page) -> str:
    return urlsplit(canonical(page.final_url) or "").query


def _joined(half: Reading, guess: Reading) -> Reading:
    """Keep of a half reading what the rules did find."""
    return replace(
        guess,
        title=half.title or guess.title,
        lead=half.lead,
        authors=half.authors or guess.authors,
        paragraphs=half.paragraphs or guess.paragraphs,
    )
