"""The lists of commands that Telegram shows beside the text field."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Any

from telegram import BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.texts import LANGUAGES, catalog

log = logging.getLogger(__name__)


async def publish_commands(bot: ExtBot[Any], editors: Collection[int]) -> None:
    """Set the bot's description and the lists of readers and of these editors (user ids), in every language.

    A failure is one line in the log: the bot works without the lists, and the next start sets them again.
    """
    try:
        for language in LANGUAGES:
            words, code = catalog(language), _code(language)
            await bot.set_my_commands(_list("commands", language), language_code=code)
            await bot.set_my_description(words.plain("bot.description"), language_code=code)
            await bot.set_my_short_description(words.plain("bot.short_description"), language_code=code)
        for editor_id in editors:
            await _set_editor_commands(bot, editor_id)
    except TelegramError as error:
        log.warning("not all lists of commands are set, the next start tries again: %s", error)


async def publish_editor_commands(bot: ExtBot[Any], editor_id: int) -> None:
    """Set the list of one editor, in every language. A failure is one line in the log."""
    try:
        await _set_editor_commands(bot, editor_id)
    except TelegramError as error:
        log.warning("the list of editor %d is not set, the next start tries again: %s", editor_id, error)


async def _set_editor_commands(bot: ExtBot[Any], editor_id: int) -> None:
    try:
        for language in LANGUAGES:
            await bot.set_my_commands(
                _list("commands", language) + _list("commands_editor", language),
                scope=BotCommandScopeChat(editor_id),
                language_code=_code(language),
            )
    except (BadRequest, Forbidden):
        log.info("editor %d has not written to the bot yet; the list of commands follows then", editor_id)


def _list(section: str, language: str) -> list[BotCommand]:
    descriptions: Mapping[str, str] = catalog(language).section(section)
    return [BotCommand(name, description) for name, description in descriptions.items()]


def _code(language: str) -> str | None:
    """Telegram shows the list without a language to everybody whose language has none of its own."""
    return None if language == LANGUAGES[0] else language
