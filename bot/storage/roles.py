"""Roles and turns by advisory locks of PostgreSQL, each on a connection of its own; with SQLite whoever asks has them.

A session's advisory locks end with it, so that a process that is killed gives back what it held at once, and one whose
machine or network is gone within seconds (keepalives of the server).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL

from bot.errors import DatabaseUnreachableError
from bot.storage.engine import SQLITE, parse_url
from bot.storage.processes import Role, Turns

if TYPE_CHECKING:
    import asyncpg

_CONNECT_SECONDS = 3.0
_ANSWER_SECONDS = 2.0
"""A holder who hears nothing for so long must take the role for lost."""
_SESSION = {
    "application_name": "sari role",
    # The server gives up a silent peer after seven seconds.
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
}
_TURNS = 0x53617270
"""The first of two numbers of the locks of chats; next to ``postgres.LOCK_SPACE``."""


def open_role(database_url: str, name: str, *, shared: bool = False) -> Role:
    """The role with this name among all processes on a database.

    Args:
        shared: many may have it at a time.

    Raises:
        SettingError: the address cannot be used.
    """
    url = parse_url(database_url)
    return SoleRole() if url.drivername == SQLITE else AdvisoryRole(url, name, shared=shared)


def open_turns(database_url: str) -> Turns:
    """The turns of this process.

    Raises:
        SettingError: the address cannot be used.
    """
    url = parse_url(database_url)
    return SoleTurns() if url.drivername == SQLITE else AdvisoryTurns(url)


class SoleRole:
    """The role of the only process."""

    async def take(self) -> bool:
        return True

    async def holds(self) -> bool:
        return True

    async def give_up(self) -> None:
        """Nobody waits for it."""


class SoleTurns:
    """The turns of the only process."""

    async def take(self, chat_ids: Sequence[int]) -> list[int]:
        return list(chat_ids)

    async def leave(self, chat_ids: Collection[int]) -> None:
        """Nobody waits for them."""

    async def close(self) -> None:
        """There is nothing to close."""


class AdvisoryRole:
    """A role that is a session lock."""

    def __init__(self, url: URL, name: str, *, shared: bool) -> None:
        self._session = Session(url)
        self._key = lock_key(name)
        self._lock = f"pg_try_advisory_lock{'_shared' if shared else ''}"
        self._has = False

    async def take(self) -> bool:
        try:
            async with self._session.use() as connection:
                self._has = bool(await connection.fetchval(f"SELECT {self._lock}($1)", self._key))
        except DatabaseUnreachableError:
            self._has = False
        return self._has

    async def holds(self) -> bool:
        if not self._has:
            return False
        try:
            async with self._session.use(anew=False) as connection:
                await connection.fetchval("SELECT 1")
        except DatabaseUnreachableError:
            self._has = False
        return self._has

    async def give_up(self) -> None:
        self._has = False
        await self._session.close()


class AdvisoryTurns:
    """Turns that are session locks, all of one session. Chats that share a number wait for each other needlessly."""

    def __init__(self, url: URL) -> None:
        self._session = Session(url)

    async def take(self, chat_ids: Sequence[int]) -> list[int]:
        query = "SELECT chat, pg_try_advisory_lock($1, hashint8(chat)) AS ours FROM unnest($2::bigint[]) AS chat"
        async with self._session.use() as connection:
            return [row["chat"] for row in await connection.fetch(query, _TURNS, list(chat_ids)) if row["ours"]]

    async def leave(self, chat_ids: Collection[int]) -> None:
        query = "SELECT pg_advisory_unlock($1, hashint8(chat)) FROM unnest($2::bigint[]) AS chat"
        try:
            async with self._session.use(anew=False) as connection:
                await connection.fetch(query, _TURNS, list(chat_ids))
        except DatabaseUnreachableError:
            return  # its locks have ended with it

    async def close(self) -> None:
        await self._session.close()


class Session:
    """A connection that is opened when it is needed, and again when it was lost.

    Args:
        answer_seconds: after which a statement is given up.
    """

    def __init__(self, url: URL, *, answer_seconds: float = _ANSWER_SECONDS) -> None:
        self._dsn = driver_url(url)
        self._answer_seconds = answer_seconds
        self._connection: asyncpg.Connection[Any] | None = None
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def use(self, *, anew: bool = True) -> AsyncIterator[Any]:
        """The connection. After an error it is closed, and whatever it held is given back.

        Args:
            anew: connect when there is none.

        Raises:
            DatabaseUnreachableError: there is none, or it was lost.
        """
        async with self._one_at_a_time:
            with connection_errors_wrapped():
                if self._connection is None or self._connection.is_closed():
                    if not anew:
                        raise ConnectionError
                    self._connection = await _connect(self._dsn, self._answer_seconds)
                try:
                    yield self._connection
                except BaseException:
                    # Also when cancelled: an answer still on its way would be taken for that to the next statement,
                    # and nobody would know which locks it holds.
                    self._connection.terminate()
                    self._connection = None
                    raise

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with _ignored():
                await connection.close(timeout=_ANSWER_SECONDS)


async def _connect(dsn: str, answer_seconds: float) -> Any:
    import asyncpg

    return await asyncpg.connect(
        dsn, timeout=_CONNECT_SECONDS, command_timeout=answer_seconds, server_settings=_SESSION
    )


@contextmanager
def connection_errors_wrapped() -> Iterator[None]:
    """Whatever the server or the network says here means that the connection is of no use."""
    import asyncpg

    try:
        yield
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise DatabaseUnreachableError("database_unreachable") from error


@contextmanager
def _ignored() -> Iterator[None]:
    try:
        with connection_errors_wrapped():
            yield
    except DatabaseUnreachableError:
        return


def driver_url(url: URL) -> str:
    """The address as asyncpg takes it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def lock_key(name: str) -> int:
    """The number of the lock with this name, 64 bits with a sign."""
    digest = hashlib.blake2b(f"sari {name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
