"""Datelines of the shapes that Indonesian outlets use; the outlets and sentences here are fictional where not shape."""

import pytest

from summarizer.datelines import strip_dateline

BODY = "Pemerintah kota membuka taman baru di tepi sungai."

DATELINES = [
    ("JAKARTA - ", "JAKARTA"),
    ("Jakarta - ", "Jakarta"),
    ("JAKARTA – ", "JAKARTA"),
    ("JAKARTA, KOMPAS.com - ", "JAKARTA"),
    ("JAKARTA, KOMPAS.com– ", "JAKARTA"),
    ("JAKARTA, KOMPAS.com -", "JAKARTA"),
    ("BANDAR LAMPUNG, KOMPAS.com — ", "BANDAR LAMPUNG"),
    ("KOMPAS.com - ", None),
    ("Jakarta, CNN Indonesia -- ", "Jakarta"),
    ("Jakarta, CNN Indonesia - - ", "Jakarta"),
    ("Liputan6.com, Jakarta - ", "Jakarta"),
    ("Liputan6.com, Jakarta: ", "Jakarta"),
    ("Liputan6.com, Bandar Lampung ", "Bandar Lampung"),
    ("Banyuwangi (ANTARA) - ", "Banyuwangi"),
    ("Serang, Banten (ANTARA News) - ", "Serang, Banten"),
    ("JAKARTA (Pos Kota) – ", "JAKARTA"),
    ("TEMPO.CO, Jakarta - ", "Jakarta"),
    ("REPUBLIKA.CO.ID, JAKARTA -- ", "JAKARTA"),
    ("Merdeka.com - ", None),
    ("TRIBUNNEWS.COM, KUPANG - ", "KUPANG"),
    ("Laporan Wartawan Beritanusa.com, Tirta Laksana BERITANUSA.COM, KUPANG - ", "KUPANG"),
    ("Oleh: Tirta Laksana KOMPAS.com - ", None),
    ("MALANG, BERITANUSA.id - ", "MALANG"),
    ("Kabarnusanews - ", None),
    ("TEL AVIV, KOMPAS.com ", "TEL AVIV"),
    ("OPINI - ", None),
    ("JAKARTA -", "JAKARTA"),
    ("REPUBLIKA.CO.ID, JAKARTA --", "JAKARTA"),
    ("JAKARTA (Pos Kota) -", "JAKARTA"),
    ("RIYADH, KOMPAS.com", "RIYADH"),
    ("JAKARTA,KOMPAS.com", "JAKARTA"),
    ("Liputan6.com, Jakarta ", "Jakarta"),
    ("tirto.id - ", None),
    ("kabarNusa.com - ", None),
    ("Jakarta, kumparan - ", "Jakarta"),
    ("Bandung, detikcom - ", "Bandung"),
    ("KBRN, Kupang : ", "Kupang"),
    ("VIVA Bola – ", None),
    ("SURYA.co.id | SURABAYA - ", "SURABAYA"),
    ("Jakarta, InfoPublik – ", "Jakarta"),
    ("Jakarta, Senin (4/3/2030) – ", "Jakarta"),
    ("Jakarta, 4 Maret 2030 - ", "Jakarta"),
    ("Laporan Koresponden Beritanusa.com, Tirta Laksana BERITANUSA.COM, TOKYO - ", "TOKYO"),
]


@pytest.mark.parametrize(("dateline", "place"), DATELINES)
def test_a_dateline_is_taken_off(dateline: str, place: str | None) -> None:
    assert strip_dateline(dateline + BODY) == (place, BODY)


NO_DATELINES = [
    BODY,
    "Tirta - Laksana unggul dalam hitung cepat di tiga kecamatan.",
    "KPK - Polri sepakat berbagi data perkara.",
    "Persada Timur - Persada Barat bermain imbang 1-1 pada laga pembuka.",
    "Toko.com Indonesia membuka gudang ketiga.",
    "Beritanusa.com melaporkan bahwa jembatan ditutup.",
    "SAGARA - WARINGIN BERMAIN IMBANG PADA LAGA PEMBUKA.",
    "Jakarta -bukan Bandung- menjadi tuan rumah.",
    "Jakarta-Bandung kini ditempuh dalam satu jam.",
    "Warga - terutama yang tinggal di tepi sungai - diminta mengungsi.",
    "Liputan6.com, Tepi Sungai Warga mengungsi.",
    "Wali Kota Laksana, Wakil Wali Kota, Camat Karangsari, Lurah Sukatani, Ketua RW, Ketua RT Wening - Semua hadir.",
    "Syaratnya: Kartu tanda penduduk dan surat pengantar.",
    "",
]


@pytest.mark.parametrize("text", NO_DATELINES)
def test_prose_is_left_alone(text: str) -> None:
    assert strip_dateline(text) == (None, text)


def test_a_place_before_a_capital_without_a_dash_ends_where_the_list_of_places_says() -> None:
    text = "Liputan6.com, Jakarta Wali Kota membuka taman."
    assert strip_dateline(text) == ("Jakarta", "Wali Kota membuka taman.")


@pytest.mark.parametrize("opening", ["PT Tirta membuka gudang.", "G-Tirta bernyanyi.", '"Siapa kamu?" tanya Tirta.'])
def test_a_dateline_without_a_dash_ends_before_capitals_and_quotations_too(opening: str) -> None:
    assert strip_dateline(f"Liputan6.com, Jakarta {opening}") == ("Jakarta", opening)


def test_in_a_text_all_in_capitals_a_known_place_is_a_dateline() -> None:
    assert strip_dateline("JAKARTA - WARGA MENGANTRE DI BALAI KOTA.") == ("JAKARTA", "WARGA MENGANTRE DI BALAI KOTA.")


def test_a_dateline_on_a_line_of_its_own_leaves_nothing() -> None:
    assert strip_dateline("Merdeka.com -") == (None, "")


def test_a_head_of_capitals_takes_no_exponential_time() -> None:
    text = "A" * 75 + "% - Presiden datang."
    assert strip_dateline(text) == (None, text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Suara Pesisir Sagara, Maren: Warga mengantre.", "Maren"),
        ("Harian Teras Niaga, Jakarta - Warga mengantre.", "Jakarta"),
        ("TIRTAMULYA, KABAR RANTAUNUSA - Warga mengantre.", "TIRTAMULYA"),
        ("Kabar Rantaunusa: Warga mengantre.", None),
    ],
)
def test_a_known_outlet_is_recognised_by_its_name(text: str, place: str | None) -> None:
    outlets = ("Suara Pesisir Sagara", "Harian Teras Niaga", "Kabar Rantaunusa")
    outlet = next(name for name in outlets if name.casefold() in text.casefold())
    assert strip_dateline(text, outlet) == (place, "Warga mengantre.")


def test_a_colon_ends_a_dateline_only_after_an_outlet() -> None:
    assert strip_dateline("Jakarta, Maren: Warga mengantre.", "Kabar Rantaunusa")[0] is None
