"""Who is meant by a bare name. All sentences are fictional."""

import pytest

from summarizer.introductions import bare_name, introductions, speakers

FULL = "Kepala Dinas Air Sura Laksana meresmikan bendungan baru di Karangsari."


@pytest.mark.parametrize(
    "sentence",
    [
        "Sura mengatakan bendungan itu aman.",
        "Laksana juga berterima kasih kepada warga.",
        "“Bendungan ini aman,” kata Sura.",
        "Bendungan itu aman, ujar Sura saat ditemui di kantornya.",
        "Menurut Sura, bendungan itu aman.",
    ],
)
def test_a_bare_name_needs_the_sentence_that_has_the_whole_one(sentence: str) -> None:
    assert introductions(["Hujan deras turun.", FULL, sentence]) == {2: [1]}


def test_any_of_several_introductions_will_do() -> None:
    assert introductions([FULL, "Warga menyambut Sura Laksana.", "Sura tersenyum.", "Sura mengatakan aman."]) == {
        3: [0, 1]
    }


@pytest.mark.parametrize(
    "sentence",
    [
        "Sura Laksana mengatakan bendungan itu aman.",
        "Polisi mengatakan jalan ke bendungan ditutup.",
        "Warga juga berterima kasih.",
        "“Bendungan ini aman,” kata Sura Laksana.",
        "Bendungan itu aman.",
    ],
)
def test_a_whole_name_and_a_common_noun_need_nothing(sentence: str) -> None:
    assert introductions([FULL, sentence]) == {}


def test_a_name_that_is_never_introduced_binds_nothing() -> None:
    assert introductions(["Hujan deras turun.", "Tirta mengatakan hujan akan reda."]) == {}


def test_an_age_beside_a_name_introduces_it() -> None:
    panitia = "Ketua panitia kurban Masjid Wening, Laksana (50), menerima sapi."
    assert introductions(["Hujan turun.", panitia, "Laksana mengatakan sapi itu sehat."]) == {2: [1]}


def test_a_title_in_brackets_before_a_name_introduces_it() -> None:
    head = "Menteri Sungai dan Danau (Mensuda) Laksana menerima sapi."
    assert introductions(["Hujan turun.", head, "Laksana mengatakan sapi itu sehat."]) == {2: [1]}


def test_katanya_needs_the_sentence_that_says_who_speaks_or_the_one_before() -> None:
    sentences = [FULL, "“Air ini bersih,” kata Sura Laksana.", "Hujan turun.", "“Kami siap,” katanya."]
    assert speakers(sentences) == {3: [1, 2]}


def test_katanya_that_nobody_is_named_for_is_not_listed() -> None:
    assert speakers(["Hujan turun.", "“Kami siap,” katanya."]) == {}


def test_a_bare_name_is_found_and_a_whole_one_is_none() -> None:
    assert bare_name("Sura mengatakan bendungan itu aman.") == "Sura"
    assert bare_name("Sura Laksana mengatakan bendungan itu aman.") == ""
    assert bare_name("Jalan itu ditutup, kata Sura Laksana.") == ""
