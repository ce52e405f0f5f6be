"""What a change of settings does to the schedule, on a real database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import InputError
from bot.models import ChatKind, Status
from bot.services import subscriptions
from bot.storage import open_storage
from bot.storage.base import Storage
from summarizer.places import places
from tests.records import NOW, subscriber

AYU = 1001
DAY = timedelta(days=1)
SOON = NOW + timedelta(minutes=5)


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}")
    yield opened
    await opened.close()


async def status_of(storage: Storage) -> Status:
    found = await storage.subscriber(AYU)
    assert found is not None
    return found.status


async def test_a_digest_that_is_due_stays_due_when_a_topic_is_tapped(storage: Storage) -> None:
    reader = subscriber(AYU, due=NOW)
    await storage.save_subscriber(reader)
    assert (await subscriptions.toggle_topic(storage, reader, "ekonomi", SOON)).next_digest_at == NOW


async def test_a_reader_served_in_the_meantime_is_not_served_again(storage: Storage) -> None:
    read_before = subscriber(AYU, due=NOW)
    await storage.save_subscriber(replace(read_before, next_digest_at=NOW + DAY, last_edition_at=NOW))
    saved = await subscriptions.toggle_topic(storage, read_before, "ekonomi", SOON)
    assert (saved.next_digest_at, saved.last_edition_at) == (NOW + DAY, NOW)
    assert await storage.subscriber(AYU) == saved


async def test_an_hour_chosen_after_weeks_of_rest_lies_ahead(storage: Storage) -> None:
    reader = subscriber(AYU, due=NOW)
    await storage.save_subscriber(reader)
    await subscriptions.unsubscribe(storage, AYU, NOW)
    later = NOW + 20 * DAY + timedelta(hours=3)
    found = await subscriptions.find_or_default(storage, AYU, ChatKind.PRIVATE, later)
    saved = await subscriptions.change_schedule(storage, found, "08.00", later)
    assert saved.status is Status.ACTIVE
    assert saved.next_digest_at == NOW + 21 * DAY + timedelta(hours=1)


async def test_who_had_stopped_stays_stopped_after_blocking_and_unblocking(storage: Storage) -> None:
    await storage.save_subscriber(subscriber(AYU))
    await subscriptions.unsubscribe(storage, AYU, NOW)
    await subscriptions.chat_unreachable(storage, AYU, NOW)
    await subscriptions.chat_reachable_again(storage, AYU, NOW)
    assert await status_of(storage) is Status.STOPPED


async def test_who_was_blocked_comes_back_by_unblocking_or_by_writing(storage: Storage) -> None:
    for come_back in ("unblock", "write"):
        await storage.save_subscriber(subscriber(AYU, due=NOW))
        await subscriptions.chat_unreachable(storage, AYU, SOON)
        assert await status_of(storage) is Status.BLOCKED
        if come_back == "unblock":
            await subscriptions.chat_reachable_again(storage, AYU, SOON)
        else:
            await subscriptions.find_or_default(storage, AYU, ChatKind.PRIVATE, SOON)
        found = await storage.subscriber(AYU)
        assert found is not None
        assert (found.status, found.next_digest_at) == (Status.ACTIVE, NOW + DAY)


async def test_a_group_that_removed_the_bot_does_not_come_back_by_reading(storage: Storage) -> None:
    await storage.save_subscriber(subscriber(-5, kind=ChatKind.GROUP))
    await subscriptions.chat_unreachable(storage, -5, NOW)
    found = await subscriptions.find_or_default(storage, -5, ChatKind.GROUP, NOW)
    assert found.status is Status.BLOCKED


async def test_the_last_topic_dropped_and_the_last_one_chosen_mean_all(storage: Storage) -> None:
    reader = subscriber(AYU, topics=frozenset({"ekonomi"}))
    await storage.save_subscriber(reader)
    assert (await subscriptions.toggle_topic(storage, reader, "ekonomi", NOW)).topics == frozenset()
    for topic in ("nasional", "ekonomi", "olahraga", "teknologi", "hiburan", "internasional", "daerah"):
        reader = await subscriptions.toggle_topic(storage, reader, topic, NOW)
    assert len(reader.topics) == 7
    assert (await subscriptions.toggle_topic(storage, reader, "kesehatan", NOW)).topics == frozenset()


async def test_a_wrong_choice_changes_nothing(storage: Storage) -> None:
    reader = subscriber(AYU)
    await storage.save_subscriber(reader)
    with pytest.raises(InputError):
        await subscriptions.change_schedule(storage, reader, "25.99", NOW)
    with pytest.raises(InputError):
        await subscriptions.toggle_topic(storage, reader, "astrologi", NOW)
    with pytest.raises(InputError):
        await subscriptions.choose_language(storage, reader, "xx", NOW)
    assert await storage.subscriber(AYU) == reader


async def test_a_place_is_followed_by_its_name_and_left_by_its_key(storage: Storage) -> None:
    reader = subscriber(AYU)
    await storage.save_subscriber(reader)
    reader = await subscriptions.follow_place(storage, reader, "Kota Malang", NOW)
    reader = await subscriptions.follow_place(storage, reader, "jatim", NOW)
    reader = await subscriptions.follow_place(storage, reader, "malang", NOW)
    assert reader.places == {"malang", "jawa-timur"}
    reader = await subscriptions.leave_place(storage, reader, "malang", NOW)
    assert (await subscriptions.leave_place(storage, reader, "malang", NOW)).places == {"jawa-timur"}


async def test_an_unknown_place_is_refused_with_the_name_that_is_closest(storage: Storage) -> None:
    with pytest.raises(InputError) as misspelt:
        await subscriptions.follow_place(storage, subscriber(AYU), "banyuwanggi", NOW)
    assert (misspelt.value.key, misspelt.value.values["closest"]) == ("place_unknown", "Banyuwangi")
    with pytest.raises(InputError) as unknown:
        await subscriptions.follow_place(storage, subscriber(AYU), "Sagara", NOW)
    assert unknown.value.values["closest"] == ""


async def test_nobody_follows_everything(storage: Storage) -> None:
    names = list(places())[: subscriptions.MOST_PLACES]
    reader = subscriber(AYU, places=frozenset(names))
    await storage.save_subscriber(reader)
    with pytest.raises(InputError, match="places_too_many"):
        await subscriptions.follow_place(storage, reader, "Banyuwangi", NOW)
    assert (await subscriptions.follow_place(storage, reader, names[0], NOW)).places == set(names)
    assert (await subscriptions.subscribe(storage, reader, NOW, place="banyuwangi")).places == set(names)
