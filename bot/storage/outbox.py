"""The outbox: who sends which rows, what became of them, and those that were given up. ``claims`` chooses the rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, TextClause, bindparam, case, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import DeadLetter, MessageBody, OutboxCounts, OutboxKind, OutboxMessage, OutboxRecord, OutboxState
from bot.storage.claims import UNFINISHED, Turns, choose_rows
from bot.storage.dialects import list_of, rows_from, table_of
from bot.storage.engine import Database
from bot.storage.group import Group
from bot.storage.tables import (
    UtcDateTime,
    is_active_subscriber,
    is_dead_letter,
    is_leased,
    message_bodies,
    outbox,
    subscribers,
)

_NOT_LEASED: dict[str, Any] = {"owner": None, "leased_until": None}


class OutboxQueries(Group):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._turns: Turns = {}

    async def claim_due(self, now: datetime, *, owner: str, limit: int, lease: timedelta) -> list[OutboxMessage]:
        def claim(connection: Connection) -> list[OutboxMessage]:
            _return_expired(connection, now)
            rows = choose_rows(connection, now, limit, self._turns)
            if not rows:
                return []
            connection.execute(
                update(outbox)
                .where(outbox.c.id.in_([row.id for row in rows]))
                .values(state=OutboxState.LEASED, owner=owner, leased_until=now + lease)
            )
            bodies = _bodies(connection, {row.body_id for row in rows})
            return [_message(row, bodies[row.body_id]) for row in rows]

        return await self._database.write_at_once(claim)

    async def advance(
        self, starting: Collection[int], records: Sequence[OutboxRecord], *, owner: str, now: datetime
    ) -> set[int]:
        if not starting and not records:
            return set()

        def write(connection: Connection) -> set[int]:
            if records:
                _record(connection, records, owner, now)
            return _start(connection, starting, owner, now) if starting else set()

        return await self._database.write_at_once(write)

    async def release(self, *, owner: str | None) -> None:
        statement = (
            update(outbox)
            .where(is_leased(outbox), outbox.c.state == OutboxState.LEASED)
            .values(state=OutboxState.PENDING, **_NOT_LEASED)
        )
        if owner is not None:
            statement = statement.where(outbox.c.owner == owner)
        async with self._database.write() as connection:
            await connection.execute(statement)

    async def dead_letters(self, *, limit: int, after: int = 0) -> list[DeadLetter]:
        statement = (
            select(outbox, message_bodies.c.content, _still_subscribes().label("can_retry"))
            .join(message_bodies, message_bodies.c.id == outbox.c.body_id)
            .where(is_dead_letter(outbox), outbox.c.id > after)
            .order_by(outbox.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [_dead_letter(row) for row in await connection.execute(statement)]

    async def retry_dead(self, message_ids: Collection[int] | None, now: datetime) -> int:
        statement = (
            update(outbox)
            # What was dropped because its reader had left must never be sent after all.
            .where(is_dead_letter(outbox), *_among(message_ids), _still_subscribes())
            .values(state=OutboxState.PENDING, not_before=now, attempts=0, ambiguous=0, reason="")
        )
        async with self._database.write() as connection:
            return (await connection.execute(statement)).rowcount

    async def drop_dead(self, message_ids: Collection[int] | None) -> int:
        statement = delete(outbox).where(is_dead_letter(outbox), *_among(message_ids))
        async with self._database.write() as connection:
            return (await connection.execute(statement)).rowcount

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
        pending=sum(found.get(state, 0) for state in UNFINISHED),
        sent=found.get(OutboxState.SENT, 0),
        dead=found.get(OutboxState.DEAD, 0),
        unknown=found.get(OutboxState.UNKNOWN, 0),
    )


def _start(connection: Connection, starting: Collection[int], owner: str, now: datetime) -> set[int]:
    dialect = connection.dialect.name
    asked = {"owner": owner, "now": now, "ids": json.dumps([[number] for number in starting])}
    ours: list[int] = json.loads(connection.execute(_leased(dialect), asked).scalar() or "[]")
    if ours:
        connection.execute(_sending(dialect), {"ids": json.dumps([[number] for number in ours])})
    return set(ours)


def _record(connection: Connection, records: Sequence[OutboxRecord], owner: str, now: datetime) -> None:
    """Fenced by owner and try; but that a message has arrived is true, whoever says so and however late."""
    arrived = [(record.id, record.message_id) for record in records if record.state is OutboxState.SENT]
    others = [_values(record) for record in records if record.state is not OutboxState.SENT]
    if arrived:
        # Nearly all of them: as one statement they cost a third of what binding each value does.
        connection.execute(_arrivals(connection.dialect.name), {"now": now, "rows": json.dumps(arrived)})
    if others:
        connection.execute(_FAILED.where(outbox.c.owner == owner), others)


# Made once: with every send waiting for them, building them anew took a third of a commit.
@cache
def _leased(dialect: str) -> TextClause:
    """As one value: for each row SQLite's thread would wait for its turn of the interpreter."""
    return text(
        f"SELECT {list_of('id', dialect)} FROM outbox"  # noqa: S608
        f" WHERE id IN ({_given('ids', dialect)}) AND owner = :owner AND state = 'leased' AND leased_until > :now"
    ).bindparams(bindparam("now", type_=UtcDateTime()))


@cache
def _sending(dialect: str) -> TextClause:
    return text(f"UPDATE outbox SET state = 'sending' WHERE id IN ({_given('ids', dialect)})")  # noqa: S608


def _given(parameter: str, dialect: str) -> str:
    return f"SELECT CAST(given.value ->> 0 AS bigint) FROM {rows_from(parameter, dialect)} AS given"  # noqa: S608


@cache
def _arrivals(dialect: str) -> TextClause:
    return text(
        "UPDATE outbox SET state = 'sent',"  # noqa: S608
        " message_id = CAST(given.value ->> 1 AS bigint), sent_at = :now,"
        f" reason = '', owner = NULL, leased_until = NULL FROM {rows_from('rows', dialect)} AS given"
        " WHERE outbox.id = CAST(given.value ->> 0 AS bigint) AND outbox.state <> 'sent'"
    ).bindparams(bindparam("now", type_=UtcDateTime()))


_FAILED = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"), is_leased(outbox), outbox.c.ambiguous == bindparam("row_tried"))
    .values(
        {name: bindparam(f"new_{name}") for name in ("state", "attempts", "ambiguous", "not_before", "reason")}
        | _NOT_LEASED
    )
)


def _values(record: OutboxRecord) -> dict[str, Any]:
    return {
        "row_id": record.id,
        "row_tried": record.tried,
        "new_state": record.state,
        "new_attempts": record.attempts,
        "new_ambiguous": record.ambiguous,
        "new_not_before": record.not_before,
        "new_reason": record.reason,
    }


def _return_expired(connection: Connection, now: datetime) -> None:
    """Back into the queue; where the request may have left already, that try counts as ambiguous."""
    interrupted = case((outbox.c.state == OutboxState.SENDING, 1), else_=0)
    connection.execute(
        update(outbox)
        .where(is_leased(outbox), outbox.c.leased_until <= now)
        .values(state=OutboxState.PENDING, ambiguous=outbox.c.ambiguous + interrupted, **_NOT_LEASED)
    )


def _still_subscribes() -> ColumnElement[bool]:
    reader = subscribers.c.chat_id == outbox.c.chat_id
    return select(subscribers.c.chat_id).where(reader, is_active_subscriber(subscribers)).exists()


def _among(message_ids: Collection[int] | None) -> list[ColumnElement[bool]]:
    return [] if message_ids is None else [outbox.c.id.in_(select(table_of(message_ids).c.value))]


def _bodies(connection: Connection, body_ids: Iterable[int]) -> dict[int, MessageBody]:
    statement = select(message_bodies.c.id, message_bodies.c.content).where(message_bodies.c.id.in_(body_ids))
    return {row.id: MessageBody.from_json(row.content) for row in connection.execute(statement)}


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


def _dead_letter(row: Row[Any]) -> DeadLetter:
    return DeadLetter(
        id=row.id,
        chat_id=row.chat_id,
        kind=OutboxKind(row.kind),
        source_id=row.source_id,
        part=row.part,
        state=OutboxState(row.state),
        attempts=row.attempts,
        ambiguous=row.ambiguous,
        reason=row.reason,
        html=MessageBody.from_json(row.content).html,
        can_retry=bool(row.can_retry),
    )
