"""A PostgreSQL server that is away, refuses, restarts or may not be written: a clear error, and nothing is lost."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.errors import (
    DatabaseBrokenError,
    DatabaseBusyError,
    DatabaseNewerError,
    DatabaseReadOnlyError,
    DatabaseUnreachableError,
    StorageError,
)
from bot.storage import migrate, open_storage
from bot.storage.engine import Lock
from bot.storage.postgres import LOCK_SPACE, driver_errors_wrapped
from bot.storage.schema import VERSIONS
from tests import postgres
from tests.records import NOW, new_article, subscriber


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with postgres.database() as address:
        yield address


@asynccontextmanager
async def holding(url: str, *statements: str) -> AsyncIterator[asyncpg.Connection]:
    """Another process, in the middle of a transaction."""
    other = await asyncpg.connect(postgres.driver_url(url))
    try:
        transaction = other.transaction()
        await transaction.start()
        for statement in statements:
            await other.execute(statement)
        yield other
        await transaction.rollback()
    finally:
        await other.close()


def at(url: str, **parts: str) -> str:
    return urlunsplit(urlsplit(url)._replace(**parts))


async def test_a_server_that_does_not_answer_is_told_from_a_broken_one(url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(DatabaseUnreachableError) as caught:
        await open_storage(f"postgresql+asyncpg://sari:rahasia@127.0.0.1:{port}/sari")
    assert caught.value.key == "database_unreachable"
    assert "rahasia" not in str(caught.value)


async def test_a_name_that_nobody_has_is_unreachable() -> None:
    with pytest.raises(DatabaseUnreachableError):
        await open_storage("postgresql+asyncpg://sari@tidak-ada.invalid/sari")


async def test_a_missing_database_is_not_made(url: str) -> None:
    with pytest.raises(DatabaseUnreachableError) as caught:
        await open_storage(at(url, path="/tidak_ada"))
    assert caught.value.key == "database_missing"


async def test_a_user_that_nobody_knows_is_refused(url: str) -> None:
    host = urlsplit(url).netloc.rpartition("@")[2]
    with pytest.raises(DatabaseUnreachableError) as caught:
        await open_storage(at(url, netloc=f"tidak_ada:rahasia@{host}"))
    assert caught.value.key == "database_login"


async def test_what_another_process_locks_is_waited_for_and_then_refused(url: str) -> None:
    storage = await open_storage(url, busy_timeout=0.1)
    lock = f"SELECT pg_advisory_xact_lock({LOCK_SPACE}, {Lock.DELIVERY:d})"
    async with holding(url, lock):
        assert await storage.subscriber(1) is None
        await storage.save_articles([new_article()], NOW)
        with pytest.raises(DatabaseBusyError) as caught:
            await storage.save_subscriber(subscriber(1))
        assert caught.value.key == "database_locked"
    await storage.save_subscriber(subscriber(1))
    await storage.close()


async def test_writers_of_one_group_follow_each_other_and_others_pass_them(url: str) -> None:
    first, second = await open_storage(url), await open_storage(url)
    order: list[str] = []

    async def write(storage, lock: Lock, name: str) -> None:  # type: ignore[no-untyped-def]
        async with storage._database.write(lock):
            order.append(f"{name} begins")
            await asyncio.sleep(0)
            order.append(f"{name} ends")

    async with first._database.write(Lock.EDITIONS):
        waiting = asyncio.create_task(write(second, Lock.EDITIONS, "waiting"))
        await write(second, Lock.STORIES, "passing")
        order.append("first ends")
    await waiting
    assert order == ["passing begins", "passing ends", "first ends", "waiting begins", "waiting ends"]
    await first.close()
    await second.close()


async def test_a_deadlock_is_an_error_that_ticks_survive(url: str) -> None:
    storage = await open_storage(url)
    await storage.save_subscriber(subscriber(1))
    await storage.save_subscriber(subscriber(2))
    touch = "UPDATE subscribers SET language = 'id' WHERE chat_id = "

    async def write(lock: Lock, mine: int, yours: int, ready: asyncio.Event, other: asyncio.Event) -> None:
        async with storage._database.write(lock) as connection:
            await connection.execute(text(f"{touch}{mine}"))
            ready.set()
            await other.wait()
            await connection.execute(text(f"{touch}{yours}"))

    a, b = asyncio.Event(), asyncio.Event()
    results = await asyncio.gather(
        write(Lock.EDITIONS, 1, 2, a, b), write(Lock.STORIES, 2, 1, b, a), return_exceptions=True
    )
    assert sorted(type(result) for result in results if result is not None) == [DatabaseBusyError]
    await storage.close()


async def test_a_database_that_may_only_be_read_is_refused_at_the_start(url: str) -> None:
    name = urlsplit(url).path.removeprefix("/")
    await postgres.execute(url, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    try:
        with pytest.raises(DatabaseReadOnlyError) as caught:
            await open_storage(url)
        assert caught.value.key == "database_no_rights"
    finally:
        await postgres.execute(await postgres.server(), f'ALTER DATABASE "{name}" RESET default_transaction_read_only')


async def test_a_newer_database_is_not_touched(url: str) -> None:
    await postgres.execute(url, "UPDATE alembic_version SET version_num = '0999'")
    try:
        for use in (open_storage, migrate):
            with pytest.raises(DatabaseNewerError):
                await use(url)
    finally:
        await postgres.execute(url, f"UPDATE alembic_version SET version_num = '{VERSIONS[-1]}'")


async def test_ended_connections_are_replaced_before_they_are_used(url: str) -> None:
    storage = await open_storage(url)
    await storage.save_subscriber(subscriber(1))
    others = "pid <> pg_backend_pid() AND datname = current_database()"
    ended = await postgres.execute(url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    assert len(ended) >= 2
    await asyncio.sleep(0.2)  # until asyncpg has read the farewell
    assert await storage.subscriber(1) == subscriber(1)
    await storage.save_subscriber(subscriber(2))
    await storage.close()


async def test_a_connection_that_ends_within_a_transaction_takes_it_back(url: str) -> None:
    storage = await open_storage(url)

    async def write() -> None:
        async with storage._database.write() as connection:
            await connection.execute(text("DELETE FROM alembic_version"))
            process = await connection.scalar(text("SELECT pg_backend_pid()"))
            await postgres.execute(url, f"SELECT pg_terminate_backend({process})")
            await connection.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnreachableError) as caught:
        await write()
    assert caught.value.key == "database_unreachable"
    assert await postgres.execute(url, "SELECT version_num FROM alembic_version")
    await storage.close()


async def test_a_restart_of_the_server_is_survived() -> None:
    own = await asyncio.to_thread(postgres.OwnServer)
    try:
        await asyncio.to_thread(own.start)
        storage = await open_storage(postgres.sqlalchemy_url(own.url))
        await storage.save_subscriber(subscriber(1))
        await asyncio.to_thread(own.kill)
        with pytest.raises(DatabaseUnreachableError):
            await storage.subscriber(1)
        with pytest.raises(StorageError):
            await storage.save_subscriber(subscriber(2))
        await asyncio.to_thread(own.start)
        assert await storage.subscriber(1) == subscriber(1)
        await storage.save_subscriber(subscriber(2))
        await storage.close()
    finally:
        await asyncio.to_thread(own.close)


@pytest.mark.parametrize(
    ("state", "error", "key"),
    [
        ("53100", DatabaseBrokenError, "database_full"),
        ("58030", DatabaseBrokenError, "database_damaged"),
        ("40001", DatabaseBusyError, "database_locked"),
        ("42501", DatabaseReadOnlyError, "database_no_rights"),
        ("53300", DatabaseUnreachableError, "database_unreachable"),
        ("57P03", DatabaseUnreachableError, "database_unreachable"),
        ("08006", DatabaseUnreachableError, "database_unreachable"),
    ],
)
async def test_what_a_server_says_of_itself_has_a_sentence(
    url: str, state: str, error: type[StorageError], key: str
) -> None:
    """The server itself raises it, since a disk cannot be filled here: what the driver makes of it is real."""
    storage = await open_storage(url)
    with pytest.raises(error) as caught:
        async with storage._database.write() as connection:
            await connection.exec_driver_sql(f"DO $$ BEGIN RAISE SQLSTATE '{state}'; END $$")
    assert caught.value.key == key
    await storage.close()


async def test_a_mistake_of_our_own_surfaces_and_repeats_nothing_that_readers_wrote(url: str) -> None:
    storage = await open_storage(url)
    saved = await storage.save_articles([new_article("Judul rahasia")], NOW)
    with pytest.raises(IntegrityError) as caught:
        await storage.assign_story(saved.new[0], 123456789, NOW)
    assert not isinstance(caught.value, StorageError)
    assert "123456789" not in str(caught.value)
    await storage.close()


def test_other_errors_pass() -> None:
    with pytest.raises(ZeroDivisionError), driver_errors_wrapped():
        _ = 1 / 0
