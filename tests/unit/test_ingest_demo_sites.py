"""The demo's four outlets, read over HTTP as the bot reads the world: nothing of an article may be lost or added."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.ingest.decide import build_article, is_teaser
from bot.ingest.fetch import Fetcher, open_session
from bot.ingest.parse import ParserProcess
from bot.models import TOPICS
from bot.sandbox.news.articles import SampleArticle, load_articles, published_at
from bot.sandbox.news.outlets import OUTLETS, Outlet
from bot.sandbox.news.sites import build_sites

START = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
NOW = START + timedelta(days=2)
MARK = re.compile(r"\([^()]+\)|(?:Sumber|Editor|Pewarta|Baca juga): .*", re.DOTALL)


@pytest.fixture
async def address() -> AsyncIterator[str]:
    runner = web.AppRunner(build_sites(lambda: NOW, START), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield "{}:{}".format(*runner.addresses[0][:2])
    await runner.cleanup()


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.key)
async def test_an_outlet_is_read_to_the_last_paragraph(address: str, outlet: Outlet) -> None:
    samples = [sample for sample in load_articles(START) if sample.outlet is outlet]
    published = {one.article.slug: one.version for one in published_at(samples, NOW)}
    allow = frozenset({address})
    async with open_session(allow) as session, ParserProcess() as parser:
        fetcher = Fetcher(session, allow=allow)
        fetched = await fetcher.fetch(f"http://{address}/{outlet.key}/{outlet.feed_file}")
        feed = await parser.feed(fetched.body, fetched.content_type, fetched.url)
        assert feed.entries
        for entry in feed.entries:
            page = None
            if is_teaser(entry):
                fetched = await fetcher.fetch(entry.url)
                page = await parser.page(fetched.body, fetched.content_type, fetched.url)
            article = build_article(entry, page, outlet=outlet.name, now=NOW)
            slug = article.url.rsplit("/", 1)[-1]
            version = published[slug]
            paragraphs = [text.removeprefix("## ") for text in version.paragraphs if not MARK.fullmatch(text)]
            found = article.body.split("\n\n")
            assert article.title == version.title
            assert paragraphs[0].endswith(found[0])
            assert found[1:] == paragraphs[1:]
            assert article.topic == _sample(samples, slug).section
            assert article.published_at == _sample(samples, slug).published


def _sample(samples: list[SampleArticle], slug: str) -> SampleArticle:
    return next(sample for sample in samples if sample.slug == slug)


def test_the_demo_has_every_topic() -> None:
    assert {sample.section for sample in load_articles(START)} == set(TOPICS)
