"""Articles over several pages: which page goes on with one, and reading them all from a site on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.errors import FetchError
from bot.ingest.fetch import Fetcher, open_session
from bot.ingest.pages import parse_page
from bot.ingest.read_page import MAX_PARTS, join_parts, read_page
from bot.models import Page
from tests.unit.ingest_samples import PARAGRAPHS, html_page

URL = "https://kabar.example/daerah/jembatan-melati"


def rest(links: str, url: str = URL) -> str:
    return parse_page(html_page().replace(b"<aside>", f"{links}<aside>".encode()), "text/html", url).rest


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ('<a href="?page=2">2</a> <a href="?page=3">3</a>', f"{URL}?page=2"),
        ('<a href="?page=2">Halaman Selanjutnya</a> <a href="?page=all">Tampilkan semua</a>', f"{URL}?page=all"),
        (f'<a href="{URL}?showpage=all#isi">Lihat Semua</a>', f"{URL}?showpage=all"),
        ('<a href="/daerah/jembatan-melati/2">2</a>', f"{URL}/2"),
        ('<a href="/daerah/jembatan-melati/page/2/">2</a>', f"{URL}/page/2/"),
        (
            '<a href="https://m.kabar.example/daerah/jembatan-melati?page=2">2</a>',
            "https://m.kabar.example/daerah/jembatan-melati?page=2",
        ),
        ('<link rel="next" href="/daerah/jembatan-melati?page=2">', f"{URL}?page=2"),
        # Not this article, not a part, or not this site.
        ('<a href="/daerah/jembatan-anggrek?page=2">2</a>', ""),
        ('<a href="/daerah?page=2">2</a>', ""),
        ('<a href="?page=3">3</a>', ""),
        ('<a href="?comment-page=2">2</a>', ""),
        ('<a href="?p=2">2</a>', ""),
        ('<a href="https://warta.example/daerah/jembatan-melati?page=2">2</a>', ""),
        ('<a href="http://[::1?page=2">2</a>', ""),
        ("", ""),
    ],
)
def test_a_page_says_where_its_article_goes_on(links: str, expected: str) -> None:
    assert rest(links) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{URL}?page=2", f"{URL}?page=3"),
        (f"{URL}?page=3", ""),
        (f"{URL}?page=all", ""),
        ("https://kabar.example/daerah", ""),
        ("https://kabar.example/?page=2", ""),
        ("", ""),
    ],
)
def test_each_part_leads_to_the_next_and_the_whole_to_none(url: str, expected: str) -> None:
    assert (
        rest(f'<a href="{URL}?page=1">1</a><a href="{URL}?page=2">2</a><a href="{URL}?page=3">3</a>', url) == expected
    )


def test_a_part_that_is_the_whole_adds_only_what_is_new() -> None:
    assert join_parts("a\n\nb", "a\n\nb\n\nc\n\nd") == "a\n\nb\n\nc\n\nd"
    assert join_parts("a\n\nb", "c") == "a\n\nb\n\nc"


# --- over HTTP ----------------------------------------------------------------------------------------------------


class Parser:
    """The parser without a process of its own, which no test here needs."""

    async def page(self, body: bytes, content_type: str, url: str) -> Page:
        return parse_page(body, content_type, url)


@dataclass
class Site:
    """An outlet that breaks its articles into parts of a paragraph each."""

    base: str = ""
    whole: bool = False
    """Whether it has all parts on one page, too."""
    broken: str = ""
    parts: int = len(PARAGRAPHS)
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        part = request.query.get("page", "1")
        self.asked.append(part)
        if part == self.broken:
            return web.Response(status=500)
        chosen = PARAGRAPHS if part == "all" else [self.paragraph(int(part))]
        links = "".join(f'<a href="?page={n}">{n}</a> ' for n in range(1, self.parts + 1))
        links += '<a href="?page=all">Semua</a>' if self.whole else ""
        text = "".join(f"<p>{paragraph}</p>" for paragraph in chosen) + f'<div class="paging">{links}</div>'
        return web.Response(body=html_page(body=text), content_type="text/html")

    def paragraph(self, part: int) -> str:
        return PARAGRAPHS[part - 1] if part <= len(PARAGRAPHS) else f"Bagian {part}: {PARAGRAPHS[1]}"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.base = f"http://127.0.0.1:{runner.addresses[0][1]}/daerah/jembatan-melati"
    yield site
    await runner.cleanup()


async def read(site: Site, query: str = "") -> Page:
    allow = frozenset({site.base.split("/")[2]})
    async with open_session(allow) as session:
        return await read_page(Fetcher(session, allow=allow), Parser(), site.base + query)


async def test_an_article_in_parts_is_read_to_its_end(site: Site) -> None:
    page = await read(site)
    assert page.text.split("\n\n") == list(PARAGRAPHS)
    assert (page.url, page.rest) == (site.base, "")
    assert site.asked == ["1", "2", "3", "4"]


async def test_a_page_with_all_parts_saves_the_others(site: Site) -> None:
    site.whole = True
    assert (await read(site)).text.split("\n\n") == list(PARAGRAPHS)
    assert site.asked == ["1", "all"]


async def test_the_whole_asked_for_is_read_as_it_is(site: Site) -> None:
    site.whole = True
    page = await read(site, "?page=all")
    assert (page.text.split("\n\n"), page.url) == (list(PARAGRAPHS), site.base)
    assert site.asked == ["all"]


async def test_a_part_that_fails_leaves_what_came_before_it(site: Site) -> None:
    site.broken = "3"
    assert (await read(site)).text.split("\n\n") == list(PARAGRAPHS[:2])
    site.broken = "1"
    with pytest.raises(FetchError):
        await read(site)


async def test_a_series_without_end_is_left_after_some_parts(site: Site) -> None:
    site.parts = 40
    await read(site)
    assert len(site.asked) == MAX_PARTS
