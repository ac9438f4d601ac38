"""The machine itself: its disk, its limits, its clock's zone, its signals and its streams."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from monitor.calendar import Calendar, Every
from monitor.cli import run
from monitor.press import HANOI
from storage import open_database
from tests.crash.world import CODES, ROOT, Piece, World, held, province, sound
from tests.loopback import Reply, Request


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with province(tmp_path, f"sqlite:///{tmp_path}/monitor.db", CODES[:1]) as found:
        found.papers[0].publish(4, found.now)
        yield found


def completes(world: World) -> None:
    """See that nothing is half, and that the next run brings what is missing."""
    with open_database(world.url) as db:
        file = world.folder / "monitor.db"
        if file.exists() and file.stat().st_size:
            sound(db, world.papers)
        world.later()
        assert run(world.argv("run")) == 0
        assert held(db) == world.truth()
        sound(db, world.papers)


# the disk


@pytest.mark.slow
def test_a_run_that_fills_the_disk_says_so_and_the_next_one_goes_on(world: World) -> None:
    assert run(world.argv("db", "upgrade")) == 0
    size = (world.folder / "monitor.db").stat().st_size
    world.papers[0].publish(40, world.now)
    for more in (0, 8_192, 65_536):
        done = world.run("run", under=("prlimit", f"--fsize={size + more}"))
        assert (done.returncode, "Traceback" in done.stderr) == (74, False), done.stderr
        assert "free some space" in done.stderr
    completes(world)


def test_a_disk_that_is_nearly_full_is_named_before_anything_is_asked(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    for command in ("run", "crawl"):
        assert run(world.argv(command, "--min-free", "999999999")) == 74
        said = capfd.readouterr().err
        assert "MB free, and a run wants 999999999: free some space" in said
        assert str(world.folder / "monitor.db") in said
    assert world.papers[0].site.requests == []
    assert run(world.argv("run", "--min-free", "0")) == 0


@pytest.mark.slow
def test_the_room_that_a_run_wants_can_be_set_for_good(world: World) -> None:
    done = world.run("run", MONITOR_MIN_FREE="999999999")
    assert done.returncode == 74
    assert "MONITOR_MIN_FREE" in done.stderr


ORDINARY = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-all")
"""For root: permissions hold for this program as they hold for everybody else."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "mode", "words"),
    [
        ("monitor.db", 0o444, "may not be written by this user"),
        ("monitor.db", 0o000, "cannot be opened"),
        (".", 0o555, "check the folder"),
    ],
    ids=["file", "closed file", "folder"],
)
def test_a_database_that_may_not_be_written_is_named_with_what_to_do(
    world: World, what: str, mode: int, words: str
) -> None:
    under = ORDINARY if os.geteuid() == 0 else ()
    assert run(world.argv("run")) == 0
    (world.folder / "monitor.db.lock").unlink(missing_ok=True)
    place = world.folder / what
    before = place.stat().st_mode
    place.chmod(mode)
    try:
        written = world.run("run", under=under)
        read = world.run("articles", "--json", under=under)
    finally:
        place.chmod(before)
    assert (written.returncode, words in written.stderr) == (74, True), written.stderr
    # What may be read is read.
    assert (read.returncode, len(read.stdout.splitlines())) == ((74, 0) if mode == 0 else (0, 4)), read.stderr
    completes(world)


# its limits


@pytest.mark.slow
@pytest.mark.parametrize("files", [64, 10, 6])
def test_a_run_that_gets_few_files_loses_nothing(tmp_path: Path, files: int) -> None:
    with province(tmp_path, f"sqlite:///{tmp_path}/monitor.db") as world:
        for paper in world.papers:
            paper.publish(4, world.now)
        done = world.run("run", under=("prlimit", f"--nofile={files}"))
        assert done.returncode == (0 if files == 64 else 74), done.stderr
        completes(world)


WITH_LITTLE_MEMORY = """
import resource, sys
import monitor.cli, monitor.config, monitor.jobs.tag, monitor.jobs.crawl, classifiers.keywords, storage.migrations
pages = int(open("/proc/self/statm").read().split()[0])
most = pages * resource.getpagesize() + int(sys.argv[1]) * 1_000_000
resource.setrlimit(resource.RLIMIT_AS, (most, most))
sys.exit(monitor.cli.run(sys.argv[2:]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("megabytes", [4, 16, 64])
def test_a_run_that_gets_little_memory_loses_nothing_and_is_no_bug(world: World, megabytes: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITH_LITTLE_MEMORY, str(megabytes), *world.argv("run")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    # A library in C that is refused memory may fall over: that loses nothing, either.
    assert done.returncode in {0, 74, -signal.SIGSEGV, -signal.SIGABRT}, done.stderr
    assert done.returncode != 74 or "ulimit" in done.stderr
    completes(world)


# its streams


@pytest.mark.slow
@pytest.mark.parametrize(
    ("streams", "command", "code"),
    [
        (">&-", ("status", "--json"), 0),
        ("2>&-", ("status", "--json"), 0),
        ("<&- >&- 2>&-", ("run",), 0),
        ("<&-", ("classify", "-"), 0),
        (">/dev/full", ("status", "--json"), 74),
        ("2>/dev/full", ("articles", "--item", "99"), 2),
        ("2>/dev/full", ("report", "-o", "bao-cao.pdf"), 2),
        ("2>/dev/full", ("coverage",), 0),
    ],
)
def test_streams_that_are_closed_or_full_change_no_exit_code(
    world: World, streams: str, command: tuple[str, ...], code: int
) -> None:
    assert run(world.argv("run")) == 0
    done = subprocess.run(
        ["bash", "-c", f'"$@" {streams}', "bash", *world.line(*command)], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    with open_database(world.url) as db:  # nothing was printed into the file that took a closed stream's number
        sound(db, world.papers)


@pytest.mark.slow
def test_a_run_whose_sources_fail_tells_it_by_its_code_when_the_log_is_full(world: World) -> None:
    del world.papers[0].site.pages["/rss"]
    for command in (world.line("run"), world.line("-v", "run")):
        done = subprocess.run(["bash", "-c", '"$@" 2>/dev/full', "bash", *command], cwd=ROOT, capture_output=True)
        assert done.returncode == 69


# its signals


class Stuck:
    """A paper whose pages come only when the test says so; it tells when one is asked for."""

    def __init__(self, world: World) -> None:
        self.asked, self._go_on = Event(), Event()
        for piece in world.papers[0].pieces:
            world.papers[0].site.pages[f"/tin-post{piece.number}.html"] = self._answer

    def _answer(self, _: Request) -> Reply:
        self.asked.set()
        self._go_on.wait()
        return Piece(1, datetime(2021, 3, 7, 8, tzinfo=HANOI), datetime(2021, 3, 7, 8, tzinfo=HANOI)).html("bao-mau")

    def go_on(self) -> None:
        self._go_on.set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("signals", "code"),
    [
        ((signal.SIGINT,), 130),  # a page that never ends is given five seconds
        ((signal.SIGTERM,), 143),
        ((signal.SIGINT, signal.SIGINT), 130),  # at once
        ((signal.SIGTERM, signal.SIGINT), 130),
        ((signal.SIGTERM, signal.SIGTERM), 143),
    ],
    ids=lambda value: "+".join(one.name for one in value) if isinstance(value, tuple) else str(value),
)
def test_a_run_that_hangs_on_a_page_ends_by_its_signals(
    world: World, signals: tuple[signal.Signals, ...], code: int
) -> None:
    stuck = Stuck(world)
    process = subprocess.Popen(world.line("run"), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        assert stuck.asked.wait(60)
        for one in signals:
            process.send_signal(one)
            Event().wait(0.2 if len(signals) > 1 else 0)  # two of one kind that come at once are one
        _, said = process.communicate(timeout=60)
    finally:
        stuck.go_on()
    assert (process.returncode, said) == (code, "")
    for piece in world.papers[0].pieces:
        world.papers[0].site.pages[f"/tin-post{piece.number}.html"] = piece.html("bao-mau")
    completes(world)


# its clock


IN_ONE_PROCESS = """
import json, sys
from monitor.cli import run
print(json.dumps([run(words) for words in json.loads(sys.argv[1])]))
"""


def printed_in(zone: dict[str, str], world: World) -> str:
    """Give what the pieces of two weeks look like to a machine of that zone, which has also read them."""
    weeks = [world.argv("articles", "--json", "--from", str(monday), "--to", str(monday + timedelta(days=6)))
             for monday in (date(2021, 3, 1), date(2021, 3, 8))]  # fmt: skip
    commands = json.dumps([world.argv("run"), *weeks])
    done = subprocess.run(
        [sys.executable, "-c", IN_ONE_PROCESS, commands],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env=dict(os.environ) | zone,
    )
    assert done.stderr == ""
    return done.stdout.replace(world.papers[0].site.host, "bao-mau.test")


@pytest.mark.slow
def test_the_machines_zone_moves_no_piece_to_another_week(tmp_path: Path) -> None:
    told: set[str] = set()
    edges = [datetime(2021, 3, 7, 23, 59, 59, tzinfo=HANOI), datetime(2021, 3, 8, 0, 0, tzinfo=HANOI)]
    zones = ({"TZ": "Asia/Ho_Chi_Minh"}, {"TZ": "America/New_York"}, {"TZ": "Pacific/Kiritimati"})
    # The last one has no tz database: Python's own package of it must do.
    for number, zone in enumerate((*zones, {"TZ": "UTC", "PYTHONTZPATH": ""})):
        folder = tmp_path / str(number)
        folder.mkdir()
        with province(folder, f"sqlite:///{folder}/monitor.db", CODES[:1]) as world:
            paper = world.papers[0]
            for at in edges:
                paper.publish_at(at)
            told.add(printed_in(zone, world))
    assert len(told) == 1
    printed = next(iter(told)).splitlines()
    assert '"published_on": "2021-03-07"' in printed[0]
    assert '"published_on": "2021-03-08"' in printed[1]
    assert printed[2:] == ["[0, 0, 0]"]


def test_the_weeks_of_every_year_end_are_those_of_iso_8601() -> None:
    for year in range(1990, 2061):
        day = date(year, 12, 25)
        while day < date(year + 1, 1, 8):
            week = Calendar().cycle(Every.WEEK, day)
            iso_year, number, weekday = day.isocalendar()
            assert (week.first, week.last) == (day - timedelta(days=weekday - 1), day + timedelta(days=7 - weekday))
            found = Calendar().period(f"{iso_year}-W{number:02d}")
            assert (found.first, found.last) == (week.first, week.last)
            day += timedelta(days=1)
        # A year has a 53rd week where its 28 December lies in one, and nowhere else.
        if date(year, 12, 28).isocalendar().week == 53:
            assert Calendar().period(f"{year}-W53").last.year == year + (date(year, 12, 31).isoweekday() != 7)
        else:
            with pytest.raises(ValueError, match="no week 53"):
                Calendar().period(f"{year}-W53")


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 12, 28), "2026-W53"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
        (date(2025, 12, 29), "2026-W01"),
        (date(2020, 12, 31), "2020-W53"),
        (date(2021, 1, 3), "2020-W53"),
        (date(2021, 1, 4), "2021-W01"),
    ],
)
def test_a_day_near_new_year_lies_in_its_iso_week(day: date, week: str) -> None:
    assert day in Calendar().period(week)
