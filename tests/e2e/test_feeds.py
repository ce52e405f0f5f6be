"""Feeds visited over HTTP, parsed in their process and saved in a real database; only the clock is ours."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.ingest.fetch import Fetcher, open_session
from bot.ingest.parse import ParserProcess
from bot.models import Feed, FeedState, NewFeed, SavedArticles
from bot.sandbox import MovableClock
from bot.services.feeds import FAILURES_PER_HOST, PAGES_PER_VISIT, FeedVisitor
from bot.services.newsroom import draft_from_url
from bot.storage import open_storage
from bot.storage.base import Storage
from summarizer import create_summarizer
from tests.records import FLOOD, NOW, RICE

INTERVAL = timedelta(minutes=15)
LONG = f"{FLOOD}\n\n{RICE}"
"""More words than a teaser has."""
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """An outlet on this machine: what each path answers, and how often it was asked."""

    base: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    headers: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def gives(self, path: str, text: str = "", *, status: int = 200, **headers: str) -> None:
        async def answer(_: web.Request) -> web.StreamResponse:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return web.Response(text=text, status=status, content_type="text/html", headers=named)

        self.answers[path] = answer

    def lists(self, *items: str, path: str = "/rss", ttl: str = "", **headers: str) -> None:
        channel = f"<title>Kabar</title>{ttl}{''.join(items)}"
        self.gives(path, f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}</channel></rss>', **headers)

    def item(self, path: str, text: str = "Cuplikan saja.", title: str = "") -> str:
        title = title or f"Berita tentang {path.strip('/')}"
        paragraphs = "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in text.split("\n\n"))
        return (
            f"<item><title>{title}</title><link>{self.base}{path}</link><description>{paragraphs}</description></item>"
        )

    def page(self, path: str) -> None:
        title = f"Berita tentang {path.strip('/')}"
        text = "".join(f"<p>{paragraph}</p>" for paragraph in (f"Laporan {path.strip('/')}. {FLOOD}", RICE))
        self.gives(path, f'<html lang="id"><title>{title}</title><h1>{title}</h1><article>{text}</article></html>')

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked[request.path] += 1
        self.headers[request.path] = request.headers
        if request.path not in self.answers:
            return web.Response(status=404)
        return await self.answers[request.path](request)


@dataclass
class Newsroom:
    """A site, who reads it, and where it is kept."""

    site: Site
    visitor: FeedVisitor
    storage: Storage
    clock: MovableClock

    async def add(self, path: str = "/rss", **about: str) -> None:
        await self.storage.add_feeds([NewFeed(self.site.base + path, "Kabar Nusantara", **about)], self.clock())

    async def feed(self, path: str = "/rss") -> Feed:
        return next(feed for feed in await self.storage.feeds() if feed.url == self.site.base + path)

    async def visit(self, path: str = "/rss") -> SavedArticles:
        return await self.visitor.visit(await self.feed(path))

    async def pause(self, path: str = "/rss") -> timedelta:
        return (await self.feed(path)).next_check_at - self.clock()


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    # The sandbox's clock with the flow of time taken out.
    site, clock = Site(), MovableClock(NOW, monotonic=lambda: 0.0)
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = "{}:{}".format(*runner.addresses[0][:2])
    site.base = f"http://{address}"
    storage = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}")
    allow = frozenset({address})
    async with open_session(allow) as session, ParserProcess() as parser:
        visitor = FeedVisitor(storage, Fetcher(session, allow=allow), parser, clock, INTERVAL, lambda: 0.0)
        yield Newsroom(site, visitor, storage, clock)
    await storage.close()
    await runner.cleanup()


async def test_an_unchanged_feed_keeps_its_validators_and_is_due_later(room: Newsroom) -> None:
    room.site.lists(room.site.item("/a", LONG), ETag='"1"', Last_Modified="Tue, 24 Nov 2026 00:00:00 GMT")
    await room.add()
    assert len((await room.visit()).new) == 1
    room.site.gives("/rss", status=304)
    room.clock.advance(INTERVAL)
    assert await room.visit() == SavedArticles((), (), ())
    feed = await room.feed()
    assert room.site.headers["/rss"]["If-None-Match"] == '"1"'
    assert (feed.etag, feed.last_modified) == ('"1"', "Tue, 24 Nov 2026 00:00:00 GMT")
    assert (feed.next_check_at, feed.last_ok_at) == (NOW + 2 * INTERVAL, NOW + INTERVAL)


async def test_a_changed_entry_is_a_new_version_and_brings_a_new_validator(room: Newsroom) -> None:
    room.site.lists(room.site.item("/a", LONG), ETag='"1"')
    await room.add()
    first = await room.visit()
    room.site.lists(room.site.item("/a", f"{LONG}\n\nWarga sudah kembali ke rumah masing-masing."), ETag='"2"')
    assert (await room.visit()).changed == first.new
    article = await room.storage.article(first.new[0])
    assert article is not None
    assert article.version == 2
    assert (await room.feed()).etag == '"2"'


async def test_a_teaser_gets_the_text_of_its_page_once(room: Newsroom) -> None:
    room.site.page("/a")
    room.site.lists(room.site.item("/a"))
    await room.add()
    [article_id] = (await room.visit()).new
    article = await room.storage.article(article_id)
    assert article is not None
    assert "Petani berharap" in article.body
    await room.visit()
    assert room.site.asked["/a"] == 1


async def test_a_page_that_fails_for_now_is_not_lost(room: Newsroom) -> None:
    room.site.gives("/a", status=503)
    room.site.lists(room.site.item("/a"), ETag='"1"', Cache_Control="max-age=3600")
    await room.add()
    await room.visit()
    assert (await room.feed()).etag is None
    assert await room.pause() == INTERVAL
    room.site.page("/a")
    assert len((await room.visit()).new) == 1
    assert (await room.feed()).etag == '"1"'


async def test_more_teasers_than_one_visit_takes_come_over_two(room: Newsroom) -> None:
    paths = [f"/{number}" for number in range(PAGES_PER_VISIT + 2)]
    for path in paths:
        room.site.page(path)
    room.site.lists(*map(room.site.item, paths), ETag='"1"')
    await room.add()
    assert len((await room.visit()).new) == PAGES_PER_VISIT
    assert (await room.feed()).etag is None
    assert len((await room.visit()).new) == 2
    assert (await room.feed()).etag == '"1"'


async def test_missing_pages_are_asked_for_once_and_starve_nobody(room: Newsroom) -> None:
    missing = [f"/missing-{number}" for number in range(PAGES_PER_VISIT)]
    room.site.page("/good")
    room.site.lists(*map(room.site.item, [*missing, "/good"]), room.site.item("/whole", LONG), ETag='"1"')
    await room.add()
    assert len((await room.visit()).new) == 1  # the one that needs no page
    assert len((await room.visit()).new) == 1
    assert {room.site.asked[path] for path in missing} == {1}
    assert (await room.feed()).etag == '"1"'


async def test_a_missing_page_is_asked_for_again_when_its_entry_changes(room: Newsroom) -> None:
    room.site.lists(room.site.item("/a"))
    await room.add()
    await room.visit()
    room.site.page("/a")
    assert not (await room.visit()).new
    room.site.lists(room.site.item("/a", "Cuplikan yang lain."))
    assert len((await room.visit()).new) == 1


async def test_a_page_without_an_article_is_fetched_once(room: Newsroom) -> None:
    room.site.gives("/a", "<html><body></body></html>")
    room.site.lists(room.site.item("/a", ""), ETag='"1"')
    await room.add()
    for _ in range(2):
        await room.visit()
    assert room.site.asked["/a"] == 1
    assert (await room.feed()).etag == '"1"'


async def test_a_host_in_trouble_is_left_alone_and_its_failures_come_last(room: Newsroom) -> None:
    broken = [f"/broken-{number}" for number in range(FAILURES_PER_HOST)]
    for path in broken:
        room.site.gives(path, status=500)
    room.site.page("/good")
    room.site.lists(*map(room.site.item, [*broken, "/good"]))
    await room.add()
    assert not (await room.visit()).new
    assert room.site.asked["/good"] == 0
    assert len((await room.visit()).new) == 1
    assert {room.site.asked[path] for path in broken} == {2}


async def test_a_slow_page_does_not_hold_up_what_came_before_it(room: Newsroom) -> None:
    is_over = asyncio.Event()

    async def hang(_: web.Request) -> web.StreamResponse:
        await is_over.wait()
        return web.Response()

    room.site.page("/quick")
    room.site.answers["/slow"] = hang
    room.site.page("/after")
    room.site.lists(room.site.item("/quick"), ETag='"1"')
    await room.add()
    await room.visit()
    room.site.lists(room.site.item("/whole", LONG), *map(room.site.item, ["/slow", "/after"]), ETag='"2"')
    hasty = replace(room.visitor, page_seconds=0.2)
    saved = await hasty.visit(await room.feed())
    is_over.set()
    assert len(saved.new) == 1
    assert room.site.asked["/after"] == 0
    assert (await room.feed()).etag == '"1"'
    assert await room.pause() == INTERVAL


@pytest.mark.parametrize(
    ("max_age", "ttl", "pause"), [(86_400, "", 60), (1800, "", 30), (60, "", 15), (0, "<ttl>600</ttl>", 60)]
)
async def test_a_feed_may_ask_for_an_hour_at_most(room: Newsroom, max_age: int, ttl: str, pause: int) -> None:
    room.site.lists(room.site.item("/a", LONG), ttl=ttl, Cache_Control=f"max-age={max_age}")
    await room.add()
    await room.visit()
    assert await room.pause() == timedelta(minutes=pause)


async def test_a_feed_that_moved_for_good_stays_one_feed(room: Newsroom) -> None:
    room.site.gives("/old", status=301, Location="/new")
    room.site.lists(room.site.item("/a", LONG), path="/new")
    await room.add("/old")
    await room.visit("/old")
    listed = NewFeed(room.site.base + "/old", "Nama Baru", "Judul baru", "ekonomi")
    assert await room.storage.add_feeds([listed], NOW) == 0
    [feed] = await room.storage.feeds()
    assert (feed.url, feed.outlet, feed.title, feed.topic) == (
        room.site.base + "/new",
        "Nama Baru",
        "Judul baru",
        "ekonomi",
    )
    assert await room.storage.add_feeds([replace(listed, url=feed.url)], NOW) == 0
    assert await room.storage.feeds() == [feed]


async def test_a_feed_that_is_gone_is_visited_no_more(room: Newsroom) -> None:
    room.site.gives("/rss", status=410)
    await room.add()
    await room.visit()
    room.clock.advance(timedelta(days=9))
    assert (await room.feed()).state is FeedState.GONE
    assert await room.visitor.visit_due() == []


async def test_a_feed_that_asks_for_a_pause_gets_it(room: Newsroom) -> None:
    room.site.gives("/rss", status=503, Retry_After="7200")
    await room.add()
    await room.visit()
    assert await room.pause() == timedelta(hours=2)


async def test_failures_back_off_until_a_visit_succeeds(room: Newsroom) -> None:
    room.site.gives("/rss", status=500)
    await room.add()
    pauses = []
    for _ in range(3):
        await room.visit()
        pauses.append(await room.pause())
    assert pauses == [INTERVAL, 2 * INTERVAL, 4 * INTERVAL]
    room.site.lists(room.site.item("/a", LONG))
    await room.visit()
    feed = await room.feed()
    assert (feed.failures, feed.last_error, await room.pause()) == (0, None, INTERVAL)


async def test_a_page_in_place_of_a_feed_is_the_error_of_the_feed(room: Newsroom) -> None:
    room.site.page("/rss")
    await room.add()
    await room.visit()
    feed = await room.feed()
    assert (feed.failures, feed.last_error) == (1, "feed_is_html")


async def test_a_failing_feed_does_not_stop_another(room: Newsroom) -> None:
    room.site.gives("/bad", status=500)
    room.site.lists(room.site.item("/a", LONG))
    await room.add("/bad")
    await room.add()
    assert sum(len(saved.new) for saved in await room.visitor.visit_due()) == 1
    assert (await room.feed("/bad")).failures == 1


async def test_a_defect_surfaces_when_all_visits_have_ended(room: Newsroom) -> None:
    room.site.lists(room.site.item("/a", LONG))
    await room.add()
    await room.storage.add_feeds([NewFeed("ftp://kabar.example/rss", "Kabar")], NOW)
    with pytest.raises(Exception, match="url_bad"):
        await room.visitor.visit_due()
    assert (await room.feed()).last_ok_at == NOW


async def test_a_link_to_a_stored_article_leaves_it_as_it_is(room: Newsroom) -> None:
    room.site.page("/a")
    room.site.lists(room.site.item("/a", LONG, title="Judul menurut umpan"))
    await room.add()
    [article_id] = (await room.visit()).new
    for link in ("/a", "/a?utm_source=grup"):
        draft = await draft_from_url(
            room.storage, room.visitor, create_summarizer(), room.site.base + link, editor_id=1, now=NOW
        )
        assert draft.title == "Judul menurut umpan"
    article = await room.storage.article(article_id)
    assert article is not None
    assert article.version == 1
    assert room.site.asked["/a"] == 0


async def test_a_link_to_an_unknown_article_stores_it(room: Newsroom) -> None:
    room.site.page("/a")
    for _ in range(2):
        draft = await draft_from_url(
            room.storage, room.visitor, create_summarizer(), f"{room.site.base}/a", editor_id=1, now=NOW
        )
        assert draft.url == f"{room.site.base}/a"
    assert room.site.asked["/a"] == 1
