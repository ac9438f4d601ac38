"""What one parse of a page gives: address, dates and text, by the outlet's rules or by where the text is dense."""

import re
from dataclasses import dataclass, replace
from itertools import chain
from urllib.parse import urlsplit

from monitor import text
from monitor.errors import ExtractError, Reason
from monitor.extract import density, general
from monitor.extract import rules as by_rules
from monitor.extract.clean import clean
from monitor.extract.decode import decode
from monitor.extract.head import Head, head_of, told_lead
from monitor.extract.kinds import asks_for_login, challenged, lost
from monitor.extract.published import Dated, Stated, first_sound, in_machine_form
from monitor.extract.reading import Reading
from monitor.extract.tree import Tree, attribute, drop, first, line, parse, prune, title_of
from monitor.plan import Channel
from monitor.press import Outlet, Page, PageRules
from monitor.urls import canonical, identify, resolve

_SHORT = 200  # characters: less than that, found without rules, may be a menu
_SURE = 0.5  # the share of all the page's plain text that a densest box holds where the choice was easy

_LARGE = 256 * 1024  # characters
_COPIES = 1_000_000
# Formatting that is left open is opened again in each following block, with its attributes: 4,000 of them before 9,000
# paragraphs, a page of 90 kB, are 36 million nodes to every browser and to our parser.
_FORMATTING = re.compile(r"<(?=[bcefistuBCEFISTU])(?i:b|big|code|em|font|i|s|small|strike|strong|tt|u)[\s/]")
_SUFFIX = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
_SCRIPT = re.compile(r"\.(?:php\d?|aspx?|jspx?|do|cfm|cgi|pl)$", re.IGNORECASE)  # what it shows is told by the query
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Draft:
    """An article so far.

    `half` is what the rules found where their places are not all on the page; `unsure` is the pruned page where the
    dense text may be too little: for the general reader, of which a line that is `strange` (a link's text, a teaser) is
    not believed. `gate`: the page is headed as one that asks for a password.
    """

    identity: str
    url: str
    dated: Dated | None
    reading: Reading
    by: str
    player: bool
    half: Reading | None = None
    unsure: str | None = None
    strange: frozenset[str] = frozenset()
    gate: bool = False


def too_demanding(markup: str) -> bool:
    """Say whether a page could take the parser seconds or gigabytes; it is then read in the worker.

    The parser's time grows with the square of nesting and of one tag's attributes: up to this size that is seconds.
    """
    tags = markup.count("<")
    return len(markup) > _LARGE or (tags * tags > _COPIES and tags * len(_FORMATTING.findall(markup)) > _COPIES)


def attempt(page: Page, outlet: Outlet, rules: PageRules | None) -> Draft | tuple[str, Reason, str]:
    """Give the draft of a page, or why there is none, as data: so it can leave the worker."""
    try:
        return drafted(decode(page), page, outlet, rules)
    except ExtractError as error:
        return error.url, error.reason, error.missing


def drafted(markup: str, page: Page, outlet: Outlet, rules: PageRules | None) -> Draft:
    """Read a page by the rules, and where their places are not on it by where its text is dense.

    Raises:
        ExtractError: see `extract`.
    """
    tree = parse(markup)
    identity, url = _address(page, outlet, tree)
    shown = title_of(tree)
    if challenged(shown):
        raise ExtractError(page.url, Reason.CHALLENGE, "title")
    prune(tree)
    stated = Stated.of(tree)
    shown_dates = by_rules.dates(tree, rules, page.fetched_at) if rules else ()
    dated = first_sound(chain(shown_dates, in_machine_form(stated, page.fetched_at)), page)
    player = outlet.channel is Channel.TELEVISION and by_rules.has_player(tree)
    half = Reading("", None, (), ())
    if rules is not None:
        drop(tree, rules.drop)
        half = by_rules.read(tree, rules)
    if lost(half.title or shown, half.text):
        raise ExtractError(page.url, Reason.SOFT_404)
    player = player or half.player
    # A place for text that is there and empty is an empty page; one that is not there is a page of another template.
    if half.title and (half.paragraphs or half.found_box):
        return Draft(identity, url, dated, half, f"rules:{outlet.pages}", player)
    if rules is not None:  # parsed once more: what the rules took away may be what the page consists of
        tree = parse(markup)
        prune(tree)
    head, dense = head_of(tree, stated), density.densest(tree)
    title = half.title or head.title
    if not title:
        raise ExtractError(page.url, Reason.NOT_AN_ARTICLE, "title")
    guess = _guessed(stated, head, dense)
    if len(guess.text) < _SHORT:
        if lost(title, guess.text):
            raise ExtractError(page.url, Reason.SOFT_404)
        player = player or by_rules.has_player(tree)
    found = Draft(identity, url, dated, guess, "density", player, half if half.title else None, gate=_gate(tree, title))
    if dense.chars >= max(_SHORT, _SURE * dense.plain) or not tree.html:
        return settled(found, page, outlet)
    return replace(found, unsure=tree.html, strange=dense.foreign.union(map(line, tree.css("a"))))


def with_general(found: Draft, page: Page, outlet: Outlet, timeout: float) -> Draft:
    """Give a draft whose text may be too little with what the general reader finds, where that is more."""
    told = general.text_of(found.unsure or "", page.final_url, timeout)
    lines = [one for told_line in told.split("\n") if (one := text.line(told_line))]
    # What consists of links alone is a menu: “- Trang chủ”, as the reader writes the items of a list.
    lines = [one for one in lines if one.removeprefix("- ") not in found.strange]
    cleaned = clean(lines, title=found.reading.title, lead=found.reading.lead, prefix=None, captions=(), byline=False)
    if sum(map(len, cleaned.paragraphs)) > len(found.reading.text):
        authors = found.reading.authors or cleaned.authors
        reading = replace(found.reading, paragraphs=cleaned.paragraphs, authors=authors)
        found = replace(found, reading=reading, by="general")
    return settled(found, page, outlet)


def settled(found: Draft, page: Page, outlet: Outlet) -> Draft:
    """Keep of a half reading what the rules did find; all of it, where nothing else found a text.

    Raises:
        ExtractError: CHALLENGE, where a page has hardly more than a login's title and a field for a password.
    """
    half, guess = found.half, found.reading
    if found.gate and len(guess.text) < _SHORT:
        raise ExtractError(page.url, Reason.CHALLENGE, "password")
    if half is None:
        return found
    if len(guess.text) < _SHORT:
        return replace(found, reading=half, by=f"rules:{outlet.pages}")
    joined = replace(
        guess,
        title=half.title,
        lead=half.lead or guess.lead,
        authors=half.authors or guess.authors,
        paragraphs=half.paragraphs or guess.paragraphs,
    )
    return replace(found, reading=joined)


def _gate(tree: Tree, title: str) -> bool:
    """Say whether a page asks for a password and is headed so; a box for logging in stands on every page of some."""
    if first(tree, "input[type='password' i]") is None or not asks_for_login(title):
        return False
    return all(asks_for_login(shown) for heading in tree.css("h1") if (shown := line(heading)))


def _guessed(stated: Stated, head: Head, dense: density.Dense) -> Reading:
    lines = dense.lines
    lead = head.lead or dense.lead or told_lead(stated, lines)
    cleaned = clean(lines, title=head.title, lead=lead, prefix=None, captions=(), byline=False)
    return Reading(head.title, lead, cleaned.paragraphs, head.authors or cleaned.authors, found_box=bool(lines))


def _address(page: Page, outlet: Outlet, tree: Tree) -> tuple[str, str]:
    """Give identity and address of the piece: what the page calls its canonical address, else where it was found.

    A CMS with one canonical address on all its pages would make them all one piece. So the page is not believed where
    the outlet's pattern finds another number in it than in the address that answered, nor, without a pattern, where it
    leaves out what may tell that address from the next piece's.
    """
    if urlsplit(page.final_url).path in {"", "/"} and urlsplit(page.url).path not in {"", "/"} and not _query(page):
        raise ExtractError(page.url, Reason.SOFT_404, "front page")
    link = first(tree, "link[rel='canonical' i][href]")
    declared = resolve(page.final_url, attribute(link, "href")) if link is not None else None
    here = [(found, url) for url in dict.fromkeys((page.final_url, page.url)) if (found := identify(outlet, url))]
    there = identify(outlet, declared) if declared else None
    if there and declared:
        free = outlet.identity is None
        if any(_retells(there, own) for own, _ in here) if free else not here or there == here[0][0]:
            return there, canonical(declared) or declared
    if not here:
        raise ExtractError(page.url, Reason.NOT_AN_ARTICLE, "identity")
    return here[0][0], canonical(here[0][1]) or here[0][1]


def _retells(there: str, here: str) -> bool:
    """Say whether the path and query `there` keep of `here` what may tell one piece: last segment, numbers, query.

    The query may be left out where the last segment is a file with a number: tokens are hung on such addresses.
    """
    path, _, query = here.partition("?")
    other, _, kept = there.partition("?")
    *folders, last = [_SUFFIX.sub("", piece).casefold() for piece in path.split("/")]
    told = [_SUFFIX.sub("", piece).casefold() for piece in other.split("/")]
    if told[-1] != last or not all(piece in told for piece in folders if _NUMBER.search(piece)):
        return False
    numbered = _NUMBER.search(last) is not None and not _SCRIPT.search(path)
    return numbered or set(filter(None, query.split("&"))) <= set(kept.split("&"))


def _query(page: Page) -> str:
    return urlsplit(canonical(page.final_url) or "").query
