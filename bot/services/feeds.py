"""Visit a feed, and keep what it brings. One visit ends in one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import TypeVar

from bot.errors import FetchError, IngestError, InputError, ParseError, SariError
from bot.ingest.decide import Decision, decide, entry_hash, is_teaser
from bot.ingest.fetch import Fetched, Fetcher
from bot.ingest.opml import read_opml
from bot.ingest.parse import ParserProcess
from bot.ingest.read_page import read_page, read_rest
from bot.ingest.urls import canonical_url, host_of
from bot.models import Clock, Entry, Feed, FeedState, FeedUpdate, NewArticle, NewFeed, Page, SavedArticles
from bot.services.revisit import after_failure, after_success
from bot.storage.base import FeedStore

log = logging.getLogger(__name__)

PAGES_PER_VISIT = 30
"""Pages fetched in one visit; the rest follows at the next, so that one feed never holds up the others."""
ARTICLES_AT_A_TIME = 25
"""Made, and saved: what comes back of them is read, and written, while the event loop stands still for some 10 ms."""
CHARACTERS_AT_A_TIME = 200_000
"""The same for long ones; one article may have as many."""
FAILURES_PER_HOST = 3
"""Retryable failures in a row after which a visit leaves a host alone."""
TRIES = 10
"""Visits that ask for a page which fails for now; ten minutes apart, they last an hour and a half."""
TRIES_REFUSED = 3
"""Visits that ask for a page which the site refuses (404, 403): it may be that the feed was quicker than the page."""
MAX_REMEMBERED = 10_000
"""Entries that could not be read; about 2 MB."""

_Key = tuple[str, str]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class FeedVisitor:
    """What a visit needs besides the feed.

    Args:
        spread: gives random numbers in [0, 1).
        page_seconds: how long one visit may take over the pages behind its entries.
        any_language: whether articles that are not Indonesian are taken, too.
    """

    storage: FeedStore
    fetcher: Fetcher
    parser: ParserProcess
    clock: Clock
    interval: timedelta
    spread: Callable[[], float]
    page_seconds: float = 60.0
    any_language: bool = False
    # Entries that could not be read, and how often they may be tried yet. Only in memory: after a restart each is tried
    # anew, which costs less than a table that somebody must tidy up.
    _tries_left: dict[_Key, int] = field(default_factory=dict, init=False, repr=False, compare=False)

    async def visit(self, feed: Feed) -> SavedArticles:
        """Fetch, parse, decide, save. What goes wrong is kept with the feed, and decides when it is next due."""
        try:
            fetched = await self.fetcher.fetch(feed.url, etag=feed.etag, last_modified=feed.last_modified)
            if fetched.status == "not_modified":
                return await self.storage.save_articles([], self.clock(), update=self._after_success(feed, fetched))
            parsed = await self.parser.feed(fetched.body, fetched.content_type, fetched.url)
            articles, complete = await self._read_entries(parsed.entries, feed.outlet, feed)
        except (IngestError, InputError) as error:
            log.warning("feed %s: %s", feed.url, error)
            return await self._save_failure(feed, error)
        update = self._after_success(feed, fetched, ttl_seconds=parsed.ttl_seconds)
        if not complete:
            # The server would answer "not modified" next time, and what was left out would be lost or late.
            update = replace(
                update,
                etag=feed.etag,
                last_modified=feed.last_modified,
                next_check_at=self.clock() + self.interval,
            )
        saved = await self._save(articles, update)
        if saved.new or saved.changed:
            log.info("feed %s: %d new, %d changed", feed.url, len(saved.new), len(saved.changed))
        return saved

    async def _save(self, articles: Sequence[NewArticle], update: FeedUpdate) -> SavedArticles:
        """Save few at a time, so that a long feed holds up nobody else; the state of the feed comes with the last.

        A stop in between is no harm: the next visit finds what is saved, and goes on.
        """
        saved: list[SavedArticles] = []
        *first, last = list(_batches(articles, lambda article: len(article.body))) or [[]]
        for some in first:
            saved.append(await self.storage.save_articles(some, self.clock()))
        saved.append(await self.storage.save_articles(last, self.clock(), update=update))
        new, changed, known = (tuple(chain(*group)) for group in zip(*map(astuple, saved), strict=True))
        return SavedArticles(new, changed, known)

    async def put_off(self, feed: Feed, defect: BaseException) -> None:
        """Count a visit that ended in a defect as a failed one, so that the feed does not come again at once."""
        await self._save_failure(feed, IngestError("feed_defect", reason=type(defect).__name__))

    async def _save_failure(self, feed: Feed, error: SariError) -> SavedArticles:
        update = after_failure(feed, error, now=self.clock(), interval=self.interval, spread=self.spread())
        if update.state is not FeedState.ACTIVE:
            log.warning("feed %s is %s", feed.url, update.state)
        return await self.storage.save_articles([], self.clock(), update=update)

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
        known = await self.storage.known_articles([entry.url for entry in entries])
        wanted = [entry for entry in entries if decide(entry, known.get(entry.url)) is not Decision.KNOWN]
        if self._tries_left:
            wanted = [entry for entry in wanted if self._tries_left.get(_key(entry), 1)]
        whole = [(entry, None) for entry in wanted if not is_teaser(entry)]
        articles, complete = await self._build(whole, outlet, feed)
        # What failed before comes last, where it cannot use up the visit of the others.
        teasers = sorted(filter(is_teaser, wanted), key=lambda entry: _key(entry) in self._tries_left)
        try:
            async with asyncio.timeout(self.page_seconds):
                return articles, await self._read_pages(articles, teasers, outlet, feed) and complete
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
                complete = False
                continue
            if fetched == PAGES_PER_VISIT:
                return False
            fetched += 1
            try:
                page = await self._fetch_page(entry)
            except (FetchError, ParseError) as error:
                tries = tries_for(error)
                complete = not self._remember(entry, error, tries=tries) and complete
                in_a_row[host] = in_a_row[host] + 1 if tries == TRIES else 0
            else:
                in_a_row[host] = 0
                built, done = await self._build([(entry, page)], outlet, feed)
                articles += built
                complete = done and complete
        return complete

    async def _build(
        self, read: Sequence[tuple[Entry, Page | None]], outlet: str, feed: Feed | None
    ) -> tuple[list[NewArticle], bool]:
        """The articles of entries with their pages, and whether none is to be tried again; others are remembered."""
        articles: list[NewArticle] = []
        complete = True
        for some in _batches(read, lambda each: max(len(part.text) for part in each if part)):
            for (entry, _), built in zip(some, await self._build_each(some, outlet, feed), strict=True):
                if isinstance(built, ParseError):
                    complete = not self._remember(entry, built, tries=tries_for(built)) and complete
                else:
                    articles.append(built)
        return articles, complete

    async def _build_each(
        self, read: Sequence[tuple[Entry, Page | None]], outlet: str, feed: Feed | None
    ) -> list[NewArticle | ParseError]:
        try:
            return await self.parser.articles(
                read,
                outlet=outlet,
                now=self.clock(),
                topic=feed.topic if feed else None,
                feed_id=feed.id if feed else None,
                any_language=self.any_language,
            )
        except ParseError as error:
            if len(read) == 1:
                return [error]
        # One of them takes too long or ends the process, and must not take the others with it.
        return [built for each in read for built in await self._build_each([each], outlet, feed)]

    def _remember(self, entry: Entry, error: IngestError, *, tries: int) -> int:
        """Keep that an entry could not be read. Gives how often it may be tried yet."""
        log.info("article %s: %s", entry.url, error)
        left = self._tries_left.get(_key(entry), tries) - 1
        self._tries_left[_key(entry)] = left
        if len(self._tries_left) > MAX_REMEMBERED:
            del self._tries_left[next(iter(self._tries_left))]
        return left

    async def read_page(self, url: str) -> NewArticle:
        """The article behind one address that somebody typed.

        Raises:
            InputError: ``url_bad``.
            IngestError: nothing came, or no article is in it.
        """
        return await self._read_page(await self.fetcher.fetch(canonical_url(url)))

    async def _read_page(self, fetched: Fetched) -> NewArticle:
        first = await self.parser.page(fetched.body, fetched.content_type, fetched.url)
        page = await read_rest(self.fetcher, self.parser, first)
        entry = Entry(url=fetched.url, title="", text="", published_at=None)
        [built] = await self._build_each([(entry, page)], host_of(page.url), None)
        if isinstance(built, ParseError):
            raise built
        return built

    async def _fetch_page(self, entry: Entry) -> Page:
        return await read_page(self.fetcher, self.parser, entry.url)

    def _after_success(self, feed: Feed, fetched: Fetched, *, ttl_seconds: int | None = None) -> FeedUpdate:
        if fetched.permanent_url:
            log.info("feed %s has moved to %s", feed.url, fetched.permanent_url)
        return after_success(
            feed,
            fetched,
            ttl_seconds=ttl_seconds,
            now=self.clock(),
            interval=self.interval,
            spread=self.spread(),
        )


def tries_for(error: FetchError | ParseError) -> int:
    """How many visits ask for a page that fails like this. Pure."""
    if isinstance(error, ParseError):
        # A crash may be ours (no memory left), other parse errors are the page's.
        return TRIES if error.key == "parse_crashed" else 1
    if error.retryable:
        return TRIES
    return TRIES_REFUSED if error.key == "fetch_status" else 1


def _batches(items: Iterable[_Item], size: Callable[[_Item], int]) -> Iterator[list[_Item]]:
    """The items in runs that are worked on at a time; none is empty. Pure."""
    run: list[_Item] = []
    characters = 0
    for item in items:
        characters += size(item)
        if run and (len(run) == ARTICLES_AT_A_TIME or characters > CHARACTERS_AT_A_TIME):
            yield run
            run, characters = [], size(item)
        run.append(item)
    if run:
        yield run


def _key(entry: Entry) -> _Key:
    """An entry as it is now; a changed one is another."""
    return entry.url, entry_hash(entry)


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
