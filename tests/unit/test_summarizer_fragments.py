"""Sentences that tell a reader nothing by themselves. All are fictional."""

import pytest

from summarizer.fragments import is_commonplace, is_fragment, promised, shows, speaks_up, states


@pytest.mark.parametrize(
    "sentence",
    [
        "Membuat pembeli di pasar rela antre.",
        "Adapun dermaga yang meliputi ruang tunggu, kantin dan pagar untuk tahun anggaran 2031.",
        'Sura merintis usaha keripik "Sudah berjualan sejak masih kuliah dulu," kata Sura.',
        "Pupuk dibagi menjadi empat jenis, yakni: Belakangan petani memakai semuanya.",
        "Petani memakai cara berikut ini: Sura menanam padi di tepi sungai.",
        "Api membakar tiga gudang beras di Kampung Wening Ia menyebut warga selamat.",
        "Warga dapat menanam padi di lahan desa (LD) Caranya melalui lelang.",
        "Penyebab Kebakaran Gudang Menurut polisi, api berasal dari tungku.",
        "Pentingnya Pupuk Kandang Pupuk kandang menambah panen.",
        "Harga Beras Bisa Naik Lagi Harga beras di pasar naik sejak Senin.",
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
        "Menteri Sungai dan Danau Tirta Laksana mengatakan panen naik.",
        "Buku 'Kini Sungai kami' karya Sura dicetak lagi.",
        "Rancangan Peraturan Menteri Sungai mewajibkan pabrik membayar.",
    ],
)
def test_a_whole_sentence_is_none(sentence: str) -> None:
    assert not is_fragment(sentence)


def test_a_sentence_that_sends_its_reader_to_the_page_shows() -> None:
    assert shows("Simak di sini jadwal lengkap Piala Wening.")
    assert shows("Ada enam perbedaan pada gambar-gambar berikut.")
    assert shows("Kenali tanda padi yang kurang air.")
    assert shows("Hasil lomba panen Piala Wening sudah bisa dilihat.")
    assert not shows("Enam gambar dipamerkan pada pekan berikutnya.")


def test_a_sentence_that_announces_speech_is_not_one_that_tells_what_was_said() -> None:
    assert speaks_up("Sura Laksana buka suara soal jembatan Wening.")
    assert not speaks_up("Sura Laksana buka suara dan menyebut jembatan Wening aman.")
    assert states("Jembatan itu aman, kata Sura.")


@pytest.mark.parametrize(
    "sentence",
    [
        "Berkebun kini semakin digemari warga kota.",
        "Tubuh yang sehat menjadi impian banyak orang.",
        "Tren berkebun di Wening meningkat.",
        "Menanam padi tidak cukup hanya dengan pupuk.",
    ],
)
def test_what_is_always_so_and_what_is_a_trend_are_commonplaces(sentence: str) -> None:
    assert is_commonplace(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Berkebun kini semakin digemari 40 warga kota.",
        "Sura Laksana dan Tirta kini semakin digemari warga Wening.",
        "Warga Wening menanam padi.",
    ],
)
def test_a_figure_names_or_an_event_are_none(sentence: str) -> None:
    assert not is_commonplace(sentence)


@pytest.mark.parametrize(
    ("headline", "told", "untold"),
    [
        ("Panen Wening Gagal, Ini Alasannya", "Panen gagal karena hujan.", "Panen di Wening gagal."),
        ("Segini Harga Beras", "Beras dijual Rp 9.000.", "Harga beras naik."),
        ("Jadwal Piala Wening", "Laga dimulai pukul 15.00 WIB.", "Laga digelar di Wening."),
        ("Hasil Piala Wening", "Sukatani menang 2-0.", "Sukatani menang."),
    ],
)
def test_what_a_headline_promises_is_known_where_it_is_told(headline: str, told: str, untold: str) -> None:
    [promise] = promised(headline)
    assert promise.search(told)
    assert not promise.search(untold)
    assert promised("Bupati Membuka Pasar Wening") == []
