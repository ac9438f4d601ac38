import json
from math import isfinite

import pytest

from benchmarks import coverage, feeds, inputs, pages, quality, store, tagging
from benchmarks.__main__ import show, show_quality
from benchmarks.timing import Result, medians

TINY = {
    "feeds": lambda: feeds.run(rounds=1, entries=3, times=1),
    "pages": lambda: pages.run(rounds=1, pages=1, length=500, size=5_000),
    "store": lambda: store.run(rounds=1, pieces=3, length=500, size=2_000),
    "tagging": lambda: tagging.run(rounds=1, pieces=3, length=500),
    "coverage": lambda: coverage.run(rounds=1, pieces=60),
}
