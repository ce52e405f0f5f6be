"""The outbox goes out: claim, send, record what happened. What each outcome means stands in one table, ``decide``."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import SettingError
from bot.models import (
    Clock,
    MessageBody,
    OutboxMessage,
    OutboxRecord,
    OutboxState,
    Result,
    SendOutcome,
    Status,
)
from bot.schedule import backoff
from bot.storage.base import OutboxStore

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""Longer than any send may take, so that a row comes back only when its process is gone."""
IN_FLIGHT = 8
MAX_ATTEMPTS = 10
"""Failed tries that certainly did not deliver; with the pauses below they last about half a day."""
MAX_AMBIGUOUS = 2
"""Tries that may have delivered: after the second, a third could be the reader's third copy."""
RETRY_BASE = timedelta(seconds=5)
RETRY_CAP = timedelta(hours=2)


class Sender(Protocol):
    """Sends one message and says what became of it; stands in ``telegram.sender``."""

    async def send(self, chat_id: int, body: MessageBody) -> SendOutcome:
        """One try.

        Raises:
            SettingError: nothing can be sent at all, and this message was not.
        """

    def pause_seconds(self) -> float:
        """How long a flood limit still halts the whole token; 0 when nothing does."""


def decide(message: OutboxMessage, outcome: SendOutcome, now: datetime, spread: float) -> OutboxRecord:
    """What one outcome means for a row of the outbox. Pure.

    ======== ==========================================================================
    sent     done; the message id is kept
    later    flood limit: back into the queue, no attempt spent
    retry    certainly not delivered: again after a growing pause, at most MAX_ATTEMPTS
    ambiguous may have been delivered: once more after a pause, then ``unknown``
    gone     the chat cannot be reached: dead (and the reader inactive, settings kept)
    migrated again, to the new id
    rejected the message itself is wrong: dead, never again as it is
    ======== ==========================================================================
    """
    state, attempts, ambiguous, pause = OutboxState.PENDING, message.attempts, message.ambiguous, timedelta(0)
    match outcome.result:
        case Result.SENT:
            state = OutboxState.SENT
        case Result.LATER:
            pause = timedelta(seconds=outcome.wait_seconds)
        case Result.RETRY:
            attempts += 1
            pause = backoff(attempts, base=RETRY_BASE, cap=RETRY_CAP, spread=spread)
            state = OutboxState.DEAD if attempts >= MAX_ATTEMPTS else state
        case Result.AMBIGUOUS:
            ambiguous += 1
            pause = backoff(ambiguous, base=RETRY_BASE, cap=RETRY_CAP, spread=spread)
            state = OutboxState.UNKNOWN if ambiguous >= MAX_AMBIGUOUS else state
        case Result.MIGRATED:
            attempts += 1
            state = OutboxState.DEAD if attempts >= MAX_ATTEMPTS else state
        case Result.GONE | Result.REJECTED:
            state = OutboxState.DEAD
    return OutboxRecord(message.id, state, attempts, ambiguous, now + pause, outcome.message_id, outcome.reason)


class Delivery:
    """Sends what is due.

    Args:
        owner: names this process in the leases.
        spread: gives random numbers in [0, 1), so that retries do not come back all at once.
    """

    def __init__(
        self, storage: OutboxStore, sender: Sender, clock: Clock, *, owner: str, spread: Callable[[], float]
    ) -> None:
        self._storage = storage
        self._sender = sender
        self._clock = clock
        self._owner = owner
        self._spread = spread
        self._stopping = False

    async def deliver_due(self, *, batch: int = 100) -> int:
        """Send rows until none is due, ``IN_FLIGHT`` at a time. Gives how many were claimed.

        While a flood limit halts the token nothing is claimed: a row must not wait for longer than its lease.

        Raises:
            SettingError: nothing can be sent with this token.
            StorageError: a row could not be read or written; what had not been sent yet waits in the queue again.
        """
        claimed = 0
        try:
            while not self._halted():
                messages = await self._storage.claim_due(self._clock(), owner=self._owner, limit=batch, lease=LEASE)
                if not messages:
                    break
                claimed += len(messages)
                await self._deliver_all(messages)
        finally:
            if claimed:
                await self._storage.release(owner=self._owner)
        return claimed

    def stop(self) -> None:
        """Start nothing more; what is on its way is still recorded, the rest is given back."""
        self._stopping = True

    def _halted(self) -> bool:
        return self._stopping or self._sender.pause_seconds() > 0

    async def _deliver_all(self, messages: Sequence[OutboxMessage]) -> None:
        """After an error nothing more is started, but what is on its way is recorded before the error goes on.

        (A TaskGroup would break the others off while they send, and nobody would know what became of them.)
        """
        gate = asyncio.Semaphore(IN_FLIGHT)
        errors: list[Exception] = []

        async def deliver(message: OutboxMessage) -> None:
            async with gate:
                if errors or self._halted():
                    return
                try:
                    await self._deliver(message)
                except Exception as error:  # raised below, when the sends beside it are recorded
                    errors.append(error)

        await asyncio.gather(*map(deliver, messages))
        for other in errors[1:]:
            log.error("another message of the same batch: %r", other)
        if errors:
            raise errors[0]

    async def _deliver(self, message: OutboxMessage) -> None:
        if message.ambiguous >= MAX_AMBIGUOUS:
            outcome = SendOutcome(Result.AMBIGUOUS, reason="stopped while sending")
        elif await self._storage.mark_sending(message.id, owner=self._owner):
            try:
                outcome = await self._sender.send(message.chat_id, message.body)
            except SettingError as error:
                await self._record(message, SendOutcome(Result.LATER, reason=str(error)))  # given back as it was
                raise
        else:
            return
        await self._record(message, outcome)

    async def _record(self, message: OutboxMessage, outcome: SendOutcome) -> None:
        now = self._clock()
        record = decide(message, outcome, now, self._spread())
        if outcome.result is not Result.SENT:
            log.info("outbox %d to chat %d: %s %s", message.id, message.chat_id, outcome.result, outcome.reason)
        await self._storage.record([record], owner=self._owner, now=now)
        if outcome.result is Result.GONE:
            await self._storage.set_status(message.chat_id, Status.BLOCKED, now)
        elif outcome.result is Result.MIGRATED and outcome.new_chat_id is not None:
            await self._storage.migrate_chat(message.chat_id, outcome.new_chat_id, now)
