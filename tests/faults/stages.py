"""Stages of the proof: a day of the outbox on which one kind of trouble, or all of it, happens."""

from __future__ import annotations

import asyncio
import itertools
import struct
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from bot.errors import StorageError
from bot.models import MessageBody, OutboxDraft
from bot.services.delivery import IN_FLIGHT, LEASE
from bot.storage import open_storage
from bot.storage.sql import SqlStorage
from bot.storage.tables import subscribers
from bot.telegram.limiter import FREE
from tests.faults.audit import Bounds, Figure, Trouble, audit, read_rows
from tests.faults.clock import SharedClock
from tests.faults.databases import PostgresTarget, RestartableTarget, SqliteTarget, Target
from tests.faults.sender_process import Sender, Task
from tests.faults.telegram_server import FAIR, STORM, FaultyTelegram, Weather
from tests.records import subscriber

PAST_LEASE: Final = LEASE + timedelta(minutes=1)
LOOK_EVERY: Final = 0.2
"""Seconds between two looks at what is left."""
STALLED: Final = 1.5
"""Seconds without a request after which the clock is moved on: what is left waits for a lease or a pause to end."""
PATIENCE: Final = 900.0
"""Seconds after which a stage is given up."""


class Stage:
    """A database, a server, a clock and senders; what was done to them is written down in ``trouble``."""

    def __init__(self, folder: Path, target: Target, storage: SqlStorage, server: FaultyTelegram, seed: int) -> None:
        self.target = target
        self.storage = storage
        self.server = server
        self.trouble = Trouble()
        self.random = Random(seed)
        self.clock = SharedClock(folder / "clock")
        self.queued: list[tuple[int, str]] = []
        self.senders: list[Sender] = []
        self._one_outage = asyncio.Lock()
        self._starts = folder / "starts"
        self._tasks: set[asyncio.Task[None]] = set()
        self._task = Task("", target.url, server.api_url, folder / "clock", self._starts, folder / "sender.log")

    async def queue(self, title: str, chats: Iterable[int], *, parts: int = 1) -> None:
        """Put a message of so many parts into the outbox of each chat."""
        item = await self.storage.add_broadcast(
            editor_id=1, title=title, text=title, url=None, outlet="", now=self.clock()
        )
        texts = [f"{title}, bagian {part}" for part in range(1, parts + 1)]
        bodies = [MessageBody(text) for text in texts]
        drafts = [OutboxDraft(chat, part, body) for chat in chats for part, body in enumerate(bodies, start=1)]
        assert await self.storage.queue_broadcast(item.id, drafts, self.clock())
        self.queued += [(draft.chat_id, draft.body.html) for draft in drafts]

    def start_sender(self, **changes: Any) -> None:
        """One more sender, with a name of its own as each process has."""
        owner = f"pengirim-{len(self.trouble.kills)}-{len(self.senders)}-{self.random.random()}"
        self.senders.append(Sender(replace(self._task, owner=owner, **changes)))

    def plan(self, requests: Sequence[int], action: Callable[[], object]) -> None:
        """Do something while the n-th requests are under way."""
        for number in requests:
            self.server.at_request(number, action)

    def kill_soon(self) -> None:
        """``kill -9`` one of the senders at any moment of the next hundredths of a second, and start another."""
        asyncio.get_running_loop().call_later(self.random.random() * 0.05, self._kill)

    def jump(self, step: timedelta) -> None:
        """Set the clock of all processes forward or back."""
        self.clock.jump(step)
        self.trouble.jumps.append(time.monotonic())

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something to the database meanwhile, after whatever else is being done to it."""
        task = asyncio.get_running_loop().create_task(self._do_outage(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _do_outage(self, work: Coroutine[Any, Any, None]) -> None:
        async with self._one_outage:
            self.trouble.outages.append(time.monotonic())
            await work

    async def wait_done(self) -> None:
        """Until nothing waits in the outbox; whenever nothing moves, the clock is set past leases and pauses."""
        seen, since = -1, time.monotonic()
        async with asyncio.timeout(PATIENCE):
            while await self._is_something_left():
                await asyncio.sleep(LOOK_EVERY)
                for sender in self.senders:
                    assert sender.is_alive(), f"a sender has ended; see {sender.task.log}"
                requests = len(self.server.ledger.starts)
                if requests != seen:
                    seen, since = requests, time.monotonic()
                elif time.monotonic() > since + STALLED:
                    self.jump(PAST_LEASE)
                    since = time.monotonic()
            if self._tasks:
                await asyncio.wait(self._tasks)

    async def _is_something_left(self) -> bool:
        try:
            return (await self.storage.outbox_counts()).pending > 0
        except StorageError:  # a connection of this process, too, can be cut
            return True

    async def figures(self, bounds: Bounds) -> list[Figure]:
        """What came of it; the senders are stopped first."""
        for sender in self.senders:
            assert await sender.stop() == 0
        self.senders.clear()
        stamps = self._starts.read_bytes()
        starts = [moment for (moment,) in struct.iter_unpack("d", stamps[: len(stamps) // 8 * 8])]
        rows = await read_rows(self.storage)
        integrity = await self.target.integrity()
        return audit(self.queued, rows, self.server, self.trouble, bounds, starts, integrity)

    def close(self) -> None:
        """Leave no process behind."""
        for sender in self.senders:
            sender.kill()
        self.clock.close()

    def _kill(self) -> None:
        victim = self.senders.pop(self.random.randrange(len(self.senders)))
        self.trouble.kills.append(time.monotonic())
        victim.kill()
        self.start_sender(rate=victim.task.rate, in_flight=victim.task.in_flight)


@asynccontextmanager
async def open_stage(
    folder: Path, target: Target, *, seed: int, readers: int, weather: Weather = FAIR
) -> AsyncIterator[Stage]:
    """A stage whose readers have the chats 1 to ``readers``."""
    storage = await open_storage(target.url, busy_timeout=30)
    try:
        await _add_readers(storage, readers)
        async with FaultyTelegram(seed, weather) as server:
            stage = Stage(folder, target, storage, server, seed)
            try:
                yield stage
            finally:
                stage.close()
    finally:
        await storage.close()


async def storm(
    folder: Path, target: Target, *, seed: int, readers: int, kills: int, rate: int, in_flight: int = IN_FLIGHT
) -> list[Figure]:
    """Everything at once: errors, cuts, floods, blocked readers, slow answers, kills, a clock that jumps."""
    async with open_stage(folder, target, seed=seed, readers=readers, weather=STORM) as stage:
        chats = range(1, readers + 1)
        await stage.queue("Edisi pagi", chats, parts=2)
        await stage.queue("Edisi kecil", range(1, readers, 10))
        certain = int(len(stage.queued) * 0.95)  # requests that come in any case
        moments = stage.random.sample(range(1, certain), kills + kills // 2)
        stage.plan(moments[:kills], stage.kill_soon)
        for number in moments[kills:]:
            step = timedelta(minutes=stage.random.choice((-10, -1, 1, 10)))
            stage.plan([number], lambda step=step: stage.jump(step))  # type: ignore[misc]
        stage.start_sender(rate=rate, in_flight=in_flight)
        await stage.wait_done()
        return await stage.figures(Bounds(in_flight=in_flight, rate=rate, slack=0.1))


async def limits(
    folder: Path,
    target: Target,
    *,
    seed: int,
    readers: int,
    kills: int,
    slack: float,
    rate: int = FREE,
    in_flight: int = IN_FLIGHT,
) -> list[Figure]:
    """No more starts in any second than the limit, also when the sender is killed in between."""
    async with open_stage(folder, target, seed=seed, readers=readers) as stage:
        await stage.queue("Edisi pagi", range(1, readers + 1))
        stage.plan(stage.random.sample(range(1, readers), kills), stage.kill_soon)
        stage.start_sender(rate=rate, in_flight=in_flight)
        await stage.wait_done()
        return await stage.figures(Bounds(in_flight=in_flight, rate=rate, slack=slack))


async def stops(folder: Path, target: Target, *, seed: int, readers: int, times: int, rate: int) -> list[Figure]:
    """Orderly stops: SIGTERM doubles nothing, and nothing has to wait for a lease."""
    async with open_stage(folder, target, seed=seed, readers=readers) as stage:
        await stage.queue("Edisi pagi", range(1, readers + 1), parts=2)
        for number in range(1, times + 1):
            reached = asyncio.Event()
            stage.plan([len(stage.server.ledger.starts) + 1 + stage.random.randrange(readers // times)], reached.set)
            stage.start_sender(rate=rate)
            await asyncio.wait_for(reached.wait(), PATIENCE)
            assert await stage.senders.pop().stop() == 0, f"stop {number}"
        stage.start_sender(rate=rate)
        await stage.wait_done()
        return await stage.figures(Bounds(in_flight=0, rate=rate, slack=0.1))


async def race(folder: Path, target: Target, *, seed: int, readers: int, jumps: int, rate: int) -> list[Figure]:
    """Two senders on one outbox whose leases run out while messages are on their way."""
    weather = Weather(slow=0.5, cut=0.03, flood=0.005, slow_seconds=0.3)
    async with open_stage(folder, target, seed=seed, readers=readers, weather=weather) as stage:
        await stage.queue("Edisi pagi", range(1, readers + 1), parts=2)
        moments = stage.random.sample(range(1, int(readers * 1.9)), jumps)
        stage.plan(moments, lambda: stage.jump(PAST_LEASE))
        for _ in range(2):
            stage.start_sender(rate=rate)
        await stage.wait_done()
        return await stage.figures(Bounds(in_flight=IN_FLIGHT, rate=rate, senders=2))


async def locked(folder: Path, target: Target, *, seed: int, readers: int, times: int, rate: int) -> list[Figure]:
    """Another program writes for longer than the sender waits."""
    return await _outages(
        folder, target, seed, readers, times, rate, lambda stage: target.hold_lock(1.0), busy_timeout=0.2
    )


async def cut_off(
    folder: Path, target: PostgresTarget, *, seed: int, readers: int, times: int, rate: int
) -> list[Figure]:
    """All connections end, and the server is there at once, as behind a pooler that was restarted."""
    return await _outages(folder, target, seed, readers, times, rate, lambda stage: target.cut_connections())


async def restarts(
    folder: Path, target: RestartableTarget, *, seed: int, readers: int, times: int, rate: int
) -> list[Figure]:
    """The server of the database stops in good order and fails, by turns, and is started again."""
    orderly = itertools.cycle((True, False))
    return await _outages(
        folder, target, seed, readers, times, rate, lambda stage: target.restart(orderly=next(orderly))
    )


async def full(folder: Path, target: SqliteTarget, *, seed: int, readers: int, times: int, rate: int) -> list[Figure]:
    """The disk is full for a while."""
    return await _outages(
        folder, target, seed, readers, times, rate, lambda stage: target.fill_disk(stage.senders[0].pid, 1.0)
    )


async def _outages(
    folder: Path,
    target: Target,
    seed: int,
    readers: int,
    times: int,
    rate: int,
    outage: Callable[[Stage], Coroutine[Any, Any, None]],
    **changes: Any,
) -> list[Figure]:
    async with open_stage(folder, target, seed=seed, readers=readers) as stage:
        await stage.queue("Edisi pagi", range(1, readers + 1), parts=2)
        moments = stage.random.sample(range(1, int(readers * 1.9)), times)
        stage.plan(moments, lambda: stage.start(outage(stage)))
        stage.start_sender(rate=rate, **changes)
        await stage.wait_done()
        return await stage.figures(Bounds(in_flight=IN_FLIGHT, rate=rate, slack=0.1))


async def _add_readers(storage: SqlStorage, readers: int) -> None:
    """Thousands at once, like the one that the storage wrote itself."""
    await storage.save_subscriber(subscriber(1, due=None))
    async with storage._database.write() as connection:
        first = (await connection.execute(subscribers.select())).mappings().one()
        rows = [{**first, "chat_id": chat} for chat in range(2, readers + 1)]
        await connection.execute(subscribers.insert(), rows)
