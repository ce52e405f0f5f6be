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
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.relevance import Document, padded
from bot.storage.tables import UtcDateTime, articles
from bot.storage.terms import Word, fold, read_words
from bot.storage.vocabulary import count_words

TABLE = "article_index"
CREATE = (
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5("
    'title, body, tags, columnsize=0, tokenize = "unicode61 remove_diacritics 2")'
)
"""What the migration runs."""
BATCH = 500
"""Articles read at a time when all of them are indexed anew."""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What one article looks like in the index: stems, separated by spaces, and its tags."""

    title: str
    body: str
    tags: str
    words: tuple[tuple[str, str], ...]
    """Each word that occurs, in lower case, with its stem."""


def make_entry(title: str, body: str, outlet: str, published_at: datetime) -> IndexEntry:
    """The entry of an article. Stemming is the larger part of the work of saving it."""
    in_title, in_body = read_words(title), read_words(body)
    return IndexEntry(
        " ".join(word.stem for word in in_title),
        " ".join(word.stem for word in in_body),
        " ".join((outlet_tag(outlet), *month_tags(published_at))),
        tuple({word.surface: word.stem for word in (*in_title, *in_body)}.items()),
    )


def outlet_tag(outlet: str) -> str:
    """One word that no outlet shares with another."""
    return "o" + fold(outlet).replace(" ", "").replace("'", "").replace(".", "").replace(",", "")


def month_tags(moment: datetime) -> tuple[str, str]:
    """The year and the month of a moment (UTC), each as one word."""
    moment = moment.astimezone(UTC)
    return f"y{moment.year:04}", f"m{moment.year:04}{moment.month:02}"


def span_tags(since: datetime | None, until: datetime | None, now: datetime) -> tuple[str, ...]:
    """The tags that every article between two moments has one of; empty where there is no bound."""
    if since is None and until is None:
        return ()
    first = (since or datetime(1990, 1, 1, tzinfo=UTC)).astimezone(UTC)
    last = max(first, (until or now.replace(year=now.year + 1)).astimezone(UTC))
    months = [(month // 12, month % 12 + 1) for month in range(_months(first), _months(last) + 1)]
    whole = {year for year, month in months if month == 1} & {year for year, month in months if month == 12}
    tags = {f"y{year:04}" if year in whole else f"m{year:04}{month:02}" for year, month in months}
    return tuple(sorted(tags))


def _months(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1


def write_entries(connection: Connection, entries: Sequence[tuple[int, IndexEntry]]) -> None:
    """Index articles by id, replacing what is there for them."""
    if not entries:
        return
    rows = [
        {"id": article_id, "title": entry.title, "body": entry.body, "tags": entry.tags}
        for article_id, entry in entries
    ]
    ids = json.dumps([article_id for article_id, _ in entries])
    before = {
        row.rowid: {*row.title.split(), *row.body.split()}
        for row in connection.execute(
            text(
                f"SELECT rowid, title, body FROM {TABLE} WHERE rowid IN (SELECT value FROM json_each(:ids))"  # noqa: S608
            ),
            {"ids": ids},
        )
    }
    if before:
        connection.execute(
            text(f"DELETE FROM {TABLE} WHERE rowid = :id"),  # noqa: S608
            [{"id": article_id} for article_id in before],
        )
    connection.execute(
        text(f"INSERT INTO {TABLE} (rowid, title, body, tags) VALUES (:id, :title, :body, :tags)"),  # noqa: S608
        rows,
    )
    # Of a new version only the words that the old one did not have.
    count_words(
        connection,
        (
            (word, stem)
            for article_id, entry in entries
            for word, stem in entry.words
            if stem not in before.get(article_id, ())
        ),
    )


def index_all(connection: Connection) -> None:
    """Index every article that is stored, in an index that is empty."""
    statement = (
        select(articles.c.id, articles.c.title, articles.c.body, articles.c.outlet, articles.c.published_at)
        .order_by(articles.c.id)
        .limit(BATCH)
    )
    last = 0
    while rows := connection.execute(statement.where(articles.c.id > last)).all():
        write_entries(
            connection, [(row.id, make_entry(row.title, row.body, row.outlet, row.published_at)) for row in rows]
        )
        last = rows[-1].id


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which articles may be found."""

    tags: tuple[tuple[str, ...], ...] = ()
    """Of each group, one."""
    topics: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


async def find_newest(
    connection: AsyncConnection, expression: str, bounds: Bounds, *, limit: int, after: int = 0
) -> list[int]:
    """Ids of the articles that match, last saved first.

    Args:
        after: the id that all are higher than; not heeded within bounds, which may ask for old articles only.
    """
    for group in bounds.tags:
        expression = f"({expression}) AND {{tags}} : {any_of([quote(tag) for tag in group])}"
    conditions = [f"{TABLE} MATCH :expression"]
    values: dict[str, object] = {"expression": expression, "limit": limit}
    if bounds == Bounds() and after:
        conditions.append(f"{TABLE}.rowid > :after")
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
    join = f"CROSS JOIN articles ON articles.id = {TABLE}.rowid" if needs_article else ""
    statement = text(
        f"SELECT {TABLE}.rowid FROM {TABLE} {join} WHERE {' AND '.join(conditions)}"  # noqa: S608
        f" ORDER BY {TABLE}.rowid DESC LIMIT :limit"
    )
    moments = [bindparam(name, type_=UtcDateTime()) for name in ("since", "until") if name in values]
    return [row[0] for row in await connection.execute(statement.bindparams(*moments), values)]


async def read_documents(connection: AsyncConnection, article_ids: Collection[int]) -> list[Document]:
    """What the scores are worked out from, without the surfaces."""
    statement = text(
        f"SELECT articles.id, articles.story_id, articles.published_at, {TABLE}.title, {TABLE}.body"  # noqa: S608
        f" FROM json_each(:ids) AS given CROSS JOIN {TABLE} ON {TABLE}.rowid = given.value"
        " CROSS JOIN articles ON articles.id = given.value"
    ).columns(published_at=UtcDateTime())
    return [
        Document(row.id, row.story_id, row.published_at, padded(row.title), padded(row.body))
        for row in await connection.execute(statement, {"ids": json.dumps(list(article_ids))})
    ]


def phrase_expression(words: Sequence[Word]) -> str:
    """Words side by side, in FTS5's language."""
    return quote(" ".join(word.stem for word in words))


def any_of(terms: Collection[str]) -> str:
    """One of these, in FTS5's language."""
    return f"({' OR '.join(terms)})"


def quote(words: str) -> str:
    """Words in quotation marks, so that none can be an operator."""
    return '"' + words.replace('"', '""') + '"'
