"""Telegram's HTML parse mode: text with tags in, plain text and entities out.

Behaviour and error texts after the Bot API's own parser (tdlib/td, `parse_html` in MessageEntity.cpp);
offsets in errors are bytes of UTF-8, offsets of entities are UTF-16 code units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.sandbox.entities import Entity, sort_entities
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.links import check_link, linked_user_id
from bot.sandbox.utf16 import utf16_length

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPECIAL = re.compile(rb"[<&\0]")
_SPACE = b" \t\r\n\v\0"
_END = 0  # a NUL closes the buffer, so that no scan runs past it


def parse_html(text: str) -> tuple[str, list[Entity]]:
    """Plain text and its entities. Raises ApiError 400 "can't parse entities: …" for broken markup."""
    return _Parser(text).parse()


@dataclass(slots=True)
class _OpenTag:
    name: str
    argument: str
    offset: int
    output_start: int


class _Parser:
    def __init__(self, text: str) -> None:
        self.data = text.replace("\0", " ").encode("utf-8", "surrogatepass") + b"\0"
        self.at = 0
        self.output: list[str] = []
        self.offset = 0
        self.open: list[_OpenTag] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self.data[self.at] != _END:
            if self.data[self.at] == ord("<"):
                if self.data[self.at + 1] == ord("/"):
                    self._end_tag()
                else:
                    self._start_tag()
            else:
                self._write(self._reference() or self._character() + self._plain_run())
        if self.open:
            raise _broken(f"Can't find end tag corresponding to start tag {self.open[-1].name}")
        text = "".join(self.output)
        if _SURROGATE.search(text):
            raise _broken(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        plain = (replace(entity, language=None) if entity.type == "code" else entity for entity in self.entities)
        return text, sort_entities(plain)

    def _write(self, text: str) -> None:
        self.output.append(text)
        self.offset += utf16_length(text)

    def _plain_run(self) -> str:
        """Text up to the next tag, reference or the end."""
        match = _SPECIAL.search(self.data, self.at)
        assert match is not None  # the NUL at the end
        run = self.data[self.at : match.start()].decode("utf-8", "surrogatepass")
        self.at = match.start()
        return run

    def _character(self) -> str:
        end = self.at + 1
        while self.data[end] & 0xC0 == 0x80:
            end += 1
        character = self.data[self.at : end].decode("utf-8", "surrogatepass")
        self.at = end
        return character

    def _reference(self) -> str | None:
        """The character of `&lt;`, `&#60;` or `&#x3c;` here, or None when it is ordinary text."""
        if self.data[self.at] != ord("&"):
            return None
        end = self.at + 1
        if self.data[end] == ord("#"):
            base, end = (16, end + 2) if self.data[end + 1] in b"xX" else (10, end + 1)
            start = end
            while chr(self.data[end]) in ("0123456789abcdefABCDEF" if base == 16 else "0123456789"):
                end += 1
            code = int(self.data[start:end] or b"0", base)
            if code == 0 or code >= 0x10FFFF or end - self.at >= 10:
                return None
            character = chr(code)
        else:
            while chr(self.data[end]).isalpha() and self.data[end] < 0x80:
                end += 1
            if (named := _NAMED.get(self.data[self.at + 1 : end])) is None:
                return None
            character = named
        self.at = end + (self.data[end] == ord(";"))
        return character

    def _until(self, stops: bytes) -> str:
        start = self.at
        while self.data[self.at] not in stops:
            self.at += 1
        return self.data[start : self.at].decode("utf-8", "replace")

    def _skip_space(self) -> None:
        while self.data[self.at] != _END and self.data[self.at] in _SPACE:
            self.at += 1

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        name = self._until(_SPACE + b">").lower()
        if self.data[self.at] == _END:
            raise _broken(f"Unclosed start tag at byte offset {begin}")
        if name not in _TYPES:
            raise _broken(f'Unsupported start tag "{name}" at byte offset {begin}')
        argument = ""
        while True:
            self._skip_space()
            if self.data[self.at] == ord(">"):
                break
            argument = self._attribute(name, begin) or argument
        self.at += 1
        if name == "span" and argument != "spoiler":
            raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_OpenTag(name, argument, self.offset, len(self.output)))

    def _attribute(self, tag: str, begin: int) -> str | None:
        """Read one attribute; its value where the tag has a use for it."""
        if self.data[self.at] == _END:
            raise _broken(f"Unclosed start tag at byte offset {begin}")
        attribute = self._until(_SPACE + b"=>")
        if not attribute:
            raise _broken(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self._skip_space()
        if self.data[self.at] != ord("="):
            if self.data[self.at] == _END:
                raise _broken(f'Unclosed start tag "{tag}" at byte offset {begin}')
            return _argument(tag, attribute, "")
        self.at += 1
        self._skip_space()
        if self.data[self.at] == _END:
            raise _broken(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self._attribute_value()
        if self.data[self.at] == _END:
            raise _broken(f"Unclosed start tag at byte offset {begin}")
        return _argument(tag, attribute, value)

    def _attribute_value(self) -> str:
        quote = self.data[self.at]
        if quote not in b"'\"":
            begin = self.at
            while chr(self.data[self.at]) in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-":
                self.at += 1
            if self.data[self.at] not in _SPACE + b">":
                raise _broken(f"Unexpected end of name token at byte offset {begin}")
            return self.data[begin : self.at].decode("ascii").lower()
        self.at += 1
        value: list[str] = []
        while self.data[self.at] not in (quote, _END):
            value.append(self._reference() or self._character())
        if self.data[self.at] == quote:
            self.at += 1
        return "".join(value)

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise _broken(f"Unexpected end tag at byte offset {begin}")
        self.at += 2
        name = self._until(_SPACE + b">").lower()
        self._skip_space()
        if self.data[self.at] != ord(">"):
            raise _broken(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        tag = self.open[-1]
        if name and name != tag.name:
            raise _broken(f'Unmatched end tag at byte offset {begin}, expected "</{tag.name}>", found "</{name}>"')
        self.open.pop()
        if self.offset > tag.offset:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        entity = Entity(_TYPES[tag.name], tag.offset, self.offset - tag.offset)
        if tag.name == "a":
            self._close_link(entity, tag)
        elif tag.name == "tg-emoji":
            if not tag.argument.isdecimal() or int(tag.argument) == 0:
                raise bad_request("Invalid custom emoji identifier specified")
            self.entities.append(replace(entity, custom_emoji_id=tag.argument))
        elif tag.name == "blockquote" and tag.argument:
            self.entities.append(replace(entity, type="expandable_blockquote"))
        elif tag.name in ("pre", "code"):
            self._close_code(entity, tag)
        else:
            self.entities.append(entity)

    def _close_link(self, entity: Entity, tag: _OpenTag) -> None:
        url = tag.argument or "".join(self.output[tag.output_start :])
        if (user_id := linked_user_id(url)) is not None:
            self.entities.append(replace(entity, type="text_mention", user_id=user_id))
        elif (link := check_link(url)) is not None:
            self.entities.append(replace(entity, url=link))

    def _close_code(self, entity: Entity, tag: _OpenTag) -> None:
        """`<pre><code class="language-x">` and the reverse make one `pre` with a language."""
        last = self.entities[-1] if self.entities else None
        same = last is not None and (last.offset, last.length) == (entity.offset, entity.length)
        if last is not None and same and tag.name == "pre" and last.type == "code" and last.language:
            self.entities[-1] = replace(last, type="pre")
        elif last is not None and same and tag.name == "code" and last.type == "pre" and tag.argument:
            self.entities[-1] = replace(last, language=tag.argument)
        else:
            self.entities.append(replace(entity, language=tag.argument or None))


def _argument(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) in (("a", "href"), ("tg-emoji", "emoji-id")):
        return value
    if (tag, attribute) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, attribute) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    if (tag, attribute) == ("blockquote", "expandable"):
        return "expandable"
    return None


def _broken(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: can't parse entities: {reason}")
