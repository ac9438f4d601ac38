"""Opening, upgrading, locking; what is said when a database cannot serve; and what a killed program leaves behind."""

import errno
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from monitor.errors import AddressError, LockedError, SchemaError, StorageError
from storage import Database, articles, engines, is_busy, is_damaged, is_disk_full, open_database
from storage.schema import metadata
from tests.factories import an_article, page_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("monitor.db", "is no address of a database: write sqlite:///monitor.db"),
        ("mysql://u:secret@server/db", "“mysql” is no kind of database"),
        ("oracle+nothing://u:secret@server/db", "is no kind of database"),
        ("postgresql://u:secret@server:port/db", "is no address of a database"),
        ("postgresql://u:secret@server", "names no database"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
        ("sqlite:////nowhere/at/all/monitor.db", "folder /nowhere/at/all does not exist: make it"),
        ("sqlite:////tmp", "is a folder"),
    ],
)
def test_a_wrong_address_is_answered_with_what_to_write(url: str, says: str) -> None:
    with pytest.raises(AddressError, match=re.escape(says)) as caught:
        open_database(url)
    assert "secret" not in str(caught.value)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with open_database("postgresql://u:secret@127.0.0.1:1/monitor") as database:
        with pytest.raises(
            StorageError, match=r"postgresql://u:\*\*\*@127\.0\.0\.1:1/monitor does not answer"
        ) as caught:
            database.check()
        assert "secret" not in str(caught.value)
        assert not (is_damaged(caught.value) or is_busy(caught.value))
        with pytest.raises(StorageError), database.lock():
            pass


def test_a_database_that_is_not_there_is_named(db: Database) -> None:
    says = "_other does not answer.* does not exist" if db.journal == "server" else "there is no database .*_other yet"
    with open_database(db.url + "_other") as other, pytest.raises(StorageError, match=says):
        other.check()


def test_an_address_of_postgresql_needs_no_driver_name(db: Database) -> None:
    with db.connect() as conn:
        assert conn.dialect.driver in {"psycopg", "pysqlite"}


def test_a_file_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    with open_database(f"sqlite:///{tmp_path}/new.db") as database:
        with pytest.raises(StorageError, match="run `monitor db upgrade`"):
            database.check()
        with pytest.raises(StorageError, match="run `monitor db upgrade`"), database.begin():
            pass
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_has_no_tables_yet(tmp_path: Path) -> None:
    (tmp_path / "new.db").touch()
    with open_database(f"sqlite:///{tmp_path}/new.db") as database:
        with pytest.raises(SchemaError, match="no tables yet: run `monitor db upgrade`"):
            database.check()
        database.prepare()
        database.check()


def test_what_is_new_is_prepared_and_what_is_there_is_only_checked(tmp_path: Path) -> None:
    with open_database(f"sqlite:///{tmp_path}/new.db") as database:
        database.prepare()
        database.check()
        at_step(database, "0000")
        with pytest.raises(SchemaError, match=r"at step 0000, this program needs .*: run `monitor db upgrade`"):
            database.prepare()


def at_step(db: Database, step: str) -> None:
    with db.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = :step"), {"step": step})


def test_a_database_newer_than_the_program_is_refused(db: Database) -> None:
    at_step(db, "9999")
    for act in (db.check, db.upgrade, db.prepare):
        with pytest.raises(SchemaError, match="step 9999, newer than this program"):
            act()


def test_tables_of_another_program_are_not_mixed_with_ours(db: Database) -> None:
    with db.begin() as conn:
        conn.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(StorageError, match="no tables yet"):
        db.prepare()


def test_an_upgrade_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with open_database(f"sqlite:///{tmp_path}/monitor.db") as database:
        (tmp_path / "monitor.db").touch()
        with database.begin() as conn:
            conn.execute(text("CREATE TABLE verdicts (mine INTEGER)"))  # in the way of the last table
        with pytest.raises(DBAPIError):
            database.upgrade()
        with database.connect() as conn:
            names = conn.execute(text("SELECT name FROM sqlite_master")).scalars().all()
        assert names == ["verdicts"]


def test_a_file_that_is_no_database_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "monitor.db").write_text("Kế hoạch tuyên truyền cải cách hành chính\n" * 50, "utf-8")
    with open_database(f"sqlite:///{tmp_path}/monitor.db") as database:
        with pytest.raises(StorageError, match="is not a SQLite database") as caught:
            database.check()
        assert is_damaged(caught.value)
        with pytest.raises(StorageError, match="is not a SQLite database"):
            database.upgrade()


def a_file(folder: Path) -> Path:
    with open_database(f"sqlite:///{folder}/monitor.db") as database:
        database.upgrade()
        with database.begin() as conn:
            for number in range(1, 40):
                articles.add(conn, an_article(number, text="chữ " * 500), page_of(an_article(number)))
    return folder / "monitor.db"


def test_a_file_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    file = a_file(tmp_path)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with open_database(f"sqlite:///{file}") as database, pytest.raises(StorageError, match="damaged") as caught:
        database.check()
    assert is_damaged(caught.value)
    assert not is_disk_full(caught.value)


def test_a_stored_page_that_was_damaged_is_called_so(db: Database) -> None:
    article = an_article()
    with db.begin() as conn:
        articles.add(conn, article, page_of(article))
        conn.execute(metadata.tables["pages"].update().values(body=b"not zstd"))
        with pytest.raises(StorageError, match=article.sha256) as caught:
            articles.body(conn, article.sha256)
    assert is_damaged(caught.value)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("authors", "'['"),
        ("kind", "'bài hát'"),
        ("published_on", "'hôm qua'"),
        ("fetched_at", "'08 giờ sáng'"),
        ("title", "CAST(x'ff' AS TEXT)"),
    ],
)
def test_a_stored_value_that_nobody_wrote_is_damage_and_no_bug(tmp_path: Path, column: str, value: str) -> None:
    with open_database(f"sqlite:///{a_file(tmp_path)}") as database:
        with database.begin() as conn:
            conn.execute(text(f"UPDATE articles SET {column} = {value} WHERE id = 7"))
        with pytest.raises(StorageError, match=r"damaged.*newest backup") as caught, database.connect() as conn:
            articles.search(conn, articles.ArticleQuery(limit=0))
    assert is_damaged(caught.value)
    assert not is_busy(caught.value)


@pytest.mark.slow
def test_a_database_that_somebody_else_writes_is_busy_and_not_damaged(tmp_path: Path) -> None:
    with open_database(f"sqlite:///{a_file(tmp_path)}") as database:
        with closing(sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StorageError, match="try again in a moment") as caught, database.begin():
                pass
        assert is_busy(caught.value)
        assert not is_damaged(caught.value)
        with database.lock(), pytest.raises(LockedError) as locked, database.lock():
            pass
        assert is_busy(locked.value)
        assert not is_busy(StorageError("something else"))


def test_threads_that_write_take_turns_and_none_finds_the_file_locked(tmp_path: Path) -> None:
    with open_database(f"sqlite:///{a_file(tmp_path)}") as database:

        def store(thread: int) -> None:
            for number in range(20):
                with database.begin() as conn:
                    conn.execute(text("PRAGMA busy_timeout = 0"))  # from now on this connection waits for nobody
                    article = an_article(100 * thread + number)
                    articles.add(conn, article, page_of(article))

        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(store, thread) for thread in range(1, 5)]:
                done.result()
        with database.connect() as conn:
            stored = {article.identity for _, article in articles.batch(conn, 0, 1000)}
        assert stored >= {str(100 * thread + number) for thread in range(1, 5) for number in range(20)}


def test_a_block_is_kept_whole_or_not_at_all(db: Database) -> None:
    with pytest.raises(RuntimeError), db.begin() as conn:
        articles.add(conn, an_article(), page_of(an_article()))
        raise RuntimeError("something else went wrong")
    with db.connect() as conn:
        assert [conn.execute(table.select()).all() for table in metadata.sorted_tables] == [[]] * len(metadata.tables)


def test_a_connection_for_reading_cannot_write(db: Database) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"), db.connect() as conn:
        articles.add(conn, an_article(), page_of(an_article()))
    with db.begin() as conn:  # the same pooled connection may write again
        articles.add(conn, an_article(), page_of(an_article()))


def test_a_reader_sees_one_state_of_the_database(db: Database) -> None:
    def store() -> None:
        with db.begin() as conn:
            articles.add(conn, an_article(), page_of(an_article()))

    with ThreadPoolExecutor(1) as pool:
        with db.connect() as before:
            assert articles.batch(before, 0, 10) == []
            writer = pool.submit(store)
            if db.journal != "delete":  # there the writer waits for the reader to leave
                writer.result()
            assert articles.batch(before, 0, 10) == []
        writer.result()
    with db.connect() as after:
        assert len(articles.batch(after, 0, 10)) == 1


def test_a_question_that_takes_too_long_is_broken_off(db: Database) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    with pytest.raises(StorageError, match="took too long"), db.connect(seconds=0.2) as conn:
        conn.execute(text(endless))
    with db.connect(seconds=30) as conn:
        assert conn.execute(text("SELECT 1")).scalar() == 1


def test_our_own_mistakes_stay_mistakes(db: Database) -> None:
    with pytest.raises(DBAPIError), db.begin() as conn:
        conn.execute(text("SELECT * FROM no_such_table"))


def test_an_error_does_not_repeat_what_was_to_be_stored(db: Database) -> None:
    words = "Câu này không được lọt vào nhật ký"
    with pytest.raises(DBAPIError) as caught, db.begin() as conn:
        conn.execute(text("SELECT 1 FROM no_such_table WHERE text = :words"), {"words": words})
    assert words not in str(caught.value)


def test_sqlite_keeps_its_promises_on_every_connection(tmp_path: Path) -> None:
    a_file(tmp_path)
    with open_database(f"sqlite:///{tmp_path}/monitor.db") as db, db.begin() as one:
        assert one.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert one.execute(text("PRAGMA synchronous")).scalar() == 2
        assert one.execute(text("PRAGMA busy_timeout")).scalar() == 5000
        assert one.execute(text("PRAGMA journal_mode")).scalar() == db.journal


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
    ],
)
def test_wal_is_used_only_where_it_loses_nothing(version: tuple[int, int, int], safe: bool) -> None:
    assert engines.wal_is_safe(version) is safe


def test_a_file_brought_from_a_machine_with_wal_loses_it_where_wal_is_not_safe(tmp_path: Path) -> None:
    file = a_file(tmp_path)
    raw = sqlite3.connect(file)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.close()
    with open_database(f"sqlite:///{file}") as db, db.connect() as conn:
        assert conn.execute(text("PRAGMA journal_mode")).scalar() == engines.journal()


def test_many_writers_at_once_wait_for_one_another(db: Database) -> None:
    def store(number: int) -> str:
        with db.begin() as conn:
            return articles.add(conn, an_article(number), page_of(an_article(number))).outcome.value

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(store, range(1, 41))) == {"new"}


def test_a_piece_brought_twice_at_once_is_stored_once(db: Database) -> None:
    def store(_: int) -> str:
        with db.begin() as conn:
            return articles.add(conn, an_article(), page_of(an_article())).outcome.value

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(store, range(16))) == ["known"] * 15 + ["new"]


def test_only_one_run_at_a_time(db: Database) -> None:
    with open_database(db.url) as other:
        with db.lock(), pytest.raises(LockedError, match="another run"), other.lock():
            pytest.fail("two runs hold one lock")
        with other.lock():
            pass


def test_two_names_of_one_file_are_one_lock(tmp_path: Path) -> None:
    file = a_file(tmp_path)
    (tmp_path / "alias.db").symlink_to(file)
    db, alias = open_database(f"sqlite:///{file}"), open_database(f"sqlite:///{tmp_path}/alias.db")
    with db.lock(), pytest.raises(LockedError), alias.lock():
        pytest.fail("two runs hold one file")


def test_the_lock_does_not_keep_readers_and_reviewers_out(db: Database) -> None:
    with db.lock(), open_database(db.url) as other, other.begin() as conn:
        articles.add(conn, an_article(), page_of(an_article()))


@contextmanager
def a_child(program: str, url: str) -> Iterator["subprocess.Popen[str]"]:
    """Give another process that runs `program` as far as its "ready", and is killed with SIGKILL in the end."""
    child = subprocess.Popen(
        [sys.executable, "-c", program, url],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        yield child
    finally:
        child.send_signal(signal.SIGKILL)
        child.communicate()


HOLDS_THE_LOCK = """
import sys
from storage import open_database
with open_database(sys.argv[1]) as db, db.lock():
    print("ready", flush=True)
    sys.stdin.read()
"""

WRITES_AND_WAITS = """
import sys
from sqlalchemy import text
from storage import articles, open_database
from tests.factories import an_article, page_of
with open_database(sys.argv[1]) as db:
    with db.begin() as conn:
        articles.add(conn, an_article(1), page_of(an_article(1)))
    with db.begin() as conn:
        if conn.dialect.name == "sqlite":
            conn.execute(text("PRAGMA cache_size = 5"))  # so that half of it is in the file already
        for number in range(2, 200):
            articles.add(conn, an_article(number, text="chữ " * 800), page_of(an_article(number)))
        print("ready", flush=True)
        sys.stdin.read()
"""


def test_a_second_process_is_kept_out_until_the_first_is_killed(db: Database) -> None:
    with a_child(HOLDS_THE_LOCK, db.url), pytest.raises(LockedError), db.lock():
        pytest.fail("two processes hold one lock")
    for _ in range(500):  # a server needs a moment to see that a client is gone
        try:
            with db.lock():
                return
        except LockedError:
            continue
    pytest.fail("the lock of a killed process is still held")


def test_a_killed_writer_leaves_nothing_half_written(db: Database) -> None:
    with a_child(WRITES_AND_WAITS, db.url):
        if db.url.startswith("sqlite"):
            folder = Path(db.url.removeprefix("sqlite:///")).parent
            size = sum(file.stat().st_size for file in folder.iterdir())
            assert size > 1_000_000, "the writer was killed before half of it was on the disk"
    with db.begin() as conn:
        if conn.dialect.name == "sqlite":
            assert conn.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
            conn.execute(text("INSERT INTO article_search (article_search, rank) VALUES ('integrity-check', 1)"))
        counts = {
            name: len(conn.execute(metadata.tables[name].select()).all())
            for name in ("articles", "versions", "pages", "addresses")
        }
        assert counts == {"articles": 1, "versions": 1, "pages": 1, "addresses": 1}
        assert articles.add(conn, an_article(2), page_of(an_article(2))).outcome is articles.Outcome.NEW


FILLS_THE_DISK = """
import resource, sys
from monitor.errors import StorageError
from storage import articles, is_damaged, is_disk_full, open_database
from tests.factories import an_article, page_of
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
with open_database(sys.argv[1]) as db:
    done = 1
    try:
        while done < 10_000:
            with db.begin() as conn:
                articles.add(conn, an_article(done, text="chữ " * 2000), page_of(an_article(done)))
            done += 1
    except StorageError as error:
        print(is_disk_full(error), is_damaged(error), type(error.__cause__).__name__, done)
        print(error)
"""


def test_a_full_disk_is_told_apart_and_loses_nothing(tmp_path: Path) -> None:
    with open_database(f"sqlite:///{tmp_path}/monitor.db") as db:
        db.upgrade()
        limit = (tmp_path / "monitor.db").stat().st_size + 300_000
        done = subprocess.run(
            [sys.executable, "-c", FILLS_THE_DISK, db.url, str(limit)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        first, said = done.stdout.splitlines()
        full, damaged, cause, failed_at = first.split()
        assert (full, damaged, cause) == ("True", "False", "OperationalError")
        assert "free some space" in said
        with db.begin() as conn:
            assert conn.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
            assert len(articles.batch(conn, 0, 10_000)) == int(failed_at) - 1 > 3


def test_what_a_full_disk_looks_like_elsewhere() -> None:
    for cause in (OSError(errno.ENOSPC, "full"), psycopg.errors.DiskFull(), psycopg.errors.IoError()):
        error = StorageError("cannot be written")
        error.__cause__ = cause
        assert is_disk_full(error)
        assert not is_damaged(error)
    assert not is_disk_full(StorageError("something else"))
    assert not is_disk_full(OSError(errno.ENOENT, "not there"))


@pytest.mark.slow
def test_a_writer_that_waits_too_long_is_told_why(tmp_path: Path) -> None:
    file = a_file(tmp_path)
    raw = sqlite3.connect(file, isolation_level=None)
    raw.execute("BEGIN EXCLUSIVE")
    says = "written by another program; try again"
    with open_database(f"sqlite:///{file}") as db, pytest.raises(StorageError, match=says), db.begin():
        pytest.fail("two writers at once")
    raw.close()
