"""The aiohttp session for strangers' sites: it connects to public addresses and to nothing else."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot import __version__
from bot.ingest.addresses import is_public, is_web_port, spell

_CONNECTIONS = 32
"""Sixteen visits, and as many for people who wait for a page."""
_CONNECTIONS_PER_HOST = 2
_ACCEPT = ", ".join(
    (
        "application/atom+xml",
        "application/rss+xml",
        "application/feed+json",
        "application/xml;q=0.9",
        "text/html;q=0.8",
        "*/*;q=0.5",
    )
)


class AddressNotAllowedError(OSError):
    """A connection was asked for that is not to a web port of a public address; nothing was sent."""


def open_session(
    allow: frozenset[str] = frozenset(), *, resolver: AbstractResolver | None = None
) -> aiohttp.ClientSession:
    """Give the session that feeds and pages are fetched with; close it when done.

    Args:
        allow: `host:port` pairs that may be connected to although they are not public, or the port is another.
        resolver: what finds the addresses of a name; this machine's by default.
    """
    return aiohttp.ClientSession(
        connector=guarded_connector(allow, resolver=resolver),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={
            "User-Agent": f"Sari/{__version__} (+feed reader)",
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip, deflate",
        },
        # A proxy from the environment would make the connection for us, past the guard.
        trust_env=False,
    )


def guarded_connector(
    allow: frozenset[str] = frozenset(), *, resolver: AbstractResolver | None = None
) -> aiohttp.TCPConnector:
    """Give a connector that checks the very address and port that a socket is opened for.

    The check stands after name resolution and before each connect, so it holds for literal addresses, for every
    address of a name, on every redirect, and for names that resolve to something else the second time.
    """
    guard = _Guard(allow)
    resolver = resolver or _SystemResolver()
    names_allowed = any(not is_literal(pair) for pair in allow)
    return aiohttp.TCPConnector(
        limit=_CONNECTIONS,
        limit_per_host=_CONNECTIONS_PER_HOST,
        socket_factory=guard.open_socket,
        resolver=_AllowingResolver(resolver, guard, allow) if names_allowed else resolver,
    )


def is_literal(pair: str) -> bool:
    """Whether the host of a `host:port` pair is a numeric address."""
    host = pair.rpartition(":")[0].strip("[]")
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue
        return True
    return False


class _Guard:
    """Opens sockets to allowed addresses only."""

    def __init__(self, allow: frozenset[str]) -> None:
        self._allowed = set(allow)

    def allow(self, address: str, port: int) -> None:
        self._allowed.add(spell(address, port))

    def open_socket(self, addr_info: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, proto, _, (address, port, *_rest) = addr_info
        is_web = is_public(str(address)) and is_web_port(int(port))
        if not is_web and spell(str(address), int(port)) not in self._allowed:
            # One text for all addresses: aiohttp then keeps this error when a name has several.
            raise AddressNotAllowedError("address not allowed")
        return socket.socket(family=family, type=kind, proto=proto)


class _SystemResolver(AbstractResolver):
    """The resolver of this machine, in threads of its own.

    aiohttp's takes those of the event loop: six on two cores. As many names whose servers never answer (five seconds a
    try) would hold up all that runs in threads, the database included.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        look_up = partial(
            socket.getaddrinfo, host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=found_family,
                proto=proto,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for found_family, _, proto, _, address in found
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class _AllowingResolver(AbstractResolver):
    """Another resolver; what an allowed name resolves to is allowed as well."""

    def __init__(self, resolver: AbstractResolver, guard: _Guard, allow: frozenset[str]) -> None:
        self._resolver = resolver
        self._guard = guard
        self._allow = allow

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        results = await self._resolver.resolve(host, port, family)
        if f"{host}:{port}" in self._allow:
            for result in results:
                self._guard.allow(result["host"], result["port"])
        return results

    async def close(self) -> None:
        await self._resolver.close()
