"""The version of the schema: what a database has, what this Sari knows, and the way from one to the other.

Alembic is only imported when there is something to migrate: reading the version is one query, importing Alembic takes
longer than opening the database (figures in the tests of storage).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, false, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import DatabaseBusyError, DatabaseNewerError
from bot.storage.engine import Database, Lock
from bot.storage.tables import listings

VERSIONS = ("0001", "0002", "0003")
"""Every version there ever was, oldest first; a test compares them with the files in ``migrations/versions``."""

MOVING = "moving"
"""The version of a database that another one is being moved into (``move``): it is not to be used yet."""

MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Migration:
    """What a migration did: the version before (None for an empty database) and after."""

    before: str | None
    after: str


async def bring_up_to_date(database: Database) -> Migration:
    """Migrate the database to the newest version, in one transaction.

    Raises:
        DatabaseNewerError: ``database_newer`` (with ``found`` and ``known``); nothing is touched.
        DatabaseBusyError: ``database_moving``; nothing is touched.
        StorageError: as in ``bot.errors``.
    """
    newest = VERSIONS[-1]
    async with database.read() as connection:
        before = await _version(connection)
    if before == newest:
        return Migration(before, newest)
    async with database.write(Lock.SCHEMA) as connection:
        # Asked again: another process may have migrated while we waited for the lock.
        before = await _version(connection)
        await connection.run_sync(_upgrade)
    return Migration(before, newest)


async def check_writable(database: Database) -> None:
    """Try a write that changes nothing: a read-only database must stop the start, and not every send of the day.

    Raises:
        DatabaseReadOnlyError: ``database_read_only``.
    """
    # A database that somebody else is writing right now can be written.
    with suppress(DatabaseBusyError):
        async with database.write(Lock.SCHEMA) as connection:
            # BEGIN IMMEDIATE alone succeeds on a read-only file in WAL mode.
            await connection.execute(delete(listings).where(false()))


async def read_version(connection: AsyncConnection) -> str | None:
    """What the database says of itself, None where it is empty."""
    if not await connection.run_sync(lambda inner: inspect(inner).has_table("alembic_version")):
        return None
    found: str | None = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


async def _version(connection: AsyncConnection) -> str | None:
    found = await read_version(connection)
    if found == MOVING:
        raise DatabaseBusyError("database_moving")
    if found is not None and found not in VERSIONS:
        raise DatabaseNewerError("database_newer", found=found, known=VERSIONS[-1])
    return found


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    # Config is an ini file at heart: a % in the path would be read as an interpolation.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
