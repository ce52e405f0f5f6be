"""One text in several outlets is found, whatever stands above and below it."""

import pytest

from summarizer.copies import CopyIndex, sign

TITLE = "Gempa Guncang Kota Sagara"
REPORT = (
    "Tiga orang tewas dan 41 lainnya terluka akibat gempa yang mengguncang Kota Sagara pada Senin pagi, "
    "menurut data badan penanggulangan bencana setempat.\n\n"
    "Gempa bermagnitudo 6,1 itu berpusat 24 kilometer di barat daya kota dan terasa sampai Tirtamulya. "
    "Sedikitnya 327 rumah rusak, sebagian besar di Kelurahan Lirih.\n\n"
    "Warga mengungsi ke halaman kantor wali kota, tempat dapur umum mulai melayani 900 orang sejak siang."
)
OWN_WORDS = (
    "Guncangan keras membangunkan Kota Sagara pada Senin pagi. Badan penanggulangan bencana mencatat tiga korban "
    "jiwa dan 41 orang terluka, sementara 327 rumah rusak. Pusat gempa berada di laut sebelah barat daya, dan "
    "sampai siang warga bertahan di halaman kantor wali kota."
)


def is_copy(text: str, title: str = "Tiga Tewas di Sagara") -> bool:
    index = CopyIndex()
    index.add(7, sign(TITLE, REPORT))
    return index.original(sign(title, text)) == 7


@pytest.mark.parametrize(
    "text",
    [
        REPORT,
        REPORT.upper(),
        "SAGARA, Kabar Lirih - " + REPORT,
        REPORT.replace("menurut data", "berdasarkan data"),
        REPORT.rpartition("\n\n")[0],
        REPORT + "\n\nArtikel ini telah tayang di Warta Antarpulau.",
    ],
    ids=["the same", "in capitals", "with a dateline", "with a word changed", "cut at its end", "with a note"],
)
def test_a_copy_finds_its_original(text: str) -> None:
    assert is_copy(text)


@pytest.mark.parametrize("text", [OWN_WORDS, "Harga beras turun di pasar induk Tirtamulya. " * 4, ""])
def test_another_telling_is_no_copy(text: str) -> None:
    assert not is_copy(text)


def test_short_texts_are_never_copies() -> None:
    assert sign(TITLE, "Banjir melanda Kota Sagara pada Senin malam.") is None


def test_of_several_copies_the_first_is_the_original() -> None:
    index = CopyIndex()
    for article_id in (9, 4, 6):
        index.add(article_id, sign(TITLE, REPORT))
    assert index.original(sign(TITLE, REPORT)) == 4


def test_articles_that_left_the_index_are_not_found() -> None:
    index = CopyIndex()
    index.add(7, sign(TITLE, REPORT))
    index.remove([7, 8])
    assert index.original(sign(TITLE, REPORT)) is None


def test_the_same_article_again_replaces_itself() -> None:
    index = CopyIndex()
    index.add(7, sign(TITLE, REPORT))
    index.add(7, sign(TITLE, OWN_WORDS))
    assert index.original(sign(TITLE, REPORT)) is None
    assert index.original(sign(TITLE, OWN_WORDS)) == 7
