"""The command line, and the only place where the parts are wired together.

    sari demo                     everything on this machine, in the browser, without an account      bot/sandbox
    sari run                      the bot: feeds in, digests out                                     bot/serve.py
    sari receive                  more processes that take updates from Telegram                     bot/serve.py
    sari worker                   more processes that read feeds and write digests                   bot/serve.py
    sari check                    what is missing or wrong in the settings                           bot/cli.py
    sari summarize FILE|URL|-     one digest                                                         bot/cli.py
    sari ingest FILE|DIR|URL...   articles and feeds into the database                               bot/cli.py
    sari feeds add|list|…         the feeds that `run` reads, and what it would read at an address    bot/feeds_cli.py
    sari outbox dead|retry|drop   messages that were given up                                        bot/outbox_cli.py
    sari search QUERY             the best articles for some words                                   bot/search_cli.py
    sari migrate                  the newest schema; a SQLite file into PostgreSQL                   bot/migrate_cli.py

Exit codes: 0 done, 1 failed (a sentence says why), 2 used wrongly, 130 broken off with Ctrl+C.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import __version__
from bot.config import Secret, Settings, read_settings
from bot.errors import SariError
from bot.models import TOPICS
from bot.texts import terminal_catalog

if TYPE_CHECKING:
    from bot.models import Clock

log = logging.getLogger("sari")


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


async def serve(
    settings: Settings, clock: Clock, stop: asyncio.Event, *, ready: Callable[[], object] = lambda: None
) -> None:
    """Run the bot until ``stop`` is set; then finish what is under way and give everything back.

    Args:
        ready: called when everything has started.

    Raises:
        SariError: a setting, the database or Telegram makes it impossible to start or to go on.
    """
    from bot.serve import run

    await run(settings, clock, stop, ready)


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari run``."""
    stop = asyncio.Event()
    _stop_on_signals(stop)
    await serve(settings, utc_now, stop)
    return 0


async def receive(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari receive``."""
    from bot.serve import receive

    stop = asyncio.Event()
    _stop_on_signals(stop)
    await receive(settings, utc_now, stop)
    return 0


async def worker(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari worker``."""
    from bot.serve import work

    stop = asyncio.Event()
    _stop_on_signals(stop)
    await work(settings, utc_now, stop)
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


class _Parser(argparse.ArgumentParser):
    """Stands in what it has parsed, so that a mistake found afterwards is said with the usage of its own command."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.set_defaults(parser=self)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="sari", description="Short, faithful digests of Indonesian news on Telegram.")
    parser.add_argument("--version", action="version", version=f"sari {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    command = commands.add_parser("demo", help="everything on this machine, in the browser, without an account")
    command.add_argument("--port", type=_port, default=8088, help="port of the chat page (default 8088)")
    commands.add_parser("run", help="run the bot; settings come from the environment (deploy/env.example)")
    commands.add_parser("receive", help="take updates from Telegram at SARI_WEBHOOK_URL, beside `run`; any number")
    commands.add_parser("worker", help="read feeds and write digests for `run` (PostgreSQL); any number")
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
    action = actions.add_parser("remove", help="forget a feed; its news stays")
    action.add_argument("url", metavar="URL", help="its address, as `list` shows it")
    action = actions.add_parser("list", help="all feeds and how they are")
    action.add_argument("--json", action="store_true", help="one JSON object a line")
    action = actions.add_parser("import", help="add the feeds of an OPML file")
    action.add_argument("file", metavar="FILE", type=Path)
    action = actions.add_parser("export", help="write all feeds as OPML")
    action.add_argument("file", metavar="FILE", type=Path, nargs="?", help="where to (default: the terminal)")

    command = commands.add_parser("outbox", help="the messages that were given up")
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    action = actions.add_parser("dead", help="list what was given up, or never confirmed as delivered")
    action.add_argument("--after", metavar="ID", type=int, default=0, help="go on behind this message")
    action.add_argument("--json", action="store_true", help="one JSON object a line")
    for name, does in (("retry", "put messages into the queue again"), ("drop", "delete messages")):
        action = actions.add_parser(name, help=does)
        chosen = action.add_mutually_exclusive_group(required=True)
        chosen.add_argument("ids", metavar="ID", type=_positive, nargs="*", default=[], help="of the list")
        chosen.add_argument("--all", action="store_true", help="all that are listed")

    command = commands.add_parser("migrate", help="bring the database to the newest schema, or to another server")
    actions = command.add_subparsers(dest="action", metavar="[ACTION]")
    action = actions.add_parser("sqlite-to-postgres", help="move everything into an empty PostgreSQL database")
    action.add_argument("source", metavar="SOURCE", type=Path, help="the SQLite file; it is only read")
    action.add_argument(
        "target", metavar="TARGET", nargs="?", help="postgresql+asyncpg://… (default: the setting SARI_DATABASE_URL)"
    )

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


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("must be a number from 0 to 65535")
    return int(text)


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    arguments, rest = _parser().parse_known_args(argv)
    if rest and (arguments.command != "search" or any(word.startswith("--") for word in rest)):
        arguments.parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if arguments.command == "search" and bool(arguments.query or rest) == bool(arguments.run):
        arguments.parser.error("either words or --run FILE must be given")
    if rest:
        arguments.query += rest  # words to leave out, which argparse takes for options
    return arguments


def _command(name: str) -> Callable[[Settings, argparse.Namespace], Coroutine[Any, Any, int]]:
    processes = {"run": run, "receive": receive, "worker": worker, "demo": demo}
    if name in processes:
        return processes[name]
    from bot.cli import COMMANDS
    from bot.feeds_cli import feeds
    from bot.migrate_cli import migrate
    from bot.outbox_cli import outbox
    from bot.search_cli import search

    return {**COMMANDS, "feeds": feeds, "migrate": migrate, "outbox": outbox, "search": search}[name]


def _log_to_stderr(level: str) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("alembic", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _secrets(settings: Settings) -> list[Secret]:
    webhook = settings.webhook.secret if settings.webhook else None
    return [secret for secret in (settings.token, settings.summarizer_key, webhook) if secret]


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console script. Gives the exit code."""
    from bot.telegram.redact import install_redaction

    arguments = _parse(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a locale without ✓ or “ is no reason to end with a traceback
    try:
        settings = read_settings(os.environ)
        _log_to_stderr(settings.log_level if arguments.command in ("run", "receive", "worker") else "WARNING")
        install_redaction([secret.reveal() for secret in _secrets(settings)])
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
