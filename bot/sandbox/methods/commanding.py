"""The bot's command lists: setMyCommands, getMyCommands, deleteMyCommands."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.access import find_chat
from bot.sandbox.commands import BotCommand, Scope
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.methods.call import Call

MAX_COMMANDS = 100


def set_my_commands(call: Call) -> bool:
    """Replace the list of a scope and language."""
    records = call.params.json("commands", "commands")
    if records is not None and not isinstance(records, list):
        raise bad_request("expected an Array of BotCommand")
    commands = tuple(_read_command(record) for record in records or [])
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    call.state.commands.set(_read_scope(call), _read_language(call), commands)
    return True


def get_my_commands(call: Call) -> list[dict[str, str]]:
    """The list of exactly this scope and language."""
    commands = call.state.commands.get(_read_scope(call), _read_language(call))
    return [command.to_dict() for command in commands]


def delete_my_commands(call: Call) -> bool:
    """Forget the list of a scope and language."""
    call.state.commands.set(_read_scope(call), _read_language(call), ())
    return True


def _read_command(record: Any) -> BotCommand:
    if not isinstance(record, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    for field in ("command", "description"):
        if field not in record:
            raise bad_request(f"can't parse BotCommand: Can't find field \"{field}\"")
        if not isinstance(record[field], str):
            raise bad_request(f'can\'t parse BotCommand: Field "{field}" must be of type String')
    command, description = record["command"].strip().removeprefix("/"), record["description"].strip()
    if not command:
        raise bad_request("command must be non-empty")
    if len(command) > 32:
        raise bad_request("command length must not exceed 32")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > 256:
        raise bad_request("command description length must not exceed 256")
    if not re.fullmatch(r"[a-z0-9_]+", command):
        raise bad_request("BOT_COMMAND_INVALID")
    return BotCommand(command, description)


def _read_language(call: Call) -> str:
    language = call.params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return language


def _read_scope(call: Call) -> Scope:
    scope = call.params.json("scope", "BotCommandScope")
    if scope is None:
        return Scope()
    if not isinstance(scope, dict):
        raise bad_request("can't parse BotCommandScope: BotCommandScope must be an Object")
    kind = scope.get("type")
    if kind in ("default", "all_private_chats", "all_group_chats", "all_chat_administrators"):
        return Scope(str(kind))
    if kind not in ("chat", "chat_administrators", "chat_member"):
        raise _bad_scope('Can\'t find field "type"' if kind is None else "Unsupported type specified")
    if not scope.get("chat_id"):
        raise _bad_scope("Empty chat_id specified")
    user_id = scope.get("user_id") if kind == "chat_member" else None
    if kind == "chat_member" and (not isinstance(user_id, int) or user_id <= 0):
        raise _bad_scope("Invalid user_id specified")
    return Scope(kind, find_chat(call.state, str(scope["chat_id"]), "read"), user_id)


def _bad_scope(reason: str) -> ApiError:
    return bad_request(f"can't parse BotCommandScope: {reason}")
