"""The outbox under any order of events: a model that knows what each reader has, beside the real storage.

The machine plays senders (who claim, start, hear an answer or none, and die), readers who come and go, and a clock that
jumps. The model holds the lines that must not be crossed; after each step every row is compared with it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Collection, Coroutine
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.models import (
    MessageBody,
    NewEdition,
    OutboxDraft,
    OutboxKind,
    OutboxState,
    Result,
    SendOutcome,
    Status,
)
from bot.services.delivery import LEASE, MAX_AMBIGUOUS, decide
from bot.storage import open_storage
from bot.storage.base import EditionDelivery
from bot.storage.sql import SqlStorage
from bot.storage.tables import outbox
from tests.faults.databases import open_target
from tests.faults.outbox_model import NIGHT, Model, Row, Try
from tests.records import subscriber

Answer = TypeVar("Answer")

MEMORY: Final = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where files are synced at once: here no power cut is played."""
CHATS: Final = (1, 2, 3)
OWNERS: Final = ("satu", "dua")
MOVED: Final = 1000
"""What a chat's id grows by when it becomes a supergroup."""
DAY: Final = timedelta(days=1)
FINAL: Final = (OutboxState.SENT, OutboxState.DEAD, OutboxState.UNKNOWN)
WITHOUT_ARRIVAL: Final = (Result.LATER, Result.RETRY, Result.GONE, Result.REJECTED, Result.MIGRATED)

chats_of: Final = some.lists(some.sampled_from(CHATS), min_size=1, max_size=3, unique=True)
owners: Final = some.sampled_from(OWNERS)


class OutboxMachine(RuleBasedStateMachine):
    """Subclasses say on which kind of database."""

    kind: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._opened = AsyncExitStack()
        self.storage = self._do(self._open())
        self.model = Model()
        self.editions = 0

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:  # else a step has failed, and the model is not what the storage is
                self._everything_comes_to_an_end()
        finally:
            self._do(self._opened.aclose())
            self._runner.close()

    async def _open(self) -> SqlStorage:
        folder = self._opened.enter_context(tempfile.TemporaryDirectory(prefix="sari-machine-", dir=MEMORY))
        target = await self._opened.enter_async_context(open_target(self.kind, Path(folder)))
        storage = await open_storage(target.url)
        self._opened.push_async_callback(storage.close)
        return storage

    # --- what goes in ---------------------------------------------------------------------------------------------

    @initialize()
    def readers(self) -> None:
        for chat_id in CHATS:
            self._save_reader(chat_id, due=None)

    @rule(chats=chats_of, parts=some.integers(1, 2))
    def queue_edition(self, chats: list[int], parts: int) -> None:
        self.editions += 1
        edition = self._do(
            self.storage.save_edition(
                NewEdition(f"edisi {self.editions}", self.model.now, self.model.now - DAY, self.model.now, ()),
                self.model.now,
            )
        )
        for chat_id in chats:
            self._save_reader(chat_id, due=self.model.now)
        bodies = [MessageBody(f"bagian {part}") for part in range(1, parts + 1)]
        deliveries = [EditionDelivery(chats, self.model.now, self.model.now + DAY, bodies)]
        assert self._do(self.storage.queue_edition(edition, deliveries, self.model.now)) == len(chats) * parts
        assert self._do(self.storage.queue_edition(edition, deliveries, self.model.now)) == 0
        self._learn_new_rows(OutboxKind.DIGEST, edition.id, len(chats) * parts)

    @rule(chats=chats_of, urgent=some.booleans())
    def queue_broadcast(self, chats: list[int], urgent: bool) -> None:
        item = self._do(
            self.storage.add_broadcast(editor_id=1, title="T", text="I", url=None, outlet="", now=self.model.now)
        )
        drafts = [OutboxDraft(chat_id, 1, MessageBody("segera"), urgent=urgent) for chat_id in chats]
        assert self._do(self.storage.queue_broadcast(item.id, drafts, self.model.now))
        there = sum(self.model.status.get(chat_id, Status.ACTIVE) is Status.ACTIVE for chat_id in chats)
        self._learn_new_rows(OutboxKind.BREAKING, item.id, there)

    # --- senders --------------------------------------------------------------------------------------------------

    @rule(owner=owners, limit=some.integers(1, 6))
    def claim(self, owner: str, limit: int) -> None:
        self._claim(owner, limit)

    def _claim(self, owner: str, limit: int) -> int:
        claimed = self._do(self.storage.claim_due(self.model.now, owner=owner, limit=limit, lease=LEASE))
        self.model.return_expired()
        assert len(claimed) <= limit
        assert len({message.chat_id for message in claimed}) == len(claimed), "two messages of one chat"
        for message in claimed:
            self.model.assert_may_be_claimed(message)
        for message in claimed:
            row = self.model.rows[message.id]
            row.state, row.owner, row.leased_until = OutboxState.LEASED, owner, self.model.now + LEASE
            self.model.tries.append(Try(owner, message))
        return len(claimed)

    @precondition(lambda self: any(not one.is_on_its_way for one in self.model.tries))
    @rule(data=some.data())
    def start(self, data: some.DataObject) -> None:
        self._start(data.draw(some.sampled_from([one for one in self.model.tries if not one.is_on_its_way])))

    def _start(self, one: Try) -> bool:
        """Whether the message is on its way now."""
        if one.message.ambiguous >= MAX_AMBIGUOUS:
            self._finish(one, SendOutcome(Result.AMBIGUOUS))
            return False
        row = self.model.rows[one.message.id]
        is_ours = row.owner == one.owner and row.state is OutboxState.LEASED
        is_ours = is_ours and row.leased_until is not None and row.leased_until > self.model.now
        started = self._do(self.storage.advance([one.message.id], (), owner=one.owner, now=self.model.now))
        assert started == ({one.message.id} if is_ours else set())
        if is_ours:
            row.state = OutboxState.SENDING
            one.is_on_its_way = True
        else:
            self.model.tries.remove(one)
        return is_ours

    @precondition(lambda self: any(one.is_on_its_way and not one.has_arrived for one in self.model.tries))
    @rule(data=some.data())
    def arrive(self, data: some.DataObject) -> None:
        self.model.arrive(data.draw(some.sampled_from([one for one in self.model.tries if one.is_on_its_way])))

    @precondition(lambda self: any(one.is_on_its_way for one in self.model.tries))
    @rule(data=some.data(), is_told=some.booleans())
    def answer(self, data: some.DataObject, is_told: bool) -> None:
        """The sender hears what became of a try; not told, that it may or may not have arrived."""
        one = data.draw(some.sampled_from([one for one in self.model.tries if one.is_on_its_way]))
        if not is_told:
            self._finish(one, SendOutcome(Result.AMBIGUOUS))
        elif one.has_arrived:
            self._finish(one, SendOutcome(Result.SENT, message_id=1))
        else:
            result = data.draw(some.sampled_from(WITHOUT_ARRIVAL))
            moved = one.message.chat_id + MOVED if result is Result.MIGRATED else None
            self._finish(one, SendOutcome(result, wait_seconds=1, new_chat_id=moved))

    @precondition(lambda self: any(one.is_on_its_way for one in self.model.tries))
    @rule(owner=owners)
    def lease_runs_out(self, owner: str) -> None:
        """While messages are on their way; whoever asks next gets them, and that may be who sends them."""
        self.model.now += LEASE + timedelta(minutes=1)
        self._claim(owner, limit=6)

    @rule(owner=owners, arriving=some.booleans())
    def crash(self, owner: str, arriving: bool) -> None:
        """All that this sender had in hand is gone; what was on its way arrives, or does not."""
        for one in self.model.tries:
            if one.owner == owner and one.is_on_its_way and arriving:
                self.model.arrive(one)
        self.model.tries = [one for one in self.model.tries if one.owner != owner]

    @rule(owner=owners)
    def stop(self, owner: str) -> None:
        """An orderly end: what is on its way is waited for, so that here it must be none."""
        if any(one.is_on_its_way for one in self.model.tries if one.owner == owner):
            return
        self._do(self.storage.release(owner=owner))
        for row in self.model.rows.values():
            if row.owner == owner and row.state is OutboxState.LEASED:
                row.end_lease(OutboxState.PENDING)
        self.model.tries = [one for one in self.model.tries if one.owner != owner]

    # --- readers and time -----------------------------------------------------------------------------------------

    @rule(chat_id=some.sampled_from(CHATS), status=some.sampled_from(list(Status)))
    def set_status(self, chat_id: int, status: Status) -> None:
        self._set_status(chat_id, status)

    @rule(chat_id=some.sampled_from(CHATS))
    def change_quiet_hours(self, chat_id: int) -> None:
        self.model.quiet ^= {chat_id}
        self._save_reader(chat_id, due=None)

    @rule(minutes=some.sampled_from([1, 2, 3, 60, 540]))
    def clock_forward(self, minutes: int) -> None:
        self.model.now += timedelta(minutes=minutes)

    @rule(minutes=some.sampled_from([1, 3, 60]))
    def clock_back(self, minutes: int) -> None:
        self.model.now -= timedelta(minutes=minutes)

    # --- what always holds ----------------------------------------------------------------------------------------

    @invariant()
    def nobody_has_a_message_more_than_twice(self) -> None:
        assert all(row.copies <= MAX_AMBIGUOUS for row in self.model.rows.values())

    @invariant()
    def what_was_sent_has_arrived(self) -> None:
        assert all(row.copies for row in self.model.rows.values() if row.state is OutboxState.SENT)

    @invariant()
    def the_storage_has_what_the_model_has(self) -> None:
        stored = self._stored()
        assert stored.keys() == self.model.rows.keys(), "a message has vanished, or came from nowhere"
        for row_id, row in self.model.rows.items():
            found = stored[row_id]
            assert (found.chat_id, found.state, found.owner, found.attempts, found.ambiguous) == (
                row.chat_id,
                row.state,
                row.owner,
                row.attempts,
                row.ambiguous,
            ), f"row {row_id}"

    # --- the model ------------------------------------------------------------------------------------------------

    def _finish(self, one: Try, outcome: SendOutcome) -> None:
        """As ``services.delivery`` does it."""
        self.model.tries.remove(one)
        record = decide(one.message, outcome, self.model.now, 0.0)
        self._do(self.storage.advance((), [record], owner=one.owner, now=self.model.now))
        row = self.model.rows[one.message.id]
        is_this_try = row.owner == one.owner and row.ambiguous == one.message.ambiguous
        if row.state is not OutboxState.SENT if record.state is OutboxState.SENT else is_this_try:
            row.end_lease(record.state)
            if record.state is not OutboxState.SENT:  # what arrived keeps the tries that were counted
                row.attempts, row.ambiguous = record.attempts, record.ambiguous
        chat_id = one.message.chat_id
        if outcome.result is Result.GONE:
            self._set_status(chat_id, Status.BLOCKED)
        elif outcome.new_chat_id is not None:
            self._do(self.storage.migrate_chat(chat_id, outcome.new_chat_id, self.model.now))
            self.model.move(chat_id, outcome.new_chat_id)

    def _save_reader(self, chat_id: int, *, due: datetime | None) -> None:
        quiet = NIGHT if chat_id in self.model.quiet else None
        self._do(self.storage.save_subscriber(subscriber(chat_id, due=due, quiet=quiet)))
        self.model.status[chat_id] = Status.ACTIVE

    def _set_status(self, chat_id: int, status: Status) -> None:
        self._do(self.storage.set_status(chat_id, status, self.model.now))
        if chat_id in self.model.status and (
            status is not Status.BLOCKED or self.model.status[chat_id] is Status.ACTIVE
        ):
            self.model.status[chat_id] = status
        if status is not Status.ACTIVE:
            self.model.drop_waiting(chat_id)

    def _learn_new_rows(self, kind: OutboxKind, source_id: int, count: int) -> None:
        new = {row_id: row for row_id, row in self._stored().items() if row_id not in self.model.rows}
        assert len(new) == count
        for row_id, row in new.items():
            assert (row.kind, row.source_id) == (kind, source_id)
            self.model.rows[row_id] = Row(row.chat_id, kind, source_id, row.part, urgent=row.urgent)

    def _everything_comes_to_an_end(self) -> None:
        """A sender that nothing happens to finishes whatever is left."""
        self.model.tries.clear()
        self.model.now += DAY  # past what a clock set back makes wait
        for _ in range(4):
            self.model.now += DAY / 4  # at one of these times everybody is awake
            while self._claim("akhir", limit=9):
                for one in list(self.model.tries):
                    if self._start(one):
                        self.model.arrive(one)
                        self._finish(one, SendOutcome(Result.SENT, message_id=1))
        assert all(row.state in FINAL for row in self.model.rows.values()), "something waits for ever"
        self.nobody_has_a_message_more_than_twice()
        self.the_storage_has_what_the_model_has()

    def _stored(self) -> dict[int, Any]:
        async def read() -> Collection[Any]:
            async with self.storage._database.read() as connection:  # nothing else shows rows as they are
                return (await connection.execute(outbox.select())).all()

        return {row.id: row for row in self._do(read())}

    def _do(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self._runner.run(work)


def play(kind: str, *, examples: int, steps: int) -> None:
    """Let a machine try so many orders of so many events; raises what it finds, in the fewest steps that show it."""
    machine = type("Machine", (OutboxMachine,), {"kind": kind})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
