"""What the default engine learns from a human summary."""

import numpy as np
import pytest

from summarizer.training.corpus import detokenize, headline_in, read_corpus
from summarizer.training.targets import make_targets


def test_a_word_is_wanted_where_the_summary_has_it_and_a_pair_where_it_has_both_in_a_row() -> None:
    targets = make_targets([["harga", "beras", "naik", "lagi"]], ["harga", "beras", "turun", "lagi"])
    assert targets.words[0].tolist() == [1, 1, 0, 1]
    assert targets.pairs[0].tolist() == [1, 0, 0, 0]


def test_the_sentences_that_give_the_best_digest_get_the_highest_labels() -> None:
    def words(name: str) -> list[str]:
        return [f"{name}{at}" for at in range(20)]

    article = [words("a"), words("b"), words("c"), words("d"), words("e")]
    labels = make_targets(article, words("a") + words("c") + words("d")).sentences
    assert labels[[0, 2, 3]].min() > 0.95
    assert labels[[1, 4]].max() < 0.05


def test_two_sentences_that_would_do_as_well_share_the_label() -> None:
    lead = [f"lead{at}" for at in range(30)]
    same = [f"sama{at}" for at in range(20)]
    labels = make_targets([lead, same, list(same)], lead + same).sentences
    assert labels[0] > 0.95
    assert labels[1] == pytest.approx(labels[2])
    assert 0.4 < labels[1] < 0.6


def test_an_article_shorter_than_any_digest_still_has_labels() -> None:
    targets = make_targets([["hujan", "deras"], ["banjir"]], ["hujan", "deras"])
    assert np.isfinite(targets.sentences).all()
    assert targets.sentences[0] > targets.sentences[1]


def test_tokens_become_text_again() -> None:
    tokens = ["Harga", "naik", "10", ".", "000", "rupiah", "(", "2", "%", ")", ",", '"', "kata", "dia", '"', "."]
    assert detokenize(tokens) == 'Harga naik 10.000 rupiah (2%), "kata dia".'


@pytest.mark.parametrize(
    ("address", "headline"),
    [
        (
            "https://contoh.id/nasional/20160830070740-134-154705/jet-tempur-hilang-saat-latihan/",
            "jet tempur hilang saat latihan",
        ),
        ("http://contoh.net/read/169212-klub.jeda.16.hari", "klub jeda 16 hari"),
        ("http://contoh.com/uang/harga-beras-naik.html?utm=x", "harga beras naik"),
        ("", ""),
    ],
)
def test_the_headline_is_read_from_the_address(address: str, headline: str) -> None:
    assert headline_in(address) == headline


def test_a_line_that_is_no_article_is_named(tmp_path) -> None:
    file = tmp_path / "data.jsonl"
    file.write_text('{"id": "a", "paragraphs": [], "summary": []}\n{"id": "b"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"data\.jsonl, line 2"):
        read_corpus([file])
