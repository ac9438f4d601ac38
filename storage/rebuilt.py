"""Articles whose stored bytes are read anew: which there are, what they say now, and the better words put in place."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, and_, delete, exists, func, select, update

from monitor.errors import Reason
from monitor.press import Article
from storage.articles import Version
from storage.rows import article_of, columns_of, words_of
from storage.schema import articles, links, tagged, unread_pages
from storage.schema import versions as versions_table
from storage.works import compare_from

_IN_VAIN = (Reason.SOFT_404, Reason.NOT_AN_ARTICLE, Reason.EXTRACTION, Reason.BUG)


def numbers(conn: Connection, outlet: str, after: int, limit: int) -> list[int]:
    """Give the next ids of an outlet's articles."""
    a = articles.c
    wanted = select(a.id).where(a.outlet == outlet, a.id > after).order_by(a.id).limit(limit)
    return list(conn.execute(wanted).scalars())


def newest(conn: Connection, number: int) -> Version:
    """Give the newest version of an article, with the record of the fetch that brought it."""
    a, v = articles.c, versions_table
    row = conn.execute(
        select(v, a.outlet, a.agency, a.identity)
        .join_from(v, articles, and_(a.id == v.c.article_id, a.version == v.c.version))
        .where(a.id == number)
    ).one()
    return Version(row.version, article_of(row), row.final_url, row.status, row.headers, row.rebuilt_at)


def put(conn: Connection, number: int, version: int, article: Article, at: datetime) -> None:
    """Replace the words of an article and of its newest version; a correction that came meanwhile is left alone.

    What people said of it stays. Whatever was concluded from the old words is asked again.
    """
    a, v = articles.c, versions_table.c
    current = and_(a.id == number, a.version == version)
    held = conn.execute(select(a.published_on).where(current).with_for_update()).first()
    if held is None:
        return
    conn.execute(update(articles).where(current).values(columns_of(article) | _OPEN))
    compare_from(conn, held.published_on)
    mine = and_(v.article_id == number, v.version == version)
    conn.execute(update(versions_table).where(mine).values(words_of(article) | {"rebuilt_at": at}))
    conn.execute(delete(tagged).where(tagged.c.article_id == number))


_OPEN = {"work": None, "reprint_of": None}


def lost(conn: Connection, outlets: Collection[str]) -> int:
    """Count the announced pieces whose page came and could not be read, and is not kept."""
    x, u = links.c, unread_pages.c
    kept = exists().where(u.outlet == x.outlet, u.identity == x.identity)
    wanted = select(func.count()).where(x.outlet.in_(outlets), x.reason.in_(_IN_VAIN), ~kept)
    return int(conn.execute(wanted).scalar_one())
