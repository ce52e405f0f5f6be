"""What the search index is asked, as a small tree; ``fts5`` and ``tsvector`` say it in the language of theirs. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.terms import Word


@dataclass(frozen=True, slots=True)
class Words:
    """Stems side by side, with a space between."""

    stems: str


@dataclass(frozen=True, slots=True)
class InTitle:
    inner: Expression


@dataclass(frozen=True, slots=True)
class Tagged:
    """One of these tags."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Without:
    inner: Expression
    excluded: AnyOf


Expression = Words | InTitle | Tagged | AllOf | AnyOf | Without


def phrase(words: Iterable[Word]) -> Words:
    """Words side by side."""
    return Words(" ".join(word.stem for word in words))


def all_of(parts: Iterable[Expression]) -> AllOf:
    return AllOf(tuple(parts))


def any_of(parts: Iterable[Expression]) -> AnyOf:
    return AnyOf(tuple(parts))


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which articles may be found."""

    tags: tuple[tuple[str, ...], ...] = ()
    """Of each group, one."""
    topics: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def tagged(expression: Expression, bounds: Bounds) -> Expression:
    """The expression, within the tags of the bounds."""
    return all_of([expression, *map(Tagged, bounds.tags)]) if bounds.tags else expression
