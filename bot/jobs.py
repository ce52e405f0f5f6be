"""The ticks. Each asks storage what is due and calls one service; how often is the only thing decided here.

There are six jobs however many readers there are: a reader's hour is a row in the database, not a job.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.errors import SariError, SettingError
from bot.models import Clock
from bot.services.delivery import Delivery
from bot.services.editions import ComposeEdition, mend_schedules, queue_due_editions
from bot.services.fallbacks import FallbackNotice
from bot.services.feed_notice import FeedNotice
from bot.services.feeds import FeedVisitor
from bot.services.pipeline import digest_new_articles
from bot.services.rounds import FeedRounds
from bot.services.work import Planner, StoryDesk
from bot.storage.base import Storage
from summarizer import Summarizer

log = logging.getLogger(__name__)

TICK = timedelta(seconds=1)
TELL_EVERY = timedelta(minutes=1)
PRUNE_EVERY = timedelta(hours=6)
CATCH_UP = timedelta(minutes=1)
"""Longest time for which editions wait until feeds and digests have caught up, after a pause of the process; and for
which new digests wait for more of them to be made before they are put into stories."""
DRAIN = timedelta(seconds=20)
"""Longest time that a stop waits for ticks that are at work."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the ticks call.

    Where there is a ``planner`` and somebody does what it hands out, feeds, digests and stories are left to workers.
    """

    storage: Storage
    summarizer: Summarizer
    visitor: FeedVisitor
    rounds: FeedRounds
    feed_notice: FeedNotice
    notice: FallbackNotice
    desk: StoryDesk
    planner: Planner | None
    delivery: Delivery
    compose: ComposeEdition
    clock: Clock


class Ticker:
    """Runs the ticks on APScheduler, and stops them without breaking off what is under way.

    Args:
        on_fatal: told when a tick finds that a setting makes it useless to go on. It should end the process soon;
            until then the ticks go on.
    """

    def __init__(self, services: Services, on_fatal: Callable[[SettingError], object]) -> None:
        self._services = services
        self._on_fatal = on_fatal
        self._running: set[asyncio.Task[None]] = set()
        self._has_visited_all = False
        self._stopping = False
        self._behind_since: float | None = None
        # A late tick runs late instead of being dropped (the default grace is one second), several late ones run
        # once, and none overtakes itself.
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        for work, pause in (
            (self.visit_feeds, TICK),
            (self.tell_editors, TELL_EVERY),
            (self.digest_articles, TICK),
            (self.queue_editions, TICK),
            (self.deliver, TICK),
            (self.prune, PRUNE_EVERY),
        ):
            self._scheduler.add_job(
                self._guarded(work),
                "interval",
                seconds=pause.total_seconds(),
                id=work.__name__,
                name=work.__name__,  # what the log calls it
                next_run_time=datetime.now(UTC),  # the scheduler's own clock: the first run comes at once
            )

    def start(self) -> None:
        # A tick that is still at work when the next one is due is ordinary here, not worth a warning each second.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler.start()

    async def stop(self) -> None:
        """Start no more ticks, let those at work finish."""
        self._stopping = True
        self._scheduler.pause()
        self._services.rounds.stop()
        self._services.delivery.stop()
        if self._running:
            await asyncio.wait(self._running, timeout=DRAIN.total_seconds())
        self._scheduler.shutdown(wait=False)

    async def visit_feeds(self) -> None:
        parts = self._services
        if parts.planner and await parts.planner.has_workers():
            if not await parts.planner.hand_out_visits(parts.clock()):
                self._has_visited_all = True
            return
        await parts.rounds.visit_due()
        self._has_visited_all = True

    async def tell_editors(self) -> None:
        parts = self._services
        await parts.feed_notice.tell()
        if parts.planner:
            await parts.notice.tell_counted((await parts.storage.health()).fallbacks, parts.summarizer.engine)

    async def digest_articles(self) -> None:
        if self._services.planner and await self._services.planner.has_workers():
            await self._services.planner.hand_out_digests()
            await self._services.desk.close()
            return
        # Digests of all articles come first, so that stories are told oldest article first, whatever came in when;
        # with a slow engine, of as many as can be waited for.
        parts, loop = self._services, asyncio.get_running_loop()
        end = loop.time() + CATCH_UP.total_seconds()
        while not self._stopping and loop.time() < end:
            made = await digest_new_articles(parts.storage, parts.summarizer)
            if not made:
                break
            await parts.notice.tell(made)
        await parts.desk.group_new_articles()

    async def queue_editions(self) -> None:
        parts = self._services
        if not await self._catching_up():
            await queue_due_editions(parts.storage, parts.clock, parts.compose, parts.summarizer)

    async def deliver(self) -> None:
        await self._services.delivery.deliver_due()

    async def prune(self) -> None:
        parts = self._services
        if mended := await mend_schedules(parts.storage, parts.clock()):
            log.warning("the clock was set back: the schedules of %d readers were mended", mended)
        await parts.storage.prune(parts.clock())
        if parts.planner:
            await parts.planner.prune()

    async def _catching_up(self) -> bool:
        """Whether an edition made now would miss news, because the process (or the machine) had been asleep.

        That is so until all feeds that were due at the start have been visited, while one is overdue by a whole
        interval, and while an article has no digest or no story yet.
        """
        storage, visitor = self._services.storage, self._services.visitor
        overdue = self._services.clock() - visitor.interval
        behind = (
            not self._has_visited_all
            or bool(await storage.due_feeds(overdue, limit=1, per_host=1))
            or bool(await storage.articles_without_digest(limit=1))
            or bool(await storage.articles_without_story(limit=1))
        )
        if not behind:
            self._behind_since = None
            return False
        loop = asyncio.get_running_loop()
        self._behind_since = self._behind_since or loop.time()
        return loop.time() - self._behind_since < CATCH_UP.total_seconds()

    def _guarded(self, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """A tick whose known errors are one line in the log: the next one tries again, as nothing was lost.

        An unknown error is a bug: APScheduler logs its traceback, and the next tick runs all the same.
        """

        async def run() -> None:
            task = asyncio.current_task()
            assert task is not None
            self._running.add(task)
            try:
                await work()
            except SettingError as error:
                self._on_fatal(error)
            except SariError as error:
                log.error("%s: %s", work.__name__, error)
            finally:
                self._running.discard(task)

        return run
