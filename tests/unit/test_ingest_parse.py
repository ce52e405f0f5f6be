"""The parser process: what it gives, and how it dies."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bot.errors import ParseError
from bot.index_entries import make_entry
from bot.ingest.decide import build_article
from bot.ingest.feeds import parse_feed
from bot.ingest.pages import parse_page
from bot.ingest.parse import WORKER, ParserProcess
from bot.models import NewArticle, ParsedFeed
from tests.unit.feed_bombs import BOMBS
from tests.unit.ingest_samples import ENGLISH, NOW, TITLE, entry, html_page, rss

URL = "https://kabar.example/rss"
FEED = rss(f"<item><title>{TITLE} 🎉</title><link>https://kabar.example/a</link><category>Daerah</category></item>")
# feedparser 6.0.14 takes time quadratic in the length of an author: minutes for this one.
STUCK = BOMBS["a 200 KB author"]
REASONS = {"feed_empty", "feed_is_html", "feed_unreadable", "parse_timeout", "parse_crashed"}
# A worker of the same kind that gives up when it is asked.
FAILING = """import sys
sys.stdout.buffer.write(b"\\0\\0\\0\\x02{}")
sys.stdout.flush()
sys.stdin.buffer.read(1)
sys.exit(3)
"""


# The worker with 0.6 seconds more work for each feed.
SLOW = """import time, bot.ingest.parse_worker as worker
def parse_slowly(*document):
    end = time.process_time() + 0.6
    while time.process_time() < end:
        pass
    return worker.parse_feed(*document)
worker._PARSERS["feed"] = parse_slowly
worker.main()
"""
# The worker with a constant or a parser changed before it starts.
ALTERED = "import bot.ingest.parse_worker as worker\nworker.{}\nworker.main()"


def altered(change: str) -> tuple[str, ...]:
    return (sys.executable, "-c", ALTERED.format(change))


def child_of(before: list[psutil.Process]) -> psutil.Process:
    (child,) = [each for each in children() if each not in before]
    return child


async def outcome(parser: ParserProcess, body: bytes) -> ParsedFeed | str:
    """The feed, or the key of the reason why it was refused."""
    try:
        return await parser.feed(body, "application/xml", URL)
    except ParseError as error:
        return error.key


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.05)


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


async def test_articles_come_out_as_they_would_here_with_their_words_for_the_index() -> None:
    first, other = entry(categories=("Daerah",)), entry(url="", title="", text="")
    page = parse_page(html_page(), "text/html", "https://kabar.example/b")
    async with ParserProcess() as parser:
        whole, empty, paged = await parser.articles(
            [(first, None), (other, None), (other, page)], outlet="Kabar", now=NOW, topic="ekonomi", feed_id=7
        )
    assert whole == build_article(first, None, outlet="Kabar", now=NOW, topic="ekonomi", feed_id=7)
    assert isinstance(whole, NewArticle)
    assert whole.index == make_entry(whole.title, whole.body, "Kabar", whole.published_at)
    assert isinstance(empty, ParseError)
    assert (empty.key, empty.values) == ("article_empty", {"title": ""})
    assert paged == build_article(other, page, outlet="Kabar", now=NOW, topic="ekonomi", feed_id=7)


async def test_an_article_in_another_language_is_refused_unless_any_is_wanted() -> None:
    foreign = [(entry(title="The bridge is open again", text=ENGLISH), None)]
    async with ParserProcess() as parser:
        [refused] = await parser.articles(foreign, outlet="Kabar", now=NOW)
        [taken] = await parser.articles(foreign, outlet="Kabar", now=NOW, any_language=True)
    assert isinstance(refused, ParseError)
    assert refused.key == "not_indonesian"
    assert isinstance(taken, NewArticle)


async def test_an_article_that_takes_too_long_is_cut_off() -> None:
    endless = "build_article = lambda *entry, **about: [None for _ in iter(int, 1)]"
    async with ParserProcess(cpu_seconds=1, seconds=60.0, command=altered(endless)) as parser:
        with pytest.raises(ParseError, match="parse_timeout"):
            await parser.articles([(entry(), None)], outlet="Kabar", now=NOW)
        assert len((await parser.feed(FEED, "", URL)).entries) == 1


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


async def test_a_document_that_takes_too_much_work_is_cut_off_and_the_next_one_is_read() -> None:
    async with ParserProcess(cpu_seconds=1, seconds=60.0) as parser:
        error = await error_of(parser, STUCK)
        assert (error.key, error.values) == ("parse_timeout", {"seconds": 1})
        assert len((await parser.feed(FEED, "", URL)).entries) == 1


async def test_work_is_counted_for_each_document_anew() -> None:
    before = children()
    async with ParserProcess(cpu_seconds=1, seconds=60.0, command=(sys.executable, "-c", SLOW)) as parser:
        await parser.feed(FEED, "", URL)
        child = child_of(before)
        for _ in range(5):
            assert len((await parser.feed(FEED, "", URL)).entries) == 1
        assert child_of(before) == child


@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_is_read_or_refused_with_a_reason_and_costs_only_itself(name: str) -> None:
    async with ParserProcess(cpu_seconds=1, seconds=60.0) as parser:
        found = await outcome(parser, BOMBS[name])
        assert found in REASONS or isinstance(found, ParsedFeed)
        assert len((await parser.feed(FEED, "", URL)).entries) == 1


@pytest.mark.parametrize("name", ["1.2 MB of open tags in a plain feed", "9 MB of one text", "100,000 items"])
async def test_a_large_feed_in_good_order_is_no_bomb(name: str) -> None:
    async with ParserProcess(cpu_seconds=4, seconds=60.0) as parser:
        assert (await parser.feed(BOMBS[name], "", URL)).entries[0].url == "https://kabar.example/a"


async def test_memory_is_bounded() -> None:
    before = children()
    async with ParserProcess() as parser:
        await parser.feed(FEED, "", URL)
        child = child_of(before)
        soft, hard = child.rlimit(psutil.RLIMIT_AS)
        assert 0 < soft == hard < 2 * 1024**3
        assert child.rlimit(psutil.RLIMIT_CORE) == (0, 0)


async def test_a_document_that_wants_more_memory_is_refused_and_gets_its_process_replaced() -> None:
    before = children()
    greedy = "_PARSERS['page'] = lambda *document: [bytearray(2**27) for _ in range(100)]"
    async with ParserProcess(command=altered(greedy)) as parser:
        await parser.feed(FEED, "", URL)
        child = child_of(before)
        with pytest.raises(ParseError, match="parse_crashed"):
            await parser.page(b"<p>Isi", "", URL)
        assert not child.is_running()
        assert len((await parser.feed(FEED, "", URL)).entries) == 1


@pytest.mark.parametrize(
    ("change", "living"),
    [
        ("MOST_DOCUMENTS = 3", [True, True, False, True, True, False, True]),
        ("_resident_bytes = lambda: worker.GROWN_BYTES + 1", [False] * 7),
    ],
)
async def test_a_worn_child_is_replaced_and_no_document_is_lost(change: str, living: list[bool]) -> None:
    before = children()
    seen = []
    async with ParserProcess(command=altered(change)) as parser:
        for _ in living:
            assert len((await parser.feed(FEED, "", URL)).entries) == 1
            seen.append(children() != before)
    assert seen == living


async def test_a_child_that_has_read_many_documents_has_not_grown() -> None:
    before = children()
    page = html_page()
    async with ParserProcess() as parser:

        async def read_all(times: int) -> None:
            for _ in range(times):
                await parser.feed(FEED, "", URL)
                await parser.page(page, "", URL)
                with contextlib.suppress(ParseError):
                    await parser.feed(FEED[:-60], "", URL)

        await read_all(20)
        child = child_of(before)
        start = child.memory_info().rss
        await read_all(100)
        assert child.memory_info().rss - start < 8 * 1024**2


async def test_a_child_at_work_does_not_outlive_a_parent_that_was_killed() -> None:
    code = (
        "import asyncio, sys\nfrom bot.ingest.parse import ParserProcess\nfrom tests.unit.feed_bombs import BOMBS\n"
        "async def main():\n async with ParserProcess(cpu_seconds=1, seconds=60) as parser:\n"
        "  await parser.feed(b'<rss/>', '', '')\n  print('ready', flush=True)\n"
        "  await parser.feed(BOMBS['a 200 KB author'], '', '')\nasyncio.run(main())"
    )
    root = Path(__file__).parents[2]
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, cwd=root, env=dict(os.environ)
    )
    assert parent.stdout is not None
    async with asyncio.timeout(60):
        assert await parent.stdout.readline() == b"ready\n"
    (child,) = psutil.Process(parent.pid).children()
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    await until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


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
