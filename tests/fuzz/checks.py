"""What holds for every document whatsoever, for hypothesis and for atheris alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from bot.errors import ParseError
from bot.ingest.feeds import (
    MAX_CATEGORIES,
    MAX_ENTRIES,
    MAX_FEED_TEXT,
    MAX_LINE,
    MAX_TEXT,
    parse_feed,
)
from bot.ingest.pages import parse_page
from bot.ingest.urls import canonical_url
from bot.ingest.wire import encode, feed_from, page_from
from bot.models import Page, ParsedFeed

T = TypeVar("T")
URL = "https://kabar.example/berita/rss"
FEED_REASONS = frozenset({"feed_empty", "feed_is_html", "feed_unreadable"})
PAGE_REASONS = frozenset({"page_no_article"})


def check_feed(body: bytes, content_type: str = "") -> ParsedFeed | None:
    """Parse a document as a feed; None when it is refused.

    Raises:
        AssertionError: the feed or the reason is none that the bot can work with.
        Exception: whatever the parser failed with.
    """
    feed = _outcome(parse_feed, body, content_type)
    if not isinstance(feed, ParsedFeed):
        assert feed in FEED_REASONS, feed
        return None
    assert len(feed.entries) <= MAX_ENTRIES
    assert sum(len(entry.text) for entry in feed.entries) <= MAX_FEED_TEXT
    assert feed.ttl_seconds is None or 0 < feed.ttl_seconds <= 7 * 24 * 3600
    check_line(feed.title, empty=True)
    for entry in feed.entries:
        assert canonical_url(entry.url) == entry.url
        check_line(entry.title)
        check_line(entry.guid, empty=True)
        check_text(entry.text)
        assert len(entry.text) <= MAX_TEXT
        check_date(entry.published_at)
        assert len(entry.categories) <= MAX_CATEGORIES
        for category in entry.categories:
            check_line(category)
    assert feed_from(json.loads(encode(feed))) == feed
    return feed


def check_page(body: bytes, content_type: str = "text/html") -> Page | None:
    """Parse a document as a page; None when it is refused. Raises as `check_feed` does."""
    page = _outcome(parse_page, body, content_type)
    if not isinstance(page, Page):
        assert page in PAGE_REASONS, page
        return None
    assert page.url.startswith(("http://", "https://"))
    assert page.title.strip()
    assert page.text.strip()
    check_date(page.published_at)
    assert page_from(json.loads(encode(page))) == page
    return page


def _outcome(parse: Callable[[bytes, str, str], T], body: bytes, content_type: str) -> T | str:
    try:
        return parse(body, content_type, URL)
    except ParseError as error:
        return error.key


def check_line(text: str, *, empty: bool = False) -> None:
    """One line of text with nothing in it that is no text."""
    assert text == " ".join(text.split())
    assert text or empty
    assert len(text) <= MAX_LINE
    check_text(text)


def check_text(text: str) -> None:
    """Text that can be written as UTF-8 and shown."""
    text.encode("utf-8")
    assert not any(character < " " and character not in "\t\n\r" for character in text)


def check_date(moment: datetime | None) -> None:
    """A moment in UTC that somebody may have meant."""
    if moment is not None:
        assert moment.tzinfo is UTC
        assert moment.year >= 1990
