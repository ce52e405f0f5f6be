"""Feeds found over HTTP from any address of a site on this machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.errors import FetchError, InputError, ParseError
from bot.ingest.feeds import parse_feed
from bot.ingest.fetch import Fetcher, open_session
from bot.ingest.page_links import parse_links
from bot.models import PageLinks, ParsedFeed
from bot.services.discovery import MAX_FEEDS, MAX_REQUESTS, FoundFeed, find_feeds
from tests.unit.ingest_samples import TITLE, html_page, rss


@dataclass
class Site:
    """A site of an outlet: what each path answers, and how often it was asked."""

    base: str = ""
    answers: dict[str, web.Response | bytes] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked[request.path_qs] += 1
        given = self.answers.get(request.path_qs)
        if given is None:
            return web.Response(status=404)
        if isinstance(given, bytes):
            return web.Response(body=given, content_type="text/html" if given.startswith(b"<!") else "text/xml")
        return web.Response(status=given.status, headers=given.headers.copy())

    def feed(self, path: str, title: str = "Kabar Nusantara") -> None:
        item = f"<item><title>{TITLE}</title><link>{self.base}/daerah/jembatan-melati</link></item>"
        self.answers[path] = rss(item).replace(b"<title>Kabar Nusantara", f"<title>{title}".encode(), 1)

    def page(self, path: str, head: str = "", body: str = "") -> None:
        self.answers[path] = html_page(head=head, body=body)


class Parser:
    """The parsers without a process of their own, which no test here needs."""

    async def feed(self, body: bytes, content_type: str, url: str) -> ParsedFeed:
        return parse_feed(body, content_type, url)

    async def links(self, body: bytes, content_type: str, url: str) -> PageLinks:
        return parse_links(body, content_type, url)


@dataclass
class Searcher:
    site: Site
    fetcher: Fetcher
    parser: Parser

    async def find(self, path: str) -> list[FoundFeed]:
        return await find_feeds(self.fetcher, self.parser, self.site.base + path)

    async def paths(self, path: str) -> list[str]:
        return [found.url.removeprefix(self.site.base) for found in await self.find(path)]


@pytest.fixture
async def search() -> AsyncIterator[Searcher]:
    site = Site()
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"127.0.0.1:{runner.addresses[0][1]}"
    site.base = f"http://{address}"
    allow = frozenset({address})
    async with open_session(allow) as session:
        yield Searcher(site, Fetcher(session, allow=allow), Parser())
    await runner.cleanup()


DECLARED = '<link rel="alternate" type="application/rss+xml" href="{}">'


async def test_a_feed_is_its_own_and_costs_one_request(search: Searcher) -> None:
    search.site.feed("/rss")
    [found] = await search.find("/rss")
    assert (found.url, found.kind, found.outlet, found.given) == (
        f"{search.site.base}/rss",
        "RSS 2.0",
        "Kabar Nusantara",
        True,
    )
    assert search.site.asked.total() == 1


async def test_an_article_leads_to_the_feeds_that_it_declares(search: Searcher) -> None:
    search.site.page("/daerah/jembatan", DECLARED.format("/rss") + DECLARED.format("/daerah/rss"))
    search.site.feed("/rss")
    search.site.feed("/daerah/rss")
    found = await search.find("/daerah/jembatan")
    assert [each.url.removeprefix(search.site.base) for each in found] == ["/rss", "/daerah/rss"]
    assert not found[0].given
    assert found[0].parsed.entries[0].title == TITLE


async def test_an_article_that_declares_nothing_leads_by_its_home_page(search: Searcher) -> None:
    search.site.page("/daerah/jembatan")
    search.site.page("/", body='<p><a href="/umpan/rss.xml">RSS</a></p>')
    search.site.feed("/umpan/rss.xml")
    assert await search.paths("/daerah/jembatan") == ["/umpan/rss.xml"]


async def test_a_page_that_lists_feeds_is_looked_into(search: Searcher) -> None:
    search.site.page("/", body='<p><a href="/rss">RSS</a></p>')
    search.site.page("/rss", body='<p><a href="/rss/terkini.xml">Terkini</a> <a href="/rss/bola.xml">Bola</a></p>')
    search.site.feed("/rss/terkini.xml")
    search.site.feed("/rss/bola.xml")
    assert await search.paths("/") == ["/rss/terkini.xml", "/rss/bola.xml"]


async def test_a_declared_feed_that_is_none_is_left_out(search: Searcher) -> None:
    search.site.page("/", DECLARED.format("/mati") + DECLARED.format("/halaman") + DECLARED.format("/rss"))
    search.site.page("/halaman")
    search.site.feed("/rss")
    assert await search.paths("/") == ["/rss"]


@pytest.mark.parametrize("path", ["/feed", "/rss", "/rss.xml", "/atom.xml", "/index.xml", "/?feed=rss2"])
async def test_a_feed_that_nothing_names_is_found_where_it_usually_is(search: Searcher, path: str) -> None:
    search.site.page("/")
    search.site.feed(path)
    assert await search.paths("/") == [path]


async def test_a_section_leads_to_its_own_feed(search: Searcher) -> None:
    search.site.page("/ekonomi")
    search.site.page("/")
    search.site.feed("/ekonomi/feed")
    search.site.feed("/feed")
    assert await search.paths("/ekonomi") == ["/ekonomi/feed"]


async def test_a_site_without_a_feed_is_read_by_its_sitemap_of_news(search: Searcher) -> None:
    search.site.page("/")
    search.site.answers["/robots.txt"] = f"User-agent: *\nSitemap: {search.site.base}/peta.xml".encode()
    search.site.answers["/peta.xml"] = (
        f"<sitemapindex><sitemap><loc>{search.site.base}/peta-2020.xml</loc></sitemap>"
        f"<sitemap><loc>{search.site.base}/peta-news.xml</loc></sitemap></sitemapindex>"
    ).encode()
    search.site.answers["/peta-news.xml"] = (
        f'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>{search.site.base}/a</loc>'
        f"<n:news><n:title>{TITLE}</n:title></n:news></url></urlset>"
    ).encode()
    [found] = await search.find("/")
    assert (found.url.removeprefix(search.site.base), found.kind) == ("/peta-news.xml", "News Sitemap")
    assert search.site.asked["/peta-2020.xml"] == 0


async def test_a_site_that_refuses_its_pages_may_still_have_a_feed(search: Searcher) -> None:
    search.site.answers["/"] = web.Response(status=403)
    search.site.feed("/feed")
    assert await search.paths("/") == ["/feed"]


async def test_a_feed_that_moved_for_good_is_known_by_its_new_address(search: Searcher) -> None:
    search.site.answers["/lama"] = web.Response(status=301, headers={"Location": "/rss"})
    search.site.feed("/rss")
    assert await search.paths("/lama") == ["/rss"]


async def test_two_addresses_of_one_feed_are_one(search: Searcher) -> None:
    search.site.page("/", DECLARED.format("/lama") + DECLARED.format("/rss"))
    search.site.answers["/lama"] = web.Response(status=301, headers={"Location": "/rss"})
    search.site.feed("/rss")
    assert await search.paths("/") == ["/rss"]


async def test_a_site_without_anything_costs_few_requests_and_says_so(search: Searcher) -> None:
    search.site.page("/", "".join(DECLARED.format(f"/mati-{n}") for n in range(200)))
    with pytest.raises(ParseError, match="feed_not_found"):
        await search.find("/")
    assert search.site.asked.total() == MAX_REQUESTS
    assert max(search.site.asked.values()) == 1


async def test_an_outlet_of_a_hundred_feeds_gives_the_first_of_them(search: Searcher) -> None:
    search.site.page("/", "".join(DECLARED.format(f"/rss/{n}") for n in range(100)))
    for number in range(100):
        search.site.feed(f"/rss/{number}")
    assert await search.paths("/") == [f"/rss/{n}" for n in range(MAX_FEEDS)]


async def test_a_site_that_answers_nothing_is_its_own_reason(search: Searcher) -> None:
    with pytest.raises(FetchError) as caught:
        await search.find("/")
    assert (caught.value.key, caught.value.values["status"]) == ("fetch_status", 404)
    with pytest.raises(FetchError, match="fetch_address"):
        await find_feeds(search.fetcher, search.parser, "http://127.0.0.1:1/rss")
    with pytest.raises(InputError, match="url_bad"):
        await find_feeds(search.fetcher, search.parser, "javascript:alert(1)")


async def test_a_page_cannot_lead_into_the_own_network(search: Searcher) -> None:
    search.site.page("/", DECLARED.format("http://127.0.0.1:1/rss") + DECLARED.format("http://169.254.169.254/feed"))
    search.site.feed("/feed")
    assert await search.paths("/") == ["/feed"]
