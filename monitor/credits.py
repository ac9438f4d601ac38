"""Whom a piece credits (ghi nguồn): the wire agency or the site that its text or its by-line names as its source.

A credit is shown, never used to merge: “Theo TTXVN” stands under whole copies and under pieces of one's own.
"""

import re

from monitor.text import line
from monitor.urls import host_of

_WIRE = "TTXVN"
_TAIL = 3  # paragraphs from the end in which a credit may stand
_LONGEST = 10  # words; what is longer is prose
_LEADING = r"(?:theo|nguồn(?:\s+tin)?)"
_ALONE = re.compile(rf"[(\[\s–-]*{_LEADING}\s*[:：]?\s+(?P<who>[^,;()]+?)[)\]\s./]*", re.IGNORECASE)
_AT_END = re.compile(rf"\((?:{_LEADING}\s*:?\s*)?(?P<who>[^()]+)\)[\s./]*$", re.IGNORECASE)
_LED = re.compile(rf"\(\s*{_LEADING}\b", re.IGNORECASE)
_DATELINE = re.compile(r"^[^()\n]{0,40}\((?P<who>[^()]{2,30})\)\s*[-–—:]")
_IS_WIRE = re.compile(r"\b(?:TTXVN|VNA|Vietnam\s?\+|VietnamPlus|Thông tấn xã Việt Nam)", re.IGNORECASE)
_IS_SITE = re.compile(r"(?:https?://\S+|(?:[a-z0-9-]+\.)+(?:vn|com|net|org|info)(?:/\S*)?)", re.IGNORECASE)
# “Theo Kế hoạch số 12” names a paper, not who wrote the piece.
_PAPER = re.compile(
    r"(?:kế hoạch|quyết định|nghị|thông tư|luật|công văn|chỉ thị|đề án|chương trình|báo cáo|quy định|quy chế"
    r"|(?:số|đó|điều)\b)",
    re.IGNORECASE,
)
# A person's office, and what names nobody: “Theo Bí thư Tỉnh ủy”, “Nguồn: Internet”.
_NOBODY = re.compile(
    r"(?:(?:phó\s+)?(?:bí thư|chủ tịch|chủ nhiệm|giám đốc|tổng giám đốc|cục trưởng|vụ trưởng|chánh|trưởng|thủ tướng"
    r"|bộ trưởng|thứ trưởng|viện trưởng|hiệu trưởng|thống đốc)|phó|đồng chí|ông|bà(?!\s+rịa)|anh|chị|lãnh đạo|đại diện"
    r"|chuyên gia|bác sĩ|luật sư|ban tổ chức(?!\s+(?:trung ương|tỉnh|thành|huyện|đảng))|ban giám khảo|btc"
    r"|internet|(?:trên\s+)?mạng(?:\s+xã hội)?$|pv|p\.v|ctv|btv|phóng viên|cộng tác viên|sưu tầm|tổng hợp"
    r"|nhiều nguồn|tư liệu|tài liệu)\b",
    re.IGNORECASE,
)


def credit_of(text: str, authors: tuple[str, ...] = ()) -> str | None:
    """Give who is credited: `TTXVN`, a site's host, or a newsroom's name as printed; None where nobody is.

    The by-line first, then the last paragraphs, then the dateline.
    """
    for author in authors:
        who = line(author)
        led = _ALONE.fullmatch(who)
        if found := _named(led["who"]) if led else _known(who):
            return found
    paragraphs = [one for one in map(line, text.split("\n")) if one]
    for paragraph in reversed(paragraphs[-_TAIL:]):
        if found := _in_tail(paragraph):
            return found
    dateline = _DATELINE.match(paragraphs[0]) if paragraphs else None
    return _known(dateline["who"]) if dateline else None


def _in_tail(paragraph: str) -> str | None:
    short = len(paragraph.split()) <= _LONGEST
    if short and (led := _ALONE.fullmatch(paragraph)):
        ended = paragraph.endswith(".") and not paragraph.startswith("(")
        return _known(led["who"]) if ended else _named(led["who"])  # with a full stop it may be a sentence
    if short and _IS_WIRE.match(paragraph.strip("()[] ./")):
        return _WIRE
    if closed := _AT_END.search(paragraph):
        return _named(closed["who"]) if _LED.match(closed[0]) else _known(closed["who"])
    return None


def _known(who: str) -> str | None:
    """Give the agency or site whose name proves itself."""
    if _IS_WIRE.search(who):
        return _WIRE
    site = _IS_SITE.search(who)
    if site is None:
        return None
    address = site[0] if "://" in site[0] else f"http://{site[0]}"
    return host_of(address).removeprefix("www.") or None


def _named(who: str) -> str | None:
    """Give a newsroom's name that only the word before it makes a credit."""
    who = who.strip(" .:–-")
    if known := _known(who):
        return known
    proper = (
        len(who.split()) <= 6
        and who[:1].isupper()
        and not (_PAPER.match(who) or _NOBODY.match(who))
        and not re.search(r"\d", who)
    )
    return who if proper else None
