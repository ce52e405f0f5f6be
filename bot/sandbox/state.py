"""Everything the sandbox knows, in memory: people, chats, messages, updates, commands and files."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from bot.sandbox.clock import MovableClock
from bot.sandbox.commands import CommandLists
from bot.sandbox.files import FileStore
from bot.sandbox.limits import FloodLimits
from bot.sandbox.messages import Message, MessageStore
from bot.sandbox.people import Group, User
from bot.sandbox.queries import QueryBook
from bot.sandbox.signals import EventBus, Signal
from bot.sandbox.updates import UpdateQueue


class Delivery(NamedTuple):
    """A message of the bot that reached its chat; `at` is the sandbox clock's time."""

    chat_id: int
    message_id: int
    text: str
    method: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A change for the chat page."""

    type: Literal["message", "edited", "deleted", "clock", "typing"]
    chat_id: int | None = None
    message_id: int | None = None
    message: Message | None = None


@dataclass(slots=True)
class BotTexts:
    """Name and descriptions by language code ("" for all)."""

    names: dict[str, str]
    descriptions: dict[str, str]
    short_descriptions: dict[str, str]


class State:
    """The whole state; methods of the Bot API and users' actions both work on it, on one loop."""

    def __init__(self, clock: MovableClock, bot: User, limits: FloodLimits | None) -> None:
        self.clock = clock
        self.bot = bot
        self.limits = limits
        self.users: dict[int, User] = {}
        self.groups: dict[int, Group] = {}
        self.started: set[int] = set()
        self.blocked: set[int] = set()
        self.deactivated: set[int] = set()
        self.messages = MessageStore()
        self.updates = UpdateQueue()
        self.commands = CommandLists()
        self.files = FileStore()
        self.queries = QueryBook(clock)
        self.texts = BotTexts({}, {}, {})
        self.deliveries: list[Delivery] = []
        self.events: EventBus[Event] = EventBus()
        self.changed = Signal()

    def post(self, message: Message) -> Message:
        """Put a new message into its chat and show it on the page."""
        self.messages.save(message)
        self._show(Event("message", message.chat_id, message.message_id, message))
        return message

    def post_from_bot(self, message: Message, method: str) -> Message:
        """The same for a message of the bot, which also goes into the ledger of deliveries."""
        text = message.text.text if message.text else ""
        self.deliveries.append(Delivery(message.chat_id, message.message_id, text, method, message.date))
        return self.post(message)

    def edit(self, message: Message, **changes: Any) -> Message:
        """Replace parts of a message and show it as edited."""
        message = replace(message, edit_date=self.clock(), **changes)
        self.messages.save(message)
        self._show(Event("edited", message.chat_id, message.message_id, message))
        return message

    def delete(self, message: Message) -> None:
        """Take a message out of its chat."""
        self.messages.delete(message.chat_id, message.message_id)
        self._show(Event("deleted", message.chat_id, message.message_id))

    def move_clock(self, move: Callable[[MovableClock], None]) -> None:
        """Move the clock and tell the page. Raises ValueError when it would go back."""
        move(self.clock)
        self.events.publish(Event("clock"))

    def account(self, user_id: int) -> User | None:
        """The user or the bot itself with this id."""
        return self.bot if user_id == self.bot.id else self.users.get(user_id)

    def age(self, message: Message) -> timedelta:
        """How old a message is by the sandbox clock."""
        return self.clock() - message.date

    def new_group_id(self) -> int:
        """An id for a supergroup, as Telegram forms them."""
        return next(number for number in itertools.count(-1_001_000_000_001, -1) if number not in self.groups)

    def _show(self, event: Event) -> None:
        self.events.publish(event)
        self.changed.notify()
