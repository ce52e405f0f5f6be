"""Several `sari run` on one PostgreSQL: one leads, the others stand by."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from bot.storage import open_storage
from tests import postgres
from tests.e2e.world import AYU
from tests.processes import PATIENCE, RunningSari, running_sari
from tests.storage.contract_outbox import queue_digest

AT_WORK = "is at work as @"
STANDS_BY = "this one stands by"
TAKE_OVER = 10.0
"""Seconds within which a standby leads, as promised in docs/operations.md."""
BREAK_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@dataclass
class Pair:
    """A Telegram, a database, and what processes on both are told."""

    sandbox: Sandbox
    settings: dict[str, str]
    folder: Path

    def run(self, name: str) -> AbstractAsyncContextManager[RunningSari]:
        return running_sari("run", log=self.folder / name, settings=self.settings)

    async def ask(self) -> None:
        """A reader writes, and is answered once."""
        sent = await self.sandbox.send(AYU, "/bantuan")
        await self.sandbox.wait_message(AYU, after=sent, timeout=PATIENCE)


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    sandbox = Sandbox()
    sandbox.populate_demo()
    async with postgres.database() as url, sandbox:
        settings = {
            "SARI_TELEGRAM_TOKEN": sandbox.token,
            "SARI_TELEGRAM_API_URL": sandbox.api_url,
            "SARI_DATABASE_URL": url,
            "SARI_HTTP": "off",
        }
        yield Pair(sandbox, settings, tmp_path)


async def leads_again(processes: list[RunningSari], before: int) -> None:
    """Wait until the processes together have begun to lead once more often than before."""
    while sum(each.said().count(AT_WORK) for each in processes) <= before:
        await asyncio.sleep(0.05)


async def test_the_standby_takes_over_from_a_killed_leader(pair: Pair) -> None:
    async with pair.run("first") as first:
        await first.wait_until(AT_WORK)
        async with pair.run("second") as second:
            await second.wait_until(STANDS_BY)
            await pair.ask()
            assert AT_WORK not in second.said()
            first.process.kill()
            await first.process.wait()
            async with asyncio.timeout(TAKE_OVER):
                await leads_again([second], 0)
            await pair.ask()


async def test_one_leads_again_after_the_database_has_ended_all_connections(pair: Pair) -> None:
    async with pair.run("first") as first, pair.run("second") as second:
        both = [first, second]
        async with asyncio.timeout(PATIENCE):
            await leads_again(both, 0)
        leader = first if AT_WORK in first.said() else second
        await (second if leader is first else first).wait_until(STANDS_BY)
        await postgres.execute(pair.settings["SARI_DATABASE_URL"], BREAK_CONNECTIONS)
        async with asyncio.timeout(PATIENCE):
            await leads_again(both, 1)
        await leader.wait_until("the lead was lost")
        await pair.ask()
        assert [each.process.returncode for each in both] == [None, None]
        assert "Traceback" not in first.said() + second.said()


async def test_a_leader_that_is_stopped_leaves_the_lead_at_once(pair: Pair) -> None:
    async with pair.run("first") as first:
        await first.wait_until(AT_WORK)
        async with pair.run("second") as second:
            await second.wait_until(STANDS_BY)
            first.process.terminate()
            assert await first.wait_end() == 0, first.said()
            async with asyncio.timeout(TAKE_OVER):
                await leads_again([second], 0)


async def test_a_leader_sends_at_once_what_one_that_died_had_claimed(pair: Pair) -> None:
    await pair.sandbox.send(AYU, "/bantuan")  # whoever never wrote to a bot cannot be written to
    storage = await open_storage(pair.settings["SARI_DATABASE_URL"])
    try:
        await queue_digest(storage, AYU)
        lease = timedelta(hours=1)
        assert len(await storage.claim_due(datetime.now(UTC), owner="dead", limit=9, lease=lease)) == 1
        async with pair.run("first") as first:
            await first.wait_until(AT_WORK)
            async with asyncio.timeout(PATIENCE):
                while not (await storage.outbox_counts()).sent:
                    await asyncio.sleep(0.05)
    finally:
        await storage.close()
