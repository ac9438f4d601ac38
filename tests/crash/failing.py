"""A disk that fails on the k-th write: SQLite's own way of testing, a VFS between it and the files.

The program's own SQLite library is asked through ctypes; nothing of ours is patched, and no tool has to be installed.
"""

import ctypes
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p, cast
from dataclasses import dataclass

OK = sqlite3.SQLITE_OK


class _Methods(Structure):
    """sqlite3_io_methods, as far as version 3 of it goes."""

    _fields_ = (
        ("iVersion", c_int),
        ("xClose", c_void_p),
        ("xRead", c_void_p),
        ("xWrite", c_void_p),
        ("xTruncate", c_void_p),
        ("xSync", c_void_p),
        *((f"rest{n}", c_void_p) for n in range(14)),
    )


class _File(Structure):
    _fields_ = (("methods", POINTER(_Methods)),)


class _Vfs(Structure):
    """sqlite3_vfs, version 3."""

    _fields_ = (
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        ("xOpen", c_void_p),
        ("xDelete", c_void_p),
        *((f"rest{n}", c_void_p) for n in range(14)),
    )


_OPEN = CFUNCTYPE(c_int, *[c_void_p] * 3, c_int, c_void_p)  # the name as it is: SQLite reads what lies behind it
_DELETE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


@dataclass(slots=True)
class Disk:
    """What the disk does: count its writes, syncs, cuts and deletions, and fail on the `at`-th, or on all from there.

    `full` fails as a full disk does, otherwise as a broken one.
    """

    at: int = 0
    persistent: bool = False
    full: bool = False
    count: int = 0
    failed: int = 0

    def fails(self, code: int) -> int:
        """Count one operation; give what SQLite is told."""
        self.count += 1
        if self.at and (self.count == self.at or (self.persistent and self.count > self.at)):
            self.failed += 1
            # Only a write can find that there is no room.
            return sqlite3.SQLITE_FULL if self.full and code == sqlite3.SQLITE_IOERR_WRITE else code
        return OK


def _library() -> ctypes.CDLL:
    import _sqlite3

    library = ctypes.CDLL(_sqlite3.__file__)  # what it is linked with is found through it
    library.sqlite3_vfs_find.restype = POINTER(_Vfs)
    library.sqlite3_vfs_find.argtypes = [c_char_p]
    library.sqlite3_vfs_register.argtypes = [POINTER(_Vfs), c_int]
    library.sqlite3_vfs_unregister.argtypes = [POINTER(_Vfs)]
    return library


@contextmanager
def failing(disk: Disk) -> Iterator[Disk]:
    """Let every SQLite file that is opened in the block, in this process, lie on that disk."""
    library = _library()
    real = library.sqlite3_vfs_find(None)
    tables: dict[int, _Methods] = {}
    kept: list[object] = []

    def guarded(kind: type, address: int, code: int) -> int:
        real_call = kind(address)
        call = kind(lambda *given: disk.fails(code) or real_call(*given))
        kept.extend((real_call, call))
        return cast(call, c_void_p).value or 0

    def methods(table: "ctypes._Pointer[_Methods]") -> _Methods:
        # One of ours for each of SQLite's: with shared memory or without.
        key = ctypes.addressof(table.contents)
        if key not in tables:
            own = _Methods.from_buffer_copy(table.contents)
            own.xWrite = guarded(_WRITE, own.xWrite, sqlite3.SQLITE_IOERR_WRITE)
            own.xTruncate = guarded(_TRUNCATE, own.xTruncate, sqlite3.SQLITE_IOERR_TRUNCATE)
            own.xSync = guarded(_SYNC, own.xSync, sqlite3.SQLITE_IOERR_FSYNC)
            tables[key] = own
        return tables[key]

    real_open = _OPEN(real.contents.xOpen)

    @_OPEN
    def opened(vfs: int, name: int, file: int, flags: int, out: int) -> int:
        code = int(real_open(ctypes.addressof(real.contents), name, file, flags, out))
        found = cast(file, POINTER(_File)).contents
        if code == OK and found.methods:
            found.methods = ctypes.pointer(methods(found.methods))
        return code

    mine = _Vfs.from_buffer_copy(real.contents)
    mine.zName = b"failing"
    mine.xOpen = cast(opened, c_void_p).value
    mine.xDelete = guarded(_DELETE, mine.xDelete, sqlite3.SQLITE_IOERR_DELETE)
    library.sqlite3_vfs_register(ctypes.byref(mine), 1)
    try:
        yield disk
    finally:
        library.sqlite3_vfs_register(real, 1)
        library.sqlite3_vfs_unregister(ctypes.byref(mine))
