"""From sections to topics."""

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
    assert topic_of(categories, url) == expected


def test_the_table_knows_every_topic_and_no_other() -> None:
    assert set(topics._SECTIONS) == set(TOPICS)
