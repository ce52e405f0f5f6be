"""Bytes from strangers' sites: conditional GET with every hop checked, bounded in time and size."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.errors import FetchError, InputError
from bot.ingest.addresses import is_public, spell
from bot.ingest.connector import AddressNotAllowedError, guarded_connector, is_literal, open_session

__all__ = ["FetchLimits", "Fetched", "Fetcher", "guarded_connector", "open_session"]

_CHUNK = 64 * 1024
_MOVED = frozenset({301, 302, 303, 307, 308})
_MOVED_FOR_GOOD = frozenset({301, 308})
_TRY_AGAIN = frozenset({408, 425, 429})
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much of our time and memory a site may take."""

    total_seconds: float = 20.0
    connect_seconds: float = 5.0
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
                `fetch_address` or `fetch_redirects`, each with the host.
        """
        if not _is_web(url):
            raise InputError("url_bad", url=url[:100])
        conditions = _conditions(etag, last_modified)
        host = urlsplit(url).hostname or ""
        try:
            async with asyncio.timeout(self._limits.total_seconds):
                return await self._follow(url, conditions)
        except TimeoutError as error:
            raise FetchError("fetch_timeout", host=host) from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, AddressNotAllowedError):
                raise FetchError("fetch_address", retryable=False, host=error.host) from error
            raise FetchError("fetch_network", host=host) from error
        # ValueError: what aiohttp says of an address or a header that it cannot read.
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise FetchError("fetch_network", host=host) from error

    async def _follow(self, url: str, conditions: Mapping[str, str]) -> Fetched:
        permanent: str | None = None
        only_permanent = True
        for _ in range(self._limits.redirects + 1):
            self._check_literal(url)
            async with self._session.get(
                url,
                headers=conditions,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect_seconds),
            ) as response:
                target = _redirect_target(url, response)
                if target is None:
                    return await self._read(response, url, permanent, conditional=bool(conditions))
                only_permanent = only_permanent and response.status in _MOVED_FOR_GOOD
                permanent = target if only_permanent else permanent
                url = target
        raise FetchError("fetch_redirects", host=urlsplit(url).hostname or "", count=self._limits.redirects)

    def _check_literal(self, url: str) -> None:
        """Refuse a numeric address here already, whatever connector the session has."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if is_literal(spell(host, port)) and not is_public(host) and spell(host, port) not in self._allow:
            raise FetchError("fetch_address", retryable=False, host=host)

    async def _read(
        self, response: aiohttp.ClientResponse, url: str, permanent: str | None, *, conditional: bool
    ) -> Fetched:
        host = urlsplit(url).hostname or ""
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
        # aiohttp decompresses in steps of this size, so a bomb is cut off one step past the limit.
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > self._limits.body_bytes:
                response.close()
                raise FetchError(
                    "fetch_too_large", retryable=False, host=host, megabytes=self._limits.body_bytes // 1024**2
                )
        return bytes(body)


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in headers.items() if value}


def _redirect_target(url: str, response: aiohttp.ClientResponse) -> str | None:
    location = response.headers.get("Location", "")
    if response.status not in _MOVED or not location:
        return None
    target = urljoin(url, location)
    if not _is_web(target):
        raise FetchError("fetch_address", retryable=False, host=urlsplit(url).hostname or "")
    return target


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
