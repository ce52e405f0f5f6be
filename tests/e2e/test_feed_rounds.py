"""Many feeds due at once: side by side, few of one host, none held up by another."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime

import pytest
from aiohttp import web

from bot.errors import DatabaseBusyError
from bot.ingest.parse import ParserProcess
from bot.models import Feed, FeedUpdate, NewArticle, NewFeed, ParsedFeed, SavedArticles
from bot.services import rounds
from bot.services.feeds import FeedVisitor
from bot.services.rounds import AT_ONCE, PER_HOST, FeedRounds
from tests.e2e.feeds import INTERVAL, LONG, Newsroom
from tests.records import NOW


class Watch:
    """A handler that counts who is being served, and lets nobody go before it is told to."""

    def __init__(self) -> None:
        self.hosts: Counter[str] = Counter()
        self.highest = 0
        self.highest_of_a_host = 0
        self.let_go = asyncio.Event()
        self.came = asyncio.Condition()

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        host = request.host
        self.hosts[host] += 1
        self.highest = max(self.highest, self.hosts.total())
        self.highest_of_a_host = max(self.highest_of_a_host, self.hosts[host])
        async with self.came:
            self.came.notify_all()
        await self.let_go.wait()
        self.hosts[host] -= 1
        return web.Response(status=304 if "If-None-Match" in request.headers else 404)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(15), self.came:
            await self.came.wait_for(lambda: self.hosts.total() >= count)


async def test_sixteen_are_visited_at_once_and_two_of_a_host(room: Newsroom) -> None:
    watch = Watch()
    for number in range(1, 13):
        paths = [f"/{number}/{feed}" for feed in range(3)]
        room.site.answers |= dict.fromkeys(paths, watch)
        await room.add_host(number, *paths)
    visiting = asyncio.create_task(room.rounds.visit_due())
    await watch.until(AT_ONCE)
    watch.let_go.set()
    assert await visiting == 36
    assert watch.highest == AT_ONCE
    assert watch.highest_of_a_host == PER_HOST
    assert set(room.site.asked.values()) == {1}


async def test_slow_hosts_hold_up_nobody_else(room: Newsroom) -> None:
    """All but one of the places are taken by hosts that do not answer; the rest goes through that one."""
    watch = Watch()
    for number in range(2, AT_ONCE + 1):
        room.site.answers[f"/slow-{number}"] = watch
        await room.add_host(number, f"/slow-{number}")
    quick = [f"/quick-{number}" for number in range(8)]
    for path in quick:
        room.site.lists(room.site.item(path, LONG), path=path)
    await room.add_host(50, *quick)
    visiting = asyncio.create_task(room.rounds.visit_due())

    async def are_read() -> bool:
        return all(feed.last_ok_at for feed in await room.storage.feeds() if "/quick" in feed.url)

    async with asyncio.timeout(20):
        while not await are_read():
            await asyncio.sleep(0.02)
    assert watch.hosts.total() == AT_ONCE - 1
    watch.let_go.set()
    await visiting


async def test_a_feed_that_becomes_due_meanwhile_waits_for_no_slow_one(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "LOOK_AGAIN", 0.05)
    watch = Watch()
    room.site.answers["/slow"] = watch
    await room.add("/slow")
    visiting = asyncio.create_task(room.rounds.visit_due())
    await watch.until(1)
    room.site.lists(room.site.item("/a", LONG))
    await room.add()
    async with asyncio.timeout(15):
        while (await room.feed()).last_ok_at is None:
            await asyncio.sleep(0.02)
    assert not visiting.done()
    watch.let_go.set()
    assert await visiting == 2


async def test_feeds_due_together_are_asked_for_one_after_the_other(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pauses are counted, not measured: as many as there are feeds, each up to the moment of the next start."""
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def count(seconds: float) -> None:
        if seconds > 0:
            pauses.append(seconds)
        await sleep(0)

    for number in range(1, 9):
        room.site.gives(f"/{number}", status=404)
        await room.add_host(number, f"/{number}")
    monkeypatch.setattr("bot.services.rounds.asyncio.sleep", count)
    await room.rounds.visit_due()
    assert len(pauses) >= 7
    assert max(pauses) <= rounds.APART


async def test_one_look_finds_feeds_for_many_visits(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a list lasts, a place that becomes free is filled from it: to look takes as long as a visit to save."""
    begun: list[Feed] = []
    begun_at_looks: list[int] = []
    due_feeds, visit = room.storage.due_feeds, FeedVisitor.visit

    async def counted_look(now: datetime, *, limit: int, per_host: int) -> list[Feed]:
        begun_at_looks.append(len(begun))
        return await due_feeds(now, limit=limit, per_host=per_host)

    async def counted_visit(visitor: FeedVisitor, feed: Feed) -> SavedArticles:
        begun.append(feed)
        return await visit(visitor, feed)

    monkeypatch.setattr(rounds, "LOOK_AGAIN", 60.0)
    monkeypatch.setattr(room.storage, "due_feeds", counted_look)
    monkeypatch.setattr(FeedVisitor, "visit", counted_visit)
    for number in range(1, 2 * AT_ONCE + 1):
        room.site.gives(f"/{number}", status=404)
        await room.add_host(number, f"/{number}")
    assert await room.rounds.visit_due() == len(begun) == 2 * AT_ONCE
    # The task of the last one has not had its turn yet when the list is found empty.
    assert all(count >= 2 * AT_ONCE - 1 for count in begun_at_looks[1:])


async def test_a_failing_feed_does_not_stop_another(room: Newsroom) -> None:
    room.site.gives("/bad", status=500)
    room.site.lists(room.site.item("/a", LONG))
    await room.add("/bad")
    await room.add()
    assert await room.rounds.visit_due() == 2
    assert (await room.feed("/bad")).failures == 1
    assert (await room.feed()).last_ok_at == NOW
    assert await room.rounds.visit_due() == 0


async def test_an_address_that_is_none_is_an_error_of_its_feed(room: Newsroom) -> None:
    await room.storage.add_feeds([NewFeed("ftp://kabar.example/rss", "Kabar")], NOW)
    await room.rounds.visit_due()
    [feed] = await room.storage.feeds()
    assert (feed.failures, feed.last_error) == (1, "url_bad (url=ftp://kabar.example/rss)")


async def test_a_defect_puts_its_feed_off_and_surfaces_when_all_visits_have_ended(room: Newsroom) -> None:
    class Defective(ParserProcess):
        async def feed(self, body: bytes, content_type: str, url: str) -> ParsedFeed:
            if url.endswith("/bad"):
                raise ZeroDivisionError("a defect")
            return await room.visitor.parser.feed(body, content_type, url)

    for path in ("/bad", "/rss"):
        room.site.lists(room.site.item("/a", LONG), path=path)
        await room.add(path)
    visitor = replace(room.visitor, parser=Defective())
    with pytest.raises(ZeroDivisionError):
        await FeedRounds(room.storage, visitor, room.clock).visit_due()
    assert (await room.feed()).last_ok_at == NOW
    bad = await room.feed("/bad")
    assert (bad.failures, bad.last_error) == (1, "feed_defect (reason=ZeroDivisionError)")
    assert bad.next_check_at == NOW + INTERVAL


async def test_a_database_that_cannot_be_written_ends_the_round(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Going on would ask every site again and again for what cannot be kept."""

    async def locked(*_: NewArticle, update: FeedUpdate | None = None, **__: object) -> SavedArticles:
        raise DatabaseBusyError("database_locked")

    paths = [f"/{number}" for number in range(5)]
    for path in paths:
        room.site.gives(path, status=404)
        await room.add(path)
    monkeypatch.setattr(room.storage, "save_articles", locked)
    with pytest.raises(DatabaseBusyError):
        await room.rounds.visit_due()
    assert room.site.asked.total() <= PER_HOST


async def test_a_stop_lets_visits_under_way_end_and_starts_no_more(room: Newsroom) -> None:
    watch = Watch()
    paths = [f"/{number}" for number in range(PER_HOST + 3)]
    for path in paths:
        room.site.answers[path] = watch
        await room.add(path)
    visiting = asyncio.create_task(room.rounds.visit_due())
    await watch.until(PER_HOST)
    room.rounds.stop()
    watch.let_go.set()
    assert await visiting == PER_HOST
    assert sum(feed.failures for feed in await room.storage.feeds()) == PER_HOST


async def test_a_round_that_is_broken_off_leaves_no_visit_behind(room: Newsroom) -> None:
    watch = Watch()
    room.site.answers["/rss"] = watch
    await room.add()
    before = asyncio.all_tasks()
    visiting = asyncio.create_task(room.rounds.visit_due())
    await watch.until(1)
    visiting.cancel()
    await asyncio.gather(visiting, return_exceptions=True)
    ours = {task for task in asyncio.all_tasks() - before if "visit" in repr(task.get_coro())}
    watch.let_go.set()
    assert ours == set()
    assert (await room.feed()).failures == 0
