"""What every peer does with a piece once it is read: match the same keywords, store it in SQLite as we do.

Nothing here imports the product but its vocabulary and the classifier, so that all peers tag by the same words.
"""

import hashlib
import json
import pickle
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import zstandard

from classifiers.keywords import Keywords
from monitor.press import Article, DateSource, Kind

COMMIT_EVERY = 16

_TABLES = """
CREATE TABLE pages (sha256 TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE articles (id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, title TEXT NOT NULL, text TEXT NOT NULL,
    published TEXT, sha256 TEXT NOT NULL REFERENCES pages);
CREATE TABLE tags (article_id INTEGER NOT NULL REFERENCES articles, item TEXT NOT NULL, score REAL NOT NULL,
    because TEXT NOT NULL, PRIMARY KEY (article_id, item));
CREATE VIRTUAL TABLE search USING fts5(title, text, content='articles', content_rowid='id');
CREATE TRIGGER added AFTER INSERT ON articles BEGIN
    INSERT INTO search (rowid, title, text) VALUES (new.id, new.title, new.text); END;
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a peer read of one page."""

    url: str
    title: str
    text: str
    published: str | None
    body: bytes


class Desk:
    """Tags and stores the pieces of one process, sixteen a transaction, with the bytes of their pages."""

    def __init__(self, database: Path, words: Path) -> None:
        self._keywords = Keywords(pickle.loads(words.read_bytes()))
        self._zstd = zstandard.ZstdCompressor(level=3)
        self._conn = sqlite3.connect(database, isolation_level=None)
        self._conn.executescript(f"PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; {_TABLES}")
        self._open = 0

    def take(self, piece: Piece) -> None:
        """Tag and store one piece."""
        if not self._open:
            self._conn.execute("BEGIN IMMEDIATE")
        sha256 = hashlib.sha256(piece.body).hexdigest()
        self._conn.execute("INSERT OR IGNORE INTO pages VALUES (?, ?)", (sha256, self._zstd.compress(piece.body)))
        row = (piece.url, piece.title, piece.text, piece.published, sha256)
        sql = "INSERT INTO articles (url, title, text, published, sha256) VALUES (?, ?, ?, ?, ?)"
        number = self._conn.execute(sql, row).lastrowid
        for tag in self._keywords.suggest([_article(piece, sha256)])[0]:
            found = (number, tag.item, tag.score, json.dumps(tag.because, ensure_ascii=False))
            self._conn.execute("INSERT INTO tags VALUES (?, ?, ?, ?)", found)
        self._open += 1
        if self._open == COMMIT_EVERY:
            self._commit()

    def close(self) -> None:
        """Store what is still open."""
        if self._open:
            self._commit()
        self._conn.close()

    def _commit(self) -> None:
        self._conn.execute("COMMIT")
        self._open = 0


def _article(piece: Piece, sha256: str) -> Article:
    return Article(
        outlet="bao",
        agency="bao",
        identity=piece.url,
        url=piece.url,
        title=piece.title,
        lead=None,
        text=piece.text,
        authors=(),
        published_on=None,
        published_at=None,
        date_source=DateSource.META,
        kind=Kind.ARTICLE,
        form=None,
        by="peer",
        fetched_at=datetime.now(UTC),
        sha256=sha256,
    )
