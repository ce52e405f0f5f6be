"""What is known about each sentence of an article before any model has read it."""

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from summarizer.choice import Floats
from summarizer.lexicon import SAYS, stop_words
from summarizer.selection import belongs_to_list, is_broken, points_back
from summarizer.text import stems
from summarizer.vectors import Vector, dot, total, unit

NAMES = (
    "log position",
    "relative position",
    "opens the article",
    "opens a paragraph",
    "log sentences",
    "words",
    "under 8 words",
    "opens with a quotation",
    "has a quotation",
    "question",
    "half a pair of marks",
    "points back",
    "item of a list",
    "attributed to a pronoun",
    "attributed",
    "centrality",
    "like the one before",
    "like the first",
    "share of the headline",
    "headline known",
    "numbers",
    "names",
)
"""The columns of `sentence_features`, in order."""

_PRONOUN_ATTRIBUTION = re.compile(rf"[,”\"] ?{SAYS}(?:nya| dia| ia| beliau)\b[^.]{{0,30}}\.?$", re.IGNORECASE)
_ATTRIBUTION = re.compile(
    rf"\b(?:{SAYS}(?:nya)?|menurut|mengatakan|mengungkapkan|menjelaskan|menyebut)\b", re.IGNORECASE
)
_NAME = re.compile(r"(?<=\s)[A-Z][\w-]*")


def sentence_vectors(sentences: Sequence[str]) -> list[Vector]:
    """TF-IDF over stems, each of length 1; a sentence of the article is a document."""
    ignored = stop_words()
    counts = [Counter(stem for stem in stems(sentence) if stem not in ignored) for sentence in sentences]
    frequency = Counter(stem for count in counts for stem in count)
    return [unit({s: n * math.log(1 + len(counts) / frequency[s]) for s, n in count.items()}) for count in counts]


def sentence_features(
    sentences: Sequence[str], vectors: Sequence[Vector], openers: Sequence[bool], title: str = ""
) -> Floats:
    """One row for each sentence, one column for each of NAMES, all of the order of 1.

    Args:
        sentences: all those of the article, in order.
        vectors: their `sentence_vectors`.
        openers: whether each opens a paragraph.
        title: the headline; empty where it is not known.
    """
    everything = total(vectors)
    # The sum of the cosines with all sentences: LexRank's degree centrality, in linear time.
    centralities = [dot(vector, everything) for vector in vectors]
    most = max(centralities, default=0.0) or 1.0
    headline = set(stems(title)) - stop_words()
    count = len(sentences)
    rows = []
    for at, (sentence, vector) in enumerate(zip(sentences, vectors, strict=True)):
        words = len(sentence.split())
        rows.append(
            (
                math.log(1 + at) / 2,
                at / count,
                at == 0,
                openers[at],
                math.log(count) / 3,
                min(words, 60) / 30,
                words < 8,
                sentence.startswith(('"', "“", "”")),
                any(mark in sentence for mark in '"“”'),
                sentence.endswith("?"),
                is_broken(sentence),
                points_back(sentence),
                belongs_to_list(sentence),
                bool(_PRONOUN_ATTRIBUTION.search(sentence)),
                bool(_ATTRIBUTION.search(sentence)),
                centralities[at] / most,
                dot(vector, vectors[at - 1]) if at else 0.0,
                dot(vector, vectors[0]) if at else 0.0,
                len(headline & vector.keys()) / max(1, len(headline)),
                bool(headline),
                min(sum(word[0].isdigit() for word in sentence.split()), 5) / 3,
                min(len(_NAME.findall(sentence)), 10) / 5,
            )
        )
    return np.array(rows, dtype=np.float32)
