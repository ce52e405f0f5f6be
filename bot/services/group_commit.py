"""What many tasks have to write at the same moment goes into one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")


class GroupCommit(Generic[Item]):
    """Collects items while the last ones are being written.

    Args:
        commit: writes several items in one transaction.
        most: items in one transaction, at most; the others follow in the next ones, in order.
    """

    def __init__(self, commit: Callable[[Sequence[Item]], Awaitable[None]], *, most: int | None = None) -> None:
        self._commit = commit
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    def write(self, item: Item) -> asyncio.Future[None]:
        """Done when the item is written; what ``commit`` raises is raised to all whose items it had.

        The item has its place at once, before it is waited for: no later item is written earlier.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._task is None:
            self._task = asyncio.create_task(self._write_all())
        return future

    async def _write_all(self) -> None:
        while self._waiting:
            batch = self._waiting[: self._most]
            del self._waiting[: self._most]
            error: Exception | None = None
            try:
                await self._commit([item for item, _ in batch])
            except Exception as raised:  # whoever waits decides what it means
                error = raised
            for _, future in batch:
                if not future.done():
                    future.set_result(None) if error is None else future.set_exception(error)
        self._task = None
