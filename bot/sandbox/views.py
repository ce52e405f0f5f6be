"""Records of the state as the Bot API writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.sandbox.entities import Entity
from bot.sandbox.formatted import FormattedText
from bot.sandbox.messages import Message
from bot.sandbox.state import State


def unix_time(moment: datetime) -> int:
    """Whole seconds since 1970."""
    return int(moment.timestamp())


def chat_view(state: State, chat_id: int) -> dict[str, Any]:
    """The `Chat` of a chat that exists."""
    if (group := state.groups.get(chat_id)) is not None:
        return group.chat.to_dict()
    return state.users[chat_id].to_private_chat()


def text_view(state: State, text: FormattedText, name: str) -> dict[str, Any]:
    """`text` and `entities`, or `caption` and `caption_entities`, by `name`."""
    entities = [record for entity in text.entities if (record := _entity_view(state, entity)) is not None]
    view: dict[str, Any] = {name: text.text}
    if entities:
        view["entities" if name == "text" else f"{name}_entities"] = entities
    return view


def message_view(state: State, message: Message, with_reply: bool = True) -> dict[str, Any]:
    """The `Message`; the message it replies to is shown inside, but not that one's own."""
    view: dict[str, Any] = {
        "message_id": message.message_id,
        "from": message.sender.to_dict(),
        "chat": chat_view(state, message.chat_id),
        "date": unix_time(message.date),
        **message.content,
    }
    if message.text is not None:
        view |= text_view(state, message.text, "caption" if message.has_file else "text")
    if message.edit_date is not None:
        view["edit_date"] = unix_time(message.edit_date)
    if message.reply_markup is not None:
        view["reply_markup"] = message.reply_markup
    if with_reply and message.reply_to is not None:
        replied = state.messages.get(message.chat_id, message.reply_to)
        if replied is not None:
            view["reply_to_message"] = message_view(state, replied, with_reply=False)
    return view


def callback_message_view(state: State, chat_id: int, message_id: int) -> dict[str, Any]:
    """The message under a pressed button: whole, or an `InaccessibleMessage` when it is deleted."""
    message = state.messages.get(chat_id, message_id)
    if message is None:
        return {"chat": chat_view(state, chat_id), "message_id": message_id, "date": 0}
    return message_view(state, message)


def _entity_view(state: State, entity: Entity) -> dict[str, Any] | None:
    if entity.user_id is None:
        return entity.to_dict()
    user = state.account(entity.user_id)
    return None if user is None else {**entity.to_dict(), "user": user.to_dict()}
