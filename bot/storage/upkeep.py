"""What the operator looks at, and what is thrown away."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from bot.models import Health
from bot.storage.engine import Lock
from bot.storage.group import Group
from bot.storage.outbox import count_outbox
from bot.storage.tables import (
    digests,
    editions,
    feeds,
    inbox,
    is_active_subscriber,
    is_fallback,
    is_sent,
    listings,
    message_bodies,
    outbox,
    subscribers,
)

KEEP_LISTINGS = timedelta(days=30)
KEEP_SENT = timedelta(days=60)
KEEP_HANDLED = timedelta(days=1)
"""For as long Telegram tries to deliver an update of which it has not heard that it came."""


class UpkeepQueries(Group):
    async def health(self) -> Health:
        active = select(func.count()).select_from(subscribers).where(is_active_subscriber(subscribers))
        by_state = select(feeds.c.state, func.count().label("feeds")).group_by(feeds.c.state)
        by_reason = (
            select(digests.c.fallback, func.count().label("digests"))
            .where(is_fallback(digests))
            .group_by(digests.c.fallback)
        )
        async with self._database.read() as connection:
            return Health(
                last_fetch_at=await connection.scalar(select(func.max(feeds.c.last_ok_at))),
                last_sent_at=await connection.scalar(select(func.max(outbox.c.sent_at)).where(is_sent(outbox))),
                active_subscribers=await connection.scalar(active) or 0,
                feeds={row.state: row.feeds for row in await connection.execute(by_state)},
                outbox=await count_outbox(connection),
                fallbacks={row.fallback: row.digests for row in await connection.execute(by_reason)},
            )

    async def prune(self, now: datetime) -> None:
        of_edition = select(outbox.c.id).where(outbox.c.source_id == editions.c.id, outbox.c.kind == "digest")
        of_body = select(outbox.c.id).where(outbox.c.body_id == message_bodies.c.id)
        # Both locks: a body that nobody needs may be found by a new edition at this moment.
        async with self._database.write(Lock.EDITIONS, Lock.DELIVERY) as connection:
            for statement in (
                delete(listings).where(listings.c.created_at < now - KEEP_LISTINGS),
                delete(outbox).where(is_sent(outbox), outbox.c.sent_at < now - KEEP_SENT),
                # Younger ones may be about to get their rows.
                delete(editions).where(editions.c.created_at < now - KEEP_SENT, ~of_edition.exists()),
                delete(message_bodies).where(~of_body.exists()),
                delete(inbox).where(inbox.c.handled_at < now - KEEP_HANDLED),
            ):
                await connection.execute(statement)

    async def close(self) -> None:
        await self._database.close()
