"""The one statement that the two databases spell alike and SQLAlchemy does not: insert, or change what is there."""

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert


def insert(conn: Connection, table: Table) -> Insert:
    """Give an INSERT that knows ON CONFLICT."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)


def keep(conn: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a row, or replace the one with the same primary key."""
    key = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in key}
    conn.execute(insert(conn, table).values(row).on_conflict_do_update(index_elements=key, set_=rest))


def insert_missing(conn: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a row unless its primary key is there already."""
    key = [column.name for column in table.primary_key]
    conn.execute(insert(conn, table).values(row).on_conflict_do_nothing(index_elements=key))
