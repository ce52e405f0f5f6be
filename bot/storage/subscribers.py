"""Readers: their settings, as rows and as records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Audience, ChatKind, QuietHours, Schedule, Status, Subscriber, Zone
from bot.storage.base import SET_BACK
from bot.storage.dialects import insert_into, json_list
from bot.storage.group import Group
from bot.storage.tables import is_active_subscriber, subscribers


class SubscriberQueries(Group):
    async def subscriber(self, chat_id: int) -> Subscriber | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(subscribers).where(subscribers.c.chat_id == chat_id))).first()
            return None if row is None else _subscriber(row)

    async def update_subscriber(self, chat_id: int, change: Callable[[Subscriber | None], Subscriber]) -> Subscriber:
        async with self._database.write() as connection:
            # Locked, as an edition that is queued meanwhile moves the schedule.
            stored = select(subscribers).where(subscribers.c.chat_id == chat_id).with_for_update()
            row = (await connection.execute(stored)).first()
            changed = change(None if row is None else _subscriber(row))
            await _write(connection, changed)
            return changed

    async def save_subscriber(self, subscriber: Subscriber) -> None:
        async with self._database.write() as connection:
            await _write(connection, subscriber)

    async def due_audiences(self, now: datetime, *, limit: int) -> list[Audience]:
        due = (
            select(subscribers)
            .where(is_active_subscriber(subscribers), subscribers.c.next_digest_at <= now)
            .order_by(subscribers.c.next_digest_at, subscribers.c.chat_id)
            .limit(limit)
            .subquery("due")
        )
        # Grouped by the database: a hundred thousand readers make a hundred thousand rows, but few audiences.
        chosen = [due.c[name] for name in _CHOICES]
        statement = (
            select(*chosen, json_list(due.c.chat_id).label("chats")).group_by(*chosen).order_by(due.c.next_digest_at)
        )
        async with self._database.read() as connection:
            return [_audience(row) for row in await connection.execute(statement)]

    async def ahead_of_time(self, now: datetime) -> list[Subscriber]:
        had_it = subscribers.c.last_edition_at > now + SET_BACK
        waits_long = subscribers.c.next_digest_at > now + timedelta(days=1)
        statement = select(subscribers).where(is_active_subscriber(subscribers), or_(had_it, waits_long))
        async with self._database.read() as connection:
            return [_subscriber(row) for row in await connection.execute(statement)]

    async def active_chats(self) -> list[tuple[int, str]]:
        statement = (
            select(subscribers.c.chat_id, subscribers.c.language)
            .where(is_active_subscriber(subscribers))
            .order_by(subscribers.c.chat_id)
        )
        async with self._database.read() as connection:
            return [(row.chat_id, row.language) for row in await connection.execute(statement)]


_CHOICES = ("next_digest_at", "last_edition_at", "language", "times", "days", "zone", "topics", "places")


def _audience(row: Any) -> Audience:
    return Audience(
        due_at=row.next_digest_at,
        last_edition_at=row.last_edition_at,
        language=row.language,
        schedule=_schedule(row.times, row.days, row.zone),
        topics=_keys(row.topics),
        places=_keys(row.places or ""),
        chat_ids=tuple(json.loads(row.chats)),
    )


async def _write(connection: AsyncConnection, subscriber: Subscriber) -> None:
    statement = insert_into(connection, subscribers)
    what = {column.name: statement.excluded[column.name] for column in subscribers.c if not column.primary_key}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[subscribers.c.chat_id], set_=what), _row_of(subscriber)
    )


def _row_of(subscriber: Subscriber) -> dict[str, Any]:
    return {
        "chat_id": subscriber.chat_id,
        "kind": subscriber.kind,
        "language": subscriber.language,
        "status": subscriber.status,
        "times": _join(moment.isoformat("minutes") for moment in subscriber.schedule.times),
        "days": _join(str(day) for day in sorted(subscriber.schedule.days)),
        "zone": subscriber.schedule.zone,
        "topics": _join(sorted(subscriber.topics)),
        "next_digest_at": subscriber.next_digest_at,
        "last_edition_at": subscriber.last_edition_at,
        "created_at": subscriber.created_at,
        "places": _join(sorted(subscriber.places)),
        "quiet": quiet_text(subscriber.quiet),
    }


def _subscriber(row: Sequence[Any]) -> Subscriber:
    # Unpacked in the order of the table: by name it takes three times as long, which tells at 100,000 readers.
    (
        chat_id,
        kind,
        language,
        status,
        times,
        days,
        zone,
        topics,
        next_digest_at,
        last_edition_at,
        created_at,
        places,
        quiet,
    ) = row
    return Subscriber(
        chat_id=chat_id,
        kind=ChatKind(kind),
        language=language,
        status=Status(status),
        schedule=_schedule(times, days, zone),
        topics=_keys(topics),
        places=_keys(places or ""),
        next_digest_at=next_digest_at,
        last_edition_at=last_edition_at,
        created_at=created_at,
        quiet=read_quiet(quiet),
    )


def quiet_text(quiet: QuietHours | None) -> str | None:
    """Quiet hours as they are stored."""
    return None if quiet is None else f"{quiet.start:%H:%M}-{quiet.end:%H:%M}"


@lru_cache(maxsize=4096)
def read_quiet(text: str | None) -> QuietHours | None:
    """The quiet hours of ``quiet_text``."""
    if not text:
        return None
    start, _, end = text.partition("-")
    return QuietHours(time.fromisoformat(start), time.fromisoformat(end))


def _join(items: Iterable[str]) -> str:
    return " ".join(items)


# A hundred thousand readers share a few dozen schedules and choices of topics: each is read once.
@lru_cache(maxsize=4096)
def _schedule(times: str, days: str, zone: str) -> Schedule:
    return Schedule(
        times=tuple(time.fromisoformat(moment) for moment in times.split()),
        days=frozenset(int(day) for day in days.split()),
        zone=Zone(zone),
    )


@lru_cache(maxsize=4096)
def _keys(keys: str) -> frozenset[str]:
    return frozenset(keys.split())
