"""Any engine that writes its own sentences, kept to what the article says.

The default engine's digest is always at hand: it says which articles can be summarised at all, its sentences make a
long article short enough for the model, and it is given wherever the model fails.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

from summarizer.digest import ArticleInput, Digest, Summarizer
from summarizer.errors import SummarizerError
from summarizer.faithful import SourceFacts, repair
from summarizer.nonsense import read_sentences, why_nonsense
from summarizer.selection import MAX_WORDS, SHORT_WORDS, pick_short

log = logging.getLogger(__name__)

Reason = Literal["missing", "memory", "timeout", "nonsense", "unfaithful", "failed"]
"""Why a generating engine gave no digest; see `Digest.fallback`."""

_VERSION: Final = 1
_PAUSES: Final[dict[Reason, float]] = {"missing": 600, "memory": 600, "timeout": 60, "failed": 60}
"""Seconds for which the generator is left alone after it gave nothing at all, so that a model that cannot be loaded or
a server that is away does not hold up each article."""
_MOST_FAILURES: Final = 1
"""Sentences that may be replaced by one of the article; with more, the digest is not the model's any more."""


@dataclass(frozen=True)
class Source:
    """An article as a generator reads it: headline (may be empty) and clean paragraphs, an empty line between them."""

    title: str
    text: str


class GenerationError(Exception):
    """Nothing was generated.

    Args:
        reason: one of `Reason`.
        message: what happened, a sentence for the operator, without secrets.
    """

    def __init__(self, reason: Reason, message: str = "") -> None:
        super().__init__(message or reason)
        self.reason: Reason = reason


class Generator(Protocol):
    """A model that writes digests. Safe to share between threads."""

    @property
    def name(self) -> str:
        """The setting that chose it, e.g. "transformers:org/model"; digests are kept by it."""
        ...

    @property
    def source_words(self) -> int:
        """Words of the longest source that it reads to its end."""
        ...

    def generate(self, sources: Sequence[Source]) -> Sequence[str | GenerationError]:
        """One digest as running text for each source, in order, or why there is none for this one.

        Raises:
            GenerationError: there is none for the whole batch.
        """
        ...


class DefaultEngine(Summarizer, Protocol):
    """The engine that needs no model of others: what is used where a generator fails."""

    def condense(self, text: str, title: str, words: int) -> str:
        """An article without page furniture: all its sentences in order, or of a long one the best.

        Args:
            words: how many there may be.

        Raises:
            SummarizerError: as `summarize`.
        """
        ...


class GenerativeSummarizer:
    """Digests by a generator, each checked against its article; by the default engine where they do not pass.

    A sentence that says what the article does not is replaced by the sentence of the article that says most of it.
    When a second one fails, or the text is no digest, or the generator fails, the default engine's digest is given,
    with the reason in `Digest.fallback`.

    Args:
        clock: seconds that only grow; see `_PAUSES`.
    """

    def __init__(
        self, generator: Generator, default: DefaultEngine, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._generator = generator
        self._default = default
        self._clock = clock
        self._pause: tuple[float, Reason] | None = None  # until when, and why; replaced as a whole, so needs no lock

    @property
    def engine(self) -> str:
        """The generator and the version of this class, as "openai:model#1"."""
        return f"{self._generator.name}#{_VERSION}"

    def summarize(self, text: str, title: str = "") -> Digest:
        """See `Summarizer.summarize`."""
        [found] = self.summarize_many([ArticleInput(text, title)])
        if isinstance(found, SummarizerError):
            raise found
        return found

    def summarize_many(self, articles: Sequence[ArticleInput]) -> list[Digest | SummarizerError]:
        """See `Summarizer.summarize_many`."""
        results = self._default.summarize_many(articles)
        readable = [(at, found) for at, found in enumerate(results) if isinstance(found, Digest)]
        generated = self._generate([articles[at] for at, _ in readable])
        for (at, default), text in zip(readable, generated, strict=True):
            results[at] = self._check(text, articles[at], default)
        return results

    def _generate(self, articles: Sequence[ArticleInput]) -> Sequence[str | GenerationError]:
        """A text for each article, or why there is none; nothing is asked for while the generator is left alone."""
        if self._pause is not None and self._clock() < self._pause[0]:
            return [GenerationError(self._pause[1])] * len(articles)
        if not articles:
            return []
        words = self._generator.source_words
        sources = [Source(one.title, self._default.condense(one.text, one.title, words)) for one in articles]
        texts = self._try(sources)
        errors = [text for text in texts if isinstance(text, GenerationError)]
        pause = _PAUSES.get(errors[0].reason) if len(errors) == len(texts) else None
        self._pause = None if pause is None else (self._clock() + pause, errors[0].reason)
        for message in sorted({str(error) for error in errors}):
            log.warning("%s: %s", self._generator.name, message)
        if pause is not None:
            log.warning("%s makes the digests for the next %d seconds", self._default.engine, pause)
        return texts

    def _try(self, sources: Sequence[Source]) -> Sequence[str | GenerationError]:
        try:
            return self._generator.generate(sources)
        except GenerationError as error:
            failure = error
        except MemoryError:
            failure = GenerationError("memory", "not enough memory")
        except Exception as error:  # whatever a model's library raises, an article must not go without a digest
            log.warning("the generator failed", exc_info=True)
            failure = GenerationError("failed", repr(error))
        if len(sources) == 1 or failure.reason in ("missing", "timeout"):
            return [failure] * len(sources)
        # One article may have been too much for the model; the others must not suffer for it.
        return [text for source in sources for text in self._try([source])]

    def _check(self, text: str | GenerationError, article: ArticleInput, default: Digest) -> Digest:
        """The digest that a generated text makes, or the default one with the reason."""
        if isinstance(text, GenerationError):
            return replace(default, fallback=text.reason)
        source = f"{article.title}\n{article.text}"
        sentences = read_sentences(text, source)
        problem = why_nonsense(text, sentences, source)
        if problem:
            log.info("%s wrote nonsense: %s", self._generator.name, problem)
            return replace(default, fallback="nonsense")
        repaired = repair(sentences, SourceFacts(article.text, article.title))
        checks = tuple(f"{finding.kind}:{finding.text}" for finding in repaired.findings)
        if repaired.failed > _MOST_FAILURES or not repaired.sentences:
            return replace(default, checks=checks, fallback="unfaithful")
        kept = _within_limit(repaired.sentences)
        short = pick_short(kept)
        if len(short.split()) > SHORT_WORDS:
            short = default.short
        return Digest(kept, short, self.engine, checks)


def _within_limit(sentences: Sequence[str]) -> tuple[str, ...]:
    """The sentences up to the longest that a digest may be, each once, and at least the first."""
    kept: list[str] = []
    total = 0
    for sentence in dict.fromkeys(sentences):
        total += len(sentence.split())
        if kept and total > MAX_WORDS:
            break
        kept.append(sentence)
    return tuple(kept)
