"""Which stories an edition holds, and in which order. One pure rule, its weights in one place."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.models import Story, StoryMember
from summarizer.alikeness import Gist, is_same_event

EDITION_SIZE = 10
"""Stories in one edition; more than a phone's reader finishes over breakfast helps nobody."""
OLDEST = timedelta(hours=48)
"""A story whose newest article was published earlier than this is no news, whenever the feed showed it to us."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a reader asked for; nothing means everything."""

    topics: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    """Keys of ``summarizer.places``."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each reason is worth. A story's weight is their sum.

    None of them is fitted, as no reader has clicked yet: they say which story should win when two reasons disagree.
    One doubling of independent outlets is the unit. A story of three outlets from last night (2 + 0.5) then stands
    before a lone report of this minute (1 + 1) and just behind one of two outlets from an hour ago (1.58 + 0.94).
    """

    outlets: float = 1.0
    """For each doubling of 1 + the independent outlets that report it (copies of one text count once)."""
    newness: float = 1.0
    """For a story of this minute; halved each ``half_life``."""
    half_life: timedelta = timedelta(hours=12)
    """The time between a morning's edition and an evening's."""
    interest: float = 1.0
    """Times the share of its outlets' articles that are of a topic or place that the reader asked for: an article
    that three outlets file under the economy is more of it than one that two file under politics."""
    topic_share: float = 1 / 3
    """Of an edition, at most for one topic while others have news; of fewer chosen topics each may have its part."""


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story as the rule sees it."""

    story: Story
    lead: StoryMember
    topic: str | None
    weight: float


def rank_stories(
    stories: Iterable[Story], *, now: datetime, wishes: Wishes, size: int = EDITION_SIZE
) -> list[tuple[Story, StoryMember]]:
    """The stories of an edition, best first, each with the article that stands for it.

    A story comes in when it is of a topic or a place that the reader asked for, and is new. Of two that tell one event
    the weightier one stays. No topic takes more than its share as long as another one has something to say; where
    that leaves places free, all topics may grow by one story at a time. A story of unknown topic takes nobody's share.

    Args:
        size: how many stories at most.
    """
    candidates = [found for story in stories if (found := _consider(story, now, wishes)) is not None]
    candidates.sort(key=lambda found: (-found.weight, -found.lead.published_at.timestamp(), found.story.id))
    share = max(WEIGHTS.topic_share, 1 / len(wishes.topics) if wishes.topics else 0)
    chosen = _choose(candidates, size, max(1, math.floor(size * share)))
    return [(found.story, found.lead) for found in chosen]


def lead_of(story: Story) -> StoryMember:
    """The newest article that has a digest: of a growing toll, the last word counts."""
    return next((member for member in story.members if member.sentences), story.members[0])


def topic_of(story: Story) -> str | None:
    """The topic that most of its articles are of, of equals the newest one's; None where no outlet says."""
    told = Counter(member.topic for member in story.members if member.topic)
    return max(told, key=told.__getitem__, default=None)


def _consider(story: Story, now: datetime, wishes: Wishes) -> Candidate | None:
    """The story with its weight for this reader; None where it is old, or not what the reader asked for."""
    lead, topic = lead_of(story), topic_of(story)
    if now - lead.published_at > OLDEST:
        return None
    is_of_place = any(wishes.places.intersection(member.places) for member in story.members)
    if wishes.topics and topic not in wishes.topics and not is_of_place:
        return None
    age = max(timedelta(0), now - lead.published_at)
    weight = (
        WEIGHTS.outlets * math.log2(1 + len(story.outlets))
        + WEIGHTS.newness * math.exp2(-(age / WEIGHTS.half_life))
        + WEIGHTS.interest * _interest(story, wishes)
    )
    return Candidate(story, lead, topic, weight)


def _interest(story: Story, wishes: Wishes) -> float:
    asked = [member.topic in wishes.topics or bool(wishes.places & set(member.places)) for member in story.members]
    return sum(asked) / len(asked)


def _choose(ranked: Sequence[Candidate], size: int, cap: int) -> list[Candidate]:
    """As many as there is room for, each event once, each topic within its cap; it rises while places stay free."""
    waiting = dict(enumerate(ranked))
    taken: dict[int, Gist] = {}
    count: Counter[str | None] = Counter()
    while waiting and len(taken) < size:
        for place, found in list(waiting.items()):
            if len(taken) == size:
                break
            if found.topic is not None and count[found.topic] >= cap:
                continue
            del waiting[place]
            gist = Gist.of(found.lead.title, found.lead.sentences)
            if not any(is_same_event(gist, other) for other in taken.values()):
                taken[place] = gist
                count[found.topic] += 1
        cap += 1
    return [ranked[place] for place in sorted(taken)]
