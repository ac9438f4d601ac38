"""kill -9 of the whole command at random instants: nothing that anybody saw stored is lost, nothing comes twice.

`CRASH_KILLS=500` kills more often, for a release. The instants come from a seed; where in the work they fall does not.
"""

import os
import random
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from sqlalchemy import text

from storage import Database, is_busy
from tests.crash.starter import Starter
from tests.crash.world import ROOT, Reader, World, held, province, rehashed, sound
from tests.loopback import Reply, Request

KILLS = int(os.environ.get("CRASH_KILLS", "50"))
UNREAD = 30
"""Pieces of each outlet that a run finds to do: enough for a second of work."""

pytestmark = pytest.mark.slow


@pytest.fixture
def world(db: Database, tmp_path: Path) -> Iterator[World]:
    with province(tmp_path, db.url) as found:
        yield found


class Visitor:
    """`monitor serve` on the same database, and somebody who reads its pages without a pause."""

    def __init__(self, world: World) -> None:
        self.answers: Counter[int] = Counter()
        self.words: list[str] = []
        self._over = Event()
        self._thread = Thread(target=self._visit, daemon=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self._address = f"http://127.0.0.1:{port}/"
        line = world.line("serve", "--port", str(port))
        self._server = subprocess.Popen(line, cwd=ROOT, stderr=subprocess.PIPE, text=True)

    def __enter__(self) -> "Visitor":
        assert self._server.stderr is not None
        assert self._address in self._server.stderr.readline()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._server.kill()
        self._server.communicate()

    def _visit(self) -> None:
        while not self._over.wait(0.25):
            for page in ("tin-bai", "nguon"):
                try:
                    with urlopen(self._address + page, timeout=30) as answer:
                        self.answers[answer.status] += 1
                except HTTPError as error:
                    self.answers[error.code] += 1
                    self.words.append(error.read().decode())
                    error.close()


def how_many(db: Database) -> Counter[str]:
    return Counter(outlet for outlet, _ in held(db))


def a_runs_seconds(world: World, starter: Starter) -> tuple[float, float]:
    """Give how long a run needs to its first request, and how long it works from there."""
    world.asked.clear()
    began = time.monotonic()
    run = starter.start(world.argv("run"))
    assert world.asked.wait(60)
    asked = time.monotonic()
    assert run.wait() == 0, run.said()
    return asked - began, time.monotonic() - asked


def a_killed_run(world: World, starter: Starter, chance: random.Random, before: float, work: float) -> bool:
    """Start a run and kill it at a random instant; False where it had ended."""
    # One in eight dies while it starts, opens the database, or rolls back what the one before left.
    early = chance.random() < 1 / 8
    after = chance.uniform(0, before if early else work)
    world.asked.clear()
    run = starter.start(world.argv("run"))
    if not early:
        assert world.asked.wait(60), run.said()
    Event().wait(after)  # the random instant
    return run.kill()


def test_kills_at_random_instants_lose_nothing_and_double_nothing(world: World, db: Database) -> None:
    chance = random.Random(892)
    wanted = KILLS if db.journal != "server" else max(1, KILLS * 2 // 5)
    killed = tried = 0
    world.refill(UNREAD, {}, chance)
    with Starter(world) as starter, Reader(db.url) as reader, Visitor(world) as visitor:
        before, work = a_runs_seconds(world, starter)
        while killed < wanted:
            tried += 1
            assert tried < 4 * wanted, "the runs end before they are killed"
            world.later()
            world.refill(UNREAD, how_many(db), chance)
            landed = a_killed_run(world, starter, chance, before, work)
            killed += landed
            work *= 1.05 if landed else 0.8  # a machine with other work is now faster, now slower
            sound(db, world.papers)
        assert reader.lost(db) == set()
        world.later()
        last = starter.start(world.argv("run"))
        assert last.wait() == 0, last.said()
    assert held(db) == world.truth()
    sound(db, world.papers)
    assert rehashed(db) > 3 * UNREAD
    assert reader.lost(db) == set()
    assert [error for error in reader.failed if not is_busy(error)] == []
    # A page that waited too long for the writer says so; none may be a bug.
    assert set(visitor.answers) <= {200, 503}, visitor.words
    assert min(reader.looks, visitor.answers[200], len(reader.seen)) > wanted
    with db.connect() as conn:
        assert conn.scalar(text("SELECT count(*) FROM articles WHERE version > 1")) > 0
        assert conn.scalar(text("SELECT count(*) FROM articles WHERE id NOT IN (SELECT article_id FROM tagged)")) == 0


def living(session: int) -> list[str]:
    """Give the programs of a session that still run."""
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):  # it has just ended
            state, _, _, its_session = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()[:4]
            if folder.name.isdigit() and int(its_session) == session and state != "Z":
                found.append((folder / "cmdline").read_text("utf-8").replace("\0", " "))
    return found


def test_a_killed_run_leaves_no_worker_behind(tmp_path: Path) -> None:
    with province(tmp_path, f"sqlite:///{tmp_path}/monitor.db", ("bao-mau",)) as world:
        files = tmp_path / "sources.yaml"
        files.write_text(files.read_text("utf-8").replace("    pages: epi\n", ""), "utf-8")
        paper, asked, go_on = world.papers[0], Event(), Event()
        paper.publish(3, world.now)

        def held_back(_: Request) -> Reply:  # the newest comes first, so the worker has read a page by now
            asked.set()
            go_on.wait()
            return paper.pieces[0].html(paper.code)

        more = "<p>Tin khác.</p>" * 30_000
        for number in (2, 3):  # pages so large that they are read in the worker
            large = paper.pieces[number - 1].html(paper.code).replace("</body>", f"{more}</body>")
            paper.site.pages[f"/tin-post{number}.html"] = large
        paper.site.pages["/tin-post1.html"] = held_back
        run = subprocess.Popen(world.line("run"), cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
        try:
            assert asked.wait(60)
            assert any("spawn_main" in line for line in living(run.pid)), "no page was read by the worker"
        finally:
            run.kill()
            run.wait()
            go_on.set()
        again = world.run("run")  # the lock is free, whoever still lives
        assert (again.returncode, again.stderr) == (0, "")
        for _ in range(100):
            if not living(run.pid):
                break
            Event().wait(0.1)
        assert living(run.pid) == []
