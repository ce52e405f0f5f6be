"""What several processes on one database need of each other. On SQLite there is one, and all of it is trivial."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.models import Article, Feed


@dataclass(frozen=True, slots=True)
class InboxUpdate:
    """An update as Telegram sent it."""

    id: int
    chat_id: int
    """Whose order counts; 0 where it belongs to no chat."""
    content: str
    """JSON."""


class InboxStore(Protocol):
    """Called by services.inbox."""

    async def add_updates(self, updates: Sequence[InboxUpdate], now: datetime) -> None:
        """Keep updates; one that is there already, handled or not, stays as it is."""

    async def waiting_chats(self, busy: Collection[int], *, limit: int) -> list[int]:
        """Chats with unhandled updates, but for those that are ``busy``; longest waiting first."""

    async def waiting_updates(self, chat_ids: Collection[int]) -> list[InboxUpdate]:
        """Unhandled updates of these chats, in their order."""

    async def mark_handled(self, update_ids: Collection[int], now: datetime) -> None: ...


class WorkStore(Protocol):
    """Called by services.work."""

    async def feed(self, feed_id: int) -> Feed | None: ...

    async def due_feeds(self, now: datetime, *, limit: int, per_host: int) -> list[Feed]:
        """See ``base.FeedStore``."""

    async def undigested_ids(self, *, limit: int) -> list[int]:
        """Articles that wait for a digest, newest first."""

    async def undigested_among(self, article_ids: Collection[int]) -> list[Article]:
        """Those of these articles that still wait for a digest, newest first."""


class Role(Protocol):
    """Something that one process at a time does, or (a shared role) that processes are seen to do.

    A role goes back by itself when its process dies, or when the database has ended the connection.
    """

    async def take(self) -> bool:
        """Try to get the role; True when it is ours now. False too while the database does not answer."""

    async def holds(self) -> bool:
        """Whether it is still ours, asked of the database."""

    async def give_up(self) -> None: ...


class Turns(Protocol):
    """Chats whose updates this process handles at the moment, and no other."""

    async def take(self, chat_ids: Sequence[int]) -> list[int]:
        """Those of the chats that no other process is at.

        Raises:
            StorageError: the database does not answer; all turns are over.
        """

    async def leave(self, chat_ids: Collection[int]) -> None:
        """Done with these chats."""

    async def close(self) -> None: ...


Job = Callable[[bytes], Awaitable[None]]
"""What a worker does with a job; gets what the job was queued with."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be queued."""

    kind: str
    key: str
    """While a job with this key waits or is being done, another one is not queued."""
    payload: bytes


class WorkQueue(Protocol):
    """Jobs for other processes. A job whose process died is done by another within a minute."""

    async def has_workers(self) -> bool:
        """Whether any process does jobs at the moment."""

    async def add(self, jobs: Sequence[NewJob]) -> None:
        """Queue jobs.

        Raises:
            StorageError: the database does not answer.
        """

    async def work(self, jobs: Mapping[str, tuple[Job, int]]) -> None:
        """Do jobs until cancelled, of each kind so many at the same time; what is under way is then finished.

        Raises:
            StorageError: the connection to the database was lost; call again.
        """

    async def prune(self) -> None:
        """Forget what was noted about jobs that are done."""

    async def close(self) -> None: ...
