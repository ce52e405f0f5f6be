"""`sari ingest` and `sari search`: articles from anywhere into the database, and out again."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal, write
from tests.processes import Finished
from tests.unit.ingest_samples import PARAGRAPHS, TEXT, TITLE, html_page, rss

ARTICLE = f"{TITLE}\n\n{TEXT}\n"


def json_line(title: str = TITLE, text: str = TEXT, **fields: object) -> str:
    record = {"id": "a-1", "outlet": "Kabar Nusantara", "date": "2026-11-23T16:30:00+07:00", "title": title}
    return json.dumps({**record, "text": text, "url": "https://kabar.example/daerah/jembatan", **fields})


# --- ingest -----------------------------------------------------------------------------------------------------------


async def test_ingest_reads_a_folder_of_all_kinds_once(sari: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "arsip"
    write(folder / "harian-teras" / "jembatan.txt", ARTICLE)
    write(folder / "halaman.html", html_page(title="Jembatan Melati Kembali Dilewati Truk"))
    item = f"<item><title>Jembatan Dibuka</title><link>https://kabar.example/rss-1</link><description>{TEXT}</description></item>"
    write(folder / "umpan.xml", rss(item))
    write(folder / "lama.jsonl", json_line() + "\n" + json_line(id="a-2", url="https://kabar.example/a-2") + "\n")
    write(folder / "catatan.md", "bukan berita")
    first = await sari.run("ingest", str(folder))
    assert (first.code, first.out, first.err) == (0, "Baru: 5. Berubah: 0. Sudah ada: 0. Bermasalah: 0.\n", "")
    second = await sari.run("ingest", str(folder))
    assert (second.code, second.out) == (0, "Baru: 0. Berubah: 0. Sudah ada: 5. Bermasalah: 0.\n")


async def test_ingest_takes_other_words_at_the_same_address_as_a_change(sari: Terminal, tmp_path: Path) -> None:
    lines = write(tmp_path / "a.jsonl", json_line())
    await sari.run("ingest", str(lines))
    write(lines, json_line(text=TEXT.replace("20 ton", "25 ton")))
    changed = await sari.run("ingest", str(lines))
    assert (changed.code, changed.out) == (0, "Baru: 0. Berubah: 1. Sudah ada: 0. Bermasalah: 0.\n")
    assert "25 ton" in (await sari.run("search", "25 ton")).out


async def test_ingest_names_each_bad_line_and_file_and_keeps_the_rest(sari: Terminal, tmp_path: Path) -> None:
    lines = write(
        tmp_path / "a.jsonl",
        "\n".join((json_line(), "{rusak", json_line(text="  "), json_line(date="kapan-kapan"), '["bukan objek"]')),
    )
    empty = write(tmp_path / "kosong.txt", "")
    missing = tmp_path / "tidak-ada.txt"
    found = await sari.run("ingest", str(lines), str(empty), str(missing))
    assert (found.code, found.out) == (1, "Baru: 1. Berubah: 0. Sudah ada: 0. Bermasalah: 6.\n")
    assert found.err.splitlines() == [
        f"{lines}:2: Baris ini bukan objek JSON.",
        f"{lines}:3: Isi “text” di baris ini kosong atau tidak dapat dipakai.",
        f"{lines}:4: Isi “date” di baris ini kosong atau tidak dapat dipakai.",
        f"{lines}:5: Baris ini bukan objek JSON.",
        f"Berkas {empty} kosong.",
        f"Berkas {missing} tidak ada atau tidak dapat dibuka.",
    ]


async def test_ingest_says_that_a_folder_has_nothing_to_read(sari: Terminal, tmp_path: Path) -> None:
    note = write(tmp_path / "arsip" / "catatan.md", "bukan berita")
    found = await sari.run("ingest", str(note.parent))
    assert (found.code, found.out) == (1, "Baru: 0. Berubah: 0. Sudah ada: 0. Bermasalah: 1.\n")
    assert found.err.startswith(f"Folder {note.parent} tidak berisi berkas yang dapat dibaca.")


async def test_ingest_reads_feeds_and_pages_by_address(sari: Terminal, sites: str) -> None:
    feed = f"{sites}/kabar-rantaunusa/rss.xml"
    first = await sari.run("ingest", feed)
    assert (first.code, first.err) == (0, "")
    new = int(first.out.split()[1].rstrip("."))
    assert new > 5
    assert first.out == f"Baru: {new}. Berubah: 0. Sudah ada: 0. Bermasalah: 0.\n"
    page = json.loads((await sari.run("search", "banjir", "--json", "--limit", "1")).out)["url"]
    again = await sari.run("ingest", f"{page}?utm_source=teman")
    assert (again.code, again.out.startswith("Baru: 0.")) == (0, True)


async def test_ingest_says_why_an_address_gives_nothing_and_goes_on(sari: Terminal, sites: str, tmp_path: Path) -> None:
    gone, home = f"{sites}/kabar-rantaunusa/tidak-ada.xml", "http://127.0.0.1:9/"
    found = await sari.run("ingest", gone, home, "http://[rusak", str(write(tmp_path / "a.txt", ARTICLE)))
    assert (found.code, found.out) == (1, "Baru: 1. Berubah: 0. Sudah ada: 0. Bermasalah: 3.\n")
    assert found.err.splitlines() == [
        f"{gone}: Situs menjawab dengan kesalahan 404.",
        f"{home}: Alamat itu bukan alamat umum di internet, jadi tidak dibuka.",
        "http://[rusak: Alamat itu tidak dapat dibuka. Pakailah tautan lengkap yang diawali https://.",
    ]


# --- search -----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def archive(sari: Terminal, tmp_path: Path) -> None:
    """Four articles: about a bridge, rice, and two about volleyball."""
    texts = {
        "jembatan": (TITLE, TEXT),
        "beras": ("Harga Beras Turun", f"Harga beras di Kota Sagara turun pekan ini. {PARAGRAPHS[1]}"),
        "voli-1": ("Tim Voli Sagara Menang", f"Timnas voli putri Sagara menang tiga set langsung. {PARAGRAPHS[2]}"),
        "voli-2": ("Timnas Bulu Tangkis Berangkat", f"Timnas bulu tangkis berangkat ke Estmark. {PARAGRAPHS[3]}"),
    }
    lines = [json_line(title, text, id=key, url=f"https://kabar.example/{key}") for key, (title, text) in texts.items()]
    found = await sari.run("ingest", str(write(tmp_path / "arsip.jsonl", "\n".join(lines))))
    assert found.out.startswith("Baru: 4.")


@pytest.mark.usefixtures("archive")
async def test_search_prints_the_best_articles_with_outlet_date_and_passage(sari: Terminal) -> None:
    found = await sari.run("search", "harga", "beras")
    assert (found.code, found.err) == (0, "")
    title, facts, passage, *_ = found.out.splitlines()
    assert title == "Harga Beras Turun"
    assert facts == "  Kabar Nusantara · 23/11/2026 16.30 WIB · https://kabar.example/beras"
    assert "Harga beras di Kota Sagara turun" in passage


@pytest.mark.usefixtures("archive")
async def test_search_as_json_gives_an_object_a_line_up_to_the_limit(sari: Terminal) -> None:
    found = await sari.run("search", "sagara", "--json", "--limit", "2")
    records = [json.loads(line) for line in found.out.splitlines()]
    assert len(records) == 2
    assert all(set(record) == {"id", "title", "outlet", "published", "url"} for record in records)
    assert {record["id"] for record in records} <= {"jembatan", "beras", "voli-1", "voli-2"}
    assert all(datetime.fromisoformat(record["published"]).tzinfo for record in records)


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (["timnas"], {"voli-1", "voli-2"}),
        (["kemenangan"], {"voli-1"}),
        (["timnas", "-voli"], {"voli-2"}),
        (["-hujan", "timnas", "-voli"], {"voli-2"}),
        (["timnas -voli"], {"voli-2"}),
        (['"bulu tangkis"'], {"voli-2"}),
        (['"tangkis bulu"'], set()),
        (["--", "timnas", "-voli"], {"voli-2"}),
    ],
)
async def test_search_knows_phrases_and_words_to_leave_out(sari: Terminal, query: list[str], ids: set[str]) -> None:
    found = await sari.run("search", "--json", *query)
    assert (found.code, found.err) == (0, "")
    assert {json.loads(line)["id"] for line in found.out.splitlines()} == ids


async def test_search_without_a_result_says_so_and_is_no_failure(sari: Terminal) -> None:
    found = await sari.run("search", "zzzyx")
    assert (found.code, found.out) == (0, "")
    assert "Tidak ada berita tentang “zzzyx”" in found.err
    assert await sari.run("search", "zzzyx", "--json") == Finished(0, "", "")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("!!! ???", "Tulis kata yang dicari"),
        ("", "Tulis kata yang dicari"),
        ("-banjir -hujan", "tidak hanya yang dikecualikan"),
        ("kata " * 100, "Pencarian terlalu panjang"),
    ],
)
async def test_search_without_a_word_to_look_for_fails(sari: Terminal, query: str, sentence: str) -> None:
    found = await sari.run("search", query)
    assert (found.code, found.out) == (1, "")
    assert sentence in found.err


@pytest.mark.usefixtures("archive")
async def test_search_says_what_it_took_a_misspelt_word_for(sari: Terminal) -> None:
    found = await sari.run("search", "jembtan")
    assert found.code == 0
    assert found.out.startswith(TITLE)
    assert found.err.startswith("Maksud Anda “jembatan”?")
    quoted = await sari.run("search", '"jembtan"')
    assert (quoted.out, quoted.err.startswith("Tidak ada berita")) == ("", True)


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (["timnas", "sumber:melati"], "Tidak ada media bernama “melati”. Media yang ada antara lain: Kabar Nusantara."),
        (["timnas", "topik:masakan"], "Topik “masakan” tidak dikenal."),
        (["timnas", "sejak:dahulu"], "Waktu “dahulu” tidak dimengerti."),
        (["sejak:kemarin"], "Tulis juga kata yang dicari, tidak hanya batasnya"),
    ],
)
async def test_search_explains_what_it_does_not_know(sari: Terminal, query: list[str], sentence: str) -> None:
    found = await sari.run("search", *query)
    assert (found.code, found.out) == (1, "")
    assert sentence in found.err


@pytest.mark.usefixtures("archive")
async def test_a_run_answers_each_query_of_a_file_with_the_ids_that_articles_came_with(
    sari: Terminal, tmp_path: Path
) -> None:
    queries = [{"qid": "q1", "query": "timnas voli"}, {"qid": "q2", "query": "beras"}, {"qid": "q3", "query": "!!!"}]
    path = write(tmp_path / "queries.jsonl", "\n".join(map(json.dumps, queries)) + "\n\n")
    found = await sari.run("search", "--run", str(path))
    assert found.out.splitlines() == ["q1\tvoli-1\t1", "q1\tvoli-2\t2", "q2\tberas\t1"]
    assert (found.code, found.err.startswith("q3: Tulis kata yang dicari")) == (1, True)


@pytest.mark.parametrize("line", ["banjir", "[]", '{"qid": "q1"}'])
async def test_a_run_needs_lines_with_qid_and_query(sari: Terminal, tmp_path: Path, line: str) -> None:
    path = write(tmp_path / "queries.jsonl", line)
    found = await sari.run("search", "--run", str(path))
    assert (found.code, found.out) == (1, "")
    assert "Baris 1" in found.err


async def test_ingest_drops_nul_which_not_every_database_can_hold(sari: Terminal, tmp_path: Path) -> None:
    lines = write(tmp_path / "a.jsonl", json_line(title=f"{TITLE}\0", outlet="Kabar\0 Nusantara"))
    assert (await sari.run("ingest", str(lines))).code == 0
    assert "\0" not in (await sari.run("search", "jembatan", "--json")).out.replace("\\u0000", "\0")
