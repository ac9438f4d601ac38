"""Vietnamese that was written before Unicode, or decoded wrongly, back into letters; only what is beyond doubt.

Known are TCVN3 (ABC) and VNI, whose letters are Latin ones in other places, VIQR, which writes marks as punctuation,
UTF-8 that was read as windows-1252 (once or twice), and Ƣ/ƣ, which Vietnamese does not have, for Ư/ư.

A guess must pass a test: what comes out consists of syllables that Vietnamese can have, and what went in does not.
So right Vietnamese, other languages and codes stay as they are. What cannot be known: capitals of TCVN3, which stood
in a font of their own (.VnTimeH) under the codes of small letters, come back small.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, partial

from monitor.syllables import legal

Reader = Callable[[str], str]

_ENOUGH = 0.8  # the share of a paragraph's words that must be Vietnamese afterwards
_GAIN = 0.5  # and by how much that share must have grown
_LONGEST = 200_000  # characters; what is longer is no article, and guessing costs some 8 µs a character

# Letters and signs that right Vietnamese has not: wherever something is broken, some of them turn up. Signs that right
# text has often (° ² ½ × – €) are left out: the others come with them.
_STRANGE = re.compile(
    "[\u0080-\u009f\u00a1-\u00aa\u00ac-\u00af\u00b4-\u00b6\u00b8-\u00ba\u00bc\u00be\u00bf"
    "ÄÅÆÇËÎÏÑÖØÛÜÞßäåæçëîïñö÷øûüþÿŒœŽžŸƒƢƣˆ˜ĄąŔŕŐőŰűŢţŇňŘřŠšŤťŹźŻż₫]"
)
_NO_LETTER = re.compile(r"[\d_\W]+")
_LETTER = re.compile(r"[^\W\d_]|[\u0080-\u009f\u00ad]")
_BLANKS = re.compile(r"([ \t\u00a0]+)")
_EDGES = "\"'“”‘’«»()[]{}<>.,;:!?…–—-/*•|"


def repaired(text: str) -> str | None:
    """Give `text` in right letters, or None where it needs or allows no repair; each line is judged alone.

    Hand over what was decoded, before `monitor.text` cleans it: a soft hyphen is the ư of TCVN3, a control character
    may be half of a letter.
    """
    strange = "^" in text or (not text.isascii() and _STRANGE.search(text))
    if not strange or len(text) > _LONGEST:
        return None
    lines = text.split("\n")
    better = [_repaired_line(line) for line in lines]
    if not any(better):
        return None
    return "\n".join(new or old for new, old in zip(better, lines, strict=True))


def _repaired_line(line: str) -> str | None:
    if "ƣ" in line or "Ƣ" in line:
        horned = [_vietnamese(word) for word in _horned(line)]
        return line.translate(_HORNED) if 2 * sum(horned) >= len(horned) else None
    before, old = _share(line)[0], line.split()
    if before >= 1 - _GAIN:
        return None
    best, most = None, (0.0, 0)
    for read, telling, least in _guesses(line):
        share, words = _share(read(telling))
        if words >= least and share >= max(_ENOUGH, before + _GAIN):
            guess = read(line)
            # Of two guesses that make equal sense the one that explains more: an ă may be the ó of another code page.
            worth = share, sum(new != was for new, was in zip(guess.split(), old, strict=False))
            if worth > most:
                best, most = guess, worth
    return best


def _guesses(line: str) -> Iterator[tuple[Reader, str, int]]:
    """Give how the line may be read, what of it tells whether that is right, and how many different words must.

    Sequences of UTF-8 prove themselves; that two letters make sense as TCVN3 may be chance.
    """
    if (line.isascii() or "^" in line) and _spelled_out(_from_viqr(line)) >= 2:
        yield _from_viqr, line, 2
    if line.isascii():
        return
    yield _from_misread, line, 1
    yield lambda text: _from_misread(_from_misread(text)), line, 1
    # A word of ASCII alone reads alike in every code page, and each other word is read by itself: once is enough.
    words = " ".join(dict.fromkeys(word for word in _BLANKS.split(line) if not word.isascii()))
    for codec in ("cp1252", "cp1250", "cp1258"):
        for letters in (_tcvn3(codec), _vni(codec)):
            yield partial(_by_words, foreign=_foreign(codec), read=letters), words, 2


def _share(line: str) -> tuple[float, int]:
    """Give which part of the different words with letters beyond ASCII are Vietnamese, and how many they are."""
    bare = {word.strip(_EDGES) for word in line.split() if not word.isascii()}
    words = {word for word in bare if len(word) > 1 and not word.isascii() and _LETTER.search(word)}
    right = sum(1 for word in words if _vietnamese(word))
    return (right / len(words) if words else 0.0), len(words)


def _spelled_out(line: str) -> int:
    """Count the different Vietnamese words of two letters and more with a mark: “e^2” would be “ê2”."""
    bare = {word.strip(_EDGES).lower() for word in line.split() if not word.isascii()}
    return sum(1 for word in bare if len(word) > 1 and word.isalpha() and legal(word))


def _vietnamese(word: str) -> bool:
    parts = [part for part in _NO_LETTER.split(word) if part]
    # “vÃ” is half a “và”, not a “vã” with a strange capital.
    cased = all(part.islower() or part.isupper() or part.istitle() for part in parts)
    return cased and not _STRANGE.search(word) and all(map(legal, parts))


def _by_words(line: str, foreign: re.Pattern[str], read: Reader) -> str:
    """Read word by word: a word with a letter that the code page does not have was right already."""
    return "".join(word if foreign.search(word) else read(word) for word in _BLANKS.split(line))


@cache
def _foreign(codec: str) -> re.Pattern[str]:
    """Give what finds a letter beyond ASCII that no byte of the code page becomes."""
    own = {char for char, _ in _decoded(codec)}
    return re.compile(
        "[" + "".join(chr(n) for n in range(0xC0, 0x1F00) if chr(n).isalpha() and chr(n) not in own) + "]"
    )


def _horned(line: str) -> Iterator[str]:
    return (word.strip(_EDGES).translate(_HORNED) for word in line.split() if "ƣ" in word.lower())


_HORNED = str.maketrans("Ƣƣ", "Ưư")


# --- UTF-8 that was read as windows-1252 ---

_BYTES = {bytes([b]).decode("cp1252", "ignore") or chr(b): b for b in range(0x80, 0x100)} | {
    chr(b): b for b in range(0x80, 0xA0)
}
_TAIL = "".join(re.escape(char) for char, byte in _BYTES.items() if byte < 0xC0)
# A no-break space (0xA0) is often a plain one by now: the à of “hà nh”, the Ạ of “áº ”.
_SEQUENCE = re.compile(f"[\u00c2-\u00df][{_TAIL}]|[\u00e0-\u00ef][{_TAIL}]{{2}}|Ã (?=[a-z ])|áº ")


def _from_misread(line: str) -> str:
    return _SEQUENCE.sub(_sequence, line)


def _sequence(match: re.Match[str]) -> str:
    raw = bytes(0xA0 if char == " " else _BYTES[char] for char in match[0])
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return match[0]


# --- TCVN3 (ABC) ---

_TCVN3 = dict(
    zip(
        bytes.fromhex(
            "a1a2a3a4a5a6a7 a8a9aaabacadae b5b6b7b8b9 bbbcbdbec6 c7c8c9cacb cccecfd0d1 d2d3d4d5d6 d7d8dcddde"
            "dfe1e2e3e4 e5e6e7e8e9 eaebecedee eff1f2f3f4 f5f6f7f8f9 fafbfcfdfe"
        ),
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)


@cache
def _tcvn3(codec: str) -> Reader:
    """Give the reader of TCVN3 whose bytes were decoded as `codec`."""
    table = {ord(char): _TCVN3[byte] for char, byte in _decoded(codec) if byte in _TCVN3}
    return lambda word: word.translate(table)


def _decoded(codec: str) -> list[tuple[str, int]]:
    pairs = [(bytes([byte]).decode(codec, "ignore") or chr(byte), byte) for byte in range(0xA1, 0x100)]
    return [(char, byte) for char, byte in pairs if len(char) == 1]


# --- VNI (VNI-Windows): a letter, then a second one that is its mark ---

_VNI_MARKS = {
    "a": ("àùûõïâàáåãäêèéúüë", "àáảãạâầấẩẫậăằắẳẵặ"),
    "e": ("øùûõïâàáåãä", "èéẻẽẹêềếểễệ"),
    "o": ("øùûõïâàáåãä", "òóỏõọôồốổỗộ"),
    "u": ("øùûõï", "ùúủũụ"),
    "y": ("øùûõ", "ỳýỷỹ"),
    "ô": ("øùûõï", "ờớởỡợ"),
    "ö": ("øùûõï", "ừứửữự"),
}
_VNI_ALONE = dict(zip("ìíæóòôöñîÌÍÆÓÒÔÖÑÎ", "ìíỉĩịơưđỵÌÍỈĨỊƠƯĐỴ", strict=True))


def _vni_table() -> dict[str, str]:
    """Give the letters of VNI by the one or two Latin letters that stand for them."""
    table = dict(_VNI_ALONE)
    for base, (marks, letters) in _VNI_MARKS.items():
        marks = "ø" + marks[1:] if base == "a" else marks
        for mark, letter in zip(marks, letters, strict=True):
            table[base + mark] = letter
            table[base.upper() + mark.upper()] = table[base.upper() + mark] = letter.upper()
    return table


@cache
def _vni(codec: str) -> Reader:
    """Give the reader of VNI whose bytes were decoded as `codec`."""
    seen = {byte: char for char, byte in _decoded(codec)}
    table = {
        "".join(char if char.isascii() else seen[ord(char)] for char in pair): letter
        for pair, letter in _vni_table().items()
        if all(char.isascii() or ord(char) in seen for char in pair)
    }
    pattern = re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True)))
    return lambda word: pattern.sub(lambda match: table[match[0]], word)


# --- VIQR: marks as punctuation ---

_VIQR_SHAPES = {"a^": "â", "a(": "ă", "e^": "ê", "o^": "ô", "o+": "ơ", "u+": "ư"}
_VIQR_TONES = dict(zip("`'?~.", "\u0300\u0301\u0309\u0303\u0323", strict=True))
_VIQR = r"\\([\\.?'`~^(+])|([aeouAEOU][\^(+]|[aeiouyAEIOUY])([`'~]|[?.](?!{ending}))?|[dD][dD]"
_VIQR_ESCAPED = re.compile(_VIQR.replace("{ending}", r"[\s\"')]*$"))
_VIQR_BARE = re.compile(_VIQR.replace("{ending}", r"[\s\"')]*(?:$|\s[A-Z])"))


def _from_viqr(line: str) -> str:
    """Read VIQR. Where no `\\` in the line tells signs from marks, `.` and `?` before a capital end a sentence."""

    def letter(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        if match[2] is None:
            return "Đ" if match[0][0] == "D" else "đ"
        shape = _VIQR_SHAPES.get(match[2].lower())
        base = match[2] if shape is None else shape.upper() if match[2][0].isupper() else shape
        return unicodedata.normalize("NFC", base + _VIQR_TONES.get(match[3] or "", ""))

    return (_VIQR_ESCAPED if "\\" in line else _VIQR_BARE).sub(letter, line)
