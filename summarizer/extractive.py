"""The default engine: the sentences of the article that an editor would most likely have used, without asides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress, islice
from typing import Protocol

import numpy as np

from summarizer.articles import clean_paragraphs, one_line
from summarizer.boilerplate import is_boilerplate
from summarizer.choice import Candidate, select
from summarizer.compression import remove, spans_to_drop, without_connective
from summarizer.digest import ArticleInput, Digest
from summarizer.errors import EmptyTextError, NotIndonesianError, SummarizerError
from summarizer.features import sentence_features, sentence_vectors
from summarizer.language import is_indonesian
from summarizer.salience import Draft, Salience, SalienceModel
from summarizer.selection import MAX_WORDS, SHORT_WORDS, pick_short, points_back
from summarizer.sentences import split_sentences
from summarizer.text import normalise, split_paragraphs, words
from summarizer.vectors import Vector, dot

# A digest comes from the top of an article (on IndoSum's train.jsonl 4 gold sentences in 1,000 stand beyond the
# 30th), so the rest of a long report need not be read.
_LONGEST_TEXT = 400_000  # characters
_MOST_SENTENCES = 200


class SalienceReader(Protocol):
    """What tells how likely an editor would use each word and sentence: `SalienceModel`, or a network in training."""

    def read(self, drafts: Sequence[Draft]) -> Sequence[Salience]:
        """What it says of each article, in order."""
        ...


@dataclass(frozen=True)
class _Article:
    """An article on its way to a digest."""

    draft: Draft
    vectors: Sequence[Vector]
    openers: Sequence[bool]


class ExtractiveSummarizer:
    """Chooses the sentences of which the best digest can be expected; see `choice.select`.

    Args:
        model: the shipped one unless another is given; loaded at the first article.
    """

    engine = "extractive-2"

    def __init__(self, model: SalienceReader | None = None) -> None:
        self._model = model or shipped_model()

    def summarize(self, text: str, title: str = "") -> Digest:
        """See `Summarizer.summarize`.

        Each sentence is one of the article's after `normalise`, less the spans that `compression` drops. Only text
        without a full stop for 160 words is cut, and marked with "…".
        """
        [found] = self.summarize_many([ArticleInput(text, title)])
        if isinstance(found, SummarizerError):
            raise found
        return found

    def summarize_many(self, articles: Sequence[ArticleInput]) -> list[Digest | SummarizerError]:
        """See `Summarizer.summarize_many`."""
        read = [_read_or_error(article) for article in articles]
        readable = [article for article in read if isinstance(article, _Article)]
        digests = iter(map(self._digest, readable, self._model.read([article.draft for article in readable])))
        return [article if isinstance(article, SummarizerError) else next(digests) for article in read]

    def choose(self, text: str, title: str = "") -> list[int]:
        """The places of the digest's sentences among those of `read_sentences`, from 0; raises as `summarize`."""
        article = _read(text, title)
        [salience] = self._model.read([article.draft])
        return [candidate.position for candidate in _select(article, salience)]

    def condense(self, text: str, title: str, words: int) -> str:
        """See `generative.DefaultEngine.condense`. What the model has not read comes after what it has."""
        article = _read(text, title)
        sentences = article.draft.sentences
        [salience] = self._model.read([article.draft])
        ranked = sorted(range(salience.packed.sentences), key=lambda i: -salience.sentences[i])
        kept, total = set[int](), 0
        for at in (*ranked, *range(len(ranked), len(sentences))):
            total += len(sentences[at].split())
            if kept and total > words:
                break
            kept.add(at)
        breaks = ("\n\n" if opens else " " for opens in article.openers)
        return "".join(
            gap + each for at, (gap, each) in enumerate(zip(breaks, sentences, strict=True)) if at in kept
        ).strip()

    def _digest(self, article: _Article, salience: Salience) -> Digest:
        chosen = _select(article, salience)
        sentences = article.draft.sentences[: salience.packed.sentences]
        brief = [
            remove(sentence, spans_to_drop(sentence, salience.keep(at), words=SHORT_WORDS))
            for at, sentence in enumerate(sentences)
        ]
        short = pick_short(brief, salience.sentences.tolist(), article.draft.title)
        return Digest(tuple(map(_cut, _texts(chosen))), _cut(short), self.engine)


@cache
def shipped_model() -> SalienceModel:
    """The model in `summarizer/model/`, one for the process."""
    return SalienceModel()


def _select(article: _Article, salience: Salience) -> list[Candidate]:
    candidates = [_candidate(article.draft.sentences, at, salience) for at in range(salience.packed.sentences)]
    return select(candidates, lambda i, j: dot(article.vectors[i], article.vectors[j]), article.draft.title)


def _candidate(sentences: Sequence[str], at: int, salience: Salience) -> Candidate:
    """The sentence as it would stand in the digest: without the spans that editors would drop.

    One that the next one leans on stays whole, since "itu" or "ia" there may mean what would have gone.
    """
    sentence = sentences[at]
    leaned_on = at + 1 < len(sentences) and points_back(sentences[at + 1])
    dropped = [] if leaned_on else spans_to_drop(sentence, salience.keep(at))
    spans = salience.packed.word_spans[at]
    stays = np.ones(len(spans), dtype=bool)
    for span in dropped:
        stays &= (spans[:, 0] < span.start) | (spans[:, 1] > span.end)
    return Candidate(
        text=remove(sentence, dropped),
        position=at,
        words=tuple(compress(salience.packed.words[at], stays)),
        kept=salience.words[at][stays],
        kept_pairs=salience.pairs[at][stays],
        odds=float(salience.sentences[at]),
    )


def _texts(chosen: Sequence[Candidate]) -> list[str]:
    """The sentences of a digest; "Namun," goes where what it is opposed to is not there."""
    places = {candidate.position for candidate in chosen}
    return [c.text if c.position - 1 in places else without_connective(c.text) for c in chosen]


def _read_or_error(article: ArticleInput) -> _Article | SummarizerError:
    try:
        return _read(article.text, article.title)
    except SummarizerError as error:
        return error


def _read(text: str, title: str) -> _Article:
    title = one_line(title)
    sentences, openers = read_sentences(text, title)
    vectors = sentence_vectors(sentences)
    return _Article(Draft(sentences, sentence_features(sentences, vectors, openers, title), title), vectors, openers)


def read_sentences(text: str, title: str = "") -> tuple[list[str], list[bool]]:
    """The sentences of an article without its furniture, and whether each opens a paragraph.

    Raises:
        EmptyTextError: there is no word in `text`.
        NotIndonesianError: `text` is clearly in another language.
    """
    _, paragraphs = clean_paragraphs(split_paragraphs(normalise(text[:_LONGEST_TEXT])), title)
    read = list(islice(_sentences(paragraphs), _MOST_SENTENCES))
    if not read:
        raise EmptyTextError("the text has no words")
    sentences = [sentence for sentence, _ in read]
    if not is_indonesian(" ".join(sentences)):
        raise NotIndonesianError("the text is not Indonesian")
    return sentences, [opens for _, opens in read]


def _sentences(paragraphs: Sequence[str]) -> Iterator[tuple[str, bool]]:
    for paragraph in paragraphs:
        opens = True
        for sentence in split_sentences(paragraph):
            if words(sentence) and not is_boilerplate(sentence):
                yield sentence, opens
                opens = False


def _cut(sentence: str) -> str:
    """The sentence, or the first 80 words of text without full stops."""
    parts = sentence.split(" ", MAX_WORDS)
    if len(parts) <= MAX_WORDS or len(sentence.split()) < 2 * MAX_WORDS:
        return sentence
    return " ".join(parts[:MAX_WORDS]) + " …"
