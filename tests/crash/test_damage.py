"""Stored data that were damaged, journals that are gone, upgrades and recoveries that were killed."""

import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from monitor.cli import run
from storage import open_database
from tests.crash.starter import Starter
from tests.crash.world import CODES, ROOT, World, held, province, rehashed, sound

pytestmark = pytest.mark.slow


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with province(tmp_path, f"sqlite:///{tmp_path}/monitor.db", CODES[:1]) as found:
        found.papers[0].publish(4, found.now)
        yield found


READ = (
    ("articles", "--json", "--limit", "0"),
    ("show", "1"),
    ("coverage", "--week", "2021-W09", "--json"),
    ("status", "--json"),
    ("run",),
)


def page_size(file: Path) -> int:
    with closing(sqlite3.connect(file)) as conn:
        return int(conn.execute("PRAGMA page_size").fetchone()[0])


def damaged(body: bytes, at: int, size: int, damage: str, chance: random.Random) -> bytes:
    """Spoil one page: all of it, or its last letters."""
    page = bytearray(body[at : at + size])
    if damage == "zeros":
        page = bytearray(size)
    elif damage == "random":
        page = bytearray(chance.randbytes(size))
    else:
        page[-200:] = b"\xff" * 200
    return body[:at] + page + body[at + size :]


@pytest.mark.parametrize("damage", ["zeros", "random", "no text"])
def test_a_page_of_the_file_that_was_lost_is_damage_and_never_a_bug(
    world: World, damage: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(world.argv("run")) == 0
    file, good = world.folder / "monitor.db", world.folder / "good.db"
    shutil.copy(file, good)
    size, chance = page_size(good), random.Random(53)
    codes: Counter[int] = Counter()
    # Every third page, and other ones by each kind of damage.
    for page in range(len(damage) % 3, good.stat().st_size // size, 3):
        body = damaged(good.read_bytes(), page * size, size, damage, chance)
        for command in READ:
            file.write_bytes(body)
            for beside in world.folder.glob("monitor.db-*"):
                beside.unlink()
            code = run(world.argv(*command))
            said = capfd.readouterr().err
            codes[code] += 1
            # SQLite keeps no checksums: a spoilt number of a row is a row that is not there.
            assert code in ({0, 2, 65} if command[0] == "show" else {0, 1, 65}), (
                f"page {page}, {command}: {code} {said}"
            )
            assert code != 65 or "damaged" in said or "no tables yet" in said, said
    assert codes[65] > 5


def test_a_file_that_was_cut_short_anywhere_is_refused(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(world.argv("run")) == 0
    file, whole = world.folder / "monitor.db", (world.folder / "monitor.db").read_bytes()
    size, chance = page_size(file), random.Random(53)
    for length in [*sorted(chance.sample(range(1, len(whole)), 8)), len(whole) - 100, len(whole) - size // 2]:
        for command in READ:
            file.write_bytes(whole[:length])
            code = run(world.argv(*command))
            said = capfd.readouterr().err
            # Of the last page the end may be missing where a command does not look.
            pages = -(-length // size) == len(whole) // size
            assert code in ({0, 65} if pages else {65}), f"{length}, {command}: {said}"
            if code:
                assert "damaged" in said or "no tables yet" in said
                assert file.read_bytes() == whole[:length]


BIG_WRITE = """
import os, signal, sys
from sqlalchemy import text
from storage import open_database
with open_database(sys.argv[1]) as db, db.begin() as conn:
    conn.execute(text("PRAGMA cache_size = 5"))  # so that half of it is in the file already
    conn.execute(text("UPDATE articles SET text = text || :more, version = version"), {"more": "chữ " * 3000})
    os.kill(os.getpid(), signal.SIGKILL)
"""


def leave_a_journal(world: World) -> None:
    """Kill somebody in the middle of a large write: the file is half new, and its journal holds what was there."""
    subprocess.run([sys.executable, "-c", BIG_WRITE, world.url], cwd=ROOT)
    (journal,) = (file for file in world.folder.glob("monitor.db-*") if file.suffix != ".db-shm")
    assert journal.stat().st_size > 4096


def test_a_recovery_that_is_killed_again_and_again_still_recovers(world: World) -> None:
    world.papers[0].publish(60, world.now)
    assert run(world.argv("run")) == 0
    chance = random.Random(3)
    with open_database(world.url) as db, Starter(world) as starter:
        db.dispose()
        leave_a_journal(world)
        shutil.copytree(world.folder, world.folder / "kept", ignore=shutil.ignore_patterns("said*", "*.lock"))
        killed = 0
        for _ in range(10):
            for file in (world.folder / "kept").glob("monitor.db*"):
                shutil.copy(file, world.folder)
            for _ in range(3):
                reader = starter.start(world.argv("articles", "--json"))
                # From the first open of the file to the end of the command.
                while not chance.random() < 0.0005 and not _ended(reader.pid):
                    pass
                killed += reader.kill()
            sound(db, world.papers)
            assert held(db) == world.truth()
            assert rehashed(db) == len(world.truth())
            db.dispose()
        assert killed > 5


def _ended(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"


def test_a_log_that_was_deleted_leaves_the_state_before_it(world: World) -> None:
    assert run(world.argv("run")) == 0
    file = world.folder / "monitor.db"
    before = world.truth()
    with closing(sqlite3.connect(file, isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA wal_autocheckpoint = 0")
        shutil.copy(file, world.folder / "without-log.db")
        conn.execute("UPDATE articles SET title = 'chỉ có trong nhật ký'")
        shutil.copy(file, world.folder / "copy.db")
    for name in ("monitor.db", "monitor.db-wal", "monitor.db-shm"):
        (world.folder / name).unlink(missing_ok=True)
    shutil.copy(world.folder / "copy.db", file)
    with open_database(world.url) as db:
        sound(db, world.papers)
        assert held(db) == before
        world.papers[0].publish(2, world.now)
        world.later()
        assert run(world.argv("run")) == 0
        assert held(db) == world.truth()


def test_an_upgrade_that_is_killed_is_done_again_from_the_beginning(world: World) -> None:
    chance = random.Random(54)
    done: Counter[bool] = Counter()
    with Starter(world) as starter:
        for _ in range(25):
            for file in world.folder.glob("monitor.db*"):
                file.unlink()
            upgrade = starter.start(world.argv("db", "upgrade"))
            rounds = chance.randrange(3000)
            while rounds and not _ended(upgrade.pid):
                rounds -= 1
            done[upgrade.kill()] += 1
            assert run(world.argv("articles")) == 0
            with open_database(world.url) as db:
                db.check()
                sound(db)
    assert done[True] > 5
