"""The bot's queue of updates, for long polling and for the webhook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.sandbox.errors import conflict
from bot.sandbox.signals import Signal

UPDATE_KINDS = frozenset({"message", "callback_query", "inline_query", "my_chat_member"})

TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
REPLACED_BY_WEBHOOK = "terminated by setWebhook request"


class UpdateQueue:
    """Updates in order, kept until the bot confirms them."""

    def __init__(self) -> None:
        self.changed = Signal()
        self.allowed: frozenset[str] = UPDATE_KINDS
        self._pending: list[dict[str, Any]] = []
        self._next_id = 100_000_001
        self._poll = 0
        self._terminated_by = TERMINATED
        self._closed = False
        self._waiting = 0

    @property
    def is_polled(self) -> bool:
        """True while somebody waits for updates."""
        return self._waiting > 0

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, kind: str, body: dict[str, Any]) -> None:
        """Queue an update, unless the bot does not want its kind."""
        if kind not in self.allowed:
            return
        self._pending.append({"update_id": self._next_id, kind: body})
        self._next_id += 1
        self.changed.notify()

    def allow(self, kinds: Sequence[str]) -> None:
        """Restrict the kinds of updates to come; an empty list means all."""
        self.allowed = UPDATE_KINDS & frozenset(kinds) if kinds else UPDATE_KINDS

    def confirm(self, offset: int) -> None:
        """Forget updates before `offset`; a negative offset keeps that many of the newest."""
        if offset > 0:
            self._pending = [update for update in self._pending if update["update_id"] >= offset]
        elif offset < 0:
            self._pending = self._pending[offset:]

    def clear(self) -> None:
        """Drop all pending updates."""
        self._pending.clear()

    def head(self, limit: int = 1) -> list[dict[str, Any]]:
        """The oldest pending updates, at most `limit`."""
        return self._pending[:limit]

    def terminate_poll(self, reason: str) -> None:
        """End a poll that is under way with a 409."""
        self._poll += 1
        self._terminated_by = reason
        self.changed.notify()

    def open(self) -> None:
        """Let polls wait, again if it was closed."""
        self._closed = False

    def close(self) -> None:
        """Let a poll that is under way, or comes later, return at once with what there is."""
        self._closed = True
        self.changed.notify()

    async def poll(self, limit: int, seconds: float) -> list[dict[str, Any]]:
        """Up to `limit` updates, waiting at most `seconds` for the first.

        Raises ApiError 409 when another poll or a webhook takes over in the meantime.
        """
        self.terminate_poll(TERMINATED)
        mine = self._poll

        def look() -> list[dict[str, Any]] | None:
            if self._poll != mine:
                return []
            return self.head(limit) or ([] if self._closed else None)

        self._waiting += 1
        try:
            found = await self.changed.wait_for(look, seconds)
        finally:
            self._waiting -= 1
        if self._poll != mine:
            raise conflict(self._terminated_by)
        return found or []
