"""The command line, and the only place where the parts are wired together.

    sari demo                     everything on this machine, in the browser, without an account      bot/sandbox
    sari run                      the bot: feeds in, digests out                                     serve(), below
    sari check                    what is missing or wrong in the settings                           bot/cli.py
    sari summarize FILE|URL|-     one digest                                                         bot/cli.py
    sari ingest FILE|DIR|URL...   articles and feeds into the database                               bot/cli.py
    sari feeds add|list|…         the feeds that `run` reads, and what it would read at an address    bot/feeds_cli.py
    sari search QUERY             the best articles for some words                                   bot/search_cli.py

Exit codes: 0 done, 1 failed (a sentence says why), 2 used wrongly, 130 broken off with Ctrl+C.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import logging
import os
import random
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import __version__
from bot.config import Settings, read_settings
from bot.errors import SariError
from bot.models import TOPICS
from bot.texts import terminal_catalog

if TYPE_CHECKING:
    from bot.models import Clock

log = logging.getLogger("sari")

RENEW = timedelta(days=1)
"""Up to what age articles are digested again after a change of the engine: as old as they come into editions."""


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


async def serve(
    settings: Settings, clock: Clock, stop: asyncio.Event, *, ready: Callable[[], object] = lambda: None
) -> None:
    """Run the bot until ``stop`` is set; then finish what is under way and give everything back.

    Args:
        ready: called once, when everything has started.

    Raises:
        SariError: a setting, the database or Telegram makes it impossible to start or to go on.
    """
    from bot.ingest.fetch import Fetcher, open_session
    from bot.ingest.parse import ParserProcess
    from bot.jobs import Services, Ticker
    from bot.services.delivery import Delivery
    from bot.services.engines import open_summarizer
    from bot.services.fallbacks import FallbackNotice
    from bot.services.feed_notice import FeedNotice
    from bot.services.feeds import FeedVisitor, read_feed_list
    from bot.services.pipeline import StoryGrouper
    from bot.services.rounds import FeedRounds
    from bot.storage import open_storage
    from bot.telegram import render
    from bot.telegram.app import TelegramBot
    from bot.telegram.context import Dependencies
    from bot.telegram.sender import TelegramSender
    from bot.web import HealthPages, serve_pages

    token = settings.require_token()
    summarizer = open_summarizer(settings)
    async with AsyncExitStack() as stack:
        storage = await open_storage(settings.database_url)
        stack.push_async_callback(storage.close)
        if settings.feeds is not None:
            await storage.add_feeds(await read_feed_list(settings.feeds), clock())
        await storage.renew_digests(summarizer.engine, clock() - RENEW)
        session = await stack.enter_async_context(open_session(settings.fetch_allow))
        fetcher = Fetcher(session, allow=settings.fetch_allow)
        parser = await stack.enter_async_context(ParserProcess())

        interval = timedelta(minutes=settings.fetch_interval_minutes)
        visitor = FeedVisitor(
            storage, fetcher, parser, clock, interval, random.random, any_language=settings.any_language
        )
        parts = Dependencies(storage, summarizer, visitor, clock, settings.admins)
        bot = TelegramBot(token, settings.telegram_api_url, parts)
        sender = TelegramSender(bot.application.bot)
        owner = f"{os.uname().nodename}-{os.getpid()}"
        services = Services(
            storage=storage,
            summarizer=summarizer,
            visitor=visitor,
            rounds=FeedRounds(storage, visitor, clock),
            feed_notice=FeedNotice(storage, sender, render.feed_notice, settings.admins, clock),
            notice=FallbackNotice(storage, sender, render.fallback_notice, settings.admins),
            grouper=StoryGrouper(storage, clock),
            delivery=Delivery(storage, sender, clock, owner=owner, spread=random.random),
            compose=render.edition,
            clock=clock,
        )
        await stack.enter_async_context(bot)
        ticker = Ticker(services, on_fatal=bot.fail)
        ticker.start()
        stack.push_async_callback(ticker.stop)
        if settings.http_address is not None:
            pages = HealthPages(storage, clock, bot.poll_age, fetch_limit=max(3 * interval, timedelta(hours=1)))
            await stack.enter_async_context(serve_pages(pages, *settings.http_address))
        log.info("Sari %s is at work as @%s", __version__, bot.application.bot.username)
        ready()
        await bot.run_until(stop)


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari run``."""
    stop = asyncio.Event()
    _stop_on_signals(stop)
    await serve(settings, utc_now, stop)
    return 0


async def demo(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari demo``: the same bot, with a Telegram and a few news sites on this machine."""
    from bot.sandbox.demo import Demo, first_morning

    stop = asyncio.Event()
    _stop_on_signals(stop)
    async with Demo(port=arguments.port, start=first_morning(utc_now())) as world:
        greeting = terminal_catalog(os.environ).plain("terminal.demo_ready", url=world.sandbox.url)
        await serve(world.settings(), world.clock, stop, ready=lambda: print(greeting, flush=True))  # noqa: T201
    return 0


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sari", description="Short, faithful digests of Indonesian news on Telegram.")
    parser.add_argument("--version", action="version", version=f"sari {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    command = commands.add_parser("demo", help="everything on this machine, in the browser, without an account")
    command.add_argument("--port", type=int, default=8088, help="port of the chat page (default 8088)")
    commands.add_parser("run", help="run the bot; settings come from the environment (deploy/env.example)")
    commands.add_parser("check", help="say what is missing or wrong in the settings")

    command = commands.add_parser("summarize", help="print the digest of one article")
    command.add_argument(
        "source", metavar="FILE|URL|-", help="a .txt, .html or .html.gz file, an address, or - for text"
    )
    command.add_argument("--json", action="store_true", help="title, published, place, sentences and engine as JSON")

    command = commands.add_parser("ingest", help="read articles and feeds into the database; `run` digests them")
    command.add_argument(
        "sources", metavar="FILE|DIR|URL", nargs="+", help=".txt, .html(.gz), .xml, .jsonl, or addresses"
    )

    command = commands.add_parser("feeds", help="the feeds that `run` reads")
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    action = actions.add_parser("check", help="say what would be read at an address; nothing is kept")
    action.add_argument("url", metavar="URL", help="a feed, an article, a section or a home page")
    action.add_argument("--json", action="store_true", help="the same as JSON")
    action = actions.add_parser("add", help="find the feed of a site, try it, and add it")
    action.add_argument("url", metavar="URL", help="a feed, an article, a section or a home page")
    action.add_argument("--outlet", metavar="NAME", help="the outlet's name, where the site's own is not right")
    action.add_argument("--topic", choices=TOPICS, help="of everything in this feed")
    action = actions.add_parser("list", help="all feeds and how they are")
    action.add_argument("--json", action="store_true", help="one JSON object a line")
    action = actions.add_parser("import", help="add the feeds of an OPML file")
    action.add_argument("file", metavar="FILE", type=Path)
    action = actions.add_parser("export", help="write all feeds as OPML")
    action.add_argument("file", metavar="FILE", type=Path, nargs="?", help="where to (default: the terminal)")

    command = commands.add_parser("search", help="find articles", add_help=False)  # -hujan is no plea for help
    command.add_argument("--help", action="help", help="show this help message and exit")
    command.add_argument(
        "query", nargs="*", help='words, "a phrase", -without, sumber:OUTLET, topik:TOPIC, sejak:DAY, sampai:DAY'
    )
    command.add_argument("--run", metavar="FILE", help="answer the queries of a .jsonl file: qid, id, rank, by tabs")
    command.add_argument("--limit", type=_positive, default=10, help="articles at most (default 10)")
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a number from 1 on")
    return int(text)


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = _parser()
    arguments, rest = parser.parse_known_args(argv)
    if rest and (arguments.command != "search" or any(word.startswith("--") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if arguments.command == "search" and bool(arguments.query or rest) == bool(arguments.run):
        parser.error("search needs either words or --run FILE")
    if rest:
        arguments.query += rest  # words to leave out, which argparse takes for options
    return arguments


def _command(name: str) -> Callable[[Settings, argparse.Namespace], Coroutine[Any, Any, int]]:
    if name in ("run", "demo"):
        return {"run": run, "demo": demo}[name]
    from bot.cli import COMMANDS
    from bot.feeds_cli import feeds
    from bot.search_cli import search

    return {**COMMANDS, "feeds": feeds, "search": search}[name]


def _log_to_stderr(level: str) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("alembic", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console script. Gives the exit code."""
    from bot.telegram.redact import install_redaction

    arguments = _parse(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a locale without ✓ or “ is no reason to end with a traceback
    try:
        settings = read_settings(os.environ)
        _log_to_stderr(settings.log_level if arguments.command == "run" else "WARNING")
        install_redaction([secret.reveal() for secret in (settings.token, settings.summarizer_key) if secret])
        return asyncio.run(_command(arguments.command)(settings, arguments))
    except SariError as error:
        sys.stderr.write(terminal_catalog(os.environ).plain(f"errors.{error.key}", **error.values) + "\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader of our output went away
        return 1


if __name__ == "__main__":
    sys.exit(main())
