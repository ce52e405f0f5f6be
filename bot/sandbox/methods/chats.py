"""Chats and their people: getChat, getChatMember and kin, sendChatAction, leaveChat."""

from __future__ import annotations

from typing import Any

from bot.sandbox.access import find_chat
from bot.sandbox.errors import bad_request
from bot.sandbox.membership import change_bot_status, member_view
from bot.sandbox.methods.call import Call
from bot.sandbox.state import Event
from bot.sandbox.views import chat_view

_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "upload_document",
        "upload_video",
        "upload_video_note",
        "upload_voice",
        "record_video",
        "record_video_note",
        "record_voice",
        "choose_sticker",
        "find_location",
    }
)


def get_chat(call: Call) -> dict[str, Any]:
    """The `ChatFullInfo`."""
    chat_id = find_chat(call.state, call.params.text("chat_id"), "read")
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    view = {
        **chat_view(call.state, chat_id),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
    }
    if chat_id < 0:
        view["permissions"] = {"can_send_messages": True}
    return view


def get_chat_member(call: Call) -> dict[str, Any]:
    """The `ChatMember` of a user in a chat."""
    chat_id = find_chat(call.state, call.params.text("chat_id"), "read")
    user = call.state.account(call.params.integer("user_id"))
    if user is None:
        raise bad_request("user not found")
    return member_view(call.state, chat_id, user)


def get_chat_administrators(call: Call) -> list[dict[str, Any]]:
    """The administrators of a group."""
    chat_id = find_chat(call.state, call.params.text("chat_id"), "read")
    if chat_id not in call.state.groups:
        raise bad_request("there are no administrators in the private chat")
    administrators = sorted(call.state.groups[chat_id].administrators)
    users = [user for user_id in administrators if (user := call.state.account(user_id)) is not None]
    return [member_view(call.state, chat_id, user) for user in users]


def get_chat_member_count(call: Call) -> int:
    """How many are in a chat, the bot included."""
    chat_id = find_chat(call.state, call.params.text("chat_id"), "read")
    if chat_id not in call.state.groups:
        return 2
    group = call.state.groups[chat_id]
    return len(group.members) + (group.bot_status in ("member", "administrator"))


def send_chat_action(call: Call) -> bool:
    """Show that the bot is typing or uploading."""
    if call.params.text("action").lower() not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat_id = find_chat(call.state, call.params.text("chat_id"), "write")
    call.state.events.publish(Event("typing", chat_id))
    return True


def leave_chat(call: Call) -> bool:
    """Leave a group."""
    chat_id = find_chat(call.state, call.params.text("chat_id"), "edit")
    if chat_id not in call.state.groups:
        raise bad_request("chat member status can't be changed in private chats")
    change_bot_status(call.state, chat_id, call.state.bot, "left")
    return True
