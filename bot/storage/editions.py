"""Editions: written once by key, queued once for each reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Edition, EditionItem, NewEdition, OutboxKind
from bot.storage.base import EditionDelivery
from bot.storage.dialects import insert_into, table_of
from bot.storage.engine import Lock
from bot.storage.group import Group
from bot.storage.outbox_rows import Part, insert_outbox_rows
from bot.storage.stories import present_ids
from bot.storage.tables import edition_items, editions, is_active_subscriber, outbox, subscribers


class EditionQueries(Group):
    async def edition_by_key(self, key: str) -> Edition | None:
        async with self._database.read() as connection:
            return await _find_edition(connection, editions.c.key == key)

    async def edition(self, edition_id: int) -> Edition | None:
        async with self._database.read() as connection:
            return await _find_edition(connection, editions.c.id == edition_id)

    async def last_edition_of(self, chat_id: int) -> Edition | None:
        last = (
            select(outbox.c.source_id)
            .where(outbox.c.chat_id == chat_id, outbox.c.kind == OutboxKind.DIGEST)
            .order_by(outbox.c.id.desc())
            .limit(1)
        )
        async with self._database.read() as connection:
            return await _find_edition(connection, editions.c.id == last.scalar_subquery())

    async def save_edition(self, edition: NewEdition, now: datetime) -> Edition:
        row = {
            "key": edition.key,
            "due_at": edition.due_at,
            "window_from": edition.window_from,
            "window_to": edition.window_to,
            "created_at": now,
        }
        async with self._database.write(Lock.EDITIONS) as connection:
            new = insert_into(connection, editions).on_conflict_do_nothing().returning(editions.c.id)
            edition_id = await connection.scalar(new, row)
            if edition_id is not None and edition.items:
                items = [
                    {
                        "edition_id": edition_id,
                        "number": item.number,
                        "story_id": item.story_id,
                        "article_id": item.article_id,
                    }
                    for item in edition.items
                ]
                await connection.execute(insert(edition_items), items)
            saved = await _find_edition(connection, editions.c.key == edition.key)
        assert saved is not None
        return saved

    async def queue_edition(self, edition: Edition, deliveries: Sequence[EditionDelivery], now: datetime) -> int:
        async with self._database.write(Lock.EDITIONS) as connection:
            rows = 0
            for delivery in deliveries:
                moved = await _move_schedules(connection, delivery, edition.window_to)
                parts = [Part(number, body, moved) for number, body in enumerate(delivery.bodies, start=1)]
                rows += await insert_outbox_rows(connection, OutboxKind.DIGEST, edition.id, parts, now)
            return rows


async def _find_edition(connection: AsyncConnection, condition: ColumnElement[bool]) -> Edition | None:
    row = (await connection.execute(select(editions).where(condition))).first()
    if row is None:
        return None
    chosen = select(edition_items).where(edition_items.c.edition_id == row.id).order_by(edition_items.c.number)
    items = (await connection.execute(chosen)).all()
    present = await present_ids(connection, [item.story_id for item in items])
    return Edition(
        id=row.id,
        key=row.key,
        due_at=row.due_at,
        window_from=row.window_from,
        window_to=row.window_to,
        # Two stories that have become one since are told once, under the first of their numbers.
        items=tuple(
            EditionItem(item.number, story_id, item.article_id)
            for at, (item, story_id) in enumerate(zip(items, present, strict=True))
            if story_id not in present[:at]
        ),
    )


async def _move_schedules(connection: AsyncConnection, delivery: EditionDelivery, window_to: datetime) -> Sequence[int]:
    """Move the readers who still wait for the moment at which they were found due. Gives their chats.

    Readers who get something have it up to ``window_to``; for the others only the next hour moves.
    """
    served = {"last_edition_at": window_to} if delivery.bodies else {}
    statement = (
        update(subscribers)
        .where(
            is_active_subscriber(subscribers),
            subscribers.c.next_digest_at == delivery.due_at,
            subscribers.c.chat_id.in_(select(table_of(delivery.chat_ids).c.value)),
        )
        .values(next_digest_at=delivery.next_digest_at, **served)
        .returning(subscribers.c.chat_id)
    )
    moved: Sequence[int] = (await connection.execute(statement)).scalars().all()
    return moved
