"""The round of the feeds that are due: many side by side, few of one host, none held up by another."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Iterator

from bot.errors import StorageError
from bot.ingest.urls import host_of
from bot.models import Clock, Feed, SavedArticles
from bot.services.feeds import FeedVisitor
from bot.storage.base import FeedStore

log = logging.getLogger(__name__)

AT_ONCE = 16
PER_HOST = 2
APART = 0.02
"""Seconds between two starts: a thousand feeds due at one moment are asked for over twenty seconds."""
LISTED = 4 * AT_ONCE
"""Feeds asked for at once: to find those that are due takes as long as to keep what one of them brings."""
LOOK_AGAIN = 1.0
"""Seconds after which feeds that became due meanwhile are looked for, while slow ones are still at it."""

_Visits = dict[asyncio.Task[SavedArticles], Feed]


class FeedRounds:
    """Keeps ``AT_ONCE`` visits going while feeds are due; a place that one leaves is the next one's at once."""

    def __init__(self, storage: FeedStore, visitor: FeedVisitor, clock: Clock) -> None:
        self._storage = storage
        self._visitor = visitor
        self._clock = clock
        self._stopping = False
        self._next_start = 0.0
        self._waiting: list[Feed] = []
        self._looked_at = -LOOK_AGAIN

    def stop(self) -> None:
        """Start no more visits; those under way go on."""
        self._stopping = True

    async def visit_due(self) -> int:
        """Visit feeds until none is due and all visits have ended. Gives how many there were.

        A feed that fails never stops another. A defect is logged, puts its feed off, and surfaces at the end.

        Raises:
            StorageError: nothing more was started then.
        """
        visits: _Visits = {}
        defects: list[BaseException] = []
        count, halted = 0, False
        try:
            while True:
                if not halted and not self._stopping:
                    count += await self._start(visits)
                if not visits:
                    break
                done, _ = await asyncio.wait(visits, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
                for visit in done:
                    feed, error = visits.pop(visit), visit.exception()
                    if error is None:
                        continue
                    defects.append(error)
                    halted = halted or isinstance(error, StorageError)
                    if not halted:
                        log.error("visit of feed %s", feed.url, exc_info=error)
                        await self._visitor.put_off(feed, error)
        finally:
            await _end(visits)
        if defects:
            raise defects[0]
        return count

    async def _start(self, visits: _Visits) -> int:
        """Fill the free places. Gives how many were filled."""
        before = len(visits)
        if before < AT_ONCE and asyncio.get_running_loop().time() < self._looked_at + LOOK_AGAIN:
            await self._start_waiting(visits)
        if len(visits) < AT_ONCE and not self._stopping:
            self._looked_at = asyncio.get_running_loop().time()
            # Feeds under way are due as well, and come first of their hosts; listed, they would be visited once more.
            due = await self._storage.due_feeds(self._clock(), limit=LISTED, per_host=PER_HOST)
            busy = {feed.id for feed in visits.values()}
            self._waiting = [feed for feed in due if feed.id not in busy]
            await self._start_waiting(visits)
        return len(visits) - before

    async def _start_waiting(self, visits: _Visits) -> None:
        for feed in list(_startable(self._waiting, visits.values())):
            if len(visits) == AT_ONCE or self._stopping:
                break
            await self._keep_apart()
            visits[asyncio.create_task(self._visitor.visit(feed))] = feed
            self._waiting.remove(feed)

    async def _keep_apart(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._next_start - loop.time())
        self._next_start = loop.time() + APART


def _startable(waiting: Iterable[Feed], under_way: Iterable[Feed]) -> Iterator[Feed]:
    """The feeds that may be visited beside those under way. Pure."""
    hosts = Counter(host_of(feed.url) for feed in under_way)
    for feed in waiting:
        host = host_of(feed.url)
        if hosts[host] < PER_HOST:
            hosts[host] += 1
            yield feed


async def _end(visits: Iterable[asyncio.Task[SavedArticles]]) -> None:
    """Break off what is still under way, when we are broken off ourselves: none may run on outside of a round."""
    for visit in visits:
        visit.cancel()
    await asyncio.gather(*visits, return_exceptions=True)
