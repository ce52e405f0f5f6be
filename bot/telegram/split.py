"""Cuts Telegram HTML into messages that Telegram accepts.

A message has at most 4096 UTF-16 code units after its entities are parsed, and about 100 entities; Telegram drops the
formatting, links included, of those beyond (https://core.telegram.org/bots/api#formatting-options).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

MAX_LENGTH: Final = 4096
MAX_ENTITIES: Final = 100

_MARKUP: Final = re.compile(
    r"""(?P<tag></?(?P<name>[a-zA-Z][\w-]*)(?:[^<>"']|"[^"]*"|'[^']*')*>)
      | (?P<entity>&(?:lt|gt|amp|quot|\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6});)""",
    re.VERBOSE,
)
"""Tags, and the character entities that Telegram knows (it leaves any other as it stands)."""

_NAMED: Final = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"'}

_BOUNDARIES: Final = tuple(re.compile(pattern) for pattern in (r"\n\s*\n", r"\n", r"[.!?…][\"'”’)\]]*\s+"))
"""Where a text that is too long is best cut: after a paragraph, a line, a sentence."""
_WORD_END: Final = re.compile(r"\s+")


def utf16_length(text: str) -> int:
    """Length of a text in UTF-16 code units, the unit of Telegram's limits."""
    return len(text) + sum(character > "\uffff" for character in text)


def visible_length(html: str) -> int:
    """Length of Telegram HTML in UTF-16 code units after its tags and entities are parsed."""
    return utf16_length(_visible_text(html))


def split_blocks(blocks: Sequence[str], *, separator: str = "\n\n", limit: int = MAX_LENGTH) -> list[str]:
    """Packs blocks of HTML, in their order, into as few messages as can hold them.

    Args:
        blocks: each with its tags balanced; a blank one is left out. A block is broken only where it alone is too
            long for a message; it then begins a new one.
        separator: stands between two blocks of a message.
        limit: UTF-16 code units of a message after entities, at least 2.
    """
    parts: list[str] = []
    gap = visible_length(separator)
    length = entities = 0
    for block in blocks:
        pieces = split_html(block, limit=limit)
        for piece in pieces:
            piece_length, piece_entities = visible_length(piece), _entities(piece)
            has_room = length + gap + piece_length <= limit and entities + piece_entities <= MAX_ENTITIES
            if parts and has_room and len(pieces) == 1:
                parts[-1] += separator + piece
                length, entities = length + gap + piece_length, entities + piece_entities
            else:
                parts.append(piece)
                length, entities = piece_length, piece_entities
    return parts


def split_html(html: str, *, limit: int = MAX_LENGTH) -> list[str]:
    """Cuts one block of HTML into messages: after a paragraph, line or sentence, else a word, else anywhere.

    Tags that are open at a cut are closed there and opened again after it; character entities and surrogate pairs
    stay whole. Nothing is lost but parts that are blank, which Telegram would refuse.

    Args:
        html: with its tags balanced.
        limit: UTF-16 code units of a message after entities, at least 2.
    """
    if not _visible_text(html).strip():
        return []
    if visible_length(html) <= limit and _entities(html) <= MAX_ENTITIES:
        return [html]
    tokens = list(_tokens(html))
    parts: list[str] = []
    open_tags: list[_Token] = []
    start = 0
    while start < len(tokens):
        end = _find_cut(tokens, start, limit, entities=len(open_tags))
        body = tokens[start:end]
        reopened = "".join(tag.raw for tag in open_tags)
        open_tags = _open_after(open_tags, body)
        closed = "".join(f"</{tag.name}>" for tag in reversed(open_tags))
        if not all(token.text.isspace() for token in body if token.text):
            parts.append(reopened + "".join(token.raw for token in body) + closed)
        start = end
    return parts


@dataclass(frozen=True, slots=True)
class _Token:
    """A tag (no text) or one visible character, written as itself or as an entity."""

    raw: str
    text: str = ""
    name: str = ""

    @property
    def opens(self) -> bool:
        return not self.text and not self.closes

    @property
    def closes(self) -> bool:
        return not self.text and self.raw.startswith("</")


def _tokens(html: str) -> Iterator[_Token]:
    position = 0
    for match in _MARKUP.finditer(html):
        yield from (_Token(character, character) for character in html[position : match.start()])
        position = match.end()
        if match["tag"]:
            yield _Token(match["tag"], name=match["name"])
        else:
            yield _Token(match["entity"], _decode(match))
    yield from (_Token(character, character) for character in html[position:])


def _visible_text(html: str) -> str:
    return _MARKUP.sub(_decode, html)


def _decode(match: re.Match[str]) -> str:
    entity = match["entity"]
    if entity is None:
        return ""
    if entity in _NAMED:
        return _NAMED[entity]
    code = int(entity[3:-1], 16) if entity[2] in "xX" else int(entity[2:-1])
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _entities(html: str) -> int:
    return sum(not match["tag"].startswith("</") for match in _MARKUP.finditer(html) if match["tag"])


def _find_cut(tokens: Sequence[_Token], start: int, limit: int, entities: int) -> int:
    """Index of the first token of the next part; ``entities`` are already opened again in this one."""
    length = 0
    for index in range(start, len(tokens)):
        token = tokens[index]
        has_text = length > 0
        length += utf16_length(token.text)
        entities += token.opens
        if has_text and (length > limit or entities > MAX_ENTITIES):
            break
    else:
        return len(tokens)
    return start + _best_boundary(tokens[start:index])


def _best_boundary(window: Sequence[_Token]) -> int:
    """How many tokens of the window the part should take."""
    characters = [index for index, token in enumerate(window) if token.text]
    text = "".join(token.text for token in window)
    for pattern in _BOUNDARIES:
        # Not in the first half: a part should not be tiny for the sake of its last paragraph.
        if ends := [match.end() for match in pattern.finditer(text) if match.end() > len(text) // 2]:
            return characters[ends[-1] - 1] + 1
    if ends := [match.end() for match in _WORD_END.finditer(text)]:
        return characters[ends[-1] - 1] + 1
    return len(window)


def _open_after(open_tags: Sequence[_Token], body: Sequence[_Token]) -> list[_Token]:
    stack = list(open_tags)
    for token in body:
        if token.opens:
            stack.append(token)
        elif token.closes and stack:
            stack.pop()
    return stack
