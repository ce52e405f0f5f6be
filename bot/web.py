"""Health over HTTP, for a supervisor or a monitor on the same machine.

``/healthz`` says that the process answers. ``/readyz`` says that it does its work: how long ago the last good poll of
Telegram and the last good visit to a feed were, and 503 when either is too long ago.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot.errors import SettingError, StorageError
from bot.models import Clock, Health
from bot.storage.base import Storage

POLL_LIMIT = timedelta(minutes=2)
"""A long poll comes back after ten seconds at the latest, with or without updates."""


@dataclass(frozen=True, slots=True)
class HealthPages:
    """The two pages. ``poll_age`` gives seconds since Telegram last answered, None before the first answer."""

    storage: Storage
    clock: Clock
    poll_age: Callable[[], float | None]
    fetch_limit: timedelta

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/healthz", self.healthz)
        app.router.add_get("/readyz", self.readyz)
        return app

    async def healthz(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(self, request: web.Request) -> web.Response:
        try:
            health = await self.storage.health()
        except StorageError as error:
            return web.json_response({"status": "failing", "failing": [error.key]}, status=503)
        poll_age, fetch_age = self.poll_age(), self._fetch_age(health)
        failing = []
        if poll_age is None or poll_age > POLL_LIMIT.total_seconds():
            failing.append("poll")
        if health.feeds.get("active") and (fetch_age is None or fetch_age > self.fetch_limit.total_seconds()):
            failing.append("fetch")
        body = {
            "status": "failing" if failing else "ok",
            "failing": failing,
            "poll_age_seconds": poll_age,
            "fetch_age_seconds": fetch_age,
            "active_subscribers": health.active_subscribers,
            "feeds": dict(health.feeds),
            "fallbacks": dict(health.fallbacks),
            "outbox": {"pending": health.outbox.pending, "dead": health.outbox.dead, "unknown": health.outbox.unknown},
        }
        return web.json_response(body, status=503 if failing else 200)

    def _fetch_age(self, health: Health) -> float | None:
        if health.last_fetch_at is None:
            return None
        return (self.clock() - health.last_fetch_at).total_seconds()


@asynccontextmanager
async def serve_pages(pages: HealthPages, host: str, port: int) -> AsyncIterator[None]:
    """Serve the pages while the block runs.

    Raises:
        SettingError: ``http_taken`` when the address cannot be listened on.
    """
    runner = web.AppRunner(pages.application(), access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            raise SettingError("http_taken", host=host, port=port) from None
        yield
    finally:
        await runner.cleanup()
