"""From saved articles to stories with digests. Every step can be repeated: storage says what is still missing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from itertools import chain

from bot.models import Article, Clock, StoredDigest
from bot.storage.base import PipelineStore
from summarizer import ArticleInput, Digest, Summarizer, SummarizerError
from summarizer.stories import WINDOW, StoryWindow

log = logging.getLogger(__name__)

BATCH = 16
"""Articles that an engine gets at once: enough for it to be quick, few enough that a stop waits and loses little."""


def digest_articles(articles: Sequence[Article], summarizer: Summarizer) -> list[StoredDigest]:
    """The digest of each article, in order; where there is nothing to say, the headline alone, marked as a fallback."""
    try:
        found = summarizer.summarize_many([ArticleInput(article.body, article.title) for article in articles])
    except Exception as error:
        # An engine may be anything, and one article that breaks it must not hold up all others for ever.
        if len(articles) > 1:
            return list(chain.from_iterable(digest_articles([article], summarizer) for article in articles))
        log.error("article %d breaks %s", articles[0].id, summarizer.engine, exc_info=error)
        return [_headline_alone(articles[0], summarizer.engine, "failed")]
    return list(_stored(articles, found, summarizer.engine))


def _stored(
    articles: Sequence[Article], found: Sequence[Digest | SummarizerError], engine: str
) -> Iterator[StoredDigest]:
    for article, digest in zip(articles, found, strict=True):
        if isinstance(digest, SummarizerError):
            log.info("article %d has no digest: %s", article.id, digest)
            yield _headline_alone(article, engine, digest.key)
        else:
            yield StoredDigest(
                content_hash=article.content_hash,
                engine=engine,
                sentences=digest.sentences,
                short=digest.short,
                made_by=digest.engine,
                checks=digest.checks,
                fallback=digest.fallback,
            )


def _headline_alone(article: Article, engine: str, reason: str) -> StoredDigest:
    return StoredDigest(article.content_hash, engine, (), article.title, fallback=reason)


async def digest_new_articles(
    storage: PipelineStore, summarizer: Summarizer, *, limit: int = BATCH
) -> list[StoredDigest]:
    """Summarise articles that have no digest yet, in a thread so that the loop goes on. Gives what was saved."""
    articles = await storage.articles_without_digest(limit=limit)
    if not articles:
        return []
    made = await asyncio.to_thread(digest_articles, articles, summarizer)
    await storage.save_digests(made)
    return made


class StoryGrouper:
    """Puts new articles into stories. Keeps the window of recent articles in memory; storage stays the truth."""

    def __init__(self, storage: PipelineStore, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._window: StoryWindow | None = None

    async def group_new_articles(self, *, limit: int = 200) -> int:
        """Give each article without a story the one it tells, or a new one. Gives how many articles."""
        articles = await self._storage.articles_without_story(limit=limit)
        if not articles:
            return 0
        window = await self._current_window()
        for article in articles:
            found = await asyncio.to_thread(
                window.best_match, article.title, article.body, article.published_at, article.outlet
            )
            story_id = await self._storage.assign_story(article.id, int(found) if found else None, self._clock())
            await _add(window, article, story_id)
        return len(articles)

    async def _current_window(self) -> StoryWindow:
        start = self._clock() - WINDOW
        if self._window is None:
            window = StoryWindow()
            for article in await self._storage.articles_with_story(start):
                assert article.story_id is not None
                await _add(window, article, article.story_id)
            self._window = window
        self._window.expire(start)
        return self._window


async def _add(window: StoryWindow, article: Article, story_id: int) -> None:
    await asyncio.to_thread(
        window.add, str(article.id), str(story_id), article.title, article.body, article.published_at, article.outlet
    )
