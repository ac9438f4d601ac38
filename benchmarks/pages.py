"""A page into an article: the rules of its outlet beside trafilatura, which needs none."""

from collections.abc import Callable
from dataclasses import replace

import trafilatura

from benchmarks import inputs
from benchmarks.timing import ROUNDS, Result, medians
from monitor.extract import extract
from monitor.press import Page, hanoi_day

LIBRARIES = ("lxml", "selectolax", "trafilatura")


def run(*, rounds: int = ROUNDS, pages: int = 20, length: int = 3_000, size: int = 90_000) -> Result:
    """Read `pages` different pages a round, each with a text of `length` characters in `size` bytes."""
    press = inputs.demo().press
    outlet = press.outlet("bao-mau")
    rules = press.rules(outlet, hanoi_day(inputs.NOW))
    made = [inputs.page(number, length, size) for number in range(1, pages + 1)]

    def by_rules(page: Page) -> str:
        return extract(page, outlet, rules).text

    def by_trafilatura(page: Page) -> str:
        return trafilatura.extract(page.body.decode()) or ""

    def whole(read: Callable[[Page], str]) -> int:
        texts = [read(page) for page in made]
        return sum(all(p in text for p in inputs.paragraphs(n, length)) for n, text in enumerate(texts, start=1))

    def each(read: Callable[[Page], str]) -> Callable[[], Callable[[], object]]:
        def prepare() -> Callable[[], object]:
            fresh = [replace(page) for page in made]  # a page remembers its digest
            return lambda: [read(page) for page in fresh]

        return prepare

    readers = {"page rules": by_rules, "trafilatura, default mode": by_trafilatura}
    found = "; ".join(f"whole text found by {name} on {whole(read)}" for name, read in readers.items())
    return Result(
        f"{pages} pages of {len(made[0].body) / 1000:.0f} kB, text of {length} characters; {found}",
        "ms per page",
        medians({name: each(read) for name, read in readers.items()}, rounds=rounds, pieces=pages),
    )
