"""What a database says when it cannot serve us, told apart from our own bugs, as StorageError with what to do."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import zstandard
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from monitor.errors import DamagedError, LockedError, StorageError

_SQLITE = {
    sqlite3.SQLITE_BUSY: "is being written by another program; try again in a moment",
    sqlite3.SQLITE_LOCKED: "is being written by another program; try again in a moment",
    sqlite3.SQLITE_NOMEM: "did not get enough memory",
    sqlite3.SQLITE_READONLY: "may not be written by this user; give it the file and its folder",
    sqlite3.SQLITE_PERM: "may not be opened by this user; give it the file and its folder",
    sqlite3.SQLITE_INTERRUPT: "took too long over this question; ask for less",
    sqlite3.SQLITE_IOERR: "could not be read or written: the disk is full or failing; free some space, check the disk",
    sqlite3.SQLITE_FULL: "could not be written: the disk is full; free some space",
    sqlite3.SQLITE_CORRUPT: "is damaged; bring back the newest backup",
    sqlite3.SQLITE_NOTADB: "is not a SQLite database, or damaged; name another file or bring back the newest backup",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; see that its folder exists and that this user may write there",
    sqlite3.SQLITE_PROTOCOL: "is being written by another program; try again in a moment",
    sqlite3.SQLITE_NOLFS: "has outgrown what this disk can hold in one file",
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}

# SQLSTATE classes of PostgreSQL 15, appendix A; the first that fits.
_POSTGRESQL = {
    "53100": "could not be written: the server's disk is full",
    "57014": "took too long over this question; ask for less",
    "25006": "is a standby, or set to be read only; name the server that may be written",
    "28": "does not let this user in; check user and password in the address",
    "3D": "does not exist on this server; create it (createdb) or correct the name in the address",
    "08": "is out of reach; check the server and the network",
    "40": "was changed by somebody else at the same moment; try again",
    "55": "is held by somebody else; try again in a moment",
    "53": "has no room for us: the server is short of memory or connections",
    "57": "is shutting down or starting; try again in a moment",
    "58": "could not be read or written: the server's disk is failing",
    "XX": "is damaged; bring back the newest backup",
}
_PG_FULL = ("53100", "58030")
_PG_DAMAGED = ("XX001", "XX002")
_PG_BUSY = ("40", "53300", "55", "57P03")


def _sqlite_code(error: BaseException) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF


def _advice(error: DBAPIError) -> str | None:
    """Give what to tell people, or None where the error is a bug of ours (wrong SQL, a broken constraint)."""
    origin = error.orig
    if _is_no_text(origin):
        return _SQLITE[sqlite3.SQLITE_CORRUPT]
    if isinstance(origin, sqlite3.Error):
        return _SQLITE.get(_sqlite_code(origin))
    import psycopg  # here: a run on SQLite need not load it

    if isinstance(origin, psycopg.Error):
        state = origin.sqlstate
        if state is not None:
            return next((advice for start, advice in _POSTGRESQL.items() if state.startswith(start)), None)
        # Errors of the connection itself carry no SQLSTATE.
        if isinstance(origin, psycopg.OperationalError | psycopg.InterfaceError):
            return f"does not answer; check the server and the address ({str(origin).strip()})"
    return None


def _is_no_text(error: BaseException | None) -> bool:
    # The driver's own error for text that is no UTF-8, which we never write; it has no code.
    return isinstance(error, sqlite3.OperationalError) and str(error).startswith("Could not decode to UTF-8")


@contextmanager
def translated(name: str, *, reading: bool = False) -> Iterator[None]:
    """Turn what a database cannot help into StorageError; `name` says which database, without a password.

    A write in a block that only reads is our bug and stays one.
    """
    try:
        yield
    except DBAPIError as error:
        advice = _advice(error)
        if advice is None or (reading and _writes_where_it_may_not(error)):
            raise
        raise StorageError(f"the database {name} {advice}") from error
    except PoolTimeout as error:
        raise StorageError(f"the database {name} has no free connection; try again in a moment") from error


def _writes_where_it_may_not(error: DBAPIError) -> bool:
    return (
        _sqlite_code(error.orig or error) == sqlite3.SQLITE_READONLY or getattr(error.orig, "sqlstate", "") == "25006"
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        if isinstance(found, DBAPIError) and found.orig is not None:
            yield found.orig
        found = found.__cause__


def is_disk_full(error: BaseException) -> bool:
    """Say whether an error, or what caused it, is a disk that is full or cannot be written (exit 74)."""
    return any(
        _sqlite_code(one) in _FULL
        or (getattr(one, "sqlstate", None) or "") in _PG_FULL
        or (isinstance(one, OSError) and one.errno in _FULL_ERRNOS)
        for one in _causes(error)
    )


def is_damaged(error: BaseException) -> bool:
    """Say whether an error, or what caused it, is stored data that cannot be trusted (exit 65)."""
    return any(
        _sqlite_code(one) in _DAMAGED
        or (getattr(one, "sqlstate", None) or "") in _PG_DAMAGED
        or isinstance(one, zstandard.ZstdError | DamagedError)
        or _is_no_text(one)
        for one in _causes(error)
    )


def is_busy(error: BaseException) -> bool:
    """Say whether an error, or what caused it, goes by when somebody else has finished (exit 75)."""
    return any(
        isinstance(one, LockedError | PoolTimeout)
        or _sqlite_code(one) in _BUSY
        or (getattr(one, "sqlstate", None) or "").startswith(_PG_BUSY)
        for one in _causes(error)
    )
