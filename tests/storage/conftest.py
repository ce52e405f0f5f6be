"""Databases for the tests: real ones, a new one for each test and each kind of database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.storage import open_storage
from bot.storage.base import Storage
from tests import postgres

BACKENDS = ("sqlite", "postgresql")

OpenStorage = Callable[[], Awaitable[Storage]]


@pytest.fixture(params=BACKENDS)
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database of each kind that Sari runs on."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}"
        return
    async with postgres.database() as url:
        yield url


@pytest.fixture
async def open_again(database_url: str) -> AsyncIterator[OpenStorage]:
    """Opens the database of this test once more, as another process would; closed when the test ends."""
    opened: list[Storage] = []

    async def open_it() -> Storage:
        storage = await open_storage(database_url, busy_timeout=20)
        opened.append(storage)
        return storage

    yield open_it
    for storage in opened:
        await storage.close()


@pytest.fixture
async def storage(open_again: OpenStorage) -> Storage:
    return await open_again()
