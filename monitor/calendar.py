"""Days, weeks, months as offices count them: periods, cycles, and the calendar by which the state closes its books."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from monitor.written import Written


class Every(StrEnum):
    """How often a target falls due (định kỳ)."""

    WEEK = "tuần"
    MONTH = "tháng"
    QUARTER = "quý"
    HALF = "6 tháng"
    YEAR = "năm"

    @property
    def months(self) -> int:
        """Give the length in months; 0 for a week."""
        return {"tuần": 0, "tháng": 1, "quý": 3, "6 tháng": 6, "năm": 12}[self.value]


def written(day: date) -> str:
    """Give a day as offices write it: day padded, month padded only 1 and 2 (NĐ 30/2020, Phụ lục I)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


@dataclass(frozen=True, slots=True)
class Period(Written):
    """Days, both ends included (thời gian; kỳ báo cáo); `label` is what people call it."""

    first: date
    last: date
    label: str = ""

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.last < self.first:
            raise ValueError(f"kỳ kết thúc ngày {written(self.last)}, trước ngày bắt đầu {written(self.first)}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(self.length))

    @property
    def length(self) -> int:
        """Give the number of days."""
        return (self.last - self.first).days + 1

    def meet(self, other: "Period") -> "Period | None":
        """Give the days that both have, under this label."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Period(first, last, self.label) if first <= last else None


@dataclass(frozen=True, slots=True)
class Cycle(Period):
    """One turn of a target (một chu kỳ), such as one month; closed when its last day is over."""

    def closed(self, as_of: date) -> bool:
        """Say whether the cycle is over by the morning of `as_of`."""
        return self.last < as_of


@dataclass(frozen=True, slots=True)
class Calendar(Written):
    """Where months are cut (lịch chốt số liệu): after `closes_on`, or at month's end; and when weeks begin (1: Monday).

    Văn bản 581/BNV-CCHC: the state's months close on the 14th, so its first quarter is 15/12–14/3.
    """

    closes_on: int | None = None
    week_starts_on: int = 1

    def __post_init__(self) -> None:
        """Refuse a closing day that not every month has."""
        if self.closes_on is not None and not 1 <= self.closes_on <= 27:
            raise ValueError("closes_on phải từ 1 đến 27, hoặc bỏ trống để chốt vào cuối tháng")
        if not 1 <= self.week_starts_on <= 7:
            raise ValueError("week_starts_on phải từ 1 (thứ Hai) đến 7 (Chủ nhật)")

    @property
    def name(self) -> str:
        """`civil` (months end at month's end) or `state` (months close on a set day)."""
        return "civil" if self.closes_on is None else "state"

    def cycle(self, every: Every, day: date) -> Cycle:
        """Give the cycle that holds `day`."""
        if every is Every.WEEK:
            first = day - timedelta(days=(day.isoweekday() - self.week_starts_on) % 7)
            return Cycle(first, first + timedelta(days=6), _week_label(first, self.week_starts_on))
        year, month = day.year, day.month
        if self.closes_on is not None and day.day > self.closes_on:
            year, month = _shift(year, month, 1)
        start = (month - 1) // every.months * every.months + 1
        return self._span(year, start, every)

    def cycles(self, every: Every, period: Period) -> list[Cycle]:
        """Give every cycle that shares a day with `period`, in order; they tile the time without gap or overlap."""
        found = [self.cycle(every, period.first)]
        while found[-1].last < period.last:
            found.append(self.cycle(every, found[-1].last + timedelta(days=1)))
        return found

    def _span(self, year: int, month: int, every: Every) -> Cycle:
        after_year, after_month = _shift(year, month, every.months)
        if self.closes_on is None:
            first, last = date(year, month, 1), date(after_year, after_month, 1) - timedelta(days=1)
        else:
            before_year, before_month = _shift(year, month, -1)
            first = date(before_year, before_month, self.closes_on) + timedelta(days=1)
            end_year, end_month = _shift(after_year, after_month, -1)
            last = date(end_year, end_month, self.closes_on)
        label = {
            Every.MONTH: f"Tháng {month:02d}/{year}" if month < 3 else f"Tháng {month}/{year}",
            Every.QUARTER: f"Quý {_ROMAN[(month - 1) // 3]}/{year}",
            Every.HALF: f"6 tháng {'đầu' if month < 7 else 'cuối'} năm {year}",
            Every.YEAR: f"Năm {year}",
        }[every]
        if self.closes_on is not None:
            label += f" (từ ngày {written(first)} đến ngày {written(last)})"
        return Cycle(first, last, label)

    def period(self, text: str) -> Cycle:
        """Read `2021-W12`, `2021-03`, `2021-Q1`, `2021-H1` or `2021`.

        Raises:
            ValueError: the text names no period; the message says what to write.
        """
        match = _PERIOD.fullmatch(text.strip().upper())
        if match is None:
            raise ValueError(f"“{text}” is no period: write 2021-W12, 2021-03, 2021-Q1, 2021-H1 or 2021")
        year = int(match["year"])
        if not 1990 <= year <= 2200:
            raise ValueError(f"“{text}”: the year must lie between 1990 and 2200")
        if match["week"]:
            return self.week(year, int(match["week"]))
        if match["quarter"]:
            return self._span(year, int(match["quarter"]) * 3 - 2, Every.QUARTER)
        if match["half"]:
            return self._span(year, int(match["half"]) * 6 - 5, Every.HALF)
        if match["month"]:
            return self._span(year, int(match["month"]), Every.MONTH)
        return self._span(year, 1, Every.YEAR)

    def week(self, year: int, number: int) -> Cycle:
        """Give week `number` of the ISO year; where weeks begin on another day, the one with the same Thursday.

        Raises:
            ValueError: the year has no such week.
        """
        try:
            thursday = date.fromisocalendar(year, number, 4)
        except ValueError as error:
            raise ValueError(f"{year} has no week {number}") from error
        return self.cycle(Every.WEEK, thursday)


CIVIL = Calendar()
"""Months that end at month's end, weeks that begin on Monday."""

STATE_CLOSES_ON = 14
"""Where the state closes its months (581/BNV-CCHC)."""

_ROMAN = ("I", "II", "III", "IV")
_PERIOD = re.compile(
    r"(?P<year>\d{4})(-(W(?P<week>\d{2})|Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<month>0[1-9]|1[0-2])))?"
)


def _shift(year: int, month: int, by: int) -> tuple[int, int]:
    years, months = divmod(year * 12 + month - 1 + by, 12)
    return years, months + 1


def _week_label(first: date, starts_on: int) -> str:
    # The ISO number belongs to the Thursday of the week; 1-3/1/2021 lie in week 53 of 2020.
    thursday = first + timedelta(days=(4 - starts_on) % 7)
    year, number, _ = thursday.isocalendar()
    ends = first + timedelta(days=6)
    tail = f"/{year}" if not first.year == ends.year == year else ""
    return f"Tuần {number}{tail} (từ ngày {written(first)} đến ngày {written(ends)})"
