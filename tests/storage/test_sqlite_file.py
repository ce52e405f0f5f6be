"""What stands in the file itself, where the protocol has no question for it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from bot.models import MessageBody, OutboxDraft
from bot.storage import open_storage
from bot.storage.base import Storage
from tests.records import NOW, new_article, subscriber
from tests.storage.contract_outbox import US, claim, sent

PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "query_only")


def read(path: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question).fetchall()


async def test_commits_survive_a_power_cut_and_readers_cannot_write(tmp_path: Path) -> None:
    """In WAL mode only synchronous=FULL (2) syncs each commit; ``SqliteDatabase`` says what NORMAL would cost."""
    settings: list[list[object]] = []

    def look(connection: Connection) -> None:
        settings.append([connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS])

    storage = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}")
    event.listen(Engine, "commit", look)
    try:
        await storage.save_subscriber(subscriber(2))
        await storage.subscriber(2)
    finally:
        event.remove(Engine, "commit", look)
    await storage.close()
    writer, reader = settings
    assert writer == ["wal", 2, 1, 0]
    assert (reader[0], reader[3]) == ("wal", 1)


async def test_times_are_text_in_utc_whose_order_is_the_order_of_time(tmp_path: Path) -> None:
    path = tmp_path / "sari.db"
    storage = await open_storage(f"sqlite+aiosqlite:///{path}")
    await storage.save_articles([new_article(published_at=NOW)], NOW + timedelta(microseconds=5))
    await storage.close()
    question = "SELECT published_at, first_seen_at FROM articles"
    assert read(path, question) == [("2026-11-24 00:00:00.000000", "2026-11-24 00:00:00.000005")]


async def _broadcast(storage: Storage, text: str, *chats: int) -> None:
    item = await storage.add_broadcast(editor_id=1, title=text, text="", url=None, outlet="", now=NOW)
    await storage.queue_broadcast(item.id, [OutboxDraft(chat, 1, MessageBody(text)) for chat in chats], NOW)


async def test_a_text_is_stored_once_for_all_its_readers_until_nobody_needs_it(tmp_path: Path) -> None:
    path = tmp_path / "sari.db"
    storage = await open_storage(f"sqlite+aiosqlite:///{path}")
    await _broadcast(storage, "lama", 1, 2, 3)
    messages = await claim(storage)
    await storage.advance((), [sent(message) for message in messages], owner=US, now=NOW - timedelta(days=61))
    await _broadcast(storage, "baru", 1, 2, 3)
    count = "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM message_bodies)"
    assert read(path, count) == [(6, 2)]
    await storage.prune(NOW)
    assert read(path, count) == [(3, 1)]
    assert [message.body.html for message in await claim(storage)] == ["baru"] * 3
    await storage.close()


@pytest.mark.parametrize("table", ["articles", "stories", "editions", "outbox", "broadcasts", "listings", "feeds"])
async def test_an_id_that_left_in_a_button_never_comes_back(tmp_path: Path, table: str) -> None:
    path = tmp_path / "sari.db"
    await (await open_storage(f"sqlite+aiosqlite:///{path}")).close()
    [(made,)] = read(path, f"SELECT sql FROM sqlite_master WHERE name = '{table}'")
    assert "AUTOINCREMENT" in str(made)
