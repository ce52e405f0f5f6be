"""The outbox goes out: claim, send, record what happened. What each outcome means stands in one table, ``decide``."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

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
from bot.services.journal import Journal
from bot.storage.base import OutboxStore

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""Longer than any send may take, so that a row comes back only when its process is gone."""
IN_FLIGHT, IN_FLIGHT_PAID = 8, 100
CLAIMS = 4
"""Rows that are claimed at a time, for each message in flight."""
DRY = 0.05
"""Seconds after a claim that found nothing: what is recorded frees its chat for the next part, and is not asked for one
by one."""
MAX_ATTEMPTS = 10
"""Failed tries that certainly did not deliver; with the pauses below they last about half a day."""
MAX_AMBIGUOUS = 2
"""Tries that may have delivered: after the second, a third could be the reader's third copy."""
LOOK_AGAIN = 1.0
"""Seconds without any news after which a run looks again whether there is something to do."""
RETRY_BASE = timedelta(seconds=5)
RETRY_CAP = timedelta(hours=2)


class Sender(Protocol):
    """Sends one message and says what became of it; stands in ``telegram.sender``."""

    async def send(
        self, chat_id: int, body: MessageBody, *, before: Callable[[], Awaitable[None]] | None = None
    ) -> SendOutcome:
        """One try.

        Args:
            before: done just before the request leaves; what it raises goes through, and nothing is sent.

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
    return OutboxRecord(
        message.id, state, attempts, ambiguous, now + pause, outcome.message_id, outcome.reason, message.ambiguous
    )


class Delivery:
    """Sends what is due.

    Args:
        owner: names this process in the leases.
        spread: gives random numbers in [0, 1), so that retries do not come back all at once.
        in_flight: messages that are on their way at the same time, and so the most that a kill can double.
    """

    def __init__(
        self,
        storage: OutboxStore,
        sender: Sender,
        clock: Clock,
        *,
        owner: str,
        spread: Callable[[], float],
        in_flight: int = IN_FLIGHT,
    ) -> None:
        self._storage = storage
        self._sender = sender
        self._clock = clock
        self._owner = owner
        self._spread = spread
        self._in_flight = in_flight
        self._journal = Journal(storage, clock, owner=owner, patience=LEASE / 2)
        self._stopping = False

    async def deliver_due(self) -> int:
        """Send rows until none is due. Gives how many were claimed.

        While a flood limit halts the token nothing is claimed: a row must not wait for longer than its lease. After
        an error nothing more is started, but what is on its way is recorded before the error goes on.

        Raises:
            SettingError: the token cannot send at all.
            StorageError: the database does not answer; what had not been sent yet waits in the queue again.
        """
        run = _Run(self._claim, self._deliver, self._halted, self._in_flight)
        try:
            return await run.to_the_end()
        finally:
            if run.may_hold:
                await self._storage.release(owner=self._owner)

    def stop(self) -> None:
        """Start nothing more; what is on its way is still recorded, the rest is given back."""
        self._stopping = True

    def _halted(self) -> bool:
        return self._stopping or self._sender.pause_seconds() > 0

    async def _claim(self) -> list[OutboxMessage]:
        limit = CLAIMS * self._in_flight
        return await self._storage.claim_due(self._clock(), owner=self._owner, limit=limit, lease=LEASE)

    async def _deliver(self, message: OutboxMessage) -> Coroutine[Any, Any, None] | None:
        """One try, written down before and after. Gives what is still to be done when the next message may get ready.

        The next request leaves after a commit which this one's outcome is part of, so that a kill never finds more
        than ``in_flight`` messages between the two.
        """
        if message.ambiguous >= MAX_AMBIGUOUS:
            return self._record(message, SendOutcome(Result.AMBIGUOUS, reason="stopped while sending"))
        try:
            outcome = await self._sender.send(message.chat_id, message.body, before=partial(self._start, message.id))
        except _NotNowError:
            return None
        except SettingError as error:
            await self._record(message, SendOutcome(Result.LATER, reason=str(error)))  # given back as it was
            raise
        return self._record(message, outcome)

    async def _start(self, message_id: int) -> None:
        if self._stopping or not await self._journal.start(message_id):
            raise _NotNowError

    def _record(self, message: OutboxMessage, outcome: SendOutcome) -> Coroutine[Any, Any, None]:
        now = self._clock()
        record = decide(message, outcome, now, self._spread())
        if outcome.result is not Result.SENT:
            log.info("outbox %d to chat %d: %s %s", message.id, message.chat_id, outcome.result, outcome.reason)
        return self._finish(message, outcome, now, self._journal.record(record))

    async def _finish(
        self, message: OutboxMessage, outcome: SendOutcome, now: datetime, recorded: asyncio.Future[None]
    ) -> None:
        await recorded
        if outcome.result is Result.GONE:
            await self._storage.set_status(message.chat_id, Status.BLOCKED, now)
        elif outcome.result is Result.MIGRATED and outcome.new_chat_id is not None:
            await self._storage.migrate_chat(message.chat_id, outcome.new_chat_id, now)


class _NotNowError(Exception):
    """The row is somebody else's by now, or waits for the next process."""


class _Run:
    """Keeps ``in_flight`` messages on their way, from claim to claim, until nothing is due.

    Whoever has sent one goes on with the next, without a turn of the loop in between: at a thousand messages a second a
    turn takes milliseconds. The next rows are claimed while the last ones are sent, and one slow send holds up nobody
    else. (A TaskGroup would break the others off at the first error, and nobody would know what became of them.)
    """

    def __init__(
        self,
        claim: Callable[[], Awaitable[list[OutboxMessage]]],
        deliver: Callable[[OutboxMessage], Awaitable[Coroutine[Any, Any, None] | None]],
        halted: Callable[[], bool],
        in_flight: int,
    ) -> None:
        self.claimed = 0
        self.may_hold = False
        """Whether a claim gave rows, or was broken off and may have."""
        self._claim = claim
        self._deliver = deliver
        self._halted = halted
        self._in_flight = in_flight
        self._waiting: deque[OutboxMessage] = deque()
        self._records: deque[Coroutine[Any, Any, None]] = deque()
        self._senders: set[asyncio.Task[None]] = set()
        self._recorder: set[asyncio.Task[None]] = set()
        self._claimer: set[asyncio.Task[None]] = set()
        self._is_dry = False
        self._may_have_more = True
        self._errors: list[Exception] = []
        self._changed = asyncio.Event()

    async def to_the_end(self) -> int:
        try:
            while True:
                self._changed.clear()
                self._start_more()
                if not (self._senders or self._recorder or self._claimer):
                    break
                try:
                    async with asyncio.timeout(LOOK_AGAIN):
                        await self._changed.wait()
                except TimeoutError:  # one slow send must not hold up what is new, or what a pause had held up
                    self._may_have_more = True
        finally:  # broken off: the rows stay as they are, and come back when their lease has run out
            for task in (*self._senders, *self._recorder, *self._claimer):
                task.cancel()
            for record in self._records:
                record.close()
        for other in self._errors[1:]:
            log.error("another message of the same run: %r", other)
        if self._errors:
            raise self._errors[0]
        return self.claimed

    def _goes_on(self) -> bool:
        return not self._errors and not self._halted()

    def _start_more(self) -> None:
        if self._records and not self._recorder:
            self._start(self._record_on(), self._recorder)
        if not self._goes_on():
            return
        for _ in range(min(len(self._waiting), self._in_flight - len(self._senders))):
            self._start(self._send_on(), self._senders)
        if not self._claimer and self._may_have_more and len(self._waiting) < self._in_flight:
            self._start(self._claim_more(), self._claimer)

    async def _send_on(self) -> None:
        while self._waiting and self._goes_on():
            record = await self._deliver(self._waiting.popleft())
            if record is not None:
                self._records.append(record)
                self._changed.set()

    async def _record_on(self) -> None:
        """Await what is written already, or soon, in its order; a task for each would cost a tenth of a send."""
        while self._records:
            try:
                await self._records.popleft()
            except Exception as error:  # the others are still recorded
                self._errors.append(error)
            self._may_have_more = True  # the next part for this chat may go now
            self._changed.set()

    async def _claim_more(self) -> None:
        if self._is_dry and self._senders:
            await asyncio.sleep(DRY)
            if not self._goes_on():
                return
        self._may_have_more = False
        had, self.may_hold = self.may_hold, True
        messages = await self._claim()
        self.may_hold = had or bool(messages)
        self.claimed += len(messages)
        self._waiting.extend(messages)
        self._is_dry = not messages
        self._may_have_more = self._may_have_more or not self._is_dry

    def _start(self, work: Coroutine[Any, Any, None], among: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(work)
        among.add(task)
        task.add_done_callback(partial(self._has_ended, among))

    def _has_ended(self, among: set[asyncio.Task[None]], task: asyncio.Task[None]) -> None:
        among.discard(task)
        if not task.cancelled() and (error := task.exception()):
            if not isinstance(error, Exception):
                raise error
            self._errors.append(error)
        self._changed.set()
