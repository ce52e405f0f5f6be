"""A thousand readers and some hundred articles: the database, the Telegram, and the bot in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.ingest.decide import build_article
from bot.models import ChatKind, Entry, NewArticle, Schedule, Status, Subscriber
from bot.sandbox import Sandbox
from bot.sandbox.news import SampleArticle, load_articles
from bot.sandbox.people import User
from bot.services.pipeline import StoryGrouper, digest_new_articles
from bot.storage import open_storage
from bot.storage.base import Storage
from summarizer import create_summarizer
from tests.processes import RunningSari, running_sari

READERS = tuple(range(100_001, 101_001))
COPIES = 5
"""Times that each sample article is there, four days apart: copies that are no longer one story."""
APART = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class World:
    sandbox: Sandbox
    storage: Storage
    bot: RunningSari


@asynccontextmanager
async def world_in(folder: Path, *, limits: bool = False) -> AsyncIterator[World]:
    """The bot at work for a thousand subscribers, whose next digest is due tomorrow.

    Args:
        limits: whether the sandbox answers 429 as Telegram does.
    """
    url = f"sqlite+aiosqlite:///{folder / 'sari.db'}"
    storage = await open_storage(url)
    try:
        await add_articles(storage)
        await subscribe_all(storage, datetime.now(UTC) + timedelta(days=1))
        async with Sandbox(limits=limits) as sandbox:
            let_in(sandbox)
            async with running_bot(sandbox, url, log=folder / "bot.log") as bot:
                yield World(sandbox, storage, bot)
    finally:
        await storage.close()


@asynccontextmanager
async def running_bot(sandbox: Sandbox, url: str, *, log: Path, **settings: str) -> AsyncIterator[RunningSari]:
    """``sari run``, from the moment when it polls."""
    needed = {
        "SARI_TELEGRAM_TOKEN": sandbox.token,
        "SARI_TELEGRAM_API_URL": sandbox.api_url,
        "SARI_DATABASE_URL": url,
        "SARI_HTTP": "off",
    }
    async with running_sari("run", log=log, settings={**needed, **settings}) as bot:
        await bot.wait_until("is at work")
        yield bot


async def add_articles(storage: Storage) -> None:
    """Save the articles and do with them what the pipeline would do."""
    now = datetime.now(UTC)
    await storage.save_articles(list(_articles(now)), now)
    summarizer, grouper = create_summarizer(), StoryGrouper(storage, lambda: datetime.now(UTC))
    while await digest_new_articles(storage, summarizer):
        pass
    while await grouper.group_new_articles():
        pass


def _articles(now: datetime) -> Iterator[NewArticle]:
    samples = load_articles(now)
    newest = max(sample.published for sample in samples)
    for copy in range(COPIES):
        for sample in samples:
            published = now - (newest - sample.published) - copy * APART
            yield build_article(_entry(sample, copy, published), None, outlet=sample.outlet.name, now=now)


def _entry(sample: SampleArticle, copy: int, published: datetime) -> Entry:
    version = sample.versions[0]
    text = "\n\n".join((*version.paragraphs, f"Naskah ini adalah salinan ke-{copy}."))
    url = f"https://{sample.outlet.key}.example/{copy}/{sample.slug}"
    return Entry(url, version.title, text, published.astimezone(UTC), categories=(sample.section,))


async def subscribe_all(storage: Storage, due: datetime) -> None:
    """Every reader subscribes, or moves the next digest to ``due``."""
    for chat_id in READERS:
        await storage.save_subscriber(
            Subscriber(
                chat_id=chat_id,
                kind=ChatKind.PRIVATE,
                language="id",
                status=Status.ACTIVE,
                schedule=Schedule(),
                topics=frozenset(),
                places=frozenset(),
                next_digest_at=due,
                last_edition_at=None,
                created_at=due - timedelta(days=2),
            )
        )


def let_in(sandbox: Sandbox) -> None:
    """The readers as people of the sandbox who have written to the bot before."""
    for number, chat_id in enumerate(READERS, start=1):
        sandbox.add_user(User(chat_id, f"Pembaca {number}"))
    sandbox.state.started.update(READERS)


async def until(condition: Callable[[], Awaitable[bool]], *, seconds: float, pause: float = 0.05) -> None:
    """Wait until an async condition holds, with a look at it every ``pause`` seconds.

    Raises:
        TimeoutError: it did not in that time.
    """
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(pause)
