"""Text in, digest text out: short, faithful digests of Indonesian news articles.

    >>> from summarizer import summarize
    >>> digest = summarize(text, title="…")
    >>> digest.sentences, digest.short, digest.engine

Knows nothing of Telegram, feeds or databases. Importing it does no work; word lists are read when first needed.

Errors (drawn in `summarizer.errors`): SummarizerError > EmptyTextError, NotIndonesianError.
"""

from summarizer.articles import ArticleText, read_article
from summarizer.digest import Digest, Summarizer
from summarizer.errors import EmptyTextError, NotIndonesianError, SummarizerError
from summarizer.extractive import ExtractiveSummarizer

__all__ = [
    "ArticleText",
    "Digest",
    "EmptyTextError",
    "NotIndonesianError",
    "Summarizer",
    "SummarizerError",
    "create_summarizer",
    "read_article",
    "summarize",
]


def create_summarizer(spec: str = "extractive") -> Summarizer:
    """The engine that `spec` names: "extractive" is the only one yet.

    Raises:
        ValueError: there is no such engine.
    """
    if spec == "extractive":
        return ExtractiveSummarizer()
    raise ValueError(f'unknown summarizer {spec!r}: use "extractive"')


def summarize(text: str, title: str = "") -> Digest:
    """The digest of an article by the default engine; see `Summarizer.summarize` for what it raises."""
    return create_summarizer().summarize(text, title)
