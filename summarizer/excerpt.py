"""The opening of an article in a language that no engine here reads."""

from collections.abc import Sequence

from summarizer.selection import pick_short
from summarizer.sentences import split_sentences

EXCERPT = "excerpt-1"
"""What stands for the engine where the text is an excerpt."""
_FEWEST_WORDS = 45
_MOST_WORDS = 80
"""As long as digests are."""


def excerpt(text: str) -> tuple[Sequence[str], str]:
    """The first sentences of an article, as they stand, and the one of them for a list; nothing where there are none.

    An opening says what happened in newspapers of any language; anything cleverer would need to read it. Sentences
    are added until 45 words are reached, as long as the whole has at most 80.
    """
    chosen: list[str] = []
    length = 0
    for paragraph in text.split("\n\n"):
        for sentence in split_sentences(paragraph):
            count = len(sentence.split())
            if length >= _FEWEST_WORDS or length + count > _MOST_WORDS:
                return chosen, pick_short(chosen) if chosen else ""
            chosen.append(sentence)
            length += count
    return chosen, pick_short(chosen) if chosen else ""
