"""A database on a PostgreSQL server."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from importlib.util import find_spec
from typing import Any

from sqlalchemy import URL, Connection, event, func, select
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import (
    DatabaseBrokenError,
    DatabaseBusyError,
    DatabaseReadOnlyError,
    DatabaseUnreachableError,
    SettingError,
    StorageError,
)
from bot.storage.engine import Found, Lock

READERS = 4
"""Connections that read at the same time."""

LOCK_SPACE = 0x53617269
"""The first of the two numbers of our advisory locks ("Sari"): another program may share the database."""

_CONNECT_SECONDS = 10.0
_ANSWER_SECONDS = 60.0
"""After which a statement is given up, as its server has gone without a word. Migrations may take longer."""
_SESSION = {
    "application_name": "sari",
    # A plan of a thousandth of a second is not worth a compiler.
    "jit": "off",
    # The server notices within half a minute that this machine has gone, and gives its locks to another.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "60s",
    # What is streamed is read until enough has been found, which is soon.
    "cursor_tuple_fraction": "0.0001",
}
# Which words a query has decides whether the index or the order of ids is the shorter way.
_READING = {"plan_cache_mode": "force_custom_plan"}


class PostgresDatabase:
    """Transactions on a PostgreSQL database, which other processes may use at the same time.

    Readers see one snapshot (REPEATABLE READ). Writers are READ COMMITTED and take an advisory lock until they commit,
    so that those that name the same ``Lock`` follow each other as they do on SQLite.

    Args:
        busy_timeout: seconds to wait for a lock that another process holds.
    """

    def __init__(self, url: URL, *, busy_timeout: float) -> None:
        # Waiting for each other here needs no connections; the lock of the database is for other processes.
        self._turns: defaultdict[Lock, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._readers = _engine(
            url,
            READERS,
            _READING,
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True},
        )
        waiting = {"lock_timeout": f"{max(1, round(busy_timeout * 1000))}ms"}
        self._writers = _engine(url, len(Lock), waiting)
        self._schema = _engine(url, 1, waiting, answer_seconds=None)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one moment of the database."""
        with driver_errors_wrapped():
            async with self._readers.begin() as connection:
                yield connection

    @asynccontextmanager
    async def write(self, *locks: Lock) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write; those with the same lock wait for each other, in all processes."""
        engine = self._schema if Lock.SCHEMA in locks else self._writers
        async with AsyncExitStack() as stack:
            ordered = sorted(locks or (Lock.DELIVERY,))  # everywhere the same, so that none wait in a circle
            for lock in ordered:
                await stack.enter_async_context(self._turns[lock])
            with driver_errors_wrapped():
                async with engine.begin() as connection:
                    for lock in ordered:
                        await connection.execute(select(func.pg_advisory_xact_lock(LOCK_SPACE, int(lock))))
                    yield connection

    async def write_at_once(self, work: Callable[[Connection], Found]) -> Found:
        """A transaction under ``Lock.DELIVERY``, its steps written as those of SQLite's thread are."""
        async with self.write(Lock.DELIVERY) as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        for engine in (self._readers, self._writers, self._schema):
            await engine.dispose()


async def open_postgres(url: URL, *, busy_timeout: float) -> PostgresDatabase:
    """The database on a server that answers.

    Raises:
        SettingError: ``postgres_missing``: the extra ``postgres`` is not installed.
        StorageError: see ``_storage_error``.
    """
    if find_spec("asyncpg") is None:
        raise SettingError("postgres_missing")
    database = PostgresDatabase(url, busy_timeout=busy_timeout)
    try:
        async with database.read():
            pass
    except BaseException:  # also when cancelled: nobody else holds the connections yet
        await database.close()
        raise
    return database


def _engine(
    url: URL, size: int, settings: dict[str, str], *, answer_seconds: float | None = _ANSWER_SECONDS, **options: Any
) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        connect_args={
            "timeout": _CONNECT_SECONDS,
            "command_timeout": answer_seconds,
            "server_settings": _SESSION | settings,
        },
        hide_parameters=True,
        **options,
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def leave_closed_ones(connection: Any, _record: object, _proxy: object) -> None:
        # After a restart of the server: asyncpg knows, and asking it costs nothing, unlike pool_pre_ping.
        if connection.driver_connection.is_closed():
            raise DisconnectionError

    return engine


@contextmanager
def driver_errors_wrapped() -> Iterator[None]:
    """Turn what the server says about itself into a ``StorageError``; anything else is a bug and passes."""
    import asyncpg

    try:
        yield
    # asyncpg gives OSErrors as they are; also of a time-out. The last is what it says of a connection that was ended
    # in the midst of an answer.
    except (DBAPIError, PoolTimeoutError, OSError, asyncpg.InternalClientError) as error:
        found = _storage_error(error)
        if found is None:
            raise
        raise found from error


def _storage_error(error: Exception) -> StorageError | None:
    """By SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html"""
    if not isinstance(error, DBAPIError):
        return DatabaseUnreachableError("database_unreachable")
    state: str | None = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated:
        return DatabaseUnreachableError("database_unreachable")
    match state:
        case None:  # asyncpg's own: the connection was closed under it
            return DatabaseUnreachableError("database_unreachable") if "clos" in str(error.orig) else None
        case "40001" | "40P01" | "55P03" | "57014":
            return DatabaseBusyError("database_locked")
        case "25006" | "42501":
            return DatabaseReadOnlyError("database_no_rights")
        case "28000" | "28P01":
            return DatabaseUnreachableError("database_login")
        case "3D000":
            return DatabaseUnreachableError("database_missing")
        case "53100":
            return DatabaseBrokenError("database_full")
        case "58030" | "XX001" | "XX002":
            return DatabaseBrokenError("database_damaged")
    # Connections that end, a server that starts or stops, too many connections.
    return (
        DatabaseUnreachableError("database_unreachable") if state[:3] in ("57P", "533") or state[:2] == "08" else None
    )
