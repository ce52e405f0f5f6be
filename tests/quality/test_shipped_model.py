"""The shipped file against the network that it was made from."""

import json
from pathlib import Path

import pytest

from summarizer.extractive import ExtractiveSummarizer
from summarizer.salience import MODEL
from summarizer.training.corpus import read_corpus

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / "../shared/data/indosum/dev.jsonl"
CHOICES = Path(__file__).with_name("trained_choices.json")
"""Which sentences the trained network took of 100 articles of dev.jsonl; written by `summarizer.training ship`."""


@pytest.mark.skipif(not DEV.is_file(), reason="../shared with IndoSum is not here")
def test_the_shipped_file_makes_the_trained_network_s_choices() -> None:
    trained = json.loads(CHOICES.read_text(encoding="utf-8"))
    engine = ExtractiveSummarizer()
    articles = [article for article in read_corpus([DEV]) if article.id in trained]
    assert len(articles) == len(trained) == 100
    same = sum(engine.choose(article.text, article.title) == trained[article.id] for article in articles)
    # int8 changed the digests of three articles.
    assert same >= 97


def test_the_weights_are_under_40_mb_and_have_a_card() -> None:
    size = sum(file.stat().st_size for file in MODEL.iterdir())
    assert size < 40_000_000
    card = (MODEL / "MODEL_CARD.md").read_text(encoding="utf-8")
    for needed in ("CC BY-SA 4.0", "10.1109/IALP.2018.8629109", "multilingual-e5-small", "Limits"):
        assert needed in card
