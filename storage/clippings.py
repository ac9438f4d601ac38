"""Stored articles as people see them: found by a query, with their tags, verdicts and what stands."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from monitor.plan import Form
from monitor.press import Clipping, Tag, Verdict
from monitor.text import nfc
from storage.rows import article_of
from storage.schema import articles, tags, verdicts, withdrawals
from storage.search import matching
from storage.tags import COUNTED, counts, standing

_BATCH = 200
_FARTHEST = 2**31 - 1
"""No list is longer; a page number somebody made up must not overflow the database's integers."""


@dataclass(frozen=True, slots=True)
class ArticleQuery:
    """What a person asks of the stored articles (tra cứu); what is None or False does not narrow.

    `q` is text with or without marks, all of its words required, "in quotes" a phrase. `unreviewed` wants a tag that
    stands without a person's word (of `item`, where given), `unclassified` a countable piece on which no tag stands,
    `counted` only what is counted, by its kind or by a person's word: with `item`, `outlets` and days it opens a number
    of the matrix. `limit` 0 gives all.
    """

    q: str | None = None
    item: str | None = None
    outlets: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    form: Form | None = None
    unreviewed: bool = False
    unclassified: bool = False
    undated: bool = False
    reprints: bool | None = None
    counted: bool = False
    limit: int = 50
    offset: int = 0

    def __post_init__(self) -> None:
        """Refuse a list that begins before its beginning."""
        if self.limit < 0 or self.offset < 0:
            raise ValueError("limit and offset must be 0 or more")


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a query's answer, newest first, and how many there are in all."""

    clippings: list[Clipping]
    total: int


def search(conn: Connection, query: ArticleQuery) -> Found:
    """Give the articles that a query asks for: newest first, those without a day last."""
    wanted = and_(*_conditions(conn, query))
    total = conn.execute(select(func.count()).select_from(articles).where(wanted)).scalar_one()
    a = articles.c
    rows = select(articles).where(wanted)
    rows = rows.order_by(a.published_on.desc().nulls_last(), a.published_at.desc().nulls_last(), a.id.desc())
    if query.limit or query.offset:
        rows = rows.limit(min(query.limit or _FARTHEST, _FARTHEST)).offset(min(query.offset, _FARTHEST))
    return Found(_clippings(conn, conn.execute(rows).all()), total)


def get(conn: Connection, article_id: int) -> Clipping | None:
    """Give one stored article, None where there is none of that id."""
    return _one(conn, select(articles).where(articles.c.id == article_id)) if 0 < article_id <= _FARTHEST else None


def by_identity(conn: Connection, outlet: str, identity: str) -> Clipping | None:
    """Give the stored article of an outlet that is this piece."""
    return _one(conn, select(articles).where(articles.c.outlet == outlet, articles.c.identity == identity))


def _one(conn: Connection, wanted: Select[Any]) -> Clipping | None:
    found = _clippings(conn, conn.execute(wanted).all())
    return found[0] if found else None


def _conditions(conn: Connection, query: ArticleQuery) -> Iterator[ColumnElement[bool]]:
    a, stands = articles.c, standing()
    yield a.id > 0
    if query.q and query.q.strip():
        yield matching(conn, query.q)
    # nfc drops what no code or name holds and a database may choke on, such as NUL.
    if query.outlets:
        yield a.outlet.in_([nfc(code) for code in query.outlets])
    if query.first is not None:
        yield a.published_on >= query.first
    if query.last is not None:
        yield a.published_on <= query.last
    if query.undated:
        yield a.published_on.is_(None)
    if query.form is not None:
        yield a.form == query.form
    if query.counted:
        yield counts(None if query.item is None else nfc(query.item))
    if query.unclassified:
        yield a.kind.in_(COUNTED)
        yield a.id.not_in(select(stands.c.article_id))
    if query.reprints is not None:
        yield a.reprint_of.is_not(None) if query.reprints else a.reprint_of.is_(None)
    if query.item is not None or query.unreviewed:
        tagged = select(stands.c.article_id)
        if query.item is not None:
            tagged = tagged.where(stands.c.item == nfc(query.item))
        if query.unreviewed:
            tagged = tagged.where(~stands.c.reviewed)
        yield a.id.in_(tagged)


def _clippings(conn: Connection, rows: Sequence[Row[Any]]) -> list[Clipping]:
    """Give whole clippings for rows of `articles`, in their order."""
    ids = [row.id for row in rows]
    said, spoken, stands = _tags(conn, ids), _verdicts(conn, ids), _standing(conn, ids)
    gone = _withdrawn(conn, ids)
    return [
        Clipping(
            id=row.id,
            article=article_of(row),
            version=row.version,
            tags=tuple(sorted(said[row.id], key=lambda tag: (tag.item, tag.by))),
            verdicts=tuple(spoken[row.id]),
            standing=tuple(sorted(stands[row.id], key=lambda item: (len(item), item))),  # 9 before 10
            reprint_of=row.reprint_of,
            work=row.work,
            withdrawn_at=gone.get(row.id),
        )
        for row in rows
    ]


def _tags(conn: Connection, ids: Collection[int]) -> dict[int, list[Tag]]:
    found: dict[int, list[Tag]] = defaultdict(list)
    for some in _some(ids):
        for row in conn.execute(select(tags).where(tags.c.article_id.in_(some))):
            found[row.article_id].append(Tag(row.item, row.score, row.by, tuple(row.because)))
    return found


def _verdicts(conn: Connection, ids: Collection[int]) -> dict[int, list[Verdict]]:
    found: dict[int, list[Verdict]] = defaultdict(list)
    for some in _some(ids):
        for row in conn.execute(select(verdicts).where(verdicts.c.article_id.in_(some)).order_by(verdicts.c.id)):
            found[row.article_id].append(Verdict(row.item, row.word, row.by, row.at, row.note))
    return found


def _standing(conn: Connection, ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    stands = standing()
    for some in _some(ids):
        for row in conn.execute(select(stands).where(stands.c.article_id.in_(some))):
            found[row.article_id].append(row.item)
    return found


def _withdrawn(conn: Connection, ids: Collection[int]) -> dict[int, datetime]:
    w = withdrawals.c
    found: dict[int, datetime] = {}
    for some in _some(ids):
        rows = conn.execute(select(w.article_id, w.at).where(w.article_id.in_(some), w.returned_at.is_(None)))
        found |= {row.article_id: row.at for row in rows}
    return found


def _some(ids: Collection[int]) -> Iterator[list[int]]:
    """Cut a long list into pieces that fit into one statement."""
    listed = list(ids)
    return (listed[at : at + _BATCH] for at in range(0, len(listed), _BATCH))
