"""From the text a bot or a user sends to the text that Telegram keeps.

Cleaning, trimming and entities after `fix_formatted_text` of tdlib/td.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.sandbox.detect import find_entities
from bot.sandbox.entities import MONOSPACE, QUOTES, SPLITTABLE, Entity, add_found_entities, arrange_entities
from bot.sandbox.errors import bad_request
from bot.sandbox.html_parse import parse_html
from bot.sandbox.links import check_link
from bot.sandbox.utf16 import utf16_boundaries, utf16_length, utf16_slice

_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_FOUND_ONLY = frozenset({"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"})
_GIVEN = frozenset({*SPLITTABLE, *MONOSPACE, *QUOTES, "text_link", "text_mention", "custom_emoji"})


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text as the chat shows it, with its entities."""

    text: str
    entities: tuple[Entity, ...] = ()

    @property
    def length(self) -> int:
        """In UTF-16 code units, as Telegram's limits count."""
        return utf16_length(self.text)


def format_text(text: str, parse_mode: str = "", entities: str = "") -> FormattedText:
    """The text after parsing (`parse_mode` HTML, or `entities` as JSON), cleaning and trimming; may be empty.

    Raises ApiError 400 for broken markup or entities. Markdown modes are not spoken here.
    """
    mode = parse_mode.lower()
    if mode in ("markdown", "markdownv2"):
        raise bad_request("can't parse entities: the sandbox understands parse_mode HTML only")
    if mode not in ("", "none", "html"):
        raise bad_request("unsupported parse_mode")
    if mode == "html":
        plain, marked = parse_html(text)
    else:
        plain, marked = text, _read_entities(entities, text)
    return _trim(*_clean(plain, arrange_entities(marked)))


def _clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Turn control characters into spaces, drop what Telegram drops, and move entities along."""
    text = _CONTROL.sub(" ", text)
    if not _DROPPED.search(text):
        return text, entities
    dropped = [utf16_length(text[: match.start()]) for match in _DROPPED.finditer(text)]

    def move(offset: int) -> int:
        return offset - sum(position < offset for position in dropped)

    moved = [
        replace(entity, offset=move(entity.offset), length=move(entity.end) - move(entity.offset))
        for entity in entities
    ]
    return _DROPPED.sub("", text), moved


def _trim(text: str, entities: list[Entity]) -> FormattedText:
    text = text.rstrip(" \n")
    end = utf16_length(text)
    kept = [part for entity in entities if (part := _shrink(text, entity, end)) is not None]
    first = min((entity.offset for entity in kept), default=end)
    leading = min(len(text) - len(text.lstrip(" \n")), first)
    text = text[leading:]
    kept = [replace(entity, offset=entity.offset - leading) for entity in kept]
    return FormattedText(text, tuple(add_found_entities(kept, find_entities(text))))


def _shrink(text: str, entity: Entity, end: int) -> Entity | None:
    """Take space off the front of an entity and cut it at the end of the text; None when nothing is left."""
    part = utf16_slice(text, entity.offset, min(entity.end, end))
    spaces = len(part) - len(part.lstrip(" \n"))
    length = utf16_length(part) - spaces
    return replace(entity, offset=entity.offset + spaces, length=length) if length > 0 else None


def _read_entities(raw: str, text: str) -> list[Entity]:
    if not raw:
        return []
    try:
        records = json.loads(raw)
    except ValueError:
        raise bad_request("can't parse entities JSON object") from None
    if not isinstance(records, list):
        raise bad_request("expected an Array of MessageEntity")
    boundaries = frozenset(utf16_boundaries(text))
    length = utf16_length(text)
    found = (_read_entity(record, length, boundaries.__contains__) for record in records)
    return [entity for entity in found if entity is not None]


def _read_entity(record: Any, length: int, is_boundary: Callable[[int], bool]) -> Entity | None:
    if not isinstance(record, dict):
        raise bad_request("can't parse MessageEntity: MessageEntity must be an Object")
    try:
        entity = Entity(str(record["type"]), int(record["offset"]), int(record["length"]))
    except KeyError as missing:
        raise bad_request(f"can't parse MessageEntity: Can't find field \"{missing.args[0]}\"") from None
    except (TypeError, ValueError):
        raise bad_request("can't parse MessageEntity: Field must be of type Number") from None
    if entity.type not in _FOUND_ONLY | _GIVEN:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    if entity.type in _FOUND_ONLY or entity.length <= 0:
        return None
    if entity.offset < 0 or entity.offset >= length:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {entity.offset}")
    if entity.end > length:
        raise bad_request(
            f"entity beginning at UTF-16 offset {entity.offset} ends after the end of the text "
            f"at UTF-16 offset {entity.end}"
        )
    if not is_boundary(entity.offset) or not is_boundary(entity.end):
        raise bad_request("entity begins or ends in a middle of a UTF-16 symbol")
    if entity.type == "text_link":
        link = check_link(str(record.get("url", "")))
        return replace(entity, url=link) if link else None
    if entity.type == "text_mention":
        user = record.get("user")
        user_id = user.get("id") if isinstance(user, dict) else None
        return replace(entity, user_id=user_id) if isinstance(user_id, int) else None
    if entity.type == "pre":
        return replace(entity, language=str(record.get("language") or "") or None)
    if entity.type == "custom_emoji":
        return replace(entity, custom_emoji_id=str(record.get("custom_emoji_id") or ""))
    return entity
