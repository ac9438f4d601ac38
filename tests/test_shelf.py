"""Results written together: one that cannot be written takes no other with it, and each is told of once."""

import pytest

from monitor.errors import StorageError
from monitor.jobs.shelf import MOST, Shelf
from storage import Connection, Database, hosts
from tests.test_jobs import MONDAY


def keep(conn: Connection, name: str) -> str:
    """Write down a result of that name; one is a bug of ours."""
    hosts.keep_silences(conn, {name: MONDAY})
    if name == "trips":
        raise RuntimeError(name)
    return f"kept {name}"


def drop(conn: Connection, name: str) -> str:
    hosts.keep_silences(conn, {f"dropped {name}": MONDAY})
    return f"dropped {name}"


def written(db: Database) -> set[str]:
    with db.connect() as conn:
        return set(hosts.silent(conn, MONDAY.replace(year=2020)))


def test_one_result_that_cannot_be_written_is_dropped_alone_and_each_is_told_of_once(db: Database) -> None:
    told: list[str] = []
    shelf = Shelf[str](db, keep, drop, told.append)
    for name in ("a", "b", "trips", "c"):
        shelf.add(name)
    shelf.clear()
    assert told == ["kept a", "kept b", "dropped trips", "kept c"]
    assert written(db) == {"a", "b", "dropped trips", "c"}


def test_a_full_shelf_is_written_and_told_of_without_being_asked(db: Database) -> None:
    told: list[str] = []
    shelf = Shelf[str](db, keep, drop, told.append)
    for n in range(MOST):
        shelf.add(str(n))
    assert told == [f"kept {n}" for n in range(MOST)]
    shelf.clear()
    assert len(told) == MOST


def test_a_database_that_is_gone_stops_everything_and_nothing_is_said_to_be_kept(db: Database) -> None:
    told: list[str] = []

    def gone(conn: Connection, name: str) -> str:
        raise StorageError(name)

    shelf = Shelf[str](db, gone, drop, told.append)
    shelf.add("a")
    with pytest.raises(StorageError):
        shelf.clear()
    assert (told, written(db)) == ([], set())
