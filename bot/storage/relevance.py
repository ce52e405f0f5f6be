"""How well an article answers a query. Pure; the only place with the weights of search.

BM25F (Robertson, Zaragoza & Taylor 2004) over title, opening and body, on stems and, beside them, on the words as they
stand: "Megawati" and "gawat" have one stem. The weights are round numbers from the middle of a plateau: of 216 settings
tried on the dev queries of ``../shared/data/search`` the worst has nDCG@10 .935, the median .942, the best .946, and
what is best on one half of the queries is near the median on the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

TITLE = 4.0
"""What a word in the title counts, where one in the body counts 1."""
OPENING = 0.5
"""What it counts more in the opening."""
OPENING_LENGTH = 320
"""Letters of its stems: about 45 words, two sentences."""
AS_TYPED = 1.0
"""What the word itself counts beside its stem."""
SYNONYM = 0.3
"""What another word for it counts."""
COMPLETION = 1.0
"""What a word counts that goes on where the typed one stops."""
SATURATION = 1.2
"""k1 of BM25."""
LENGTH_WEIGHT = 0.75
"""b of BM25, in every field."""
TITLE_LENGTH, BODY_LENGTH = 10.0, 300.0
"""Words of a usual title and body; fixed, so that a score does not change with the day's other articles."""
ALL_WORDS = 0.2
"""The share of the score that is lost in proportion to the words of the query that are missing."""
NEIGHBOURS = 0.1
"""What it adds to the score when the words of the query stand side by side in the title."""
NEWNESS = 0.01
"""How much the score of a brand-new article is raised, as a share of it: nDCG@10 .940, .934 with twice as much."""
HALF_LIFE = timedelta(days=7)
"""Age at which half of that is left."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Stems that may stand for a term, and what they count."""

    stems: str
    weight: float


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a query."""

    stems: str
    """With a space between where it is a phrase."""
    surface: str
    """As typed."""
    articles: int
    """How many of the index have it, or an alternative."""
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """An article that may answer: stems with a space before and after each, surfaces likewise where they are known."""

    article_id: int
    story_id: int | None
    published_at: datetime
    title: str
    body: str
    title_surface: str = ""
    body_surface: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """An article that has the words; the higher ``score``, the better."""

    article_id: int
    story_id: int | None
    published_at: datetime
    score: float


def padded(text: str) -> str:
    """A text of words between spaces, so that ``count(" kata ")`` counts words."""
    return f" {text} "


class Scorer:
    """What a query's terms are worth, worked out once for all the articles that are scored."""

    def __init__(self, terms: Sequence[Term], articles: int) -> None:
        """Args:
        articles: how many the index has.
        """
        self._needles = [
            (
                rarity(term.articles, articles),
                padded(term.stems),
                padded(term.surface),
                [(padded(other.stems), other.weight) for other in term.alternatives],
            )
            for term in terms
        ]
        self._pairs = [padded(f"{first.stems} {second.stems}") for first, second in pairwise(terms)]
        self._worth = sum(worth for worth, *_ in self._needles)

    def match(self, document: Document) -> Match:
        """The article with its score."""
        title_norm = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * max(1, document.title.count(" ") - 1) / TITLE_LENGTH
        body_norm = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * max(1, document.body.count(" ") - 1) / BODY_LENGTH
        score = found = 0.0
        for worth, stems, surface, alternatives in self._needles:
            title: float = document.title.count(stems) + AS_TYPED * document.title_surface.count(surface)
            body: float = document.body.count(stems) + AS_TYPED * document.body_surface.count(surface)
            if body:
                body += OPENING * document.body.count(stems, 0, OPENING_LENGTH)
            for other, weight in alternatives:
                title += weight * document.title.count(other)
                inside = document.body.count(other)
                if inside:
                    body += weight * (inside + OPENING * document.body.count(other, 0, OPENING_LENGTH))
            weighted = (TITLE * title / title_norm + body / body_norm) / (1 + AS_TYPED)
            if weighted > 0:
                found += worth
                score += worth * weighted / (weighted + SATURATION)
        if self._worth:
            score *= 1 - ALL_WORDS + ALL_WORDS * found / self._worth
        if self._pairs:
            score *= 1 + NEIGHBOURS * sum(pair in document.title for pair in self._pairs) / len(self._pairs)
        return Match(document.article_id, document.story_id, document.published_at, score)


def rarity(having: int, articles: int) -> float:
    """The weight of a term by how many articles have it (idf, as in Lucene: never negative)."""
    having = min(having, articles)
    return math.log(1 + (articles - having + 0.5) / (having + 0.5))


def rank(matches: Iterable[Match]) -> list[Match]:
    """Best first. Age counts from the newest match, so that a search in an archive ranks like one in today's news."""
    matches = list(matches)
    newest = max((match.published_at for match in matches), default=None)

    def value(match: Match) -> tuple[float, datetime]:
        assert newest is not None
        half_lives: float = (newest - match.published_at) / HALF_LIFE
        return match.score * (1 + NEWNESS * math.exp2(-half_lives)), match.published_at

    return sorted(matches, key=value, reverse=True)


def one_a_story(matches: Iterable[Match]) -> list[Match]:
    """The first match of each story, in order. An article without a story stands for itself."""
    seen: set[int] = set()
    chosen = []
    for found in matches:
        if found.story_id not in seen:
            chosen.append(found)
            if found.story_id is not None:
                seen.add(found.story_id)
    return chosen
