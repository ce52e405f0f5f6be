"""Into which story an article goes: the articles of the last days, and which of them report one event."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from summarizer.story_likeness import Rarity, WeighedText, Weights, likeness, weigh
from summarizer.story_text import StoryText

WINDOW = timedelta(hours=72)

# How likely an article must be to report a story's event, and two stories to be one. On the dev windows w1 and w2 of
# ../shared/data/stories, with weights that had not seen the window: links F1 .727 and .667; with .40 .724 and .690, but
# less precise, and two events in one story are the worse mistake.
JOIN = 0.45
MERGE = 0.4
# The newest articles of a story stand for it: a story of a hundred articles is read no longer than one of these.
_MOST_MEMBERS = 16
# An article is looked up by its heaviest stems, and compared with the articles that share most of their weight.
_KEYS = 24
_CANDIDATES = 24

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article belongs.

    Attributes:
        story: the one whose event it reports; None where it opens one.
        same: other stories that turn out to be that one, now that the article links them.
    """

    story: str | None = None
    same: tuple[str, ...] = ()


@dataclass(slots=True)
class _Entry:
    story: str
    outlet: str
    published: datetime
    text: StoryText
    keys: Sequence[str]


class StoryWindow:
    """The articles of the last days with their stories. Not safe to share between threads.

    Args:
        weights: of the likeness of two articles; the shipped ones unless others are given.
    """

    def __init__(self, weights: Weights | None = None) -> None:
        self.rarity = Rarity()
        self._weights = weights
        self._entries: dict[str, _Entry] = {}
        self._stories: dict[str, dict[str, _Entry]] = {}  # story -> article id -> entry, in the order they came
        self._postings: dict[str, dict[str, float]] = {}  # key -> article id -> weight

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, article_id: str, story: str, text: StoryText, published: datetime, outlet: str = "") -> None:
        """Put an article of a known story into the window; the same id again replaces it.

        Args:
            published: aware.
            outlet: who published it; empty where that is unknown.
        """
        self.remove(article_id)
        self.rarity.count(text.body)
        body = weigh(text, self.rarity).body
        keys = _heaviest(body)
        self._entries[article_id] = entry = _Entry(story, outlet, published, text, keys)
        self._stories.setdefault(story, {})[article_id] = entry
        for key in keys:
            self._postings.setdefault(key, {})[article_id] = body[key]

    def remove(self, article_id: str) -> None:
        """Forget an article, if it is there."""
        entry = self._entries.pop(article_id, None)
        if entry is None:
            return
        self.rarity.discount(entry.text.body)
        _take_out(self._stories, entry.story, article_id)
        for key in entry.keys:
            _take_out(self._postings, key, article_id)

    def expire(self, before: datetime) -> list[str]:
        """Forget the articles published before an aware moment. Gives which."""
        expired = [key for key, entry in self._entries.items() if entry.published < before]
        for article_id in expired:
            self.remove(article_id)
        return expired

    def has(self, story: str) -> bool:
        """Whether any article of the story is in the window."""
        return story in self._stories

    def merge(self, kept: str, gone: str) -> None:
        """Let the articles of one story be of another from now on."""
        moved = self._stories.pop(gone, {})
        for entry in moved.values():
            entry.story = kept
        if moved:
            self._stories.setdefault(kept, {}).update(moved)

    def place(self, text: StoryText, published: datetime, outlet: str = "") -> Placement:
        """Where an article belongs among the stories of the 72 hours around `published`.

        It joins the story whose articles are most likely to report its event, all of them together: one close article
        does not carry a long story into another event.

        Args:
            outlet: who published it; see `add`.
        """
        weighed = weigh(text, self.rarity)
        near = [self._entries[article_id] for article_id in self.nearest(weighed, published)]
        odds = {id(entry): self._likeness(weighed, published, outlet, entry) for entry in near}
        found = []
        # A story is read whole only where one of its articles gets there: no average is above its highest value.
        for story in {entry.story for entry in near if odds[id(entry)] >= JOIN}:
            link = _link(
                [
                    odds[id(entry)] if id(entry) in odds else self._likeness(weighed, published, outlet, entry)
                    for entry in self._members(story, published)
                ]
            )
            if link >= JOIN:
                found.append((-link, story))
        if not found:
            return Placement()
        # By name among equals, so that the choice does not depend on which came first.
        ranked = [story for _, story in sorted(found)]
        best, *others = ranked
        return Placement(best, tuple(other for other in others if self._are_one(best, other, published)))

    def nearest(self, weighed: WeighedText, published: datetime) -> list[str]:
        """The articles of the 72 hours around a moment that share most weight in heavy stems, 24 at most, best first.

        With 40 the stories of the dev windows w1 and w2 are the same.
        """
        gained: dict[str, float] = {}
        for key in _heaviest(weighed.body):
            weight = weighed.body[key]
            for article_id, other in self._postings.get(key, {}).items():
                gained[article_id] = gained.get(article_id, 0.0) + weight * other
        near = (article_id for article_id in gained if abs(self._entries[article_id].published - published) <= WINDOW)
        return heapq.nlargest(_CANDIDATES, near, key=lambda article_id: (gained[article_id], article_id))

    def _are_one(self, one: str, other: str, published: datetime) -> bool:
        """Whether two stories that an article links report one event: their articles, on average, think so."""
        members = [(entry, weigh(entry.text, self.rarity)) for entry in self._members(one, published)]
        odds = [
            self._likeness(weighed, entry.published, entry.outlet, theirs)
            for theirs in self._members(other, published)
            for entry, weighed in members
        ]
        return sum(odds) >= MERGE * len(odds)

    def _members(self, story: str, published: datetime) -> list[_Entry]:
        near = [entry for entry in self._stories[story].values() if abs(entry.published - published) <= WINDOW]
        return near[-_MOST_MEMBERS:]

    def _likeness(self, weighed: WeighedText, published: datetime, outlet: str, entry: _Entry) -> float:
        return likeness(
            weighed,
            weigh(entry.text, self.rarity),
            published - entry.published,
            one_outlet=not (outlet and entry.outlet and outlet != entry.outlet),
            weights=self._weights,
        )


def _link(odds: Sequence[float]) -> float:
    """Half the closest article, half all of them."""
    return (max(odds) + sum(odds) / len(odds)) / 2


def _heaviest(body: Mapping[str, float]) -> list[str]:
    """The stems that weigh most; those of equal weight by name."""
    return heapq.nsmallest(_KEYS, body, key=lambda stem: (-body[stem], stem))


def _take_out(groups: dict[str, dict[str, _Value]], group: str, article_id: str) -> None:
    """Take an article out of a group, and the group away that becomes empty."""
    del groups[group][article_id]
    if not groups[group]:
        del groups[group]
