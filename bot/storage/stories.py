"""Digests, and the stories that articles are put into."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Article, StoredDigest, Story, StoryChange, StoryChangeKind, StoryMember
from bot.storage.articles import article_of
from bot.storage.base import SET_BACK
from bot.storage.dialects import insert_into
from bot.storage.engine import Lock
from bot.storage.group import Group, chunks
from bot.storage.tables import articles, digests, editions, is_changed_since_placed, stories, story_changes


class StoryQueries(Group):
    async def articles_without_digest(self, *, limit: int) -> list[Article]:
        # ``id + 0``, so that SQLite does not walk through all articles, newest first, to find that none is undigested.
        newest = select(articles.c.id).where(articles.c.digest_engine.is_(None))
        newest = newest.order_by((articles.c.id + 0).desc()).limit(limit)
        statement = select(articles).where(articles.c.id.in_(newest)).order_by(articles.c.id.desc())
        async with self._database.read() as connection:
            return [article_of(row) for row in await connection.execute(statement)]

    async def renew_digests(self, engine: str, since: datetime) -> None:
        own = select(digests.c.engine).where(
            digests.c.content_hash == articles.c.content_hash, digests.c.engine == engine
        )
        statement = (
            update(articles)
            .where(articles.c.first_seen_at >= since, articles.c.digest_engine != engine)
            .values(digest_engine=own.scalar_subquery())
        )
        async with self._database.write(Lock.STORIES) as connection:
            await connection.execute(statement)

    async def save_digests(self, digests: Sequence[StoredDigest]) -> None:
        if not digests:
            return
        rows = [
            {
                "content_hash": digest.content_hash,
                "engine": digest.engine,
                "sentences": list(digest.sentences),
                "short": digest.short,
                "made_by": digest.made_by,
                "checks": list(digest.checks),
                "fallback": digest.fallback,
            }
            for digest in digests
        ]
        async with self._database.write(Lock.STORIES) as connection:
            await _write_digests(connection, rows)
            for some in chunks(digests):
                for engine, of_engine in groupby(sorted(some, key=_engine), key=_engine):
                    hashes = [digest.content_hash for digest in of_engine]
                    await connection.execute(
                        update(articles).where(articles.c.content_hash.in_(hashes)).values(digest_engine=engine)
                    )

    async def articles_without_story(self, *, limit: int) -> list[Article]:
        digest = select(digests.c.engine).where(digests.c.content_hash == articles.c.content_hash)
        # Two questions, each with an index of its own: joined by OR they would walk through all articles.
        waiting = union_all(
            select(articles.c.id).where(articles.c.story_id.is_(None), digest.exists()),
            select(articles.c.id).where(is_changed_since_placed(articles), digest.exists()),
        )
        statement = (
            select(articles)
            .where(articles.c.id.in_(waiting))
            .order_by(articles.c.published_at, articles.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [article_of(row) for row in await connection.execute(statement)]

    async def articles_with_story(self, since: datetime) -> list[Article]:
        statement = (
            select(articles)
            .where(articles.c.published_at >= since, articles.c.story_id.is_not(None))
            .order_by(articles.c.published_at, articles.c.id)
        )
        async with self._database.read() as connection:
            return [article_of(row) for row in await connection.execute(statement)]

    async def assign_story(
        self, article_id: int, story_id: int | None, now: datetime, *, copy_of: int | None = None
    ) -> int:
        async with self._database.write(Lock.STORIES) as connection:
            before = await connection.scalar(select(articles.c.story_id).where(articles.c.id == article_id))
            if story_id is None:
                opened = await connection.execute(insert(stories).values(opened_at=now).returning(stories.c.id))
                story_id = opened.scalar_one()
            told_at = await _after_the_last_edition(connection, now)
            placed = {
                "story_id": story_id,
                "told_at": told_at,
                "placed_version": articles.c.version,
                "copy_of": copy_of,
            }
            await connection.execute(update(articles).where(articles.c.id == article_id).values(placed))
            if before is not None and before != story_id:
                await _record(connection, StoryChangeKind.SPLIT, before, story_id, now)
            return story_id

    async def keep_story(self, article_id: int, copy_of: int | None) -> None:
        placed = {"placed_version": articles.c.version, "copy_of": copy_of}
        async with self._database.write(Lock.STORIES) as connection:
            await connection.execute(update(articles).where(articles.c.id == article_id).values(placed))

    async def merge_stories(self, kept: int, gone: int, now: datetime) -> None:
        async with self._database.write(Lock.STORIES) as connection:
            await connection.execute(update(articles).where(articles.c.story_id == gone).values(story_id=kept))
            # Those that had become it before are led on, so that one step always arrives.
            led_there = or_(stories.c.id == gone, stories.c.became == gone)
            await connection.execute(update(stories).where(led_there).values(became=kept))
            await _record(connection, StoryChangeKind.MERGE, gone, kept, now)

    async def story_changes(self, story_id: int) -> list[StoryChange]:
        touched = or_(story_changes.c.story_id == story_id, story_changes.c.other_id == story_id)
        async with self._database.read() as connection:
            rows = await connection.execute(select(story_changes).where(touched).order_by(story_changes.c.id))
            return [StoryChange(StoryChangeKind(row.kind), row.story_id, row.other_id, row.at) for row in rows]

    async def story(self, story_id: int, engine: str) -> Story | None:
        async with self._database.read() as connection:
            [present] = await present_ids(connection, [story_id])
        return next(iter(await self.stories_by_ids([present], engine)), None)

    async def stories_by_ids(self, story_ids: Sequence[int], engine: str) -> list[Story]:
        found: dict[int, Story] = {}
        for some in chunks(story_ids):
            found |= {story.id: story for story in await self._stories(engine, articles.c.story_id.in_(some))}
        return [found[story_id] for story_id in story_ids if story_id in found]

    async def stories_between(self, start: datetime, end: datetime, engine: str) -> list[Story]:
        told = articles.alias("told")
        digest = select(digests.c.engine).where(digests.c.content_hash == told.c.content_hash)
        fresh = select(told.c.story_id).where(told.c.told_at > start, told.c.told_at <= end, digest.exists())
        return await self._stories(
            engine,
            articles.c.story_id.in_(fresh),
            articles.c.told_at <= end,
            digests.c.engine.is_not(None),
        )

    async def _stories(self, engine: str, *conditions: ColumnElement[bool]) -> list[Story]:
        by = digests.alias("by")
        best = (
            select(by.c.engine)
            .where(by.c.content_hash == articles.c.content_hash)
            .order_by((by.c.engine == engine).desc(), by.c.engine)
            .limit(1)
        )
        of_version = and_(digests.c.content_hash == articles.c.content_hash, digests.c.engine == best.scalar_subquery())
        statement = (
            select(*_MEMBER, digests.c.sentences, digests.c.short)
            .join_from(articles, digests, of_version, isouter=True)
            .where(*conditions)
            .order_by(articles.c.story_id, articles.c.published_at.desc(), articles.c.id.desc())
        )
        async with self._database.read() as connection:
            return _group_into_stories(await connection.execute(statement))


_MEMBER = (
    articles.c.id,
    articles.c.story_id,
    articles.c.outlet,
    articles.c.title,
    articles.c.url,
    articles.c.published_at,
    articles.c.content_hash,
    articles.c.topic,
    articles.c.place,
    articles.c.version,
    articles.c.places,
    articles.c.copy_of,
)


async def _write_digests(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """A second digest of a text by one engine replaces the first."""
    statement = insert_into(connection, digests)
    what = {name: statement.excluded[name] for name in ("sentences", "short", "made_by", "checks", "fallback")}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[digests.c.content_hash, digests.c.engine], set_=what), rows
    )


async def _after_the_last_edition(connection: AsyncConnection, now: datetime) -> datetime:
    """Now; where a clock was set back a little, the moment after the last edition.

    Otherwise the article would lie in a window that its readers have had already.
    """
    newest = select(editions.c.window_to).where(editions.c.id == select(func.max(editions.c.id)).scalar_subquery())
    had: datetime | None = await connection.scalar(newest)
    if had is not None and now <= had < now + SET_BACK:
        return had + timedelta(microseconds=1)
    return now


async def _record(
    connection: AsyncConnection, kind: StoryChangeKind, story_id: int, other_id: int, now: datetime
) -> None:
    await connection.execute(insert(story_changes).values(kind=kind, story_id=story_id, other_id=other_id, at=now))


async def present_ids(connection: AsyncConnection, story_ids: Sequence[int]) -> tuple[int, ...]:
    """For each story its id, or that of the story that it became."""
    became: dict[int, int] = {}
    for some in chunks(story_ids):
        rows = await connection.execute(
            select(stories.c.id, stories.c.became).where(stories.c.id.in_(some), stories.c.became.is_not(None))
        )
        became.update((row.id, row.became) for row in rows)
    return tuple(became.get(story_id, story_id) for story_id in story_ids)


def _engine(digest: StoredDigest) -> str:
    return digest.engine


def _group_into_stories(rows: Iterable[Row[Any]]) -> list[Story]:
    """Stories from rows that are sorted by story."""
    return [
        Story(story_id, tuple(_member(row) for row in members))
        for story_id, members in groupby(rows, key=lambda row: row.story_id)
    ]


def _member(row: Row[Any]) -> StoryMember:
    return StoryMember(
        article_id=row.id,
        outlet=row.outlet,
        title=row.title,
        url=row.url,
        published_at=row.published_at,
        content_hash=row.content_hash,
        topic=row.topic,
        place=row.place,
        sentences=tuple(row.sentences or ()),
        short=row.short or "",
        version=row.version,
        places=frozenset((row.places or "").split()),
        copy_of=row.copy_of,
    )
