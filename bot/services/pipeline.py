"""From saved articles to stories with digests. Every step can be repeated: storage says what is still missing."""

from __future__ import annotations

import asyncio
import logging

from bot.models import Article, Clock, StoredDigest
from bot.storage.base import PipelineStore
from summarizer import Summarizer, SummarizerError
from summarizer.stories import WINDOW, StoryWindow

log = logging.getLogger(__name__)


def digest_article(article: Article, summarizer: Summarizer) -> StoredDigest:
    """The digest of one article; where the engine finds nothing to say, the headline alone, marked as a fallback."""
    try:
        digest = summarizer.summarize(article.body, article.title)
    except SummarizerError as error:
        log.info("article %d has no digest: %s", article.id, error)
        return StoredDigest(article.content_hash, summarizer.engine, (), article.title, fallback=True)
    return StoredDigest(article.content_hash, summarizer.engine, digest.sentences, digest.short)


async def digest_new_articles(storage: PipelineStore, summarizer: Summarizer, *, limit: int = 32) -> int:
    """Summarise articles that have no digest yet, in a thread so that the loop goes on. Gives how many."""
    articles = await storage.articles_without_digest(summarizer.engine, limit=limit)
    for article in articles:
        digest = await asyncio.to_thread(digest_article, article, summarizer)
        await storage.save_digests([digest])
    return len(articles)


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
