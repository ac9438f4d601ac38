"""What an answer means: pure functions of a status, headers and a body; nothing here reads the network or a clock."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from monitor.errors import FetchError, Reason
from monitor.fetch import walls

SHORTEST_WAIT, LONGEST_WAIT = 60, 24 * 3600
"""Seconds: what a server's Retry-After is clamped to; 88 hours were seen in the field, and dates in the past."""

UNNAMED_WAIT = 15 * 60
"""Seconds of silence for a 429 that names none: the rest of most runs, and over before the next one. It is not doubled
here: within a run the host is not asked again, and from run to run it is the source's own waiting that grows."""

_KEPT_HEADERS = 100
_HEADER_LENGTH = 8192
# Kept before any other, so that a server with hundreds of headers cannot push them out.
_WANTED = ("content-type", "etag", "last-modified", "date", "content-length", "content-encoding", "server", "location")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_NOT_HTML = re.compile(
    r"(image|video|audio|font)/"
    r"|application/(pdf|zip|gzip|x-gzip|x-rar.*|msword|rtf|vnd\.(ms-|oasis\.|openxmlformats-).*)$"
)
_FORBIDDEN = frozenset({401, 403, 407, 451})


def named(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Give every header by lower-case name; one that comes twice is joined by a comma, cookies are left out.

    Latin-1 keeps every byte, so that an ETag goes back to the server as it came.
    """
    every: dict[str, str] = {}
    for name, value in raw:
        key = _CONTROL.sub("", name.decode("latin-1")).lower()
        text = _CONTROL.sub("", value.decode("latin-1")).strip(" ")
        every[key] = f"{every[key]}, {text}" if key in every else text
    every.pop("set-cookie", None)
    return every


def kept(every: Mapping[str, str]) -> dict[str, str]:
    """Give the headers that are worth storing: at most 100, values of more than 8 KiB left out, never cut."""
    order = [*(name for name in _WANTED if name in every), *(name for name in every if name not in _WANTED)]
    return {name: every[name] for name in order[:_KEPT_HEADERS] if len(every[name]) <= _HEADER_LENGTH}


def retry_after(value: str, now: datetime) -> int | None:
    """Give the seconds a server asks us to wait, clamped to a minute … a day; None where the value says nothing."""
    value = value.strip()
    if value.isascii() and value.isdecimal():
        seconds = float(value[:12]) if len(value) <= 12 else float(LONGEST_WAIT)
    else:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, TypeError, OverflowError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
    return int(min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT))


def refusal(url: str, status: int, headers: Mapping[str, str], now: datetime) -> FetchError:
    """Give the error for a status that is neither 200, 304 nor a redirect; its body was not read."""
    wait = retry_after(headers.get("retry-after", ""), now) if status in {429, 503} else None
    wall = walls.announced(status, headers)
    if wall:
        reason = Reason.CHALLENGE
    elif status == 404:
        reason = Reason.GONE
    elif status == 410:
        reason = Reason.RETIRED
    elif status in _FORBIDDEN:
        reason = Reason.FORBIDDEN
    elif status == 429 or wait is not None:
        reason, wait = Reason.RATE_LIMITED, wait or UNNAMED_WAIT
    else:
        reason = Reason.STATUS
    detail = f"status {status}" + (f", {wall}" if wall else "")
    return FetchError(url, reason, detail, status=status, retry_after=wait)


def clearly_not_html(content_type: str) -> bool:
    """Say whether a media type is that of a picture, a film, a document …; an unknown or missing one is not."""
    return bool(_NOT_HTML.match(content_type.partition(";")[0].strip().lower()))
