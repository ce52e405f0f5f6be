"""The messages of all chats, as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox.formatted import FormattedText
from bot.sandbox.people import User


@dataclass(frozen=True, slots=True)
class Message:
    """A message. `text` is the text or, beside a file, the caption; `content` holds Bot API fields as they are
    (photo, document, service fields, options that come back in the `Message`)."""

    message_id: int
    chat_id: int
    sender: User
    date: datetime
    text: FormattedText | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    reply_to: int | None = None
    reply_markup: Mapping[str, Any] | None = None
    edit_date: datetime | None = None

    @property
    def has_file(self) -> bool:
        """True for a photo or document, whose text is a caption."""
        return "photo" in self.content or "document" in self.content


class MessageStore:
    """Messages by chat and id. One counter for all chats, as Telegram has for private chats and basic groups."""

    def __init__(self) -> None:
        self._by_chat: dict[int, dict[int, Message]] = {}
        self._last_id = 0

    def next_id(self) -> int:
        """A fresh message id."""
        self._last_id += 1
        return self._last_id

    def save(self, message: Message) -> None:
        """Add a message or replace the one with its id."""
        self._by_chat.setdefault(message.chat_id, {})[message.message_id] = message

    def get(self, chat_id: int, message_id: int) -> Message | None:
        """The message, or None when it never was or is deleted."""
        return self._by_chat.get(chat_id, {}).get(message_id)

    def delete(self, chat_id: int, message_id: int) -> None:
        """Forget a message that exists."""
        del self._by_chat[chat_id][message_id]

    def in_chat(self, chat_id: int) -> list[Message]:
        """All messages of a chat, oldest first."""
        chat = self._by_chat.get(chat_id, {})
        return [chat[message_id] for message_id in sorted(chat)]

    def was_issued(self, message_id: int) -> bool:
        """True when a message with this id exists or once did."""
        return 0 < message_id <= self._last_id
