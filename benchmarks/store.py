"""Articles, pages and tags into SQLite: `storage` beside plain sqlite3 that is handed the finished rows."""

import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import chain, count
from pathlib import Path
from typing import Any

from benchmarks import inputs
from benchmarks.timing import ROUNDS, Prepare, Result, medians
from classifiers.keywords import Keywords
from monitor.press import Article, Page, Tag
from storage import articles, open_database, tags

LIBRARIES = ("sqlalchemy", "zstandard")

GROUP = 16

Piece = tuple[Article, Page, list[Tag]]
Rows = list[tuple[str, tuple[Any, ...]]]

_ROWS_OF = (
    ("pages", "sha256 = (SELECT sha256 FROM articles WHERE id = ?)"),
    ("articles", "id = ?"),
    ("versions", "article_id = ?"),
    ("addresses", "article_id = ?"),
    ("tagged", "article_id = ?"),
    ("tags", "article_id = ?"),
)


def run(*, rounds: int = ROUNDS, pieces: int = 500, length: int = 3_000, size: int = 90_000) -> Result:
    """Store `pieces` articles a round in a fresh file, one by one and in groups."""
    classifier = Keywords(inputs.shipped().keywords)
    made = [_piece(classifier, number, length, size) for number in range(1, pieces + 1)]
    with tempfile.TemporaryDirectory() as folder:
        names = count(1)

        def fresh() -> Path:
            file = Path(folder) / f"{next(names)}.db"
            with open_database(f"sqlite:///{file}") as database:
                database.upgrade()
            return file

        model = fresh()
        _store(model, classifier.name, made)
        rows = _rows(model, pieces)
        copy = fresh()
        _write(copy, rows)
        if _everything(copy) != _everything(model):
            raise AssertionError("the peer writes other rows than we do")

        def ours(each: int) -> Prepare:
            def prepare() -> Callable[[], object]:
                file = fresh()
                return lambda: _store(file, classifier.name, made, each)

            return prepare

        def peer(each: int) -> Prepare:
            def prepare() -> Callable[[], object]:
                file = fresh()
                return lambda: _write(file, rows, each)

            return prepare

        contenders = {
            "storage, one a transaction": ours(1),
            "plain sqlite3, one a transaction": peer(1),
            f"storage, {GROUP} a transaction": ours(GROUP),
            f"plain sqlite3, {GROUP} a transaction": peer(GROUP),
        }
        figures = medians(contenders, rounds=rounds, pieces=pieces)
    tagged = sum(len(found) for _, _, found in made) / pieces
    return Result(
        f"{pieces} articles of {length} characters with their page of {size / 1000:.0f} kB and {tagged:.1f} tags,"
        " synchronous FULL; the peer gets its rows ready made, pages compressed, texts folded",
        "ms per article",
        figures,
    )


def _piece(classifier: Keywords, number: int, length: int, size: int) -> Piece:
    page = inputs.page(number, length, size)
    article = inputs.article(number, length, page)
    return article, page, classifier.suggest([article])[0]


def _store(file: Path, by: str, made: Sequence[Piece], each: int = 1) -> None:
    with open_database(f"sqlite:///{file}") as database:
        for at in range(0, len(made), each):
            with database.begin() as conn:
                some = made[at : at + each]
                tags.put_all(conn, by, {articles.add(conn, article, page).id: found for article, page, found in some})


def _rows(file: Path, pieces: int) -> list[Rows]:
    """Give what is stored of each article as statements with their values."""
    found: list[Rows] = []
    with closing(sqlite3.connect(file)) as conn:
        for number in range(1, pieces + 1):
            found.append([])
            for table, which in _ROWS_OF:
                for row in conn.execute(f"SELECT * FROM {table} WHERE {which}", (number,)):
                    found[-1].append((f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row))
    return found


def _write(file: Path, rows: Sequence[Rows], each: int = 1) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as conn:
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA synchronous = FULL")
        for at in range(0, len(rows), each):
            conn.execute("BEGIN IMMEDIATE")
            for statement, values in chain.from_iterable(rows[at : at + each]):
                conn.execute(statement, values)
            conn.execute("COMMIT")


def _everything(file: Path) -> list[list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(file)) as conn:
        return [sorted(conn.execute(f"SELECT * FROM {table}"), key=repr) for table, _ in _ROWS_OF]
