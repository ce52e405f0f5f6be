"""From saved articles to stories with digests. Every step can be repeated: storage says what is still missing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.models import Article, Clock, StoredDigest
from bot.storage.base import PipelineStore
from summarizer import ArticleInput, Digest, NotIndonesianError, Summarizer, SummarizerError
from summarizer.copies import CopyIndex, Signature, sign
from summarizer.excerpt import EXCERPT, excerpt
from summarizer.story_text import StoryText, read_story_text
from summarizer.story_window import WINDOW, Placement, StoryWindow

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
        if isinstance(digest, NotIndonesianError):
            yield _excerpt(article, engine, digest.key)
        elif isinstance(digest, SummarizerError):
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


def _excerpt(article: Article, engine: str, reason: str) -> StoredDigest:
    """The opening of an article that no engine here reads; only an operator's setting lets it in."""
    sentences, short = excerpt(article.body)
    if not sentences:
        return _headline_alone(article, engine, reason)
    return StoredDigest(article.content_hash, engine, tuple(sentences), short, made_by=EXCERPT, fallback=reason)


async def digest_new_articles(
    storage: PipelineStore, summarizer: Summarizer, *, limit: int = BATCH
) -> list[StoredDigest]:
    """Summarise articles that have no digest yet. Gives what was saved."""
    return await digest_these(storage, await storage.articles_without_digest(limit=limit), summarizer)


async def digest_these(
    storage: PipelineStore, articles: Sequence[Article], summarizer: Summarizer
) -> list[StoredDigest]:
    """Summarise these articles, in a thread so that the loop goes on. Gives what was saved."""
    if not articles:
        return []
    made = await asyncio.to_thread(digest_articles, articles, summarizer)
    await storage.save_digests(made)
    return made


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of an article, and of stories, as ``decide_story`` took it."""

    story_id: int | None
    """The story that the article goes to, or stays in; None: one of its own."""
    same: tuple[int, ...] = ()
    """Other stories that report the same event."""


def decide_story(own: int | None, placement: Placement, *, alone: bool) -> Move:
    """Where an article goes.

    Args:
        own: the story that it is in, because an older version of it was put there; None for a new article.
        placement: where its text belongs.
        alone: whether its story has no other article of these days.
    """
    found = None if placement.story is None else int(placement.story)
    same = tuple(map(int, placement.same))
    if own is None or not alone:
        return Move(found, same)
    # Nothing holds it to its story but itself, so the story goes where it goes.
    return Move(own, tuple(story for story in (found, *same) if story is not None and story != own))


class StoryGrouper:
    """Puts articles into stories. Keeps the window of recent articles in memory; storage stays the truth."""

    def __init__(self, storage: PipelineStore, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._window: StoryWindow | None = None
        self._copies = CopyIndex()

    async def group_new_articles(self, *, limit: int = 200) -> int:
        """Give each new or changed article the story that it tells, or a new one. Gives how many articles."""
        articles = await self._storage.articles_without_story(limit=limit)
        if not articles:
            return 0
        window = await self._current_window()
        for article in articles:
            await self._group(window, article)
        return len(articles)

    async def _group(self, window: StoryWindow, article: Article) -> None:
        text, signature = await asyncio.to_thread(_read, article)
        # What an older version said speaks for its story no more.
        window.remove(str(article.id))
        self._copies.remove([article.id])
        placement = await asyncio.to_thread(window.place, text, article.published_at, article.outlet)
        move = decide_story(article.story_id, placement, alone=not window.has(str(article.story_id)))
        copy_of = self._copies.original(signature)
        if move.story_id is not None and move.story_id == article.story_id:
            story_id = move.story_id
            await self._storage.keep_story(article.id, copy_of)
        else:
            story_id = await self._storage.assign_story(article.id, move.story_id, self._clock(), copy_of=copy_of)
        window.add(str(article.id), str(story_id), text, article.published_at, article.outlet)
        self._copies.add(article.id, signature)
        for other in move.same:
            # The older one stays: readers have seen it longest.
            story_id, gone = min(story_id, other), max(story_id, other)
            await self._storage.merge_stories(story_id, gone, self._clock())
            window.merge(str(story_id), str(gone))

    async def _current_window(self) -> StoryWindow:
        start = self._clock() - WINDOW
        if self._window is None:
            window = StoryWindow()
            for article in await self._storage.articles_with_story(start):
                text, signature = await asyncio.to_thread(_read, article)
                window.add(str(article.id), str(article.story_id), text, article.published_at, article.outlet)
                self._copies.add(article.id, signature)
            self._window = window
        self._copies.remove(map(int, self._window.expire(start)))
        return self._window


def _read(article: Article) -> tuple[StoryText, Signature | None]:
    return read_story_text(article.title, article.body), sign(article.title, article.body)
