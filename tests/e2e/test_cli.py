"""The command line as an operator meets it: what it prints, in which language, and the exit code."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.records import FLOOD, RICE

ROOT = Path(__file__).parents[2]
SEED = ROOT.parent / "shared/data/seed/article.txt"
PAGES = ROOT.parent / "shared/data/pages"
TOKEN = "123456789:" + "A" * 35
ENGLISH = (
    "The government announced on Monday that the price of rice had fallen for the third week in a row, and that "
    "farmers in five districts were ready for the next harvest, which should last until the end of the month."
)


@dataclass
class Shell:
    """Runs `main` as a shell would, in a folder with a database of its own."""

    capsys: pytest.CaptureFixture[str]
    folder: Path

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        """Exit code, output and complaints of one command."""
        code = main([str(argument) for argument in arguments])
        out, err = self.capsys.readouterr()
        return code, out, err

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    for name in [*os.environ]:
        if name.startswith(("SARI_", "LC_", "LANG")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SARI_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}")
    return Shell(capsys, tmp_path)


# --- summarize ----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not SEED.exists(), reason="../shared is not on this machine")
def test_the_seed_article_gives_title_date_place_and_digest(shell: Shell) -> None:
    code, out, _ = shell("summarize", SEED, "--json")
    record = json.loads(out)
    assert code == 0
    assert record["title"].startswith("Di Acara Kemenpan-RB")
    assert record["published"] == "2019-11-22T00:00:00+07:00"
    assert record["place"] == "JAKARTA"
    assert record["engine"]
    assert 1 <= len(record["sentences"]) <= 4
    code, out, _ = shell("summarize", SEED)
    assert code == 0
    assert "22/11/2019" in out
    assert record["sentences"][0] in out


@pytest.mark.skipif(not PAGES.exists(), reason="../shared is not on this machine")
def test_a_packed_page_is_summarised(shell: Shell) -> None:
    code, out, _ = shell("summarize", PAGES / "kompas-singlepage.html.gz", "--json")
    assert code == 0
    assert json.loads(out)["sentences"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "kosong"),
        (bytes(64), "bukan berkas teks"),
        (ENGLISH, "tampaknya bukan berbahasa Indonesia"),
        ("?!\n…", "Tidak ada teks yang dapat diringkas"),
    ],
)
def test_what_is_no_article_gets_a_sentence_and_exit_code_1(shell: Shell, content: str | bytes, sentence: str) -> None:
    code, out, err = shell("summarize", shell.write("naskah.txt", content))
    assert (code, out) == (1, "")
    assert sentence in err


def test_a_missing_and_a_huge_file_are_named(shell: Shell) -> None:
    code, _, err = shell("summarize", shell.folder / "tidak-ada.txt")
    assert code == 1
    assert "tidak-ada.txt" in err
    huge = shell.write("besar.txt", b"")
    with huge.open("r+b") as file:
        file.truncate(50 * 1024 * 1024)
    code, _, err = shell("summarize", huge)
    assert code == 1
    assert "terlalu besar" in err


def test_one_sentence_is_its_own_digest(shell: Shell) -> None:
    sentence = "Jembatan Melati di Kota Sagara dibuka kembali pada Selasa pagi setelah diperbaiki selama dua pekan."
    code, out, _ = shell("summarize", shell.write("kilat.txt", sentence), "--json")
    assert code == 0
    assert json.loads(out)["sentences"] == [sentence]
    assert json.loads(out)["published"] is None


def test_an_english_locale_gets_english_sentences(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    code, _, err = shell("summarize", shell.write("naskah.txt", ENGLISH))
    assert code == 1
    assert "does not seem to be Indonesian" in err


# --- ingest and search --------------------------------------------------------------------------------------------


def line(number: int, title: str, text: str) -> str:
    return json.dumps({"id": f"a{number}", "outlet": "Kabar", "date": "2026-11-20", "title": title, "text": text})


def test_a_folder_is_read_once_and_what_is_wrong_in_it_is_named(shell: Shell) -> None:
    folder = shell.folder / "naskah"
    folder.mkdir()
    (folder / "banjir.txt").write_text(f"Banjir di Sagara\n\nSenin, 23 November 2026\n\n{FLOOD}")
    (folder / "banyak.jsonl").write_text(f"{line(1, 'Beras turun', RICE)}\n{{rusak\n")
    (folder / "halaman.html").write_text(
        f"<html><head><title>Panen</title></head><body><article><h1>Panen</h1><p>{RICE}</p><p>{FLOOD}</p></article></body></html>"
    )
    code, out, err = shell("ingest", folder)
    assert code == 1
    assert "Baru: 3. Berubah: 0. Sudah ada: 0. Bermasalah: 1." in out
    assert "banyak.jsonl:2:" in err

    (folder / "banyak.jsonl").write_text(line(1, "Beras turun", RICE + " Stok gudang bertambah."))
    code, out, err = shell("ingest", folder)
    assert (code, err) == (0, "")
    assert "Baru: 0. Berubah: 1. Sudah ada: 2. Bermasalah: 0." in out


def test_search_finds_by_stem_phrase_and_exclusion(shell: Shell) -> None:
    articles = [line(1, "Banjir di Sagara", FLOOD), line(2, "Harga beras turun", RICE)]
    assert shell("ingest", shell.write("a.jsonl", "\n".join(articles)))[0] == 0

    def found(*query: str) -> list[str]:
        code, out, _ = shell("search", *query, "--json")
        assert code == 0
        return [json.loads(row)["id"] for row in out.splitlines()]

    assert found("kebanjiran") == ["a1"]
    assert found('"harga beras"') == ["a2"]
    assert found("warga petani -banjir") == ["a2"]
    assert len(found("warga petani", "--limit", "1")) == 1
    code, out, err = shell("search", "zzzyx")
    assert (code, out) == (0, "")
    assert "Tidak ada berita tentang “zzzyx”" in err
    code, out, err = shell("search", "!!!")
    assert (code, out) == (1, "")
    assert "Tulis kata yang dicari" in err


# --- check and run ------------------------------------------------------------------------------------------------


def test_check_says_what_is_missing(shell: Shell) -> None:
    code, out, _ = shell("check")
    assert code == 1
    for name in ("SARI_TELEGRAM_TOKEN", "SARI_ADMINS", "SARI_FEEDS"):
        assert f"Setelan {name} belum diisi" in out
    assert "✓ database" in out


def test_check_never_shows_the_token(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SARI_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("SARI_TELEGRAM_API_URL", f"http://127.0.0.1:{free_port()}/bot")
    code, out, err = shell("check")
    assert code == 1
    assert "Telegram tidak dapat dihubungi" in out
    assert TOKEN not in out + err
    assert "A" * 35 not in out + err


def fill_with_words(path: Path) -> None:
    path.write_bytes(b"ini bukan basis data sama sekali, hanya kalimat biasa " * 40)


def make_newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [(fill_with_words, "bukan basis data Sari"), (make_newer, "dibuat oleh Sari yang lebih baru")],
)
def test_a_database_that_cannot_be_used_is_left_alone(
    shell: Shell, spoil: Callable[[Path], None], sentence: str
) -> None:
    path = shell.folder / "sari.db"
    spoil(path)
    before = path.read_bytes()
    code, _, err = shell("search", "banjir")
    assert code == 1
    assert sentence in err
    assert path.read_bytes() == before


def test_settings_that_are_wrong_are_named_and_not_shown(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SARI_ADMINS", "ratna")
    code, _, err = shell("check")
    assert code == 1
    assert "SARI_ADMINS" in err
    assert "ratna" not in err
    monkeypatch.setenv("SARI_ADMINS", "1")
    monkeypatch.setenv("SARI_TELEGRAM_TOKN", TOKEN)
    code, _, err = shell("run")
    assert code == 1
    assert "SARI_TELEGRAM_TOKN tidak dikenal" in err
    assert TOKEN not in err


def test_run_without_a_token_says_so(shell: Shell) -> None:
    code, _, err = shell("run")
    assert code == 1
    assert "SARI_TELEGRAM_TOKEN belum diisi" in err


@pytest.mark.parametrize("arguments", [[], ["terbang"], ["search"], ["search", "x", "--limit", "0"], ["summarize"]])
def test_wrong_use_is_exit_code_2(shell: Shell, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        shell(*arguments)
    assert caught.value.code == 2


def test_the_module_runs_as_a_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--version"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("sari ")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
