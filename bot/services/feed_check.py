"""What Sari would read in a feed: how it answers, what is in it, and its first articles as readers would get them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import FetchError, IngestError, InputError, SariError
from bot.ingest.decide import build_article, is_foreign, is_teaser
from bot.ingest.fetch import Fetcher
from bot.ingest.read_page import read_page
from bot.ingest.topics import topic_of
from bot.ingest.urls import host_of
from bot.models import Clock, Entry, NewArticle, Page, PageLinks, ParsedFeed
from bot.services.discovery import FoundFeed, find_feeds
from summarizer.sentences import split_sentences

SAMPLE = 3
"""Articles that are read whole, their pages included."""
PAGE_SECONDS = 30.0
"""For one of them, however many parts it has: somebody is waiting."""
STALE = timedelta(days=7)
_FEW_WORDS = 60


class FeedParser(Protocol):
    """Parses in a process of its own: `parse.ParserProcess`."""

    async def feed(self, body: bytes, content_type: str, url: str) -> ParsedFeed: ...

    async def page(self, body: bytes, content_type: str, url: str) -> Page: ...

    async def links(self, body: bytes, content_type: str, url: str) -> PageLinks: ...


@dataclass(frozen=True, slots=True)
class SampleArticle:
    """An entry as the bot reads it: the article, or why there is none."""

    title: str
    url: str
    article: NewArticle | None
    from_page: bool
    dated: bool
    """Whether feed or page gave the date; else it is the present."""
    error: SariError | None = None

    @property
    def words(self) -> int:
        return len(self.article.body.split()) if self.article else 0

    @property
    def opening(self) -> str:
        """The first sentence."""
        return next(iter(split_sentences(self.article.body.split("\n\n")[0])), "") if self.article else ""


@dataclass(frozen=True, slots=True)
class FeedWarning:
    """Something that an editor should know; the words stand under `feed_warnings` in texts/."""

    key: str
    values: dict[str, int]


@dataclass(frozen=True, slots=True)
class FeedReport:
    """A feed as it is now. Counts are of its entries."""

    found: FoundFeed
    others: tuple[str, ...]
    """Further feeds of the site."""
    entries: int
    dated: int
    newest: datetime | None
    full_text: int
    """Entries that have the article; of the others the page is fetched."""
    judged: int
    """Entries with enough text to tell their language."""
    indonesian: int
    topics: tuple[tuple[str | None, int], ...]
    """Topics by how many entries have them; None counts those without."""
    sample: tuple[SampleArticle, ...]
    warnings: tuple[FeedWarning, ...]

    @property
    def readable(self) -> bool:
        """Whether the bot would get any article out of it."""
        return any(one.article for one in self.sample)


async def check_feed(
    fetcher: Fetcher, parser: FeedParser, address: str, clock: Clock, *, any_language: bool = False
) -> FeedReport:
    """Give a report on the feed at an address, or on the first one of the site there.

    Raises:
        InputError: `url_bad`.
        IngestError: see `find_feeds`.
    """
    found, *others = await find_feeds(fetcher, parser, address)
    entries, now = found.parsed.entries, clock()
    sample = [
        await _read(fetcher, parser, entry, found.outlet, now, any_language=any_language) for entry in entries[:SAMPLE]
    ]
    return report(found, [other.url for other in others], sample, now)


def report(found: FoundFeed, others: Sequence[str], sample: Sequence[SampleArticle], now: datetime) -> FeedReport:
    """Give the report on a feed of which some articles have been read. Pure."""
    entries = found.parsed.entries
    dates = [entry.published_at for entry in entries if entry.published_at]
    judged = [foreign for foreign in (is_foreign(entry.title, entry.text) for entry in entries) if foreign is not None]
    facts = FeedReport(
        found=found,
        others=tuple(others),
        entries=len(entries),
        dated=len(dates),
        newest=max(dates, default=None),
        full_text=sum(not is_teaser(entry) for entry in entries),
        judged=len(judged),
        indonesian=judged.count(False),
        topics=tuple(Counter(map(_topic_of, entries)).most_common()),
        sample=tuple(sample),
        warnings=(),
    )
    return replace(facts, warnings=tuple(_warnings(facts, now)))


def _topic_of(entry: Entry) -> str | None:
    return topic_of(entry.categories, entry.url, title=entry.title, body=entry.text)


def _warnings(report: FeedReport, now: datetime) -> Iterator[FeedWarning]:
    fetched = report.found.fetched
    if not report.entries:
        yield FeedWarning("empty", {})
        return
    if failed := sum(one.error is not None for one in report.sample):
        yield FeedWarning("unreadable", {"n": failed, "of": len(report.sample)})
    if report.found.kind == "News Sitemap":
        yield FeedWarning("sitemap", {})
    if undated := report.entries - report.dated:
        yield FeedWarning("undated", {"n": undated, "of": report.entries})
    if report.newest and now - report.newest > STALE:
        yield FeedWarning("stale", {"days": (now - report.newest).days})
    if report.newest and report.newest > now + timedelta(hours=1):
        yield FeedWarning("future", {"hours": round((report.newest - now) / timedelta(hours=1))})
    if foreign := report.judged - report.indonesian:
        yield FeedWarning("foreign", {"n": foreign, "of": report.judged})
    if short := sum(one.article is not None and one.words < _FEW_WORDS for one in report.sample):
        yield FeedWarning("short", {"n": short, "of": len(report.sample)})
    if not any(topic for topic, _ in report.topics):
        yield FeedWarning("no_topic", {})
    if not (fetched.etag or fetched.last_modified):
        yield FeedWarning("no_validators", {})


async def _read(
    fetcher: Fetcher, parser: FeedParser, entry: Entry, outlet: str, now: datetime, *, any_language: bool
) -> SampleArticle:
    page = None
    try:
        if is_teaser(entry):
            async with asyncio.timeout(PAGE_SECONDS):
                page = await read_page(fetcher, parser, entry.url)
        article = build_article(entry, page, outlet=outlet, now=now, any_language=any_language)
    except TimeoutError:
        return _unread(entry, FetchError("fetch_timeout", host=host_of(entry.url)))
    except (IngestError, InputError) as error:
        return _unread(entry, error)
    dated = bool(entry.published_at or (page and (page.published_at or page.age)))
    return SampleArticle(article.title, article.url, article, page is not None, dated)


def _unread(entry: Entry, error: SariError) -> SampleArticle:
    return SampleArticle(entry.title, entry.url, None, False, entry.published_at is not None, error)
