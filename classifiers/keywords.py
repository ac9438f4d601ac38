"""The plan's words, looked up: tags on the first day, without a single labelled article."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import exp, log1p
from typing import Any

from classifiers.words import Calibration, ItemWords, KeywordFile, SubjectWords
from monitor.press import Article, Tag
from monitor.text import fold, matching, nfc

__all__ = ["Calibration", "ItemWords", "KeywordFile", "Keywords", "SubjectWords"]

# What a word weighs by where it stands: a list of tasks far down in the body is no subject.
_TITLE, _LEAD, _BODY = 2.0, 1.0, 0.25
_LEAD_LENGTH = 400  # characters after the title that count as lead where the page marks none
_STRONG, _WEAK = 1.0, 0.4
_MOST_TAGS = (
    3  # a piece serves three items at most (codebook); a sentence that lists all tasks serves none of them better
)
_MOST_WORDS = 5
_UNMARKED = 0.05  # share of letters with marks below which a text has lost them
_SENTENCE_END = re.compile(r"[.!?…;]\s+|\n")
_MARKED = re.compile(r"[^\W\d_a-zA-Z]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_MASK, _SUBJECT, _OUTSIDE, _LIST, _ITEM = range(5)


@dataclass(frozen=True, slots=True)
class _Use:
    """What a phrase is there for: which role, in which block or list, how much it weighs."""

    role: int
    block: int = 0
    name: str = ""
    weight: float = 0.0
    forbids: bool = False


@dataclass(frozen=True, slots=True)
class _Spot:
    """A phrase where it stands in an article."""

    start: int
    end: int
    phrase: str
    uses: tuple[_Use, ...]
    sentence: int
    place: float


@dataclass(frozen=True, slots=True)
class _Found:
    """The phrases of an article, by what they are there for; those of the named lists by sentence."""

    uses: dict[tuple[int, int], list[tuple[_Spot, _Use]]]
    lists: dict[int, dict[str, _Spot]]

    @classmethod
    def among(cls, spots: list[_Spot]) -> "_Found":
        found = cls(defaultdict(list), defaultdict(dict))
        for spot in spots:
            for use in spot.uses:
                if use.role == _LIST:
                    found.lists[spot.sentence].setdefault(use.name, spot)
                else:
                    found.uses[use.role, use.block].append((spot, use))
        return found


@dataclass(slots=True)
class _Finding:
    """What speaks for one item: the weight of each word found, and where the words stand."""

    weights: dict[str, float] = field(default_factory=dict)
    spans: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def add(self, name: str, weight: float, *spans: tuple[int, int]) -> None:
        """Keep the best place of a word; saying it often proves nothing."""
        if weight > self.weights.get(name, 0.0):
            self.weights[name] = weight
            self.spans[name] = spans

    @property
    def weight(self) -> float:
        """Give the sum over different words."""
        return sum(self.weights.values())


@dataclass(frozen=True, slots=True)
class _Text:
    """An article as one string, as it stands and as it is compared; both have the same length."""

    original: str
    compared: str
    unmarked: bool
    title_ends: int
    lead_ends: int
    ends: list[int]

    @classmethod
    def of(cls, article: Article) -> "_Text":
        title, lead, body = nfc(article.title), nfc(article.lead or ""), nfc(article.text)
        original = "\n".join((title, lead, body))
        # İ alone becomes longer in lower case, and a hard blank is a blank.
        plain = original.replace("İ", "ı").replace("\u00a0", " ")
        marked, letters = (sum(map(len, runs.findall(plain[:5000]))) for runs in (_MARKED, _LETTERS))
        unmarked = marked < _UNMARKED * letters
        compared = "".join(map(_bare, plain)) if unmarked else matching(plain)
        # No sentence begins with a small letter: “TP. Mẫu”, “v.v. và” go on.
        ends = [
            match.end() for match in _SENTENCE_END.finditer(plain) if not plain[match.end() : match.end() + 1].islower()
        ]
        return cls(original, compared, unmarked, len(title), len(title) + 1 + max(len(lead), _LEAD_LENGTH), ends)

    def place(self, start: int) -> float:
        return _TITLE if start < self.title_ends else _LEAD if start < self.lead_ends else _BODY

    def whole(self, start: int, end: int) -> bool:
        """Say whether a find begins and ends where syllables do."""
        before, after = self.compared[start - 1 : start], self.compared[end : end + 1]
        return not (before.isalnum() or after.isalnum())


def _bare(letter: str) -> str:
    bare = fold(letter)
    return bare if len(bare) == 1 else letter


class Keywords:
    """Tags by the words of a `KeywordFile`; every tag quotes the words that it stands on."""

    def __init__(self, file: KeywordFile) -> None:
        self._file = file
        self._calibration = {row.item: row for row in file.calibration}
        uses: dict[str, list[_Use]] = defaultdict(list)
        for phrase, use in _phrases(file):
            uses[matching(" ".join(phrase.split()))].append(use)
        self._marked = _automaton({phrase: (phrase, tuple(found)) for phrase, found in uses.items()})
        # Without marks “cò” and “có” are one: single syllables say nothing there, except abbreviations.
        bare: dict[str, list[_Use]] = defaultdict(list)
        for phrase, found in uses.items():
            if " " in phrase or phrase.isascii():
                bare[fold(phrase)].extend(found)
        self._bare = _automaton({phrase: (phrase, tuple(found)) for phrase, found in bare.items()})

    @property
    def name(self) -> str:
        """Give `keywords@` and the version of the file."""
        return f"keywords@{self._file.version}"

    def suggest(self, articles: Sequence[Article]) -> list[list[Tag]]:
        """Give for each article the tags that stand, strongest first, with the article's own words."""
        return [self._tags(article) for article in articles]

    def scores(self, articles: Sequence[Article]) -> list[dict[str, float]]:
        """Give for each article the probability of every item that has words."""
        return [self._scores(self._findings(_Text.of(article), article)) for article in articles]

    def _tags(self, article: Article) -> list[Tag]:
        text = _Text.of(article)
        findings = self._findings(text, article)
        scores = {
            item: score
            for item, score in self._scores(findings).items()
            if score >= self._file.threshold and item in findings
        }
        if len(scores) > _MOST_TAGS:
            scores.pop(self._file.widest, None)
        strongest = sorted(scores, key=lambda item: (-scores[item], self._file.codes.index(item)))[:_MOST_TAGS]
        return [Tag(item, scores[item], self.name, _because(text, findings[item])) for item in strongest]

    def _scores(self, findings: dict[str, _Finding]) -> dict[str, float]:
        weights = {item: findings[item].weight if item in findings else 0.0 for item in self._file.codes}
        return {item: _probability(self._calibration[item], weight) for item, weight in weights.items()}

    def _findings(self, text: _Text, article: Article) -> dict[str, _Finding]:
        """Give what speaks for each item; nothing where the piece is not about administrative reform."""
        found = _Found.among(self._spots(text))
        if _subject(self._file.subject, found) < self._file.subject.at_least:
            return {}
        findings: dict[str, _Finding] = defaultdict(_Finding)
        for number, block in enumerate(self._file.items):
            if block.in_use(article.published_on):
                _weigh(findings[block.item], found.uses[_ITEM, number], block, found)
        return {item: finding for item, finding in findings.items() if finding.weights}

    def _spots(self, text: _Text) -> list[_Spot]:
        """Give all phrases that stand in the text as whole syllables and outside of masks, in order."""
        automaton = self._bare if text.unmarked else self._marked
        if automaton is None:
            return []
        hits = (
            (last + 1 - len(phrase), last + 1, phrase, uses)
            for last, (phrase, uses) in automaton.iter(text.compared)
            if text.whole(last + 1 - len(phrase), last + 1)
        )
        found = sorted(hits, key=lambda hit: (hit[0], -hit[1]))
        masks = [(start, end) for start, end, _, uses in found if any(use.role == _MASK for use in uses)]
        spots, at, masked_until = [], 0, -1
        for start, end, phrase, uses in found:
            while at < len(masks) and masks[at][0] <= start:
                masked_until = max(masked_until, masks[at][1])
                at += 1
            inside = start < masked_until or (at < len(masks) and masks[at][0] < end)
            if not inside:
                spots.append(_Spot(start, end, phrase, uses, bisect_right(text.ends, start), text.place(start)))
        return spots


def _phrases(file: KeywordFile) -> Iterator[tuple[str, _Use]]:
    yield from ((phrase, _Use(_MASK)) for phrase in file.mask)
    yield from ((phrase, _Use(_SUBJECT, weight=_STRONG)) for phrase in file.subject.strong)
    yield from ((phrase, _Use(_SUBJECT, weight=_WEAK)) for phrase in file.subject.weak)
    yield from ((phrase, _Use(_OUTSIDE)) for phrase in file.subject.outside)
    for name, phrases in file.lists.items():
        yield from ((phrase, _Use(_LIST, name=name)) for phrase in phrases)
    for number, block in enumerate(file.items):
        yield from ((phrase, _Use(_ITEM, number, weight=_STRONG)) for phrase in block.strong)
        yield from ((phrase, _Use(_ITEM, number, weight=_WEAK)) for phrase in block.weak)
        yield from ((phrase, _Use(_ITEM, number, forbids=True)) for phrase in block.unless)


def _automaton(phrases: dict[str, tuple[str, tuple[_Use, ...]]]) -> Any:
    # Not at the top: the command line must start without it.
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for phrase, value in phrases.items():
        if phrase:
            automaton.add_word(phrase, value)
    if not len(automaton):
        return None
    automaton.make_automaton()
    return automaton


def _subject(words: SubjectWords, found: _Found) -> float:
    """Give how much a piece is about administrative reform: what speaks for it, less what speaks of other things."""
    inside, outside = _Finding(), _Finding()
    for spot, use in found.uses[_SUBJECT, 0]:
        inside.add(spot.phrase, use.weight * spot.place, (spot.start, spot.end))
    for spot, _ in found.uses[_OUTSIDE, 0]:
        outside.add(spot.phrase, spot.place, (spot.start, spot.end))
    _join(inside, words.together, found, frozenset())
    return inside.weight - outside.weight


def _weigh(finding: _Finding, uses: list[tuple[_Spot, _Use]], block: ItemWords, found: _Found) -> None:
    """Add up what the words of one block weigh in an article."""
    forbidden = frozenset(spot.sentence for spot, use in uses if use.forbids)
    reached = -1
    for spot, use in uses:
        if use.forbids or spot.sentence in forbidden or spot.end <= reached:
            continue  # spots come longest first: a phrase inside a longer one is the same words again
        reached = spot.end
        finding.add(spot.phrase, use.weight * spot.place, (spot.start, spot.end))
    _join(finding, block.together, found, forbidden)


def _join(finding: _Finding, together: tuple[tuple[str, ...], ...], found: _Found, forbidden: frozenset[int]) -> None:
    """Add what words of several lists weigh that stand in one sentence."""
    for names in together:
        for sentence, lists in found.lists.items():
            if sentence in forbidden or any(name not in lists for name in names):
                continue
            words = [lists[name] for name in names]
            place = max(spot.place for spot in words)
            finding.add(" + ".join(names), _STRONG * place, *((spot.start, spot.end) for spot in words))


def _probability(calibration: Calibration, weight: float) -> float:
    return round(1 / (1 + exp(-(calibration.slope * log1p(weight) + calibration.intercept))), 4)


def _because(text: _Text, finding: _Finding) -> tuple[str, ...]:
    """Quote the words as the article has them, strongest first, each once."""
    names = sorted(finding.weights, key=lambda name: (-finding.weights[name], finding.spans[name]))
    words: dict[str, str] = {}
    for start, end in (span for name in names for span in finding.spans[name]):
        quoted = " ".join(text.original[start:end].split())
        words.setdefault(matching(quoted), quoted)
    return tuple(words.values())[:_MOST_WORDS]
