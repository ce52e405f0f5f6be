"""The full-text index of whichever database this is, and the words in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from sqlalchemy import Connection, Dialect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.index_entries import make_entry
from bot.models import IndexEntry
from bot.storage import fts5, tsvector
from bot.storage.dialects import POSTGRESQL
from bot.storage.expressions import Bounds, Expression
from bot.storage.relevance import Document
from bot.storage.tables import articles
from bot.storage.vocabulary import count_words

BATCH = 500
"""Articles read at a time when all of them are indexed anew."""


class _Index(Protocol):
    """What the modules ``fts5`` and ``tsvector`` have."""

    def replace_entries(
        self, connection: Connection, entries: Sequence[tuple[int, IndexEntry]], /
    ) -> dict[int, set[str]]: ...

    async def find_newest(
        self, connection: AsyncConnection, expression: Expression, bounds: Bounds, /, *, limit: int, after: int
    ) -> list[int]: ...

    async def read_documents(self, connection: AsyncConnection, article_ids: Collection[int], /) -> list[Document]: ...


def _index_on(dialect: Dialect) -> _Index:
    if dialect.name == POSTGRESQL:
        return tsvector
    return fts5


def create(connection: Connection) -> None:
    """Make the index, which the migrations do."""
    statements = tsvector.CREATE if connection.dialect.name == POSTGRESQL else (fts5.CREATE,)
    for statement in statements:
        connection.exec_driver_sql(statement)


def write_entries(connection: Connection, entries: Sequence[tuple[int, IndexEntry]]) -> None:
    """Index articles by id, replacing what is there for them."""
    if not entries:
        return
    before = _index_on(connection.dialect).replace_entries(connection, entries)
    count_words(connection, [_new_words(entry, before.get(article_id)) for article_id, entry in entries])


def _new_words(entry: IndexEntry, before: Collection[str] | None) -> Mapping[str, str]:
    """Of a new version only the words that the old one, which had these stems, did not have."""
    if before is None:
        return entry.words
    return {word: stem for word, stem in entry.words.items() if stem not in before}


def index_all(connection: Connection) -> None:
    """Index every article that is stored, in an index that is empty."""
    last = 0
    while last := index_some(connection, last):
        pass


def index_some(connection: Connection, after: int) -> int:
    """Index the next articles by id. Gives the last of them, 0 where there are none."""
    statement = (
        select(articles.c.id, articles.c.title, articles.c.body, articles.c.outlet, articles.c.published_at)
        .where(articles.c.id > after)
        .order_by(articles.c.id)
        .limit(BATCH)
    )
    rows = connection.execute(statement).all()
    write_entries(connection, [(row.id, make_entry(row.title, row.body, row.outlet, row.published_at)) for row in rows])
    return rows[-1].id if rows else 0


async def find_newest(
    connection: AsyncConnection, expression: Expression, bounds: Bounds, *, limit: int, after: int = 0
) -> list[int]:
    """Ids of the articles that match, last saved first.

    Args:
        after: the id that all are higher than; not heeded within bounds, which may ask for old articles only.
    """
    return await _index_on(connection.dialect).find_newest(
        connection, expression, bounds, limit=limit, after=after if bounds == Bounds() else 0
    )


async def read_documents(connection: AsyncConnection, article_ids: Collection[int]) -> list[Document]:
    """What the scores are worked out from, without the surfaces."""
    return await _index_on(connection.dialect).read_documents(connection, article_ids)
