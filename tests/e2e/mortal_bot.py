"""The bot in a process of its own that dies, without any farewell, right after one named step.

    python -m tests.e2e.mortal_bot '{"step": "queue_edition" | null, "database_url": …, "api_url": …, …}'

With no step it stops by itself once the outbox has nothing left to do.
"""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import bot.jobs
import bot.storage
import bot.telegram.sender
from bot.__main__ import serve
from bot.config import Secret, Settings
from bot.sandbox import MovableClock

KILLED = 9
NOTHING_HAPPENED = {"claim_due": []}
"""Results of steps that did nothing yet: the bot lives on until there is something to lose."""
ADVANCES = {"start": 0, "record": 1}
"""Steps that are one method, by which of its arguments is not empty."""


class MortalStorage:
    """A storage whose process dies after one step has been committed."""

    def __init__(self, storage: Any, step: str | None) -> None:
        self._storage = storage
        self._step = step

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._storage, name)
        if name == "advance" and self._step in ADVANCES:
            return dying_after(found, name, argument=ADVANCES[self._step])
        return dying_after(found, name) if name == self._step else found


def dying_after(
    work: Callable[..., Awaitable[Any]], name: str, *, argument: int | None = None
) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(work)
    async def run(*args: Any, **kwargs: Any) -> Any:
        result = await work(*args, **kwargs)
        if argument is not None and not args[argument]:
            return result
        if name not in NOTHING_HAPPENED or result != NOTHING_HAPPENED[name]:
            os._exit(KILLED)
        return result

    return run


async def main(task: dict[str, Any]) -> None:
    step = task["step"]
    open_really = bot.storage.open_storage
    opened: list[Any] = []

    async def open_mortal(url: str) -> Any:
        opened.append(await open_really(url))
        return MortalStorage(opened[0], step)

    bot.storage.open_storage = open_mortal  # type: ignore[assignment]
    bot.jobs.TICK = timedelta(seconds=0.05)
    if step == "send":
        sender: Any = bot.telegram.sender.TelegramSender
        sender.send = dying_after(sender.send, "send")

    settings = Settings(
        token=Secret(task["token"]),
        feeds=Path(task["feeds"]),
        database_url=task["database_url"],
        telegram_api_url=task["api_url"],
        http_address=None,
        fetch_allow=frozenset({task["site"]}),
    )
    stop = asyncio.Event()
    watcher = asyncio.create_task(stop_when_idle(opened, stop))
    await serve(settings, MovableClock(datetime.fromisoformat(task["now"])), stop)
    await watcher


async def stop_when_idle(opened: list[Any], stop: asyncio.Event) -> None:
    """The day's work is done when something was sent and nothing waits."""
    while True:
        await asyncio.sleep(0.05)
        if opened:
            counts = await opened[0].outbox_counts()
            if counts.total and not counts.pending:
                stop.set()
                return


if __name__ == "__main__":
    logging.basicConfig(level="INFO", format="%(relativeCreated)d %(name)s %(message)s")
    asyncio.run(main(json.loads(sys.argv[1])))
