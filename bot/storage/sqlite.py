"""A database in one SQLite file."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.errors import DatabaseBrokenError, DatabaseBusyError, DatabaseReadOnlyError, StorageError
from bot.storage.engine import Found, Lock

READERS = 4
"""Connections that read at the same time; each is a thread with a page cache of its own."""

_WRITER_CACHE_KIB = 16_384


class SqliteDatabase:
    """Transactions on one SQLite file: many readers, one writer at a time, readers never wait for the writer.

    The writer has a connection of its own and begins with BEGIN IMMEDIATE: a transaction that starts as a reader and
    then wants to write fails at once when somebody else wrote in between, however long the busy timeout is.

    Commits are synchronous=FULL. With NORMAL, a WAL is only synced at a checkpoint, so that a power cut would take
    back every ``sent`` of the last minutes and send all of those messages again. FULL costs one fsync a commit.

    Args:
        busy_timeout: seconds to wait for another process that writes.
    """

    def __init__(self, url: URL, *, busy_timeout: float) -> None:
        self._write_lock = asyncio.Lock()
        options = _options(busy_timeout)
        writing = ("journal_mode = WAL", "synchronous = FULL", f"cache_size = -{_WRITER_CACHE_KIB}")
        self._readers = create_async_engine(url, pool_size=READERS, **options)
        _prepare(self._readers.sync_engine, "BEGIN", ("query_only = ON",))
        self._writer = create_async_engine(url, pool_size=1, **options)
        _prepare(self._writer.sync_engine, "BEGIN IMMEDIATE", writing)
        self._writer_at_once = create_engine(url.set(drivername="sqlite"), pool_size=1, **options)
        _prepare(self._writer_at_once, "BEGIN IMMEDIATE", writing)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sari-writer")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one moment of the database."""
        with driver_errors_wrapped():
            async with self._readers.begin() as connection:
                yield connection

    @asynccontextmanager
    async def write(self, *locks: Lock) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write; all writers wait for each other, whatever they lock."""
        async with self._write_lock:
            with driver_errors_wrapped():
                async with self._writer.begin() as connection:
                    yield connection

    async def write_at_once(self, work: Callable[[Connection], Found]) -> Found:
        """A transaction of steps that are known beforehand, in a thread of its own."""

        def run() -> Found:
            with driver_errors_wrapped(), self._writer_at_once.begin() as connection:
                return work(connection)

        async with self._write_lock:
            working = asyncio.get_running_loop().run_in_executor(self._thread, run)
            try:
                return await asyncio.shield(working)
            except asyncio.CancelledError:
                # The next one to write sees what this one did; it cannot be called back.
                await asyncio.wait({working})
                working.exception()
                raise

    async def close(self) -> None:
        await self._readers.dispose()
        await self._writer.dispose()
        await asyncio.to_thread(self._thread.shutdown)
        self._writer_at_once.dispose()


async def open_sqlite(url: URL, *, busy_timeout: float) -> SqliteDatabase:
    """The database in a file, which is made where it is missing.

    Raises:
        DatabaseBrokenError: ``database_folder_missing`` (with ``folder``), ``database_broken`` for a folder.
        StorageError: the file cannot be opened, or is no database.
    """
    path = Path((url.database or "").removeprefix("file:"))
    if not path.parent.is_dir():
        raise DatabaseBrokenError("database_folder_missing", folder=str(path.parent))
    if path.is_dir():  # noqa: ASYNC240 - the file itself is opened in a thread; this is a question of microseconds
        raise DatabaseBrokenError("database_broken")
    # Before aiosqlite does: where it cannot open a file, its thread outlives the event loop and dies with a traceback.
    with driver_errors_wrapped():
        await asyncio.to_thread(_read_header, url, busy_timeout)
    return SqliteDatabase(url, busy_timeout=busy_timeout)


def _read_header(url: URL, busy_timeout: float) -> None:
    (path,), options = url.get_dialect()().create_connect_args(url)
    if not options.get("uri") and not Path(path).exists():
        # Only the owner may know who reads what. SQLite gives its other files the mode of this one, and says itself
        # where none can be made.
        with suppress(OSError):
            Path(path).touch(mode=0o600)
    with closing(sqlite3.connect(path, timeout=busy_timeout, uri=options.get("uri", False))) as connection:
        connection.execute("PRAGMA schema_version")


def _options(busy_timeout: float) -> dict[str, Any]:
    return {
        "max_overflow": 0,
        # isolation_level=None keeps sqlite3 from opening transactions by itself; _prepare does it instead.
        "connect_args": {"timeout": busy_timeout, "isolation_level": None},
        "json_serializer": _to_json,
        "hide_parameters": True,
    }


def _prepare(engine: Engine, begin: str, pragmas: tuple[str, ...]) -> None:
    """Say how connections of an engine are set up and begin."""

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in ("foreign_keys = ON", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def open_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@contextmanager
def driver_errors_wrapped() -> Iterator[None]:
    """Turn what SQLite says about the file into a ``StorageError``; anything else is a bug and passes."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        found = _storage_error(error)
        if found is None:
            raise
        raise found from error


def _storage_error(error: Exception) -> StorageError | None:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, sqlite3.Error):
        return None
    # The low byte is the primary code, https://www.sqlite.org/rescode.html#primary_result_codes_versus_extended
    code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return DatabaseBusyError("database_locked")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return DatabaseReadOnlyError("database_read_only")
        case sqlite3.SQLITE_FULL:
            return DatabaseBrokenError("database_full")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_IOERR:
            return DatabaseBrokenError("database_broken")
    return None
