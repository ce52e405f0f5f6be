"""Sitemaps: those of Google News as feeds, and the list of others that an index is. Pure; runs in the parser process.

A news sitemap holds address, headline, date and keywords of the last 48 hours
(https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap), so it serves where an outlet has
no feed; the text comes from the pages, as with a feed of headlines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree  # type: ignore[import-untyped]

from bot.errors import InputError, ParseError
from bot.ingest.urls import canonical_url
from bot.models import Entry, ParsedFeed
from summarizer.dates import parse_date

MAX_LOCATIONS = 500
# The loop never gives back what it took: a row of comments would double the work with each of them.
_ROOT = re.compile(rb"\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*)*+<(?:\w+:)?(?:urlset|sitemapindex)\b", re.DOTALL)
_HEAD_BYTES = 4096


def is_sitemap(body: bytes) -> bool:
    """Whether a document is a sitemap, or an index of sitemaps."""
    return bool(_ROOT.match(body[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")))


def parse_news_sitemap(body: bytes, limit: int) -> ParsedFeed:
    """Give the articles of a news sitemap, newest first, as entries without text.

    Raises:
        ParseError: `feed_unreadable` when it names no headline: then it lists pages, not news.
    """
    entries = [entry for entry in map(_read_entry, _children(body, "url")) if entry]
    if not entries:
        raise ParseError("feed_unreadable")
    oldest = datetime.min.replace(tzinfo=UTC)
    entries.sort(key=lambda entry: entry.published_at or oldest, reverse=True)
    return ParsedFeed(title=_outlet(body), entries=tuple(entries[:limit]))


def read_locations(body: bytes) -> list[str]:
    """Give the addresses that an index of sitemaps lists, in its order, at most 500."""
    found = (_value(child, "loc") for child in _children(body, "sitemap"))
    return [location for location in found if location][:MAX_LOCATIONS]


def _read_entry(element: etree._Element) -> Entry | None:
    title = _value(element, "title")
    try:
        url = canonical_url(_value(element, "loc"))
    except InputError:
        return None
    if not title:
        return None
    date = parse_date(_value(element, "publication_date") or _value(element, "lastmod"))
    return Entry(
        url=url,
        title=title,
        text="",
        published_at=date.astimezone(UTC) if date else None,
        categories=tuple(filter(None, (word.strip() for word in _value(element, "keywords").split(",")[:20]))),
        guid=url,
    )


def _outlet(body: bytes) -> str:
    return next(filter(None, (_value(child, "name") for child in _children(body, "url"))), "")


def _children(body: bytes, name: str) -> Iterator[etree._Element]:
    """The elements of a sitemap with this name, whatever namespace they claim."""
    # No entity is expanded and nothing is loaded; what is broken is read as far as it goes.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return
    if root is not None:
        yield from (child for child in root if _name(child) == name)


def _value(element: etree._Element, name: str) -> str:
    """The text of the first descendant with this name, on one line."""
    for node in element.iterdescendants():
        if _name(node) == name:
            return " ".join("".join(node.itertext()).split())
    return ""


def _name(element: etree._Element) -> str:
    # Not QName: a prefix that nobody declared stays in the name, and QName fails over it.
    return re.split("[}:]", element.tag)[-1] if isinstance(element.tag, str) else ""
