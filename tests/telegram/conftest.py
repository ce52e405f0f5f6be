"""A sandbox with the people of the demo, and aiogram as an independent client of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bot.sandbox import MovableClock, Sandbox

MORNING = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)  # 07.30 WIB on a Monday


class QuickSession(AiohttpSession):
    """aiogram's session without its pause of 250 ms for TLS connections at the end."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=MovableClock(MORNING)) as running:
        running.populate_demo()
        yield running


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Bot]:
    server = TelegramAPIServer(
        base=f"{sandbox.api_url}{{token}}/{{method}}", file=f"{sandbox.file_url}{{token}}/{{path}}"
    )
    async with Bot(sandbox.token, session=QuickSession(api=server)) as bot:
        yield bot
