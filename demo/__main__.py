"""Play five weeks of tỉnh Mẫu through the real command line: `python -m demo [--out demo/out]`.

At each simulated moment the province shows what was published by then, `monitor run` reads it, and the office's
verdicts are written down; at the end stand the weekly report, the matrix, and the line that opens the pages. Playing
it again on the same database adds nothing.
"""

import argparse
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from demo.province import DOWN, Province
from demo.stories import HERE, OUTLETS, moment, read_yaml
from monitor.cli import run as monitor
from monitor.errors import MonitorError

WEEK = "2021-W04"
BY = "phòng Báo chí – Tuyên truyền"
NOTE = "rà soát tin, bài trong tuần"
REPORTS = ("bao-cao.html", "bao-cao.docx", "bao-cao.xlsx")


class StoppedError(Exception):
    """A command ended as it should not; `code` is its exit code, the message what it said."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code = code


@dataclass(frozen=True, slots=True)
class Office:
    """The commands of one demo: the same database, sources and plan each time."""

    out: Path

    def line(self, at: datetime, *command: str) -> list[str]:
        """Give the words of one command."""
        database = f"sqlite:///{self.out.as_posix()}/demo.db"
        here = Path(os.path.relpath(HERE))
        files = ["--sources", str(here / "sources.yaml"), "--plan", str(here / "plan")]
        return ["--database", database, *files, "--as-of", at.isoformat(), *command]

    def start(self, at: datetime, *command: str) -> None:
        """Run a command as a program of its own, as cron would; what it prints is shown.

        Raises:
            StoppedError: it ended with another code than 0.
        """
        done = subprocess.run(
            [sys.executable, "-m", "monitor", *self.line(at, *command)],
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise StoppedError(done.returncode, f"monitor {command[0]} ended with {done.returncode}:\n{done.stderr}")

    def call(self, at: datetime, *command: str, expect: Sequence[int] = (0,)) -> tuple[str, str]:
        """Run a command in this process, which saves its start-up; give what it printed, and what it said on stderr.

        Raises:
            StoppedError: it ended with a code that is not in `expect`.
        """
        printed, said = io.StringIO(), io.StringIO()
        kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            with redirect_stdout(printed), redirect_stderr(said):
                code = monitor(self.line(at, *command))
        finally:  # a crawl takes Ctrl-C for itself
            for number, handler in kept.items():
                signal.signal(number, handler)
        if code not in expect:
            raise StoppedError(code, f"monitor {' '.join(command)} ended with {code}:\n{said.getvalue()}")
        return printed.getvalue(), said.getvalue()

    def articles(self, at: datetime) -> list[dict[str, Any]]:
        """Give every stored article with its tags."""
        printed, _ = self.call(at, "articles", "--limit", "0", "--json")
        return [json.loads(line) for line in printed.splitlines()]


def verdicts() -> dict[tuple[str, str], list[str]]:
    """Give the items of each piece that the office reviews: all but those no word list can mistake (`plain`).

    They are the pieces' own true items, so that truth stands in one place.
    """
    return {
        (outlet, str(piece["id"])): list(piece.get("items") or [])
        for outlet in OUTLETS
        for piece in read_yaml(HERE / "articles" / f"{outlet}.yaml")
        if not piece.get("plain")
    }


def review(article: Mapping[str, Any], items: Iterable[str]) -> list[str]:
    """Give the options that make an article stand for `items` and nothing else; none where it already does."""
    wanted, tagged = list(items), [tag["item"] for tag in article["tags"]]
    open_ = [tag["item"] for tag in article["tags"] if tag["verdict"] is None]
    said = [("--confirm", item) for item in open_ if item in wanted]
    said += [("--reject", item) for item in open_ if item not in wanted]
    said += [("--add", item) for item in wanted if item not in tagged]
    return [word for pair in said for word in pair]


def play(office: Office, moments: Sequence[datetime]) -> Iterator[str]:
    """Crawl and review at each moment; give a line about each."""
    truth = verdicts()
    with Province(moments[0]) as province:
        for now in moments:
            province.at(now)
            _, said = office.call(now, "run", expect=(0, 1))
            unexpected = [
                line for line in said.splitlines() if not line.removeprefix("alarm: ").startswith("huyen-suoi-mau ")
            ]
            if unexpected:
                raise StoppedError(1, "\n".join(unexpected))
            stored, reviewed = office.articles(now), 0
            for article in stored:
                key = article["outlet"], article["identity"]
                options = review(article, truth[key]) if key in truth else []
                if options:
                    office.call(now, "review", str(article["id"]), *options, "--by", BY, "--note", NOTE)
                    reviewed += 1
            yield f"{now:%d/%m/%Y %H:%M}  {len(stored):3} articles stored, {reviewed:2} reviewed; {DOWN} is down"


def main() -> int:
    """Play the demo and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="Play the demo province, whole.")
    parser.add_argument("--out", type=Path, default=HERE / "out", help="folder for the database and the reports")
    out = Path(os.path.relpath(parser.parse_args().out))
    out.mkdir(parents=True, exist_ok=True)
    times = read_yaml(HERE / "moments.yaml")
    office, at, began = Office(out), moment(times["report"]), time.monotonic()
    try:
        for line in play(office, [moment(text) for text in times["crawls"]]):
            print(line, file=sys.stderr, flush=True)
        files = [word for name in REPORTS for word in ("-o", str(out / name))]
        office.start(at, "report", "--week", WEEK, *files)
        office.start(at, "coverage", "--week", WEEK)
    except (StoppedError, MonitorError) as error:
        print(error, file=sys.stderr)
        return error.code if isinstance(error, StoppedError) else 2
    program = os.path.relpath(sys.executable) if Path(sys.executable).is_relative_to(Path.cwd()) else sys.executable
    print(f"\nReports: {', '.join(str(out / name) for name in REPORTS)}  ({time.monotonic() - began:.0f} s)")
    print("The pages, with these five weeks in them:")
    print(f"{program} -m monitor {' '.join(office.line(at, 'serve'))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
