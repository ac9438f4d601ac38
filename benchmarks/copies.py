"""Which pieces are the same work, among thousands: `reprints.relate` beside MinHash LSH and SimHash.

The texts are made of random Vietnamese syllables and phrases of habit; of each copy it is known whose it is.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from time import process_time

from datasketch import MinHash, MinHashLSH

from benchmarks.timing import ROUNDS, Result, medians
from monitor import reprints
from monitor.reprints import Piece
from monitor.syllables import every

LIBRARIES = ("datasketch", "numpy")

Groups = dict[int, int]
"""The work of every piece, by id."""

DAYS = 14
_PERMUTATIONS = 128
_RUNS, _CONTAINED = 36, 0.5  # as in reprints: a run of 40 syllables, half of the shorter text
_NEAR = 3  # bits in which two SimHashes of one text may differ


@dataclass(frozen=True, slots=True)
class Made:
    """Pieces, and of each copy its kind and its original; None for what only looks like a copy."""

    pieces: list[Piece]
    copies: Mapping[int, tuple[str, int | None]]


@dataclass(frozen=True, slots=True)
class Quality:
    """By kind the share that was judged right, the originals that were taken for copies, and CPU per piece."""

    right: Mapping[str, float]
    false: int
    milliseconds: float


def made(count: int, seed: int = 1) -> Made:
    """Make pieces of two weeks, a third of them with a copy or something like one."""
    desk = _Desk(random.Random(seed))
    while len(desk.pieces) < count:
        desk.publish()
    return Made(desk.pieces, desk.copies)


class _Desk:
    """Writes pieces and copies them; the same ones for the same seed."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.pieces: list[Piece] = []
        self.copies: dict[int, tuple[str, int | None]] = {}
        self._syllables = sorted(every())
        chance.shuffle(self._syllables)
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(len(self._syllables))))
        self._habits = [self._words(chance.randint(6, 14)) for _ in range(200)]
        self._template = self.prose(350)

    def prose(self, length: int) -> list[str]:
        found: list[str] = []
        while len(found) < length:
            habit = self.chance.random() < 0.06
            found += self.chance.choice(self._habits) if habit else self._words(self.chance.randint(8, 25))
        return found[:length]

    def publish(self) -> None:
        length, day = self.chance.randint(150, 700), self.chance.randint(0, DAYS - 4)
        text = self.prose(length)
        if self.chance.random() >= 0.35:
            self._add(text, "bao-mau", day)
            return
        kind = self.chance.choice([*KINDS])
        if kind == "brief of a long feature":
            text = self.prose(self.chance.randint(800, 2_000))
        if kind == "decision from one template":
            self.copies[self._add([f"Số: {len(self.pieces)}/QĐ-UBND", *self._template], "cong-mau", day)] = kind, None
            return
        original = self._add(text, "bao-mau", day)
        copy = self._add(KINDS[kind](self, text), "dai-mau", day + self.chance.randint(0, 3))
        self.copies[copy] = kind, None if kind in ALIKE else original

    def reworded(self, text: list[str]) -> list[str]:
        return [self.chance.choice(self._syllables) if self.chance.random() < 1 / 15 else word for word in text]

    def brief(self, text: list[str]) -> list[str]:
        at = self.chance.randint(0, len(text) - 60)
        return text[at : at + self.chance.randint(41, 60)]

    def _words(self, length: int) -> list[str]:
        return self.chance.choices(self._syllables, cum_weights=self._weights, k=length)

    def _add(self, words: list[str], agency: str, day: int) -> int:
        number = len(self.pieces) + 1
        on = date(2021, 3, 1) + timedelta(days=day)
        self.pieces.append(Piece(number, agency, agency, on, None, f"Tin số {number}", " ".join(words)))
        return number


KINDS: dict[str, Callable[[_Desk, list[str]], list[str]]] = {
    "wire copy, own headline and dateline": lambda desk, text: [*desk.prose(8), *text, "theo", "ttxvn"],
    "cut by 30 %": lambda desk, text: [*desk.prose(6), *text[: len(text) * 7 // 10]],
    "cut by 50 %": lambda desk, text: [*desk.prose(6), *text[: len(text) // 2]],
    "cut by 70 %": lambda desk, text: [*desk.prose(6), *text[: len(text) * 3 // 10]],
    "brief of a long feature": lambda desk, text: desk.brief(text),
    "as much again added": lambda desk, text: [*text, *desk.prose(len(text))],
    "press release, lightly reworded": lambda desk, text: desk.reworded(text),
    "decision from one template": lambda desk, text: text,
    "own words, one sentence quoted": lambda desk, text: [*desk.prose(80), *text[:20], *desk.prose(60)],
}
ALIKE = {"decision from one template", "own words, one sentence quoted"}


def ours(pieces: list[Piece]) -> Groups:
    """Relate by shared runs of syllables, containment and document numbers."""
    return {number: relation.work for number, relation in reprints.relate(pieces).items()}


def minhash(bands: int, rows: int) -> Callable[[list[Piece]], Groups]:
    """Find candidates by the LSH of `datasketch`, and compare them as we do."""

    def relate(pieces: list[Piece]) -> Groups:
        index = MinHashLSH(num_perm=_PERMUTATIONS, params=(bands, rows))
        known: dict[int, tuple[set[int], str | None]] = {}
        groups: Groups = {}
        for piece in _in_order(pieces):
            hashes, number = _shingles(piece), reprints.number_of(piece)
            sketch = MinHash(num_perm=_PERMUTATIONS, hashfunc=_itself)
            sketch.update_batch(hashes)
            own, best, most = set(hashes), piece.id, 0.0
            for found in sorted(index.query(sketch)):
                theirs, other = known[found]
                shared = len(own & theirs)
                contained = shared / min(len(own), len(theirs))
                if (
                    shared >= _RUNS
                    and contained >= _CONTAINED
                    and contained > most
                    and not (number and other and number != other)
                ):
                    best, most = groups[found], contained
            groups[piece.id] = best
            known[piece.id] = own, number
            index.insert(piece.id, sketch)
        return groups

    return relate


def simhash(pieces: list[Piece]) -> Groups:
    """Take a piece for a copy of an earlier one whose 64 bits differ in three at most."""
    blocks: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    groups: Groups = {}
    for piece in _in_order(pieces):
        bits = _simhash(_shingles(piece))
        keys = [(block, bits >> 16 * block & 0xFFFF) for block in range(4)]
        near = (number for key in keys for number, other in blocks[key] if (bits ^ other).bit_count() <= _NEAR)
        found = next(near, None)
        groups[piece.id] = piece.id if found is None else groups[found]
        for key in keys:
            blocks[key].append((piece.id, bits))
    return groups


def _in_order(pieces: Iterable[Piece]) -> list[Piece]:
    return sorted(pieces, key=lambda piece: (piece.published_on or date.min, piece.id))


def _itself(number: int) -> int:
    return number


def _shingles(piece: Piece) -> list[int]:
    return reprints.shingles(piece.text).tolist()


def _simhash(hashes: list[int]) -> int:
    import numpy as np

    spread = np.array(hashes, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)  # 32 bits over 64
    ones = np.unpackbits(spread.view(np.uint8)).reshape(-1, 64).sum(axis=0)
    return int.from_bytes(np.packbits(ones * 2 > len(hashes)).tobytes())


CONTENDERS: dict[str, Callable[[list[Piece]], Groups]] = {
    "monitor": ours,
    "datasketch LSH, 32 by 4": minhash(32, 4),
    "datasketch LSH, 64 by 2": minhash(64, 2),
    "datasketch LSH, 128 by 1": minhash(128, 1),
    "SimHash, 3 bits": simhash,
}


def run(*, rounds: int = ROUNDS, pieces: int = 1_000) -> Result:
    """Relate `pieces` of two weeks."""
    stock = made(pieces).pieces

    def contender(relate: Callable[[list[Piece]], Groups]) -> Callable[[], Callable[[], object]]:
        return lambda: lambda: relate(stock)

    figures = medians(
        {name: contender(relate) for name, relate in CONTENDERS.items()}, rounds=rounds, pieces=len(stock)
    )
    return Result(f"{len(stock)} pieces of {DAYS} days, 150 to 2,000 syllables", "ms a piece", figures)


def quality(pieces: int = 10_000) -> Iterator[tuple[str, Quality]]:
    """Judge each contender on pieces of which the truth is known."""
    stock = made(pieces)
    for name, relate in CONTENDERS.items():
        begun = process_time()
        groups = relate(stock.pieces)
        yield name, judged(stock, groups, 1000 * (process_time() - begun) / len(stock.pieces))


def judged(stock: Made, groups: Groups, milliseconds: float) -> Quality:
    """Compare what was found with what was made."""
    right: Counter[str] = Counter()
    kinds = Counter(kind for kind, _ in stock.copies.values())
    for copy, (kind, original) in stock.copies.items():
        right[kind] += groups[copy] == (copy if original is None else groups[original])
    false = sum(groups[piece.id] != piece.id for piece in stock.pieces if piece.id not in stock.copies)
    return Quality({kind: right[kind] / count for kind, count in sorted(kinds.items())}, false, milliseconds)
