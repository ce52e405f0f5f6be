"""What passes between Sari and its parser process: length-prefixed JSON, never pickle.

The process reads what strangers wrote with parsers in C; whatever becomes of it, its answer can only be data.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from bot.errors import ParseError
from bot.models import Entry, IndexEntry, NewArticle, Page, PageLinks, ParsedFeed

Outcome = NewArticle | ParseError
"""What becomes of an entry."""

LENGTH = struct.Struct(">I")
MAX_ANSWER = 16 * 1024 * 1024
"""Bytes: more than a page of 10 MB or the largest feed become. What is read of it at once stops the event loop."""


def frame(payload: bytes) -> bytes:
    """Give a payload with its length before it."""
    return LENGTH.pack(len(payload)) + payload


def pack(message: Mapping[str, Any]) -> bytes:
    """Give a message as a frame."""
    return frame(encode(message))


def encode(message: object) -> bytes:
    """Give a message of records, dates and what JSON knows."""
    return json.dumps(message, ensure_ascii=False, default=_plain).encode("utf-8", "replace")


def feed_from(answer: Mapping[str, Any]) -> ParsedFeed:
    """Give the feed of an answer."""
    entries = tuple(map(entry_from, answer["entries"]))
    return ParsedFeed(title=answer["title"], entries=entries, ttl_seconds=answer["ttl_seconds"])


def entry_from(entry: Mapping[str, Any]) -> Entry:
    """Give an entry of an answer or a request."""
    published_at, categories = moment_from(entry["published_at"]), tuple(entry["categories"])
    return Entry(**{**entry, "published_at": published_at, "categories": categories})


def outcomes_from(answer: Sequence[Mapping[str, Any]]) -> list[Outcome]:
    """Give what became of the entries of a request."""
    return [
        ParseError(each["error"], **each["values"]) if "error" in each else _article_from(each["article"])
        for each in answer
    ]


def _article_from(article: Mapping[str, Any]) -> NewArticle:
    return NewArticle(
        **{
            **article,
            "published_at": datetime.fromisoformat(article["published_at"]),
            "aliases": tuple(article["aliases"]),
            "places": tuple(article["places"]),
            "index": IndexEntry(**article["index"]),
        }
    )


def page_from(answer: Mapping[str, Any]) -> Page:
    """Give the page of an answer."""
    published_at, authors = moment_from(answer["published_at"]), tuple(answer["authors"])
    return Page(**{**answer, "published_at": published_at, "authors": authors})


def links_from(answer: Mapping[str, Any]) -> PageLinks:
    """Give the links of an answer."""
    return PageLinks(site=answer["site"], feeds=tuple(answer["feeds"]), sitemaps=tuple(answer["sitemaps"]))


def moment_from(text: str | None) -> datetime | None:
    """Give a moment of an answer or a request."""
    return datetime.fromisoformat(text) if text else None


def _plain(value: object) -> object:
    """A record as an object. Not by `asdict`, which takes longer over copying each text than JSON over writing it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(type(value).__name__)
