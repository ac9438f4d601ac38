"""A plain loop: httpx, then trafilatura, then the desk; `python -m benchmarks.peers.loop DATABASE WORDS FEED…`."""

import sys
from pathlib import Path

import feedparser
import httpx

from benchmarks.peers.desk import Desk
from benchmarks.peers.general import read


def main(database: str, words: str, *feeds: str) -> None:
    """Read every piece of every feed, one after the other."""
    desk = Desk(Path(database), Path(words))
    with httpx.Client(trust_env=False) as client:
        for feed in feeds:
            for entry in feedparser.parse(client.get(feed).content).entries:  # noqa: TID251 (the peer)
                desk.take(read(entry.link, client.get(entry.link).content))
    desk.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
