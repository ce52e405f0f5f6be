"""Who is what in a chat, and the `my_chat_member` updates when that changes for the bot."""

from __future__ import annotations

from typing import Any, Literal

from bot.sandbox.people import User
from bot.sandbox.state import State
from bot.sandbox.views import chat_view, unix_time

Status = Literal["member", "administrator", "left", "kicked"]

_ADMINISTRATOR_RIGHTS = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": True,
    "can_restrict_members": True,
    "can_promote_members": False,
    "can_change_info": True,
    "can_invite_users": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
    "can_pin_messages": True,
    "can_send_welcome_messages": False,
}


def member_view(state: State, chat_id: int, user: User) -> dict[str, Any]:
    """The `ChatMember` of a user, or of the bot, in a chat."""
    group = state.groups.get(chat_id)
    if group is None:
        blocked = user.id == state.bot.id and chat_id in state.blocked
        return _status_view(user, "kicked" if blocked else "member")
    if user.id == state.bot.id:
        return _status_view(user, group.bot_status)
    if user.id in group.administrators:
        return _status_view(user, "administrator")
    return _status_view(user, "member" if user.id in group.members else "left")


def block_bot(state: State, user: User, blocked: bool) -> None:
    """The user blocks or unblocks the bot; nothing happens when it is so already."""
    if blocked == (user.id in state.blocked):
        return
    old = member_view(state, user.id, state.bot)
    if blocked:
        state.blocked.add(user.id)
    else:
        state.blocked.discard(user.id)
    _tell_bot(state, user.id, user, old)


def change_bot_status(state: State, chat_id: int, by: User, status: Status) -> None:
    """Somebody (or the bot itself) changes what the bot is in a group."""
    old = member_view(state, chat_id, state.bot)
    group = state.groups[chat_id]
    group.bot_status = status
    if status == "administrator":
        group.administrators.add(state.bot.id)
    else:
        group.administrators.discard(state.bot.id)
    _tell_bot(state, chat_id, by, old)


def _tell_bot(state: State, chat_id: int, by: User, old: dict[str, Any]) -> None:
    state.updates.add(
        "my_chat_member",
        {
            "chat": chat_view(state, chat_id),
            "from": by.to_dict(),
            "date": unix_time(state.clock()),
            "old_chat_member": old,
            "new_chat_member": member_view(state, chat_id, state.bot),
        },
    )


def _status_view(user: User, status: Status) -> dict[str, Any]:
    view: dict[str, Any] = {"user": user.to_dict(), "status": status}
    if status == "administrator":
        view |= _ADMINISTRATOR_RIGHTS
    elif status == "kicked":
        view["until_date"] = 0
    return view
