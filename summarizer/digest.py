"""What a summarizer gives, and what a summarizer is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from summarizer.errors import SummarizerError


@dataclass(frozen=True)
class ArticleInput:
    """An article to summarise; see `Summarizer.summarize` for the two fields."""

    text: str
    title: str = ""


@dataclass(frozen=True)
class Digest:
    """A digest of one article.

    Attributes:
        sentences: in source order, 45-80 words together where the article has them.
        short: one sentence for a list, of at most 25 words where it can be; see `selection.pick_short`.
        engine: name and version of what made it, e.g. "extractive-2".
        checks: what `faithful` found wrong and was repaired, as "number:12.500"; empty for the default engine.
        fallback: why the default engine made it instead of the chosen one: "missing", "memory", "timeout",
            "nonsense", "unfaithful" or "failed"; empty where the chosen engine did.
    """

    sentences: tuple[str, ...]
    short: str
    engine: str
    checks: tuple[str, ...] = ()
    fallback: str = ""


class Summarizer(Protocol):
    """An engine. Safe to share between threads."""

    @property
    def engine(self) -> str:
        """Name and version of the chosen engine; `Digest.engine` of what it made itself."""
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

    def summarize_many(self, articles: Sequence[ArticleInput]) -> list[Digest | SummarizerError]:
        """The digest of each article, in order; for one that cannot be summarised, its error in its place."""
        ...
