"""A formatted text as safe HTML for the chat page: everything escaped, only Telegram's tags."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from bot.sandbox.entities import Entity
from bot.sandbox.formatted import FormattedText
from bot.sandbox.utf16 import utf16_boundaries

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "blockquote": "blockquote",
}


def render_html(text: FormattedText, with_commands: bool) -> str:
    """The HTML; with_commands makes each bot command a link with `data-command`."""
    offsets = utf16_boundaries(text.text)
    index = {offset: position for position, offset in enumerate(offsets)}
    edges = sorted({0, offsets[-1], *(edge for entity in text.entities for edge in (entity.offset, entity.end))})
    waiting, open_entities = list(text.entities), list[tuple[Entity, str]]()
    output: list[str] = []
    for start, end in pairwise(edges):
        while waiting and waiting[0].offset == start:
            entity = waiting.pop(0)
            opening, closing = _tags(entity, text.text[index[entity.offset] : index[entity.end]], with_commands)
            output.append(opening)
            open_entities.append((entity, closing))
        output.append(escape(text.text[index[start] : index[end]]))
        while open_entities and open_entities[-1][0].end <= end:
            output.append(open_entities.pop()[1])
    return "".join(output)


def _tags(entity: Entity, part: str, with_commands: bool) -> tuple[str, str]:
    if (tag := _TAGS.get(entity.type)) is not None:
        return f"<{tag}>", f"</{tag}>"
    if entity.type == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    if entity.type == "spoiler":
        return '<span class="tg-spoiler">', "</span>"
    if entity.type == "pre":
        language = f' class="language-{escape(entity.language)}"' if entity.language else ""
        return f"<pre><code{language}>", "</code></pre>"
    if entity.type == "bot_command" and with_commands:
        return f'<a class="command" href="#" data-command="{escape(part)}">', "</a>"
    if (link := _link(entity, part)) is not None:
        return f'<a href="{escape(link)}" rel="noopener" target="_blank">', "</a>"
    return "", ""


def _link(entity: Entity, part: str) -> str | None:
    """Where a link leads, when it is a kind that a page may open."""
    if entity.type == "email":
        return f"mailto:{part}"
    url = entity.url if entity.type == "text_link" else part if entity.type == "url" else None
    if url is None:
        return None
    if "://" not in url:
        url = f"http://{url}"
    return url if url.lower().startswith(("http://", "https://", "tg://")) else None
