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
VISITS_ALONE = 30
VISITS_AT_ONCE = 5
"""Of each chat. Every visit is another reader's: our limiter gives a chat five messages in a row and one a second
after that."""
STEPS = (
    {"/ringkasan": "Diringkas otomatis", "1": "Diringkas otomatis", "tombol": ""},
    {"/cari banjir": "Hasil pencarian", "/jadwal": "Jam kiriman"},
)
"""What one reader does, and then another, with words of the answer's last message; the button opens the digest's first
story."""

Pause = Callable[[], Awaitable[None]]


async def measure() -> list[Figure]:
    """The waiting times of readers one after the other, of eight at human pace, and of eight that never pause."""
    chance = random.Random(1)
    readers = iter(READERS)
    with tempfile.TemporaryDirectory(prefix="sari-bench-") as folder:
        async with world_in(Path(folder)) as world:
            await _visit(world.sandbox, readers, defaultdict(list), _no_pause)  # what is loaded late is loaded now
            alone = await _chats(world.sandbox, readers, 1, VISITS_ALONE, _no_pause)
            paced = await _chats(world.sandbox, readers, AT_ONCE, VISITS_AT_ONCE, lambda: _pause(chance))
            flat_out = await _chats(world.sandbox, readers, AT_ONCE, VISITS_AT_ONCE, _no_pause)
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
    sandbox: Sandbox, readers: Iterator[int], chats: int, visits: int, pause: Pause
) -> dict[str, list[float]]:
    """Seconds by step, of so many chats side by side."""
    times: dict[str, list[float]] = defaultdict(list)

    async def chat() -> None:
        for _ in range(visits):
            await _visit(sandbox, readers, times, pause)

    await asyncio.gather(*(chat() for _ in range(chats)))
    return times


async def _visit(sandbox: Sandbox, readers: Iterator[int], times: dict[str, list[float]], pause: Pause) -> None:
    for steps in STEPS:
        reader, listed = next(readers), None
        for step, words in steps.items():
            await pause()
            began = time.perf_counter()
            if step == "tombol":
                await _press_first(sandbox, listed)
            else:
                sent = await sandbox.send(reader, step)
                answer = await sandbox.wait_message(reader, after=sent, contains=words, timeout=PATIENCE)
                listed = listed or answer
            times[step].append(time.perf_counter() - began)


async def _press_first(sandbox: Sandbox, message: dict[str, Any] | None) -> None:
    assert message is not None
    chat_id, data = message["chat"]["id"], message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    answer = await sandbox.press(chat_id, chat_id, message["message_id"], data, timeout=PATIENCE)
    assert answer is not None, "a button got no answer"


async def _pause(chance: random.Random) -> None:
    """A reader who reads: a second on average."""
    await asyncio.sleep(chance.expovariate(1))


async def _no_pause() -> None:
    """A reader who writes again as soon as the answer is there."""
