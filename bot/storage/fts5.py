"""The full-text index on SQLite: FTS5 over the stems of title and body, and over tags for outlet and month.

It only says which articles have certain words, newest first; how well they answer is worked out in ``relevance``.
FTS5's own bm25 has to look at every article that has a word before it can name the best ten: 0.7 s for a popular word
in a million articles. Without it the table needs no sizes of its columns either (columnsize=0).

The table keeps its own copy of the stems. Without one, old entries could only be taken out of the index by repeating
exactly what was put in, which a new version of the stemmer would break; and deleting from a contentless table needs
SQLite 3.43, newer than what Debian 12 has.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import IndexEntry
from bot.storage.entries import INDEX
from bot.storage.expressions import AllOf, AnyOf, Bounds, Expression, InTitle, Tagged, Without, Words, tagged
from bot.storage.relevance import Document, padded
from bot.storage.tables import UtcDateTime

CREATE = (
    f"CREATE VIRTUAL TABLE {INDEX} USING fts5("
    'title, body, tags, columnsize=0, tokenize = "unicode61 remove_diacritics 2")'
)
"""What the migration runs."""


def replace_entries(connection: Connection, entries: Sequence[tuple[int, IndexEntry]]) -> dict[int, set[str]]:
    """Index articles by id, replacing what is there for them. Gives the stems of those that were there."""
    rows = [
        {"id": article_id, "title": entry.title, "body": entry.body, "tags": entry.tags}
        for article_id, entry in entries
    ]
    ids = json.dumps([article_id for article_id, _ in entries])
    before = {
        row.rowid: {*row.title.split(), *row.body.split()}
        for row in connection.execute(
            text(
                f"SELECT rowid, title, body FROM {INDEX} WHERE rowid IN (SELECT value FROM json_each(:ids))"  # noqa: S608
            ),
            {"ids": ids},
        )
    }
    if before:
        connection.execute(
            text(f"DELETE FROM {INDEX} WHERE rowid = :id"),  # noqa: S608
            [{"id": article_id} for article_id in before],
        )
    connection.execute(
        text(f"INSERT INTO {INDEX} (rowid, title, body, tags) VALUES (:id, :title, :body, :tags)"),  # noqa: S608
        rows,
    )
    return before


async def find_newest(
    connection: AsyncConnection, expression: Expression, bounds: Bounds, *, limit: int, after: int
) -> list[int]:
    """Ids of the articles that match, last saved first; see ``search_index.find_newest``."""
    conditions = [f"{INDEX} MATCH :expression"]
    values: dict[str, object] = {"expression": match_text(tagged(expression, bounds)), "limit": limit}
    if after:
        conditions.append(f"{INDEX}.rowid > :after")
        values["after"] = after
    if bounds.topics:
        conditions.append("articles.topic IN (SELECT value FROM json_each(:topics))")
        values["topics"] = json.dumps(bounds.topics)
    if bounds.since is not None:
        conditions.append("articles.published_at >= :since")
        values["since"] = bounds.since
    if bounds.until is not None:
        conditions.append("articles.published_at < :until")
        values["until"] = bounds.until
    # CROSS: the index goes first, so that its order is the order of the result and the limit ends the work.
    needs_article = bounds.topics or bounds.since or bounds.until
    join = f"CROSS JOIN articles ON articles.id = {INDEX}.rowid" if needs_article else ""
    statement = text(
        f"SELECT {INDEX}.rowid FROM {INDEX} {join} WHERE {' AND '.join(conditions)}"  # noqa: S608
        f" ORDER BY {INDEX}.rowid DESC LIMIT :limit"
    )
    moments = [bindparam(name, type_=UtcDateTime()) for name in ("since", "until") if name in values]
    return [row[0] for row in await connection.execute(statement.bindparams(*moments), values)]


async def read_documents(connection: AsyncConnection, article_ids: Collection[int]) -> list[Document]:
    """What the scores are worked out from, without the surfaces."""
    statement = text(
        f"SELECT articles.id, articles.story_id, articles.published_at, {INDEX}.title, {INDEX}.body"  # noqa: S608
        f" FROM json_each(:ids) AS given CROSS JOIN {INDEX} ON {INDEX}.rowid = given.value"
        " CROSS JOIN articles ON articles.id = given.value"
    ).columns(published_at=UtcDateTime())
    return [
        Document(row.id, row.story_id, row.published_at, padded(row.title), padded(row.body))
        for row in await connection.execute(statement, {"ids": json.dumps(list(article_ids))})
    ]


def match_text(expression: Expression) -> str:
    """An expression in FTS5's language, https://www.sqlite.org/fts5.html#full_text_query_syntax. Pure."""
    match expression:
        case Words(stems):
            return _quote(stems)
        case InTitle(inner):
            return f"{{title}} : ({match_text(inner)})"
        case Tagged(tags):
            return f"{{tags}} : ({' OR '.join(map(_quote, tags))})"
        case AllOf(parts):
            return f"({' AND '.join(map(match_text, parts))})"
        case AnyOf(parts):
            return f"({' OR '.join(map(match_text, parts))})"
        case Without(inner, excluded):
            return f"({match_text(inner)} NOT {match_text(excluded)})"


def _quote(words: str) -> str:
    """Words in quotation marks, so that none can be an operator."""
    return '"' + words.replace('"', '""') + '"'
