"""What only a careless client sends, and what aiogram cannot: keyboards, commands and results of the wrong shape."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest
from aiogram import Bot
from aiohttp import ClientSession

from bot.sandbox import Sandbox
from bot.sandbox.errors import ApiError
from bot.sandbox.files import FileStore, Upload
from bot.sandbox.markup import check_reply_markup

AYU = 1001
BUTTON = "can't parse inline keyboard button: "


def inline(button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ([], "object expected as reply markup"),
        ({"keyboard": ["x"]}, 'field "keyboard" must be an Array of Arrays'),
        ({"keyboard": [[{}]]}, "can't parse keyboard button: Can't find field \"text\""),
        ({"keyboard": [[" "]]}, "keyboard button text must be non-empty"),
        ({"inline_keyboard": ["x"]}, 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
        (inline("x"), f"{BUTTON}InlineKeyboardButton must be an Object"),
        (inline({"url": "a.id"}), f'{BUTTON}Can\'t find field "text"'),
        (inline({"text": 1, "url": "a.id"}), f'{BUTTON}Field "text" must be of type String'),
        (inline({"text": "x", "url": 1}), f'{BUTTON}Field "url" must be of type String'),
        (inline({"text": "x", "callback_data": 1}), f'{BUTTON}Field "callback_data" must be of type String'),
        (inline({"text": "x", "callback_data": ""}), "BUTTON_DATA_INVALID"),
    ],
)
def test_a_keyboard_of_the_wrong_shape_is_refused(markup: Any, reason: str) -> None:
    with pytest.raises(ApiError) as refusal:
        check_reply_markup(markup)
    assert refusal.value.description == f"Bad Request: {reason}"


@pytest.mark.parametrize("markup", [{}, {"inline_keyboard": []}, {"inline_keyboard": [[]]}])
def test_an_empty_keyboard_is_none(markup: Any) -> None:
    assert check_reply_markup(markup) is None


@pytest.mark.parametrize("bytes_of_data", [1, 64])
def test_a_button_carries_up_to_64_bytes_and_links_to_users(bytes_of_data: int) -> None:
    for button in (
        {"text": "x", "callback_data": "a" * bytes_of_data},
        {"text": "x", "url": "tg://user?id=1001"},
        {"text": "x", "switch_inline_query": ""},
    ):
        assert check_reply_markup(inline(button)) == inline(button)


@pytest.mark.parametrize(
    ("method", "fields", "reason"),
    [
        ("setMyCommands", {"commands": {}}, "expected an Array of BotCommand"),
        ("setMyCommands", {"commands": ["x"]}, "can't parse BotCommand: expected an Object"),
        ("setMyCommands", {"commands": [{}]}, "can't parse BotCommand: Can't find field \"command\""),
        (
            "setMyCommands",
            {"commands": [{"command": 1, "description": "x"}]},
            'can\'t parse BotCommand: Field "command" must be of type String',
        ),
        ("setMyCommands", {"commands": [{"command": "/", "description": "x"}]}, "command must be non-empty"),
        ("getMyCommands", {"scope": "x"}, "can't parse BotCommandScope JSON object"),
        ("getMyCommands", {"scope": []}, "can't parse BotCommandScope: BotCommandScope must be an Object"),
        ("getMyCommands", {"scope": {"type": "x"}}, "can't parse BotCommandScope: Unsupported type specified"),
        ("getMyCommands", {"scope": {"type": "chat"}}, "can't parse BotCommandScope: Empty chat_id specified"),
        (
            "getMyCommands",
            {"scope": {"type": "chat_member", "chat_id": -5001}},
            "can't parse BotCommandScope: Invalid user_id specified",
        ),
        ("answerInlineQuery", {"results": {}}, "expected an Array of inline query results"),
        (
            "answerInlineQuery",
            {"results": [{"type": "article"}]},
            "can't parse inline query result: Can't find field \"id\"",
        ),
        (
            "answerInlineQuery",
            {"results": [{"type": "gif", "id": "1"}]},
            'can\'t parse inline query result: type "gif" is unsupported for the inline query result',
        ),
        ("answerInlineQuery", {"results": [{"type": "article", "id": "1"}]}, "RESULT_TITLE_EMPTY"),
        ("deleteMessage", {"message_id": 1}, "chat identifier is not specified"),
        ("deleteMessage", {"chat_id": AYU}, "message identifier is not specified"),
        ("deleteMessages", {"chat_id": AYU, "message_ids": []}, "message identifiers are not specified"),
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": AYU, "text": "x", "parse_mode": "LaTeX"}, "unsupported parse_mode"),
        ("getFile", {}, "file_id not specified"),
        ("setMyDescription", {"description": "a" * 513}, "bot description is too long"),
    ],
)
async def test_fields_of_the_wrong_shape_are_refused(
    sandbox: Sandbox, method: str, fields: dict[str, Any], reason: str
) -> None:
    await sandbox.send(AYU, "/start")
    url = f"{sandbox.api_url}{sandbox.token}/{method}"
    async with ClientSession() as session, session.post(url, json=fields) as response:
        answer = await response.json()
    assert answer.get("description") == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    ("data", "mime_type"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 4, 3), "image/png"),
        (b"GIF89a" + struct.pack("<HH", 4, 3), "image/gif"),
        (b"\xff\xd8\xff\xe0\0\x04ab\xff\xc2\0\x11\x08" + struct.pack(">HH", 3, 4), "image/jpeg"),
    ],
)
def test_a_picture_is_measured_by_its_header(data: bytes, mime_type: str) -> None:
    photo = FileStore().add("photo", Upload("grafik", data))
    assert (photo.mime_type, photo.width, photo.height) == (mime_type, 4, 3)


@pytest.mark.parametrize(("width", "height"), [(0, 3), (9000, 1001), (210, 10)])
def test_a_picture_of_impossible_shape_is_refused(width: int, height: int) -> None:
    data = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height)
    with pytest.raises(ApiError, match="PHOTO_INVALID_DIMENSIONS"):
        FileStore().add("photo", Upload("grafik.png", data))


async def test_a_mention_of_a_user_shows_who_it_is_and_none_of_a_stranger(client: Bot, sandbox: Sandbox) -> None:
    await sandbox.send(AYU, "/start")
    html = '<a href="tg://user?id=1002">Bima</a> <a href="tg://user?id=42">siapa</a>'
    message = await client.send_message(AYU, html, parse_mode="HTML")
    assert [(entity.type, entity.user and entity.user.id) for entity in message.entities or []] == [
        ("text_mention", 1002)
    ]
    given = json.dumps([{"type": "text_mention", "offset": 0, "length": 4, "user": {"id": 1002}}])
    url = f"{sandbox.api_url}{sandbox.token}/sendMessage"
    async with ClientSession() as session:
        fields = {"chat_id": AYU, "text": "Bima", "entities": given}
        async with session.post(url, json=fields) as response:
            assert (await response.json())["result"]["entities"][0]["user"]["first_name"] == "Bima"
