"""Which articles are the same work: what is to be compared, and what was found."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, select, update

from monitor.reprints import Piece, Relation
from storage.schema import articles


def unrelated(conn: Connection) -> list[Piece]:
    """Give the pieces that were not compared with others yet."""
    return _pieces(conn, articles.c.work.is_(None))


def window(conn: Connection, first: date, last: date) -> list[Piece]:
    """Give the pieces of these days, both ends included, whether compared or not."""
    return _pieces(conn, articles.c.published_on.between(first, last))


def same_work(conn: Connection, work: int) -> list[Piece]:
    """Give the pieces that are one work, the earliest first; what was not compared yet is none of them."""
    found = _pieces(conn, articles.c.work == work)
    return sorted(found, key=lambda piece: (piece.id != work, piece.published_on or date.max, piece.id))


def _pieces(conn: Connection, wanted: Any) -> list[Piece]:
    a = articles.c
    columns = (a.id, a.outlet, a.agency, a.published_on, a.published_at, a.title, a.text)
    rows = conn.execute(select(a.work, a.reprint_of, *columns).where(wanted).order_by(a.id))
    return [replace(Piece(*said), relation=_relation(work, original)) for work, original, *said in rows]


def _relation(work: int | None, reprint_of: int | None) -> Relation | None:
    return None if work is None else Relation(work, reprint_of)


def relate(conn: Connection, article_id: int, work: int, reprint_of: int | None) -> None:
    """Write down of which work an article is, and of which other agency's article it is a copy."""
    conn.execute(update(articles).where(articles.c.id == article_id).values(work=work, reprint_of=reprint_of))


def compare_from(conn: Connection, day: date | None) -> None:
    """Have the pieces compared again from this day on: one of it changed or left it, and with it whose copy they are.

    The first of them is marked as not compared; whoever compares goes on from there as far as it changes anything.
    """
    if day is None:  # what had no day was compared with nothing
        return
    a = articles.c
    first = select(a.id).where(a.published_on >= day).order_by(a.published_on, a.id).limit(1).scalar_subquery()
    conn.execute(update(articles).where(a.id == first).values(work=None, reprint_of=None))
