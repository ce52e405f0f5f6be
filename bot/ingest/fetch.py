"""Bytes from strangers' sites: conditional GET with every hop checked, bounded in time and size."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from bot.errors import FetchError, InputError
from bot.ingest.addresses import is_public, is_web_port, spell
from bot.ingest.connector import AddressNotAllowedError, guarded_connector, open_session

__all__ = ["FetchLimits", "Fetched", "Fetcher", "guarded_connector", "open_session"]

# aiohttp unpacks in steps of this size until more than two of them wait for us: what a bomb takes beyond the limit is
# at most the three that we read and the three that follow them, 48 KB.
_STEP = 8 * 1024
_ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})
"""What we ask for, and nothing that a library installed by chance would unpack as well."""
_MOVED = frozenset({301, 302, 303, 307, 308})
_MOVED_FOR_GOOD = frozenset({301, 308})
_TRY_AGAIN = frozenset({408, 425, 429})
# A host that ends in a number is an IPv4 address (https://url.spec.whatwg.org/#ends-in-a-number-checker); spelled in
# any way but the usual one (127.1, 0x7f000001, 0177.0.0.1) it is a disguise, and resolvers disagree on what it means.
_NUMBER = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)\.?", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much of our time and memory a site may take."""

    total_seconds: float = 20.0
    connect_seconds: float = 5.0
    """For one address of a host, encryption included."""
    body_bytes: int = 10 * 1024 * 1024
    """Counted after decompression."""
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back from one address."""

    status: Literal["ok", "not_modified"]
    url: str
    """Address after redirects."""
    permanent_url: str | None
    """Where the asked address has moved for good (301, 308), if it has."""
    body: bytes
    content_type: str
    """The header's value, with its charset."""
    etag: str | None
    last_modified: str | None
    max_age: int | None
    """Seconds for which the site calls the answer fresh."""


class Fetcher:
    """Fetches pages and feeds.

    Args:
        session: from `open_session`, whose connector refuses addresses that are not public.
        allow: the `host:port` pairs that the session was opened with.
        limits: bounds for one fetch, all its redirects together.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        allow: frozenset[str] = frozenset(),
        limits: FetchLimits = FetchLimits(),
    ) -> None:
        self._session = session
        self._allow = allow
        self._limits = limits

    async def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Give what stands at an address, or "not modified" since the visit that gave `etag` or `last_modified`.

        Raises:
            InputError: `url_bad` when it is no http or https address.
            FetchError: `fetch_gone`, `fetch_status`, `fetch_timeout`, `fetch_network`, `fetch_too_large`,
                `fetch_encoding`, `fetch_address`, `fetch_port` or `fetch_redirects`, each with the host.
        """
        start = _read_url(url)
        if start is None:
            raise InputError("url_bad", url=url[:100])
        host = _host(start)
        try:
            async with asyncio.timeout(self._limits.total_seconds):
                return await self._follow(url, start, _conditions(etag, last_modified))
        except TimeoutError as error:
            raise FetchError("fetch_timeout", host=host) from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, AddressNotAllowedError):
                raise FetchError("fetch_address", retryable=False, host=error.host) from error
            raise FetchError("fetch_network", host=host) from error
        # ValueError: what aiohttp says of an address or a header that it cannot read.
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise FetchError("fetch_network", host=host) from error

    async def _follow(self, url: str, target: URL, conditions: Mapping[str, str]) -> Fetched:
        permanent: str | None = None
        only_permanent = True
        for _ in range(self._limits.redirects + 1):
            self._check_address(target)
            async with self._session.get(
                target,
                headers=conditions,
                allow_redirects=False,
                read_bufsize=_STEP,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect_seconds),
            ) as response:
                location = _location(url, response)
                if location is None:
                    return await self._read(response, url, permanent, conditional=bool(conditions))
                found = _read_url(location)
                if found is None:
                    raise FetchError("fetch_address", retryable=False, host=_host(target))
                only_permanent = only_permanent and response.status in _MOVED_FOR_GOOD
                permanent = location if only_permanent else permanent
                url, target = location, found
        raise FetchError("fetch_redirects", host=_host(target), count=self._limits.redirects)

    def _check_address(self, target: URL) -> None:
        """Refuse what the address itself tells already: the connector may be another, and has no word for a port."""
        host, port = _host(target), target.port or 0
        if spell(host, port) in self._allow:
            return
        if (":" in host or _NUMBER.fullmatch(host)) and not is_public(host):
            raise FetchError("fetch_address", retryable=False, host=host)
        if not is_web_port(port):
            raise FetchError("fetch_port", retryable=False, host=host, port=str(port))

    async def _read(
        self, response: aiohttp.ClientResponse, url: str, permanent: str | None, *, conditional: bool
    ) -> Fetched:
        host = response.url.raw_host or ""
        not_modified = response.status == 304 and conditional
        if response.status == 410:
            raise FetchError("fetch_gone", retryable=False, host=host)
        if response.status != 200 and not not_modified:
            raise FetchError(
                "fetch_status",
                # Other refusals (404, 403) stay what they are until the site changes its mind.
                retryable=response.status >= 500 or response.status in _TRY_AGAIN,
                retry_after=_retry_after(response),
                status=response.status,
                host=host,
            )
        return Fetched(
            status="not_modified" if not_modified else "ok",
            url=url,
            permanent_url=permanent,
            body=b"" if not_modified else await self._read_body(response, host),
            content_type=response.headers.get("Content-Type", ""),
            etag=response.headers.get("ETag"),
            last_modified=response.headers.get("Last-Modified"),
            max_age=_max_age(response.headers.get("Cache-Control", "")),
        )

    async def _read_body(self, response: aiohttp.ClientResponse, host: str) -> bytes:
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in _ENCODINGS:
            response.close()
            raise FetchError("fetch_encoding", retryable=False, host=host, encoding=encoding[:40])
        body = bytearray()
        while chunk := await response.content.readany():
            body += chunk
            if len(body) > self._limits.body_bytes:
                response.close()
                raise FetchError(
                    "fetch_too_large", retryable=False, host=host, megabytes=self._limits.body_bytes // 1024**2
                )
        return bytes(body)


def _read_url(url: str) -> URL | None:
    """The address as aiohttp reads it, so that what is checked is what is connected to; None for one of no web page."""
    try:
        target = URL(url)
    except ValueError:
        return None
    return target if target.scheme in ("http", "https") and target.raw_host and target.port else None


def _host(target: URL) -> str:
    return target.raw_host or ""


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in headers.items() if value}


def _location(url: str, response: aiohttp.ClientResponse) -> str | None:
    """Where a redirect leads; None for an answer that is none."""
    location = response.headers.get("Location", "")
    return urljoin(url, location) if response.status in _MOVED and location else None


def _max_age(cache_control: str) -> int | None:
    match = _MAX_AGE.search(cache_control)
    return int(match[1]) if match else None


def _retry_after(response: aiohttp.ClientResponse) -> float | None:
    """Seconds that a 429 or 503 asks us to wait; a date is read against the site's own clock."""
    value = response.headers.get("Retry-After", "").strip()
    if response.status not in (429, 503) or not value:
        return None
    if value.isdecimal():
        return float(value[:9])
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(response.headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    return max(0.0, wait.total_seconds())
