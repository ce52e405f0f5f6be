"""The inbox of updates, on each kind of database."""

from __future__ import annotations

from datetime import timedelta

from bot.storage.base import Storage
from bot.storage.processes import InboxUpdate
from bot.storage.roles import open_turns
from tests.records import NOW

AYU, BIMA = 1001, 1002


def update(number: int, chat_id: int = AYU, content: str = "{}") -> InboxUpdate:
    return InboxUpdate(number, chat_id, content)


async def test_updates_wait_in_the_order_of_their_chat(storage: Storage) -> None:
    await storage.add_updates([update(12), update(10), update(11, BIMA)], NOW)
    assert await storage.waiting_chats([], limit=5) == [AYU, BIMA]
    assert await storage.waiting_chats([AYU], limit=5) == [BIMA]
    assert await storage.waiting_chats([], limit=1) == [AYU]
    assert [each.id for each in await storage.waiting_updates([AYU])] == [10, 12]


async def test_an_update_that_comes_again_stays_as_it_was(storage: Storage) -> None:
    await storage.add_updates([update(10, content="first")], NOW)
    await storage.add_updates([update(10, content="second"), update(10, content="third")], NOW)
    assert await storage.waiting_updates([AYU]) == [update(10, content="first")]
    await storage.mark_handled([10], NOW)
    await storage.add_updates([update(10)], NOW)
    assert await storage.waiting_chats([], limit=5) == []


async def test_handled_updates_are_kept_for_a_day(storage: Storage) -> None:
    await storage.add_updates([update(10), update(11)], NOW)
    await storage.mark_handled([10], NOW)
    await storage.prune(NOW + timedelta(hours=23))
    await storage.add_updates([update(10)], NOW)  # known still
    assert [each.id for each in await storage.waiting_updates([AYU])] == [11]
    await storage.prune(NOW + timedelta(hours=25))
    await storage.add_updates([update(10)], NOW)
    assert [each.id for each in await storage.waiting_updates([AYU])] == [10, 11]


async def test_a_chat_has_one_turn_at_a_time(database_url: str) -> None:
    first, second = open_turns(database_url), open_turns(database_url)
    assert await first.take([AYU]) == [AYU]
    if database_url.startswith("postgresql"):
        assert await second.take([AYU, BIMA]) == [BIMA]
    await first.leave([AYU])
    assert await second.take([AYU]) == [AYU]
    for turns in (first, second):
        await turns.close()
