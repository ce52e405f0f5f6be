"""Which process leads: makes editions, delivers, and has Telegram's updates come. The others stand by."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from bot.storage.processes import Role

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two tries to get the role, or two looks whether it is still ours."""
GRACE = 4.0
"""Seconds for which a successor waits: as long as a leader that lost its connection may take to notice, and to stop."""


class Leadership:
    """The life of a role: wait for it, hold it, notice that it was lost."""

    def __init__(self, role: Role) -> None:
        self._role = role
        self.leads = False

    async def acquire(self, stop: asyncio.Event) -> bool:
        """Wait for the role. False when ``stop`` was set before."""
        has_waited = False
        while not stop.is_set():
            if await self._role.take():
                if has_waited:
                    await _pause(stop, GRACE)
                self.leads = await self._role.holds() and not stop.is_set()
                if self.leads:
                    return True
            elif not has_waited:
                log.info("another process leads; this one stands by")
            has_waited = True
            await _pause(stop, LOOK_EVERY)
        return False

    async def still_leads(self) -> bool:
        """Whether the role is ours, asked of the database."""
        self.leads = await self._role.holds()
        return self.leads

    async def wait_lost(self) -> None:
        """Comes back when the role is no longer ours."""
        while await self.still_leads():  # noqa: ASYNC110 - nobody else would set an event
            await asyncio.sleep(LOOK_EVERY)
        log.warning("the lead was lost with the connection to the database")

    async def give_up(self) -> None:
        """Let another process lead at once."""
        self.leads = False
        await self._role.give_up()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
