"""Feeds to entries: RSS, Atom and JSON Feed. Pure; runs in the parser process.

Plain RSS is read by libxml2 (`plain_rss`), everything else that calls itself RSS or Atom by feedparser.
"""

from __future__ import annotations

import calendar
import html
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from time import struct_time
from typing import Any
from urllib.parse import urljoin

import feedparser

from bot.errors import InputError, ParseError
from bot.ingest.feed_dates import read_plain_date, sound_date
from bot.ingest.html_text import html_to_text
from bot.ingest.plain_rss import PlainRss, RssItem, read_plain_rss
from bot.ingest.sitemaps import is_sitemap, parse_news_sitemap
from bot.ingest.titles import title_from
from bot.ingest.urls import canonical_url
from bot.models import Entry, ParsedFeed
from summarizer.dates import parse_date

MAX_ENTRIES = 500
MAX_CATEGORIES = 20
MAX_LINE = 500
"""Characters of a title or guid; a category has a fifth of it."""
MAX_TEXT = 200_000
"""Characters of an entry's text; a book of 100 pages has as many."""
MAX_FEED_TEXT = 1_000_000
"""Characters of all texts of a feed; entries after that keep headline and address, and are read from their pages."""
_MAX_TTL = 7 * 24 * 3600
_BOM = b"\xef\xbb\xbf"
# UTF-32 first: its mark begins with that of UTF-16.
_MARKED = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Codes in which letters stand for other letters; UTF-16 without its mark has zeros. Bytes and name apart: one pattern
# for both took a tenth of the time of parsing.
_SHIFTING = (b"\x00", b"\x0e", b"\x1b")
_SHIFTED = re.compile(rb"<\?xml[^>]{1,100}encoding\s*=\s*[\"'](?:utf-7|hz)", re.IGNORECASE)
_REFERENCE = re.compile(rb"&#(x[0-9a-f]{1,1000}|[0-9]{1,1000});?", re.IGNORECASE)
# What says that a text is HTML although the feed calls it plain.
_MARKUP = re.compile(r"&|</[a-z]|<(?:a|br|div|hr|img|p)\b[^<>]*>", re.IGNORECASE)
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*+<(?:!doctype\s+html|html|head|body|meta|title|script|link|div)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP_LEFT = re.compile(r"</(?:a|b|div|em|i|iframe|p|script|span|strong|style|td)\s*>|<(?:br|img|p)\b[^<>]*>", re.I)
# Tags around words of a title. A lone one ("Kenapa Tag <b> Masih Dipakai") is what the title is about.
_TITLE_TAG = re.compile(
    r"<(?P<tag>a|b|div|em|font|h[1-6]|i|mark|p|small|span|strong|sub|sup|u)(?:\s[^<>]*)?>(.*?)</(?P=tag)\s*>", re.I
)
_TITLE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
# Code and pictures in a title, which no headline is about: they have attributes.
_TITLE_CODE = re.compile(
    r"<(script|style)\b[^<>]*>.*?</\1\s*>|<(?:iframe|img|svg)\s[^<>]*>(?:\s*</(?:iframe|svg)\s*>)?", re.I | re.S
)
_LONGEST_RAW_TITLE = 4000
"""Characters, for a title of 500 with every one of them escaped."""
# No text has them; half of a surrogate pair cannot even be written as UTF-8.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)


def parse_feed(body: bytes, content_type: str, url: str) -> ParsedFeed:
    """Give the entries of a feed as plain text, at most 500, in the order of the feed.

    Args:
        body: as it came, after decompression.
        content_type: the header's value; may be empty.
        url: where it came from, for relative links.

    Raises:
        ParseError: `feed_empty`, `feed_is_html` or `feed_unreadable`.
    """
    if code := next((code for mark, code in _MARKED if body.startswith(mark)), None):
        body = body.decode(code, "replace").encode("utf-8", "replace")
    start = body.removeprefix(_BOM).lstrip()
    if not start:
        raise ParseError("feed_empty")
    if start.startswith((b"{", b"[")):
        return _parse_json(body, url)
    if _HTML_START.match(start[:4096]):
        raise ParseError("feed_is_html")
    if is_sitemap(start):
        return parse_news_sitemap(body, MAX_ENTRIES)
    if not _is_utf8(start):
        return parse_with_feedparser(body, content_type, url)
    plain = read_plain_rss(start)
    found = plain and parse_plain(plain, url)
    # What is UTF-8 is meant so, whatever declaration and header say, and a line before the declaration is a slip:
    # three of the five feeds in ../shared/data/feeds start with one.
    return found or parse_with_feedparser(start, "application/xml; charset=utf-8", url)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return not any(byte in body for byte in _SHIFTING) and not _SHIFTED.search(body)


# --- plain RSS ----------------------------------------------------------------------------------------------------


def parse_plain(feed: PlainRss, url: str) -> ParsedFeed | None:
    """Give the entries of a plain feed; None when a date is written in a way that feedparser must judge."""
    dates = [read_plain_date(item.date) for item in feed.items]
    if None in dates:
        return None
    entries = (_read_plain_item(item, date, url) for item, date in zip(feed.items, dates, strict=True))
    return ParsedFeed(
        title=_one_line(_plain_title(feed.title)),
        entries=_first_entries(entries),
        ttl_seconds=_ttl_seconds(feed.ttl),
    )


def _read_plain_item(item: RssItem, date: datetime | None, base: str) -> Entry | None:
    return _entry(
        links=_links(base, item.link, item.guid),
        title=_plain_title(item.title),
        text=_longest_text(item.bodies),
        published_at=sound_date(date),
        categories=item.categories,
        guid=item.guid,
    )


def _longest_text(bodies: Sequence[str]) -> str:
    longest = ""
    for body in bodies:
        # No text is longer than its markup.
        if len(body) > len(longest):
            longest = max(longest, html_to_text(body), key=len)
    return longest


# --- RSS and Atom -------------------------------------------------------------------------------------------------


def parse_with_feedparser(body: bytes, content_type: str, url: str) -> ParsedFeed:
    """Give the entries of any RSS or Atom feed; arguments and errors as of `parse_feed`."""
    headers = {"content-location": url}
    # A server that calls its feed text/html or text/plain is wrong about the charset, too.
    if "xml" in content_type:
        headers["content-type"] = content_type
    # A stream, as feedparser would take short bytes for a file name. Markup is taken out below, so that feedparser's
    # own sanitizer (most of its time, and quadratic on hostile input) has nothing to do.
    stream = io.BytesIO(_REFERENCE.sub(_sound_reference, body))
    try:
        parsed = feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except MemoryError:
        raise
    except Exception:
        # It fails over some documents in ways of its own (fuzzing found KeyError, ValueError and OverflowError).
        raise ParseError("feed_unreadable") from None
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


def _sound_reference(match: re.Match[bytes]) -> bytes:
    """A reference to a character; nothing for one to what is none: feedparser fails over it and gives no entry."""
    digits = match[1]
    number = int(digits[1:], 16) if digits[:1] in b"xX" else int(digits)
    return b"" if 0xD800 <= number <= 0xDFFF or number > sys.maxunicode else match[0]


def _read_entry(entry: Mapping[str, Any], base: str, *, is_atom: bool) -> Entry | None:
    detail = entry.get("title_detail") or {}
    title = str(entry.get("title", ""))
    # Only Atom says whether a title is text; in RSS everybody escapes as they please.
    if not (is_atom and detail.get("type") == "text/plain"):
        title = _plain_title(title)
    bodies = [*entry.get("content", ()), entry.get("summary_detail") or {}]
    guid = str(entry.get("id", ""))
    return _entry(
        links=_links(base, str(entry.get("link", "")), guid),
        title=title,
        text=max((_body_text(body) for body in bodies), key=len),
        published_at=_entry_date(entry),
        categories=[str(tag.get("label") or tag.get("term") or "") for tag in entry.get("tags", ())],
        guid=guid,
    )


def _body_text(body: Mapping[str, Any]) -> str:
    value = str(body.get("value") or "")
    if body.get("type") == "text/plain" and not _MARKUP.search(value):
        return "\n\n".join(filter(None, (_one_line(block) for block in re.split(r"\n\s*\n", value))))
    return html_to_text(value)


def _entry_date(entry: Mapping[str, Any]) -> datetime | None:
    for name in ("published", "updated", "created"):
        if name not in entry:
            continue
        text, parsed = str(entry[name]), entry.get(f"{name}_parsed")
        moment = read_plain_date(text)
        # feedparser takes "WIB" and no zone at all for GMT, but knows a dozen ways more to write a date.
        if moment is None and parsed:
            moment = _moment(parsed)
        if found := sound_date(moment or parse_date(text)):
            return found
    return None


def _moment(parsed: struct_time) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError):
        # "0000-00-00T00:00:00Z" is in the year -1 for feedparser.
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
    texts = (_string(item, "content_text"), html_to_text(_string(item, "content_html")), _string(item, "summary"))
    date = _string(item, "date_published") or _string(item, "date_modified")
    tags = item.get("tags")
    return _entry(
        links=_links(base, _string(item, "url"), _string(item, "external_url"), guid),
        title=_string(item, "title"),
        text=next(filter(None, (text.strip() for text in texts)), ""),
        published_at=sound_date(parse_date(date)),
        categories=[tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
        guid=guid,
    )


def _string(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


# --- all ----------------------------------------------------------------------------------------------------------


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
    title, text = _one_line(title), _read_once_more(_CONTROL.sub("", text).strip())[:MAX_TEXT]
    if not url or not (title or text):
        return None
    return Entry(
        url=url,
        title=title or title_from(text),
        text=text,
        published_at=published_at,
        categories=tuple(filter(None, (_one_line(each)[: MAX_LINE // 5] for each in categories[:MAX_CATEGORIES]))),
        guid=_one_line(guid),
    )


def _read_once_more(text: str) -> str:
    """The text of what was escaped twice; no news is about `</p>`."""
    if not _MARKUP_LEFT.search(text):
        return text
    return "\n\n".join(filter(None, map(html_to_text, text.split("\n\n"))))


def _first_entries(entries: Iterable[Entry | None]) -> tuple[Entry, ...]:
    kept: list[Entry] = []
    left = MAX_FEED_TEXT
    for entry in islice(filter(None, entries), MAX_ENTRIES):
        kept.append(entry if len(entry.text) <= left else replace(entry, text=""))
        left -= len(kept[-1].text)
    return tuple(kept)


def _links(base: str, *links: str) -> Iterator[str]:
    """What may be the address, best first: links, and the guid where it is one."""
    *shown, guid = links
    candidates = [*shown, guid if "://" in guid else ""]
    return (link if _ABSOLUTE.match(link) else _join(base, link) for link in candidates if link)


def _join(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def _web_url(link: str) -> str | None:
    try:
        return canonical_url(link)
    except InputError:
        return None


def _plain_title(title: str) -> str:
    # Tags are looked for in what can be a title at all: the search takes a time quadratic in the number of open ones.
    title = _TITLE_CODE.sub(" ", _TITLE_BREAK.sub(" ", html.unescape(title[:_LONGEST_RAW_TITLE])))
    bare = _TITLE_TAG.sub(r"\2", title)
    # Once more for a tag within a tag; deeper is nobody's title.
    return html.unescape(_TITLE_TAG.sub(r"\2", bare))


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub("", text).split())[:MAX_LINE].rstrip()
