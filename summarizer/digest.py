"""What a summarizer gives, and what a summarizer is."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Digest:
    """A digest of one article.

    Attributes:
        sentences: in source order, 45-80 words together where the article has them.
        short: one sentence for a list: the first one, if it has at most 32 words; see `selection.pick_short`.
        engine: name and version of what made it, e.g. "extractive-1".
    """

    sentences: tuple[str, ...]
    short: str
    engine: str


class Summarizer(Protocol):
    """An engine. Safe to share between threads."""

    @property
    def engine(self) -> str:
        """Name and version, as in `Digest.engine`; digests are kept by it."""
        ...

    def summarize(self, text: str, title: str = "") -> Digest:
        """The digest of an article.

        Args:
            text: the article, paragraphs separated by an empty line; a dateline and page furniture may be left in.
            title: the headline, which is never part of the digest.

        Raises:
            EmptyTextError: there is no word in `text`.
            NotIndonesianError: `text` is clearly in another language.
        """
        ...
