"""All of Sari's state. ``base`` says what may be asked of it; ``open_storage`` gives one on a database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

# SQLAlchemy takes a good part of a second to import, and ``bot.storage.base`` is needed without it.
if TYPE_CHECKING:
    from bot.storage.schema import Migration
    from bot.storage.sql import SqlStorage

__all__ = ["migrate", "open_storage", "opened_storage"]


async def open_storage(url: str, *, busy_timeout: float = 5.0) -> SqlStorage:
    """The storage on a database, brought up to the newest schema; close it after use.

    Args:
        url: ``sqlite+aiosqlite:////path/sari.db``; the file is made where it is missing, its folder is not. Or
            ``postgresql+asyncpg://user:password@host/sari``; the database must exist.
        busy_timeout: seconds to wait for another process that writes.

    Raises:
        SettingError: the address cannot be used.
        StorageError: see ``bot.errors``.
    """
    from bot.storage.engine import open_database
    from bot.storage.schema import bring_up_to_date, check_writable
    from bot.storage.sql import SqlStorage

    database = await open_database(url, busy_timeout=busy_timeout)
    try:
        await bring_up_to_date(database)
        await check_writable(database)
    except BaseException:  # also when cancelled: nobody else holds the connections yet
        await database.close()
        raise
    return SqlStorage(database)


@asynccontextmanager
async def opened_storage(url: str) -> AsyncIterator[SqlStorage]:
    """``open_storage``, closed again when the block ends."""
    storage = await open_storage(url)
    try:
        yield storage
    finally:
        await storage.close()


async def migrate(url: str, *, busy_timeout: float = 5.0) -> Migration:
    """Bring a database up to the newest schema. Gives the versions before and after.

    Raises:
        SettingError: the address cannot be used.
        StorageError: see ``bot.errors``.
    """
    from bot.storage.engine import open_database
    from bot.storage.schema import bring_up_to_date

    database = await open_database(url, busy_timeout=busy_timeout)
    try:
        return await bring_up_to_date(database)
    finally:
        await database.close()
