"""How a telephone number or an e-mail address is written on pages: what finds every spelling of one and no other."""

import re
import unicodedata
from functools import lru_cache

__all__ = ["digits_of", "email", "is_short", "phone", "plain"]

_SHORT = 5
_BLANK = r"[^\S\n]*"
# Blanks and what is set between the groups of a number. A comma or a stroke joins only where no blank follows it and
# more than two digits do: “3870.12, 3” and “3870.12/3” are two numbers.
_MARK = r"(?:[^\S\n]|[.\-·•()\[\]*_:]|(?<=\d)[,/](?=\d{3}))"
_WHOLE = r"(?:0|\+84)(?:[.\-]?\d){9,10}(?![.\-]?\d)"
_BETWEEN = rf"(?:{_MARK}{{1,3}}(?!{_WHOLE}))?"
_CODE_BETWEEN = rf"{_MARK}{{0,3}}"
_END = rf"(?!\d|\.(?!{_WHOLE})\d)"
_AT_NAMES, _DOT_NAMES = "@|at|a còng|a", r"\.|dot|chấm"
_AT = rf"(?:{_BLANK}(?:@|[\[({{<]{_BLANK}(?:{_AT_NAMES}){_BLANK}[\])}}>]){_BLANK}|[^\S\n]+(?:at|a còng)[^\S\n]+)"
_DOT = rf"(?:{_BLANK}(?:\.|[\[({{<]{_BLANK}(?:{_DOT_NAMES}){_BLANK}[\])}}>]){_BLANK}|[^\S\n]+(?:dot|chấm)[^\S\n]+)"


def plain(written: str) -> str:
    """Give what is searched for `written`, as long as it is: full-width signs and every dash become plain ones."""
    return written if written.isascii() else "".join(map(_plain, written))


@lru_cache(4096)
def _plain(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "No":  # the ² of a footnote is no digit of the number
        return sign
    if kind == "Pd" or sign == "−":
        return "-"
    same = unicodedata.normalize("NFKC", sign)
    return same if len(same) == 1 else sign


def digits_of(value: str) -> str:
    """Give the digits of a number as dialled inside the country, without the leading 0: 209 3870 123."""
    value = plain(value).strip()
    digits = re.sub(r"\D", "", value)
    if value.startswith("+84") or digits.startswith("0084"):
        digits = digits.removeprefix("00").removeprefix("84")
    elif len(digits) >= 11 and digits.startswith("84"):
        digits = digits[2:]
    return digits.removeprefix("0")


def is_short(value: str) -> bool:
    """Say whether a number is one like 1022, which may as well count something."""
    return len(digits_of(value)) <= _SHORT


def phone(value: str) -> re.Pattern[str]:
    """Give what finds a number however it is spaced and whether or not it begins with the country's code."""
    digits = digits_of(value)
    if is_short(value):  # 1022 is written in one piece; “10 22” is something else
        return re.compile(rf"(?<![\d.,]){digits}(?![\d.,]\d|\d)")
    if re.match(r"1[89]00", digits):  # “19:00, 12:34” are hours
        return re.compile(rf"(?<!\d){digits[:4]}{_BETWEEN.join(['', *digits[4:]])}{_END}")
    code = rf"(?:(?:\+|00)?{_CODE_BETWEEN}84{_CODE_BETWEEN}(?:0{_CODE_BETWEEN})?|0{_CODE_BETWEEN})"
    return re.compile(rf"(?<!\d){code}{_BETWEEN.join(digits)}{_END}")


def email(value: str) -> re.Pattern[str]:
    """Give what finds an address also where `@` and dots are spelled out against collectors."""
    name, _, domain = plain(value).strip().partition("@")
    spelled = [_DOT.join(map(re.escape, part.split("."))) for part in (name, domain)]
    return re.compile(rf"(?<![\w.+-]){_AT.join(spelled)}(?![\w-])(?!\.(?-i:[a-z0-9]))", re.IGNORECASE)
