"""Keeps one bot token below Telegram's flood limits, and silent after it has crossed one.

The limits are about 30 messages a second in all, 1 a second in a chat and 20 a minute in a group (Telegram's bot FAQ);
the authority is ``retry_after`` in a 429. python-telegram-bot's own ``AIORateLimiter`` does not do: its bucket lets 59
messages out in the first second, it has no limit for private chats, and a request that ends lifts the pause after a
429 too early (python-telegram-bot issue 5338).
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from aiolimiter import AsyncLimiter
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

if TYPE_CHECKING:
    from telegram._utils.types import JSONDict

FREE: Final = 30
"""Messages a second over all chats; paid broadcasts may go up to 1000 (Bot API, ``allow_paid_broadcast``)."""

_MARGIN: Final = 1.02
"""Starts are 2 % further apart than the limit asks: the clock that counts is Telegram's, and two requests take
different times to get there."""

_BURST_SHARE: Final = 20
"""Of a high limit, one part in so many may start at once: a timer cannot part starts by a millisecond. With 30 a second
they are evenly spaced."""

_TURNS: Final = 16
"""Broadcasts that may wait for their start at the same time, at most: a kill leaves nobody knowing whether they left.
With 16, 24 and 50 a thousand a second are reached equally."""

_CHAT_SPACING: Final = 1.02
"""Seconds between two broadcasts to one chat; the 2 % as above."""

_PRIVATE: Final = (5, 5.0)
"""Bucket of a private chat: 1 a second after a burst of 5. The FAQ allows short bursts, and replies only come as fast
as somebody taps; a limit of 1 a second without a burst would make leafing through a list sluggish."""

_GROUP: Final = (3, 60 * 3 / 17)
"""Bucket of a group or channel: a burst of 3 and 17 a minute, which together are never more than 20 in any minute."""

_PATIENCE: Final = 60.0
"""Seconds of a pause that a reply waits for; nobody is looking any more when a later answer arrives."""

# Editing shares the limits of sending, answerCallbackQuery has none: Telegram's developer in tdlib/td issue 3034 and
# tdlib/telegram-bot-api issue 648.
_MESSAGE_METHODS: Final = ("send", "editMessage", "deleteMessage", "copyMessage", "forwardMessage")


class Priority(StrEnum):
    """Value of ``rate_limit_args``. (Not a number: python-telegram-bot drops a 0 on the way.)"""

    REPLY = "reply"
    """Somebody is waiting: goes before broadcasts, waits for a short pause to end, tried again after one 429. The
    default."""
    BROADCAST = "broadcast"
    """The outbox: after the replies, a second apart in a chat, and RetryAfter at once during a pause, as a row of the
    outbox can wait better than a request."""


@dataclass(frozen=True, slots=True)
class Noted:
    """Value of ``rate_limit_args``: a broadcast that has something to do when its turn comes, before it starts."""

    before: Callable[[], Awaitable[None]]
    """What it raises goes through, and the request does not leave."""


def retry_seconds(flood: RetryAfter) -> float:
    """Seconds that Telegram wants us to wait; python-telegram-bot gives a number or a timedelta."""
    wait = flood.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


class _Chat:
    """The limits of one chat."""

    def __init__(self, chat_id: int | str) -> None:
        is_private = isinstance(chat_id, int) and chat_id > 0
        self._bucket = AsyncLimiter(*(_PRIVATE if is_private else _GROUP))
        self._broadcasts = AsyncLimiter(1, _CHAT_SPACING)

    async def wait_turn(self, priority: Priority) -> None:
        if priority is Priority.BROADCAST:
            await self._broadcasts.acquire()
        await self._bucket.acquire()

    def is_idle(self) -> bool:
        """True when a new record would say the same."""
        return all(limiter.has_capacity(limiter.max_rate) for limiter in (self._bucket, self._broadcasts))


def _starts(per_second: int) -> AsyncLimiter:
    """A leaky bucket that lets no more than ``per_second`` through in any second: what it holds and what leaks."""
    burst = max(1, per_second // _BURST_SHARE)
    leak = per_second / _MARGIN if burst == 1 else (per_second - burst) / _MARGIN
    return AsyncLimiter(burst, burst / leak)


class TokenLimiter(BaseRateLimiter["Priority | Noted"]):
    """Starts at most ``per_second`` message requests in any second, and none during a pause.

    Only requests that put, change or remove a message count (``send…`` apart from chat actions, ``editMessage…``,
    ``deleteMessage…``, ``copyMessage…``, ``forwardMessage…``). The others pass at once, and a 429 to one of them
    pauses nothing: ``setMyCommands`` and its kin have limits of their own, up to a day.
    """

    def __init__(self, per_second: int = FREE) -> None:
        self.per_second = per_second
        self._starts = _starts(per_second)
        # Those in here have written down that they are about to leave.
        self._broadcast_turns = asyncio.Semaphore(min(_TURNS, max(1, per_second // _BURST_SHARE)))
        self._chats: dict[int | str, _Chat] = {}
        self._paused_until = -math.inf

    async def initialize(self) -> None:
        """Does nothing."""

    async def shutdown(self) -> None:
        """Does nothing."""

    def pause_seconds(self) -> float:
        """Seconds for which no message starts, because Telegram said so; 0 when nothing halts. In a running loop."""
        return max(0.0, self._paused_until - asyncio.get_running_loop().time())

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | JSONDict | list[JSONDict]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Priority | Noted | None,
    ) -> bool | JSONDict | list[JSONDict]:
        """Calls ``callback`` when its turn has come and gives its answer.

        Raises:
            RetryAfter: a broadcast met a 429 or a pause, a reply met two, or the pause is longer than a minute.
        """
        if not endpoint.startswith(_MESSAGE_METHODS) or endpoint == "sendChatAction":
            return await callback(*args, **kwargs)
        before = rate_limit_args.before if isinstance(rate_limit_args, Noted) else None
        is_reply = rate_limit_args in (None, Priority.REPLY)
        tries_left = 2 if is_reply else 1
        while True:
            await self._wait_turn(data.get("chat_id"), Priority.REPLY if is_reply else Priority.BROADCAST, before)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as flood:
                self._pause(retry_seconds(flood))
                tries_left -= 1
                if not tries_left:
                    raise

    async def _wait_turn(
        self, chat_id: int | str | None, priority: Priority, before: Callable[[], Awaitable[None]] | None
    ) -> None:
        if chat_id is not None:
            await self._chat(chat_id).wait_turn(priority)
        if priority is Priority.BROADCAST:
            # The queue for the next start is first come, first served: with one broadcast in it at a time, a reply
            # waits for one of them and not for the whole edition.
            async with self._broadcast_turns:
                self._refuse_during_pause()
                if before is not None:
                    await before()
                await self._wait_start(patience=0.0)
        else:
            await self._wait_start(patience=_PATIENCE)

    def _refuse_during_pause(self) -> None:
        if (remaining := self.pause_seconds()) > 0:
            raise RetryAfter(math.ceil(remaining))

    async def _wait_start(self, patience: float) -> None:
        while True:
            while (remaining := self.pause_seconds()) > 0:
                if remaining > patience:
                    raise RetryAfter(math.ceil(remaining))
                await asyncio.sleep(remaining)
            await self._starts.acquire()
            if not self.pause_seconds():
                return

    def _pause(self, seconds: float) -> None:
        # Requests of the same moment get different answers: the longest wait counts, whichever comes last.
        self._paused_until = max(self._paused_until, asyncio.get_running_loop().time() + seconds)

    def _chat(self, chat_id: int | str) -> _Chat:
        """The limits of a chat. Idle ones are forgotten, the longest unused first, so that few are kept."""
        chat = self._chats.pop(chat_id, None) or _Chat(chat_id)
        self._chats[chat_id] = chat
        while (oldest := next(iter(self._chats))) != chat_id and self._chats[oldest].is_idle():
            del self._chats[oldest]
        return chat
