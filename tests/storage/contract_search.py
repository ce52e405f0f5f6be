"""The contract of search."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import InputError
from bot.models import Passage, SearchHit
from bot.storage.base import Storage
from tests.records import FLOOD, NOW, RICE, new_article
from tests.storage.contract_feeds import save

DAY = timedelta(days=1)


async def find(storage: Storage, query: str, *, limit: int = 10) -> tuple[SearchHit, ...]:
    return (await storage.search(query, limit=limit, now=NOW)).hits


async def titles(storage: Storage, query: str, *, limit: int = 10) -> list[str]:
    return [hit.article.title for hit in await find(storage, query, limit=limit)]


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
        hits = await find(storage, "banjir")
        assert {hit.article.id for hit in hits} == {first, other}
        assert {hit.article.id: hit.story_id for hit in hits} == {first: story_id, other: None}
        assert len(await find(storage, "banjir", limit=1)) == 1

    async def test_of_two_like_articles_the_newer_comes_first(self, storage: Storage) -> None:
        for number, age in enumerate((20, 1, 300)):
            article = new_article("Banjir Sagara", url=f"https://a.example/{number}", published_at=NOW - age * DAY)
            await save(storage, article)
        found = await find(storage, "banjir sagara")
        assert [hit.article.url[-1] for hit in found] == ["1", "0", "2"]

    async def test_a_new_version_replaces_what_is_found(self, storage: Storage) -> None:
        article = new_article("Kabar kota", FLOOD)
        await save(storage, article)
        await save(storage, new_article("Kabar kota", RICE))
        assert await titles(storage, "sungai") == []
        assert await titles(storage, "beras") == ["Kabar kota"]

    async def test_the_passage_shows_the_match_in_its_own_words(self, storage: Storage) -> None:
        await save(storage, new_article("Kabar kota", FLOOD))
        [hit] = await find(storage, "listriknya")
        [passage] = await storage.mark_found("listriknya", [(hit.article.id, "")], NOW)
        assert "listrik di tiga kelurahan" in passage.text
        assert [passage.text[start:end] for start, end in passage.marks] == ["listrik"]
        assert len(passage.text) <= 162

    @pytest.mark.parametrize("query", ["", "   ", "!!! ???", '""', "-", "🌊", '" - " -"'])
    async def test_without_a_word_there_is_nothing_to_look_for(self, storage: Storage, query: str) -> None:
        with pytest.raises(InputError) as caught:
            await find(storage, query)
        assert caught.value.key == "search_empty"

    async def test_with_exclusions_alone_there_is_nothing_to_look_for(self, storage: Storage) -> None:
        with pytest.raises(InputError) as caught:
            await find(storage, "-banjir -voli")
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

    async def test_the_word_itself_comes_before_others_with_its_stem(self, storage: Storage) -> None:
        await save(
            storage,
            new_article("Gawat darurat di Sagara"),
            new_article("Megawati bicara di Sagara"),
            new_article("Pasar Sagara ramai", RICE),
        )
        assert await titles(storage, "megawati") == ["Megawati bicara di Sagara", "Gawat darurat di Sagara"]

    async def test_a_misspelt_word_is_put_right_and_the_reader_is_told(self, storage: Storage) -> None:
        await save(storage, new_article("Gubernur Sagara Mirna Hapsari dilantik"), new_article("Pasar ramai", RICE))
        result = await storage.search("gubenur mirnna -voli", limit=10, now=NOW)
        assert [hit.article.title for hit in result.hits] == ["Gubernur Sagara Mirna Hapsari dilantik"]
        assert result.corrected == "gubernur mirna -voli"
        assert (await storage.search("gubernur", limit=10, now=NOW)).corrected is None

    async def test_a_place_that_no_article_speaks_of_is_not_put_right(self, storage: Storage) -> None:
        await save(storage, new_article("Banjir di bekas tambang Sagara"), new_article("Pasar ramai", RICE))
        assert (await storage.search("banjir bekasi", limit=10, now=NOW)).corrected is None

    async def test_in_quotation_marks_a_word_stays_as_it_was_typed(self, storage: Storage) -> None:
        await save(storage, new_article("Gubernur Sagara dilantik"))
        result = await storage.search('"gubenur"', limit=10, now=NOW)
        assert (result.hits, result.corrected) == ((), None)

    async def test_of_two_corrections_the_one_that_goes_with_the_other_words_is_taken(self, storage: Storage) -> None:
        await save(
            storage,
            *[new_article(f"Bagian {number} dari pasar", url=f"https://a.example/{number}") for number in range(5)],
            new_article("Bagnaia menang di Sirkuit Sagara"),
        )
        assert (await storage.search("bagnia sirkuit", limit=10, now=NOW)).corrected == "bagnaia sirkuit"

    async def test_a_slip_that_others_made_too_is_put_right_and_still_found(self, storage: Storage) -> None:
        names = [new_article(f"Gubernur {number}", url=f"https://a.example/{number}") for number in range(120)]
        await save(storage, *names, new_article("Gubrenur salah tulis"))
        result = await storage.search("gubrenur", limit=200, now=NOW)
        assert result.corrected == "gubernur"
        assert result.hits[0].article.title == "Gubrenur salah tulis"
        assert len(result.hits) == 121

    async def test_a_rare_word_is_not_taken_for_a_common_one(self, storage: Storage) -> None:
        names = [new_article(f"Harga emas {number}", url=f"https://a.example/{number}") for number in range(120)]
        await save(storage, *names, new_article("Hargo bicara"))
        result = await storage.search("hargo", limit=200, now=NOW)
        assert ([hit.article.title for hit in result.hits], result.corrected) == (["Hargo bicara"], None)

    async def test_a_beginning_of_four_letters_finds_whole_words(self, storage: Storage) -> None:
        await save(storage, new_article("Wirasakti ramai", "Orang datang."), new_article("Pasar kota sepi", RICE))
        assert await titles(storage, "wira") == ["Wirasakti ramai"]
        assert await titles(storage, "wirasak") == ["Wirasakti ramai"]
        assert await titles(storage, "wir") == []
        [hit] = await find(storage, "wirasak")
        [told] = await storage.mark_found("wirasak", [(hit.article.id, hit.article.title)], NOW)
        assert told.marks == ((0, len("Wirasakti")),)

    @pytest.mark.parametrize(
        ("typed", "title"),
        [
            ("loker", "Lowongan kerja dibuka di Sagara"),
            ("hp", "Ponsel lipat diluncurkan"),
            ("judol", "Judi online diberantas"),
            ("jatim", "Hujan lebat di Jawa Timur"),
            ("mahkamah konstitusi", "MK memutus perkara pemilu"),
            ("mk", "Mahkamah Konstitusi bersidang"),
        ],
    )
    async def test_spoken_words_and_abbreviations_find_what_outlets_write(
        self, storage: Storage, typed: str, title: str
    ) -> None:
        await save(storage, new_article(title, "Isi beritanya."), new_article("Pasar kota sepi", RICE))
        assert await titles(storage, typed) == [title]

    async def test_another_word_for_it_counts_less_than_the_word_itself(self, storage: Storage) -> None:
        await save(
            storage,
            new_article("Handphone lipat", "Isi beritanya."),
            new_article("HP lipat", "Isi beritanya."),
            new_article("Ponsel lipat", "Isi beritanya."),
        )
        assert (await titles(storage, "hp"))[0] == "HP lipat"

    async def test_only_the_outlets_asked_for_are_searched(self, storage: Storage) -> None:
        await save(
            storage,
            new_article("Banjir satu", outlet="Kabar Sagara"),
            new_article("Banjir dua", outlet="Kabar Lirih"),
            new_article("Banjir tiga", outlet="Tirta.id"),
        )
        assert await titles(storage, 'banjir sumber:"kabar sagara"') == ["Banjir satu"]
        assert set(await titles(storage, "banjir sumber:kabar")) == {"Banjir satu", "Banjir dua"}
        assert await titles(storage, "banjir source:TIRTA.ID") == ["Banjir tiga"]
        with pytest.raises(InputError) as caught:
            await find(storage, "banjir sumber:melati")
        assert caught.value.key == "search_outlet_unknown"
        assert caught.value.values == {"value": "melati", "known": "Kabar Lirih, Kabar Sagara, Tirta.id"}

    async def test_only_the_topic_asked_for_is_searched(self, storage: Storage) -> None:
        await save(
            storage,
            replace(new_article("Banjir satu"), topic="daerah"),
            replace(new_article("Banjir dua"), topic="ekonomi"),
            replace(new_article("Banjir tiga"), topic=None),
        )
        assert await titles(storage, "banjir topik:daerah") == ["Banjir satu"]
        assert set(await titles(storage, "banjir topic:economy topik:daerah")) == {"Banjir satu", "Banjir dua"}

    async def test_only_the_days_asked_for_are_searched(self, storage: Storage) -> None:
        for age in (0, 1, 5, 40, 800):
            article = new_article(f"Banjir {age}", url=f"https://a.example/{age}", published_at=NOW - age * DAY)
            await save(storage, article)
        assert set(await titles(storage, "banjir sejak:7hari")) == {"Banjir 0", "Banjir 1", "Banjir 5"}
        assert await titles(storage, "banjir sejak:kemarin sampai:kemarin") == ["Banjir 1"]
        last_year = NOW.year - 1
        assert await titles(storage, f"banjir sampai:{last_year}") == ["Banjir 800"]

    async def test_a_new_version_loses_its_old_words_and_keeps_its_tags(self, storage: Storage) -> None:
        await save(storage, new_article("Kabar kota", FLOOD, outlet="Satu"))
        await save(storage, new_article("Kabar kota", RICE, outlet="Satu"))
        assert await titles(storage, "beras sumber:satu") == ["Kabar kota"]
        assert await titles(storage, "meluap sumber:satu") == []

    async def test_texts_about_found_articles_are_marked(self, storage: Storage) -> None:
        [article_id] = await save(storage, new_article("Kabar kota", FLOOD))
        texts = [(article_id, "Banjir <b>besar</b>"), (article_id, "Kabar singkat")]
        told, passage = await storage.mark_found("kebanjiran", texts, NOW)
        assert (told.text, told.marks) == ("Banjir <b>besar</b>", ((0, 6),))
        assert passage.text.startswith("Banjir merendam")
        [unmarked] = await storage.mark_found("gempa", texts[:1], NOW)
        assert unmarked == Passage("Banjir <b>besar</b>")

    async def test_a_phrase_does_not_reach_from_the_title_into_the_body(self, storage: Storage) -> None:
        await save(storage, new_article("Warga Sagara waspada", "Banjir surut."), new_article("Waspada banjir", RICE))
        assert await titles(storage, '"waspada banjir"') == ["Waspada banjir"]

    async def test_a_word_without_end_is_found_and_harms_nothing(self, storage: Storage) -> None:
        endless = "ha" * 2000
        await save(storage, new_article(f"Tawa {endless}", f"Kabar {endless} lagi.", outlet=endless))
        assert await titles(storage, endless) == [f"Tawa {endless}"]
        assert await titles(storage, f"tawa sumber:{endless}") == [f"Tawa {endless}"]

    async def test_the_name_of_an_outlet_is_no_word_of_its_articles(self, storage: Storage) -> None:
        await save(storage, new_article("Pasar ramai", RICE, outlet="Bama"))
        assert await titles(storage, "pasar sumber:bama") == ["Pasar ramai"]
        assert await titles(storage, "2026") == []
