"""Updates that Telegram brings to a webhook: kept first, then handled, those of a chat in their order."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import groupby
from typing import Any

from bot.errors import InputError, StorageError
from bot.models import Clock
from bot.services.group_commit import GroupCommit
from bot.storage.processes import InboxStore, InboxUpdate, Turns

log = logging.getLogger(__name__)

AT_ONCE = 32
"""Chats whose updates are handled side by side."""
LOOK_EVERY = 1.0
"""Seconds after which updates are looked for that another process has left behind."""
APART = 0.02
"""Seconds between two looks at the least: three queries each, however many updates they find."""
TRIES = 20
"""How often an update is tried that finds the database gone; at the last time the reader hears of it."""
MARK_AGAIN = 0.2
"""Seconds until it is written again that an update was handled, when the database did not take it: sooner than others
look for what was left behind."""
CANDIDATES = 3 * AT_ONCE
"""Chats that are asked for at a time: other processes may be at those that wait longest."""


Handle = Callable[[str, bool], Awaitable[None]]
"""Does what an update asks for, given as JSON; StorageError only where the second argument, *try again*, is true."""


class UpdateInbox:
    """Keeps updates, and handles what is kept: also what another receiver kept and did not come to.

    An update is handled once, unless its process dies after handling it and before that is written; or unless the
    database goes away then, and another process comes to it first when it is back.

    Args:
        handle: an error of it never holds up the next update, but where the database is gone.
    """

    def __init__(self, storage: InboxStore, turns: Turns, handle: Handle, clock: Clock) -> None:
        self._storage = storage
        self._turns = turns
        self._handle = handle
        self._clock = clock
        self._tries: Counter[int] = Counter()
        self._stopping = False
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self._adding: GroupCommit[InboxUpdate] = GroupCommit(self._add)
        self._marking: GroupCommit[int] = GroupCommit(self._mark)
        self._leaving: GroupCommit[int] = GroupCommit(turns.leave)

    async def receive(self, content: str, update: dict[str, Any]) -> None:
        """Keep an update; when this returns, no crash loses it.

        Args:
            content: the update as JSON, ``update`` the same as a dict.

        Raises:
            InputError: ``update_bad``.
            StorageError: it was not kept.
        """
        update_id = update.get("update_id")
        if not isinstance(update_id, int):
            raise InputError("update_bad")
        await self._adding.write(InboxUpdate(update_id, chat_of(update), content))
        self._changed.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Handle updates until ``stop`` is set; then finish those under way."""
        while not stop.is_set():
            self._changed.clear()
            try:
                found = await self._start()
            except StorageError as error:
                log.error("inbox: %s", error)
                found = 0
            if not found:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY):
                        await self._changed.wait()
            await asyncio.sleep(APART)
        self._stopping = True
        while self._busy:
            await asyncio.wait(self._busy.values())

    async def _start(self) -> int:
        """Begin with as many chats as there is room for. Gives how many."""
        room = AT_ONCE - len(self._busy)
        if not room:
            return 0
        chats = await self._storage.waiting_chats(list(self._busy), limit=CANDIDATES)
        if not chats:
            return 0
        ours = await self._turns.take(chats[:room])
        if others := chats[room : 2 * room - len(ours)]:
            ours += await self._turns.take(others)
        # Only now, as the process before us may have handled some before it left.
        updates = sorted(await self._storage.waiting_updates(ours), key=lambda update: (update.chat_id, update.id))
        by_chat = {chat: list(group) for chat, group in groupby(updates, key=lambda update: update.chat_id)}
        await self._turns.leave([chat for chat in ours if chat not in by_chat])
        for chat, waiting in by_chat.items():
            task = asyncio.create_task(self._handle_chat(chat, waiting))
            self._busy[chat] = task
            task.add_done_callback(partial(self._end, chat))
        return len(by_chat)

    async def _handle_chat(self, chat: int, updates: Sequence[InboxUpdate]) -> None:
        try:
            for update in updates:
                await self._handle_one(update)
                self._tries.pop(update.id, None)
                await self._mark_handled(update.id)
        except StorageError as error:
            log.error("inbox: %s", error)
            await asyncio.sleep(LOOK_EVERY)  # it waits still, and all later ones of this chat behind it
        finally:
            await self._leaving.write(chat)

    async def _handle_one(self, update: InboxUpdate) -> None:
        self._tries[update.id] += 1
        try:
            await self._handle(update.content, self._tries[update.id] < TRIES)
        except StorageError:
            raise
        except Exception as error:  # a defect; the update must not come back for ever
            log.error("update %d", update.id, exc_info=error)

    async def _mark_handled(self, update_id: int) -> None:
        """Write it, again and again: an update that is not marked is handled anew, and answered twice.

        Raises:
            StorageError: the database did not take it at once. Our turn may have ended with the connection.
        """
        try:
            await self._marking.write(update_id)
        except StorageError:
            while not self._stopping:
                await asyncio.sleep(MARK_AGAIN)
                with suppress(StorageError):
                    await self._marking.write(update_id)
                    break
            raise

    def _end(self, chat: int, _: object) -> None:
        del self._busy[chat]
        self._changed.set()

    async def _add(self, updates: Sequence[InboxUpdate]) -> None:
        await self._storage.add_updates(updates, self._clock())

    async def _mark(self, update_ids: Sequence[int]) -> None:
        await self._storage.mark_handled(update_ids, self._clock())


def chat_of(update: Mapping[str, Any]) -> int:
    """The chat whose order an update belongs to; 0 where there is none. Pure."""
    for part in update.values():
        if isinstance(part, dict):
            message = part.get("message", part)  # the one under a pressed button
            chat = message.get("chat") if isinstance(message, dict) else None
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return int(chat["id"])
    return 0
