"""The rows of a table in the order of its key, from one kind of database to the other, and sums to compare them by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, insert, literal, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import IndexEntry
from bot.storage import tsvector
from bot.storage.dialects import POSTGRESQL
from bot.storage.entries import INDEX
from bot.storage.tables import metadata

READ = 2_000
"""Rows of a tally that are read at a time."""

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows there are, and the sum of their digests, in which their order does not count."""

    rows: int
    checksum: str


async def rows_after(connection: AsyncConnection, name: str, after: Key | None, *, limit: int) -> Sequence[Row[Any]]:
    """The next rows of a table by its key; of the search index article, title, body and, on SQLite, tags."""
    if name == INDEX:
        key, tags = ("article_id", "") if connection.dialect.name == POSTGRESQL else ("rowid", ", tags")
        entries = text(f"SELECT {key}, title, body{tags} FROM {INDEX} WHERE {key} > :after ORDER BY {key} LIMIT :limit")  # noqa: S608
        return (await connection.execute(entries, {"after": after[0] if after else 0, "limit": limit})).all()
    table = metadata.tables[name]
    columns = list(table.primary_key)
    statement = select(table).order_by(*columns).limit(limit)
    if after is not None:
        bound = [literal(value, column.type) for value, column in zip(after, columns, strict=True)]
        statement = statement.where(tuple_(*columns) > tuple_(*bound))
    return (await connection.execute(statement)).all()


def key_of(name: str, row: Row[Any]) -> Key:
    """What ``rows_after`` goes on from."""
    if name == INDEX:
        return (row[0],)
    return tuple(getattr(row, column.name) for column in metadata.tables[name].primary_key)


async def write_rows(connection: AsyncConnection, name: str, rows: Sequence[Row[Any]]) -> None:
    """Insert rows as they are, ids too; into the search index by the stems that the other one has of an article."""
    if name == INDEX:
        entries = [(row[0], IndexEntry(row.title, row.body, row.tags, {})) for row in rows]
        await connection.run_sync(tsvector.replace_entries, entries)
        return
    written = [{column: _clean(value) for column, value in row._mapping.items()} for row in rows]
    await connection.execute(insert(metadata.tables[name]), written)


async def tally_of(connection: AsyncConnection, name: str) -> Tally:
    """Count and sum a table, or the search index."""
    count = total = 0
    after: Key | None = None
    while rows := await rows_after(connection, name, after, limit=READ):
        after = key_of(name, rows[-1])
        for row in rows:
            values = row[:3] if name == INDEX else row
            total += int.from_bytes(hashlib.blake2b(_canonical(values), digest_size=8).digest())
        count += len(rows)
    return Tally(count, f"{total % 2**64:016x}")


def _canonical(values: Sequence[Any]) -> bytes:
    return json.dumps([_clean(value) for value in values], ensure_ascii=False, default=_moment).encode()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _clean(value: Any) -> Any:
    """The same without NUL, which PostgreSQL has no place for and no text any use."""
    return value.replace("\0", "") if isinstance(value, str) else value
