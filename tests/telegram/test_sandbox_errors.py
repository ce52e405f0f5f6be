"""Refusals: aiogram's error class and Telegram's words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetMe
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    ReplyKeyboardRemove,
)

from bot.sandbox import Chat, Sandbox

AYU, BIMA, RATNA, GROUP = 1001, 1002, 2001, -5001
Do = Callable[[Bot], Awaitable[Any]]


def keyboard(**button: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(**{"text": "x", **button})]])


def article(result_id: str = "1", text: str = "isi") -> InlineQueryResultArticle:
    content = InputTextMessageContent(message_text=text)
    return InlineQueryResultArticle(id=result_id, title="Judul", input_message_content=content)


@pytest.fixture
async def started(sandbox: Sandbox) -> int:
    """The id of Ayu's first message."""
    return await sandbox.send(AYU, "/start")


BAD_REQUESTS: dict[str, Do] = {
    "chat not found": lambda client: client.send_message(42, "x"),
    "chat not found ": lambda client: client.send_message("@tidak_ada", "x"),
    "message text is empty": lambda client: client.send_message(AYU, ""),
    "text must be non-empty": lambda client: client.send_message(AYU, " \n "),
    "text must be non-empty ": lambda client: client.send_message(AYU, "<b> </b>", parse_mode="HTML"),
    "message is too long": lambda client: client.send_message(AYU, "a" * 4097),
    'can\'t parse entities: Unsupported start tag "x" at byte offset 0': lambda client: client.send_message(
        AYU, "<x>", parse_mode="HTML"
    ),
    "message to be replied not found": lambda client: client.send_message(AYU, "x", reply_to_message_id=999),
    "message thread not found": lambda client: client.send_message(AYU, "x", message_thread_id=3),
    "BUTTON_DATA_INVALID": lambda client: client.send_message(AYU, "x", reply_markup=keyboard(callback_data="é" * 33)),
    "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard": lambda client: (
        client.send_message(AYU, "x", reply_markup=keyboard())
    ),
    "inline keyboard button text must be non-empty": lambda client: client.send_message(
        AYU, "x", reply_markup=keyboard(text=" ", callback_data="a")
    ),
    "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL": lambda client: client.send_message(
        AYU, "x", reply_markup=keyboard(url="http://localhost/")
    ),
    "reply markup is too long": lambda client: client.send_message(
        AYU,
        "x",
        reply_markup=InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="x", callback_data="x")]] * 101),
    ),
    "message caption is too long": lambda client: client.send_document(
        AYU, BufferedInputFile(b"x", "x.txt"), caption="😀" * 513
    ),
    "file must be non-empty": lambda client: client.send_document(AYU, BufferedInputFile(b"", "x.txt")),
    "IMAGE_PROCESS_FAILED": lambda client: client.send_photo(AYU, BufferedInputFile(b"bukan gambar", "x.png")),
    "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes": lambda client: (
        client.send_photo(AYU, BufferedInputFile(b"\0" * 10_485_761, "x.png"))
    ),
    "wrong file identifier/HTTP URL specified": lambda client: client.send_photo(AYU, "AgACAgUAAx"),
    "failed to get HTTP URL content": lambda client: client.send_photo(AYU, "https://contoh.id/a.png"),
    "there is no photo in the request": lambda client: client.send_photo(AYU, ""),
    "invalid file_id": lambda client: client.get_file("AgACAgUAAx"),
    "message to edit not found": lambda client: client.edit_message_text("x", chat_id=AYU, message_id=999),
    "message can't be edited": lambda client: client.edit_message_text("x", chat_id=AYU, message_id=1),
    "message identifier is not specified": lambda client: client.edit_message_text("x"),
    "message to delete not found": lambda client: client.delete_message(AYU, 999),
    "too many message identifiers specified": lambda client: client.delete_messages(AYU, list(range(1, 102))),
    "query is too old and response timeout expired or query ID is invalid": lambda client: client.answer_callback_query(
        "1"
    ),
    "MESSAGE_TOO_LONG": lambda client: client.answer_callback_query("1", "a" * 201),
    "URL_INVALID": lambda client: client.answer_callback_query("1", url="https://contoh.id/"),
    "RESULTS_TOO_MUCH": lambda client: client.answer_inline_query("1", [article(str(n)) for n in range(51)]),
    "RESULT_ID_DUPLICATE": lambda client: client.answer_inline_query("1", [article(), article()]),
    "RESULT_ID_INVALID": lambda client: client.answer_inline_query("1", [article("a" * 65)]),
    "NEXT_OFFSET_INVALID": lambda client: client.answer_inline_query("1", [article()], next_offset="a" * 65),
    "message is too long ": lambda client: client.answer_inline_query("1", [article(text="a" * 4097)]),
    "BOT_COMMAND_INVALID": lambda client: client.set_my_commands([BotCommand(command="Cari", description="x")]),
    "command length must not exceed 32": lambda client: client.set_my_commands(
        [BotCommand(command="a" * 33, description="x")]
    ),
    "command description must be non-empty": lambda client: client.set_my_commands(
        [BotCommand(command="a", description=" ")]
    ),
    "command description length must not exceed 256": lambda client: client.set_my_commands(
        [BotCommand(command="a", description="x" * 257)]
    ),
    "BOT_COMMANDS_TOO_MUCH": lambda client: client.set_my_commands(
        [BotCommand(command=f"a{number}", description="x") for number in range(101)]
    ),
    "invalid language code specified": lambda client: client.get_my_commands(language_code="indonesia"),
    "chat not found  ": lambda client: client.get_my_commands(BotCommandScopeChat(chat_id=42)),
    "there are no administrators in the private chat": lambda client: client.get_chat_administrators(AYU),
    "user not found": lambda client: client.get_chat_member(GROUP, 42),
    "wrong parameter action in request": lambda client: client.send_chat_action(AYU, "menari"),
    "chat member status can't be changed in private chats": lambda client: client.leave_chat(AYU),
    "secret token contains unallowed characters": lambda client: client.set_webhook(
        "http://127.0.0.1:1/", secret_token="a b"
    ),
    "bad webhook: the sandbox sends updates only to http://127.0.0.1 and http://localhost": lambda client: (
        client.set_webhook("https://contoh.id/kait")
    ),
}


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("words", BAD_REQUESTS)
async def test_a_bad_request_is_refused_in_telegrams_words(words: str, client: Bot) -> None:
    with pytest.raises(TelegramBadRequest) as refusal:
        await BAD_REQUESTS[words](client)
    assert refusal.value.message == f"Bad Request: {words.rstrip()}"


async def test_a_refused_message_is_not_delivered(client: Bot, sandbox: Sandbox, started: int) -> None:
    with pytest.raises(TelegramBadRequest):
        await client.send_message(AYU, "x", reply_markup=keyboard(callback_data="a" * 65))
    assert sandbox.deliveries == []
    assert [message["message_id"] for message in sandbox.messages(AYU)] == [started]


@pytest.mark.usefixtures("started")
async def test_an_edit_that_changes_nothing_is_refused(client: Bot) -> None:
    markup = keyboard(callback_data="a")
    message = await client.send_message(AYU, "<b>sama</b>", parse_mode="HTML", reply_markup=markup)
    for edit in (
        client.edit_message_text(
            "<strong>sama</strong>", chat_id=AYU, message_id=message.message_id, parse_mode="HTML", reply_markup=markup
        ),
        client.edit_message_reply_markup(chat_id=AYU, message_id=message.message_id, reply_markup=markup),
    ):
        with pytest.raises(TelegramBadRequest, match="message is not modified: specified new message content"):
            await edit


@pytest.mark.usefixtures("started")
async def test_the_text_of_a_document_cannot_be_edited(client: Bot) -> None:
    message = await client.send_document(AYU, BufferedInputFile(b"x", "x.txt"))
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await client.edit_message_text("x", chat_id=AYU, message_id=message.message_id)
    assert message.document
    with pytest.raises(TelegramBadRequest, match="can't use file of type Document as Photo"):
        await client.send_photo(AYU, message.document.file_id)


@pytest.mark.usefixtures("started")
async def test_an_edit_takes_inline_keyboards_only(client: Bot, sandbox: Sandbox) -> None:
    message = await client.send_message(AYU, "x")
    async with aiohttp.ClientSession() as session:
        fields = {
            "chat_id": AYU,
            "message_id": message.message_id,
            "text": "y",
            "reply_markup": ReplyKeyboardRemove().model_dump(exclude_none=True),
        }
        async with session.post(f"{sandbox.api_url}{sandbox.token}/editMessageText", json=fields) as response:
            assert (await response.json())["description"] == "Bad Request: inline keyboard expected"


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize(("hours", "is_deleted"), [(47, True), (49, False)])
async def test_a_message_can_be_deleted_for_48_hours(
    client: Bot, sandbox: Sandbox, hours: int, is_deleted: bool
) -> None:
    message = await client.send_message(AYU, "x")
    sandbox.clock.advance(timedelta(hours=hours))
    if is_deleted:
        assert await client.delete_message(AYU, message.message_id)
        return
    for delete in (
        client.delete_message(AYU, message.message_id),
        client.delete_messages(AYU, [message.message_id]),
    ):
        with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
            await delete


async def test_a_member_cannot_delete_what_others_wrote(client: Bot, sandbox: Sandbox) -> None:
    message_id = await sandbox.send(AYU, "halo semua", chat_id=GROUP)
    with pytest.raises(TelegramBadRequest, match=r"message can't be deleted$"):
        await client.delete_message(GROUP, message_id)


async def test_a_query_is_answered_once_and_soon(client: Bot, sandbox: Sandbox, started: int) -> None:
    for pause in (timedelta(0), timedelta(minutes=2)):
        await sandbox.press(AYU, AYU, started, "x", timeout=0)
        update = (await client.get_updates(offset=-1))[0]
        assert update.callback_query
        sandbox.clock.advance(pause)
        if not pause:
            await client.answer_callback_query(update.callback_query.id)
        with pytest.raises(TelegramBadRequest, match="query is too old"):
            await client.answer_callback_query(update.callback_query.id)


async def test_a_stranger_cannot_be_written_to_first(client: Bot) -> None:
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot can't initiate conversation with a user"):
        await client.send_message(AYU, "halo")


@pytest.mark.usefixtures("started")
async def test_a_blocked_chat_gets_403_until_it_is_unblocked(client: Bot, sandbox: Sandbox) -> None:
    sandbox.block(AYU)
    for call in (client.send_message(AYU, "x"), client.send_chat_action(AYU, "typing")):
        with pytest.raises(TelegramForbiddenError, match="Forbidden: bot was blocked by the user"):
            await call
    sandbox.unblock(AYU)
    assert await client.send_message(AYU, "x") is not None


@pytest.mark.usefixtures("started")
async def test_a_deleted_account_gets_403(client: Bot, sandbox: Sandbox) -> None:
    sandbox.deactivate(AYU)
    with pytest.raises(TelegramForbiddenError, match="Forbidden: user is deactivated"):
        await client.send_message(AYU, "x")


@pytest.mark.parametrize(("kind", "words"), [("group", "group chat"), ("supergroup", "supergroup chat")])
async def test_a_kicked_bot_gets_403(client: Bot, sandbox: Sandbox, kind: Any, words: str) -> None:
    sandbox.add_group(Chat(-5002, "Grup", kind), members=[AYU])
    sandbox.kick_bot(-5002)
    with pytest.raises(TelegramForbiddenError, match=f"Forbidden: bot was kicked from the {words}"):
        await client.send_message(-5002, "x")


async def test_after_leaving_the_bot_gets_403_until_it_is_added_again(client: Bot, sandbox: Sandbox) -> None:
    await client.leave_chat(GROUP)
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot is not a member of the group chat"):
        await client.send_message(GROUP, "x")
    sandbox.add_bot(GROUP, by=AYU)
    assert await client.send_message(GROUP, "x") is not None


async def test_a_migrated_group_says_where_it_went(client: Bot, sandbox: Sandbox) -> None:
    new_id = sandbox.migrate_group(GROUP)
    with pytest.raises(TelegramMigrateToChat, match="group chat was upgraded to a supergroup chat") as refusal:
        await client.send_message(GROUP, "x")
    assert refusal.value.migrate_to_chat_id == new_id
    assert (await client.send_message(new_id, "x")).chat.type == "supergroup"


async def test_a_wrong_token_is_401(client: Bot, sandbox: Sandbox) -> None:
    async with Bot("900000001:SALAH", session=client.session) as stranger:
        with pytest.raises(TelegramUnauthorizedError, match="Unauthorized"):
            await stranger.get_me()
    async with aiohttp.ClientSession() as session, session.get(f"{sandbox.file_url}900000001:SALAH/x/y/z") as response:
        assert response.status == 401


async def test_an_unknown_method_is_404(client: Bot) -> None:
    class Unknown(GetMe):
        __api_method__ = "terbang"

    with pytest.raises(TelegramNotFound, match="Not Found"):
        await client(Unknown())


@pytest.mark.usefixtures("started")
async def test_an_upload_over_50_mb_is_413(client: Bot, sandbox: Sandbox) -> None:
    with pytest.raises(TelegramEntityTooLarge):
        await client.send_document(AYU, BufferedInputFile(bytes(50 * 1024 * 1024 + 1), "besar.bin"))
    assert sandbox.deliveries == []


@pytest.mark.usefixtures("started")
async def test_a_file_over_20_mb_cannot_be_downloaded(client: Bot) -> None:
    message = await client.send_document(AYU, BufferedInputFile(bytes(20 * 1024 * 1024 + 1), "besar.bin"))
    assert message.document
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await client.get_file(message.document.file_id)
