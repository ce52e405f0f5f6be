"""New rows of the outbox, in bulk: the bodies are stored once, however many chats get them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import literal, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import MessageBody, OutboxKind, OutboxState
from bot.storage.dialects import insert_into, look_again, table_of
from bot.storage.group import chunks
from bot.storage.tables import message_bodies, outbox

MANY = 1000
"""New rows after which the database looks at the table again, before its own upkeep comes round to it."""


class Part(NamedTuple):
    """One message for many chats."""

    number: int
    body: MessageBody
    chat_ids: Sequence[int]
    urgent: bool = False


async def insert_outbox_rows(
    connection: AsyncConnection, kind: OutboxKind, source_id: int, parts: Sequence[Part], now: datetime
) -> int:
    """Write the rows that are not there yet (by chat, source and part). Gives how many were new."""
    body_ids = await _store_bodies(connection, (part.body for part in parts))
    new = 0
    for part in parts:
        same = {
            "kind": kind,
            "source_id": source_id,
            "part": part.number,
            "body_id": body_ids[id(part.body)],
            "state": OutboxState.PENDING,
            "not_before": now,
            "attempts": 0,
            "ambiguous": 0,
            "reason": "",
            "urgent": part.urgent,
        }
        new += await _insert_part(connection, part.chat_ids, same)
    if new >= MANY:
        await look_again(connection, outbox)
    return new


async def _insert_part(connection: AsyncConnection, chat_ids: Sequence[int], same: Mapping[str, Any]) -> int:
    """Rows that differ in their chat only. Gives how many were new."""
    chat = table_of(chat_ids)
    # Without a WHERE, SQLite takes ON CONFLICT for a join: https://www.sqlite.org/lang_upsert.html#parsing_ambiguity
    rows = select(chat.c.value, *(literal(value, outbox.c[name].type) for name, value in same.items())).where(true())
    statement = insert_into(connection, outbox).from_select(["chat_id", *same], rows).on_conflict_do_nothing()
    return (await connection.execute(statement.execution_options(preserve_rowcount=True))).rowcount


async def _store_bodies(connection: AsyncConnection, bodies: Iterable[MessageBody]) -> dict[int, int]:
    """Row ids of bodies by ``id(body)``: readers of an edition share a handful of objects, compared at no cost."""
    distinct = {id(body): body for body in bodies}
    contents = {key: body.to_json() for key, body in distinct.items()}
    hashes = {key: hashlib.sha256(content.encode()).hexdigest() for key, content in contents.items()}
    stored: dict[str, int] = {}
    for keys in chunks(list(distinct)):
        rows = [{"hash": hashes[key], "content": contents[key]} for key in keys]
        await connection.execute(insert_into(connection, message_bodies).on_conflict_do_nothing(), rows)
        found = select(message_bodies.c.hash, message_bodies.c.id).where(
            message_bodies.c.hash.in_([hashes[key] for key in keys])
        )
        stored |= {row.hash: row.id for row in await connection.execute(found)}
    return {key: stored[found] for key, found in hashes.items()}
