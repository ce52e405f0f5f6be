"""Feeds through the parser process, against feedparser alone on the same feeds in the same run.

    python -m tests.bench.parsing

A hundred written feeds of 20 to 40 entries, half of them with teasers (18 to 37 KB), half with whole articles (50 to
100 KB). For our figure bytes go to the other process and records come back: links checked, markup taken out, dates in
UTC. For feedparser's it is `feedparser.parse`, as it comes, in this process.
"""

from __future__ import annotations

import asyncio
import io
import statistics
import time
from collections.abc import Sequence

import feedparser
import psutil

from bot.ingest.parse import ParserProcess
from tests.bench.figures import Figure, table
from tests.bench.written_feeds import write_feed

FEEDS = 100
ROUNDS = 5
_URL = "https://outlet.example/feed"
_TYPE = "application/rss+xml; charset=utf-8"


async def measure() -> list[Figure]:
    """Feeds a second, by the clock and by the work of the process that parses."""
    bodies = [write_feed(number, entries=20 + number % 21, full=number % 2 == 0) for number in range(FEEDS)]
    clock, work = await _through_process(bodies)
    alone_clock, alone_work = _feedparser_alone(bodies)
    entries = sum(body.count(b"<item>") for body in bodies)
    size = sum(map(len, bodies)) / 1024
    how = f"{FEEDS} feeds, {entries} entries, {size:,.0f} KB, {ROUNDS} rounds, median; in brackets by processor time"
    return [
        Figure("feeds parsed, one process", f"{clock:.0f}/s ({work:.0f}/s)", ">= 100/s", how),
        Figure("feedparser alone", f"{alone_clock:.0f}/s ({alone_work:.0f}/s)", "-", "the same feeds, once"),
        Figure("ours against feedparser", f"{clock / alone_clock:.1f} (by work {work / alone_work:.1f})", "-", "ratio"),
    ]


async def _through_process(bodies: Sequence[bytes]) -> tuple[float, float]:
    async with ParserProcess() as parser:
        before = psutil.Process().children()
        await parser.feed(bodies[0], _TYPE, _URL)
        (child,) = [each for each in psutil.Process().children() if each not in before]
        clocks, works = [], []
        for _ in range(ROUNDS):
            began, worked = time.perf_counter(), sum(child.cpu_times()[:2])
            for body in bodies:
                feed = await parser.feed(body, _TYPE, _URL)
                assert len(feed.entries) == body.count(b"<item>")
            clocks.append(len(bodies) / (time.perf_counter() - began))
            works.append(len(bodies) / (sum(child.cpu_times()[:2]) - worked))
    return statistics.median(clocks), statistics.median(works)


def _feedparser_alone(bodies: Sequence[bytes]) -> tuple[float, float]:
    began, worked = time.perf_counter(), time.process_time()
    for body in bodies:
        found = feedparser.parse(io.BytesIO(body), response_headers={"content-type": _TYPE, "content-location": _URL})
        assert len(found.entries) == body.count(b"<item>")
    return len(bodies) / (time.perf_counter() - began), len(bodies) / (time.process_time() - worked)


if __name__ == "__main__":
    print(table(asyncio.run(measure())))
