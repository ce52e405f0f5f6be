"""Which stories an edition holds, and in which order. One pure rule, its weights in one place."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.models import Story, StoryMember

EDITION_SIZE = 10
"""Stories in one edition; more than a phone's reader finishes over breakfast helps nobody."""
OLDEST = timedelta(hours=48)
"""A story whose newest article was published earlier than this is no news, whenever the feed showed it to us."""
OUTLET_WEIGHT = 1.0
"""For each doubling of the number of outlets that report a story."""
HALF_LIFE = timedelta(hours=12)
"""A story loses half of its weight for newness in this time."""
TOPIC_SHARE = 1 / 3
"""No topic takes more of an edition than this, as long as other topics have something to say."""


def rank_stories(
    stories: Iterable[Story], *, now: datetime, topics: frozenset[str], size: int = EDITION_SIZE
) -> list[tuple[Story, StoryMember]]:
    """The stories of an edition, best first, each with the article that stands for it.

    Args:
        topics: what the reader chose; empty means all.
        size: how many stories at most.
    """
    candidates = []
    for story in stories:
        lead = lead_of(story)
        if now - lead.published_at > OLDEST or (topics and lead.topic not in topics):
            continue
        candidates.append((_weight(story, lead, now), lead.published_at, story, lead))
    candidates.sort(key=lambda row: (-row[0], -row[1].timestamp(), row[2].id))
    ranked = [(story, lead) for _, _, story, lead in candidates]
    return _balance(ranked, size) if len(topics) != 1 else ranked[:size]


def lead_of(story: Story) -> StoryMember:
    """The newest article that has a digest: of a growing toll, the last word counts."""
    return next((member for member in story.members if member.sentences), story.members[0])


def _weight(story: Story, lead: StoryMember, now: datetime) -> float:
    age = max(timedelta(0), now - lead.published_at)
    return OUTLET_WEIGHT * math.log2(1 + len(story.outlets)) + math.exp2(-(age / HALF_LIFE))


def _balance(ranked: list[tuple[Story, StoryMember]], size: int) -> list[tuple[Story, StoryMember]]:
    """Keep each topic within its share; places that stay free go to the best of those left out."""
    cap = math.ceil(size * TOPIC_SHARE)
    count: dict[str | None, int] = {}
    chosen: list[int] = []
    spare: list[int] = []
    for place, (_, lead) in enumerate(ranked):
        within = count.get(lead.topic, 0) < cap
        count[lead.topic] = count.get(lead.topic, 0) + within
        (chosen if within and len(chosen) < size else spare).append(place)
    kept = sorted(chosen + spare[: size - len(chosen)])
    return [ranked[place] for place in kept]
