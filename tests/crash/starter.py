"""Starts commands as processes of their own without importing everything each time: a program that forks itself.

A start of Python costs half a second, which is not what these tests are about. Everything from the first line of
`monitor.cli.run` on is the command's own, in a process that can be killed like any other.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from tests.crash.world import ROOT, World

PROGRAM = """
import json, os, sys, traceback
from datetime import UTC, datetime
import monitor.cli, monitor.config, monitor.fetch, monitor.jobs.crawl, monitor.jobs.shapes, monitor.jobs.tag
import classifiers.keywords, monitor.extract, storage.migrations

# What a process reads and builds once, it has built before it forks.
monitor.cli.run([*sys.argv[1:], "check"])
monitor.fetch.Fetcher("cchc-monitor/test", now=lambda: datetime.now(UTC)).close()

for line in sys.stdin:
    word, value = json.loads(line)
    if word == "wait":  # for one of them, or for whichever ends first (-1)
        pid, status = os.waitpid(value, 0)
        print(pid, os.waitstatus_to_exitcode(status), flush=True)
        continue
    pid = os.fork()
    if pid == 0:
        out = os.open(value["said"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(out, 2)
        os.dup2(out, 1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        code = 70
        try:
            code = monitor.cli.run(value["argv"])
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    print(pid, flush=True)
"""


class Started:
    """A command that runs; it stays a zombie until it is waited for, so its id is nobody else's."""

    def __init__(self, starter: "Starter", pid: int, said: Path) -> None:
        self.pid = pid
        self._said = said
        self._starter = starter

    def kill(self) -> bool:
        """Kill -9; False where it had ended by itself."""
        os.kill(self.pid, signal.SIGKILL)
        return self.wait() == -signal.SIGKILL

    def wait(self) -> int:
        """Give the exit code; negative for a signal."""
        return int(self._starter.ask("wait", self.pid).split()[1])

    def said(self) -> str:
        """Give what it printed, on stdout and stderr."""
        return self._said.read_text(encoding="utf-8")


class Starter:
    """The program that forks; one for a test."""

    def __init__(self, world: World) -> None:
        self._folder = world.folder
        self._line = [sys.executable, "-c", PROGRAM, *world.argv()]
        self._count = 0

    def __enter__(self) -> Self:
        self._program = subprocess.Popen(self._line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._program.communicate()

    def start(self, argv: Sequence[str]) -> Started:
        """Start `monitor` with these words."""
        self._count += 1
        said = self._folder / f"said-{self._count}.txt"
        pid = int(self.ask("start", {"argv": list(argv), "said": str(said)}))
        return Started(self, pid, said)

    def first(self) -> tuple[int, int]:
        """Wait for whichever ends first; give its id and exit code."""
        pid, code = self.ask("wait", -1).split()
        return int(pid), int(code)

    def ask(self, word: str, value: Any) -> str:
        """Say one thing to the program and give its answer."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps([word, value]) + "\n")
        self._program.stdin.flush()
        return self._program.stdout.readline()
