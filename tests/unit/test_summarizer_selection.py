import pytest

from summarizer.selection import MAX_WORDS, Candidate, is_sound, pick_short, points_back, select


def candidates(*texts: str, scores: list[float] | None = None) -> list[Candidate]:
    scores = scores or [-float(at) for at in range(len(texts))]
    return [Candidate(text, score, at) for at, (text, score) in enumerate(zip(texts, scores, strict=True))]


def unlike(one: int, other: int) -> float:
    return 0.0


def of_words(count: int, opening: str = "Warga") -> str:
    return " ".join([opening] + ["padi"] * (count - 1)) + "."


def chosen(rows: list[Candidate], similarity=unlike) -> list[int]:
    return [candidate.position for candidate in select(rows, similarity)]


def test_the_best_scores_win_and_source_order_is_kept() -> None:
    rows = candidates(*[of_words(30)] * 4, scores=[0.1, 0.9, 0.2, 0.8])
    assert chosen(rows) == [1, 3]


def test_nothing_is_added_once_there_are_enough_words() -> None:
    assert chosen(candidates(*[of_words(27)] * 5)) == [0, 1]


def test_what_does_not_fit_into_eighty_words_gives_way_to_what_does() -> None:
    rows = candidates(of_words(40), of_words(60), of_words(20))
    assert chosen(rows) == [0, 2]
    assert sum(row.words for row in select(rows, unlike)) <= MAX_WORDS


def test_a_single_long_sentence_is_a_digest() -> None:
    assert chosen(candidates(of_words(120))) == [0]


def test_a_repetition_is_left_out() -> None:
    rows = candidates(*[of_words(20)] * 4)
    assert chosen(rows, lambda i, j: 0.9 if {i, j} == {0, 1} else 0.1) == [0, 2, 3]


@pytest.mark.parametrize(
    "opening", ["Ia", "“Dia", "Namun,", "Selain itu,", "Hal itu", "Meski demikian,", "Akan tetapi,"]
)
def test_a_sentence_that_points_back_is_left_out_without_its_predecessor(opening: str) -> None:
    rows = candidates(of_words(30), of_words(75), of_words(25, opening), of_words(25), scores=[4, 1, 3, 2])
    assert chosen(rows) == [0, 3]


def test_a_sentence_that_points_back_follows_its_predecessor() -> None:
    rows = candidates(of_words(20), of_words(20), of_words(20, "Ia"), scores=[1, 2, 3])
    assert chosen(rows) == [0, 1, 2]


def test_neighbours_in_the_list_that_are_not_neighbours_in_the_article_do_not_count() -> None:
    rows = [Candidate(of_words(30), 3, 0), Candidate(of_words(25, "Ia"), 2, 2), Candidate(of_words(25), 1, 3)]
    assert [row.position for row in select(rows, unlike)] == [0, 3]


def test_an_article_that_only_points_back_still_gives_a_sentence() -> None:
    assert chosen(candidates(of_words(10, "Ia"), of_words(10, "Namun"))) == [0]


@pytest.mark.parametrize("text", ["Diasporanya pulang.", "Iaitu nama desa.", "Lalulintas padat.", "Inilahkota maju."])
def test_a_longer_word_does_not_point_back(text: str) -> None:
    assert not points_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "Dia membuka pasar itu bersama warga.",
        "“Kami membuka pasar itu bersama warga.",
        "Syarat pendaftaran lelang itu sebagai berikut:",
        "Pasar (yang lama ditutup itu dibuka lagi.",
        "Kapan pasar itu dibuka bagi warga?",
        "Pasar dibuka.",
        "1. “Kereta Malam ke Lembayan” (Bima Aji).",
        "• Pasar itu menampung 1.240 pedagang lama.",
        "Berikut lima hal yang perlu diketahui tentang pasar lama.",
        "Berikut petikannya.",
    ],
)
def test_what_cannot_stand_alone_is_not_sound(text: str) -> None:
    assert not is_sound(text)


@pytest.mark.parametrize(
    "text", ["Berikutnya, pasar dibuka bagi semua pedagang.", "12 pasar dibuka bagi pedagang lama."]
)
def test_prose_that_only_looks_like_a_list_is_sound(text: str) -> None:
    assert is_sound(text)


def test_a_digest_takes_no_item_of_a_list_while_there_is_prose() -> None:
    rows = candidates(of_words(20), "Berikut lima fakta tentang pasar.", "1. " + of_words(20), of_words(20))
    assert chosen(rows) == [0, 3]
    assert chosen(rows[1:3]) == [1, 2]


def test_a_first_sentence_of_32_words_is_the_short_form_whatever_scores_better() -> None:
    rows = candidates(of_words(32), of_words(8), scores=[0.1, 0.9])
    assert pick_short(rows) == rows[0].text
    assert pick_short(candidates(of_words(33), of_words(8), scores=[0.1, 0.9])) == of_words(8)
    assert pick_short(candidates("1. " + of_words(20), of_words(8))) == of_words(8)


def test_the_short_form_is_the_best_sound_sentence_of_at_most_25_words() -> None:
    rows = candidates(of_words(40), of_words(8, "Ia"), of_words(20), of_words(10))
    assert pick_short(rows) == rows[2].text


def test_without_a_short_sentence_the_shortest_sound_one_is_taken() -> None:
    rows = candidates(of_words(40), of_words(30), of_words(26, "Ia"))
    assert pick_short(rows) == rows[1].text


def test_the_short_form_does_not_open_with_something_named_before() -> None:
    candidates = [
        Candidate("Peringatan itu dikeluarkan pada Senin petang oleh badan setempat.", 0.9, 1),
        Candidate("Nelayan Lembayan diminta tidak melaut sampai gelombang tinggi reda.", 0.5, 2),
        Candidate("Film baru tersebut diputar di tiga kota sejak pekan lalu.", 0.8, 3),
    ]
    assert pick_short(candidates).startswith("Nelayan Lembayan")
    assert pick_short(candidates[:1]).startswith("Peringatan itu")
