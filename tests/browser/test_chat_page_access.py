"""The chat page for every visitor: keyboard, screen reader, small screens, dark mode."""

from __future__ import annotations

import pytest
from bot_client import BotClient
from chat_page import AYU, GROUP, RATNA, ChatPage, OpenPage
from page_audit import find_low_contrast, find_small_targets, find_unnamed
from pictures import make_png
from playwright.async_api import expect

from bot.sandbox import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True}


async def fill_group(sandbox: Sandbox, bot: BotClient) -> None:
    """One of everything that a chat can show, in the group."""
    await sandbox.send(AYU, "Selamat pagi", GROUP)
    command = await sandbox.send(RATNA, "/start", GROUP)
    rows = [
        [{"text": str(number), "callback_data": str(number)} for number in range(1, 9)],
        [{"text": "Baca di media", "url": "http://127.0.0.1/artikel"}],
    ]
    text = 'Coba /bantuan, <b>tebal</b>, <a href="http://127.0.0.1/">tautan</a>, <code>kode</code>'
    sent = await bot.say(GROUP, f"{text}, <blockquote>kutipan</blockquote>", rows)
    await bot.call(
        "editMessageText",
        chat_id=GROUP,
        message_id=sent,
        text=text,
        parse_mode="HTML",
        reply_markup={"inline_keyboard": rows},
    )
    await bot.call("sendMessage", chat_id=GROUP, text="Balasan", reply_parameters={"message_id": command})
    await bot.call("sendPhoto", chat_id=GROUP, photo=make_png(900, 300), filename="g.png")
    await bot.call("sendDocument", chat_id=GROUP, document=b"isi", filename=f"{'berkas' * 12}.json")


async def open_full_group(open_page: OpenPage, sandbox: Sandbox, bot: BotClient, **options: object) -> ChatPage:
    await fill_group(sandbox, bot)
    chat = await open_page(AYU, GROUP, **options)
    await expect(chat.messages).to_have_count(6)
    return chat


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_has_contrast(open_page: OpenPage, sandbox: Sandbox, bot: BotClient, scheme: str) -> None:
    chat = await open_full_group(open_page, sandbox, bot, color_scheme=scheme)
    assert await find_low_contrast(chat.page) == []
    await chat.choose_reply("Balasan")
    assert await find_low_contrast(chat.page) == []
    await chat.open(AYU)
    await expect(chat.button("Mulai")).to_be_visible()
    assert await find_low_contrast(chat.page) == []
    await chat.choose_menu("Blokir bot")
    await expect(chat.button("Buka blokir").last).to_be_visible()
    assert await find_low_contrast(chat.page) == []


async def test_dark_mode_has_its_own_colours(open_page: OpenPage) -> None:
    colours = []
    for scheme in ("light", "dark"):
        chat = await open_page(color_scheme=scheme)
        script = (
            "[document.documentElement, document.querySelector('main')].map(n => getComputedStyle(n).backgroundColor)"
        )
        colours.append(await chat.measure(script))
    light, dark = colours
    assert not set(light) & set(dark)


async def test_everything_has_a_name_and_a_role(open_page: OpenPage, sandbox: Sandbox, bot: BotClient) -> None:
    await bot.call("setMyCommands", commands=[{"command": "cari", "description": "Cari berita"}])
    chat = await open_full_group(open_page, sandbox, bot)
    await chat.box.fill("/")
    await expect(chat.commands).to_be_visible()
    assert await find_unnamed(chat.page) == []
    await expect(chat.page.get_by_role("banner")).to_have_count(1)
    await expect(chat.main).to_have_count(1)
    await expect(chat.people).to_have_count(1)
    await expect(chat.log).to_have_attribute("aria-live", "polite")
    await expect(chat.log).to_have_accessible_name("Pesan di Warga Kampung Melati")
    await expect(chat.page.get_by_role("heading", level=1)).to_have_text("Sari")
    await expect(chat.people.get_by_role("heading", level=3)).to_have_text(
        ["Ayu Lestari", "Bima Prakosoberbahasa Inggris", "Ratna DewiRedaksi"]
    )
    assert await chat.measure("document.documentElement.lang") == "id"


async def test_the_tab_key_reaches_every_control_in_order(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page()
    await chat.send("/start")
    await bot.say(AYU, "Coba /bantuan", [[{"text": "Simpan", "callback_data": "1"}]])
    await expect(chat.button("Simpan")).to_be_visible()
    await chat.page.reload()
    await expect(chat.button("Simpan")).to_be_visible()
    reached = []
    for _ in range(30):
        await chat.page.keyboard.press("Tab")
        reached.append(
            await chat.measure("(n => n.getAttribute('aria-label') ?? n.textContent.trim())(document.activeElement)")
        )
        if reached[-1] == "Kirim":
            break
    wanted = [
        "Lompat ke kotak pesan",
        "+1 jam",
        "Ke 07.00 berikutnya",
        "+1 hari",
        "Menu obrolan",
        "/bantuan",
        "Simpan",
        "Balas pesan Sari, 05.31",
        "Perintah bot",
        "Pesan",
        "Kirim",
    ]
    assert [name for name in reached if name in wanted] == wanted


async def test_the_skip_button_leads_to_the_box(open_page: OpenPage) -> None:
    chat = await open_page()
    await chat.page.keyboard.press("Tab")
    await expect(chat.button("Lompat ke kotak pesan")).to_be_in_viewport()
    await chat.page.keyboard.press("Enter")
    await expect(chat.box).to_be_focused()


async def test_arrow_keys_walk_through_the_chats(open_page: OpenPage) -> None:
    chat = await open_page()
    await chat.chat_link("Ayu Lestari", "Sari").focus()
    await chat.page.keyboard.press("ArrowDown")
    await expect(chat.chat_link("Ayu Lestari", "Warga Kampung Melati")).to_be_focused()
    await chat.page.keyboard.press("End")
    await chat.page.keyboard.press("Enter")
    await expect(chat.main.get_by_text("Anda sebagai Ratna Dewi")).to_be_visible()
    await expect(chat.box).to_be_focused()


async def test_the_focus_can_be_seen(open_page: OpenPage) -> None:
    chat = await open_page()
    await chat.chat_link("Ayu Lestari", "Sari").focus()
    await chat.page.keyboard.press("ArrowDown")
    assert await chat.measure("getComputedStyle(document.activeElement).outlineStyle") == "solid"


async def test_nothing_overflows_on_a_small_phone(open_page: OpenPage, sandbox: Sandbox, bot: BotClient) -> None:
    await fill_group(sandbox, bot)
    await sandbox.send(AYU, "x" * 600, GROUP)
    await sandbox.send(AYU, "/start " + "kata " * 750 + "🙂👩🏽‍💻", GROUP)
    await bot.say(GROUP, "Jawaban" + "n" * 3000, [[{"text": "tombol" * 20, "callback_data": "1"}] * 3])
    chat = await open_page(AYU, GROUP, **PHONE)
    await expect(chat.messages).to_have_count(9)
    await chat.choose_reply("Jawabann")
    widths = "[document.documentElement, document.querySelector('#scroller')].map(n => n.scrollWidth - n.clientWidth)"
    assert await chat.measure(widths) == [0, 0]
    assert await chat.measure("document.documentElement.scrollWidth <= innerWidth")
    assert await find_small_targets(chat.page) == []


async def test_the_list_of_people_is_a_drawer_on_a_phone(open_page: OpenPage) -> None:
    chat = await open_page(**PHONE)
    drawer = chat.page.get_by_role("button", name="Daftar orang dan obrolan")
    link = chat.chat_link("Ratna Dewi", "Warga Kampung Melati")
    await expect(chat.people).to_be_hidden()
    await drawer.click()
    await expect(link).to_be_in_viewport()
    await expect(chat.chat_link("Ayu Lestari", "Sari")).to_be_focused()
    assert await find_small_targets(chat.page) == []
    await chat.page.keyboard.press("Escape")
    await expect(chat.people).to_be_hidden()
    await expect(drawer).to_be_focused()
    await drawer.click()
    await link.click()
    await expect(chat.page.get_by_role("heading", name="Warga Kampung Melati", level=2)).to_be_visible()
    await expect(chat.people).to_be_hidden()


async def test_a_visitor_who_wants_no_motion_gets_none(open_page: OpenPage, bot: BotClient) -> None:
    chat = await open_page(reduced_motion="reduce")
    await chat.send("/start")
    await bot.call("sendChatAction", chat_id=AYU, action="typing")
    dot = chat.page.locator("#typing span").first
    await expect(dot).to_be_visible()
    assert float(await dot.evaluate("node => parseFloat(getComputedStyle(node).animationDuration)")) < 0.001
