"""The contract of the newsroom, of numbered lists, and of upkeep."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.models import (
    BroadcastState,
    FeedState,
    ListingKind,
    MessageBody,
    NewFeed,
    OutboxCounts,
    OutboxDraft,
    OutboxKind,
    Status,
)
from bot.storage.base import Storage
from tests.records import NOW, subscriber
from tests.storage.conftest import OpenStorage
from tests.storage.contract_feeds import visit
from tests.storage.contract_outbox import DAY, MINUTE, US, claim, queue_breaking, queue_digest, sent


async def add_listing(
    storage: Storage, *story_ids: int, kind: ListingKind = ListingKind.SEARCH, age: timedelta = timedelta(0)
) -> int:
    listing = await storage.add_listing(
        chat_id=1, user_id=9, kind=kind, query="banjir", story_ids=story_ids, now=NOW - age
    )
    return listing.id


async def send_digest(storage: Storage, *, message_id: int, age: timedelta = timedelta(0), key: str = "pagi") -> int:
    edition_id = await queue_digest(storage, 1, key=key, now=NOW - age)
    [message] = await claim(storage)
    await storage.advance((), [sent(message, message_id)], owner=US, now=NOW - age)
    return edition_id


class NewsroomContract:
    async def test_a_draft_comes_back_as_written(self, storage: Storage) -> None:
        draft = await storage.add_broadcast(
            editor_id=9, title="Gempa", text="Isi", url="https://kabar.example/1", outlet="Kabar", now=NOW
        )
        assert await storage.broadcast(draft.id) == draft
        assert (draft.editor_id, draft.title, draft.text, draft.url) == (9, "Gempa", "Isi", "https://kabar.example/1")
        assert (draft.outlet, draft.state, draft.created_at) == ("Kabar", BroadcastState.DRAFT, NOW)
        assert await storage.broadcast(draft.id + 1) is None

    async def test_two_taps_at_once_queue_once(self, storage: Storage, open_again: OpenStorage) -> None:
        draft = await storage.add_broadcast(editor_id=9, title="T", text="I", url=None, outlet="", now=NOW)
        drafts = [OutboxDraft(chat_id, 1, MessageBody("Gempa")) for chat_id in range(1, 51)]
        other = await open_again()
        taps = await asyncio.gather(
            *(store.queue_broadcast(draft.id, drafts, NOW) for store in (storage, other, storage, other))
        )
        assert sorted(taps) == [False, False, False, True]
        assert await storage.outbox_counts(OutboxKind.BREAKING, draft.id) == OutboxCounts(pending=50)
        queued = await storage.broadcast(draft.id)
        assert queued is not None
        assert queued.state is BroadcastState.QUEUED

    async def test_a_cancelled_draft_is_never_queued(self, storage: Storage) -> None:
        draft = await storage.add_broadcast(editor_id=9, title="T", text="I", url=None, outlet="", now=NOW)
        assert await storage.cancel_broadcast(draft.id)
        assert not await storage.cancel_broadcast(draft.id)
        assert not await storage.queue_broadcast(draft.id, [OutboxDraft(1, 1, MessageBody("x"))], NOW)
        assert (await storage.outbox_counts()).total == 0

    async def test_a_queued_item_is_not_cancelled(self, storage: Storage) -> None:
        assert not await storage.cancel_broadcast(await queue_breaking(storage, 1))

    async def test_a_reader_who_left_after_the_list_was_read_gets_nothing(self, storage: Storage) -> None:
        await storage.save_subscriber(subscriber(1, status=Status.STOPPED))
        await storage.save_subscriber(subscriber(2))
        await queue_breaking(storage, 1, 2)
        assert [message.chat_id for message in await claim(storage)] == [2]


class ListingContract:
    async def test_a_list_comes_back_as_shown(self, storage: Storage) -> None:
        added = await storage.add_listing(
            chat_id=-5, user_id=9, kind=ListingKind.EDITION, query='"a" <b>', story_ids=[4, 2, 9], now=NOW
        )
        assert await storage.listing(added.id) == added
        assert (added.chat_id, added.user_id, added.kind, added.query) == (-5, 9, ListingKind.EDITION, '"a" <b>')
        assert (added.story_ids, added.message_id, added.created_at) == ((4, 2, 9), None, NOW)
        await storage.set_listing_message(added.id, 77)
        shown = await storage.listing(added.id)
        assert shown is not None
        assert shown.message_id == 77
        assert await storage.listing(added.id + 1) is None

    async def test_numbers_in_a_list_are_its_stories(self, storage: Storage) -> None:
        await storage.set_listing_message(await add_listing(storage, 4, 2), 77)
        await storage.set_listing_message(await add_listing(storage, 8, kind=ListingKind.EDITION), 78)
        assert await storage.numbered_stories(1, 77) == (4, 2)
        assert await storage.numbered_stories(1, 78) == (8,)
        assert await storage.numbered_stories(1, 79) == ()
        assert await storage.numbered_stories(2, 77) == ()

    async def test_numbers_in_a_delivered_digest_are_the_editions(self, storage: Storage) -> None:
        await send_digest(storage, message_id=500)
        assert await storage.numbered_stories(1, 500) == (11, 12)
        assert await storage.numbered_stories(2, 500) == ()

    async def test_breaking_news_has_no_numbers(self, storage: Storage) -> None:
        await queue_breaking(storage, 1)
        [message] = await claim(storage)
        await storage.advance((), [sent(message, 600)], owner=US, now=NOW)
        assert await storage.numbered_stories(1, 600) == ()
        assert await storage.numbered_stories(1, None) == ()

    async def test_without_a_message_the_list_or_digest_shown_last_counts(self, storage: Storage) -> None:
        await add_listing(storage, 4, 2, age=9 * MINUTE)
        assert await storage.numbered_stories(1, None) == (4, 2)
        await send_digest(storage, message_id=500, age=5 * MINUTE)
        assert await storage.numbered_stories(1, None) == (11, 12)
        await add_listing(storage, 7, 8, 9)
        assert await storage.numbered_stories(1, None) == (7, 8, 9)

    async def test_an_empty_search_does_not_replace_the_list(self, storage: Storage) -> None:
        await send_digest(storage, message_id=500, age=5 * MINUTE)
        await add_listing(storage)
        assert await storage.numbered_stories(1, None) == (11, 12)

    async def test_a_digest_that_only_waits_was_not_shown(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        assert await storage.numbered_stories(1, None) == ()


class UpkeepContract:
    async def test_health_of_an_empty_database(self, storage: Storage) -> None:
        health = await storage.health()
        assert (health.last_fetch_at, health.last_sent_at, health.active_subscribers) == (None, None, 0)
        assert (dict(health.feeds), health.outbox) == ({}, OutboxCounts())

    async def test_health_counts_and_tells_the_last_time_that_something_worked(self, storage: Storage) -> None:
        await storage.add_feeds([NewFeed("https://a.example/rss", "A"), NewFeed("https://b.example/rss", "B")], NOW)
        first, second = await storage.feeds()
        await storage.save_articles([], NOW, update=visit(first, last_ok_at=NOW - MINUTE))
        await storage.save_articles([], NOW, update=visit(second, state=FeedState.PAUSED, last_ok_at=NOW - DAY))
        await storage.save_subscriber(subscriber(2, status=Status.STOPPED))
        await send_digest(storage, message_id=500)
        health = await storage.health()
        assert (health.last_fetch_at, health.last_sent_at, health.active_subscribers) == (NOW - MINUTE, NOW, 1)
        assert dict(health.feeds) == {"active": 1, "paused": 1}
        assert health.outbox == OutboxCounts(sent=1)

    async def test_prune_deletes_old_lists_sent_rows_and_their_editions(self, storage: Storage) -> None:
        old_list, young_list = await add_listing(storage, 4, age=31 * DAY), await add_listing(storage, 5, age=29 * DAY)
        old = await send_digest(storage, message_id=500, age=61 * DAY, key="lama")
        young = await send_digest(storage, message_id=501, age=59 * DAY, key="muda")
        await storage.prune(NOW)
        assert await storage.listing(old_list) is None
        assert await storage.listing(young_list) is not None
        assert await storage.edition(old) is None
        assert await storage.edition(young) is not None
        assert await storage.outbox_counts() == OutboxCounts(sent=1)
        assert await storage.numbered_stories(1, 501) == (11, 12)

    async def test_prune_keeps_what_failed_what_waits_and_what_is_new(self, storage: Storage) -> None:
        waiting = await queue_digest(storage, 1, 2, key="lama", now=NOW - 99 * DAY)
        await storage.set_status(2, Status.BLOCKED, NOW - 99 * DAY)
        fresh = await queue_digest(storage, key="tanpa pembaca")
        await storage.prune(NOW)
        assert await storage.edition(waiting) is not None
        assert await storage.edition(fresh) is not None
        assert await storage.outbox_counts() == OutboxCounts(pending=1, dead=1)
        assert [message.body.html for message in await claim(storage)] == ["lama 1"]

    async def test_an_id_never_comes_back(self, storage: Storage) -> None:
        """It lives on in the buttons of old messages."""
        first = await add_listing(storage, 4, age=40 * DAY)
        await storage.prune(NOW)
        assert await add_listing(storage, 5) > first
