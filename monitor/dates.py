"""The dates that Vietnamese sites print, read into days and times; the only place where a date is read from text.

Hand-made on purpose: the libraries for this fall back to month-first, to the first of January or to today, and a wrong
day moves a piece into another week. Here a text that leaves a doubt is None.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from monitor import text
from monitor.press import HANOI, hanoi_day

_FIRST_YEAR, _LAST_YEAR = 1990, 2098  # outside: 0001, 1970, 2099 and 9999 are a CMS's ways of saying nothing


@dataclass(frozen=True, slots=True)
class Published:
    """A day in Hà Nội and, where the text names it, the moment (ngày đăng)."""

    on: date
    at: datetime | None = None


def read_date(written: str, *, now: datetime | None = None) -> Published | None:
    """Read one printed or machine-made date; None rather than a guess.

    Day before month, always; a weekday that fits month before day only is a doubt. A time without a zone is a time in
    Hà Nội; a day without a time has no time. Beside the date there may stand furniture (“Cập nhật lúc”, “Lượt xem: 3”)
    and a name, but no sentence, no other number, and no word of another day (“ban hành”, “hết hạn”). `now` gives a
    meaning to “2 giờ trước”, and only where that leaves no doubt about the day.
    """
    line = text.line(written)
    if not line or len(line) > _LONGEST:
        return None
    if ago := _AGO.fullmatch(line.strip(" ,.-–|()")):
        return _before(now, int(ago[1]), ago[2].lower()) if now else None
    line = _first_of_two(line)
    days = list(_DAY.finditer(line))
    if not days or len({_numbers(day) for day in days}) > 1:
        return None
    day = _day(*_numbers(days[0]))
    if day is None or _OTHER_DAY.search(line) or _turned(days[0], day, _WEEKDAY.findall(line)):
        return None
    rest = _FURNITURE.sub(" ", _WEEKDAY.sub(" ", _VIEWS.sub(" ", _DAY.sub(_MARK, line))))
    times = list(_TIME.finditer(rest))
    rest = _TIME.sub(_MARK, rest)
    zones = list(_ZONE.finditer(rest))
    rest = _ZONE.sub(" ", rest)
    if len(times) > 1 or len(zones) > 1 or _HALF.search(rest) or not _only_a_name(rest):
        return None
    if not times:
        return Published(day)
    offset = _offset(zones[0]) if zones else HANOI
    moment = _moment(day, times[0], offset) if offset else None
    return Published(hanoi_day(moment), moment.astimezone(HANOI)) if moment else None


_LONGEST = 120  # characters; what is longer is a paragraph
_MARK = "\x00"
_MONTHS_IN_WORDS = {
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "tư": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
    "mười một": 11,
    "mười hai": 12,
    **{
        name: number
        for number, names in enumerate(
            (
                ("jan", "january"),
                ("feb", "february"),
                ("mar", "march"),
                ("apr", "april"),
                ("may",),
                ("jun", "june"),
                ("jul", "july"),
                ("aug", "august"),
                ("sep", "sept", "september"),
                ("oct", "october"),
                ("nov", "november"),
                ("dec", "december"),
            ),
            start=1,
        )
        for name in names
    },
}
# “tháng Giêng” and “tháng Chạp” are left out: they are months of the moon.
_VI_MONTH = r"\d{1,2}|mười\s+một|mười\s+hai|mười|một|hai|ba|bốn|tư|năm|sáu|bảy|bẩy|tám|chín"
_EN_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DAY = re.compile(
    rf"""
      (?<![\w/.-])(?P<y1>\d{{4}})(?P<s1>[-/])(?P<m1>\d{{1,2}})(?P=s1)(?P<d1>\d{{1,2}})(?=T\d\d:)T?   # 2025-03-19T08:15
    | (?<![\w/.-])(?P<y2>\d{{4}})(?P<s2>[-/])(?P<m2>\d{{1,2}})(?P=s2)(?P<d2>\d{{1,2}})(?!\w|[/.-]\w)
    | (?<!\d)(?<!\d[/.-])(?P<d3>\d{{1,2}})\s*(?P<s3>[-/])\s*(?P<m3>\d{{1,2}})\s*(?P=s3)\s*(?P<y3>\d{{4}})(?!\w|[/.-]\w)
    | (?<![\w/.-])(?P<d4>\d{{1,2}})\s+(?:tháng\s+|thg?\.?\s*)(?P<m4>{_VI_MONTH})(?:\s*,\s*|\s+)(?:năm\s+)?
      (?P<y4>\d{{4}})(?!\w|[/.-]\w)
    | (?<![\w/.-])(?P<d5>\d{{1,2}})[\s-](?P<m5>{_EN_MONTH})\.?,?[\s-](?P<y5>\d{{4}})(?!\w|[/.-]\w)
    | \btháng\s+(?P<m6>{_VI_MONTH})\s+(?P<d6>\d{{1,2}})\s*,\s*(?P<y6>\d{{4}})(?!\w|[/.-]\w)  # WordPress: F j, Y
    | \b(?P<m7>{_EN_MONTH})\.?\s+(?P<d7>\d{{1,2}})(?:st|nd|rd|th)?\s*,\s*(?P<y7>\d{{4}})(?!\w|[/.-]\w)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TIME = re.compile(
    r"""
    (?<![\d:/.+-])(?P<hour>\d{1,2})\s?(?::|h|g|giờ)\s?(?P<minute>\d{2})
    (?:[:'′](?P<second>\d{2}))?(?:[.,]\d{1,9})?['′]?(?!\d|:)\s*(?P<half>(?:AM|PM|SA|CH|sáng|chiều|tối)\b)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HALF = re.compile(r"\b(?:[AP]M|SA|CH|[Ss]áng|[Tt]rưa|[Cc]hiều|[Tt]ối|[Đđ]êm)\b")  # left over: of which time?
_MORNING, _EVENING = {"AM", "SA", "SÁNG"}, {"PM", "CH", "CHIỀU", "TỐI"}
_ZONE = re.compile(
    r"""
      \(?\b(?:GMT|UTC)\s?(?P<sign>[+-])\s?(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)\)?
    | (?<=\x00)\s?(?P<sign2>[+-])(?P<hours2>\d{1,2})(?::?(?P<minutes2>\d{2}))?(?!\d)
    | (?<=\x00)\s?(?P<name>Z|GMT|UTC|UT|ICT|[ECMP][SD]T|BST|CES?T|JST|MSK)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ZONES = dict.fromkeys(("Z", "GMT", "UTC", "UT"), timezone(timedelta(0))) | {"ICT": HANOI}
_VIEWS = re.compile(
    r"\b(?:số\s+)?(?:(?:lượt|lần)\s+(?:xem|đọc|truy cập)|bình\s+luận|phản\s+hồi)\s*:?\s*\(?[\d.,]*\)?"
    r"|\b(?:đã\s+)?(?:xem|đọc|views?)\s*:\s*[\d.,]+"
    r"|(?<![\d:/])\d[\d.,]*\s+(?:lượt\s+xem|lượt\s+đọc|lượt|xem|views?|bình\s+luận|phản\s+hồi)\b",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"""
    \b(?:
      (?:được\s+)?cập\s+nhật(?:\s+(?:lần\s+cuối|lúc|ngày|vào))*\b
    | ngày\s+(?:đăng\s+(?:tin|bài|tải)|đăng|tạo|viết|xuất\s+bản|phát\s+hành|gửi)\b
    | (?:đã\s+)?(?:đăng|xuất\s+bản|phát\s+hành|đăng\s+tải|đăng\s+tin)(?:\s+(?:ngày|lúc|vào))*\b
    | (?:thời\s+gian|thời\s+điểm|lúc|ngày|vào|phút|giờ\s+việt\s+nam|theo|nguồn|bởi|by|date)\b
    | (?:tác\s+giả|người\s+(?:đăng|viết))\b
    | (?:last\s+)?(?:published|updated|posted|modified)(?:\s+(?:on|at))?\b
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WEEKDAY = re.compile(
    r"\b(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|t\.?[2-7]|chủ\s+nhật|cn"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b",
    re.IGNORECASE,
)
_WEEKDAYS = {
    word: number
    for number, words in enumerate(
        ("hai 2 mon", "ba 3 tue", "tư 4 wed", "năm 5 thu", "sáu 6 fri", "bảy bẩy 7 sat", "nhật cn sun")
    )
    for word in words.split()
}
# The days of other things: of a document, a meeting, an end of term. In small letters they are no name anyway.
_OTHER_DAY = re.compile(
    r"\b(?:ban\s+hành|hiệu\s+lực|(?:hết|thời)\s+hạn|hạn\s+(?:nộp|cuối|chót)|ngày\s+(?:sinh|họp)|(?:khai|bế)\s+mạc|hội\s+nghị"
    r"|lễ\s+hội|(?:quyết|nghị)\s+định|nghị\s+quyết|kế\s+hoạch|công\s+văn|thông\s+tư|chỉ\s+thị)\b"
    r"|\b(?-i:[A-ZĐ]{2,}\d*-[A-ZĐ]{2,})\b",
    re.IGNORECASE,
)
_AGO = re.compile(r"(?:cập\s+nhật\s*:?\s*)?(\d{1,3})\s+(giây|phút|giờ|tiếng)\s+trước", re.IGNORECASE)
_STEPS = {"giây": timedelta(seconds=1), "phút": timedelta(minutes=1)}
_EDITED = re.compile(r"\b(?:cập\s+nhật|chỉnh\s+sửa|sửa\s+lúc|updated|modified)", re.IGNORECASE)
_NAME_LONGEST = 5
_SHOUTED = 3  # words in capitals: more of them are a headline


def _numbers(found: re.Match[str]) -> tuple[int, int, int]:
    """Give year, month, day as they stand, right or not; month 0 where its word is unknown."""
    groups = found.groupdict()
    kind = next(n for n in "1234567" if groups[f"y{n}"])
    month = " ".join(groups[f"m{kind}"].lower().split())
    number = int(month) if month.isdecimal() else _MONTHS_IN_WORDS.get(month, 0)
    return int(groups[f"y{kind}"]), number, int(groups[f"d{kind}"])


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:  # 31/02, the 13th month: never turned round into something that exists
        return None


def _turned(found: re.Match[str], day: date, weekdays: list[str]) -> bool:
    """Say whether the weekday that stands beside `5/1/2021` fits the first of May only: an American wrote it."""
    if found["y3"] is None or len(weekdays) != 1:
        return False
    word = weekdays[0].lower().split()[-1].removeprefix("t.")
    printed = _WEEKDAYS.get(word, _WEEKDAYS.get(word[:3], _WEEKDAYS.get(word[-1:])))
    turned = _day(day.year, day.day, day.month)
    return turned is not None and day.weekday() != printed == turned.weekday()


def _offset(zone: re.Match[str]) -> timezone | None:
    name = (zone["name"] or "").upper()
    if name:
        return _ZONES.get(name)
    hours, minutes = int(zone["hours"] or zone["hours2"]), int(zone["minutes"] or zone["minutes2"] or 0)
    if hours > 14 or minutes > 59:
        return None
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(-ahead if (zone["sign"] or zone["sign2"]) == "-" else ahead)


def _moment(day: date, time: re.Match[str], zone: timezone) -> datetime | None:
    hour, half = int(time["hour"]), (time["half"] or "").upper()
    if half and (hour == 0 or (hour > 12 and half in _MORNING)):
        return None
    if half in _MORNING:
        hour %= 12
    elif half in _EVENING and hour < 12:
        hour += 12
    try:
        return datetime(day.year, day.month, day.day, hour, int(time["minute"]), int(time["second"] or 0), tzinfo=zone)
    except ValueError:
        return None


def _first_of_two(line: str) -> str:
    """Leave out the day of the last edit where the day of publishing stands before it."""
    edited = _EDITED.search(line)
    return line[: edited.start()] if edited and _DAY.search(line[: edited.start()]) else line


def _only_a_name(rest: str) -> bool:
    """Say whether beside date and time there stands a name at most: a sentence with a date in it is no date line."""
    words = re.findall(r"[^\W_]+", rest)
    if sum(len(word) > 1 and word.isupper() for word in words) > _SHOUTED:
        return False
    return len(words) <= _NAME_LONGEST and all(word[0].isupper() and not re.search(r"\d", word) for word in words)


def _before(now: datetime, number: int, unit: str) -> Published | None:
    """Give the day that lies `number` units back; “2 giờ” is anything from two hours to nearly three."""
    step = _STEPS.get(unit, timedelta(hours=1))
    latest, earliest = hanoi_day(now - number * step), hanoi_day(now - (number + 1) * step)
    return Published(latest) if latest == earliest else None
