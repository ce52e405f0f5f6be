"""From sections, and where they are silent from the text, to topics."""

import pytest

from bot.ingest import topics
from bot.ingest.topics import topic_of
from bot.models import TOPICS


@pytest.mark.parametrize(
    ("categories", "url", "expected"),
    [
        (["Ekonomi"], "", "ekonomi"),
        (["POLITIK"], "", "nasional"),
        (["Sepak Bola"], "", "olahraga"),
        (["Berita Bola"], "", "olahraga"),
        (["Dunia"], "", "internasional"),
        (["Kesehatan", "Ekonomi"], "", "kesehatan"),
        (["asian-star"], "", "hiburan"),
        (["Hukum"], "https://nasional.kabar.example/berita/nasional/hukum/1", "nasional"),
        (["Tanpa Arti"], "https://kabar.example/olahraga/1", "olahraga"),
        ([], "https://kabar.example/ekonomi/2026/harga-beras", "ekonomi"),
        ([], "https://tekno.kabar.example/read/1/ponsel", "teknologi"),
        ([], "https://bola.kabar.example/read/1/timnas", "olahraga"),
        ([], "https://kabar.example/jawa-timur/read/1", "daerah"),
        ([], "https://surabaya.kabar.example/read/1", "daerah"),
        # The narrow section counts before the broad one above it.
        ([], "https://kabar.example/berita/nasional/daerah/1", "daerah"),
        (["Nasional"], "https://kabar.example/kesehatan/1", "kesehatan"),
        (["News"], "https://kabar.example/1", "nasional"),
        # A tag that names a place says where it happened, not what it is about.
        (["Jakarta"], "https://kabar.example/ekonomi/1", "ekonomi"),
        (["Jakarta"], "https://kabar.example/1", None),
        # The page's own name is no section.
        ([], "https://kabar.example/bola", None),
        ([], "", None),
        ([], "urn:sari:1", None),
    ],
)
def test_a_section_has_a_topic(categories: list[str], url: str, expected: str | None) -> None:
    assert topic_of(categories, url, title="", body="") == expected


def test_the_table_knows_every_topic_and_no_other() -> None:
    assert set(topics._SECTIONS) == set(TOPICS)


MATCH = (
    "Timnas Sagara menang 3-1 atas tuan rumah",
    "Gelandang tuan rumah sempat membawa timnya unggul, tetapi dua gol striker Raka Mahendra membalikkan skor. "
    "Pelatih menyebut laga kualifikasi itu pertandingan terbaik musim ini, dan klub asal pemain memberi selamat.",
)


def test_where_the_outlet_says_nothing_the_text_decides() -> None:
    title, body = MATCH
    assert topic_of([], "https://kabar.example/1", title=title, body=body) == "olahraga"
    assert topic_of(["News"], "https://kabar.example/1", title=title, body=body) == "olahraga"


@pytest.mark.parametrize(("section", "topic"), [("Ekonomi", "ekonomi"), ("Nasional", "nasional"), ("Daerah", "daerah")])
def test_the_outlets_own_section_counts_before_the_text(section: str, topic: str) -> None:
    title, body = MATCH
    assert topic_of([section], "https://kabar.example/1", title=title, body=body) == topic


def test_a_text_that_could_be_about_anything_has_no_topic() -> None:
    title, body = "Sebuah hari di bulan November", "Pagi itu orang datang, duduk sebentar, lalu pulang lagi."
    assert topic_of([], "https://kabar.example/1", title=title, body=body) is None
    assert topic_of(["News"], "https://kabar.example/1", title=title, body=body) == "nasional"
