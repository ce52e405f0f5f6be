"""Whether two stories that were kept apart tell one event after all: for lists in which each event stands once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from summarizer.lexicon import stop_words
from summarizer.text import stems

# Chosen on half of the labelled pairs of ../shared/data/stories: precision .75, recall .50 there, .71 and .46 on the
# other half. The pairs were drawn from the border between same and other: most of the wrong ones are the next stage of
# one affair, which an edition can spare (tests/bench/editions.py counts them in whole days).
_TITLE_SHARED = 0.5
_TEXT_SHARED = 0.4
_FEWEST = 4  # stems that two headlines must share
_SENTENCES = 2


@dataclass(frozen=True, slots=True)
class Gist:
    """The stems of a headline, and of headline and first sentences together, without function words."""

    title: frozenset[str]
    text: frozenset[str]

    @classmethod
    def of(cls, title: str, sentences: Sequence[str]) -> Gist:
        """The gist of a story, from the headline and the digest that stand for it."""
        return cls(_content(title), _content(" ".join((title, *sentences[:_SENTENCES]))))


def is_same_event(one: Gist, other: Gist) -> bool:
    """Whether the headlines share half of the shorter one's stems, at least four, and the openings two fifths."""
    shared = one.title & other.title
    return (
        len(shared) >= _FEWEST
        and _overlap(one.title, other.title) >= _TITLE_SHARED
        and _overlap(one.text, other.text) >= _TEXT_SHARED
    )


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the smaller set that stands in the other."""
    return len(one & other) / max(1, min(len(one), len(other)))


def _content(text: str) -> frozenset[str]:
    return frozenset(stems(text)) - stop_words()
