import pytest

from summarizer.glued import part_glued_words

KNOWN = "Warga Karangsari menunggu Mirna Hapsari di Teluk Waringin."


@pytest.mark.parametrize(
    ("glued", "parted"),
    [
        ("Panen diKarangsari tertunda.", "Panen di Karangsari tertunda."),
        (
            "Panen di Karangsari, menurutMirna Hapsari, tertunda.",
            "Panen di Karangsari, menurut Mirna Hapsari, tertunda.",
        ),
        ("Surat untuk PresidenMirna Hapsari tiba.", "Surat untuk Presiden Mirna Hapsari tiba."),
        ("Kapal JakartaWaringin berlayar.", "Kapal Jakarta Waringin berlayar."),
    ],
)
def test_a_function_word_an_office_or_a_place_is_parted_from_a_name_of_the_article(glued: str, parted: str) -> None:
    assert part_glued_words([glued, KNOWN]) == [parted, KNOWN]


def test_the_headline_knows_names_too() -> None:
    assert part_glued_words(["Panen diSukatani tertunda."], "Sukatani Panen") == ["Panen di Sukatani tertunda."]


@pytest.mark.parametrize(
    "text",
    [
        "Bukti pembayaran dikirim lewat WhatsApp.",
        "GoPay dan LinkAja menurunkan biaya.",
        "TransWaringin menambah bus.",
        "Laporan detikWaringin dikutip warga.",
        "Panen diSukatani tertunda.",
        "Panen diKarangsari tertunda, kata warga diKarangsari.",
        "Alamatnya warga@diKarangsari atau diKarangsari.com.",
        "Warga memakai tanda #diKarangsari.",
    ],
)
def test_a_brand_an_unknown_name_and_an_address_stay(text: str) -> None:
    assert part_glued_words([text, KNOWN]) == [text, KNOWN]
