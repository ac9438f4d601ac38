"""Articles, every version of them, and the bytes they were read from: put in, found again.

Longer than 300 lines: one small question after another about one table.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

import zstandard
from sqlalchemy import Connection, Row, Select, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.sql.dml import ReturningInsert

from monitor.calendar import Period
from monitor.errors import StorageError
from monitor.press import Article, Page
from storage import dialects
from storage.clippings import ArticleQuery, Found, by_identity, get, search
from storage.rows import article_of, columns_of, words_of
from storage.schema import addresses as addresses_table
from storage.schema import articles, pages, tagged
from storage.schema import versions as versions_table
from storage.works import compare_from, relate, same_work, unrelated, window

__all__ = [
    "ArticleQuery",
    "Found",
    "Held",
    "Outcome",
    "Stored",
    "Version",
    "add",
    "addresses",
    "batch",
    "body",
    "checked",
    "compare_from",
]
__all__ += ["by_identity", "digests", "earliest", "find", "get", "identities", "keep_page", "last_fetched", "newest"]
__all__ += ["relate", "same_work", "search", "sound", "unrelated", "untagged", "versions", "window"]

_ZSTD_LEVEL = 3  # as small as gzip at about a seventh of its time
_BATCH = 500


class Outcome(StrEnum):
    """What storing an article came to."""

    NEW = "new"
    UPDATED = "updated"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Stored:
    """The id under which an article is kept, and whether it was new, changed or known."""

    id: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Held:
    """What is stored of a piece, as far as a crawl must know: when it came, and when its page was last read."""

    id: int
    first_seen_at: datetime
    checked_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Version:
    """What a piece once said (phiên bản), with the record of the fetch that brought it.

    `rebuilt_at` is when our reading of its bytes changed last; None: they are read as at first.
    """

    version: int
    article: Article
    final_url: str
    status: int
    headers: Mapping[str, str]
    rebuilt_at: datetime | None = None


def add(conn: Connection, article: Article, page: Page) -> Stored:
    """Store an article with the page it was read from.

    A piece is known by outlet and identity. The same content (title, lead, text, day, kind) again adds its address and
    notes that it was read; other content becomes the current version, and the earlier one stays with its bytes.

    Raises:
        ValueError: the article was not read from this page.
    """
    if article.sha256 != page.sha256:
        raise ValueError(f"{article.url}: the article names the bytes {article.sha256}, the page has {page.sha256}")
    stored = _again(conn, article, page) or _first(conn, article, page) or _again(conn, article, page)
    assert stored is not None
    urls = {article.url, page.url, page.final_url}
    rows = [{"article_id": stored.id, "url": url, "first_seen_at": page.fetched_at} for url in urls]
    dialects.insert_missing(conn, addresses_table, rows)
    return stored


def _first(conn: Connection, article: Article, page: Page) -> Stored | None:
    """Store a piece that is new; None where another machine brought it a moment ago."""
    keep_page(conn, page)
    row = columns_of(article) | {
        "outlet": article.outlet,
        "identity": article.identity,
        "version": 1,
        "first_seen_at": article.fetched_at,
        "checked_at": article.fetched_at,
    }
    inserted = conn.execute(_inserting(conn.dialect.name), row).scalar()
    if inserted is None:
        return None
    _keep_version(conn, inserted, 1, article, page)
    return Stored(inserted, Outcome.NEW)


def _again(conn: Connection, article: Article, page: Page) -> Stored | None:
    """Store a piece that is there already; None where it is not."""
    held = conn.execute(_HELD, {"outlet": article.outlet, "identity": article.identity}).first()
    if held is None:
        return None
    article = _of_known_day(article, held)
    if _content(article_of(held)) == _content(article):
        conn.execute(update(articles).where(articles.c.id == held.id).values(checked_at=article.fetched_at))
        return Stored(held.id, Outcome.KNOWN)
    version = held.version + 1
    keep_page(conn, page)
    _keep_version(conn, held.id, version, article, page)
    # Other words may be another work, and speak of other items: both are asked again. What people said stays.
    changed = columns_of(article) | {
        "version": version,
        "work": None,
        "reprint_of": None,
        "checked_at": article.fetched_at,
    }
    conn.execute(update(articles).where(articles.c.id == held.id).values(changed))
    compare_from(conn, held.published_on)
    conn.execute(delete(tagged).where(tagged.c.article_id == held.id))
    return Stored(held.id, Outcome.UPDATED)


def _of_known_day(article: Article, held: Row[Any]) -> Article:
    """Give the article with the day that is stored, where this reading found none: no page takes its day back."""
    told = {name: getattr(held, name) for name in ("published_on", "published_at", "date_source")}
    return article if article.published_on else replace(article, **told)


def _content(article: Article) -> tuple[object, ...]:
    return article.title, article.lead, article.text, article.published_on, article.kind


_HELD = (
    select(articles)
    .where(articles.c.outlet == bindparam("outlet"), articles.c.identity == bindparam("identity"))
    .with_for_update()
)
_INSERT_VERSION = insert(versions_table)


@cache
def _inserting(dialect: str) -> ReturningInsert[int]:
    missing = dialects.insert_into(dialect, articles).on_conflict_do_nothing(index_elements=["outlet", "identity"])
    return missing.returning(articles.c.id)


def keep_page(conn: Connection, page: Page) -> None:
    """Keep the bytes of a page, once."""
    compressed = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(page.body)
    dialects.insert_missing(conn, pages, [{"sha256": page.sha256, "body": compressed, "size": len(page.body)}])


def _keep_version(conn: Connection, article_id: int, version: int, article: Article, page: Page) -> None:
    fetch = {"final_url": page.final_url, "status": page.status, "headers": dict(page.headers)}
    row = words_of(article) | fetch | {"article_id": article_id, "version": version}
    conn.execute(_INSERT_VERSION, row)


def checked(conn: Connection, outlet: str, identity: str, at: datetime) -> None:
    """Note that a stored piece was looked up again at `at`, and left as it is."""
    conn.execute(_CHECKED, {"of": outlet, "piece": identity, "at": at})


_CHECKED = (
    update(articles)
    .where(articles.c.outlet == bindparam("of"), articles.c.identity == bindparam("piece"))
    .values(checked_at=bindparam("at"))
)


def find(conn: Connection, outlet: str, identities: Collection[str]) -> dict[str, Held]:
    """Give which of these pieces of an outlet are stored."""
    found = {}
    listed = list(identities)
    for at in range(0, len(listed), _BATCH):
        rows = conn.execute(_FOUND, {"outlet": outlet, "pieces": listed[at : at + _BATCH]})
        found.update({row.identity: Held(row.id, row.first_seen_at, row.checked_at, row.sha256) for row in rows})
    return found


_FOUND = select(
    articles.c.identity, articles.c.id, articles.c.first_seen_at, articles.c.checked_at, articles.c.sha256
).where(articles.c.outlet == bindparam("outlet"), articles.c.identity.in_(bindparam("pieces", expanding=True)))


def identities(conn: Connection, outlet: str, period: Period) -> set[str]:
    """Give which pieces of an outlet are stored that were published in `period`."""
    a = articles.c
    wanted = select(a.identity).where(a.outlet == outlet, a.published_on.between(period.first, period.last))
    return set(conn.execute(wanted).scalars())


def earliest(conn: Connection, outlet: str, pieces: Collection[str]) -> date | None:
    """Give the earliest day of which any of these pieces is stored."""
    a, days, listed = articles.c, list[date](), list(pieces)
    for at in range(0, len(listed), _BATCH):
        some = a.identity.in_(listed[at : at + _BATCH])
        day = conn.execute(select(func.min(a.published_on)).where(a.outlet == outlet, some)).scalar()
        days += [day] if day else []
    return min(days, default=None)


def last_fetched(conn: Connection, outlet: str) -> datetime | None:
    """Give when a page of the outlet last came that was stored."""
    a = articles.c
    return conn.execute(select(func.max(a.fetched_at)).where(a.outlet == outlet)).scalar()


def newest(conn: Connection, outlet: str) -> str | None:
    """Give the address of the piece of an outlet that was stored last."""
    mine = select(articles.c.url).where(articles.c.outlet == outlet)
    return conn.execute(mine.order_by(articles.c.id.desc()).limit(1)).scalar()


def versions(conn: Connection, article_id: int) -> list[Version]:
    """Give all that a piece ever said, oldest first; the last one is the current one."""
    a, v = articles.c, versions_table
    rows = conn.execute(
        select(v, a.outlet, a.agency, a.identity)
        .join_from(v, articles, a.id == v.c.article_id)
        .where(v.c.article_id == article_id)
        .order_by(v.c.version)
    )
    return [
        Version(row.version, article_of(row), row.final_url, row.status, row.headers, row.rebuilt_at) for row in rows
    ]


def addresses(conn: Connection, article_id: int) -> list[str]:
    """Give all addresses under which a piece was seen, the first one first."""
    table = addresses_table.c
    rows = conn.execute(select(table.first_seen_at, table.url).where(table.article_id == article_id))
    return [url for _, url in sorted((seen, url) for seen, url in rows)]


def body(conn: Connection, sha256: str) -> bytes | None:
    """Give the raw bytes of that digest, None where none are kept.

    Raises:
        StorageError: the bytes are kept but cannot be unpacked.
    """
    row = conn.execute(select(pages.c.body, pages.c.size).where(pages.c.sha256 == sha256)).first()
    if row is None:
        return None
    try:
        return zstandard.ZstdDecompressor().decompress(row.body, max_output_size=max(1, row.size))
    except zstandard.ZstdError as error:
        raise StorageError(f"the stored page {sha256} is damaged; bring back the newest backup") from error


def sound(conn: Connection, sha256: str) -> bytes | None:
    """Give the raw bytes of that digest; None where they are missing, or no longer what the digest says."""
    try:
        found = body(conn, sha256)
    except StorageError as error:
        if isinstance(error.__cause__, zstandard.ZstdError):
            return None
        raise
    return found if found is not None and hashlib.sha256(found).hexdigest() == sha256 else None


def digests(conn: Connection) -> Iterator[str]:
    """Give the digest of every stored page, for whoever hashes them all again."""
    yield from conn.execute(select(pages.c.sha256).order_by(pages.c.sha256)).scalars()


def untagged(conn: Connection, by: str, limit: int, after_id: int = 0) -> list[tuple[int, Article]]:
    """Give articles that this classifier has not read in their current version, those of the lowest ids first."""
    done = exists().where(tagged.c.article_id == articles.c.id, tagged.c.by == by)
    return _numbered(conn, select(articles).where(articles.c.id > after_id, ~done), limit)


def batch(conn: Connection, after_id: int, limit: int) -> list[tuple[int, Article]]:
    """Give the next articles by id, to go through all of them."""
    return _numbered(conn, select(articles).where(articles.c.id > after_id), limit)


def _numbered(conn: Connection, wanted: Select[Any], limit: int) -> list[tuple[int, Article]]:
    rows = conn.execute(wanted.order_by(articles.c.id).limit(limit))
    return [(row.id, article_of(row)) for row in rows]
