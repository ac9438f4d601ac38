"""One address per piece, and whose address it is; the only place where two spellings of an address become one.

Hand-made on purpose: the libraries for this drop query parameters, and on a portal those are the article's number.
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from monitor.press import Outlet

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?")
# What a browser drops or an editor pastes along: blanks at the ends, line breaks and tabs anywhere.
_BREAKS = re.compile(r"[\t\r\n]")
_SESSION_IN_PATH = re.compile(r";(jsessionid|phpsessid|sid)=[^;/]*", re.IGNORECASE)
_ASP_SESSION = re.compile(r"\([A-Z]\([0-9A-Za-z]+\)\)")  # ASP.NET without cookies: /(S(h4x…))/tin/46
# Names that say how a reader came, never what is shown. `sid`, `cid`, `ref` and `id` stay: somewhere they are numbers.
_TRACKER = re.compile(
    r"utm_.*|fbclid|mibextid|sfnsn|gclid|gclsrc|gad_source|dclid|gbraid|wbraid|srsltid|msclkid|yclid|ttclid|twclid"
    r"|igsh|igshid|mc_[ce]id|_g[al]|_hs(enc|mi)|gidzl|zarsrc|zalo.*|replytocom"
    r"|phpsessid|jsessionid|aspsessionid.*|asp\.net_sessionid|p_p_auth|p_auth",  # the last two: Liferay's, per visit
    re.IGNORECASE,
)
# The same piece dressed otherwise: AMP, print. A name alone is not enough: `?print=12` may be the issue of a paper.
_DRESS = re.compile(r"(amp|print)(=(1|true)?)?|outputtype=amp|tmpl=component|view=print", re.IGNORECASE)
_DRESS_BEFORE = re.compile(r"^/(?:print|amp)(?=/[^/])", re.IGNORECASE)
_DRESS_AFTER = re.compile(r"(?<=[^/])/(?:print|amp)/?$", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index\.(?:html?|php|aspx?|jsp)|default\.(?:html?|aspx?))$", re.IGNORECASE)
_HEX = re.compile(r"[0-9A-Fa-f]+")
_AMP = re.compile(r"^(amp;)+")  # `&amp;id=46` that was escaped once too often
_PATH_SAFE = "-._~!$&'()*+,;=:@"
_QUERY_SAFE = "-._~!$'()*,;:@/?="
_USUAL = 2_000  # characters of an address

_Parts = tuple[str, str, str, str]


def host_of(url: str) -> str:
    """Give `host` or `host:port` of an http(s) address, lower case, IDNA, no default port; else empty."""
    parts = _split(url)
    return parts[1] if parts else ""


def canonical(url: str) -> str | None:
    """Give the one spelling of an http(s) address; None for anything else (`javascript:`, `data:`, no host).

    Idempotent. Trackers, session ids, the switches of AMP and print, user names and the fragment go; every other
    parameter stays, in its order: some servers read only the first of two.
    """
    parts = _split(url)
    if parts is None:
        return None
    scheme, host, path, query = parts
    return f"{scheme}://{host}{path}" + (f"?{query}" if query else "")


def resolve(base: str, href: str) -> str | None:
    """Give the address that `href` means on the page `base`, without its fragment; None where it is not http(s)."""
    try:
        found = urljoin(base, _BREAKS.sub("", href).strip())
    except ValueError:
        return None
    return found.partition("#")[0] if canonical(found) else None


def belongs(outlet: Outlet, url: str) -> bool:
    """Say whether the address lies on one of the outlet's hosts; no other host counts, not even a subdomain."""
    host = host_of(url)
    return bool(host) and any(host == host_of(f"{urlsplit(url.strip()).scheme}://{own}") for own in outlet.hosts)


def identify(outlet: Outlet, url: str) -> str | None:
    """Give what makes two addresses of the outlet one piece; None for an address of no piece, or of another host.

    The named groups of `outlet.identity`, joined by `/`. The path is searched first, so that a stray parameter behind
    `…-post12.html` hides nothing; then the path without print and AMP; then path and query. Without a pattern: path and
    query as they are shown, without the last slash. Capitals count, except in hexadecimal numbers, which one site
    prints in both ways, and under a pattern that says `(?i)`.
    """
    parts = _split(url)
    if parts is None or not belongs(outlet, url):
        return None
    _, _, path, query = parts
    shown = _shown(path)
    if outlet.identity is None:
        shown = _INDEX.sub("", shown).rstrip("/")
        return (f"{shown}?{query}" if query else shown) or None
    pattern = re.compile(outlet.identity)
    whole = f"{path}?{query}" if query else path
    match = pattern.search(path) or pattern.search(shown) or pattern.search(whole)
    if match is None:
        return None
    groups = [value for value in match.groupdict().values() if value] or [match[0]]
    if pattern.flags & re.IGNORECASE:
        groups = [value.lower() for value in groups]
    return "/".join(value.lower() if _HEX.fullmatch(value) else value for value in groups) or None


def _shown(path: str) -> str:
    """Give the path of the piece itself: without a print or AMP dress, without doubled slashes."""
    return _DRESS_AFTER.sub("", _DRESS_BEFORE.sub("", re.sub(r"/{2,}", "/", path)))


def _split(url: str) -> _Parts | None:
    """Give scheme, host with port, path and query in their one spelling."""
    # A crawl asks some eighteen times for each piece. A longer one is not kept: a page may name some of megabytes.
    return _once(url) if len(url) <= _USUAL else _parted(url)


def _parted(url: str) -> _Parts | None:
    try:
        parts = urlsplit(_BREAKS.sub("", url).strip())
        scheme = parts.scheme.lower()
        # Browsers read `\` as `/`, this library does not: who dials is not who was checked.
        if scheme not in _DEFAULT_PORTS or "\\" in parts.netloc:
            return None
        host, port = _host(parts.hostname or ""), parts.port
        if not host or port == 0:
            return None
        if port is not None and port != _DEFAULT_PORTS[scheme]:
            host = f"{host}:{port}"
        return scheme, host, _path(parts.path), _query(parts.query)
    except ValueError:  # a port of letters, half an IPv6 address, a host that IDNA refuses, half a surrogate pair
        return None


_once = lru_cache(maxsize=1024)(_parted)


def _host(name: str) -> str:
    if ":" in name:
        return f"[{name}]"
    name = unicodedata.normalize("NFC", name).rstrip(".")
    if not name.isascii():
        name = name.encode("idna").decode("ascii")
    name = name.lower()
    return name if _HOST.fullmatch(name) else ""


def _spelled(piece: str, safe: str) -> str:
    """Give `piece` with one way of escaping, NFC where it is text."""
    raw = unquote_to_bytes(piece)
    try:
        return quote(unicodedata.normalize("NFC", raw.decode()), safe=safe)
    except UnicodeDecodeError:
        return quote(raw, safe=safe)


def _without_session(piece: str) -> str:
    spelled = _spelled(piece, _PATH_SAFE)
    kept = _SESSION_IN_PATH.sub("", spelled)
    return spelled if kept == spelled else _without_session(kept)  # the session held what made the rest no text


def _path(path: str) -> str:
    kept: list[str] = []
    pieces = [_without_session(piece) for piece in path.split("/")[1:]]
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        if piece == ".." and kept:
            kept.pop()
        if piece in {".", ".."} or _ASP_SESSION.fullmatch(piece):
            if last:
                kept.append("")
        else:
            kept.append(piece)
    return "/" + "/".join(kept)


def _query(query: str) -> str:
    kept = []
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        name = _AMP.sub("", _words(name))
        spelled = f"{name}{equals}{_words(value)}"
        if spelled and not _TRACKER.fullmatch(name) and not _DRESS.fullmatch(spelled):
            kept.append(spelled)
    return "&".join(kept)


def _words(text: str) -> str:
    # In a query `+` is a blank and %2B a plus: they are not the same.
    return "+".join(_spelled(word, _QUERY_SAFE) for word in text.split("+"))
