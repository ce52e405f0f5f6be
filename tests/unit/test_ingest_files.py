"""Articles from files, good and bad."""

import gzip
import json
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import InputError, ParseError
from bot.ingest.files import MAX_FILE, MAX_LINE, IngestProblem, list_files, read_file
from bot.ingest.parse import ParserProcess
from bot.models import NewArticle
from bot.texts import LANGUAGES, catalog
from tests.unit.ingest_samples import NOW, PARAGRAPHS, TEXT, TITLE, html_page, rss, shared


@pytest.fixture
async def parser() -> AsyncIterator[ParserProcess]:
    async with ParserProcess() as parser:
        yield parser


async def read(path: Path, parser: ParserProcess) -> list[NewArticle | IngestProblem]:
    return [item async for item in read_file(path, parser=parser, now=NOW)]


async def only(path: Path, parser: ParserProcess) -> NewArticle:
    (item,) = await read(path, parser)
    assert isinstance(item, NewArticle)
    return item


async def problem(path: Path, parser: ParserProcess) -> IngestProblem:
    (item,) = await read(path, parser)
    assert isinstance(item, IngestProblem)
    return item


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def line(**fields: Any) -> str:
    given = {"id": "k-1", "outlet": "Kabar Nusantara", "date": "2026-11-23", "title": TITLE, "text": TEXT, "url": ""}
    return json.dumps({**given, **fields}, ensure_ascii=False)


async def test_the_seed_article_is_read_as_it_was_meant(parser: ParserProcess) -> None:
    path = shared("seed", "article.txt")
    article = await only(path, parser)
    assert article.title == path.read_text(encoding="utf-8").split("\n", 1)[0]
    assert article.published_at == datetime(2019, 11, 21, 17, 0, tzinfo=UTC)  # 22 November in Jakarta
    assert article.place == "JAKARTA"
    assert article.outlet == "seed"
    for left_out in ("Berita Terkait", "Bagikan Artikel", "(*)", "JAKARTA -"):
        assert left_out not in article.body
    assert article.body.endswith("seluruh Indonesia.")


async def test_every_real_page_and_feed_is_read(parser: ParserProcess) -> None:
    pages = [item for path in list_files(shared("pages")) for item in await read(path, parser)]
    assert len(pages) == 14
    assert all(isinstance(item, NewArticle) for item in pages)
    feeds = [item for path in list_files(shared("feeds")) for item in await read(path, parser)]
    assert len(feeds) == 78
    assert all(isinstance(item, NewArticle) for item in feeds)


async def test_a_text_file_gives_an_article_of_its_folder(tmp_path: Path, parser: ParserProcess) -> None:
    folder = tmp_path / "Kabar Nusantara"
    folder.mkdir()
    article = await only(
        write(folder, "a.txt", f"{TITLE}\n\nSenin, 23 November 2026\n\n{TEXT}\n\nBerita Terkait\n"), parser
    )
    assert (article.title, article.outlet, article.place) == (TITLE, "Kabar Nusantara", "SAGARA")
    assert article.published_at == datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    assert article.url.startswith("urn:sari:")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
async def test_a_text_file_may_have_any_usual_encoding(tmp_path: Path, parser: ParserProcess, encoding: str) -> None:
    article = await only(write(tmp_path, "a.txt", f"{TITLE}\n\n{TEXT}".encode(encoding)), parser)
    assert article.title == TITLE
    assert PARAGRAPHS[2] in article.body


@pytest.mark.parametrize("name", ["a.html", "a.html.gz"])
async def test_a_saved_page_gives_an_article_of_its_host(tmp_path: Path, parser: ParserProcess, name: str) -> None:
    page = html_page(head='<link rel="canonical" href="https://www.kabar.example/daerah/jembatan">')
    article = await only(write(tmp_path, name, gzip.compress(page) if name.endswith(".gz") else page), parser)
    assert (article.outlet, article.url) == ("kabar.example", "https://www.kabar.example/daerah/jembatan")
    assert (article.title, article.topic) == (TITLE, "daerah")


async def test_a_saved_feed_gives_its_entries_and_says_which_were_empty(tmp_path: Path, parser: ParserProcess) -> None:
    items = f"""<item><title>{TITLE}</title><link>https://kabar.example/a</link><description>{TEXT}</description></item>
    <item><title>Kosong</title><link>https://kabar.example/b</link></item>"""
    article, bad = await read(write(tmp_path, "a.xml", rss(items)), parser)
    assert isinstance(article, NewArticle)
    assert (article.outlet, article.url) == ("kabar.example", "https://kabar.example/a")
    assert isinstance(bad, IngestProblem)
    assert (bad.error.key, bad.line) == ("article_empty", None)


async def test_a_line_of_json_gives_an_article_with_its_id(tmp_path: Path, parser: ParserProcess) -> None:
    first, second, third = await read(
        write(
            tmp_path,
            "a.jsonl",
            "\n".join(
                [
                    line(url="https://kabar.example/a?utm_source=x", date="2026-11-23T16:30:00+07:00"),
                    line(id=7, date=None, outlet=None, url="https://www.warta.example/b"),
                    line(),
                ]
            ),
        ),
        parser,
    )
    assert isinstance(first, NewArticle)
    assert isinstance(second, NewArticle)
    assert isinstance(third, NewArticle)
    assert (first.external_id, first.url, first.outlet) == ("k-1", "https://kabar.example/a", "Kabar Nusantara")
    assert first.published_at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert (second.external_id, second.published_at, second.outlet) == ("7", NOW, "warta.example")
    assert third.published_at == datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


async def test_lines_without_an_address_are_named_by_their_id(tmp_path: Path, parser: ParserProcess) -> None:
    lines = [line(id="k-1"), line(id="k-2"), line(id="k-1", text=PARAGRAPHS[1], date=None)]
    items = await read(write(tmp_path, "a.jsonl", "\n".join(lines)), parser)
    urls = [item.url for item in items if isinstance(item, NewArticle)]
    assert urls[0] == urls[2] != urls[1]
    assert urls[0].startswith("urn:sari:")


async def test_bad_lines_are_named_and_the_others_are_read(tmp_path: Path, parser: ParserProcess) -> None:
    path = write(
        tmp_path,
        "a.jsonl",
        b"\n".join(
            [
                line(id="k-1").encode(),
                b"{",
                b"",
                b"[1, 2]",
                b"\xff\xfe\xff",
                line(text=7).encode(),
                line(text=" ").encode(),
                line(date="entah kapan").encode(),
                line(url="ftp://kabar.example/").encode(),
                line(id={}).encode(),
                line(text="a" * MAX_LINE).encode(),
                line(text="Baca juga: Harga Beras").encode(),
                b"[" * 100_000,
                line(id="k-2").encode(),
            ]
        ),
    )
    items = await read(path, parser)
    problems = [item for item in items if isinstance(item, IngestProblem)]
    assert [item.external_id for item in items if isinstance(item, NewArticle)] == ["k-1", "k-2"]
    assert [(each.line, each.error.key, each.error.values.get("field")) for each in problems] == [
        (2, "file_bad_line", "json"),
        (4, "file_bad_line", "json"),
        (5, "file_bad_line", "json"),
        (6, "file_bad_line", "text"),
        (7, "file_bad_line", "text"),
        (8, "file_bad_line", "date"),
        (9, "file_bad_line", "url"),
        (10, "file_bad_line", "id"),
        (11, "file_bad_line", "length"),
        (12, "article_empty", None),
        (13, "file_bad_line", "json"),
    ]
    assert problems[0].error.values == {"path": str(path), "line": 2, "field": "json"}


@pytest.mark.parametrize("ending", [".txt", ".html", ".html.gz", ".xml", ".jsonl"])
@pytest.mark.parametrize("content", [b"", b" \n\n "])
async def test_an_empty_file_is_named(tmp_path: Path, parser: ParserProcess, ending: str, content: bytes) -> None:
    packed = gzip.compress(content) if ending.endswith(".gz") else content
    path = write(tmp_path, f"a{ending}", packed)
    found = await problem(path, parser)
    assert isinstance(found.error, InputError)
    assert (found.error.key, found.error.values) == ("file_empty", {"file": str(path)})


@pytest.mark.parametrize("ending", [".txt", ".html", ".html.gz", ".xml", ".jsonl"])
@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + bytes(900), bytes(range(1, 255)) * 40])
async def test_a_binary_file_is_named(tmp_path: Path, parser: ParserProcess, ending: str, content: bytes) -> None:
    assert (await problem(write(tmp_path, f"a{ending}", content), parser)).error.key == "file_binary"


async def test_a_damaged_archive_is_named(tmp_path: Path, parser: ParserProcess) -> None:
    half = gzip.compress(html_page())[:200]
    assert (await problem(write(tmp_path, "a.html.gz", half), parser)).error.key == "file_binary"


@pytest.mark.parametrize("ending", [".txt", ".html", ".html.gz", ".xml"])
async def test_a_file_of_50_mb_is_refused_unread(tmp_path: Path, parser: ParserProcess, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    error = (await problem(path, parser)).error
    assert (error.key, error.values) == ("file_too_large", {"file": str(path), "megabytes": 20})


async def test_an_archive_of_200_kb_that_unpacks_to_200_mb_is_refused_before_it_is_unpacked(
    tmp_path: Path, parser: ParserProcess
) -> None:
    packer = zlib.compressobj(9, wbits=31)
    content = b"".join([*(packer.compress(bytes(2**20)) for _ in range(200)), packer.flush()])
    assert len(content) < 250_000
    path = write(tmp_path, "a.html.gz", content)
    tracemalloc.start()
    try:
        assert (await problem(path, parser)).error.key == "file_too_large"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MAX_FILE


async def test_50_mb_of_json_lines_are_read(tmp_path: Path, parser: ParserProcess) -> None:
    path = tmp_path / "a.jsonl"
    filler = " " * (4 * 1024 * 1024)
    with path.open("w", encoding="utf-8") as file:
        for number in range(13):
            file.write(f"{line(id=str(number))}{filler}\n")
    assert path.stat().st_size > 50 * 1024 * 1024
    items = await read(path, parser)
    assert [item.external_id for item in items if isinstance(item, NewArticle)] == [str(number) for number in range(13)]


async def test_a_sparse_file_of_50_mb_is_no_json(tmp_path: Path, parser: ParserProcess) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    assert (await problem(path, parser)).error.key == "file_binary"


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a", "a.json", "a.gz"])
async def test_a_file_of_another_kind_is_named(tmp_path: Path, parser: ParserProcess, name: str) -> None:
    path = write(tmp_path, name, TEXT)
    error = (await problem(path, parser)).error
    assert (error.key, error.values) == ("file_type", {"file": str(path)})


async def test_a_page_where_a_feed_should_be_is_named(tmp_path: Path, parser: ParserProcess) -> None:
    found = await problem(write(tmp_path, "a.xml", html_page()), parser)
    assert isinstance(found.error, ParseError)
    assert found.error.key == "feed_is_html"


async def test_a_file_that_is_not_there_is_named(tmp_path: Path, parser: ParserProcess) -> None:
    assert (await problem(tmp_path / "a.txt", parser)).error.key == "file_missing"
    (tmp_path / "folder.txt").mkdir()
    assert (await problem(tmp_path / "folder.txt", parser)).error.key == "file_missing"
    with pytest.raises(InputError, match="file_missing"):
        list_files(tmp_path / "tidak-ada")


async def test_every_problem_has_a_sentence_that_names_the_file(tmp_path: Path, parser: ParserProcess) -> None:
    files = [
        write(tmp_path, "kosong.txt", ""),
        write(tmp_path, "biner.txt", bytes(100)),
        write(tmp_path, "besar.txt", b" " * (MAX_FILE + 1)),
        write(tmp_path, "jenis.pdf", TEXT),
        tmp_path / "tidak-ada.txt",
    ]
    for path in files:
        error = (await problem(path, parser)).error
        for language in LANGUAGES:
            assert str(path) in catalog(language).plain(f"errors.{error.key}", **error.values)


def test_a_folder_gives_the_files_we_can_read_in_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("z.txt", "b/a.html.gz", "b/gambar.jpg", ".git/a.txt", "b/.a.txt", "README.md", "c.jsonl"):
        write(tmp_path, name, "x")
    assert [str(path.relative_to(tmp_path)) for path in list_files(tmp_path)] == ["b/a.html.gz", "c.jsonl", "z.txt"]
    assert list_files(tmp_path / "README.md") == [tmp_path / "README.md"]
