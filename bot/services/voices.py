"""What other outlets add to a story: one sentence each, where it says something that the lead's digest does not."""

from __future__ import annotations

from dataclasses import dataclass

from bot.models import Story, StoryMember
from summarizer.text import stems

MAX_VOICES = 3
"""Outlets quoted below an open story's digest; more would bury its sources."""
KNOWN_SHARE = 0.6
"""A sentence adds nothing when this share of its words was read before; see tests/unit/test_voices.py."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One sentence of another outlet's digest."""

    member: StoryMember
    text: str


def other_voices(story: Story, lead: StoryMember) -> list[Voice]:
    """Sentences of the other outlets that add to the lead's digest, newest first, at most one for each outlet.

    The sentence is the digest's short form, which is made to stand alone.
    """
    known = _content(" ".join((lead.title, *lead.sentences, lead.short)))
    heard = {lead.outlet}
    voices: list[Voice] = []
    for member in story.members:
        if len(voices) == MAX_VOICES:
            break
        content = _content(member.short)
        if member.outlet in heard or not content or len(content & known) >= KNOWN_SHARE * len(content):
            continue
        voices.append(Voice(member, member.short))
        heard.add(member.outlet)
        known |= content
    return voices


def _content(text: str) -> set[str]:
    """Stems of the words that carry a meaning: numbers, and words of more than three letters."""
    return {stem for stem in stems(text) if len(stem) > 3 or stem[:1].isdigit()}
