"""What a site is asked and what it answers, and the small pieces of HTML that all sites share."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from html.entities import codepoint2name
from pathlib import Path
from string import Template
from urllib.parse import parse_qs, unquote, urlsplit

HTML = "text/html; charset=utf-8"
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: the path with its query, the server's own `host:port`, and the simulated moment."""

    target: str
    host: str
    now: datetime

    @property
    def path(self) -> str:
        """Give the path without its query, percent signs undone."""
        return unquote(urlsplit(self.target).path)

    def query(self, name: str) -> str | None:
        """Give one parameter of the query."""
        return parse_qs(urlsplit(self.target).query).get(name, [None])[0]

    def url(self, path: str) -> str:
        """Give the whole address of a path on this server."""
        return f"http://{self.host}{path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site says; `modified` lets a client ask again only for news (ETag, Last-Modified)."""

    text: str
    status: int = 200
    content_type: str = HTML
    modified: datetime | None = None


@cache
def template(name: str) -> Template:
    """Give the page template of that name."""
    return Template((Path(__file__).parent / f"{name}.html").read_text(encoding="utf-8"))


def not_found() -> Answer:
    """Answer as an honest server does where there is no such page."""
    return Answer("<!DOCTYPE html><title>404 Not Found</title><h1>Not Found</h1>", status=404)


def paragraphs(texts: tuple[str, ...] | list[str]) -> str:
    """Give each text as a paragraph of its own."""
    return "\n".join(f"<p>{escape(text)}</p>" for text in texts)


def page_number(request: Request) -> int:
    """Read `?page=N`; anything else is page 1."""
    value = request.query("page") or "1"
    return max(1, int(value)) if value.isdecimal() else 1


def in_entities(text: str) -> str:
    """Write every letter beyond ASCII as an entity, as old editors do: `và` becomes `v&agrave;`."""
    return "".join(_entity(letter) for letter in text)


def _entity(letter: str) -> str:
    code = ord(letter)
    if code < 128:
        return escape(letter)
    return f"&{codepoint2name[code]};" if code in codepoint2name else f"&#{code};"
