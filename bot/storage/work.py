"""What is handed out to workers, and what they look up again before they do it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from bot.models import Article, Feed
from bot.storage.articles import article_of
from bot.storage.feeds import feed_of
from bot.storage.group import Group
from bot.storage.tables import articles, feeds


class WorkQueries(Group):
    async def feed(self, feed_id: int) -> Feed | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(feeds).where(feeds.c.id == feed_id))).first()
            return None if row is None else feed_of(row)

    async def undigested_ids(self, *, limit: int) -> list[int]:
        # ``id + 0``: as in ``articles_without_digest``.
        newest = select(articles.c.id).where(articles.c.digest_engine.is_(None)).order_by((articles.c.id + 0).desc())
        async with self._database.read() as connection:
            return list((await connection.execute(newest.limit(limit))).scalars())

    async def undigested_among(self, article_ids: Collection[int]) -> list[Article]:
        statement = (
            select(articles)
            .where(articles.c.id.in_(article_ids), articles.c.digest_engine.is_(None))
            .order_by(articles.c.id.desc())
        )
        async with self._database.read() as connection:
            return [article_of(row) for row in await connection.execute(statement)]
