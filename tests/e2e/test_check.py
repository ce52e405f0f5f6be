"""`sari check`: one line for each thing that `sari run` needs, and never a secret in it."""

from __future__ import annotations

import json
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from bot.storage import migrate
from tests.e2e.terminal import Terminal, write
from tests.processes import ROOT

WRONG_TOKEN = "900000001:A-WRONG-TOKEN-OF-THIS-TEST-ONLY-0000"


@pytest.fixture
async def telegram(settings: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    """A Telegram, and the settings that an operator would make for it."""
    async with Sandbox() as sandbox:
        settings.setenv("SARI_TELEGRAM_TOKEN", sandbox.token)
        settings.setenv("SARI_TELEGRAM_API_URL", sandbox.api_url)
        settings.setenv("SARI_ADMINS", "2001, 2002")
        settings.setenv("SARI_FEEDS", str(ROOT / "deploy" / "feeds.opml"))
        yield sandbox


def line(out: str, name: str) -> str:
    """What was said about one thing, with its mark."""
    return next(each for each in out.splitlines() if each[2:].startswith(f"{name}: "))


async def test_nothing_set_names_each_setting_that_is_missing(sari: Terminal) -> None:
    found = await sari.run("check")
    assert (found.code, found.err) == (1, "")
    assert line(found.out, "token") == "✗ token: Setelan SARI_TELEGRAM_TOKEN belum diisi."
    assert line(found.out, "admin") == "✗ admin: Setelan SARI_ADMINS belum diisi."
    assert line(found.out, "umpan").startswith("✗ umpan: Belum ada umpan.")
    assert line(found.out, "basis data") == "✓ basis data: dapat dipakai, 0 pembaca aktif; baru dibuat"
    assert line(found.out, "peringkas").startswith("✓ peringkas: extractive")
    assert line((await sari.run("check")).out, "basis data") == "✓ basis data: dapat dipakai, 0 pembaca aktif"


async def test_an_english_terminal_gets_english_names(sari: Terminal, settings: pytest.MonkeyPatch) -> None:
    settings.setenv("LANG", "en_US.UTF-8")
    found = await sari.run("check")
    assert line(found.out, "database") == "✓ database: usable, 0 active readers; just made"
    assert [each[2:].split(":")[0] for each in found.out.splitlines()] == [
        *("token", "admins", "database", "feeds", "summarizer")
    ]


async def test_good_settings_are_good_and_the_token_stays_a_secret(sari: Terminal, telegram: Sandbox) -> None:
    found = await sari.run("check")
    assert (found.code, found.err) == (0, "")
    assert "✗" not in found.out
    assert line(found.out, "token") == "✓ token: @sari_demo_bot"
    assert line(found.out, "admin") == "✓ admin: 2001, 2002"
    assert "di daftar SARI_FEEDS, 0 di basis data" in line(found.out, "umpan")
    assert telegram.token not in found.out
    assert telegram.token.partition(":")[2] not in found.out


@pytest.mark.usefixtures("telegram")
async def test_a_token_that_telegram_refuses_is_wrong_and_not_shown(
    sari: Terminal, settings: pytest.MonkeyPatch
) -> None:
    settings.setenv("SARI_TELEGRAM_TOKEN", WRONG_TOKEN)
    found = await sari.run("check")
    assert found.code == 1
    assert "Telegram menolak token bot" in line(found.out, "token")
    assert WRONG_TOKEN.partition(":")[2] not in found.out + found.err


@pytest.mark.usefixtures("telegram")
async def test_a_telegram_that_does_not_answer_is_unreachable(sari: Terminal, settings: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: whoever comes is refused
        settings.setenv("SARI_TELEGRAM_API_URL", f"http://127.0.0.1:{taken.getsockname()[1]}/bot")
        found = await sari.run("check")
    assert found.code == 1
    assert "Telegram tidak dapat dihubungi" in line(found.out, "token")
    assert "✓" in line(found.out, "umpan")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SARI_TELEGRAM_TOKN", WRONG_TOKEN, "Setelan SARI_TELEGRAM_TOKN tidak dikenal. Periksa ejaannya."),
        ("SARI_TELEGRAM_TOKEN", "rahasia-yang-salah-tempat", "Nilai setelan SARI_TELEGRAM_TOKEN tidak dapat dipakai."),
        ("SARI_ADMINS", "@redaksi-rahasia", "Nilai setelan SARI_ADMINS tidak dapat dipakai."),
        ("SARI_TELEGRAM_TOKEN_FILE", "/tidak/ada", "Berkas yang disebut setelan SARI_TELEGRAM_TOKEN_FILE tidak dapat"),
    ],
)
@pytest.mark.parametrize("command", ["check", "run"])
async def test_a_setting_that_is_wrong_is_named_without_its_value(
    sari: Terminal, settings: pytest.MonkeyPatch, command: str, name: str, value: str, sentence: str
) -> None:
    settings.setenv(name, value)
    found = await sari.run(command)
    assert (found.code, found.out) == (1, "")
    assert found.err.startswith(sentence)
    assert value not in found.err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "umpan.opml tidak ada atau tidak dapat dibuka"),
        ("<html><body>bukan daftar</body></html>", "bukan daftar umpan OPML yang sah"),
        ('<opml version="2.0"><body/></opml>', "tidak memuat umpan yang dapat dipakai"),
        ("", "bukan daftar umpan OPML yang sah"),
    ],
)
async def test_a_list_of_feeds_that_cannot_be_read_is_named(
    sari: Terminal, settings: pytest.MonkeyPatch, tmp_path: Path, content: str | None, sentence: str
) -> None:
    opml = tmp_path / "umpan.opml"
    if content is not None:
        write(opml, content)
    settings.setenv("SARI_FEEDS", str(opml))
    found = await sari.run("check")
    assert found.code == 1
    assert sentence in line(found.out, "umpan")


@pytest.mark.usefixtures("telegram")
async def test_feeds_of_the_database_are_enough(sari: Terminal, settings: pytest.MonkeyPatch, tmp_path: Path) -> None:
    feed = '<outline text="Warta" xmlUrl="https://warta.example/rss"/>'
    opml = write(tmp_path / "umpan.opml", f'<opml version="2.0"><body>{feed}</body></opml>')
    await sari.run("feeds", "import", str(opml))
    settings.delenv("SARI_FEEDS")
    found = await sari.run("check")
    assert (found.code, line(found.out, "umpan")) == (0, "✓ umpan: 0 di daftar SARI_FEEDS, 1 di basis data")
    settings.setenv("SARI_FEEDS", str(opml))
    assert line((await sari.run("check")).out, "umpan") == "✓ umpan: 1 di daftar SARI_FEEDS, 1 di basis data"


@pytest.mark.usefixtures("telegram")
async def test_a_list_of_feeds_is_enough_without_a_database(sari: Terminal, tmp_path: Path) -> None:
    fill_with_words(tmp_path / "sari.db")
    found = await sari.run("check")
    assert "✗" in line(found.out, "basis data")
    assert line(found.out, "umpan").startswith("✓ umpan: ")
    assert line(found.out, "umpan").endswith(" di daftar SARI_FEEDS")


# --- the database -------------------------------------------------------------------------------------------------


def make_newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute("INSERT INTO alembic_version VALUES ('0999')")


def fill_with_words(path: Path) -> None:
    write(path, "Bukan basis data.\n" * 500)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [(make_newer, "dibuat oleh Sari yang lebih baru"), (fill_with_words, "bukan basis data Sari, atau rusak")],
)
async def test_a_database_that_is_not_ours_is_left_alone(
    sari: Terminal, tmp_path: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    path = tmp_path / "sari.db"
    spoil(path)
    before = path.read_bytes()
    found = await sari.run("check")
    assert found.code == 1
    assert sentence in line(found.out, "basis data")
    for command in (("search", "banjir"), ("ingest", str(path))):
        found = await sari.run(*command)
        assert (found.code, found.out) == (1, "")
        assert sentence in found.err
    assert path.read_bytes() == before


async def test_a_database_that_cannot_be_written_says_so(
    sari: Terminal, settings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await migrate(f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}")
    settings.setenv("SARI_DATABASE_URL", f"sqlite+aiosqlite:///file:{tmp_path / 'sari.db'}?mode=ro&uri=true")
    found = await sari.run("check")
    assert found.code == 1
    assert "Basis data tidak dapat ditulisi" in line(found.out, "basis data")


async def test_a_folder_that_is_missing_is_named(sari: Terminal, settings: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings.setenv("SARI_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'tidak-ada' / 'sari.db'}")
    found = await sari.run("check")
    assert found.code == 1
    assert f"Folder {tmp_path / 'tidak-ada'} untuk basis data tidak ada" in line(found.out, "basis data")


async def test_a_database_that_another_process_holds_loses_nothing(sari: Terminal, tmp_path: Path) -> None:
    text = "Jembatan Melati di Kota Sagara dibuka lagi pada Senin setelah diperbaiki selama empat bulan."
    news = write(tmp_path / "a.jsonl", json.dumps({"id": "a", "title": "Jembatan dibuka", "text": text}))
    await migrate(f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}")
    with closing(sqlite3.connect(tmp_path / "sari.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = await sari.run("ingest", str(news))
        assert (refused.code, refused.out) == (1, "")
        assert refused.err == "Basis data sedang dipakai proses lain. Coba lagi sebentar lagi.\n"
        assert (await sari.run("search", "jembatan")).code == 0  # reading goes on
        other.execute("ROLLBACK")
    assert (await sari.run("ingest", str(news))).out.startswith("Baru: 1.")
