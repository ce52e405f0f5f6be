"""Sending: sendMessage, and what all methods that send have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.sandbox.access import find_chat
from bot.sandbox.errors import bad_request
from bot.sandbox.formatted import FormattedText, format_text
from bot.sandbox.markup import read_reply_markup
from bot.sandbox.messages import Message
from bot.sandbox.methods.call import Call
from bot.sandbox.params import Params
from bot.sandbox.views import message_view

MAX_TEXT = 4096  # UTF-16 code units after parsing


def send_message(call: Call) -> dict[str, Any]:
    """Send a text."""
    text = read_message_text(call.params)
    return deliver(call, text, read_preview_options(call.params))


def deliver(call: Call, text: FormattedText | None, content: Mapping[str, Any]) -> dict[str, Any]:
    """Put the bot's message into the chat that `params` name; the `Message`.

    Raises ApiError 400, 403 and, where limits are on, 429.
    """
    state, params = call.state, call.params
    markup = read_reply_markup(params)
    chat_id = find_chat(state, params.text("chat_id"), "write")
    options = _thread(call, chat_id)
    if params.boolean("protect_content"):
        options["has_protected_content"] = True
    reply_to = _reply_to(call, chat_id)
    if state.limits is not None:
        state.limits.check(chat_id)
    message = Message(
        message_id=state.messages.next_id(),
        chat_id=chat_id,
        sender=state.bot,
        date=state.clock(),
        text=text,
        content={**options, **content},
        reply_to=reply_to,
        reply_markup=markup,
    )
    return message_view(state, state.post_from_bot(message, call.method))


def read_message_text(params: Params) -> FormattedText:
    """The formatted `text`. Raises ApiError 400 when it is empty, too long or broken."""
    raw = params.text("text")
    if not raw:
        raise bad_request("message text is empty")
    text = format_text(raw, params.text("parse_mode"), params.text("entities"))
    if not text.text:
        raise bad_request("text must be non-empty")
    if text.length > MAX_TEXT:
        raise bad_request("message is too long")
    return text


def read_preview_options(params: Params) -> dict[str, Any]:
    """`link_preview_options` as they come back in the `Message`, from the old parameter too."""
    options = params.json("link_preview_options", "link preview options")
    if options is None:
        return {"link_preview_options": {"is_disabled": True}} if params.boolean("disable_web_page_preview") else {}
    if not isinstance(options, dict):
        raise bad_request("can't parse link preview options: Object expected as link preview options")
    return {"link_preview_options": options} if options else {}


def _thread(call: Call, chat_id: int) -> dict[str, Any]:
    thread_id = call.params.integer("message_thread_id")
    if thread_id <= 0:
        return {}
    group = call.state.groups.get(chat_id)
    if group is None or not group.chat.is_forum:
        raise bad_request("message thread not found")
    return {"message_thread_id": thread_id, "is_topic_message": True}


def _reply_to(call: Call, chat_id: int) -> int | None:
    """The id of the message replied to, from `reply_parameters` or the older `reply_to_message_id`."""
    params = call.params
    reply = params.json("reply_parameters", "reply parameters")
    if reply is None:
        reply = {
            "message_id": params.integer("reply_to_message_id"),
            "allow_sending_without_reply": params.boolean("allow_sending_without_reply"),
        }
    if not isinstance(reply, dict):
        raise bad_request("can't parse reply parameters: Object expected as reply parameters")
    if str(reply.get("chat_id", chat_id)) != str(chat_id):
        raise bad_request("the sandbox has no replies to messages of another chat")
    message_id = reply.get("message_id")
    if not isinstance(message_id, int) or message_id <= 0:
        return None
    if call.state.messages.get(chat_id, message_id) is not None:
        return message_id
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")
