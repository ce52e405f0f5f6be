"""Copies: what several outlets took over from one agency."""

from collections.abc import Sequence

from summarizer.text import words

# Of the sample news, agency copies share 0.89 and more of their opening's trigrams with the original, other articles
# of one story 0.71 and less.
_COPIED = 0.8
_SHINGLE = 3  # words
_SHORTEST = 8  # words; shorter openings can be alike by chance


def opens_alike(one: str, other: str) -> bool:
    """Whether two opening sentences are one, up to a dateline or a changed word.

    More than 0.8 of the three-word sequences of the shorter one stand in the other. Sentences of fewer than eight
    words are never alike.
    """
    shorter, longer = sorted(([word.casefold() for word in words(text)] for text in (one, other)), key=len)
    if len(shorter) < _SHORTEST:
        return False
    shingles = _shingles(shorter)
    return len(shingles & _shingles(longer)) / len(shingles) > _COPIED


def _shingles(sequence: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(sequence[at : at + _SHINGLE]) for at in range(len(sequence) - _SHINGLE + 1)}
