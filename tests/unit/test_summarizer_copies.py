import pytest

from summarizer.copies import opens_alike

OPENING = (
    "Tiga orang tewas dan 41 lainnya terluka akibat gempa yang mengguncang Kota Sagara pada Senin pagi, "
    "menurut data badan penanggulangan bencana setempat."
)


@pytest.mark.parametrize(
    "other",
    [
        OPENING,
        OPENING.upper(),
        "Kabar Lirih, Sagara: " + OPENING,
        OPENING.replace("menurut data", "berdasarkan data"),
        OPENING.partition(", menurut")[0] + ".",
    ],
)
def test_a_copy_opens_alike(other: str) -> None:
    assert opens_alike(OPENING, other)
    assert opens_alike(other, OPENING)


@pytest.mark.parametrize(
    "other",
    [
        "Gempa pada Senin pagi menewaskan tiga warga Kota Sagara, menurut data badan setempat.",
        "Lima orang tewas dan 90 lainnya terluka akibat gempa yang mengguncang Kota Sagara, kata wali kota pada Senin.",
        "",
    ],
)
def test_another_telling_does_not(other: str) -> None:
    assert not opens_alike(OPENING, other)


def test_short_openings_are_not_taken_for_copies() -> None:
    assert not opens_alike("Banjir melanda Kota Sagara.", "Banjir melanda Kota Sagara.")
