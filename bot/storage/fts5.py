"""The full-text index on SQLite: FTS5 over the stems of title and body.

The table keeps its own copy of the stems. Without one, old entries could only be taken out of the index by repeating
exactly what was put in, which a new version of the stemmer would break; and deleting from a contentless table needs
SQLite 3.43, newer than what Debian 12 has.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.query import ParsedQuery, Phrase
from summarizer.text import stems

TABLE = "article_index"
"""Made by the first migration."""

RANK = "bm25(3.0, 1.0)"
"""A word in the title counts three times: nDCG@10 .872 against .861 (BM25 in ``../shared/data/search``)."""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What one article looks like in the index: stems, separated by spaces."""

    title: str
    body: str


def make_entry(title: str, body: str) -> IndexEntry:
    return IndexEntry(" ".join(stems(title)), " ".join(stems(body)))


async def put_entries(connection: AsyncConnection, entries: Sequence[tuple[int, IndexEntry]]) -> None:
    """Index articles by id, replacing what is there for them."""
    rows = [{"id": article_id, "title": entry.title, "body": entry.body} for article_id, entry in entries]
    if rows:
        await connection.execute(text(f"DELETE FROM {TABLE} WHERE rowid = :id"), rows)  # noqa: S608
        await connection.execute(
            text(f"INSERT INTO {TABLE} (rowid, title, body) VALUES (:id, :title, :body)"),  # noqa: S608
            rows,
        )


async def find_entries(connection: AsyncConnection, query: ParsedQuery, *, limit: int) -> list[tuple[int, float]]:
    """(article id, BM25) of the best matches, best first. The score is negative; the lower, the better."""
    statement = text(
        f"SELECT rowid, rank FROM {TABLE} WHERE {TABLE} MATCH :query AND rank MATCH :rank"  # noqa: S608
        " ORDER BY rank LIMIT :limit"
    ).bindparams(bindparam("query", match_expression(query)), bindparam("rank", RANK), bindparam("limit", limit))
    return [(row[0], row[1]) for row in await connection.execute(statement)]


def match_expression(query: ParsedQuery) -> str:
    """The query in FTS5's language. Each word stands in quotation marks, so that none can be an operator."""
    phrases = [_quote(phrase) for phrase in query.phrases]
    words = [_quote((word,)) for word in query.words]
    parts = list(phrases)
    if words:
        # A phrase must occur; words beside it only lift the articles that have them too.
        parts.append(_any_of([*phrases, *words]))
    expression = " AND ".join(parts)
    if query.excluded:
        expression = f"({expression}) NOT {_any_of([_quote(phrase) for phrase in query.excluded])}"
    return expression


def _any_of(terms: Collection[str]) -> str:
    return f"({' OR '.join(terms)})"


def _quote(phrase: Phrase) -> str:
    return '"' + " ".join(phrase).replace('"', '""') + '"'
