"""A web site on this machine whose every answer the test gives."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class WebSite:
    """A server that answers each path by a handler that the test gives."""

    base: str = ""
    handlers: dict[str, Handler] = field(default_factory=dict)
    requests: list[web.Request] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.base.removeprefix("http://")

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        return await self.handlers[request.path](request)

    def gives(self, path: str, **response: Any) -> str:
        async def handler(_: web.Request) -> web.Response:
            return web.Response(**response)

        return self.handles(path, handler)

    def handles(self, path: str, handler: Handler) -> str:
        self.handlers[path] = handler
        return self.base + path


@asynccontextmanager
async def web_site(host: str = "127.0.0.1") -> AsyncIterator[WebSite]:
    """A site at any free port.

    Args:
        host: where it listens; 0.0.0.0 is every address of this machine, 127.0.0.2 and so on too.
    """
    site = WebSite()
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, host, 0).start()
    site.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        await runner.cleanup()
