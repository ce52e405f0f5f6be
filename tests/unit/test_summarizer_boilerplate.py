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
    "Halaman 1 2 3",
    "1 2 3 Selanjutnya",
    "Bersambung ke halaman berikutnya...",
    "Tampilkan semua",
    "Baca_Juga",
    "[Baca juga: Harga Gabah Naik]",
    "(Baca: Harga Gabah Naik)",
    "Baca selengkapnyadi sini.",
    "Simak keterangan lengkapnya di bawah ini.",
    "Saksikan Live SoreNusa:",
    "Artikel ini pertama kali terbit dalam bahasa Inggris",
    "Diadaptasi oleh Tirta Laksana",
    "View this post on Instagram",
    "A post shared by Desa Karangsari (@karangsari)",
    "— Tirta Laksana (@tirta) March 4, 2030",
    "https://kabar.example/video/1",
    "10.45 WIB",
    "(Dokumentasi Desa Karangsari)",
    "(T.A067/R010)",
    "Kabarnusa.id adalah portal berita desa.",
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
    "Halaman 12 buku itu robek dan tidak dapat dibaca.",
    "Unduh aplikasi pembayaran lalu isi nomor pelanggan.",
    "Ikuti langkah berikut untuk memindahkan foto dari WhatsApp.",
    "(Panen itu yang terbesar. Tahun lalu hanya enam ton.)",
    "Artikel ini sudah dibahas warga desa.",
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
    "code",
    [
        " (*)",
        " (***)",
        " (abc/def)",
        "(abc/ def)",
        " [abc]",
        " (Antara)",
        " [Antara]",
        " (Tirta Laksana)",
        " (T.A067/R010)",
        " ***",
    ],
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


def test_a_code_in_small_letters_goes_from_a_last_line_without_a_full_stop() -> None:
    assert remove_boilerplate([*BODY, "Skor akhir 3-1 (abc/def)"])[-1] == "Skor akhir 3-1"


@pytest.mark.parametrize(
    "between",
    [
        "Advertisement",
        "Baca Juga",
        "Baca juga: Harga Gabah Naik?",
        "Simak selengkapnya di sini .",
        "(Foto: dok. Desa Karangsari)",
        "Foto: Tirta Laksana/kabarnusa",
        "pic.twitter.com/abc123",
        "Dapatkan update berita pilihan dari Kabarnusa.com.",
    ],
)
def test_furniture_between_two_sentences_of_a_page_saved_as_one_line_is_cut_out(between: str) -> None:
    assert remove_boilerplate([f"{BODY[0]} {between} {BODY[1]}"]) == [" ".join(BODY)]


def test_a_link_after_an_item_takes_the_sentence_that_hangs_on_its_headline() -> None:
    line = "Gabah kering Rp 7.000 Baca juga: Harga Gabah Naik Petani menyambutnya. Beras belum naik."
    assert remove_boilerplate([line]) == ["Gabah kering Rp 7.000 Beras belum naik."]


def test_authors_before_the_dateline_of_the_first_sentence_stay_for_the_dateline() -> None:
    opening = f"Oleh: Tirta Laksana KABARNUSA.com - {BODY[0]}"
    assert remove_boilerplate([f"{opening} {BODY[1]}"]) == [f"{opening} {BODY[1]}"]


def test_a_closing_mark_that_stands_alone_stays_with_its_quotation() -> None:
    quoted = '"Panen itu besar. Kami senang. " Baca juga: Harga Gabah Naik.'
    assert remove_boilerplate([quoted])[0].endswith('"')


def test_a_long_line_after_a_list_of_links_is_prose_though_it_ends_with_a_question() -> None:
    question = "Dapatkah Anda membayangkan " + "betapa bangganya warga desa itu " * 4 + "pada panen tahun ini?"
    assert remove_boilerplate([BODY[0], "Baca juga:", "Harga Gabah Naik", question]) == [BODY[0], question]
