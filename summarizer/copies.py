"""Copies: one text in several outlets, most often an agency's, whole or cut, under headlines of their own.

MinHash (Broder 1997, doi 10.1109/SEQUEN.1997.666900) over three-word sequences of the opening, by rensa.
"""

from collections.abc import Iterable
from typing import Protocol

from rensa import RMinHash, RMinHashLSH

from summarizer.articles import clean_paragraphs, one_line
from summarizer.text import normalise, split_paragraphs, words

_SHINGLE = 3  # words
# Outlets cut an agency's report at its end, so only the opening is compared.
_OPENING = 100  # words
_LONGEST_TEXT = 2_000  # characters; more than 100 words need
_SHORTEST = 20  # words; shorter texts can be alike by chance
# Of the sample news copies share .61 and more of the opening's sequences, other articles .14 and less.
_COPIED = 0.5
_HASHES = 96
# 32 bands of 3 hashes: a pair that shares half of its sequences is found with a probability of .986.
_BANDS = 32
_SEED = 1


class Signature(Protocol):
    """What stands for the opening of an article."""

    def jaccard(self, other: "Signature") -> float:
        """About the share of all sequences of the two openings that both have, between 0 and 1."""
        ...


def sign(title: str, text: str) -> Signature | None:
    """The signature of an article's opening without dateline and page furniture; None where it is too short to tell."""
    _, paragraphs = clean_paragraphs(split_paragraphs(normalise(text[:_LONGEST_TEXT])), one_line(title))
    opening = [word.casefold() for word in words(" ".join(paragraphs))[:_OPENING]]
    if len(opening) < _SHORTEST:
        return None
    signature = RMinHash(num_perm=_HASHES, seed=_SEED)
    signature.update([" ".join(opening[at : at + _SHINGLE]) for at in range(len(opening) - _SHINGLE + 1)])
    found: Signature = signature
    return found


class CopyIndex:
    """The signatures of articles, so that a copy finds what it is a copy of. Not safe to share between threads."""

    def __init__(self) -> None:
        self._signatures: dict[int, Signature] = {}
        self._index = RMinHashLSH(threshold=_COPIED, num_perm=_HASHES, num_bands=_BANDS)

    def add(self, article_id: int, signature: Signature | None) -> None:
        """Take in an article; the same id again replaces it."""
        self.remove([article_id])
        if signature is not None:
            self._signatures[article_id] = signature
            self._index.insert(article_id, signature)

    def remove(self, article_ids: Iterable[int]) -> None:
        """Forget these articles, those that are there."""
        for article_id in article_ids:
            if self._signatures.pop(article_id, None) is not None:
                self._index.remove(article_id)

    def original(self, signature: Signature | None) -> int | None:
        """The article with the lowest id of which more than half of the opening is the same, or None."""
        if signature is None:
            return None
        found = (key for key in self._index.query(signature) if self._signatures[key].jaccard(signature) > _COPIED)
        return min(found, default=None)
