"""What waits in the outbox goes out, whatever Telegram answers: real storage, real HTTP, the sandbox's faults."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.__main__ import serve
from bot.errors import DatabaseBrokenError, DatabaseBusyError, SettingError
from bot.models import (
    ChatKind,
    MessageBody,
    OutboxDraft,
    OutboxKind,
    OutboxRecord,
    OutboxState,
    Result,
    Schedule,
    SendOutcome,
    Status,
)
from bot.sandbox import MovableClock, Sandbox
from bot.sandbox.faults import Fault
from bot.sandbox.people import User
from bot.services import journal
from bot.services.delivery import LEASE, Delivery
from bot.storage import open_storage
from bot.storage.outbox import OutboxQueries
from tests.e2e.world import AYU, BIMA, GROUP, RATNA, SOON, World, eventually, running_bot, settings_for
from tests.records import NOW, new_article, subscriber

CROWD = tuple(range(3001, 3011))
FIRST = "Kabar pertama"


@dataclass(frozen=True, slots=True)
class Row:
    chat_id: int
    state: str
    attempts: int
    ambiguous: int
    reason: str | None


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.delivery.RETRY_BASE", timedelta(milliseconds=10))
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else a RetryAfter warns


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[World]:
    """Readers who know the bot, and a bot that is not at work yet."""
    clock = MovableClock(NOW)
    sandbox = Sandbox(clock=clock)
    sandbox.populate_demo()
    for reader in CROWD:
        sandbox.add_user(User(reader, f"Pembaca {reader}"))
    async with sandbox:
        settings = settings_for(sandbox, tmp_path)
        storage = await open_storage(settings.database_url)
        try:
            for reader in (AYU, BIMA, *CROWD):
                await sandbox.send(reader, "/bantuan")  # whoever never wrote to a bot cannot be written to
                await storage.save_subscriber(subscriber(reader, due=NOW + timedelta(days=1)))
            yield World(sandbox, storage, clock, settings)
        finally:
            await storage.close()


async def forget_updates(world: World) -> None:
    """What happened in the sandbox so far is not told to the bot: it learns it by sending."""
    async with aiohttp.ClientSession() as session:
        url = f"{world.sandbox.api_url}{world.sandbox.token}/deleteWebhook"
        async with session.post(url, data={"drop_pending_updates": "true"}) as response:
            assert response.status == 200


async def queue(world: World, chats: Iterable[int], html: str = FIRST) -> int:
    """Put one message for each chat into the outbox; the id of the item they belong to."""
    item = await world.storage.add_broadcast(
        editor_id=RATNA, title=html, text=html, url=None, outlet="", now=world.clock()
    )
    drafts = [OutboxDraft(chat_id, 1, MessageBody(html)) for chat_id in chats]
    assert await world.storage.queue_broadcast(item.id, drafts, world.clock())
    return item.id


async def deliver(world: World) -> None:
    """Let the bot work until nothing waits."""

    async def is_done() -> bool:
        counts = await world.storage.outbox_counts()
        return counts.total > 0 and counts.pending == 0

    await forget_updates(world)
    async with running_bot(world.settings, world.clock):
        await eventually(is_done)


def rows(world: World) -> dict[int, Row]:
    """The outbox as it stands in the file, by chat (with one row for each)."""
    connection = sqlite3.connect(world.settings.database_url.partition(":///")[2])
    try:
        found = connection.execute("SELECT chat_id, state, attempts, ambiguous, reason FROM outbox").fetchall()
    finally:
        connection.close()
    return {values[0]: Row(*values) for values in found}


def copies(world: World, text: str = FIRST) -> Counter[int]:
    """How often a text has arrived in each chat."""
    return Counter(delivery.chat_id for delivery in world.sandbox.deliveries if delivery.text == text)


async def test_a_reader_who_blocked_the_bot_becomes_inactive_and_the_others_get_theirs(stage: World) -> None:
    schedule = Schedule()
    await stage.storage.save_subscriber(
        subscriber(BIMA, due=NOW + timedelta(days=1), schedule=schedule, topics=frozenset({"ekonomi"}), language="en")
    )
    stage.sandbox.block(BIMA)
    await queue(stage, (AYU, BIMA, *CROWD))
    await deliver(stage)
    assert copies(stage) == dict.fromkeys((AYU, *CROWD), 1)
    gone = await stage.storage.subscriber(BIMA)
    assert gone is not None
    assert (gone.status, gone.next_digest_at) == (Status.BLOCKED, None)
    assert (gone.schedule, gone.topics, gone.language) == (schedule, {"ekonomi"}, "en")
    row = rows(stage)[BIMA]
    assert row.state == "dead"
    assert "blocked" in (row.reason or "")


async def test_a_group_that_moved_gets_its_digest_in_the_new_chat(
    stage: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bot.services.delivery")
    await stage.storage.save_articles([new_article()], NOW)
    await stage.storage.save_subscriber(subscriber(GROUP, kind=ChatKind.GROUP, topics=frozenset({"daerah"})))
    new_id = stage.sandbox.migrate_group(GROUP)
    await deliver(stage)
    assert "migrated" in caplog.text  # told by the answer to the digest, not by an update
    [digest] = [delivery for delivery in stage.sandbox.deliveries if "Edisi" in delivery.text]
    assert digest.chat_id == new_id
    assert await stage.storage.subscriber(GROUP) is None
    moved = await stage.storage.subscriber(new_id)
    assert moved is not None
    assert (moved.status, moved.topics) == (Status.ACTIVE, {"daerah"})
    assert moved.next_digest_at is not None


async def test_a_flood_limit_delays_and_spends_no_attempt(stage: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="bot.services.delivery")
    stage.sandbox.faults.add(Fault("429", method="sendMessage", retry_after=1))
    await queue(stage, CROWD)
    await deliver(stage)
    assert copies(stage) == dict.fromkeys(CROWD, 1)
    assert " later " in caplog.text
    assert {(row.state, row.attempts, row.ambiguous) for row in rows(stage).values()} == {("sent", 0, 0)}


async def test_a_connection_cut_before_the_message_was_read_costs_nobody_a_message(stage: World) -> None:
    stage.sandbox.faults.add(Fault("cut_before", method="sendMessage", chat_id=AYU))
    await queue(stage, (AYU, BIMA))
    await deliver(stage)
    assert copies(stage) == {AYU: 1, BIMA: 1}
    assert (rows(stage)[AYU].state, rows(stage)[AYU].ambiguous) == ("sent", 1)


async def test_a_message_whose_answers_are_cut_off_arrives_twice_at_most(stage: World) -> None:
    stage.sandbox.faults.add(Fault("cut_after", method="sendMessage", chat_id=AYU, times=None))
    await queue(stage, (AYU, BIMA))
    await deliver(stage)
    assert copies(stage) == {AYU: 2, BIMA: 1}
    assert rows(stage)[AYU].state == "unknown"


async def test_an_error_of_the_server_is_tried_again(stage: World) -> None:
    stage.sandbox.faults.add(Fault("500", method="sendMessage", chat_id=AYU))
    await queue(stage, (AYU, BIMA))
    await deliver(stage)
    assert copies(stage) == {AYU: 1, BIMA: 1}
    assert (rows(stage)[AYU].state, rows(stage)[AYU].attempts) == ("sent", 1)


async def test_a_message_that_telegram_rejects_is_dead_and_never_tried_again(
    stage: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bot.services.delivery")
    await queue(stage, [AYU], "<b>tidak ditutup")
    await queue(stage, [BIMA])
    await deliver(stage)
    await queue(stage, CROWD)
    await deliver(stage)
    assert copies(stage) == dict.fromkeys((BIMA, *CROWD), 1)
    row = rows(stage)[AYU]
    assert (row.state, row.attempts) == ("dead", 0)
    assert "parse entities" in (row.reason or "")
    assert caplog.text.count("rejected") == 1
    reader = await stage.storage.subscriber(AYU)
    assert reader is not None
    assert reader.status is Status.ACTIVE


async def test_a_stop_leaves_each_message_sent_once_or_waiting(stage: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.serve.IN_FLIGHT", 2)
    stage.sandbox.faults.add(Fault("delay", method="sendMessage", times=None, seconds=0.2))
    await forget_updates(stage)
    item = await queue(stage, CROWD)

    async def has_begun() -> bool:
        return bool(stage.sandbox.deliveries)

    async with running_bot(stage.settings, stage.clock):
        await eventually(has_begun)
    counts = await stage.storage.outbox_counts(OutboxKind.BREAKING, item)
    assert counts.sent > 0
    assert counts.pending > 0
    for chat_id, row in rows(stage).items():
        assert (row.state, copies(stage)[chat_id]) in (("sent", 1), ("pending", 0))

    stage.sandbox.faults.clear()
    await deliver(stage)  # the next process
    assert copies(stage) == dict.fromkeys(CROWD, 1)


async def test_a_busy_database_costs_nobody_a_message(stage: World, monkeypatch: pytest.MonkeyPatch) -> None:
    really = OutboxQueries.advance
    tries: list[int] = []

    async def busy_at_first(
        queries: OutboxQueries, starting: Collection[int], records: Sequence[OutboxRecord], **given: Any
    ) -> set[int]:
        tries.extend(starting)
        if tries and tries == list(starting):
            raise DatabaseBusyError("database_busy")
        return await really(queries, starting, records, **given)

    monkeypatch.setattr(OutboxQueries, "advance", busy_at_first)
    await queue(stage, CROWD)
    await deliver(stage)  # the row comes back with the next tick, not when its lease runs out
    assert tries.count(tries[0]) == 2
    assert copies(stage) == dict.fromkeys(CROWD, 1)


async def test_what_was_sent_while_the_disk_is_full_is_written_down_when_it_no_longer_is(
    stage: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = OutboxQueries.advance
    refused: list[OutboxRecord] = []

    async def full_for_a_while(
        queries: OutboxQueries, starting: Collection[int], records: Sequence[OutboxRecord], **given: Any
    ) -> set[int]:
        if records and len(refused) < 3:
            refused.extend(records)
            raise DatabaseBrokenError("database_full")
        return await really(queries, starting, records, **given)

    monkeypatch.setattr(OutboxQueries, "advance", full_for_a_while)
    monkeypatch.setattr(journal, "TRY_AGAIN", 0.01)
    await queue(stage, CROWD)
    await deliver(stage)
    assert refused
    assert copies(stage) == dict.fromkeys(CROWD, 1)
    assert {(row.state, row.ambiguous) for row in rows(stage).values()} == {("sent", 0)}


class SlowSender:
    """Sends to nowhere; to one chat not before it is told to."""

    def __init__(self, slow_for: int | None = None) -> None:
        self.sent: list[int] = []
        self.may_end = asyncio.Event()
        self._slow_for = slow_for

    def pause_seconds(self) -> float:
        return 0.0

    async def send(
        self, chat_id: int, body: MessageBody, *, before: Callable[[], Awaitable[None]] | None = None
    ) -> SendOutcome:
        assert before is not None
        await before()
        self.sent.append(chat_id)
        if chat_id == self._slow_for:
            await self.may_end.wait()
        return SendOutcome(Result.SENT, message_id=len(self.sent))


async def test_an_outcome_that_could_not_be_written_goes_before_every_later_start(
    stage: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a kill would find more messages that have arrived and are not written than may be in flight."""
    really = OutboxQueries.advance
    refused: set[int] = set()
    late: list[set[int]] = []

    async def busy_once(
        queries: OutboxQueries, starting: Collection[int], records: Sequence[OutboxRecord], **given: Any
    ) -> set[int]:
        told = {record.id for record in records}
        if records and not refused:
            # Only what became of sends: the starts of the next ones come afterwards.
            refused.update(told)
            raise DatabaseBusyError("database_locked")
        if refused and starting and not late:
            late.append(refused - told)
        return await really(queries, starting, records, **given)

    monkeypatch.setattr(OutboxQueries, "advance", busy_once)
    log = journal.Journal(stage.storage, stage.clock, owner="w", patience=timedelta(seconds=5))
    await queue(stage, CROWD)
    messages = await stage.storage.claim_due(stage.clock(), owner="w", limit=4, lease=LEASE)
    first, second = messages[:2]
    assert await log.start(first.id)
    recorded = log.record(OutboxRecord(first.id, OutboxState.SENT, 0, 0, NOW, 500))
    while not refused:
        await asyncio.sleep(0)
    assert await log.start(second.id)
    await recorded
    assert late == [set()]


async def test_a_delivery_that_is_broken_off_while_it_claims_leaves_nothing_leased(stage: World) -> None:
    await queue(stage, CROWD)
    delivery = Delivery(stage.storage, SlowSender(), stage.clock, owner="w", spread=lambda: 0.5)
    other = sqlite3.connect(stage.settings.database_url.partition(":///")[2], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # the claim has to wait for it
    run = asyncio.create_task(delivery.deliver_due())
    await asyncio.sleep(0.05)
    run.cancel()
    asyncio.get_running_loop().call_later(0.1, other.execute, "ROLLBACK")
    await asyncio.wait({run})
    other.close()
    assert {row.state for row in rows(stage).values()} == {"pending"}


async def test_new_messages_do_not_wait_for_one_slow_send(stage: World) -> None:
    slow, news = CROWD[:1], CROWD[1:]
    sender = SlowSender(slow_for=slow[0])
    delivery = Delivery(stage.storage, sender, stage.clock, owner="w", spread=lambda: 0.5)
    await queue(stage, slow)
    run = asyncio.create_task(delivery.deliver_due())
    async with asyncio.timeout(SOON):
        while sender.sent != list(slow):
            await asyncio.sleep(0.01)
        await queue(stage, news)
        while len(sender.sent) < len(CROWD):
            await asyncio.sleep(0.01)
    assert not run.done()
    sender.may_end.set()
    await run


@pytest.mark.parametrize(
    ("error", "key"), [(InvalidToken("Unauthorized"), "token_wrong"), (Conflict("terminated"), "telegram_conflict")]
)
async def test_a_token_that_is_refused_while_sending_ends_the_bot_and_loses_nothing(
    error: TelegramError, key: str, stage: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def refused(*_: Any, **__: Any) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(ExtBot, "send_message", refused)
        await forget_updates(stage)
        await queue(stage, CROWD)
        with pytest.raises(SettingError, match=key):
            await asyncio.wait_for(serve(stage.settings, stage.clock, asyncio.Event()), SOON)
    assert "Traceback" not in caplog.text
    assert {(row.state, row.attempts, row.ambiguous) for row in rows(stage).values()} == {("pending", 0, 0)}
    await deliver(stage)
    assert copies(stage) == dict.fromkeys(CROWD, 1)
