"""Insert, or leave or change what is there: the one statement both databases know and SQLAlchemy spells twice.

Statements are built once and kept: to build one costs several times what the database takes to run it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Insert: TypeAlias = Union[sqlite.Insert, "postgresql.Insert"]


def insert(conn: Connection, table: Table) -> Insert:
    """Give an INSERT that knows ON CONFLICT."""
    return insert_into(conn.dialect.name, table)


def keep(conn: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert a row, or replace the one with the same primary key."""
    keep_all(conn, table, [row])


def keep_all(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Do so with each of these rows, which name the same columns."""
    if rows:
        conn.execute(_keeping(conn.dialect.name, table, tuple(rows[0])), rows if len(rows) > 1 else rows[0])


def insert_missing(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert each row unless its primary key is there already."""
    conn.execute(_inserting_missing(conn.dialect.name, table), rows)


@cache
def insert_into(dialect: str, table: Table) -> Insert:
    """Give the same by the dialect's name, for statements that are kept."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # here: a run on SQLite need not load it

    return postgresql.insert(table)


@cache
def _keeping(dialect: str, table: Table, columns: tuple[str, ...]) -> Insert:
    key = [column.name for column in table.primary_key]
    statement = insert_into(dialect, table)
    rest = {name: statement.excluded[name] for name in columns if name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=rest)


@cache
def _inserting_missing(dialect: str, table: Table) -> Insert:
    key = [column.name for column in table.primary_key]
    return insert_into(dialect, table).on_conflict_do_nothing(index_elements=key)
