"""Addresses with a place for a number in them: `/tin-tuc?page={page}`."""

import re

FIRST = 1
_PLACE = "{page}"


def has_pages(pattern: str) -> bool:
    """Say whether the address has a place for the number of a page."""
    return _PLACE in pattern


def address(pattern: str, number: int) -> str:
    """Give the address of the page of that number."""
    return pattern.replace(_PLACE, str(number))


def number_of(pattern: str, url: str) -> int | None:
    """Give the number of the page at `url`; None where the pattern has no place for it or this is none of its pages."""
    if not has_pages(pattern):
        return None
    written = re.escape(pattern).replace(re.escape(_PLACE), "(?P<page>[0-9]{1,6})", 1)
    found = re.fullmatch(written.replace(re.escape(_PLACE), "(?P=page)"), url)
    return int(found["page"]) if found else None
