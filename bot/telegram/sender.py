"""Sends one message and says what became of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ExtBot

from bot.errors import SettingError
from bot.models import Button, MessageBody, Result, SendOutcome
from bot.telegram.limiter import FREE, Noted, Priority, TokenLimiter, retry_seconds

_NEVER_LEFT: Final = frozenset({"ConnectionTimeoutError", "ConnectTimeout", "PoolTimeout"})
"""Causes of a ``TimedOut`` that came before the request was written, by the names of aiohttp and httpx: with
python-telegram-bot's own transport these are ``TimedOut`` too."""


class TelegramSender:
    """Delivers the outbox's messages through a bot whose limiter is a ``TokenLimiter`` (TypeError if it is not)."""

    def __init__(self, bot: ExtBot[Any]) -> None:
        if not isinstance(bot.rate_limiter, TokenLimiter):
            raise TypeError("the bot needs a TokenLimiter")
        self._bot = bot
        self._limiter = bot.rate_limiter

    def pause_seconds(self) -> float:
        """How long a flood limit still halts the whole token; 0 when nothing does."""
        return self._limiter.pause_seconds()

    async def send(
        self, chat_id: int, body: MessageBody, *, before: Callable[[], Awaitable[None]] | None = None
    ) -> SendOutcome:
        """What became of one try. Never tries twice: whether to, and when, is the outbox's decision.

        Args:
            before: done when the message's turn has come, just before the request leaves; what it raises goes through,
                and nothing is sent.

        Raises:
            SettingError: no message can be sent with this token at all, and this one was not.
        """
        try:
            message = await self._bot.send_message(
                chat_id,
                body.html,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(body.buttons),
                disable_notification=body.silent,
                link_preview_options=LinkPreviewOptions(is_disabled=not body.preview),
                # At a price; without it Telegram lets no more than 30 a second through.
                allow_paid_broadcast=self._limiter.per_second > FREE or None,
                rate_limit_args=Priority.BROADCAST if before is None else Noted(before),
            )
        except TelegramError as error:
            refusal = refusal_of(error)
            if refusal is None:
                return outcome_of(error)
        else:
            return SendOutcome(Result.SENT, message_id=message.message_id)
        # Outside of the except block: else the original, whose text may show the token, would stay as __context__.
        raise refusal


def refusal_of(error: TelegramError) -> SettingError | None:
    """The error that ends the bot, where Telegram says that this process can do nothing with its token."""
    match error:
        case InvalidToken():
            return SettingError("token_wrong")
        case Conflict():
            return SettingError("telegram_conflict")
        case _:
            return None


def outcome_of(error: TelegramError) -> SendOutcome:
    """What an error says about the message, as ``services.delivery.decide`` wants to know it.

    ``BadRequest`` and ``TimedOut`` are subclasses of ``NetworkError`` and must be asked for first.
    """
    reason = str(error)
    match error:
        case RetryAfter():
            return SendOutcome(Result.LATER, wait_seconds=retry_seconds(error), reason=reason)
        case ChatMigrated():
            return SendOutcome(Result.MIGRATED, new_chat_id=error.new_chat_id, reason=reason)
        case Forbidden():
            return SendOutcome(Result.GONE, reason=reason)
        case BadRequest():
            is_gone = "chat not found" in reason.lower()
            return SendOutcome(Result.GONE if is_gone else Result.REJECTED, reason=reason)
        case TimedOut():
            never_left = type(error.__cause__).__name__ in _NEVER_LEFT
            return SendOutcome(Result.RETRY if never_left else Result.AMBIGUOUS, reason=reason)
        case NetworkError():
            return SendOutcome(Result.RETRY, reason=reason)
        case _:
            # A bare TelegramError: status 200 and a body that cannot be read.
            return SendOutcome(Result.AMBIGUOUS, reason=reason)


def keyboard(buttons: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """Rows of buttons as Telegram wants them; None when there are none."""
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(button.label, callback_data=button.data, url=button.url) for button in row]
            for row in buttons
        ]
    )
