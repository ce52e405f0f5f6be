"""Sentence boundaries. All sentences are fictional and written for this project."""

import pytest

from summarizer.sentences import split_sentences

TWO_SENTENCES = [
    pytest.param("Rapat digelar di Kemenpan-RB.", "PT INKA ikut hadir.", id="hyphenated office, company"),
    pytest.param("Kapal dipimpin Capt. Sari Kenanga, M.Mar., sejak Senin.", "Awaknya sembilan.", id="Capt."),
    pytest.param("Ia bertemu Briptu. Bima dan Lettu. Tirta.", "Rapat usai.", id="ranks"),
    pytest.param("Ia menemui dr. Sari Kenanga di klinik.", "Obat lalu dibagikan.", id="dr."),
    pytest.param(
        "Prof. Dr. Ir. Bima Aji, S.H., M.Si. membuka acara.", "Tamu bertepuk tangan.", id="titles and degrees"
    ),
    pytest.param("Gugatan itu diajukan Bima Aji, S.H. pekan lalu.", "Sidang menyusul.", id="degree in mid-sentence"),
    pytest.param("Kuasa hukumnya ialah Bima Aji, S.H.", "Menurut dia, sidang ditunda.", id="degree at the end"),
    pytest.param("Anggarannya Rp 1,5 triliun untuk dua tahun.", "Dana itu dari pusat.", id="decimal comma"),
    pytest.param("Harganya Rp. 5.000 per butir.", "Telur langka.", id="Rp. with a full stop"),
    pytest.param("Taman itu dikunjungi 211.000 orang.", "Jumlahnya naik.", id="thousands"),
    pytest.param("Jembatan dibuka Jumat (22/11/2030).", "Warga berdatangan.", id="date in brackets"),
    pytest.param("Loket buka pk. 07.00 dan tutup pukul 15.30 WIB.", "Antrean panjang.", id="hours"),
    pytest.param("Buku itu ditulis H.M. Tirta dan A. Laksana.", "Isinya tentang kopi.", id="initials"),
    pytest.param("Aturan itu termuat dalam No. 12 Tahun 2030.", "Isinya sembilan pasal.", id="No. before a number"),
    pytest.param("Warga menjawab no.", "Panitia kecewa.", id="the word no"),
    pytest.param("Ia lama terdiam...", "Hadirin ikut diam.", id="ellipsis that ends"),
    pytest.param("Ia ... tidak jadi pulang.", "Hujan turun.", id="ellipsis in mid-sentence"),
    pytest.param("“Kami menanam. Kami memanen,” ujar Tirta.", "Panen raya pun tiba.", id="attribution after the quote"),
    pytest.param('"Kalau tidak, ya sepi."', "Ia berkata begitu sambil tertawa.", id="quote that ends"),
    pytest.param('"Kapan selesai?" tanya Tirta.', '"Besok!" jawab Laksana.', id="question inside a quote"),
    pytest.param("”Pasar itu ramai. Kini sepi,” kata Tirta.", "Pedagang mengeluh.", id="closing mark that opens"),
    pytest.param("Daftar ada di https://contoh.example/a.b?c=1.", "Unduh di sana.", id="address"),
    pytest.param("Iklan dimuat di Beritanusa.com bulan lalu.", "Iklan itu dicabut.", id="domain"),
    pytest.param("Petugas membawa beras, gula, dll.", "Semua habis dibagikan.", id="dll. closes a list"),
    pytest.param("Laba diumumkan PT Maju Tbk.", "Pada 2030 laba naik lagi.", id="Tbk. before a function word"),
    pytest.param("Sahamnya milik PT Maju Tbk. dan koperasi.", "Harga turun.", id="Tbk. in mid-sentence"),
    pytest.param("Ia butuh vitamin C.", "Selain itu, ia perlu tidur.", id="single letter at the end"),
    pytest.param("Rapat selesai.", "Dia pulang.", id="short"),
    pytest.param("Pembeli (lihat hal. 5. Ada dua) datang.", "Toko tutup.", id="full stop in brackets"),
    pytest.param("1. Beras merah dari Desa Sukatani.", "2. Gula aren dari Desa Karangsari.", id="numbered list"),
    pytest.param("Acara usai.", "iPhone undian dibawa pulang.", id="brand in lower case"),
    pytest.param("TAMU DISAMBUT DR. SARI DI BALAI.", "PT. MAJU MEMBERI HADIAH.", id="all capitals"),
    pytest.param("warga datang pagi.", "mereka pulang sore.", id="no capitals at all"),
]


@pytest.mark.parametrize(("first", "second"), TWO_SENTENCES)
def test_a_boundary_is_found_once(first: str, second: str) -> None:
    assert split_sentences(f"{first} {second}") == [first, second]


def test_a_lost_space_after_a_full_stop_is_a_boundary() -> None:
    assert split_sentences("Rapat itu selesai.Dia pulang ke rumah.") == ["Rapat itu selesai.", "Dia pulang ke rumah."]


def test_a_domain_is_not_taken_for_a_lost_space() -> None:
    assert split_sentences("Situs Beritanusa.Com tutup.") == ["Situs Beritanusa.Com tutup."]


def test_a_paragraph_end_ends_a_sentence_without_a_full_stop() -> None:
    assert split_sentences("Tanpa titik\n\nParagraf kedua.") == ["Tanpa titik", "Paragraf kedua."]


def test_a_quotation_that_is_never_closed_does_not_swallow_the_paragraph() -> None:
    sentences = split_sentences("“Kami siap. Ia mengulanginya. Lalu rapat usai.")
    assert sentences == ["“Kami siap.", "Ia mengulanginya.", "Lalu rapat usai."]


def test_a_very_long_quotation_is_split_like_prose() -> None:
    quotation = "“" + "Kami menanam padi di sawah yang luas itu. " * 20 + "Begitu,” ujar Tirta."
    assert len(split_sentences(quotation)) > 15


def test_an_empty_text_has_no_sentences() -> None:
    assert split_sentences("") == []


def test_a_year_of_the_hijra_ends_a_sentence_and_haji_does_not() -> None:
    assert split_sentences("Warga berkurban pada 1447 H. Sapi disembelih.") == [
        "Warga berkurban pada 1447 H.",
        "Sapi disembelih.",
    ]
    assert split_sentences("Sapi milik H. Sura disembelih.") == ["Sapi milik H. Sura disembelih."]


def test_a_space_lost_after_a_bracket_does_not_join_two_sentences() -> None:
    assert split_sentences("Laga digelar Kamis (2/5/2030).Wening unggul 2-0.") == [
        "Laga digelar Kamis (2/5/2030).",
        "Wening unggul 2-0.",
    ]
