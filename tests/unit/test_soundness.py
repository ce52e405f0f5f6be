"""Digests of whole sentences that point at what was left out."""

from summarizer.soundness import dangling, half_pairs, orphaned_pronouns, orphaned_quotes

ARTICLE = [
    "Bupati Rukmini Sasmaya meresmikan jembatan di Teluk Wangi.",
    "Ia berharap warga merawatnya.",
    '"Jembatan ini milik kita semua sampai nanti."',
    "Warga menyambut peresmian itu.",
    "Namun, jalan masuk belum diaspal.",
]


def test_an_opening_that_points_back_dangles_without_the_sentence_before_it() -> None:
    assert dangling([ARTICLE[0], ARTICLE[4]], ARTICLE) == [ARTICLE[4]]
    assert dangling([ARTICLE[3], ARTICLE[4]], ARTICLE) == []


def test_an_opening_does_not_dangle_after_its_shortened_predecessor() -> None:
    shortened = "Rukmini Sasmaya meresmikan jembatan."
    assert dangling([shortened, ARTICLE[1]], ARTICLE) == []
    assert dangling(["Rukmini Sasmaya menutup jembatan.", ARTICLE[1]], ARTICLE) == [ARTICLE[1]]


def test_the_first_sentence_of_a_digest_dangles_when_it_points_back() -> None:
    assert dangling([ARTICLE[1]], ARTICLE) == [ARTICLE[1]]


def test_speech_without_a_speaker_is_orphaned() -> None:
    assert orphaned_quotes([ARTICLE[0], ARTICLE[2]], ARTICLE) == [ARTICLE[2]]


def test_speech_with_its_speaker_is_not_orphaned() -> None:
    assert orphaned_quotes(['"Jembatan ini milik kita semua sampai nanti," kata Rukmini.'], ARTICLE) == []


def test_speech_is_not_orphaned_beside_the_sentence_that_names_its_speaker() -> None:
    speaker = "Hal itu dikatakan Rukmini, begitu ia menyebutnya kepada warga."
    assert orphaned_quotes([ARTICLE[2], speaker], [ARTICLE[2], speaker]) == []
    assert orphaned_quotes([ARTICLE[2], speaker], [ARTICLE[2], ARTICLE[3], speaker]) == [ARTICLE[2]]


def test_a_quoted_title_needs_no_speaker() -> None:
    assert orphaned_quotes(['Buku "Laut Sunyi" terbit pekan ini.'], ARTICLE) == []


def test_a_pronoun_without_a_name_before_it_is_orphaned() -> None:
    assert orphaned_pronouns(["Dia belum bersedia berbicara."]) == ["Dia belum bersedia berbicara."]
    assert orphaned_pronouns([ARTICLE[0], ARTICLE[1]]) == []


def test_a_pronoun_inside_speech_is_not_orphaned() -> None:
    assert orphaned_pronouns(['"Mereka selamat," kata Rukmini.']) == []


def test_half_a_pair_of_marks_is_found() -> None:
    assert half_pairs(['Ia berkata, "Mari pulang.', "Harga (eceran naik.", "Harga naik."]) == [
        'Ia berkata, "Mari pulang.',
        "Harga (eceran naik.",
    ]
