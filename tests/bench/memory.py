"""Memory of the running bot and of its parser process, once they have read the demo's feeds."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from aiohttp import web

from bot.sandbox import Sandbox
from bot.sandbox.news import build_sites, feed_urls, load_articles
from bot.storage import open_storage
from bot.storage.base import Storage
from tests.bench.figures import Figure
from tests.bench.world import running_bot, until

PATIENCE = 90.0
ALL_OUT = timedelta(days=3)
"""After the demo's first morning; by then everything is published."""


async def measure() -> list[Figure]:
    """Resident memory in MB, of both processes together."""
    start = datetime.now(UTC) - ALL_OUT
    sites = web.AppRunner(build_sites(lambda: datetime.now(UTC), start), access_log=None)
    await sites.setup()
    try:
        await web.TCPSite(sites, "127.0.0.1", 0).start()
        with tempfile.TemporaryDirectory(prefix="sari-bench-") as folder:
            address = f"127.0.0.1:{sites.addresses[0][1]}"
            return [await _measure(Path(folder), address, articles=len(load_articles(start)))]
    finally:
        await sites.cleanup()


async def _measure(folder: Path, address: str, *, articles: int) -> Figure:
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
            await _until_all_is_told(storage, articles)
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


async def _until_all_is_told(storage: Storage, expected: int) -> None:
    """Wait until every article has been read, digested and put into a story."""

    async def is_told() -> bool:
        told = await storage.articles_with_story(datetime.now(UTC) - timedelta(days=30))
        undigested = await storage.articles_without_digest(limit=1)
        return len(told) >= expected and not undigested

    await until(is_told, seconds=PATIENCE)
