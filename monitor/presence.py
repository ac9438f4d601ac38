"""Is the hotline on the page today? A page's markup and what must be on it → what was found, in the page's words.

Pure. What no reader sees does not count; a page that says nothing, or is another page, is not looked at.
Longer than 300 lines, because what a reader sees and what is hidden from us are two readings of one tree.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from monitor import text
from monitor.errors import ExtractError, Reason
from monitor.press import Expected
from monitor.spellings import digits_of, email, is_short, phone, plain
from monitor.urls import canonical, host_of, resolve

__all__ = ["KINDS", "kind_of", "look", "mistake_in_expected"]

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "head", "datalist"})
_BLOCK = re.compile(
    r"address|article|aside|blockquote|br|caption|center|d[dlt]|div|fieldset|figcaption|figure|footer|form|h[1-6r]"
    r"|header|li|main|nav|[ou]l|option|p|pre|section|table|tbody|t[dhr]|tfoot|thead"
)
_LOST = re.compile(
    r"\b404\b|not found|khong tim thay|khong ton tai|khong con ton tai|loi he thong|loi may chu"
    r"|dang (?:duoc )?(?:bao tri|nang cap)|bao tri he thong|service unavailable|just a moment|dang nhap he thong"
)
_CLOSED = re.compile(  # with its marks: a headline may speak of a “công trình” (works) that is being renewed
    r"\b(?:hệ thống(?: thông tin| mạng)?|(?:website|trang|cổng|máy chủ)\b.{0,60}) (?:đang|tạm)\b.{0,30}"
    r"\b(?:bảo trì|nâng cấp)"
    r"|^bảo trì hệ thống|under maintenance"
)
_SHORT_PAGE = 80
"""Words: what says “not found” is no longer; nor is what a script or a notice stands in the place of."""

_BOX = r"footer|contact|hotline|lien.?he|duong.?day.?nong"
_CONTACT = re.compile(_BOX)
_TELLING = re.compile(_BOX + "|banner")
_NOTHING = re.compile(r"\W*(?:(?:dang tai|loading)\b.{0,30})?")
"""What stands in a box that a script has yet to fill."""

_AROUND = 50
_CALLED = re.compile(r"duong day nong|hotline|tong dai|dien thoai|goi|\bdt\b|\btel\b|lien he|so may|phone")
_WORD = re.compile(r"\w+")


def kind_of(key: str) -> str:
    """Give what sort of thing a key of `expect` names: `phone-2` is a second phone."""
    return key.partition("-")[0]


def mistake_in_expected(key: str, value: str) -> str:
    """Say in Vietnamese why such a value could be found nowhere, or anywhere; empty where it can be looked for."""
    kind = kind_of(key)
    if kind == "phone" and not 3 <= len(digits_of(value)) <= 12:
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
            that may be there out of our sight: we run no script, open no frame, read no picture.
    """
    view = _View(markup, url)
    if urlsplit(url).path in {"", "/"} and urlsplit(asked).path not in {"", "/"}:
        raise ExtractError(asked, Reason.SOFT_404, "front page")
    short = len(text.syllables(view.text)) <= _SHORT_PAGE
    if short and any(_LOST.search(text.fold(one)) for one in view.headings):
        raise ExtractError(asked, Reason.SOFT_404)
    found = tuple(Expected(key, value, KINDS[kind_of(key)](view, value)) for key, value in expect.items())
    missing = [one for one in found if one.quote is None]
    if missing:
        _refuse_unless_seen(view, asked, missing, short=short)
    return found


def _refuse_unless_seen(view: "_View", asked: str, missing: Sequence[Expected], *, short: bool) -> None:
    """Raise where what is missing may be there all the same, out of our sight: that accuses nobody."""
    if (
        _LOST.search(text.fold(view.text))
        if short
        else any(_CLOSED.search(text.matching(one)) for one in view.headings)
    ):
        raise ExtractError(asked, Reason.SOFT_404, "under repair")
    blind = "next to no text" if short else view.blindness
    if blind or any(view.scripted(one) for one in missing):
        raise ExtractError(asked, Reason.EXTRACTION, blind or "only inside a script")


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
    def plain(self) -> str:
        """The text as numbers and addresses are looked for in it; every sign stands where it stood."""
        return plain(self.text)

    @cached_property
    def headings(self) -> list[str]:
        """What the page calls itself."""
        named = [self.soup.title, *self.soup.find_all(["h1", "h2"], limit=4)]
        return [text.line(one.get_text(" ")) for one in named if one is not None]

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
        if kind not in {"phone", "email"} or (kind == "phone" and is_short(one.value)):
            return False
        pattern = phone(one.value) if kind == "phone" else email(one.value)
        programs = (script for script in self.soup.find_all("script") if script.get("type") != "application/ld+json")
        return any(pattern.search(plain(script.string or "")) for script in programs)

    @cached_property
    def blindness(self) -> str:
        """Say which part of the page we know that we do not see: a frame, a picture without words, an empty box."""
        if any(self._own(frame) for frame in self.soup.find_all(["iframe", "frame", "object", "embed"])):
            return "inside a frame"
        if any(_TELLING.search(_called(picture)) for picture in self.soup.find_all("img") if _wordless(picture)):
            return "inside a picture"
        boxes = (box for box in self.soup.find_all(_is_block) if box.name == "footer" or _CONTACT.search(_named(box)))
        return "inside an empty box" if any(_empty(box) for box in boxes) else ""

    def _own(self, frame: Tag) -> bool:
        """Say whether a frame shows a page of this host, or one that a script names: none of them is read."""
        if any(_unseen(parent) for parent in (frame, *frame.parents)):
            return False
        shown = _attribute(frame, "src") or _attribute(frame, "data")
        if shown in {"", "about:blank"}:
            return True
        here, there = (host_of(one).removeprefix("www.") for one in (self.url, resolve(self.base, shown) or ""))
        return here == there


def _is_block(tag: Tag) -> bool:
    return _BLOCK.fullmatch(tag.name) is not None


def _named(tag: Tag) -> str:
    return text.fold(f"{_attribute(tag, 'id')} {_attribute(tag, 'class')}")


def _called(picture: Tag) -> str:
    """Give everything by which the page's maker calls a picture."""
    files = (unquote(_attribute(picture, name)) for name in ("src", "data-src", "data-original"))
    return text.fold(" ".join((_named(picture), *(one for one in files if not one.startswith("data:")))))


def _wordless(picture: Tag) -> bool:
    return not _attribute(picture, "alt") and not any(_unseen(one) for one in (picture, *picture.parents))


def _empty(box: Tag) -> bool:
    seen = not any(_unseen(parent) for parent in (box, *box.parents))
    return seen and _NOTHING.fullmatch(text.fold(text.line("".join(_pieces(box))))) is not None


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


def _find_phone(view: _View, value: str) -> str | None:
    pattern, short = phone(value), is_short(value)
    for found in pattern.finditer(view.plain):
        # A number of four digits may be a year, or how often a page was opened: something must say that one calls it.
        before = view.text[max(0, found.start() - _AROUND) : found.start()]
        if not short or _CALLED.search(text.fold(before)):
            return _around(view.text, *found.span())
    for href, shown in view.links:
        scheme, _, number = href.partition(":")
        if scheme.lower() in {"tel", "callto"} and pattern.search(plain(unquote(number))):
            return _on_link(href, shown)
    return None


def _find_email(view: _View, value: str) -> str | None:
    pattern = email(value)
    if found := pattern.search(view.plain):
        return _around(view.text, *found.span())
    for href, shown in view.links:
        scheme, _, address = href.partition(":")
        if scheme.lower() == "mailto" and pattern.search(plain(unquote(address)).partition("?")[0]):
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
