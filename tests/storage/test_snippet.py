"""The passage under a search result."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InputError
from bot.storage.query import parse_query
from bot.storage.snippet import LENGTH, make_snippet
from tests.records import FLOOD

LONG = " ".join(["pembuka"] * 60) + " Sungai Lirih meluap pada Senin malam. " + " ".join(["penutup"] * 60)


def test_a_short_text_is_shown_whole() -> None:
    assert make_snippet("Sungai\n\nLirih  meluap.", parse_query("sungai")) == "Sungai Lirih meluap."


def test_the_match_stands_in_the_passage_with_words_before_it() -> None:
    snippet = make_snippet(LONG, parse_query("meluapkan"))
    assert "Sungai Lirih meluap pada" in snippet
    assert snippet.startswith("…pembuka")
    assert snippet.endswith("penutup…")


def test_without_a_match_the_passage_is_the_beginning() -> None:
    snippet = make_snippet(FLOOD, parse_query("gempa"))
    assert snippet.startswith("Banjir merendam")
    assert snippet.endswith("…")
    assert FLOOD.startswith(snippet[:-1] + " ")


def test_a_match_at_the_end_shows_the_end() -> None:
    snippet = make_snippet(FLOOD, parse_query("dipadamkan"))
    assert snippet.startswith("…")
    assert snippet.endswith("masih dipadamkan.")


def test_a_phrase_is_shown_where_its_words_stand_together() -> None:
    text = "Kembar satu dan menara lain. " + "isi " * 80 + "Menara Kembar dibuka."
    assert "Menara Kembar dibuka" in make_snippet(text, parse_query('"menara kembar"'))


def test_an_empty_text_has_no_passage() -> None:
    assert make_snippet("", parse_query("banjir")) == ""


@given(st.text(), st.text())
def test_any_text_gives_a_short_passage_of_it(body: str, query: str) -> None:
    try:
        parsed = parse_query(query)
    except InputError:
        return
    snippet = make_snippet(body, parsed)
    assert len(snippet) <= LENGTH + 2
    assert snippet.strip("…").strip() in " ".join(body.split())


@pytest.mark.parametrize("word", ["a" * 500, "a" * 500 + " " + "b" * 500])
def test_a_word_that_never_ends_is_cut(word: str) -> None:
    assert len(make_snippet(word, parse_query("c"))) <= LENGTH + 2
