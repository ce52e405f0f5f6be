"""What an article is about, for those whose outlet does not say: a logistic regression over stems of its opening.

The weights are learned from IndoSum by `python -m summarizer.training.topics`, which also has the figures.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summarizer.lexicon import stop_words
from summarizer.text import stems

OPENING_WORDS = 200
"""Words of the body that are read: what a report is about stands at its beginning."""
SURE = 0.75
"""The odds above which a topic is given; 95 of 100 such topics are right in articles of outlets that training had not
seen (cross-validation on IndoSum's train part, see the recipe)."""

_FILE = Path(__file__).with_name("data") / "topics.npz"
_TITLE_COUNTS = 2  # a word of the headline is worth two of the body

Array = NDArray[Any]


def likely_topic(title: str, body: str) -> str | None:
    """The topic of an article, one of the names that the model was trained with; None where it is not sure."""
    model = _model()
    odds = model.odds(title, body)
    best = int(odds.argmax())
    return model.topics[best] if odds[best] >= SURE else None


def terms(title: str, body: str) -> dict[str, float]:
    """The stems of an article that may tell its topic, each with the damped count of its uses."""
    opening = " ".join(body.split()[:OPENING_WORDS])
    counts = Counter(stems(title) * _TITLE_COUNTS + stems(opening))
    return {
        stem: 1 + math.log(count)
        for stem, count in counts.items()
        if len(stem) > 1 and not stem[0].isdigit() and stem not in stop_words()
    }


class TopicModel:
    """The weights, and the odds that they give.

    Args:
        vocabulary: the stems that it knows.
        rarity: of each stem, its inverse document frequency.
        weights: of each stem (row) for each topic (column).
        bias: of each topic.
    """

    def __init__(
        self, topics: tuple[str, ...], vocabulary: tuple[str, ...], rarity: Array, weights: Array, bias: Array
    ) -> None:
        self.topics = topics
        self.vocabulary = vocabulary
        self._place = {stem: place for place, stem in enumerate(vocabulary)}
        self._rarity, self._weights, self._bias = rarity, weights, bias

    def row(self, title: str, body: str) -> tuple[Array, Array]:
        """An article as places in the vocabulary and their values, which together have length 1."""
        known = [(self._place[stem], count) for stem, count in terms(title, body).items() if stem in self._place]
        places = np.array([place for place, _ in known], dtype=np.int64)
        values = np.array([count for _, count in known], dtype=np.float64) * self._rarity[places]
        return places, values / max(float(np.linalg.norm(values)), 1e-9)

    def odds(self, title: str, body: str) -> Array:
        """The odds of each topic, in the order of `topics`; their sum is 1."""
        places, values = self.row(title, body)
        return softmax(values @ self._weights[places] + self._bias)

    def save(self, path: Path) -> None:
        """Write the weights, at 16 bits, as plain arrays."""
        np.savez_compressed(
            path,
            topics=np.array(self.topics),
            vocabulary=np.array("\n".join(self.vocabulary)),
            rarity=self._rarity.astype(np.float16),
            weights=self._weights.astype(np.float16),
            bias=self._bias.astype(np.float32),
        )

    @classmethod
    def load(cls, path: Path) -> TopicModel:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(
                tuple(map(str, arrays["topics"])),
                tuple(str(arrays["vocabulary"]).split("\n")),
                arrays["rarity"].astype(np.float64),
                arrays["weights"].astype(np.float64),
                arrays["bias"].astype(np.float64),
            )


def softmax(scores: Array) -> Array:
    """Scores, of one article or a row each, as odds."""
    odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))


@cache
def _model() -> TopicModel:
    return TopicModel.load(_FILE)
