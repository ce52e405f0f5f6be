"""Which word of the index a misspelt word was meant to be. Pure.

Candidates share a key with the typed word: the word without one of its letters (as in SymSpell, Garbe 2012), or its
consonants as they sound in Indonesian. The key tables hold every word of the index, so that a look-up costs a few
B-tree reads however large the index is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

SHORTEST, LONGEST = 3, 24
"""Letters of a word that is looked after; shorter ones have too many neighbours, longer ones are no words."""

FARTHEST = 2.0
"""Mistakes in a word that can still be meant; see ``distance``."""
FARTHEST_SHORT = 1.0
"""The same for words of up to five letters."""
MISTAKE_COST = 3.5
"""How many times (as a power of e) more common a word must be to win over one that is a mistake nearer."""

MAX_CORRECTIONS = 5

_SOUNDS = (
    # Old spelling, foreign letters, and what is doubled or silent in the middle of Indonesian and Arabic names.
    ("oe", "u"),
    ("dj", "j"),
    ("tj", "c"),
    ("ch", "c"),
    ("kh", "k"),
    ("sy", "s"),
    ("sh", "s"),
    ("dh", "d"),
    ("dz", "z"),
    ("th", "t"),
    ("ph", "f"),
    ("gh", "g"),
    ("ck", "k"),
    ("x", "ks"),
    ("q", "k"),
    ("v", "f"),
    ("p", "f"),
    ("z", "s"),
)
_VOWELS = frozenset("aeiouy")
_DOUBLED = re.compile(r"(.)\1+")
_LETTERS = re.compile(r"[a-z']+")


def is_correctable(word: str) -> bool:
    """Whether a word is made of letters, and of as many as words have."""
    return SHORTEST <= len(word) <= LONGEST and _LETTERS.fullmatch(word) is not None


def spelling_keys(word: str) -> set[str]:
    """What a word has in common with its misspellings: itself, itself without a letter, and its sound."""
    keys = {word[:at] + word[at + 1 :] for at in range(len(word))} | {word}
    skeleton = sound(word)
    if len(skeleton) >= 3:
        keys.add(f"~{skeleton}")
    return keys


def sound(word: str) -> str:
    """The first letter and the consonants after it, as they sound in Indonesian."""
    for written, spoken in _SOUNDS:
        word = word.replace(written, spoken)
    word = _DOUBLED.sub(r"\1", word.replace("'", ""))
    return word[:1] + "".join(letter for letter in word[1:] if letter not in _VOWELS and letter != "h")


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the index that a misspelt one may have been meant to be."""

    word: str
    articles: int
    mistakes: float
    """See ``distance``."""


def best_corrections(typed: str, candidates: Iterable[tuple[str, int]]) -> list[Correction]:
    """The likeliest few of the words of the index (with their numbers of articles), the likeliest first."""
    farthest = FARTHEST_SHORT if len(typed) <= 5 else FARTHEST
    near = []
    for word, articles in candidates:
        mistakes = distance(typed, word)
        if word != typed and articles > 0 and mistakes <= farthest:
            near.append(Correction(word, articles, mistakes))
    near.sort(key=lambda found: math.log(found.articles) - MISTAKE_COST * found.mistakes, reverse=True)
    return near[:MAX_CORRECTIONS]


def distance(typed: str, meant: str) -> float:
    """Mistakes between two words: ``letter_distance``, half of it where they sound the same."""
    slips = letter_distance(typed, meant)
    return slips / 2 if sound(typed) == sound(meant) else slips


def letter_distance(typed: str, meant: str) -> float:
    """Damerau-Levenshtein distance (optimal string alignment) in which common slips cost less.

    A doubled letter costs 0.5, a vowel left out or put in and two letters changed round 0.8, another first letter 1.5.
    """
    rows, columns = len(typed), len(meant)
    table = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in range(1, rows + 1):
        table[row][0] = table[row - 1][0] + _gap(typed, row - 1)
    for column in range(1, columns + 1):
        table[0][column] = table[0][column - 1] + _gap(meant, column - 1)
    for row in range(1, rows + 1):
        for column in range(1, columns + 1):
            same = typed[row - 1] == meant[column - 1]
            best = min(
                table[row - 1][column - 1] + (0 if same else 1.5 if row == column == 1 else 1),
                table[row - 1][column] + _gap(typed, row - 1),
                table[row][column - 1] + _gap(meant, column - 1),
            )
            if row > 1 and column > 1 and typed[row - 2 : row] == meant[column - 2 : column][::-1]:
                best = min(best, table[row - 2][column - 2] + 0.8)
            table[row][column] = best
    return table[rows][columns]


def _gap(word: str, at: int) -> float:
    """What it costs that a letter stands in one of the words only."""
    if at == 0:
        return 1.5
    if word[at] == word[at - 1]:
        return 0.5
    return 0.8 if word[at] in _VOWELS else 1.0
