"""The command line as a user meets it: `summarize`, wrong use, help, the two languages."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path

import pytest

import bot
from tests.e2e.terminal import Terminal, write
from tests.processes import run_sari
from tests.unit.ingest_samples import ENGLISH, shared

# --- summarize --------------------------------------------------------------------------------------------------------


async def test_summarize_prints_headline_facts_and_digest_of_the_seed_article(sari: Terminal) -> None:
    seed = shared("seed", "article.txt")
    text = await sari.run("summarize", str(seed))
    assert (text.code, text.err) == (0, "")
    title, facts, empty, *sentences = text.out.splitlines()
    assert title == seed.read_text(encoding="utf-8").split("\n", 1)[0]
    assert facts == "22/11/2019 00.00 WIB · JAKARTA"
    assert (empty, bool(sentences)) == ("", True)
    for leftover in ("Berita Terkait", "Bagikan Artikel", "(*)"):
        assert leftover not in text.out


async def test_summarize_as_json_and_from_standard_input_says_the_same() -> None:
    seed = shared("seed", "article.txt")
    found = await run_sari("summarize", "-", "--json", stdin=seed.read_bytes())
    assert (found.code, found.err) == (0, "")
    record = json.loads(found.out)
    assert list(record) == ["title", "published", "place", "sentences", "engine"]
    assert datetime.fromisoformat(record["published"]).date().isoformat() == "2019-11-22"
    assert datetime.fromisoformat(record["published"]).utcoffset() is not None
    assert record["place"] == "JAKARTA"
    assert record["engine"].startswith("extractive")
    assert 1 <= len(record["sentences"]) <= 4
    source = " ".join(seed.read_text(encoding="utf-8").split())
    assert all(sentence in source for sentence in record["sentences"])


async def test_summarize_reads_a_saved_page(sari: Terminal) -> None:
    found = await sari.run("summarize", str(shared("pages", "antara-singlepage.html.gz")), "--json")
    assert (found.code, found.err) == (0, "")
    record = json.loads(found.out)
    assert record["published"].startswith("2015-11-05T")
    assert record["title"]
    assert record["sentences"]


async def test_summarize_reads_an_address(sari: Terminal, sites: str, settings: pytest.MonkeyPatch) -> None:
    feed = f"{sites}/kabar-rantaunusa/rss.xml"
    await sari.run("ingest", feed)
    page = json.loads((await sari.run("search", "banjir", "--json", "--limit", "1")).out)
    found = await sari.run("summarize", page["url"])
    assert found.code == 0
    assert found.out.startswith(page["title"])
    settings.delenv("SARI_FETCH_ALLOW")
    refused = await sari.run("summarize", page["url"])
    assert (refused.code, refused.out) == (1, "")
    assert "bukan alamat umum di internet" in refused.err


async def test_summarize_gives_a_text_of_one_sentence_as_it_is(sari: Terminal, tmp_path: Path) -> None:
    one = write(tmp_path / "satu.txt", "Jembatan Melati di Kota Sagara dibuka lagi pada Senin.\n")
    assert (await sari.run("summarize", str(one))).out == "Jembatan Melati di Kota Sagara dibuka lagi pada Senin.\n"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("tidak-ada.txt", None, "tidak ada atau tidak dapat dibuka"),
        ("kosong.txt", b"", "kosong"),
        ("biner.txt", bytes(range(256)) * 8, "bukan berkas teks"),
        ("biner.html.gz", b"bukan gzip", "bukan berkas teks"),
        ("inggris.txt", ENGLISH.encode(), "bukan berbahasa Indonesia"),
        ("tanda.txt", "?!\n…".encode(), "Tidak ada teks yang dapat diringkas"),
        ("kosong.html", b"<html><body><p></p></body></html>", "Tidak ada artikel"),
    ],
)
async def test_summarize_says_why_a_file_gives_no_digest(
    sari: Terminal, tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        write(tmp_path / name, content)
    found = await sari.run("summarize", str(tmp_path / name))
    assert (found.code, found.out) == (1, "")
    assert sentence in found.err
    assert len(found.err.splitlines()) == 1


async def test_summarize_tells_an_address_and_a_folder_from_a_file(sari: Terminal, tmp_path: Path) -> None:
    address = await sari.run("summarize", "ftp://kabar.example/berita.txt")
    assert (address.code, address.out) == (1, "")
    assert address.err.startswith("Alamat itu tidak dapat dibuka.")
    folder = await sari.run("summarize", str(tmp_path))
    assert (folder.code, folder.out) == (1, "")
    assert folder.err.startswith(f"{tmp_path} adalah folder.")


async def test_a_file_of_fifty_megabytes_is_refused_unread(sari: Terminal, tmp_path: Path) -> None:
    with (tmp_path / "besar.txt").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    found = await sari.run("summarize", str(tmp_path / "besar.txt"))
    assert found.code == 1
    assert "terlalu besar; batasnya 20 MB" in found.err
    found = await sari.run("ingest", str(tmp_path / "besar.txt"))
    assert found.code == 1
    assert "terlalu besar; batasnya 20 MB" in found.err


async def test_standard_input_that_is_no_text_is_refused() -> None:
    empty, binary = await asyncio.gather(
        run_sari("summarize", "-"), run_sari("summarize", "-", stdin=bytes(range(256)) * 8)
    )
    assert (empty.code, empty.err) == (1, "Tidak ada teks yang dapat diringkas.\n")
    assert (binary.code, binary.err) == (1, "Berkas - bukan berkas teks.\n")


# --- used wrongly, asked for, spoken to in English --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "COMMAND"),
        (["terbang"], "terbang"),
        (["summarize"], "FILE|URL|-"),
        (["summarize", "a", "b"], "unrecognized arguments: b"),
        (["ingest"], "FILE|DIR|URL"),
        (["search"], "either words or --run"),
        (["search", "banjir", "--run", "queries.jsonl"], "either words or --run"),
        (["search", "--jsonl", "banjir"], "unrecognized arguments: --jsonl"),
        (["search", "banjir", "--limit", "0"], "must be a number from 1 on"),
        (["search", "banjir", "--limit", "banyak"], "must be a number from 1 on"),
        (["demo", "--port", "x"], "--port"),
        (["demo", "--port", "99999"], "must be a number from 0 to 65535"),
        (["demo", "--port", "-1"], "must be a number from 0 to 65535"),
        (["check", "-x"], "unrecognized arguments: -x"),
    ],
)
async def test_wrong_use_ends_with_2_and_the_usage(sari: Terminal, arguments: list[str], complaint: str) -> None:
    found = await sari.run(*arguments)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("usage: sari")
    assert complaint in found.err


@pytest.mark.parametrize(
    ("arguments", "command"),
    [(["search"], "search"), (["run", "--foo"], "run"), (["feeds", "list", "--foo"], "feeds list")],
)
async def test_wrong_use_shows_the_usage_of_its_own_command(sari: Terminal, arguments: list[str], command: str) -> None:
    found = await sari.run(*arguments)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith(f"usage: sari {command} [")
    assert f"sari {command}: error: " in found.err


async def test_the_help_shows_what_may_be_left_out(sari: Terminal) -> None:
    assert "[ACTION]" in (await sari.run("migrate", "--help")).out


async def test_version_and_help_are_asked_for_and_so_no_failure(sari: Terminal) -> None:
    version = await sari.run("--version")
    assert (version.code, version.out) == (0, f"sari {bot.__version__}\n")
    overview = await sari.run("--help")
    assert overview.code == 0
    assert all(command in overview.out for command in ("demo", "run", "check", "summarize", "ingest", "search"))
    assert "--limit" in (await sari.run("search", "--help")).out


async def test_an_english_locale_gets_english_sentences(sari: Terminal, settings: pytest.MonkeyPatch) -> None:
    settings.setenv("LANG", "en_US.UTF-8")
    assert (await sari.run("search", "zzzyx")).err == "No news about “zzzyx”. Try other words, or fewer.\n"
    assert "does not exist or cannot be opened" in (await sari.run("summarize", "tidak-ada.txt")).err
    assert "The setting SARI_TELEGRAM_TOKEN is missing." in (await sari.run("check")).out
    settings.setenv("LC_ALL", "id_ID.UTF-8")
    assert (await sari.run("search", "zzzyx")).err.startswith("Tidak ada berita")


async def test_a_locale_without_our_characters_ends_no_command(tmp_path: Path) -> None:
    found = await run_sari(
        "check",
        settings={"PYTHONIOENCODING": "ascii", "SARI_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}"},
    )
    assert found.code == 1
    assert "? basis data:" in found.out
    assert "Traceback" not in found.err
