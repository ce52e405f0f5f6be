"""An editor's breaking item: draft, preview, confirmation, report; and who may do it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from bot.models import OutboxKind
from tests.e2e.world import AYU, BIMA, RATNA, World, eventually, world_in
from tests.records import FLOOD, RICE

TEXT = "Jembatan Melati ditutup\nMulai pukul 20.00 WIB untuk perbaikan, sampai Kamis."


async def all_sent(world: World, broadcast_id: int = 1) -> bool:
    counts = await world.storage.outbox_counts(OutboxKind.BREAKING, broadcast_id)
    return counts.total > 0 and counts.sent == counts.total


async def test_a_confirmed_item_reaches_every_reader_once(world: World) -> None:
    await world.say(AYU, "/start")
    await world.say(BIMA, "/start")
    preview = await world.say_for_message(RATNA, f"/siar {TEXT}")
    assert "BERITA PENTING" in preview["text"]
    question = await world.sandbox.wait_message(RATNA, after=preview["message_id"], contains="Pratinjau", timeout=15)
    assert not any("BERITA PENTING" in text for text in world.texts(AYU))

    await asyncio.gather(*(world.press(RATNA, question, "Kirim ke 2 penerima") for _ in range(2)))  # two taps at once
    await eventually(lambda: all_sent(world))
    for reader in (AYU, BIMA):
        got = [text for text in world.texts(reader) if "BERITA PENTING" in text]
        assert got == [preview["text"]]

    await world.press(RATNA, world.shown(question), "Lihat laporan")
    assert "Terkirim: 2" in world.shown(question)["text"]
    await world.press(RATNA, world.shown(question), "Perbarui laporan")
    assert "Terkirim: 2" in world.shown(question)["text"]


async def test_a_cancelled_item_reaches_nobody(world: World) -> None:
    await world.say(AYU, "/start")
    preview = await world.say_for_message(RATNA, f"/siar {TEXT}")
    question = await world.sandbox.wait_message(RATNA, after=preview["message_id"], contains="Pratinjau", timeout=15)
    await world.press(RATNA, question, "Batalkan")
    assert "Draf dibatalkan" in world.shown(question)["text"]
    late = await world.sandbox.press(RATNA, RATNA, question["message_id"], "send:1", timeout=15)
    assert late is not None
    assert "sudah dibatalkan" in late["text"]
    assert not any("BERITA PENTING" in text for text in world.texts(AYU))


async def test_readers_can_neither_draft_nor_send(world: World) -> None:
    await world.say(AYU, "/start")
    assert "hanya untuk redaksi" in await world.say(AYU, f"/siar {TEXT}")
    preview = await world.say_for_message(RATNA, f"/siar {TEXT}")
    welcome = world.sandbox.messages(AYU)[-1]
    answer = await world.sandbox.press(AYU, AYU, welcome["message_id"], "send:1", timeout=15)
    assert answer is not None
    assert "hanya untuk redaksi" in answer["text"]
    assert preview["text"] not in world.texts(AYU)


async def test_a_reply_to_a_message_makes_it_the_draft(world: World) -> None:
    await world.say(AYU, "/start")
    words = await world.sandbox.send(RATNA, "Gempa terasa di Sagara & sekitarnya")
    preview = await world.say_for_message(RATNA, "/siar", reply_to=words)
    # The bot has answered the words themselves too; the draft is what carries the heading.
    if "BERITA PENTING" not in preview["text"]:
        preview = await world.sandbox.wait_message(RATNA, after=preview["message_id"], contains="BERITA", timeout=15)
    assert "Gempa terasa di Sagara & sekitarnya" in preview["text"]


async def test_without_words_or_readers_the_editor_is_told_what_to_do(world: World) -> None:
    assert "Belum ada pembaca" in await world.say(RATNA, f"/siar {TEXT}")
    await world.say(AYU, "/start")
    assert "Tulis beritanya setelah perintah" in await world.say(RATNA, "/siar")
    assert "paling panjang 3.000 karakter" in await world.say(RATNA, "/siar " + "kata " * 700)


@asynccontextmanager
async def article_server() -> AsyncIterator[str]:
    """A site with one article, one page without any, and nothing else."""
    paragraphs = "".join(f"<p>{text}</p>" for text in (FLOOD, RICE))
    head = "<head><title>Banjir & beras</title></head>"
    article = f"<html>{head}<body><article><h1>Banjir & beras</h1>{paragraphs}</article></body></html>"
    app = web.Application()

    def page(html: str) -> web.Response:
        return web.Response(text=html, content_type="text/html")

    async def show_article(_: web.Request) -> web.Response:
        return page(article)

    async def show_nothing(_: web.Request) -> web.Response:
        return page("<html><body></body></html>")

    app.router.add_get("/berita", show_article)
    app.router.add_get("/kosong", show_nothing)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_link_becomes_a_draft_with_headline_digest_and_source(tmp_path: Path) -> None:
    async with article_server() as host, world_in(tmp_path, fetch_allow=frozenset({host})) as world:
        await world.say(AYU, "/start")
        preview = await world.say_for_message(RATNA, f"/siar http://{host}/berita?utm_source=x")
        assert "Banjir & beras" in preview["text"]
        assert "Banjir merendam 1.200 rumah" in preview["text"]
        assert "Diringkas otomatis dari naskah 127.0.0.1" in preview["text"]
        assert preview["reply_markup"]["inline_keyboard"][0][0]["url"] == f"http://{host}/berita"
        await world.sandbox.wait_message(RATNA, after=preview["message_id"], contains="Pratinjau", timeout=15)
        assert "Tidak ada artikel yang ditemukan" in await world.say(RATNA, f"/siar http://{host}/kosong")
        assert "kesalahan 404" in await world.say(RATNA, f"/siar http://{host}/tidak-ada")


async def test_an_address_inside_our_own_network_is_not_opened(world: World) -> None:
    await world.say(AYU, "/start")
    assert "bukan alamat umum" in await world.say(RATNA, f"/siar {world.sandbox.url}/api/state")


async def test_only_an_urgent_item_breaks_a_readers_quiet(world: World) -> None:
    await world.say(AYU, "/start")
    await world.say(AYU, "/senyap 06.00-09.00")
    await world.say(BIMA, "/start")
    for number, label in ((1, "Kirim ke 2 penerima"), (2, "Kirim mendesak: juga pada jam tenang")):
        preview = await world.say_for_message(RATNA, f"/siar {TEXT} ({number})")
        question = await world.sandbox.wait_message(
            RATNA, after=preview["message_id"], contains="Pratinjau", timeout=15
        )
        await world.press(RATNA, question, label)
    await eventually(lambda: all_sent(world, 2))
    got = [text for text in world.texts(AYU) if "BERITA PENTING" in text]
    assert len(got) == 1
    assert "(2)" in got[0]
    world.clock.advance(timedelta(hours=2))
    await eventually(lambda: all_sent(world, 1))
