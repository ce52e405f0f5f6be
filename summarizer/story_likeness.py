"""How likely two articles report one event: a logistic combination of what their texts share.

The weights stand in data/story_likeness.json; `python -m summarizer.training.stories` fits them and tells how well they
do on articles that they have not seen.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from summarizer.story_text import StoryText, is_another_of_series
from summarizer.vectors import dot, unit

FEATURES = (
    "titles",  # cosine of the headlines
    "texts",  # cosine of headline and 200 words
    "openings",  # rarity of the 8 rarest stems that both have in headline or lead
    "rarest",  # rarity of the 3 rarest stems that both have at all
    "leads",  # rarity-weighted share of a lead that the other article has, the smaller of both ways
    "numbers",  # share of the numbers that both have
    "day",  # whether the first day in both texts is one
    "hours",  # log of 1 + hours between them, 72 at most
    "one_outlet",  # whether both may be of one outlet
)
_WEIGHTS = Path(__file__).with_name("data") / "story_likeness.json"
_FREQUENCIES = Path(__file__).with_name("data") / "stem_frequencies.json"

# Before a window has articles of its own, rarities are those of IndoSum, and go on counting as so many articles.
_PRIOR_ARTICLES = 500
_LONGEST_APART = 72.0  # hours
_OPENING_STEMS = 8
_RAREST_STEMS = 3
_NEVER = 0.001


class Rarity:
    """How rare each stem is among the articles of a window: 1 for one that none has, 0 for one that all have."""

    def __init__(self) -> None:
        self._articles = 0
        self._frequency: Counter[str] = Counter()

    def count(self, stems: Iterable[str]) -> None:
        """Take in the distinct stems of one more article."""
        self._articles += 1
        self._frequency.update(stems)

    def discount(self, stems: Sequence[str]) -> None:
        """Forget an article that was counted."""
        self._articles -= 1
        self._frequency.subtract(stems)
        for stem in stems:
            if not self._frequency[stem]:
                del self._frequency[stem]

    def of(self, stems: Iterable[str]) -> dict[str, float]:
        """For each stem its inverse document frequency, over the highest that there can be."""
        # Most of the time of a comparison is spent here.
        highest, log, frequency, prior = math.log(self._articles + _PRIOR_ARTICLES), math.log, self._frequency, _prior()
        return {stem: 1 - log(frequency.get(stem, 0) + prior.get(stem, 0.0) + 1) / highest for stem in stems}


@cache
def _prior() -> Mapping[str, float]:
    """How many of so many articles would have a stem, going by IndoSum."""
    found = json.loads(_FREQUENCIES.read_text(encoding="utf-8"))
    return {stem: count * _PRIOR_ARTICLES / found["articles"] for stem, count in found["stems"].items()}


@dataclass(frozen=True, slots=True)
class WeighedText:
    """An article with the rarity of its stems; made when it is compared, as rarities change.

    Attributes:
        title: headline, as a vector of length 1.
        body: headline and 200 words, as a vector of length 1.
        rarity: of each stem of `body`.
        opening: the stems of headline and lead.
        lead: sum of the rarities of the lead.
    """

    text: StoryText
    title: Mapping[str, float]
    body: Mapping[str, float]
    rarity: Mapping[str, float]
    opening: frozenset[str]
    lead: float


def weigh(text: StoryText, rarity: Rarity) -> WeighedText:
    """The text with the rarity that its stems have now."""
    rare = rarity.of(text.body)
    return WeighedText(
        text,
        title=unit({stem: rare[stem] for stem in text.title}),
        body=unit({stem: weight * rare[stem] for stem, weight in zip(text.body, text.weights, strict=True)}),
        rarity=rare,
        opening=frozenset(text.title) | frozenset(text.lead),
        lead=sum(rare[stem] for stem in text.lead),
    )


def compare(one: WeighedText, other: WeighedText, apart: timedelta, *, one_outlet: bool) -> tuple[float, ...]:
    """The features of two articles, in the order of FEATURES; which comes first makes no difference."""
    first, second = one.text, other.text
    shared = one.rarity.keys() & other.rarity.keys()
    rarest = sorted((one.rarity[stem] for stem in shared), reverse=True)
    opening = sorted((one.rarity[stem] for stem in one.opening & other.opening), reverse=True)
    numbers = min(len(first.numbers), len(second.numbers))
    return (
        dot(one.title, other.title),
        sum(one.body[stem] * other.body[stem] for stem in shared),
        sum(opening[:_OPENING_STEMS]) / _OPENING_STEMS,
        sum(rarest[:_RAREST_STEMS]) / _RAREST_STEMS,
        min(_covered(one, other), _covered(other, one)),
        len(first.numbers & second.numbers) / numbers if numbers else 0.0,
        float(bool(first.day) and first.day == second.day),
        math.log1p(min(abs(apart.total_seconds()) / 3600, _LONGEST_APART)),
        float(one_outlet),
    )


def _covered(one: WeighedText, other: WeighedText) -> float:
    if not one.lead:
        return 0.0
    return sum(one.rarity[stem] for stem in one.text.lead if stem in other.rarity) / one.lead


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model: one weight for each of FEATURES, and what is added to their sum."""

    of: tuple[float, ...]
    bias: float

    def odds(self, features: Sequence[float]) -> float:
        """The probability, between 0 and 1."""
        total = self.bias + sum(weight * value for weight, value in zip(self.of, features, strict=True))
        return 1 / (1 + math.exp(-total)) if total > -500 else 0.0


@cache
def shipped_weights() -> Weights:
    """The weights in data/story_likeness.json, in the order of FEATURES."""
    found = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    return Weights(tuple(found["weights"][name] for name in FEATURES), found["bias"])


def likeness(
    one: WeighedText, other: WeighedText, apart: timedelta, *, one_outlet: bool, weights: Weights | None = None
) -> float:
    """How likely two articles report one event, between 0 and 1.

    Args:
        apart: the time between their publication.
        one_outlet: whether both are, or may be, of one outlet: outlets tell an event once and then go on to its next
            stage, which is a story of its own.
        weights: the shipped ones unless others are given.
    """
    # Two outlets may well mean one thing by two such headlines; a single one does not.
    if one_outlet and is_another_of_series(one.text, other.text):
        return _NEVER
    return (weights or shipped_weights()).odds(compare(one, other, apart, one_outlet=one_outlet))
