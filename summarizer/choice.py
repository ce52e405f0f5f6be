"""Which sentences make a digest, once it is known how likely an editor would keep each of their words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from summarizer.compression import without_connective
from summarizer.fragments import is_commonplace, is_fragment, promised, shows, speaks_up, states
from summarizer.introductions import introductions, speakers
from summarizer.referents import leans_on_last, referents
from summarizer.selection import (
    MAX_WORDS,
    asks,
    belongs_to_list,
    content_stems,
    is_broken,
    names_again,
    points_back,
    says_again,
)

Floats = NDArray[np.float32]

MIN_WORDS = 45
# Two sentences above this cosine say the same (design/summaries.md: 0.8 helps, 0.4 costs 2.7 R1).
REDUNDANT = 0.8
# What a digest gains by having every word of the headline, and by half of them in its first sentence, beside an F1.
# Measured on train.jsonl with the headlines of its addresses: more of either costs ROUGE-1.
_HEADLINE = 0.3
_HEADLINE_FIRST = 0.2
_ENOUGH_FIRST = 0.5
# What it gains by telling what the headline only promises.
_PROMISED = 0.1
# What it loses by opening with a commonplace.
_COMMONPLACE_FIRST = 0.15
# Choices of up to 5 of 12 sentences are compared: 1,585 at most.
_POOL = 12
_MOST_SENTENCES = 5
# Words of a human summary (IndoSum's train.jsonl: 51-65 at p5-p95), against which the words of a digest are counted.
_SUMMARY_WORDS = 60.0
# How often a word that stands twice in a digest stands twice in the summary, if it stands there at all.
_AGAIN = 0.2


@dataclass(frozen=True)
class Candidate:
    """A sentence that may go into a digest.

    Attributes:
        text: as it would stand in the digest.
        position: its place in the article, from 0.
        words: its words as ROUGE takes them.
        kept: (W,) how likely each word is in a human summary.
        kept_pairs: (W,) the same for each word together with the next one.
        odds: how likely the sentence is among those that tell most.
    """

    text: str
    position: int
    words: Sequence[str]
    kept: Floats
    kept_pairs: Floats
    odds: float

    @property
    def length(self) -> int:
        """Words as a reader counts them."""
        return len(self.text.split())


def select(
    candidates: Sequence[Candidate], similarity: Callable[[int, int], float], title: str = ""
) -> list[Candidate]:
    """The sentences of a digest in source order: those of which the highest ROUGE can be expected.

    All choices of up to 5 of the 12 likeliest sentences are compared as whole digests (as MatchSum does by vectors:
    Zhong et al. 2020, arXiv 2004.08795). There are 45-80 words where the article has them. What points back comes only
    directly after the sentence before it, unless it does so by opening words that can go; a bare name and "katanya"
    only after a sentence that says who it is; "riset tersebut" only after one that speaks of it; "Sura buka suara" only
    before what was said. Broken sentences, fragments, questions, items of a list and sentences that repeat one another
    are left out where there is anything else; a commonplace does not open where that costs little. There is always a
    sentence.

    Args:
        candidates: in source order, at least one.
        similarity: cosine of two candidates, by their index in `candidates`.
        title: the headline. What it promises is worth telling, and to begin with.
    """
    pool = _pool(candidates)
    chosen = [candidates[i] for i in pool]
    choices = subsets(len(pool), _MOST_SENTENCES)
    allowed = _guards(candidates, pool, choices, similarity)
    lengths = choices @ np.array([c.length for c in chosen], dtype=np.float32)
    worth = _worth(choices, chosen) + _told_of_headline(choices, chosen, title)
    commonplace = np.array([is_commonplace(c.text) for c in chosen])
    worth -= _COMMONPLACE_FIRST * commonplace[choices.argmax(1)]
    alone = choices.sum(1) == 1
    fits = next(
        rule
        for rule in (
            allowed & (lengths >= MIN_WORDS) & (lengths <= MAX_WORDS),
            # The article is short, or its sentences are too long to go together.
            allowed & ((lengths <= MAX_WORDS) | alone),
            alone,
        )
        if rule.any()
    )
    best = choices[fits][worth[fits].argmax()]
    return [candidate for candidate, taken in zip(chosen, best, strict=True) if taken]


def _guards(
    candidates: Sequence[Candidate], pool: Sequence[int], choices: Floats, similarity: Callable[[int, int], float]
) -> NDArray[np.bool_]:
    """(N,) which choices have beside each sentence what it needs, and say nothing twice."""
    texts = [without_connective(candidate.text) for candidate in candidates]
    needed = (introductions(texts), speakers(texts), referents(texts))
    allowed = np.ones(len(choices), dtype=bool)
    for at, i in enumerate(pool):
        if points_back(texts[i]) or (candidates[i].position and leans_on_last(texts[i])):
            follows = at > 0 and candidates[pool[at - 1]].position == candidates[i].position - 1
            allowed &= (choices[:, at] == 0) | ((choices[:, at - 1] == 1) if follows else False)
        if candidates[i].position and names_again(texts[i]):
            allowed &= (choices[:, at] == 0) | (choices[:, :at].sum(1) > 0)
        for sources in (each[i] for each in needed if i in each):
            known = [before for before, j in enumerate(pool[:at]) if j in sources]
            allowed &= (choices[:, at] == 0) | (choices[:, known].sum(1) > 0)
        said = [after for after in range(at + 1, len(pool)) if states(candidates[pool[after]].text)]
        if said and speaks_up(candidates[i].text):
            allowed &= (choices[:, at] == 0) | (choices[:, said].sum(1) > 0)
        for before, j in enumerate(pool[:at]):
            if similarity(i, j) > REDUNDANT or says_again(candidates[i].text, candidates[j].text):
                allowed &= choices[:, at] * choices[:, before] == 0
    return allowed


@cache
def subsets(count: int, most: int) -> Floats:
    """(N, count) all choices of 1 to `most` of `count` sentences, a row each, 1 where a sentence is taken."""
    rows = [c for size in range(1, min(most, count) + 1) for c in combinations(range(count), size)]
    table = np.zeros((len(rows), count), dtype=np.float32)
    for row, taken in enumerate(rows):
        table[row, list(taken)] = 1
    return table


def _pool(candidates: Sequence[Candidate]) -> list[int]:
    """The candidates to choose from, by index in source order: the likeliest ones that can stand in a digest."""
    usable = [i for i, c in enumerate(candidates) if not _is_unusable(c.text)]
    ranked = sorted(usable or range(len(candidates)), key=lambda i: -candidates[i].odds)
    return sorted(ranked[:_POOL])


def _is_unusable(sentence: str) -> bool:
    return any(test(sentence) for test in (is_broken, belongs_to_list, asks, is_fragment, shows))


def _worth(choices: Floats, chosen: Sequence[Candidate]) -> Floats:
    """What each choice is worth: the ROUGE-1 and ROUGE-2 F1 to expect.

    A word that several sentences have counts once, and by _AGAIN for each further time. F1 is 2 hits over the words of
    both, and the summary's words are taken for a constant: human ones are of much the same length.
    """
    column = {word: at for at, word in enumerate(dict.fromkeys(word for c in chosen for word in c.words))}
    kept = np.zeros((len(chosen), len(column)), dtype=np.float32)
    times = np.zeros_like(kept)
    for row, candidate in enumerate(chosen):
        at = [column[word] for word in candidate.words]
        np.add.at(kept[row], at, candidate.kept)
        np.add.at(times[row], at, 1)
    words = choices @ np.array([len(c.words) for c in chosen], dtype=np.float32)
    often = choices @ times
    mean = choices @ kept / np.maximum(often, 1)
    hits = (mean * (np.minimum(often, 1) + _AGAIN * np.maximum(often - 1, 0))).sum(1)
    pairs = choices @ np.array([c.kept_pairs.sum() for c in chosen], dtype=np.float32)
    worth: Floats = 2 * (hits + pairs) / (words + _SUMMARY_WORDS)
    return worth


def _told_of_headline(choices: Floats, chosen: Sequence[Candidate], title: str) -> Floats:
    """What each choice is worth beside ROUGE because it tells what the headline says, first of all in its opening."""
    said = sorted(content_stems(title))
    if not said:
        return np.zeros(len(choices), dtype=np.float32)
    told = np.array([[stem in content for stem in said] for content in (content_stems(c.text) for c in chosen)])
    told = told.astype(np.float32)
    whole = np.minimum(choices @ told, 1).mean(1)
    opening = np.minimum(told.mean(1), _ENOUGH_FIRST)[choices.argmax(1)]
    kept = [np.minimum(choices @ [bool(p.search(c.text)) for c in chosen], 1) for p in promised(title)]
    gain: Floats = _HEADLINE * whole + _HEADLINE_FIRST * opening + _PROMISED * sum(kept)
    return gain
