"""The words of the index: how many articles have them, how they go on, what a misspelt one was meant to be."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.dialects import rows_from
from bot.storage.group import chunks
from bot.storage.spelling import LONGEST, is_correctable, spelling_keys
from bot.storage.tables import articles, search_spellings, search_words

MAX_COMPLETIONS = 8
MAX_CANDIDATES = 400
"""Words compared with a misspelt one; most have fewer neighbours than 50."""


def count_words(connection: Connection, found: Iterable[Mapping[str, str]]) -> None:
    """Count the words of articles, given with their stems. Counts never go down."""
    stems: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for words in found:
        stems.update(words)
        counts.update(words.keys())
    # In the order of the table's key: a B-tree is filled fastest from left to right.
    rows = [(word, stems[word], count) for word, count in sorted(counts.items()) if len(word) <= LONGEST]
    # In parts, between which the event loop goes on: a megabyte of words that nobody knows held it up for a second.
    for some in chunks(rows):
        _count_some(connection, json.dumps(some))


def _count_some(connection: Connection, rows: str) -> None:
    dialect = connection.dialect.name
    # Asked before, as RETURNING would give the known words, too: nearly all of them, each a row for Python to read.
    new = connection.scalars(
        text(
            f"SELECT value ->> 0 FROM {rows_from('rows', dialect)}"  # noqa: S608
            " WHERE NOT EXISTS (SELECT 1 FROM search_words WHERE word = value ->> 0)"
        ),
        {"rows": rows},
    ).all()
    connection.execute(
        text(
            "INSERT INTO search_words (word, stem, articles)"  # noqa: S608
            f" SELECT value ->> 0, value ->> 1, CAST(value ->> 2 AS integer) FROM {rows_from('rows', dialect)}"
            " WHERE true ON CONFLICT (word) DO UPDATE SET articles = search_words.articles + excluded.articles"
        ),
        {"rows": rows},
    )
    keys = sorted((key, word) for word in new if is_correctable(word) for key in spelling_keys(word))
    if not keys:
        return
    connection.execute(
        text(
            "INSERT INTO search_spellings (key, word)"  # noqa: S608
            f" SELECT value ->> 0, value ->> 1 FROM {rows_from('keys', dialect)} WHERE true ON CONFLICT DO NOTHING"
        ),
        {"keys": json.dumps(keys)},
    )


async def count_articles(connection: AsyncConnection) -> int:
    """How many articles there are, as the highest id: counting a million takes longer than the search."""
    return await connection.scalar(select(func.max(articles.c.id))) or 0


async def frequencies(connection: AsyncConnection, stems: Collection[str]) -> dict[str, int]:
    """In how many articles the stems occur; an article with two forms of one counts twice."""
    if not stems:
        return {}
    statement = (
        select(search_words.c.stem, func.sum(search_words.c.articles))
        .where(search_words.c.stem.in_(stems))
        .group_by(search_words.c.stem)
    )
    return {row[0]: row[1] for row in await connection.execute(statement)}


async def completions(connection: AsyncConnection, beginning: str) -> dict[str, int]:
    """The stems of the most common words that begin like this, with their numbers of articles."""
    statement = (
        select(search_words.c.stem, search_words.c.articles)
        .where(search_words.c.word >= beginning, search_words.c.word < beginning + "\U0010ffff")
        .order_by(search_words.c.articles.desc(), search_words.c.word)
        .limit(MAX_COMPLETIONS)
    )
    found: dict[str, int] = {}
    for stem, count in await connection.execute(statement):
        found[stem] = found.get(stem, 0) + count
    return found


async def spelling_candidates(connection: AsyncConnection, typed: str) -> list[tuple[str, int]]:
    """Words that share a key with a typed one, the most common first, with their numbers of articles."""
    statement = (
        select(search_words.c.word, search_words.c.articles)
        .where(
            search_words.c.word.in_(
                select(search_spellings.c.word).where(search_spellings.c.key.in_(spelling_keys(typed)))
            )
        )
        .order_by(search_words.c.articles.desc(), search_words.c.word)
        .limit(MAX_CANDIDATES)
    )
    return [(row.word, row.articles) for row in await connection.execute(statement)]
