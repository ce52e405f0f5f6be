"""Training from a file of articles to a folder that the bot can use, on a model and articles that the tests make."""

import json
import random
from pathlib import Path

import pytest
import torch
from transformers import BartForConditionalGeneration

from summarizer.fine_tune import main
from summarizer.generative import Source
from summarizer.neural import TransformersGenerator
from tests.neural.models import article, make_bart_config, make_tokenizer, save, sentence

pytestmark = pytest.mark.neural

ARTICLES = 1_600


@pytest.fixture(scope="module")
def beginner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BART that has learned nothing, with weights of the size that learns."""
    folder = tmp_path_factory.mktemp("beginner")
    tokenizer = make_tokenizer()
    torch.manual_seed(1)  # from some beginnings it learns in twice the time
    BartForConditionalGeneration(make_bart_config(len(tokenizer), spread=0.02)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles of two sentences whose summary is the first, in IndoSum's shape."""
    chance = random.Random(3)
    file = tmp_path_factory.mktemp("data") / "train.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        for number in range(ARTICLES):
            sentences = [sentence(chance).split() for _ in range(2)]
            record = {"id": str(number), "paragraphs": [[each] for each in sentences], "summary": sentences[:1]}
            lines.write(json.dumps(record) + "\n")
    return file


def run(corpus: Path, model: Path, output: Path, *more: str) -> int:
    return main(["--data", str(corpus), "--model", str(model), "--output", str(output), *more])


def test_a_trained_model_writes_the_lead_of_articles_it_has_not_seen(
    beginner: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(corpus, beginner, tmp_path / "trained", "--epochs", "4", "--lr", "1e-3") == 0
    progress = [line for line in capsys.readouterr().err.splitlines() if ": loss " in line]
    assert progress[-1].startswith("epoch 4/4, step 800/800: loss 0.")
    chance = random.Random(9)
    articles = [article(chance) for _ in range(20)]
    texts = TransformersGenerator(str(tmp_path / "trained")).generate([Source("", each) for each in articles])
    leads = [each[: each.index(".") + 1] for each in articles]
    assert sum(text == lead for text, lead in zip(texts, leads, strict=True)) >= 18


def test_the_same_seed_gives_the_same_weights_and_another_one_others(
    beginner: Path, corpus: Path, tmp_path: Path
) -> None:
    weights = []
    for name, seed in (("a", "4"), ("b", "4"), ("c", "5")):
        assert run(corpus, beginner, tmp_path / name, "--limit", "24", "--epochs", "1", "--seed", seed) == 0
        weights.append((tmp_path / name / "model.safetensors").read_bytes())
    assert weights[0] == weights[1] != weights[2]


def test_a_model_that_only_decodes_is_refused(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(corpus, save("llama", tmp_path / "llama"), tmp_path / "trained") == 1
    assert "no sequence-to-sequence model" in capsys.readouterr().err


def test_a_line_that_is_no_article_is_named(beginner: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data.jsonl").write_text('{"id": "1"}\n')
    assert run(tmp_path / "data.jsonl", beginner, tmp_path / "trained") == 1
    assert "data.jsonl, line 1: not an IndoSum article" in capsys.readouterr().err


def test_a_file_without_articles_is_no_training(
    beginner: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data.jsonl").write_text("")
    assert run(tmp_path / "data.jsonl", beginner, tmp_path / "trained") == 1
    assert "has no articles" in capsys.readouterr().err
