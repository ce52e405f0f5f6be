"""Which words and sentences of an article an editor would keep: the shipped model, run by ONNX Runtime.

`training/` says how it was made, `model/MODEL_CARD.md` from what. torch and transformers are not needed.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from summarizer.choice import Floats
from summarizer.packing import Packed, pack

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

MODEL = Path(__file__).with_name("model")


@dataclass(frozen=True)
class Draft:
    """An article before the model has read it: its sentences, a row of features for each, and its headline."""

    sentences: Sequence[str]
    features: Floats
    title: str = ""


@dataclass(frozen=True)
class Salience:
    """What the model says of an article; probabilities between 0 and 1.

    Attributes:
        packed: the sentences that it has read, and their words.
        words: for each of these sentences (W,) how likely each word is in a human summary.
        pairs: the same for each word together with the next one.
        sentences: (S,) how likely each sentence is among those that tell most.
        vector: (384,) the article's place among others, of length 1.
    """

    packed: Packed
    words: tuple[Floats, ...]
    pairs: tuple[Floats, ...]
    sentences: Floats
    vector: Floats

    def keep(self, at: int) -> Callable[[int, int], float]:
        """For a sentence: the mean odds of the words between two of its characters; 1 where there are none."""
        spans, odds = self.packed.word_spans[at], self.words[at]

        def mean(start: int, end: int) -> float:
            inside = (spans[:, 0] >= start) & (spans[:, 1] <= end)
            return float(odds[inside].mean()) if inside.any() else 1.0

        return mean


class SalienceModel:
    """Loads its files at the first article (under a second). Safe to share between threads."""

    def __init__(self, folder: Path = MODEL) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._loaded: tuple[Tokenizer, InferenceSession] | None = None

    def read(self, drafts: Sequence[Draft]) -> list[Salience]:
        """What the model says of each article, in order."""
        tokenizer, session = self._load()
        return read_with(tokenizer, lambda inputs: session.run(None, inputs), drafts)

    def _load(self) -> "tuple[Tokenizer, InferenceSession]":
        with self._lock:
            if self._loaded is None:
                from onnxruntime import InferenceSession
                from tokenizers import Tokenizer

                tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
                session = InferenceSession(str(self._folder / "salience.onnx"), providers=["CPUExecutionProvider"])
                self._loaded = tokenizer, session
            return self._loaded


def read_with(
    tokenizer: "Tokenizer", run: Callable[[dict[str, Any]], Sequence[Any]], drafts: Sequence[Draft]
) -> list[Salience]:
    """What a model says of each article, in order.

    They go through it one by one: batches of four are 7 % faster on two cores, and take twice the memory.

    Args:
        run: takes `inputs_of` an article, and gives the arrays of the three heads; see `training.network.Heads`.
    """
    return [_read(run, pack(tokenizer, draft.sentences, draft.title), draft.features) for draft in drafts]


def inputs_of(packed: Packed, features: Floats) -> dict[str, Any]:
    """What the model takes for one article: "ids" and "segments" (1, T), "features" (1, S, F), a row for the title."""
    untitled = np.zeros((1, features.shape[1]), dtype=np.float32)
    rows = np.concatenate([untitled, features[: packed.sentences]])
    return {"ids": packed.ids[None], "segments": packed.segments[None], "features": rows[None]}


def _read(run: Callable[[dict[str, Any]], Sequence[Any]], packed: Packed, features: Floats) -> Salience:
    kept, chosen, vectors = run(inputs_of(packed, features))
    return Salience(
        packed=packed,
        words=tuple(kept[0, at, 0] for at in packed.word_tokens),
        pairs=tuple(kept[0, at, 1] for at in packed.word_tokens),
        sentences=chosen[0, 1 : 1 + packed.sentences],
        vector=vectors[0],
    )
