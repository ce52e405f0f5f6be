"""The web sites of the sample news: feeds, pages, conditional requests, links."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

import aiohttp
import feedparser
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox.news import OUTLETS, SampleArticle, build_sites, feed_urls, load_articles
from bot.sandbox.news.articles import published_at
from bot.sandbox.news.feeds import FEED_SIZE, render_feed
from bot.sandbox.news.links import SiteLinks
from bot.sandbox.news.markup import load_templates

START = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # Tuesday 24 November, 05.30 WIB
LATE = START + timedelta(minutes=1600)
CORRECTED = "/kabar-rantaunusa/daerah/banjir-tirtamulya-tujuh-orang-meninggal"


class Clock:
    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Site:
    """The sites on a port of their own, mounted under `prefix`, and a client."""

    def __init__(self, session: aiohttp.ClientSession, base: str, clock: Clock) -> None:
        self.session = session
        self.base = base
        self.clock = clock

    async def get(self, path: str, status: int = 200, **headers: str) -> tuple[str, aiohttp.ClientResponse]:
        address = path if path.startswith("http") else self.base + path
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.get(address, headers=named) as response:
            assert response.status == status, address
            return await response.text(), response

    async def feed_bodies(self) -> dict[str, str]:
        return {feed.outlet: (await self.get(feed.url))[0] for feed in feed_urls(self.base)}


OpenSite = Callable[..., AbstractAsyncContextManager[Site]]


@pytest.fixture
def open_site() -> OpenSite:
    @asynccontextmanager
    async def open_one(
        now: datetime = START, prefix: str = "/situs", base_url: str | None = None
    ) -> AsyncIterator[Site]:
        clock = Clock(now)
        sites = build_sites(clock, START, base_url=base_url)
        app = sites
        if prefix:
            app = web.Application()
            app.add_subapp(prefix, sites)
        async with TestServer(app) as server, aiohttp.ClientSession() as session:
            yield Site(session, f"http://{server.host}:{server.port}{prefix}", clock)

    return open_one


@pytest.fixture(scope="module")
def articles() -> tuple[SampleArticle, ...]:
    return load_articles(START)


# --- feeds --------------------------------------------------------------------------------------------------------


async def test_each_feed_parses_and_has_the_articles_that_are_out(
    open_site: OpenSite, articles: tuple[SampleArticle, ...]
) -> None:
    out = Counter(article.outlet.name for article in articles if article.published <= START)
    async with open_site() as site:
        bodies = await site.feed_bodies()
    assert len(bodies) == 4
    for outlet, body in bodies.items():
        if body.startswith("{"):
            items = json.loads(body)["items"]
            moments = [item["date_published"] for item in items]
        else:
            parsed = feedparser.parse(body)
            assert not parsed.bozo
            items = parsed.entries
            moments = [item.published_parsed for item in items]
        assert len(items) == min(out[outlet], FEED_SIZE)
        assert all(newer >= older for newer, older in pairwise(moments))


async def test_feed_formats_differ_by_outlet(open_site: OpenSite) -> None:
    async with open_site() as site:
        bodies = await site.feed_bodies()
    full = feedparser.parse(bodies["Kabar Rantaunusa"])
    teaser = feedparser.parse(bodies["Harian Teras Niaga"])
    atom = feedparser.parse(bodies["Warta Antarpulau"])
    assert [full.version, teaser.version, atom.version] == ["rss20", "rss20", "atom10"]
    assert json.loads(bodies["Suara Pesisir Sagara"])["version"] == "https://jsonfeed.org/version/1.1"
    assert all("<p>" in entry.content[0].value for entry in [*full.entries, *atom.entries])
    assert all("content" not in entry and len(entry.summary) < 190 for entry in teaser.entries)
    assert all(entry.link.endswith(f"utm_campaign={entry.category}") for entry in teaser.entries)
    assert not any("utm_" in entry.link for entry in full.entries)
    assert all("fiktif" in parsed.feed.subtitle for parsed in (full, teaser, atom))


async def test_titles_with_markup_and_emoji_survive_the_feed(open_site: OpenSite) -> None:
    async with open_site(LATE) as site:
        bodies = await site.feed_bodies()
    titles = {entry.title for entry in feedparser.parse(bodies["Harian Teras Niaga"]).entries}
    assert "Kenapa Tag <b> & <i> Masih Diajarkan di SMK?" in titles
    assert any("🎫" in title for title in titles)


async def test_later_items_appear_when_the_clock_moves(open_site: OpenSite) -> None:
    async with open_site() as site:
        before = await site.feed_bodies()
        await site.get("/warta-antarpulau/teknologi/satelit-lentera-2-meluncur-dari-marawai", 404)
        site.clock.now = START + timedelta(minutes=50)
        after = await site.feed_bodies()
        await site.get("/warta-antarpulau/teknologi/satelit-lentera-2-meluncur-dari-marawai")
    assert "satelit-lentera-2-meluncur" not in before["Warta Antarpulau"]
    assert "satelit-lentera-2-meluncur" in after["Warta Antarpulau"]


async def test_a_correction_changes_the_page_and_the_feed(open_site: OpenSite) -> None:
    async with open_site(START + timedelta(minutes=69)) as site:
        page, _ = await site.get(CORRECTED)
        feed = (await site.feed_bodies())["Kabar Rantaunusa"]
        site.clock.now = START + timedelta(minutes=70)
        new_page, _ = await site.get(CORRECTED)
        new_feed = (await site.feed_bodies())["Kabar Rantaunusa"]

    def find_entry(body: str) -> feedparser.FeedParserDict:
        return next(one for one in feedparser.parse(body).entries if one.link.endswith(CORRECTED))

    assert "12.150 jiwa" in page
    assert "RALAT" not in page
    assert "11.250 jiwa, bukan 12.150 jiwa" in new_page
    assert "Diperbarui" in new_page
    old, new = find_entry(feed), find_entry(new_feed)
    assert old.id == new.id
    assert old.published == new.published
    assert "atom:updated" not in feed[feed.index(old.id) : feed.index("</item>", feed.index(old.id))]
    assert new.updated == "2026-11-24T06:40:00+07:00"
    assert "11.250" in new.title
    assert "RALAT" in new.content[0].value


def test_a_feed_holds_the_newest_thirty(articles: tuple[SampleArticle, ...]) -> None:
    outlet = OUTLETS[0]
    one = next(article for article in articles if article.outlet == outlet)
    many = [
        replace(
            one, slug=f"nomor-{number}", versions=(replace(one.versions[0], since=START - timedelta(hours=number)),)
        )
        for number in range(40)
    ]
    feed = render_feed(load_templates(), outlet, published_at(many, START), SiteLinks("http://127.0.0.1"))
    links = [entry.link.rsplit("/", 1)[1] for entry in feedparser.parse(feed).entries]
    assert links == [f"nomor-{number}" for number in range(30)]


# --- conditional requests -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(4))
async def test_an_unchanged_feed_is_answered_with_304(open_site: OpenSite, number: int) -> None:
    async with open_site() as site:
        url = feed_urls(site.base)[number].url
        _, first = await site.get(url)
        etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
        assert etag.startswith('"')
        assert first.headers["Cache-Control"] == "max-age=60"
        body, again = await site.get(url, 304, If_None_Match=etag)
        assert body == ""
        assert again.headers["ETag"] == etag
        await site.get(url, 304, If_Modified_Since=modified)
        await site.get(url, 200, If_None_Match='"lain"', If_Modified_Since=modified)
        site.clock.now = START + timedelta(minutes=1)
        await site.get(url, 304, If_None_Match=etag)
        site.clock.now = LATE
        await site.get(url, 200, If_None_Match=etag)
        await site.get(url, 200, If_Modified_Since=modified)


# --- pages --------------------------------------------------------------------------------------------------------


async def test_an_article_page_has_the_marks_of_a_news_site(
    open_site: OpenSite, articles: tuple[SampleArticle, ...]
) -> None:
    path = "/harian-teras/teknologi/tag-b-dan-i-masih-diajarkan-di-smk"
    async with open_site(LATE) as site:
        page, _ = await site.get(f"{path}?utm_source=rss")
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
        assert found is not None
        data = json.loads(found[1])
        assert data["@type"] == "NewsArticle"
        assert data["headline"] == "Kenapa Tag <b> & <i> Masih Diajarkan di SMK?"
        assert data["datePublished"] == "2026-11-24T06:00:00+07:00"
        assert f'<link rel="canonical" href="{site.base}{path}">' in page
    assert "<h1>Kenapa Tag &lt;b&gt; &amp; &lt;i&gt; Masih Diajarkan di SMK?</h1>" in page
    assert "Selasa, 24 November 2026, 06.00 WIB" in page
    assert "Yusuf Ardiansyah Polem" in page
    for mark in ('property="og:title"', "Baca juga:", "Bagikan Artikel", "Berita Terkait"):
        assert mark in page
    assert "Seluruh isi situs ini fiktif, ditulis untuk demo Sari" in page


async def test_what_an_article_points_to_stays_when_newer_ones_come(open_site: OpenSite) -> None:
    read_also = re.compile(r'<p class="read-also">.*</p>')
    async with open_site() as site:
        before, _ = await site.get(CORRECTED)
        site.clock.now = LATE
        after, _ = await site.get(CORRECTED)
    assert read_also.findall(before) == read_also.findall(after) != []


async def test_all_paragraphs_of_every_article_are_on_its_page(
    open_site: OpenSite, articles: tuple[SampleArticle, ...]
) -> None:
    async with open_site(LATE) as site:
        for article in articles:
            page, _ = await site.get(f"/{article.outlet.key}/{article.section}/{article.slug}")
            body = page[page.index('<div class="article-body">') : page.index('<div class="share">')]
            assert body.count("<p>") + body.count("<h3>") == len(article.versions[-1].paragraphs)


@pytest.mark.parametrize("prefix", ["", "/situs", "/a/b"])
async def test_every_link_leads_somewhere_wherever_the_sites_are_mounted(open_site: OpenSite, prefix: str) -> None:
    async with open_site(prefix=prefix) as site:
        waiting, seen = [f"{site.base}/"], set[str]()
        while waiting:
            address = waiting.pop()
            if address in seen:
                continue
            seen.add(address)
            body, response = await site.get(address)
            if response.content_type == "text/html":
                links = re.findall(r'(?:href|src)="([^"#]+)"', body)
                assert all(link.startswith(f"{site.base}/") for link in links), address
                waiting += links
    assert len([address for address in seen if "/rubrik/" not in address]) >= 60


async def test_base_url_overrides_the_address_of_the_request(open_site: OpenSite) -> None:
    async with open_site(base_url="http://berita.invalid/situs/") as site:
        feed, _ = await site.get("/kabar-rantaunusa/rss.xml")
        page, _ = await site.get(CORRECTED)
    assert all(
        urlsplit(entry.link).hostname == "berita.invalid" and "/situs/kabar-rantaunusa/" in entry.link
        for entry in feedparser.parse(feed).entries
    )
    assert f'<link rel="canonical" href="http://berita.invalid/situs{CORRECTED}">' in page


async def test_a_home_page_announces_its_feed(open_site: OpenSite) -> None:
    async with open_site() as site:
        for outlet, feed in zip(OUTLETS, feed_urls(site.base), strict=True):
            for path in (f"/{outlet.key}", f"/{outlet.key}/"):
                page, _ = await site.get(path)
                found = re.search(r'<link rel="alternate" type="([^"]+)" title="([^"]+)" href="([^"]+)">', page)
                assert found is not None
                _, response = await site.get(found[3])
                assert (response.content_type, found[3], found[2]) == (found[1], feed.url, feed.title)


@pytest.mark.parametrize(
    "path",
    [
        "/koran-lain/",
        "/suara-pesisir/rss.xml",
        "/suara-pesisir/rubrik/gosip",
        "/suara-pesisir/daerah/tidak-ada",
        CORRECTED.replace("daerah", "ekonomi"),
        CORRECTED.replace("kabar-rantaunusa", "harian-teras"),
        "/suara-pesisir/foto/tidak-ada.svg",
    ],
)
async def test_what_does_not_exist_is_404(open_site: OpenSite, path: str) -> None:
    async with open_site() as site:
        await site.get(path, 404)


async def test_before_the_first_article_the_sites_are_empty_but_work(open_site: OpenSite) -> None:
    async with open_site(START - timedelta(days=3)) as site:
        bodies = await site.feed_bodies()
        page, _ = await site.get("/warta-antarpulau/")
    assert json.loads(bodies.pop("Suara Pesisir Sagara"))["items"] == []
    assert all(feedparser.parse(body).entries == [] for body in bodies.values())
    assert "Belum ada berita." in page
