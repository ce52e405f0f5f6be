"""The schema on PostgreSQL: migrated step by step, it is what ``tables`` says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, event, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage import migrate, open_storage
from bot.storage.entries import INDEX
from bot.storage.schema import VERSIONS
from bot.storage.tables import metadata
from tests import postgres
from tests.records import subscriber


@pytest.fixture
async def empty() -> AsyncIterator[str]:
    async with postgres.database(empty=True) as url:
        yield url


def differences(connection: Connection) -> list[Any]:
    def is_ours(_object: Any, name: str | None, *_: Any) -> bool:
        return name is None or INDEX not in name

    context = MigrationContext.configure(connection, opts={"include_object": is_ours, "compare_server_default": False})
    return list(compare_metadata(context, metadata))


def conditions(connection: Connection) -> dict[str, str]:
    """What ``compare_metadata`` does not look at: the conditions of partial indexes."""
    found = connection.exec_driver_sql("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()")
    return {row.indexname: " ".join(row.indexdef.split()) for row in found if INDEX not in row.indexname}


async def test_migrating_an_empty_database_gives_the_tables_of_the_code(empty: str) -> None:
    done = await migrate(empty)
    assert (done.before, done.after) == (None, VERSIONS[-1])
    engine = create_async_engine(empty)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        migrated = await connection.run_sync(conditions)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        await connection.exec_driver_sql("CREATE SCHEMA public")
        await connection.run_sync(metadata.create_all)
        made = await connection.run_sync(conditions)
    await engine.dispose()
    migrated.pop("alembic_version_pkc")
    assert migrated == made


async def test_migrating_twice_changes_nothing(empty: str) -> None:
    await migrate(empty)
    done = await migrate(empty)
    assert done.before == done.after == VERSIONS[-1]


async def test_two_processes_may_open_a_new_database_at_once(empty: str) -> None:
    storages = await asyncio.gather(*(open_storage(empty, busy_timeout=20) for _ in range(4)))
    for number, storage in enumerate(storages, start=1):
        await storage.save_subscriber(subscriber(number))
    assert len(await storages[0].active_chats()) == 4
    for storage in storages:
        await storage.close()


async def test_a_migration_that_fails_leaves_nothing_behind(empty: str) -> None:
    def fail(_connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if "USING gin" in statement:
            raise RuntimeError("the power goes out")

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        with pytest.raises(RuntimeError, match="power"):
            await migrate(empty)
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
    engine = create_async_engine(empty)
    async with engine.connect() as connection:
        assert await connection.run_sync(lambda inner: inspect(inner).get_table_names()) == []
    await engine.dispose()
    assert (await migrate(empty)).before is None
