"""How long a search takes in a large archive, and how fast the archive grows; FTS5 with its own bm25 beside it.

    python -m tests.bench.search [--articles 1000000] [--database /tmp/archive.db]

With ``--database`` the archive is built there once (595,000 invented articles took about half an hour of a busy core)
and used again. `make bench` measures the same on a small archive.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bot.storage import open_storage
from bot.storage.base import Storage
from summarizer.text import stem_words
from tests.bench.figures import Figure, percentile, table
from tests.bench.news_archive import END, Archive, build

SMALL = 10_000
FEW = 5_000
"""Articles of the archive of `make bench`."""
DEPTH = 50
"""Results of one search, as ``services.reading`` asks for."""
SAVED, BATCH = 2_000, 500
"""Articles saved to measure the rate, and how many in one transaction (as `sari ingest`)."""
PEER_QUERIES = 12
"""Searches by bm25 over everything; each takes half a second in a million articles."""


def make_queries(words: Sequence[str]) -> dict[str, list[str]]:
    """Twenty queries of each kind; ``words`` stand from common to rare."""
    chance = random.Random(11)

    def some(first: int, last: int) -> str:
        return words[chance.randrange(first, last)]

    def with_slip(word: str) -> str:
        return word[:3] + word[4:]

    kinds = {
        "one popular word": lambda: some(0, 60),
        "one word": lambda: some(100, 5000),
        "two popular words": lambda: f"{some(0, 40)} {some(0, 40)}",
        "two words": lambda: f"{some(100, 3000)} {some(100, 3000)}",
        "four popular words": lambda: " ".join(some(0, 60) for _ in range(4)),
        "a popular phrase": lambda: f'"{some(0, 40)} {some(0, 40)}"',
        "a popular word without another": lambda: f"{some(0, 20)} -{some(20, 40)}",
        "a misspelt word": lambda: with_slip(some(2000, 9000)),
        "a popular word of one outlet": lambda: f"{some(0, 40)} sumber:melati",
        "a popular word years ago": lambda: f"{some(0, 40)} sampai:2023",
    }
    return {kind: [make() for _ in range(20)] for kind, make in kinds.items()}


async def measure() -> list[Figure]:
    """What `make bench` shows."""
    with tempfile.TemporaryDirectory() as folder:
        return await measure_archive(Path(folder) / "archive.db", FEW)


async def measure_archive(path: Path, total: int) -> list[Figure]:
    """Build the archive where it is not there yet, and measure."""
    archive = Archive(total)
    await build(path, archive, peer=True)
    url = f"sqlite+aiosqlite:///{path}"
    storage = await open_storage(url)
    try:
        figures = await _measure_searches(storage, archive)
        figures.append(_measure_peer(path, archive))
        figures.append(await _measure_saving(storage, archive))
    finally:
        await storage.close()
    return figures


async def _measure_searches(storage: Storage, archive: Archive) -> list[Figure]:
    how = f"{archive.total:,} invented articles, 50 results, python -m tests.bench.search"
    figures, everything = [], []
    for kind, queries in make_queries(archive.words).items():
        walls, busy = [], []
        for query in queries:
            began, used = time.perf_counter(), time.process_time()
            await storage.search(query, limit=DEPTH, now=END)
            walls.append(time.perf_counter() - began)
            busy.append(time.process_time() - used)
        everything += walls
        figures.append(Figure(f"/cari, {kind}: p95", _milliseconds(walls, busy), "100 ms", how))
    return [Figure("/cari, all kinds: p95", _milliseconds(everything, []), "100 ms", how), *figures]


def _milliseconds(walls: Sequence[float], busy: Sequence[float]) -> str:
    shown = f"{1000 * percentile(walls, 0.95):.0f} ms (median {1000 * percentile(walls, 0.5):.0f})"
    return f"{shown}, processor {1000 * percentile(busy, 0.95):.0f} ms" if busy else shown


def _measure_peer(path: Path, archive: Archive) -> Figure:
    """The same words in a plain FTS5 table, ranked by its bm25 over all that match."""
    kinds = make_queries(archive.words)
    queries = kinds["one popular word"][: PEER_QUERIES // 2] + kinds["two popular words"][: PEER_QUERIES // 2]
    walls, busy = [], []
    with closing(sqlite3.connect(path)) as connection:
        for query in queries:
            expression = " OR ".join(f'"{stem}"' for stem in stem_words(query.split()))
            began, used = time.perf_counter(), time.process_time()
            connection.execute(
                "SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT ?", (expression, DEPTH)
            ).fetchall()
            walls.append(time.perf_counter() - began)
            busy.append(time.process_time() - used)
    return Figure("plain FTS5 with bm25, popular words: p95", _milliseconds(walls, busy), "-", f"{archive.total:,}")


async def _measure_saving(storage: Storage, archive: Archive) -> Figure:
    """Articles a second into this archive, and into one of ten thousand."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.db"
        await build(path, Archive(min(SMALL, archive.total)), peer=False)
        small = await open_storage(f"sqlite+aiosqlite:///{path}")
        rates = [await _save(each, archive) for each in (small, storage, small, storage)]
        await small.close()
    before, now = max(rates[0], rates[2]), max(rates[1], rates[3])
    return Figure(
        f"articles saved a second at {archive.total:,}, against {min(SMALL, archive.total):,}",
        f"{now:.0f} against {before:.0f} ({now / before - 1:+.0%})",
        "within 20 %",
        f"processor time, {SAVED:,} articles in transactions of {BATCH}",
    )


async def _save(storage: Storage, archive: Archive) -> float:
    # By processor time: both are measured in turns, but a busy machine is never the same for two.
    first = random.Random().randrange(10**9)
    articles = list(archive.articles(10**7 + first, SAVED))
    began = time.process_time()
    for start in range(0, SAVED, BATCH):
        await storage.save_articles(articles[start : start + BATCH], END + timedelta(hours=1))
    return SAVED / (time.process_time() - began)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description="Measure search and saving.")
    parser.add_argument("--articles", type=int, default=1_000_000, help="size of the archive (default a million)")
    parser.add_argument("--database", type=Path, help="where the archive is kept, to be used again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.database or Path(folder) / "archive.db"
        print(table(asyncio.run(measure_archive(path, arguments.articles))))


if __name__ == "__main__":
    main()
