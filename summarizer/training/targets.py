"""What the model learns from a human summary.

Two labels a word and one a sentence:

* a word occurs in the summary (what ROUGE-1 counts);
* a word and the one after it stand so in the summary (what ROUGE-2 counts);
* the share of the sentence in the digests of whole sentences that score best, softly: each digest of 35-85 words weighs
  exp(score / TEMPERATURE), so that digests which are nearly as good as the best one teach as well. Greedy labels, the
  usual ones, know one digest only.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from summarizer.choice import Floats, subsets

TEMPERATURE = 0.02  # of (ROUGE-1 + ROUGE-2) / 2, between 0 and 1
_SENTENCES = 12  # the search looks at this many from the top, which hold 95.7 % of the editors' choices
_MOST_CHOSEN = 5
_WORDS = (35, 85)


@dataclass(frozen=True)
class Targets:
    """Labels between 0 and 1: `words` and `pairs` one array of (W,) for each sentence, `sentences` (S,)."""

    words: tuple[Floats, ...]
    pairs: tuple[Floats, ...]
    sentences: Floats


def make_targets(sentences: Sequence[Sequence[str]], summary: Sequence[str]) -> Targets:
    """The labels of an article.

    Args:
        sentences: the words of each sentence, as in `Packed.words`.
        summary: the words of the human summary, all sentences in a row.
    """
    known, known_pairs = set(summary), set(pairwise(summary))
    return Targets(
        words=tuple(np.array([word in known for word in s], dtype=np.float32) for s in sentences),
        pairs=tuple(
            np.array([*(pair in known_pairs for pair in pairwise(s)), False][: len(s)], np.float32) for s in sentences
        ),
        sentences=_sentence_labels(sentences, summary),
    )


def _sentence_labels(sentences: Sequence[Sequence[str]], summary: Sequence[str]) -> Floats:
    labels = np.zeros(len(sentences), dtype=np.float32)
    head = sentences[:_SENTENCES]
    choices = subsets(len(head), _MOST_CHOSEN)
    lengths = choices @ np.array([len(s) for s in head], dtype=np.float32)
    fits = (lengths >= _WORDS[0]) & (lengths <= _WORDS[1])
    if fits.any():
        choices, lengths = choices[fits], lengths[fits]
    scores = np.zeros(len(choices), dtype=np.float32)
    for n in (1, 2):
        scores += _f1(choices, lengths, [Counter(_grams(s, n)) for s in head], Counter(_grams(summary, n)), n)
    weights = np.exp((scores - scores.max()) / 2 / TEMPERATURE)
    labels[: len(head)] = weights @ choices / weights.sum()
    return labels


def _f1(
    choices: Floats, lengths: Floats, counts: Sequence[Counter[tuple[str, ...]]], gold: Counter[tuple[str, ...]], n: int
) -> Floats:
    """ROUGE-n F1 of each choice; pairs of words across sentences are left out."""
    grams = list(gold)
    table = np.array([[count[gram] for gram in grams] for count in counts], dtype=np.float32)
    hits = np.minimum(choices @ table, np.array([gold[gram] for gram in grams], dtype=np.float32)).sum(1)
    scores: Floats = 2 * hits / np.maximum(lengths - (n - 1) * choices.sum(1) + gold.total(), 1)
    return scores


def _grams(words: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
