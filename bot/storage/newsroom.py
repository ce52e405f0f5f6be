"""Breaking items: drafted, then queued once or cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Broadcast, BroadcastState, OutboxDraft, OutboxKind, Status
from bot.storage.group import Group
from bot.storage.outbox_rows import Part, insert_outbox_rows
from bot.storage.tables import broadcasts, outbox, subscribers


class NewsroomQueries(Group):
    async def add_broadcast(
        self, *, editor_id: int, title: str, text: str, url: str | None, outlet: str, now: datetime
    ) -> Broadcast:
        statement = (
            insert(broadcasts)
            .values(
                editor_id=editor_id,
                title=title,
                text=text,
                url=url,
                outlet=outlet,
                state=BroadcastState.DRAFT,
                created_at=now,
            )
            .returning(broadcasts)
        )
        async with self._database.write() as connection:
            return _broadcast((await connection.execute(statement)).one())

    async def broadcast(self, broadcast_id: int) -> Broadcast | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(broadcasts).where(broadcasts.c.id == broadcast_id))).first()
            return None if row is None else _broadcast(row)

    async def queue_broadcast(self, broadcast_id: int, drafts: Sequence[OutboxDraft], now: datetime) -> bool:
        async with self._database.write() as connection:
            if not await _leave_draft(connection, broadcast_id, BroadcastState.QUEUED):
                return False
            await insert_outbox_rows(connection, OutboxKind.BREAKING, broadcast_id, _parts(drafts), now)
            # Readers who left after the list of chats was read.
            left = select(subscribers.c.chat_id).where(subscribers.c.status != Status.ACTIVE)
            await connection.execute(
                delete(outbox).where(
                    outbox.c.kind == OutboxKind.BREAKING,
                    outbox.c.source_id == broadcast_id,
                    outbox.c.chat_id.in_(left),
                )
            )
            return True

    async def cancel_broadcast(self, broadcast_id: int) -> bool:
        async with self._database.write() as connection:
            return await _leave_draft(connection, broadcast_id, BroadcastState.CANCELLED)


def _parts(drafts: Sequence[OutboxDraft]) -> list[Part]:
    """Readers of one language share a body, and so a part."""
    parts: dict[tuple[int, int, bool], Part] = {}
    for draft in drafts:
        key = (draft.part, id(draft.body), draft.urgent)
        part = parts.setdefault(key, Part(draft.part, draft.body, [], draft.urgent))
        assert isinstance(part.chat_ids, list)
        part.chat_ids.append(draft.chat_id)
    return sorted(parts.values(), key=lambda part: part.number)


async def _leave_draft(connection: AsyncConnection, broadcast_id: int, state: BroadcastState) -> bool:
    """The check and the change are one statement: of two taps at once, one changes nothing."""
    changed = await connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == broadcast_id, broadcasts.c.state == BroadcastState.DRAFT)
        .values(state=state)
    )
    return changed.rowcount == 1


def _broadcast(row: Row[Any]) -> Broadcast:
    return Broadcast(
        id=row.id,
        editor_id=row.editor_id,
        title=row.title,
        text=row.text,
        url=row.url,
        outlet=row.outlet,
        state=BroadcastState(row.state),
        created_at=row.created_at,
    )
