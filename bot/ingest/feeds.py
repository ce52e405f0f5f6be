"""Feeds to entries: RSS, Atom and JSON Feed. Pure; runs in the parser process."""

from __future__ import annotations

import calendar
import html
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import urljoin

import feedparser

from bot.errors import InputError, ParseError
from bot.ingest.html_text import html_to_text
from bot.ingest.titles import title_from
from bot.ingest.urls import canonical_url
from bot.models import Entry, ParsedFeed
from summarizer.dates import parse_date

MAX_ENTRIES = 500
MAX_CATEGORIES = 20
_MAX_TTL = 7 * 24 * 3600
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_INDONESIAN_ZONE = re.compile(r"\bWI(?:B|TA|T)\b", re.IGNORECASE)
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|script|link|div)\b",
    re.IGNORECASE | re.DOTALL,
)
# Tags around words of a title. A lone one ("Kenapa Tag <b> Masih Dipakai") is what the title is about.
_TITLE_TAG = re.compile(
    r"<(?P<tag>a|b|em|font|i|mark|small|span|strong|sub|sup|u)(?:\s[^<>]*)?>(.*?)</(?P=tag)\s*>", re.I
)
_TITLE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def parse_feed(body: bytes, content_type: str, url: str) -> ParsedFeed:
    """Give the entries of a feed as plain text, at most 500, in the order of the feed.

    Args:
        body: as it came, after decompression.
        content_type: the header's value; may be empty.
        url: where it came from, for relative links.

    Raises:
        ParseError: `feed_empty`, `feed_is_html` or `feed_unreadable`.
    """
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise ParseError("feed_empty")
    if start.startswith((b"{", b"[")):
        return _parse_json(body, url)
    if _HTML_START.match(start[:4096]):
        raise ParseError("feed_is_html")
    return _parse_xml(body, content_type, url)


# --- RSS and Atom -------------------------------------------------------------------------------------------------


def _parse_xml(body: bytes, content_type: str, url: str) -> ParsedFeed:
    headers = {"content-location": url}
    # A server that calls its feed text/html or text/plain is wrong about the charset, too.
    if "xml" in content_type:
        headers["content-type"] = content_type
    # A stream, as feedparser would take short bytes for a file name. Markup is taken out below, so that feedparser's
    # own sanitizer (most of its time, and quadratic on hostile input) has nothing to do.
    parsed = feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.get("version") and not parsed.entries:
        raise ParseError("feed_unreadable")
    is_atom = str(parsed.get("version")).startswith("atom")
    entries = (_read_entry(entry, url, is_atom=is_atom) for entry in parsed.entries)
    feed = parsed.feed
    return ParsedFeed(
        title=_one_line(_plain_title(feed.get("title", ""))),
        entries=_first_entries(entries),
        ttl_seconds=_ttl_seconds(feed.get("ttl")),
    )


def _read_entry(entry: Mapping[str, Any], base: str, *, is_atom: bool) -> Entry | None:
    detail = entry.get("title_detail") or {}
    title = str(entry.get("title", ""))
    # Only Atom says whether a title is text; in RSS everybody escapes as they please.
    if not (is_atom and detail.get("type") == "text/plain"):
        title = _plain_title(title)
    bodies = [*entry.get("content", ()), entry.get("summary_detail") or {}]
    guid = str(entry.get("id", ""))
    return _entry(
        links=[urljoin(base, link) for link in (str(entry.get("link", "")), guid if "://" in guid else "") if link],
        title=title,
        text=max((_body_text(body) for body in bodies), key=len),
        published_at=_entry_date(entry),
        categories=[str(tag.get("label") or tag.get("term") or "") for tag in entry.get("tags", ())],
        guid=guid,
    )


def _body_text(body: Mapping[str, Any]) -> str:
    value = str(body.get("value") or "")
    if body.get("type") == "text/plain" and "&" not in value:
        return "\n\n".join(filter(None, (_one_line(block) for block in re.split(r"\n\s*\n", value))))
    return html_to_text(value)


def _entry_date(entry: Mapping[str, Any]) -> datetime | None:
    for name in ("published", "updated", "created"):
        if name not in entry:
            continue
        text, parsed = str(entry[name]), entry.get(f"{name}_parsed")
        # feedparser takes "WIB" for GMT, and knows no Indonesian months.
        if parsed and not _INDONESIAN_ZONE.search(text):
            return _sound(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
        if found := _sound(parse_date(text)):
            return found
    return None


def _ttl_seconds(minutes: object) -> int | None:
    text = str(minutes or "").strip()
    return min(int(text) * 60, _MAX_TTL) if text.isdecimal() and len(text) < 7 and int(text) else None


# --- JSON Feed ----------------------------------------------------------------------------------------------------


def _parse_json(body: bytes, url: str) -> ParsedFeed:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError):
        raise ParseError("feed_unreadable") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ParseError("feed_unreadable")
    entries = (_read_item(item, url) for item in feed["items"] if isinstance(item, dict))
    return ParsedFeed(title=_one_line(_string(feed, "title")), entries=_first_entries(entries))


def _read_item(item: Mapping[str, Any], base: str) -> Entry | None:
    guid = _string(item, "id")
    links = [_string(item, "url"), _string(item, "external_url"), guid if "://" in guid else ""]
    texts = (_string(item, "content_text"), html_to_text(_string(item, "content_html")), _string(item, "summary"))
    date = _string(item, "date_published") or _string(item, "date_modified")
    tags = item.get("tags")
    return _entry(
        links=[urljoin(base, link) for link in links if link],
        title=_string(item, "title"),
        text=next(filter(None, (text.strip() for text in texts)), ""),
        published_at=_sound(parse_date(date)),
        categories=[str(tag) for tag in tags] if isinstance(tags, list) else [],
        guid=guid,
    )


def _string(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


# --- both ---------------------------------------------------------------------------------------------------------


def _entry(
    *,
    links: Iterable[str],
    title: str,
    text: str,
    published_at: datetime | None,
    categories: Sequence[str],
    guid: str,
) -> Entry | None:
    """An entry, or None for one without an address, which nobody could open, or without a word."""
    url = next(filter(None, map(_web_url, links)), "")
    title = _one_line(title)
    if not url or not (title or text):
        return None
    return Entry(
        url=url,
        title=title or title_from(text),
        text=text,
        published_at=published_at,
        categories=tuple(filter(None, map(_one_line, categories[:MAX_CATEGORIES]))),
        guid=guid[:500],
    )


def _first_entries(entries: Iterable[Entry | None]) -> tuple[Entry, ...]:
    return tuple(islice((entry for entry in entries if entry), MAX_ENTRIES))


def _web_url(link: str) -> str | None:
    try:
        return canonical_url(link)
    except InputError:
        return None


def _sound(moment: datetime | None) -> datetime | None:
    """The moment in UTC; None for the epoch and other zeros that feeds write where they know no date."""
    return moment.astimezone(UTC) if moment and moment > _OLDEST else None


def _plain_title(title: str) -> str:
    title = _TITLE_BREAK.sub(" ", html.unescape(title))
    bare = _TITLE_TAG.sub(r"\2", title)
    # Once more for a tag within a tag; deeper is nobody's title.
    return html.unescape(_TITLE_TAG.sub(r"\2", bare))


def _one_line(text: str) -> str:
    return " ".join(text.split())
