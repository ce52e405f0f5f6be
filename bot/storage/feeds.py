"""Feeds: what is known of them and which are due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Row, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Feed, FeedState, FeedUpdate, NewFeed
from bot.storage import tables
from bot.storage.engine import Lock
from bot.storage.group import Group, chunks
from bot.storage.tables import feeds

_LISTED = ("outlet", "title", "topic")
"""What the operator's list says of a feed besides its address."""


class FeedQueries(Group):
    async def add_feeds(self, feeds: Sequence[NewFeed], now: datetime) -> int:
        async with self._database.write(Lock.ARTICLES) as connection:
            stored = await _stored_feeds(connection, {feed.url for feed in feeds})
            new = {feed.url: _new_row(feed, now) for feed in feeds if feed.url not in stored}
            changed = {
                stored[feed.url].id: {"feed_id": stored[feed.url].id} | _listed(feed)
                for feed in feeds
                if feed.url in stored and _listed(stored[feed.url]) != _listed(feed)
            }
            paused = [row.id for row in stored.values() if row.state == FeedState.PAUSED]
            if paused:
                again = {"state": FeedState.ACTIVE, "next_check_at": now}
                await connection.execute(update(tables.feeds).where(tables.feeds.c.id.in_(paused)).values(again))
            if new:
                await connection.execute(insert(tables.feeds), list(new.values()))
            if changed:
                by_id = update(tables.feeds).where(tables.feeds.c.id == bindparam("feed_id"))
                await connection.execute(by_id, list(changed.values()))
            return len(new)

    async def remove_feed(self, url: str) -> bool:
        known = or_(feeds.c.url == url, feeds.c.listed_url == url)
        async with self._database.write(Lock.ARTICLES) as connection:
            return (await connection.execute(delete(feeds).where(known))).rowcount > 0

    async def feeds(self) -> list[Feed]:
        async with self._database.read() as connection:
            rows = await connection.execute(select(tables.feeds).order_by(tables.feeds.c.outlet, tables.feeds.c.url))
            return [feed_of(row) for row in rows]

    async def due_feeds(self, now: datetime, *, limit: int, per_host: int) -> list[Feed]:
        place = func.row_number().over(partition_by=feeds.c.host, order_by=(feeds.c.next_check_at, feeds.c.id))
        due = (
            select(feeds, place.label("place"))
            .where(tables.is_active_feed(feeds), feeds.c.next_check_at <= now)
            .subquery("due")
        )
        statement = select(due).where(due.c.place <= per_host).order_by(due.c.next_check_at, due.c.id).limit(limit)
        async with self._database.read() as connection:
            return [feed_of(row) for row in await connection.execute(statement)]

    async def untold_feeds(self, *, limit: int) -> list[Feed]:
        statement = select(feeds).where(tables.is_untold_feed(feeds)).order_by(feeds.c.id).limit(limit)
        async with self._database.read() as connection:
            return [feed_of(row) for row in await connection.execute(statement)]

    async def mark_told(self, feed_ids: Collection[int], now: datetime) -> None:
        async with self._database.write(Lock.ARTICLES) as connection:
            await connection.execute(update(feeds).where(feeds.c.id.in_(feed_ids)).values(told_at=now))


_other = feeds.alias("other")
_is_taken = select(_other.c.id).where(_other.c.url == bindparam("new_url"), _other.c.id != feeds.c.id).exists()
_UPDATE = (
    update(feeds)
    .where(feeds.c.id == bindparam("feed_id"))
    .values(
        url=case((_is_taken, feeds.c.url), else_=bindparam("new_url")),
        host=case((_is_taken, feeds.c.host), else_=bindparam("new_host")),
    )
)


async def update_feed(connection: AsyncConnection, visit: FeedUpdate) -> None:
    """Write the state of a feed after a visit.

    A feed that moved to the address of another one keeps its own: two rows must not become one.
    """
    values: dict[str, Any] = {
        "next_check_at": visit.next_check_at,
        "state": visit.state,
        "etag": visit.etag,
        "last_modified": visit.last_modified,
        "failures": visit.failures,
        "last_ok_at": visit.last_ok_at,
        "last_error": visit.last_error,
        "ttl_seconds": visit.ttl_seconds,
    }
    if not visit.failures:
        values["told_at"] = None
    moved = {"new_url": visit.url, "new_host": host_of(visit.url)}
    await connection.execute(_UPDATE, {"feed_id": visit.feed_id} | moved | values)


async def _stored_feeds(connection: AsyncConnection, urls: Collection[str]) -> dict[str, Row[Any]]:
    """The feeds at these addresses. One that has moved for good is found by both: it is still listed where it was."""
    rows: list[Row[Any]] = []
    for some in chunks(list(urls)):
        rows += await connection.execute(select(feeds).where(feeds.c.url.in_(some) | feeds.c.listed_url.in_(some)))
    return {row.url: row for row in rows} | {row.listed_url: row for row in rows}


def _new_row(feed: NewFeed, now: datetime) -> dict[str, Any]:
    return _listed(feed) | {
        "url": feed.url,
        "listed_url": feed.url,
        "host": host_of(feed.url),
        "state": FeedState.ACTIVE,
        "next_check_at": now,
        "failures": 0,
    }


def _listed(feed: NewFeed | Row[Any]) -> dict[str, Any]:
    return {name: getattr(feed, name) for name in _LISTED}


def host_of(url: str) -> str:
    """The host that a feed is fetched from; the whole text where there is none."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


def feed_of(row: Row[Any]) -> Feed:
    return Feed(
        id=row.id,
        url=row.url,
        outlet=row.outlet,
        title=row.title,
        topic=row.topic,
        state=FeedState(row.state),
        next_check_at=row.next_check_at,
        etag=row.etag,
        last_modified=row.last_modified,
        failures=row.failures,
        last_ok_at=row.last_ok_at,
        last_error=row.last_error,
        ttl_seconds=row.ttl_seconds,
    )
