"""Updates handled a second by one `sari receive` on one core, from the post to the answer."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import psutil
from aiohttp import ClientError, ClientSession, TCPConnector, web

from tests import postgres
from tests.bench.figures import Figure
from tests.processes import running_sari

UPDATES, AT_ONCE = 2000, 40
"""Each of another chat, as a chat gets one answer a second; Telegram has 40 posts under way at a time by default."""
SECRET = "rahasia-dari-uji-ini"
TOKEN = "900000001:A-TOKEN-OF-THIS-BENCH-ONLY-0000000"
COMMANDS = ("/bantuan", "/jadwal", "/topik", "/bahasa")


class Telegram:
    """Answers every method at once, and counts the messages."""

    def __init__(self) -> None:
        self.messages = 0

    async def answer(self, request: web.Request) -> web.Response:
        method = request.path.rpartition("/")[2]
        result: Any = True
        if method == "getMe":
            result = {"id": 900_000_001, "is_bot": True, "first_name": "Sari", "username": "sari_bot"}
        elif method == "sendMessage":
            self.messages += 1
            result = {"message_id": self.messages, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "-"}
        return web.json_response({"ok": True, "result": result})


async def measure() -> list[Figure]:
    """Two figures: by the clock, and by the time of the processor that the process used."""
    telegram = Telegram()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", telegram.answer)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sari-bench-")))
        database = await stack.enter_async_context(postgres.database())
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = _free_port()
        settings = {
            "SARI_TELEGRAM_TOKEN": TOKEN,
            "SARI_TELEGRAM_API_URL": f"http://127.0.0.1:{runner.addresses[0][1]}/bot",
            "SARI_DATABASE_URL": database,
            "SARI_WEBHOOK_URL": "https://sari.example/telegram",
            "SARI_WEBHOOK_SECRET": SECRET,
            "SARI_HTTP": f"127.0.0.1:{port}",
            "SARI_PAID_BROADCAST": "1000",  # Telegram's 30 answers a second are not what is measured
            "SARI_LOG_LEVEL": "WARNING",
        }
        sari = await stack.enter_async_context(running_sari("receive", log=folder / "log", settings=settings))
        await _answers(port)
        process = psutil.Process(sari.process.pid)
        process.cpu_affinity([(os.cpu_count() or 1) - 1])
        before, began = process.cpu_times(), time.perf_counter()
        await _post_all(f"http://127.0.0.1:{port}/telegram")
        while telegram.messages < UPDATES:
            await asyncio.sleep(0.02)
        seconds, after = time.perf_counter() - began, process.cpu_times()
    busy = after.user + after.system - before.user - before.system
    how = f"{UPDATES} commands of as many chats, {AT_ONCE} posts at a time, PostgreSQL; each kept, handled and answered"
    return [
        Figure("updates handled, by the clock", f"{UPDATES / seconds:.0f}/s", "400/s", how),
        Figure(
            "the same, by seconds of its core",
            f"{UPDATES / busy:.0f}/s",
            "-",
            "what the rest of the machine does left out",
        ),
    ]


async def _answers(port: int) -> None:
    while True:
        try:
            async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz"):
                return
        except ClientError:
            await asyncio.sleep(0.1)


async def _post_all(url: str) -> None:
    numbers = iter(range(UPDATES))
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with ClientSession(connector=TCPConnector(limit=AT_ONCE), headers=headers) as session:

        async def post() -> None:
            for number in numbers:
                async with session.post(url, data=json.dumps(_update(number)).encode()) as response:
                    assert response.status == 200

        await asyncio.gather(*(post() for _ in range(AT_ONCE)))


def _update(number: int) -> dict[str, Any]:
    text, chat = COMMANDS[number % len(COMMANDS)], number + 1
    return {
        "update_id": number + 1,
        "message": {
            "message_id": number + 1,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "Ayu"},
            "from": {"id": chat, "first_name": "Ayu", "is_bot": False},
            "text": text,
            "entities": [{"type": "bot_command", "offset": 0, "length": len(text)}],
        },
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
