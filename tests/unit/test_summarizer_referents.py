"""What "riset tersebut" points at. All sentences are fictional."""

import pytest

from summarizer.referents import leans_on_last, referents

LEAD = "Warga Wening mencuci beras di sungai."
STUDY = "Sura Laksana memimpin riset di Lembayan."


@pytest.mark.parametrize(
    "sentence",
    ["Riset tersebut memakai air sumur.", "Riset ini memakai air sumur.", "Air sumur dipakai oleh riset tersebut."],
)
def test_a_thing_named_before_needs_a_sentence_that_speaks_of_it_or_the_one_before(sentence: str) -> None:
    assert referents([LEAD, STUDY, "Hujan turun di Sukatani.", sentence]) == {3: [1, 2]}


def test_an_event_is_told_by_the_first_sentence() -> None:
    sentences = ["Gudang di Wening terbakar.", "Hujan turun.", "Angin bertiup.", "Peristiwa itu terjadi pada Senin."]
    assert referents(sentences) == {3: [0, 2]}


@pytest.mark.parametrize(
    "sentence",
    [
        "Pada tahun ini panen naik.",
        "Panen hari ini naik.",
        "Riset Sura baru saja dimulai pada Senin dan riset tersebut memakai air.",
    ],
)
def test_a_time_and_what_the_sentence_names_itself_need_none(sentence: str) -> None:
    assert referents([LEAD, STUDY, sentence]) == {}


def test_the_first_sentence_needs_nothing() -> None:
    assert referents(["Riset tersebut memakai air sumur.", LEAD]) == {}


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("Tak hanya kompak, mereka juga memasak bersama.", True),
        ("Keributan dipicu senggolan antara keduanya.", True),
        ("Bagi para petani, mereka adalah pahlawan.", False),
        ("Setelah Sura dan Tirta tiba, keduanya memasak.", False),
        ("Panen di Wening naik.", False),
    ],
)
def test_they_after_an_opening_leans_on_the_sentence_before_unless_it_names_several(sentence: str, leans: bool) -> None:
    assert leans_on_last(sentence) is leans
