"""What whole processes cost, children included: CPU, wall time, and the memory of the largest of them."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.inputs import ROOT

PEERS = ROOT / ".venv-bench" / "bin" / "python"
"""Where `make bench` puts the peers: one of them asks for other versions of what we need than we do."""


# A process is told the peak of the one that started it as its own (Linux keeps it over exec), so a small one starts it.
# What it waited for counts, too.
_LAUNCHER = """
import os, subprocess, sys, time
with open(sys.argv[1], "ab") as out:
    begun = time.monotonic()
    process = subprocess.Popen(sys.argv[2:], stdout=out, stderr=out)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - begun
process.returncode = os.waitstatus_to_exitcode(status)
print(process.returncode, used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)
"""


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
    words = [*map(str, command)]
    launch = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(log), *words]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    told = subprocess.run(launch, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True).stdout
    code, cpu, wall, peak = map(float, told.split())
    if code:
        end = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"{' '.join(words)} ended with {code:.0f}:\n{end}")
    return Spent(cpu, wall, peak)


def peers() -> str:
    """Give the versions of the peers that have an environment of their own, or say how they get there."""
    if not PEERS.exists():
        return "Scrapy, news-please and ultimate-sitemap-parser are left out: `make bench` installs them"
    names = ("Scrapy", "Twisted", "news-please", "newspaper4k", "trafilatura", "ultimate-sitemap-parser")
    ask = f"from importlib.metadata import version; print(', '.join(n + ' ' + version(n) for n in {names}))"
    told = subprocess.run([str(PEERS), "-c", ask], capture_output=True, text=True, check=True)
    return f"peers: {told.stdout.strip()}"


def monitor(folder: Path, as_of: str, *command: str) -> Spent:
    """Run one of our commands on the database and sources of `folder`."""
    options = ("--database", f"sqlite:///{folder / 'monitor.db'}", "--sources", folder / "sources.yaml")
    plan = ROOT / "demo" / "plan"
    return spend(
        [sys.executable, "-m", "monitor", *options, "--plan", plan, "--as-of", as_of, *command], folder / "log.txt"
    )
