"""A page read without rules, by trafilatura in a worker that can be killed; the only place that knows either tool.

Small pages can keep such a reader busy for minutes, and it has no time limit of its own: 50,000 links took it 124 s.
"""

import atexit
import logging
import multiprocessing
import resource
import threading
from collections import defaultdict
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from bs4.element import Tag

from monitor import text
from monitor.extract.clean import clean, people
from monitor.extract.published import linked_data
from monitor.extract.rules import Reading
from monitor.extract.tree import paragraphs, stated

if TYPE_CHECKING:
    from pebble import ProcessPool

log = logging.getLogger(__name__)

TIMEOUT = 10.0  # seconds for one page
_MEMORY = 1024**3  # bytes of address space of the worker
_TITLE_LONGEST = 500  # characters
_ENOUGH_WORDS = 4  # a heading of fewer is the name of a site or section

_lock = threading.Lock()
_pool: "ProcessPool | None" = None


def read(soup: BeautifulSoup, url: str, timeout: float = TIMEOUT) -> Reading:
    """Give what can be read of a pruned page within `timeout` seconds; past that, its densest block."""
    title, authors = head_of(soup)
    found = _by_worker(str(soup), url, timeout)
    lines = [line for one in found.split("\n") if (line := text.line(one))] if found else _densest(soup)
    cleaned = clean(lines, title=title, lead=None, prefix=None, captions=(), byline=False)
    return Reading(title, None, cleaned.paragraphs, authors or cleaned.authors, found_box=bool(lines))


def head_of(soup: BeautifulSoup) -> tuple[str, tuple[str, ...]]:
    """Give title and authors as a page's head and headings state them; an empty title where it has none."""
    data, metas = linked_data(soup), stated(soup)
    site = next(iter(metas.get("og:site_name", ())), "")
    whole = text.line(soup.title.get_text(" ")) if soup.title else ""
    offered = [
        *metas.get("og:title", ()),
        *(text.line(str(node.get("headline") or "")) for node in data),
        *(text.line(heading.get_text(" ")) for heading in soup.find_all("h1")),
    ]
    bare = [_without_site(title, site) for title in offered if title and title != site]
    long = next((title for title in bare if len(text.syllables(title)) >= _ENOUGH_WORDS), "")
    title = long or _without_site(whole, site) or next(iter(bare), "")
    named = [*metas.get("article:author", ()), *metas.get("author", ())]
    named += [str(author.get("name") or "") for node in data if isinstance(author := node.get("author"), dict)]
    authors = next((people(one) for one in named if one and one != site and "/" not in one), ())
    return title[:_TITLE_LONGEST], authors


def close() -> None:
    """Stop the worker, if there is one; the next page starts another."""
    global _pool
    with _lock:
        pool, _pool = _pool, None
    if pool is not None:
        pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it bare
        pool.join()


def _by_worker(markup: str, url: str, timeout: float) -> str:
    """Give the text that trafilatura finds; empty where it finds none, fails, or does not come to an end."""
    from pebble import ProcessExpired

    try:
        return _worker().schedule(_extract, args=(markup,), timeout=timeout).result() or ""
    except TimeoutError:
        log.warning("general reading killed url=%s seconds=%s", url, timeout)
    except (ProcessExpired, MemoryError) as error:
        log.warning("general reading ended url=%s why=%s", url, type(error).__name__)
    except Exception as error:  # it reads strangers' bytes: whatever it trips over, the plain reading is left
        log.warning("general reading failed url=%s why=%s", url, type(error).__name__)
    return ""


def _worker() -> "ProcessPool":
    global _pool
    with _lock:
        if _pool is None:
            from pebble import ProcessPool

            # Spawned, not forked: a fork of a process with threads can inherit a lock that nobody will open.
            _pool = ProcessPool(max_workers=1, initializer=_prepare, context=multiprocessing.get_context("spawn"))
            atexit.register(close)
        return _pool


def _prepare() -> None:
    """Run once in a new worker: bound its memory, and load the library before the clock of the first page runs."""
    import trafilatura  # noqa: F401 (loaded here, used in `_extract`)

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _extract(markup: str) -> str | None:
    import trafilatura

    # Never `fast`: it loses pages whose whole content lies in one <form>, as ASP.NET's does. Its dates are guesses.
    found: str | None = trafilatura.extract(markup, include_comments=False, include_tables=True, with_metadata=False)
    return found


def _densest(soup: BeautifulSoup) -> list[str]:
    """Give the paragraphs of the box with the most text in <p>s of its own; without any <p>, in lines of its own."""
    weight: dict[int, int] = defaultdict(int)
    boxes: dict[int, Tag] = {}
    for one in soup.find_all("p"):
        if one.parent is not None:
            boxes[id(one.parent)] = one.parent
            weight[id(one.parent)] += len(one.get_text())
    if weight:
        best = boxes[max(weight, key=weight.__getitem__)]
        return [line for one in best.find_all("p", recursive=False) for line in paragraphs(one)]
    plain = soup.find_all(["div", "td", "article", "section", "body"])
    return (
        paragraphs(max(plain, key=lambda box: sum(len(one) for one in box.find_all(string=True, recursive=False))))
        if plain
        else []
    )


def _without_site(title: str, site: str) -> str:
    """Cut the site's name off the end of a title, where it stands behind a bar or dash."""
    for bar in (" | ", " - ", " – ", " — "):
        head, found, tail = title.rpartition(bar)
        short = len(text.syllables(tail)) <= 8 and len(text.syllables(head)) >= _ENOUGH_WORDS
        if found and (text.matching(tail) == text.matching(site) or (bar == " | " and short)):
            return head.strip()
    return title
