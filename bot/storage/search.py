"""Search: the best articles for a reader's words, newer slightly above older, each story once."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Article, SearchHit
from bot.storage.articles import article_of
from bot.storage.fts5 import find_entries
from bot.storage.group import Group
from bot.storage.query import parse_query
from bot.storage.snippet import make_snippet
from bot.storage.tables import articles

DEPTH = 4
"""Matches looked at for each result asked for: copies of one story fall away, and newer ones move up."""

NEWNESS = 0.02
"""How much the score of a brand-new article is raised, as a share of it."""
HALF_LIFE = timedelta(days=7)
"""Age at which half of that is left."""


class SearchQueries(Group):
    async def search(self, query: str, *, limit: int) -> list[SearchHit]:
        parsed = parse_query(query)
        async with self._database.read() as connection:
            matches = await _matches(connection, await find_entries(connection, parsed, limit=DEPTH * limit))
            best = one_a_story(rank(matches))[:limit]
            found = await _articles(connection, [match.article_id for match in best])
        return [
            SearchHit(match.story_id, found[match.article_id], make_snippet(found[match.article_id].body, parsed))
            for match in best
        ]


@dataclass(frozen=True, slots=True)
class Match:
    """An article that has the words; the higher ``score``, the better."""

    article_id: int
    story_id: int | None
    published_at: datetime
    score: float


def rank(matches: Iterable[Match]) -> list[Match]:
    """Best first. Age counts from the newest match, so that a search in an archive ranks like one in today's news."""
    matches = list(matches)
    newest = max((match.published_at for match in matches), default=None)

    def value(match: Match) -> float:
        assert newest is not None
        half_lives: float = (newest - match.published_at) / HALF_LIFE
        return match.score * (1 + NEWNESS * math.exp2(-half_lives))

    return sorted(matches, key=value, reverse=True)


def one_a_story(matches: Iterable[Match]) -> list[Match]:
    """The first match of each story, in order. An article without a story stands for itself."""
    seen: set[int] = set()
    chosen = []
    for match in matches:
        if match.story_id not in seen:
            chosen.append(match)
            if match.story_id is not None:
                seen.add(match.story_id)
    return chosen


async def _matches(connection: AsyncConnection, entries: list[tuple[int, float]]) -> list[Match]:
    scores = dict(entries)
    statement = select(articles.c.id, articles.c.story_id, articles.c.published_at).where(articles.c.id.in_(scores))
    return [
        # bm25 of FTS5 is negative, the best the lowest.
        Match(row.id, row.story_id, row.published_at, -scores[row.id])
        for row in await connection.execute(statement)
    ]


async def _articles(connection: AsyncConnection, article_ids: list[int]) -> dict[int, Article]:
    rows = await connection.execute(select(articles).where(articles.c.id.in_(article_ids)))
    return {row.id: article_of(row) for row in rows}
