"""Messages on the chat page, against the real sandbox server; the test itself plays the bot."""

from __future__ import annotations

import re

import pytest
from bot_client import BotClient
from chat_page import AYU, GROUP, RATNA, OpenPage
from pictures import make_png
from playwright.async_api import expect

from bot.sandbox import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SAVE = [[{"text": "Simpan", "callback_data": "simpan:1"}]]


async def test_a_new_reader_starts_with_one_button(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page()
    await expect(chat.main.get_by_text("fiktif")).to_be_visible()
    await chat.button("Mulai").click()
    received = await bot.next("message")
    assert (received["text"], received["from"]["id"]) == ("/start", AYU)
    await bot.call("sendChatAction", chat_id=AYU, action="typing")
    await expect(chat.main.get_by_text("sedang mengetik")).to_be_visible()
    await bot.say(AYU, "Selamat datang, <b>Ayu</b>.")
    await expect(chat.message("Selamat datang").locator("b")).to_have_text("Ayu")
    await expect(chat.main.get_by_text("sedang mengetik")).to_be_hidden()
    await expect(chat.button("Mulai")).to_be_hidden()


async def test_enter_sends_and_shift_enter_breaks_the_line(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page()
    await chat.box.press_sequentially("baris satu")
    await chat.page.keyboard.press("Shift+Enter")
    await chat.box.press_sequentially("baris dua")
    await chat.page.keyboard.press("Enter")
    assert (await bot.next("message"))["text"] == "baris satu\nbaris dua"
    await expect(chat.box).to_have_value("")
    await expect(chat.box).to_be_focused()
    await bot.say(AYU, "Anda menulis: baris satu")
    await expect(chat.messages).to_have_count(2)
    await expect(chat.messages.first).to_have_accessible_name("Anda, 05.31 WIB")
    await expect(chat.messages.last).to_have_accessible_name("Sari, 05.31 WIB")
    await expect(chat.log.get_by_role("heading")).to_have_text("Selasa, 24 November 2026")


async def test_a_reply_carries_the_message_that_it_answers(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page()
    await chat.send("/ringkasan")
    digest = await bot.say(AYU, "1. Jembatan desa dibuka\n2. Harga cabai turun")
    await chat.choose_reply("Jembatan desa")
    await expect(chat.main.get_by_text("Membalas Sari")).to_be_visible()
    await chat.page.keyboard.press("Escape")
    await expect(chat.main.get_by_text("Membalas Sari")).to_be_hidden()
    await chat.reply("Jembatan desa", "2")
    assert (await bot.next("message"))["text"] == "/ringkasan"
    received = await bot.next("message")
    assert (received["text"], received["reply_to_message"]["message_id"]) == ("2", digest)
    quote = chat.messages.last.get_by_role("button", name="Membalas Sari 1. Jembatan desa dibuka")
    await quote.click()
    await expect(chat.page.locator(".found")).to_have_attribute("data-message-id", str(digest))


async def test_a_quote_leads_to_the_beginning_of_a_long_message(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page()
    await chat.send("/ringkasan")
    digest = await bot.say(AYU, "Berita pagi\n" * 80, [[{"text": "Baca", "url": "http://127.0.0.1/artikel"}]])
    await chat.reply("Berita pagi", "1")
    await chat.page.locator(".quote").click()
    top = f"document.querySelector('[data-message-id=\"{digest}\"]').getBoundingClientRect().top"
    below_header = await chat.measure(f"{top} - document.querySelector('#scroller').getBoundingClientRect().top")
    assert 0 <= below_header <= 72
    assert await chat.measure("document.documentElement.scrollHeight <= innerHeight")


async def test_a_reply_can_be_chosen_by_keyboard_alone(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page()
    await chat.send("pertama")
    await chat.send("kedua")
    await chat.message("kedua").get_by_role("button").focus()
    await chat.page.keyboard.press("ArrowUp")
    await chat.page.keyboard.press("Enter")
    await chat.page.keyboard.type("balasan")
    await chat.page.keyboard.press("Enter")
    texts = [await bot.next("message") for _ in range(3)]
    assert texts[2]["reply_to_message"]["text"] == "pertama"


async def test_a_button_shows_the_answer_of_the_bot(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page()
    await chat.send("/start")
    story = await bot.say(AYU, "Jembatan desa dibuka", SAVE)
    await chat.button("Simpan").click()
    query = await bot.next("callback_query")
    assert (query["data"], query["message"]["message_id"]) == ("simpan:1", story)
    await bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Tersimpan.")
    await expect(chat.page.get_by_role("status").filter(has_text="Tersimpan.")).to_be_visible()

    await chat.button("Simpan").press("Enter")
    query = await bot.next("callback_query")
    await bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Sudah ada.", show_alert=True)
    await expect(chat.page.get_by_role("dialog")).to_contain_text("Sudah ada.")
    await chat.page.keyboard.press("Escape")
    await expect(chat.page.get_by_role("dialog")).to_be_hidden()
    await expect(chat.button("Simpan")).to_be_focused()


async def test_a_button_is_pressed_once_while_the_bot_is_thinking(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page()
    await chat.send("/start")
    await bot.say(AYU, "Jembatan desa dibuka", SAVE)
    await chat.button("Simpan").dblclick()
    query = await bot.next("callback_query")
    await bot.call("answerCallbackQuery", callback_query_id=query["id"])
    await expect(chat.button("Simpan")).not_to_have_attribute("aria-busy", "true")
    await chat.send("sesudahnya")
    assert [set(update) - {"update_id"} for update in await bot.waiting()] == [{"message"}]


async def test_an_edit_is_marked_and_keeps_the_focus(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page()
    await chat.send("/cari jembatan")
    pages = [[{"text": "Sebelumnya", "callback_data": "p1"}, {"text": "Berikutnya", "callback_data": "p3"}]]
    found = await bot.say(AYU, "Halaman 1", pages)
    await expect(chat.message("Halaman 1").get_by_text("disunting")).to_have_count(0)
    await chat.button("Berikutnya").focus()
    await bot.call(
        "editMessageText", chat_id=AYU, message_id=found, text="Halaman 2", reply_markup={"inline_keyboard": pages}
    )
    await expect(chat.message("Halaman 2").get_by_text("disunting")).to_be_visible()
    await expect(chat.messages).to_have_count(2)
    await expect(chat.button("Berikutnya")).to_be_focused()


async def test_a_deleted_message_vanishes(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page()
    await chat.send("/start")
    recalled = await bot.say(AYU, "Kabar yang ditarik")
    await expect(chat.message("Kabar yang ditarik")).to_be_visible()
    await bot.call("deleteMessage", chat_id=AYU, message_id=recalled)
    await expect(chat.message("Kabar yang ditarik")).to_have_count(0)
    await expect(chat.message("/start")).to_be_visible()


async def test_a_document_can_be_downloaded(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page()
    await chat.send("/dataku")
    await bot.call("sendDocument", chat_id=AYU, document=b'{"isi": 1}', filename="data-saya.json", caption="Data Anda")
    link = chat.message("Data Anda").get_by_role("link", name="data-saya.json")
    await expect(link).to_contain_text("10 B")
    async with chat.page.expect_download() as waiting:
        await link.click()
    download = await waiting.value
    assert download.suggested_filename == "data-saya.json"
    assert (await download.path()).read_bytes() == b'{"isi": 1}'


async def test_a_photo_is_shown_with_its_words(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page()
    await chat.send("/statistik")
    await bot.call("sendPhoto", chat_id=AYU, photo=make_png(640, 360), filename="g.png", caption="Grafik pembaca")
    picture = chat.log.get_by_role("img", name="Foto: Grafik pembaca")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 640)


async def test_links_leave_the_page_and_deep_links_start_the_bot(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page(AYU, GROUP)
    await chat.send("/start")
    await bot.next("message")
    rows = [
        [{"text": "Baca di media", "url": "http://127.0.0.1/artikel"}],
        [{"text": "Buka obrolan", "url": "https://t.me/sari_demo_bot?start=cerita_7"}],
    ]
    await bot.say(GROUP, 'Kabar dari <a href="http://127.0.0.1/media">media contoh</a>', rows)
    for name in ("Baca di media (tautan)", "media contoh"):
        link = chat.message("Kabar dari").get_by_role("link", name=name)
        await expect(link).to_have_attribute("target", "_blank")
        await expect(link).to_have_attribute("rel", "noopener")
    await chat.page.get_by_role("link", name="Buka obrolan").click()
    received = await bot.next("message")
    assert (received["chat"]["id"], received["text"]) == (AYU, "/start cerita_7")
    await expect(chat.page.get_by_role("heading", name="Sari", level=2)).to_be_visible()


async def test_a_command_in_a_message_sends_itself(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page()
    await chat.send("apa ini")
    await bot.next("message")
    await bot.say(AYU, "Coba /bantuan atau /topik.")
    await chat.log.get_by_role("button", name="/bantuan").click()
    assert (await bot.next("message"))["text"] == "/bantuan"
    await chat.log.get_by_role("button", name="/topik").press("Enter")
    assert (await bot.next("message"))["text"] == "/topik"
    await expect(chat.messages).to_have_count(4)


async def test_a_group_names_its_senders(open_page: OpenPage, bot: BotClient) -> None:
    ratna = await open_page(RATNA, GROUP)
    ayu = await open_page(AYU, GROUP)
    await ratna.send("/start")
    await bot.say(GROUP, "Grup ini menerima ringkasan.")
    for name, text in (("Ratna Dewi", "/start"), ("Sari", "Grup ini menerima ringkasan.")):
        await expect(ayu.message(text).locator(".sender")).to_have_text(name)
    await expect(ratna.message("/start")).to_have_accessible_name(re.compile("^Anda, "))
    await expect(ayu.main.get_by_text("4 anggota")).to_be_visible()
    await expect(ayu.button("Menu obrolan")).to_be_hidden()


async def test_markup_that_a_visitor_writes_stays_text(open_page: OpenPage) -> None:
    chat = await open_page()
    text = "<img src=x onerror=alert(1)> &amp; <b>tebal</b>"
    await chat.send(text)
    await expect(chat.messages.locator(".text")).to_have_text(text)
    await expect(chat.log.locator("img, b")).to_have_count(0)
    await chat.choose_reply("tebal")
    await expect(chat.page.locator("#reply-text")).to_have_text(text)


async def test_a_long_digest_is_shown_from_its_beginning(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page()
    await chat.send("/ringkasan")
    await bot.say(AYU, "Ringkasan pagi\n" + "Kalimat contoh yang cukup panjang. " * 110)
    await expect(chat.message("Ringkasan pagi").get_by_text("Ringkasan pagi")).to_be_in_viewport()
    top = await chat.message("Ringkasan pagi").bounding_box()
    header = await chat.main.get_by_role("heading", level=2).bounding_box()
    assert top
    assert header
    assert top["y"] > header["y"] + header["height"]
    await chat.button("Ke pesan terbaru").click()
    await expect(chat.button("Ke pesan terbaru")).to_be_hidden()


async def test_new_messages_are_followed_unless_the_visitor_reads_older_ones(
    open_page: OpenPage, sandbox: Sandbox, bot: BotClient
) -> None:
    for number in range(30):
        await sandbox.send(AYU, f"Pesan lama {number}")
    chat = await open_page()
    await expect(chat.message("Pesan lama 29")).to_be_in_viewport()
    await bot.say(AYU, "Kabar pertama\n" * 5)
    await expect(chat.message("Kabar pertama")).to_be_in_viewport(ratio=1)
    await chat.message("Pesan lama 3").scroll_into_view_if_needed()
    await expect(chat.button("Ke pesan terbaru")).to_be_visible()
    await bot.say(AYU, "Kabar kedua")
    await expect(chat.message("Kabar kedua")).to_be_attached()
    await expect(chat.message("Kabar kedua")).not_to_be_in_viewport()
    await chat.button("Ke pesan terbaru").click()
    await expect(chat.message("Kabar kedua")).to_be_in_viewport()
