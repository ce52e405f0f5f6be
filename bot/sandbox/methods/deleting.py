"""Deleting: deleteMessage, deleteMessages.

Rules: https://core.telegram.org/bots/api#deletemessage
"""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox.access import find_chat, find_message
from bot.sandbox.errors import bad_request
from bot.sandbox.messages import Message
from bot.sandbox.methods.call import Call
from bot.sandbox.state import State

DELETABLE_FOR = timedelta(hours=48)
MAX_AT_ONCE = 100


def delete_message(call: Call) -> bool:
    """Delete one message for everyone."""
    chat, message_id = call.params.text("chat_id"), call.params.integer("message_id")
    if not chat:
        raise bad_request("chat identifier is not specified")
    if message_id == 0:
        raise bad_request("message identifier is not specified")
    message = find_message(call.state, chat, message_id, "write", "message to delete")
    _check_deletable(call.state, message)
    call.state.delete(message)
    return True


def delete_messages(call: Call) -> bool:
    """Delete up to 100 messages of a chat; those that are not there are skipped."""
    message_ids = call.params.json("message_ids", "message identifiers")
    if not message_ids or not isinstance(message_ids, list):
        raise bad_request("message identifiers are not specified")
    if not all(isinstance(message_id, int) for message_id in message_ids):
        raise bad_request("can't parse message identifiers: Message identifier must be a Number")
    if len(message_ids) > MAX_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    chat_id = find_chat(call.state, call.params.text("chat_id"), "write")
    wanted = [call.state.messages.get(chat_id, message_id) for message_id in dict.fromkeys(message_ids)]
    found = [message for message in wanted if message is not None]
    for message in found:
        _check_deletable(call.state, message)
    for message in found:
        call.state.delete(message)
    return True


def _check_deletable(state: State, message: Message) -> None:
    group = state.groups.get(message.chat_id)
    is_own = message.sender.id == state.bot.id
    if group is not None and not is_own and group.bot_status != "administrator":
        raise bad_request("message can't be deleted")
    if group is not None and group.bot_status == "administrator":
        return
    if state.age(message) > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
