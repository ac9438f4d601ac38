"""Insert, or leave or change what is there: the one statement both databases know and SQLAlchemy spells twice."""

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Give an INSERT that knows ON CONFLICT."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)


def keep(conn: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a row, or replace the one with the same primary key."""
    key = [column.name for column in table.primary_key]
    statement = insert(conn, table)
    rest = {name: statement.excluded[name] for name in row if name not in key}
    conn.execute(statement.on_conflict_do_update(index_elements=key, set_=rest), row)


def insert_missing(conn: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a row unless its primary key is there already."""
    key = [column.name for column in table.primary_key]
    conn.execute(insert(conn, table).on_conflict_do_nothing(index_elements=key), row)
