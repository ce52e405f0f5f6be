"""A thousand feeds due at once: how long until all are read and saved, and what the event loop has to wait meanwhile.

    python -m tests.bench.feeds                        make bench

The feeds are written here (fictional news, whole texts) and served by a process of its own, from 500 addresses of this
machine, two feeds each. What reads them is a process of its own as well: the bot's rounds, its parser process and a
database in a file. The peer is feedparser in sixteen threads, which fetches and parses the same feeds and does nothing
else with them.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import gzip
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

import psutil
from aiohttp import web

from bot.sandbox.news import load_articles
from tests.bench.figures import Figure, percentile, table

FEEDS = 1000
OF_A_HOST = 2
ENTRIES = 5
LARGE = frozenset({300, 700})
"""Feeds with as many entries as we take."""
ENTRIES_OF_LARGE = 500
TICK = 0.005
"""Seconds between two looks at the event loop."""
_NOW = datetime.now(UTC)


# --- the server ---------------------------------------------------------------------------------------------------


def _bodies() -> list[bytes]:
    texts = ["".join(f"<p>{escape(p)}</p>" for p in each.versions[0].paragraphs) for each in load_articles(_NOW)]
    return [_feed(number, ENTRIES_OF_LARGE if number in LARGE else ENTRIES, texts) for number in range(FEEDS)]


def _feed(number: int, entries: int, texts: Sequence[str]) -> bytes:
    items = "".join(_item(number, position, texts) for position in range(entries))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Warta {number}</title><link>https://outlet{number}.example/</link>{items}</channel></rss>"
    ).encode()


def _item(number: int, position: int, texts: Sequence[str]) -> str:
    """An entry with the texts of two articles, some 380 words: as long as most reports, and no teaser."""
    first = number * 7 + position
    body = texts[first % len(texts)] + texts[(first + 17) % len(texts)]
    date = format_datetime(_NOW - timedelta(minutes=17 * position))
    return (
        f"<item><title>Kabar ke-{position} dari kota nomor {number}</title>"
        f"<link>https://outlet{number}.example/berita/{position}</link><pubDate>{date}</pubDate>"
        f"<dc:creator>Redaksi</dc:creator><category>Daerah</category><guid>{number}-{position}</guid>"
        f"<description>Laporan {position}</description><content:encoded><![CDATA[<p>Laporan {position} dari kota nomor "
        f"{number}.</p>{body}]]></content:encoded></item>"
    )


async def serve() -> None:
    """Serve the feeds until stdin closes; the first line of the output is the port and the size of a feed."""
    bodies = _bodies()
    packed = [gzip.compress(body, 6) for body in bodies]

    async def answer(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        etag = f'"{number}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        headers = {"Content-Type": "application/rss+xml; charset=utf-8", "ETag": etag}
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=bodies[number], headers=headers)
        return web.Response(body=packed[number], headers={**headers, "Content-Encoding": "gzip"})

    app = web.Application()
    app.router.add_get("/{number}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0, backlog=1024).start()
    print(json.dumps([runner.addresses[0][1], sum(map(len, bodies))]), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


def _hosts(port: int) -> list[str]:
    count = FEEDS // OF_A_HOST
    return [f"127.1.{number // 250}.{number % 250 + 1}:{port}" for number in range(count)]


def _urls(port: int) -> list[str]:
    hosts = _hosts(port)
    return [f"http://{hosts[number // OF_A_HOST]}/{number}" for number in range(FEEDS)]


# --- who reads them -----------------------------------------------------------------------------------------------


class Watch:
    """How late the event loop comes to what is due, and the memory of this process and its children."""

    def __init__(self) -> None:
        self.lags: list[float] = []
        self.computing: list[float] = []
        """Processor time of the event loop's thread between two looks: what a lag is where nobody else is at work."""
        self.megabytes = 0.0

    async def look(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, used = loop.time() + TICK, time.thread_time()
            await asyncio.sleep(TICK)
            self.lags.append(loop.time() - due)
            self.computing.append(time.thread_time() - used)

    async def weigh(self) -> None:
        """In a thread: to ask for the memory of processes takes as long as some of what is measured."""
        while True:
            await asyncio.to_thread(self._weigh)
            await asyncio.sleep(0.2)

    def _weigh(self) -> None:
        process = psutil.Process()
        sizes = [each.memory_info().rss for each in (process, *process.children())]
        self.megabytes = max(self.megabytes, sum(sizes) / 1024**2)


async def visit(port: int) -> dict[str, Any]:
    """Visit all feeds twice: all new, then all unchanged."""
    from bot.ingest.fetch import Fetcher, open_session
    from bot.ingest.parse import ParserProcess
    from bot.models import NewFeed
    from bot.services.feeds import FeedVisitor
    from bot.services.rounds import FeedRounds
    from bot.storage import open_storage

    found: dict[str, Any] = {}
    ahead = timedelta(0)
    allow = frozenset(_hosts(port))

    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    with tempfile.TemporaryDirectory(prefix="sari-bench-") as folder:
        storage = await open_storage(f"sqlite+aiosqlite:///{Path(folder) / 'sari.db'}")
        await storage.add_feeds([NewFeed(url, f"Outlet {n}") for n, url in enumerate(_urls(port))], clock())
        async with open_session(allow) as session, ParserProcess() as parser:
            fetcher = Fetcher(session, allow=allow)
            visitor = FeedVisitor(storage, fetcher, parser, clock, timedelta(minutes=10), random.random)
            rounds = FeedRounds(storage, visitor, clock)
            gc.freeze()  # as `bot.serve` does
            for name in ("new", "unchanged"):
                watch = Watch()
                watching = [asyncio.create_task(watch.look()), asyncio.create_task(watch.weigh())]
                began, cpu = time.perf_counter(), time.process_time()
                count = await rounds.visit_due()
                found[name] = {
                    "feeds": count,
                    "seconds": time.perf_counter() - began,
                    "cpu": time.process_time() - cpu,
                    "p99": percentile(watch.lags, 0.99),
                    "max": max(watch.lags),
                    "computing": percentile(watch.computing, 0.99),
                    "longest": max(watch.computing),
                    "megabytes": watch.megabytes,
                }
                for task in watching:
                    task.cancel()
                ahead += timedelta(hours=2)
        feeds = await storage.feeds()
        found["errors"] = sorted({feed.last_error for feed in feeds if feed.last_error})
        found["read"] = sum(feed.last_ok_at is not None for feed in feeds)
        await storage.close()
        with closing(sqlite3.connect(Path(folder) / "sari.db")) as database:
            [found["articles"]] = database.execute("SELECT count(*) FROM articles").fetchone()
    return found


async def peer(port: int) -> dict[str, Any]:
    """The same feeds by feedparser alone, in as many threads as we visit feeds at once."""
    import feedparser

    watch = Watch()
    weighing = asyncio.create_task(watch.weigh())
    looking = asyncio.create_task(watch.look())
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    with ThreadPoolExecutor(16) as pool:
        counts = await asyncio.gather(
            *(loop.run_in_executor(pool, lambda url=url: len(feedparser.parse(url).entries)) for url in _urls(port))
        )
    seconds = time.perf_counter() - began
    weighing.cancel()
    looking.cancel()
    return {
        "seconds": seconds,
        "entries": sum(counts),
        "megabytes": watch.megabytes,
        "p99": percentile(watch.lags, 0.99),
        "max": max(watch.lags),
    }


# --- the figures --------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _child(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.feeds", *arguments, stdin=PIPE, stdout=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()


async def _result(*arguments: str) -> dict[str, Any]:
    async with _child(*arguments) as process:
        out, _ = await process.communicate()
    found: dict[str, Any] = json.loads(out.decode().splitlines()[-1])
    return found


async def measure() -> list[Figure]:
    """Seconds, lag and memory of one round over all feeds, and the peer's on the same feeds."""
    async with _child("--serve") as server:
        assert server.stdout is not None
        port, size = json.loads(await server.stdout.readline())
        ours = await _result("--visit", str(port))
        theirs = await _result("--peer", str(port))
    if ours["read"] != FEEDS or ours["errors"]:
        raise RuntimeError(f"{ours['read']} of {FEEDS} feeds were read: {ours['errors'][:3]}")
    new, same = ours["new"], ours["unchanged"]
    what = (
        f"{FEEDS} feeds of {len(_hosts(0))} hosts, {size / FEEDS / 1024:.0f} KB on average, {len(LARGE)} of them with "
        f"{ENTRIES_OF_LARGE} entries; {ours['articles']} articles saved and indexed"
    )
    cost = f"{new['cpu']:.0f} s of one core beside the parser process"
    by_peer = f"feedparser in 16 threads, fetching and parsing only: {theirs['seconds']:.0f} s"
    return [
        Figure(
            "1,000 feeds due at once",
            f"{new['seconds']:.1f} s",
            "< 60 s",
            f"{what}; {cost}. {by_peer}",
        ),
        Figure(
            "the same, nothing changed",
            f"{same['seconds']:.1f} s",
            "-",
            f"{same['feeds']} answers 304; starts are 20 ms apart; {same['cpu']:.1f} s of one core",
        ),
        Figure(
            "lag of the event loop meanwhile, p99",
            f"{new['p99'] * 1000:.0f} ms",
            "< 50 ms",
            f"longest {new['max'] * 1000:.0f} ms (aim < 100 ms); in processor time of the loop alone "
            f"{new['computing'] * 1000:.0f} and {new['longest'] * 1000:.0f} ms; unchanged {same['p99'] * 1000:.0f} and "
            f"{same['max'] * 1000:.0f} ms; beside feedparser in threads {theirs['p99'] * 1000:.0f} and "
            f"{theirs['max'] * 1000:.0f} ms",
        ),
        Figure(
            "memory meanwhile",
            f"{new['megabytes']:.0f} MB",
            "< 400 MB",
            f"highest, with the parser process; feedparser in threads {theirs['megabytes']:.0f} MB",
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.feeds", description="Measure a round of 1,000 feeds.")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--visit", type=int, metavar="PORT", help=argparse.SUPPRESS)
    parser.add_argument("--peer", type=int, metavar="PORT", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    roles: dict[str, Callable[[int], Awaitable[dict[str, Any]]]] = {"visit": visit, "peer": peer}
    if arguments.serve:
        asyncio.run(serve())
        return
    for name, role in roles.items():
        if (port := getattr(arguments, name)) is not None:
            print(json.dumps(asyncio.run(role(port))))  # type: ignore[arg-type]
            return
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"load average before: {load}\n\n{table(asyncio.run(measure()))}")


if __name__ == "__main__":
    main()
