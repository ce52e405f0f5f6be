"""Articles from files: saved texts, pages and feeds, and JSON lines."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from bot.errors import InputError, SariError
from bot.ingest.decide import build_article, urn
from bot.ingest.urls import canonical_url, host_of
from bot.models import Entry, NewArticle, Page, ParsedFeed
from summarizer.dates import parse_date

MAX_FILE = 20 * 1024 * 1024
"""Bytes of a text, page or feed, after decompression. JSON lines are read one at a time and may be any size."""
MAX_LINE = 5 * 1024 * 1024
ENDINGS = (".txt", ".html", ".html.gz", ".xml", ".jsonl")

_HEAD = 8192
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROL = bytes(set(range(0x20)) - set(b"\t\n\f\r\x1b"))


class _Build(Protocol):
    """`build_article` with all that is the same for every article."""

    def __call__(self, entry: Entry, page: Page | None, *, outlet: str) -> NewArticle: ...


class Parser(Protocol):
    """Parses in a process of its own: `parse.ParserProcess`."""

    async def feed(self, body: bytes, content_type: str, url: str) -> ParsedFeed: ...

    async def page(self, body: bytes, content_type: str, url: str) -> Page: ...


@dataclass(frozen=True, slots=True)
class IngestProblem:
    """Something in a file that gave no article; what stands around it was read all the same."""

    path: Path
    line: int | None
    """Of a JSON lines file, from 1."""
    error: SariError


def list_files(path: Path) -> list[Path]:
    """Give the file itself, or the files below a folder that have an ending we read, by name; hidden ones left out.

    Raises:
        InputError: `file_missing`.
    """
    if not path.is_dir():
        if not path.exists():
            raise InputError("file_missing", file=str(path))
        return [path]
    found = (each for each in path.rglob("*") if each.name.endswith(ENDINGS) and each.is_file())
    return sorted(each for each in found if not any(part.startswith(".") for part in each.relative_to(path).parts))


async def read_file(
    path: Path, *, parser: Parser, now: datetime, any_language: bool = False
) -> AsyncIterator[NewArticle | IngestProblem]:
    """Give the articles of a file as it is read, and a problem for each part that gives none.

    The outlet of a page or feed is its host, of a text file its folder's name, of a JSON line its own field.
    Problems carry `file_missing` (also: not allowed to read), `file_type`, `file_empty`, `file_binary` or
    `file_too_large`; `file_bad_line` for a line of JSON; or what `build_article` and the parser raise.

    Args:
        parser: for pages and feeds.
        now: publication time of articles without one.
        any_language: whether articles that are not Indonesian are taken, too.
    """
    build = partial(build_article, now=now, any_language=any_language)
    try:
        if path.name.endswith(".jsonl"):
            for item in _read_lines(path, build):
                yield item
        else:
            for item in await _read_whole(path, parser, build):
                yield item
    except SariError as error:
        yield IngestProblem(path, None, error)
    except OSError as error:
        yield IngestProblem(path, None, InputError("file_missing", file=str(path), reason=error.strerror or ""))


# --- texts, pages, feeds ------------------------------------------------------------------------------------------


async def _read_whole(path: Path, parser: Parser, build: _Build) -> list[NewArticle | IngestProblem]:
    if path.name.endswith(".txt"):
        entry = Entry(url="", title="", text=decode_text(read_bytes(path)), published_at=None)
        return [build(entry, None, outlet=_folder(path))]
    if path.name.endswith((".html", ".html.gz")):
        page = await parser.page(read_bytes(path), "text/html", "")
        entry = Entry(url="", title="", text="", published_at=None)
        outlet = host_of(page.url) or _folder(path)
        return [build(entry, page, outlet=outlet)]
    if path.name.endswith(".xml"):
        feed = await parser.feed(read_bytes(path), "", "")
        return [_build_entry(path, entry, build) for entry in feed.entries]
    raise InputError("file_type", file=str(path))


def _folder(path: Path) -> str:
    return path.resolve().parent.name


def _build_entry(path: Path, entry: Entry, build: _Build) -> NewArticle | IngestProblem:
    try:
        return build(entry, None, outlet=host_of(entry.url))
    except SariError as error:
        return IngestProblem(path, None, error)


def read_bytes(path: Path) -> bytes:
    """Give the content of a text, page or feed, a `.gz` unpacked.

    Raises:
        InputError: `file_empty`, `file_binary` or `file_too_large`.
        OSError: it is not there, or may not be read.
    """
    too_large = InputError("file_too_large", file=str(path), megabytes=MAX_FILE // 1024**2)
    if path.stat().st_size > MAX_FILE:
        raise too_large
    try:
        with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError("file_binary", file=str(path)) from None
    if len(content) > MAX_FILE:
        raise too_large
    _check_text(path, content[:_HEAD], whole=len(content) <= _HEAD)
    return content


def _check_text(path: Path, head: bytes, *, whole: bool) -> None:
    """Refuse what is no text: nothing but space, or bytes that no text has."""
    if not head.strip() and whole:
        raise InputError("file_empty", file=str(path))
    control = sum(head.count(byte) for byte in _CONTROL)
    if not head.startswith(_UTF16) and (b"\x00" in head or control > len(head) // 20):
        raise InputError("file_binary", file=str(path))


def decode_text(content: bytes) -> str:
    """Give text as it was meant: UTF-8, UTF-16 with its mark, else Windows-1252."""
    if content.startswith(_UTF16):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


# --- JSON lines ---------------------------------------------------------------------------------------------------


def _read_lines(path: Path, build: _Build) -> Iterator[NewArticle | IngestProblem]:
    with path.open("rb") as file:
        head = file.read(_HEAD)
        _check_text(path, head, whole=len(head) < _HEAD)
        file.seek(0)
        for number, line in enumerate(_lines(file), start=1):
            try:
                if line is None:
                    raise _bad_line(path, number, "length")
                if line.strip():
                    yield _build_line(path, number, line, build)
            except SariError as error:
                yield IngestProblem(path, number, error)


def _lines(file: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a file; None for one that is too long to be kept."""
    while line := file.readline(MAX_LINE + 1):
        if len(line) <= MAX_LINE:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE)
        yield None


def _build_line(path: Path, number: int, line: bytes, build: _Build) -> NewArticle:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _bad_line(path, number, "json") from None
    if not isinstance(record, dict):
        raise _bad_line(path, number, "json")
    texts = {name: _text(record, name) for name in ("outlet", "date", "title", "text", "url")}
    for name, value in texts.items():
        if value is None or (name == "text" and not value.strip()):
            raise _bad_line(path, number, name)
    external_id = record.get("id")
    if external_id is not None and not isinstance(external_id, (str, int)):
        raise _bad_line(path, number, "id")
    try:
        url = canonical_url(texts["url"]) if texts["url"] else ""
    except InputError:
        raise _bad_line(path, number, "url") from None
    published = _moment(texts["date"] or "")
    if texts["date"] and published is None:
        raise _bad_line(path, number, "date")
    entry = Entry(url=url, title=texts["title"] or "", text=texts["text"] or "", published_at=published)
    outlet = texts["outlet"] or host_of(url) or _folder(path)
    article = build(entry, None, outlet=outlet)
    if external_id is None:
        return article
    name = str(external_id).replace("\0", "")
    named = replace(article, external_id=name)
    return named if url else replace(named, url=urn(outlet, name))


def _bad_line(path: Path, number: int, field: str) -> InputError:
    """The error for a line; `field` says what is wrong with it: a field's name, `json` or `length`."""
    return InputError("file_bad_line", path=str(path), line=number, field=field)


def _text(record: dict[str, Any], name: str) -> str | None:
    """A field as text, empty where it is missing or null; None where it is something else."""
    value = record.get(name)
    if value is None:
        return ""
    # PostgreSQL takes no NUL in a text.
    return value.replace("\0", "") if isinstance(value, str) else None


def _moment(date: str) -> datetime | None:
    """An ISO 8601 date, or one as outlets print it; without a zone it is WIB."""
    found = parse_date(date)
    return found.astimezone(UTC) if found else None
