"""Around the messages of the chat page: commands, clock, blocking, other chats, and a server that is away."""

from __future__ import annotations

import re

import pytest
from bot_client import BotClient
from chat_page import AYU, BIMA, OpenPage
from playwright.async_api import expect

from bot.sandbox import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_commands_are_listed_filtered_and_chosen(open_page: OpenPage, bot: BotClient) -> None:
    commands = {"ringkasan": "Ringkasan sekarang", "cari": "Cari berita", "jadwal": "Atur jam kirim"}
    listed = [{"command": name, "description": words} for name, words in commands.items()]
    await bot.call("setMyCommands", commands=listed)
    chat = await open_page()
    options = chat.commands.get_by_role("option")
    await chat.button("Perintah bot").click()
    await expect(options).to_have_text([f"/{name}{words}" for name, words in commands.items()])
    await expect(chat.box).to_be_focused()
    await chat.page.keyboard.press("Escape")
    await expect(chat.commands).to_be_hidden()

    await chat.box.fill("/")
    await chat.page.keyboard.press("ArrowDown")
    await chat.page.keyboard.press("ArrowDown")
    await expect(options.nth(2)).to_have_attribute("aria-selected", "true")
    await chat.page.keyboard.press("Enter")
    assert (await bot.next("message"))["text"] == "/jadwal"
    await expect(chat.commands).to_be_hidden()

    await chat.box.fill("/ca")
    await expect(options).to_have_count(1)
    await chat.page.keyboard.press("Tab")
    await expect(chat.box).to_have_value("/cari ")
    await chat.page.keyboard.type("jembatan")
    await chat.page.keyboard.press("Enter")
    assert (await bot.next("message"))["text"] == "/cari jembatan"

    await chat.box.fill("/")
    await options.filter(has_text="Ringkasan").click()
    assert (await bot.next("message"))["text"] == "/ringkasan"


async def test_the_clock_moves_forward(open_page: OpenPage, sandbox: Sandbox, bot: BotClient) -> None:
    chat = await open_page()
    await expect(chat.clock).to_have_text("Selasa, 24 November 2026 · 05.31 WIB")
    await chat.button("+1 jam").click()
    await expect(chat.clock).to_have_text("Selasa, 24 November 2026 · 06.31 WIB")
    await chat.button("Ke 07.00 berikutnya").click()
    await expect(chat.clock).to_have_text("Selasa, 24 November 2026 · 07.00 WIB")
    assert sandbox.clock().strftime("%d %H.%M") == "24 00.00"
    await chat.button("Ke 07.00 berikutnya").click()
    await expect(chat.clock).to_have_text("Rabu, 25 November 2026 · 07.00 WIB")
    await chat.button("+1 hari").click()
    await expect(chat.clock).to_have_text("Kamis, 26 November 2026 · 07.00 WIB")
    await chat.send("/ringkasan")
    await expect(chat.log.get_by_role("heading")).to_have_text("Kamis, 26 November 2026")
    assert (await bot.next("message"))["text"] == "/ringkasan"


async def test_a_reader_blocks_the_bot_and_lets_it_in_again(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page()
    await chat.send("/start")
    await chat.choose_menu("Blokir bot")
    await expect(chat.main.get_by_text("Anda memblokir bot ini.")).to_be_visible()
    await expect(chat.box).to_be_hidden()
    assert (await bot.next("my_chat_member"))["new_chat_member"]["status"] == "kicked"
    await chat.page.reload()
    await chat.button("Buka blokir").click()
    await expect(chat.box).to_be_focused()
    assert (await bot.next("my_chat_member"))["new_chat_member"]["status"] == "member"


async def test_unread_messages_are_counted_until_the_chat_is_opened(
    open_page: OpenPage, sandbox: Sandbox, bot: BotClient
) -> None:
    await sandbox.send(BIMA, "/start")
    chat = await open_page()
    link = chat.chat_link("Bima Prakoso", "Sari")
    await expect(link).not_to_contain_text("belum dibaca")
    for number in (1, 2):
        await bot.say(BIMA, f"Kabar {number}")
    await expect(link).to_contain_text("2 belum dibaca")
    await expect(chat.page).to_have_title(re.compile(r"^\(2\) "))
    await link.click()
    await expect(chat.log.get_by_text("Belum dibaca")).to_be_visible()
    await expect(link).not_to_contain_text("belum dibaca")
    await expect(link).to_have_attribute("aria-current", "page")
    await expect(chat.page).to_have_title("Sari · Bima Prakoso · Demo Sari")


async def test_each_chat_keeps_what_was_being_written(open_page: OpenPage) -> None:
    chat = await open_page()
    await chat.box.fill("belum selesai")
    await chat.chat_link("Ratna Dewi", "Sari").click()
    await expect(chat.box).to_have_value("")
    await chat.page.go_back()
    await expect(chat.box).to_have_value("belum selesai")


async def test_the_page_catches_up_when_the_server_comes_back(
    open_page: OpenPage, sandbox: Sandbox, bot: BotClient
) -> None:
    chat = await open_page()
    await chat.send("/start")
    away = chat.page.get_by_role("status").filter(has_text="Sambungan ke server demo terputus")
    await sandbox.stop()
    await expect(away).to_be_visible()
    await sandbox.send(AYU, "Ditulis di jendela lain")
    await sandbox.start()
    await expect(away).to_be_hidden()
    await expect(chat.message("Ditulis di jendela lain")).to_be_visible()
    await chat.send("masih tersambung")
    assert all("Failed to load resource" in error for error in chat.errors)
    chat.errors.clear()


async def test_a_refusal_of_the_server_is_shown_as_a_sentence(open_page: OpenPage) -> None:
    chat = await open_page()
    text = "terlalu panjang " * 300
    await chat.box.fill(text)
    await chat.page.keyboard.press("Enter")
    await expect(chat.page.get_by_role("alert")).to_contain_text("4096")
    await expect(chat.box).to_have_value(text.strip())
    assert "400" in chat.errors.pop()
