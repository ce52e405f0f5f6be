"""The parser process: what it gives, and how it dies."""

import asyncio
import contextlib
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bot.errors import ParseError
from bot.ingest.feeds import parse_feed
from bot.ingest.pages import parse_page
from bot.ingest.parse import WORKER, ParserProcess
from tests.unit.ingest_samples import TITLE, html_page, rss

URL = "https://kabar.example/rss"
FEED = rss(f"<item><title>{TITLE} 🎉</title><link>https://kabar.example/a</link><category>Daerah</category></item>")
# feedparser 6.0.14 takes time quadratic in the length of an author: minutes for this one.
STUCK = rss(f"<item><title>A</title><link>https://kabar.example/a</link><author>{'a' * 200_000}</author></item>")
# A worker of the same kind that gives up when it is asked.
FAILING = """import sys
sys.stdout.buffer.write(b"\\0\\0\\0\\x02{}")
sys.stdout.flush()
sys.stdin.buffer.read(1)
sys.exit(3)
"""


def children() -> list[psutil.Process]:
    return psutil.Process().children()


async def error_of(parser: ParserProcess, body: bytes = FEED) -> ParseError:
    with pytest.raises(ParseError) as caught:
        await parser.feed(body, "application/xml", URL)
    return caught.value


async def test_feeds_and_pages_come_out_as_they_would_here() -> None:
    page = html_page()
    async with ParserProcess() as parser:
        assert await parser.feed(FEED, "application/xml", URL) == parse_feed(FEED, "application/xml", URL)
        assert await parser.page(page, "text/html", URL) == parse_page(page, "text/html", URL)


async def test_one_child_serves_many_and_leaves_nothing_behind() -> None:
    before = children()
    async with ParserProcess() as parser:
        assert children() == before
        await asyncio.gather(*(parser.feed(FEED, "", URL) for _ in range(20)))
        (child,) = [each for each in children() if each not in before]
        with pytest.raises(ParseError):
            await parser.page(b"", "", URL)
        await parser.feed(FEED, "", URL)
        assert [each for each in children() if each not in before] == [child]
    assert children() == before


async def test_an_error_of_the_parser_arrives_with_its_key() -> None:
    async with ParserProcess() as parser:
        assert (await error_of(parser, b"<!doctype html><p>Isi")).key == "feed_is_html"
        assert (await error_of(parser, b"")).key == "feed_empty"


async def test_a_document_that_takes_too_long_is_cut_off_and_the_next_one_is_read() -> None:
    before = children()
    async with ParserProcess(seconds=1.0) as parser:
        await parser.feed(FEED, "", URL)
        (child,) = [each for each in children() if each not in before]
        error = await error_of(parser, STUCK)
        assert (error.key, error.values) == ("parse_timeout", {"seconds": 1.0})
        assert not child.is_running()
        assert len((await parser.feed(FEED, "", URL)).entries) == 1
        assert child not in children()


async def test_a_request_that_is_given_up_does_not_answer_the_next_one() -> None:
    async with ParserProcess(seconds=30.0) as parser:
        await parser.feed(FEED, "", URL)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await parser.feed(STUCK, "", URL)
        assert (await parser.feed(FEED, "", URL)).entries[0].title == f"{TITLE} 🎉"


async def test_a_child_that_dies_at_work_is_an_error_and_a_new_one_is_started() -> None:
    async with ParserProcess(command=(sys.executable, "-c", FAILING)) as parser:
        for _ in range(2):
            error = await error_of(parser)
            assert (error.key, error.values) == ("parse_crashed", {"reason": "exit 3"})


async def test_a_child_that_was_killed_while_idle_is_replaced() -> None:
    before = children()
    async with ParserProcess() as parser:
        await parser.feed(FEED, "", URL)
        (child,) = [each for each in children() if each not in before]
        child.kill()
        # At most one document is lost to it: the one that comes before the event loop has heard of the death.
        with contextlib.suppress(ParseError):
            await parser.feed(FEED, "", URL)
        assert len((await parser.feed(FEED, "", URL)).entries) == 1
        assert child not in children()


async def test_a_child_that_cannot_be_started_is_an_error() -> None:
    async with ParserProcess(command=("/tidak/ada",)) as parser:
        assert (await error_of(parser)).key == "parse_crashed"


async def test_the_child_does_not_know_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SARI_TELEGRAM_TOKEN", "123456:rahasia")
    before = children()
    async with ParserProcess() as parser:
        await parser.feed(FEED, "", URL)
        (child,) = [each for each in children() if each not in before]
        assert set(child.environ()) <= {"PYTHONPATH", "LC_CTYPE"}


async def test_memory_is_bounded() -> None:
    async with ParserProcess() as parser:
        await parser.feed(FEED, "", URL)
        (child,) = (each for each in children() if each.cmdline() == list(WORKER))
        soft, hard = child.rlimit(psutil.RLIMIT_AS)
        assert 0 < soft == hard < 2 * 1024**3


def test_the_child_ends_when_nobody_writes_to_it_any_more() -> None:
    child = subprocess.run(WORKER, input=b"", capture_output=True, timeout=60, check=False)
    assert child.returncode == 0
    assert child.stderr == b""


def test_sari_itself_does_not_load_the_parsers() -> None:
    """They would cost every process some 30 MB, and the token would be in reach of what they read."""
    code = (
        "import sys, bot.ingest.parse, bot.ingest.fetch, bot.ingest.decide, bot.ingest.files, bot.ingest.opml\n"
        "print(sorted({'feedparser', 'lxml', 'trafilatura'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root, env=dict(os.environ)
    )
    assert shown.stdout.strip() == "[]"
