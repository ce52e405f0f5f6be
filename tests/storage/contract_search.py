"""The contract of search."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import InputError
from bot.storage.base import Storage
from tests.records import FLOOD, NOW, RICE, new_article
from tests.storage.contract_feeds import save

DAY = timedelta(days=1)


async def titles(storage: Storage, query: str, *, limit: int = 10) -> list[str]:
    return [hit.article.title for hit in await storage.search(query, limit=limit)]


class SearchContract:
    async def test_another_form_of_a_word_is_found(self, storage: Storage) -> None:
        await save(storage, new_article("Warga Sagara kebanjiran"), new_article("Harga beras turun", RICE))
        assert await titles(storage, "banjir") == ["Warga Sagara kebanjiran"]
        assert await titles(storage, "HARGANYA") == ["Harga beras turun"]
        assert await titles(storage, "gempa") == []

    async def test_any_word_finds_and_more_words_come_first(self, storage: Storage) -> None:
        await save(
            storage,
            new_article("Sungai Lirih meluap", "Warga mengungsi."),
            new_article("Pasar Tirtamulya ramai", "Harga beras turun dan sungai tenang."),
        )
        assert await titles(storage, "beras sungai") == ["Pasar Tirtamulya ramai", "Sungai Lirih meluap"]

    async def test_a_word_in_the_title_weighs_more(self, storage: Storage) -> None:
        await save(
            storage,
            new_article("Rapat kota", "Rapat membahas gempa di Sagara pada hari itu."),
            new_article("Gempa Sagara", "Rapat membahas hal lain di kota pada hari itu."),
            new_article("Pasar kota", "Pedagang senang."),
        )
        assert (await titles(storage, "gempa"))[0] == "Gempa Sagara"

    async def test_a_phrase_must_occur_as_it_stands(self, storage: Storage) -> None:
        await save(
            storage,
            new_article("Menara Kembar dibuka", "Peresmian berlangsung meriah."),
            new_article("Kembar di menara", "Dua anak naik bersama."),
            new_article("Peresmian pasar", "Pasar itu ramai."),
        )
        assert await titles(storage, '"menara kembar"') == ["Menara Kembar dibuka"]
        assert await titles(storage, '"menara kembar" peresmian') == ["Menara Kembar dibuka"]
        assert await titles(storage, '"kembar menara" peresmian') == []

    async def test_an_excluded_word_may_not_occur(self, storage: Storage) -> None:
        await save(storage, new_article("Timnas voli menang"), new_article("Timnas sepak bola menang", RICE))
        assert await titles(storage, "timnas -voli") == ["Timnas sepak bola menang"]
        assert await titles(storage, 'timnas -"sepak bola"') == ["Timnas voli menang"]

    async def test_a_story_is_found_once_by_its_best_article(self, storage: Storage) -> None:
        first, second, other = await save(
            storage,
            new_article("Banjir Sagara: banjir terparah", outlet="Satu"),
            new_article("Wali kota meninjau", "Ia melihat banjir.", outlet="Dua"),
            new_article("Banjir di Tirtamulya", outlet="Tiga"),
        )
        story_id = await storage.assign_story(first, None, NOW)
        await storage.assign_story(second, story_id, NOW)
        hits = await storage.search("banjir", limit=10)
        assert {hit.article.id for hit in hits} == {first, other}
        assert {hit.article.id: hit.story_id for hit in hits} == {first: story_id, other: None}
        assert len(await storage.search("banjir", limit=1)) == 1

    async def test_of_two_like_articles_the_newer_comes_first(self, storage: Storage) -> None:
        for number, age in enumerate((20, 1, 300)):
            article = new_article("Banjir Sagara", url=f"https://a.example/{number}", published_at=NOW - age * DAY)
            await save(storage, article)
        found = await storage.search("banjir sagara", limit=10)
        assert [hit.article.url[-1] for hit in found] == ["1", "0", "2"]

    async def test_a_new_version_replaces_what_is_found(self, storage: Storage) -> None:
        article = new_article("Kabar kota", FLOOD)
        await save(storage, article)
        await save(storage, new_article("Kabar kota", RICE))
        assert await titles(storage, "sungai") == []
        assert await titles(storage, "beras") == ["Kabar kota"]

    async def test_the_passage_shows_the_match_in_its_own_words(self, storage: Storage) -> None:
        await save(storage, new_article("Kabar kota", FLOOD))
        [hit] = await storage.search("listriknya", limit=1)
        assert "listrik di tiga kelurahan" in hit.snippet
        assert len(hit.snippet) <= 162

    @pytest.mark.parametrize("query", ["", "   ", "!!! ???", '""', "-", "🌊", '" - " -"'])
    async def test_without_a_word_there_is_nothing_to_look_for(self, storage: Storage, query: str) -> None:
        with pytest.raises(InputError) as caught:
            await storage.search(query, limit=10)
        assert caught.value.key == "search_empty"

    async def test_with_exclusions_alone_there_is_nothing_to_look_for(self, storage: Storage) -> None:
        with pytest.raises(InputError) as caught:
            await storage.search("-banjir -voli", limit=10)
        assert caught.value.key == "search_only_exclusions"

    @pytest.mark.parametrize(
        "query",
        [
            "banjir OR",
            "title:banjir",
            "banjir*",
            "NEAR(banjir sagara, 2)",
            "banjir AND (",
            "^banjir",
            "{title}: banjir",
        ],
    )
    async def test_the_words_of_the_index_are_only_words(self, storage: Storage, query: str) -> None:
        await save(storage, new_article("Warga Sagara kebanjiran"))
        assert await titles(storage, query) == ["Warga Sagara kebanjiran"]
