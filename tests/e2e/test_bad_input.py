"""What people send by mistake: each gets a sentence that says what to do, and nothing is lost."""

import pytest

from tests.e2e.world import AYU, BIMA, World
from tests.records import new_article


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ("/jadwal 25.99", "“25.99” bukan jam yang sah"),
        ("/jadwal besok pagi", "“besok” bukan jam, hari, atau zona waktu"),
        ("/cari", "Tulis kata yang dicari"),
        ("/cari !!! ???", "Tulis kata yang dicari"),
        ("/cari -banjir", "tidak hanya yang dikecualikan"),
        ("/cari " + "kata " * 100, "Pencarian terlalu panjang"),
        ("/cari zzzyx", "Tidak ada berita tentang “zzzyx”"),
        ("/cari <b>&", "Tidak ada berita tentang “<b>&”"),
        ("/bahasa klingon", "Bahasa “klingon” belum tersedia"),
        ("/entahlah", "Perintah /entahlah tidak dikenal"),
        ("halo", "Sari belum mengerti pesan itu"),
        ("kata " * 800, "Sari belum mengerti pesan itu"),
        ("👋", "Sari belum mengerti pesan itu"),
        ("7", "Belum ada daftar berita di sini"),
        ("/ringkasan", "Belum ada berita baru"),
        ("/siar rahasia", "hanya untuk redaksi"),
    ],
)
async def test_a_mistake_gets_a_helpful_sentence(world: World, sent: str, answer: str) -> None:
    assert answer in await world.say(AYU, sent)


async def test_a_number_beyond_the_list_says_how_far_it_goes(world: World) -> None:
    await world.add_articles(new_article())
    await world.say(AYU, "/cari banjir")
    assert "bernomor 1 sampai 1" in await world.say(AYU, "4")


async def test_unknown_words_become_a_search_in_one_tap(world: World) -> None:
    await world.add_articles(new_article())
    offer = await world.say_for_message(AYU, "banjir sagara")
    await world.press(AYU, offer, "Cari “banjir sagara”")
    assert "Hasil pencarian “banjir sagara”" in world.texts(AYU)[-1]


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ("open:999", "Berita itu sudah tidak tersimpan"),
        ("page:999:1", "Daftar ini sudah terlalu lama"),
        ("topic:astrologi", "Topik “astrologi” tidak ada"),
        ("hour:99.99", "“99.99” bukan jam yang sah"),
        ("lang:xx", "Bahasa “xx” belum tersedia"),
        ("open:abc", "Tombol ini tidak berlaku lagi"),
        ("dari:versi:lama", "Tombol ini tidak berlaku lagi"),
        ("send:999", "hanya untuk redaksi"),
    ],
)
async def test_a_button_that_leads_nowhere_says_so(world: World, data: str, answer: str) -> None:
    welcome = await world.say_for_message(AYU, "/start")
    note = await world.sandbox.press(AYU, AYU, welcome["message_id"], data, timeout=15)
    assert note is not None
    assert answer in note["text"]
    assert note["show_alert"] is True


async def test_a_link_to_a_story_that_is_gone_still_welcomes_the_reader(world: World) -> None:
    welcome = await world.say_for_message(BIMA, "/start cerita_77")
    assert "Selamat datang" in welcome["text"]
    after = welcome["message_id"]
    await world.sandbox.wait_message(BIMA, after=after, contains="sudah tidak tersimpan", timeout=15)


async def test_a_failure_on_our_side_is_apologised_for_and_logged(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("bot.telegram.render.help_text", fail)
    assert "ada kesalahan di pihak kami" in await world.say(AYU, "/bantuan")
    assert "a bug" in caplog.text
    assert "Selamat datang" in await world.say(AYU, "/start")  # and the bot goes on
