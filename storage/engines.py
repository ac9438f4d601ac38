"""How each kind of database is opened: where the two differ before the first question is asked."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url, text, types
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from monitor.errors import DamagedError, StorageError

HOW = "write sqlite:///monitor.db or postgresql://user@server/database"
TURN_SECONDS = 60  # for which one of our threads waits for the others: they work meanwhile, and one after the other
_BUSY_SECONDS = 5
_CONNECT_SECONDS = 10
_PROGRESS_STEPS = 10_000  # of SQLite's machine between two looks at the clock: well under a millisecond


def create(url: str) -> Engine:
    """Give the engine for `url`; nothing is opened yet.

    Raises:
        StorageError: not an address of SQLite or PostgreSQL, or a folder that is missing.
    """
    try:
        parsed = make_url(url)
        parsed.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise StorageError(f"“{_without_password(url)}” is no address of a database: {HOW}") from error
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return _postgresql(parsed.set(drivername="postgresql+psycopg"))
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _sqlite(parsed)
    raise StorageError(f"“{parsed.drivername}” is no kind of database that this program knows: {HOW}")


def _without_password(url: str) -> str:
    head, at, tail = url.rpartition("@")
    return f"{head.partition('://')[0]}://…@{tail}" if at else url


def _postgresql(url: URL) -> Engine:
    if not url.database:
        raise StorageError(f"the address names no database: {HOW}")
    try:
        return create_engine(
            url, pool_pre_ping=True, hide_parameters=True, connect_args={"connect_timeout": _CONNECT_SECONDS}
        )
    except NoSuchModuleError as error:
        raise StorageError("psycopg is not installed: install this program again") from error


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:" or url.query:
        raise StorageError("the database must be a file that lasts: write sqlite:///monitor.db")
    # Two names of one file must give one lock; and a later chdir must not give another file.
    file = Path(url.database).resolve()
    if not file.parent.is_dir():
        raise StorageError(f"the folder {file.parent} does not exist: make it, or name another one")
    if file.is_dir():
        raise StorageError(f"{file} is a folder: name a file in it")
    # hide_parameters: an error goes to the log, and the text of an article does not.
    engine = create_engine(url.set(database=str(file)), hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS})
    engine.dialect.colspecs = {**engine.dialect.colspecs, types.Date: _Date, types.DateTime: _DateTime}
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _or_damaged(read: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    def reading(value: Any) -> Any:
        try:
            return read(value) if read else value
        except (ValueError, TypeError) as error:
            raise DamagedError(f"a stored day or moment is damaged ({error}); bring back the newest backup") from error

    return reading


class _Date(sqlite.DATE):
    """A day as SQLite keeps it, which is text that anybody can damage."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return _or_damaged(super().result_processor(dialect, coltype))


class _DateTime(sqlite.DATETIME):
    """A moment as SQLite keeps it."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return _or_damaged(super().result_processor(dialect, coltype))


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Say whether this SQLite has the fix of the WAL-reset bug, which loses committed writes of two processes (F55)."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def journal() -> str:
    """Give the journal mode that is right for the SQLite we run on."""
    return "wal" if wal_is_safe(sqlite3.sqlite_version_info) else "delete"


def _set_up_sqlite(connection: Any, _: object) -> None:
    # SQLAlchemy's documented recipe: the driver begins nothing by itself, `_begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    # The mode is written in the file, and the file may have been copied here from a machine with another SQLite.
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != journal():
        cursor.execute(f"PRAGMA journal_mode = {journal()}")
    cursor.close()


def _begin_sqlite(conn: Connection) -> None:
    # A read that turns into a write in a deferred transaction fails at once, whatever the timeout (F49): so whoever
    # may write says so at the beginning, and whoever did not may not.
    writes = conn.get_execution_options().get("writes", False)
    if conn.info.get("writes") is not writes:  # what belongs to the connection stays with it in the pool
        conn.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        conn.info["writes"] = writes
    conn.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def make_file(file: Path | None) -> None:
    """Make an empty database file where there is none."""
    if file is None or file.exists():
        return
    try:
        file.touch()
    except OSError as error:
        raise StorageError(f"the file {file} cannot be made: {error.strerror}; check the folder") from error


def only_read(conn: Connection) -> None:
    """Make a connection show one state of the database and refuse to write (SQLite's does so in `_begin_sqlite`)."""
    if conn.dialect.name == "postgresql":
        conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@contextmanager
def within(conn: Connection, seconds: float | None) -> Iterator[None]:
    """Break off what the block asks once it takes longer than `seconds`; on PostgreSQL each question has that time."""
    if seconds is None:
        yield
    elif conn.dialect.name == "postgresql":
        conn.execute(text(f"SET LOCAL statement_timeout = {max(1, round(seconds * 1000))}"))
        yield
    else:
        driver: Any = conn.connection.driver_connection
        ends = time.monotonic() + seconds
        driver.set_progress_handler(lambda: time.monotonic() > ends, _PROGRESS_STEPS)
        try:
            yield
        finally:
            driver.set_progress_handler(None, 0)


def name(engine: Engine) -> str:
    """Give the database's name for people: never with its password."""
    return str(file(engine) or engine.url.set(drivername="postgresql").render_as_string(hide_password=True))


def file(engine: Engine) -> Path | None:
    """Give the file of a SQLite database, None for a server."""
    return Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None
