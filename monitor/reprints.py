"""Which articles are the same work: one text, put out again under another headline, dateline or by-line."""

import re
from array import array
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from zlib import crc32

from monitor.text import fold

WITHIN_DAYS = 14
"""A text that returns later than this is a new publication, not a reprint."""

_SHINGLE = 5  # syllables
_CONTAINED = 0.5  # share of the shorter text that both must have
_SHARED = 40 - _SHINGLE + 1  # shingles in a run of 40 syllables
# One hash in four is indexed. The same hashes are taken from every text, so that a cut-down copy meets its whole, which
# the k smallest of each text would not promise; that a run of 40 syllables has none of them happens 3 times in 100,000.
_SAMPLED = 4
_POSTINGS = (
    32  # the newest pieces kept per hash: phrases of habit stand in hundreds of texts and would join all with all
)
_COMPARED = 8  # the most promising pieces that are compared in full
_LONGEST = 20_000  # syllables that are read of one text
_SYLLABLE = re.compile(r"\w+")
_NUMBER = re.compile(r"\b(\d+(?:/\d{4})?/(?:[A-ZĐ]+\d*-)?[A-ZĐ]+\d*(?:-[A-ZĐ]+)*)")
_HEADED = re.compile(r"\A.{0,200}?\bsố\s*:?\s*" + _NUMBER.pattern, re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Relation:
    """The work (tác phẩm) of a piece, named by its earliest piece; and that piece where another agency put it out."""

    work: int
    reprint_of: int | None


@dataclass(frozen=True, slots=True)
class Piece:
    """What must be known of a stored article to tell whose copy it is; and what was found before, if it was asked."""

    id: int
    outlet: str
    agency: str
    published_on: date | None
    published_at: datetime | None
    title: str
    text: str
    relation: Relation | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """A piece already placed: its shingles and the first piece of its work."""

    piece: Piece
    number: str | None
    shingles: "array[int]"
    first: Piece
    day: date
    since: date


def relate(pieces: Sequence[Piece], anew_from: date = date.min) -> dict[int, Relation]:
    """Give the work of every piece, by id; the order of `pieces` does not matter.

    A piece joins the work of the earlier piece that it shares most with, if that work began at most `WITHIN_DAYS` ago.
    Where the day is unknown nothing can be said, and the piece is a work of its own. Before `anew_from` stands what was
    found already: nothing that comes later changes it.
    """
    found = {piece.id: Relation(piece.id, None) for piece in pieces}
    by_id = {piece.id: piece for piece in pieces}
    index = _Index()
    dated = ((piece.published_on, piece) for piece in pieces if piece.published_on is not None)
    for day, piece in sorted(dated, key=_order):
        if day < anew_from and piece.relation is not None:
            found[piece.id] = piece.relation
            if (anew_from - day).days <= WITHIN_DAYS:  # it may be the original of what follows
                first = by_id[piece.relation.work]
                index.add(_Known(piece, number_of(piece), shingles(piece.text), first, day, first.published_on or day))
            continue
        index.forget(day)
        own, number = shingles(piece.text), number_of(piece)
        best = index.closest(own, number, day)
        first, since = (best.first, best.since) if best else (piece, day)
        index.add(_Known(piece, number, own, first, day, since))
        found[piece.id] = Relation(first.id, None if first.agency == piece.agency else first.id)
    return found


def _order(dated: tuple[date, Piece]) -> tuple[date, bool, datetime, int]:
    """Earliest first; within a day those whose hour is known go before those of which only the day is."""
    day, piece = dated
    return day, piece.published_at is None, piece.published_at or datetime.min.replace(tzinfo=UTC), piece.id


def shingles(text: str) -> "array[int]":
    """Give the runs of five syllables of a text, without marks, as sorted numbers."""
    words = [word.encode() for word in _SYLLABLE.findall(fold(text))[:_LONGEST]]
    runs = map(b" ".join, zip(*(words[at:] for at in range(_SHINGLE)), strict=False))
    # crc32 and not hash(): two runs of the program must agree.
    return array("I", sorted(set(map(crc32, runs))))


def number_of(piece: Piece) -> str | None:
    """Give the document's own number (12/QĐ-UBND) where the piece is or announces a document.

    Decisions of one kind share a template: two of them are half the same text and still two documents.
    """
    match = _NUMBER.search(piece.title) or _HEADED.match(piece.text)
    return match[1].upper() if match else None


def _sampled(shingles: Iterable[int]) -> list[int]:
    return [shingle for shingle in shingles if shingle % _SAMPLED == 0]


class _Index:
    """Pieces of the last `WITHIN_DAYS` by their sampled shingles; grows with the window, not with the archive."""

    def __init__(self) -> None:
        self._postings: dict[int, tuple[int, ...]] = {}  # nearly all hold one id; a list for each would weigh gigabytes
        self._known: dict[int, _Known] = {}
        self._in_order: deque[_Known] = deque()

    def add(self, known: _Known) -> None:
        """Make a placed piece findable."""
        self._known[known.piece.id] = known
        self._in_order.append(known)
        for shingle in _sampled(known.shingles):
            self._postings[shingle] = (*self._postings.get(shingle, ()), known.piece.id)[-_POSTINGS:]

    def forget(self, day: date) -> None:
        """Drop what is too old to be the original of anything published on `day`."""
        while self._in_order and (day - self._in_order[0].day).days > WITHIN_DAYS:
            old = self._in_order.popleft()
            del self._known[old.piece.id]
            for shingle in _sampled(old.shingles):
                left = tuple(id_ for id_ in self._postings.get(shingle, ()) if id_ != old.piece.id)
                if left:
                    self._postings[shingle] = left
                else:
                    self._postings.pop(shingle, None)

    def closest(self, shingles: "array[int]", number: str | None, day: date) -> _Known | None:
        """Give the piece of the same work that shares most with a new one; the earliest of equals."""
        if len(shingles) < _SHARED:
            return None
        own, best, most = frozenset(shingles), None, 0.0
        for known in self._candidates(_sampled(shingles)):
            if (day - known.since).days > WITHIN_DAYS or (number and known.number and number != known.number):
                continue
            shared = len(own.intersection(known.shingles))
            contained = shared / min(len(own), len(known.shingles))
            if shared >= _SHARED and contained >= max(_CONTAINED, most) and contained > most:
                best, most = known, contained
        return best

    def _candidates(self, sample: list[int]) -> list[_Known]:
        """Give the pieces that share the most sampled shingles, earliest first."""
        shares = Counter(chain.from_iterable(filter(None, map(self._postings.get, sample))))
        ranked = sorted(shares, key=lambda id_: (-shares[id_], _order((self._known[id_].day, self._known[id_].piece))))
        return sorted((self._known[id_] for id_ in ranked[:_COMPARED]), key=lambda k: _order((k.day, k.piece)))
