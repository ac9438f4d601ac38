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
# Whole titles only: headlines, too, begin with “Không tìm thấy dữ liệu …” or “404 …”.
_GONE = r"(?:trang|nội dung|bài viết|tin bài|tin|đường dẫn|liên kết|dữ liệu|địa chỉ|url|kết quả|tài liệu)"
_ASKED = (
    r"(?:\s+(?:này|web|mà|bạn|quý vị|độc giả|đang|đã|muốn|cần|tìm|kiếm|xem|yêu cầu|truy cập|phù hợp|nào|của|theo))*"
)
_SINCE = (
    r"(?:,?\s+(?:hoặc|hay|và|có thể|đã|bị|được|không|còn|hợp lệ|xóa|xoá|gỡ|bỏ|di chuyển|chuyển|dời|ẩn|đổi|tên|đi|nữa"
    r"|này|trên|hệ thống|website|máy chủ))*"
)
_SAID_LOST = (
    r"(?:(?:the\s+)?(?:requested\s+)?(?:page|file|url|article)\s+)?(?:(?:was|is|could)\s+)?not\s+(?:be\s+)?found"
    rf"(?:\s+on this server)?|không tìm thấy(?:\s+{_GONE}(?:\s+web)?)?{_ASKED}"
    rf"|{_GONE}{_ASKED}\s+không (?:còn )?(?:tồn tại|(?:được )?tìm thấy){_SINCE}"
)
_CODE = r"(?:(?:lỗi|error|http)\s*:?\s*)?404(?:\W*(?:error|lỗi))?"
_SITE = (  # behind a dash the name of the site, which has capitals
    r"(?:\s*[-–—|]\s*(?-i:Báo|BÁO|Đài|ĐÀI|Cổng|CỔNG|Trang [Tt]|TRANG|Tạp chí|Truyền hình|UBND|Ủy ban|Sở|Ban "
    r"|[\w-]+(?:\.[\w-]+)+)[^?!]*)?"
)
_LOST = re.compile(rf"(?:{_CODE}|(?:{_CODE}\W+)?(?:{_SAID_LOST}))[\s.!]*{_SITE}", re.IGNORECASE)

_CHALLENGE = re.compile(
    r"just a moment\W*|attention required!.*|checking (your browser|if the site connection)\b.*|ddos-guard.*"
    r"|please wait\W*|(access|permission) denied\W*.*|are you (a )?(human|robot).*"
    r"|verify(ing)? (that )?you are (a )?human.*"
    r"|(401|403|429|50[0-4])?\W*(unauthorized|forbidden|too many requests|internal server error|bad gateway"
    r"|service (temporarily )?unavailable|gateway time-?out)\b.*"
    r"|đang (kiểm tra|xác thực|xác minh) trình duyệt\b.*|xác (minh|thực) bạn (là|không phải)\b.*|captcha",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"(?:.*[-–—|:»]\s*)?(?:(?:trang\s+)?đăng nhập|log ?in|log ?on|sign ?in|nhập mật khẩu|mật khẩu|password"
    r"|authenticat(?:e|ion)|xác thực|wi-?fi|hotspot|captive portal|(?:restricted|members?) (?:area|only))\b.*",
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


def asks_for_login(title: str) -> bool:
    """Say whether a title or heading is that of a form for logging in."""
    return _LOGIN.fullmatch(title) is not None and text.length(title) <= _NOTICE_MOST
