"""The methods of the Bot API, one function each, from parameters to result."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.sandbox.errors import ApiError
from bot.sandbox.methods import (
    answering,
    chats,
    commanding,
    deleting,
    editing,
    identity,
    media,
    sending,
    updating,
)
from bot.sandbox.methods.call import Call

Method = Callable[[Call], Awaitable[Any] | Any]

# Names are not case sensitive at Telegram.
METHODS: Mapping[str, Method] = {
    name.lower(): method
    for name, method in {
        "getMe": identity.get_me,
        "setMyName": identity.set_my_name,
        "getMyName": identity.get_my_name,
        "setMyDescription": identity.set_my_description,
        "getMyDescription": identity.get_my_description,
        "setMyShortDescription": identity.set_my_short_description,
        "getMyShortDescription": identity.get_my_short_description,
        "getUpdates": updating.get_updates,
        "setWebhook": updating.set_webhook,
        "deleteWebhook": updating.delete_webhook,
        "getWebhookInfo": updating.get_webhook_info,
        "sendMessage": sending.send_message,
        "sendPhoto": media.send_photo,
        "sendDocument": media.send_document,
        "getFile": media.get_file,
        "editMessageText": editing.edit_message_text,
        "editMessageReplyMarkup": editing.edit_message_reply_markup,
        "deleteMessage": deleting.delete_message,
        "deleteMessages": deleting.delete_messages,
        "answerCallbackQuery": answering.answer_callback_query,
        "answerInlineQuery": answering.answer_inline_query,
        "setMyCommands": commanding.set_my_commands,
        "getMyCommands": commanding.get_my_commands,
        "deleteMyCommands": commanding.delete_my_commands,
        "getChat": chats.get_chat,
        "getChatMember": chats.get_chat_member,
        "getChatAdministrators": chats.get_chat_administrators,
        "getChatMemberCount": chats.get_chat_member_count,
        "sendChatAction": chats.send_chat_action,
        "leaveChat": chats.leave_chat,
    }.items()
}


async def call_method(call: Call) -> Any:
    """The result of a call. Raises ApiError, 404 for a method that is not there."""
    method = METHODS.get(call.method.lower())
    if method is None:
        raise ApiError(404, "Not Found: method not found")
    result = method(call)
    return await result if inspect.isawaitable(result) else result
