"""The light model of topics: what it says of plain cases, and that its recipe makes what is shipped."""

import json
from pathlib import Path

import pytest

from bot.models import TOPICS
from summarizer.topics import SURE, TopicModel, likely_topic
from summarizer.training import topics as recipe

SHIPPED = Path(recipe.__file__).parents[1] / "data" / "topics.npz"
TRAIN = Path(__file__).parents[3] / "shared" / "data" / "indosum" / "train.jsonl"

SAMPLES = {
    "ekonomi": (
        "Bank Sagara turunkan suku bunga kredit",
        "Bank Sagara menurunkan suku bunga kredit usaha mulai Desember. Direktur keuangan menyebut inflasi yang rendah "
        "dan rupiah yang stabil sebagai alasannya. Laba perseroan naik 12 persen dan harga sahamnya menguat di bursa.",
    ),
    "kesehatan": (
        "Dokter ingatkan gejala demam berdarah pada anak",
        "Dokter anak di rumah sakit Sagara mengingatkan gejala demam berdarah. Pasien yang demam tiga hari perlu obat "
        "penurun panas dan cairan, dan virusnya menular lewat nyamuk. Penyakit ini menyerang tubuh yang daya imunnya "
        "lemah; gizi dan vitamin membantu pemulihan.",
    ),
    "hiburan": (
        "Film drama Lirih tayang di bioskop bulan depan",
        "Film Lirih garapan sutradara Dimas Pratista tayang bulan depan. Aktris Laras Kinanti memerankan penyanyi yang "
        "pulang kampung, dan lagu dari album terbarunya mengiringi adegan penutup. Penonton festival menyambutnya.",
    ),
    "internasional": (
        "Parlemen Prancis tolak rancangan anggaran perdana menteri",
        "Parlemen Prancis menolak rancangan anggaran perdana menteri, dan pemerintah Jerman serta Uni Eropa menyatakan "
        "prihatin. Diplomat Amerika Serikat di Paris menunggu langkah presiden Prancis berikutnya.",
    ),
}


@pytest.mark.parametrize("topic", SAMPLES)
def test_a_plain_case_has_its_topic(topic: str) -> None:
    assert likely_topic(*SAMPLES[topic]) == topic


@pytest.mark.parametrize("text", ["", "Lorem ipsum dolor sit amet", "1234 5678", "yang dan di ke dari"])
def test_a_text_that_says_nothing_has_no_topic(text: str) -> None:
    assert likely_topic(text, text) is None


def test_the_model_knows_only_topics_that_a_reader_can_choose() -> None:
    model = TopicModel.load(SHIPPED)
    assert set(model.topics) < set(TOPICS)
    assert SHIPPED.stat().st_size < 2_000_000


def test_the_odds_of_all_topics_make_one() -> None:
    odds = TopicModel.load(SHIPPED).odds(*SAMPLES["ekonomi"])
    assert odds.sum() == pytest.approx(1)
    assert odds.max() >= SURE


def test_a_model_learns_words_that_nobody_named(tmp_path: Path) -> None:
    lessons = [
        recipe.Lesson("kabar", f"sarikandi {n}", "sarikandi berlaga", "olahraga") for n in range(recipe._RAREST)
    ] + [recipe.Lesson("kabar", f"kembangan {n}", "kembangan tampil", "hiburan") for n in range(recipe._RAREST)]
    learned = recipe.fit(lessons)
    learned.save(tmp_path / "topics.npz")
    read = TopicModel.load(tmp_path / "topics.npz")
    for model in (learned, read):
        assert model.topics[int(model.odds("Sarikandi", "").argmax())] == "olahraga"
        assert model.topics[int(model.odds("Kembangan", "").argmax())] == "hiburan"


@pytest.mark.parametrize(
    ("category", "address", "topic"),
    [
        ("olahraga", "https://kabar.example/berita/1", "olahraga"),
        ("tajuk utama", "https://kabar.example/ekonomi/2017/judul", "ekonomi"),
        ("tajuk utama", "https://kabar.example/internasional/judul", "internasional"),
        ("tajuk utama", "https://kabar.example/news/judul", None),
        ("hiburan", "https://kabar.example/sehat/judul", "kesehatan"),
        ("hiburan", "https://kabar.example/news/judul", "hiburan"),
        ("showbiz", "https://kabar.example/nasional/judul", "hiburan"),
    ],
)
def test_an_indosum_article_has_the_topic_of_its_category_or_of_its_address(
    category: str, address: str, topic: str | None
) -> None:
    assert recipe.topic_in(category, address) == topic


def test_a_file_of_another_shape_is_refused_with_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.jsonl").write_text(json.dumps({"judul": "x"}) + "\n", encoding="utf-8")
    assert recipe.main(["measure", str(tmp_path / "other.jsonl")]) == 1
    assert capsys.readouterr().err.startswith("training: ")


@pytest.mark.skipif(not TRAIN.exists(), reason="needs ../shared/data/indosum")
def test_the_shipped_model_is_right_where_it_is_sure() -> None:
    """On IndoSum's dev part, which neither weights nor threshold have seen."""
    model = TopicModel.load(SHIPPED)
    judged = [
        (lesson.topic, model.odds(lesson.title, lesson.body))
        for lesson in recipe.read_lessons(TRAIN.with_name("dev.jsonl"))
    ]
    sure = [model.topics[int(odds.argmax())] == topic for topic, odds in judged if odds.max() >= SURE]
    assert len(sure) / len(judged) > 0.7
    assert sum(sure) / len(sure) > 0.95
