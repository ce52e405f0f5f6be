"""An edition for 100,000 readers on SQLite: who is due, and their rows of the outbox."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from bot.models import EditionView, MessageBody, StoredDigest, Zone
from bot.services.editions import queue_due_editions
from bot.storage import open_storage
from bot.storage.subscribers import _row_of
from bot.storage.tables import subscribers
from summarizer import create_summarizer
from tests.bench.figures import Figure
from tests.records import NOW, new_article, subscriber

READERS = 100_000


def compose(view: EditionView, *, language: str, zone: Zone) -> Sequence[MessageBody]:
    return [MessageBody(f"Edisi {view.edition.id} untuk {language} dan {zone}. " * 40)]


async def fill(url: str) -> None:
    """A story, and readers who all wait for the same hour."""
    storage = await open_storage(url)
    rows = [_row_of(subscriber(1000 + number, due=NOW)) for number in range(READERS)]
    async with storage._database.write() as connection:
        await connection.execute(insert(subscribers), rows)
    saved = await storage.save_articles([new_article()], NOW - timedelta(hours=1))
    article = await storage.article(saved.new[0])
    assert article is not None
    await storage.save_digests([StoredDigest(article.content_hash, "extractive-2", ("Isi.",), "Isi.")])
    await storage.assign_story(article.id, None, NOW - timedelta(hours=1))
    await storage.close()


async def run(url: str) -> dict[str, float]:
    """What it took in this process."""
    storage = await open_storage(url)
    summarizer = create_summarizer("extractive")
    start = time.perf_counter()
    queued = await queue_due_editions(storage, lambda: NOW, compose, summarizer)
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    await storage.claim_due(NOW, owner="bench", limit=32, lease=timedelta(minutes=2))
    claim = time.perf_counter() - start
    await storage.close()
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return {"queued": queued, "seconds": seconds, "claim": claim, "megabytes": peak / 1024}


async def measure() -> list[Figure]:
    """In a process of its own, as the memory counts."""
    with tempfile.TemporaryDirectory(prefix="sari-bench-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'sari.db'}"
        await fill(url)
        command = [sys.executable, "-m", "tests.bench.crowd", url]
        found = json.loads(await asyncio.to_thread(subprocess.check_output, command, text=True))
    return [
        Figure(
            f"edition for {READERS:,} readers, SQLite",
            f"{found['seconds']:.2f} s, {found['megabytes']:.0f} MB at most",
            "1 s, 200 MB",
            f"{found['queued']:.0f} rows, due scan to commit; the first claim then took {1000 * found['claim']:.0f} ms",
        )
    ]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(sys.argv[1]))))
