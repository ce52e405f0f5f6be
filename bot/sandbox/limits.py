"""Telegram's flood limits: 30 messages a second in all, 1 a second in a chat, 20 a minute in a group.

Figures: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

from bot.sandbox.errors import too_many_requests


class _Window:
    """At most `count` events in any `seconds`."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._times: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until there is room again; 0 when there is."""
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        return self._times[0] + self._seconds - now if len(self._times) >= self._count else 0.0

    def take(self, now: float) -> None:
        self._times.append(now)


class FloodLimits:
    """Counts messages that were let through; a refused one costs nothing."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._overall = _Window(30, 1.0)
        self._chats: dict[int, list[_Window]] = {}

    def check(self, chat_id: int) -> None:
        """Let one message to `chat_id` through. Raises ApiError 429 with `retry_after` when it comes too soon."""
        now = self._monotonic()
        if chat_id not in self._chats:
            group = [_Window(20, 60.0)] if chat_id < 0 else []
            self._chats[chat_id] = [self._overall, _Window(1, 1.0), *group]
        windows = self._chats[chat_id]
        if (wait := max(window.wait(now) for window in windows)) > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        for window in windows:
            window.take(now)
