"""Visit the feeds that are due, and keep what they bring. One visit ends in one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from bot.errors import FetchError, IngestError, InputError, ParseError
from bot.ingest.decide import Decision, build_article, decide, entry_hash, is_teaser
from bot.ingest.fetch import Fetched, Fetcher
from bot.ingest.opml import read_opml
from bot.ingest.parse import ParserProcess
from bot.ingest.urls import canonical_url, host_of
from bot.models import Clock, Entry, Feed, FeedState, FeedUpdate, KnownArticle, NewArticle, NewFeed, Page, SavedArticles
from bot.schedule import backoff
from bot.storage.base import FeedStore

log = logging.getLogger(__name__)

PAGES_PER_VISIT = 30
"""Pages fetched in one visit; the rest follows at the next, so that one feed never holds up the others."""
FAILURES_PER_HOST = 3
"""Retryable failures in a row after which a visit leaves a host alone."""
MAX_PAUSE = timedelta(hours=24)
"""After failures."""
MAX_FRESH = timedelta(hours=1)
"""What a feed may ask for by max-age or ttl: news is old after that."""
MAX_REMEMBERED = 10_000
"""Entries that could not be read; about 2 MB."""

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FeedVisitor:
    """What a visit needs besides the feed.

    Args:
        spread: gives random numbers in [0, 1).
        page_seconds: how long one visit may take over the pages behind its entries.
    """

    storage: FeedStore
    fetcher: Fetcher
    parser: ParserProcess
    clock: Clock
    interval: timedelta
    spread: Callable[[], float]
    page_seconds: float = 60.0
    # Entries that could not be read, and whether trying again may help. Only in memory: after a restart each is tried
    # once more, which costs less than a table that somebody must tidy up.
    _failed: dict[_Key, bool] = field(default_factory=dict, init=False, repr=False, compare=False)

    async def visit_due(self, *, limit: int = 16, per_host: int = 2) -> list[SavedArticles]:
        """Visit the feeds that are due, side by side. One that fails never stops another."""
        feeds = await self.storage.due_feeds(self.clock(), limit=limit, per_host=per_host)
        # A defect in one visit surfaces only when the others have ended: none may run on outside of this call.
        visits = await asyncio.gather(*(self.visit(feed) for feed in feeds), return_exceptions=True)
        saved = [visit for visit in visits if not isinstance(visit, BaseException)]
        defects = [visit for visit in visits if isinstance(visit, BaseException)]
        for another in defects[1:]:
            log.error("another visit failed in the same tick", exc_info=another)
        if defects:
            raise defects[0]
        return saved

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
            # The server would answer "not modified" next time, and what was left out would be lost or late.
            update = replace(
                update,
                etag=feed.etag,
                last_modified=feed.last_modified,
                next_check_at=self.clock() + self.interval,
            )
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
        wanted = [entry for entry in wanted if self._failed.get(_key(entry), True)]
        articles: list[NewArticle] = []
        for entry in wanted:
            if not is_teaser(entry):
                self._add_article(articles, entry, None, outlet, feed)
                await asyncio.sleep(0)  # a long feed must not hold up everything else
        # What failed before comes last, where it cannot use up the visit of the others.
        teasers = sorted(filter(is_teaser, wanted), key=lambda entry: _key(entry) in self._failed)
        try:
            async with asyncio.timeout(self.page_seconds):
                return articles, await self._read_pages(articles, teasers, outlet, feed)
        except TimeoutError:
            log.info("%s: pages took longer than %g s, the rest follows", outlet, self.page_seconds)
            return articles, False

    async def _read_pages(
        self, articles: list[NewArticle], teasers: list[Entry], outlet: str, feed: Feed | None
    ) -> bool:
        """Add the articles behind teasers as their pages come. Gives whether nothing is left for later."""
        complete, fetched = True, 0
        in_a_row: Counter[str] = Counter()
        for entry in teasers:
            host = host_of(entry.url)
            if in_a_row[host] == FAILURES_PER_HOST:
                continue
            if fetched == PAGES_PER_VISIT:
                return False
            fetched += 1
            try:
                page = await self._fetch_page(entry)
            except (FetchError, ParseError) as error:
                # A crash may be ours (no memory left), other parse errors are the page's.
                again = error.retryable if isinstance(error, FetchError) else error.key == "parse_crashed"
                self._remember(entry, error, again=again)
                in_a_row[host] = in_a_row[host] + 1 if again else 0
                complete = complete and not again
            else:
                in_a_row[host] = 0
                self._add_article(articles, entry, page, outlet, feed)
        return complete

    def _add_article(
        self, articles: list[NewArticle], entry: Entry, page: Page | None, outlet: str, feed: Feed | None
    ) -> None:
        try:
            articles.append(build_article(entry, page, outlet=outlet, feed=feed, now=self.clock()))
        except ParseError as error:
            self._remember(entry, error, again=False)

    def _remember(self, entry: Entry, error: IngestError, *, again: bool) -> None:
        log.info("article %s: %s", entry.url, error)
        self._failed[_key(entry)] = again
        if len(self._failed) > MAX_REMEMBERED:
            del self._failed[next(iter(self._failed))]

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
        pause = max(self.interval, min(timedelta(seconds=asked), MAX_FRESH))
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


def _key(entry: Entry) -> _Key:
    """An entry as it is now; a changed one is another."""
    return canonical_url(entry.url), entry_hash(entry)


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
