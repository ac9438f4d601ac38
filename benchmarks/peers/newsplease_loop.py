"""A loop over news-please's `from_url`, then the desk; `python -m … DATABASE WORDS FEED…`."""

import gzip
import os
import sys
from pathlib import Path
from urllib.request import urlopen

# It asks the internet for pictures and lists while it reads; a proxy that is not there answers at once.
os.environ |= {"https_proxy": "http://127.0.0.1:9", "no_proxy": "127.0.0.0/8"}

import feedparser
from newsplease import NewsPlease

from benchmarks.peers.desk import Desk, Piece


def main(database: str, words: str, *feeds: str) -> None:
    """Read every piece of every feed, one after the other."""
    desk = Desk(Path(database), Path(words))
    for feed in feeds:
        for entry in feedparser.parse(gzip.decompress(urlopen(feed).read())).entries:  # noqa: TID251 (the peer)
            found = NewsPlease.from_url(entry.link)
            day = str(found.date_publish) if found.date_publish else None
            # It gives no bytes back: the desk keeps the text, which is less than we keep.
            desk.take(Piece(entry.link, found.title or "", found.maintext or "", day, entry.link.encode()))
    desk.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
