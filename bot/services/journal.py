"""What delivery has to write about its sends: that one is about to leave, and what became of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from bot.errors import StorageError
from bot.models import Clock, OutboxRecord
from bot.services.group_commit import GroupCommit
from bot.storage.base import OutboxStore

log = logging.getLogger(__name__)

TOGETHER = 32
"""Starts and outcomes in one transaction, at most. A commit costs one sync of the disk, however much it holds; but what
is started together comes back together, and then the loop and the disk wait for each other in turns."""
TRY_AGAIN = 0.5
"""Seconds after which a record that could not be written is tried again."""


class Journal:
    """Writes starts and outcomes of sends, those of the same moment in one transaction.

    Args:
        patience: how long the record of a send is tried again when the database does not take it. Without it the
            row's lease runs out, and the reader may get the message twice.
    """

    def __init__(self, storage: OutboxStore, clock: Clock, *, owner: str, patience: timedelta) -> None:
        self._storage = storage
        self._clock = clock
        self._owner = owner
        self._patience = patience.total_seconds()
        self._started: set[int] = set()
        self._owed: dict[int, OutboxRecord] = {}
        self._entries: GroupCommit[int | OutboxRecord] = GroupCommit(self._commit, most=TOGETHER)

    async def start(self, message_id: int) -> bool:
        """Write that a request is about to leave. False when the row's lease is no longer ours: do not send.

        Raises:
            StorageError: nothing was written, and nothing may be sent.
        """
        self._started.discard(message_id)  # from an earlier start that was broken off
        await self._entries.write(message_id)
        is_ours = message_id in self._started
        self._started.discard(message_id)
        return is_ours

    def record(self, record: OutboxRecord) -> asyncio.Future[None]:
        """Write what became of a send; again and again while the database is locked or full, as the send has happened.

        It is written with or before every start that is asked for after this call: else a kill could find more
        messages between the two than may be in flight. What is given is done when it is written, or has the
        StorageError of the last try within ``patience``.
        """
        loop = asyncio.get_running_loop()
        recorded: asyncio.Future[None] = loop.create_future()
        self._try(record, recorded, loop.time() + self._patience)
        return recorded

    def _try(self, record: OutboxRecord, recorded: asyncio.Future[None], end: float) -> None:
        self._entries.write(record).add_done_callback(partial(self._tried, record, recorded, end))

    def _tried(
        self, record: OutboxRecord, recorded: asyncio.Future[None], end: float, written: asyncio.Future[None]
    ) -> None:
        loop, error = asyncio.get_running_loop(), written.exception()
        if recorded.done():  # broken off
            return
        if error is None:
            recorded.set_result(None)
        elif isinstance(error, StorageError) and loop.time() + TRY_AGAIN <= end:
            log.warning("outbox %d: what became of it cannot be written yet: %s", record.id, error)
            loop.call_later(TRY_AGAIN, self._try_again, record, recorded, end)
        else:
            self._owed.pop(record.id, None)
            recorded.set_exception(error)

    def _try_again(self, record: OutboxRecord, recorded: asyncio.Future[None], end: float) -> None:
        if record.id in self._owed:
            self._try(record, recorded, end)
        elif not recorded.done():  # a later transaction took it along
            recorded.set_result(None)

    async def _commit(self, entries: Sequence[int | OutboxRecord]) -> None:
        starting = [entry for entry in entries if isinstance(entry, int)]
        records = self._owed | {entry.id: entry for entry in entries if isinstance(entry, OutboxRecord)}
        try:
            started = await self._storage.advance(
                starting, list(records.values()), owner=self._owner, now=self._clock()
            )
        except StorageError:
            self._owed = records
            raise
        self._owed = {}
        self._started |= started
