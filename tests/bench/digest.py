"""The hour that everybody chose: a digest for a thousand readers, from due to queued to delivered."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.models import Result
from tests.bench.figures import Figure
from tests.bench.world import READERS, subscribe_all, until, world_in

LEAD = timedelta(seconds=15)
"""Time to write a thousand readers' settings before their hour comes."""
PATIENCE = 240.0


async def measure() -> list[Figure]:
    """The two figures of a digest: how fast it is queued, and how fast it goes out."""
    with tempfile.TemporaryDirectory(prefix="sari-bench-") as folder:
        async with world_in(Path(folder), limits=True) as world:
            due = datetime.now(UTC) + LEAD
            await subscribe_all(world.storage, due)
            assert datetime.now(UTC) < due, "the machine was too slow to write the readers in time"

            async def is_queued() -> bool:
                return (await world.storage.outbox_counts()).total >= len(READERS)

            async def is_delivered() -> bool:
                return not (await world.storage.outbox_counts()).pending

            await until(is_queued, seconds=PATIENCE)
            queued = (datetime.now(UTC) - due).total_seconds()
            await until(is_delivered, seconds=PATIENCE, pause=1)
            counts = await world.storage.outbox_counts()
            deliveries = world.sandbox.deliveries
            refused = world.bot.said().count(f" {Result.LATER} ")
            rate = (len(deliveries) - 1) / (deliveries[-1].at - deliveries[0].at).total_seconds()
    return [
        Figure(
            f"digest for {len(READERS)} readers, queued",
            f"{queued:.1f} s after it was due",
            "-",
            f"{counts.total} messages in one transaction; the tick that looks for it comes once a second",
        ),
        Figure(
            "the same, delivered",
            f"{rate:.1f} messages/s ({counts.sent} of {counts.total} sent)",
            "-",
            f"our own limiter allows 29.4/s, as Telegram allows 30; the sandbox, as strict, refused {refused}",
        ),
    ]
