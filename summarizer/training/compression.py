"""The gate of `summarizer.compression`: which spans a digest is better without, learned from IndoSum's editors.

    python -m summarizer.training.compression TRAIN.jsonl [--out FILE]

Every droppable span of the gold-labelled sentences and of the first four sentences (which stand for an engine's digest,
and have sentences that the editor did not take) is dropped for itself; the change of ROUGE-1 + ROUGE-2 against the
human summary is its gain. A logistic regression learns the sign of the gain,
weighted by its size, so that what it minimises is the ROUGE lost by wrong decisions.
"""

import argparse
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summarizer.compression import Keep, compress, droppable, features, remove
from summarizer.training.corpus import detokenize

_FOLDS = 5
_LEAD = 4
_ONLY_DATELINES = {"dateline": 1.0}
_RIDGE = 5.0  # 1 to 20 give the same ROUGE within 0.01
_STEPS = 30  # Newton's method has settled after ten
_OUT = Path(__file__).parents[1] / "data" / "compression.json"

Weights = dict[str, float]


@dataclass(frozen=True)
class Lesson:
    """An article's human summary, and two digests of whole sentences: what editors chose, and the first four."""

    fold: int
    summary: tuple[str, ...]
    gold: tuple[str, ...]
    lead: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A span: what the gate knows of it, and the points of ROUGE-1 + ROUGE-2 that the digest gains without it."""

    features: dict[str, float]
    gain: float


def rows(digest: Sequence[str], summary: Sequence[str], keeps: Sequence[Keep] | None = None) -> Iterator[Row]:
    """A row for each droppable span of a digest.

    Args:
        digest: its sentences.
        summary: the sentences of the human summary.
        keeps: for each sentence what `compress` takes as `keep`, from a model that has not seen the article.
    """
    before = sum(rouge(digest, summary))
    for i, sentence in enumerate(digest):
        for span in droppable(sentence):
            shorter = [*digest[:i], remove(sentence, [span]), *digest[i + 1 :]]
            known = features(sentence, span, keeps[i] if keeps else None)
            yield Row(known, sum(rouge(shorter, summary)) - before)


def fit(examples: Sequence[Row]) -> Weights:
    """The weights of the logistic regression, by Newton's method.

    Raises:
        ValueError: there are no examples.
    """
    if not examples:
        raise ValueError("no spans to learn from")
    names = sorted({name for row in examples for name in row.features})
    table = np.array([[row.features.get(name, 0.0) for name in names] for row in examples])
    gains = np.array([row.gain for row in examples])
    wanted, sizes = (gains > 0).astype(float), np.abs(gains) / np.abs(gains).mean()
    weights = np.zeros(len(names))
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (sizes * (wanted - chance)) - _RIDGE * weights
        curve = (table * (sizes * chance * (1 - chance))[:, None]).T @ table + _RIDGE * np.eye(len(names))
        weights += np.linalg.solve(curve, slope)
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}


def rouge(digest: Sequence[str], summary: Sequence[str]) -> tuple[float, float]:
    """ROUGE-1 and ROUGE-2 F1 in points, as rouge_score counts them without a stemmer."""
    ours, theirs = (re.findall(r"[a-z0-9]+", "\n".join(text).lower()) for text in (digest, summary))
    return _f1(Counter(ours), Counter(theirs)), _f1(Counter(pairwise(ours)), Counter(pairwise(theirs)))


def _f1(ours: Counter[Any], theirs: Counter[Any]) -> float:
    together = ours.total() + theirs.total()
    return 200 * (ours & theirs).total() / together if together else 0.0


def read_lessons(path: Path) -> list[Lesson]:
    """The articles of one of IndoSum's files."""
    lessons = []
    for record in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        sentences = [detokenize(tokens) for paragraph in record["paragraphs"] for tokens in paragraph]
        labels = [label for paragraph in record["gold_labels"] for label in paragraph]
        lessons.append(
            Lesson(
                fold=int(hashlib.sha256(record["id"].encode()).hexdigest(), 16) % _FOLDS,
                summary=tuple(map(detokenize, record["summary"])),
                gold=tuple(sentence for sentence, label in zip(sentences, labels, strict=True) if label),
                lead=tuple(sentences[:_LEAD]),
            )
        )
    return lessons


def cross_validate(lessons: Sequence[Lesson]) -> NDArray[np.float64]:
    """(N, 6) ROUGE-1, ROUGE-2 and words of each article's first four sentences, and the same compressed.

    The gate has not seen the article's fold. Datelines go in both, since digests have none.
    """
    table = []
    for fold in range(_FOLDS):
        weights = fit([row for lesson in lessons if lesson.fold != fold for row in _lesson_rows(lesson)])
        for lesson in (lesson for lesson in lessons if lesson.fold == fold):
            whole = [compress(sentence, weights=_ONLY_DATELINES) for sentence in lesson.lead]
            shorter = [compress(sentence, weights=weights) for sentence in lesson.lead]
            table.append([*_figures(whole, lesson.summary), *_figures(shorter, lesson.summary)])
    return np.array(table)


def _lesson_rows(lesson: Lesson) -> Iterator[Row]:
    yield from rows(lesson.gold, lesson.summary)
    yield from rows(lesson.lead, lesson.summary)


def _figures(digest: Sequence[str], summary: Sequence[str]) -> tuple[float, float, int]:
    return *rouge(digest, summary), len(" ".join(digest).split())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m summarizer.training.compression", description="Fit the gate.")
    parser.add_argument("train", type=Path, help="IndoSum's train.jsonl")
    parser.add_argument("--out", type=Path, default=_OUT, help=f"where the weights go (default: {_OUT})")
    arguments = parser.parse_args()
    lessons = read_lessons(arguments.train)
    table = cross_validate(lessons)
    before, after = np.split(table.mean(axis=0), 2)
    gain = table[:, 3] - table[:, 0]
    means = np.random.default_rng(1).choice(gain, (1000, len(gain))).mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    print(f"{len(lessons)} articles, {_FOLDS} folds, ROUGE-1, ROUGE-2, words")  # noqa: T201
    print(f"whole sentences  {before.round(2)}\ncompressed       {after.round(2)}")  # noqa: T201
    print(f"ROUGE-1 {gain.mean():+.3f} (95 %: {low:+.3f} to {high:+.3f}), {np.mean(gain != 0):.1%} of digests change")  # noqa: T201
    known = json.loads(arguments.out.read_text(encoding="utf-8")) if arguments.out.exists() else {}
    known["alone"] = fit([row for lesson in lessons for row in _lesson_rows(lesson)])
    arguments.out.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
