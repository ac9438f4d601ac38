"""What a page turned out to be: its kind, its form, or nothing at all."""

import re
from collections.abc import Mapping

from monitor import text
from monitor.extract.reading import Reading
from monitor.plan import Channel, Form
from monitor.press import Kind

_STORY_FROM = 350  # syllables: what editors call a bài, not a tin
_VIDEO_MOST = 30  # syllables beside a player that are no more than its label
_PHOTOS_FROM = 3
_LOST_MOST = 80  # syllables; a page that long says more than “not found”
_LOST = re.compile(
    r"((lỗi|error|http)\s*:?\s*)?404(\s*[-–|:.].*|\s+(not found|error|không).*)?"
    r"|(page )?not found.*"
    r"|không tìm thấy(\s+(trang|nội dung|bài viết|đường dẫn|dữ liệu|địa chỉ|url|tin|kết quả)\b.*)?"
    r"|(trang|nội dung|bài viết|đường dẫn|địa chỉ)(\s+(này|web|mà|bạn|đang|tìm|kiếm|cần|yêu cầu|truy cập))*"
    r"\s+không (tồn tại|tìm thấy|còn tồn tại|được tìm thấy)\b.*",
    re.IGNORECASE,
)

_CHALLENGE = re.compile(
    r"just a moment\W*|attention required!.*|checking (your browser|if the site connection)\b.*|ddos-guard.*"
    r"|please wait\W*|(access|permission) denied\W*.*|are you (a )?(human|robot).*"
    r"|verify(ing)? (that )?you are (a )?human.*"
    r"|(401|403|429|50[0-4])?\W*(unauthorized|forbidden|too many requests|internal server error|bad gateway"
    r"|service (temporarily )?unavailable|gateway time-?out)\b.*"
    r"|đang (kiểm tra|xác thực|xác minh) trình duyệt\b.*|xác (minh|thực) bạn (là|không phải)\b.*|captcha",
    re.IGNORECASE,
)
_NOTICE_MOST = 12  # syllables; a headline that begins so says more


def kind_of(reading: Reading, said: int, kinds: Mapping[Kind, str], addresses: tuple[str, ...], player: bool) -> Kind:
    """Give the kind of a page whose text has `said` syllables.

    The rules tell a digest or a live report by a piece of the address. A page without any text
    proves nothing, whatever its address says; beside a player it is a video.
    """
    said += text.length(reading.lead or "")
    if not said:
        return Kind.VIDEO if player else Kind.EMPTY
    for kind, piece in kinds.items():
        if any(piece in address for address in addresses):
            return kind
    return Kind.VIDEO if player and said <= _VIDEO_MOST else Kind.ARTICLE


def form_of(said: int, kind: Kind, channel: Channel, player: bool, photos: bool) -> Form | None:
    """Give the form of a piece; None where page and length do not tell."""
    if kind in {Kind.EMPTY, Kind.DIGEST, Kind.LIVE}:
        return None
    if photos:
        return Form.PHOTO
    if player and channel is Channel.TELEVISION:
        return Form.REPORTAGE
    if kind is Kind.VIDEO:
        return Form.VIDEO
    return Form.STORY if said >= _STORY_FROM else Form.NEWS


def photo_story(reading: Reading) -> bool:
    """Say whether a page is pictures with captions and nothing else."""
    return not reading.paragraphs and reading.images >= _PHOTOS_FROM and bool(reading.captions)


def lost(title: str, said: str) -> bool:
    """Say whether a page that came with status 200 says that there is no such page."""
    return _LOST.fullmatch(title) is not None and text.length(said) <= _LOST_MOST


def challenged(title: str) -> bool:
    """Say whether a page's title is that of a gate before the page: a browser check, a proxy's error."""
    return _CHALLENGE.fullmatch(title) is not None and text.length(title) <= _NOTICE_MOST
