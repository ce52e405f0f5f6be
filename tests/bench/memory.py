"""Memory of the running bot and of its parser process, once they have read the demo's feeds."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from aiohttp import web

from bot.sandbox import Sandbox
from bot.sandbox.news import build_sites, feed_urls
from bot.storage import open_storage
from bot.storage.base import Storage
from tests.bench.figures import Figure
from tests.bench.world import running_bot, until

PATIENCE = 90.0
ALL_OUT = timedelta(days=3)
"""After the demo's first morning; by then everything is published."""


async def measure() -> list[Figure]:
    """Resident memory in MB, of both processes together."""
    sites = web.AppRunner(build_sites(lambda: datetime.now(UTC), datetime.now(UTC) - ALL_OUT), access_log=None)
    await sites.setup()
    try:
        await web.TCPSite(sites, "127.0.0.1", 0).start()
        with tempfile.TemporaryDirectory(prefix="sari-bench-") as folder:
            return [await _measure(Path(folder), f"127.0.0.1:{sites.addresses[0][1]}")]
    finally:
        await sites.cleanup()


async def _measure(folder: Path, address: str) -> Figure:
    feeds = folder / "feeds.opml"
    outlines = "".join(f'<outline type="rss" xmlUrl="{feed.url}"/>' for feed in feed_urls(f"http://{address}"))
    feeds.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>', encoding="utf-8")
    url = f"sqlite+aiosqlite:///{folder / 'sari.db'}"
    storage = await open_storage(url)
    try:
        async with (
            Sandbox() as sandbox,
            running_bot(sandbox, url, log=folder / "bot.log", SARI_FEEDS=str(feeds), SARI_FETCH_ALLOW=address) as bot,
        ):
            articles = await _until_all_is_read(storage)
            process = psutil.Process(bot.process.pid)
            sizes = [each.memory_info().rss / 1024**2 for each in (process, *process.children())]
    finally:
        await storage.close()
    return Figure(
        "memory of the running bot",
        f"{sum(sizes):.0f} MB",
        "< 250 MB",
        f"resident; {sizes[0]:.0f} MB the bot, {sum(sizes[1:]):.0f} MB its parser process, after "
        f"{articles} articles of the demo's feeds",
    )


async def _until_all_is_read(storage: Storage) -> int:
    """Wait until each feed was read well and each article stands in a story. Gives how many articles."""

    async def is_read() -> bool:
        feeds = await storage.feeds()
        return bool(feeds) and all(feed.last_ok_at is not None for feed in feeds)

    async def is_told() -> bool:
        return not await storage.articles_without_story(limit=1)

    await until(is_read, seconds=PATIENCE)
    await until(is_told, seconds=PATIENCE)
    return len(await storage.articles_with_story(datetime.now(UTC) - timedelta(days=30)))
