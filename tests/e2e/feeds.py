"""An outlet on this machine, and the part of Sari that reads feeds: parsed in their process, saved in a real database.

Only the clock is ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from bot.ingest.fetch import Fetcher, open_session
from bot.ingest.parse import ParserProcess
from bot.models import Feed, NewFeed, SavedArticles
from bot.sandbox import MovableClock
from bot.services.feeds import FeedVisitor
from bot.services.rounds import FeedRounds
from bot.storage import open_storage
from bot.storage.base import Storage
from tests.records import FLOOD, NOW, RICE

INTERVAL = timedelta(minutes=15)
LONG = f"{FLOOD}\n\n{RICE}"
"""More words than a teaser has."""
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """An outlet on this machine: what each path answers, and how often it was asked."""

    base: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    headers: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def gives(self, path: str, text: str = "", *, status: int = 200, **headers: str) -> None:
        async def answer(_: web.Request) -> web.StreamResponse:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return web.Response(text=text, status=status, content_type="text/html", headers=named)

        self.answers[path] = answer

    def lists(self, *items: str, path: str = "/rss", ttl: str = "", **headers: str) -> None:
        channel = f"<title>Kabar</title>{ttl}{''.join(items)}"
        self.gives(path, f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}</channel></rss>', **headers)

    def item(self, path: str, text: str = "Cuplikan saja.", title: str = "") -> str:
        title = title or f"Berita tentang {path.strip('/')}"
        paragraphs = "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in text.split("\n\n"))
        return (
            f"<item><title>{title}</title><link>{self.base}{path}</link><description>{paragraphs}</description></item>"
        )

    def page(self, path: str) -> None:
        title = f"Berita tentang {path.strip('/')}"
        text = "".join(f"<p>{paragraph}</p>" for paragraph in (f"Laporan {path.strip('/')}. {FLOOD}", RICE))
        self.gives(path, f'<html lang="id"><title>{title}</title><h1>{title}</h1><article>{text}</article></html>')

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked[request.path] += 1
        self.headers[request.path] = request.headers
        if request.path not in self.answers:
            return web.Response(status=404)
        return await self.answers[request.path](request)


@dataclass
class Newsroom:
    """A site, who reads it, and where it is kept."""

    site: Site
    visitor: FeedVisitor
    rounds: FeedRounds
    storage: Storage
    clock: MovableClock

    async def add(self, path: str = "/rss", **about: str) -> None:
        await self.storage.add_feeds([NewFeed(self.site.base + path, "Kabar Nusantara", **about)], self.clock())

    async def feed(self, path: str = "/rss") -> Feed:
        return next(feed for feed in await self.storage.feeds() if feed.url == self.site.base + path)

    async def add_host(self, number: int, *paths: str) -> None:
        """Add feeds of the host 127.0.0.``number``."""
        base = self.site.base.replace("127.0.0.1", f"127.0.0.{number}")
        await self.storage.add_feeds([NewFeed(base + path, "Kabar Nusantara") for path in paths], self.clock())

    async def visit(self, path: str = "/rss") -> SavedArticles:
        return await self.visitor.visit(await self.feed(path))

    async def pause(self, path: str = "/rss") -> timedelta:
        return (await self.feed(path)).next_check_at - self.clock()


@asynccontextmanager
async def newsroom_in(folder: Path) -> AsyncIterator[Newsroom]:
    """The outlet at any address of this machine whose number begins with 127, and a newsroom that may read it there."""
    # The sandbox's clock with the flow of time taken out.
    site, clock = Site(), MovableClock(NOW, monotonic=lambda: 0.0)
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0).start()
    port = runner.addresses[0][1]
    site.base = f"http://127.0.0.1:{port}"
    storage = await open_storage(f"sqlite+aiosqlite:///{folder / 'sari.db'}")
    allow = frozenset(f"127.0.0.{number}:{port}" for number in range(1, 100))
    async with open_session(allow) as session, ParserProcess() as parser:
        visitor = FeedVisitor(storage, Fetcher(session, allow=allow), parser, clock, INTERVAL, lambda: 0.0)
        yield Newsroom(site, visitor, FeedRounds(storage, visitor, clock), storage, clock)
    await storage.close()
    await runner.cleanup()
