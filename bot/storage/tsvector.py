"""The full-text index on PostgreSQL: the same stems and tags as a tsvector with a GIN index.

The words of the title stand in it twice, once marked as its own, and tags are marked too. With weights instead, GIN
could only propose articles: it does not keep them, and each vector had to be read to see them (20,000 articles, a
popular word of years ago: p95 423 ms, without them 169). Only words side by side are looked up in the vector.

The vectors are written as they are, and not by ``to_tsvector``: its parser splits words otherwise than ours, and what
it makes of a query must be what it made of the text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import BigInteger, Connection, Text, bindparam, column, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import IndexEntry
from bot.storage.dialects import table_of
from bot.storage.entries import INDEX
from bot.storage.expressions import AllOf, AnyOf, Bounds, Expression, InTitle, Tagged, Without, Words, tagged
from bot.storage.relevance import Document, padded
from bot.storage.tables import articles

CREATE = (
    f"CREATE TABLE {INDEX} (article_id bigint PRIMARY KEY, title text NOT NULL, body text NOT NULL,"
    " terms tsvector NOT NULL)",
    f"CREATE INDEX ix_{INDEX}_terms ON {INDEX} USING gin (terms)",
)
"""What the migration runs."""

MAX_WORDS = 16_000
"""Words of an article that are indexed: a tsvector counts places up to 16,383."""
MAX_BYTES = 900_000
"""Of the words of one vector, which may have a million."""
MAX_LEXEME = 500
"""Bytes of one word that count; PostgreSQL allows 2,046."""

_TITLE, _TAG = "=", "#"
"""What marks a word; no stem begins so."""

_index = table(
    INDEX, column("article_id", BigInteger()), column("title", Text()), column("body", Text()), column("terms")
)
_UPSERT = text(
    f"INSERT INTO {INDEX} (article_id, title, body, terms) VALUES (:id, :title, :body, CAST(:terms AS tsvector))"  # noqa: S608
    " ON CONFLICT (article_id) DO UPDATE SET title = excluded.title, body = excluded.body, terms = excluded.terms"
)


def replace_entries(connection: Connection, entries: Sequence[tuple[int, IndexEntry]]) -> dict[int, set[str]]:
    """Index articles by id, replacing what is there for them. Gives the stems of those that were there."""
    given = table_of(article_id for article_id, _ in entries)
    known = select(_index.c.article_id, _index.c.title, _index.c.body).join(given, given.c.value == _index.c.article_id)
    before = {row.article_id: {*row.title.split(), *row.body.split()} for row in connection.execute(known)}
    rows = [
        {"id": article_id, "title": entry.title, "body": entry.body, "terms": vector_text(entry)}
        for article_id, entry in entries
    ]
    connection.execute(_UPSERT, rows)
    return before


async def find_newest(
    connection: AsyncConnection, expression: Expression, bounds: Bounds, *, limit: int, after: int
) -> list[int]:
    """Ids of the articles that match, last saved first; see ``search_index.find_newest``."""
    statement = (
        select(_index.c.article_id)
        .where(
            text(f"{INDEX}.terms @@ CAST(:expression AS tsquery)").bindparams(
                bindparam("expression", query_text(tagged(expression, bounds)), Text())
            )
        )
        .order_by(_index.c.article_id.desc())
        .limit(limit)
    )
    if after:
        statement = statement.where(_index.c.article_id > after)
    if bounds.topics or bounds.since or bounds.until:
        statement = statement.join(articles, articles.c.id == _index.c.article_id)
    if bounds.topics:
        statement = statement.where(articles.c.topic.in_(bounds.topics))
    if bounds.since is not None:
        statement = statement.where(articles.c.published_at >= bounds.since)
    if bounds.until is not None:
        statement = statement.where(articles.c.published_at < bounds.until)
    return list((await connection.execute(statement)).scalars())


async def read_documents(connection: AsyncConnection, article_ids: Collection[int]) -> list[Document]:
    """What the scores are worked out from, without the surfaces."""
    given = table_of(article_ids)
    statement = (
        select(articles.c.id, articles.c.story_id, articles.c.published_at, _index.c.title, _index.c.body)
        .join(_index, _index.c.article_id == articles.c.id)
        .join(given, given.c.value == articles.c.id)
    )
    return [
        Document(row.id, row.story_id, row.published_at, padded(row.title), padded(row.body))
        for row in await connection.execute(statement)
    ]


def vector_text(entry: IndexEntry) -> str:
    """The entry as a tsvector is written, https://www.postgresql.org/docs/current/datatype-textsearch.html. Pure."""
    places: dict[str, list[str]] = {_cut(_TAG + tag): [] for tag in entry.tags.split()}
    place = size = 0
    for stems, marks in ((entry.title, ("", _TITLE)), (entry.body, ("",))):
        place += 1  # a gap: the last word of the title and the first of the body do not stand side by side
        for stem in stems.split():
            place += 1
            size += len(marks) * (len(stem.encode()) + 4)
            if place > MAX_WORDS or size > MAX_BYTES:
                break
            for mark in marks:
                places.setdefault(_cut(mark + stem), []).append(str(place))
    return " ".join(_quote(word) + (f":{','.join(at)}" if at else "") for word, at in places.items())


def query_text(expression: Expression, mark: str = "") -> str:
    """An expression as a tsquery is written. Pure.

    Args:
        mark: of the words that are meant.
    """
    match expression:
        case Words(stems):
            return _join("<->", (_quote(_cut(mark + stem)) for stem in stems.split()))
        case InTitle(inner):
            return query_text(inner, _TITLE)
        case Tagged(tags):
            return _join("|", (_quote(_cut(_TAG + tag)) for tag in tags))
        case AllOf(parts):
            return _join("&", (query_text(part, mark) for part in parts))
        case AnyOf(parts):
            return _join("|", (query_text(part, mark) for part in parts))
        case Without(inner, excluded):
            return f"({query_text(inner, mark)} & !{query_text(excluded, mark)})"


def _join(operator: str, parts: Iterable[str]) -> str:
    return f"({f' {operator} '.join(parts)})"


def _cut(word: str) -> str:
    return word if len(word) * 4 <= MAX_LEXEME else word.encode()[:MAX_LEXEME].decode(errors="ignore")


def _quote(lexeme: str) -> str:
    """A word in quotation marks, so that none can be an operator."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
