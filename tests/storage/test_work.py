"""Roles, and jobs of a queue, on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.errors import SettingError
from bot.storage.processes import NewJob
from bot.storage.queue import PgWorkQueue, open_queue
from bot.storage.roles import open_role
from tests import postgres

SOON = 15.0
BREAK_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with postgres.database() as address:
        yield address


@pytest.fixture
async def queue(url: str) -> AsyncIterator[PgWorkQueue]:
    opened = open_queue(url)
    assert opened is not None
    yield opened
    await opened.close()


async def test_a_role_is_one_processs_until_it_gives_it_up(url: str) -> None:
    first, second, other = open_role(url, "leader 1"), open_role(url, "leader 1"), open_role(url, "leader 2")
    assert [await first.take(), await second.take(), await other.take()] == [True, False, True]
    assert [await first.holds(), await second.holds()] == [True, False]
    await first.give_up()
    assert [await first.holds(), await second.take()] == [False, True]
    for role in (first, second, other):
        await role.give_up()


async def test_a_role_is_lost_with_its_connection_and_can_be_taken_again(url: str) -> None:
    role = open_role(url, "leader 1")
    assert await role.take()
    await postgres.execute(url, BREAK_CONNECTIONS)
    assert not await role.holds()
    assert await role.take()
    await role.give_up()


async def test_a_role_cannot_be_taken_while_the_database_does_not_answer(unused_tcp_port: int) -> None:
    role = open_role(f"postgresql+asyncpg://root@127.0.0.1:{unused_tcp_port}/sari", "leader 1")
    assert not await role.take()
    assert not await role.holds()
    await role.give_up()


async def test_on_sqlite_everybody_has_every_role_and_there_is_no_queue() -> None:
    role = open_role("sqlite+aiosqlite:///sari.db", "leader 1")
    assert await role.take()
    assert await role.holds()
    assert open_queue("sqlite+aiosqlite:///sari.db") is None


async def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(SettingError, match="SARI_DATABASE_URL"):
        open_role("mysql://root@127.0.0.1/sari", "leader 1")


async def test_a_job_is_done_once_however_often_it_was_queued(queue: PgWorkQueue) -> None:
    done: asyncio.Queue[bytes] = asyncio.Queue()
    assert not await queue.has_workers()
    await queue.add([NewJob("visit", "1", b"1"), NewJob("visit", "2", b"2")])
    await queue.add([NewJob("visit", "1", b"again"), NewJob("digest", "1", b"3")])
    working = asyncio.create_task(queue.work({"visit": (done.put, 4), "digest": (done.put, 2)}))
    async with asyncio.timeout(SOON):
        assert sorted([await done.get() for _ in range(3)]) == [b"1", b"2", b"3"]
        while not await queue.has_workers():
            await asyncio.sleep(0.05)
        while done.empty():  # that a job is done is noted a moment after it is done
            await queue.add([NewJob("visit", "1", b"4")])
            await asyncio.sleep(0.05)
    working.cancel()
    await asyncio.wait({working})
    assert {done.get_nowait() for _ in range(done.qsize())} == {b"4"}
    assert not await queue.has_workers()
    await queue.prune()


async def test_what_is_under_way_is_finished_before_a_stop(queue: PgWorkQueue) -> None:
    begun, go_on, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def visit(_: bytes) -> None:
        begun.set()
        await go_on.wait()
        ended.set()

    await queue.add([NewJob("visit", "1", b"1")])
    working = asyncio.create_task(queue.work({"visit": (visit, 2)}))
    async with asyncio.timeout(SOON):
        await begun.wait()
        working.cancel()
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.wait({working})
    assert ended.is_set()
