"""What stands between us and a page that is there: a check of the browser, a captive portal, a provider's notice.

Pure functions of a status, headers and a body. Such a page comes with 200 as often as not, parses as a healthy feed
without entries, and must never pass for an article. The other mistake loses a piece, so the name of a protection
service is not enough: many put their script into every page, and articles are written about them.
"""

import re
import unicodedata
from collections.abc import Mapping

_LONGEST, _SHORT = 64 * 1024, 8 * 1024
"""Bytes of a whole page: no wall is longer; a notice is shorter still, and so is the head of a page that leads away."""

_LITTLE, _SOME = 600, 2000
"""Bytes that a person could read: next to nothing; less than an article with the menus around it."""

_MARKS = {
    "Cloudflare": (b"_cf_chl_opt", b"<title>just a moment", b"<title>attention required! | cloudflare"),
    "DDoS-Guard": (b"/.well-known/ddos-guard/", b"<title>ddos-guard"),
    "Sucuri": (b"sucuri_cloudproxy_js",),
    "AWS WAF": (b"awswafintegration",),
    "Anubis": (b"/.within.website/x/cmd/anubis/",),
    "suspended hosting": (b"/cgi-sys/suspendedpage.cgi", b"<title>account suspended"),
}
"""What only the page of the wall itself has in its markup."""

_SIGNS = {
    "Incapsula": (b"_incapsula_resource",),  # in ordinary pages, too
    "a check of the browser": (b"checking your browser", "kiểm tra trình duyệt".encode()),
    "a login page": (b'type="password"', b"type='password'", b"type=password"),
}
"""What an article may have or say as well: a wall only where there is next to nothing to read."""

_COOKIE = re.compile(rb"document\.cookie\s*=")
_RELOAD = re.compile(rb"location\.(reload|replace|assign)\s*\(|location(\.href)?\s*=[^=]")
_META = re.compile(rb"<meta\b[^<>]{0,500}>")
_LOGIN = (b"login", b"captive", b"hotspot", b"dang-nhap", b"dangnhap")
# In the words of a provider, as far as they are alike: the place, and what was done to it.
_NOTICE = re.compile(
    r"(truy cập|website|trang web|trang thông tin|tên miền|dịch vụ).{0,80}"
    r"\b(bị (ngăn )?chặn|bị tạm (ngưng|ngừng|dừng|khóa|khoá)|đã (bị chặn|tạm ngưng|hết hạn))"
)
_PIECE = (b"datepublished", b"article:published_time", b"<article", b"<time")
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_HIDDEN = re.compile(rb"<(?:script|style)\b")
_HIDDEN_END = re.compile(rb"</(?:script|style)\s*>")
_TAG = re.compile(rb"<[^<>]*>")


def announced(status: int, headers: Mapping[str, str]) -> str | None:
    """Name the wall that says so itself, by its status or a header; None where there is none."""
    if status == 511:  # RFC 6585 §6
        return "a captive portal"
    if "challenge" in headers.get("cf-mitigated", "").lower():
        return "Cloudflare"
    if headers.get("x-amzn-waf-action", "").lower() in {"challenge", "captcha"}:
        return "AWS WAF"
    return None


def standing(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """Name the wall that came in place of a page or a feed; None where what came is what it seems."""
    if named := announced(status, headers):
        return named
    if len(body) > _LONGEST or not body.lstrip(_BLANKS).startswith(b"<"):
        return None
    markup = body.lower()
    if marked := _named(_MARKS, markup):
        return marked if len(_readable(markup)) < _SOME else None
    signed = _named(_SIGNS, markup)
    if signed is None and _COOKIE.search(markup) and _RELOAD.search(markup):
        signed = "a script that sets a cookie"
    if signed is None and _leads_to_a_login(markup[:_SHORT]):
        signed = "a captive portal"
    if signed:
        return signed if len(_readable(markup)) < _LITTLE else None
    if len(markup) > _SHORT or any(mark in markup for mark in _PIECE) or len(read := _readable(markup)) >= _LITTLE:
        return None
    return "a provider's notice" if _NOTICE.search(_words(read)) else None


def _named(table: Mapping[str, tuple[bytes, ...]], markup: bytes) -> str | None:
    return next((name for name, marks in table.items() if any(mark in markup for mark in marks)), None)


def _leads_to_a_login(markup: bytes) -> bool:
    """Say whether the page does nothing but send a browser to where one signs in: to another address, at once."""
    sent = [tag for tag in _META.findall(markup) if b"refresh" in tag and b"://" in tag]
    return any(word in tag for tag in sent for word in _LOGIN)


def _readable(markup: bytes) -> bytes:
    """Give what is neither a tag nor a script nor a style sheet; in linear time, whatever the markup."""
    before, *behind = _HIDDEN.split(markup)
    shown = [_HIDDEN_END.split(piece, maxsplit=1)[-1] for piece in behind if _HIDDEN_END.search(piece)]
    return b" ".join(_TAG.sub(b" ", b"".join([before, *shown])).split())


def _words(read: bytes) -> str:
    return unicodedata.normalize("NFC", read.decode("utf-8", "ignore")).lower()
