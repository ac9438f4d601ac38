"""trafilatura in its default mode, with metadata: what the peers without selectors read pages with."""

import trafilatura

from benchmarks.peers.desk import Piece


def read(url: str, body: bytes) -> Piece:
    """Read one page."""
    found = trafilatura.bare_extraction(body.decode(), url=url, with_metadata=True)
    if found is None:
        return Piece(url, "", "", None, body)
    return Piece(url, found.title or "", found.text or "", found.date, body)
