"""python-telegram-bot's Application, as the bot uses it, lives on the sandbox."""

from __future__ import annotations

import asyncio

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.sandbox import Fault, Sandbox

AYU, GROUP = 1001, -5001


def build(sandbox: Sandbox, token: str | None = None) -> Application:  # type: ignore[type-arg]
    builder = ApplicationBuilder().token(token or sandbox.token)
    return builder.base_url(sandbox.api_url).base_file_url(sandbox.file_url).build()


async def test_an_application_starts_polls_answers_and_stops(sandbox: Sandbox) -> None:
    async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Ubah", callback_data="ubah")]])
        await update.message.reply_html(f"<b>Halo</b> {context.args}", reply_markup=keyboard)

    async def press(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query
        await update.callback_query.edit_message_text("Sudah diubah")
        await update.callback_query.answer("Baik")

    application = build(sandbox)
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(press))
    async with application:
        assert application.updater
        await application.updater.start_polling(drop_pending_updates=True)
        await application.start()
        await sandbox.send(AYU, "/start cerita_123")
        welcome = await sandbox.wait_message(AYU, contains="Halo")
        assert welcome["text"] == "Halo ['cerita_123']"
        answer = await sandbox.press(AYU, AYU, welcome["message_id"], "ubah")
        assert answer
        assert answer["text"] == "Baik"
        assert sandbox.messages(AYU)[-1]["text"] == "Sudah diubah"
        await application.updater.stop()
        await application.stop()
    assert sandbox.state.updates.head() == []


async def test_errors_become_the_librarys_own(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it the library warns at each RetryAfter
    application = build(sandbox)
    async with application.bot as bot:
        with pytest.raises(Forbidden, match="can't initiate conversation"):
            await bot.send_message(AYU, "x")
        await sandbox.send(AYU, "/start")
        with pytest.raises(BadRequest, match="unsupported start tag"):
            await bot.send_message(AYU, "<x>", parse_mode="HTML")
        sandbox.faults.add(Fault("429", retry_after=3))
        with pytest.raises(RetryAfter):
            await bot.send_message(AYU, "x")
        new_id = sandbox.migrate_group(GROUP)
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(GROUP, "x")
        assert moved.value.new_chat_id == new_id


async def test_a_wrong_token_is_told_as_such(sandbox: Sandbox) -> None:
    bot = build(sandbox, "900000001:SALAH").bot
    with pytest.raises(InvalidToken):
        await bot.initialize()
    await bot.shutdown()


async def test_files_travel_both_ways(sandbox: Sandbox) -> None:
    application = build(sandbox)
    await sandbox.send(AYU, "/start")
    async with application.bot as bot:
        message = await bot.send_document(AYU, b"<opml/>", filename="umpan.opml", caption="Umpan")
        assert message.document
        file = await bot.get_file(message.document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"<opml/>"
        assert (await bot.get_chat(AYU)).first_name == "Ayu"
        assert (await bot.get_chat_member(GROUP, 2001)).status == "administrator"


async def test_two_applications_on_one_token_conflict(sandbox: Sandbox) -> None:
    one, other = build(sandbox).bot, build(sandbox).bot
    async with one, other:
        first = asyncio.create_task(one.get_updates(timeout=20))
        while not sandbox.state.updates.is_polled:
            await asyncio.sleep(0)
        second = asyncio.create_task(other.get_updates(timeout=20))
        with pytest.raises(Exception, match="make sure that only one bot instance is running"):
            await first
        await sandbox.send(AYU, "halo")
        assert len(await second) == 1
