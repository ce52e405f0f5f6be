"""Message entities: the record, and the rules of how they may nest.

Rules: https://core.telegram.org/bots/api#formatting-options
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
MONOSPACE = ("code", "pre")
QUOTES = ("blockquote", "expandable_blockquote")
MAX_ENTITIES = 100  # the server silently drops the rest


@dataclass(frozen=True, slots=True)
class Entity:
    """A formatted or special part of a text; offset and length in UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    custom_emoji_id: str | None = None
    user_id: int | None = None

    @property
    def end(self) -> int:
        """The offset just after the last unit."""
        return self.offset + self.length

    def to_dict(self) -> dict[str, Any]:
        """The Bot API's `MessageEntity`; the user of a text mention is filled in by whoever knows them."""
        record: dict[str, Any] = {"type": self.type, "offset": self.offset, "length": self.length}
        for name in ("url", "language", "custom_emoji_id"):
            if (value := getattr(self, name)) is not None:
                record[name] = value
        return record


def arrange_entities(entities: Iterable[Entity]) -> list[Entity]:
    """The entities that Telegram would keep, nested properly and sorted by offset, longest first.

    Links, mentions and code do not contain each other, quotes do not nest, nothing styles code.
    """
    wanted = sort_entities(entity for entity in entities if entity.length > 0)
    quotes = _without_overlaps(entity for entity in wanted if entity.type in QUOTES)
    solid = _without_overlaps(
        entity for entity in wanted if entity.type not in SPLITTABLE and entity.type not in QUOTES
    )
    solid = [entity for entity in solid if not any(_crosses(entity, quote) for quote in quotes)]
    code = [entity for entity in solid if entity.type in MONOSPACE]
    styles = _cut_around(_merge_styles(wanted), code)
    return _split_crossing(sort_entities([*quotes, *solid, *styles]))[:MAX_ENTITIES]


def add_found_entities(entities: list[Entity], found: Iterable[Entity]) -> list[Entity]:
    """Add entities that were found in the text itself where no link, mention or code stands yet."""
    solid = [entity for entity in entities if entity.type not in SPLITTABLE and entity.type not in QUOTES]
    free = [entity for entity in found if not any(_overlaps(entity, other) for other in solid)]
    return arrange_entities([*entities, *free])


def sort_entities(entities: Iterable[Entity]) -> list[Entity]:
    """By offset, then the longer first; quotes before the rest, so that the outer one comes first."""
    return sorted(entities, key=lambda entity: (entity.offset, -entity.length, entity.type not in QUOTES))


def _overlaps(one: Entity, other: Entity) -> bool:
    return one.offset < other.end and other.offset < one.end


def _crosses(one: Entity, other: Entity) -> bool:
    """True when they share units and neither lies inside the other."""
    inside = (one.offset >= other.offset and one.end <= other.end) or (
        other.offset >= one.offset and other.end <= one.end
    )
    return _overlaps(one, other) and not inside


def _without_overlaps(entities: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in entities:
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _merge_styles(entities: list[Entity]) -> list[Entity]:
    """Join touching or overlapping parts of one style."""
    merged: list[Entity] = []
    for style in SPLITTABLE:
        for entity in (entity for entity in entities if entity.type == style):
            last = merged[-1] if merged and merged[-1].type == style else None
            if last is not None and entity.offset <= last.end:
                merged[-1] = replace(last, length=max(last.end, entity.end) - last.offset)
            else:
                merged.append(entity)
    return merged


def _cut_around(styles: list[Entity], code: list[Entity]) -> list[Entity]:
    parts: list[Entity] = []
    for style in styles:
        start = style.offset
        for block in (block for block in code if _overlaps(block, style)):
            if block.offset > start:
                parts.append(replace(style, offset=start, length=block.offset - start))
            start = block.end
        if start < style.end:
            parts.append(replace(style, offset=start, length=style.end - start))
    return parts


def _split_crossing(entities: list[Entity]) -> list[Entity]:
    """Split styles at the end of whatever they stick out of, so that the result is a tree."""
    waiting, done = list(entities), list[Entity]()
    while waiting:
        entity = waiting.pop(0)
        border = min((other.end for other in done if _crosses(entity, other)), default=None)
        if border is None:
            done.append(entity)
            continue
        head = replace(entity, length=border - entity.offset)
        tail = replace(entity, offset=border, length=entity.end - border)
        waiting = sort_entities([head, tail, *waiting])
    return sort_entities(done)
