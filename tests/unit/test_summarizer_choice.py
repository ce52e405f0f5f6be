"""Which sentences make a digest, given how likely an editor would use each word."""

import numpy as np
import pytest

from summarizer.choice import MAX_WORDS, MIN_WORDS, Candidate, select, subsets


def candidate(text: str, position: int, kept: float, *, odds: float | None = None) -> Candidate:
    words = text.lower().replace(".", "").replace(",", "").split()
    odds = kept if odds is None else odds
    return Candidate(text, position, words, np.full(len(words), kept), np.full(len(words), kept / 2), odds)


def sentence(name: str, words: int) -> str:
    """A sentence of so many words that shares none with another name."""
    return " ".join(f"{name}{at}" for at in range(words)).capitalize() + "."


def unlike(_: int, __: int) -> float:
    return 0.0


def texts(chosen: list[Candidate]) -> list[str]:
    return [c.text.split()[0] for c in chosen]


def test_likely_sentences_are_taken_in_the_order_of_the_article() -> None:
    article = [
        candidate(sentence("satu", 20), 0, 0.8),
        candidate(sentence("dua", 20), 1, 0.1),
        candidate(sentence("tiga", 20), 2, 0.7),
        candidate(sentence("empat", 20), 3, 0.9),
    ]
    assert texts(select(article, unlike)) == ["Satu0", "Tiga0", "Empat0"]


def test_a_digest_has_45_to_80_words_where_the_article_has_them() -> None:
    article = [candidate(sentence(f"kata{at}x", 18), at, 0.9 - at / 20) for at in range(10)]
    total = sum(c.length for c in select(article, unlike))
    assert MIN_WORDS <= total <= MAX_WORDS


def test_even_dull_sentences_fill_a_digest_up_to_45_words() -> None:
    article = [candidate(sentence("berita", 20), 0, 0.9)] + [
        candidate(sentence(f"kata{at}x", 20), at, 0.05) for at in range(1, 6)
    ]
    assert sum(c.length for c in select(article, unlike)) >= MIN_WORDS


def test_a_short_article_is_given_whole() -> None:
    article = [candidate(sentence("satu", 8), 0, 0.9), candidate(sentence("dua", 8), 1, 0.9)]
    assert texts(select(article, unlike)) == ["Satu0", "Dua0"]


def test_one_endless_sentence_is_better_than_none() -> None:
    [only] = select([candidate(sentence("panjang", 300), 0, 0.5)], unlike)
    assert only.length == 300


@pytest.mark.parametrize("opening", ["Ia", "Namun", "Hal itu", "Mereka"])
def test_a_sentence_that_points_back_comes_only_after_the_one_before_it(opening: str) -> None:
    article = [
        candidate(sentence("lead", 25), 0, 0.9),
        candidate(sentence("biasa", 25), 1, 0.2),
        candidate(f"{opening} {sentence('menarik', 22)}", 2, 0.8),
        candidate(sentence("lain", 25), 3, 0.5),
    ]
    taken = [c.position for c in select(article, unlike)]
    assert 2 not in taken or 1 in taken
    assert taken == [0, 3] or taken == [0, 1, 2]


def test_a_connective_that_can_go_does_not_bind_a_sentence_to_the_one_before_it() -> None:
    article = [
        candidate(sentence("lead", 25), 0, 0.9),
        candidate(sentence("biasa", 25), 1, 0.1),
        candidate(f"Sementara itu, {sentence('menarik', 22)}", 2, 0.8),
    ]
    assert [c.position for c in select(article, unlike)] == [0, 2]


def test_a_sentence_that_points_back_never_opens_a_digest() -> None:
    article = [candidate(f"Ia {sentence('pembuka', 25)}", 0, 0.9), candidate(sentence("isi", 30), 1, 0.3)]
    assert texts(select(article, unlike)) == ["Isi0"]


def test_of_two_sentences_that_say_the_same_one_is_taken() -> None:
    article = [
        candidate(sentence(name, 22), at, 0.8 - at / 10) for at, name in enumerate(("satu", "dua", "tiga", "empat"))
    ]
    chosen = select(article, lambda i, j: 0.95 if {i, j} == {0, 1} else 0.0)
    assert {0, 1} - {c.position for c in chosen}


def test_words_that_are_told_already_count_for_less() -> None:
    lead = candidate(sentence("berita", 28), 0, 0.9)
    again = candidate(sentence("berita", 28), 1, 0.7, odds=0.5)
    new = candidate(sentence("kabar", 28), 2, 0.6, odds=0.5)
    assert [c.position for c in select([lead, again, new], unlike)] == [0, 2]


@pytest.mark.parametrize(
    "broken",
    ["Berikut lima hal yang perlu diketahui:", '"Kami siap kata dia lalu pergi jauh sekali.', "1. Beras dan gula."],
)
def test_broken_sentences_and_lists_are_left_out_where_there_is_prose(broken: str) -> None:
    article = [
        candidate(broken, 0, 0.99),
        candidate(sentence("prosa", 20), 1, 0.3),
        candidate(sentence("lagi", 20), 2, 0.3),
    ]
    assert [c.position for c in select(article, unlike)] == [1, 2]


def test_a_list_is_given_where_there_is_nothing_else() -> None:
    article = [candidate(f"{at + 1}. {sentence(f'butir{at}x', 10)}", at, 0.5) for at in range(3)]
    assert len(select(article, unlike)) >= 1


def test_subsets_are_all_choices_of_up_to_so_many() -> None:
    table = subsets(4, 2)
    assert len(table) == 4 + 6
    assert len({tuple(row) for row in table.tolist()}) == 10
    assert set(table.sum(1)) == {1, 2}


@pytest.mark.parametrize("opening", ["Film itu", "Melihat kebutuhan tersebut, warga", "Karena hal ini, warga"])
def test_what_was_named_before_does_not_open_a_digest(opening: str) -> None:
    article = [
        candidate(sentence("lead", 25), 0, 0.3),
        candidate(f"{opening} {sentence('menarik', 24)}", 1, 0.9),
        candidate(sentence("lain", 30), 2, 0.8),
    ]
    taken = [c.position for c in select(article, unlike)]
    assert taken[0] != 1


def test_this_year_is_nothing_that_was_named_before() -> None:
    article = [candidate(sentence("lead", 25), 0, 0.1), candidate(f"Pada tahun ini {sentence('panen', 50)}", 1, 0.9)]
    assert [c.position for c in select(article, unlike)] == [1]


@pytest.mark.parametrize("mark", ["?", "?”", '?"'])
def test_a_question_is_left_out_where_anything_is_told(mark: str) -> None:
    article = [
        candidate(sentence("apa", 25).removesuffix(".") + mark, 0, 0.9),
        candidate(sentence("kabar", 30), 1, 0.3),
        candidate(sentence("lagi", 25), 2, 0.3),
    ]
    assert [c.position for c in select(article, unlike)] == [1, 2]


def test_riset_tersebut_comes_only_with_a_sentence_that_speaks_of_it() -> None:
    article = [
        candidate(sentence("lead", 25), 0, 0.9),
        candidate(f"Sura memimpin riset {sentence('studi', 22)}", 1, 0.1),
        candidate(sentence("jeda", 25), 2, 0.1),
        candidate(f"Riset tersebut {sentence('menarik', 22)}", 3, 0.8),
        candidate(sentence("lain", 25), 4, 0.5),
    ]
    taken = [c.position for c in select(article, unlike)]
    assert 3 not in taken or {1, 2} & set(taken)


def test_announced_speech_comes_only_with_what_was_said() -> None:
    article = [
        candidate(f"Sura buka suara soal {sentence('lead', 22)}", 0, 0.9),
        candidate(sentence("biasa", 35), 1, 0.6),
        candidate(f"Sura menyebut {sentence('isi', 22)}", 2, 0.2),
    ]
    assert [c.position for c in select(article, unlike)] == [0, 2]


def test_of_two_equal_choices_the_one_that_tells_the_headline_is_taken() -> None:
    article = [candidate(sentence(name, 30), at, 0.5) for at, name in enumerate(("satu", "dua", "panen"))]
    assert 2 in [c.position for c in select(article, unlike, "Panen0 panen1 panen2 panen3")]


@pytest.mark.parametrize("useless", ["Simak di sini jadwalnya.", "Membuat pembeli di pasar rela antre."])
def test_fragments_and_pointers_to_the_page_are_left_out(useless: str) -> None:
    article = [
        candidate(useless, 0, 0.99),
        candidate(sentence("prosa", 25), 1, 0.3),
        candidate(sentence("lagi", 25), 2, 0.3),
    ]
    assert [c.position for c in select(article, unlike)] == [1, 2]


def test_katanya_comes_only_with_the_sentence_that_says_who_speaks() -> None:
    article = [
        candidate(sentence("lead", 25), 0, 0.9),
        candidate(f"{sentence('isi', 18)[:-1]}, kata Sura Laksana.", 1, 0.1),
        candidate(sentence("jeda", 25), 2, 0.1),
        candidate(f"“{sentence('menarik', 22)[:-1]},” katanya.", 3, 0.8),
        candidate(sentence("lain", 25), 4, 0.5),
    ]
    taken = [c.position for c in select(article, unlike)]
    assert 3 not in taken or {1, 2} & set(taken)


def test_keduanya_after_an_opening_comes_only_after_the_sentence_before_it() -> None:
    article = [
        candidate(sentence("lead", 25), 0, 0.9),
        candidate(sentence("jeda", 25), 1, 0.1),
        candidate(f"Tak lama berselang, keduanya {sentence('menarik', 22)}", 2, 0.8),
        candidate(sentence("lain", 25), 3, 0.5),
    ]
    assert [c.position for c in select(article, unlike)] in ([0, 3], [0, 1, 2])


def test_a_commonplace_does_not_open_where_the_news_is_as_likely() -> None:
    article = [
        candidate("Kini berkebun di rumah semakin digemari para warga kota yang ingin makan sayur segar.", 0, 0.5),
        candidate(sentence("kabar", 28), 1, 0.5),
        candidate(sentence("lagi", 28), 2, 0.5),
    ]
    assert [c.position for c in select(article, unlike)] == [1, 2]


def test_of_two_equal_choices_the_one_that_tells_what_is_promised_is_taken() -> None:
    article = [
        candidate(sentence("satu", 30), 0, 0.5),
        candidate(sentence("dua", 30), 1, 0.5),
        candidate(f"{sentence('tiga', 26)[:-1]} pukul 15.00 WIB nanti.", 2, 0.5),
    ]
    assert 2 in [c.position for c in select(article, unlike, "Kapan Panen")]


def test_what_answers_to_a_commonplace_comes_without_it() -> None:
    article = [
        candidate(sentence("lead", 25), 0, 0.1),
        candidate(f"Menanggapi keluhan itu, Sura {sentence('menarik', 25)}", 1, 0.9),
        candidate(sentence("lain", 30), 2, 0.8),
    ]
    assert [c.position for c in select(article, unlike)] == [1, 2]
