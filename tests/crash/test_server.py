"""Others at work in the middle of a run: a PostgreSQL server that restarts, a report that is written meanwhile."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from storage import Database
from tests.crash.starter import Starter
from tests.crash.world import World, held, province, rehashed, sound
from tests.loopback import Reply, Request

pytestmark = pytest.mark.slow


@pytest.fixture
def world(db: Database, tmp_path: Path) -> Iterator[World]:
    with province(tmp_path, db.url) as found:
        for paper in found.papers:
            paper.publish(12, found.now)
        yield found


def cut_all_connections(url: str) -> int:
    """End every session on the database but our own, as a server that restarts does."""
    with psycopg.connect(url, autocommit=True) as admin:
        ended = admin.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(ended[0]) if ended else 0


@pytest.mark.parametrize("db", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_a_server_that_restarts_in_the_middle_of_a_run_loses_nothing(world: World, db: Database) -> None:
    cut: list[int] = []
    with Starter(world) as starter:
        for _ in range(4):
            # The pieces are read newest first: this one lies in the middle.
            paper = world.papers[0]
            piece = paper.pieces[-6]

            def restarts(_: Request, answer: str = piece.html(paper.code)) -> Reply:
                cut.append(cut_all_connections(db.url))
                return answer

            paper.site.pages[f"/tin-post{piece.number}.html"] = restarts
            ended = starter.start(world.argv("run"))
            code = ended.wait()
            assert "Traceback" not in ended.said()
            # Whoever was asking nothing at that moment asks anew, and does not notice.
            assert (code, held(db) == world.truth()) == (0, True) or code == 74, ended.said()
            sound(db, world.papers)
            paper.site.pages[f"/tin-post{piece.number}.html"] = piece.html(paper.code)
            world.later()
            again = starter.start(world.argv("run"))
            assert again.wait() == 0, again.said()
            assert held(db) == world.truth()
            for one in world.papers:
                one.publish(12, world.now)
    assert len(cut) == 4
    assert min(cut) > 0


def test_reports_while_a_run_is_killed_again_and_again_are_whole_and_never_lose_a_piece(
    world: World, db: Database
) -> None:
    chance = random.Random(3)
    before = 0
    with Starter(world) as starter:
        for _ in range(8):
            world.later()
            for paper in world.papers:
                paper.publish(6, world.now)
            world.asked.clear()
            crawling = starter.start(world.argv("run"))
            assert world.asked.wait(60)
            path = world.folder / "bao-cao.json"
            report = starter.start(world.argv("report", "--from", "2021-03-01", "--to", "2021-03-08", "-o", str(path)))
            listing = starter.start(world.argv("articles", "--json", "--limit", "0"))
            if chance.random() < 0.5:
                crawling.kill()
            else:
                assert crawling.wait() == 0, crawling.said()
            assert (report.wait(), report.said()) == (0, "")
            assert json.loads(path.read_text(encoding="utf-8"))["coverage"]["totals"]["articles"] != 0  # not seen: null
            assert listing.wait() == 0, listing.said()
            listed = [json.loads(line)["id"] for line in listing.said().splitlines()]
            assert before <= len(set(listed)) == len(listed)
            before = len(listed)
            sound(db, world.papers)
        assert starter.start(world.argv("run")).wait() == 0
    assert 0 < before <= len(held(db))
    assert held(db) == world.truth()
    rehashed(db)
