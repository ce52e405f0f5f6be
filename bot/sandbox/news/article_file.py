"""One article file to a record: header lines, an empty line, paragraphs; corrections after "=== koreksi +MINUTES"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.models import TOPICS
from bot.sandbox.news.dates import fill_dates
from bot.sandbox.news.outlets import OUTLETS_BY_KEY

_REQUIRED = frozenset({"fiksi", "outlet", "slug", "minutes", "section", "title", "author", "guid"})
_OPTIONAL = frozenset({"photo_caption", "story", "wire_of"})
_OF_A_CORRECTION = frozenset({"title", "photo_caption"})
_CORRECTION = re.compile(r"=== koreksi \+(\d+)")
_HEADER = re.compile(r"([a-z_]+): (\S.*)")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MINUTES = re.compile(r"[+-]?\d+")


class ArticleFileError(ValueError):
    """An article file is not as it should be; says which file and which line (counted from 1)."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}")
        self.file = file
        self.line = line


@dataclass(frozen=True, slots=True)
class ParsedVersion:
    """One version as the file gives it; `after_start` counts from the demo's start."""

    after_start: timedelta
    title: str
    paragraphs: tuple[str, ...]
    photo_caption: str | None


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """One article as the file gives it."""

    file: str
    outlet: str
    slug: str
    section: str
    author: str
    guid: str
    story: str | None
    wire_of: str | None
    versions: tuple[ParsedVersion, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of one version; `first` is the number of its first line."""

    first: int
    minutes_later: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    value: str
    line: int


def parse_file(text: str, file: str, first_day: date) -> ParsedFile:
    """Give the article that a file holds.

    Args:
        text: of the whole file.
        file: its name, for errors.
        first_day: of the demo; date tokens count from it.

    Raises:
        ArticleFileError: with the line that is wrong.
    """
    blocks = _split_versions(text, file)
    headers, _ = _read_headers(blocks[0], file, _REQUIRED | _OPTIONAL)
    _check_headers(headers, file)
    minutes = int(headers["minutes"].value)
    versions: list[ParsedVersion] = []
    for block in blocks:
        allowed = _OF_A_CORRECTION if versions else _REQUIRED | _OPTIONAL
        own, rest = _read_headers(block, file, allowed)
        title = own["title"].value if "title" in own else versions[-1].title
        caption = own["photo_caption"].value if "photo_caption" in own else None
        if caption is None and versions:
            caption = versions[-1].photo_caption
        paragraphs = _read_paragraphs(rest, file, first_day)
        after_start = timedelta(minutes=minutes + block.minutes_later)
        versions.append(ParsedVersion(after_start, title, paragraphs, caption))
    return ParsedFile(
        file=file,
        outlet=headers["outlet"].value,
        slug=headers["slug"].value,
        section=headers["section"].value,
        author=headers["author"].value,
        guid=headers["guid"].value,
        story=headers["story"].value if "story" in headers else None,
        wire_of=headers["wire_of"].value if "wire_of" in headers else None,
        versions=tuple(versions),
    )


def _split_versions(text: str, file: str) -> list[_Block]:
    blocks: list[_Block] = []
    first, later, lines = 1, 0, list[str]()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("==="):
            lines.append(line)
            continue
        mark = _CORRECTION.fullmatch(line)
        if mark is None or int(mark[1]) <= later:
            raise ArticleFileError(file, number, "a correction is '=== koreksi +MINUTES', each later than the last")
        blocks.append(_Block(first, later, tuple(lines)))
        first, later, lines = number + 1, int(mark[1]), []
    return [*blocks, _Block(first, later, tuple(lines))]


def _read_headers(block: _Block, file: str, allowed: frozenset[str]) -> tuple[dict[str, _Header], _Block]:
    headers: dict[str, _Header] = {}
    for index, line in enumerate(block.lines):
        number = block.first + index
        if not line.strip():
            rest = block.lines[index + 1 :]
            return headers, _Block(number + 1, block.minutes_later, rest)
        header = _HEADER.fullmatch(line)
        if header is None or header[1] not in allowed:
            raise ArticleFileError(file, number, f"a header must be one of {', '.join(sorted(allowed))}")
        if header[1] in headers:
            raise ArticleFileError(file, number, f"{header[1]} stands twice")
        headers[header[1]] = _Header(header[2].strip(), number)
    raise ArticleFileError(file, block.first, "no empty line between headers and text")


def _check_headers(headers: Mapping[str, _Header], file: str) -> None:
    if missing := _REQUIRED - headers.keys():
        raise ArticleFileError(file, 1, f"missing: {', '.join(sorted(missing))}")
    checks = {
        "fiksi": headers["fiksi"].value == "ya",
        "outlet": headers["outlet"].value in OUTLETS_BY_KEY,
        "slug": _SLUG.fullmatch(headers["slug"].value) is not None,
        "minutes": _MINUTES.fullmatch(headers["minutes"].value) is not None,
        "section": headers["section"].value in TOPICS,
    }
    for name, good in checks.items():
        if not good:
            raise ArticleFileError(file, headers[name].line, f"{name} cannot be {headers[name].value!r}")


def _read_paragraphs(block: _Block, file: str, first_day: date) -> tuple[str, ...]:
    paragraphs: list[list[str]] = [[]]
    for number, line in enumerate(block.lines, start=block.first):
        if not line.strip():
            paragraphs.append([])
            continue
        try:
            paragraphs[-1].append(fill_dates(line.strip(), first_day))
        except ValueError as error:
            raise ArticleFileError(file, number, str(error)) from error
    filled = tuple("\n".join(lines) for lines in paragraphs if lines)
    if not filled:
        raise ArticleFileError(file, block.first, "no text")
    return filled
