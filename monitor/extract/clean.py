"""What stands in a page's text and was not written by its author: player, furniture, captions, by-line, lead."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor import text
from monitor.extract.furniture import without_furniture
from monitor.extract.tree import PICTURE

_PLAYER = re.compile(r"0{1,2}:00(\s*/\s*\d{1,2}:\d{2})?")
_PLAYER_FIRST = re.compile(r"^(0{1,2}:00\s*/\s*\d{1,2}:\d{2}\s*)(0{1,2}:00\s+)?")
_MARK = "./."  # the end mark of official papers; some editors set it alone in a paragraph
_END = re.compile(r"\s*\./\.\s*")
_INITIALS = re.compile(r"[A-ZĐ](\.[A-ZĐ][a-z]?){1,3}\.?|[A-ZĐ]\.[A-ZĐ]\w+")
_ROLE = re.compile(
    r"^(tác giả|tin,? ảnh|tin và ảnh|bài,? ảnh|bài và ảnh|tin|bài|ảnh|thực hiện|nhóm pv|pv|ctv|theo)\s*:\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s+[-–—]\s+|\s*[–—/;&]\s*|\s*,\s*|\s+và\s+")
_NAME_LONGEST, _NAMES_MOST = 5, 6  # words, people
# A paper ends with the place where it was signed, too.
_PLACES = frozenset(
    text.matching(name.strip())
    for name in """
An Giang; Bà Rịa; Vũng Tàu; Bà Rịa - Vũng Tàu; Bạc Liêu; Bắc Giang; Bắc Kạn; Bắc Ninh; Bến Tre; Bình Dương; Bình Định
Bình Phước; Bình Thuận; Cà Mau; Cao Bằng; Cần Thơ; Đà Nẵng; Đắk Lắk; Đắk Nông; Điện Biên; Đồng Nai; Đồng Tháp; Gia Lai
Hà Giang; Hà Nam; Hà Nội; Hà Tĩnh; Hải Dương; Hải Phòng; Hậu Giang; Hòa Bình; Hồ Chí Minh; Hưng Yên; Khánh Hòa
Kiên Giang; Kon Tum; Lai Châu; Lạng Sơn; Lào Cai; Lâm Đồng; Long An; Nam Định; Nghệ An; Ninh Bình; Ninh Thuận; Phú Thọ
Phú Yên; Quảng Bình; Quảng Nam; Quảng Ngãi; Quảng Ninh; Quảng Trị; Sóc Trăng; Sơn La; Tây Ninh; Thái Bình; Thái Nguyên
Thanh Hóa; Thừa Thiên Huế; Huế; Tiền Giang; Trà Vinh; Tuyên Quang; Vĩnh Long; Vĩnh Phúc; Yên Bái; Việt Nam
Ba Bể; Bạch Thông; Chợ Đồn; Chợ Mới; Na Rì; Ngân Sơn; Pác Nặm
""".replace("\n", ";").split(";")
    if name.strip()
)
_CAPTION_LONGEST = 40  # syllables
_TWICE_LONGEST = 25  # syllables; longer paragraphs printed twice are an accident


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Paragraphs of the text, and the people named in its last line."""

    paragraphs: tuple[str, ...]
    authors: tuple[str, ...]


def clean(
    paragraphs: Sequence[str],
    *,
    title: str,
    lead: str | None,
    prefix: str | None,
    captions: Collection[str],
    byline: bool,
) -> Cleaned:
    """Take out of `paragraphs` what is not the text.

    `prefix` is the outlet's mark before a lead; `captions` are the texts of pictures; `byline` says that the last
    paragraph of such pages names the authors. Without it only initials, or names behind `./.`, are believed.
    """
    kept = [_PLAYER_FIRST.sub("", one) for one in paragraphs]
    kept = without_furniture([one for one in kept if one and not _PLAYER.fullmatch(one)])
    kept = [one + (_MARK if after == _MARK else "") for one, after in pairwise([*kept, ""]) if one != _MARK]
    shown = [one for one in captions if _short(one, _CAPTION_LONGEST)]
    kept = [one for one in kept if not any(_same(one, caption) for caption in shown)]
    kept = _without_twins(kept)
    kept, authors = _without_byline(kept, byline)
    if kept:
        kept[0] = without_prefix(kept[0], prefix)
    # A page whose text is its lead and no more keeps it: better twice than not at all.
    while kept and (_same(kept[0], title) or (len(kept) > 1 and _same(kept[0], lead or title))):
        kept.pop(0)
    return Cleaned(tuple(one for one in kept if one), authors)


def without_prefix(line: str, prefix: str | None) -> str:
    """Give `line` without the outlet's mark (`BBK - `), whichever dash and blanks are used."""
    core = (prefix or "").strip().rstrip("-–— ").rstrip()
    if not core:
        return line
    dashed = core != (prefix or "").strip()
    return re.sub(rf"^{re.escape(core)}\s*{'[-–—]' if dashed else '[-–—:]?'}\s*", "", line, count=1)


def people(line: str) -> tuple[str, ...]:
    """Give the names in a by-line, split at dashes, slashes and semicolons."""
    found = (_ROLE.sub("", part).strip(" .,!:-–—") for part in _BETWEEN.split(_ROLE.sub("", text.line(line))))
    return tuple(dict.fromkeys(name for name in found if name))


def _short(line: str, most: int) -> bool:
    return text.length(line) <= most


def _same(one: str, other: str) -> bool:
    """Say whether two clean lines say the same; in the spelling that tells it they are as long as before."""
    return len(one) == len(other) and text.matching(one) == text.matching(other)


def without_doubled_captions(lines: Sequence[str]) -> list[str]:
    """Take the pictures' marks out of `lines`, and a short line that is said twice beside one: alt text and caption.

    Away from pictures a line said twice is a table's or a list's, and stays.
    """
    said: list[str] = []
    pictured = set()  # the places in `said` before which a picture stands
    for line in lines:
        if line.startswith(PICTURE):
            pictured.add(len(said))
        if bare := _bare(line):
            said.append(bare)
        if PICTURE in line[1:]:
            pictured.add(len(said))
    kept: list[str] = []
    begin = 0
    for end in range(1, len(said) + 1):
        if end == len(said) or not _same(said[end], said[begin]):
            doubled = end > begin + 1 and _short(said[begin], _TWICE_LONGEST)
            if not (doubled and any(place in pictured for place in range(begin, end + 1))):
                kept += said[begin:end]
            begin = end
    return kept


def _bare(line: str) -> str:
    return text.line(line.replace(PICTURE, " ")) if PICTURE in line else line


def _without_twins(paragraphs: Sequence[str]) -> list[str]:
    """Fold a long paragraph printed twice in a row, which is an accident."""
    pairs = zip(["", *paragraphs], paragraphs, strict=False)
    return [one for before, one in pairs if not _same(one, before) or _short(one, _TWICE_LONGEST)]


def _without_byline(paragraphs: list[str], trusted: bool) -> tuple[list[str], tuple[str, ...]]:
    """Cut the end mark `./.` and the by-line behind it or in the last paragraph."""
    if not paragraphs:
        return paragraphs, ()
    *before, last = paragraphs
    if len(parts := _END.split(last)) > 1 and _names(parts[-1], surely=False):  # “… công ích./. N.Đ” in one paragraph
        return [*before, f"{'./.'.join(parts[:-1])}."], people(parts[-1])
    ended = bool(before) and _END.search(before[-1]) is not None
    if before and _names(last, surely=not (trusted or ended)):
        return _ended(before), people(last)
    return _ended(paragraphs), ()


def _ended(paragraphs: list[str]) -> list[str]:
    """Give the last paragraph a full stop in place of `./.`."""
    return [*paragraphs[:-1], re.sub(r"\s*\./\.\s*$", ".", paragraphs[-1])]


def _names(line: str, *, surely: bool) -> bool:
    """Say whether `line` consists of names; `surely`: initials, or names behind “Tác giả:” and the like."""
    told = _ROLE.match(line) is not None
    names = people(line)
    if not 0 < len(names) <= _NAMES_MOST:
        return False
    if all(_INITIALS.fullmatch(name) for name in names):
        return True
    if not told and all(text.matching(name) in _PLACES for name in names):
        return False
    if (surely and not told) or line.rstrip().endswith("."):
        return False
    return all(
        _INITIALS.fullmatch(name)
        or (len(words := name.split()) <= _NAME_LONGEST and all(w[0].isupper() and w.isalpha() for w in words))
        for name in names
    )
