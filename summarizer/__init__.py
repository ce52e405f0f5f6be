"""Text in, digest text out: short, faithful digests of Indonesian news articles.

    >>> from summarizer import summarize
    >>> digest = summarize(text, title="…")
    >>> digest.sentences, digest.short, digest.engine

Knows nothing of Telegram, feeds or databases. Importing it does no work: word lists, models and the libraries
that run them are loaded when first needed.

Errors (drawn in `summarizer.errors`): SummarizerError > EmptyTextError, NotIndonesianError.
"""

from summarizer.articles import ArticleText, read_article
from summarizer.digest import ArticleInput, Digest, Summarizer
from summarizer.errors import EmptyTextError, NotIndonesianError, SummarizerError

__all__ = [
    "ArticleInput",
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


def create_summarizer(spec: str = "extractive", *, api_key: str = "") -> Summarizer:
    """The engine that a spec names; loads no model before the first article.

    Args:
        spec: "extractive" | "transformers:MODEL" (hub id or folder) | "openai:MODEL@URL" (URL as in
            "http://127.0.0.1:8000/v1").
        api_key: sent to the server of an "openai" engine.

    Raises:
        ValueError: there is no such engine; the message says what can be used.
    """
    from summarizer.extractive import ExtractiveSummarizer

    default = ExtractiveSummarizer()
    if spec == "extractive":
        return default
    kind, _, model = spec.partition(":")
    if kind == "openai":
        from summarizer.endpoint import parse_endpoint
        from summarizer.generative import GenerativeSummarizer

        return GenerativeSummarizer(parse_endpoint(model, api_key), default)
    if kind == "transformers" and model:
        from summarizer.generative import GenerativeSummarizer
        from summarizer.neural import TransformersGenerator

        return GenerativeSummarizer(TransformersGenerator(model), default)
    raise ValueError(f'unknown summarizer {spec!r}: use "extractive", "transformers:MODEL" or "openai:MODEL@URL"')


def summarize(text: str, title: str = "") -> Digest:
    """The digest of an article by the default engine; see `Summarizer.summarize` for what it raises."""
    return create_summarizer().summarize(text, title)
