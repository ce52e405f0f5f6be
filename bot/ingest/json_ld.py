"""Structured data of a page (JSON-LD of schema.org), as outlets write it: in lists, graphs, pieces, and broken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from lxml import html  # type: ignore[import-untyped]

_ARTICLE_TYPES = ("Article", "BlogPosting", "LiveBlogPosting", "Report")
_MOST_NODES = 500
_LONGEST_BLOCK = 500_000
"""Characters; what an outlet says of one article takes some thousand."""
_NESTED = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart")
_OPENINGS = ("//<![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "<!--", "//")
_ENDINGS = (";", "//]]>", "/*]]>*/", "]]>", "-->", "//")
_LAST_COMMA = re.compile(r",(?=\s*[}\]])")
_WRONG_ESCAPE = re.compile(r"\\(?![\"\\/bfnrtu])")
_BROKEN_ARTICLE = re.compile(r"\"@type\" ?: ?\[? ?\"[\w:/.]{0,40}(?:Article|BlogPosting)\"")
_BROKEN_FIELDS = ("headline", "datePublished", "dateCreated", "articleSection", "url")


def read_json_ld(tree: html.HtmlElement) -> list[Mapping[str, Any]]:
    """Give the objects in a page's JSON-LD, those inside graphs and lists too, in their order.

    Blocks that are not JSON are mended where the fault is a known one (comment marks, a comma or an escape too many,
    entities, several objects in a row); of others, what can be told of an article is taken field by field.
    """
    nodes: list[Mapping[str, Any]] = []
    for script in tree.iterfind(".//script[@type]"):
        text = script.text or ""
        if "ld+json" in script.get("type").lower() and len(text) <= _LONGEST_BLOCK:
            for value in _load(text):
                nodes.extend(_nodes(value, _MOST_NODES - len(nodes)))
    return nodes


def is_article(node: Mapping[str, Any]) -> bool:
    """Whether an object is about an article (NewsArticle and its kind)."""
    types = node.get("@type")
    return any(str(name).endswith(_ARTICLE_TYPES) for name in (types if isinstance(types, list) else [types]))


def _load(text: str) -> list[Any]:
    """The values in a block."""
    bare = _unwrap(text)
    mended = _LAST_COMMA.sub("", _WRONG_ESCAPE.sub("", bare))
    for attempt in (bare, mended, unescape(mended)):
        try:
            return _values(attempt)
        except (ValueError, RecursionError):
            continue
    flat = " ".join(bare.split())
    return [_salvage(flat)] if _BROKEN_ARTICLE.search(flat) else []


def _unwrap(text: str) -> str:
    """The block without the marks of a comment around it."""
    bare = text.strip("\ufeff \t\r\n")
    for opening in _OPENINGS:
        bare = bare.removeprefix(opening).lstrip()
    for ending in _ENDINGS:
        bare = bare.removesuffix(ending).rstrip()
    return bare


def _values(text: str) -> list[Any]:
    # Not strict: outlets put raw line breaks into strings.
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    at = 0
    while at < len(text) and len(values) < _MOST_NODES:
        value, end = decoder.raw_decode(text, at)
        values.append(value)
        at = end + len(text[end:]) - len(text[end:].lstrip(" \t\r\n,;"))
    return values


def _salvage(text: str) -> dict[str, str]:
    """An article's plain fields out of a block that is no JSON."""
    found = {"@type": "NewsArticle"}
    for name in _BROKEN_FIELDS:
        if match := re.search(rf'"{name}" ?: ?"([^"\\]{{1,300}})" ?(?=[,}}"]|$)', text):
            found[name] = match[1]
    return found


def _nodes(value: Any, most: int) -> Iterator[Mapping[str, Any]]:
    """The objects in a value, outer ones first. No recursion: the depth is theirs to choose."""
    waiting, given = [value], 0
    while waiting and given < most:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(reversed(one))
        elif isinstance(one, dict):
            yield one
            given += 1
            waiting.extend(one[name] for name in reversed(_NESTED) if isinstance(one.get(name), (dict, list)))
