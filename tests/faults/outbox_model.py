"""What the outbox should be after what has happened to it, for the machine of ``outbox_machine``. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Final

from bot.models import OutboxKind, OutboxMessage, OutboxState, QuietHours, Status, Zone
from bot.schedule import quiet_until
from bot.services.delivery import MAX_AMBIGUOUS
from tests.records import NOW

UNFINISHED: Final = (OutboxState.PENDING, OutboxState.LEASED, OutboxState.SENDING)
NIGHT: Final = QuietHours(time(22), time(5))


@dataclass
class Row:
    """A message as the model knows it."""

    chat_id: int
    kind: OutboxKind
    source_id: int
    part: int
    state: OutboxState = OutboxState.PENDING
    owner: str | None = None
    leased_until: datetime | None = None
    attempts: int = 0
    ambiguous: int = 0
    urgent: bool = False
    copies: int = 0
    """How often the reader has it."""

    def end_lease(self, state: OutboxState) -> None:
        self.state, self.owner, self.leased_until = state, None, None


@dataclass
class Try:
    """A message in the hands of a sender."""

    owner: str
    message: OutboxMessage
    is_on_its_way: bool = False
    has_arrived: bool = False


@dataclass
class Model:
    """What there is, and what must not be."""

    now: datetime = NOW
    rows: dict[int, Row] = field(default_factory=dict)
    tries: list[Try] = field(default_factory=list)
    quiet: set[int] = field(default_factory=set)
    """Chats that are asleep at night."""
    status: dict[int, Status] = field(default_factory=dict)
    """Of the chats that have a subscription."""

    def arrive(self, one: Try) -> None:
        if not one.has_arrived:
            one.has_arrived = True
            self.rows[one.message.id].copies += 1

    def return_expired(self) -> None:
        for row in self.rows.values():
            if row.leased_until is not None and row.leased_until <= self.now:
                row.ambiguous += row.state is OutboxState.SENDING
                row.end_lease(OutboxState.PENDING)

    def assert_may_be_claimed(self, message: OutboxMessage) -> None:
        row = self.rows[message.id]
        assert row.state is OutboxState.PENDING, f"claimed while {row.state}"
        assert (message.attempts, message.ambiguous) == (row.attempts, row.ambiguous)
        assert row.ambiguous <= MAX_AMBIGUOUS
        others = [other for other in self.rows.values() if other.chat_id == row.chat_id and other is not row]
        assert not any(other.owner for other in others), "its chat has a message on its way"
        same = [other for other in others if (other.kind, other.source_id) == (row.kind, row.source_id)]
        assert not any(other.part < row.part and other.state in UNFINISHED for other in same), "not its turn"
        if row.chat_id in self.quiet and not row.urgent:
            assert quiet_until(NIGHT, Zone.WIB, self.now) is None, "the reader is asleep"

    def set_status(self, chat_id: int, status: Status) -> None:
        """Who has stopped stays stopped when Telegram says that the chat is blocked."""
        if chat_id in self.status and (status is not Status.BLOCKED or self.status[chat_id] is Status.ACTIVE):
            self.status[chat_id] = status
        if status is not Status.ACTIVE:
            self.drop_waiting(chat_id)

    def drop_waiting(self, chat_id: int) -> None:
        for row in self.rows.values():
            if row.chat_id == chat_id and row.state in (OutboxState.PENDING, OutboxState.LEASED):
                row.end_lease(OutboxState.DEAD)

    def move(self, old: int, new: int) -> None:
        taken = {(row.kind, row.source_id, row.part) for row in self.rows.values() if row.chat_id == new}
        for row in self.rows.values():
            if row.chat_id == old and row.state in UNFINISHED and (row.kind, row.source_id, row.part) not in taken:
                row.chat_id = new
        self.drop_waiting(old)
        self.quiet.discard(old)
        if old in self.status:
            found = self.status.pop(old)
            self.status.setdefault(new, found)
