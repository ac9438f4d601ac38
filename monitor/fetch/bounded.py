"""No answer is longer, and no request takes longer, than we allow: caps after decompression, one deadline on the whole.

The timeouts of HTTP libraries are per operation, so a server that drips a byte at a time holds a request for ever; and
they unpack what came before anybody can count it, so 300 KB become 300 MB. Both are done here by hand.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import httpcore

from monitor.errors import FetchError, Reason

_STEP = 256 * 1024
_BLOCK = 1024 * 1024
_GZIP, _ZLIB, _RAW_DEFLATE = 31, 15, -15


class Budget:
    """Seconds of network time for one address, over all its redirects and tries; waiting for our own pace is free."""

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self._left = seconds
        self._monotonic = monotonic
        self._until = monotonic() + seconds

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Let the clock run inside the block only."""
        self._until = self._monotonic() + self._left
        try:
            yield
        finally:
            self._left = self.left()

    def left(self) -> float:
        """Give the seconds that remain; negative when they are over."""
        return self._until - self._monotonic()


class Within(float):
    """A timeout for one operation that knows the budget of the whole request.

    httpx and httpcore hand a timeout through to the connection untouched, and read it once per answer. Travelling as
    the timeout, the budget reaches every single read of its own request, on a connection that many requests share.
    """

    budget: Budget

    def __new__(cls, seconds: float, budget: Budget) -> "Within":
        """Bind `seconds` for one operation to the budget of the request."""
        timeout = super().__new__(cls, seconds)
        timeout.budget = budget
        return timeout


def seconds_left(timeout: float | None) -> float | None:
    """Give how long one operation may take now; raises httpcore.ReadTimeout when the budget is spent."""
    if not isinstance(timeout, Within):
        return timeout
    left = timeout.budget.left()
    if left <= 0:
        raise httpcore.ReadTimeout("the time for the whole request is over")
    return min(float(timeout), left)


class Inflater:
    """Unpacks gzip or deflate in small steps, so that nothing grows before it is counted."""

    def __init__(self, encoding: str) -> None:
        self._wbits = _GZIP if encoding == "gzip" else 0
        self._stream = zlib.decompressobj(_GZIP)
        self._begun = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Give what `data` unpacks to; raises zlib.error."""
        if data and not self._begun:
            if self._wbits != _GZIP:  # “deflate” means zlib's wrapping, yet some servers send it bare
                self._wbits = _ZLIB if data[0] & 0x0F == 8 else _RAW_DEFLATE
            self._stream = zlib.decompressobj(self._wbits)
            self._begun = True
        while data:
            if self._stream.eof:
                if self._wbits != _GZIP or data[0] != 0x1F:
                    return  # padding behind the end, which browsers ignore too
                self._stream = zlib.decompressobj(_GZIP)  # gzip files may be strung together
            piece = self._stream.decompress(data, _STEP)
            if piece:
                yield piece
            data = self._stream.unconsumed_tail or self._stream.unused_data

    def finish(self) -> bytes:
        """Give the last bytes; raises EOFError where the packed stream does not end."""
        if not self._begun:
            return b""
        last = b"" if self._stream.eof else self._stream.decompress(b"", _STEP)
        if not self._stream.eof:
            raise EOFError
        return last


def read(url: str, headers: Mapping[str, str], chunks: Iterable[bytes], cap: int, *, cut: bool = False) -> bytes:
    """Read and unpack a body of at most `cap` bytes; with `cut`, the first `cap` bytes of a longer one.

    Raises:
        FetchError: TOO_LARGE, ENCODING (unknown, stacked or damaged), TRUNCATED (the packed stream breaks off).
    """
    encoding = headers.get("content-encoding", "").strip().lower() or "identity"
    if encoding not in {"identity", "gzip", "x-gzip", "deflate"}:
        raise FetchError(url, Reason.ENCODING, f"content-encoding {encoding[:40]!a}")
    inflater = None if encoding == "identity" else Inflater(encoding.removeprefix("x-"))
    declared = headers.get("content-length", "")
    if not cut and declared.isdecimal() and len(declared) < 20 and int(declared) > cap:
        raise FetchError(url, Reason.TOO_LARGE, f"announces {declared} bytes")
    return _gathered(url, chunks, inflater, cap, cut)


def unpack(url: str, body: bytes, cap: int) -> bytes:
    """Unpack a file that is gzip itself (`sitemap.xml.gz`), under the same cap; anything else stays as it is."""
    return _gathered(url, (body,), Inflater("gzip"), cap, False) if body.startswith(b"\x1f\x8b") else body


def _gathered(url: str, chunks: Iterable[bytes], inflater: Inflater | None, cap: int, cut: bool) -> bytes:
    blocks = [bytearray()]  # one that grew to the cap would be copied on the way, and need twice the room
    try:
        _fill(blocks, url, chunks, inflater, cap, cut)
        return b"".join(blocks)
    except zlib.error as error:
        raise FetchError(url, Reason.ENCODING, str(error)) from error
    except EOFError as error:
        raise FetchError(url, Reason.TRUNCATED, "the packed body breaks off") from error
    finally:
        blocks.clear()  # an error keeps the frames that it came through, and with this one all that was read


def _fill(
    blocks: list[bytearray], url: str, chunks: Iterable[bytes], inflater: Inflater | None, cap: int, cut: bool
) -> None:
    size = came = 0
    for chunk in chunks:
        came += len(chunk)
        for piece in inflater.pieces(chunk) if inflater else (chunk,):
            if len(blocks[-1]) >= _BLOCK:
                blocks.append(bytearray())
            blocks[-1] += piece
            size += len(piece)
            if size > cap:
                break
        # Packed bytes count too: empty gzip members can be sent for ever and unpack to nothing.
        if max(size, came) > cap:
            if cut:
                del blocks[-1][len(blocks[-1]) - max(0, size - cap) :]
                return
            raise FetchError(url, Reason.TOO_LARGE, f"over {cap} bytes")
    if inflater:
        blocks[-1] += inflater.finish()
