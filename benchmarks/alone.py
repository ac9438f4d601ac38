"""What one call costs in a process that does nothing else: CPU, and by how far the memory grows at most."""

import gc
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call gave, its CPU seconds, and MiB at its peak over those before it."""

    found: int
    seconds: float
    grown: float


def measured(work: Callable[[], int]) -> Cost:
    """Call it once and say what that cost; what there is to load should be loaded before."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak so far
    before, begun = _mib("VmRSS"), time.process_time()
    found = work()
    seconds = time.process_time() - begun
    return Cost(found, seconds, max(0.0, _mib("VmHWM") - before))


def told(cost: Cost) -> str:
    """Give it as one line for the process that asked."""
    return json.dumps(asdict(cost))


def heard(printed: str) -> Cost:
    """Read that line, the last of what was printed."""
    return Cost(**json.loads(printed.splitlines()[-1]))


def _mib(what: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) / 1024
