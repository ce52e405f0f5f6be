"""A headline for a text that has none."""

from __future__ import annotations

_LONGEST = 100


def title_from(text: str) -> str:
    """Give the first line of a text as its headline, cut between words at 100 characters."""
    first = text.strip().split("\n", 1)[0].strip()
    if len(first) <= _LONGEST:
        return first
    return first[:_LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:-–—") + "…"
