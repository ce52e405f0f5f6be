from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summarizer.language import is_indonesian
from summarizer.text import normalise, split_paragraphs, stems, words

# A slow machine is no failure.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("ke\u0301ju", "kéju"),
        ("pe\u00adme\u200brintah\ufeff", "pemerintah"),
        ("satu\u00a0dua\u2009 tiga\t empat", "satu dua tiga empat"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\n \n\n\nb", "a\n\nb"),
        ("bel\x07 \x00kosong", "bel kosong"),
        ("“kutip” ‘tunggal’ –", "“kutip” ‘tunggal’ –"),
        ("rusak\ud800", "rusak\ufffd"),
        ("👩\u200d🌾", "👩\u200d🌾"),
    ],
)
def test_normal_form(raw: str, expected: str) -> None:
    assert normalise(raw) == expected


@CALM
@given(st.text())
def test_the_normal_form_is_final_and_can_be_encoded(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    once.encode()


def test_an_empty_line_separates_paragraphs_and_so_does_a_line_break() -> None:
    assert split_paragraphs("Satu.\n\nDua.\nTiga.") == ["Satu.", "Dua.", "Tiga."]


def test_a_text_wrapped_at_a_column_is_joined() -> None:
    lines = [
        "Wali kota membuka pasar yang lama ditutup itu bersama",
        "Tirta Laksana dan para pedagang yang datang sejak",
        "pagi.",
    ]
    assert split_paragraphs("\n".join(lines)) == [" ".join(lines)]


def test_a_headline_is_not_joined_with_its_date_line() -> None:
    assert len(split_paragraphs("Pasar Lama Dibuka Kembali Setelah Dua Tahun Ditutup\nJumat, 22 November 2030")) == 2


def test_words_keep_numbers_and_apostrophes_and_part_hyphens() -> None:
    assert words("Jum'at, anak-anak U-22 membayar Rp1,5 dari 211.000.") == [
        "Jum'at",
        "anak",
        "anak",
        "U",
        "22",
        "membayar",
        "Rp1",
        "5",
        "dari",
        "211.000",
    ]


def test_forms_of_a_word_share_their_stem() -> None:
    assert len(set(stems("membangun dibangun Bangunan"))) == 1


@CALM
@given(st.text())
def test_there_is_one_stem_for_each_word(text: str) -> None:
    assert len(stems(text)) == len(words(text))


def test_stems_are_the_same_from_many_threads() -> None:
    text = "Kebanjiran pemerintahan memperbaiki jembatan sekolahan pelaporan " * 50
    expected = stems(text)
    with ThreadPoolExecutor(8) as pool:
        assert all(found == expected for found in pool.map(stems, [text] * 64))


INDONESIAN = [
    "Harga beras di pasar induk turun tipis pada pekan ini karena pasokan dari daerah mulai datang.",
    "Wali Kota Laksana Lantik Sembilan Camat",
    "Banjir Kali Wening Surut",
    "",
    "2030",
]
FOREIGN = [
    "The mayor said on Monday that the new bridge will be open to the public by the end of this month, and it is free.",
    "The bridge will be closed for the weekend",
    "Lirik lagu yang baru itu: the river and the moon will be with you when the night is gone and the sun is up.",
    "Le maire a déclaré lundi que le nouveau pont sera ouvert au public avant la fin du mois.",
    "Der Bürgermeister sagte am Montag, die neue Brücke werde noch vor Ende des Monats geöffnet werden.",
    "市长 周一 表示 新 桥 将 在 本月 底 之前 向 公众 开放 并且 完全 免费 通行 大家 都 很 高兴",
]


@pytest.mark.parametrize("text", INDONESIAN)
def test_indonesian_and_very_short_text_passes(text: str) -> None:
    assert is_indonesian(text)


@pytest.mark.parametrize("text", FOREIGN)
def test_another_language_is_noticed(text: str) -> None:
    assert not is_indonesian(text)


def test_utf_8_that_was_read_as_latin_1_is_put_right() -> None:
    assert normalise("90\u00c3\u009740 cm, Wening\u00c2\u00a0Baru") == "90×40 cm, Wening Baru"
    assert normalise("São Tomé") == "São Tomé"
