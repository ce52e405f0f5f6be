"""Our transport beside python-telegram-bot's own; ``bench_transport`` has the details."""

from __future__ import annotations

import asyncio

from tests.bench import bench_transport
from tests.bench.figures import Figure


async def measure() -> list[Figure]:
    """How many times as many messages a second, for each number of requests in flight."""
    rows = await asyncio.to_thread(bench_transport.measure)
    return [
        Figure(
            f"aiohttp transport, {row.in_flight} in flight",
            f"{row.ratio:.1f} times as fast",
            "> 1",
            f"{row.aiohttp:.0f} messages/s, python-telegram-bot's default {row.httpx:.0f}; no limiter, local server",
        )
        for row in rows
    ]
