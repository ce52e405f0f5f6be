"""``sari migrate``: a filled SQLite file moved into PostgreSQL, whatever happens on the way."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete, insert

from bot.errors import DatabaseBusyError, InputError
from bot.models import EditionItem, ListingKind, NewEdition, NewFeed, StoredDigest
from bot.storage import migrate, open_storage
from bot.storage.move import BATCH, Moved, move
from bot.storage.sql import SqlStorage
from bot.storage.tables import inbox, message_bodies, metadata, outbox, stories
from tests import postgres
from tests.records import NOW, new_article, subscriber

ROOT = Path(__file__).parents[2]
ARTICLES = 2 * BATCH + 30


async def fill(storage: SqlStorage) -> None:
    """Something in every table, and more than two batches in some."""
    await storage.add_feeds([NewFeed("https://kabar.example/rss", "Kabar"), NewFeed("https://b.example/", "Dua")], NOW)
    articles = [new_article(f"Banjir ke-{number} di Sagara", "Air\0 naik. 🌊") for number in range(ARTICLES)]
    saved = await storage.save_articles(articles, NOW)
    digests = [
        StoredDigest(article.content_hash, "mesin-1", ("Air naik “tinggi”.", "Warga siaga."), "Air naik.", "mesin-1")
        for article in articles[:40]
    ]
    await storage.save_digests(digests)
    first = await storage.assign_story(saved.new[0], None, NOW)
    await storage.merge_stories(first, await storage.assign_story(saved.new[1], None, NOW), NOW)
    for chat_id in range(1, 2 * BATCH + 10):
        await storage.save_subscriber(subscriber(chat_id))
    await storage.save_edition(NewEdition("pagi", NOW, NOW, NOW, (EditionItem(1, first, 1),)), NOW)
    await storage.add_broadcast(editor_id=1, title="Gempa", text="", url=None, outlet="", now=NOW)
    await storage.add_listing(chat_id=1, user_id=1, kind=ListingKind.SEARCH, query="x", story_ids=[1], now=NOW)
    message = {"kind": "digest", "source_id": 1, "part": 1, "body_id": 1, "state": "pending", "not_before": NOW}
    row = message | {"attempts": 0, "ambiguous": 0, "reason": "", "urgent": True}
    async with storage._database.write() as connection:
        await connection.execute(insert(message_bodies).values(hash="x", content="{}"))
        await connection.execute(insert(outbox), [row | {"chat_id": chat} for chat in range(1, 100)])
        await connection.execute(insert(inbox).values(update_id=5, chat_id=1, content="{}", received_at=NOW))
        await connection.execute(insert(stories).values(id=9, opened_at=NOW))
        await connection.execute(delete(stories).where(stories.c.id == 9))


@pytest.fixture
async def source(tmp_path: Path) -> Path:
    path = tmp_path / "sari lama.db"
    storage = await open_storage(f"sqlite+aiosqlite:///{path}")
    await fill(storage)
    await storage.close()
    return path


@pytest.fixture
async def target() -> AsyncIterator[str]:
    async with postgres.database(empty=True) as url:
        yield url


def told(_table: str, _count: int) -> None:
    pass


def content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def count(url: str, table: str) -> int:
    [row] = await postgres.execute(url, f"SELECT count(*) FROM {table}")
    return int(row[0])


async def assert_all_is_there(moved: Moved, url: str) -> None:
    assert all(moved.tallies[name].rows for name in metadata.tables), moved.tallies
    for name in metadata.tables:
        assert await count(url, name) == moved.tallies[name].rows
    storage = await open_storage(url)
    assert await storage.subscriber(1) == subscriber(1)
    assert len(await storage.active_chats()) == 2 * BATCH + 9
    hit = (await storage.search("banjir 1007", limit=5, now=NOW)).hits[0]
    assert hit.article.title == "Banjir ke-1007 di Sagara"
    assert (await storage.search("banjr sagra", limit=1, now=NOW)).corrected == "banjir sagara"
    found = await storage.story(1, "mesin-1")
    assert found is not None
    assert found.members[0].sentences == ("Air naik “tinggi”.", "Warga siaga.")
    await storage.close()


async def test_everything_is_moved_and_the_file_stays_as_it_was(source: Path, target: str) -> None:
    before = content(source)
    moved = await move(source, target, told)
    assert not moved.already
    await assert_all_is_there(moved, target)
    assert content(source) == before


async def test_new_ids_follow_the_old_ones_also_those_that_were_deleted(source: Path, target: str) -> None:
    await move(source, target, told)
    storage = await open_storage(target)
    [article_id] = (await storage.save_articles([new_article("Baru")], NOW)).new
    assert article_id == ARTICLES + 1
    assert await storage.assign_story(article_id, None, NOW) == 10  # 9 was deleted
    await storage.close()


async def test_moving_again_finds_everything_there(source: Path, target: str) -> None:
    first = await move(source, target, told)
    again = await move(source, target, told)
    assert again == Moved(first.tallies, already=True)


KILLED = """
import asyncio, os, sys
from pathlib import Path
from bot.storage.move import move

def told(table, count):
    print(table, count, flush=True)
    sys.stdin.readline()

asyncio.run(move(Path(sys.argv[1]), sys.argv[2], told))
"""


def move_and_kill(source: Path, target: str, steps: int) -> list[str]:
    """Run a move in a process of its own and kill it after so many batches. Gives what it told."""
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(source), target],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        lines = []
        for _ in range(steps):
            lines.append(process.stdout.readline().strip())
            process.stdin.write("\n")
            process.stdin.flush()
        os.kill(process.pid, signal.SIGKILL)
    return lines


async def test_a_move_that_was_killed_goes_on_where_it_stopped(source: Path, target: str) -> None:
    first = await asyncio.to_thread(move_and_kill, source, target, 3)
    second = await asyncio.to_thread(move_and_kill, source, target, 5)
    assert not set(first) & set(second), "a batch was moved twice"
    tables: list[str] = []
    moved = await move(source, target, lambda table, _count: tables.append(table))
    assert first[0].split()[0] not in tables
    await assert_all_is_there(moved, target)


async def test_half_a_database_is_not_used(source: Path, target: str) -> None:
    await asyncio.to_thread(move_and_kill, source, target, 2)
    for use in (open_storage, migrate):
        with pytest.raises(DatabaseBusyError) as caught:
            await use(target)
        assert caught.value.key == "database_moving"


async def test_half_of_another_database_is_not_mixed_with_this_one(source: Path, target: str, tmp_path: Path) -> None:
    await asyncio.to_thread(move_and_kill, source, target, 2)
    other = tmp_path / "lain.db"
    await migrate(f"sqlite+aiosqlite:///{other}")
    with pytest.raises(InputError) as caught:
        await move(other, target, told)
    assert caught.value.key == "move_target_other"
    assert caught.value.values == {"file": str(source)}


async def test_a_database_with_rows_is_left_alone(source: Path, target: str) -> None:
    storage = await open_storage(target)
    await storage.save_subscriber(subscriber(99))
    await storage.close()
    with pytest.raises(InputError) as caught:
        await move(source, target, told)
    assert caught.value.key == "move_target_used"
    assert await count(target, "articles") == 0


async def test_a_database_of_somebody_else_is_left_alone(source: Path, target: str) -> None:
    await postgres.execute(target, "CREATE TABLE pelanggan (nama text)")
    with pytest.raises(InputError) as caught:
        await move(source, target, told)
    assert caught.value.key == "move_target_used"
    assert caught.value.values == {"table": "pelanggan"}
    tables = await postgres.execute(target, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert [row[0] for row in tables] == ["pelanggan"]


async def test_a_file_that_changes_meanwhile_is_noticed(source: Path, target: str) -> None:
    await asyncio.to_thread(move_and_kill, source, target, 6)
    storage = await open_storage(f"sqlite+aiosqlite:///{source}")
    await storage.mark_told([1], NOW)
    await storage.close()
    with pytest.raises(InputError) as caught:
        await move(source, target, told)
    assert (caught.value.key, caught.value.values) == ("move_differs", {"table": "feeds"})
    with pytest.raises(DatabaseBusyError):
        await open_storage(target)


@pytest.mark.parametrize("wrong", ["rahasia", "sqlite+aiosqlite:///rahasia.db", "postgresql+asyncpg:///rahasia"])
async def test_a_wrong_target_is_not_repeated(source: Path, wrong: str) -> None:
    with pytest.raises(InputError) as caught:
        await move(source, wrong, told)
    assert caught.value.key == "move_target_wrong"
    assert "rahasia" not in str(caught.value)


async def test_a_missing_file_is_named_and_not_made(tmp_path: Path, target: str) -> None:
    with pytest.raises(InputError) as caught:
        await move(tmp_path / "tidak-ada.db", target, told)
    assert caught.value.key == "file_missing"
    assert not list(tmp_path.iterdir())


def test_the_commands_say_what_they_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from bot.__main__ import main

    path = tmp_path / "sari.db"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LANG", "en_US.UTF-8")
        environment.setenv("SARI_DATABASE_URL", f"sqlite+aiosqlite:///{path}")
        assert main(["migrate"]) == 0
        assert "The database was empty and now has schema" in capsys.readouterr().out
        assert main(["migrate"]) == 0
        assert "up to date" in capsys.readouterr().out
        url = asyncio.run(postgres.create_database())
        try:
            assert main(["migrate", "sqlite-to-postgres", str(path), url]) == 0
            assert "Everything has been moved and compared." in capsys.readouterr().out
            assert main(["migrate", "sqlite-to-postgres", str(tmp_path / "x.db"), url]) == 1
            assert "x.db does not exist" in capsys.readouterr().err
        finally:
            asyncio.run(postgres.drop_database(url))
