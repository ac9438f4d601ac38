"""Is the hotline on the page today? A page's markup and what must be on it → what was found, in the page's words.

Pure. What no reader sees does not count; a page that says nothing, or is another page, is not looked at.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from monitor import text
from monitor.errors import ExtractError, Reason
from monitor.press import Expected
from monitor.urls import canonical, resolve

__all__ = ["KINDS", "kind_of", "look", "mistake_in_expected"]

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "head", "datalist"})
_BLOCK = re.compile(
    r"address|article|aside|blockquote|br|caption|center|d[dlt]|div|fieldset|figcaption|figure|footer|form|h[1-6r]"
    r"|header|li|main|nav|[ou]l|option|p|pre|section|table|tbody|t[dhr]|tfoot|thead"
)
_LOST = re.compile(
    r"\b404\b|not found|khong tim thay|khong ton tai|khong con ton tai|loi he thong|loi may chu|dang bao tri"
    r"|bao tri he thong|service unavailable|just a moment|dang nhap he thong"
)
_LOST_MOST, _LEAST = 80, 15
"""Words: a page that says “not found” is short; one of fewer words than the second was put together by a script."""

_AROUND = 50
_SPACE = r"[^\S\n]*"
_BETWEEN = r"(?:[^\S\n]|[.\-–·()]){0,3}"
_AT = rf"{_SPACE}(?:@|＠|[\[({{]{_SPACE}(?:at|a còng|a){_SPACE}[\])}}]){_SPACE}"
_DOT = rf"{_SPACE}(?:\.|[\[({{]{_SPACE}(?:dot|chấm){_SPACE}[\])}}]){_SPACE}"
_SHORT = 5
_CALLED = re.compile(r"duong day nong|hotline|tong dai|dien thoai|goi|\bdt\b|\btel\b|lien he|so may|phone")
_WORD = re.compile(r"\w+")


def kind_of(key: str) -> str:
    """Give what sort of thing a key of `expect` names: `phone-2` is a second phone."""
    return key.partition("-")[0]


def mistake_in_expected(key: str, value: str) -> str:
    """Say in Vietnamese why such a value could be found nowhere, or anywhere; empty where it can be looked for."""
    kind = kind_of(key)
    if kind == "phone" and not 3 <= len(_digits(value)) <= 12:
        return "không phải số điện thoại; hãy viết đủ số, ví dụ 0209.3870.123"
    if kind == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value.strip()):
        return "không phải địa chỉ thư điện tử; hãy viết đủ, ví dụ hopthu@tinh.gov.vn"
    if kind == "link" and not canonical(value):
        return "không phải địa chỉ web; hãy viết đủ, bắt đầu bằng http:// hoặc https://"
    if kind == "text" and not _WORD.search(value):
        return "không có chữ nào để tìm"
    return ""


def look(markup: str, url: str, asked: str, expect: Mapping[str, str]) -> tuple[Expected, ...]:
    """Say of each thing in `expect` how the page shows it; `url` is where the page came from, `asked` what we asked.

    Raises:
        ExtractError: SOFT_404 where another page came than the one asked for; EXTRACTION where something is missing
            that a script may yet show, since we run none.
    """
    view = _View(markup, url)
    if urlsplit(url).path in {"", "/"} and urlsplit(asked).path not in {"", "/"}:
        raise ExtractError(asked, Reason.SOFT_404, "front page")
    if len(text.syllables(view.text)) <= _LOST_MOST and any(_LOST.search(text.fold(one)) for one in view.headings):
        raise ExtractError(asked, Reason.SOFT_404)
    found = tuple(Expected(key, value, KINDS[kind_of(key)](view, value)) for key, value in expect.items())
    missing = [one for one in found if one.quote is None]
    if missing and len(text.syllables(view.text)) < _LEAST:
        raise ExtractError(asked, Reason.EXTRACTION, "next to no text")
    if any(view.scripted(one) for one in missing):
        raise ExtractError(asked, Reason.EXTRACTION, "only inside a script")
    return found


@dataclass(frozen=True)
class _View:
    """What a reader sees of a page: its text, and its links with what stands on them."""

    markup: str
    url: str

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page as a tree; “<html>” keeps one bare word from being taken for a file name."""
        return BeautifulSoup("<html>" + re.sub(r"^\s*<\?xml[^>]*>", "", self.markup, count=1), "lxml")

    @cached_property
    def text(self) -> str:
        """The text that can be read, a line a block; pictures by their alt."""
        body = self.soup.body or self.soup
        lines = "".join(_pieces(body)).split("\n")
        return "\n".join(clean for one in lines if (clean := text.line(one)))

    @cached_property
    def headings(self) -> list[str]:
        """What the page calls itself."""
        named = [self.soup.title, *self.soup.find_all(["h1", "h2"], limit=4)]
        return [one.get_text(" ") for one in named if one is not None]

    @cached_property
    def links(self) -> list[tuple[str, str]]:
        """Every link that can be seen: where it leads, and what stands on it."""
        found = []
        for link in self.soup.find_all(["a", "area"], href=True):
            shown = text.line("".join(_pieces(link))) or _drawn(link)
            if shown and not any(_unseen(parent) for parent in (link, *link.parents)):
                found.append((_attribute(link, "href"), shown))
        return found

    @cached_property
    def base(self) -> str:
        """The address against which links resolve."""
        stated = self.soup.find("base", href=True)
        return (resolve(self.url, _attribute(stated, "href")) if isinstance(stated, Tag) else None) or self.url

    def scripted(self, one: Expected) -> bool:
        """Say whether a phone or an address stands in a program of the page, and may so be shown by it."""
        kind = kind_of(one.kind)
        if kind not in {"phone", "email"}:
            return False
        pattern = _phone(one.value) if kind == "phone" else _email(one.value)
        programs = (script for script in self.soup.find_all("script") if script.get("type") != "application/ld+json")
        short = kind == "phone" and len(_digits(one.value)) <= _SHORT
        return not short and any(pattern.search(script.string or "") for script in programs)


def _pieces(box: Tag) -> Iterator[str]:
    for node in box.children:
        if isinstance(node, Tag):
            if _unseen(node):
                continue
            edge = "\n" if _BLOCK.fullmatch(node.name) else ""
            if node.name == "img":
                yield f" {_attribute(node, 'alt')} "
            elif node.name == "input" and node.get("type") in {"button", "submit"}:
                yield f" {_attribute(node, 'value')} "
            yield edge
            yield from _pieces(node)
            yield edge
        elif type(node) is NavigableString:  # its children are comments, CDATA, doctypes
            yield re.sub(r"\s+", " ", node)


def _unseen(tag: Tag) -> bool:
    if tag.name in _SILENT:
        return True
    # Some pages hide <body> until their script has run; that is not meant for the reader.
    return tag.name not in {"html", "body"} and (
        tag.has_attr("hidden") or _HIDDEN.search(str(tag.get("style") or "")) is not None
    )


def _drawn(link: Tag) -> str:
    """Name the picture that a link consists of: menus of portals are pictures without a word of alt."""
    if link.name == "area":
        return _attribute(link, "alt") or "vùng ảnh"
    picture = link.find(["img", "i", "svg"])
    if not isinstance(picture, Tag) or (_unseen(picture) and picture.name != "svg"):
        return ""
    return "ảnh " + (urlsplit(_attribute(picture, "src")).path.rpartition("/")[2] or "biểu tượng")


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return text.line(value if isinstance(value, str) else " ".join(value or ()))


def _around(line: str, start: int, end: int) -> str:
    """Give the words around a find, as a person would quote them."""
    first, last = max(0, start - _AROUND), min(len(line), end + _AROUND)
    quoted = line[first:last].replace("\n", " ").strip()
    return ("…" if first else "") + quoted + ("…" if last < len(line) else "")


def _on_link(href: str, shown: str) -> str:
    return f"{href} “{shown[: 2 * _AROUND]}”"


def _digits(value: str) -> str:
    """Give the digits of a number as dialled inside the country, without the leading 0: 209 3870 123."""
    digits = re.sub(r"\D", "", value)
    stripped = value.strip()
    if stripped.startswith("+84") or digits.startswith("0084"):
        digits = digits.removeprefix("00").removeprefix("84")
    elif len(digits) >= 11 and digits.startswith("84"):
        digits = digits[2:]
    return digits.removeprefix("0")


def _phone(value: str) -> re.Pattern[str]:
    """Give what finds a number however it is spaced and whether or not it begins with the country's code."""
    digits = _digits(value)
    if len(digits) <= _SHORT:  # 1022 is written in one piece; “10 22” is something else
        return re.compile(rf"(?<![\d.,]){digits}(?![\d.,]\d|\d)")
    spaced = _BETWEEN.join(digits)
    if re.match(r"1[89]00", digits):
        return re.compile(rf"(?<!\d){spaced}(?!\d|\.\d)")
    code = rf"(?:(?:\+|00)?{_BETWEEN}84{_BETWEEN}(?:0{_BETWEEN})?|0{_BETWEEN})"
    return re.compile(rf"(?<!\d){code}{spaced}(?!\d|\.\d)")


def _find_phone(view: _View, value: str) -> str | None:
    pattern, short = _phone(value), len(_digits(value)) <= _SHORT
    for found in pattern.finditer(view.text):
        # A number of four digits may be a year, or how often a page was opened: something must say that one calls it.
        before = view.text[max(0, found.start() - _AROUND) : found.start()]
        if not short or _CALLED.search(text.fold(before)):
            return _around(view.text, *found.span())
    for href, shown in view.links:
        scheme, _, number = href.partition(":")
        if scheme.lower() in {"tel", "callto"} and pattern.search(unquote(number)):
            return _on_link(href, shown)
    return None


def _email(value: str) -> re.Pattern[str]:
    """Give what finds an address also where `@` and dots are spelled out against collectors."""
    name, _, domain = value.strip().partition("@")
    spelled = [_DOT.join(map(re.escape, part.split("."))) for part in (name, domain)]
    return re.compile(rf"(?<![\w.+-]){_AT.join(spelled)}(?![\w-])(?!\.(?-i:[a-z0-9]))", re.IGNORECASE)


def _find_email(view: _View, value: str) -> str | None:
    pattern = _email(value)
    if found := pattern.search(view.text):
        return _around(view.text, *found.span())
    for href, shown in view.links:
        scheme, _, address = href.partition(":")
        if scheme.lower() == "mailto" and pattern.search(unquote(address).partition("?")[0]):
            return _on_link(href, shown)
    for box in view.soup.find_all(None, {"data-cfemail": True}):  # Cloudflare's disguise: each byte against the first
        if not any(_unseen(parent) for parent in (box, *box.parents)) and pattern.fullmatch(_undisguised(box)):
            return f"{_undisguised(box)} (trang ghi theo cách chống thu thập)"
    return None


def _undisguised(box: Tag) -> str:
    try:
        key, *rest = bytes.fromhex(_attribute(box, "data-cfemail"))
    except ValueError:
        return ""
    return bytes(one ^ key for one in rest).decode("utf-8", "replace")


def _find_link(view: _View, value: str) -> str | None:
    wanted = _place(resolve(view.url, value))
    for href, shown in view.links:
        if wanted and _place(resolve(view.base, href)) == wanted:
            return _on_link(href, shown)
    return None


def _place(url: str | None) -> str | None:
    """Give an address without its scheme and last slash: a site that moved to https has not lost its link."""
    spelled = canonical(url) if url else None
    return spelled.partition("://")[2].rstrip("/") if spelled else None


def _find_text(view: _View, value: str) -> str | None:
    wanted = _WORD.findall(text.fold(value))
    tokens = list(_WORD.finditer(view.text))
    words = [text.fold(token[0]) for token in tokens]
    for at in range(len(words) - len(wanted) + 1):
        if wanted and words[at : at + len(wanted)] == wanted:
            return _around(view.text, tokens[at].start(), tokens[at + len(wanted) - 1].end())
    return None


KINDS: Mapping[str, Callable[[_View, str], str | None]] = {
    "phone": _find_phone,
    "email": _find_email,
    "link": _find_link,
    "text": _find_text,
}
"""What can be looked for; each gives the page's own words where it is there."""
