"""What feeds and sitemaps must be before a parser sees them: text in its true encoding, no entities of their own."""

import codecs
import re
from dataclasses import dataclass

_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>\s*", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml\b[^>]*\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']", re.IGNORECASE)
_BEFORE_ROOT = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>\[]*(?:\[[^\]]*\])?\s*>", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)(?:\s[^<>]*)?(/?)>")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Xml:
    """A decoded document: its text without declaration, the name of its root, and whether that was closed.

    `entities` says that it declares entities of its own: a few hundred bytes of those can grow to gigabytes.
    """

    text: str
    root: str
    closed: bool
    entities: bool


def read_xml(body: bytes, charset: str = "") -> Xml:
    """Decode `body` and look at its root; `charset` is what the server said, used where the document says nothing."""
    text = _ILLEGAL.sub("", _DECLARATION.sub("", _decoded(body, charset).lstrip("\ufeff \t\r\n")))
    start = 0
    while match := _BEFORE_ROOT.match(text, start):
        start = match.end()
    opened = _ROOT.match(text, start)
    name = opened[1] if opened else ""
    closed = bool(opened) and (bool(opened and opened[2]) or re.search(rf"</{re.escape(name)}\s*>", text) is not None)
    lower = text.lower()
    return Xml(text, name.rpartition(":")[2].lower(), closed, "<!doctype" in lower and "<!entity" in lower)


def _decoded(body: bytes, charset: str) -> str:
    for bom, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if body.startswith(bom):
            return body[len(bom) :].decode(codec, "replace")
    # Feeds lie: some declare utf-16 and are UTF-8, some are UTF-16 and do not say so. Null bytes tell.
    head = body[:200]
    if head.count(0) * 3 > len(head):
        return body.decode("utf-16-be" if head[:1] == b"\x00" else "utf-16-le", "replace")
    declared = _DECLARED.search(body[:300])
    names = [name for name in (declared[1].decode("ascii") if declared else "", charset) if name]
    for name in [*(n for n in names if not n.lower().startswith(("utf-16", "utf16", "ucs", "utf-32"))), "utf-8"]:
        try:
            return body.decode(name)
        except (LookupError, ValueError):  # no such encoding, or not this one
            continue
    return body.decode("utf-8", "replace")
