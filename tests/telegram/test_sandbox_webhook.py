"""Delivery to a webhook: order, secret, retries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiogram import Bot
from aiogram.types import Update
from aiohttp import web

from bot.sandbox import Sandbox

AYU = 1001


@dataclass
class Receiver:
    """A bot's webhook that fails as often as it is told to."""

    url: str = ""
    failures: int = 0
    secrets: list[str | None] = field(default_factory=list)
    updates: asyncio.Queue[Update] = field(default_factory=asyncio.Queue)

    async def receive(self, request: web.Request) -> web.Response:
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if self.failures:
            self.failures -= 1
            return web.Response(status=503)
        self.updates.put_nowait(Update.model_validate(await request.json()))
        return web.Response()

    async def next_text(self) -> str | None:
        async with asyncio.timeout(10):
            update = await self.updates.get()
        return update.message.text if update.message else None


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver, app = Receiver(), web.Application()
    app.router.add_post("/kait", receiver.receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/kait"
    yield receiver
    await runner.cleanup()


async def test_updates_come_in_order_with_the_secret(client: Bot, sandbox: Sandbox, receiver: Receiver) -> None:
    await sandbox.send(AYU, "sebelum")
    await client.set_webhook(receiver.url, secret_token="rahasia_1")
    await sandbox.send(AYU, "sesudah")
    assert [await receiver.next_text(), await receiver.next_text()] == ["sebelum", "sesudah"]
    assert receiver.secrets == ["rahasia_1", "rahasia_1"]


async def test_without_a_secret_there_is_no_header(client: Bot, sandbox: Sandbox, receiver: Receiver) -> None:
    await client.set_webhook(receiver.url)
    await sandbox.send(AYU, "halo")
    await receiver.next_text()
    assert receiver.secrets == [None]


async def test_a_failed_update_is_sent_again_before_the_next(client: Bot, sandbox: Sandbox, receiver: Receiver) -> None:
    receiver.failures = 2
    await client.set_webhook(receiver.url)
    await sandbox.send(AYU, "satu")
    await sandbox.send(AYU, "dua")
    assert [await receiver.next_text(), await receiver.next_text()] == ["satu", "dua"]
    info = await client.get_webhook_info()
    assert info.url == receiver.url
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
    assert info.last_error_date is not None


async def test_nobody_listening_is_an_error_and_the_update_waits(
    client: Bot, sandbox: Sandbox, receiver: Receiver
) -> None:
    await client.set_webhook("http://127.0.0.1:1/kait", max_connections=7)
    await sandbox.send(AYU, "halo")
    async with asyncio.timeout(10):
        while (info := await client.get_webhook_info()).last_error_message is None:
            await asyncio.sleep(0.01)
    assert info.last_error_message == "Connection refused"
    assert (info.pending_update_count, info.max_connections) == (1, 7)
    await client.set_webhook(receiver.url)
    assert await receiver.next_text() == "halo"


async def test_pending_updates_can_be_dropped(client: Bot, sandbox: Sandbox, receiver: Receiver) -> None:
    await sandbox.send(AYU, "lama")
    await client.set_webhook(receiver.url, drop_pending_updates=True)
    await sandbox.send(AYU, "baru")
    assert await receiver.next_text() == "baru"


async def test_only_wanted_kinds_are_delivered(client: Bot, sandbox: Sandbox, receiver: Receiver) -> None:
    await client.set_webhook(receiver.url, allowed_updates=["message"])
    sandbox.block(AYU)
    sandbox.unblock(AYU)
    await sandbox.send(AYU, "halo")
    assert await receiver.next_text() == "halo"
    assert (await client.get_webhook_info()).allowed_updates == ["message"]


async def test_after_deletion_polling_gets_what_is_left(client: Bot, sandbox: Sandbox) -> None:
    await client.set_webhook("http://127.0.0.1:1/kait")
    await sandbox.send(AYU, "halo")
    await client.delete_webhook()
    assert (await client.get_webhook_info()).url == ""
    assert len(await client.get_updates()) == 1
