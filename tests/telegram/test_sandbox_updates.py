"""How updates reach the bot: long polling, their kinds as aiogram parses them, privacy mode."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramConflictError
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, ChatMemberUpdated, InlineQuery, Message, Update

from bot.sandbox import Sandbox, SandboxError

AYU, BIMA, RATNA, GROUP = 1001, 1002, 2001, -5001


async def only_update(client: Bot) -> Update:
    (update,) = await client.get_updates()
    return update


async def test_a_command_arrives_as_a_message_with_its_payload(client: Bot, sandbox: Sandbox) -> None:
    message_id = await sandbox.send(AYU, "/start topik_ekonomi")
    message = (await only_update(client)).message
    assert message
    assert (message.message_id, message.text) == (message_id, "/start topik_ekonomi")
    assert [(entity.type, entity.offset, entity.length) for entity in message.entities or []] == [("bot_command", 0, 6)]
    assert message.from_user
    assert (message.from_user.id, message.from_user.language_code) == (AYU, "id")
    assert message.chat.id == AYU
    assert message.date == sandbox.clock().replace(microsecond=0, tzinfo=message.date.tzinfo)


async def test_a_message_carries_the_time_of_the_sandbox_clock(client: Bot, sandbox: Sandbox) -> None:
    sandbox.clock.advance(timedelta(days=1))
    await sandbox.send(AYU, "halo")
    message = (await only_update(client)).message
    assert message
    assert message.date.date() == sandbox.clock().date()


async def test_a_reply_carries_the_message_it_answers(client: Bot, sandbox: Sandbox) -> None:
    await sandbox.send(AYU, "/start")
    digest = await client.send_message(AYU, "1. Banjir surut")
    await sandbox.send(AYU, "1", reply_to=digest.message_id)
    message = (await client.get_updates())[-1].message
    assert message
    assert message.reply_to_message
    assert message.reply_to_message.message_id == digest.message_id


async def test_a_pressed_button_brings_the_whole_message(client: Bot, sandbox: Sandbox) -> None:
    message_id = await sandbox.send(AYU, "/start")
    await client.get_updates(offset=-1)
    await sandbox.press(AYU, AYU, message_id, "buka:1", timeout=0)
    query = (await client.get_updates())[-1].callback_query
    assert query
    assert (query.data, query.from_user.id) == ("buka:1", AYU)
    assert isinstance(query.message, Message)
    assert query.message.text == "/start"
    assert query.chat_instance


async def test_the_message_of_a_pressed_button_may_be_gone(client: Bot, sandbox: Sandbox) -> None:
    await sandbox.send(AYU, "/start")
    message = await client.send_message(AYU, "x")
    await client.delete_message(AYU, message.message_id)
    await sandbox.press(AYU, AYU, message.message_id, "buka:1", timeout=0)
    query = (await client.get_updates())[-1].callback_query
    assert query
    assert query.message
    assert (query.message.message_id, query.message.date) == (message.message_id, 0)


async def test_blocking_and_unblocking_are_told_once(client: Bot, sandbox: Sandbox) -> None:
    sandbox.block(AYU)
    sandbox.block(AYU)
    sandbox.unblock(AYU)
    changes = [update.my_chat_member for update in await client.get_updates()]
    assert [(change.old_chat_member.status, change.new_chat_member.status) for change in changes if change] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]
    assert changes[0]
    assert (changes[0].chat.id, changes[0].from_user.id) == (AYU, AYU)


async def test_being_kicked_added_and_promoted_is_told(client: Bot, sandbox: Sandbox) -> None:
    sandbox.kick_bot(GROUP)
    sandbox.add_bot(GROUP, by=AYU)
    sandbox.promote_bot(GROUP, by=RATNA)
    updates = await client.get_updates()
    changes = [update.my_chat_member for update in updates if update.my_chat_member]
    assert [(change.from_user.id, change.new_chat_member.status) for change in changes] == [
        (RATNA, "kicked"),
        (AYU, "member"),
        (RATNA, "administrator"),
    ]
    welcome = [update.message for update in updates if update.message]
    assert [member.id for member in welcome[0].new_chat_members or []] == [900000001]


async def test_a_migration_is_told_in_both_chats(client: Bot, sandbox: Sandbox) -> None:
    new_id = sandbox.migrate_group(GROUP)
    old, new = [update.message for update in await client.get_updates()]
    assert old
    assert new
    assert (old.chat.id, old.migrate_to_chat_id) == (GROUP, new_id)
    assert (new.chat.id, new.migrate_from_chat_id) == (new_id, GROUP)
    with pytest.raises(SandboxError):
        await sandbox.send(AYU, "halo", chat_id=GROUP)


async def test_aiograms_dispatcher_understands_every_kind(client: Bot, sandbox: Sandbox) -> None:
    dispatcher, seen, kicked = Dispatcher(), list[Any](), asyncio.Event()

    @dispatcher.message(Command("start"))
    async def on_start(message: Message, command: CommandObject) -> None:
        seen.append(command.args)
        await message.answer("Selamat datang")

    @dispatcher.callback_query()
    async def on_press(query: CallbackQuery) -> None:
        seen.append(query.data)
        await query.answer("Baik")

    @dispatcher.inline_query()
    async def on_inline(query: InlineQuery) -> None:
        seen.append(query.query)
        await query.answer([])

    @dispatcher.my_chat_member()
    async def on_member(change: ChatMemberUpdated) -> None:
        seen.append(change.new_chat_member.status)
        kicked.set()

    polling = asyncio.create_task(
        dispatcher.start_polling(client, handle_signals=False, close_bot_session=False, polling_timeout=5)
    )
    await sandbox.send(AYU, "/start cerita_123")
    welcome = await sandbox.wait_message(AYU, contains="Selamat")
    assert await sandbox.press(AYU, AYU, welcome["message_id"], "topik:1") == {
        "text": "Baik",
        "show_alert": False,
        "url": None,
    }
    assert await sandbox.inline(AYU, "banjir bekasi") == []
    sandbox.block(AYU)
    async with asyncio.timeout(10):
        await kicked.wait()
    await dispatcher.stop_polling()
    await polling
    assert seen == ["cerita_123", "topik:1", "banjir bekasi", "kicked"]


async def test_updates_stay_until_they_are_confirmed(client: Bot, sandbox: Sandbox) -> None:
    for text in ("satu", "dua", "tiga"):
        await sandbox.send(AYU, text)
    first = await client.get_updates(limit=2)
    assert [update.message.text for update in first if update.message] == ["satu", "dua"]
    assert await client.get_updates(limit=2) == first
    rest = await client.get_updates(offset=first[-1].update_id + 1)
    assert [update.message.text for update in rest if update.message] == ["tiga"]
    assert [update.update_id for update in rest] == [first[-1].update_id + 1]
    assert await client.get_updates(offset=rest[-1].update_id + 1) == []
    assert await client.get_updates() == []


async def test_a_negative_offset_keeps_the_newest(client: Bot, sandbox: Sandbox) -> None:
    for text in ("satu", "dua", "tiga"):
        await sandbox.send(AYU, text)
    updates = await client.get_updates(offset=-1)
    assert [update.message.text for update in updates if update.message] == ["tiga"]
    assert len(await client.get_updates()) == 1


async def test_a_long_poll_returns_as_soon_as_something_happens(client: Bot, sandbox: Sandbox) -> None:
    poll = asyncio.create_task(client.get_updates(timeout=30))
    await wait_for_poll(sandbox)
    await sandbox.send(AYU, "halo")
    async with asyncio.timeout(10):
        assert len(await poll) == 1


async def test_a_second_poll_ends_the_first_with_409(client: Bot, sandbox: Sandbox) -> None:
    first = asyncio.create_task(client.get_updates(timeout=30))
    await wait_for_poll(sandbox)
    second = asyncio.create_task(client.get_updates(timeout=30))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request; make sure that only one"):
        await first
    await sandbox.send(AYU, "halo")
    assert len(await second) == 1


async def test_polling_is_refused_while_a_webhook_is_set(client: Bot, sandbox: Sandbox) -> None:
    poll = asyncio.create_task(client.get_updates(timeout=30))
    await wait_for_poll(sandbox)
    await client.set_webhook("http://127.0.0.1:1/kait")
    with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
        await client.get_updates()
    await client.delete_webhook()
    assert await client.get_updates() == []


async def test_kinds_that_are_not_wanted_are_not_kept(client: Bot, sandbox: Sandbox) -> None:
    await client.get_updates(allowed_updates=["message"])
    sandbox.block(AYU)
    sandbox.unblock(AYU)
    await sandbox.send(AYU, "halo")
    assert [update.event_type for update in await client.get_updates()] == ["message"]


async def test_stopping_answers_a_waiting_poll(sandbox: Sandbox, client: Bot) -> None:
    poll = asyncio.create_task(client.get_updates(timeout=50))
    await wait_for_poll(sandbox)
    await sandbox.stop()
    assert await poll == []


async def test_a_restarted_server_waits_again_and_has_forgotten_nothing(sandbox: Sandbox, client: Bot) -> None:
    await sandbox.send(AYU, "sebelum")
    await sandbox.stop()
    await sandbox.send(AYU, "selama")
    await sandbox.start()
    updates = await client.get_updates()
    assert [update.message.text for update in updates if update.message] == ["sebelum", "selama"]
    poll = asyncio.create_task(client.get_updates(offset=updates[-1].update_id + 1, timeout=30))
    await wait_for_poll(sandbox)
    await sandbox.send(AYU, "sesudah")
    assert len(await poll) == 1


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("/ringkasan", True),
        ("/ringkasan@sari_demo_bot", True),
        ("/ringkasan@SARI_DEMO_BOT", True),
        ("/ringkasan@bot_lain", False),
        ("halo semua", False),
        ("halo @sari_demo_bot", True),
        ("halo @sari_demo_bot2", False),
    ],
)
async def test_privacy_mode_hides_the_talk_of_a_group(client: Bot, sandbox: Sandbox, text: str, is_read: bool) -> None:
    await sandbox.send(AYU, text, chat_id=GROUP)
    assert len(await client.get_updates()) == is_read
    assert [message["text"] for message in sandbox.messages(GROUP)] == [text]


async def test_the_bot_reads_replies_to_its_own_messages_only(client: Bot, sandbox: Sandbox) -> None:
    own = await client.send_message(GROUP, "1. Banjir surut")
    others = await sandbox.send(AYU, "apa ini?", chat_id=GROUP)
    await sandbox.send(BIMA, "berita", chat_id=GROUP, reply_to=others)
    await sandbox.send(BIMA, "1", chat_id=GROUP, reply_to=own.message_id)
    assert [update.message.text for update in await client.get_updates() if update.message] == ["1"]


async def test_an_administrator_reads_everything(client: Bot, sandbox: Sandbox) -> None:
    sandbox.promote_bot(GROUP, by=RATNA)
    await sandbox.send(AYU, "halo semua", chat_id=GROUP)
    assert (await client.get_updates())[-1].message


@pytest.mark.parametrize(
    ("user_id", "chat_id", "text", "sentence"),
    [
        (42, 42, "x", "Orang itu tidak dikenal."),
        (AYU, -42, "x", "Percakapan itu tidak dikenal."),
        (AYU, BIMA, "x", "Orang itu bukan anggota percakapan ini."),
        (AYU, AYU, " ", "Tulis pesannya dulu."),
        (AYU, AYU, "a" * 4097, "Pesan paling panjang 4096 huruf."),
    ],
)
async def test_what_a_person_cannot_do_is_refused(
    sandbox: Sandbox, user_id: int, chat_id: int, text: str, sentence: str
) -> None:
    with pytest.raises(SandboxError) as refusal:
        await sandbox.send(user_id, text, chat_id=chat_id)
    assert str(refusal.value) == sentence


async def test_who_has_blocked_the_bot_cannot_write_to_it(sandbox: Sandbox) -> None:
    sandbox.block(AYU)
    with pytest.raises(SandboxError, match="Buka blokirnya dulu"):
        await sandbox.send(AYU, "halo")


async def test_a_button_needs_a_message_that_was_there(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="Pesan itu tidak ada"):
        await sandbox.press(AYU, AYU, 7, "x")


async def test_waiting_for_a_message_says_what_came_instead(client: Bot, sandbox: Sandbox) -> None:
    await sandbox.send(AYU, "halo")
    await client.send_message(AYU, "bukan ini")
    with pytest.raises(TimeoutError, match="bukan ini"):
        await sandbox.wait_message(AYU, contains="ini dia", timeout=0.01)


async def test_waiting_passes_over_what_was_there_before(client: Bot, sandbox: Sandbox) -> None:
    await sandbox.send(AYU, "/start")
    first = await client.send_message(AYU, "lama")
    second = await client.send_message(AYU, "baru")
    assert (await sandbox.wait_message(AYU))["message_id"] == first.message_id
    assert (await sandbox.wait_message(AYU, after=first.message_id))["message_id"] == second.message_id
    with pytest.raises(TimeoutError):
        await sandbox.wait_message(AYU, after=second.message_id, timeout=0)


async def test_waiting_ends_as_soon_as_the_message_comes(client: Bot, sandbox: Sandbox) -> None:
    await sandbox.send(AYU, "/start")
    waiting = asyncio.create_task(sandbox.wait_message(AYU, contains="terbit", timeout=3600))
    await client.send_message(AYU, "belum")
    await client.send_message(AYU, "terbit")
    async with asyncio.timeout(10):
        assert (await waiting)["text"] == "terbit"


async def wait_for_poll(sandbox: Sandbox) -> None:
    """Until a poll waits at the server."""
    async with asyncio.timeout(10):
        while not sandbox.state.updates.is_polled:
            await asyncio.sleep(0)
