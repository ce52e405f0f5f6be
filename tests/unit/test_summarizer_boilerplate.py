import pytest

from summarizer.boilerplate import is_boilerplate, remove_boilerplate

FURNITURE = [
    "Berita Terkait",
    "Bagikan Artikel :",
    "Baca juga: Pasar Lama Dibuka Kembali",
    "BACA JUGA:",
    "Baca Juga",
    "Lihat juga Video 'Panen Raya di Karangsari':",
    "Simak Video: Panen Raya di Karangsari",
    "Simak juga Video: Panen Raya di Karangsari",
    "Saksikan juga Kisah Perajin Gerabah",
    "ADVERTISEMENT",
    "SCROLL TO CONTINUE WITH CONTENT",
    "Penulis: Tirta Laksana",
    "Editor : Bima Aji",
    "Oleh Tirta Laksana",
    "Foto: Panen raya (Dok. Desa Karangsari)",
    "Artikel ini telah tayang di Beritanusa.com dengan judul Panen Raya",
    "Dapatkan update berita pilihan setiap hari di grup Telegram kami.",
    "Tags: panen, padi",
    "Facebook Twitter WhatsApp",
    "© 2030 Beritanusa",
    "Halaman selanjutnya",
    "***",
    "",
]
PROSE = [
    "Baca tulis diajarkan di balai desa sejak bulan lalu.",
    "Oleh karena itu",
    "Editor film itu menerima penghargaan tahun lalu.",
    "Video itu direkam warga pada Senin malam.",
    "Sumber air di desa itu mengering.",
    "Berita terkait kenaikan harga beras membuat warga cemas.",
    "Iklan layanan masyarakat itu ditayangkan bulan depan.",
    "Bagikan " + "sembako kepada warga " * 20 + ": begitu perintahnya.",
]


@pytest.mark.parametrize("line", [line for line in FURNITURE if line])
def test_page_furniture_is_noticed(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize("line", PROSE)
def test_prose_is_not_furniture(line: str) -> None:
    assert not is_boilerplate(line)


BODY = ["Warga Desa Karangsari memanen padi di sawah bersama.", "Panen itu yang terbesar dalam sembilan tahun."]


@pytest.mark.parametrize(
    "code", [" (*)", " (***)", " (abc/def)", "(abc/ def)", " [abc]", " (Antara)", " (Tirta Laksana)", " ***"]
)
def test_a_code_at_the_end_is_taken_off(code: str) -> None:
    assert remove_boilerplate([BODY[0], BODY[1] + code]) == BODY


@pytest.mark.parametrize(
    "end", ["di kantor Badan Pangan (BPN/BPS).", "pada Jumat (22/11/2030).", "sebanyak sembilan ton (9 ton)"]
)
def test_brackets_that_belong_to_the_sentence_stay(end: str) -> None:
    assert remove_boilerplate([f"Hasilnya diumumkan {end}"]) == [f"Hasilnya diumumkan {end}"]


def test_a_list_of_links_goes_with_its_heading_and_prose_after_it_stays() -> None:
    paragraphs = [BODY[0], "Berita Terkait", "Harga Gabah Naik Lagi", "Petani Karangsari Dapat Pompa Baru", BODY[1]]
    assert remove_boilerplate(paragraphs) == BODY


def test_furniture_inside_a_paragraph_is_cut_out() -> None:
    paragraphs = ["[Gambas:Video 20] " + BODY[0], BODY[1] + " SCROLL TO CONTINUE WITH CONTENT"]
    assert remove_boilerplate(paragraphs) == BODY
