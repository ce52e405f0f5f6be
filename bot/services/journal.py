"""Group commit for the outbox: what many sends have to write goes into few transactions."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta

from bot.errors import StorageError
from bot.models import Clock, OutboxRecord
from bot.storage.base import OutboxStore

log = logging.getLogger(__name__)

FLUSH_EVERY = 0.02
"""Seconds between two transactions at least; a commit costs one sync of the disk, however much it holds."""
TRY_AGAIN = 0.5
"""Seconds after which a record that could not be written is tried again."""


@dataclass
class _Batch:
    """What the next transaction holds, and who waits for it."""

    starting: dict[int, asyncio.Future[bool]] = field(default_factory=dict)
    records: list[tuple[OutboxRecord, asyncio.Future[bool]]] = field(default_factory=list)


class Journal:
    """Writes starts and outcomes of sends, several in a transaction.

    Args:
        patience: how long the record of a send is tried again when the database does not take it. Without it the
            row's lease runs out, and the reader may get the message twice.
    """

    def __init__(self, storage: OutboxStore, clock: Clock, *, owner: str, patience: timedelta) -> None:
        self._storage = storage
        self._clock = clock
        self._owner = owner
        self._patience = patience.total_seconds()
        self._batch = _Batch()
        self._flushing: asyncio.Task[None] | None = None

    async def start(self, message_id: int) -> bool:
        """Write that a request is about to leave. False when the row's lease is no longer ours: do not send.

        Raises:
            StorageError: nothing was written, and nothing may be sent.
        """
        future = self._future()
        self._batch.starting[message_id] = future
        return await self._written(future)

    async def record(self, record: OutboxRecord) -> None:
        """Write what became of a send; again and again while the database is locked or full, as the send has happened.

        Raises:
            StorageError: not even within ``patience``.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + self._patience
        while True:
            future = self._future()
            self._batch.records.append((record, future))
            try:
                await self._written(future)
            except StorageError as error:
                if loop.time() + TRY_AGAIN > end:
                    raise
                log.warning("outbox %d: what became of it cannot be written yet: %s", record.id, error)
                await asyncio.sleep(TRY_AGAIN)
            else:
                return

    def _future(self) -> asyncio.Future[bool]:
        return asyncio.get_running_loop().create_future()

    async def _written(self, future: asyncio.Future[bool]) -> bool:
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        return await future

    async def _flush(self) -> None:
        while self._batch.starting or self._batch.records:
            batch, self._batch = self._batch, _Batch()
            futures = [*batch.starting.values(), *(future for _, future in batch.records)]
            try:
                ours = await self._storage.advance(
                    batch.starting, [record for record, _ in batch.records], owner=self._owner, now=self._clock()
                )
            except Exception as error:  # whoever waits decides what it means
                for future in futures:
                    if not future.done():
                        future.set_exception(error)
            else:
                for message_id, future in batch.starting.items():
                    if not future.done():
                        future.set_result(message_id in ours)
                for _, future in batch.records:
                    if not future.done():
                        future.set_result(True)
            await asyncio.sleep(FLUSH_EVERY)
        self._flushing = None
