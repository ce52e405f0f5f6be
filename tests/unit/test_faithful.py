"""What a generated sentence says otherwise than its article."""

import pytest

from summarizer.faithful import SourceFacts, best_aligned, check_sentence, repair

ARTICLE = (
    "Polisi menangkap Andi Prakasa di Teluk Wangi, Jumat (22/11/2019). "
    "Kerugian warga ditaksir mencapai Rp 1,2 triliun dan 12.500 orang mengungsi ke bukit. "
    "Harga beras naik 15 persen dalam tiga bulan terakhir. "
    '"Kami belum tahu penyebab kebakaran itu," kata Budi Santika. '
    "Budi memukul Andi di halaman rumah. "
    "Komisi Penyelamat Sungai akan menutup bendungan sepanjang 40 kilometer. "
    "Menteri Kelautan Dewi Larasati tidak menghadiri rapat di Bandar Biru. "
    "Sopir truk itu diduga mengantuk saat menyetir."
)


@pytest.fixture(scope="module")
def source() -> SourceFacts:
    return SourceFacts(ARTICLE, "Polisi Tangkap Andi Prakasa")


def kinds(sentence: str, source: SourceFacts) -> set[str]:
    return {finding.kind for finding in check_sentence(sentence, source)}


@pytest.mark.parametrize(
    "sentence",
    [
        "Polisi menangkap Andi Prakasa di Teluk Wangi.",
        "Polisi menangkap Andi Prakasa pada 22 November 2019.",
        "Sebanyak 12,5 ribu orang mengungsi ke bukit.",
        "Sebanyak dua belas ribu lima ratus orang mengungsi ke bukit.",
        "Kerugian warga Rp1.200 miliar.",
        "Harga beras naik 15% dalam tiga bulan.",
        "KPS akan menutup bendungan sepanjang 40 km.",
        "Dewi Larasati tidak menghadiri rapat di Bandar Biru.",
        "Andi dipukul Budi di halaman rumah.",
    ],
)
def test_the_same_in_other_words_passes(sentence: str, source: SourceFacts) -> None:
    assert check_sentence(sentence, source) == ()


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("number", "Sebanyak 12.800 orang mengungsi ke bukit."),
        ("number", "Sebanyak 12.500 persen mengungsi ke bukit."),
        ("number", "Komisi Penyelamat Sungai akan menutup bendungan sepanjang 40 meter."),
        ("number", "Harga beras naik 15 persen dalam empat bulan terakhir."),
        ("amount", "Kerugian warga ditaksir mencapai Rp 1,2 miliar."),
        ("date", "Polisi menangkap Andi Prakasa di Teluk Wangi, Sabtu (22/11/2019)."),
        ("date", "Polisi menangkap Andi Prakasa di Teluk Wangi pada 22 Oktober 2019."),
        ("name", "Polisi menangkap Rudi Prakasa di Teluk Wangi."),
        ("name", "Polisi menangkap Andi Prakasa di Bandar Biru."),
        ("quote", '"Kami sudah tahu penyebab kebakaran itu," kata Budi Santika.'),
        ("negation", "Menteri Kelautan Dewi Larasati menghadiri rapat di Bandar Biru."),
        ("negation", "Polisi tidak menangkap Andi Prakasa di Teluk Wangi."),
        ("modality", "Komisi Penyelamat Sungai telah menutup bendungan sepanjang 40 kilometer."),
        ("modality", "Sopir truk itu mengantuk saat menyetir."),
        ("roles", "Andi memukul Budi di halaman rumah."),
        ("roles", "Budi dipukul Andi di halaman rumah."),
    ],
)
def test_what_the_article_does_not_say_is_caught(kind: str, sentence: str, source: SourceFacts) -> None:
    assert kind in kinds(sentence, source)


def test_a_sentence_of_two_sentences_of_the_article_passes(source: SourceFacts) -> None:
    fused = "Polisi menangkap Andi Prakasa di Teluk Wangi dan 12.500 orang mengungsi ke bukit."
    assert check_sentence(fused, source) == ()


def test_a_day_of_the_week_that_the_calendar_gives_passes() -> None:
    source = SourceFacts("Rapat di balai desa dibuka pada 22 November 2019 oleh kepala desa.")
    assert check_sentence("Rapat di balai desa dibuka Jumat (22/11/2019).", source) == ()
    assert kinds("Rapat di balai desa dibuka Sabtu (22/11/2019).", source) == {"date"}


MATCH = SourceFacts(
    "Karangsari mengalahkan Lembayan 3-1 di Stadion Melati, Rabu. "
    "Gol dicetak Bima menit ke-64 dan menit ke-80. "
    "Pelatih asal Wening itu memuji timnya. "
    "Laga berikutnya digelar Mei tahun ini, kata Kepala Kepolisian Daerah Wening. "
    "Korban dibawa ke rumah sakit kemarin. "
    "Tanggal lomba tidak berubah, tetap digelar dua hari. "
    "Warga kelompok Kenanga dan pemerintah berunding di balai desa."
)


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("Gol dicetak Bima (64,80).", id="two minutes written as one number"),
        pytest.param("Bima memuji timnya.", id="a name for a description"),
        pytest.param("Laga berikutnya digelar Mei 2031, kata Kapolda Wening.", id="a year for tahun ini"),
        pytest.param("Korban dibawa ke RS Senin (5/5).", id="an everyday abbreviation, and a date for kemarin"),
        pytest.param(
            "Karangsari mengalahkan Lembayan 3-1 di Stadion Melati, Rabu (7/5/2031).", id="a date on its weekday"
        ),
        pytest.param("Tanggal lomba tetap digelar dua hari.", id="a negation that went with its word"),
    ],
)
def test_what_an_editor_may_write_passes(sentence: str) -> None:
    assert check_sentence(sentence, MATCH) == ()


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        pytest.param("number", "Karangsari mengalahkan Lembayan 3-3 di Stadion Melati.", id="a number of the same row"),
        pytest.param(
            "date", "Karangsari mengalahkan Lembayan 3-1 di Stadion Melati, Rabu (8/5/2031).", id="not on its weekday"
        ),
        pytest.param(
            "name", "Hari ini warga kelompok Bima dan pemerintah berunding.", id="a name between the same words"
        ),
        pytest.param("negation", "Di Wening Bima tidak memuji timnya.", id="a word that is only affirmed"),
    ],
)
def test_what_stands_otherwise_between_the_same_words_is_caught(kind: str, sentence: str) -> None:
    assert kind in kinds(sentence, MATCH)


def test_a_year_before_a_number_without_a_space_is_read_as_two_numbers() -> None:
    source = SourceFacts("Pada akhir semester pertama 2031,79,55 persen kunjungan berasal dari ponsel warga.")
    assert check_sentence("Sebanyak 79,55 persen kunjungan berasal dari ponsel pada 2031.", source) == ()


def test_the_sentence_that_says_most_of_it_is_found(source: SourceFacts) -> None:
    assert best_aligned("Beras naik 20 persen.", source) == "Harga beras naik 15 persen dalam tiga bulan terakhir."


def test_a_false_sentence_is_replaced_by_the_one_of_the_article(source: SourceFacts) -> None:
    true = "Polisi menangkap Andi Prakasa di Teluk Wangi."
    repaired = repair([true, "Harga beras naik 20 persen dalam tiga bulan."], source)
    assert repaired.sentences == (true, "Harga beras naik 15 persen dalam tiga bulan terakhir.")
    assert repaired.failed == 1
    assert [(finding.kind, finding.text) for finding in repaired.findings] == [("number", "20")]


def test_a_replacement_is_not_given_twice(source: SourceFacts) -> None:
    repaired = repair(["Harga beras naik 20 persen.", "Harga beras naik 30 persen."], source)
    assert len(set(repaired.sentences)) == len(repaired.sentences)
    assert repaired.failed == 2


def test_an_empty_article_and_an_empty_sentence_do_no_harm() -> None:
    assert check_sentence("", SourceFacts("")) == ()
    assert repair(["Bupati Rukmini pergi ke Bandar Biru."], SourceFacts("")).sentences == ()


def test_a_year_that_the_calendar_gives_to_weekday_and_date_is_true_and_another_is_not() -> None:
    told = SourceFacts("Polisi menangkap tiga orang di Teluk Wangi, Kamis (13/10) pagi.")
    assert check_sentence("Polisi menangkap tiga orang di Teluk Wangi, Kamis (13/10/2016) pagi.", told) == ()
    assert kinds("Polisi menangkap tiga orang di Teluk Wangi, Kamis (13/10/2017) pagi.", told) == {"number"}


def test_a_long_name_may_be_spelled_with_two_letters_otherwise_and_a_short_one_may_not() -> None:
    told = SourceFacts("Gol itu dicetak penyerang Yannick Karrasko di Wening. Kiper Bima Aji jatuh.")
    assert check_sentence("Gol itu dicetak penyerang Yannick Karascao di Wening.", told) == ()
    assert kinds("Kiper Kama Aji jatuh di Wening.", told) == {"name"}
