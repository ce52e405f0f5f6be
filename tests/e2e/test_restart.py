"""A process that dies after any step of an article's way, and one that takes over: nothing lost, nothing twice."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox import Sandbox
from bot.storage import open_storage
from bot.storage.base import Storage
from tests.e2e.mortal_bot import KILLED
from tests.e2e.world import AYU, BIMA
from tests.records import FLOOD, NOW, RICE, subscriber

STEPS = [
    "save_articles",
    "save_digests",
    "assign_story",
    "save_edition",
    "queue_edition",
    "claim_due",
    "start",
    "send",
    "record",
]
TITLES = ("Banjir rendam 1.200 rumah di Sagara", "Harga beras di Tirtamulya turun")
ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds; on a quiet machine one life takes two."""
LATER = timedelta(minutes=5)
"""The second process starts after the leases of the first have run out."""


@asynccontextmanager
async def news_site() -> AsyncIterator[str]:
    """A site whose feed tells of two articles, in full."""

    async def feed(_: web.Request) -> web.Response:
        items = "".join(
            f"<item><title>{title}</title><link>https://kabar.example/{number}</link>"
            f"<pubDate>{format_datetime(NOW - timedelta(hours=2))}</pubDate>"
            f"<description>{escape(f'<p>{body}</p>' * 3)}</description></item>"
            for number, (title, body) in enumerate(zip(TITLES, (FLOOD, RICE), strict=True))
        )
        xml = f'<rss version="2.0"><channel><title>Kabar Nusantara</title>{items}</channel></rss>'
        return web.Response(text=xml, content_type="application/rss+xml")

    app = web.Application()
    app.router.add_get("/rss.xml", feed)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def run_bot(task: dict[str, Any], *, step: str | None) -> int:
    """Run the bot until it dies or has nothing left to do; gives the exit code."""
    command = [sys.executable, "-m", "tests.e2e.mortal_bot", json.dumps({**task, "step": step})]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.PIPE)
    talk = asyncio.create_task(process.communicate())
    done, _ = await asyncio.wait({talk}, timeout=PATIENCE)
    if not done:
        process.kill()
    _, log = await talk
    assert done, f"neither dead nor done after {PATIENCE} s:\n{log.decode()}"
    assert process.returncode is not None
    return process.returncode


async def seed_readers(storage: Storage, sandbox: Sandbox) -> None:
    for chat_id in (AYU, BIMA):
        await sandbox.send(chat_id, "/bantuan")  # whoever never wrote to a bot cannot be written to
        await storage.save_subscriber(subscriber(chat_id, due=NOW))


@pytest.mark.parametrize("step", STEPS)
async def test_a_process_that_dies_after_a_step_is_taken_over(step: str, tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.populate_demo()
    async with news_site() as site, sandbox:
        opml = tmp_path / "feeds.opml"
        opml.write_text(
            f'<opml version="2.0"><body><outline text="Kabar" xmlUrl="http://{site}/rss.xml"/></body></opml>'
        )
        task = {
            "database_url": f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}",
            "api_url": sandbox.api_url,
            "token": sandbox.token,
            "feeds": str(opml),
            "site": site,
        }
        storage = await open_storage(task["database_url"])
        try:
            await seed_readers(storage, sandbox)
            assert await run_bot({**task, "now": NOW.isoformat()}, step=step) == KILLED
            assert await run_bot({**task, "now": (NOW + LATER).isoformat()}, step=None) == 0
            counts = await storage.outbox_counts()
            waiting = [await storage.subscriber(chat_id) for chat_id in (AYU, BIMA)]
        finally:
            await storage.close()

    digests = {
        chat_id: [
            delivery.text for delivery in sandbox.deliveries if delivery.chat_id == chat_id and "Edisi" in delivery.text
        ]
        for chat_id in (AYU, BIMA)
    }
    for copies in digests.values():
        assert all(title in copies[0] for title in TITLES)
        assert len(set(copies)) == 1
    # Killed between sending and noting it, a message may come a second time: nobody can know that it had arrived.
    doubled = sum(len(copies) - 1 for copies in digests.values())
    assert doubled <= (2 if step == "send" else 1 if step == "record" else 0)
    assert (counts.sent, counts.dead, counts.unknown) == (2, 0, 0)
    assert all(reader and reader.next_digest_at == NOW + timedelta(days=1) for reader in waiting)
