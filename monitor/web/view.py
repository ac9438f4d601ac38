"""What every page shares: the desk it works at, its template, and how values are written."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.calendar import written
from monitor.plan import Plan
from monitor.press import HANOI, Press
from monitor.text import matching
from storage import Database

PATIENCE = 4.0
"""Seconds for a page's questions: less than a writer waits for a reader on SQLite, so no page stops a crawl."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages work with: the database, who publishes, what was promised, and the clock.

    `patience` is how many seconds a page may keep the database busy (F79).
    """

    database: Database
    press: Press
    plan: Plan
    now: Callable[[], datetime]
    patience: float = PATIENCE

    def item(self, code: str) -> str:
        """Give an item's title; a tag may speak of an item of another year's plan."""
        try:
            return self.plan.item(code).title
        except KeyError:
            return "không có trong Kế hoạch này"


def desk_of(request: Request) -> Desk:
    """Give the desk of a request."""
    desk: Desk = request.app.state.desk
    return desk


def moment(at: datetime | None) -> str:
    """Give a moment in Hà Nội as people write it."""
    if at is None:
        return "chưa lần nào"
    local = at.astimezone(HANOI)
    return f"{local:%H:%M} ngày {written(local.date())}"


def day(on: date | None) -> str:
    """Give a day as offices write it, or say that it is not known."""
    return written(on) if on else "không rõ ngày"


def marked(text: str, words: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Cut `text` into pieces, each with whether it is one of the `words` that earned a tag."""
    haystack = matching(text)
    spans = (
        (start, start + len(needle))
        for needle in {matching(word) for word in words if word}
        for start in _places(haystack, needle)
    )
    at = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):  # the longer phrase holds the shorter one
        if start < at:
            continue
        yield text[at:start], False
        yield text[start:end], True
        at = end
    yield text[at:], False


def _places(haystack: str, needle: str) -> Iterator[int]:
    start = haystack.find(needle)
    while start >= 0:
        end = start + len(needle)
        # Whole syllables only: “một cửa” is not in “một cửahàng”.
        if not haystack[start - 1 : start].isalnum() and not haystack[end : end + 1].isalnum():
            yield start
        start = haystack.find(needle, start + 1)


def classifier(name: str) -> str:
    """Name a classifier for people: `keywords@3` is “bộ từ khóa số 3”."""
    kind, _, version = name.partition("@")
    return f"bộ từ khóa số {version}" if kind == "keywords" else name


def address(path: str, **query: Any) -> str:
    """Give a path with its query, without what is empty."""
    kept = {key: value for key, value in query.items() if value not in (None, "", False)}
    return f"{path}?{urlencode(kept)}" if kept else path


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"day": day, "moment": moment}
_TEMPLATES.globals |= {"address": address, "classifier": classifier, "marked": marked}


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """Give an HTML page from a template."""
    text = _TEMPLATES.get_template(template).render(path=request.scope["path"], desk=desk_of(request), **values)
    return HTMLResponse(text, status_code=status)
