"""The python-telegram-bot application: transport, limiter, order of updates, handlers, command lists."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any, Self
from weakref import WeakValueDictionary

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    ApplicationBuilder,
    BaseUpdateProcessor,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.config import Secret
from bot.errors import SariError, SettingError
from bot.telegram.commands import publish_commands, publish_editor_commands
from bot.telegram.context import DEPENDENCIES, Dependencies, SariApplication
from bot.telegram.handlers import callbacks, errors, newsroom, reading, subscription
from bot.telegram.limiter import TokenLimiter
from bot.telegram.transport import AiohttpRequest

log = logging.getLogger(__name__)

CONCURRENT_UPDATES = 32
ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
_NUMBER = r"^\s*#?\d{1,3}\.?\s*$"

COMMANDS = {
    "start": subscription.start,
    "mulai": subscription.start,
    "berhenti": subscription.stop,
    "stop": subscription.stop,
    "jadwal": subscription.schedule,
    "topik": subscription.show_topics,
    "bahasa": subscription.language,
    "ringkasan": reading.digest_now,
    "cari": reading.search,
    "bantuan": reading.show_help,
    "help": reading.show_help,
    "siar": newsroom.draft,
}


class ChatOrderedProcessor(BaseUpdateProcessor):
    """Handles updates of different chats side by side, and those of one chat in their order."""

    def __init__(self) -> None:
        super().__init__(CONCURRENT_UPDATES)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None:
            await coroutine
            return
        async with self._locks.setdefault(chat.id, asyncio.Lock()):
            await coroutine

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to give back."""


class TelegramBot:
    """The application with its life: ``async with`` starts it, ``run_until`` keeps it going.

    Raises on entering:
        SettingError: ``token_wrong`` or ``telegram_unreachable``.
    """

    def __init__(self, token: Secret, api_url: str, parts: Dependencies) -> None:
        self._editors = parts.editors
        self._polling = AiohttpRequest()
        self._failure: SariError | None = None
        self._stop: asyncio.Event | None = None
        self.application: SariApplication = (
            ApplicationBuilder()
            .token(token.reveal())
            .base_url(api_url)
            .base_file_url(api_url.removesuffix("/bot") + "/file/bot")
            .request(AiohttpRequest())
            .get_updates_request(self._polling)
            .rate_limiter(TokenLimiter())
            .concurrent_updates(ChatOrderedProcessor())
            .build()
        )
        self.application.bot_data[DEPENDENCIES] = parts
        _add_handlers(self.application)

    def poll_age(self) -> float | None:
        """Seconds since Telegram last answered a poll; None before the first answer."""
        return self._polling.seconds_since_success

    async def __aenter__(self) -> Self:
        try:
            await self.application.initialize()
        except InvalidToken:
            raise SettingError("token_wrong") from None  # the cause would carry the token
        except NetworkError as error:
            raise SettingError("telegram_unreachable") from error
        await publish_commands(self.application.bot)
        for editor in self._editors:
            if not await publish_editor_commands(self.application.bot, editor):
                log.info("editor %d has not written to the bot yet; the list of commands follows then", editor)
        await self.application.start()
        assert self.application.updater is not None
        await self.application.updater.start_polling(
            allowed_updates=ALLOWED_UPDATES, bootstrap_retries=3, error_callback=self._on_poll_error
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self.application.updater is not None
        if self.application.updater.running:
            await self.application.updater.stop()
        await self.application.stop()
        await self.application.shutdown()

    async def run_until(self, stop: asyncio.Event) -> None:
        """Wait until somebody sets ``stop``.

        Raises:
            SettingError: ``telegram_conflict`` or ``token_wrong``, when polling became impossible.
        """
        self._stop = stop
        await stop.wait()
        if self._failure is not None:
            raise self._failure

    def _on_poll_error(self, error: TelegramError) -> None:
        if isinstance(error, Conflict | InvalidToken):
            self._failure = SettingError("telegram_conflict" if isinstance(error, Conflict) else "token_wrong")
            if self._stop is not None:
                self._stop.set()
        else:
            log.warning("polling: %s", error)


def _add_handlers(application: SariApplication) -> None:
    for name, handler in COMMANDS.items():
        application.add_handler(CommandHandler(name, handler))
    application.add_handler(CallbackQueryHandler(callbacks.pressed))
    application.add_handler(ChatMemberHandler(subscription.membership_changed, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, subscription.group_migrated))
    messages = filters.UpdateType.MESSAGE
    application.add_handler(MessageHandler(messages & filters.COMMAND, reading.unknown_command))
    application.add_handler(MessageHandler(messages & filters.Regex(_NUMBER), reading.open_number))
    application.add_handler(MessageHandler(messages & ~filters.StatusUpdate.ALL, reading.unknown_text))
    application.add_error_handler(errors.on_error)
