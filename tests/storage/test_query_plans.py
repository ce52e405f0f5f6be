"""What runs every few seconds finds its rows by an index, however many rows are there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from bot.models import (
    EditionItem,
    ListingKind,
    MessageBody,
    NewEdition,
    NewFeed,
    OutboxDraft,
    OutboxKind,
    OutboxRecord,
    OutboxState,
    Status,
)
from bot.storage import open_storage
from bot.storage.base import EditionDelivery, Storage
from bot.storage.tables import metadata
from tests.records import NOW, new_article, subscriber

Statements = list[tuple[str, tuple[Any, ...]]]

HARMLESS = ("USING INDEX ix_outbox_lease", "USING INDEX ix_articles_to_place_again")
"""Partial indexes of no more rows than are on their way right now."""


@contextmanager
def recorded() -> Iterator[Statements]:
    """Every statement that is run meanwhile, with its values."""
    statements: Statements = []

    def keep(_connection: Connection, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if statement.split(maxsplit=1)[0] in ("SELECT", "UPDATE", "DELETE", "INSERT"):
            statements.append((statement, values[0] if many else values))

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", keep)


def scans(path: Path, statements: Statements) -> list[str]:
    """The steps that read a table or an index from end to end, with their statement."""
    found = []
    with closing(sqlite3.connect(path)) as connection:
        for statement, values in statements:
            for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values):
                kind, name = step.split()[:2]
                if kind == "SCAN" and name in metadata.tables and not step.endswith(HARMLESS):
                    found.append(f"{step}: {statement}")
    return found


async def _work(storage: Storage) -> None:
    """Each thing that happens while Sari runs, once."""
    minute, lease = timedelta(minutes=1), timedelta(minutes=2)
    await storage.add_feeds([NewFeed("https://kabar.example/rss", "Kabar")], NOW)
    await storage.due_feeds(NOW, limit=9, per_host=2)
    await storage.untold_feeds(limit=9)
    await storage.mark_told([1], NOW)
    article = new_article()
    saved = await storage.save_articles([article], NOW)
    await storage.save_articles([new_article(body="Lain.")], NOW)
    await storage.articles_without_digest(limit=9)
    await storage.articles_without_story(limit=9)
    story_id = await storage.assign_story(saved.new[0], None, NOW)
    await storage.keep_story(saved.new[0], None)
    await storage.merge_stories(await storage.assign_story(saved.new[0], None, NOW), story_id, NOW)
    await storage.story_changes(story_id)
    await storage.articles_with_story(NOW - minute)
    await storage.story(story_id, "mesin-1")
    await storage.stories_between(NOW - minute, NOW, "mesin-1")
    await storage.save_subscriber(subscriber(1))
    await storage.due_audiences(NOW, limit=9)
    edition = await storage.save_edition(NewEdition("pagi", NOW, NOW, NOW, (EditionItem(1, 1, 1),)), NOW)
    bodies = [MessageBody("Pagi")] * 2
    await storage.queue_edition(edition, [EditionDelivery((1,), NOW, NOW + minute, bodies)], NOW)
    [message] = await storage.claim_due(NOW, owner="kita", limit=9, lease=lease)
    await storage.advance([message.id], (), owner="kita", now=NOW)
    await storage.advance((), [OutboxRecord(message.id, OutboxState.SENT, 0, 0, NOW, 7)], owner="kita", now=NOW)
    await storage.release(owner="kita")
    await storage.outbox_counts(OutboxKind.DIGEST, edition.id)
    await storage.last_edition_of(1)
    await storage.numbered_stories(1, 7)
    await storage.numbered_stories(1, None)
    await storage.add_listing(chat_id=1, user_id=1, kind=ListingKind.SEARCH, query="x", story_ids=[1], now=NOW)
    await storage.set_status(1, Status.BLOCKED, NOW)
    await storage.migrate_chat(1, 2, NOW)


async def test_nothing_that_runs_all_the_time_reads_a_whole_table(tmp_path: Path) -> None:
    storage = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}")
    with recorded() as statements:
        await _work(storage)
    await storage.close()
    assert len(statements) > 50
    assert scans(tmp_path / "sari.db", statements) == []


@pytest.mark.parametrize("index", ["ix_outbox_due", "ix_subscribers_due", "ix_feeds_due"])
async def test_due_rows_come_in_the_order_of_their_index(tmp_path: Path, index: str) -> None:
    storage = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}")
    item = await storage.add_broadcast(editor_id=1, title="T", text="I", url=None, outlet="", now=NOW)
    await storage.queue_broadcast(item.id, [OutboxDraft(1, 1, MessageBody("Gempa"))], NOW)
    with recorded() as statements:
        await storage.claim_due(NOW, owner="kita", limit=9, lease=timedelta(minutes=2))
        await storage.due_audiences(NOW, limit=9)
        await storage.due_feeds(NOW, limit=9, per_host=2)
    await storage.close()
    with closing(sqlite3.connect(tmp_path / "sari.db")) as connection:
        plans = [
            " ".join(step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values))
            for statement, values in statements
        ]
    assert any(f"USING INDEX {index}" in plan for plan in plans)
    assert not any("ix_outbox_due" in plan and "TEMP B-TREE" in plan for plan in plans)
