"""The bot's command lists by scope and language.

Order of search: https://core.telegram.org/bots/api#determining-list-of-commands
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.people import Group, User


@dataclass(frozen=True, slots=True)
class Scope:
    """A `BotCommandScope`."""

    type: str = "default"
    chat_id: int | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class BotCommand:
    """A command without its slash."""

    command: str
    description: str

    def to_dict(self) -> dict[str, str]:
        """The Bot API's `BotCommand`."""
        return {"command": self.command, "description": self.description}


class CommandLists:
    """Lists of commands, one for each scope and language ("" for all languages)."""

    def __init__(self) -> None:
        self._lists: dict[tuple[Scope, str], tuple[BotCommand, ...]] = {}

    def set(self, scope: Scope, language: str, commands: tuple[BotCommand, ...]) -> None:
        """Replace a list; an empty one deletes it."""
        if commands:
            self._lists[scope, language] = commands
        else:
            self._lists.pop((scope, language), None)

    def get(self, scope: Scope, language: str) -> tuple[BotCommand, ...]:
        """Exactly the list that was set, or nothing."""
        return self._lists.get((scope, language), ())

    def shown_to(self, user: User, group: Group | None) -> tuple[BotCommand, ...]:
        """What Telegram shows `user` in `group`, or in the private chat when it is None."""
        for scope in _scopes(user, group):
            for language in (user.language_code, ""):
                if commands := self.get(scope, language):
                    return commands
        return ()


def _scopes(user: User, group: Group | None) -> Iterator[Scope]:
    if group is None:
        yield Scope("chat", user.id)
        yield Scope("all_private_chats")
    else:
        is_administrator = user.id in group.administrators
        chat_id = group.chat.id
        yield Scope("chat_member", chat_id, user.id)
        if is_administrator:
            yield Scope("chat_administrators", chat_id)
        yield Scope("chat", chat_id)
        if is_administrator:
            yield Scope("all_chat_administrators")
        yield Scope("all_group_chats")
    yield Scope()
