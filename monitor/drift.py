"""Do an outlet's page rules still fit? The newest readings of its pages against the thirty before them.

Pure. Only what was read from the body counts: what a page's metadata say stays right when its layout changes. The tests
are exact under one assumption, that old and new pages are of one kind; so how often they cry wolf is known.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb
from statistics import median

BEFORE = 30
"""Readings that the newest ones are held against."""

WINDOWS = (3, 5, 10)
"""How many newest readings: three say that everything broke, ten that a third of the pages did."""

RARE = 0.0004
"""A test alarms where chance does so at most once in 2,500 times: six tests on three windows stay below 0.75 %."""

HOPELESS = 10
"""Where none of so many newest pages could be read by the rules, they do not fit, whatever was before."""

FAR = 2.0
"""A text's usual length must have halved or doubled, too: rare is not yet important."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one page was read as: by rules or by the general reading, and what of its body was found."""

    by_rules: bool
    empty: bool
    lead: bool
    dated: bool
    length: int


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that stopped, seen on the `newest` readings; `says` tells an operator, `label` an official."""

    outlet: str
    what: str
    newest: int
    says: str
    label: str


_SHARES: dict[str, tuple[Callable[[Reading], bool], str, str, bool]] = {
    "rules": (
        lambda one: not one.by_rules,
        "not read by the outlet's rules",
        "không đọc được theo quy tắc riêng của trang",
        True,
    ),
    "text": (lambda one: one.empty, "without text", "không có nội dung", True),
    "date": (lambda one: not one.dated, "without a day of publishing", "không rõ ngày đăng", True),
    "lead": (lambda one: one.by_rules and not one.lead, "without a sapô", "mất lời dẫn (sapô)", False),
}
"""By what is missing: how to tell, in words, and whether an outlet must have it at all (a station has no sapô)."""


def drifted(outlet: str, readings: Sequence[Reading], *, rules: bool = True) -> list[Drift]:
    """Say what stopped on an outlet's pages; `readings` are its newest, oldest first. Nothing where nothing did.

    `rules` says whether the outlet has rules of its own.
    """
    found = []
    for what, (missing, says, label, needed) in _SHARES.items():
        if what == "rules" and not rules:
            continue
        bad = [missing(one) for one in readings]
        window = next((n for n in WINDOWS if _worse(bad[-n - BEFORE : -n], bad[-n:])), 0)
        if not window and needed and len(bad) >= HOPELESS and all(bad[-HOPELESS:]):
            window = HOPELESS
        if window:
            now, then = sum(bad[-window:]), bad[-window - BEFORE : -window]
            numbers = f"{now} of the newest {window} pages {says}, {sum(then)} of the {len(then)} before"
            words = f"{now}/{window} trang mới nhất {label}, trước đó {sum(then)}/{len(then)}"
            found.append(Drift(outlet, what, window, numbers, words))
    return found or list(_length(outlet, [one.length for one in readings]))


def _worse(before: Sequence[bool], now: Sequence[bool]) -> bool:
    """Say whether more is missing now than chance would have it: Fisher's exact test."""
    if not before or len(now) < WINDOWS[0]:
        return False
    total, bad, seen = len(before) + len(now), sum(before) + sum(now), sum(now)
    ways = sum(comb(bad, k) * comb(total - bad, len(now) - k) for k in range(seen, min(bad, len(now)) + 1))
    return ways <= RARE * comb(total, len(now))


def _length(outlet: str, lengths: Sequence[int]) -> Iterator[Drift]:
    """Say that texts became shorter (a menu, one paragraph) or longer (the page around them) than they were."""
    for window in WINDOWS:
        before, now = lengths[-window - BEFORE : -window], lengths[-window:]
        if len(now) < window or not before:
            return
        usual, found = median(before), median(now)
        shorter = found * FAR <= usual and _beaten(before, now)
        longer = found >= FAR * usual and _beaten(now, before)
        if shorter or longer:
            numbers = f"texts of {found:.0f} characters on the newest {window} pages, {usual:.0f} before"
            words = f"{window} trang mới nhất dài khoảng {found:.0f} ký tự, trước đó khoảng {usual:.0f}"
            yield Drift(outlet, "length", window, numbers, words)
            return


def _beaten(high: Sequence[int], low: Sequence[int]) -> bool:
    """Say whether `high` lies above `low` more than chance would have it: Mann and Whitney's exact test.

    Ties count against it, so that pages all alike never alarm.
    """
    won = sum(1 for one in high for other in low if one > other)
    m, n = len(high), len(low)
    ways = sum(_arrangements(m, n, u) for u in range(won, m * n + 1))
    return ways <= RARE * comb(m + n, n)


@lru_cache(maxsize=100_000)
def _arrangements(m: int, n: int, u: int) -> int:
    """Count the orders of `m` and `n` things in which the first beat the second `u` times."""
    if u < 0 or u > m * n:
        return 0
    if m == 0 or n == 0:
        return int(u == 0)
    return _arrangements(m - 1, n, u - n) + _arrangements(m, n - 1, u)
