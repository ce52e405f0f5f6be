"""The shipped file against the network that it was made from."""

from pathlib import Path

import pytest
from tokenizers import Tokenizer

from summarizer.extractive import ExtractiveSummarizer
from summarizer.salience import MODEL
from summarizer.training.corpus import read_corpus
from summarizer.training.recorded import RecordedReader

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / "../shared/data/indosum/dev.jsonl"
TRAINED = Path(__file__).with_name("trained.npz")
"""What the trained network says of the first 100 articles of dev.jsonl; written by `summarizer.training ship`."""


@pytest.mark.skipif(not DEV.is_file(), reason="../shared with IndoSum is not here")
def test_the_shipped_file_makes_the_trained_network_s_choices() -> None:
    shipped = ExtractiveSummarizer()
    trained = ExtractiveSummarizer(RecordedReader(TRAINED, Tokenizer.from_file(str(MODEL / "tokenizer.json"))))
    articles = read_corpus([DEV])[:100]
    same = sum(shipped.choose(a.text, a.title) == trained.choose(a.text, a.title) for a in articles)
    # int8 moves the odds a little, and two digests may be worth nearly the same.
    assert same >= 97


def test_the_weights_are_under_40_mb_and_have_a_card() -> None:
    size = sum(file.stat().st_size for file in MODEL.iterdir())
    assert size < 40_000_000
    card = (MODEL / "MODEL_CARD.md").read_text(encoding="utf-8")
    for needed in ("CC BY-SA 4.0", "10.1109/IALP.2018.8629109", "multilingual-e5-small", "Limits"):
        assert needed in card
