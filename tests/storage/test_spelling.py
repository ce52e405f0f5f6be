"""Misspelt words: what they were meant to be, by letters and by sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.spelling import best_corrections, distance, is_correctable, sound, spelling_keys

INDEX = {
    "gubernur": 900,
    "soleh": 40,
    "kamera": 80,
    "sagara": 300,
    "segara": 2,
    "tirtamulya": 50,
    "haji": 100,
    "pasar": 700,
    "bahasa": 400,
    "psikolog": 30,
}


def correct(typed: str) -> str | None:
    sharing = [(word, count) for word, count in INDEX.items() if spelling_keys(word) & spelling_keys(typed)]
    found = best_corrections(typed, sharing)
    return found[0].word if found else None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gubenur", "gubernur"),
        ("gubernurr", "gubernur"),
        ("gubrenur", "gubernur"),
        ("gubarnur", "gubernur"),
        ("guburnor", "gubernur"),
        ("sholeh", "soleh"),
        ("kammera", "kamera"),
        ("sagra", "sagara"),
        ("tirtamulia", "tirtamulya"),
        ("hajji", "haji"),
        ("psikholog", "psikolog"),
        ("sgara", "sagara"),
        ("xyzzy", None),
        ("pasta", None),
    ],
)
def test_a_slip_leads_to_the_word_that_was_meant(typed: str, meant: str | None) -> None:
    assert correct(typed) == meant


def test_common_slips_are_nearer_than_other_letters() -> None:
    assert distance("hajji", "haji") < distance("hadji", "haji") <= distance("hatji", "haji")
    assert distance("sagra", "sagara") < distance("sagaka", "sagara")
    assert distance("asgara", "sagara") < distance("tagara", "sagara")


def test_old_and_new_spelling_sound_the_same() -> None:
    assert sound("soekarno") == sound("sukarno")
    assert sound("tjipto") == sound("cipto")
    assert sound("djakarta") == sound("jakarta")
    assert sound("achmad") == sound("acmad")


@pytest.mark.parametrize("word", ["ab", "2026", "covid19", "x" * 30, ""])
def test_numbers_and_what_is_too_short_or_long_are_left_alone(word: str) -> None:
    assert not is_correctable(word)


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12), st.data())
def test_a_word_shares_a_key_with_each_of_its_single_slips(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from("abcxyz"))
    slips = (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    )
    for slip in slips:
        assert spelling_keys(word) & spelling_keys(slip)
