"""Waking whoever waits for a change, from code that is not a coroutine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar

T = TypeVar("T")


class Signal:
    """One loop's "something changed".

    Like `asyncio.Condition`, but `notify` needs no lock and so no coroutine: between a waiter's look at the
    state and its wait nothing else runs, because both happen without an `await` in between.
    """

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def notify(self) -> None:
        """Wake everyone who waits now."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait_for(self, look: Callable[[], T | None], seconds: float | None) -> T | None:
        """The first result of `look` that is not None, or None after `seconds` (None: no limit)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while (found := look()) is None:
                    await self._event.wait()
                return found
        return look()


class EventBus(Generic[T]):
    """Events for any number of readers; each has its own queue, and None in it says that no more will come."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[T | None]] = set()
        self._is_closed = False

    def publish(self, event: T) -> None:
        """Hand the event to every reader."""
        for queue in self._queues:
            queue.put_nowait(event)

    def open(self) -> None:
        """Take readers, again if it was closed."""
        self._is_closed = False

    def close(self) -> None:
        """End the stream of every reader, and of those who come later."""
        self._is_closed = True
        for queue in self._queues:
            queue.put_nowait(None)

    @contextmanager
    def subscribe(self) -> Iterator[asyncio.Queue[T | None]]:
        """Events from now on, while the block runs."""
        queue: asyncio.Queue[T | None] = asyncio.Queue()
        if self._is_closed:
            queue.put_nowait(None)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)
