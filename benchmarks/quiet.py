"""A day without news at 300 outlets: every feed is asked, and conditionally, as is all else but robots.txt."""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from statistics import median

from benchmarks import inputs, outlets
from benchmarks.processes import PEERS, Spent, monitor, spend
from benchmarks.site import STUBBORN, Served, served
from benchmarks.timing import ROUNDS, Result

LIBRARIES = ("feedparser", "httpx", "sqlalchemy")

DAYS_BEFORE = 1
"""The first crawl brings the pieces; the feeds reach back days, so it proves yesterday, and validators are kept."""


def run(*, rounds: int = ROUNDS, count: int = 300, pieces: int = 5) -> Result:
    """Crawl day after day; the pieces are small, since none of them is read in the days that are measured."""
    spent: dict[str, list[Spent]] = {}
    alone: list[Spent] = []
    again: list[int] = []
    with served(count, pieces, 6_000, hours=40) as site, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sources.yaml").write_text(outlets.sources_file(site.outlets, pieces), encoding="utf-8")
        feeds = [f"http://{host}/rss/{pieces}.rss" for host in site.outlets.hosts]
        for day in range(DAYS_BEFORE + rounds):
            for who in _contenders():
                cost = _day(who, folder, feeds, day)
                asked = site.asked()
                if day >= DAYS_BEFORE and who == "monitor crawl":
                    alone.append(_one_outlet(folder, day))
                    must_be_one(site.asked())
                if day >= DAYS_BEFORE:
                    must_be_quiet(who, asked, site)
                    spent.setdefault(who, []).append(cost)
                    again += [asked.get(("page", True, 304), 0)] if who == "monitor crawl" else []
    peak = max(one.peak for one in spent["monitor crawl"])
    wall = median(one.wall for one in spent["monitor crawl"])
    start = median(one.cpu for one in alone)
    own = median(whole.cpu - one.cpu for whole, one in zip(spent["monitor crawl"], alone, strict=True))
    return Result(
        f"{count} outlets with one feed each, of which {count // STUBBORN} answer 200 with the same bytes and the"
        f" others 304; whole processes; ours took {wall:.1f} s and {peak:.0f} MiB and looked {median(again):.0f} stored"
        f" pieces up again; for one outlet alone it spends {start:.2f} s of CPU, which is its start, and for the others"
        f" {own:.2f} s, which is the crawl; ours and Scrapy ask robots.txt",
        "s of CPU a day",
        {who: median(one.cpu for one in costs) for who, costs in spent.items()},
    )


def _contenders() -> list[str]:
    scrapy = ["Scrapy, HTTP cache by RFC 2616"] if PEERS.exists() else []
    return ["monitor crawl", "httpx and feedparser, no robots", *scrapy]


def _day(who: str, folder: Path, feeds: list[str], day: int) -> Spent:
    if who == "monitor crawl":
        return monitor(folder, (inputs.NOW + timedelta(days=day)).isoformat(), "crawl")
    command: list[object]
    if who.startswith("Scrapy"):
        command = [PEERS, "-m", "benchmarks.peers.spider", "quiet", folder / "cache", folder / "none"]
    else:
        command = [sys.executable, "-m", "benchmarks.peers.reader", folder / "etags.json", folder / "none"]
    return spend([*command, *feeds], folder / "log.txt")


def _one_outlet(folder: Path, day: int) -> Spent:
    """Crawl one outlet an hour later, when nothing has come, either: what that costs is nearly all start-up."""
    moment = inputs.NOW + timedelta(days=day, hours=1)
    return monitor(folder, moment.isoformat(), "crawl", "--outlet", "bao-0")


def must_be_one(asked: dict[tuple[str, bool, int], int]) -> None:
    """See that it was one feed, asked once and conditionally, and nothing else."""
    if asked != {("feed", True, 304): 1}:
        raise AssertionError(f"one outlet alone was asked {asked}")


def must_be_quiet(who: str, asked: dict[tuple[str, bool, int], int], site: Served) -> None:
    """See by the server's own count that each feed was asked once, and that nothing was asked without a condition.

    Pieces that are looked up again answer 304; robots.txt alone may be asked anew.
    """
    count = site.outlets.count
    stubborn = count // STUBBORN
    feeds = {("feed", True, 304): count - stubborn, ("feed", True, 200): stubborn}
    loud = {key: n for key, n in asked.items() if key[0] != "robots" and key[1:] != (True, 304)}
    loud.pop(("feed", True, 200), None)
    if loud or any(asked.get(key, 0) != n for key, n in feeds.items()):
        raise AssertionError(f"{who} asked {asked}")
