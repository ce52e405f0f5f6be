"""Who is in the sandbox: users, groups and the bot, as the Bot API shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class User:
    """A Telegram account. `is_editor` is only for the chat page: the bot cannot see it."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str = "id"
    is_editor: bool = False
    is_bot: bool = False

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name

    def to_dict(self) -> dict[str, Any]:
        """The Bot API's `User` (bots carry no language)."""
        record: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.last_name:
            record["last_name"] = self.last_name
        if self.username:
            record["username"] = self.username
        if not self.is_bot:
            record["language_code"] = self.language_code
        return record

    def to_private_chat(self) -> dict[str, Any]:
        """The Bot API's `Chat` of the conversation with this user; its id is the user's id."""
        record: dict[str, Any] = {"id": self.id, "type": "private", "first_name": self.first_name}
        if self.last_name:
            record["last_name"] = self.last_name
        if self.username:
            record["username"] = self.username
        return record


@dataclass(frozen=True, slots=True)
class Chat:
    """A group or supergroup; its id is negative. Topics (`message_thread_id`) exist in a forum only."""

    id: int
    title: str
    type: Literal["group", "supergroup"] = "group"
    username: str | None = None
    is_forum: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The Bot API's `Chat`."""
        record: dict[str, Any] = {"id": self.id, "type": self.type, "title": self.title}
        if self.username:
            record["username"] = self.username
        if self.is_forum:
            record["is_forum"] = True
        return record


@dataclass(slots=True)
class Group:
    """A group chat with its people; `bot_status` is the bot's `ChatMember.status` in it."""

    chat: Chat
    members: set[int]
    administrators: set[int]
    bot_status: Literal["member", "administrator", "left", "kicked"] = "member"
    migrated_to: int | None = None


DEMO_BOT = User(900000001, "Sari", username="sari_demo_bot", is_bot=True)

DEMO_USERS = (
    User(1001, "Ayu", "Lestari", "ayu_lestari_contoh"),
    User(1002, "Bima", "Prakoso", "bima_prakoso_contoh", language_code="en"),
    User(2001, "Ratna", "Dewi", "ratna_dewi_contoh", is_editor=True),
)

DEMO_GROUP = Chat(-5001, "Warga Kampung Melati")
