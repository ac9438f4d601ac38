"""A page read by its outlet's rules: the selectors of sources.yaml, tried in their order."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from monitor.dates import read_date
from monitor.errors import ExtractError, Reason
from monitor.extract.clean import Cleaned, clean, people, without_doubled_captions, without_prefix
from monitor.extract.published import Dated
from monitor.extract.reading import Reading
from monitor.extract.tree import (
    Node,
    SelectolaxError,
    Tree,
    attribute,
    first,
    line,
    outermost,
    paragraphs,
    parse,
    select,
)
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
_SELECTOR_LONGEST = 1_000  # characters; a longer one is no work of a person, and nesting without end costs the parser


def mistake_in(selector: str, *, attributes: bool = True) -> str | None:
    """Say in Vietnamese what is wrong with a selector (`css`, with `attributes` `css@attribute`); None if nothing."""
    return _mistake(_parts(selector)[0] if attributes else selector)


@lru_cache(maxsize=1024)
def _mistake(css: str) -> str | None:
    if not css.strip():
        return "viết chưa đúng (đang để trống)"
    if len(css) > _SELECTOR_LONGEST:
        return f"viết chưa đúng (dài quá {_SELECTOR_LONGEST} ký tự)"
    if "::" in css:
        return "viết chưa đúng (không dùng phần tử giả ::before, ::after)"
    if "\x00" in css:  # the parser takes it for the end
        return "viết chưa đúng (có ký tự không in được)"
    try:
        parse("").css(css)
    except SelectolaxError:
        return "viết chưa đúng"
    return None


def read(tree: Tree, rules: PageRules) -> Reading:
    """Give what the rules find in a pruned page; an empty title or text where they find none."""
    title = next(_texts(tree, rules.title), "")[:_TITLE_LONGEST]
    leads = (without_prefix(one, rules.lead_prefix) for one in _texts(tree, rules.lead))
    lead = next((one for one in leads if one), None)
    told = next(filter(None, map(people, _texts(tree, rules.author))), ())
    boxes = next((found for selector in rules.text if (found := outermost(tree, _parts(selector)[0]))), [])
    player = any(first(box, _PLAYERS) is not None for box in boxes)
    images = [image for box in boxes for image in box.css("img") if not _placeholder(image)]
    alts = [attribute(image, "alt") for image in images]
    captions = taken_captions(boxes)
    cleaned: Cleaned = clean(
        without_doubled_captions([one for box in boxes for one in paragraphs(box, pictures=True)]),
        title=title,
        lead=lead,
        prefix=rules.lead_prefix,
        captions=[*captions, *(alt for alt in alts if alt)],
        byline=rules.byline_last,
    )
    return Reading(
        title, lead, cleaned.paragraphs, told or cleaned.authors, tuple(captions), len(images), player, bool(boxes)
    )


def dates(tree: Tree, rules: PageRules, now: datetime) -> Iterator[Dated]:
    """Give the dates that the rules' selectors find: META from attributes, PAGE from what a reader sees.

    Raises:
        ExtractError: EXTRACTION, where any selector of the rules is none: dates are the first thing read by them.
    """
    _refuse_mistakes(rules)
    for selector in rules.published:
        css, name = _parts(selector)
        for node in select(tree, css)[:_MOST_TRIED]:
            machine = name or ("content" if node.tag == "meta" else "")
            written = attribute(node, machine) if machine else line(node)
            if published := read_date(written, now=now):
                yield published, DateSource.META if machine else DateSource.PAGE


def _refuse_mistakes(rules: PageRules) -> None:
    for selectors in (rules.title, rules.lead, rules.text, rules.published, rules.author, rules.drop):
        for selector in selectors:
            if mistake := mistake_in(selector, attributes=selectors is not rules.drop):
                raise ExtractError(selector, Reason.EXTRACTION, mistake)


def has_player(tree: Tree) -> bool:
    """Say whether a video player stands anywhere on the page."""
    return first(tree, _PLAYERS) is not None


def taken_captions(boxes: Iterable[Node]) -> list[str]:
    """Take the captions of pictures out of the boxes, and give them."""
    taken: list[str] = []
    for box in boxes:
        found = []
        for caption in reversed(select(box, _CAPTIONS)):  # an inner one before the one around it
            if caption.mem_id != box.mem_id:
                found.append(paragraphs(caption))
                caption.decompose()
        taken += [one for group in reversed(found) for one in group]
    return list(dict.fromkeys(taken))


@lru_cache(maxsize=1024)
def _parts(selector: str) -> tuple[str, str]:
    match = _ATTRIBUTE.fullmatch(selector)
    return (match[1], match[2]) if match else (selector, "")


def _texts(tree: Tree, selectors: tuple[str, ...]) -> Iterator[str]:
    for selector in selectors:
        css, name = _parts(selector)
        for node in select(tree, css):
            if found := attribute(node, name) if name else line(node):
                yield found


def _placeholder(image: Node) -> bool:
    given = image.attributes
    source = next((given[name] for name in ("data-src", "data-original", "src") if name in given), "")
    return not source or source.startswith("data:")
