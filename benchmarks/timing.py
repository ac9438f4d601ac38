"""CPU time of several ways to do the same work, measured in turns so that a busy machine slows all of them alike."""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

ROUNDS = 5

Prepare = Callable[[], Callable[[], object]]
"""Makes ready what a round needs, unmeasured, and gives the work to measure."""


@dataclass(frozen=True, slots=True)
class Result:
    """One benchmark: the medians in `unit` by who did it, ours first; `inputs` says on what."""

    inputs: str
    unit: str
    figures: Mapping[str, float]


def medians(contenders: Mapping[str, Prepare], *, rounds: int, pieces: int) -> dict[str, float]:
    """Give the median CPU milliseconds per piece of each contender; a round before the first warms up, uncounted."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    order = list(contenders)
    for turn in range(rounds + 1):
        for name in order:
            work = contenders[name]()
            gc.collect()
            begun = time.process_time()
            work()
            spent = time.process_time() - begun
            if turn:
                seconds[name].append(spent)
        order.append(order.pop(0))  # whoever went first goes last
    return {name: 1000 * median(spent) / pieces for name, spent in seconds.items()}
