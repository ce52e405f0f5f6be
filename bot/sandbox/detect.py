"""What Telegram recognises in plain text by itself: commands, mentions, hashtags, links, addresses."""

from __future__ import annotations

import re

from bot.sandbox.entities import Entity, sort_entities
from bot.sandbox.utf16 import utf16_boundaries

_PATTERNS = (
    ("url", re.compile(r"(?<![\w@])(?:https?://|www\.|t\.me/)[^\s<>\"']*[^\s<>\"'.,;:!?)\]}]", re.IGNORECASE)),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")),
    ("mention", re.compile(r"(?<![\w@/.])@[A-Za-z0-9_]{4,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#@])#(?!\d+\b)\w{1,256}")),
)


def find_entities(text: str) -> list[Entity]:
    """Entities in plain text, none overlapping; an earlier kind (a link) wins over a later one."""
    matches = [(kind, match) for kind, pattern in _PATTERNS for match in pattern.finditer(text)]
    if not matches:
        return []
    offsets = utf16_boundaries(text)
    found: list[Entity] = []
    for kind, match in matches:
        start, end = offsets[match.start()], offsets[match.end()]
        if not any(start < other.end and other.offset < end for other in found):
            found.append(Entity(kind, start, end - start))
    return sort_entities(found)
