"""A reader's day: subscribe, read the digest, open stories, search, change settings, stop. Over HTTP, nothing faked."""

import asyncio
from datetime import timedelta

import pytest
from telegram import CallbackQuery
from telegram.error import BadRequest

from bot.models import NewArticle, Status
from tests.e2e.world import AYU, BIMA, GROUP, RATNA, World, eventually
from tests.records import NOW, RICE, new_article
from tests.unit.story_samples import FERRY

RICE_ARTICLE = new_article(
    "Harga beras di Tirtamulya turun",
    RICE,
    outlet="Harian Teras",
    topic="ekonomi",
    published_at=NOW - timedelta(hours=1),
)


async def test_a_new_reader_is_welcomed_with_the_hour_of_the_first_digest(world: World) -> None:
    text = await world.say(AYU, "/start")
    assert "Selamat datang di Sari" in text
    assert "Rabu, 25 November 2026, pukul 07.00 WIB" in text


async def test_the_digest_arrives_at_the_chosen_hour_and_not_before(world: World) -> None:
    await world.add_articles(new_article(), RICE_ARTICLE)
    await world.say(AYU, "/start")
    asked = await world.say_for_message(AYU, "/jadwal 08.00")
    world.clock.advance(timedelta(minutes=58))
    await world.say(AYU, "/bantuan")  # a whole round trip later there is still no digest
    assert not any("Edisi" in text for text in world.texts(AYU))
    world.clock.advance(timedelta(minutes=3))
    digest = await world.sandbox.wait_message(AYU, after=asked["message_id"], contains="Edisi 08.00 WIB", timeout=15)
    assert "Banjir rendam 1.200 rumah di Sagara" in digest["text"]
    assert "Harga beras di Tirtamulya turun" in digest["text"]


async def test_the_next_digest_does_not_repeat_the_last_one(world: World) -> None:
    await world.add_articles(new_article())
    await world.say(AYU, "/start")
    sent = await world.say_for_message(AYU, "/jadwal 08.00 09.00")
    world.clock.advance(timedelta(minutes=61))
    first = await world.sandbox.wait_message(AYU, after=sent["message_id"], contains="Edisi", timeout=15)
    await world.add_articles(RICE_ARTICLE)
    world.clock.advance(timedelta(hours=1))
    second = await world.sandbox.wait_message(AYU, after=first["message_id"], contains="Edisi", timeout=15)
    assert "Harga beras" in second["text"]
    assert "Banjir" not in second["text"]


async def test_a_number_opens_that_story_and_a_reply_opens_it_from_an_older_list(world: World) -> None:
    await world.add_articles(new_article(), RICE_ARTICLE)
    await world.say(AYU, "/start")
    digest = await world.say_for_message(AYU, "/ringkasan")
    first = next(line for line in digest["text"].splitlines() if line.startswith("1. "))[3:]
    assert first in await world.say(AYU, "1")
    await world.say(AYU, "/cari beras")
    assert "Harga beras" in await world.say(AYU, "1")
    assert first in await world.say(AYU, "1", reply_to=digest["message_id"])


async def test_a_story_of_two_outlets_is_one_digest_that_says_where_they_differ(world: World) -> None:
    first, second = (
        new_article(
            sample.title, sample.text, outlet=sample.outlet, published_at=NOW - timedelta(hours=hours), topic="daerah"
        )
        for sample, hours in zip(FERRY.articles, (5, 2), strict=True)
    )
    await world.add_articles(first, second)
    await world.say(AYU, "/start")
    digest = await world.say(AYU, "/ringkasan")
    difference = "Korban tewas – Kabar Pesisir: 14 orang (05.00); Warta Nusa: 12 orang (02.00)"
    assert "1. Korban tewas kapal tenggelam di Selat Batunara jadi 14 orang\n" in digest
    assert f"\n{difference}\nDiliput 2 media: Kabar Pesisir, Warta Nusa" in digest
    opened = await world.say(AYU, "1")
    assert f"Angka yang berbeda\n{difference}\n\nKata media lain\nWarta Nusa: " in opened
    assert "(Kabar Pesisir)\n" in opened
    assert "12 orang meninggal pada" not in opened


async def test_a_reply_to_a_delivered_digest_opens_its_story(world: World) -> None:
    await world.add_articles(new_article())
    await world.say(AYU, "/start")
    sent = await world.say_for_message(AYU, "/jadwal 08.00")
    world.clock.advance(timedelta(hours=1, minutes=1))
    digest = await world.sandbox.wait_message(AYU, after=sent["message_id"], contains="Edisi", timeout=15)

    async def recorded() -> bool:
        return (await world.storage.outbox_counts()).sent == 1

    await eventually(recorded)
    opened = await world.say(AYU, "1", reply_to=digest["message_id"])
    assert "Banjir rendam 1.200 rumah di Sagara" in opened
    assert "Diberitakan oleh" in opened


async def test_after_another_choice_of_topics_the_last_edition_is_told_by_that_choice(world: World) -> None:
    await world.add_articles(new_article(), RICE_ARTICLE)
    await world.say(AYU, "/start")
    sent = await world.say_for_message(AYU, "/jadwal 08.00")
    world.clock.advance(timedelta(hours=1, minutes=1))
    digest = await world.sandbox.wait_message(AYU, after=sent["message_id"], contains="Edisi", timeout=15)
    assert "Banjir rendam" in digest["text"]
    assert "Banjir rendam" in await world.say(AYU, "/ringkasan")
    await world.say(AYU, "/topik ekonomi")
    chosen = await world.say(AYU, "/ringkasan")
    assert "1. Harga beras" in chosen
    assert "Banjir" not in chosen


async def test_a_digest_on_request_is_not_kept(world: World) -> None:
    await world.add_articles(new_article())
    await world.say(AYU, "/start")
    assert "1. Banjir rendam" in await world.say(AYU, "/ringkasan")
    assert await world.storage.edition(1) is None


async def test_a_button_under_a_digest_opens_its_story(world: World) -> None:
    await world.add_articles(new_article())
    await world.say(AYU, "/start")
    digest = await world.say_for_message(AYU, "/ringkasan")
    assert await world.press(AYU, digest, "1") is not None
    assert "Diberitakan oleh" in world.texts(AYU)[-1]


def harvest_articles(days_apart: int = 4) -> list[NewArticle]:
    """Seven articles about one thing that are seven stories, as days lie between them."""
    return [
        new_article(
            f"Panen ke-{n}",
            f"Panen raya ke-{n} berlangsung di {n * 7} desa. {RICE}",
            url=f"https://kabar.example/panen-{n}",
            published_at=NOW - timedelta(days=days_apart * n),
        )
        for n in range(1, 8)
    ]


async def test_a_search_has_pages_that_stand_in_one_message(world: World) -> None:
    await world.add_articles(*harvest_articles())
    page = await world.say_for_message(AYU, "/cari panen")
    assert "7 berita" in page["text"]
    await world.press(AYU, page, "Berikutnya")
    assert "6. " in world.shown(page)["text"]
    assert "1. " not in world.shown(page)["text"]
    assert "Panen ke-" in await world.say(AYU, "7")
    await world.press(AYU, world.shown(page), "Sebelumnya")
    assert "1. " in world.shown(page)["text"]


async def test_topics_narrow_the_digest(world: World) -> None:
    await world.add_articles(new_article(), RICE_ARTICLE)
    await world.say(AYU, "/start")
    choice = await world.say_for_message(AYU, "/topik")
    await world.press(AYU, choice, "Ekonomi")
    assert "Sekarang: Ekonomi" in world.shown(choice)["text"]
    digest = await world.say(AYU, "/ringkasan")
    assert "Harga beras" in digest
    assert "Banjir" not in digest


async def test_hours_and_zone_are_chosen_by_tapping(world: World) -> None:
    welcome = await world.say_for_message(AYU, "/start")
    await world.press(AYU, welcome, "18.00")
    await world.press(AYU, world.shown(welcome), "WIT")
    shown = world.shown(welcome)["text"]
    assert "18.00 WIT, setiap hari" in shown
    assert "Selasa, 24 November 2026, pukul 18.00 WIT" in shown


@pytest.mark.parametrize(("button", "shown"), [("06.00", "06.00 WIB"), ("WIB", "07.00 WIB")])
async def test_two_taps_at_once_on_one_button_are_no_error(world: World, button: str, shown: str) -> None:
    welcome = await world.say_for_message(AYU, "/start")
    answers = await asyncio.gather(*(world.press(AYU, welcome, button) for _ in range(2)))
    assert [answer and answer.get("text") for answer in answers] == [None, None]
    assert shown in world.shown(welcome)["text"]


async def test_a_button_under_a_message_that_is_gone_answers_below(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object, **__: object) -> None:
        raise BadRequest("Message to edit not found")

    monkeypatch.setattr(CallbackQuery, "edit_message_text", gone)  # the person deleted it between tap and answer
    welcome = await world.say_for_message(AYU, "/start")
    answer = await world.press(AYU, welcome, "06.00")
    assert answer is not None
    assert answer["text"] is None
    assert "06.00 WIB" in world.texts(AYU)[-1]


async def test_every_part_of_a_long_digest_opens_its_stories(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.add_articles(new_article(), RICE_ARTICLE)
    monkeypatch.setattr("bot.telegram.render.split_blocks", lambda blocks: [*map(str, blocks)])
    first = await world.say_for_message(AYU, "/ringkasan")
    await world.sandbox.wait_message(AYU, after=first["message_id"], contains="Diringkas otomatis", timeout=15)
    await world.say(AYU, "/cari beras")
    headline = next(text for text in world.texts(AYU) if text.startswith("2. ")).splitlines()[0][3:]
    assert headline in await world.say(AYU, "2", reply_to=first["message_id"])


async def test_a_number_under_a_message_without_a_list_says_so(world: World) -> None:
    await world.add_articles(new_article())
    welcome = await world.say_for_message(AYU, "/start")
    await world.say(AYU, "/cari banjir")
    assert "bukan daftar berita" in await world.say(AYU, "1", reply_to=welcome["message_id"])


async def test_a_reader_who_stops_gets_nothing_and_finds_the_settings_again(world: World) -> None:
    await world.say(AYU, "/start")
    await world.say(AYU, "/jadwal 09.30 WITA")
    assert "tidak lagi menerima" in await world.say(AYU, "/berhenti")
    stopped = await world.storage.subscriber(AYU)
    assert stopped is not None
    assert stopped.status is Status.STOPPED
    assert "09.30 WITA" in await world.say(AYU, "/start")
    assert "memang sedang tidak berlangganan" in await world.say(BIMA, "/berhenti")


async def test_english_is_for_readers_who_ask(world: World) -> None:
    assert "Selamat datang" in await world.say(BIMA, "/start")
    assert "From now on Sari speaks English" in await world.say(BIMA, "/bahasa english")
    assert "Delivery hours" in await world.say(BIMA, "/jadwal")


async def test_a_deep_link_chooses_a_topic_or_opens_a_story(world: World) -> None:
    await world.add_articles(new_article())
    await world.say(AYU, "/start topik_ekonomi")
    reader = await world.storage.subscriber(AYU)
    assert reader is not None
    assert reader.topics == {"ekonomi"}
    welcome = await world.say_for_message(BIMA, "/start cerita_1")
    opened = await world.sandbox.wait_message(
        BIMA, after=welcome["message_id"], contains="Diberitakan oleh", timeout=15
    )
    assert "Banjir" in opened["text"]


async def test_a_reader_who_blocks_the_bot_keeps_the_settings(world: World) -> None:
    await world.say(AYU, "/start")
    await world.say(AYU, "/jadwal 09.30")
    world.sandbox.block(AYU)

    async def status() -> Status | None:
        found = await world.storage.subscriber(AYU)
        return found.status if found else None

    async with asyncio.timeout(15):
        while await status() is not Status.BLOCKED:
            await asyncio.sleep(0.02)
        world.sandbox.unblock(AYU)
        while await status() is not Status.ACTIVE:
            await asyncio.sleep(0.02)
    reader = await world.storage.subscriber(AYU)
    assert reader is not None
    assert [f"{time:%H.%M}" for time in reader.schedule.times] == ["09.30"]


async def test_in_a_group_only_its_admins_change_the_subscription(world: World) -> None:
    refused = await world.say(AYU, "/start", chat_id=GROUP)
    assert "hanya admin grup" in refused
    assert "Grup ini kini berlangganan Sari" in await world.say(RATNA, "/start@sari_demo_bot", chat_id=GROUP)
    assert "hanya admin grup" in await world.say(AYU, "/jadwal 05.00", chat_id=GROUP)


async def test_in_a_group_a_search_belongs_to_who_asked(world: World) -> None:
    await world.add_articles(*harvest_articles())
    page = await world.say_for_message(AYU, "/cari panen", chat_id=GROUP)
    answer = await world.press(BIMA, page, "Berikutnya")
    assert answer is not None
    assert "milik pembaca lain" in answer["text"]


async def test_quiet_hours_hold_the_digest_back_until_they_end(world: World) -> None:
    await world.add_articles(new_article())
    await world.say(AYU, "/start")
    assert "Belum diatur" in await world.say(AYU, "/senyap")
    await world.say(AYU, "/jadwal 08.00")
    asked = await world.say_for_message(AYU, "/senyap 07.30-09.00")
    assert "07.30–09.00 WIB" in asked["text"]
    world.clock.advance(timedelta(minutes=61))  # 08.01
    await world.say(AYU, "/bantuan")

    async def is_put_off() -> bool:
        counts = await world.storage.outbox_counts()
        return counts.pending == 1

    await eventually(is_put_off)
    assert not any("Edisi" in text for text in world.texts(AYU))
    world.clock.advance(timedelta(hours=1))
    await world.sandbox.wait_message(AYU, after=asked["message_id"], contains="Edisi 08.00 WIB", timeout=15)


async def test_ending_quiet_hours_brings_what_they_held_back(world: World) -> None:
    await world.add_articles(new_article())
    await world.say(AYU, "/start")
    await world.say(AYU, "/jadwal 08.00")
    asked = await world.say_for_message(AYU, "/senyap 07.30-09.00")
    world.clock.advance(timedelta(minutes=61))

    async def is_queued() -> bool:
        return (await world.storage.outbox_counts()).pending == 1

    await eventually(is_queued)
    await world.press(AYU, world.shown(asked), "Tanpa jam tenang")
    assert "Belum diatur" in world.shown(asked)["text"]
    await world.sandbox.wait_message(AYU, after=asked["message_id"], contains="Edisi 08.00 WIB", timeout=15)


async def test_hours_that_are_none_are_explained(world: World) -> None:
    await world.say(AYU, "/start")
    assert "Tulis dua jam yang berbeda" in await world.say(AYU, "/senyap nanti malam")
