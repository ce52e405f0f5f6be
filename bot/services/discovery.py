"""Finds the feeds of a site from any of its addresses. Everything found has been fetched and parsed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urljoin

from bot.errors import FetchError, IngestError, InputError, ParseError
from bot.ingest.discover import (
    guess_feeds,
    guess_sitemaps,
    name_feed,
    name_outlet,
    news_first,
    read_address,
    read_robots,
)
from bot.ingest.fetch import Fetched, Fetcher
from bot.models import PageLinks, ParsedFeed

MAX_REQUESTS = 24
"""For one address, so that nobody can make Sari search a site without end."""
MAX_SECONDS = 90.0
MAX_FEEDS = 8
"""An outlet may have a feed a section; the first of them is its main one as a rule."""


class LinkParser(Protocol):
    """Parses in a process of its own: `parse.ParserProcess`."""

    async def feed(self, body: bytes, content_type: str, url: str) -> ParsedFeed: ...

    async def links(self, body: bytes, content_type: str, url: str) -> PageLinks: ...


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that answers and can be read."""

    url: str
    """Where to fetch it from now on: its new address where it has moved for good."""
    kind: str
    """See `discover.name_feed`."""
    outlet: str
    parsed: ParsedFeed
    fetched: Fetched
    given: bool
    """Whether this is the address that was asked about."""


async def find_feeds(fetcher: Fetcher, parser: LinkParser, address: str) -> list[FoundFeed]:
    """Give the feeds behind an address, likeliest first: of a feed itself, of an article, a section or a home page.

    In this order, until one step finds something: the address; the feeds that its page and the home page name; the
    usual paths; the sitemaps of news that robots.txt or the usual paths give.

    Raises:
        InputError: `url_bad`.
        IngestError: why the address could not be read; `feed_not_found` when the site has no feed that we can find.
    """
    search = _Search(fetcher, parser, read_address(address))
    try:
        async with asyncio.timeout(MAX_SECONDS):
            return await search.run()
    except TimeoutError:
        if search.found:
            return list(search.found.values())
        raise ParseError("feed_not_found", count=search.requests) from None


@dataclass(slots=True)
class _Search:
    fetcher: Fetcher
    parser: LinkParser
    start: str
    requests: int = 0
    site: str = ""
    found: dict[str, FoundFeed] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    async def run(self) -> list[FoundFeed]:
        base, linked = self.start, []
        refusal: IngestError | None = None
        try:
            first = await self._fetch(self.start)
        except FetchError as error:
            # A site may refuse its pages to programs and serve its feed all the same.
            if error.key not in ("fetch_status", "fetch_gone"):
                raise
            refusal = error
        else:
            if await self._add(first, self.start):
                return self._result()
            base = first.url
            linked = await self._links(first)
        await self._try(linked)
        home = urljoin(base, "/")
        if not self.found and home not in self._seen:
            await self._try(await self._links_at(home))
        if not self.found:
            await self._try(guess_feeds(base), most=1)
        if not self.found:
            await self._try_sitemaps(base)
        if not self.found:
            raise refusal or ParseError("feed_not_found", count=self.requests)
        return self._result()

    def _result(self) -> list[FoundFeed]:
        return list(self.found.values())

    async def _try(self, addresses: Iterable[str], *, most: int = MAX_FEEDS, deeper: bool = True) -> None:
        """Keep those of the addresses that are feeds; a page that lists feeds is looked into, once."""
        for address in addresses:
            if len(self.found) >= most:
                return
            if address in self._seen:
                continue
            try:
                fetched = await self._fetch(address)
                if not await self._add(fetched, address) and deeper:
                    await self._try(await self._links(fetched), most=most, deeper=False)
            except (FetchError, InputError):
                continue

    async def _try_sitemaps(self, base: str) -> None:
        named: list[str] = []
        try:
            robots = await self._fetch(urljoin(base, "/robots.txt"))
            named = read_robots(robots.body[:100_000].decode("utf-8", "replace"), robots.url)
        except FetchError:
            pass
        for address in (*named, *guess_sitemaps(base)):
            if self.found:
                return
            if address in self._seen:
                continue
            try:
                fetched = await self._fetch(address)
                if not await self._add(fetched, address):
                    links = await self.parser.links(fetched.body, fetched.content_type, fetched.url)
                    await self._try(news_first(links.sitemaps)[:3], most=1, deeper=False)
            except IngestError:
                continue

    async def _links_at(self, address: str) -> list[str]:
        try:
            return await self._links(await self._fetch(address))
        except FetchError:
            return []

    async def _links(self, fetched: Fetched) -> list[str]:
        try:
            links = await self.parser.links(fetched.body, fetched.content_type, fetched.url)
        except ParseError:
            return []
        self.site = self.site or links.site
        return list(links.feeds)

    async def _fetch(self, address: str) -> Fetched:
        if self.requests == MAX_REQUESTS:
            raise FetchError("feed_not_found", retryable=False, count=self.requests)
        self.requests += 1
        self._seen.add(address)
        return await self.fetcher.fetch(address)

    async def _add(self, fetched: Fetched, address: str) -> bool:
        """Keep what was fetched if it is a feed. Gives whether it is."""
        try:
            parsed = await self.parser.feed(fetched.body, fetched.content_type, fetched.url)
        except ParseError:
            return False
        url = fetched.permanent_url or address
        if url not in self.found:
            outlet = name_outlet(parsed.title, self.site, url)
            given = address == self.start
            self.found[url] = FoundFeed(url, name_feed(fetched.body), outlet, parsed, fetched, given)
        return True
