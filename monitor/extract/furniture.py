"""Lines that stand round a text and are never part of it: buttons, counters, clocks."""

import re
from collections.abc import Sequence

_LONGEST = 80  # characters; a longer line is no label, nor several
_LABEL = 40
_BUTTON = re.compile(
    r"(>{0,2}\s*xem thêm|nghe (bài|đọc bài|audio)|chia sẻ|in (trang|bài viết)|gửi email|về đầu trang|trở lại|quay lại"
    r"|tags?|từ khóa|bình luận(\s*\(\d+\))?|skip ribbon commands|skip to main content|nguồn|tin liên quan)\s*[:.…]*"
    r"|bài trước.*bài (tiếp theo|sau).*",
    re.IGNORECASE,
)

_COUNT = r"\d[\d.,\s]*[km]?"
_WHO = r"(?:lượt|lần|người|khách|thành viên)"
_DID = (
    r"(?:xem|đọc|nghe|tải(?:\s+(?:về|xuống))?|thích|chia\s+sẻ|truy\s+cập|ghé\s+thăm|bình\s+luận|phản\s+hồi|trực\s+tuyến"
    r"|online|views?|likes?|shares?|comments?|hits?)"
)
_DOING = rf"(?:{_WHO}\s+)*(?:(?:đã|đang|được)\s+)*{_DID}"
_COUNTER = re.compile(
    rf"(?:(?:tổng|số|tổng\s+số)\s+)?{_DOING}\s*[:(]?\s*{_COUNT}\s*\)?\s*{_WHO}?(?:\s+{_DID})?\s*\.?"
    rf"|{_COUNT}\s*{_DOING}\s*\.?",
    re.IGNORECASE,
)
_VISITORS = re.compile(r"truy\s+cập|\bonline\b", re.IGNORECASE)
_SPAN = re.compile(
    r"(?:hôm\s+(?:nay|qua)|trong\s+(?:ngày|tuần|tháng|năm)|(?:tuần|tháng|năm)\s+(?:này|trước)|tất\s+cả|tổng\s+cộng)"
    rf"\s*:?\s*{_COUNT}\s*{_WHO}?",
    re.IGNORECASE,
)

_WEEKDAY = r"(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật)"
_DAY = r"(?:ngày\s+)?\d{1,2}\s?(?:[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}|tháng\s+\d{1,2},?\s+năm\s+\d{4})"
_SECONDS = r"\d{1,2}:\d{2}:\d{2}(?:\s?[ap]m)?"
_TIME = r"\d{1,2}(?::|h|\sgiờ\s)\d{2}(?:\s?[ap]m)?"
_ZONE = r"(?:gmt|utc)\s?[+-]\s?\d{1,2}(?::?\d{2})?"
_NOW = r"hôm\s+nay(?:\s+là)?|bây\s+giờ(?:\s+là)?|(?:ngày\s+)?(?:đăng|cập\s+nhật)(?:\s+(?:lúc|ngày))?"
_STAMP = re.compile(
    rf"(?:(?P<now>{_NOW})|(?P<weekday>{_WEEKDAY})|(?P<day>{_DAY})|(?P<seconds>{_SECONDS})|(?P<time>{_TIME})"
    rf"|(?P<zone>{_ZONE})|lúc|[\s,:|•()–—-])+",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*[|•·]\s*|\s+[-–—]\s+")


def without_furniture(lines: Sequence[str]) -> list[str]:
    """Give the lines without those that are furniture wherever they stand, and without a calendar above the text.

    A line must be that and no more: a sentence that mentions a number, a day or an hour stays. So do a day or an hour
    alone, since schedules and live reports are headed so.
    """
    visitors = any(len(one) <= _LABEL and _VISITORS.search(one) for one in lines)
    kept = [one for one in lines if not (_is_furniture(one) or (visitors and _is_span(one)))]
    days = [one for one in kept if _is_day(one)]
    return kept[1:] if kept and days == kept[:1] else kept


def _is_furniture(line: str) -> bool:
    if _BUTTON.fullmatch(line):
        return True
    if len(line) > _LONGEST:
        return False
    if _is_counter(line) or _is_clock(line):
        return True
    parts = [part for part in _PARTS.split(line) if part]
    return any(map(_is_counter, parts)) and all(_is_counter(part) or _STAMP.fullmatch(part) for part in parts)


def _is_counter(line: str) -> bool:
    return len(line) <= _LONGEST and _COUNTER.fullmatch(line) is not None


def _is_span(line: str) -> bool:
    """Say whether a line counts the visitors of a day or a week."""
    return len(line) <= _LONGEST and _SPAN.fullmatch(line) is not None


def _is_clock(line: str) -> bool:
    found = _STAMP.fullmatch(line)
    if found is None:
        return False
    told = {name for name, what in found.groupdict().items() if what}
    return bool(told & {"seconds", "zone"}) or {"weekday", "day", "time"} <= told or ("now" in told and len(told) > 1)


def _is_day(line: str) -> bool:
    """Say whether a line is a weekday with its day, as in the head of a site."""
    found = _STAMP.fullmatch(line) if len(line) <= _LONGEST else None
    return found is not None and bool(found["weekday"]) and bool(found["day"])
