"""Numbered lists that were shown, so that a number opens the story behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Listing, ListingKind, OutboxKind, OutboxState
from bot.storage.engine import Lock
from bot.storage.group import Group
from bot.storage.stories import present_ids
from bot.storage.tables import edition_items, listings, outbox


class ListingQueries(Group):
    async def add_listing(
        self, *, chat_id: int, user_id: int, kind: ListingKind, query: str, story_ids: Sequence[int], now: datetime
    ) -> Listing:
        statement = (
            insert(listings)
            .values(
                chat_id=chat_id,
                user_id=user_id,
                kind=kind,
                query=query,
                story_ids=" ".join(str(story_id) for story_id in story_ids),
                created_at=now,
            )
            .returning(listings)
        )
        async with self._database.write(Lock.LISTINGS) as connection:
            return _listing((await connection.execute(statement)).one())

    async def set_listing_message(self, listing_id: int, message_id: int) -> None:
        async with self._database.write(Lock.LISTINGS) as connection:
            await connection.execute(update(listings).where(listings.c.id == listing_id).values(message_id=message_id))

    async def listing(self, listing_id: int) -> Listing | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(listings).where(listings.c.id == listing_id))).first()
            return None if row is None else await _present(connection, row)

    async def numbered_stories(self, chat_id: int, message_id: int | None) -> tuple[int, ...]:
        async with self._database.read() as connection:
            if message_id is None:
                return await _shown_last(connection, chat_id)
            return await _shown_in(connection, chat_id, message_id)


async def _shown_in(connection: AsyncConnection, chat_id: int, message_id: int) -> tuple[int, ...]:
    listing = await _newest_listing(connection, listings.c.chat_id == chat_id, listings.c.message_id == message_id)
    if listing is not None:
        return listing.story_ids
    edition = select(outbox.c.source_id).where(
        outbox.c.chat_id == chat_id, outbox.c.kind == OutboxKind.DIGEST, outbox.c.message_id == message_id
    )
    return await _stories_of(connection, await connection.scalar(edition))


async def _shown_last(connection: AsyncConnection, chat_id: int) -> tuple[int, ...]:
    """Of a list with anything in it, or a digest."""
    listing = await _newest_listing(connection, listings.c.chat_id == chat_id, listings.c.story_ids != "")
    delivered = (
        select(outbox.c.source_id, outbox.c.sent_at)
        .where(outbox.c.chat_id == chat_id, outbox.c.kind == OutboxKind.DIGEST, outbox.c.state == OutboxState.SENT)
        .order_by(outbox.c.sent_at.desc())
        .limit(1)
    )
    digest = (await connection.execute(delivered)).first()
    if listing is not None and (digest is None or digest.sent_at <= listing.created_at):
        return listing.story_ids
    return await _stories_of(connection, digest.source_id if digest else None)


async def _newest_listing(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> Listing | None:
    newest = select(listings).where(*conditions).order_by(listings.c.created_at.desc(), listings.c.id.desc()).limit(1)
    row = (await connection.execute(newest)).first()
    return None if row is None else await _present(connection, row)


async def _present(connection: AsyncConnection, row: Row[Any]) -> Listing:
    """The list as it was shown, its numbers on the stories that those have become since."""
    listing = _listing(row)
    return replace(listing, story_ids=await present_ids(connection, listing.story_ids))


async def _stories_of(connection: AsyncConnection, edition_id: int | None) -> tuple[int, ...]:
    if edition_id is None:
        return ()
    statement = (
        select(edition_items.c.story_id)
        .where(edition_items.c.edition_id == edition_id)
        .order_by(edition_items.c.number)
    )
    return await present_ids(connection, list((await connection.execute(statement)).scalars()))


def _listing(row: Row[Any]) -> Listing:
    return Listing(
        id=row.id,
        chat_id=row.chat_id,
        user_id=row.user_id,
        kind=ListingKind(row.kind),
        query=row.query,
        story_ids=tuple(int(story_id) for story_id in row.story_ids.split()),
        message_id=row.message_id,
        created_at=row.created_at,
    )
