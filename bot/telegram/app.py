"""The python-telegram-bot application: transport, limiter, order of updates, handlers, command lists."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, Self
from weakref import WeakValueDictionary

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import (
    ApplicationBuilder,
    BaseUpdateProcessor,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.config import Secret, Webhook
from bot.errors import SettingError, StorageError
from bot.telegram.commands import publish_commands
from bot.telegram.context import DEPENDENCIES, Dependencies, SariApplication, postponed
from bot.telegram.handlers import callbacks, errors, newsroom, reading, subscription
from bot.telegram.limiter import FREE, TokenLimiter
from bot.telegram.sender import refusal_of
from bot.telegram.transport import AiohttpRequest

log = logging.getLogger(__name__)

CONCURRENT_UPDATES = 32
ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
_TOKEN_REFUSED = (401, 404)
"""Statuses that become ``InvalidToken``; 404 is Telegram's answer to what does not have the shape of a token."""
_NUMBER = r"^\s*#?\d{1,3}\.?\s*$"

COMMANDS = {
    "start": subscription.start,
    "mulai": subscription.start,
    "berhenti": subscription.stop,
    "stop": subscription.stop,
    "jadwal": subscription.schedule,
    "senyap": subscription.quiet,
    "topik": subscription.topics,
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


class PollingRequest(AiohttpRequest):
    """Tells when a poll was refused for its token.

    python-telegram-bot's loop of polls ends at an ``InvalidToken`` without calling its ``error_callback``.
    """

    def __init__(self, on_refused: Callable[[], object]) -> None:
        super().__init__()
        self._on_refused = on_refused

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, payload = await super().do_request(*args, **kwargs)
        if status in _TOKEN_REFUSED:
            self._on_refused()
        return status, payload


class TelegramBot:
    """The application with its life: ``async with`` makes it able to send and to handle updates, ``leading`` has
    Telegram's updates come, ``run_until`` keeps it going.

    Raises on entering, with everything closed again:
        SettingError: ``token_wrong``, ``telegram_conflict`` or ``telegram_unreachable``.
    """

    def __init__(
        self, token: Secret, api_url: str, parts: Dependencies, *, per_second: int = FREE, in_flight: int = 0
    ) -> None:
        """Args:
        per_second: messages a second over all chats.
        in_flight: connections that sending may take, beside those of answers.
        """
        self._editors = parts.editors
        self._polling = PollingRequest(lambda: self.fail(SettingError("token_wrong")))
        self._failure: SettingError | None = None
        self._stop: asyncio.Event | None = None
        self.application: SariApplication = (
            ApplicationBuilder()
            .token(token.reveal())
            .base_url(api_url)
            .base_file_url(api_url.removesuffix("/bot") + "/file/bot")
            .request(AiohttpRequest(CONCURRENT_UPDATES + in_flight))
            .get_updates_request(self._polling)
            .rate_limiter(TokenLimiter(per_second))
            .concurrent_updates(ChatOrderedProcessor())
            .build()
        )
        self.application.bot_data[DEPENDENCIES] = parts
        _add_handlers(self.application)

    def poll_age(self) -> float | None:
        """Seconds since Telegram last answered a poll; None before the first answer."""
        return self._polling.seconds_since_success

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opened:
            opened.push_async_callback(self._close)
            problem = await self._problem_of(self._start())
            if problem is not None:
                raise problem
            opened.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close()

    @asynccontextmanager
    async def leading(self, webhook: Webhook | None) -> AsyncIterator[None]:
        """Lists of commands, and updates: polled, or brought to a webhook.

        Raises:
            SettingError: as on entering.
        """
        problem = await self._problem_of(self._lead(webhook))
        if problem is not None:
            raise problem
        try:
            yield
        finally:
            await self._stop_polling()

    async def handle(self, content: str, again: bool) -> None:
        """Do what an update asks for, given as JSON. Errors are told to the reader, as with polled updates.

        Args:
            again: that the database is gone for the moment is raised instead, since the caller tries again.

        Raises:
            StorageError: with ``again`` only.
        """
        update = Update.de_json(json.loads(content), self.application.bot)
        errors: list[StorageError] = []
        token = postponed.set(errors if again else None)
        try:
            await self.application.process_update(update)
        finally:
            postponed.reset(token)
        if errors:
            raise errors[0]

    async def run_until(self, stop: asyncio.Event, over: asyncio.Future[None] | None = None) -> None:
        """Wait until somebody sets ``stop``, or until there is no use in going on; then ``stop`` is set here.

        Args:
            over: comes back at once when this is done.

        Raises:
            SettingError: what ``fail`` was told, also if that was before this call.
        """
        self._stop = stop
        if self._failure is None:
            stopped: asyncio.Future[Any] = asyncio.ensure_future(stop.wait())
            await asyncio.wait({stopped, over or stopped}, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
        if self._failure is not None:
            stop.set()
            raise self._failure

    def fail(self, error: SettingError) -> None:
        """End the bot with this error; the first one counts."""
        self._failure = self._failure or error
        if self._stop is not None:
            self._stop.set()

    async def _problem_of(self, step: Coroutine[Any, Any, None]) -> SettingError | None:
        """What made it impossible. Not raised here: its context would show the token that ``InvalidToken`` names."""
        try:
            await step
        except TelegramError as error:
            problem = refusal_of(error)
            if problem is None:
                log.error("Telegram does not let the bot start: %s", error)
                problem = SettingError("telegram_unreachable")
            return problem
        return None

    async def _start(self) -> None:
        for name in ("telegram.ext", "telegram.ext.Updater"):
            logging.getLogger(name).addFilter(_shorten)
        await self.application.initialize()
        await self.application.start()

    async def _lead(self, webhook: Webhook | None) -> None:
        bot, updater = self.application.bot, self.application.updater
        assert updater is not None
        await publish_commands(bot, self._editors)
        if webhook is not None:
            await bot.set_webhook(webhook.url, secret_token=webhook.secret.reveal(), allowed_updates=ALLOWED_UPDATES)
            return
        # No retries at the start, which could sleep through a signal for as long as a 429 says: the supervisor has
        # them. Polling itself goes on trying. It begins with taking away a webhook.
        await updater.start_polling(
            allowed_updates=ALLOWED_UPDATES, bootstrap_retries=0, error_callback=self._on_poll_error
        )

    async def _stop_polling(self) -> None:
        updater = self.application.updater
        assert updater is not None
        if updater.running:
            with suppress(TelegramError):  # raised again here when it had ended the loop of polls
                await updater.stop()

    async def _close(self) -> None:
        await self._stop_polling()
        if self.application.running:
            await self.application.stop()
        await self.application.shutdown()
        await self.application.bot.shutdown()  # its connections are open too when only getMe failed

    def _on_poll_error(self, error: TelegramError) -> None:
        refusal = refusal_of(error)
        if refusal is not None:
            self.fail(refusal)
        else:
            log.warning("polling: %s", error)


def _shorten(record: logging.LogRecord) -> bool:
    """Drop the tracebacks of Telegram's refusals, which python-telegram-bot logs and then raises or suppresses."""
    if record.exc_info and isinstance(record.exc_info[1], TelegramError):
        record.exc_info = None
    return True


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
