"""Which chat a request means, and whether the bot may do there what it wants."""

from __future__ import annotations

from typing import Literal

from bot.sandbox.errors import ApiError, bad_request, forbidden
from bot.sandbox.messages import Message
from bot.sandbox.people import Group
from bot.sandbox.state import State

Rights = Literal["read", "edit", "write"]


def find_chat(state: State, chat: str, rights: Rights) -> int:
    """The id of the chat named by `chat_id` or `@username`, when the bot has `rights` in it.

    Raises ApiError 400 for an unknown or migrated chat, 403 where the bot is not welcome.
    """
    if not chat:
        raise bad_request("chat_id is empty")
    if chat.startswith("@"):
        return _find_public_chat(state, chat[1:].lower(), rights)
    try:
        chat_id = int(chat)
    except ValueError:
        raise bad_request("chat not found") from None
    if (group := state.groups.get(chat_id)) is not None:
        _check_group(group, rights)
    elif chat_id in state.users:
        _check_user(state, chat_id, rights)
    else:
        raise bad_request("chat not found")
    return chat_id


def find_message(state: State, chat: str, message_id: int, rights: Rights, role: str) -> Message:
    """The message, called `role` in the error ("message to edit") when it is not there."""
    chat_id = find_chat(state, chat, rights)
    if (message := state.messages.get(chat_id, message_id)) is None:
        raise bad_request(f"{role} not found")
    return message


def _find_public_chat(state: State, username: str, rights: Rights) -> int:
    for group in state.groups.values():
        if (group.chat.username or "").lower() == username:
            _check_group(group, rights)
            return group.chat.id
    raise bad_request("chat not found")


def _check_group(group: Group, rights: Rights) -> None:
    kind = f"{group.chat.type} chat"
    if group.migrated_to is not None:
        if rights == "write":
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": group.migrated_to},
            )
        return
    if rights == "read" and group.chat.type == "group":
        return
    if group.bot_status == "kicked":
        raise forbidden(f"bot was kicked from the {kind}")
    if group.bot_status == "left":
        raise forbidden(f"bot is not a member of the {kind}")


def _check_user(state: State, user_id: int, rights: Rights) -> None:
    if rights != "read" and user_id in state.deactivated:
        raise forbidden("user is deactivated")
    if rights != "write":
        return
    if user_id in state.blocked:
        raise forbidden("bot was blocked by the user")
    if user_id not in state.started:
        raise forbidden("bot can't initiate conversation with a user")
