"""A file that is locked, read-only, full, damaged, or no database: a clear error, and nothing is lost."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError

from bot.errors import (
    DatabaseBrokenError,
    DatabaseBusyError,
    DatabaseNewerError,
    DatabaseReadOnlyError,
    SettingError,
    StorageError,
)
from bot.storage import migrate, open_storage
from tests.records import NOW, new_article, subscriber

NOBODY = 65534


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sari.db"


@pytest.fixture
async def filled(path: Path) -> Path:
    """A database with one subscriber and one article, closed."""
    storage = await open_storage(url_of(path))
    await storage.save_subscriber(subscriber(1))
    await storage.save_articles([new_article()], NOW)
    await storage.close()
    return path


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A folder, and no right to write into what belongs to somebody else, also where the tests run as root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        was = os.geteuid()
        if was == 0:
            os.seteuid(NOBODY)
        else:
            folder.chmod(0o555)
        try:
            yield folder
        finally:
            os.seteuid(was)
            folder.chmod(0o755)


async def assert_still_whole(path: Path) -> None:
    storage = await open_storage(url_of(path))
    assert await storage.subscriber(1) == subscriber(1)
    await storage.close()


async def test_while_another_process_writes_reading_goes_on_and_writing_is_refused(filled: Path) -> None:
    storage = await open_storage(url_of(filled), busy_timeout=0.05)
    with sqlite3.connect(filled, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM subscribers")
        assert await storage.subscriber(1) == subscriber(1)
        with pytest.raises(DatabaseBusyError) as caught:
            await storage.save_subscriber(subscriber(2))
        assert caught.value.key == "database_locked"
        other.execute("ROLLBACK")
    other.close()
    await storage.save_subscriber(subscriber(2))
    assert len(await storage.active_chats()) == 2
    await storage.close()


async def test_a_locked_database_still_opens(filled: Path) -> None:
    with sqlite3.connect(filled, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        storage = await open_storage(url_of(filled), busy_timeout=0.05)
        assert await storage.subscriber(1) == subscriber(1)
        await storage.close()
    other.close()


async def test_an_empty_database_that_is_locked_is_not_migrated(path: Path) -> None:
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusyError):
            await migrate(url_of(path), busy_timeout=0.05)
    other.close()


async def test_a_file_opened_read_only_is_refused_at_the_start(filled: Path) -> None:
    before = filled.read_bytes()
    with pytest.raises(DatabaseReadOnlyError) as caught:
        await open_storage(f"sqlite+aiosqlite:///file:{filled}?mode=ro&uri=true")
    assert caught.value.key == "database_read_only"
    assert filled.read_bytes() == before
    await assert_still_whole(filled)


async def test_a_file_of_somebody_else_is_refused_at_the_start(unprivileged: Path) -> None:
    me = os.geteuid()
    os.seteuid(os.getuid())
    unprivileged.chmod(0o755)
    storage = await open_storage(url_of(unprivileged / "sari.db"))
    await storage.close()
    (unprivileged / "sari.db").chmod(0o444)
    unprivileged.chmod(0o555)
    os.seteuid(me)
    with pytest.raises(DatabaseReadOnlyError):
        await open_storage(url_of(unprivileged / "sari.db"))


async def test_a_new_file_in_a_folder_of_somebody_else_is_refused(unprivileged: Path) -> None:
    with pytest.raises(DatabaseReadOnlyError) as caught:
        await open_storage(url_of(unprivileged / "sari.db"))
    assert caught.value.key == "database_read_only"
    assert not list(unprivileged.iterdir())


async def test_a_missing_folder_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(DatabaseBrokenError) as caught:
        await open_storage(url_of(tmp_path / "tidak-ada" / "sari.db"))
    assert caught.value.key == "database_folder_missing"
    assert caught.value.values == {"folder": str(tmp_path / "tidak-ada")}
    assert not list(tmp_path.iterdir())


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseBrokenError):
        await open_storage(url_of(tmp_path))


async def test_a_newer_database_is_not_touched(filled: Path) -> None:
    with sqlite3.connect(filled) as other:
        other.execute("UPDATE alembic_version SET version_num = '0999'")
    other.close()
    for use in (open_storage, migrate):
        with pytest.raises(DatabaseNewerError) as caught:
            await use(url_of(filled))
        assert caught.value.key == "database_newer"
        assert caught.value.values["found"] == "0999"
    with sqlite3.connect(filled) as other:
        assert other.execute("SELECT count(*) FROM subscribers").fetchone() == (1,)
    other.close()


async def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    content = b"Bukan basis data.\n" * 500
    path.write_bytes(content)
    with pytest.raises(DatabaseBrokenError) as caught:
        await open_storage(url_of(path))
    assert caught.value.key == "database_broken"
    assert path.read_bytes() == content


async def test_a_damaged_database_says_so(filled: Path) -> None:
    damaged = bytearray(filled.read_bytes())
    damaged[4096:] = b"\xff" * (len(damaged) - 4096)
    filled.write_bytes(damaged)
    with pytest.raises(DatabaseBrokenError) as caught:
        await open_storage(url_of(filled))
    assert caught.value.key == "database_broken"


async def test_a_full_disk_loses_nothing_that_was_saved(filled: Path) -> None:
    def limit_pages(connection: sqlite3.Connection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA max_page_count = 1")  # The pages that are there now: SQLite never goes below.
        cursor.close()

    event.listen(Engine, "connect", limit_pages)
    try:
        storage = await open_storage(url_of(filled))
    finally:
        event.remove(Engine, "connect", limit_pages)
    with pytest.raises(DatabaseBrokenError) as caught:
        await storage.save_articles([new_article(f"Berita {number}", "panjang " * 900) for number in range(50)], NOW)
    assert caught.value.key == "database_full"
    assert len(await storage.articles_without_digest(limit=99)) == 1
    await storage.close()
    await assert_still_whole(filled)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://sari:rahasia@db.example/sari",
        "postgresql+asyncpg://sari:rahasia@db.example",
        "postgresql+asyncpg:///rahasia",
        "postgresql+asyncpg://sari:rahasia@db.example/sari?sslmode=require",
        "postgresql+asyncpg://sari:rahasia@db.example/sari?ssl=rahasia",
        "sqlite:///rahasia.db",
        "sqlite+aiosqlite:///sari.db?cache=rahasia",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "rahasia",
        "sqlite+aiosqlite://sari:rahasia@[::1",
        "sqlite+aiosqlite://sari:rahasia@db.example/sari.db",
    ],
)
async def test_an_address_that_cannot_be_used_is_not_repeated(url: str) -> None:
    with pytest.raises(SettingError) as caught:
        await open_storage(url)
    assert caught.value.key == "setting_wrong"
    assert "rahasia" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_mistake_of_our_own_is_not_taken_for_trouble_with_the_file(path: Path) -> None:
    storage = await open_storage(url_of(path))
    saved = await storage.save_articles([new_article()], NOW)
    with pytest.raises(IntegrityError) as caught:
        await storage.assign_story(saved.new[0], 999, NOW)
    assert not isinstance(caught.value, StorageError)
    await storage.close()


async def test_what_readers_wrote_is_in_no_error(path: Path) -> None:
    storage = await open_storage(url_of(path))
    saved = await storage.save_articles([new_article("Judul rahasia")], NOW)
    with pytest.raises(IntegrityError) as caught:
        await storage.assign_story(saved.new[0], 123456789, NOW)
    assert "123456789" not in str(caught.value)
    await storage.close()


def test_a_file_that_cannot_be_opened_leaves_no_thread_behind(unprivileged: Path) -> None:
    async def refused() -> None:
        with pytest.raises(DatabaseReadOnlyError):
            await open_storage(url_of(unprivileged / "sari.db"))

    before = threading.active_count()
    for _ in range(30):
        # A loop of its own each time, as in a command: it closes at once, and a thread that answers late fails.
        asyncio.run(refused())
    assert threading.active_count() <= before
