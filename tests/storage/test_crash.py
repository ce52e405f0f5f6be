"""A process that dies between two steps: all of a transaction is there, or nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.models import EditionItem, MessageBody, NewEdition, OutboxCounts
from bot.storage import open_storage
from bot.storage.base import EditionDelivery
from tests.records import NOW, subscriber

ROOT = Path(__file__).parents[2]
DIED = 9

# Runs in a process of its own, which ends without any clean-up right before or after its last commit.
SCRIPT = """
import asyncio, os, sys
from sqlalchemy import Engine, event
from bot.storage import open_storage
from tests.storage.test_crash import queue_morning

async def main(url, moment):
    storage = await open_storage(url)
    if moment == "before":
        event.listen(Engine, "commit", lambda connection: os._exit(9))
    await queue_morning(storage)
    os._exit(9)

asyncio.run(main(*sys.argv[1:]))
"""


async def queue_morning(storage) -> int:  # type: ignore[no-untyped-def]
    """One edition for 20 readers, two parts each. Gives the number of new rows."""
    edition = await storage.edition_by_key("pagi")
    delivery = EditionDelivery(range(1, 21), NOW, NOW + timedelta(days=1), [MessageBody("Pagi")] * 2)
    rows: int = await storage.queue_edition(edition, [delivery], NOW)
    return rows


@pytest.mark.parametrize(("moment", "missing"), [("before", 40), ("after", 0)])
async def test_a_second_run_completes_what_a_kill_left(database_url: str, moment: str, missing: int) -> None:
    storage = await open_storage(database_url)
    for chat_id in range(1, 21):
        await storage.save_subscriber(subscriber(chat_id))
    await storage.save_edition(NewEdition("pagi", NOW, NOW, NOW, (EditionItem(1, 1, 1),)), NOW)
    await storage.close()

    died = subprocess.run([sys.executable, "-c", SCRIPT, database_url, moment], cwd=ROOT, capture_output=True)
    assert died.returncode == DIED, died.stderr

    storage = await open_storage(database_url)
    assert sum(len(readers.chat_ids) for readers in await storage.due_audiences(NOW, limit=99)) == missing / 2
    assert await queue_morning(storage) == missing
    assert await storage.outbox_counts() == OutboxCounts(pending=40)
    assert await storage.due_audiences(NOW, limit=99) == []
    await storage.close()
