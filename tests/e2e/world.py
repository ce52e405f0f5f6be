"""The whole bot against the sandbox over HTTP, as `sari run` wires it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.__main__ import serve
from bot.config import Secret, Settings
from bot.models import NewArticle
from bot.sandbox import MovableClock, Sandbox
from bot.storage import open_storage
from bot.storage.base import Storage
from tests.records import NOW

AYU, BIMA, RATNA, GROUP = 1001, 1002, 2001, -5001
"""People and group of the sandbox; Ratna is the editor and the group's administrator."""
SOON = 15.0
"""Seconds that a test waits for something that normally takes a fraction of one."""


@dataclass
class World:
    """A running bot, the Telegram that it talks to, and the database that both tests and bot look into."""

    sandbox: Sandbox
    storage: Storage
    clock: MovableClock
    settings: Settings

    async def say(self, user_id: int, text: str, *, chat_id: int | None = None, reply_to: int | None = None) -> str:
        """What the bot answers to a message, as text."""
        return str((await self.say_for_message(user_id, text, chat_id=chat_id, reply_to=reply_to))["text"])

    async def say_for_message(
        self, user_id: int, text: str, *, chat_id: int | None = None, reply_to: int | None = None
    ) -> dict[str, Any]:
        """The bot's whole answer to a message."""
        sent = await self.sandbox.send(user_id, text, chat_id=chat_id, reply_to=reply_to)
        return await self.sandbox.wait_message(chat_id or user_id, after=sent, timeout=SOON)

    async def press(self, user_id: int, message: dict[str, Any], label: str) -> dict[str, Any] | None:
        """Press the button with this label (arrows and check marks left out); the bot's callback answer."""
        rows = message["reply_markup"]["inline_keyboard"]
        data = next(b["callback_data"] for row in rows for b in row if b["text"].strip("✓‹› ") == label)
        return await self.sandbox.press(user_id, message["chat"]["id"], message["message_id"], data, timeout=SOON)

    def shown(self, message: dict[str, Any]) -> dict[str, Any]:
        """A message as the chat shows it now, after edits."""
        chat_id, message_id = message["chat"]["id"], message["message_id"]
        return next(found for found in self.sandbox.messages(chat_id) if found["message_id"] == message_id)

    def texts(self, chat_id: int) -> list[str]:
        """Everything that the bot has said in a chat and that still stands there."""
        return [m.get("text", "") for m in self.sandbox.messages(chat_id) if m.get("from", {}).get("is_bot")]

    async def add_articles(self, *articles: NewArticle) -> None:
        """Save articles and wait until the pipeline has told their stories."""
        saved = await self.storage.save_articles(articles, self.clock())
        for article_id in (*saved.new, *saved.changed):
            await eventually(lambda article_id=article_id: self._is_told(article_id))

    async def _is_told(self, article_id: int) -> bool:
        article = await self.storage.article(article_id)
        return article is not None and article.story_id is not None


async def eventually(condition: Any, *, seconds: float = SOON) -> None:
    """Wait until an async condition holds."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


def settings_for(sandbox: Sandbox, folder: Path) -> Settings:
    return Settings(
        token=Secret(sandbox.token),
        admins=frozenset({RATNA}),
        database_url=f"sqlite+aiosqlite:///{folder / 'sari.db'}",
        telegram_api_url=sandbox.api_url,
        http_address=None,
    )


@asynccontextmanager
async def running_bot(settings: Settings, clock: MovableClock) -> AsyncIterator[None]:
    """`serve` while the block runs; its errors surface here."""
    stop, ready = asyncio.Event(), asyncio.Event()
    bot = asyncio.create_task(serve(settings, clock, stop, ready=ready.set))
    started = asyncio.create_task(ready.wait())
    await asyncio.wait({bot, started}, return_when=asyncio.FIRST_COMPLETED)
    started.cancel()
    try:
        if ready.is_set():
            yield
    finally:
        stop.set()
        await bot
    assert ready.is_set(), "the bot ended before it was ready"


@asynccontextmanager
async def world_in(folder: Path, **changes: Any) -> AsyncIterator[World]:
    """A sandbox with its people, a database in a folder, and the bot at work on both."""
    clock = MovableClock(NOW)
    sandbox = Sandbox(clock=clock)
    sandbox.populate_demo()
    async with sandbox:
        settings = replace(settings_for(sandbox, folder), **changes)
        storage = await open_storage(settings.database_url)
        try:
            async with running_bot(settings, clock):
                yield World(sandbox, storage, clock, settings)
        finally:
            await storage.close()
