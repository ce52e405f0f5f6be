"""What workers do: visit feeds, digest articles, assign stories. The tables say what is due, the queue hands it out.

A job names rows, and whoever does it looks first whether it still has to be done. So a job may come twice or get lost:
the leader queues what is due anew.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from bot.errors import StorageError
from bot.models import Clock, Feed, FeedState
from bot.services.feeds import FeedVisitor
from bot.services.pipeline import BATCH, StoryGrouper, digest_these
from bot.services.rounds import PER_HOST
from bot.storage.base import PipelineStore
from bot.storage.processes import Job, NewJob, Role, WorkQueue, WorkStore
from summarizer import Summarizer

log = logging.getLogger(__name__)

VISIT, DIGEST = "visit", "digest"
VISITS_AT_ONCE = 16
DIGESTS_AT_ONCE = 2
"""Jobs of one worker: one is in the engine, the next one comes meanwhile."""
STORIES = "stories"
"""The role of the process that puts articles into stories, since the window of recent ones is in its memory."""
HAND_OUT = 500
"""Feeds that are looked at in one go; those queued or being visited are among them."""
HAND_OUT_ARTICLES = 2048
A_TURN = 50
"""Articles that are grouped before the role is looked after again."""


class Planner:
    """Hands out what is due."""

    def __init__(self, storage: WorkStore, queue: WorkQueue) -> None:
        self._storage = storage
        self._queue = queue

    async def has_workers(self) -> bool:
        return await self._queue.has_workers()

    async def hand_out_visits(self, now: datetime) -> int:
        """Queue visits to feeds that are due, few of one host. Gives how many are due."""
        due = await self._storage.due_feeds(now, limit=HAND_OUT, per_host=PER_HOST)
        await self._queue.add([NewJob(VISIT, str(feed.id), str(feed.id).encode()) for feed in due])
        return len(due)

    async def hand_out_digests(self) -> int:
        """Queue articles without a digest. Gives how many there are, at most HAND_OUT_ARTICLES."""
        ids = await self._storage.undigested_ids(limit=HAND_OUT_ARTICLES)
        await self._queue.add(digest_jobs(ids))
        return len(ids)

    async def prune(self) -> None:
        await self._queue.prune()


def digest_jobs(article_ids: Sequence[int]) -> list[NewJob]:
    """Jobs of up to BATCH articles. Pure.

    Ids are cut at fixed places, so that an article is in the same job however many others wait.
    """
    blocks: defaultdict[int, list[int]] = defaultdict(list)
    for article_id in article_ids:
        blocks[article_id // BATCH].append(article_id)
    return [NewJob(DIGEST, str(block), json.dumps(ids).encode()) for block, ids in blocks.items()]


class Worker:
    """Does jobs."""

    def __init__(
        self, storage: WorkStore, pipeline: PipelineStore, visitor: FeedVisitor, summarizer: Summarizer, clock: Clock
    ) -> None:
        self._storage = storage
        self._pipeline = pipeline
        self._visitor = visitor
        self._summarizer = summarizer
        self._clock = clock

    def jobs(self) -> dict[str, tuple[Job, int]]:
        """What can be done, and how much of it at the same time."""
        return {VISIT: (self.visit, VISITS_AT_ONCE), DIGEST: (self.digest, DIGESTS_AT_ONCE)}

    async def visit(self, payload: bytes) -> None:
        """Visit a feed, unless somebody has been there since it was queued."""
        try:
            feed = await self._storage.feed(int(payload))
            if feed is not None and feed.state is FeedState.ACTIVE and feed.next_check_at <= self._clock():
                await self._visit(feed)
        except StorageError as error:
            log.error("feed %d: %s", int(payload), error)  # it is due still, and comes again

    async def _visit(self, feed: Feed) -> None:
        try:
            await self._visitor.visit(feed)
        except StorageError:
            raise
        except Exception as error:  # a feed that breaks its visits must not come back at once, for ever
            log.error("visit of feed %s", feed.url, exc_info=error)
            await self._visitor.put_off(feed, error)

    async def digest(self, payload: bytes) -> None:
        """Digest those of some articles that still wait for it."""
        try:
            articles = await self._storage.undigested_among(json.loads(payload))
            await digest_these(self._pipeline, articles, self._summarizer)
        except StorageError as error:
            log.error("digests: %s", error)


class StoryDesk:
    """Puts articles into stories while this process has the role, with a window that is read anew when it gets it."""

    def __init__(self, role: Role, make_grouper: Callable[[], StoryGrouper]) -> None:
        self._role = role
        self._make_grouper = make_grouper
        self._grouper: StoryGrouper | None = None

    async def group_new_articles(self) -> int:
        """Group articles until none waits, if it is ours to do. Gives how many."""
        count = 0
        while True:
            if self._grouper is None or not await self._role.holds():
                self._grouper = self._make_grouper() if await self._role.take() else None
            if self._grouper is None:
                return count
            done = await self._grouper.group_new_articles(limit=A_TURN)
            count += done
            if done < A_TURN:
                return count

    async def run(self, stop: asyncio.Event, pause: float) -> None:
        """Group articles again and again until ``stop`` is set."""
        while not stop.is_set():
            try:
                await self.group_new_articles()
            except StorageError as error:
                log.error("stories: %s", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await stop.wait()
        await self.close()

    async def close(self) -> None:
        """Leave the role to another process."""
        if self._grouper is not None:
            self._grouper = None
            await self._role.give_up()
