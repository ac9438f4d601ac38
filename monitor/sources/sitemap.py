"""Sitemaps, sitemap indexes and news sitemaps into links; packed ones too. In bounded memory: they may have 50 MB."""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from lxml import etree

from monitor.dates import Published, read_date
from monitor.errors import ExtractError, Reason
from monitor.press import HANOI, Link, Page, Source
from monitor.sources.announced import Announced, Refused, believable, headline, without_address, without_twins
from monitor.sources.markup import read_xml
from monitor.urls import canonical, resolve

MOST_ENTRIES = 50_000  # sitemaps.org allows no more in one file
MOST_BYTES = 50 * 1024 * 1024  # unpacked, likewise
_WANTED = frozenset({"loc", "lastmod", "publication_date", "title"})
_LONGEST = 10_000  # characters of one text
_PIECES = 1_000  # in which a parser may tell a text
_STEP = 64 * 1024
_DEEPEST = 50
_ALIKE = 0.9
_STAMP = re.compile(r"(?:199\d|20\d\d)-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
_PLAIN = re.compile(r"https?://[a-z0-9]+(?:[.-][a-z0-9]+)+(?::(?!80/|443/)[1-9]\d{1,3})?(?:/[\w~-][\w.~-]*)+", re.ASCII)
_ABSOLUTE = re.compile(r"https?://[^\s\\]+", re.IGNORECASE)

_Moments = dict[str, Published | None]


def discover(source: Source, page: Page) -> Announced:
    """Give the links of a sitemap, or the child sitemaps of an index as `following`.

    `lastmod` is when a piece was edited, never when it was published; a day without a time is no
    moment, so it is left out.

    Raises:
        ExtractError: NOT_A_SITEMAP, TRUNCATED (root not closed, packed file cut off), TOO_LARGE (once unpacked).
    """
    document = read_xml(_unpacked(page))
    if document.root not in {"urlset", "sitemapindex"} or document.entities:
        raise ExtractError(page.url, Reason.NOT_A_SITEMAP, document.root)
    if not document.closed:
        raise ExtractError(page.url, Reason.TRUNCATED, document.root)
    entries = _entries(page, document.body)
    if document.root == "sitemapindex":
        return _children(page, entries)
    links: list[Link] = []
    places: list[str] = []
    refused: list[Refused] = []
    edits: list[datetime | None] = []
    read: _Moments = {}
    cut = False
    for entry in entries:
        if len(links) + len(refused) == MOST_ENTRIES:
            cut = True
            break
        found = _place(page, entry.get("loc", ""))
        if found is None:
            refused.append(without_address(entry.get("loc", ""), entry.get("title", "")))
            continue
        when = believable(_moment(entry.get("publication_date", ""), read), page.fetched_at)
        title = headline(entry["title"]) if "title" in entry else ""
        links.append(Link(found[0], title, when.on if when else None, when.at if when else None))
        places.append(found[1])
        edit = _moment(entry.get("lastmod", ""), read)
        edits.append(edit.at if edit else None)
    return Announced(without_twins(_with_edits(links, edits), places), cut=cut, refused=tuple(refused))


def _place(page: Page, written: str) -> tuple[str, str] | None:
    """Give the address of an entry and its one spelling; a plain one is that already, and 50,000 of them take long."""
    if _PLAIN.fullmatch(written):
        return written, written
    url = written.partition("#")[0] if _ABSOLUTE.fullmatch(written) else None
    if url is None and written:
        url = resolve(page.final_url, written)
    place = canonical(url) if url else None
    if not url or not place:
        return None
    return url, url if place == url else place  # one string, where they are alike


def _children(page: Page, entries: Iterator[dict[str, str]]) -> Announced:
    """Give the sitemaps that an index names, in its order; the index itself is no child of itself."""
    children: dict[str, None] = {}
    for entry in entries:
        if len(children) == MOST_ENTRIES:
            return Announced((), tuple(children), cut=True)
        child = resolve(page.final_url, entry.get("loc", "")) if entry.get("loc") else None
        if child and child not in {page.url, page.final_url}:
            children[child] = None
    return Announced((), tuple(children))


def _with_edits(links: list[Link], edits: list[datetime | None]) -> Iterable[Link]:
    """Say when each piece was edited; not where nearly all say the same moment: then that is when the file was made."""
    moments = Counter(edit for edit in edits if edit)
    if len(links) >= 10 and moments and moments.most_common(1)[0][1] >= _ALIKE * len(links):
        return links
    return (
        Link(link.url, link.title, link.published_on, link.published_at, edit) if edit else link
        for link, edit in zip(links, edits, strict=True)
    )


def _moment(written: str, read: _Moments) -> Published | None:
    """Read a date once, however often it stands there."""
    if written not in read:
        read[written] = _stamped(written) if _STAMP.fullmatch(written) else read_date(written) if written else None
    return read[written]


def _stamped(written: str) -> Published | None:
    """Read the one form that nearly all sitemaps use at a tenth of the time."""
    try:
        at = datetime.fromisoformat(written).astimezone(HANOI)
    except (ValueError, OverflowError):
        return None
    return Published(at.date(), at)


def _entries(page: Page, body: bytes) -> Iterator[dict[str, str]]:
    """Give the texts of each `<url>` or `<sitemap>` by local name; any namespace will do."""
    told = _Told()
    # Told element by element, it builds no tree: a file of 50 MB could hold ten million of them.
    parser = etree.XMLParser(
        target=told,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        recover=True,  # a bare & in one address must not hide the others
        encoding="utf-8",
    )
    try:
        for start in range(0, len(body), _STEP):
            piece = body[start : start + _STEP]
            if len(piece) == _STEP and b"<" not in piece and piece.strip():
                raise ExtractError(page.url, Reason.NOT_A_SITEMAP, "a tag without end")
            parser.feed(piece)
            yield from told.taken()
            if told.deep:
                raise ExtractError(page.url, Reason.NOT_A_SITEMAP, "depth")
        parser.close()
    except (etree.XMLSyntaxError, UnicodeDecodeError) as error:  # `&#xD800;` is half a letter, and lxml lets it through
        raise ExtractError(page.url, Reason.NOT_A_SITEMAP, "xml") from error
    yield from told.taken()


class _Told:
    """Keeps of what a parser tells the texts of one entry at a time, and of those no more than an address may have."""

    def __init__(self) -> None:
        self.deep = False
        self._done: list[dict[str, str]] = []
        self._path: list[str] = []
        self._entry: dict[str, str] | None = None
        self._text: list[str] | None = None

    def start(self, tag: str | bytes, attrib: Mapping[str | bytes, str | bytes]) -> None:
        """Go into an element."""
        name = _local(str(tag))
        self._path.append(name)
        self.deep = self.deep or len(self._path) > _DEEPEST
        if len(self._path) == 2 and name in {"url", "sitemap"}:
            self._entry = {}
        # <image:loc> and <image:title> lie deeper; the entry's own children and those of <news:news> count.
        depth = len(self._path) - (1 if len(self._path) == 4 and self._path[2] == "news" else 0)
        wanted = self._entry is not None and depth == 3 and name in _WANTED and name not in self._entry
        self._text = [] if wanted else None

    def data(self, data: str | bytes) -> None:
        """Take a piece of text."""
        if self._text is not None and len(self._text) < _PIECES:
            self._text.append(str(data[:_LONGEST]))

    def end(self, tag: str | bytes) -> None:
        """Leave an element."""
        name = self._path.pop()
        if self._text is not None and self._entry is not None:
            self._entry[name] = "".join(self._text)[:_LONGEST].strip()
            self._text = None
        elif len(self._path) == 1 and self._entry is not None:
            self._done.append(self._entry)
            self._entry = None

    def comment(self, text: str | bytes) -> None:
        """Pass over a comment."""

    def close(self) -> None:
        """End, with nothing to give."""

    def taken(self) -> list[dict[str, str]]:
        """Give the entries told since it was asked last."""
        done, self._done = self._done, []
        return done


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _unpacked(page: Page) -> bytes:
    """Give the body, unpacked where it is packed: by its first bytes, whatever name and headers say."""
    if not page.body.startswith(b"\x1f\x8b"):
        return page.body
    unpack = zlib.decompressobj(31)
    try:
        body = unpack.decompress(page.body, MOST_BYTES)
    except zlib.error as error:
        raise ExtractError(page.url, Reason.ENCODING, "gzip") from error
    if unpack.unconsumed_tail:
        raise ExtractError(page.url, Reason.TOO_LARGE, "gzip")
    if not unpack.eof:
        raise ExtractError(page.url, Reason.TRUNCATED, "gzip")
    return body
