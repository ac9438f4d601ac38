"""One page → a folder of the tests: its bytes, how they came, and what must be read from them."""

import gzip
import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.errors import ExtractError, MonitorError
from monitor.extract import as_json, extract
from monitor.fetch import Fetcher, Want
from monitor.press import HANOI, Outlet, Page, Press, hanoi_day
from monitor.text import fold

KEPT = ("content-type", "last-modified", "etag")
"""Headers that say what the bytes are; the others are of no use to a test, and may tell of a visitor."""

FIELDS = (
    "identity", "url", "title", "lead", "text", "authors", "published_on", "published_at", "date_source", "kind",
    "form", "by",
)  # fmt: skip
"""What article.json holds of a page that is read; a test asks for each."""

ERROR = "error"
"""The only field of article.json where a page rightly holds no article, or is not read yet: the reason, by its code."""


class FolderError(MonitorError):
    """The folder of this page is there already."""


def fetched(press: Press, outlet: Outlet, url: str, now: Callable[[], datetime]) -> Page:
    """Fetch a page as the crawl would: with its guard, robots.txt and pace.

    Raises:
        FetchError: it did not come.
    """
    with Fetcher(press.user_agent, now=now) as fetcher:
        page = fetcher.get(url, outlet, want=Want.PAGE)
        assert isinstance(page, Page)  # no validators were sent
        return page


def saved(url: str, body: bytes, now: datetime) -> Page:
    """Give a page that somebody saved before; what encoding it came in is not known any more."""
    return Page(url, url, now, 200, {"content-type": "text/html"}, body)


def captured(to: Path, press: Press, outlet: Outlet, page: Page) -> tuple[Path, str | None]:
    """Write page and article, and give the folder; with why nothing could be read, which article.json then says.

    Raises:
        FolderError: the folder is there already.
    """
    fields = found(press, outlet, page)
    day = fields.get("published_on") or hanoi_day(page.fetched_at).isoformat()
    folder = to / outlet.code / f"{day}-{_slug(str(fields.get('title') or 'chua-doc-duoc'))}"
    if folder.exists():
        raise FolderError(f"{folder} is there already; remove it to capture the page again")
    folder.mkdir(parents=True)
    (folder / "page.html.gz").write_bytes(gzip.compress(page.body, 9, mtime=0))
    _write(folder / "page.json", described(page))
    _write(folder / "article.json", fields)
    return folder, fields.get(ERROR)


def found(press: Press, outlet: Outlet, page: Page) -> dict[str, Any]:
    """Give article.json as it would be today: what is read from a page, or the reason why nothing is."""
    try:
        return reading(press, outlet, page)
    except ExtractError as mistake:
        return {ERROR: mistake.reason.value}


def reading(press: Press, outlet: Outlet, page: Page) -> dict[str, Any]:
    """Give what is read from a page, by field.

    Raises:
        ExtractError: it holds no article.
    """
    article = extract(page, outlet, press.rules(outlet, hanoi_day(page.fetched_at)))
    every = as_json(article) | {"identity": article.identity}
    return {name: every[name] for name in FIELDS}


def described(page: Page) -> dict[str, Any]:
    """Give page.json: how the bytes came."""
    return {
        "url": page.url,
        "final_url": page.final_url,
        "fetched_at": page.fetched_at.astimezone(HANOI).isoformat(timespec="seconds"),
        "status": page.status,
        "headers": {name: page.headers[name] for name in KEPT if name in page.headers},
    }


def opened(folder: Path) -> Page:
    """Give the page of a folder back."""
    kept = json.loads((folder / "page.json").read_text(encoding="utf-8"))
    body = gzip.decompress((folder / "page.html.gz").read_bytes())
    at = datetime.fromisoformat(kept["fetched_at"])
    return Page(kept["url"], kept["final_url"], at, kept["status"], kept["headers"], body)


def _slug(title: str) -> str:
    words = re.findall(r"[a-z0-9]+", fold(title))
    return "-".join(words[:8])[:60].strip("-") or "trang"


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
