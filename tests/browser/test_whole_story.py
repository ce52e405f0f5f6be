"""The whole demo in a browser: the real bot, the sample news, and one visitor who plays everybody.

What the digest says and in which order is other tests' matter: here headlines are read from the page itself.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from chat_page import AYU, BIMA, GROUP, RATNA, ChatPage, OpenPage
from page_audit import find_low_contrast, find_small_targets, find_unnamed
from playwright.async_api import Locator, expect

from bot.sandbox import Sandbox
from bot.sandbox.demo import Demo, first_morning
from tests.e2e.world import running_bot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MORNING = first_morning(datetime(2026, 11, 24, tzinfo=UTC))
DIGEST_MS = 120_000
"""A digest waits until the news of the night is read: some seconds here, many on a busy machine."""
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True}
NUMBERED = re.compile(r"^\d+\. ")
EDITION = "Edisi 07.00 WIB"
BREAKING = "Jembatan Melati ditutup mulai pukul 20.00 WIB"
_OVERFLOW = """[document.documentElement, document.body, document.querySelector('#scroller')]
  .map((node) => node.scrollWidth - node.clientWidth)
  .concat(document.documentElement.scrollHeight - document.documentElement.clientHeight)"""


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """The demo as `sari demo` starts it, with the bot at work; takes the place of the bare sandbox."""
    async with Demo(port=0, start=MORNING) as demo, running_bot(demo.settings(), demo.clock):
        yield demo.sandbox


def headlines(within: Locator) -> Locator:
    """The numbered headlines of lists."""
    return within.locator(".text b").filter(has_text=NUMBERED)


def story(chat: ChatPage, headline: str) -> Locator:
    """The open story with this headline: the message that leads to the article itself."""
    to_article = chat.page.get_by_role("link", name=re.compile("^Baca di "))
    return chat.messages.filter(has=chat.page.locator("b", has_text=headline)).filter(has=to_article).last


async def start(chat: ChatPage) -> None:
    await chat.button("Mulai").click()
    await expect(chat.message("Selamat datang di Sari")).to_be_visible()


async def read_digest(chat: ChatPage) -> list[str]:
    """Waits for the digest of 07.00, checks its form, and gives its headlines without their numbers."""
    digest = chat.message(EDITION)
    await expect(digest).to_be_visible(timeout=DIGEST_MS)
    found = await headlines(digest).all_inner_texts()
    assert len(found) >= 5
    assert [text.partition(". ")[0] for text in found] == [str(number) for number in range(1, len(found) + 1)]
    await expect(digest).to_contain_text(f"{EDITION} · {len(found)} berita")
    await expect(digest).to_contain_text("Diringkas otomatis")
    links = digest.locator('.text a[href^="http"]')
    assert await links.count() >= len(found)
    await expect(links.first).to_have_attribute("target", "_blank")
    return [text.partition(". ")[2] for text in found]


async def take_the_digest(chat: ChatPage) -> list[str]:
    """Subscribes, changes the hour and back, and moves the clock until the digest is there."""
    await start(chat)
    await chat.button("06.00").click()
    await expect(chat.button("✓ 06.00")).to_be_visible()
    await chat.button("07.00").click()
    await expect(chat.message("24 November 2026, pukul 07.00 WIB")).to_be_visible()
    await expect(chat.message("Edisi")).to_have_count(0)
    await chat.button("Ke 07.00 berikutnya").click()
    await expect(chat.clock).to_have_text("Selasa, 24 November 2026 · 07.00 WIB")
    return await read_digest(chat)


async def search(chat: ChatPage) -> None:
    """Searches, turns the page and back, and opens a story of the second page by its number."""
    await chat.send("/cari banjir")
    floods = chat.message("Hasil pencarian “banjir”")
    await expect(headlines(floods).first).to_contain_text(re.compile("banjir", re.IGNORECASE))

    await chat.send("/cari warga")
    found = chat.message("Hasil pencarian “warga”")
    await expect(headlines(found).first).to_contain_text("1. ")
    await found.get_by_role("button", name="Berikutnya").click()
    await expect(headlines(found).first).to_contain_text("6. ")
    sixth = (await headlines(found).first.inner_text()).partition(". ")[2]
    await chat.send("6")
    await expect(story(chat, sixth)).to_be_visible()
    await found.get_by_role("button", name="Sebelumnya").click()
    await expect(headlines(found).first).to_contain_text("1. ")


@pytest.mark.parametrize("window", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_reader_gets_the_digest_opens_stories_and_searches(
    open_page: OpenPage, window: dict[str, int | bool]
) -> None:
    chat = await open_page(AYU, **window)
    titles = await take_the_digest(chat)
    assert await chat.measure(_OVERFLOW) == [0, 0, 0, 0]

    await chat.message(EDITION).get_by_role("button", name="2", exact=True).click()
    await expect(story(chat, titles[1])).to_be_visible()
    await chat.send("3")
    await expect(story(chat, titles[2])).to_be_visible()

    await search(chat)
    await chat.reply(EDITION, "1")  # a number alone would mean the search by now
    await expect(story(chat, titles[0])).to_be_visible()

    await chat.send("/jadwal 25.99")
    await expect(chat.message("“25.99” bukan jam yang sah. Tulis jam antara 00.00 dan 23.59")).to_be_visible()
    await chat.page.locator(".quote").last.click()  # the page itself must not scroll to where a quote leads
    assert await chat.measure(_OVERFLOW) == [0, 0, 0, 0]
    assert await chat.measure("scrollY") == 0
    assert await find_unnamed(chat.page) == []
    assert await find_low_contrast(chat.page) == []
    if window is PHONE:
        assert await find_small_targets(chat.page) == []


async def test_a_story_leads_to_the_article_at_its_outlet(open_page: OpenPage) -> None:
    chat = await open_page(AYU)
    titles = await take_the_digest(chat)
    await chat.send("1")
    link = story(chat, titles[0]).get_by_role("link", name=re.compile("^Baca di "))
    async with chat.page.expect_popup() as opened:
        await link.click()
    article = await opened.value
    await expect(article.get_by_role("heading", level=1)).to_have_text(titles[0])


async def press_until(chat: ChatPage, key: str, control: Locator) -> None:
    """Presses a key until the focus is on a control."""
    for _ in range(150):
        if await control.evaluate("node => node === document.activeElement"):
            return
        await chat.page.keyboard.press(key)
    raise AssertionError(f"{key} never leads to {control}")


async def test_the_keyboard_alone_does_it_all(open_page: OpenPage) -> None:
    chat = await open_page(AYU)
    keyboard = chat.page.keyboard
    await press_until(chat, "Tab", chat.button("Mulai"))
    await keyboard.press("Enter")
    await expect(chat.message("Selamat datang di Sari")).to_be_visible()
    await expect(chat.box).to_be_focused()
    await press_until(chat, "Shift+Tab", chat.button("06.00"))
    await keyboard.press("Enter")
    await expect(chat.button("✓ 06.00")).to_be_focused()
    await press_until(chat, "Tab", chat.button("07.00"))
    await keyboard.press("Space")
    await expect(chat.button("✓ 07.00")).to_be_focused()
    await press_until(chat, "Shift+Tab", chat.button("Ke 07.00 berikutnya"))
    await keyboard.press("Enter")
    titles = await read_digest(chat)

    await press_until(chat, "Tab", chat.button("1"))
    await keyboard.press("Enter")
    await expect(story(chat, titles[0])).to_be_visible()
    await press_until(chat, "Tab", chat.box)
    await keyboard.type("/bant")
    await expect(chat.commands.get_by_role("option")).to_have_count(1)
    await keyboard.press("Enter")
    await expect(chat.message("Yang bisa Anda lakukan")).to_be_visible()

    await press_until(chat, "Shift+Tab", chat.messages.last.get_by_role("button", name=re.compile("^Balas")))
    await press_until(chat, "ArrowUp", chat.message(EDITION).get_by_role("button", name=re.compile("^Balas")))
    await keyboard.press("Enter")
    await keyboard.type("2")
    await keyboard.press("Enter")
    await expect(story(chat, titles[1])).to_be_visible()

    await press_until(chat, "Shift+Tab", chat.chat_link("Ratna Dewi", "Warga Kampung Melati"))
    await press_until(chat, "ArrowUp", chat.chat_link("Bima Prakoso", "Sari"))
    await keyboard.press("Enter")
    await expect(chat.main.get_by_text("Anda sebagai Bima Prakoso")).to_be_visible()


async def test_an_editors_breaking_item_reaches_readers_and_the_group(open_page: OpenPage) -> None:
    ayu = await open_page(AYU)
    await start(ayu)
    ratna = await open_page(RATNA, GROUP)
    await ratna.send("/start@sari_demo_bot")
    await expect(ratna.message("Ringkasan pertama")).to_be_visible()

    await ratna.open(RATNA)
    await ratna.send(f"/siar {BREAKING}, sampai Kamis.")
    preview = ratna.messages.filter(has_text="BERITA PENTING")
    await expect(preview).to_contain_text(f"{BREAKING}, sampai Kamis.")
    await expect(ratna.message("Pratinjau di atas")).to_be_visible()
    await expect(ayu.messages.filter(has_text=BREAKING)).to_have_count(0)
    await ratna.page.get_by_role("button", name=re.compile("^Kirim ke 2 ")).click()

    await expect(ayu.messages.filter(has_text=BREAKING)).to_have_count(1)
    await expect(ayu.chat_link("Ayu Lestari", "Warga Kampung Melati")).to_contain_text("belum dibaca")
    await ayu.chat_link("Ayu Lestari", "Warga Kampung Melati").click()
    await expect(ayu.messages.filter(has_text=BREAKING)).to_have_count(1)
    await expect(ayu.message(BREAKING)).to_contain_text("BERITA PENTING")

    report = ratna.page.get_by_role("button", name=re.compile("^(Lihat|Perbarui) laporan$"))

    async def report_is_complete() -> bool:
        await report.click()
        await expect(report).not_to_have_attribute("aria-busy", "true")
        return await ratna.message("Laporan siaran").filter(has_text="Terkirim: 2").count() == 1

    await expect(report).to_be_visible()
    async with asyncio.timeout(30):
        while not await report_is_complete():
            pass


async def test_a_reader_who_blocks_the_bot_misses_news_and_comes_back(open_page: OpenPage) -> None:
    bima, ratna, ayu = await open_page(BIMA), await open_page(RATNA), await open_page(AYU)
    await start(bima)
    await start(ayu)
    await bima.choose_menu("Blokir bot")
    await expect(bima.main.get_by_text("Anda memblokir bot ini.")).to_be_visible()
    await ratna.send(f"/siar {BREAKING}.")
    await ratna.page.get_by_role("button", name=re.compile("^Kirim ke ")).click()
    await expect(ayu.message(BREAKING)).to_be_visible()

    await bima.button("Buka blokir").click()
    await bima.send("/jadwal")
    await expect(bima.message("Kiriman berikutnya: Selasa, 24 November 2026, pukul 07.00 WIB")).to_be_visible()
    await bima.button("Ke 07.00 berikutnya").click()
    await read_digest(bima)
    await expect(bima.messages.filter(has_text=BREAKING)).to_have_count(0)
