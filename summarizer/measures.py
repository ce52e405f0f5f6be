"""Measures of a digest: ROUGE against a human summary, and what can be counted beside the article alone."""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

METRICS = ("rouge1", "rouge2", "rougeL", "rougeLsum")
_RESAMPLES = 500

# The words of ../shared/score/summaries.py, not those of `selection`: the measure must not follow the method.
_DANGLING = re.compile(
    r'^["“‘\s]*(?:ia|dia|beliau|mereka|namun|tetapi|tapi|selain itu|sementara itu|karena itu|oleh karena itu|akibatnya|'
    r"bahkan|hal itu|hal ini|hal tersebut|itu|ini|kemudian|lalu|sebaliknya|meski begitu|meski demikian|"
    r"dengan demikian|adapun|padahal|sedangkan|setelah itu|menurutnya|ujarnya|katanya)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<!\w)[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*")
_NOT_FLAT = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True)
class Facts:
    """What can be counted in one digest without a human summary.

    Attributes:
        dangles: a sentence opens with a word that points back ("Ia", "Namun") and does not follow its predecessor.
        numbers, strange_numbers: numbers in digits, and those that the article does not have.
        names, strange_names: capitalised spans (but for a sentence's first word), and those that the article lacks.
        altered: sentences that do not stand in the article letter for letter.
        repeated: share of the digest's word pairs that it has had before (one minus the unique n-gram ratio of
            Xiao & Carenini 2020, "Systematically Exploring Redundancy Reduction in Summarizing Long Documents").
    """

    sentences: int
    words: int
    dangles: bool
    numbers: int
    strange_numbers: int
    names: int
    strange_names: int
    altered: int
    repeated: float


@dataclass(frozen=True)
class Figures:
    """The facts of many digests together; shares in per cent."""

    digests: int
    empty: int
    sentences: float
    words: tuple[int, int, int]
    dangling: float
    numbers: float
    names: float
    altered: float
    repeated: float


@dataclass(frozen=True)
class Gain:
    """A mean difference, and the interval that holds it in 95 of 100 resamples."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:+.2f} ({self.low:+.2f} to {self.high:+.2f})"


def rouge(pairs: Iterable[tuple[Sequence[str], Sequence[str]]]) -> Floats:
    """(A, 4): F1 times 100 of `METRICS` for each pair of a human summary and a digest; 0 where the digest is empty.

    rouge_score's, without stemmer, one sentence a line (Lin 2004).

    Raises:
        ImportError: the package rouge-score is not installed.
    """
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(METRICS, use_stemmer=False)
    scores = [scorer.score("\n".join(summary), "\n".join(digest)) for summary, digest in pairs]
    return np.array([[100 * score[metric].fmeasure for metric in METRICS] for score in scores])


def paired_gain(ours: Floats, base: Floats, rng: random.Random) -> Gain:
    """The mean gain over another system on the same articles, by a paired bootstrap (Efron 1979; Koehn 2004).

    Args:
        ours, base: (A,) a score of each article.
    """
    difference = ours - base
    count = len(difference)
    means = sorted(float(difference[[rng.randrange(count) for _ in range(count)]].mean()) for _ in range(_RESAMPLES))
    return Gain(float(difference.mean()), means[_RESAMPLES // 40], means[-(_RESAMPLES // 40) - 1])


def count_facts(digest: Sequence[str], text: str) -> Facts:
    """What can be counted in a digest of the article `text`."""
    source = _flat(text)
    known = {number.rstrip(".,") for number in _NUMBER.findall(text)}
    numbers = [number for sentence in digest for number in _NUMBER.findall(sentence)]
    names = [_flat(name) for sentence in digest for name in _NAME.findall(sentence.partition(" ")[2])]
    tokens = _flat(" ".join(digest)).split()
    pairs = list(pairwise(tokens))
    return Facts(
        sentences=len(digest),
        words=sum(len(sentence.split()) for sentence in digest),
        dangles=any(_dangles(digest, at, source) for at in range(len(digest))),
        numbers=len(numbers),
        strange_numbers=sum(number not in known for number in numbers),
        names=len(names),
        strange_names=sum(f" {name.strip()} " not in f" {source} " for name in names),
        altered=sum(_flat(sentence).strip() not in source for sentence in digest),
        repeated=1 - len(set(pairs)) / len(pairs) if pairs else 0.0,
    )


def _dangles(digest: Sequence[str], at: int, source: str) -> bool:
    if not _DANGLING.match(digest[at]):
        return False
    before = source[: max(source.find(_flat(digest[at]).strip()[:60]), 0)].strip()
    return at == 0 or not before.endswith(_flat(digest[at - 1]).strip()[-30:])


def _flat(text: str) -> str:
    return _NOT_FLAT.sub(" ", text.lower())


def sum_up(facts: Sequence[Facts]) -> Figures:
    """The facts of at least one digest in one row."""
    words = [each.words for each in facts]
    low, middle, high = (int(np.percentile(words, share)) for share in (10, 50, 90))
    sentences = sum(each.sentences for each in facts)
    return Figures(
        digests=len(facts),
        empty=sum(not each.sentences for each in facts),
        sentences=sentences / len(facts),
        words=(low, middle, high),
        dangling=100 * sum(each.dangles for each in facts) / len(facts),
        numbers=_precision(sum(each.numbers for each in facts), sum(each.strange_numbers for each in facts)),
        names=_precision(sum(each.names for each in facts), sum(each.strange_names for each in facts)),
        altered=100 * sum(each.altered for each in facts) / max(1, sentences),
        repeated=100 * sum(each.repeated for each in facts) / len(facts),
    )


def _precision(found: int, strange: int) -> float:
    return 100 * (found - strange) / found if found else 100.0
