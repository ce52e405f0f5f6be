"""``sari search``: articles on the terminal, as JSON lines, or as a run for an evaluation."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.errors import InputError
from bot.models import Article, Passage, Zone
from bot.schedule import local
from bot.terminal import complain, print_line, words

if TYPE_CHECKING:
    from bot.storage.base import Storage

BOLD, PLAIN = "\x1b[1m", "\x1b[22m"


async def search(settings: Settings, arguments: argparse.Namespace) -> int:
    """``sari search QUERY [--limit N] [--json]``, or ``sari search --run FILE``."""
    from bot.storage import opened_storage

    async with opened_storage(settings.database_url) as storage:
        if arguments.run:
            return await _run(storage, Path(arguments.run), arguments.limit)
        return await _answer(storage, " ".join(arguments.query), arguments.limit, as_json=arguments.json)


async def _answer(storage: Storage, query: str, limit: int, *, as_json: bool) -> int:
    from bot.services.reading import find

    now = datetime.now(UTC)
    result = await find(storage, query, limit=limit, now=now)
    if result.corrected:
        complain(words().plain("terminal.search_corrected", asked=query, query=result.corrected))
    articles = [hit.article for hit in result.hits]
    if as_json:
        for article in articles:
            print_line(_as_json(article))
        return 0
    passages = await storage.mark_found(result.corrected or query, [(article.id, "") for article in articles], now)
    for article, passage in zip(articles, passages, strict=True):
        print_line(_as_text(article, _in_bold(passage) if sys.stdout.isatty() else passage.text))
    if not articles:
        complain(words().plain("messages.search_none", query=query))
    return 0


async def _run(storage: Storage, path: Path, limit: int) -> int:
    """Lines of qid, the id that an article came in with, and rank, for queries with ``qid`` and ``query``.

    A query that cannot be searched for gets a line on stderr, and makes the exit code 1.
    """
    from bot.services.reading import find

    now, failed = datetime.now(UTC), False
    for number, line in enumerate(_read(path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            qid, query = str(asked["qid"]), str(asked["query"])
        except (ValueError, TypeError, KeyError):
            raise InputError("file_not_queries", file=str(path), line=number) from None
        try:
            result = await find(storage, query, limit=limit, now=now)
        except InputError as error:
            failed = True
            complain(f"{qid}: {words().plain(f'errors.{error.key}', **error.values)}")
            continue
        for rank, hit in enumerate(result.hits, start=1):
            print_line(f"{qid}\t{hit.article.external_id or hit.article.id}\t{rank}")
    return int(failed)


def _read(path: Path) -> str:
    from bot.ingest.files import decode_text, read_bytes

    try:
        return decode_text(read_bytes(path))
    except OSError:
        raise InputError("file_missing", file=str(path)) from None


def _as_json(article: Article) -> str:
    record = {
        "id": article.external_id or article.id,
        "title": article.title,
        "outlet": article.outlet,
        "published": article.published_at.isoformat(),
        "url": article.url,
    }
    return json.dumps(record, ensure_ascii=False)


def _as_text(article: Article, passage: str) -> str:
    published = local(article.published_at, Zone.WIB).strftime("%d/%m/%Y %H.%M WIB")
    return f"{article.title}\n  {article.outlet} · {published} · {article.url}\n  {passage}\n"


def _in_bold(passage: Passage) -> str:
    parts, at = [], 0
    for start, end in passage.marks:
        parts += [passage.text[at:start], BOLD, passage.text[start:end], PLAIN]
        at = end
    return "".join([*parts, passage.text[at:]])
