"""The passage under a search result, and what is marked in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import Passage
from bot.storage.snippet import LENGTH, make_passage, mark
from bot.terms import read_words
from tests.records import FLOOD

LONG = " ".join(["pembuka"] * 60) + " Sungai Lirih meluap pada Senin malam. " + " ".join(["penutup"] * 60)


def marked(passage: Passage) -> list[str]:
    return [passage.text[start:end] for start, end in passage.marks]


def stems(text: str) -> set[str]:
    return {word.stem for word in read_words(text)}


def test_a_short_text_is_shown_whole() -> None:
    passage = make_passage("Sungai\n\nLirih  meluap.", stems("sungai"))
    assert (passage.text, marked(passage)) == ("Sungai Lirih meluap.", ["Sungai"])


def test_the_match_stands_in_the_passage_with_words_before_it() -> None:
    passage = make_passage(LONG, stems("meluapkan"))
    assert "Sungai Lirih meluap pada" in passage.text
    assert passage.text.startswith("…pembuka")
    assert passage.text.endswith("penutup…")
    assert marked(passage) == ["meluap"]


def test_without_a_match_the_passage_is_the_beginning() -> None:
    passage = make_passage(FLOOD, stems("gempa"))
    assert passage.text.startswith("Banjir merendam")
    assert passage.text.endswith("…")
    assert FLOOD.startswith(passage.text[:-1] + " ")
    assert passage.marks == ()


def test_a_match_at_the_end_shows_the_end() -> None:
    passage = make_passage(FLOOD, stems("dipadamkan"))
    assert passage.text.startswith("…")
    assert passage.text.endswith("masih dipadamkan.")
    assert marked(passage) == ["dipadamkan"]


def test_the_passage_with_most_of_the_words_is_shown() -> None:
    text = "Beras mahal. " + "isi " * 80 + "Beras impor datang di pelabuhan. " + "isi " * 80
    assert marked(make_passage(text, stems("beras impor pelabuhan"))) == ["Beras", "impor", "pelabuhan"]


def test_a_phrase_is_shown_where_its_words_stand_together() -> None:
    text = "Kembar satu dan menara lain. " + "isi " * 80 + "Menara Kembar dibuka."
    phrase = " ".join(word.stem for word in read_words("menara kembar"))
    assert marked(make_passage(text, {phrase})) == ["Menara Kembar"]


def test_other_forms_and_other_words_are_marked_as_they_stand() -> None:
    passage = mark("Kebanjiran itu, kata Café Senja, bukan perkara ponsel.", {"banjir", "cafe", "ponsel"})
    assert passage.text.startswith("Kebanjiran itu")
    assert marked(passage) == ["Kebanjiran", "Café", "ponsel"]


def test_an_empty_text_has_no_passage() -> None:
    assert make_passage("", {"banjir"}) == Passage("")


@given(st.text(), st.text())
def test_any_text_gives_a_short_passage_of_it(body: str, query: str) -> None:
    passage = make_passage(body, stems(query))
    assert len(passage.text) <= LENGTH + 2
    assert passage.text.strip("…").strip() in " ".join(body.split())
    ends = [0, *(place for pair in passage.marks for place in pair), len(passage.text)]
    assert ends == sorted(ends)
    assert all(stems(word) <= stems(query) for word in marked(passage))


@pytest.mark.parametrize("word", ["a" * 500, "a" * 500 + " " + "b" * 500])
def test_a_word_that_never_ends_is_cut(word: str) -> None:
    assert len(make_passage(word, {"c"}).text) <= LENGTH + 2
