"""A reader follows a place: by command, by link, in a group; its news comes first, whatever the chosen topics."""

from dataclasses import replace
from datetime import timedelta

from summarizer.places import places_of
from tests.e2e.world import AYU, BIMA, GROUP, RATNA, World, eventually
from tests.records import NOW, RICE, new_article

FLOOD = new_article("Banjir rendam pasar di Banyuwangi", topic="daerah", published_at=NOW - timedelta(hours=9))
FLOOD = replace(FLOOD, places=places_of(FLOOD.title, FLOOD.place, FLOOD.body))
RICE_ARTICLE = new_article(
    "Harga beras di Tirtamulya turun", RICE, outlet="Harian Teras", topic="ekonomi", published_at=NOW
)


async def followed(world: World, chat_id: int) -> frozenset[str]:
    reader = await world.storage.subscriber(chat_id)
    assert reader is not None
    return reader.places


async def test_the_news_of_a_followed_place_comes_first(world: World) -> None:
    await world.add_articles(FLOOD, RICE_ARTICLE)
    await world.say(AYU, "/start")
    assert "1. Harga beras" in await world.say(AYU, "/ringkasan")
    assert "Daerah yang Anda ikuti: Banyuwangi" in await world.say(AYU, "/topik Kabupaten Banyuwangi")
    assert "1. Banjir rendam pasar" in await world.say(AYU, "/ringkasan")


async def test_the_news_of_a_followed_province_comes_whatever_the_chosen_topics(world: World) -> None:
    await world.add_articles(FLOOD, RICE_ARTICLE)
    await world.say(AYU, "/start")
    assert "Sekarang: Ekonomi" in await world.say(AYU, "/topik ekonomi")
    assert "Banjir" not in await world.say(AYU, "/ringkasan")
    await world.say(AYU, "/topik Jatim")
    digest = await world.say(AYU, "/ringkasan")
    assert "Banjir" in digest
    assert "Harga beras" in digest


async def test_the_digest_of_the_morning_has_the_followed_place(world: World) -> None:
    await world.add_articles(FLOOD, RICE_ARTICLE)
    await world.say(AYU, "/start tempat_banyuwangi")
    await world.say(AYU, "/topik teknologi")
    sent = await world.say_for_message(AYU, "/jadwal 08.00")
    world.clock.advance(timedelta(minutes=61))
    digest = await world.sandbox.wait_message(AYU, after=sent["message_id"], contains="Edisi", timeout=15)
    assert "Banjir" in digest["text"]
    assert "beras" not in digest["text"]


async def test_a_tap_on_a_followed_place_ends_it(world: World) -> None:
    await world.say(AYU, "/start")
    await world.say(AYU, "/topik Banyuwangi")
    choice = await world.say_for_message(AYU, "/topik Solo")
    assert "Daerah yang Anda ikuti: Banyuwangi, Surakarta" in choice["text"]
    await world.press(AYU, choice, "Banyuwangi")
    assert "Daerah yang Anda ikuti: Surakarta" in world.shown(choice)["text"]
    assert await followed(world, AYU) == {"surakarta"}


async def test_a_misspelt_place_gets_the_right_name_and_an_unknown_one_an_example(world: World) -> None:
    assert "Maksud Anda Banyuwangi?" in await world.say(AYU, "/topik banyuwanggi")
    assert "misalnya /topik Banyuwangi" in await world.say(AYU, "/topik Sagara")


async def test_a_deep_link_follows_a_place(world: World) -> None:
    await world.say(AYU, "/start tempat_jawa-timur")
    await world.say(BIMA, "/start tempat_atlantis")
    assert await followed(world, AYU) == {"jawa-timur"}
    assert await followed(world, BIMA) == frozenset()


async def test_in_a_group_only_its_admins_follow_a_place(world: World) -> None:
    await world.say(RATNA, "/start@sari_demo_bot", chat_id=GROUP)
    assert "hanya admin grup" in await world.say(AYU, "/topik Banyuwangi", chat_id=GROUP)
    assert "Banyuwangi" in await world.say(RATNA, "/topik Banyuwangi", chat_id=GROUP)
    assert await followed(world, GROUP) == {"banyuwangi"}


async def test_an_article_that_names_another_place_after_a_correction_is_news_of_that_place(world: World) -> None:
    await world.add_articles(FLOOD, RICE_ARTICLE)
    await world.say(AYU, "/start")
    await world.say(AYU, "/topik Jember")
    assert "1. Harga beras" in await world.say(AYU, "/ringkasan")
    title = "Banjir rendam pasar di Jember"
    await world.add_articles(
        replace(FLOOD, title=title, content_hash="corrected", places=places_of(title, None, FLOOD.body))
    )

    async def is_digested() -> bool:
        return not await world.storage.articles_without_digest(limit=1)

    await eventually(is_digested)
    assert "1. Banjir rendam pasar di Jember" in await world.say(AYU, "/ringkasan")
