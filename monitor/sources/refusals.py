"""Announced addresses that are no pieces: on another's host, files, lists, searches, notices, the printed paper.

Where an outlet's `identity` says what a piece looks like, that alone decides. Only whole folders and names of
parameters count here, never words of a slug: “/thong-bao-ket-qua-12.html” may be news.
"""

import re
from urllib.parse import parse_qsl, urlsplit

from monitor.errors import Reason
from monitor.press import Outlet
from monitor.text import fold
from monitor.urls import belongs, canonical, identify

_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|odt|rtf|epub|zip|rar|7z|gz|jpe?g|png|gif|webp|svg|bmp|ico|mp[34]|m4[av]|mov|avi|flv|wmv"
    r"|webm|wav|ogg|aac|m3u8|css|js|json|xml|rss|atom|txt|ics|apk|exe)/?$",
    re.IGNORECASE,
)
_FRONT = re.compile(r"/?(?:index|default|home|trang-?chu)?(?:\.(?:html?|php|aspx?|jsp))?/?$", re.IGNORECASE)
# Nothing in such a folder is a piece. The list is short on purpose: what is refused wrongly is missed without a trace.
_FOLDERS = re.compile(
    r"tags?|tu-khoa|search|tim-kiem|author|category|feed|rss|sitemaps?|thong-?bao|lich-cong-tac|lich-tiep-cong-dan"
    r"|e-?paper|bao-in|bao-giay"
)
_LISTS = re.compile(r"lien-he|gioi-thieu|so-do-trang|dang-(?:nhap|ky)|login|tin-tuc|thoi-su|chuyen-muc|danh-muc")
_TAG_PAGE = re.compile(r"(?:.*-tag\d+|tag|search|tim-kiem|tu-khoa|sitemap)\.(?:html?|php|aspx?)", re.IGNORECASE)
_SEARCHES = frozenset({"s", "q", "search", "keyword", "tukhoa"})
_SECTIONS = re.compile(r"thong-?bao(?:_ct)?|danhmuc_tin|lien-he|gopy-duthao|galery|lich-cong-tac|tim-?kiem|tin-tuc")
_PAGE_NUMBER = re.compile(r"/(?:page|trang)[/-]\d+/?$", re.IGNORECASE)


def refusal(outlet: Outlet, url: str) -> Reason | None:
    """Give why an announced address is no piece of the outlet; None where it may be one."""
    if canonical(url) is None:
        return Reason.SCHEME
    if not belongs(outlet, url):
        return Reason.LEFT_HOSTS
    if outlet.identity is not None:
        if identify(outlet, url) is not None:
            return None
        return Reason.NOT_HTML if _FILE.search(urlsplit(url).path) else Reason.NOT_AN_ARTICLE
    path, query = urlsplit(url).path, urlsplit(url).query
    if _FILE.search(path):
        return Reason.NOT_HTML
    return Reason.NOT_AN_ARTICLE if _lists(path, query) else None


def _lists(path: str, query: str) -> bool:
    """Say whether an address is a front page, a list, a search, a notice or the printed paper."""
    said = [(name.lower(), fold(value)) for name, value in parse_qsl(query)]
    front = _FRONT.fullmatch(path) is not None
    if front:
        com = [value for name, value in said if name == "com"]
        return not said or any(name in _SEARCHES for name, _ in said) or any(map(_SECTIONS.fullmatch, com))
    *folders, last = [fold(piece) for piece in path.strip("/").split("/")]
    if _TAG_PAGE.fullmatch(last) or _PAGE_NUMBER.search(path) or any(map(_FOLDERS.fullmatch, folders)):
        return True
    if any(name in _SEARCHES for name, _ in said) and re.fullmatch(r"search|tim-?kiem", last):
        return True
    return not said and bool(_FOLDERS.fullmatch(last) or _LISTS.fullmatch(last))
