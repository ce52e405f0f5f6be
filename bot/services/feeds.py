"""Visit the feeds that are due, and keep what they bring. One visit ends in one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bot.errors import FetchError, IngestError, InputError, ParseError
from bot.ingest.decide import Decision, build_article, decide, is_teaser
from bot.ingest.fetch import Fetched, Fetcher
from bot.ingest.opml import read_opml
from bot.ingest.parse import ParserProcess
from bot.ingest.urls import canonical_url, host_of
from bot.models import Clock, Entry, Feed, FeedState, FeedUpdate, KnownArticle, NewArticle, NewFeed, Page, SavedArticles
from bot.schedule import backoff
from bot.storage.base import FeedStore

log = logging.getLogger(__name__)

PAGES_PER_VISIT = 30
"""New entries taken from one visit; the rest follows at the next, so that one feed never holds up the others."""
MAX_PAUSE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class FeedVisitor:
    """What a visit needs besides the feed. ``spread`` gives random numbers in [0, 1)."""

    storage: FeedStore
    fetcher: Fetcher
    parser: ParserProcess
    clock: Clock
    interval: timedelta
    spread: Callable[[], float]

    async def visit_due(self, *, limit: int = 16, per_host: int = 2) -> list[SavedArticles]:
        """Visit the feeds that are due, side by side. One that fails never stops another."""
        feeds = await self.storage.due_feeds(self.clock(), limit=limit, per_host=per_host)
        return list(await asyncio.gather(*(self.visit(feed) for feed in feeds)))

    async def visit(self, feed: Feed) -> SavedArticles:
        """Fetch, parse, decide, save. What goes wrong is kept with the feed, and decides when it is next due."""
        try:
            fetched = await self.fetcher.fetch(feed.url, etag=feed.etag, last_modified=feed.last_modified)
            if fetched.status == "not_modified":
                return await self.storage.save_articles([], self.clock(), update=self._after_success(feed, fetched))
            parsed = await self.parser.feed(fetched.body, fetched.content_type, fetched.url)
            articles, complete = await self._read_entries(parsed.entries, feed.outlet, feed)
        except IngestError as error:
            log.warning("feed %s: %s", feed.url, error)
            return await self.storage.save_articles([], self.clock(), update=self._after_failure(feed, error))
        update = self._after_success(feed, fetched, ttl_seconds=parsed.ttl_seconds)
        if not complete:
            # The server would answer "not modified" next time, and what was left out would be lost.
            update = replace(update, etag=feed.etag, last_modified=feed.last_modified)
        saved = await self.storage.save_articles(articles, self.clock(), update=update)
        if saved.new or saved.changed:
            log.info("feed %s: %d new, %d changed", feed.url, len(saved.new), len(saved.changed))
        return saved

    async def read_address(self, url: str) -> list[NewArticle]:
        """The articles behind an address that somebody typed: of a feed, or the one of a page.

        Raises:
            InputError: ``url_bad``.
            IngestError: nothing came, or it is neither a feed nor an article.
        """
        fetched = await self.fetcher.fetch(canonical_url(url))
        try:
            parsed = await self.parser.feed(fetched.body, fetched.content_type, fetched.url)
        except ParseError as error:
            if error.key != "feed_is_html":
                raise
            return [await self._read_page(fetched)]
        articles, _ = await self._read_entries(parsed.entries, parsed.title or host_of(fetched.url), None)
        return articles

    async def _read_entries(
        self, entries: tuple[Entry, ...], outlet: str, feed: Feed | None
    ) -> tuple[list[NewArticle], bool]:
        """Articles behind the entries that are new or changed, and whether none had to be left for later."""
        known = await self.storage.known_articles([canonical_url(entry.url) for entry in entries])
        wanted = [entry for entry in entries if _decision(entry, known) is not Decision.KNOWN]
        articles: list[NewArticle] = []
        complete = len(wanted) <= PAGES_PER_VISIT
        for entry in wanted[:PAGES_PER_VISIT]:
            try:
                page = await self._fetch_page(entry) if is_teaser(entry) else None
                articles.append(build_article(entry, page, outlet=outlet, feed=feed, now=self.clock()))
            except FetchError as error:
                log.info("article %s: %s", entry.url, error)
                complete = complete and not error.retryable
            except ParseError as error:
                log.info("article %s: %s", entry.url, error)
        return articles, complete

    async def read_page(self, url: str) -> NewArticle:
        """The article behind one address that somebody typed.

        Raises:
            InputError: ``url_bad``.
            IngestError: nothing came, or no article is in it.
        """
        return await self._read_page(await self.fetcher.fetch(canonical_url(url)))

    async def _read_page(self, fetched: Fetched) -> NewArticle:
        page = await self.parser.page(fetched.body, fetched.content_type, fetched.url)
        entry = Entry(url=fetched.url, title="", text="", published_at=None)
        return build_article(entry, page, outlet=host_of(page.url), feed=None, now=self.clock())

    async def _fetch_page(self, entry: Entry) -> Page:
        fetched = await self.fetcher.fetch(entry.url)
        return await self.parser.page(fetched.body, fetched.content_type, fetched.url)

    def _after_success(self, feed: Feed, fetched: Fetched, *, ttl_seconds: int | None = None) -> FeedUpdate:
        asked = max(ttl_seconds or 0, fetched.max_age or 0)
        pause = min(max(self.interval, timedelta(seconds=asked)), MAX_PAUSE)
        now, unchanged = self.clock(), fetched.status == "not_modified"
        return FeedUpdate(
            feed_id=feed.id,
            next_check_at=now + pause,
            url=fetched.permanent_url or feed.url,
            state=FeedState.ACTIVE,
            etag=feed.etag if unchanged else fetched.etag,
            last_modified=feed.last_modified if unchanged else fetched.last_modified,
            failures=0,
            last_ok_at=now,
            last_error=None,
        )

    def _after_failure(self, feed: Feed, error: IngestError) -> FeedUpdate:
        failures = feed.failures + 1
        pause = backoff(failures, base=self.interval, cap=MAX_PAUSE, spread=self.spread())
        gone = isinstance(error, FetchError) and error.key == "fetch_gone"
        if isinstance(error, FetchError) and error.retry_after:
            pause = min(max(pause, timedelta(seconds=error.retry_after)), MAX_PAUSE)
        return FeedUpdate(
            feed_id=feed.id,
            next_check_at=self.clock() + pause,
            url=feed.url,
            state=FeedState.GONE if gone else FeedState.ACTIVE,
            etag=feed.etag,
            last_modified=feed.last_modified,
            failures=failures,
            last_ok_at=feed.last_ok_at,
            last_error=str(error),
        )


def _decision(entry: Entry, known: dict[str, KnownArticle]) -> Decision:
    return decide(entry, known.get(canonical_url(entry.url)))


async def read_feed_list(path: Path) -> list[NewFeed]:
    """The feeds that an OPML file lists.

    Raises:
        InputError: ``file_missing`` with ``file``.
        ParseError: ``opml_bad``.
    """
    try:
        text = await asyncio.to_thread(path.read_text, encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError("file_missing", file=str(path)) from None
    return read_opml(text)
