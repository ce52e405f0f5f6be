"""``sari feeds add|list|check|import|export``: the feeds that the bot reads, and what it would read at an address.

Takes settings and parsed arguments and gives the exit code, as the commands of ``bot.cli``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.config import Settings
from bot.errors import InputError
from bot.feed_view import moment, report_as_lines, report_as_record, topic_name
from bot.models import Feed, FeedState, NewFeed
from bot.terminal import complain, print_line, words

if TYPE_CHECKING:
    from bot.ingest.fetch import Fetcher
    from bot.ingest.parse import ParserProcess
    from bot.storage.base import Storage

_ERROR = re.compile(r"(?P<key>\w+)(?: \((?P<values>.*)\))?")


async def feeds(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari feeds ACTION``."""
    return await _ACTIONS[arguments.action](settings, arguments)


# --- check --------------------------------------------------------------------------------------------------------


async def check(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari feeds check URL [--json]``: one screen; exit code 1 when no article can be read there."""
    from bot.services.feed_check import check_feed

    _say_checking(arguments.url)
    async with _reading(settings) as (fetcher, parser):
        report = await check_feed(fetcher, parser, arguments.url, _now, any_language=settings.any_language)
    if arguments.json:
        print_line(json.dumps(report_as_record(report), ensure_ascii=False))
    else:
        for line in report_as_lines(report):
            print_line(line)
    return 0 if report.readable else 1


# --- add, list ----------------------------------------------------------------------------------------------------


async def add(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari feeds add URL [--outlet NAME] [--topic TOPIC]``: found and read before it is added."""
    from bot.services.discovery import find_feeds

    _say_checking(arguments.url)
    async with _reading(settings) as (fetcher, parser):
        found, *others = await find_feeds(fetcher, parser, arguments.url)
    feed = NewFeed(found.url, arguments.outlet or found.outlet, found.parsed.title, arguments.topic)
    async with _storage(settings) as storage:
        new = await storage.add_feeds([feed], _now())
    key = "terminal.feeds_added" if new else "terminal.feeds_known"
    print_line(words().plain(key, outlet=feed.outlet, url=feed.url, kind=found.kind, n=len(found.parsed.entries)))
    if others:
        print_line(words().plain("terminal.feeds_others"))
        for other in others:
            print_line(f"  {other.url}")
    return 0


async def remove(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari feeds remove URL``: the feed is forgotten, its articles stay."""
    async with _storage(settings) as storage:
        if not await storage.remove_feed(arguments.url):
            raise InputError("feed_unknown", url=arguments.url)
    print_line(words().plain("terminal.feeds_removed", url=arguments.url))
    return 0


async def list_feeds(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari feeds list [--json]``: each feed with its health."""
    async with _storage(settings) as storage:
        known = await storage.feeds()
    for feed in known:
        if arguments.json:
            print_line(json.dumps(_feed_as_record(feed), ensure_ascii=False))
        else:
            print_line("\n".join(_feed_as_lines(feed)))
    if not known and not arguments.json:
        complain(words().plain("terminal.feeds_none"))
    return 0


def _feed_as_lines(feed: Feed) -> Iterator[str]:
    texts = words()
    yield " · ".join(filter(None, (feed.outlet, feed.title, topic_name(feed.topic))))
    yield f"  {feed.url}"
    facts = [_health(feed)]
    if feed.last_ok_at:
        facts.append(texts.plain("terminal.feed_last_ok", moment=moment(feed.last_ok_at)))
    if feed.state is FeedState.ACTIVE:
        facts.append(texts.plain("terminal.feed_next", moment=moment(feed.next_check_at)))
    yield f"  {' · '.join(facts)}"
    if feed.last_error:
        yield f"  ! {_reason(feed.last_error)}"


def _health(feed: Feed) -> str:
    texts = words()
    if feed.state is not FeedState.ACTIVE:
        return texts.plain(f"terminal.feed_{feed.state}")
    if feed.failures:
        return texts.plain("terminal.feed_failing", n=feed.failures)
    return texts.plain("terminal.feed_ok" if feed.last_ok_at else "terminal.feed_never")


def _reason(error: str) -> str:
    """The sentence for an error as a feed keeps it (`str` of a SariError); itself where it is something else."""
    match = _ERROR.fullmatch(error)
    if match is None or not words().has(f"errors.{match['key']}"):
        return error
    values = dict(re.findall(r"(\w+)=([^,]*)", match["values"] or ""))
    return words().plain(f"errors.{match['key']}", **values)


def _feed_as_record(feed: Feed) -> dict[str, Any]:
    return {
        "url": feed.url,
        "outlet": feed.outlet,
        "title": feed.title,
        "topic": feed.topic,
        "state": feed.state,
        "failures": feed.failures,
        "last_ok": feed.last_ok_at.isoformat() if feed.last_ok_at else None,
        "next_check": feed.next_check_at.isoformat() if feed.state is FeedState.ACTIVE else None,
        "last_error": feed.last_error,
    }


# --- import, export -----------------------------------------------------------------------------------------------


async def import_feeds(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari feeds import FILE``: the feeds of an OPML list that are not there yet."""
    from bot.services.feeds import read_feed_list

    listed = await read_feed_list(arguments.file)
    async with _storage(settings) as storage:
        new = await storage.add_feeds(listed, _now())
    print_line(words().plain("terminal.feeds_imported", new=new, known=len(listed) - new))
    return 0


async def export_feeds(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari feeds export [FILE]``: all feeds as OPML, which ``import`` reads back."""
    from bot.ingest.opml import write_opml

    async with _storage(settings) as storage:
        known = await storage.feeds()
    text = write_opml(NewFeed(feed.url, feed.outlet, feed.title, feed.topic) for feed in known)
    if arguments.file is None:
        sys.stdout.write(text)
        return 0
    try:
        await asyncio.to_thread(arguments.file.write_text, text, encoding="utf-8")
    except OSError:
        raise InputError("file_unwritable", file=str(arguments.file)) from None
    print_line(words().plain("terminal.feeds_exported", n=len(known), file=str(arguments.file)))
    return 0


# --- all ----------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _reading(settings: Settings) -> AsyncIterator[tuple[Fetcher, ParserProcess]]:
    from bot.ingest.fetch import Fetcher, open_session
    from bot.ingest.parse import ParserProcess

    async with open_session(settings.fetch_allow) as session, ParserProcess() as parser:
        yield Fetcher(session, allow=settings.fetch_allow), parser


def _storage(settings: Settings) -> AbstractAsyncContextManager[Storage]:
    from bot.storage import opened_storage

    return opened_storage(settings.database_url)


def _say_checking(url: str) -> None:
    if sys.stderr.isatty():
        complain(words().plain("terminal.feeds_checking", url=url))


def _now() -> datetime:
    return datetime.now(UTC)


_ACTIONS: dict[str, Callable[[Settings, argparse.Namespace], Coroutine[Any, Any, int]]] = {
    "add": add,
    "check": check,
    "export": export_feeds,
    "import": import_feeds,
    "list": list_feeds,
    "remove": remove,
}
