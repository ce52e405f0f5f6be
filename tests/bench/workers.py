"""Articles digested a second by one, two and four `sari worker` on one PostgreSQL."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bot.sandbox.news.articles import load_articles
from bot.services.work import Planner
from bot.storage import open_storage
from bot.storage.queue import open_queue
from tests import postgres
from tests.bench.figures import Figure
from tests.processes import running_sari
from tests.records import new_article

ARTICLES = 240
WORKERS = (1, 2, 4)


async def measure() -> list[Figure]:
    """A figure for each number of workers."""
    rates = {workers: await _measure(workers) for workers in WORKERS}
    return [
        Figure(
            f"articles digested, {workers} worker{'s' if workers > 1 else ''}",
            f"{rate:.0f}/s, {of_core:.0f} for each second of a core",
            "linear until the cores are used up",
            f"{ARTICLES} articles of the demo, from queued to kept; one worker assigns stories meanwhile",
        )
        for workers, (rate, of_core) in rates.items()
    ]


async def _measure(workers: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory(prefix="sari-bench-") as folder:
        async with postgres.database() as database, AsyncExitStack() as stack:
            storage, queue = await open_storage(database), open_queue(database)
            assert queue is not None
            stack.push_async_callback(storage.close)
            stack.push_async_callback(queue.close)
            processes = []
            for number in range(workers):
                log = Path(folder) / f"{number}"
                worker = running_sari("worker", log=log, settings={"SARI_DATABASE_URL": database})
                sari = await stack.enter_async_context(worker)
                await sari.wait_until("at work as a worker")
                processes.append(psutil.Process(sari.process.pid))
            now = datetime.now(UTC)
            texts = load_articles(now)
            articles = []
            for number in range(ARTICLES):
                version = texts[number % len(texts)].versions[0]
                article = new_article(f"{version.title} ({number})", "\n".join(version.paragraphs), published_at=now)
                digest = hashlib.sha256(str(number).encode()).hexdigest()
                articles.append(replace(article, url=f"https://kabar.example/{number}", content_hash=digest))
            await storage.save_articles(articles, now)
            began, busy = time.perf_counter(), sum(map(_busy, processes))
            await Planner(storage, queue).hand_out_digests()
            while await storage.undigested_ids(limit=1):
                await asyncio.sleep(0.02)
            busy = sum(map(_busy, processes)) - busy
            return ARTICLES / (time.perf_counter() - began), ARTICLES / busy


def _busy(process: psutil.Process) -> float:
    """Seconds of a core that a process has used."""
    times = process.cpu_times()
    return float(times.user + times.system)
