"""The outbox: which rows may be sent now, who sends them, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, bindparam, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import MessageBody, OutboxCounts, OutboxKind, OutboxMessage, OutboxRecord, OutboxState
from bot.storage.group import Group
from bot.storage.tables import is_leased, is_pending, message_bodies, outbox

_NOT_LEASED: dict[str, Any] = {"owner": None, "leased_until": None}
_UNFINISHED = (OutboxState.PENDING, OutboxState.LEASED, OutboxState.SENDING)
_URGENCY = (OutboxKind.BREAKING, OutboxKind.DIGEST)


class OutboxQueries(Group):
    async def claim_due(self, now: datetime, *, owner: str, limit: int, lease: timedelta) -> list[OutboxMessage]:
        async with self._database.write() as connection:
            await _return_expired(connection, now)
            rows: list[Row[Any]] = []
            for kind in _URGENCY:
                taken = {row.chat_id for row in rows}
                rows += await _first_of_each_chat(connection, _candidates(kind, now), limit - len(rows), taken)
            if not rows:
                return []
            await connection.execute(
                update(outbox)
                .where(outbox.c.id.in_([row.id for row in rows]))
                .values(state=OutboxState.LEASED, owner=owner, leased_until=now + lease)
            )
            bodies = await _bodies(connection, {row.body_id for row in rows})
        return [_message(row, bodies[row.body_id]) for row in rows]

    async def mark_sending(self, message_id: int, *, owner: str) -> bool:
        statement = (
            update(outbox)
            .where(outbox.c.id == message_id, outbox.c.owner == owner, outbox.c.state == OutboxState.LEASED)
            .values(state=OutboxState.SENDING)
        )
        async with self._database.write() as connection:
            return (await connection.execute(statement)).rowcount == 1

    async def record(self, records: Sequence[OutboxRecord], *, owner: str, now: datetime) -> None:
        if not records:
            return
        statement = (
            update(outbox)
            .where(outbox.c.id == bindparam("row_id"), outbox.c.owner == owner, is_leased(outbox))
            .values(
                {
                    name: bindparam(f"new_{name}")
                    for name in ("state", "attempts", "ambiguous", "not_before", "message_id", "reason", "sent_at")
                }
                | _NOT_LEASED
            )
        )
        rows = [
            {
                "row_id": record.id,
                "new_state": record.state,
                "new_attempts": record.attempts,
                "new_ambiguous": record.ambiguous,
                "new_not_before": record.not_before,
                "new_message_id": record.message_id,
                "new_reason": record.reason,
                "new_sent_at": now if record.state is OutboxState.SENT else None,
            }
            for record in records
        ]
        async with self._database.write() as connection:
            await connection.execute(statement, rows)

    async def release(self, *, owner: str) -> None:
        statement = (
            update(outbox)
            .where(is_leased(outbox), outbox.c.state == OutboxState.LEASED, outbox.c.owner == owner)
            .values(state=OutboxState.PENDING, **_NOT_LEASED)
        )
        async with self._database.write() as connection:
            await connection.execute(statement)

    async def outbox_counts(self, kind: OutboxKind | None = None, source_id: int | None = None) -> OutboxCounts:
        async with self._database.read() as connection:
            return await count_outbox(connection, kind, source_id)


async def count_outbox(
    connection: AsyncConnection, kind: OutboxKind | None = None, source_id: int | None = None
) -> OutboxCounts:
    """Rows by state, of all or of one source; whatever is not finished counts as pending."""
    statement = select(outbox.c.state, func.count().label("rows")).group_by(outbox.c.state)
    if kind is not None:
        statement = statement.where(outbox.c.kind == kind)
    if source_id is not None:
        statement = statement.where(outbox.c.source_id == source_id)
    found: dict[str, int] = {row.state: row.rows for row in await connection.execute(statement)}
    return OutboxCounts(
        pending=sum(found.get(state, 0) for state in _UNFINISHED),
        sent=found.get(OutboxState.SENT, 0),
        dead=found.get(OutboxState.DEAD, 0),
        unknown=found.get(OutboxState.UNKNOWN, 0),
    )


async def _return_expired(connection: AsyncConnection, now: datetime) -> None:
    """Back into the queue; where the request may have left already, that try counts as ambiguous."""
    interrupted = case((outbox.c.state == OutboxState.SENDING, 1), else_=0)
    await connection.execute(
        update(outbox)
        .where(is_leased(outbox), outbox.c.leased_until <= now)
        .values(state=OutboxState.PENDING, ambiguous=outbox.c.ambiguous + interrupted, **_NOT_LEASED)
    )


def _candidates(kind: OutboxKind, now: datetime) -> Select[Any]:
    """Rows that may be sent, longest waiting first: in their turn, and nothing of their chat is on its way."""
    earlier = outbox.alias("earlier")
    waits_for_part = select(earlier.c.id).where(
        earlier.c.chat_id == outbox.c.chat_id,
        earlier.c.kind == outbox.c.kind,
        earlier.c.source_id == outbox.c.source_id,
        earlier.c.part < outbox.c.part,
        earlier.c.state.in_(_UNFINISHED),
    )
    busy = outbox.alias("busy")
    chat_is_busy = select(busy.c.id).where(busy.c.chat_id == outbox.c.chat_id, is_leased(busy))
    return (
        select(
            outbox.c.id,
            outbox.c.chat_id,
            outbox.c.kind,
            outbox.c.source_id,
            outbox.c.part,
            outbox.c.body_id,
            outbox.c.attempts,
            outbox.c.ambiguous,
        )
        .where(
            is_pending(outbox),
            outbox.c.kind == kind,
            outbox.c.not_before <= now,
            ~waits_for_part.exists(),
            ~chat_is_busy.exists(),
        )
        .order_by(outbox.c.not_before, outbox.c.id)
    )


async def _first_of_each_chat(
    connection: AsyncConnection, candidates: Select[Any], limit: int, taken: set[int]
) -> list[Row[Any]]:
    """The first ``limit`` rows of chats that are not ``taken``, one a chat.

    Rows are streamed in the order of the index, so that a chat with a long queue cannot crowd out the others.
    """
    chosen: dict[int, Row[Any]] = {}
    if limit <= 0:
        return []
    async with connection.stream(candidates.execution_options(yield_per=limit)) as rows:
        async for row in rows:
            if row.chat_id not in taken:
                chosen.setdefault(row.chat_id, row)
                if len(chosen) == limit:
                    break
    return list(chosen.values())


async def _bodies(connection: AsyncConnection, body_ids: Iterable[int]) -> dict[int, MessageBody]:
    statement = select(message_bodies.c.id, message_bodies.c.content).where(message_bodies.c.id.in_(body_ids))
    return {row.id: MessageBody.from_json(row.content) for row in await connection.execute(statement)}


def _message(row: Row[Any], body: MessageBody) -> OutboxMessage:
    return OutboxMessage(
        id=row.id,
        chat_id=row.chat_id,
        kind=OutboxKind(row.kind),
        source_id=row.source_id,
        part=row.part,
        body=body,
        attempts=row.attempts,
        ambiguous=row.ambiguous,
    )
