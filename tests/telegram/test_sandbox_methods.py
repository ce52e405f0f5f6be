"""Every method of the sandbox, driven by aiogram, which parses every answer into its own types."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.methods import TelegramMethod
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    KeyboardButton,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from bot.sandbox import Chat, Sandbox
from bot.sandbox.methods import METHODS

AYU, BIMA, RATNA, GROUP = 1001, 1002, 2001, -5001
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6260606060000000050001a5f645400000000049454e44ae426082"
)
KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text="Buka", callback_data="buka:1")],
        [InlineKeyboardButton(text="Situs", url="contoh.id")],
    ]
)


async def sent(client: Bot, sandbox: Sandbox, text: str = "halo", **options: Any) -> Message:
    """A message of the bot to Ayu, who has started it."""
    sandbox.state.started.add(AYU)
    return await client.send_message(AYU, text, **options)


async def next_query_id(client: Bot, kind: str) -> str:
    (update,) = await client.get_updates()
    return str(getattr(update, kind).id)


async def drive_callback(client: Bot, sandbox: Sandbox) -> Any:
    message = await sent(client, sandbox, reply_markup=KEYBOARD)
    await sandbox.press(AYU, AYU, message.message_id, "buka:1", timeout=0)
    return await client.answer_callback_query(await next_query_id(client, "callback_query"), "Baik")


async def drive_inline(client: Bot, sandbox: Sandbox) -> Any:
    await sandbox.inline(AYU, "banjir", timeout=0)
    return await client.answer_inline_query(await next_query_id(client, "inline_query"), results=[])


async def drive_edit(client: Bot, sandbox: Sandbox) -> Any:
    message = await sent(client, sandbox)
    return await client.edit_message_text("baru", chat_id=AYU, message_id=message.message_id)


async def drive_markup(client: Bot, sandbox: Sandbox) -> Any:
    message = await sent(client, sandbox)
    return await client.edit_message_reply_markup(chat_id=AYU, message_id=message.message_id, reply_markup=KEYBOARD)


async def drive_photo(client: Bot, sandbox: Sandbox) -> Any:
    sandbox.state.started.add(AYU)
    return await client.send_photo(
        AYU, BufferedInputFile(PIXEL, "titik.png"), caption="<b>Titik</b>", parse_mode="HTML"
    )


async def drive_document(client: Bot, sandbox: Sandbox) -> Any:
    sandbox.state.started.add(AYU)
    return await client.send_document(AYU, BufferedInputFile(b"<opml/>", "umpan.opml"))


async def drive_file(client: Bot, sandbox: Sandbox) -> Any:
    message = await drive_document(client, sandbox)
    return await client.get_file(message.document.file_id)


async def drive_delete(client: Bot, sandbox: Sandbox) -> Any:
    return await client.delete_message(AYU, (await sent(client, sandbox)).message_id)


async def drive_bulk_delete(client: Bot, sandbox: Sandbox) -> Any:
    return await client.delete_messages(AYU, [(await sent(client, sandbox)).message_id, 999])


Drive = Callable[[Bot, Sandbox], Awaitable[Any]]
COMMANDS = [BotCommand(command="cari", description="Cari berita")]
DRIVES: dict[str, Drive] = {
    "getMe": lambda client, _: client.get_me(),
    "setMyName": lambda client, _: client.set_my_name("Sari Berita"),
    "getMyName": lambda client, _: client.get_my_name(),
    "setMyDescription": lambda client, _: client.set_my_description("Intisari berita."),
    "getMyDescription": lambda client, _: client.get_my_description(),
    "setMyShortDescription": lambda client, _: client.set_my_short_description("Intisari"),
    "getMyShortDescription": lambda client, _: client.get_my_short_description(),
    "getUpdates": lambda client, _: client.get_updates(offset=-1, limit=5, allowed_updates=["message"]),
    "setWebhook": lambda client, _: client.set_webhook("http://127.0.0.1:1/kait", secret_token="rahasia"),
    "deleteWebhook": lambda client, _: client.delete_webhook(drop_pending_updates=True),
    "getWebhookInfo": lambda client, _: client.get_webhook_info(),
    "sendMessage": sent,
    "sendPhoto": drive_photo,
    "sendDocument": drive_document,
    "getFile": drive_file,
    "editMessageText": drive_edit,
    "editMessageReplyMarkup": drive_markup,
    "deleteMessage": drive_delete,
    "deleteMessages": drive_bulk_delete,
    "answerCallbackQuery": drive_callback,
    "answerInlineQuery": drive_inline,
    "setMyCommands": lambda client, _: client.set_my_commands(COMMANDS, BotCommandScopeChat(chat_id=AYU), "id"),
    "getMyCommands": lambda client, _: client.get_my_commands(),
    "deleteMyCommands": lambda client, _: client.delete_my_commands(),
    "getChat": lambda client, _: client.get_chat(GROUP),
    "getChatMember": lambda client, _: client.get_chat_member(GROUP, RATNA),
    "getChatAdministrators": lambda client, _: client.get_chat_administrators(GROUP),
    "getChatMemberCount": lambda client, _: client.get_chat_member_count(GROUP),
    "sendChatAction": lambda client, _: client.send_chat_action(GROUP, "typing"),
    "leaveChat": lambda client, _: client.leave_chat(GROUP),
}


def test_aiogram_drives_every_method() -> None:
    assert {name.lower() for name in DRIVES} == set(METHODS)


@pytest.mark.parametrize("name", DRIVES)
async def test_aiogram_parses_the_answer(name: str, client: Bot, sandbox: Sandbox) -> None:
    asked: list[str] = []

    async def note(make_request: Any, bot: Bot, method: TelegramMethod[Any]) -> Any:
        asked.append(method.__api_method__)
        return await make_request(bot, method)

    client.session.middleware(note)
    result = await DRIVES[name](client, sandbox)
    assert asked[-1] == name
    assert result is not None


async def test_get_me_says_what_the_bot_may(client: Bot) -> None:
    me = await client.get_me()
    assert (me.id, me.username, me.is_bot) == (900000001, "sari_demo_bot", True)
    assert me.supports_inline_queries
    assert not me.can_read_all_group_messages


async def test_a_message_shows_what_was_sent(client: Bot, sandbox: Sandbox) -> None:
    question = await sandbox.send(AYU, "/cari banjir")
    message = await client.send_message(
        AYU,
        "<b>Banjir</b> 😀 <a href='https://contoh.id/b'>baca</a>",
        parse_mode="HTML",
        reply_markup=KEYBOARD,
        reply_parameters=ReplyParameters(message_id=question),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        protect_content=True,
        disable_notification=True,
    )
    assert message.text == "Banjir 😀 baca"
    assert [(entity.type, entity.offset, entity.length, entity.url) for entity in message.entities or []] == [
        ("bold", 0, 6, None),
        ("text_link", 10, 4, "https://contoh.id/b"),
    ]
    assert message.chat.type == "private"
    assert message.date == sandbox.clock().replace(microsecond=0, tzinfo=message.date.tzinfo)
    assert message.from_user
    assert message.from_user.username == "sari_demo_bot"
    assert message.reply_to_message
    assert message.reply_to_message.text == "/cari banjir"
    assert message.reply_markup
    assert message.reply_markup.inline_keyboard[1][0].url == "http://contoh.id/"
    assert message.link_preview_options
    assert message.link_preview_options.is_disabled
    assert message.has_protected_content
    (delivery,) = sandbox.deliveries
    assert delivery[:4] == (AYU, message.message_id, "Banjir 😀 baca", "sendMessage")


async def test_entities_can_be_given_instead_of_html(client: Bot, sandbox: Sandbox) -> None:
    message = await sent(client, sandbox, "<b> tebal", entities=[MessageEntity(type="bold", offset=4, length=5)])
    assert message.text == "<b> tebal"
    assert [(entity.type, entity.offset) for entity in message.entities or []] == [("bold", 4)]


@pytest.mark.parametrize(
    "markup",
    [
        ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="WIB")]]),
        ReplyKeyboardRemove(),
        ForceReply(),
    ],
)
async def test_other_keyboards_are_taken_but_not_shown(client: Bot, sandbox: Sandbox, markup: Any) -> None:
    assert (await sent(client, sandbox, reply_markup=markup)).reply_markup is None


@pytest.mark.parametrize(("units", "is_taken"), [(4096, True), (4097, False)])
async def test_the_limit_counts_utf16_units_after_entities(
    client: Bot, sandbox: Sandbox, units: int, is_taken: bool
) -> None:
    html = f"<b>{'😀' * (units // 2)}</b>{'&amp;' * (units % 2)}"
    if is_taken:
        assert (await sent(client, sandbox, html, parse_mode="HTML")).text
    else:
        with pytest.raises(Exception, match="message is too long"):
            await sent(client, sandbox, html, parse_mode="HTML")


async def test_an_edit_replaces_text_and_keyboard(client: Bot, sandbox: Sandbox) -> None:
    message = await sent(client, sandbox, reply_markup=KEYBOARD)
    edited = await client.edit_message_text("baru", chat_id=AYU, message_id=message.message_id)
    assert isinstance(edited, Message)
    assert (edited.text, edited.reply_markup) == ("baru", None)
    assert edited.edit_date is not None
    assert [shown["text"] for shown in sandbox.messages(AYU)] == ["baru"]
    assert len(sandbox.deliveries) == 1


async def test_a_new_keyboard_alone_is_an_edit(client: Bot, sandbox: Sandbox) -> None:
    message = await sent(client, sandbox)
    edited = await client.edit_message_text("halo", chat_id=AYU, message_id=message.message_id, reply_markup=KEYBOARD)
    assert isinstance(edited, Message)
    assert edited.reply_markup


async def test_a_deleted_message_is_gone(client: Bot, sandbox: Sandbox) -> None:
    kept, deleted = await sent(client, sandbox, "tetap"), await sent(client, sandbox, "hapus")
    await client.delete_message(AYU, deleted.message_id)
    assert [shown["message_id"] for shown in sandbox.messages(AYU)] == [kept.message_id]


async def test_many_are_deleted_at_once_and_missing_ones_skipped(client: Bot, sandbox: Sandbox) -> None:
    ids = [(await sent(client, sandbox, str(number))).message_id for number in range(3)]
    assert await client.delete_messages(AYU, [*ids[:2], 999, ids[0]])
    assert [shown["text"] for shown in sandbox.messages(AYU)] == ["2"]


async def test_an_administrator_may_delete_old_messages_of_others(client: Bot, sandbox: Sandbox) -> None:
    message_id = await sandbox.send(AYU, "lama", chat_id=GROUP)
    sandbox.clock.advance(timedelta(hours=100))
    sandbox.promote_bot(GROUP, by=RATNA)
    assert await client.delete_message(GROUP, message_id)


async def test_a_photo_has_its_size_and_can_be_sent_again(client: Bot, sandbox: Sandbox) -> None:
    first = await drive_photo(client, sandbox)
    assert (first.photo[0].width, first.photo[0].height) == (1, 1)
    assert first.caption == "Titik"
    assert first.caption_entities[0].type == "bold"
    again = await client.send_photo(AYU, first.photo[0].file_id)
    assert again.photo
    assert again.photo[0].file_unique_id == first.photo[0].file_unique_id
    assert [delivery.method for delivery in sandbox.deliveries] == ["sendPhoto", "sendPhoto"]


async def test_a_document_downloads_as_it_was_uploaded(client: Bot, sandbox: Sandbox) -> None:
    message = await drive_document(client, sandbox)
    assert (message.document.file_name, message.document.file_size) == ("umpan.opml", 7)
    file = await client.get_file(message.document.file_id)
    assert file.file_path
    content = await client.download_file(file.file_path)
    assert content
    assert content.read() == b"<opml/>"


async def test_the_presser_gets_the_answer(client: Bot, sandbox: Sandbox) -> None:
    message = await sent(client, sandbox, reply_markup=KEYBOARD)
    assert await sandbox.press(AYU, AYU, message.message_id, "buka:1", timeout=0) is None
    query_id = await next_query_id(client, "callback_query")
    await client.answer_callback_query(query_id, "Tersimpan", show_alert=True)
    expected = {"text": "Tersimpan", "show_alert": True, "url": None}
    assert await sandbox.state.queries.wait_answer(query_id, 0) == expected


async def test_an_inline_query_gets_results(client: Bot, sandbox: Sandbox) -> None:
    await sandbox.inline(AYU, "banjir", timeout=0)
    query_id = await next_query_id(client, "inline_query")
    content = InputTextMessageContent(message_text="<b>Banjir</b>", parse_mode="HTML")
    result = InlineQueryResultArticle(id="1", title="Banjir", input_message_content=content)
    await client.answer_inline_query(query_id, results=[result], next_offset="2")
    answer = await sandbox.state.queries.wait_answer(query_id, 0)
    assert answer
    assert [shown["title"] for shown in answer["results"]] == ["Banjir"]
    assert answer["next_offset"] == "2"


async def test_commands_are_kept_by_scope_and_language(client: Bot) -> None:
    scope = BotCommandScopeChat(chat_id=AYU)
    await client.set_my_commands(COMMANDS, scope, "id")
    shown = await client.get_my_commands(scope, "id")
    assert [(command.command, command.description) for command in shown] == [("cari", "Cari berita")]
    assert await client.get_my_commands(scope) == []
    await client.delete_my_commands(scope, "id")
    assert await client.get_my_commands(scope, "id") == []


async def test_names_and_descriptions_fall_back_to_the_general_one(client: Bot) -> None:
    await client.set_my_description("Intisari berita")
    assert (await client.get_my_description("en")).description == "Intisari berita"
    assert (await client.get_my_name()).name == "Sari"


@pytest.mark.parametrize(
    ("chat_id", "user_id", "status"),
    [
        (GROUP, RATNA, "administrator"),
        (GROUP, AYU, "member"),
        (GROUP, 900000001, "member"),
        (AYU, AYU, "member"),
    ],
)
async def test_a_member_has_a_status(client: Bot, chat_id: int, user_id: int, status: str) -> None:
    assert (await client.get_chat_member(chat_id, user_id)).status == status


async def test_who_is_not_in_the_group_has_left(client: Bot, sandbox: Sandbox) -> None:
    sandbox.add_group(Chat(-5002, "Grup Kecil"), members=[AYU])
    assert (await client.get_chat_member(-5002, BIMA)).status == "left"
    assert await client.get_chat_member_count(-5002) == 2


async def test_administrators_are_listed(client: Bot) -> None:
    assert [member.user.id for member in await client.get_chat_administrators(GROUP)] == [RATNA]


async def test_a_topic_message_stays_in_its_topic(client: Bot, sandbox: Sandbox) -> None:
    sandbox.add_group(Chat(-1002, "Forum", "supergroup", username="forum_contoh", is_forum=True), members=[AYU])
    message = await client.send_message("@forum_contoh", "halo", message_thread_id=7)
    assert (message.chat.id, message.message_thread_id, message.is_topic_message) == (-1002, 7, True)
