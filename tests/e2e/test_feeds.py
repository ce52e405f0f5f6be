"""A feed visited over HTTP, parsed in its process and saved in a real database; only the clock is ours."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.ingest.parse import ParserProcess
from bot.ingest.wire import Outcome
from bot.models import Entry, FeedState, NewFeed, Page, SavedArticles
from bot.services.feeds import FAILURES_PER_HOST, PAGES_PER_VISIT, TRIES_REFUSED
from bot.services.newsroom import draft_from_url
from summarizer import create_summarizer
from tests.e2e.feeds import INTERVAL, LONG, Newsroom
from tests.records import NOW


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


async def test_an_entry_that_ends_the_process_takes_no_other_with_it_and_comes_again(room: Newsroom) -> None:
    deadly = (
        "import os, sys, bot.ingest.parse_worker as worker\n"
        "build = worker.build_article\n"
        "worker.build_article = lambda entry, *page, **about: "
        "os._exit(9) if 'maut' in entry.title else build(entry, *page, **about)\n"
        "worker.main()"
    )
    paths = ["/a", "/b", "/c"]
    items = [room.site.item(path, f"Laporan {path}. {LONG}") for path in paths]
    room.site.lists(*items, room.site.item("/maut", LONG), ETag='"1"')
    await room.add()
    feed = await room.feed()
    async with ParserProcess(command=(sys.executable, "-c", deadly)) as parser:
        saved = await replace(room.visitor, parser=parser).visit(feed)
    assert len(saved.new) == len(paths)
    assert (await room.feed()).etag is None
    assert len((await room.visit()).new) == 1
    assert (await room.feed()).etag == '"1"'


async def test_a_feed_of_which_everything_is_known_has_no_article_made(room: Newsroom) -> None:
    class Counting(ParserProcess):
        made = 0

        async def articles(self, read: Sequence[tuple[Entry, Page | None]], **about: Any) -> list[Outcome]:
            self.made += len(read)
            return await super().articles(read, **about)

    first, second = room.site.item("/a", LONG), room.site.item("/b", f"Lain. {LONG}")
    room.site.lists(first)
    await room.add()
    async with Counting() as parser:
        visitor = replace(room.visitor, parser=parser)
        await visitor.visit(await room.feed())
        await visitor.visit(await room.feed())
        assert parser.made == 1
        room.site.lists(second, first)
        assert len((await visitor.visit(await room.feed())).new) == 1
        assert parser.made == 2


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


async def test_missing_pages_are_asked_for_a_few_times_and_starve_nobody(room: Newsroom) -> None:
    missing = [f"/missing-{number}" for number in range(PAGES_PER_VISIT)]
    room.site.page("/good")
    room.site.lists(*map(room.site.item, [*missing, "/good"]), room.site.item("/whole", LONG), ETag='"1"')
    await room.add()
    assert len((await room.visit()).new) == 1  # the one that needs no page
    assert len((await room.visit()).new) == 1
    for _ in range(TRIES_REFUSED - 1):  # they share their second visit with the good one, which leaves one out
        assert (await room.feed()).etag is None
        await room.visit()
    assert {room.site.asked[path] for path in missing} == {TRIES_REFUSED}
    assert (await room.feed()).etag == '"1"'


async def test_a_page_that_was_missing_for_a_moment_is_not_lost(room: Newsroom) -> None:
    room.site.lists(room.site.item("/a"), ETag='"1"')
    await room.add()
    await room.visit()
    room.site.page("/a")
    assert len((await room.visit()).new) == 1
    assert (await room.feed()).etag == '"1"'


async def test_a_missing_page_is_asked_for_again_when_its_entry_changes(room: Newsroom) -> None:
    room.site.lists(room.site.item("/a"))
    await room.add()
    for _ in range(TRIES_REFUSED):
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


async def test_what_a_feed_asks_for_still_counts_when_it_has_not_changed(room: Newsroom) -> None:
    room.site.lists(room.site.item("/a", LONG), ttl="<ttl>30</ttl>", ETag='"1"')
    await room.add()
    await room.visit()
    room.site.gives("/rss", status=304)
    for _ in range(2):
        await room.visit()
        assert await room.pause() == timedelta(minutes=30)


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
    assert (await room.feed()).state is FeedState.GONE
    assert await room.storage.due_feeds(NOW + timedelta(days=9), limit=9, per_host=9) == []


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
