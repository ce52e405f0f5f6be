"""Any model through transformers: small ones that the tests make, through the real loading and generating."""

import json
import logging
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from summarizer.generative import GenerationError, Source
from summarizer.neural import TransformersGenerator
from summarizer.presets import CHAT, PRESETS, SEQUENCE_TO_SEQUENCE
from tests.neural.models import article, save

pytestmark = [
    pytest.mark.neural,
    # transformers' own BERT decoder warns of a change of 2021 whenever it computes a loss.
    pytest.mark.filterwarnings("ignore:Version v4.12.0:FutureWarning"),
]

KINDS = ("t5", "bart", "bert2bert", "llama")
chance = random.Random(5)
SOURCES = [Source("", article(chance, sentences)) for sentences in (2, 30, 1, 5, 3, 8, 2, 20, 6, 4)]


@pytest.fixture(scope="module", autouse=True)
def short_digests() -> Iterator[None]:
    """Random weights never come to an end; twenty tokens of them tell as much as the usual 200."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("summarizer.neural.SEQUENCE_TO_SEQUENCE", replace(SEQUENCE_TO_SEQUENCE, max_new_tokens=20))
        patch.setattr("summarizer.neural.CHAT", replace(CHAT, max_new_tokens=20))
        yield


@pytest.fixture(scope="module", params=KINDS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(request.param, tmp_path_factory.mktemp("models") / request.param)


@pytest.fixture(scope="module")
def texts(folder: Path) -> list[str]:
    return TransformersGenerator(str(folder)).generate(SOURCES)


def test_each_source_has_its_own_text_in_order_whatever_it_is_batched_with(folder: Path, texts: list[str]) -> None:
    generator = TransformersGenerator(str(folder))
    assert [generator.generate([source])[0] for source in SOURCES] == texts
    assert len(set(texts)) > len(texts) // 2


def test_the_same_sources_give_the_same_texts_again(folder: Path, texts: list[str]) -> None:
    torch.manual_seed(99)
    assert TransformersGenerator(str(folder)).generate(SOURCES[::-1])[::-1] == texts


def test_marks_of_the_vocabulary_are_not_written(texts: list[str]) -> None:
    assert not [text for text in texts if "<pad>" in text or "</s>" in text or "<s>" in text]


def test_a_source_longer_than_the_model_reads_is_cut(folder: Path) -> None:
    report = Source("", article(random.Random(6), 2_000))
    opening = Source("", " ".join(report.text.split()[:9_000]))
    assert TransformersGenerator(str(folder)).generate([report]) == TransformersGenerator(str(folder)).generate(
        [opening]
    )


def test_sampling_that_a_model_brings_along_is_not_used(tmp_path: Path) -> None:
    folder = save("llama", tmp_path / "llama")
    plain = TransformersGenerator(str(folder)).generate(SOURCES[:3])
    settings = json.loads((folder / "generation_config.json").read_text())
    settings |= {"do_sample": True, "temperature": 5.0, "top_k": 500, "top_p": 0.99}
    (folder / "generation_config.json").write_text(json.dumps(settings))
    assert TransformersGenerator(str(folder)).generate(SOURCES[:3]) == plain


def test_a_chat_model_is_asked_by_its_template(tmp_path: Path) -> None:
    folder = save("llama", tmp_path / "llama")
    plain = TransformersGenerator(str(folder)).generate(SOURCES[:1])
    template = (folder / "chat_template.jinja").read_text()
    (folder / "chat_template.jinja").write_text(template.replace("jawab :", "pasar Cendana ditutup :"))
    assert TransformersGenerator(str(folder)).generate(SOURCES[:1]) != plain


def test_a_chat_model_reads_the_headline(tmp_path: Path) -> None:
    generator = TransformersGenerator(str(save("llama", tmp_path / "llama")))
    text = SOURCES[0].text
    assert generator.generate([Source("Pasar ditutup", text)]) != generator.generate([Source("Taman dibuka", text)])


def test_a_model_that_is_not_trained_to_chat_is_refused(tmp_path: Path) -> None:
    folder = save("llama", tmp_path / "llama")
    (folder / "chat_template.jinja").unlink()
    with pytest.raises(GenerationError, match="no chat template") as caught:
        TransformersGenerator(str(folder)).generate(SOURCES[:1])
    assert caught.value.reason == "failed"


def test_the_prefix_that_a_model_was_trained_with_is_put_before_the_source(tmp_path: Path) -> None:
    folder = save("t5", tmp_path / "t5")
    [expected] = TransformersGenerator(str(folder)).generate([Source("", f"pasar: {SOURCES[3].text}")])
    [without] = TransformersGenerator(str(folder)).generate([SOURCES[3]])
    config = json.loads((folder / "config.json").read_text())
    config["task_specific_params"] = {"summarization": {"prefix": "pasar: "}}
    (folder / "config.json").write_text(json.dumps(config))
    assert TransformersGenerator(str(folder)).generate([SOURCES[3]]) == [expected] != [without]


def test_a_model_that_is_nowhere_is_missing(tmp_path: Path) -> None:
    generator = TransformersGenerator(str(tmp_path / "nothing"))
    with pytest.raises(GenerationError, match="cannot load") as caught:
        generator.generate(SOURCES[:1])
    assert caught.value.reason == "missing"


def test_a_folder_without_weights_is_missing(tmp_path: Path) -> None:
    folder = save("t5", tmp_path / "t5")
    (folder / "model.safetensors").unlink()
    with pytest.raises(GenerationError) as caught:
        TransformersGenerator(str(folder)).generate(SOURCES[:1])
    assert caught.value.reason == "missing"


def test_weights_that_break_off_fail(tmp_path: Path) -> None:
    weights = save("t5", tmp_path / "t5") / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1_000])
    with pytest.raises(GenerationError) as caught:
        TransformersGenerator(str(tmp_path / "t5")).generate(SOURCES[:1])
    assert caught.value.reason == "failed"


def test_a_model_with_layers_that_were_never_trained_is_refused(tmp_path: Path) -> None:
    folder = save("t5", tmp_path / "t5")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"num_decoder_layers": 3}))
    with pytest.raises(GenerationError, match="weights are missing") as caught:
        TransformersGenerator(str(folder)).generate(SOURCES[:1])
    assert caught.value.reason == "failed"


def test_a_model_that_memory_cannot_hold_is_named_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = TransformersGenerator(str(save("t5", tmp_path / "t5")))
    generator.generate(SOURCES[:1])
    # torch's own words, by asking it for a petabyte.
    monkeypatch.setattr("transformers.T5ForConditionalGeneration.generate", lambda *_, **__: torch.empty(10**15))
    with pytest.raises(GenerationError, match="not enough memory") as caught:
        generator.generate(SOURCES[:1])
    assert caught.value.reason == "memory"


def test_a_preset_that_forbids_commercial_use_warns_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "summarizer")
    TransformersGenerator("csebuetnlp/mT5_multilingual_XLSum")
    TransformersGenerator("LazarusNLP/IndoNanoT5-base-IndoSum")
    assert [record.getMessage() for record in caplog.records] == [
        "csebuetnlp/mT5_multilingual_XLSum: its licence and XL-Sum's, on which it was trained, forbid commercial use"
    ]


def test_every_preset_reads_more_than_it_writes() -> None:
    assert all(each.source_tokens >= 2 * each.max_new_tokens for each in PRESETS.values())


def test_text_of_a_vocabulary_without_capitals_is_spelled_as_the_source_spells_it(tmp_path: Path) -> None:
    folder = save("bart", tmp_path / "bart")
    data = json.loads((folder / "tokenizer.json").read_text())
    data["model"]["vocab"] = {piece.lower(): number for piece, number in data["model"]["vocab"].items()}
    data["model"]["merges"] = []
    data["normalizer"] = {"type": "Lowercase"}
    (folder / "tokenizer.json").write_text(json.dumps(data))
    texts = TransformersGenerator(str(folder)).generate(SOURCES)
    assert all(text[0] == text[0].upper() for text in texts if text)


@pytest.mark.parametrize("kind", ["t5", "bart"])
def test_a_folder_that_ctranslate2_converted_to_int8_needs_no_other_weights(kind: str, tmp_path: Path) -> None:
    converters = pytest.importorskip("ctranslate2.converters")
    folder = save(kind, tmp_path / kind)
    converter = converters.TransformersConverter(str(folder), copy_files=["tokenizer.json", "tokenizer_config.json"])
    converted = Path(converter.convert(str(tmp_path / "int8"), quantization="int8"))
    shutil.rmtree(folder)
    texts = TransformersGenerator(str(converted)).generate(SOURCES)
    assert len(texts) == len(SOURCES)
    assert len(set(texts)) > len(texts) // 2


def test_a_converted_folder_without_its_tokenizer_fails(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"nothing")
    with pytest.raises(GenerationError, match="cannot use") as caught:
        TransformersGenerator(str(tmp_path)).generate(SOURCES[:1])
    assert caught.value.reason == "failed"
