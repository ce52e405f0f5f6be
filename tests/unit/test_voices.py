"""Other outlets are quoted where they add something, each once, and no more than a reader takes in."""

import pytest

from bot.services.voices import MAX_VOICES, other_voices
from tests.records import member, story

LEAD = member(
    1,
    "Kabar Nusantara",
    title="Banjir rendam 1.200 rumah di Sagara",
    sentences=(
        "Banjir merendam 1.200 rumah di Kota Sagara pada Senin malam setelah Sungai Lirih meluap.",
        "Badan penanggulangan bencana setempat mengungsikan 3.400 warga ke empat gedung sekolah.",
    ),
    short="Banjir merendam 1.200 rumah di Kota Sagara pada Senin malam.",
)
ADDED = (
    "Pedagang Pasar Wening menaksir kerugian Rp 2,7 miliar.",
    "Kereta jurusan Tirtamulya dibatalkan sampai Kamis.",
    "Gubernur membuka dapur umum bagi pengungsi anak.",
    "Sekolah menengah menunda ujian akhir semester.",
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LEAD.sentences[1], id="the same"),
        pytest.param("Sebanyak 1.200 rumah di Kota Sagara terendam banjir akibat Sungai Lirih meluap.", id="reworded"),
        pytest.param("", id="no digest"),
    ],
)
def test_what_the_lead_says_is_not_said_again(text: str) -> None:
    assert other_voices(story(1, LEAD, member(2, "Harian C", short=text)), LEAD) == []


def test_what_another_outlet_adds_is_quoted() -> None:
    [voice] = other_voices(story(1, LEAD, member(2, "Harian C", short=ADDED[0])), LEAD)
    assert (voice.member.outlet, voice.text) == ("Harian C", ADDED[0])


def test_an_outlet_is_quoted_once_and_the_leads_own_never() -> None:
    found = story(
        1, LEAD, *(member(n, outlet, short=ADDED[n - 2]) for n, outlet in ((2, LEAD.outlet), (3, "C"), (4, "C")))
    )
    assert [voice.member.article_id for voice in other_voices(found, LEAD)] == [3]


def test_two_outlets_do_not_add_the_same() -> None:
    found = story(1, LEAD, member(2, "C", short=ADDED[0]), member(3, "D", short=ADDED[0]))
    assert [voice.member.outlet for voice in other_voices(found, LEAD)] == ["C"]


def test_no_more_voices_than_a_reader_takes_in() -> None:
    found = story(1, LEAD, *(member(n, f"Media {n}", short=text) for n, text in enumerate(ADDED, start=2)))
    assert len(other_voices(found, LEAD)) == MAX_VOICES < len(ADDED)
