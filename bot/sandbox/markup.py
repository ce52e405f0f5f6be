"""Reply markup: inline keyboards are checked and kept, the other kinds are checked only.

Error texts after telegram-bot-api `Client::get_reply_markup` and tdlib/td `ReplyMarkup.cpp`.
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.links import check_link, linked_user_id
from bot.sandbox.params import Params

MAX_CALLBACK_BYTES = 64
MAX_BUTTONS = 100  # unpublished; what the server has been seen to take
_ACTIONS = (
    "url",
    "callback_data",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "copy_text",
    "login_url",
    "web_app",
)


def read_reply_markup(params: Params, only_inline: bool = False) -> dict[str, Any] | None:
    """The inline keyboard of a call, None for another kind or for none. Raises ApiError 400 when it is wrong.

    only_inline: refuse other kinds, as methods that edit do.
    """
    return check_reply_markup(params.json("reply_markup", "reply keyboard markup"), only_inline)


def check_reply_markup(markup: Any, only_inline: bool = False) -> dict[str, Any] | None:
    """The same for markup that is already read from JSON."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if keyboard := markup.get("keyboard"):
        _check_reply_keyboard(keyboard)
    elif inline := markup.get("inline_keyboard"):
        return _check_inline_keyboard(inline)
    elif not markup.get("remove_keyboard") and not markup.get("force_reply"):
        return None
    if only_inline:
        raise bad_request("inline keyboard expected")
    return None


def _check_reply_keyboard(rows: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" must be an Array of Arrays')
    for button in (button for row in rows for button in row):
        text = button.get("text") if isinstance(button, dict) else button
        if not isinstance(text, str):
            raise bad_request("can't parse keyboard button: Can't find field \"text\"")
        if not text.strip():
            raise bad_request("keyboard button text must be non-empty")


def _check_inline_keyboard(rows: Any) -> dict[str, Any] | None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    checked = [[_check_button(button) for button in row] for row in rows]
    if sum(len(row) for row in checked) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    filled = [row for row in checked if row]
    return {"inline_keyboard": filled} if filled else None


def _check_button(record: Any) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise _bad_button("InlineKeyboardButton must be an Object")
    button: dict[str, Any] = {name: value for name, value in record.items() if value is not None}
    if "text" not in button:
        raise _bad_button('Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise _bad_button('Field "text" must be of type String')
    action = next((name for name in _ACTIONS if name in button), None)
    if action is None:
        raise _bad_button("Text buttons are unallowed in the inline keyboard")
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if action == "url":
        return {**button, "url": _check_url(button["url"])}
    if action == "callback_data":
        _check_callback_data(button["callback_data"])
    return button


def _check_url(url: Any) -> str:
    if not isinstance(url, str):
        raise _bad_button('Field "url" must be of type String')
    if linked_user_id(url) is not None:
        return url
    if (link := check_link(url)) is None:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return link


def _check_callback_data(data: Any) -> None:
    if not isinstance(data, str):
        raise _bad_button('Field "callback_data" must be of type String')
    if not 1 <= len(data.encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _bad_button(reason: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")
