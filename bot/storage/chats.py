"""What happens to a chat as a whole: it stops, it comes back, it gets another id."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import OutboxState, Status
from bot.storage.group import Group
from bot.storage.tables import is_pending, listings, outbox, subscribers

_WAITING = (OutboxState.PENDING, OutboxState.LEASED)


class ChatQueries(Group):
    async def set_status(self, chat_id: int, status: Status, now: datetime) -> None:
        change = update(subscribers).where(subscribers.c.chat_id == chat_id).values(status=status)
        if status is not Status.ACTIVE:
            change = change.values(next_digest_at=None)
        if status is Status.BLOCKED:
            # Who had stopped stays stopped: an unblocked bot must not begin to write again.
            change = change.where(subscribers.c.status == Status.ACTIVE)
        async with self._database.write() as connection:
            await connection.execute(change)
            if status is not Status.ACTIVE:
                await _drop_waiting(connection, chat_id, reason=f"chat {status}")

    async def end_quiet(self, chat_id: int, now: datetime) -> None:
        # What waits although nothing was tried yet waits for the end of quiet hours.
        untried = (outbox.c.attempts == 0, outbox.c.ambiguous == 0, outbox.c.not_before > now)
        async with self._database.write() as connection:
            await connection.execute(
                update(outbox).where(outbox.c.chat_id == chat_id, is_pending(outbox), *untried).values(not_before=now)
            )

    async def migrate_chat(self, old_chat_id: int, new_chat_id: int, now: datetime) -> None:
        async with self._database.write() as connection:
            await _move_subscription(connection, old_chat_id, new_chat_id)
            await _move_waiting(connection, old_chat_id, new_chat_id)
            # Message ids begin anew in the new chat: an old one would point to a stranger's message.
            await connection.execute(
                update(listings).where(listings.c.chat_id == old_chat_id).values(chat_id=new_chat_id, message_id=None)
            )


async def _drop_waiting(connection: AsyncConnection, chat_id: int, *, reason: str) -> None:
    """Dead and not deleted, so that the report of an edition still adds up."""
    await connection.execute(
        update(outbox)
        .where(outbox.c.chat_id == chat_id, outbox.c.state.in_(_WAITING))
        .values(state=OutboxState.DEAD, reason=reason, owner=None, leased_until=None)
    )


async def _move_subscription(connection: AsyncConnection, old_chat_id: int, new_chat_id: int) -> None:
    """Where the new chat has subscribed by itself already, its own settings are the newer ones and stay."""
    taken = await connection.scalar(select(subscribers.c.chat_id).where(subscribers.c.chat_id == new_chat_id))
    of_old = subscribers.c.chat_id == old_chat_id
    if taken is None:
        await connection.execute(update(subscribers).where(of_old).values(chat_id=new_chat_id))
    else:
        await connection.execute(delete(subscribers).where(of_old))


async def _move_waiting(connection: AsyncConnection, old_chat_id: int, new_chat_id: int) -> None:
    """Rows on their way move too: what becomes of them is recorded by their id."""
    there = outbox.alias("there")
    is_there = exists().where(
        there.c.chat_id == new_chat_id,
        there.c.kind == outbox.c.kind,
        there.c.source_id == outbox.c.source_id,
        there.c.part == outbox.c.part,
    )
    await connection.execute(
        update(outbox)
        .where(outbox.c.chat_id == old_chat_id, outbox.c.state.in_((*_WAITING, OutboxState.SENDING)), ~is_there)
        .values(chat_id=new_chat_id)
    )
    await _drop_waiting(connection, old_chat_id, reason="chat migrated")
