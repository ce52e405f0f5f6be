"""What every group of storage methods is built on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from bot.storage.dialects import table_of
from bot.storage.engine import Database

__all__ = ["CHUNK", "Group", "chunks", "table_of"]

Item = TypeVar("Item")

CHUNK = 1000
"""Values in one statement; SQLite and PostgreSQL allow 32,766."""


class Group:
    """Some of the methods of ``Storage``, all on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database


def chunks(items: Sequence[Item], size: int = CHUNK) -> Iterator[Sequence[Item]]:
    """The items in runs of at most ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
