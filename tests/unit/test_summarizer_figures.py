"""What a sentence counts, and what only looks like a count."""

import pytest

from summarizer.figures import find_figures, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.500", 12_500),
        ("6,1", 6.1),
        ("12,5 juta", 12_500_000),
        ("sebelas", 11),
        ("dua belas", 12),
        ("dua puluh tiga", 23),
        ("tiga ratus empat puluh lima ribu", 345_000),
        ("dua belas ribu lima ratus", 12_500),
        ("seribu", 1_000),
    ],
)
def test_numbers_are_read_in_figures_and_in_words(text: str, value: float) -> None:
    assert parse_number(text) == value


def test_an_hour_is_no_number() -> None:
    assert parse_number("17.00") is None


@pytest.mark.parametrize(
    ("sentence", "thing", "what", "text"),
    [
        ("Kecelakaan itu menewaskan sedikitnya 12 orang.", ("dead",), "menewaskan", "sedikitnya 12 orang"),
        ("Dua belas warga dilaporkan meninggal.", ("dead",), "meninggal", "dua belas warga"),
        (
            "Korban meninggal akibat banjir di Tirtamulya, Sagara, bertambah menjadi lima orang.",
            ("dead",),
            "korban meninggal",
            "lima orang",
        ),
        ("Jumlah korban jiwa kini 12 orang.", ("dead",), "korban jiwa", "12 orang"),
        ("Tiga anak tewas di lokasi.", ("dead", "anak"), "tewas", "tiga anak"),
        ("Sebanyak 14 orang luka berat.", ("injured", "berat"), "luka berat", "14 orang"),
        ("Dua warga masih hilang.", ("missing",), "hilang", "dua warga"),
        ("Pengungsi mencapai 12.150 jiwa.", ("displaced",), "pengungsi", "12.150 jiwa"),
        ("Polisi menetapkan tiga orang sebagai tersangka.", ("suspect",), "tersangka", "tiga orang"),
        ("Gempa bermagnitudo 6,1 mengguncang Maren.", ("magnitudo",), "magnitudo", "6,1"),
        (
            "Kerugian petani ditaksir mencapai sekitar Rp 63 miliar.",
            ("kerugian", "tani", "rp", ""),
            "kerugian petani",
            "sekitar Rp 63 miliar",
        ),
        (
            "Harga cabai rawit menyentuh Rp 98.000 per kilogram.",
            ("harga", "caba", "rawit", "rp", "kilogram"),
            "harga cabai rawit",
            "Rp 98.000 per kilogram",
        ),
        ("Sebanyak 3.850 rumah terendam.", ("rumah", "endam"), "rumah terendam", "3.850 rumah terendam"),
    ],
)
def test_a_figure_is_found_with_what_it_counts(sentence: str, thing: tuple[str, ...], what: str, text: str) -> None:
    [figure] = find_figures(sentence)
    assert (figure.thing, figure.what, figure.text) == (thing, what, text)


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("Korban tewas bertambah dua orang.", id="a change"),
        pytest.param("Antara 12 sampai 14 orang tewas.", id="a range"),
        pytest.param("Pada 2019, kecelakaan serupa menewaskan 31 orang.", id="history"),
        pytest.param("Sebelumnya tujuh orang dilaporkan tewas.", id="an earlier count"),
        pytest.param("Dua korban terakhir yang tewas ditemukan di sungai.", id="the last of them"),
        pytest.param("Dari 40 penumpang, 12 di antaranya tewas.", id="a part"),
        pytest.param("Acara dimulai pukul 19.30 WIB pada 24 November.", id="hour and date"),
        pytest.param("Skor 2-1 bertahan sampai menit ke-112.", id="a score"),
        pytest.param("Pemain berusia 34 tahun itu cedera.", id="an age"),
        pytest.param("Ia anggota Batalion 834 Wana Mukti.", id="a name with a number"),
        pytest.param("Mobil bernomor polisi B 1386 CH tewaskan pejalan.", id="a number plate"),
        pytest.param("Klub itu meraih empat trofi Liga Sagara.", id="counted within a name"),
        pytest.param("Hadir 401 rektor dan wakil rektor.", id="counted together"),
        pytest.param("Bunga turun 25 basis poin.", id="basis points"),
    ],
)
def test_what_two_outlets_cannot_count_otherwise_is_no_figure(sentence: str) -> None:
    assert find_figures(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Badan itu meluruskan pesan berantai yang menyebut akan ada gempa bermagnitudo 8 pada pukul 09.00.",
        "Kabar yang beredar menyebut 40 orang tewas.",
        "Polisi membantah isu bahwa 12 orang meninggal.",
    ],
)
def test_a_rumour_is_no_figure(sentence: str) -> None:
    assert list(find_figures(sentence)) == []
