"""`sari worker` beside `sari run`: jobs that are done by others, once, also when a worker dies over them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.models import NewFeed
from bot.sandbox import Sandbox
from bot.services.work import VISIT, Planner, Worker
from bot.storage import open_storage
from bot.storage.processes import NewJob
from bot.storage.queue import PgWorkQueue, open_queue
from bot.storage.sql import SqlStorage
from tests import postgres
from tests.e2e.world import eventually
from tests.processes import PATIENCE, RunningSari, run_sari, running_sari
from tests.records import FLOOD, RICE

AT_WORK = "at work as a worker"
COMES_BACK = 60.0
"""Seconds within which another worker has the job of one that was killed, as promised in docs/operations.md."""


@dataclass
class Site:
    """A feed of two articles; while ``holds``, whoever asks waits."""

    address: str = ""
    visits: int = 0
    holds: bool = False
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def feed(self, request: web.Request) -> web.Response:
        self.visits += 1
        self.asked.set()
        if self.holds:
            await self.closing.wait()
        published = format_datetime(datetime.now(UTC) - timedelta(hours=1))
        items = "".join(
            f"<item><title>{title}</title><link>https://kabar.example{request.path}/{title}</link><pubDate>{published}</pubDate>"
            f"<description>{escape(f'<p>{body}</p>' * 3)}</description></item>"
            for title, body in (("Banjir", FLOOD), ("Beras", RICE))
        )
        xml = f'<rss version="2.0"><channel><title>Kabar</title>{items}</channel></rss>'
        return web.Response(text=xml, content_type="application/rss+xml")


@dataclass
class Office:
    """A database with one feed, and its queue."""

    folder: Path
    site: Site
    url: str
    storage: SqlStorage
    queue: PgWorkQueue

    @asynccontextmanager
    async def worker(self, name: str) -> AsyncIterator[RunningSari]:
        settings = {"SARI_DATABASE_URL": self.url, "SARI_FETCH_ALLOW": self.site.address}
        async with running_sari("worker", log=self.folder / name, settings=settings) as sari:
            await sari.wait_until(AT_WORK)
            yield sari

    async def add_feed(self, name: str) -> None:
        feed = NewFeed(f"http://{self.site.address}/{name}.xml", outlet="Kabar", title=name, topic=None)
        await self.storage.add_feeds([feed], datetime.now(UTC))

    async def has_told(self, articles: int) -> bool:
        [(count,)] = await postgres.execute(self.url, "SELECT count(*) FROM articles WHERE story_id IS NOT NULL")
        return bool(count == articles)

    async def has_told_both(self) -> bool:
        await Planner(self.storage, self.queue).hand_out_digests()
        return await self.has_told(2)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    site, app = Site(), web.Application()
    app.router.add_get("/{name}.xml", site.feed)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.address = f"127.0.0.1:{runner.addresses[0][1]}"
    async with postgres.database() as url:
        storage, queue = await open_storage(url), open_queue(url)
        assert queue is not None
        office = Office(tmp_path, site, url, storage, queue)
        await office.add_feed("rss")
        yield office
        await queue.close()
        await storage.close()
    site.closing.set()
    await runner.cleanup()


async def test_jobs_that_find_the_database_gone_end_with_a_line_each(caplog: pytest.LogCaptureFixture) -> None:
    nobody: Any = None  # neither visitor nor summarizer is come to
    async with postgres.own_server() as (server, url):
        storage = await open_storage(url)
        worker = Worker(storage, storage, nobody, nobody, lambda: datetime.now(UTC))
        await asyncio.to_thread(server.stop)
        await worker.visit(b"1")
        await worker.digest(b"[1]")
        await storage.close()
    said = [(record.message, record.exc_info) for record in caplog.records if record.name == "bot.services.work"]
    assert said == [("feed 1: database_unreachable", None), ("digests: database_unreachable", None)]


async def test_the_job_of_a_killed_worker_is_done_by_another(office: Office) -> None:
    office.site.holds = True
    planner = Planner(office.storage, office.queue)
    async with office.worker("first") as first:
        await eventually(planner.has_workers, seconds=PATIENCE)
        await planner.hand_out_visits(datetime.now(UTC))
        await asyncio.wait_for(office.site.asked.wait(), PATIENCE)
        async with office.worker("second"):
            first.process.kill()
            office.site.holds = False
            await eventually(office.has_told_both, seconds=COMES_BACK)
    assert office.site.visits == 2
    assert not await planner.has_workers()


async def test_a_feed_that_two_workers_visit_at_once_is_saved_once(office: Office) -> None:
    office.site.holds = True
    [feed] = await office.storage.feeds()
    async with office.worker("first"), office.worker("second"):
        for key in ("as one worker sees it", "as another does"):
            await office.queue.add([visit_of(feed.id, key)])

        async def are_both_there() -> bool:
            return office.site.visits == 2

        await eventually(are_both_there, seconds=PATIENCE)
        office.site.closing.set()
        await eventually(office.has_told_both, seconds=PATIENCE)
    [(count,)] = await postgres.execute(office.url, "SELECT count(*) FROM articles")
    assert count == 2


async def test_a_feed_that_is_not_due_any_more_is_left_alone(office: Office) -> None:
    [feed] = await office.storage.feeds()
    async with office.worker("first"):
        await office.queue.add([visit_of(feed.id, "due")])
        await eventually(office.has_told_both, seconds=PATIENCE)
        await office.queue.add([visit_of(feed.id, "late"), visit_of(feed.id + 1, "unknown")])

        async def nothing_waits() -> bool:
            [(count,)] = await postgres.execute(office.url, "SELECT count(*) FROM pgqueuer")
            return bool(count == 0)

        await eventually(nothing_waits, seconds=PATIENCE)
    assert office.site.visits == 1


async def test_run_leaves_the_work_to_workers_while_there_are_any(office: Office) -> None:
    sandbox = Sandbox()
    settings = {
        "SARI_DATABASE_URL": office.url,
        "SARI_FETCH_ALLOW": office.site.address,
        "SARI_TELEGRAM_TOKEN": sandbox.token,
        "SARI_HTTP": "off",
    }
    async with sandbox:
        settings["SARI_TELEGRAM_API_URL"] = sandbox.api_url
        async with running_sari("run", log=office.folder / "run", settings=settings) as run:
            await run.wait_until("rss.xml: 2 new")
            async with office.worker("worker") as worker:
                await eventually(office.queue.has_workers, seconds=PATIENCE)
                await asyncio.sleep(2)  # what the leader was at when the worker came
                await office.add_feed("two")
                await worker.wait_until("two.xml: 2 new")
                assert "two.xml" not in run.said()
                await eventually(lambda: office.has_told(4), seconds=PATIENCE)
            await office.add_feed("three")
            await run.wait_until("three.xml: 2 new")
            await eventually(lambda: office.has_told(6), seconds=PATIENCE)


async def test_a_worker_needs_postgresql(tmp_path: Path) -> None:
    settings = {"SARI_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}"}
    found = await run_sari("worker", settings=settings)
    assert (found.code, found.err) == (
        1,
        "`sari worker` bekerja dengan PostgreSQL saja. Dengan SQLite, `sari run` mengerjakan semuanya.\n",
    )


def visit_of(feed_id: int, key: str) -> NewJob:
    return NewJob(VISIT, key, str(feed_id).encode())
