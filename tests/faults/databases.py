"""Databases for the fault tests, and what can happen to them."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Protocol

_FULL_AT = 65_536
"""Bytes to which files may grow on the full disk."""


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


@asynccontextmanager
async def sqlite_target(folder: Path) -> AsyncIterator[SqliteTarget]:
    """A new file in ``folder``."""
    yield SqliteTarget(folder)
