import pytest

from summarizer.language import is_indonesian

OPENING = (
    "Malam penghargaan itu akan berlangsung di Kota Sagara pada bulan depan dan dihadiri oleh seratus pemain dari enam "
    "liga yang dipilih oleh wartawan. Para pemain itu bersaing untuk piala emas yang tahun lalu jatuh ke penjaga "
    "gawang untuk pertama kalinya sejak piala itu diberikan. Berikut daftar lengkap mereka yang masuk dalam pilihan."
)
NAMES = "Tirta Laksana (Sagara United) Bima Sasongko (Waringin FC) Laras Wening (Melati Putri) " * 40
SONG = "The moon is up and the night is young, we will sing until the morning comes and all of you are gone. "


def test_a_long_table_of_names_under_an_indonesian_opening_is_indonesian() -> None:
    assert is_indonesian(f"{OPENING} {NAMES}")


def test_a_song_under_an_indonesian_opening_is_indonesian() -> None:
    assert is_indonesian(OPENING + SONG * 20)


MALAY = (
    "Sebuah syarikat tempatan dijangka membuka semula jambatan itu pada Khamis kerana kerja pembaikan telah siap. "
    "Datuk bandar berkata bahawa orang ramai boleh menggunakannya mulai esok, manakala lori hanya pada waktu malam."
)
JAVANESE = (
    "Pamarentah kutha mbukak maneh kreteg Melati dina Senin sawise didandani patang wulan. Walikota ngendika yen "
    "kreteg iku saiki bisa diliwati kendaraan lan warga ora perlu muter adoh menyang pasar kaya wingi nalika isih "
    "ditutup. Bocah sekolah uga seneng amarga bisa mangkat luwih awan saka omah."
)


@pytest.mark.parametrize("text", [MALAY, JAVANESE])
def test_languages_close_to_indonesian_are_told_from_it(text: str) -> None:
    assert not is_indonesian(text)


def test_an_indonesian_text_that_quotes_malay_is_indonesian() -> None:
    assert is_indonesian(
        f"{OPENING} Ia berkata, “Kerana syarikat kami kecil.” Namun karena hujan, Senin mereka pulang."
    )


@pytest.mark.parametrize("text", [SONG * 20, SONG * 20 + OPENING, NAMES])
def test_a_text_without_an_indonesian_opening_is_not(text: str) -> None:
    assert not is_indonesian(text)
