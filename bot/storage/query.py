"""A reader's words as a query: what must occur, what may, what must not. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from bot.errors import InputError
from summarizer.text import stems

Phrase = tuple[str, ...]
"""Stems that stand next to each other; never empty."""

Item = TypeVar("Item", str, Phrase)

MAX_TERMS = 50
"""Words and phrases that are looked at; what is longer is a pasted text, not a question."""

# Phones turn straight quotation marks into curly ones, and hyphens into dashes.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_TERM = re.compile(r'(?P<minus>(?<!\S)[-‐‑‒–—−])?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What a reader looks for. At least one word or phrase is there."""

    words: tuple[str, ...]
    """Stems: the more of them occur, the better."""
    phrases: tuple[Phrase, ...] = ()
    """All of them must occur."""
    excluded: tuple[Phrase, ...] = ()
    """None of them may occur."""


def parse_query(text: str) -> ParsedQuery:
    """Read ``banjir "sound horeg" -voli`` as one word, one phrase and one exclusion.

    Raises:
        InputError: ``search_empty`` without any word, ``search_only_exclusions`` with nothing but ``-words``.
    """
    words: list[str] = []
    phrases: list[Phrase] = []
    excluded: list[Phrase] = []
    for term in _TERM.finditer(text.translate(_QUOTES)):
        found = tuple(stems(term["phrase"] or term["word"] or ""))
        if not found:
            continue
        if term["minus"]:
            excluded.append(found)
        elif term["phrase"]:
            phrases.append(found)
        else:
            words.extend(found)
    if not words and not phrases:
        raise InputError("search_only_exclusions" if excluded else "search_empty")
    return ParsedQuery(_distinct(words), _distinct(phrases), _distinct(excluded))


def _distinct(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys(items))[:MAX_TERMS]
