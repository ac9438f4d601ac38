"""A plain feed reader: httpx, ETags kept in a JSON file, feedparser; `… DATABASE WORDS FEED…`, words unused."""

import json
import sys
from pathlib import Path

import feedparser
import httpx


def main(kept: str, _words: str, *feeds: str) -> None:
    """Ask for every feed once, one after the other."""
    file = Path(kept)
    etags = json.loads(file.read_text()) if file.exists() else {}
    with httpx.Client(trust_env=False) as client:
        for feed in feeds:
            answer = client.get(feed, headers={"If-None-Match": etags[feed]} if feed in etags else {})
            if answer.status_code == 200:
                feedparser.parse(answer.content)  # noqa: TID251 (the peer)
                etags[feed] = answer.headers["etag"]
    file.write_text(json.dumps(etags))


if __name__ == "__main__":
    main(*sys.argv[1:])
