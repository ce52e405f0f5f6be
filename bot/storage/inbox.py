"""Updates that came to a webhook: kept before Telegram hears that they came, handled in the order of each chat."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from bot.storage.dialects import insert_into
from bot.storage.engine import Lock
from bot.storage.group import Group, table_of
from bot.storage.processes import InboxUpdate
from bot.storage.tables import inbox, is_unhandled


class InboxQueries(Group):
    async def add_updates(self, updates: Sequence[InboxUpdate], now: datetime) -> None:
        rows = [
            {"update_id": each.id, "chat_id": each.chat_id, "content": each.content, "received_at": now}
            for each in updates
        ]
        async with self._database.write(Lock.INBOX) as connection:
            await connection.execute(insert_into(connection, inbox).on_conflict_do_nothing(), rows)

    async def waiting_chats(self, busy: Collection[int], *, limit: int) -> list[int]:
        statement = (
            select(inbox.c.chat_id)
            .where(is_unhandled(inbox), inbox.c.chat_id.not_in(select(table_of(busy).c.value)))
            .group_by(inbox.c.chat_id)
            .order_by(func.min(inbox.c.update_id))
            .limit(limit)
        )
        async with self._database.read() as connection:
            return list((await connection.execute(statement)).scalars())

    async def waiting_updates(self, chat_ids: Collection[int]) -> list[InboxUpdate]:
        statement = (
            select(inbox.c.update_id, inbox.c.chat_id, inbox.c.content)
            .where(is_unhandled(inbox), inbox.c.chat_id.in_(select(table_of(chat_ids).c.value)))
            .order_by(inbox.c.update_id)
        )
        async with self._database.read() as connection:
            return [InboxUpdate(row.update_id, row.chat_id, row.content) for row in await connection.execute(statement)]

    async def mark_handled(self, update_ids: Collection[int], now: datetime) -> None:
        statement = update(inbox).where(inbox.c.update_id == bindparam("id")).values(handled_at=now)
        async with self._database.write(Lock.INBOX) as connection:
            await connection.execute(statement, [{"id": update_id} for update_id in update_ids])
