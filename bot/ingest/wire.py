"""What passes between Sari and its parser process: length-prefixed JSON, never pickle.

The process reads what strangers wrote with parsers in C; whatever becomes of it, its answer can only be data.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.models import Entry, Page, PageLinks, ParsedFeed

LENGTH = struct.Struct(">I")
MAX_ANSWER = 16 * 1024 * 1024
"""Bytes: more than a page of 10 MB or the largest feed become. What is read of it at once stops the event loop."""


def frame(payload: bytes) -> bytes:
    """Give a payload with its length before it."""
    return LENGTH.pack(len(payload)) + payload


def pack(message: Mapping[str, Any]) -> bytes:
    """Give a message as a frame."""
    return frame(json.dumps(message, ensure_ascii=False, default=_plain).encode("utf-8", "replace"))


def feed_from(answer: Mapping[str, Any]) -> ParsedFeed:
    """Give the feed of an answer."""
    entries = tuple(
        Entry(**{**entry, "published_at": _moment(entry["published_at"]), "categories": tuple(entry["categories"])})
        for entry in answer["entries"]
    )
    return ParsedFeed(title=answer["title"], entries=entries, ttl_seconds=answer["ttl_seconds"])


def page_from(answer: Mapping[str, Any]) -> Page:
    """Give the page of an answer."""
    published_at, authors = _moment(answer["published_at"]), tuple(answer["authors"])
    return Page(**{**answer, "published_at": published_at, "authors": authors})


def links_from(answer: Mapping[str, Any]) -> PageLinks:
    """Give the links of an answer."""
    return PageLinks(site=answer["site"], feeds=tuple(answer["feeds"]), sitemaps=tuple(answer["sitemaps"]))


def record(value: ParsedFeed | Page | PageLinks) -> dict[str, Any]:
    """Give a record as a JSON object."""
    return asdict(value)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
