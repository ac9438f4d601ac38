"""What an answer means: pure functions of a status, headers and a body; nothing here reads the network or a clock."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from monitor.errors import FetchError, Reason

SHORTEST_WAIT, LONGEST_WAIT = 60, 24 * 3600
"""Seconds: what a server's Retry-After is clamped to; 88 hours were seen in the field, and dates in the past."""

_KEPT_HEADERS = 100
_HEADER_LENGTH = 8192
# Kept before any other, so that a server with hundreds of headers cannot push them out.
_WANTED = ("content-type", "etag", "last-modified", "date", "content-length", "content-encoding", "server", "location")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_NOT_HTML = re.compile(
    r"(image|video|audio|font)/"
    r"|application/(pdf|zip|gzip|x-gzip|x-rar.*|msword|rtf|vnd\.(ms-|oasis\.|openxmlformats-).*)$"
)
_COOKIE = re.compile(rb"document\.cookie\s*=", re.IGNORECASE)
_RELOAD = re.compile(rb"location\.(reload|replace|assign)\s*\(|location(\.href)?\s*=[^=]", re.IGNORECASE)
_CLOUDFLARE = re.compile(rb"<title>\s*just a moment|_cf_chl_opt", re.IGNORECASE)
_SCRIPT = re.compile(rb"<script\b", re.IGNORECASE)
_SCRIPT_END = re.compile(rb"</script\s*>", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]*>")
_CHALLENGE_BYTES = 64 * 1024
_CHALLENGE_TEXT = 400


def kept(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Give at most 100 headers by lower-case name; values of more than 8 KiB and cookies are left out, never cut.

    Latin-1 keeps every byte, so that an ETag goes back to the server as it came.
    """
    every: dict[str, str] = {}
    for name, value in raw:
        key = _CONTROL.sub("", name.decode("latin-1")).lower()
        text = _CONTROL.sub("", value.decode("latin-1")).strip(" ")
        every[key] = f"{every[key]}, {text}" if key in every else text
    every.pop("set-cookie", None)
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
    if "challenge" in headers.get("cf-mitigated", "").lower():
        reason = Reason.CHALLENGE
    elif status in {404, 410}:
        reason = Reason.GONE
    else:
        reason = Reason.STATUS if wait is None else Reason.RATE_LIMITED
    return FetchError(url, reason, f"status {status}", status=status, retry_after=wait)


def clearly_not_html(content_type: str) -> bool:
    """Say whether a media type is that of a picture, a film, a document …; an unknown or missing one is not."""
    return bool(_NOT_HTML.match(content_type.partition(";")[0].strip().lower()))


def is_challenge(body: bytes) -> bool:
    """Say whether a page came that wants a browser: it sets a cookie by script and loads again, or Cloudflare waits.

    Articles set cookies by script too: a challenge is short and has next to nothing to read.
    """
    if len(body) > _CHALLENGE_BYTES or not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return False
    if not _CLOUDFLARE.search(body) and not (_COOKIE.search(body) and _RELOAD.search(body)):
        return False
    before, *behind = _SCRIPT.split(body)
    read = before + b"".join(_SCRIPT_END.split(piece, maxsplit=1)[-1] for piece in behind if _SCRIPT_END.search(piece))
    return len(b" ".join(_TAG.sub(b" ", read).split())) < _CHALLENGE_TEXT
