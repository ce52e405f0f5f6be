"""Training of the default engine, from IndoSum to the exported file, on few articles and few layers."""

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra `neural` (make test-neural)")

from tokenizers import Tokenizer  # noqa: E402

from summarizer.digest import Digest  # noqa: E402
from summarizer.extractive import ExtractiveSummarizer  # noqa: E402
from summarizer.salience import SalienceModel  # noqa: E402
from summarizer.training.__main__ import main  # noqa: E402
from summarizer.training.corpus import read_corpus  # noqa: E402
from summarizer.training.export import export  # noqa: E402
from summarizer.training.fit import Recipe, Trainer  # noqa: E402
from summarizer.training.network import SalienceNetwork, TorchSalience, load_encoder  # noqa: E402
from summarizer.training.recorded import RecordedReader, RecordingReader  # noqa: E402

SHARED = Path(__file__).resolve().parents[2] / "../shared"
ENCODER = SHARED / "model/e5-small-id"
DEV = SHARED / "data/indosum/dev.jsonl"

pytestmark = [
    pytest.mark.neural,
    pytest.mark.skipif(not ENCODER.is_dir(), reason="../shared with the encoder and IndoSum is not here"),
]


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    torch.set_num_threads(2)
    return Trainer(Recipe(layers=3, frozen=2, epochs=2), ENCODER, read_corpus([DEV])[100:164])


@pytest.fixture(scope="module")
def trained(trainer: Trainer) -> SalienceNetwork:
    return trainer.train(range(len(trainer.examples)))


def test_the_exported_file_gives_the_trained_network_s_choices_on_100_articles(
    trainer: Trainer, trained: SalienceNetwork, tmp_path: Path
) -> None:
    (tmp_path / "tokenizer.json").write_bytes((ENCODER / "tokenizer.json").read_bytes())
    export(trained, tmp_path / "salience.onnx", trainer.inputs(20))
    network = ExtractiveSummarizer(TorchSalience(trained, Tokenizer.from_file(str(ENCODER / "tokenizer.json"))))
    exported = ExtractiveSummarizer(SalienceModel(tmp_path))
    articles = read_corpus([DEV])[:100]
    same = sum(network.choose(a.text, a.title) == exported.choose(a.text, a.title) for a in articles)
    # int8 moves the odds a little, so that an article whose two best digests are worth the same may change.
    assert same >= 90


def test_what_a_network_said_is_kept_for_other_rules_of_choosing(trained: SalienceNetwork, tmp_path: Path) -> None:
    tokenizer = Tokenizer.from_file(str(ENCODER / "tokenizer.json"))
    recording, articles = RecordingReader(TorchSalience(trained, tokenizer)), read_corpus([DEV])[:5]
    chosen = [ExtractiveSummarizer(recording).choose(a.text, a.title) for a in articles]
    recording.save(tmp_path / "said.npz")
    recorded = ExtractiveSummarizer(RecordedReader(tmp_path / "said.npz", tokenizer))
    assert [recorded.choose(a.text, a.title) for a in articles] == chosen
    with pytest.raises(KeyError):
        recorded.choose(articles[0].text)  # without its headline the network was not asked


def test_training_learns_which_sentences_editors_take(trained: SalienceNetwork) -> None:
    engine = ExtractiveSummarizer(TorchSalience(trained, Tokenizer.from_file(str(ENCODER / "tokenizer.json"))))
    firsts = [engine.choose(example.text)[0] for example in read_corpus([DEV])[:40]]
    assert np.mean([at == 0 for at in firsts]) > 0.6


def test_the_encoder_is_read_as_transformers_reads_it() -> None:
    from transformers import AutoModel

    theirs = AutoModel.from_pretrained(ENCODER, dtype=torch.float32, add_pooling_layer=False).eval()
    ours = load_encoder(ENCODER).eval()
    ids = torch.tensor([[0, 5, 100, 2000, 300, 2]])
    with torch.inference_mode():
        expected = theirs(ids).last_hidden_state
        found = ours.run(ours.embed(ids), torch.zeros(1, 1, 1, 6))
    assert torch.allclose(found, expected, atol=1e-4)


def test_the_same_seed_trains_the_same_network() -> None:
    examples = read_corpus([DEV])[:16]
    one, other = (
        Trainer(Recipe(layers=2, frozen=1, epochs=1, seed=5), ENCODER, examples).train(range(16)) for _ in range(2)
    )
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_the_folds_write_digests_of_what_was_held_out_and_train_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "few.jsonl"
    lines = DEV.read_text(encoding="utf-8").splitlines()[:20]
    data.write_text("\n".join(lines), encoding="utf-8")
    arguments = ["--data", str(data), "--encoder", str(ENCODER), "--output", str(tmp_path / "out"), "--epochs", "1"]
    examples = read_corpus([data])
    fold = str(examples[0].fold)
    assert main(["folds", *arguments, "--only", fold]) == 0
    written = [json.loads(line) for line in (tmp_path / "out" / f"{fold}.jsonl").read_text().splitlines()]
    assert {record["id"] for record in written} == {e.id for e in examples if str(e.fold) == fold}
    assert all(record["sentences"] for record in written)

    capsys.readouterr()
    (tmp_path / "out" / f"{fold}.jsonl").unlink()
    assert main(["folds", *arguments, "--only", fold]) == 0
    assert [json.loads(line) for line in (tmp_path / "out" / f"{fold}.jsonl").read_text().splitlines()] == written
    assert "epoch" not in capsys.readouterr().err, "a network that stands in the folder is not trained again"

    assert main(["folds", *arguments, "--only", fold, "--seed", "9"]) == 1
    assert "was trained in another way" in capsys.readouterr().err


def test_a_file_that_is_no_corpus_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text("{}\n", encoding="utf-8")
    assert main(["folds", "--data", str(wrong), "--encoder", str(ENCODER), "--output", str(tmp_path)]) == 1
    assert "wrong.jsonl, line 1" in capsys.readouterr().err


def test_a_digest_of_the_trained_network_is_a_digest(trained: SalienceNetwork) -> None:
    engine = ExtractiveSummarizer(TorchSalience(trained, Tokenizer.from_file(str(ENCODER / "tokenizer.json"))))
    [example] = read_corpus([DEV])[:1]
    digest = engine.summarize(example.text, example.title)
    assert isinstance(digest, Digest)
    assert 1 <= len(digest.sentences) <= 5
