"""A browser for the session; for each test a sandbox, a bot played by hand, and windows on the chat page.

The loop is the session's, so that one browser serves all tests; sandbox, bot and browser share it.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from bot_client import BotClient
from chat_page import AYU, ChatPage, OpenPage
from playwright.async_api import Browser, BrowserContext, Request, async_playwright, expect

from bot.sandbox import MovableClock, Sandbox

CHROMIUM = Path("/usr/bin/chromium")
START = datetime(2026, 11, 23, 22, 31, tzinfo=UTC)  # 05.31 WIB on Tuesday, 24 November
PATIENCE_MS = 30_000
"""How long an expectation waits: mostly milliseconds are needed, on a busy machine now and then many seconds."""


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium; without it the tests are skipped, but fail in CI."""
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is missing: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """The server with the people of the demo, early in the morning."""
    sandbox = Sandbox(clock=MovableClock(START))
    sandbox.populate_demo()
    async with sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="session")
async def bot(sandbox: Sandbox) -> AsyncIterator[BotClient]:
    """The bot, when a test plays it itself."""
    async with ClientSession() as session:
        yield BotClient(session, f"{sandbox.api_url}{sandbox.token}")


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, sandbox: Sandbox) -> AsyncIterator[OpenPage]:
    """Opens windows: `await open_page(person_id, chat_id, width=…, height=…, **context options)`.

    A test fails when an error is left on a page's console, or when a page asks another server for anything.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def note_foreign(request: Request) -> None:
        if not request.url.startswith(sandbox.url):
            errors.append(request.url)

    async def open_page(
        person_id: int = AYU, chat_id: int | None = None, width: int = 1280, height: int = 800, **options: Any
    ) -> ChatPage:
        context = await browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        page.on("request", note_foreign)
        chat = ChatPage(page, sandbox.url, errors)
        await chat.open(person_id, chat_id)
        return chat

    yield open_page
    for context in contexts:
        await context.close()
    assert not errors
