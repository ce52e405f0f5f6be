"""The contract of subscribers, editions and the queue of an edition."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.errors import InputError
from bot.models import (
    ChatKind,
    Edition,
    EditionItem,
    MessageBody,
    NewEdition,
    OutboxKind,
    Schedule,
    Status,
    Subscriber,
    Zone,
)
from bot.storage.base import EditionDelivery, Storage
from tests.records import NOW, subscriber
from tests.storage.conftest import OpenStorage

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def new_edition(key: str = "07.00 semua", *stories: int) -> NewEdition:
    items = tuple(EditionItem(number, story, story * 10) for number, story in enumerate(stories or (7, 3), start=1))
    return NewEdition(key, NOW, NOW - DAY, NOW + MINUTE, items)


def deliver(chat_id: int, *texts: str, parts: int = 1) -> EditionDelivery:
    bodies = texts or ("Ringkasan pagi",) * parts
    return EditionDelivery((chat_id,), NOW, NOW + DAY, [MessageBody(text) for text in bodies])


async def read(storage: Storage, chat_id: int) -> Subscriber:
    found = await storage.subscriber(chat_id)
    assert found is not None
    return found


class SubscriberContract:
    async def test_a_subscriber_comes_back_as_saved(self, storage: Storage) -> None:
        reader = subscriber(
            -1001234567890,
            kind=ChatKind.GROUP,
            language="en",
            status=Status.BLOCKED,
            schedule=Schedule((time(6), time(18, 30)), frozenset({0, 4}), Zone.WIT),
            topics=frozenset({"ekonomi", "olahraga"}),
            places=frozenset({"banyuwangi", "jawa-timur"}),
            last_edition_at=NOW - DAY,
        )
        await storage.save_subscriber(reader)
        assert await storage.subscriber(reader.chat_id) == reader

    async def test_saving_again_replaces(self, storage: Storage) -> None:
        await storage.save_subscriber(subscriber(1, topics=frozenset({"ekonomi"})))
        changed = subscriber(1, due=None, schedule=Schedule((), frozenset()))
        await storage.save_subscriber(changed)
        assert await storage.subscriber(1) == changed

    async def test_a_change_sees_what_is_stored_and_is_written_whole(self, storage: Storage) -> None:
        def start(found: Subscriber | None) -> Subscriber:
            assert found is None
            return subscriber(1, language="id")

        def translate(found: Subscriber | None) -> Subscriber:
            assert found is not None
            return replace(found, language="en")

        await storage.update_subscriber(1, start)
        changed = await storage.update_subscriber(1, translate)
        assert changed.language == "en"
        assert await storage.subscriber(1) == changed

    async def test_a_change_that_raises_changes_nothing(self, storage: Storage) -> None:
        await storage.save_subscriber(subscriber(1))

        def refuse(found: Subscriber | None) -> Subscriber:
            raise InputError("topic_unknown", topic="astrologi")

        with pytest.raises(InputError):
            await storage.update_subscriber(1, refuse)
        assert await storage.subscriber(1) == subscriber(1)

    async def test_changes_of_two_processes_do_not_undo_each_other(
        self, storage: Storage, open_again: OpenStorage
    ) -> None:
        await storage.save_subscriber(subscriber(1, topics=frozenset()))
        other = await open_again()

        def choose(topic: str) -> Callable[[Subscriber | None], Subscriber]:
            def change(found: Subscriber | None) -> Subscriber:
                assert found is not None
                return replace(found, topics=found.topics | {topic})

            return change

        topics = [f"topik{number}" for number in range(12)]
        await asyncio.gather(
            *((storage, other)[number % 2].update_subscriber(1, choose(topic)) for number, topic in enumerate(topics))
        )
        found = await storage.subscriber(1)
        assert found is not None
        assert found.topics == set(topics)

    async def test_an_unknown_chat_is_none(self, storage: Storage) -> None:
        assert await storage.subscriber(1) is None

    async def test_due_are_the_active_ones_whose_time_has_come_longest_waiting_first(self, storage: Storage) -> None:
        await storage.save_subscriber(subscriber(1, due=NOW))
        await storage.save_subscriber(subscriber(2, due=NOW - MINUTE))
        await storage.save_subscriber(subscriber(3, due=NOW + MINUTE))
        await storage.save_subscriber(subscriber(4, due=NOW, status=Status.STOPPED))
        await storage.save_subscriber(subscriber(5, due=None))
        assert [readers.chat_ids for readers in await storage.due_audiences(NOW, limit=9)] == [(2,), (1,)]
        assert [readers.chat_ids for readers in await storage.due_audiences(NOW, limit=1)] == [(2,)]

    async def test_readers_who_have_chosen_the_same_are_one_audience(self, storage: Storage) -> None:
        for chat_id in (1, 2, 3):
            await storage.save_subscriber(subscriber(chat_id))
        reader = subscriber(4, language="en", topics=frozenset({"ekonomi"}), places=frozenset({"banyuwangi"}))
        await storage.save_subscriber(reader)
        some, other = sorted(await storage.due_audiences(NOW, limit=9), key=lambda readers: len(readers.topics))
        assert sorted(some.chat_ids) == [1, 2, 3]
        assert (some.due_at, some.last_edition_at, some.schedule) == (NOW, None, reader.schedule)
        assert (other.chat_ids, other.language) == ((4,), "en")
        assert (other.topics, other.places) == (reader.topics, reader.places)

    async def test_only_active_chats_get_breaking_news(self, storage: Storage) -> None:
        await storage.save_subscriber(subscriber(2, language="en"))
        await storage.save_subscriber(subscriber(1))
        await storage.save_subscriber(subscriber(3, status=Status.BLOCKED))
        assert await storage.active_chats() == [(1, "id"), (2, "en")]

    async def test_readers_whose_last_edition_lies_in_the_future_are_found(self, storage: Storage) -> None:
        await storage.save_subscriber(subscriber(1, last_edition_at=NOW + 3 * DAY))
        await storage.save_subscriber(subscriber(2, last_edition_at=NOW + MINUTE))
        await storage.save_subscriber(subscriber(3, last_edition_at=NOW + DAY, status=Status.STOPPED))
        await storage.save_subscriber(subscriber(4, due=NOW + 2 * DAY))
        assert [reader.chat_id for reader in await storage.ahead_of_time(NOW)] == [1, 4]


class EditionContract:
    async def test_an_edition_is_written_once_by_its_key(self, storage: Storage) -> None:
        saved = await storage.save_edition(new_edition("pagi", 7, 3), NOW)
        again = await storage.save_edition(new_edition("pagi", 1, 2, 4), NOW + MINUTE)
        other = await storage.save_edition(new_edition("sore"), NOW)
        assert saved == again
        assert other.id != saved.id
        assert [(item.number, item.story_id, item.article_id) for item in saved.items] == [(1, 7, 70), (2, 3, 30)]
        assert (saved.due_at, saved.window_from, saved.window_to) == (NOW, NOW - DAY, NOW + MINUTE)
        assert await storage.edition(saved.id) == saved
        assert await storage.edition_by_key("pagi") == saved

    async def test_an_edition_may_be_empty(self, storage: Storage) -> None:
        empty = NewEdition("kosong", NOW, NOW - DAY, NOW, ())
        assert (await storage.save_edition(empty, NOW)).items == ()

    async def test_an_unknown_edition_is_none(self, storage: Storage) -> None:
        assert await storage.edition(1) is None
        assert await storage.edition_by_key("pagi") is None
        assert await storage.last_edition_of(1) is None


class QueueContract:
    @pytest.fixture
    async def edition(self, storage: Storage) -> Edition:
        return await storage.save_edition(new_edition(), NOW)

    async def test_rows_and_schedule_move_together(self, storage: Storage, edition: Edition) -> None:
        await storage.save_subscriber(subscriber(1))
        assert await storage.queue_edition(edition, [deliver(1, "satu", "dua")], NOW) == 2
        after = await read(storage, 1)
        assert (after.next_digest_at, after.last_edition_at) == (NOW + DAY, edition.window_to)
        assert (await storage.outbox_counts(OutboxKind.DIGEST, edition.id)).pending == 2
        assert await storage.last_edition_of(1) == edition

    async def test_a_second_run_inserts_nothing(self, storage: Storage, edition: Edition) -> None:
        await storage.save_subscriber(subscriber(1))
        await storage.queue_edition(edition, [deliver(1, parts=2)], NOW)
        assert await storage.queue_edition(edition, [deliver(1, parts=2)], NOW) == 0
        await storage.save_subscriber(subscriber(1, due=NOW))
        assert await storage.queue_edition(edition, [deliver(1, parts=3)], NOW) == 1
        assert (await storage.outbox_counts()).total == 3

    async def test_a_reader_who_was_served_or_changed_meanwhile_is_left_out(
        self, storage: Storage, edition: Edition
    ) -> None:
        await storage.save_subscriber(subscriber(1, due=NOW + MINUTE))
        await storage.save_subscriber(subscriber(2, due=None))
        await storage.save_subscriber(subscriber(3, status=Status.STOPPED))
        await storage.save_subscriber(subscriber(4))
        deliveries = [deliver(chat_id) for chat_id in (1, 2, 3, 4, 5)]
        assert await storage.queue_edition(edition, deliveries, NOW) == 1
        assert (await read(storage, 1)).next_digest_at == NOW + MINUTE
        assert (await read(storage, 3)).next_digest_at == NOW
        assert await storage.subscriber(5) is None
        assert await storage.last_edition_of(4) == edition
        assert await storage.last_edition_of(1) is None

    async def test_with_nothing_to_send_only_the_schedule_moves(self, storage: Storage, edition: Edition) -> None:
        await storage.save_subscriber(subscriber(1, last_edition_at=NOW - DAY))
        assert await storage.queue_edition(edition, [EditionDelivery((1,), NOW, NOW + DAY, ())], NOW) == 0
        after = await read(storage, 1)
        assert (after.next_digest_at, after.last_edition_at) == (NOW + DAY, NOW - DAY)
        assert (await storage.outbox_counts()).total == 0

    async def test_each_reader_gets_the_own_text(self, storage: Storage, edition: Edition) -> None:
        for chat_id in (1, 2, 3):
            await storage.save_subscriber(subscriber(chat_id))
        deliveries = [deliver(1, "a", "b"), deliver(2, "c"), deliver(3, "a")]
        assert await storage.queue_edition(edition, deliveries, NOW) == 4
        first = await storage.claim_due(NOW, owner="x", limit=9, lease=MINUTE)
        assert {message.chat_id: message.body.html for message in first} == {1: "a", 2: "c", 3: "a"}

    async def test_the_last_edition_is_the_one_queued_last(self, storage: Storage) -> None:
        older, newer = [await storage.save_edition(new_edition(key), NOW) for key in ("dulu", "baru")]
        await storage.save_subscriber(subscriber(1))
        await storage.queue_edition(newer, [deliver(1)], NOW)
        await storage.save_subscriber(subscriber(1))
        await storage.queue_edition(older, [deliver(1)], NOW)
        assert await storage.last_edition_of(1) == older

    async def test_two_processes_queue_one_edition_once(
        self, storage: Storage, open_again: OpenStorage, edition: Edition
    ) -> None:
        readers = range(1, 301)
        for chat_id in readers:
            await storage.save_subscriber(subscriber(chat_id))
        deliveries = [deliver(chat_id, parts=2) for chat_id in readers]
        other = await open_again()
        rows = await asyncio.gather(
            storage.queue_edition(edition, deliveries, NOW),
            other.queue_edition(edition, deliveries[:200], NOW),
            storage.queue_edition(edition, deliveries[100:], NOW),
        )
        assert sum(rows) == 600
        assert (await storage.outbox_counts()).pending == 600
