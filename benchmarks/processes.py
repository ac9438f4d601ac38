"""What whole processes cost, children included: CPU, wall time, and the memory of the largest of them."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.inputs import ROOT

PEERS = ROOT / ".venv-bench" / "bin" / "python"
"""Where `make bench` puts the peers: one of them asks for other versions of what we need than we do."""


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU and wall seconds, and the peak of the largest process in MiB."""

    cpu: float = 0.0
    wall: float = 0.0
    peak: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        """Give what two processes cost that ran one after the other."""
        return Spent(self.cpu + other.cpu, self.wall + other.wall, max(self.peak, other.peak))


def spend(command: Sequence[object], log: Path) -> Spent:
    """Run a command to its end and give what it cost; what it prints goes into `log`.

    Raises:
        RuntimeError: it failed; the end of its log says why.
    """
    begun = time.monotonic()
    with log.open("ab") as out:
        process = subprocess.Popen(
            [*map(str, command)],
            cwd=ROOT,
            stdout=out,
            stderr=out,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        _, status, used = os.wait4(process.pid, 0)  # with its children, as far as it waited for them
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - begun
    if process.returncode:
        end = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{end}")
    return Spent(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def monitor(folder: Path, as_of: str, *command: str) -> Spent:
    """Run one of our commands on the database and sources of `folder`."""
    options = ("--database", f"sqlite:///{folder / 'monitor.db'}", "--sources", folder / "sources.yaml")
    plan = ROOT / "demo" / "plan"
    return spend(
        [sys.executable, "-m", "monitor", *options, "--plan", plan, "--as-of", as_of, *command], folder / "log.txt"
    )
