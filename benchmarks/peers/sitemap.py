"""ultimate-sitemap-parser over one sitemap, after a small one; `python -m benchmarks.peers.sitemap SITEMAP SMALL`."""

import sys
from pathlib import Path

from usp.tree import sitemap_from_str

from benchmarks.alone import measured, told


def main(file: str, small: str) -> None:
    """Read it once and print what that cost."""
    body, first = Path(file).read_bytes(), Path(small).read_bytes()

    def read(page: bytes) -> int:
        return len([*sitemap_from_str(page.decode()).all_pages()])

    read(first)
    print(told(measured(lambda: read(body))))


if __name__ == "__main__":
    main(*sys.argv[1:])
