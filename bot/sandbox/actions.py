"""What users do: write, press buttons, ask inline, block the bot, change groups. Each makes the bot's updates."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.sandbox import sentences
from bot.sandbox.errors import SandboxError
from bot.sandbox.formatted import FormattedText, format_text
from bot.sandbox.membership import block_bot, change_bot_status
from bot.sandbox.messages import Message
from bot.sandbox.methods.sending import MAX_TEXT
from bot.sandbox.people import Group, User
from bot.sandbox.state import State
from bot.sandbox.utf16 import utf16_slice
from bot.sandbox.views import callback_message_view, message_view


def find_user(state: State, user_id: int) -> User:
    """The user. Raises SandboxError when there is none."""
    if (user := state.users.get(user_id)) is None:
        raise SandboxError(sentences.UNKNOWN_USER)
    return user


def check_member(state: State, user_id: int, chat_id: int) -> User:
    """The user, who is in the chat. Raises SandboxError when not."""
    user = find_user(state, user_id)
    group = state.groups.get(chat_id)
    if group is None and chat_id not in state.users:
        raise SandboxError(sentences.UNKNOWN_CHAT)
    if chat_id != user_id and (group is None or user_id not in group.members):
        raise SandboxError(sentences.NOT_A_MEMBER)
    return user


def write(state: State, user_id: int, chat_id: int, text: str, reply_to: int | None = None) -> Message:
    """The user writes a message; the bot is told where Telegram would tell it."""
    user = check_member(state, user_id, chat_id)
    group = state.groups.get(chat_id)
    if group is None and user_id in state.blocked:
        raise SandboxError(sentences.BOT_IS_BLOCKED)
    if group is not None and group.migrated_to is not None:
        raise SandboxError(sentences.GROUP_HAS_MOVED)
    formatted = format_text(text)
    if not formatted.text:
        raise SandboxError(sentences.TEXT_IS_EMPTY)
    if formatted.length > MAX_TEXT:
        raise SandboxError(sentences.TEXT_IS_TOO_LONG)
    if reply_to is not None and state.messages.get(chat_id, reply_to) is None:
        raise SandboxError(sentences.UNKNOWN_MESSAGE)
    message = state.post(_new_message(state, chat_id, user, text=formatted, reply_to=reply_to))
    if group is None:
        state.started.add(user_id)
    if group is None or _bot_may_read(state, group, message):
        state.updates.add("message", message_view(state, message))
    return message


def press(state: State, user_id: int, chat_id: int, message_id: int, data: str) -> str:
    """The user presses a button with `data`; the id of the callback query."""
    user = check_member(state, user_id, chat_id)
    if not state.messages.was_issued(message_id):
        raise SandboxError(sentences.UNKNOWN_MESSAGE)
    query_id = state.queries.ask("callback")
    state.updates.add(
        "callback_query",
        {
            "id": query_id,
            "from": user.to_dict(),
            "message": callback_message_view(state, chat_id, message_id),
            "chat_instance": str(7_000_000_000_000 + chat_id),
            "data": data,
        },
    )
    return query_id


def ask_inline(state: State, user_id: int, query: str, offset: str = "") -> str:
    """The user types `@bot query`; the id of the inline query. Telegram cuts the query at 256 characters."""
    user = find_user(state, user_id)
    query_id = state.queries.ask("inline")
    state.updates.add(
        "inline_query",
        {
            "id": query_id,
            "from": user.to_dict(),
            "query": query[:256],
            "offset": offset,
            "chat_type": "sender",
        },
    )
    return query_id


def set_blocked(state: State, user_id: int, blocked: bool) -> None:
    """The user blocks or unblocks the bot."""
    block_bot(state, find_user(state, user_id), blocked)


def add_bot(state: State, chat_id: int, by: int) -> None:
    """A member adds the bot to a group that it is not in."""
    user, group = check_member(state, by, chat_id), state.groups[chat_id]
    if group.bot_status in ("member", "administrator"):
        return
    change_bot_status(state, chat_id, user, "member")
    content = {"new_chat_members": [state.bot.to_dict()]}
    message = state.post(_new_message(state, chat_id, user, content=content))
    state.updates.add("message", message_view(state, message))


def kick_bot(state: State, chat_id: int, by: int | None) -> None:
    """An administrator throws the bot out of a group."""
    group = _find_group(state, chat_id)
    kicker = min(group.administrators or group.members) if by is None else by
    change_bot_status(state, chat_id, check_member(state, kicker, chat_id), "kicked")


def migrate_group(state: State, chat_id: int) -> int:
    """The group becomes a supergroup; its new id. Both service messages reach the bot."""
    group = _find_group(state, chat_id)
    if group.migrated_to is not None:
        raise SandboxError(sentences.GROUP_HAS_MOVED)
    new_id = state.new_group_id()
    state.groups[new_id] = Group(
        chat=replace(group.chat, id=new_id, type="supergroup"),
        members=set(group.members),
        administrators=set(group.administrators),
        bot_status=group.bot_status,
    )
    owner = state.users[min(group.administrators - {state.bot.id} or group.members)]
    for chat, content in ((chat_id, {"migrate_to_chat_id": new_id}), (new_id, {"migrate_from_chat_id": chat_id})):
        message = state.post(_new_message(state, chat, owner, content=content))
        state.updates.add("message", message_view(state, message))
    group.migrated_to = new_id
    return new_id


def _find_group(state: State, chat_id: int) -> Group:
    if (group := state.groups.get(chat_id)) is None:
        raise SandboxError(sentences.UNKNOWN_CHAT)
    return group


def _new_message(state: State, chat_id: int, sender: User, **fields: Any) -> Message:
    return Message(message_id=state.messages.next_id(), chat_id=chat_id, sender=sender, date=state.clock(), **fields)


def _bot_may_read(state: State, group: Group, message: Message) -> bool:
    """Privacy mode: in a group the bot gets commands, replies to it and mentions; all of it as administrator.

    https://core.telegram.org/bots/features#privacy-mode
    """
    if group.bot_status == "administrator":
        return True
    if group.bot_status != "member" or message.text is None:
        return False
    if message.reply_to is not None:
        replied = state.messages.get(message.chat_id, message.reply_to)
        if replied is not None and replied.sender.id == state.bot.id:
            return True
    return _addresses(message.text, state.bot.username or "")


def _addresses(text: FormattedText, username: str) -> bool:
    mention = f"@{username}".lower()
    for entity in text.entities:
        part = utf16_slice(text.text, entity.offset, entity.end).lower()
        if entity.type == "mention" and part == mention:
            return True
        if entity.type == "bot_command" and re.fullmatch(rf"/\w+(?:{re.escape(mention)})?", part):
            return True
    return False
