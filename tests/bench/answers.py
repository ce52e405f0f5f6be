"""How long a reader waits: from the message in the chat to the bot's answer, over HTTP and through the database."""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from bot.sandbox import Sandbox
from tests.bench.figures import Figure, percentile
from tests.bench.world import READERS, world_in

AIM = "p95 < 150 ms"
PATIENCE = 30.0
AT_ONCE = 8
SEQUENTIAL_READERS = 30
BUSY_READERS = 5
"""Readers that each of the chats at once stands for, one after the other: our limiter gives a chat five answers in a
row and one a second after that."""
STEPS = ("/ringkasan", "/cari banjir", "1", "tombol", "/jadwal")
"""What each reader does; the button opens the first story of the digest."""

Pause = Callable[[], Awaitable[None]]


async def measure() -> list[Figure]:
    """The waiting times of readers one after the other, of eight at human pace, and of eight that never pause."""
    chance = random.Random(1)
    readers = iter(READERS)
    with tempfile.TemporaryDirectory(prefix="sari-bench-") as folder:
        async with world_in(Path(folder)) as world:
            await _visit(
                world.sandbox, next(readers), defaultdict(list), _no_pause
            )  # what is loaded late is loaded now
            alone = await _chats(world.sandbox, readers, 1, SEQUENTIAL_READERS, _no_pause)
            paced = await _chats(
                world.sandbox, readers, AT_ONCE, BUSY_READERS, lambda: asyncio.sleep(chance.expovariate(1))
            )
            flat_out = await _chats(world.sandbox, readers, AT_ONCE, BUSY_READERS, _no_pause)
    medians = ", ".join(f"{step} {1000 * statistics.median(times):.0f}" for step, times in alone.items())
    return [
        _figure(
            "answer, one chat at a time", alone, AIM, f"medians in ms: {medians}; our limiter's turns are 34 ms apart"
        ),
        _figure(f"answer, {AT_ONCE} chats at once", paced, AIM, "each writes once a second on average, at random"),
        _figure(
            f"answer, {AT_ONCE} chats without a pause",
            flat_out,
            "-",
            f"our limiter lets 30 messages a second out, so {AT_ONCE} that always wait get theirs after "
            f"{1000 * AT_ONCE / 30:.0f} ms at best",
        ),
    ]


def _figure(name: str, times: dict[str, list[float]], aim: str, how: str) -> Figure:
    values = [value for each in times.values() for value in each]
    p50, p95 = (1000 * percentile(values, share) for share in (0.5, 0.95))
    return Figure(name, f"p50 {p50:.0f} ms, p95 {p95:.0f} ms (n = {len(values)})", aim, how)


async def _chats(
    sandbox: Sandbox, readers: Iterator[int], chats: int, readers_each: int, pause: Pause
) -> dict[str, list[float]]:
    """Seconds by step, of so many chats side by side."""
    times: dict[str, list[float]] = defaultdict(list)

    async def chat() -> None:
        for _ in range(readers_each):
            await _visit(sandbox, next(readers), times, pause)

    await asyncio.gather(*(chat() for _ in range(chats)))
    return times


async def _visit(sandbox: Sandbox, reader: int, times: dict[str, list[float]], pause: Pause) -> None:
    digest: dict[str, Any] = {}
    for step in STEPS:
        await pause()
        began = time.perf_counter()
        if step == "tombol":
            button = digest["reply_markup"]["inline_keyboard"][0][0]
            note = await sandbox.press(reader, reader, digest["message_id"], button["callback_data"], timeout=PATIENCE)
            assert note is not None, "a button got no answer"
        else:
            sent = await sandbox.send(reader, step)
            answer = await sandbox.wait_message(reader, after=sent, timeout=PATIENCE)
            digest = digest or answer
        times[step].append(time.perf_counter() - began)


async def _no_pause() -> None:
    """A reader who writes again as soon as the answer is there."""
