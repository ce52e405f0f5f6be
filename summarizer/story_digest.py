"""One digest of several articles about one event: the best lead, what others add, where their figures differ."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from summarizer.articles import one_line
from summarizer.differences import Difference, OutletValue, Telling, compare
from summarizer.digest import ArticleInput, Digest, Summarizer
from summarizer.errors import EmptyTextError, SummarizerError
from summarizer.extractive import read_sentences
from summarizer.features import sentence_vectors
from summarizer.lexicon import stop_words
from summarizer.selection import MAX_WORDS, is_sound, pick_short, points_back
from summarizer.text import stems
from summarizer.vectors import Vector, dot, total, unit

__all__ = ["Difference", "OutletValue", "StoryArticle", "StoryDigest", "StorySentence", "digest_story"]

STORY_WORDS = 110
"""Words of a digest of several outlets; one of a single outlet has `selection.MAX_WORDS`."""
MAX_ADDITIONS = 3
"""Sentences that other articles add to the lead; more would bury the news."""
# An article loses half of its claim to lead in this time: the latest full report leads, neither the first nor a flash.
_HALF_LIFE = timedelta(hours=12)
_FULL_REPORT = 35  # words
# A sentence adds nothing when this share of its stems was read before.
_KNOWN_SHARE = 0.5
# Shorter sentences are the rest of one before; older ones are overtaken by the event.
_SHORTEST_ADDITION = 8  # words
_FRESH = timedelta(hours=24)

_QUOTES = ('"', "“", "”")
# "Film itu ...", "Bagi Sagara, ini ...", "Jenazahnya ...": what was named in another outlet's article.
_NAMES_AGAIN = re.compile(
    r"(?:[\w-]+,?\s+){0,5}(?:itu|tersebut|(?<!hari )(?<!pagi )(?<!siang )(?<!sore )(?<!malam )(?<!saat )(?<!kali )"
    r"(?<!pekan )(?<!bulan )(?<!tahun )(?<!musim )ini)\b|"
    r"(?:[\w-]+,?\s+){0,5}(?!sedikitnya|setidaknya|hanya)\w{3,}nya\b|"
    r".*\b(?:kedua|ketiga|keempat|kelima) (?:orang|korban|pelaku|tersangka|warga)\b|.*\bmenambahkan\b",
    re.IGNORECASE,
)
# "Asep menjelaskan": a name alone, which the article had introduced before.
_SHORT_NAME = re.compile(r"(?P<name>[A-Z]\w+),? (?=[a-z])")


@dataclass(frozen=True)
class StoryArticle:
    """An article of a story.

    Attributes:
        text: as `Summarizer.summarize` takes it.
        published: aware.
        digest: its digest where it is known already.
    """

    outlet: str
    title: str
    text: str
    published: datetime
    digest: Digest | None = None


@dataclass(frozen=True)
class StorySentence:
    """A sentence of a digest, with the outlet whose article has it."""

    text: str
    outlet: str


@dataclass(frozen=True)
class StoryDigest:
    """A digest of a story.

    Attributes:
        lead: index of the article that leads; its headline stands for the story.
        sentences: those of the lead in source order, then what others add, outlet by outlet; up to 110 words where
            there are several outlets.
        short: one sentence for a list: that of the lead, unless its figures are out of date.
        differences: the figures on which outlets disagree.
        engine: name and version of the summarizer.
    """

    lead: int
    sentences: tuple[StorySentence, ...]
    short: str
    differences: tuple[Difference, ...]
    engine: str


@dataclass(frozen=True)
class _Sentence:
    text: str
    vector: Vector

    @property
    def words(self) -> int:
        return len(self.text.split())


@dataclass(frozen=True)
class _Report:
    """An article with its digest; `current` leaves out the sentences whose figures a newer article has replaced."""

    article: StoryArticle
    digest: Digest
    current: tuple[_Sentence, ...]

    @property
    def is_led_by_news(self) -> bool:
        return bool(self.current) and self.current[0].text == self.digest.sentences[0]


def digest_story(articles: Sequence[StoryArticle], summarizer: Summarizer) -> StoryDigest:
    """The digest of a story. Sentences are those of the articles' own digests; newer figures replace older ones.

    Args:
        articles: at least one, in any order.
        summarizer: digests the articles that have no digest yet.

    Raises:
        SummarizerError: none of the articles can be summarised.
    """
    newest_first = sorted(_digested(articles, summarizer), key=lambda pair: pair[0].published, reverse=True)
    comparison = compare([_telling(article, digest) for article, digest in newest_first])
    vectors = iter(sentence_vectors([sentence for _, digest in newest_first for sentence in digest.sentences]))
    reports = []
    for at, (article, digest) in enumerate(newest_first):
        sentences = [_Sentence(text, next(vectors)) for text in digest.sentences]
        outdated = [comparison.is_outdated(at, text) for text in digest.sentences]
        reports.append(_Report(article, digest, tuple(_without_outdated(sentences, outdated))))
    lead = _pick_lead(reports)
    chosen = [StorySentence(sentence.text, lead.article.outlet) for sentence in lead.current]
    chosen += _additions(lead, [report for report in reports if report is not lead])
    short = lead.digest.short
    if comparison.is_outdated(reports.index(lead), short):
        short = pick_short([sentence.text for sentence in chosen])
    at = next(at for at, article in enumerate(articles) if article is lead.article)
    return StoryDigest(at, tuple(chosen), short, comparison.differences, summarizer.engine)


def _digested(articles: Sequence[StoryArticle], summarizer: Summarizer) -> list[tuple[StoryArticle, Digest]]:
    missing = [ArticleInput(article.text, article.title) for article in articles if article.digest is None]
    made = iter(summarizer.summarize_many(missing) if missing else ())
    found = [(article, article.digest or next(made)) for article in articles]
    digested = [(article, digest) for article, digest in found if isinstance(digest, Digest) and digest.sentences]
    if not digested:
        raise next((e for _, e in found if isinstance(e, SummarizerError)), EmptyTextError("the story has no words"))
    return digested


def _telling(article: StoryArticle, digest: Digest) -> Telling:
    title = one_line(article.title)
    try:
        sentences, _ = read_sentences(article.text, title)
    except SummarizerError:
        sentences = list(digest.sentences)
    return Telling(article.outlet, article.published, title, sentences)


def _without_outdated(sentences: Sequence[_Sentence], outdated: Sequence[bool]) -> Iterable[_Sentence]:
    """The sentences that are not out of date and do not point back at one that is."""
    left_out = False
    for sentence, is_outdated in zip(sentences, outdated, strict=True):
        left_out = is_outdated or (left_out and points_back(sentence.text))
        if not left_out:
            yield sentence


def _subject(sentences: Iterable[_Sentence]) -> Vector:
    return unit(total(sentence.vector for sentence in sentences))


def _pick_lead(reports: Sequence[_Report]) -> _Report:
    """The report whose digest covers most of what all say and whose first sentence is nearest to what the others say.

    The first sentence tells a report from a feature, which opens with a scene; one that is out of date cannot lead.
    """
    everything = _subject(sentence for report in reports for sentence in report.current)
    newest = max(report.article.published for report in reports)

    def weight(report: _Report) -> float:
        covered = dot(_subject(report.current), everything)
        others = _subject(sentence for other in reports if other is not report for sentence in other.current)
        opening = dot(report.current[0].vector, others) if report.current else 0.0
        fullness = min(1.0, sum(sentence.words for sentence in report.current) / _FULL_REPORT)
        newness: float = 0.5 ** ((newest - report.article.published) / _HALF_LIFE)
        return (covered + opening) * fullness * newness

    # The newest one always is: nothing replaces its figures.
    return max((report for report in reports if report.is_led_by_news), key=weight)


def _additions(lead: _Report, others: Sequence[_Report]) -> list[StorySentence]:
    """What other reports add, outlet by outlet: the sentence with most news about the event first, while it fits."""
    subject = _subject(sentence for report in (lead, *others) for sentence in report.current)
    known = {stem for sentence in lead.current for stem in sentence.vector}
    words = sum(sentence.words for sentence in lead.current)
    newest = max(report.article.published for report in (lead, *others))
    news = known.union(*(stems(report.article.title) for report in (lead, *others))) - stop_words()
    waiting = [
        (report, sentence)
        for report in others
        if newest - report.article.published <= _FRESH
        for sentence in report.current
        if news & sentence.vector.keys() and _stands_alone(sentence.text, report.article.text)
    ]
    added: list[tuple[_Report, _Sentence]] = []
    while waiting and len(added) < MAX_ADDITIONS:
        best = max(waiting, key=lambda row: dot(row[1].vector, subject) * (1 - _known_share(row[1], known)))
        waiting.remove(best)
        report, sentence = best
        limit = MAX_WORDS if report.article.outlet == lead.article.outlet else STORY_WORDS
        if words + sentence.words > limit or _known_share(sentence, known) >= _KNOWN_SHARE:
            continue
        added.append(best)
        words += sentence.words
        known |= sentence.vector.keys()
    in_order = [(report, sentence) for report in others for sentence in report.current if (report, sentence) in added]
    outlets = [lead.article.outlet, *(report.article.outlet for report, _ in in_order)]
    in_order.sort(key=lambda row: outlets.index(row[0].article.outlet))
    return [StorySentence(sentence.text, report.article.outlet) for report, sentence in in_order]


def _known_share(sentence: _Sentence, known: Collection[str]) -> float:
    return sum(stem in known for stem in sentence.vector) / max(1, len(sentence.vector))


def _stands_alone(sentence: str, article: str) -> bool:
    """Whether a sentence can be read without the article that it is from."""
    if not is_sound(sentence) or len(sentence.split()) < _SHORTEST_ADDITION:
        return False
    if sentence.startswith(_QUOTES) or _NAMES_AGAIN.match(sentence):
        return False
    short = _SHORT_NAME.match(sentence)
    if short is None or short["name"].lower() in stop_words():
        return True
    # The article has it as a part of a longer name: "Asep Darmakusuma".
    name = re.escape(short["name"])
    return re.search(rf"\b(?:{name}\s+[A-Z]|[A-Z]\w+\s+{name}\b(?!\s+[A-Z]))", article) is None
