"""Lengths and slices in UTF-16 code units, the unit of Telegram's limits and entity offsets."""

from __future__ import annotations


def utf16_length(text: str) -> int:
    """How many UTF-16 code units `text` takes."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, start: int, end: int) -> str:
    """The part of `text` between two UTF-16 offsets; offsets inside a surrogate pair keep its half."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")


def utf16_boundaries(text: str) -> list[int]:
    """The UTF-16 offset at which each character of `text` begins, and the end of the text last."""
    offsets = [0]
    for character in text:
        offsets.append(offsets[-1] + (2 if character > "\uffff" else 1))
    return offsets
