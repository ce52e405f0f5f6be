"""Editing: editMessageText, editMessageReplyMarkup."""

from __future__ import annotations

from typing import Any

from bot.sandbox.access import find_message
from bot.sandbox.errors import bad_request
from bot.sandbox.markup import read_reply_markup
from bot.sandbox.messages import Message
from bot.sandbox.methods.call import Call
from bot.sandbox.methods.sending import read_message_text, read_preview_options
from bot.sandbox.views import message_view

_PREVIEW = "link_preview_options"


def edit_message_text(call: Call) -> dict[str, Any]:
    """Replace the text and the keyboard of a message of the bot."""
    text = read_message_text(call.params)
    preview = read_preview_options(call.params)
    markup = read_reply_markup(call.params, only_inline=True)
    message = _own_message(call)
    if message.text is None or message.has_file:
        raise bad_request("there is no text in the message to edit")
    content = {name: value for name, value in message.content.items() if name != _PREVIEW} | preview
    return _edit(call, message, text=text, content=content, reply_markup=markup)


def edit_message_reply_markup(call: Call) -> dict[str, Any]:
    """Replace the keyboard of a message of the bot, or take it away."""
    markup = read_reply_markup(call.params, only_inline=True)
    return _edit(call, _own_message(call), reply_markup=markup)


def _edit(call: Call, message: Message, **changes: Any) -> dict[str, Any]:
    if all(getattr(message, name) == value for name, value in changes.items()):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    return message_view(call.state, call.state.edit(message, **changes))


def _own_message(call: Call) -> Message:
    """The message to edit. Raises ApiError 400 when it is not there or not the bot's."""
    params = call.params
    chat, message_id = params.text("chat_id"), params.integer("message_id")
    if not chat and message_id == 0:
        if params.text("inline_message_id"):
            raise bad_request("MESSAGE_ID_INVALID")
        raise bad_request("message identifier is not specified")
    message = find_message(call.state, chat, message_id, "edit", "message to edit")
    if message.sender.id != call.state.bot.id:
        raise bad_request("message can't be edited")
    return message
