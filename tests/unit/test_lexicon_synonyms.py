"""The lists of spoken words and abbreviations that search uses."""

from __future__ import annotations

from summarizer.lexicon import synonyms
from summarizer.text import stems, words


def test_spoken_words_lead_to_written_ones_and_not_back() -> None:
    assert ("lowongan", "kerja") in synonyms()[("loker",)]
    assert ("tidak",) in synonyms()[("gak",)]
    assert ("gak",) not in synonyms().get(("tidak",), ())


def test_abbreviations_and_their_long_forms_lead_to_each_other() -> None:
    assert ("mahkamah", "konstitusi") in synonyms()[("mk",)]
    assert ("mk",) in synonyms()[("mahkamah", "konstitusi")]


def test_one_abbreviation_may_stand_for_two_things() -> None:
    assert {("perserikatan", "bangsa", "bangsa"), ("pajak", "bumi", "dan", "bangunan")} <= set(synonyms()[("pbb",)])


def test_every_entry_says_something_else_than_its_key() -> None:
    assert len(synonyms()) > 800
    for key, forms in synonyms().items():
        assert key
        for form in forms:
            assert form
            assert stems(" ".join(form)) != stems(" ".join(key)), key
            assert tuple(words(" ".join(form))) == form
