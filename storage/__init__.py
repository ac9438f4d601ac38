"""The database: SQLite by default, PostgreSQL by URL; the only part that speaks SQL."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, inspect, text

from monitor.errors import AddressError, LockedError, SchemaError, StorageError
from storage import engines
from storage.schema import HEAD
from storage.trouble import is_busy, is_damaged, is_disk_full, translated

__all__ = ["Connection", "Database", "is_busy", "is_damaged", "is_disk_full", "open_database"]

_ADVISORY = 0x6363_6863
"""The key of our advisory lock; PostgreSQL keeps such keys apart by database."""

UPGRADE = "run `monitor db upgrade`"


def open_database(url: str) -> "Database":
    """Open the database at `url`; nothing is read or made yet.

    Raises:
        AddressError: the address names no kind of database we know, or a folder that is missing.
    """
    return Database(url)


class Database:
    """One database; `begin` and `connect` give connections on which the functions of this package work."""

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            self._engine: Engine = engines.create(url)  # opens nothing: what it refuses is the address
        except StorageError as error:
            raise AddressError(str(error)) from error
        self._name = engines.name(self._engine)
        self._file = engines.file(self._engine)
        self._turn = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.dispose()

    def dispose(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @property
    def journal(self) -> str:
        """Give SQLite's journal mode, `wal` or `delete`, or `server` on PostgreSQL; for `monitor doctor`."""
        return engines.journal() if self._file else "server"

    @property
    def name(self) -> str:
        """Give the database's name for people: never with its password."""
        return self._name

    def free_bytes(self) -> int | None:
        """Give the room that is left on the disk of the file; None on a server, which sees to its own."""
        return shutil.disk_usage(self._file.parent).free if self._file else None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Give a connection whose changes are all kept at the end of the block, or none of them.

        Raises:
            StorageError: the database is busy, full, damaged or gone; `is_busy`, `is_disk_full`, `is_damaged` tell.
        """
        self._must_exist()
        with self._my_turn(), translated(self._name), self._engine.connect() as conn:
            conn.execution_options(writes=True)
            with conn.begin():
                yield conn

    @contextmanager
    def connect(self, seconds: float | None = None) -> Iterator[Connection]:
        """Give a connection that only reads, and sees one state of the database as long as the block lasts.

        `seconds` bounds what the block asks, so that an address somebody made up cannot keep us busy (F79).

        Raises:
            StorageError: the database is damaged or gone, or a question took longer than `seconds`.
        """
        self._must_exist()
        with translated(self._name, reading=True), self._engine.connect() as conn:
            engines.only_read(conn)
            with engines.within(conn, seconds):
                yield conn

    def upgrade(self) -> None:
        """Bring the tables to the newest step: all of it or nothing; makes them where there are none.

        Raises:
            SchemaError: the database is newer than this program.
            StorageError: it cannot be written.
        """
        from storage.migrations import upgrade

        if self._engine.dialect.name == "sqlite":
            engines.make_file(self._file)
        with self.begin() as conn:
            if conn.dialect.name == "postgresql":
                if (encoding := conn.scalar(text("SHOW server_encoding"))) != "UTF8":
                    raise SchemaError(f"the database {self._name} is kept in {encoding}; create one with encoding UTF8")
                conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY + 1})
            version = _version(conn)
            self._refuse_newer(version)
            if version != HEAD:
                upgrade(conn)

    def check(self) -> None:
        """See that the database can be used by this program.

        Raises:
            SchemaError: no tables yet, or tables of an older or newer program; says what to do.
            StorageError: a damaged file, or none.
        """
        with self.connect() as conn:
            version = _version(conn)
        self._refuse_newer(version)
        if version is None:
            raise SchemaError(f"the database {self._name} has no tables yet: {UPGRADE}")
        if version < HEAD:
            raise SchemaError(f"the database {self._name} is at step {version}, this program needs {HEAD}: {UPGRADE}")

    def prepare(self) -> None:
        """Make the tables where there are none at all; otherwise only `check`: an old schema is upgraded on purpose."""
        if self._file is not None and not self._file.exists():
            self.upgrade()
            return
        with self.connect() as conn:
            fresh = _version(conn) is None and not inspect(conn).get_table_names()
        if fresh:
            self.upgrade()
        else:
            self.check()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep every other run out for as long as the block lasts; also a killed holder lets go.

        Raises:
            LockedError: another run holds the lock.
        """
        with self._file_lock(self._file) if self._file else self._server_lock():
            yield

    @contextmanager
    def _file_lock(self, file: Path) -> Iterator[None]:
        lock = FileLock(f"{file}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise LockedError(f"another run works on {self._name}; let it finish") from error
        except OSError as error:
            raise StorageError(f"the lock {file}.lock cannot be made: {error.strerror}; check the folder") from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _server_lock(self) -> Iterator[None]:
        # The lock lasts as long as its session, so the session leaves the pool and is closed at the end.
        with translated(self._name):
            conn = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            conn.detach()
        with conn:
            with translated(self._name):
                held = conn.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY})
            if not held:
                raise LockedError(f"another run works on {self._name}; let it finish")
            yield

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """Let our own threads write to a file one after the other.

        SQLite lets whoever finds the file locked sleep and look again, longer each time: of eight threads that store
        articles some find it locked at every look, until they give up.
        """
        if self._file is None:
            yield
            return
        if not self._turn.acquire(timeout=engines.TURN_SECONDS):
            raise LockedError(f"the database {self._name} is being written for a long time; try again in a moment")
        try:
            yield
        finally:
            self._turn.release()

    def _must_exist(self) -> None:
        if self._file is not None and not self._file.exists():
            raise StorageError(f"there is no database {self._name} yet: {UPGRADE}")

    def _refuse_newer(self, version: str | None) -> None:
        if version is not None and version > HEAD:
            raise SchemaError(
                f"the database {self._name} is at step {version}, newer than this program ({HEAD}): update the program"
            )


def _version(conn: Connection) -> str | None:
    """Give the step at which the tables are; None where there are none of ours."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    version: str | None = conn.scalar(text("SELECT version_num FROM alembic_version"))
    return version
