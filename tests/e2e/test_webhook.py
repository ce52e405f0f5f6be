"""Updates that are brought to a webhook: kept before Telegram hears that they came, handled once and in order."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.config import Secret, Webhook
from bot.sandbox import MovableClock, Sandbox
from bot.services.inbox import UpdateInbox
from bot.storage import open_storage
from bot.storage.base import Storage
from bot.storage.processes import InboxUpdate
from bot.storage.roles import SoleTurns
from tests import postgres
from tests.e2e.test_process import free_port
from tests.e2e.world import AYU, BIMA, SOON, World, eventually, running_bot, settings_for, world_in
from tests.processes import PATIENCE, RunningSari, running_sari
from tests.records import NOW

SECRET = "rahasia-dari-uji-ini"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


@pytest.fixture
async def hooked(tmp_path: Path) -> AsyncIterator[World]:
    """A bot whose updates are brought to it."""
    port = free_port()
    webhook = Webhook(f"http://127.0.0.1:{port}/telegram", Secret(SECRET))
    async with world_in(tmp_path, webhook=webhook, http_address=("127.0.0.1", port)) as world:
        yield world


def message(update_id: int, text: str, user_id: int = AYU) -> dict[str, Any]:
    """An update as Telegram posts it."""
    who = {"id": user_id, "first_name": "Ayu", "is_bot": False}
    entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}] if text[0] == "/" else []
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": int(NOW.timestamp()),
            "chat": {"id": user_id, "type": "private", "first_name": "Ayu"},
            "from": who,
            "text": text,
            "entities": entities,
        },
    }


async def post(url: str, body: Any, headers: dict[str, str] = HEADERS) -> int:
    """The status that a webhook answers with."""
    data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
    async with aiohttp.ClientSession() as session, session.post(url, data=data, headers=headers) as response:
        return response.status


def address(world: World) -> str:
    assert world.settings.webhook is not None
    return world.settings.webhook.url


async def test_a_reader_is_answered_over_the_webhook(hooked: World) -> None:
    assert "Selamat datang" in await hooked.say(AYU, "/start")
    ready = address(hooked).replace("/telegram", "/readyz")
    async with aiohttp.ClientSession() as session, session.get(ready) as response:
        assert (response.status, (await response.json())["leads"]) == (200, True)


async def test_an_update_that_comes_twice_is_handled_once(hooked: World) -> None:
    await hooked.say(AYU, "/start")
    before = len(hooked.texts(AYU))
    for _ in range(3):
        assert await post(address(hooked), message(900_001, "/bantuan")) == 200
    assert await post(address(hooked), message(900_002, "/jadwal")) == 200
    await eventually(lambda: has_said(hooked, before + 2))
    assert await post(address(hooked), message(900_001, "/bantuan")) == 200
    await hooked.say(AYU, "/topik")
    assert len(hooked.texts(AYU)) == before + 3


async def has_said(world: World, count: int) -> bool:
    return len(world.texts(AYU)) >= count


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (message(900_003, "/start"), {}, 403),
        (message(900_003, "/start"), {"X-Telegram-Bot-Api-Secret-Token": SECRET + "x"}, 403),
        (message(900_003, "/start"), {"X-Telegram-Bot-Api-Secret-Token": "ø"}, 403),
        (b"no json", HEADERS, 400),
        (b"\xff\xfe", HEADERS, 400),
        ([1, 2], HEADERS, 400),
        ({"update_id": "many"}, HEADERS, 400),
        (b'{"update_id": 900003, "x": "' + b"x" * 2_000_000 + b'"}', HEADERS, 413),
    ],
)
async def test_what_is_not_from_telegram_is_refused_and_not_kept(
    hooked: World, body: Any, headers: dict[str, str], status: int
) -> None:
    assert await post(address(hooked), body, headers) == status
    assert await hooked.storage.waiting_chats([], limit=1) == []
    assert hooked.texts(AYU) == []


async def test_an_update_that_nobody_can_read_does_not_hold_up_the_next(hooked: World) -> None:
    await hooked.say(AYU, "/start")
    assert await post(address(hooked), {"update_id": 900_004, "message": {"chat": {"id": AYU}, "date": "soon"}}) == 200
    assert await post(address(hooked), {"update_id": 900_005, "unheard_of": {}}) == 200
    assert await hooked.say(AYU, "/bantuan")
    await eventually(lambda: nothing_waits(hooked.storage))


async def test_what_a_receiver_that_died_left_is_handled(hooked: World) -> None:
    await hooked.say(AYU, "/start")
    before = len(hooked.texts(AYU))
    left = InboxUpdate(900_006, AYU, json.dumps(message(900_006, "/bantuan")))
    await hooked.storage.add_updates([left], NOW)
    await eventually(lambda: has_said(hooked, before + 1))


async def test_an_update_is_not_handled_again_because_the_database_was_gone_right_after_it(tmp_path: Path) -> None:
    storage = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}", busy_timeout=0.1)
    other = sqlite3.connect(tmp_path / "sari.db", isolation_level=None)
    handled: list[str] = []

    async def handle(content: str, again: bool) -> None:
        handled.append(content)
        if len(handled) == 1:
            other.execute("BEGIN IMMEDIATE")  # another program writes

    inbox, stop = UpdateInbox(storage, SoleTurns(), handle, MovableClock(NOW)), asyncio.Event()
    for number in (1, 2):
        await inbox.receive(f"{number}", message(number, "/bantuan"))
    running = asyncio.create_task(inbox.run(stop))
    await eventually(lambda: asyncio.sleep(0, bool(handled)))
    await asyncio.sleep(1.0)  # longer than a writer waits
    other.execute("ROLLBACK")
    await eventually(lambda: nothing_waits(storage))
    stop.set()
    await running
    assert handled == ["1", "2"]
    other.close()
    await storage.close()


async def test_who_polls_takes_the_webhook_away(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.populate_demo()
    async with sandbox, aiohttp.ClientSession() as session:
        target = {"url": "http://127.0.0.1:9/nobody"}
        await session.post(f"{sandbox.api_url}{sandbox.token}/setWebhook", json=target)
        async with running_bot(settings_for(sandbox, tmp_path), MovableClock(NOW)):
            sent = await sandbox.send(AYU, "/start")
            await sandbox.wait_message(AYU, after=sent, contains="Selamat datang", timeout=SOON)


@asynccontextmanager
async def receiver(name: str, folder: Path, settings: dict[str, str]) -> AsyncIterator[tuple[RunningSari, str]]:
    """`sari receive` at work, and where it takes updates."""
    port = free_port()
    log = folder / name
    async with running_sari("receive", log=log, settings={**settings, "SARI_HTTP": f"127.0.0.1:{port}"}) as sari:
        await sari.wait_until("takes updates for @")
        yield sari, f"http://127.0.0.1:{port}/telegram"


async def test_two_receivers_answer_each_chat_in_its_order(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.populate_demo()
    async with postgres.database() as database, sandbox:
        settings = {
            "SARI_TELEGRAM_TOKEN": sandbox.token,
            "SARI_TELEGRAM_API_URL": sandbox.api_url,
            "SARI_DATABASE_URL": database,
            "SARI_WEBHOOK_URL": "https://sari.example/telegram",
            "SARI_WEBHOOK_SECRET": SECRET,
        }
        for user_id in (AYU, BIMA):
            await sandbox.send(user_id, "/start")  # lets the bot write to them
        words = [f"kata{number}" for number in range(12)]
        async with (
            receiver("a", tmp_path, settings) as (_, first),
            receiver("b", tmp_path, settings) as (dying, second),
        ):
            await asyncio.gather(*(search_in_turn([first, second], words, user_id) for user_id in (AYU, BIMA)))
            dying.process.kill()
            for user_id in (AYU, BIMA):
                await eventually(lambda user_id=user_id: has_answered(sandbox, user_id, words), seconds=PATIENCE)
        storage = await open_storage(database)
        try:
            await eventually(lambda: nothing_waits(storage))
        finally:
            await storage.close()


async def nothing_waits(storage: Storage) -> bool:
    return not await storage.waiting_chats([], limit=1)


async def search_in_turn(urls: list[str], words: list[str], user_id: int) -> None:
    """Bring searches of one reader to the receivers by turns, each when the one before was taken, as Telegram does."""
    for number, word in enumerate(words):
        update = message(user_id * 1000 + number, f"/cari {word}", user_id)
        assert await post(urls[number % len(urls)], update) == 200


async def has_answered(sandbox: Sandbox, user_id: int, words: list[str]) -> bool:
    """Whether each word was answered; in this order, at most the last ones twice when a receiver died over them."""
    said = [shown.get("text", "") for shown in sandbox.messages(user_id) if shown["from"]["is_bot"]]
    answered = [
        word for text in said for word in words if f"{word}" in text.replace("“", " ").replace("”", " ").split()
    ]
    first = list(dict.fromkeys(answered))
    assert first == words[: len(first)], said
    return first == words
