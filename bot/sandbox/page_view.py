"""Records of the state as the chat page gets them."""

from __future__ import annotations

from typing import Any

from bot.sandbox.html_render import render_html
from bot.sandbox.messages import Message
from bot.sandbox.state import Event, State
from bot.sandbox.views import message_view


def message_page_view(state: State, message: Message) -> dict[str, Any]:
    """The `Message` with "html", the text or caption ready to show, and "edited"."""
    is_bots = message.sender.id == state.bot.id
    html = render_html(message.text, with_commands=is_bots) if message.text is not None else ""
    return {**message_view(state, message), "html": html, "edited": message.edit_date is not None}


def event_page_view(state: State, event: Event) -> dict[str, Any]:
    """An event of `/api/events`."""
    view: dict[str, Any] = {"type": event.type}
    if event.chat_id is not None:
        view["chat_id"] = event.chat_id
    if event.message_id is not None:
        view["message_id"] = event.message_id
    if event.message is not None:
        view["message"] = message_page_view(state, event.message)
    if event.type == "clock":
        view["clock"] = state.clock().isoformat()
    return view


def state_page_view(state: State) -> dict[str, Any]:
    """The answer of `/api/state`: clock, bot, people and chats."""
    people = [
        {
            "id": user.id,
            "name": user.name,
            "role": "editor" if user.is_editor else "reader",
            "language_code": user.language_code,
            "blocked": user.id in state.blocked,
        }
        for user in state.users.values()
    ]
    private = [
        {"id": user.id, "type": "private", "title": state.bot.name, "members": [user.id]}
        for user in state.users.values()
    ]
    groups = [
        {"id": group.chat.id, "type": "group", "title": group.chat.title, "members": sorted(group.members)}
        for group in state.groups.values()
        if group.migrated_to is None
    ]
    bot = {"id": state.bot.id, "username": state.bot.username, "first_name": state.bot.first_name}
    return {"clock": state.clock().isoformat(), "bot": bot, "people": people, "chats": private + groups}
