"""A feed into links: `sources.feed` beside feedparser alone, called as usual and called as we call it."""

import io

import feedparser

from benchmarks import inputs
from benchmarks.timing import ROUNDS, Prepare, Result, medians
from monitor.press import Source, SourceKind
from monitor.sources.feed import discover

LIBRARIES = ("feedparser",)


def run(*, rounds: int = ROUNDS, entries: int = 2_000, times: int = 1) -> Result:
    """Read one feed `times` times a round."""
    page = inputs.feed(entries)
    source = Source("trang-chu", SourceKind.FEED, page.url)
    if (found := len(discover(source, page).links)) != entries:
        raise AssertionError(f"{found} links of {entries} entries")

    def parse(**options: bool) -> Prepare:
        def work() -> None:
            for _ in range(times):
                feedparser.parse(io.BytesIO(page.body), **options)  # noqa: TID251 (the peer)

        return lambda: work

    def ours() -> None:
        for _ in range(times):
            discover(source, page)

    contenders = {
        "sources.feed": lambda: ours,
        "feedparser, its defaults": parse(),
        "feedparser, our options": parse(sanitize_html=False, resolve_relative_uris=False),
    }
    return Result(
        f"one RSS feed of {entries} entries, {len(page.body) / 1000:.0f} kB",
        "ms per feed",
        medians(contenders, rounds=rounds, pieces=times),
    )
