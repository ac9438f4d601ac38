"""What a newsroom changed in a piece after publishing it (sửa đổi): two versions, by paragraph, then by word."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from monitor.calendar import written
from monitor.press import Article

_ALIKE = 0.5  # the share of words from which two paragraphs are one that was edited
# The comparison grows with the square: what is longer is shown as taken out and put in, whole.
_PARAGRAPHS = 300
_WORDS = 600


class Part(StrEnum):
    """What of an article was changed."""

    TITLE = "title"
    LEAD = "lead"
    DAY = "day"
    KIND = "kind"
    PARAGRAPH = "paragraph"

    @property
    def label(self) -> str:
        """Vietnamese word for people."""
        return {
            "title": "tiêu đề",
            "lead": "sapô",
            "day": "ngày đăng",
            "kind": "loại trang",
            "paragraph": "đoạn",
        }[self.value]


class Edit(StrEnum):
    """What became of a run of words, or of a whole part."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    EDITED = "edited"

    @property
    def label(self) -> str:
        """Vietnamese word for people."""
        return {"same": "giữ nguyên", "added": "thêm", "removed": "bỏ", "edited": "sửa"}[self.value]


Run = tuple[Edit, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One part that was added, removed or edited (sửa đổi), with its words in their order."""

    part: Part
    runs: tuple[Run, ...]

    @property
    def edit(self) -> Edit:
        """Say what happened to the part as a whole."""
        edits = {edit for edit, _ in self.runs}
        return edits.pop() if len(edits) == 1 else Edit.EDITED

    def shortened(self, around: int) -> Iterator[Run]:
        """Give the runs, of each unchanged one only the `around` words beside a change."""
        last = len(self.runs) - 1
        for place, (edit, text) in enumerate(self.runs):
            words = text.split()
            before, after = around * (place > 0), around * (place < last)
            if edit is Edit.SAME and len(words) > before + after:
                kept = [*words[:before], "…", *words[len(words) - after :]]
                yield edit, " ".join(kept)
            else:
                yield edit, text


def changes(before: Article, after: Article) -> tuple[Change, ...]:
    """Give what `after` says otherwise than `before`, in the order of reading; nothing where both say the same."""
    found = [
        *_part(Part.TITLE, before.title, after.title),
        *_part(Part.LEAD, before.lead or "", after.lead or ""),
        *_value(Part.DAY, _day(before), _day(after)),
        *_value(Part.KIND, before.kind.label, after.kind.label),
        *_paragraphs(before.text.split("\n"), after.text.split("\n")),
    ]
    return tuple(found)


def reread(before: Article, after: Article) -> bool:
    """Say whether both were read from the same bytes: then our reading changed, and the newsroom corrected nothing."""
    return before.sha256 == after.sha256


def summary(found: Iterable[Change]) -> str:
    """Say in a few words what was changed: “sửa tiêu đề, thêm 1 đoạn, sửa 2 đoạn”; empty where nothing was."""
    told, paragraphs = [], dict.fromkeys((Edit.ADDED, Edit.REMOVED, Edit.EDITED), 0)
    for change in found:
        if change.part is Part.PARAGRAPH:
            paragraphs[change.edit] += 1
        else:
            told.append(f"{change.edit.label} {change.part.label}")
    told += [f"{edit.label} {count} {Part.PARAGRAPH.label}" for edit, count in paragraphs.items() if count]
    return ", ".join(told)


def _day(article: Article) -> str:
    return written(article.published_on) if article.published_on else "không rõ ngày"


def _value(part: Part, old: str, new: str) -> Iterator[Change]:
    if old != new:
        yield Change(part, ((Edit.REMOVED, old), (Edit.ADDED, new)))


def _part(part: Part, old: str, new: str) -> Iterator[Change]:
    if old != new:
        yield Change(part, tuple(_runs(old.split(), new.split())))


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    """Give the words of both, the removed ones before those that stand in their place."""
    if max(len(old), len(new)) > _WORDS:
        blocks = [("replace", 0, len(old), 0, len(new))]
    else:
        blocks = list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    for tag, a, b, c, d in blocks:
        if tag == "equal":
            yield Edit.SAME, " ".join(old[a:b])
            continue
        if b > a:
            yield Edit.REMOVED, " ".join(old[a:b])
        if d > c:
            yield Edit.ADDED, " ".join(new[c:d])


def _paragraphs(old: list[str], new: list[str]) -> Iterator[Change]:
    old, new = [one for one in old if one.strip()], [one for one in new if one.strip()]
    if max(len(old), len(new)) > _PARAGRAPHS:
        blocks = [("equal" if old == new else "replace", 0, len(old), 0, len(new))]
    else:
        blocks = list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    for tag, a, b, c, d in blocks:
        if tag != "equal":
            for was, now in _paired(old[a:b], new[c:d]):
                yield from _part(Part.PARAGRAPH, was, now)


def _paired(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Pair the paragraphs that are one and the same, edited, in their order; an empty one stands beside the others."""
    at = 0
    for now in new:
        place = next((n for n in range(at, len(old)) if _alike(old[n], now)), None)
        if place is None:
            yield "", now
            continue
        yield from ((gone, "") for gone in old[at:place])
        yield old[place], now
        at = place + 1
    yield from ((gone, "") for gone in old[at:])


def _alike(old: str, new: str) -> bool:
    was, now = old.split(), new.split()
    if max(len(was), len(now)) > _WORDS:
        return False
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
