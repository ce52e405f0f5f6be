"""The world of ``sari demo``: a Telegram with its people, four news sites, a clock that the visitor can move."""

from __future__ import annotations

import errno
import tempfile
from contextlib import AsyncExitStack
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Self
from xml.etree import ElementTree

from aiohttp import web

from bot.config import Secret, Settings
from bot.errors import SettingError
from bot.sandbox.clock import MovableClock
from bot.sandbox.news import build_sites, feed_urls
from bot.sandbox.people import DEMO_USERS
from bot.sandbox.sandbox import Sandbox

_WIB = timezone(timedelta(hours=7))
_OPENS_AT = time(5, 30)
"""The demo's first morning begins here, so that the 07.00 digest is near."""


def first_morning(today: datetime) -> datetime:
    """05.30 WIB of the day that it is in Jakarta."""
    return datetime.combine(today.astimezone(_WIB).date(), _OPENS_AT, _WIB).astimezone(UTC)


class Demo:
    """Servers, clock and settings for one visit; everything is gone when the block ends.

    Args:
        port: of the chat page; 0 for any free one.
    """

    def __init__(self, *, port: int, start: datetime) -> None:
        self._port = port
        self._start = start
        self._stack = AsyncExitStack()
        self._sites_url = ""
        self._folder = Path()
        self.clock = MovableClock(start)
        self.sandbox = Sandbox(clock=self.clock, port=port)

    async def __aenter__(self) -> Self:
        self.sandbox.populate_demo()
        async with AsyncExitStack() as stack:
            self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sari-demo-")))
            try:
                await stack.enter_async_context(self.sandbox)
            except OSError as error:
                key = "port_taken" if error.errno == errno.EADDRINUSE else "port_unusable"
                raise SettingError(key, port=self._port) from None
            runner = web.AppRunner(build_sites(self.clock, self._start), access_log=None)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self._sites_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            (self._folder / "feeds.opml").write_text(self._opml(), encoding="utf-8")
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def settings(self) -> Settings:
        """What an operator would set for this world."""
        return Settings(
            token=Secret(self.sandbox.token),
            admins=frozenset(user.id for user in DEMO_USERS if user.is_editor),
            feeds=self._folder / "feeds.opml",
            database_url=f"sqlite+aiosqlite:///{self._folder / 'sari.db'}",
            telegram_api_url=self.sandbox.api_url,
            http_address=None,
            fetch_allow=frozenset({self._sites_url.removeprefix("http://")}),
        )

    def _opml(self) -> str:
        body = ElementTree.Element("body")
        for feed in feed_urls(self._sites_url):
            ElementTree.SubElement(body, "outline", type="rss", text=feed.title, outlet=feed.outlet, xmlUrl=feed.url)
        return f'<opml version="2.0">{ElementTree.tostring(body, encoding="unicode")}</opml>'
