"""What outlets leave in a text that `summarizer` cannot know for furniture: lone marks, and their own name."""

from __future__ import annotations

import re
from collections.abc import Iterable

# A line of its own: "(bim)", "[abc/def]", "(Kantor Berita)", a bare address, the heading of a link list.
_LEFTOVER = re.compile(
    r"[(\[][^()\[\].!?]{1,40}[)\]]\.?|\((?:foto|video|sumber)\s*:[^()]*\)|(?:https?://|www\.)\S+|jangan lewatkan\W*",
    re.IGNORECASE,
)
_DESK_CODE = re.compile(r"(?<=[.!?”\"])\s*\([A-Z]-\d{1,2}\)$")  # "(E-2)" of Media Indonesia
_LONGEST_PLACE = 40


def drop_leftovers(lines: Iterable[str]) -> list[str]:
    """Give the lines without those that are marks only, and without a desk's code at the end of one."""
    return [_DESK_CODE.sub("", line) for line in lines if not _LEFTOVER.fullmatch(line.strip())]


def strip_masthead(paragraph: str, outlet: str) -> tuple[str | None, str]:
    """Give the place, and the text after an opening like "Nama Media, Kota: " or "Nama Media - ".

    Args:
        paragraph: the first of an article.
        outlet: the name that counts as the opening, in any case.
    """
    head = rf"{re.escape(outlet)}(?:\s*[,/]\s*(?P<place>[^,:–—]{{2,{_LONGEST_PLACE}}}?))?\s*(?::|\s[-–—]+)\s+"
    match = re.match(head, paragraph, re.IGNORECASE) if outlet else None
    if not match:
        return None, paragraph
    return match["place"], paragraph[match.end() :]
