"""Where the two kinds of database have different words for one thing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Subquery, Table, Text, cast, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

POSTGRESQL = "postgresql"

Insert = sqlite.Insert | postgresql.Insert
"""An INSERT that may go on with ON CONFLICT."""


def insert_into(connection: AsyncConnection, table: Table) -> Insert:
    """An INSERT for this kind of database; SQLAlchemy has ON CONFLICT in the dialects only, in the same words."""
    return postgresql.insert(table) if connection.dialect.name == POSTGRESQL else sqlite.insert(table)


class json_items(FunctionElement[Any]):  # noqa: N801 - named as in SQL
    """The items of a JSON array, as a table with the column ``value``."""

    inherit_cache = True


@compiles(json_items, "sqlite")
def _items_in_sqlite(element: json_items, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(json_items, "postgresql")
def _items_in_postgresql(element: json_items, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS json))"


class json_list(FunctionElement[str]):  # noqa: N801 - as above
    """Aggregate: the values of a group as the text of a JSON array."""

    type = Text()
    inherit_cache = True


@compiles(json_list, "sqlite")
def _list_in_sqlite(element: json_list, compiler: SQLCompiler, **options: Any) -> str:
    return list_of(compiler.process(element.clauses, **options), "sqlite")


@compiles(json_list, "postgresql")
def _list_in_postgresql(element: json_list, compiler: SQLCompiler, **options: Any) -> str:
    return list_of(compiler.process(element.clauses, **options), POSTGRESQL)


def list_of(column: str, dialect: str) -> str:
    """Aggregate: as ``json_list``, to write after SELECT. Without any row PostgreSQL has NULL."""
    return f"CAST(json_agg({column}) AS text)" if dialect == POSTGRESQL else f"json_group_array({column})"


def table_of(numbers: Iterable[int]) -> Subquery:
    """A table with one column, ``value``: bulk work on a list of ids as one statement over one bound value.

    A hundred thousand rows take a tenth of the time of ``executemany``, most of which goes into binding each value.
    """
    rows = json_items(json.dumps(list(numbers))).table_valued("value")
    return select(cast(rows.c.value, BigInteger).label("value")).subquery("given")


def rows_from(parameter: str, dialect: str) -> str:
    """What to write after FROM for the rows (``value ->> 0``, …) of a JSON array of arrays bound under this name."""
    if dialect == POSTGRESQL:
        return f"json_array_elements(CAST(:{parameter} AS json))"
    return f"json_each(:{parameter})"


async def look_again(connection: AsyncConnection, table: Table) -> None:
    """Let PostgreSQL see how much there is now: with a table that it takes for empty, a claim took 0.2 s, not 0.01."""
    if connection.dialect.name == POSTGRESQL:
        await connection.execute(text(f"ANALYZE {table.name}"))
