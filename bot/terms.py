"""Words as the index and the queries know them: lower case, without accents, with their stems. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from summarizer.text import find_words, stem_words, words


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, and where it stands there."""

    surface: str
    """In lower case and without accents."""
    stem: str
    start: int = 0
    end: int = 0


def read_words(text: str) -> list[Word]:
    """The words of a text in order, with the places at which they stand."""
    spans = find_words(text)
    surfaces = [_fold(text[start:end]) for start, end in spans]
    return [
        Word(surface, stem, start, end)
        for surface, stem, (start, end) in zip(surfaces, stem_words(surfaces), spans, strict=True)
    ]


def fold(text: str) -> str:
    """The surfaces of a text's words, with a space between."""
    if text.isascii():
        return " ".join(words(text.lower()))
    return " ".join(_fold(text[start:end]) for start, end in find_words(text))


def _fold(word: str) -> str:
    lowered = word.lower()
    if lowered.isascii():
        return lowered
    # The full-text index drops accents as well; what is compared beside it must do the same.
    return "".join(letter for letter in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(letter))
