"""/healthz says that the process answers, /readyz that it does its work."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.errors import DatabaseBusyError, SettingError
from bot.models import FeedState, FeedUpdate, NewFeed, StoredDigest
from bot.storage import open_storage
from bot.storage.base import Storage
from bot.web import POLL_LIMIT, HealthPages, serve_pages
from tests.records import NOW, subscriber

HOUR = timedelta(hours=1)


@dataclass
class Site:
    """The pages of a bot that polled Telegram ``poll_age`` seconds ago, at ``now``."""

    storage: Storage
    url: str
    poll_age: float | None = 3.0
    now: Any = NOW

    async def get(self, path: str) -> tuple[int, dict[str, Any]]:
        async with aiohttp.ClientSession() as session, session.get(self.url + path) as response:
            return response.status, await response.json()

    async def visit_feed(self) -> None:
        await self.storage.add_feeds([NewFeed("https://kabar.example/rss", "Kabar")], NOW)
        [feed] = await self.storage.feeds()
        update = FeedUpdate(
            feed_id=feed.id,
            next_check_at=NOW + HOUR,
            url=feed.url,
            state=FeedState.ACTIVE,
            etag=None,
            last_modified=None,
            failures=0,
            last_ok_at=NOW,
            last_error=None,
        )
        await self.storage.save_articles([], NOW, update=update)


@asynccontextmanager
async def serving(pages: HealthPages) -> AsyncIterator[str]:
    app = web.Application()
    pages.add_routes(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    storage = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}")
    found = Site(storage, "")
    pages = HealthPages(storage, lambda: found.now, lambda: found.poll_age, fetch_limit=HOUR)
    async with serving(pages) as found.url:
        yield found
    await storage.close()


async def test_a_bot_at_work_is_alive_and_ready(site: Site) -> None:
    await site.visit_feed()
    await site.storage.save_subscriber(replace(subscriber(), last_edition_at=NOW))
    assert await site.get("/healthz") == (200, {"status": "ok"})
    status, body = await site.get("/readyz")
    assert (status, body["status"], body["failing"]) == (200, "ok", [])
    assert (body["poll_age_seconds"], body["fetch_age_seconds"], body["active_subscribers"]) == (3.0, 0.0, 1)


async def test_digests_that_the_chosen_engine_did_not_make_are_counted_and_no_failure(site: Site) -> None:
    await site.visit_feed()
    await site.storage.save_digests(
        [
            StoredDigest(f"{n}", "mesin", (), "Judul", fallback=reason)
            for n, reason in enumerate(("", "memory", "memory"))
        ]
    )
    status, body = await site.get("/readyz")
    assert (status, body["fallbacks"]) == (200, {"memory": 2})


@pytest.mark.parametrize("age", [None, POLL_LIMIT.total_seconds() + 1])
async def test_a_bot_that_does_not_reach_telegram_is_not_ready(site: Site, age: float | None) -> None:
    site.poll_age = age
    status, body = await site.get("/readyz")
    assert (status, body["failing"]) == (503, ["poll"])
    assert await site.get("/healthz") == (200, {"status": "ok"})


async def test_a_bot_that_has_read_no_feed_for_long_is_not_ready(site: Site) -> None:
    await site.visit_feed()
    site.now = NOW + HOUR + timedelta(seconds=1)
    status, body = await site.get("/readyz")
    assert (status, body["failing"], body["fetch_age_seconds"]) == (503, ["fetch"], 3601.0)


async def test_a_database_that_fails_is_said_to_fail(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def locked() -> None:
        raise DatabaseBusyError("database_locked")

    monkeypatch.setattr(site.storage, "health", locked)
    assert await site.get("/readyz") == (503, {"status": "failing", "failing": ["database_locked"]})


async def test_an_address_of_another_machine_is_not_said_to_be_taken(site: Site) -> None:
    pages = HealthPages(site.storage, lambda: NOW, lambda: 1.0, fetch_limit=HOUR)
    with pytest.raises(SettingError, match="http_unusable"):
        async with serve_pages([pages], "192.0.2.1", 0):
            pass


async def test_an_address_that_is_taken_is_named(site: Site) -> None:
    pages = HealthPages(site.storage, lambda: NOW, lambda: 1.0, fetch_limit=HOUR)
    port = int(site.url.rsplit(":", 1)[1])
    with pytest.raises(SettingError) as caught:
        async with serve_pages([pages], "127.0.0.1", port):
            pass
    assert (caught.value.key, caught.value.values) == ("http_taken", {"host": "127.0.0.1", "port": port})
