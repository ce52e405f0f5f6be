"""The contract of chats that leave, come back or move."""

from __future__ import annotations

from bot.models import ListingKind, OutboxCounts, Status
from bot.storage.base import Storage
from tests.records import NOW, subscriber
from tests.storage.contract_outbox import DAY, MINUTE, US, claim, later, queue_digest, sent, shown, start


class ChatContract:
    async def test_a_chat_that_leaves_keeps_its_settings_and_drops_what_waits(self, storage: Storage) -> None:
        await queue_digest(storage, 1, 2, parts=2)
        before = await storage.subscriber(1)
        assert before is not None
        await storage.set_status(1, Status.BLOCKED, NOW)
        after = await storage.subscriber(1)
        assert after is not None
        assert (after.status, after.schedule, after.topics) == (Status.BLOCKED, before.schedule, before.topics)
        assert [message.chat_id for message in await claim(storage)] == [2]
        assert await storage.outbox_counts() == OutboxCounts(pending=2, dead=2)

    async def test_only_an_active_chat_becomes_blocked_and_leaving_ends_the_schedule(self, storage: Storage) -> None:
        await storage.save_subscriber(subscriber(1))
        await storage.set_status(1, Status.STOPPED, NOW)
        await storage.set_status(1, Status.BLOCKED, NOW)
        found = await storage.subscriber(1)
        assert found is not None
        assert (found.status, found.next_digest_at) == (Status.STOPPED, None)

    async def test_a_claimed_row_of_a_chat_that_left_is_not_sent(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        [message] = await claim(storage)
        await storage.set_status(1, Status.STOPPED, NOW)
        assert not await start(storage, message, owner=US)

    async def test_a_message_on_its_way_is_recorded_after_the_chat_left(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        [message] = await claim(storage)
        await start(storage, message, owner=US)
        await storage.set_status(1, Status.STOPPED, NOW)
        await storage.advance((), [sent(message)], owner=US, now=NOW)
        assert await storage.outbox_counts() == OutboxCounts(sent=1)

    async def test_coming_back_brings_no_old_message(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        await storage.set_status(1, Status.STOPPED, NOW)
        await storage.set_status(1, Status.ACTIVE, NOW)
        assert await claim(storage) == []
        back = await storage.subscriber(1)
        assert back is not None
        assert back.status is Status.ACTIVE

    async def test_a_chat_that_says_start_again_loses_nothing(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        await storage.set_status(1, Status.ACTIVE, NOW)
        assert shown(await claim(storage)) == [(1, "pagi 1")]

    async def test_the_status_of_an_unknown_chat_is_no_mistake(self, storage: Storage) -> None:
        await storage.set_status(999, Status.BLOCKED, NOW)
        assert await storage.subscriber(999) is None

    async def test_a_chat_moves_with_its_subscription_and_what_waits(self, storage: Storage) -> None:
        await queue_digest(storage, -5, parts=2)
        [message] = await claim(storage)
        await start(storage, message, owner=US)
        await storage.migrate_chat(-5, -1005, NOW)
        await storage.advance((), [later(message)], owner=US, now=NOW)
        assert await storage.subscriber(-5) is None
        moved = await storage.subscriber(-1005)
        assert moved is not None
        assert moved.next_digest_at == NOW + DAY
        [again] = await claim(storage, now=NOW + MINUTE)
        assert (again.chat_id, again.part) == (-1005, 1)

    async def test_a_chat_moves_with_its_lists_and_without_their_message_ids(self, storage: Storage) -> None:
        listing = await storage.add_listing(
            chat_id=-5, user_id=9, kind=ListingKind.SEARCH, query="banjir", story_ids=[3, 4], now=NOW
        )
        await storage.set_listing_message(listing.id, 77)
        await storage.migrate_chat(-5, -1005, NOW)
        assert await storage.numbered_stories(-1005, None) == (3, 4)
        assert await storage.numbered_stories(-1005, 77) == ()
        assert await storage.numbered_stories(-5, None) == ()

    async def test_moving_twice_is_moving_once(self, storage: Storage) -> None:
        await queue_digest(storage, -5)
        await storage.migrate_chat(-5, -1005, NOW)
        await storage.migrate_chat(-5, -1005, NOW)
        assert await storage.subscriber(-1005) is not None
        assert await storage.outbox_counts() == OutboxCounts(pending=1)

    async def test_a_chat_that_subscribed_anew_keeps_the_newer_settings(self, storage: Storage) -> None:
        await queue_digest(storage, -5, -1005)
        await storage.save_subscriber(subscriber(-1005, topics=frozenset({"ekonomi"})))
        await storage.migrate_chat(-5, -1005, NOW)
        kept = await storage.subscriber(-1005)
        assert kept is not None
        assert kept.topics == {"ekonomi"}
        assert await storage.subscriber(-5) is None
        assert [message.chat_id for message in await claim(storage)] == [-1005]
        assert await storage.outbox_counts() == OutboxCounts(pending=1, dead=1)
