"""One database: its transactions, whichever kind it is, and its address."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from enum import IntEnum
from typing import Protocol, TypeVar

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SettingError

SQLITE, POSTGRESQL = "sqlite+aiosqlite", "postgresql+asyncpg"

_SSL = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")

Found = TypeVar("Found")


class Lock(IntEnum):
    """Writers that name the same lock wait for each other, in all processes; the numbers are known to all of them.

    SQLite has one writer at a time anyway. On PostgreSQL, what one group of methods reads before it writes stays true
    until it commits; rows that two groups write are safe by their own locks and by unique indexes.
    """

    SCHEMA = 1
    ARTICLES = 2
    """Feeds, articles and the search index."""
    STORIES = 3
    EDITIONS = 4
    """Of its own, since queueing for a hundred thousand readers takes seconds, and claims go on meanwhile."""
    DELIVERY = 5
    """The outbox, chats, readers and broadcasts."""
    LISTINGS = 6
    INBOX = 7


class Database(Protocol):
    """Transactions on one database; errors of the driver come as ``StorageError``."""

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction that sees one moment of the database."""

    def write(self, *locks: Lock) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction that may write; committed when the block ends well, rolled back otherwise.

        Args:
            locks: ``Lock.DELIVERY`` where none is named.
        """

    async def write_at_once(self, work: Callable[[Connection], Found]) -> Found:
        """A transaction under ``Lock.DELIVERY`` that needs nothing from outside between its first step and its last.

        On SQLite all of it happens in another thread. With ``write`` each step waits for a loop that is busy with
        sends: at a thousand messages a second that made 15 milliseconds of 2, and every send waits for such a commit.
        When the caller is cancelled, the transaction still comes to its end.
        """

    async def close(self) -> None: ...


async def open_database(text: str, *, busy_timeout: float) -> Database:
    """The database at an address; nothing is written yet.

    Raises:
        SettingError: see ``parse_url``.
        StorageError: it cannot be opened or reached, or is no database.
    """
    url = parse_url(text)
    if url.drivername == SQLITE:
        from bot.storage.sqlite import open_sqlite

        return await open_sqlite(url, busy_timeout=busy_timeout)
    from bot.storage.postgres import open_postgres

    return await open_postgres(url, busy_timeout=busy_timeout)


def parse_url(text: str) -> URL:
    """The address of a database.

    Raises:
        SettingError: ``setting_wrong``; without the address, which may hold a password.
    """
    wrong = SettingError("setting_wrong", name="SARI_DATABASE_URL")
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # ``from None``: the cause may have the address in its message.
        raise wrong from None
    if not url.database or url.drivername not in (SQLITE, POSTGRESQL):
        raise wrong
    if url.drivername == SQLITE and (url.host or ":memory:" in url.database or set(url.query) - {"mode", "uri"}):
        raise wrong
    # Others would be handed to asyncpg as arguments, which knows few of what libpq knows.
    if url.drivername == POSTGRESQL and (set(url.query) - {"host", "ssl"} or not (url.host or url.query.get("host"))):
        raise wrong
    if url.query.get("ssl", "prefer") not in _SSL:
        raise wrong
    return url
