"""Health over HTTP, for a supervisor or a monitor on the same machine; and the webhook, for Telegram behind a proxy.

``/healthz`` says that the process answers. ``/readyz`` says that it does its work: how long ago the last good poll of
Telegram and the last good visit to a feed were, and 503 when either is too long ago. Of a process that does not lead,
it says that the database answers.
"""

from __future__ import annotations

import errno
import hmac
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from aiohttp import web

from bot.config import Webhook
from bot.errors import InputError, SettingError, StorageError
from bot.models import Clock, Health
from bot.storage.base import Storage

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of the header
MOST_BYTES = 1024 * 1024
"""Of one update; Telegram's are a few KB."""
POLL_LIMIT = timedelta(minutes=2)
"""A long poll comes back after ten seconds at the latest, with or without updates."""


@dataclass(frozen=True, slots=True)
class HealthPages:
    """The two pages.

    Args:
        poll_age: gives seconds since Telegram last answered, None before the first answer; None where nobody polls.
        leads: whether this process leads at the moment.
    """

    storage: Storage
    clock: Clock
    poll_age: Callable[[], float | None] | None
    fetch_limit: timedelta
    leads: Callable[[], bool] = lambda: True

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/healthz", self.healthz)
        app.router.add_get("/readyz", self.readyz)

    async def healthz(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(self, request: web.Request) -> web.Response:
        try:
            health = await self.storage.health()
        except StorageError as error:
            return web.json_response({"status": "failing", "failing": [error.key]}, status=503)
        leads, fetch_age = self.leads(), self._fetch_age(health)
        poll_age = self.poll_age() if self.poll_age else None
        failing = []
        if leads and self.poll_age and (poll_age is None or poll_age > POLL_LIMIT.total_seconds()):
            failing.append("poll")
        if leads and health.feeds.get("active") and (fetch_age is None or fetch_age > self.fetch_limit.total_seconds()):
            failing.append("fetch")
        body = {
            "status": "failing" if failing else "ok",
            "failing": failing,
            "leads": leads,
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


@dataclass(frozen=True, slots=True)
class WebhookPage:
    """Takes updates from Telegram.

    Args:
        receive: keeps an update, given as text and as a dict; when it comes back, no crash loses it.
    """

    webhook: Webhook
    receive: Callable[[str, dict[str, Any]], Awaitable[None]]

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post(self.webhook.path, self.take)

    async def take(self, request: web.Request) -> web.Response:
        """200 once the update is kept; with anything else Telegram brings it again."""
        said = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(said, self.webhook.secret.reveal().encode()):
            return web.Response(status=403)
        try:
            content = await request.text()
            update = json.loads(content)
            if not isinstance(update, dict):
                return web.Response(status=400)
            await self.receive(content, update)
        except (ValueError, LookupError, InputError):  # no text, no JSON, an unknown charset, no update
            return web.Response(status=400)
        except StorageError as error:
            log.error("webhook: %s", error)
            return web.Response(status=503)
        return web.Response()


class Pages(Protocol):
    """Something to serve."""

    def add_routes(self, app: web.Application) -> None: ...


@asynccontextmanager
async def serve_pages(pages: Sequence[Pages], host: str, port: int) -> AsyncIterator[None]:
    """Serve the pages while the block runs.

    Raises:
        SettingError: ``http_taken`` when the address cannot be listened on.
    """
    app = web.Application(client_max_size=MOST_BYTES)
    for each in pages:
        each.add_routes(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            key = "http_taken" if error.errno == errno.EADDRINUSE else "http_unusable"
            raise SettingError(key, host=host, port=port) from None
        yield
    finally:
        await runner.cleanup()
