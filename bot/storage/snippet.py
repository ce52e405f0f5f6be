"""The passage of an article that a search found, cut at words, with what was found marked. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.models import Passage
from bot.terms import Word, read_words

LENGTH = 160
_LEAD_IN = 60
"""Characters of context before the match."""


def make_passage(body: str, wanted: Collection[str], *, length: int = LENGTH) -> Passage:
    """About ``length`` characters around the place with most of what is wanted; the beginning where there is nothing.

    Args:
        wanted: stems, with a space between where they must stand side by side.
    """
    text = " ".join(body.split())
    words = read_words(text)
    found = find_wanted(words, wanted)
    start = max(0, _best_place(found, length) - _LEAD_IN)
    end = start + length
    if end >= len(text):
        start, end = max(0, len(text) - length), len(text)
    if start > 0:
        start = text.find(" ", start) + 1 or start
    if end < len(text):
        end = text.rfind(" ", start, end) if " " in text[start:end] else end
    before = "…" if start > 0 else ""
    shown = text[start:end]
    shift = start + len(shown) - len(shown.lstrip()) - len(before)
    passage = before + shown.strip() + ("…" if end < len(text) else "")
    inside = [(at - shift, to - shift) for at, to, _ in found if at >= shift + len(before) and to <= end]
    return Passage(passage, tuple(inside))


def mark(text: str, wanted: Collection[str]) -> Passage:
    """A text as it stands, with what is wanted marked."""
    return Passage(text, tuple((start, end) for start, end, _ in find_wanted(read_words(text), wanted)))


def find_wanted(words: Sequence[Word], wanted: Collection[str]) -> list[tuple[int, int, str]]:
    """Where the stems or phrases begin and end, and which they are; from left to right, none inside another."""
    by_first: dict[str, list[list[str]]] = {}
    for stems in sorted((entry.split() for entry in wanted), key=len, reverse=True):
        by_first.setdefault(stems[0], []).append(stems)
    found: list[tuple[int, int, str]] = []
    at = 0
    while at < len(words):
        fitting = next(
            (
                stems
                for stems in by_first.get(words[at].stem, ())
                if [word.stem for word in words[at : at + len(stems)]] == stems
            ),
            None,
        )
        if fitting:
            found.append((words[at].start, words[at + len(fitting) - 1].end, " ".join(fitting)))
        at += len(fitting) if fitting else 1
    return found


def _best_place(found: Sequence[tuple[int, int, str]], length: int) -> int:
    """Where the first passage with most different things begins; phrases count as many as their words."""
    best, place = 0, 0
    for number, (start, _, _) in enumerate(found):
        inside = {stems for at, to, stems in found[number:] if to <= start + length - _LEAD_IN}
        worth = sum(1 + stems.count(" ") for stems in inside)
        if worth > best:
            best, place = worth, start
    return place
