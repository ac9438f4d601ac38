"""Pages that came and could not be read: the newest of each announced piece, kept until the piece arrives."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, select

from monitor.press import Link, Page
from storage import articles, dialects
from storage.schema import links, unread_pages


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """A page of an announced piece that could not be read, without its bytes; `link` is what the source said of it."""

    outlet: str
    identity: str
    link: Link
    url: str
    final_url: str
    fetched_at: datetime
    status: int
    headers: dict[str, str]
    sha256: str

    def page(self, body: bytes) -> Page:
        """Give the page as it came."""
        return Page(self.url, self.final_url, self.fetched_at, self.status, self.headers, body)


def keep(conn: Connection, outlet: str, identity: str, page: Page) -> None:
    """Keep a page of a piece, with the record of its fetch; it takes the place of an earlier one, whose bytes stay."""
    articles.keep_page(conn, page)
    row = {
        "outlet": outlet,
        "identity": identity,
        "url": page.url,
        "final_url": page.final_url,
        "status": page.status,
        "headers": dict(page.headers),
        "fetched_at": page.fetched_at,
        "sha256": page.sha256,
    }
    dialects.keep(conn, unread_pages, row)


def drop(conn: Connection, outlet: str, identity: str) -> None:
    """Forget the page of a piece that was read after all; its bytes stay."""
    u = unread_pages.c
    conn.execute(delete(unread_pages).where(u.outlet == outlet, u.identity == identity))


def following(conn: Connection, outlet: str, after: str, limit: int) -> list[UnreadPage]:
    """Give the next kept pages of an outlet, by identity."""
    u, x = unread_pages, links.c
    rows = conn.execute(
        select(u, x.url.label("told"), x.title, x.published_on, x.published_at, x.modified_at)
        .join_from(u, links, and_(x.outlet == u.c.outlet, x.identity == u.c.identity))
        .where(u.c.outlet == outlet, u.c.identity > after)
        .order_by(u.c.identity)
        .limit(limit)
    )
    return [
        UnreadPage(
            row.outlet,
            row.identity,
            Link(row.told, row.title, row.published_on, row.published_at, row.modified_at),
            row.url,
            row.final_url,
            row.fetched_at,
            row.status,
            row.headers,
            row.sha256,
        )
        for row in rows
    ]
