"""One spelling per Vietnamese word: every text passes through here on its way in.

NFC does not unite the Icelandic Ð/ð, which old Vietnamese sites print, with the Vietnamese Đ/đ; we do.
"""

import codecs
import html
import re
import unicodedata

_ETH = str.maketrans({"Ð": "Đ", "ð": "đ"})
# Zero-width marks, soft hyphen, BOM and bidi controls: invisible, and they split words for every search. Control
# characters are illegal in XML, so they would break DOCX and XLSX; tab and line breaks stay.
_ODD = re.compile(
    "[Ðð\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]"
)
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_SYLLABLE = re.compile(r"\w+")
# Old tone placement (hoà, thuỷ) to the one in school use (hòa, thủy); only where the vowel pair ends the syllable.
_TONES = {
    "o": dict(zip("àáảãạ", "òóỏõọ", strict=True)),
    "e": dict(zip("èéẻẽẹ", "òóỏõọ", strict=True)),
    "y": dict(zip("ỳýỷỹỵ", "ùúủũụ", strict=True)),
}
# What follows must be no letter, and no mark: a second mark on the vowel would stay behind alone.
_OLD_TONE = re.compile(
    r"o([àáảãạ])(?![\w\u0300-\u036f])|o([èéẻẽẹ])(?![\w\u0300-\u036f])|(?<!q)u([ỳýỷỹỵ])(?![\w\u0300-\u036f])"
)


def nfc(text: str) -> str:
    """Give `text` in NFC with Vietnamese Đ/đ, no invisible and no control characters."""
    # What is invisible goes first: a mark hidden behind it must still find its letter.
    if _ODD.search(text):  # one look: most text has none of it
        text = _ODD.sub("", text.translate(_ETH))
    return unicodedata.normalize("NFC", text)


def line(text: str) -> str:
    """Give `text` as one clean line: NFC, entities resolved once, blanks folded."""
    return " ".join(nfc(html.unescape(text)).split())


def paragraphs(text: str) -> str:
    """Give `text` with blanks folded inside lines and one line break between paragraphs."""
    return _LINES.sub("\n", _BLANKS.sub(" ", nfc(text))).strip()


def _new_tone(match: re.Match[str]) -> str:
    if match[1]:
        return _TONES["o"][match[1]] + "a"
    if match[2]:
        return _TONES["e"][match[2]] + "e"
    return _TONES["y"][match[3]] + "y"


def matching(text: str) -> str:
    """Give `text` for comparing words: NFC, lower case, new tone placement (hoà → hòa); as long as before."""
    return _OLD_TONE.sub(_new_tone, nfc(text).replace("İ", "I").lower())  # İ is two characters in lower case


def fold(text: str) -> str:
    """Give `text` without marks and in lower case, đ → d: what a search box means."""
    lower = nfc(text).lower()
    try:
        return codecs.charmap_decode(codecs.charmap_encode(lower, "strict", _TO_BYTES)[0], "strict", _BARE)[0]
    except UnicodeEncodeError:
        return _without_marks(lower)


def _without_marks(lower: str) -> str:
    plain = unicodedata.normalize("NFD", lower.replace("đ", "d"))
    return unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))


def length(text: str) -> int:
    """Count the syllables of `text`."""
    return len(_SYLLABLE.findall(text))


def syllables(text: str) -> list[str]:
    """Give the syllables of `text`, in the spelling of `matching`."""
    return _SYLLABLE.findall(matching(text))


# What nearly every text here is made of fits into a byte a letter: ASCII, the small letters of Vietnamese, and what
# printers set between them. So a text loses its marks as bytes, in a tenth of the time that `str.translate` takes.
_MARKS = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_LETTERS = [unicodedata.normalize("NFC", vowel + mark) for vowel in "aăâeêioôơuưy" for mark in _MARKS]
_BYTES = "".join(map(chr, range(128))) + "".join(c for c in [*_LETTERS, *"đ\u00a0«°·»×–—‘’“”•…"] if not c.isascii())
_BARE = "".join(map(_without_marks, _BYTES))
_TO_BYTES = codecs.charmap_build(_BYTES.ljust(256, "\ufffe"))  # \ufffe stands for no letter
