"""All of a database in a SQLite file into an empty one on PostgreSQL, in batches, with the same ids.

How far it has come stands in the target and is committed with each batch, so that a move that was killed goes on where
it stopped. Until everything is there and compared, the target has the version ``MOVING``, and nothing else opens it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    MetaData,
    Table,
    Text,
    bindparam,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import InputError, SettingError
from bot.storage.engine import POSTGRESQL, SQLITE, Database, Lock, open_database, parse_url
from bot.storage.entries import INDEX
from bot.storage.moved_rows import Tally, key_of, rows_after, tally_of, write_rows
from bot.storage.schema import MOVING, VERSIONS, bring_up_to_date, read_version
from bot.storage.tables import metadata

BATCH = 500
"""Rows of one transaction."""

_TABLES = metadata.sorted_tables
"""In this order what is referred to is there first."""
_NAMES = (*(table.name for table in _TABLES), INDEX)

_progress = Table(
    "move_progress",
    MetaData(),
    Column("name", Text, primary_key=True),
    # The file that is moved.
    Column("source", Text, nullable=False),
    # The key of the last row that is here, as JSON; NULL: none yet.
    Column("last_key", Text),
)


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move has brought over."""

    tallies: dict[str, Tally]
    """By table; equal in both databases."""
    already: bool
    """Everything was there before; nothing was written."""


async def move(source: Path, target: str, told: Callable[[str, int], object]) -> Moved:
    """Move everything; the source is only read. Run again after a kill, it goes on where it stopped.

    Args:
        target: ``postgresql+asyncpg://…``; the database must exist and be empty.
        told: called with a table and how many of its rows have come in this run.

    Raises:
        InputError: ``file_missing``, ``move_source_old``, ``move_target_wrong``, ``move_target_used`` (rows or tables
            of others are there), ``move_target_other`` (half of another file), ``move_differs`` (with ``table``).
        StorageError: see ``bot.errors``.
    """
    there = await _open_source(source)
    try:
        here = await _open_target(target)
        try:
            return await _move(there, here, str(source.resolve()), told)  # noqa: ASYNC240 - only a name
        finally:
            await here.close()
    finally:
        await there.close()


async def _move(there: Database, here: Database, source: str, told: Callable[[str, int], object]) -> Moved:
    if not await _begin(here, source):
        return Moved(await _compare(there, here, "move_target_used"), already=True)
    async with there.read() as reading:  # one moment of the source: what is referred to is there
        for name in _NAMES:
            await _copy(reading, here, name, told)
    tallies = await _compare(there, here, "move_differs")
    await _finish(there, here)
    return Moved(tallies, already=False)


async def _open_source(path: Path) -> Database:
    if not path.is_file():  # noqa: ASYNC240 - before anything else goes on
        raise InputError("file_missing", file=str(path))
    url = URL.create(SQLITE, database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"})
    database = await open_database(url.render_as_string(hide_password=False), busy_timeout=5)
    try:
        async with database.read() as connection:
            found = await read_version(connection)
    except BaseException:  # also when cancelled: nobody else holds the connection yet
        await database.close()
        raise
    if found != VERSIONS[-1]:
        await database.close()
        raise InputError("move_source_old", file=str(path), found=found or "-", known=VERSIONS[-1])
    return database


async def _open_target(address: str) -> Database:
    try:
        url = parse_url(address)
    except SettingError:
        raise InputError("move_target_wrong") from None
    if url.drivername != POSTGRESQL:
        raise InputError("move_target_wrong")
    return await open_database(address, busy_timeout=30)


async def _begin(here: Database, source: str) -> bool:
    """Make the target ready for the first batch or the next. False where it has rows that no move has brought."""
    async with here.read() as connection:
        version = await read_version(connection)
        tables = await connection.run_sync(lambda inner: inspect(inner).get_table_names())
    if version is None and tables:
        raise InputError("move_target_used", table=sorted(tables)[0])
    if version != MOVING:
        await bring_up_to_date(here)
    async with here.write(Lock.SCHEMA) as connection:
        if await read_version(connection) == MOVING:
            other = select(_progress.c.source).where(_progress.c.source != source).limit(1)
            if (found := await connection.scalar(other)) is not None:
                raise InputError("move_target_other", file=found)
            return True
        if await _has_rows(connection):
            return False
        await connection.run_sync(_progress.create)
        await connection.execute(insert(_progress), [{"name": name, "source": source} for name in _NAMES])
        await _set_version(connection, MOVING)
    return True


async def _has_rows(connection: AsyncConnection) -> bool:
    for table in _TABLES:
        if (await connection.execute(select(table).limit(1))).first() is not None:
            return True
    return False


async def _set_version(connection: AsyncConnection, version: str) -> None:
    await connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


async def _copy(reading: AsyncConnection, here: Database, name: str, told: Callable[[str, int], object]) -> None:
    count = 0
    while moved := await _copy_batch(reading, here, name):
        count += moved
        told(name, count)


async def _copy_batch(reading: AsyncConnection, here: Database, name: str) -> int:
    async with here.write(Lock.SCHEMA) as connection:
        # Locked: a second move into the same database, started by mistake, goes on behind this one.
        mine = select(_progress.c.last_key).where(_progress.c.name == name).with_for_update()
        last = await connection.scalar(mine)
        rows = await rows_after(reading, name, None if last is None else tuple(json.loads(last)), limit=BATCH)
        if not rows:
            return 0
        try:
            await write_rows(connection, name, rows)
        except IntegrityError:
            # A row of an earlier run is gone from the source, or has changed its key.
            raise InputError("move_differs", table=name) from None
        key = json.dumps(key_of(name, rows[-1]))
        await connection.execute(update(_progress).where(_progress.c.name == name).values(last_key=key))
    return len(rows)


async def _compare(there: Database, here: Database, error: str) -> dict[str, Tally]:
    """Count and sum both sides, the source anew: it must not have changed since it was read."""
    tallies: dict[str, Tally] = {}
    async with there.read() as reading:
        for name in _NAMES:
            tallies[name] = await tally_of(reading, name)
            async with here.read() as written:  # one at a time: the server ends transactions that stand idle
                if tallies[name] != await tally_of(written, name):
                    raise InputError(error, table=name)
    return tallies


async def _finish(there: Database, here: Database) -> None:
    async with there.read() as reading:
        used = {row.name: row.seq for row in await reading.execute(text("SELECT name, seq FROM sqlite_sequence"))}
    async with here.write(Lock.SCHEMA) as connection:
        for table in _TABLES:
            if "id" not in table.c:
                continue
            highest = max(used.get(table.name, 0), await connection.scalar(select(func.max(table.c.id))) or 0)
            # Ids that were given out and deleted since do not come back.
            await connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :highest, :is_used)").bindparams(
                    bindparam("name", table.name),
                    bindparam("highest", max(highest, 1), BigInteger()),
                    bindparam("is_used", highest > 0),
                )
            )
        await connection.run_sync(_progress.drop)
        await connection.execute(text("ANALYZE"))
        await _set_version(connection, VERSIONS[-1])
