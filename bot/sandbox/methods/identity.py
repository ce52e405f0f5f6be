"""Who the bot is: getMe, its name and its descriptions."""

from __future__ import annotations

from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.call import Call


def get_me(call: Call) -> dict[str, Any]:
    """The bot's own `User`, with what only getMe tells."""
    return {
        **call.state.bot.to_dict(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_name(call: Call) -> bool:
    """Change the bot's name, 64 characters at most."""
    return _set(call, call.state.texts.names, "name", 64)


def get_my_name(call: Call) -> dict[str, str]:
    """The bot's name in a language."""
    return {"name": _get(call, call.state.texts.names) or call.state.bot.first_name}


def set_my_description(call: Call) -> bool:
    """Change the text of an empty chat, 512 characters at most."""
    return _set(call, call.state.texts.descriptions, "description", 512)


def get_my_description(call: Call) -> dict[str, str]:
    """The text of an empty chat in a language."""
    return {"description": _get(call, call.state.texts.descriptions)}


def set_my_short_description(call: Call) -> bool:
    """Change the text of the profile page, 120 characters at most."""
    return _set(call, call.state.texts.short_descriptions, "short_description", 120)


def get_my_short_description(call: Call) -> dict[str, str]:
    """The text of the profile page in a language."""
    return {"short_description": _get(call, call.state.texts.short_descriptions)}


def _set(call: Call, texts: dict[str, str], field: str, limit: int) -> bool:
    text = call.params.text(field)
    if len(text) > limit:
        raise bad_request(f"bot {field.replace('_', ' ')} is too long")
    texts[call.params.text("language_code")] = text
    return True


def _get(call: Call, texts: dict[str, str]) -> str:
    return texts.get(call.params.text("language_code")) or texts.get("", "")
