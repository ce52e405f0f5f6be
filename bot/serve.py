"""The processes that go on until they are stopped, put together from their parts.

sari run       leads, or stands by until it can: editions, delivery, updates; and the work of workers where none is
sari receive   takes updates from Telegram and handles them; any number of processes
sari worker    visits feeds, digests articles, assigns stories; any number of processes
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot import __version__
from bot.config import Settings
from bot.errors import SettingError, StorageError
from bot.ingest.fetch import Fetcher, open_session
from bot.ingest.parse import ParserProcess
from bot.jobs import Services, Ticker
from bot.models import Clock
from bot.services.delivery import IN_FLIGHT, IN_FLIGHT_PAID, Delivery
from bot.services.engines import open_summarizer
from bot.services.fallbacks import FallbackNotice
from bot.services.feed_notice import FeedNotice
from bot.services.feeds import FeedVisitor, read_feed_list
from bot.services.inbox import UpdateInbox
from bot.services.leadership import Leadership
from bot.services.pipeline import StoryGrouper
from bot.services.rounds import FeedRounds
from bot.services.work import STORIES, Planner, StoryDesk, Worker
from bot.storage.base import Storage
from bot.storage.queue import open_queue
from bot.storage.roles import open_role, open_turns
from bot.telegram import render
from bot.telegram.app import TelegramBot
from bot.telegram.context import Dependencies
from bot.telegram.limiter import FREE
from bot.telegram.sender import TelegramSender
from bot.web import HealthPages, WebhookPage, serve_pages
from summarizer import Summarizer

log = logging.getLogger("sari")

RENEW = timedelta(days=1)
"""Up to what age articles are digested again after a change of the engine: as old as they come into editions."""
AGAIN = 1.0
"""Seconds between two tries of a worker whose database is gone, and between two looks for articles without a story."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What every process has."""

    settings: Settings
    clock: Clock
    storage: Storage
    summarizer: Summarizer
    visitor: FeedVisitor

    def desk(self) -> StoryDesk:
        role = open_role(self.settings.database_url, STORIES)
        return StoryDesk(role, lambda: StoryGrouper(self.storage, self.clock))


@asynccontextmanager
async def opened_parts(settings: Settings, clock: Clock) -> AsyncIterator[Parts]:
    """The parts, closed again when the block ends.

    Raises:
        SettingError, StorageError: one of them cannot be opened.
    """
    from bot.storage import open_storage  # tests give it another one

    summarizer = open_summarizer(settings)
    async with AsyncExitStack() as stack:
        storage = await open_storage(settings.database_url)
        stack.push_async_callback(storage.close)
        session = await stack.enter_async_context(open_session(settings.fetch_allow))
        parser = await stack.enter_async_context(ParserProcess())
        interval = timedelta(minutes=settings.fetch_interval_minutes)
        fetcher = Fetcher(session, allow=settings.fetch_allow)
        visitor = FeedVisitor(
            storage, fetcher, parser, clock, interval, random.random, any_language=settings.any_language
        )
        # What the imports made stays. A collector that looks through all of it stops the event loop for 0.1 s and more.
        gc.freeze()
        yield Parts(settings, clock, storage, summarizer, visitor)


async def run(settings: Settings, clock: Clock, stop: asyncio.Event, ready: Callable[[], object]) -> None:
    """Lead whenever no other process does, until ``stop`` is set; then finish what is under way.

    Args:
        ready: called when everything has started, each time that this process begins to lead.

    Raises:
        SettingError, StorageError: a setting, the database or Telegram makes it impossible to start or to go on.
    """
    token = settings.require_token()
    async with opened_parts(settings, clock) as parts, _opened_bot(parts) as bot:
        role = open_role(settings.database_url, f"leader {token.reveal().partition(':')[0]}")
        leadership = Leadership(role)
        async with _served(parts, bot, leads=lambda: leadership.leads):
            try:
                while await leadership.acquire(stop):
                    try:
                        await _lead(parts, bot, leadership, stop, ready)
                    except StorageError as error:
                        if await leadership.still_leads():
                            raise
                        log.error("the lead was lost: %s", error)
            finally:
                await leadership.give_up()


async def _lead(
    parts: Parts, bot: TelegramBot, leadership: Leadership, stop: asyncio.Event, ready: Callable[[], object]
) -> None:
    """The life of a leader, until it is stopped or the lead is lost."""
    settings, storage, clock = parts.settings, parts.storage, parts.clock
    async with AsyncExitStack() as stack:
        lost = asyncio.create_task(leadership.wait_lost())
        stack.callback(lost.cancel)
        if settings.feeds is not None:
            await storage.add_feeds(await read_feed_list(settings.feeds), clock())
        await storage.renew_digests(parts.summarizer.engine, clock() - RENEW)
        queue = open_queue(settings.database_url)
        if queue is not None:
            stack.push_async_callback(queue.close)
            await storage.release(owner=None)
        desk = parts.desk()
        stack.push_async_callback(desk.close)
        await stack.enter_async_context(bot.leading(settings.webhook))
        ticker = Ticker(_services(parts, bot, desk, Planner(storage, queue) if queue else None), on_fatal=bot.fail)
        ticker.start()
        stack.push_async_callback(ticker.stop)
        log.info("Sari %s is at work as @%s", __version__, bot.application.bot.username)
        ready()
        await bot.run_until(stop, lost)


def _services(parts: Parts, bot: TelegramBot, desk: StoryDesk, planner: Planner | None) -> Services:
    settings, storage, clock = parts.settings, parts.storage, parts.clock
    sender = TelegramSender(bot.application.bot)
    in_flight = IN_FLIGHT if settings.paid_broadcast is None else IN_FLIGHT_PAID
    owner = f"{os.uname().nodename}-{os.getpid()}"
    return Services(
        storage=storage,
        summarizer=parts.summarizer,
        visitor=parts.visitor,
        rounds=FeedRounds(storage, parts.visitor, clock),
        feed_notice=FeedNotice(storage, sender, render.feed_notice, settings.admins, clock),
        notice=FallbackNotice(storage, sender, render.fallback_notice, settings.admins),
        desk=desk,
        planner=planner,
        delivery=Delivery(storage, sender, clock, owner=owner, spread=random.random, in_flight=in_flight),
        compose=render.edition,
        clock=clock,
    )


async def receive(settings: Settings, clock: Clock, stop: asyncio.Event) -> None:
    """Take updates that Telegram brings, and handle them, until ``stop`` is set.

    Raises:
        SettingError, StorageError: as ``run``.
    """
    settings.require_webhook()
    async with (
        opened_parts(settings, clock) as parts,
        _opened_bot(parts) as bot,
        _served(parts, bot, leads=lambda: False),
    ):
        log.info("Sari %s takes updates for @%s", __version__, bot.application.bot.username)
        await bot.run_until(stop)


@asynccontextmanager
async def _opened_bot(parts: Parts) -> AsyncIterator[TelegramBot]:
    settings = parts.settings
    bot = TelegramBot(
        settings.require_token(),
        settings.telegram_api_url,
        Dependencies(parts.storage, parts.summarizer, parts.visitor, parts.clock, settings.admins),
        per_second=settings.paid_broadcast or FREE,
        in_flight=IN_FLIGHT if settings.paid_broadcast is None else IN_FLIGHT_PAID,
    )
    async with bot:
        yield bot


@asynccontextmanager
async def _served(parts: Parts, bot: TelegramBot, *, leads: Callable[[], bool]) -> AsyncIterator[None]:
    """Health, and where updates come to a webhook, the page that takes them and the loop that handles them."""
    settings = parts.settings
    async with AsyncExitStack() as stack:
        if settings.http_address is None:
            yield
            return
        pages: list[HealthPages | WebhookPage] = [
            HealthPages(
                parts.storage,
                parts.clock,
                None if settings.webhook else bot.poll_age,
                fetch_limit=max(3 * parts.visitor.interval, timedelta(hours=1)),
                leads=leads,
            )
        ]
        if settings.webhook is not None:
            turns = open_turns(settings.database_url)
            stack.push_async_callback(turns.close)
            inbox = UpdateInbox(parts.storage, turns, bot.handle, parts.clock)
            pages.append(WebhookPage(settings.webhook, inbox.receive))
            await stack.enter_async_context(_running(inbox.run))
        await stack.enter_async_context(serve_pages(pages, *settings.http_address))
        yield


@asynccontextmanager
async def _running(loop: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """A loop at work while the block runs; told to stop at its end, and waited for."""
    stop = asyncio.Event()
    task = asyncio.create_task(loop(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def work(settings: Settings, clock: Clock, stop: asyncio.Event) -> None:
    """Do jobs until ``stop`` is set; then finish those under way.

    Raises:
        SettingError: ``worker_needs_postgres``, or a setting that cannot be used.
        StorageError: the database cannot be used at the start; later, it is waited for.
    """
    queue = open_queue(settings.database_url)
    if queue is None:
        raise SettingError("worker_needs_postgres")
    async with opened_parts(settings, clock) as parts:
        desk = parts.desk()
        worker = Worker(parts.storage, parts.storage, parts.visitor, parts.summarizer, clock)
        async with _running(lambda told: desk.run(told, AGAIN)):
            log.info("Sari %s is at work as a worker", __version__)
            stopped = asyncio.create_task(stop.wait())
            while not stop.is_set():
                working = asyncio.create_task(queue.work(worker.jobs()))
                await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
                if stop.is_set():
                    working.cancel()
                try:
                    await working
                except StorageError as error:
                    log.error("jobs: %s", error)
                    await asyncio.wait({stopped}, timeout=AGAIN)
                except asyncio.CancelledError:
                    break
        await queue.close()
