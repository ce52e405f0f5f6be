"""``sari migrate``: the newest schema, and a SQLite file into PostgreSQL."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.config import Settings
from bot.terminal import complain, print_line, words

EVERY = 10_000
"""Rows between two lines about how far a move has come."""


async def migrate(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari migrate``, or ``sari migrate sqlite-to-postgres SOURCE [TARGET]``."""
    if arguments.action == "sqlite-to-postgres":
        return await _move(arguments.source, arguments.target or settings.database_url)
    from bot.storage import migrate as bring_up_to_date

    done = await bring_up_to_date(settings.database_url)
    print_line(words().plain("terminal.migrated", before=done.before or "", after=done.after))
    return 0


async def _move(source: Path, target: str) -> int:
    from bot.storage.move import move

    moved = await move(source, target, _tell if sys.stderr.isatty() else lambda _table, _n: None)
    for table, tally in moved.tallies.items():
        print_line(words().plain("terminal.moved_table", table=table, n=tally.rows, checksum=tally.checksum))
    print_line(words().plain("terminal.moved", already=moved.already))
    return 0


def _tell(table: str, count: int) -> None:
    if count % EVERY == 0:
        complain(words().plain("terminal.moving", table=table, n=count))
