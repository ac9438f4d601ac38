"""What `keywords.yaml` holds: the words of each item as an office writes them, and how sure they make us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from monitor.written import Written


@dataclass(frozen=True, slots=True)
class SubjectWords(Written):
    """Words that make a piece one on administrative reform at all (cửa vào); `together` as in `ItemWords`.

    A piece whose words, less those of `outside`, weigh under `at_least` gets no tag.
    """

    at_least: float
    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemWords(Written):
    """Words of one item (từ khóa của một nội dung); an item may have several blocks.

    `strong` words tell the item by themselves, `weak` ones only add up; `together` names lists of which each must have
    a word in one sentence; words with one of `unless` in their sentence do not count. `first` and `last` are the days
    between which the words were in use: in older and newer pieces they mean something else.
    """

    item: str
    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    unless: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        """Refuse words that end before they begin."""
        if self.first and self.last and self.last < self.first:
            raise ValueError(f"từ khóa của nội dung {self.item}: last đứng trước first")

    def in_use(self, day: date | None) -> bool:
        """Say whether the words were in use on `day`; on an unknown day all words may have been."""
        return day is None or ((self.first is None or self.first <= day) and (self.last is None or day <= self.last))


@dataclass(frozen=True, slots=True)
class Calibration(Written):
    """What makes a probability of an item's weight (hiệu chỉnh): 1 / (1 + e^-(slope · ln(1 + weight) + intercept))."""

    item: str
    slope: float
    intercept: float

    def __post_init__(self) -> None:
        """Refuse a slope by which more words would make us less sure."""
        if self.slope <= 0:
            raise ValueError(f"slope của nội dung {self.item} phải lớn hơn 0")


@dataclass(frozen=True, slots=True)
class KeywordFile(Written):
    """The words of a plan's items (bộ từ khóa); `version` goes up with every change, since tags name it.

    `lists` are words that `together` speaks of by name; `mask` are phrases inside which no word counts; `widest` is the
    item that gives way where a piece would have more tags than it may.
    """

    version: int
    threshold: float
    subject: SubjectWords
    items: tuple[ItemWords, ...]
    calibration: tuple[Calibration, ...]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mask: tuple[str, ...] = ()
    widest: str = ""

    def __post_init__(self) -> None:
        """Refuse names that are not declared, and numbers that cannot be."""
        if self.version < 1:
            raise ValueError("version phải là số nguyên từ 1 trở lên")
        if not 0 < self.threshold < 1:
            raise ValueError("threshold phải lớn hơn 0 và nhỏ hơn 1, ví dụ 0.5")
        joined = [self.subject.together, *(row.together for row in self.items)]
        used = {name for together in joined for names in together for name in names}
        if missing := used - self.lists.keys():
            raise ValueError(f"together dùng tên chưa có trong lists: {', '.join(sorted(missing))}")
        calibrated = [row.item for row in self.calibration]
        if twice := {item for item in calibrated if calibrated.count(item) > 1}:
            raise ValueError(f"calibration ghi hai lần nội dung {', '.join(sorted(twice))}")
        if unmatched := {row.item for row in self.items} ^ set(calibrated):
            raise ValueError(f"items và calibration phải có cùng nội dung; lệch ở: {', '.join(sorted(unmatched))}")

        if self.widest and self.widest not in calibrated:
            raise ValueError(f"widest ghi nội dung {self.widest}, không có trong items")

    @property
    def codes(self) -> tuple[str, ...]:
        """Give the items that have words, in the file's order."""
        return tuple(dict.fromkeys(row.item for row in self.items))
