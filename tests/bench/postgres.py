"""The outbox on PostgreSQL, and search there beside FTS5.

    python -m tests.bench.postgres claims [--rows 6000]        claims and acks in batches of 30
    python -m tests.bench.postgres quality                     nDCG@10 on ../shared/data/search
    python -m tests.bench.postgres spelling                    our keys against pg_trgm
    python -m tests.bench.postgres search [--articles 100000]  how long a search takes, in invented articles

A row is claimed, marked as sending and recorded as sent, each in a transaction of up to 30 rows, as delivery does it
when 30 messages a second go out. The server is the one of ``tests/postgres.py``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from statistics import mean

import psutil
from sqlalchemy import insert, text

from bot.models import MessageBody, NewEdition, OutboxMessage, OutboxRecord, OutboxState
from bot.services.reading import find
from bot.storage import open_storage
from bot.storage.base import EditionDelivery
from bot.storage.engine import Lock
from bot.storage.group import chunks
from bot.storage.postgres import PostgresDatabase
from bot.storage.spelling import best_corrections
from bot.storage.sql import SqlStorage
from bot.storage.subscribers import _row_of
from bot.storage.tables import subscribers
from bot.storage.vocabulary import MAX_CANDIDATES, spelling_candidates
from tests import postgres
from tests.bench.figures import Figure, percentile, table
from tests.records import NOW, subscriber

BATCH = 30
LEASE = timedelta(minutes=2)
DEPTH = 50
SLIPS = 300


@asynccontextmanager
async def both() -> AsyncIterator[dict[str, SqlStorage]]:
    """An empty storage of each kind, by name."""
    with tempfile.TemporaryDirectory() as folder:
        async with postgres.database() as url:
            found = {"SQLite": await open_storage(f"sqlite+aiosqlite:///{folder}/sari.db")}
            found["PostgreSQL"] = await open_storage(url)
            try:
                yield found
            finally:
                for storage in found.values():
                    await storage.close()


async def measure_claims(rows: int) -> list[Figure]:
    """Rows a second through claim, start and record."""
    figures = []
    async with both() as storages:
        for name, storage in storages.items():
            await _queue(storage, rows)
            began, used, server_used = time.perf_counter(), time.process_time(), await _server_seconds(storage)
            done = await _deliver(storage)
            wall, busy = time.perf_counter() - began, time.process_time() - used
            served = await _server_seconds(storage) - server_used
            assert done == rows
            figures.append(
                Figure(
                    f"{name}: claim + ack in batches of {BATCH}",
                    f"{rows / wall:,.0f} rows/s; {rows / (busy + served):,.0f} for a second of processor",
                    "2,000 rows/s" if name == "PostgreSQL" else "-",
                    f"{rows:,} rows, python -m tests.bench.postgres claims",
                )
            )
    return figures


async def _queue(storage: SqlStorage, rows: int) -> None:
    chats = range(1, rows + 1)
    async with storage._database.write() as connection:
        for some in chunks(chats):
            await connection.execute(insert(subscribers), [_row_of(subscriber(chat_id)) for chat_id in some])
    edition = await storage.save_edition(NewEdition("pagi", NOW, NOW, NOW, ()), NOW)
    delivery = EditionDelivery(chats, NOW, NOW + timedelta(days=1), [MessageBody("Pagi")])
    assert await storage.queue_edition(edition, [delivery], NOW) == rows


async def _deliver(storage: SqlStorage) -> int:
    """As ``services.delivery``: the records of one batch are written together with the start of the next."""
    done = 0
    records: list[OutboxRecord] = []
    while messages := await storage.claim_due(NOW, owner="kita", limit=BATCH, lease=LEASE):
        await storage.advance([message.id for message in messages], records, owner="kita", now=NOW)
        records = [_sent(message) for message in messages]
        done += len(messages)
    await storage.advance((), records, owner="kita", now=NOW)
    return done


async def _server_seconds(storage: SqlStorage) -> float:
    """Processor seconds of the server's processes for this database, where it runs on this machine."""
    if not isinstance(storage._database, PostgresDatabase):
        return 0.0
    async with storage._database.read() as connection:
        found = await connection.execute(text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"))
        processes = list(found.scalars())
    return sum(sum(psutil.Process(process).cpu_times()[:2]) for process in processes)


def _sent(message: OutboxMessage) -> OutboxRecord:
    return OutboxRecord(message.id, OutboxState.SENT, message.attempts, message.ambiguous, NOW, message.id)


async def measure_quality() -> list[Figure]:
    """nDCG@10 of the dev queries, from the same articles in both databases."""
    from tests.storage.test_search_quality import DATA, UNDATED, _article, _scorer

    scorer = _scorer()
    queries, judged, split = scorer.load()
    corpus = (DATA / "corpus.jsonl").read_bytes().splitlines()
    figures = []
    async with both() as storages:
        for name, storage in storages.items():
            await storage.save_articles([_article(json.loads(line)) for line in corpus], UNDATED)
            scores, walls = [], []
            for query_id in split["dev"]:
                began = time.perf_counter()
                result = await find(storage, queries[query_id]["query"], limit=10, now=NOW)
                walls.append(time.perf_counter() - began)
                found = [hit.article.external_id for hit in result.hits]
                scores.append(scorer.score_query(found, judged[query_id])["nDCG@10"])
            speed = f"median {1000 * percentile(walls, 0.5):.0f} ms, p95 {1000 * percentile(walls, 0.95):.0f} ms"
            how = f"{len(corpus):,} articles, {len(scores)} queries, python -m tests.bench.postgres quality"
            figures.append(Figure(f"{name}: nDCG@10", f"{mean(scores):.4f} ({speed})", "within 2 % of SQLite", how))
    return figures


TRIGRAMS = (
    "SELECT word, articles FROM search_words WHERE word % :typed"
    f" ORDER BY similarity(word, :typed) DESC, articles DESC LIMIT {MAX_CANDIDATES}"
)


def misspell(word: str, chance: random.Random) -> str:
    """The word with one slip: a letter left out, doubled, another, or two changed round."""
    at = chance.randrange(1, len(word) - 1)
    letter = chance.choice("aeioubdgknprst")
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


async def measure_spelling() -> list[Figure]:
    """How often a slip in a word of the search corpus leads back to it: candidates by keys, and by pg_trgm."""
    from tests.storage.test_search_quality import DATA, UNDATED, _article

    corpus = (DATA / "corpus.jsonl").read_bytes().splitlines()
    chance = random.Random(5)
    async with postgres.database() as url:
        storage = await open_storage(url)
        await storage.save_articles([_article(json.loads(line)) for line in corpus], UNDATED)
        async with storage._database.write(Lock.SCHEMA) as connection:
            await connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            await connection.execute(text("CREATE INDEX trigrams ON search_words USING gin (word gin_trgm_ops)"))
            await connection.execute(text("ANALYZE"))
        async with storage._database.read() as connection:
            common = "SELECT word FROM search_words WHERE articles >= 10 AND word ~ '^[a-z]{5,}$' ORDER BY word"
            words = chance.sample(list((await connection.execute(text(common))).scalars()), SLIPS)
            pairs = [(misspell(word, chance), word) for word in words]

            async def by_trigrams(typed: str) -> list[tuple[str, int]]:
                rows = await connection.execute(text(TRIGRAMS), {"typed": typed})
                return [(row.word, row.articles) for row in rows]

            async def by_keys(typed: str) -> list[tuple[str, int]]:
                return await spelling_candidates(connection, typed)

            figures = []
            for name, look_up, parts in (
                ("keys", by_keys, ("search_spellings",)),
                ("pg_trgm", by_trigrams, ("trigrams",)),
            ):
                found, walls = 0, []
                for typed, meant in pairs:
                    began = time.perf_counter()
                    candidates = await look_up(typed)
                    walls.append(time.perf_counter() - began)
                    best = best_corrections(typed, candidates)
                    found += bool(best) and best[0].word == meant
                size = 0
                for part in parts:
                    size += await connection.scalar(text(f"SELECT pg_total_relation_size('{part}')")) or 0
                speed = f"p95 {1000 * percentile(walls, 0.95):.1f} ms, {size / 1e6:.0f} MB"
                how = f"{len(pairs)} slips, {len(corpus):,} articles, python -m tests.bench.postgres spelling"
                figures.append(Figure(f"spelling by {name}", f"{found / len(pairs):.1%} put right, {speed}", "-", how))
        async with storage._database.write(Lock.SCHEMA) as connection:
            await connection.execute(text("DROP EXTENSION pg_trgm CASCADE"))
        await storage.close()
    return figures


async def measure_search(articles: int) -> list[Figure]:
    """The queries of ``tests.bench.search`` in an archive that was moved from SQLite."""
    from bot.storage.move import move
    from tests.bench.news_archive import END, Archive, build
    from tests.bench.search import make_queries

    archive = Archive(articles)
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        await build(path, archive, peer=False)
        async with postgres.database(empty=True) as url:
            began = time.perf_counter()
            moved = await move(path, url, lambda _table, _count: None)
            rows = sum(tally.rows for tally in moved.tallies.values())
            rate = rows / (time.perf_counter() - began)
            how = f"{articles:,} invented articles, python -m tests.bench.postgres search"
            figures.append(Figure("moved, counted and compared", f"{rate:,.0f} rows/s", "-", how))
            storages = {
                "SQLite": await open_storage(f"sqlite+aiosqlite:///{path}"),
                "PostgreSQL": await open_storage(url),
            }
            for kind, queries in make_queries(archive.words).items():
                for name, storage in storages.items():
                    walls = []
                    for query in queries:
                        began = time.perf_counter()
                        await storage.search(query, limit=DEPTH, now=END)
                        walls.append(time.perf_counter() - began)
                    shown = f"{1000 * percentile(walls, 0.95):.0f} ms (median {1000 * percentile(walls, 0.5):.0f})"
                    figures.append(Figure(f"{name}, {kind}: p95", shown, "100 ms", how))
            for storage in storages.values():
                await storage.close()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.postgres", description=__doc__)
    parser.add_argument("what", choices=("claims", "quality", "search", "spelling"))
    parser.add_argument("--rows", type=int, default=6_000)
    parser.add_argument("--articles", type=int, default=100_000)
    arguments = parser.parse_args()
    measure = {
        "claims": lambda: measure_claims(arguments.rows),
        "quality": measure_quality,
        "spelling": measure_spelling,
        "search": lambda: measure_search(arguments.articles),
    }[arguments.what]
    print(table(asyncio.run(measure())))


if __name__ == "__main__":
    main()
