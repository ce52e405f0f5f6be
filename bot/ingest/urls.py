"""Addresses of pages: one spelling for each, so that the same page met twice is one page."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from bot.errors import InputError

MAX_URL = 2048
"""Characters; longer addresses are not pages (browsers and caches stop about here)."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING_PREFIXES = ("utm_", "at_", "mc_", "pk_", "mtm_", "hsa_", "__twitter_")
_TRACKING_NAMES = """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid igshid igsh li_fat_id
    _ga _gl _hsenc _hsmi xtor cmpid cmp ocid ncid smid sref spm vero_id wickedid
    ref ref_src ref_url referer referrer tag_from amp_js_v usqp
"""
_TRACKING = frozenset(_TRACKING_NAMES.split())
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")
_EDITION = re.compile(r"^(?:m|amp|mobile)\.")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
# Everything that may stand in a path or query as it is (RFC 3986), with % so that escapes are kept.
_SAFE = "%/:@!$&'()*+,;=~-._?[]|"


def canonical_url(url: str) -> str:
    """Give the one spelling of a web address: lower-case host, no fragment, no tracking, no default port.

    Real parameters stay, in their order: `?id=7&page=2` is another page than `?id=8`.

    Raises:
        InputError: `url_bad` when it is no http or https address, carries a user name, or is over 2048 characters.
    """
    text = url.strip()
    if len(text) > MAX_URL or _UNSAFE.search(text):
        raise _bad(text)
    try:
        parts = urlsplit(text)
        port = parts.port
        host = _spell_host(parts.hostname or "")
    except ValueError:
        raise _bad(text) from None
    scheme = parts.scheme.lower()
    # A user name before the host is either a secret or a disguise (https://outlet.example@elsewhere.example/).
    if scheme not in _DEFAULT_PORTS or not host or "@" in parts.netloc or port == 0:
        raise _bad(text)
    netloc = host if port is None or port == _DEFAULT_PORTS[scheme] else f"{host}:{port}"
    return urlunsplit((scheme, netloc, quote(parts.path, safe=_SAFE) or "/", _drop_tracking(parts.query), ""))


def host_of(url: str) -> str:
    """Give the host of an address without `www.`, for comparing and naming; empty when there is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def same_host(one: str, other: str) -> bool:
    """Whether two addresses are on one host, its mobile pages included (`www.`, `m.`, `amp.`)."""
    host, other_host = (_EDITION.sub("", host_of(url)) for url in (one, other))
    return host == other_host != ""


def _spell_host(host: str) -> str:
    host = host.rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        host = host.encode("idna").decode("ascii")
    if host and not _HOST.fullmatch(host):
        raise ValueError(host)
    return host


def _drop_tracking(query: str) -> str:
    kept = [piece for piece in query.split("&") if piece and not _is_tracking(piece.partition("=")[0])]
    return quote("&".join(kept), safe=_SAFE)


def _is_tracking(name: str) -> bool:
    name = unquote(name).lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _bad(text: str) -> InputError:
    return InputError("url_bad", url=text[:100])
