"""The schema: migrated step by step, it is what ``tables`` says; once it is current, opening costs one query."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event

from bot.storage import migrate, open_storage
from bot.storage.entries import INDEX
from bot.storage.schema import MIGRATIONS, VERSIONS
from bot.storage.tables import metadata
from tests.records import NOW, subscriber

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sari.db"


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


def schema_of(path: Path) -> dict[str, str]:
    """The statements that made each table and index, without those of Alembic and of full-text search.

    What a statement lists between commas is sorted: a column that a migration adds stands behind the constraints.
    """
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    ours = {name: _sorted(sql) for name, sql in rows if not name.startswith(("sqlite_", INDEX))}
    ours.pop("alembic_version", None)
    return ours


def _sorted(statement: str) -> str:
    head, listed, tail = re.fullmatch(r"([^(]*\()(.*)(\)[^)]*)", " ".join(statement.split())).groups()  # type: ignore[union-attr]
    return head + ", ".join(sorted(part.strip() for part in listed.split(","))) + tail


async def test_migrating_an_empty_database_gives_the_tables_of_the_code(path: Path, engine: Engine) -> None:
    done = await migrate(url_of(path))
    assert (done.before, done.after) == (None, VERSIONS[-1])

    def is_ours(_object: Any, name: str | None, *_: Any) -> bool:
        return name is None or not name.startswith(INDEX)

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": is_ours, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


async def test_migrations_write_the_same_statements_as_the_tables(path: Path, tmp_path: Path) -> None:
    """What ``compare_metadata`` does not look at: conditions of indexes, AUTOINCREMENT, ON DELETE."""
    await migrate(url_of(path))
    direct = create_engine(f"sqlite:///{tmp_path / 'direct.db'}")
    metadata.create_all(direct)
    direct.dispose()
    assert schema_of(path) == schema_of(tmp_path / "direct.db")


async def test_full_text_search_has_its_table(path: Path) -> None:
    await migrate(url_of(path))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(f"SELECT title, body FROM {INDEX}").fetchall() == []


async def test_migrating_twice_changes_nothing(path: Path) -> None:
    await migrate(url_of(path))
    before = schema_of(path)
    done = await migrate(url_of(path))
    assert done.before == done.after == VERSIONS[-1]
    assert schema_of(path) == before


async def test_two_processes_may_open_a_new_database_at_once(path: Path) -> None:
    storages = await asyncio.gather(*(open_storage(url_of(path), busy_timeout=20) for _ in range(4)))
    for number, storage in enumerate(storages, start=1):
        await storage.save_subscriber(subscriber(number))
    assert len(await storages[0].active_chats()) == 4
    for storage in storages:
        await storage.close()


async def test_a_migration_that_fails_leaves_nothing_behind(path: Path) -> None:
    def fail(_connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if "CREATE VIRTUAL TABLE" in statement:
            raise RuntimeError("the power goes out")

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        with pytest.raises(RuntimeError, match="power"):
            await migrate(url_of(path))
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
    assert schema_of(path) == {}
    assert (await migrate(url_of(path))).before is None


def test_the_versions_in_the_code_are_the_files() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert [script.revision for script in scripts.walk_revisions()][::-1] == list(VERSIONS)
    assert [path.name[:4] for path in sorted(MIGRATIONS.glob("versions/*.py"))] == list(VERSIONS)


async def test_a_current_database_is_opened_without_alembic(path: Path) -> None:
    await migrate(url_of(path))
    code = (
        "import asyncio, sys\n"
        "from bot.storage import open_storage\n"
        "async def main():\n"
        f"    await (await open_storage({url_of(path)!r})).close()\n"
        "asyncio.run(main())\n"
        "assert 'alembic' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_the_protocol_is_imported_without_sqlalchemy() -> None:
    code = "import sys, bot.storage.base; assert 'sqlalchemy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


async def test_articles_of_the_first_schema_are_found_by_the_new_search(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO articles (url, outlet, title, body, published_at, first_seen_at, content_hash, entry_hash,"
            " version) VALUES ('https://a.example/1', 'Kabar Sagara', 'Banjir besar', 'Gubernur meninjau.',"
            " '2026-11-20 08:00:00.000000', '2026-11-20 08:00:00.000000', 'x', '', 1)"
        )
    engine.dispose()
    storage = await open_storage(url_of(path))
    result = await storage.search("gubenur sumber:sagara sejak:7hari", limit=5, now=NOW)
    await storage.close()
    assert [hit.article.title for hit in result.hits] == ["Banjir besar"]
    assert result.corrected == "gubernur sumber:sagara sejak:7hari"
