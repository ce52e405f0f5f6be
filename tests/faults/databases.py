"""Databases for the fault tests, and what can happen to them."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Final, Protocol

import asyncpg

from bot.storage.engine import Lock
from bot.storage.postgres import LOCK_SPACE
from tests import postgres

_FULL_AT: Final = 65_536
"""Bytes to which files may grow on the full disk."""
_BROKEN: Final = """
    SELECT min(id) FROM outbox GROUP BY chat_id, kind, source_id, part HAVING count(*) > 1
    UNION ALL SELECT id FROM outbox WHERE NOT EXISTS (SELECT 1 FROM message_bodies WHERE message_bodies.id = body_id)
"""
KINDS: Final = ("sqlite", "postgresql")


class Target(Protocol):
    """A database of one kind."""

    url: str

    async def hold_lock(self, seconds: float) -> None:
        """Let another program write for so long."""

    async def integrity(self) -> str:
        """``ok``, or what is wrong."""


class SqliteTarget:
    """A file."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "sari.db"
        self.url = f"sqlite+aiosqlite:///{self._path}"

    async def hold_lock(self, seconds: float) -> None:
        with closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(seconds)
            connection.execute("ROLLBACK")

    async def fill_disk(self, pid: int, seconds: float) -> None:
        """Let no file of this process grow beyond the first pages for so long, as if the disk was full."""
        limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (_FULL_AT, limits[1]))
        await asyncio.sleep(seconds)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)

    async def integrity(self) -> str:
        with closing(sqlite3.connect(self._path)) as connection:
            return str(connection.execute("PRAGMA integrity_check").fetchone()[0])


class PostgresTarget:
    """A database on the server of the tests."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def hold_lock(self, seconds: float) -> None:
        connection = await asyncpg.connect(postgres.driver_url(self.url))
        try:
            async with connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK_SPACE, int(Lock.DELIVERY))
                await asyncio.sleep(seconds)
        finally:
            await connection.close()

    async def cut_connections(self) -> None:
        """End everybody's connections to this database, as a restart of the server does."""
        await postgres.execute(
            self.url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )

    async def integrity(self) -> str:
        """What no index and no lock may hide: each unique key once, no row without a body."""
        found = await postgres.execute(self.url, _BROKEN)
        return "ok" if not found else f"{len(found)} rows"


class RestartableTarget(PostgresTarget):
    """A database on a server that nobody else uses."""

    def __init__(self, server: postgres.OwnServer, url: str) -> None:
        super().__init__(url)
        self._server = server

    async def restart(self, *, orderly: bool) -> None:
        """Stop the server, or kill it as if its machine had failed, and start it again a moment later."""
        await asyncio.to_thread(self._server.restart, orderly=orderly, away=0.5)


@asynccontextmanager
async def open_target(kind: str, folder: Path) -> AsyncIterator[Target]:
    """A new database: ``sqlite`` in the folder, or ``postgresql`` on the server of the tests."""
    if kind == "sqlite":
        yield SqliteTarget(folder)
        return
    async with postgres.database() as url:
        yield PostgresTarget(url)


@asynccontextmanager
async def open_restartable(_kind: str, _folder: Path) -> AsyncIterator[Target]:
    """A new database on a server of its own, always PostgreSQL; as ``open_target``."""
    async with postgres.own_server() as (server, url):
        yield RestartableTarget(server, url)
