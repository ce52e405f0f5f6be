"""The lists of commands that Telegram shows beside the text field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from telegram import BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden
from telegram.ext import ExtBot

from bot.texts import LANGUAGES, catalog


async def publish_commands(bot: ExtBot[Any]) -> None:
    """Set the readers' list in every language."""
    for language in LANGUAGES:
        await bot.set_my_commands(_list("commands", language), language_code=_code(language))


async def publish_editor_commands(bot: ExtBot[Any], editor_id: int) -> bool:
    """Set the list of one editor, in every language. False when this editor has never written to the bot."""
    try:
        for language in LANGUAGES:
            await bot.set_my_commands(
                _list("commands", language) + _list("commands_editor", language),
                scope=BotCommandScopeChat(editor_id),
                language_code=_code(language),
            )
    except (BadRequest, Forbidden):
        return False
    return True


def _list(section: str, language: str) -> list[BotCommand]:
    descriptions: Mapping[str, str] = catalog(language).section(section)
    return [BotCommand(name, description) for name, description in descriptions.items()]


def _code(language: str) -> str | None:
    """Telegram shows the list without a language to everybody whose language has none of its own."""
    return None if language == LANGUAGES[0] else language
