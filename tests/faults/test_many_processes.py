"""A day of Sari as seven processes on PostgreSQL: kills of each kind, restarts of the database, and the ledger."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path

from tests.faults.many import FIRST_READER, PATIENCE, World, many_processes
from tests.faults.stages import PAST_LEASE

READERS = 24
STEPS = (1, 1, 3, 2, 3, 3)
"""Hours, from half past five in the morning until half past six in the evening: a reader's three editions."""
EDITIONS = (1, 3, 5)
"""The steps in which editions go out."""
UNFINISHED = "state IN ('pending', 'leased', 'sending')"


async def test_a_day_with_kills_and_restarts_of_the_database_loses_nothing(tmp_path: Path) -> None:
    async with many_processes(tmp_path, readers=READERS) as world:
        asked: list[tuple[int, str]] = []
        await subscribe(world)
        for step, hours in enumerate(STEPS):
            before = len(await sent(world))
            world.clock.jump(timedelta(hours=hours))
            await ask(world, asked, step)
            if step in EDITIONS:
                await world.until(lambda before=before: has_begun(world, before), "editions go out")  # type: ignore[misc]
            else:
                await asyncio.sleep(0.1 * (step % 4))
            await break_something(world, step)
            await world.until(lambda: is_idle(world), f"what was due at step {step} is done")
        await check(world, asked)


async def subscribe(world: World) -> None:
    readers = range(FIRST_READER, FIRST_READER + READERS)
    await world.until(lambda: leads(world), "somebody leads")
    for reader in readers:
        await world.sandbox.send(reader, "/start")
    for reader in readers:
        await world.sandbox.wait_message(reader, contains="Selamat datang", timeout=PATIENCE)
        await world.sandbox.send(reader, "/jadwal 07.00 12.00 18.00")


async def leads(world: World) -> bool:
    return bool(world.team.reigns())


async def ask(world: World, asked: list[tuple[int, str]], step: int) -> None:
    """Some readers search for a word of their own, which the answer names."""
    for number in range(6):
        reader, word = FIRST_READER + (step * 6 + number) % READERS, f"kata{step}x{number}"
        asked.append((reader, word))
        await world.sandbox.send(reader, f"/cari {word}")


async def break_something(world: World, step: int) -> None:
    """While the work of this step is under way."""
    match step:
        case 1:
            await world.team.kill(world.team.reigns()[-1][1])
            world.clock.jump(PAST_LEASE)  # what it had on its way waits for that
        case 2:
            await asyncio.gather(*(world.team.kill(name) for name in ("receive1", "worker1", "worker2")))
        case 3:
            await world.restart_database(orderly=True)
        case 4:
            await world.team.kill("receive2")
            await world.cut_connections()
        case 5:
            await world.restart_database(orderly=False)


async def has_begun(world: World, before: int) -> bool:
    """Whether more is sent than before; all of an edition takes seconds."""
    return len(await sent(world)) > before


async def sent(world: World) -> set[tuple[int, int]]:
    """The chat and the message of what the outbox says has arrived."""
    return set(await world.query("SELECT chat_id, message_id FROM outbox WHERE state = 'sent'"))


async def is_idle(world: World) -> bool:
    """Nothing is due any more: no feed, no article, no reader, no message, no update."""
    now = world.clock()
    moment = f"'{now.replace(tzinfo=None).isoformat(sep=' ')}'"
    [counts] = await world.query(f"""
        SELECT (SELECT count(*) FROM feeds WHERE next_check_at <= {moment}),
               (SELECT count(*) FROM articles WHERE digest_engine IS NULL OR story_id IS NULL),
               (SELECT count(*) FROM subscribers WHERE status = 'active' AND next_digest_at <= {moment}),
               (SELECT count(*) FROM outbox WHERE {UNFINISHED} AND not_before <= {moment}),
               (SELECT count(*) FROM inbox WHERE handled_at IS NULL)
    """)
    return set(counts) == {0}


async def check(world: World, asked: list[tuple[int, str]]) -> None:
    """The ledger of the other side against what the database says."""
    said = Counter((delivery.chat_id, delivery.text) for delivery in world.sandbox.deliveries)
    for reader, word in asked:
        answers = sum(count for (chat, text), count in said.items() if chat == reader and word in text)
        assert 1 <= answers <= 2, f"{word}: {answers}"
    rows = await world.query("SELECT state, count(*) FROM outbox GROUP BY state")
    assert {state for state, _ in rows} <= {"sent", "unknown"}, rows
    arrived = {(delivery.chat_id, delivery.message_id) for delivery in world.sandbox.deliveries}
    assert await sent(world) <= arrived
    editions = await world.query("SELECT chat_id, count(DISTINCT source_id) FROM outbox GROUP BY chat_id")
    assert len(editions) == READERS
    assert {count for _, count in editions} == {3}
    assert max(said.values()) <= 2, said.most_common(1)
    [(articles, urls, told)] = await world.query("SELECT count(*), count(DISTINCT url), count(story_id) FROM articles")
    assert articles == urls == told > 20
    tracebacks = {name: text for name in world.team.processes if "Traceback" in (text := world.team.said(name))}
    assert not tracebacks
