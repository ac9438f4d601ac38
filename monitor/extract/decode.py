"""The bytes of a page into text: what it is, not what it says it is."""

import codecs
import re

from monitor import legacy
from monitor.press import Page

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(
    rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]+encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE
)
# Python knows codecs that are no encodings of pages (idna, utf-7, unicode_escape …).
_ALLOWED = re.compile(r"utf-(8|16|16-le|16-be)|cp125\d|cp874|iso8859-\d+|ascii|tis-620")
_DAMAGED = 0.02  # the share of bad characters among those beyond ASCII up to which a text is UTF-8 with a scratch


def decode(page: Page) -> str:
    """Give the page's text.

    A byte order mark decides. Then the zeros of UTF-16, then UTF-8 if the bytes are just that: a single-byte encoding
    takes any bytes, so a header that says latin-1 over UTF-8 proves nothing, while Vietnamese text is UTF-8 by chance
    never. Then what the header says, what the page says, and at last windows-1258, the Vietnamese one (its tones come
    apart; text.nfc joins them).
    """
    body = page.body
    for bom, codec in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(codec, "replace")
    header = _CHARSET.search(page.headers.get("content-type", ""))
    meta = _META.search(body[:4096])
    declared = [
        _codec(name)
        for name in (header[1] if header else "", (meta[1] or meta[2]).decode("ascii") if meta else "")
        if name
    ]
    wide = _wide(body[:200])
    narrow = [name for name in declared if name and not name.startswith("utf-16")]
    for name in (*wide, "utf-8"):
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    scratched = body.decode("utf-8", "replace")
    if scratched.count("\ufffd") <= _DAMAGED * sum(not c.isascii() for c in scratched):
        return scratched
    for name in [*narrow, "cp1258"]:
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return body.decode("cp1252", "replace")


def _wide(begun: bytes) -> tuple[str, ...]:
    """Give the UTF-16 that the first bytes show: every other byte of its markup is zero, whatever anyone declares."""
    even, odd = begun[::2].count(0), begun[1::2].count(0)
    if max(even, odd) < len(begun) // 8 or not begun:
        return ()
    return ("utf-16-le",) if odd > even else ("utf-16-be",)


def _codec(name: str) -> str:
    """Give Python's name of an encoding that a page may have; empty for any other."""
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    if known in {"iso8859-1", "ascii"}:
        return "cp1252"  # as browsers do
    return known if _ALLOWED.fullmatch(known) else ""


def letters(raw: str) -> str:
    """Give the letters that raw text stands for: the one door of all text read from a page, before marks are folded."""
    return legacy.repaired(raw) or raw
