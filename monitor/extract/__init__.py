"""From a page's bytes to an article: the outlet's rules, then where the text is dense, then a general reader."""

from collections.abc import Mapping
from dataclasses import replace

from monitor import text
from monitor.errors import ExtractError, Reason
from monitor.extract import general
from monitor.extract.decode import decode
from monitor.extract.draft import Draft, attempt, drafted, too_demanding, with_general
from monitor.extract.kinds import form_of, kind_of, photo_story
from monitor.extract.published import elsewhere, first_sound
from monitor.extract.rules import mistake_in
from monitor.press import HANOI, Article, Kind, Link, Outlet, Page, PageRules

__all__ = ["as_json", "extract", "mistake_in"]


def extract(
    page: Page,
    outlet: Outlet,
    rules: PageRules | None,
    announced: Link | None = None,
    *,
    timeout: float = general.TIMEOUT,
) -> Article:
    """Give the article that a page holds.

    `announced` is what the source said of it; `timeout` (seconds) bounds what is done in the worker. A page with a
    title and no text is an article of kind EMPTY: it is kept, and a person looks at it.

    Raises:
        ExtractError: SOFT_404 (the page says so, or the server sent its front page instead); CHALLENGE (it asks for a
            browser or a password); NOT_AN_ARTICLE (no title, or an address that is none of the outlet's pieces);
            EXTRACTION (it cannot be read within the worker's bounds, or by a selector that is none).
    """
    markup = decode(page)
    away = too_demanding(markup)
    found = _in_worker(page, outlet, rules, timeout) if away else drafted(markup, page, outlet, rules)
    if found.unsure is not None:
        found = with_general(found, page, outlet, timeout)
    return _article(found, page, outlet, rules.kinds if rules else {}, announced)


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


def _article(found: Draft, page: Page, outlet: Outlet, kinds: Mapping[Kind, str], announced: Link | None) -> Article:
    reading = found.reading
    photos = photo_story(reading)
    if photos:
        reading = replace(reading, paragraphs=reading.captions)
    said = text.length(reading.text)
    kind = kind_of(reading, said, kinds, (page.url, page.final_url, found.url), found.player)
    dated = found.dated or first_sound(elsewhere(announced, page.final_url, found.url), page)
    return Article(
        outlet=outlet.code,
        agency=outlet.agency,
        identity=found.identity,
        url=found.url,
        title=reading.title,
        lead=reading.lead,
        text=reading.text,
        authors=reading.authors,
        published_on=dated[0].on if dated else None,
        published_at=dated[0].at if dated else None,
        date_source=dated[1] if dated else None,
        kind=kind,
        form=form_of(said, kind, outlet.channel, found.player, photos),
        by=found.by,
        fetched_at=page.fetched_at,
        sha256=page.sha256,
    )


def _in_worker(page: Page, outlet: Outlet, rules: PageRules | None, timeout: float) -> Draft:
    try:
        found = general.in_worker(attempt, page.url, timeout, page, outlet, rules)
    except general.EndedError as error:
        raise ExtractError(page.url, Reason.EXTRACTION, "deadline or memory") from error
    if isinstance(found, Draft):
        return found
    raise ExtractError(*found)
