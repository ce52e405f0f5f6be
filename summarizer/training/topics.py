"""The weights of `summarizer.topics`, learned from IndoSum's sections.

    python -m summarizer.training.topics ship TRAIN.jsonl [--out FILE]
    python -m summarizer.training.topics measure FILE.jsonl...

`ship` holds out one group of outlets after the other, says how good the odds are there, and writes the weights learned
from all of them. `measure` compares the shipped weights with other files of IndoSum's shape, or with articles as
../shared/data/detik-2026 has them: lines {"title", "body", "category", "url"}.

A multinomial logistic regression by Nesterov's method. Its ridge pulls towards words that name a topic, written down
below, instead of towards zero: IndoSum has two good dozen articles on health and 75 on the economy, too few to learn
their words from. IndoSum knows no section for regional news; where something happens is told by places, not by stems.
"""

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from summarizer.text import stems
from summarizer.topics import SURE, TopicModel, softmax, terms
from summarizer.training.corpus import detokenize, headline_in

# The choices, compared by the accuracy on held-out outlets: ridge 3e-5 to 1e-3, pull 0 to 8.
_RIDGE = 1e-4
_PULL = 6.0
_STEPS = 150
_RATE = 6.0
_RAREST = 3  # articles that a stem must stand in

_OUT = Path(__file__).parents[1] / "data" / "topics.npz"

_CATEGORIES = {
    "olahraga": "olahraga",
    "teknologi": "teknologi",
    "showbiz": "hiburan",
    "finance": "ekonomi",
    "sport": "olahraga",
    "inet": "teknologi",
    "health": "kesehatan",
}
_BROAD_CATEGORIES = {"hiburan": "hiburan", "news": "nasional"}  # unless the address says more
_SECTIONS = {
    "ekonomi": "ekonomi",
    "bisnis": "ekonomi",
    "uang": "ekonomi",
    "internasional": "internasional",
    "dunia": "internasional",
    "sehat": "kesehatan",
    "health": "kesehatan",
    "nasional": "nasional",
    "politik": "nasional",
    "gaya-hidup": "hiburan",
    "gayahidup": "hiburan",
    "hiburan": "hiburan",
    "teknologi": "teknologi",
    "olahraga": "olahraga",
}
# Each held out together; the first has most of the articles on Indonesia, the economy and the world.
_OUTLETS = (
    ("cnn indonesia",),
    ("merdeka", "rimanews", "goal indonesia"),
    ("kumparan", "suara"),
    ("antaranews", "poskotanews", "juara.net"),
    ("dailysocial.id",),
)

_WORDS = {
    "nasional": """
        polisi polda polres polri tersangka jaksa pidana hakim sidang pengadilan korupsi kpk dpr mpr menteri presiden
        gubernur bupati walikota pilkada pemilu partai politik undang tni kejaksaan terdakwa pembunuhan pencurian
        narkoba banjir gempa longsor kecelakaan siswa sekolah guru kampus mahasiswa haji demo ormas mk caleg pilpres
        kabinet fraksi
    """,
    "ekonomi": """
        saham bank rupiah inflasi investasi ekspor impor harga bisnis pajak keuangan ekonomi industri pasar investor
        perbankan kredit triliun emiten bursa ihsg dolar utang pertumbuhan apbn bumn umkm suku bunga pangan beras bbm
        pertamina pln tarif properti tambang nikel sawit dividen obligasi modal perdagangan laba pendapatan karyawan
        phk upah subsidi listrik energi gas minyak emas
    """,
    "olahraga": """
        liga gol pelatih pemain klub pertandingan laga timnas juara piala turnamen atlet bola gelandang striker bek
        kiper wasit stadion menang kalah skor bulutangkis ganda tunggal pebalap motogp balapan sprint podium petinju
        pbsi pssi olimpiade sea games musim klasemen transfer grand prix kualifikasi set raket voli basket
    """,
    "teknologi": """
        aplikasi ponsel smartphone android iphone apple google samsung internet fitur startup teknologi digital data
        pengguna perangkat software game gim layar kamera baterai prosesor chip ai kecerdasan buatan robot chatgpt
        whatsapp facebook instagram satelit nasa planet astronom ilmuwan siber hacker malware akun platform operator
        seluler mobil motor listrik mesin
    """,
    "hiburan": """
        film musik penyanyi aktor aktris artis album lagu konser drama sutradara selebriti band festival bioskop
        sinetron pernikahan kekasih penggemar netflix kpop idol fashion busana desainer resep kuliner restoran wisata
        hotel traveling vokalis grammy oscar serial penonton tayang peran episode komedian pesinetron perceraian suami
        istri
    """,
    "internasional": """
        amerika serikat as china israel palestina gaza rusia ukraina iran korea utara jepang malaysia trump putin
        militan pbb nato suriah irak myanmar rohingya inggris prancis jerman uni eropa afghanistan taliban pemberontak
        parlemen perdana diplomat kedutaan washington kremlin pentagon hamas reuters afp taiwan thailand kamboja
        venezuela turki saudi
    """,
    "kesehatan": """
        dokter penyakit pasien obat kesehatan virus vaksin kanker diabetes jantung stroke gejala diet nutrisi vitamin
        tubuh sehat rumah sakit tidur berat badan gizi stunting bpjs kemenkes infeksi imun gula darah kolesterol
        hipertensi ginjal hati paru demam kehamilan hamil bayi asi mental stres depresi medis klinis studi peneliti
        penelitian konsumsi makanan olahraga otot kulit usia hormon who dbd campak superflu alergi lemak lansia
    """,
}
TOPICS = tuple(_WORDS)
"""The topics that the model tells apart."""

Array = NDArray[Any]


@dataclass(frozen=True)
class Lesson:
    """An article with its topic."""

    outlet: str
    title: str
    body: str
    topic: str


def topic_in(category: str, address: str) -> str | None:
    """The topic of an article, or None where neither its category nor the outlet's section in the address tells it.

    IndoSum's "tajuk utama" are headlines of any kind, its "hiburan" holds life style and health beside entertainment.
    """
    if category in _CATEGORIES:
        return _CATEGORIES[category]
    sections = urlsplit(address).path.lower().strip("/").split("/")[:-1]
    told = next((_SECTIONS[section] for section in sections if section in _SECTIONS), None)
    return told or _BROAD_CATEGORIES.get(category)


def read_lessons(path: Path) -> Iterator[Lesson]:
    """The articles of a file whose topic is known, in order.

    Raises:
        OSError: the file cannot be read.
        ValueError, KeyError: a line has another shape.
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        address = record["source_url"] if "paragraphs" in record else record["url"]
        topic = topic_in(record["category"], address)
        if topic is None:
            continue
        if "paragraphs" in record:
            body = " ".join(detokenize(tokens) for paragraph in record["paragraphs"] for tokens in paragraph)
            yield Lesson(record["source"], headline_in(address), body, topic)
        else:
            yield Lesson("", record["title"], record["body"], topic)


class _Rows:
    """Articles as sparse rows."""

    def __init__(self, rows: Sequence[tuple[Array, Array]], width: int) -> None:
        self.count, self._width = len(rows), width
        self._row = np.concatenate([np.full(len(places), number) for number, (places, _) in enumerate(rows)])
        self._column = np.concatenate([places for places, _ in rows])
        self._value = np.concatenate([values for _, values in rows])

    def times(self, weights: Array) -> Array:
        """(articles, topics): the scores."""
        return self._sum(self._row, weights[self._column], self.count)

    def transposed_times(self, errors: Array) -> Array:
        """(stems, topics): the gradient."""
        return self._sum(self._column, errors[self._row], self._width)

    def _sum(self, into: Array, parts: Array, size: int) -> Array:
        columns = [np.bincount(into, self._value * parts[:, k], size) for k in range(parts.shape[1])]
        return np.stack(columns, axis=1)


def fit(lessons: Sequence[Lesson]) -> TopicModel:
    """The model of these articles, each topic as heavy as any other.

    Raises:
        ValueError: there are none.
    """
    if not lessons:
        raise ValueError("no articles with a topic")
    named = [set(stems(_WORDS[topic])) for topic in TOPICS]
    uses = Counter(stem for lesson in lessons for stem in terms(lesson.title, lesson.body))
    vocabulary = tuple(sorted({stem for stem, count in uses.items() if count >= _RAREST}.union(*named)))
    rarity = np.array([math.log((len(lessons) + 1) / (uses[stem] + 1)) + 1 for stem in vocabulary])
    start = _PULL * np.array([[float(stem in words) for words in named] for stem in vocabulary])
    encoder = TopicModel(TOPICS, vocabulary, rarity, start, np.zeros(len(TOPICS)))
    rows = _Rows([encoder.row(lesson.title, lesson.body) for lesson in lessons], len(vocabulary))
    weights, bias = _descend(rows, np.array([TOPICS.index(lesson.topic) for lesson in lessons]), start)
    return TopicModel(TOPICS, vocabulary, rarity, weights, bias)


def _descend(rows: _Rows, topics: Array, start: Array) -> tuple[Array, Array]:
    """Nesterov's accelerated gradient; the weights stay near `start` as far as the articles let them."""
    count = np.bincount(topics, minlength=len(TOPICS))
    share = (1 / count[topics])[:, None]
    share = share / share.sum()
    wanted = np.eye(len(TOPICS))[topics]
    weights, before, bias = start.copy(), start.copy(), np.zeros(len(TOPICS))
    for step in range(_STEPS):
        ahead = weights + step / (step + 3) * (weights - before)
        errors = (softmax(rows.times(ahead) + bias) - wanted) * share
        before, weights = weights, ahead - _RATE * (rows.transposed_times(errors) + _RIDGE * (ahead - start))
        bias = bias - 2 * errors.sum(axis=0)
    return weights, bias


def held_out(lessons: Sequence[Lesson]) -> Iterator[tuple[Lesson, Array]]:
    """Each article with its odds, by a model that has seen nothing of its outlet."""
    for outlets in _OUTLETS:
        model = fit([lesson for lesson in lessons if lesson.outlet not in outlets])
        for lesson in lessons:
            if lesson.outlet in outlets:
                yield lesson, model.odds(lesson.title, lesson.body)


def report(judged: Iterable[tuple[Lesson, Array]]) -> str:
    """Accuracy over all, and where the odds are at least so high: share of articles, accuracy; at `SURE` by topic."""
    judged = list(judged)
    right = np.array([TOPICS[int(odds.argmax())] == lesson.topic for lesson, odds in judged])
    height = np.array([odds.max() for _, odds in judged])
    lines = [f"{len(right)} articles: {right.mean():.3f} right"]
    for limit in sorted({0.5, 0.6, 0.7, SURE, 0.8, 0.9}):
        sure = height >= limit
        lines.append(f"odds >= {limit:.2f}: {sure.mean():.3f} of the articles, {right[sure].mean():.3f} right")
    for topic in TOPICS:
        of_topic = np.array([lesson.topic == topic for lesson, _ in judged])
        given = np.array([TOPICS[int(odds.argmax())] == topic for _, odds in judged]) & (height >= SURE)
        if of_topic.any():
            found = (given & of_topic).sum()
            precision = found / given.sum() if given.any() else float("nan")
            lines.append(
                f"{topic:14} n {of_topic.sum():4}  precision {precision:.3f}  recall {found / of_topic.sum():.3f}"
            )
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see the module's text. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m summarizer.training.topics", description="Train the topic model.")
    commands = parser.add_subparsers(dest="command", required=True)
    ship = commands.add_parser("ship", help="measure on held-out outlets, train on all, write the weights")
    ship.add_argument("train", type=Path)
    ship.add_argument("--out", type=Path, default=_OUT)
    commands.add_parser("measure", help="measure the shipped weights").add_argument("files", type=Path, nargs="+")
    options = parser.parse_args(argv)
    try:
        if options.command == "ship":
            lessons = list(read_lessons(options.train))
            sys.stdout.write(report(held_out(lessons)) + "\n")
            fit(lessons).save(options.out)
        else:
            model = TopicModel.load(_OUT)
            for file in options.files:
                judged = ((lesson, model.odds(lesson.title, lesson.body)) for lesson in read_lessons(file))
                sys.stdout.write(f"{file}\n{report(judged)}\n")
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"training: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
