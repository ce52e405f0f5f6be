"""The contract of the outbox: claims, leases, records, and chats that go away or move."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.models import (
    Button,
    EditionItem,
    MessageBody,
    NewEdition,
    OutboxCounts,
    OutboxDraft,
    OutboxKind,
    OutboxMessage,
    OutboxRecord,
    OutboxState,
    QuietHours,
    Status,
)
from bot.storage import claims
from bot.storage.base import EditionDelivery, Storage
from tests.records import NOW, subscriber
from tests.storage.conftest import OpenStorage

MINUTE = timedelta(minutes=1)
LEASE = timedelta(minutes=2)
DAY = timedelta(days=1)
US, THEM = "kita", "mereka"
QUIET = QuietHours(time(22), time(5))


async def queue_digest(storage: Storage, *chats: int, key: str = "pagi", parts: int = 1, now=NOW) -> int:  # type: ignore[no-untyped-def]
    """An edition in the outbox of these chats; gives its id."""
    items = (EditionItem(1, 11, 110), EditionItem(2, 12, 120))
    edition = await storage.save_edition(NewEdition(key, now, now - DAY, now, items), now)
    for chat_id in chats:
        await storage.save_subscriber(subscriber(chat_id, due=now))
    bodies = [MessageBody(f"{key} {part}") for part in range(1, parts + 1)]
    await storage.queue_edition(edition, [EditionDelivery(chats, now, now + DAY, bodies)], now)
    return edition.id


async def queue_breaking(storage: Storage, *chats: int, title: str = "Gempa") -> int:
    broadcast = await storage.add_broadcast(editor_id=1, title=title, text="Isi", url=None, outlet="", now=NOW)
    drafts = [OutboxDraft(chat_id, 1, MessageBody(title)) for chat_id in chats]
    assert await storage.queue_broadcast(broadcast.id, drafts, NOW)
    return broadcast.id


async def claim(storage: Storage, *, owner: str = US, now=NOW, limit: int = 100) -> list[OutboxMessage]:  # type: ignore[no-untyped-def]
    return await storage.claim_due(now, owner=owner, limit=limit, lease=LEASE)


async def start(storage: Storage, message: OutboxMessage, *, owner: str = US) -> bool:
    """Whether the message may be sent now."""
    return message.id in await storage.advance([message.id], (), owner=owner, now=NOW)


def sent(message: OutboxMessage, message_id: int = 500) -> OutboxRecord:
    return OutboxRecord(message.id, OutboxState.SENT, message.attempts, message.ambiguous, NOW, message_id)


def later(message: OutboxMessage, *, attempts: int = 1, pause: timedelta = MINUTE) -> OutboxRecord:
    tried = message.ambiguous
    return OutboxRecord(message.id, OutboxState.PENDING, attempts, tried, NOW + pause, reason="jaringan", tried=tried)


def shown(messages: list[OutboxMessage]) -> list[tuple[int, str]]:
    return [(message.chat_id, message.body.html) for message in messages]


class ClaimContract:
    async def test_an_empty_outbox_gives_nothing(self, storage: Storage) -> None:
        assert await claim(storage) == []

    async def test_a_message_comes_back_whole(self, storage: Storage) -> None:
        body = MessageBody(
            "<b>Sagara &amp; Tirtamulya</b> 🌊",
            ((Button("Selengkapnya", data="open:7"), Button("Situs", url="https://kabar.example/7")),),
            silent=True,
            preview=True,
        )
        broadcast = await storage.add_broadcast(editor_id=1, title="T", text="I", url=None, outlet="", now=NOW)
        await storage.queue_broadcast(broadcast.id, [OutboxDraft(-100123, 1, body)], NOW)
        [message] = await claim(storage)
        assert message.body == body
        assert (message.chat_id, message.kind, message.source_id) == (-100123, OutboxKind.BREAKING, broadcast.id)
        assert (message.part, message.attempts, message.ambiguous) == (1, 0, 0)

    async def test_a_chat_gets_its_parts_one_by_one_and_in_order(self, storage: Storage) -> None:
        await queue_digest(storage, 1, 2, parts=2)
        first = await claim(storage)
        assert shown(first) == [(1, "pagi 1"), (2, "pagi 1")]
        assert await claim(storage, owner=THEM) == []
        await start(storage, first[0], owner=US)
        assert await claim(storage, owner=THEM) == []
        await storage.advance((), [sent(first[0])], owner=US, now=NOW)
        assert shown(await claim(storage)) == [(1, "pagi 2")]

    async def test_a_later_part_waits_for_the_retry_of_the_earlier_one(self, storage: Storage) -> None:
        await queue_digest(storage, 1, parts=2)
        [message] = await claim(storage)
        await storage.advance((), [later(message)], owner=US, now=NOW)
        assert await claim(storage) == []
        assert shown(await claim(storage, now=NOW + MINUTE)) == [(1, "pagi 1")]

    async def test_a_later_part_goes_on_after_a_dead_one(self, storage: Storage) -> None:
        await queue_digest(storage, 1, parts=2)
        [message] = await claim(storage)
        dead = OutboxRecord(message.id, OutboxState.DEAD, 1, 0, NOW, reason="ditolak")
        await storage.advance((), [dead], owner=US, now=NOW)
        assert shown(await claim(storage)) == [(1, "pagi 2")]

    async def test_breaking_news_goes_before_digests(self, storage: Storage) -> None:
        await queue_digest(storage, 1, 2)
        await queue_breaking(storage, 2, 3)
        assert shown(await claim(storage, limit=3)) == [(2, "Gempa"), (3, "Gempa"), (1, "pagi 1")]

    async def test_breaking_news_does_not_wait_for_a_digest_that_is_retried(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        [message] = await claim(storage)
        await storage.advance((), [later(message)], owner=US, now=NOW)
        await queue_breaking(storage, 1)
        assert shown(await claim(storage)) == [(1, "Gempa")]

    async def test_a_chat_with_a_message_on_its_way_gets_nothing_else(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        await queue_breaking(storage, 1)
        [breaking] = await claim(storage)
        assert await claim(storage, owner=THEM) == []
        await start(storage, breaking, owner=US)
        assert await claim(storage, owner=THEM) == []
        await storage.advance((), [sent(breaking)], owner=US, now=NOW)
        assert shown(await claim(storage, owner=THEM)) == [(1, "pagi 1")]

    async def test_a_chat_with_a_long_queue_does_not_crowd_out_the_others(self, storage: Storage) -> None:
        for number in range(6):
            await queue_digest(storage, 1, key=f"edisi {number}")
        await queue_digest(storage, 2, key="edisi terakhir")
        assert shown(await claim(storage, limit=2)) == [(1, "edisi 0 1"), (2, "edisi terakhir 1")]

    async def test_nothing_is_claimed_before_its_time_or_beyond_the_limit(self, storage: Storage) -> None:
        await queue_digest(storage, 1, 2, 3)
        assert await claim(storage, now=NOW - MINUTE) == []
        assert len(await claim(storage, limit=2)) == 2
        assert len(await claim(storage, limit=2)) == 1

    async def test_an_expired_lease_comes_back_as_it_was(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        [message] = await claim(storage)
        assert await claim(storage, owner=THEM, now=NOW + LEASE - MINUTE) == []
        [again] = await claim(storage, owner=THEM, now=NOW + LEASE)
        assert (again.id, again.attempts, again.ambiguous) == (message.id, 0, 0)

    async def test_an_expired_send_comes_back_as_ambiguous(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        for tries in (1, 2):
            [message] = await claim(storage, now=NOW + tries * LEASE)
            assert message.ambiguous == tries - 1
            assert await start(storage, message, owner=US)
        [message] = await claim(storage, now=NOW + 3 * LEASE)
        assert (message.attempts, message.ambiguous) == (0, 2)

    async def test_two_processes_never_claim_the_same_row(self, storage: Storage, open_again: OpenStorage) -> None:
        await queue_digest(storage, *range(1, 61))
        other = await open_again()
        claims = await asyncio.gather(
            *(claim(store, owner=owner, limit=10) for _ in range(4) for store, owner in ((storage, US), (other, THEM)))
        )
        ids = [message.id for messages in claims for message in messages]
        assert len(ids) == len(set(ids)) == 60

    async def test_editions_that_wait_together_get_equal_shares(self, storage: Storage) -> None:
        await queue_digest(storage, *range(1, 101), key="besar")
        await queue_digest(storage, *range(101, 111), key="kecil")
        first = await claim(storage, limit=10)
        assert [message.body.html for message in first].count("kecil 1") == 5
        assert len(await claim(storage, limit=40)) == 40  # what the small one does not use goes to the big one

    async def test_every_edition_has_its_turn_where_there_are_more_than_one_claim_takes(self, storage: Storage) -> None:
        for number in range(60):
            await queue_digest(storage, *range(10 * number, 10 * number + 10), key=f"edisi {number}")
        claimed = [message for _ in range(2) for message in await claim(storage, limit=50)]
        assert len({message.source_id for message in claimed}) == 60

    async def test_a_chat_gets_its_older_edition_first(self, storage: Storage) -> None:
        await queue_digest(storage, 1, 2, 3, key="pagi")
        await queue_digest(storage, 3, 2, 1, key="siang")
        assert {html for _, html in shown(await claim(storage, limit=4))} == {"pagi 1"}

    async def test_a_newer_edition_does_not_wait_for_the_retry_of_an_older_one(self, storage: Storage) -> None:
        await queue_digest(storage, 1, key="pagi")
        [message] = await claim(storage)
        await storage.advance((), [later(message)], owner=US, now=NOW)
        await queue_digest(storage, 1, key="siang")
        assert shown(await claim(storage)) == [(1, "siang 1")]

    async def test_a_late_record_of_an_earlier_try_by_the_same_process_changes_nothing(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        [first] = await claim(storage)
        await start(storage, first)
        [second] = await claim(storage, now=NOW + LEASE)  # the clock went forward while the request was on its way
        assert await start(storage, second)
        await storage.advance((), [later(first)], owner=US, now=NOW + LEASE)
        assert await claim(storage, now=NOW + LEASE + MINUTE / 2) == []
        await storage.advance((), [sent(second)], owner=US, now=NOW + LEASE)
        assert await storage.outbox_counts() == OutboxCounts(sent=1)

    async def test_that_a_message_arrived_counts_however_late_it_is_known(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        [message] = await claim(storage)
        await start(storage, message)
        [theirs] = await claim(storage, owner=THEM, now=NOW + LEASE)
        await storage.advance((), [sent(message, 77)], owner=US, now=NOW + LEASE)
        assert not await start(storage, theirs, owner=THEM)  # no second copy
        assert await storage.outbox_counts() == OutboxCounts(sent=1)


class QuietContract:
    async def test_a_reader_gets_nothing_in_quiet_hours_and_everything_after_them(self, storage: Storage) -> None:
        await queue_digest(storage, 1, 2)
        await storage.save_subscriber(replace(subscriber(1), quiet=QUIET))
        night = datetime.combine(NOW.date(), time(16, 30), UTC)  # 23.30 in Jakarta
        [awake] = await claim(storage, now=night)
        assert awake.chat_id == 2
        await storage.advance((), [sent(awake)], owner=US, now=night)
        assert await claim(storage, now=night + timedelta(hours=5, minutes=29)) == []
        assert shown(await claim(storage, now=night + timedelta(hours=5, minutes=30))) == [(1, "pagi 1")]

    async def test_urgent_breaking_news_breaks_the_quiet_and_other_breaking_news_waits(self, storage: Storage) -> None:
        await storage.save_subscriber(replace(subscriber(1), quiet=QUIET))
        night = datetime.combine(NOW.date(), time(17), UTC)
        for title, urgent in (("Pelantikan", False), ("Tsunami", True)):
            item = await storage.add_broadcast(editor_id=1, title=title, text="I", url=None, outlet="", now=NOW)
            await storage.queue_broadcast(item.id, [OutboxDraft(1, 1, MessageBody(title), urgent=urgent)], NOW)
        assert shown(await claim(storage, now=night)) == [(1, "Tsunami")]

    async def test_many_readers_who_sleep_do_not_hold_up_the_one_who_is_awake(
        self, storage: Storage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(claims, "PUT_OFF", 3)
        await queue_digest(storage, *range(1, 9))
        for chat_id in range(1, 8):
            await storage.save_subscriber(replace(subscriber(chat_id), quiet=QUIET))
        night = datetime.combine(NOW.date(), time(17), UTC)
        claimed = [message for _ in range(3) for message in await claim(storage, now=night)]
        assert shown(claimed) == [(8, "pagi 1")]


class DeadLetterContract:
    async def _give_up(self, storage: Storage) -> list[int]:
        await queue_digest(storage, 1, 2, 3)
        dead, unknown, delivered = await claim(storage)
        records = [
            OutboxRecord(dead.id, OutboxState.DEAD, 2, 0, NOW, reason="Bad Request"),
            OutboxRecord(unknown.id, OutboxState.UNKNOWN, 0, 2, NOW, reason="Timed out"),
            sent(delivered),
        ]
        await storage.advance((), records, owner=US, now=NOW)
        return [dead.id, unknown.id]

    async def test_what_was_given_up_is_listed_with_its_reason(self, storage: Storage) -> None:
        dead, unknown = await self._give_up(storage)
        letters = await storage.dead_letters(limit=9)
        assert [(one.id, one.state, one.reason, one.html) for one in letters] == [
            (dead, OutboxState.DEAD, "Bad Request", "pagi 1"),
            (unknown, OutboxState.UNKNOWN, "Timed out", "pagi 1"),
        ]
        assert [one.id for one in await storage.dead_letters(limit=9, after=dead)] == [unknown]

    async def test_a_dead_letter_can_be_sent_again_with_all_its_tries(self, storage: Storage) -> None:
        dead, _ = await self._give_up(storage)
        assert all(letter.can_retry for letter in await storage.dead_letters(limit=9))
        assert await storage.retry_dead([dead], NOW) == 1
        [again] = await claim(storage)
        assert (again.id, again.attempts, again.ambiguous) == (dead, 0, 0)

    async def test_what_was_dropped_because_its_reader_left_is_never_sent_after_all(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        await storage.set_status(1, Status.STOPPED, NOW)
        [letter] = await storage.dead_letters(limit=9)
        assert not letter.can_retry
        assert await storage.retry_dead([letter.id], NOW) == 0
        assert await storage.retry_dead(None, NOW) == 0
        assert await claim(storage) == []

    async def test_dropping_takes_dead_letters_and_nothing_else(self, storage: Storage) -> None:
        dead, unknown = await self._give_up(storage)
        assert await storage.drop_dead([dead, dead + 99]) == 1
        assert await storage.drop_dead(None) == 1
        assert await storage.dead_letters(limit=9) == []
        assert await storage.outbox_counts() == OutboxCounts(sent=1)
        assert unknown

    async def test_dead_letters_are_kept_when_old_rows_are_pruned(self, storage: Storage) -> None:
        await self._give_up(storage)
        await storage.prune(NOW + timedelta(days=400))
        assert len(await storage.dead_letters(limit=9)) == 2


class RecordContract:
    async def test_sending_may_start_once_and_only_by_the_owner(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        [message] = await claim(storage)
        assert not await start(storage, message, owner=THEM)
        assert await start(storage, message, owner=US)
        assert not await start(storage, message, owner=US)

    async def test_nothing_starts_on_a_lease_that_has_run_out(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        [message] = await claim(storage)
        assert await storage.advance([message.id], (), owner=US, now=NOW + DAY) == set()

    async def test_what_was_sent_is_never_claimed_again(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        [message] = await claim(storage)
        await start(storage, message, owner=US)
        await storage.advance((), [sent(message)], owner=US, now=NOW + MINUTE)
        assert await claim(storage, now=NOW + DAY) == []
        assert await storage.outbox_counts() == OutboxCounts(sent=1)
        assert (await storage.health()).last_sent_at == NOW + MINUTE

    async def test_a_retry_keeps_its_counts(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        [message] = await claim(storage)
        record = OutboxRecord(message.id, OutboxState.PENDING, 3, 1, NOW + MINUTE, reason="jaringan")
        await storage.advance((), [record], owner=US, now=NOW)
        assert await claim(storage) == []
        [again] = await claim(storage, now=NOW + MINUTE)
        assert (again.attempts, again.ambiguous) == (3, 1)

    async def test_a_late_record_of_a_lost_lease_changes_nothing(self, storage: Storage) -> None:
        await queue_digest(storage, 1)
        [message] = await claim(storage)
        [theirs] = await claim(storage, owner=THEM, now=NOW + LEASE)
        await storage.advance((), [later(message, attempts=7)], owner=US, now=NOW)
        assert await start(storage, theirs, owner=THEM)
        await storage.advance((), [sent(theirs)], owner=THEM, now=NOW)
        await storage.advance((), [later(theirs)], owner=THEM, now=NOW)
        assert await storage.outbox_counts() == OutboxCounts(sent=1)

    async def test_nothing_to_record_is_no_mistake(self, storage: Storage) -> None:
        await storage.advance((), [], owner=US, now=NOW)

    async def test_release_gives_back_what_is_not_on_its_way(self, storage: Storage) -> None:
        await queue_digest(storage, 1, 2, 3)
        first, second = await claim(storage, limit=2)
        [third] = await claim(storage, owner=THEM)
        await start(storage, first, owner=US)
        await storage.release(owner=US)
        assert [message.id for message in await claim(storage)] == [second.id]
        assert await start(storage, third, owner=THEM)

    async def test_counts_are_by_source_or_of_all(self, storage: Storage) -> None:
        edition_id = await queue_digest(storage, 1, 2, 3, 4)
        broadcast_id = await queue_breaking(storage, 5)
        await storage.set_status(1, Status.STOPPED, NOW)
        messages = await claim(storage, limit=4)
        states = [OutboxState.SENT, OutboxState.UNKNOWN, OutboxState.DEAD]
        records = [
            OutboxRecord(message.id, state, 0, 0, NOW) for message, state in zip(messages[:3], states, strict=True)
        ]
        await storage.advance((), records, owner=US, now=NOW)
        assert await storage.outbox_counts(OutboxKind.BREAKING, broadcast_id) == OutboxCounts(sent=1)
        assert await storage.outbox_counts(OutboxKind.DIGEST, edition_id) == OutboxCounts(pending=1, dead=2, unknown=1)
        assert (await storage.outbox_counts(OutboxKind.DIGEST)).total == 4
        assert (await storage.outbox_counts()).total == 5
        assert await storage.outbox_counts(OutboxKind.DIGEST, 999) == OutboxCounts()
