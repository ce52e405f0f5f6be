"""Sentences that tell a reader nothing by themselves. All are fictional."""

import pytest

from summarizer.fragments import is_fragment, shows, speaks_up, states


@pytest.mark.parametrize(
    "sentence",
    [
        "Membuat pembeli di pasar rela antre.",
        "Adapun dermaga yang meliputi ruang tunggu, kantin dan pagar untuk tahun anggaran 2031.",
        'Sura merintis usaha keripik "Sudah berjualan sejak masih kuliah dulu," kata Sura.',
        "Pupuk dibagi menjadi empat jenis, yakni: Belakangan petani memakai semuanya.",
    ],
)
def test_what_lacks_a_part_or_has_lost_a_full_stop_is_a_fragment(sentence: str) -> None:
    assert is_fragment(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Menaker Sura Laksana meminta pabrik itu membayar upah.",
        "Mencuci beras memicu panen gagal.",
        "Mengutip data dinas, harga beras naik.",
        "Menanam padi tidak mudah.",
        "Adapun dermaga yang baru akan dibuka pada Senin.",
        'Sura menulis "Jembatan ini untuk semua warga Wening," kata warga.',
        "Pupuk dibagi menjadi dua jenis, yakni: Urea dan kompos.",
    ],
)
def test_a_whole_sentence_is_none(sentence: str) -> None:
    assert not is_fragment(sentence)


def test_a_sentence_that_sends_its_reader_to_the_page_shows() -> None:
    assert shows("Simak di sini jadwal lengkap Piala Wening.")
    assert shows("Ada enam perbedaan pada gambar-gambar berikut.")
    assert not shows("Enam gambar dipamerkan pada pekan berikutnya.")


def test_a_sentence_that_announces_speech_is_not_one_that_tells_what_was_said() -> None:
    assert speaks_up("Sura Laksana buka suara soal jembatan Wening.")
    assert not speaks_up("Sura Laksana buka suara dan menyebut jembatan Wening aman.")
    assert states("Jembatan itu aman, kata Sura.")
