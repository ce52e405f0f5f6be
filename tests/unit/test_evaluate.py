"""The measures of digests: the scorer beside the data is the authority where both count the same thing."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from summarizer.evaluate import main, measured, read_articles, read_digests
from summarizer.measures import count_facts, paired_gain, rouge, sum_up

SHARED = Path(__file__).parents[2].parent / "shared"
CORPUS = SHARED / "data/indosum/dev.jsonl"
SCORER = SHARED / "score/summaries.py"

OPENING = "Wali Kota Sura Wening membuka Pasar Lama di Kupang."
ARTICLE = (
    f"{OPENING} Ia menyebut 12.500 pedagang kembali berjualan.\n\n"
    "Namun, harga beras naik 3,5 persen. Pedagang meminta bantuan Kementerian Dagang."
)


def tokens(text: str) -> list[str]:
    return text.replace(",", " ,").replace(".", " .").split()


def record(name: str, outlet: str, *sentences: str, summary: str) -> dict[str, Any]:
    return {
        "id": name,
        "source": outlet,
        "paragraphs": [[tokens(sentence) for sentence in sentences]],
        "gold_labels": [[at == 0 for at in range(len(sentences))]],
        "summary": [tokens(summary)],
    }


def write(file: Path, *records: object) -> Path:
    file.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    return file


@pytest.fixture
def data(tmp_path: Path) -> Path:
    news = ("Pasar dibuka.", "Warga senang.", "Harga beras naik.", "Hujan turun.", "Jalan ditutup.")
    return write(
        tmp_path / "data.jsonl",
        record("a", "harian satu", *news, summary="Pasar dibuka."),
        record("b", "harian dua", *news, summary="Jalan ditutup."),
    )


@pytest.mark.skipif(not (CORPUS.exists() and SCORER.exists()), reason=f"{CORPUS} or {SCORER} is missing")
def test_the_figures_are_those_of_the_scorer_beside_the_data(tmp_path: Path) -> None:
    articles = read_articles([CORPUS])[:40]
    # The second, fourth and sixth sentence: some dangle, and the article says numbers that these do not.
    picked = {article.id: [*article.sentences[1:6:2], "Kerugian Rp 98.765.432,1."] for article in articles}
    picked[articles[0].id] = []
    file = write(tmp_path / "digests.jsonl", *({"id": name, "sentences": s} for name, s in picked.items()))
    cat = [sys.executable, "-c", f"import sys; sys.stdin.read(); print(open({str(file)!r}, encoding='utf-8').read())"]
    command = [sys.executable, str(SCORER), str(CORPUS), "--limit", "40", "--json", "--", *cat]
    expected = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    digests = read_digests([file])
    scores = rouge((article.summary, digests[article.id]) for article in articles)
    facts = [count_facts(digests[article.id], article.text) for article in articles]
    figures = sum_up(facts)

    assert [round(mean, 2) for mean in scores.mean(axis=0)] == expected["rouge"]["command"]
    assert list(figures.words) == expected["words_p10_p50_p90"]
    assert round(figures.sentences, 2) == expected["sentences"]
    assert round(figures.dangling, 2) == expected["dangling_openings_percent"] > 0
    assert round(figures.altered, 2) == expected["sentences_not_verbatim_percent"] > 0
    assert sum(each.numbers for each in facts) == expected["numbers"]
    assert sum(each.strange_numbers for each in facts) == expected["numbers_not_in_article"] > 0
    assert figures.empty == expected["missing"] == 1

    lead = rouge((article.summary, article.sentences[:3]) for article in articles)
    gain = paired_gain(scores[:, 0], lead[:, 0], random.Random(7))
    assert [round(each, 2) for each in (gain.mean, gain.low, gain.high)] == expected["r1_over_lead3"]


def test_a_digest_of_the_articles_own_sentences_has_nothing_strange() -> None:
    facts = count_facts(ARTICLE.replace("\n\n", " ").split(". ")[:2], ARTICLE)
    assert (facts.strange_numbers, facts.strange_names, facts.altered, facts.dangles) == (0, 0, 0, False)
    assert (facts.numbers, facts.names) == (1, 3)


def test_a_number_that_is_not_in_the_source_is_counted() -> None:
    assert count_facts(["Ada 12.600 pedagang."], ARTICLE).strange_numbers == 1
    assert count_facts(["Ada 12.500 pedagang."], ARTICLE).strange_numbers == 0


def test_two_names_that_only_a_dropped_word_brought_together_are_no_name_of_the_source() -> None:
    assert count_facts(["Warga memuji Sura Wening."], ARTICLE).strange_names == 0
    assert count_facts(["Warga memuji Sura Kupang."], ARTICLE).strange_names == 1


def test_a_part_of_a_name_inside_another_word_is_no_name_of_the_source() -> None:
    assert count_facts(["Warga memuji Sur."], ARTICLE).strange_names == 1


@pytest.mark.parametrize(
    ("digest", "dangles"),
    [
        (
            ["Wali Kota Sura Wening membuka Pasar Lama di Kupang.", "Ia menyebut 12.500 pedagang kembali berjualan."],
            False,
        ),
        (["Ia menyebut 12.500 pedagang kembali berjualan."], True),
        (["Wali Kota Sura Wening membuka Pasar Lama di Kupang.", "Namun, harga beras naik 3,5 persen."], True),
        (["Pedagang meminta bantuan Kementerian Dagang."], False),
    ],
)
def test_an_opening_that_points_back_dangles_unless_its_predecessor_is_there(digest: list[str], dangles: bool) -> None:
    assert count_facts(digest, ARTICLE).dangles is dangles


def test_what_is_said_twice_is_repeated() -> None:
    once, twice = ["Harga beras naik lagi."], ["Harga beras naik lagi.", "Harga beras naik lagi."]
    assert count_facts(once, ARTICLE).repeated == 0
    assert count_facts(twice, ARTICLE).repeated == pytest.approx(3 / 7)


def test_an_empty_digest_is_counted_and_breaks_nothing() -> None:
    figures = sum_up([count_facts([], ARTICLE)])
    assert (figures.empty, figures.words, figures.numbers, figures.altered) == (1, (0, 0, 0), 100.0, 0.0)


def test_the_interval_of_a_gain_holds_its_mean_and_tells_luck_from_a_gain() -> None:
    base = np.linspace(20.0, 80.0, 50)
    sure = paired_gain(base + 2.0, base, random.Random(1))
    assert (sure.mean, sure.low, sure.high) == pytest.approx((2.0, 2.0, 2.0))
    luck = paired_gain(base + np.tile([9.0, -9.0], 25), base, random.Random(1))
    assert luck.low < luck.mean < luck.high
    assert luck.low < 0 < luck.high


def test_only_the_articles_of_the_given_fold_are_measured(data: Path) -> None:
    articles = measured(read_articles([data]), {"b": ["Jalan ditutup."]})
    assert [article.id for article in articles] == ["b"]


def test_a_digest_of_an_unknown_article_is_refused(data: Path) -> None:
    with pytest.raises(ValueError, match="no article for 1 of 2"):
        measured(read_articles([data]), {"a": ["Pasar dibuka."], "z": ["Pasar dibuka."]})


def test_a_second_digest_of_an_article_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "digests.jsonl", {"id": "a", "sentences": []}, {"id": "a", "sentences": []})
    with pytest.raises(ValueError, match="second digest of a"):
        read_digests([file])


def test_a_line_that_is_no_digest_is_named(tmp_path: Path) -> None:
    file = write(tmp_path / "digests.jsonl", {"id": "a", "sentences": []}, {"id": "b"})
    with pytest.raises(ValueError, match=r"digests\.jsonl, line 2"):
        read_digests([file])
    file.write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match=r"digests\.jsonl, line 1: not JSON: [^:]*$"):
        read_digests([file])


def test_the_command_prints_the_digests_beside_the_baselines_and_each_outlet(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digests = write(
        tmp_path / "digests.jsonl",
        {"id": "a", "sentences": ["Pasar dibuka."]},
        {"id": "b", "sentences": ["Jalan ditutup."]},
    )
    assert main(["--data", str(data), "--digests", str(digests)]) == 0
    rows = {line.split(" | ")[0].strip("| "): line.split(" | ")[1:] for line in capsys.readouterr().out.splitlines()}
    assert rows["gold labels"][0] == "50.00"
    assert rows["harian dua"] == ["1", "0.0", "100.0 (+100.0) |"]
    assert rows["harian satu"] == ["1", "36.4", "100.0 (+63.6) |"]


def test_a_missing_file_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "nothing.jsonl")
    assert main(["--data", file, "--digests", file]) == 1
    assert capsys.readouterr().err == f"evaluate: cannot read {file}: No such file or directory\n"
