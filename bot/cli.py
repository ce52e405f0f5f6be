"""The commands that do one thing and end: ``check``, ``ingest``, ``summarize``.

Each takes settings and parsed arguments and gives the exit code; ``__main__`` prints the SariErrors that they raise.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.config import Settings
from bot.errors import InputError, SariError, SettingError
from bot.models import NewArticle, Page, Zone
from bot.schedule import local
from bot.services.engines import open_summarizer
from bot.terminal import complain as _complain
from bot.terminal import print_line as _print
from bot.terminal import sentence as _sentence
from bot.terminal import words as _words
from summarizer import ArticleText, SummarizerError, read_article
from summarizer.dates import parse_date

if TYPE_CHECKING:
    from bot.services.feeds import FeedVisitor
    from bot.storage.base import Storage

Command = Callable[[Settings, argparse.Namespace], Coroutine[Any, Any, int]]

BATCH = 500
"""Articles saved in one transaction: large enough to be quick, small enough that a stop loses little work."""
CLOCK_TOLERANCE = timedelta(seconds=30)
_TRIAL = (
    "Pemerintah Kota Sagara membuka kembali Jembatan Melati pada Senin setelah diperbaiki selama empat bulan. "
    "Perbaikan itu menelan biaya Rp 12,5 miliar dari anggaran kota.\n\n"
    "Wali Kota Sagara Mirna Hapsari mengatakan bus dan truk boleh melintas lagi mulai Rabu. "
    "Selama perbaikan, sekitar 8.000 kendaraan setiap hari memutar lewat Jalan Anggrek.",
    "Jembatan Melati dibuka lagi",
)
"""An invented article, text and headline, on which `sari check` tries the summarizer."""


# --- summarize ----------------------------------------------------------------------------------------------------


async def summarize(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari summarize FILE|URL|- [--json]``. A file needs neither network nor database, so their imports come late."""
    article = await _load_article(arguments.source, settings)
    try:
        digest = open_summarizer(settings).summarize(article.body, article.title)
    except SummarizerError as error:
        raise InputError(error.key) from error
    published = local(article.published, Zone.WIB) if article.published else None
    if arguments.json:
        record = {
            "title": article.title,
            "published": published.isoformat() if published else None,
            "place": article.place,
            "sentences": list(digest.sentences),
            "engine": digest.engine,
        }
        _print(json.dumps(record, ensure_ascii=False))
        return 0
    facts = [published.strftime("%d/%m/%Y %H.%M WIB") if published else "", article.place or ""]
    head = "\n".join(filter(None, (article.title, " · ".join(filter(None, facts)))))
    _print("\n\n".join(filter(None, (head, "\n".join(digest.sentences)))))
    return 0


async def _load_article(source: str, settings: Settings) -> ArticleText:
    from bot.ingest.fetch import Fetcher, open_session
    from bot.ingest.files import decode_text, read_bytes
    from bot.ingest.parse import ParserProcess
    from bot.ingest.read_page import read_page
    from bot.ingest.urls import canonical_url

    if source == "-":
        return read_article(_read_stdin())
    if _is_address(source):
        async with open_session(settings.fetch_allow) as session, ParserProcess() as parser:
            fetcher = Fetcher(session, allow=settings.fetch_allow)
            return _text_of(await read_page(fetcher, parser, canonical_url(source)))
    path = Path(source)
    try:
        content = read_bytes(path)
    except IsADirectoryError:
        raise InputError("file_is_folder", file=source) from None
    except OSError:
        raise InputError("file_missing", file=source) from None
    if not path.name.endswith((".html", ".html.gz")):
        return read_article(decode_text(content))
    async with ParserProcess() as parser:
        return _text_of(await parser.page(content, "text/html", ""))


def _is_address(source: str) -> bool:
    """Whether somebody meant an address, be it one that cannot be opened, and no file."""
    return "://" in source


def _read_stdin() -> str:
    from bot.ingest.files import MAX_FILE, decode_text

    content = sys.stdin.buffer.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise InputError("file_too_large", file="-", megabytes=MAX_FILE // 1024**2)
    text = decode_text(content)
    if "\0" in text:
        raise InputError("file_binary", file="-")
    return text


def _text_of(page: Page) -> ArticleText:
    article = read_article(page.text, title=page.title)
    printed = page.published_at or parse_date(page.age, datetime.now(UTC))
    return replace(article, published=printed or article.published)


# --- ingest -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Tally:
    new: int = 0
    changed: int = 0
    known: int = 0
    problems: int = 0


async def ingest(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari ingest FILE|DIR|URL...``: everything readable is saved; what is not gets a line, and exit code 1."""
    from bot.storage import open_storage

    storage = await open_storage(settings.database_url)
    tally = _Tally()
    try:
        async with _visitor(settings, storage) as visitor:
            batch: list[NewArticle] = []
            async for article in _read_sources(arguments.sources, visitor, tally):
                batch.append(article)
                if len(batch) >= BATCH:
                    await _save(storage, batch, tally)
            await _save(storage, batch, tally)
    finally:
        await storage.close()
    _print(
        _words().plain(
            "terminal.ingested", new=tally.new, changed=tally.changed, known=tally.known, problems=tally.problems
        )
    )
    return 1 if tally.problems else 0


async def _read_sources(sources: list[str], visitor: FeedVisitor, tally: _Tally) -> AsyncIterator[NewArticle]:
    from bot.ingest.files import IngestProblem, list_files, read_file

    for source in sources:
        try:
            if _is_address(source):
                for article in await visitor.read_address(source):
                    yield article
                continue
            files = list_files(Path(source))
            if not files:
                raise InputError("folder_empty", file=source)
            for path in files:
                async for item in read_file(
                    path, parser=visitor.parser, now=datetime.now(UTC), any_language=visitor.any_language
                ):
                    if isinstance(item, IngestProblem):
                        tally.problems += 1
                        where = f"{item.path}:{item.line}" if item.line else str(item.path)
                        _complain_of(where, item.error)
                    else:
                        yield item
        except SariError as error:
            tally.problems += 1
            _complain_of(source, error)


def _complain_of(where: str, error: SariError) -> None:
    """Say what is wrong, and where, unless the sentence itself names the file."""
    _complain(_sentence(error) if "file" in error.values else f"{where}: {_sentence(error)}")


async def _save(storage: Storage, batch: list[NewArticle], tally: _Tally) -> None:
    if not batch:
        return
    saved = await storage.save_articles(batch, datetime.now(UTC))
    batch.clear()
    tally.new += len(saved.new)
    tally.changed += len(saved.changed)
    tally.known += len(saved.known)
    if sys.stderr.isatty():
        done = tally.new + tally.changed + tally.known
        _complain(_words().plain("terminal.ingesting", done=done))


@asynccontextmanager
async def _visitor(settings: Settings, storage: Storage) -> AsyncIterator[FeedVisitor]:
    """What reads addresses, with its connections and its parser process."""
    from bot.ingest.fetch import Fetcher, open_session
    from bot.ingest.parse import ParserProcess
    from bot.services.feeds import FeedVisitor

    interval = timedelta(minutes=settings.fetch_interval_minutes)
    async with open_session(settings.fetch_allow) as session, ParserProcess() as parser:
        fetcher = Fetcher(session, allow=settings.fetch_allow)
        yield FeedVisitor(
            storage,
            fetcher,
            parser,
            lambda: datetime.now(UTC),
            interval,
            random.random,
            any_language=settings.any_language,
        )


# --- check --------------------------------------------------------------------------------------------------------


async def check(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari check``: one line for each thing that `sari run` needs, exit code 1 when one is missing or wrong."""
    failed = False
    for name, step in (
        ("token", _check_token),
        ("admins", _check_admins),
        ("database", _check_database),  # before what opens it as well: it tells whether the database is new
        ("feeds", _check_feeds),
        ("summarizer", _check_summarizer),
    ):
        thing = _words().plain(f"terminal.check_{name}")
        try:
            _print(f"✓ {thing}: {await step(settings)}")
        except SariError as error:
            failed = True
            _print(f"✗ {thing}: {_sentence(error)}")
    return 1 if failed else 0


async def _check_token(settings: Settings) -> str:
    from bot.telegram.probe import probe

    found = await probe(settings.require_token(), settings.telegram_api_url, datetime.now(UTC))
    if found.clock_ahead is not None and abs(found.clock_ahead) > CLOCK_TOLERANCE:
        raise SettingError("clock_wrong", seconds=round(found.clock_ahead.total_seconds()))
    return f"@{found.username}"


async def _check_admins(settings: Settings) -> str:
    if not settings.admins:
        raise SettingError("setting_missing", name="SARI_ADMINS")
    return ", ".join(map(str, sorted(settings.admins)))


async def _check_feeds(settings: Settings) -> str:
    from bot.services.feeds import read_feed_list
    from bot.storage import opened_storage

    listed = len(await read_feed_list(settings.feeds)) if settings.feeds else 0
    known = None
    try:
        async with opened_storage(settings.database_url) as storage:
            known = len(await storage.feeds())
    except SariError:
        # The list alone is enough, and the line of the database says what is wrong there.
        if not listed:
            raise
    if not listed and not known:
        raise SettingError("feeds_missing")
    # No sum: what the list names is in the database, too, once `run` has started.
    return _words().plain("terminal.feeds_listed", listed=listed, known=known)


async def _check_database(settings: Settings) -> str:
    from bot.storage import migrate, opened_storage

    done = await migrate(settings.database_url)
    async with opened_storage(settings.database_url) as storage:
        health = await storage.health()
    return _words().plain("terminal.subscribers", n=health.active_subscribers, new=done.before is None)


async def _check_summarizer(settings: Settings) -> str:
    summarizer = open_summarizer(settings)
    digest = summarizer.summarize(*_TRIAL)
    if digest.fallback:
        raise SettingError(
            "summarizer_unused", engine=summarizer.engine, why=_words().plain(f"fallbacks.{digest.fallback}")
        )
    return summarizer.engine


COMMANDS: dict[str, Command] = {
    "check": check,
    "ingest": ingest,
    "summarize": summarize,
}
