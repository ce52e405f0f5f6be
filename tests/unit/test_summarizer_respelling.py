import pytest

from summarizer.respelling import respell

SOURCE = (
    "Harga cabai di Pasar Sukamaju naik menjadi Rp 12.500, kata Bambang Wiratama. "
    'Pasar ini ramai. "Kami kaget," ujarnya.'
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("harga cabai di pasar sukamaju naik.", "Harga cabai di Pasar Sukamaju naik."),
        (
            "cabai naik menjadi rp 12 . 500 , kata bambang wiratama .",
            "Cabai naik menjadi Rp 12.500, kata Bambang Wiratama.",
        ),
        ("pasar ini ramai. cabai mahal.", "Pasar ini ramai. Cabai mahal."),
        ('"kami kaget," ujarnya.', '"Kami kaget," ujarnya.'),
        ("warga desa kecewa.", "Warga desa kecewa."),
    ],
)
def test_text_without_capitals_is_spelled_as_in_its_source(text: str, expected: str) -> None:
    assert respell(text, SOURCE) == expected


def test_text_with_capitals_is_left_as_it_is() -> None:
    assert respell("Harga cabai di pasar sukamaju .", SOURCE) == "Harga cabai di pasar sukamaju ."


def test_nothing_stays_nothing() -> None:
    assert respell("", SOURCE) == ""


def test_a_source_without_capitals_teaches_none() -> None:
    assert respell("pasar ramai .", "pasar ini ramai.") == "pasar ramai ."
