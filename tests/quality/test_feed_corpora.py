"""Real, broken and hostile documents: each is read or refused with a reason, and none of them hurts the process.

The corpora are read by path: ../shared/data has the W3C validator's cases, captured feeds and pages.
"""

from __future__ import annotations

import gzip
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bot.errors import ParseError
from bot.ingest.opml import read_opml
from bot.ingest.parse import ParserProcess
from bot.models import Page, ParsedFeed
from tests.bench.feed_readers import compare, with_plain_rss
from tests.processes import ROOT

DATA = ROOT.parent / "shared" / "data"
CASES = DATA / "feedvalidator" / "testcases.tar.gz"
URL = "https://kabar.example/rss"
REASONS = {"feed_empty", "feed_is_html", "feed_unreadable"}
GROWTH = 24 * 1024**2
"""Bytes that the process may have more after 1,450 documents than after 100; feedparser and lxml keep caches."""
TAG = re.compile(r"</?(?:a|b|br|div|em|i|iframe|img|p|script|span|strong|style|table|td)\b[^<>]*>", re.IGNORECASE)

needs_cases = pytest.mark.skipif(not CASES.exists(), reason=f"{CASES} is missing")
needs_data = pytest.mark.skipif(not (DATA / "feeds").exists(), reason=f"{DATA} is missing")


def cases() -> Iterator[tuple[str, bytes]]:
    with tarfile.open(CASES) as tar:
        for member in tar:
            if file := tar.extractfile(member):
                yield member.name, file.read()


async def read(parser: ParserProcess, body: bytes, *, page: bool = False) -> ParsedFeed | Page | str:
    """What a document gives, or the key of the reason why it is refused."""
    try:
        return await (parser.page(body, "text/html", URL) if page else parser.feed(body, "", URL))
    except ParseError as error:
        return error.key


def assert_sound(name: str, feed: ParsedFeed) -> None:
    """What every entry is held to, whatever it was made of."""
    for entry in feed.entries:
        assert re.match(r"https?://[^/\s]+/\S*$", entry.url), name
        assert entry.title == " ".join(entry.title.split()) != "", name
        assert not TAG.search(entry.text), name
        assert entry.published_at is None or entry.published_at.utcoffset().total_seconds() == 0, name  # type: ignore[union-attr]


@needs_cases
async def test_every_case_of_the_validator_is_read_or_refused_with_a_reason() -> None:
    outcomes = Counter[str]()
    resident: list[int] = []
    async with ParserProcess(cpu_seconds=2, seconds=60.0) as parser:
        before = psutil.Process().children()
        for name, body in cases():
            found = await read(parser, body)
            if isinstance(found, ParsedFeed):
                assert_sound(name, found)
            else:
                assert found in REASONS, (name, found)
            outcomes[found if isinstance(found, str) else "read"] += 1
            (child,) = [each for each in psutil.Process().children() if each not in before]
            resident.append(child.memory_info().rss)
    # The validator knows 1,379 feeds, 36 lists in OPML, and some pages.
    assert outcomes.total() > 1400
    assert outcomes["read"] > 1350
    assert max(resident) - resident[100] < GROWTH


@needs_data
@pytest.mark.parametrize("path", sorted((DATA / "feeds").glob("*")), ids=lambda path: path.name)
async def test_a_captured_feed_is_read_and_so_is_every_piece_of_it(path: Path) -> None:
    body = path.read_bytes()
    async with ParserProcess(cpu_seconds=2, seconds=60.0) as parser:
        whole = await read(parser, body)
        assert isinstance(whole, ParsedFeed)
        assert_sound(path.name, whole)
        for length in range(0, len(body), len(body) // 20):
            found = await read(parser, body[:length])
            assert isinstance(found, ParsedFeed) or found in REASONS
            if isinstance(found, ParsedFeed):
                assert_sound(path.name, found)
                # Only the last entry may be a piece.
                assert found.entries[:-1] == whole.entries[: max(0, len(found.entries) - 1)]


@needs_data
async def test_every_captured_page_is_read_whole_and_refused_in_pieces_or_read() -> None:
    async with ParserProcess(cpu_seconds=5, seconds=60.0) as parser:
        for path in sorted((DATA / "pages").glob("*.gz")):
            body = gzip.decompress(path.read_bytes())
            assert isinstance(await read(parser, body, page=True), Page), path.name
            for part in (body[: len(body) // 3], body[len(body) // 2 :], body[::-1], b"\x00" + body):
                found = await read(parser, part, page=True)
                assert isinstance(found, Page) or found == "page_no_article", path.name


@needs_cases
def test_every_list_of_the_validator_is_read_or_refused() -> None:
    lists = [body.decode("utf-8", "replace") for name, body in cases() if name.endswith(".opml")]
    outcomes = Counter(map(outcome, lists))
    assert len(lists) == 36
    assert set(outcomes) <= {"read", "opml_bad", "opml_empty"}
    assert outcomes["read"] > 0


def outcome(text: str) -> str:
    try:
        read_opml(text)
    except ParseError as error:
        return error.key
    return "read"


@needs_cases
def test_the_reader_of_plain_rss_gives_what_feedparser_gives() -> None:
    compared = compare(with_plain_rss)
    assert compared.different == {}
    assert compared.taken > 250
