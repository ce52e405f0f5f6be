"""Delivery of updates to the bot's webhook, in order, with the secret header."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.sandbox.updates import REPLACED_BY_WEBHOOK, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_ANSWER_TIME = ClientTimeout(total=60)
_FIRST_RETRY, _LAST_RETRY = 0.1, 10.0  # seconds; doubled after each failure


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates go, and the secret that proves who sends them."""

    url: str
    secret: str = ""
    max_connections: int = 40


def is_local_url(url: str) -> bool:
    """True for http(s) on this machine: the sandbox sends nothing anywhere else."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError outside 0-65535
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.hostname in ("127.0.0.1", "localhost", "::1")


class WebhookSender:
    """Posts the oldest update until it is taken with a 2xx, then the next.

    Telegram sends several at once (`max_connections`); here one follows the other, so that order is kept.
    """

    def __init__(self, updates: UpdateQueue, clock: Callable[[], datetime]) -> None:
        self._updates = updates
        self._clock = clock
        self._target: Webhook | None = None
        self._last_error: tuple[datetime, str] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_set(self) -> bool:
        """True while updates go to a webhook."""
        return self._target is not None

    def set(self, target: Webhook | None) -> None:
        """Send updates to `target` from now on, or to nobody."""
        self._target = target
        self._last_error = None
        if target is not None:
            self._updates.terminate_poll(REPLACED_BY_WEBHOOK)
        self._updates.changed.notify()

    def info(self) -> dict[str, Any]:
        """The Bot API's `WebhookInfo`."""
        view: dict[str, Any] = {
            "url": self._target.url if self._target else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
            "allowed_updates": sorted(self._updates.allowed),
        }
        if self._target is not None:
            view["max_connections"] = self._target.max_connections
        if self._last_error is not None:
            at, reason = self._last_error
            view |= {"last_error_date": int(at.timestamp()), "last_error_message": reason}
        return view

    def start(self) -> None:
        """Begin to deliver; needs a running loop."""
        self._task = asyncio.create_task(self._run(), name="sandbox webhook")

    async def stop(self) -> None:
        """Stop delivering; what was not taken stays pending."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        async with ClientSession(timeout=_ANSWER_TIME) as session:
            delay = _FIRST_RETRY
            while True:
                target, update = await self._next()
                reason = await _post(session, target, update)
                if reason is None:
                    self._updates.confirm(update["update_id"] + 1)
                    delay = _FIRST_RETRY
                    continue
                self._last_error = (self._clock(), reason)
                await self._pause(target, delay)
                delay = min(2 * delay, _LAST_RETRY)

    async def _next(self) -> tuple[Webhook, dict[str, Any]]:
        def look() -> tuple[Webhook, dict[str, Any]] | None:
            waiting = self._updates.head()
            return (self._target, waiting[0]) if self._target is not None and waiting else None

        found = await self._updates.changed.wait_for(look, None)
        assert found is not None
        return found

    async def _pause(self, target: Webhook, seconds: float) -> None:
        """Wait before the next attempt, unless the target changes."""
        await self._updates.changed.wait_for(lambda: True if self._target is not target else None, seconds)


async def _post(session: ClientSession, target: Webhook, update: dict[str, Any]) -> str | None:
    """Why the update was not taken, in Telegram's words, or None when it was."""
    headers = {SECRET_HEADER: target.secret} if target.secret else {}
    try:
        async with session.post(target.url, json=update, headers=headers, allow_redirects=False) as response:
            if 200 <= response.status < 300:
                return None
            return f"Wrong response from the webhook: {response.status} {response.reason}"
    except TimeoutError:
        return "Read timeout expired"
    except ClientError as error:
        return "Connection refused" if isinstance(error, OSError) else "Connection reset by peer"
