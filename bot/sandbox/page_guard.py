"""Who may use the sandbox from a browser: only its own page, so that no other site can press its buttons."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox import sentences
from bot.sandbox.errors import SandboxError

PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
}


def page_guard(own_hosts: Callable[[], frozenset[str]]) -> Middleware:
    """Middleware that refuses a foreign `Host` or `Origin` and words the errors of `/api/` as JSON.

    own_hosts: "name:port" of this server, asked at each request because the port is known late. The check of
    Host stops a name that was rebound to 127.0.0.1.
    """

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        hosts = own_hosts()
        if request.host not in hosts or (origin is not None and origin not in {f"http://{host}" for host in hosts}):
            return _error(403, sentences.FOREIGN_REQUEST)
        if not request.path.startswith("/api/"):
            return await handler(request)
        try:
            response = await handler(request)
        except SandboxError as error:
            response = _error(error.status, str(error))
        except web.HTTPClientError as error:
            response = _error(error.status, sentences.CANNOT_BE_SERVED)
        if not response.prepared:
            response.headers.update(PAGE_HEADERS)
        return response

    return guard


def _error(status: int, sentence: str) -> web.StreamResponse:
    return web.json_response({"error": sentence}, status=status)
