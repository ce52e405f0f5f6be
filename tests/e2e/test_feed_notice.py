"""Admins hear of feeds that are visited no more, each of them once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.models import FeedState, FeedUpdate, MessageBody, NewFeed, Result, SendOutcome
from bot.services.feed_notice import FeedNotice
from bot.services.revisit import MAX_FAILURES
from bot.storage import open_storage
from bot.storage.base import Storage
from bot.telegram import render
from tests.e2e.feeds import Newsroom
from tests.e2e.world import RATNA, eventually, world_in
from tests.records import NOW

ADMINS = (2001, 2002)


class Chats:
    """A sender that keeps what it sends, and fails where it is told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, str]] = []
        self.failing: dict[int, Result] = {}

    async def send(self, chat_id: int, body: MessageBody) -> SendOutcome:
        result = self.failing.get(chat_id, Result.SENT)
        if result is Result.SENT:
            self.sent.append((chat_id, body.html))
        return SendOutcome(result)

    def pause_seconds(self) -> float:
        return 0.0


async def end(storage: Storage, path: str, state: FeedState, error: str = "fetch_timeout") -> None:
    """A feed that was visited for the last time."""
    url = f"https://kabar.example/{path}"
    await storage.add_feeds([NewFeed(url, "Kabar <Nusantara>")], NOW)
    feed = next(feed for feed in await storage.feeds() if feed.url == url)
    update = FeedUpdate(feed.id, NOW, url, state, None, None, MAX_FAILURES, None, error)
    await storage.save_articles([], NOW, update=update)


def notice_of(room: Newsroom, chats: Chats, admins: tuple[int, ...] = ADMINS) -> FeedNotice:
    return FeedNotice(room.storage, chats, render.feed_notice, admins, room.clock)


async def test_each_admin_hears_once_of_all_feeds_that_ended(room: Newsroom) -> None:
    chats = Chats()
    await end(room.storage, "mati", FeedState.PAUSED)
    await end(room.storage, "tamat", FeedState.GONE, "fetch_gone")
    for _ in range(2):
        await notice_of(room, chats).tell()  # a new one each time, as after a restart
    assert [chat_id for chat_id, _ in chats.sent] == list(ADMINS)
    for _, text in chats.sent:
        assert "https://kabar.example/mati" in text
        assert "100 kali berturut-turut gagal, terakhir: <code>fetch_timeout</code>" in text
        assert "https://kabar.example/tamat" in text
        assert "Kabar &lt;Nusantara&gt;" in text


async def test_an_admin_who_was_not_reached_is_told_later_and_the_other_only_once(room: Newsroom) -> None:
    chats = Chats()
    notice = notice_of(room, chats)
    await end(room.storage, "mati", FeedState.PAUSED)
    chats.failing[ADMINS[1]] = Result.RETRY
    await notice.tell()
    await notice.tell()
    assert [chat_id for chat_id, _ in chats.sent] == [ADMINS[0]]
    chats.failing.clear()
    await notice.tell()
    await notice.tell()
    assert [chat_id for chat_id, _ in chats.sent] == list(ADMINS)


async def test_an_admin_who_blocked_the_bot_keeps_nobody_waiting(room: Newsroom) -> None:
    chats = Chats()
    await end(room.storage, "mati", FeedState.PAUSED)
    chats.failing[ADMINS[0]] = Result.GONE
    await notice_of(room, chats).tell()
    assert [chat_id for chat_id, _ in chats.sent] == [ADMINS[1]]
    assert await room.storage.untold_feeds(limit=9) == []


async def test_without_admins_the_log_tells(room: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    await end(room.storage, "mati", FeedState.PAUSED)
    await notice_of(room, Chats(), ()).tell()
    assert "feed https://kabar.example/mati is visited no more (paused): fetch_timeout" in caplog.text
    assert await room.storage.untold_feeds(limit=9) == []


async def test_a_hundred_failures_and_a_removed_feed_reach_the_admin_of_the_running_bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.TELL_EVERY", timedelta(seconds=0.1))
    app = web.Application()

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=int(request.path.strip("/")))

    app.router.add_get("/{status}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"127.0.0.1:{runner.addresses[0][1]}"
    dying, removed = f"http://{address}/500", f"http://{address}/410"
    storage = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}")
    await storage.add_feeds([NewFeed(dying, "Kabar Senja"), NewFeed(removed, "Kabar Pagi")], NOW)
    feed = next(feed for feed in await storage.feeds() if feed.url == dying)
    nearly = FeedUpdate(feed.id, NOW, dying, FeedState.ACTIVE, None, None, MAX_FAILURES - 1, None, None)
    await storage.save_articles([], NOW, update=nearly)
    await storage.close()
    async with world_in(tmp_path, fetch_allow=frozenset({address})) as world:
        await world.say(RATNA, "/start")

        async def is_told() -> bool:
            text = "\n".join(world.texts(RATNA))
            return dying in text and removed in text

        await eventually(is_told)
    await runner.cleanup()
