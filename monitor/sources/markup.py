"""What feeds and sitemaps must be before a parser sees them: clean UTF-8, a known root, no entities of their own."""

import codecs
import re
from dataclasses import dataclass

_DECLARATION = re.compile(rb"<\?xml\b[^>]{0,1000}\?>\s*", re.IGNORECASE)
_ENCODING = re.compile(rb"\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']", re.IGNORECASE)
_BEFORE_ROOT = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>\[]*(?:\[[^\]]*\])?\s*>", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)(?:\s[^<>]*)?(/?)>")
_BLANKS = b" \t\r\n\x00"
_CONTROL = bytes({*range(32), 127} - {9, 10, 13})
_ANY_CONTROL = re.compile(b"[" + re.escape(_CONTROL) + b"]")
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # U+FFFE and U+FFFF, which XML does not allow
_STEP = 64 * 1024
_SCRATCHED = 0.02
"""The share of bad characters among those beyond ASCII up to which a text is UTF-8 with a scratch."""
_WIDE = ("utf-16", "utf16", "utf_16", "ucs", "utf-32", "utf32", "utf_32", "iso-10646")
# Python knows codecs that are no encodings of documents (idna, utf-7, unicode_escape, rot13 …).
_NARROW = re.compile(r"cp125\d|cp874|iso8859-\d+|koi8-.|gb.*|big5.*|euc.*|shift_jis.*|tis-620")


@dataclass(frozen=True, slots=True)
class Xml:
    """A document in UTF-8 without its declaration, the name of its root, and whether that was closed.

    `entities` says that it declares entities of its own: a few hundred bytes of those can grow to gigabytes.
    """

    body: bytes
    root: str
    closed: bool
    entities: bool


def read_xml(body: bytes, charset: str = "") -> Xml:
    """Bring `body` into UTF-8 and look at its root; `charset` is what the server said, used where nothing else tells.

    What is clean UTF-8 already, as nearly all is, is not copied: a sitemap may have 50 MB.
    """
    clean, start = as_utf8(body, charset), 0
    declaration = _DECLARATION.match(clean)
    if declaration and not _says_utf8(declaration[0]):
        clean = clean[declaration.end() :]
    while match := _BEFORE_ROOT.match(clean, start):
        start = match.end()
    opened = _ROOT.match(clean, start)
    name = opened[1] if opened else b""
    closed = opened is not None and (
        bool(opened[2]) or re.search(rb"</" + re.escape(name) + rb"\s*>", clean) is not None
    )
    root = name.decode("utf-8", "replace").rpartition(":")[2].lower()
    return Xml(clean, root, closed, _declares_entities(clean))


def as_utf8(body: bytes, charset: str = "") -> bytes:
    """Give `body` in UTF-8 without byte order mark and control characters, whatever it says that it is.

    Nothing is believed that the bytes contradict: a single-byte encoding takes any bytes, so a document that says
    latin-1 and is sound UTF-8 is UTF-8, and one that says utf-16 without a null byte in it is not.
    """
    clean = _transcoded(body, charset).lstrip(_BLANKS)
    if _ANY_CONTROL.search(clean):
        clean = clean.translate(None, _CONTROL)
    for bad in _NO_CHARACTERS:
        if bad in clean:
            clean = clean.replace(bad, b"")
    return clean.lstrip(_BLANKS)


def _transcoded(body: bytes, charset: str) -> bytes:
    if wide := _wide(body[:200]):
        return body.decode(wide, "replace").lstrip("\ufeff").encode("utf-8", "replace")
    body = body.lstrip(_BLANKS).removeprefix(codecs.BOM_UTF8)
    if _is_utf8(body):
        return body
    scratched = body.decode("utf-8", "replace")
    if scratched.count("\ufffd") <= _SCRATCHED * sum(not c.isascii() for c in scratched):
        return scratched.encode()
    declared = _DECLARATION.match(body)
    said = _ENCODING.search(declared[0]) if declared else None
    # At last the Vietnamese one (its tones come apart; text.nfc joins them).
    for name in (said[1].decode("ascii") if said else "", charset, "cp1258"):
        if codec := _narrow(name):
            try:
                return body.decode(codec).encode("utf-8", "replace")
            except ValueError:
                continue
    return scratched.encode()


def _wide(head: bytes) -> str:
    """Give the byte order of UTF-16 by where its null bytes lie; empty where they are too few for that."""
    if head.count(0) * 3 <= len(head):
        return ""
    return "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"


def _says_utf8(declaration: bytes) -> bool:
    said = _ENCODING.search(declaration)
    return said is None or said[1].lower() in {b"utf-8", b"utf8"}


def _is_utf8(body: bytes) -> bool:
    if body.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(body), _STEP):
            decoder.decode(body[start : start + _STEP])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _narrow(name: str) -> str:
    """Give Python's name of a single-byte or East Asian encoding; empty for any other, and for what is none."""
    if not name or name.lower().startswith(_WIDE):
        return ""
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    if known in {"iso8859-1", "ascii"}:
        return "cp1252"  # as browsers do
    return known if _NARROW.fullmatch(known) else ""


def _declares_entities(clean: bytes) -> bool:
    """Say whether there is a DOCTYPE with an entity in it, wherever: a parser that recovers does not mind the place."""
    return bool(re.search(rb"<!doctype", clean, re.IGNORECASE) and re.search(rb"<!entity", clean, re.IGNORECASE))
