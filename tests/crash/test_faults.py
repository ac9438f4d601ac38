"""The k-th write, sync, deletion or read from the network fails, for k = 1, 2, … until nothing fails any more.

Each k once by itself and once for good. What is stored is then the old state or the new one, never something between,
and the next run completes. `CRASH_STEP=1` tries every k of the disk, for a release.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock

import httpcore
import pytest

from monitor import config
from monitor.cli import run
from monitor.fetch import Fetcher
from monitor.jobs.crawl import crawl
from storage import open_database
from tests.crash.failing import Disk, failing
from tests.crash.world import CODES, World, held, province, sound

STEP = int(os.environ.get("CRASH_STEP", "11"))
WAYS = [(persistent, full) for persistent in (False, True) for full in (False, True)]

pytestmark = pytest.mark.slow


@contextmanager
def a_small_world(folder: Path, codes: tuple[str, ...] = CODES[:1]) -> Iterator[World]:
    with province(folder, f"sqlite:///{folder}/monitor.db", codes) as world:
        for paper in world.papers:
            paper.publish(2, world.now)
        yield world


def begin_again(world: World) -> None:
    """Put the database back as it was kept, with nothing beside it."""
    for file in world.folder.glob("monitor.db-*"):
        file.unlink()
    shutil.copy(world.folder / "old.db", world.folder / "monitor.db")


@pytest.mark.parametrize(("persistent", "full"), WAYS)
def test_a_run_whose_disk_fails_ends_with_74_and_the_next_one_completes(
    tmp_path: Path, persistent: bool, full: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    with a_small_world(tmp_path) as world, open_database(world.url) as db:
        assert run(world.argv("db", "upgrade")) == 0
        shutil.copy(tmp_path / "monitor.db", tmp_path / "old.db")
        with failing(Disk()) as disk:
            assert run(world.argv("run")) == 0
        assert disk.count > 100
        tried = range(1 + WAYS.index((persistent, full)), disk.count + 1, STEP)
        for at in tried:
            begin_again(world)
            with failing(Disk(at, persistent, full)) as disk:
                code = run(world.argv("run"))
            said = capfd.readouterr().err
            assert disk.failed
            assert (code, "Traceback" in said) == (74, False), f"{at}: {said}"
            assert "free some space" in said
            db.dispose()
            sound(db, world.papers)
            assert run(world.argv("run")) == 0
            assert held(db) == world.truth()
            sound(db, world.papers)
            db.dispose()


@pytest.mark.parametrize(("persistent", "full"), WAYS)
def test_an_upgrade_whose_disk_fails_is_done_again_from_the_beginning(
    tmp_path: Path, persistent: bool, full: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    with a_small_world(tmp_path) as world:
        at, disk = 0, Disk(failed=1)
        while disk.failed:
            at += 1
            for file in tmp_path.glob("monitor.db*"):
                file.unlink()
            with failing(Disk(at, persistent, full)) as disk:
                code = run(world.argv("db", "upgrade"))
            said = capfd.readouterr().err
            assert code == (74 if disk.failed else 0), f"{at}: {said}"
            assert run(world.argv("articles")) == 0, capfd.readouterr().err
            with open_database(world.url) as db:
                db.check()
                sound(db)
        assert at > 10


class Line(httpcore.NetworkBackend):
    """A network on which the `at`-th read fails, or all from there on."""

    def __init__(self, at: int, persistent: bool, how: Exception | bytes) -> None:
        self.at, self.persistent, self.how = at, persistent, how
        self.count = self.failed = 0
        self._lock = Lock()
        self._real = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self, self._real.connect_tcp(host, port, timeout, local_address, socket_options))

    def fails(self) -> bool:
        """Count one read."""
        with self._lock:
            self.count += 1
            fails = self.count == self.at or (self.persistent and self.count > self.at)
            self.failed += fails
            return fails


class _Stream(httpcore.NetworkStream):
    def __init__(self, line: Line, real: httpcore.NetworkStream) -> None:
        self._line, self._real = line, real

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if not self._line.fails():
            return self._real.read(max_bytes, timeout)
        if isinstance(self._line.how, bytes):
            return self._line.how
        raise self._line.how

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._real.write(buffer, timeout)

    def close(self) -> None:
        self._real.close()

    def get_extra_info(self, info: str) -> object:
        return self._real.get_extra_info(info)


BROKEN = [httpcore.ReadError("reset"), httpcore.ReadTimeout("silence"), b""]


@pytest.mark.parametrize("how", BROKEN, ids=["reset", "silence", "cut"])
@pytest.mark.parametrize("persistent", [False, True], ids=["once", "for good"])
def test_a_crawl_whose_network_fails_stores_whole_pieces_and_forgets_none(
    tmp_path: Path, persistent: bool, how: Exception | bytes
) -> None:
    with a_small_world(tmp_path, CODES) as world, open_database(world.url) as db:
        db.upgrade()
        db.dispose()
        shutil.copy(tmp_path / "monitor.db", tmp_path / "old.db")
        press = config.load(tmp_path / "sources.yaml", tmp_path / "2021").press

        def crawled(line: Line) -> dict[str, str]:
            with Fetcher("cchc-monitor/test", now=lambda: world.now, sleep=lambda _: None, dial=line) as fetcher:
                done = crawl(db, press, fetcher, press.outlets, now=lambda: world.now, stop=Event())
                return {reading.outlet: reading.outcome.value for reading in done}

        at, line = 0, Line(0, False, how)
        while at == 0 or line.failed:
            at += 1
            db.dispose()
            begin_again(world)
            line = Line(at, persistent, how)
            outcomes = crawled(line)
            assert set(outcomes) == set(CODES)
            sound(db, world.papers)
            missing = {outlet for outlet, _ in world.truth() - held(db)}
            assert missing <= {outlet for outlet, outcome in outcomes.items() if outcome in {"failed", "partial"}}
            world.later()
            again = crawled(Line(0, False, how))
            assert set(again.values()) <= {"ok", "not_modified"}
            assert held(db) == world.truth()
            sound(db, world.papers)
        assert at > 10


@pytest.mark.parametrize("ending", ["html", "docx", "xlsx", "json"])
def test_a_report_that_does_not_fit_on_the_disk_leaves_the_old_one(tmp_path: Path, ending: str) -> None:
    with a_small_world(tmp_path) as world:
        assert run(world.argv("run")) == 0
        path = tmp_path / f"bao-cao.{ending}"
        path.write_text("báo cáo tuần trước", encoding="utf-8")
        command = "report", "--week", "2021-W09", "-o", str(path)
        for size in (0, 4096):
            done = world.run(*command, under=("prlimit", f"--fsize={size}"))
            assert (done.returncode, done.stdout) == (74, "")
            assert done.stderr.startswith("monitor: File too large")
            assert path.read_text(encoding="utf-8") == "báo cáo tuần trước"
            assert not list(tmp_path.glob(".*.part"))
        assert run(world.argv(*command)) == 0
        assert path.stat().st_size > 4096
