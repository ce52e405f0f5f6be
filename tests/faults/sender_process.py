"""The sender in a process of its own, which dies at once when somebody wants it to.

It has what ``sari run`` delivers with (storage, transport, limiter, sender, ``Delivery``) and nothing else, so that a
new one is at work a moment after the last one was killed. It is forked from a server that has imported everything.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import random
import signal
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from telegram.ext import ApplicationBuilder

from bot.errors import SariError
from bot.services.delivery import IN_FLIGHT, Delivery
from bot.storage import open_storage
from bot.telegram.limiter import FREE, TokenLimiter
from bot.telegram.sender import TelegramSender
from bot.telegram.transport import AiohttpRequest
from tests.faults.clock import SharedClock
from tests.faults.telegram_server import TOKEN

log = logging.getLogger("sender")

TICK: Final = 0.02
"""Seconds between two looks into the outbox; a second in the bot itself."""
PATIENCE: Final = 20.0
"""Seconds for an orderly stop."""

_FORKS: Final = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.faults.sender_process", "bot.storage.sql", "bot.storage.schema"])


@dataclass(frozen=True, slots=True)
class Task:
    """What a sender is told; everything that a process can be given."""

    owner: str
    database_url: str
    api_url: str
    clock: Path
    starts: Path
    """A file to which each start of a request is written, in seconds of the monotonic clock of the machine."""
    log: Path
    rate: int = FREE
    """Messages a second."""
    in_flight: int = IN_FLIGHT
    read_timeout: float = 2.0
    busy_timeout: float = 5.0


class Sender:
    """A living sender, seen from outside."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self._process = _FORKS.Process(target=_main, args=(task,), daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def kill(self) -> None:
        """``kill -9``, and wait until it is gone."""
        self._process.kill()
        self._process.join()
        self._process.close()

    async def stop(self) -> int:
        """SIGTERM, and wait until it has ended by itself. Gives the exit code."""
        os.kill(self.pid, signal.SIGTERM)
        await asyncio.to_thread(self._process.join, PATIENCE)
        code = self._process.exitcode
        if code is None:
            self.kill()
            raise AssertionError(f"no orderly end within {PATIENCE} s; see {self.task.log}")
        self._process.close()
        return code

    def is_alive(self) -> bool:
        return self._process.is_alive()


class StampedRequest(AiohttpRequest):
    """Writes down when each message starts, in a way that survives the process."""

    def __init__(self, starts: Path, *, connections: int, read_timeout: float) -> None:
        super().__init__(connections, read_timeout=read_timeout)
        self._starts = os.open(starts, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        if url.endswith("/sendMessage"):
            os.write(self._starts, struct.pack("d", time.monotonic()))
        return await super().do_request(url, *args, **kwargs)


def _main(task: Task) -> None:
    logging.basicConfig(
        filename=task.log, level="INFO", format="%(relativeCreated)d %(process)d %(name)s %(message)s", force=True
    )
    logging.raiseExceptions = False  # a full disk is full for the log, too
    os.environ["PTB_TIMEDELTA"] = "1"  # else a RetryAfter warns
    asyncio.run(_deliver(task))


async def _deliver(task: Task) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    parent = multiprocessing.parent_process()
    assert parent is not None
    loop.add_reader(parent.sentinel, stop.set)  # nobody is left who would stop this process
    storage = await open_storage(task.database_url, busy_timeout=task.busy_timeout)
    request = StampedRequest(task.starts, connections=128, read_timeout=task.read_timeout)
    builder = ApplicationBuilder().token(TOKEN).base_url(task.api_url).request(request)
    bot = builder.rate_limiter(TokenLimiter(task.rate)).build().bot
    await bot.initialize()
    clock = SharedClock(task.clock)
    delivery = Delivery(
        storage, TelegramSender(bot), clock, owner=task.owner, spread=random.random, in_flight=task.in_flight
    )
    ticks = asyncio.create_task(_tick(delivery, stop))
    await stop.wait()
    delivery.stop()
    await ticks
    await bot.shutdown()
    await storage.close()


async def _tick(delivery: Delivery, stop: asyncio.Event) -> None:
    """As ``jobs.Ticker`` does: a known error is a line in the log, and the next tick tries again."""
    while not stop.is_set():
        try:
            await delivery.deliver_due()
        except SariError as error:
            log.error("deliver: %s", error)
        await asyncio.sleep(TICK)
