"""How offices write numbers, days and states: the only place where a value becomes words for people."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from monitor.calendar import Period, written
from monitor.coverage import Status
from monitor.press import HANOI
from monitor.text import nfc

NOT_COLLECTED = "kênh chưa được đưa vào thu thập tự động"
"""Why nothing is known of a channel that is switched off: the administrator's own reason is no matter of a letter."""

NO_DATA = "không có dữ liệu"
"""What stands where nothing is known: never 0, which says that every day was seen and nothing was there."""

Value = str | int | float | date | None
"""What a cell of a table may hold; None is “không có dữ liệu”."""


def clean(text: str) -> str:
    """Give `text` as one line without characters that XML forbids; markup and formulas stay what they are, text."""
    return " ".join(nfc(text).split())


def number(value: float) -> str:
    """Give a number as 1.234 or 1.234,5."""
    grouped = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}".removesuffix(".0")
    return grouped.translate(str.maketrans(",.", ".,"))


def counted(value: int) -> str:
    """Give a number for running text: below ten it is padded (05 tin)."""
    return f"{value:02d}" if 0 < value < 10 else number(value)


def show(value: Value) -> str:
    """Give what a cell prints."""
    if value is None:
        return NO_DATA
    if isinstance(value, str):
        return value
    return written(value) if isinstance(value, date) else number(value)


def moment(at: datetime) -> str:
    """Give an aware moment as an office writes it, in Hà Nội."""
    local = at.astimezone(HANOI)
    return f"{local.hour:02d} giờ {local.minute:02d} phút ngày {written(local.date())}"


def moment_or_never(at: datetime | None) -> str:
    """Give a moment, or say that there was none."""
    return moment(at) if at else "chưa lần nào"


def days_of(period: Period) -> str:
    """Give the first and last day in words."""
    return f"từ ngày {written(period.first)} đến ngày {written(period.last)}"


def called(period: Period) -> str:
    """Give what people call a period, always with its days."""
    if not period.label:
        return days_of(period)
    return period.label if "từ ngày" in period.label else f"{period.label} ({days_of(period)})"


def short(period: Period) -> str:
    """Give what people call a period, without its days where it has a name."""
    return period.label.partition(" (")[0] or days_of(period)


def runs(days: Iterable[date]) -> str:
    """Give days, in order, as runs: 05/01/2021–08/01/2021, 11/01/2021."""
    found: list[list[date]] = []
    for day in days:
        if found and (day - found[-1][-1]).days == 1:
            found[-1].append(day)
        else:
            found.append([day])
    return ", ".join(written(r[0]) if len(r) == 1 else f"{written(r[0])}–{written(r[-1])}" for r in found)


def statuses(found: Sequence[Status]) -> str:
    """Give one word where all agree, else how many of each, in the order of `Status`."""
    if len(set(found)) == 1:
        return found[0].value
    return ", ".join(f"{counted(found.count(status))} {status.value}" for status in Status if status in found)


def listed(names: Iterable[str], most: int | None = None) -> str:
    """Join names by semicolons, since names hold commas; beyond `most`, say how many more there are."""
    every = list(dict.fromkeys(names))
    if most is None or len(every) <= most:
        return "; ".join(every)
    return "; ".join(every[:most]) + f"; cùng {counted(len(every) - most)} cơ quan khác"


def ordinary(name: str, place: str = "") -> str:
    """Give a name written in capitals as a sentence writes it (Sở Y tế); `place` is a proper name in it."""
    if not name.isupper():
        return name
    lower = name.lower()
    if re.match(r"(sở|ban|phòng)\b", lower):  # each field of work begins with a capital
        lower = re.sub(r"(^\w+|,|\bvà) (\w)", lambda found: f"{found[1]} {found[2].upper()}", lower)
    lower = re.sub(r"\b(ubnd|hđnd|mttq)\b", lambda found: found[0].upper(), lower)
    lower = re.sub(rf"\b{re.escape(place)}\b", place, lower, flags=re.IGNORECASE) if place else lower
    return upper_first(lower)


def abbreviated(name: str) -> str:
    """Give a name with the short forms that running text uses: UBND tỉnh Mẫu."""
    for long, brief in (("ủy ban nhân dân", "UBND"), ("hội đồng nhân dân", "HĐND")):
        name = re.sub(rf"\b{long}\b", brief, name, flags=re.IGNORECASE)
    return name


def upper_first(text: str) -> str:
    """Give `text` with a capital at its beginning, the rest untouched."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Give `text` with a small letter at its beginning, the rest untouched."""
    return text[:1].lower() + text[1:]


def columns(text: str) -> int:
    """Give how many columns of a terminal `text` takes: a combining mark none, a wide letter two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in unicodedata.normalize("NFC", text)
    )
