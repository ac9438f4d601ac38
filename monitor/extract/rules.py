"""A page read by its outlet's rules: the selectors of sources.yaml, tried in their order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import soupsieve
from bs4 import BeautifulSoup
from bs4.element import Tag

from monitor import text
from monitor.dates import read_date
from monitor.errors import ExtractError, Reason
from monitor.extract.clean import Cleaned, clean, people, without_prefix
from monitor.extract.published import Dated
from monitor.extract.tree import attribute, outermost, paragraphs
from monitor.press import DateSource, PageRules

_ATTRIBUTE = re.compile(r"(.+?)@([A-Za-z_][\w:.-]*)", re.DOTALL)
_CAPTIONS = (
    "figcaption, .caption, .wp-caption-text, .image-caption, .img-caption, .photo-caption, .PhotoCMS_Caption"
    ", .cms-caption, td.pic_caption, p.Image, table.video"
)
_PLAYERS = (
    "video, audio[data-video], .jwplayer, .video-js, .cms-video, table.video, object[data$='.mp4'], embed[src*='.mp4']"
    ", iframe[src*='youtube'], iframe[src*='youtu.be'], iframe[src*='drive.google'], iframe[src*='player']"
    ", iframe[src*='video'], iframe[src*='facebook.com/plugins']"
)
_TITLE_LONGEST = 500  # characters
_MOST_TRIED = 5  # matches of one selector in which a date is looked for


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one page; `found_box` says that the place of the text is there, whether or not it holds any."""

    title: str
    lead: str | None
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...]
    captions: tuple[str, ...] = ()
    images: int = 0
    player: bool = False
    found_box: bool = False

    @property
    def text(self) -> str:
        """Give the paragraphs, one on each line."""
        return "\n".join(self.paragraphs)


def mistake_in(selector: str, *, attributes: bool = True) -> str | None:
    """Say what is wrong with a selector (`css`, and with `attributes` `css@attribute`); None where nothing is."""
    try:
        soupsieve.compile(_parts(selector)[0] if attributes else selector)
    except (soupsieve.SelectorSyntaxError, NotImplementedError, ValueError) as error:  # ::before, nesting without end
        return str(error).splitlines()[0]
    return None


def read(soup: BeautifulSoup, rules: PageRules) -> Reading:
    """Give what the rules find in a pruned page; an empty title or text where they find none."""
    title = next(_texts(soup, rules.title), "")[:_TITLE_LONGEST]
    leads = (without_prefix(line, rules.lead_prefix) for line in _texts(soup, rules.lead))
    lead = next((line for line in leads if line), None)
    told = next(filter(None, map(people, _texts(soup, rules.author))), ())
    boxes = next((found for selector in rules.text if (found := _boxes(soup, selector))), [])
    player = any(box.select_one(_PLAYERS) is not None for box in boxes)
    images = [image for box in boxes for image in box.find_all("img") if not _placeholder(image)]
    captions = _taken_captions(boxes)
    alts = [attribute(image, "alt") for image in images]
    cleaned: Cleaned = clean(
        [line for box in boxes for line in paragraphs(box)],
        title=title,
        lead=lead,
        prefix=rules.lead_prefix,
        captions=[*captions, *(alt for alt in alts if alt)],
        byline=rules.byline_last,
    )
    return Reading(
        title, lead, cleaned.paragraphs, told or cleaned.authors, tuple(captions), len(images), player, bool(boxes)
    )


def dates(soup: BeautifulSoup, rules: PageRules, now: datetime) -> Iterator[Dated]:
    """Give the dates that the rules' selectors find: META from attributes, PAGE from what a reader sees.

    Raises:
        ExtractError: EXTRACTION, where any selector of the rules is none: dates are the first thing read by them.
    """
    _refuse_mistakes(rules)
    for selector in rules.published:
        css, name = _parts(selector)
        for tag in soup.select(css, limit=_MOST_TRIED):
            machine = name or ("content" if tag.name == "meta" else "")
            written = attribute(tag, machine) if machine else text.line(tag.get_text(" "))
            if published := read_date(written, now=now):
                yield published, DateSource.META if machine else DateSource.PAGE


def _refuse_mistakes(rules: PageRules) -> None:
    for selectors in (rules.title, rules.lead, rules.text, rules.published, rules.author, rules.drop):
        for selector in selectors:
            if mistake := mistake_in(selector, attributes=selectors is not rules.drop):
                raise ExtractError(selector, Reason.EXTRACTION, mistake)


def has_player(soup: BeautifulSoup) -> bool:
    """Say whether a video player stands anywhere on the page."""
    return soup.select_one(_PLAYERS) is not None


def _parts(selector: str) -> tuple[str, str]:
    match = _ATTRIBUTE.fullmatch(selector)
    return (match[1], match[2]) if match else (selector, "")


def _texts(soup: BeautifulSoup, selectors: tuple[str, ...]) -> Iterator[str]:
    for selector in selectors:
        css, name = _parts(selector)
        for tag in soup.css.iselect(css):  # stops at the first that will do
            if line := attribute(tag, name) if name else text.line(tag.get_text(" ")):
                yield line


def _boxes(soup: BeautifulSoup, selector: str) -> list[Tag]:
    return outermost(soup, _parts(selector)[0])


def _taken_captions(boxes: list[Tag]) -> list[str]:
    """Take the captions of pictures out of the boxes, and give them."""
    taken = []
    for box in boxes:
        for caption in box.select(_CAPTIONS):
            if not caption.decomposed:
                taken += paragraphs(caption)
                caption.decompose()
    return list(dict.fromkeys(taken))


def _placeholder(image: Tag) -> bool:
    source = next((attribute(image, name) for name in ("data-src", "data-original", "src") if image.has_attr(name)), "")
    return not source or source.startswith("data:")
