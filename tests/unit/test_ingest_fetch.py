"""Fetching from a real server on this machine."""

import asyncio
import gzip
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from bot.errors import FetchError, InputError
from bot.ingest.fetch import Fetcher, FetchLimits, open_session

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SMALL = FetchLimits(total_seconds=10, connect_seconds=5, body_bytes=200_000, redirects=5)


@dataclass
class Site:
    """A server that answers each path by a handler that the test gives."""

    base: str = ""
    handlers: dict[str, Handler] = field(default_factory=dict)
    requests: list[web.Request] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.base.removeprefix("http://")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        return await self.handlers[request.path](request)

    def gives(self, path: str, **response: Any) -> str:
        async def handler(_: web.Request) -> web.Response:
            return web.Response(**response)

        return self.handles(path, handler)

    def handles(self, path: str, handler: Handler) -> str:
        self.handlers[path] = handler
        return self.base + path


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    site.base = f"http://{host}:{port}"
    yield site
    await runner.cleanup()


@pytest.fixture
async def fetcher(site: Site) -> AsyncIterator[Fetcher]:
    allow = frozenset({site.address})
    async with open_session(allow) as session:
        yield Fetcher(session, allow=allow, limits=SMALL)


async def error_of(awaitable: Awaitable[object]) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await awaitable
    return caught.value


async def test_a_page_comes_with_all_that_the_next_visit_needs(site: Site, fetcher: Fetcher) -> None:
    headers = {
        "Content-Type": "text/html; charset=iso-8859-1",
        "ETag": '"v1"',
        "Last-Modified": "Mon, 23 Nov 2026 09:30:00 GMT",
        "Cache-Control": "public, max-age=900, s-maxage=60",
    }
    fetched = await fetcher.fetch(site.gives("/a", body=b"isi", headers=headers))
    assert (fetched.status, fetched.body, fetched.url) == ("ok", b"isi", site.base + "/a")
    assert fetched.content_type == "text/html; charset=iso-8859-1"
    assert (fetched.etag, fetched.last_modified) == ('"v1"', "Mon, 23 Nov 2026 09:30:00 GMT")
    assert (fetched.max_age, fetched.permanent_url) == (900, None)
    assert site.requests[0].headers["User-Agent"].startswith("Sari/")


async def test_an_unchanged_page_is_not_sent_again(site: Site, fetcher: Fetcher) -> None:
    async def handler(request: web.Request) -> web.Response:
        same = request.headers.get("If-None-Match") == '"v1"' and "If-Modified-Since" in request.headers
        return web.Response(status=304 if same else 200, headers={"ETag": '"v1"'})

    url = site.handles("/feed", handler)
    assert (await fetcher.fetch(url)).status == "ok"
    again = await fetcher.fetch(url, etag='"v1"', last_modified="Mon, 23 Nov 2026 09:30:00 GMT")
    assert (again.status, again.body, again.etag) == ("not_modified", b"", '"v1"')


async def test_not_modified_without_being_asked_is_an_error(site: Site, fetcher: Fetcher) -> None:
    error = await error_of(fetcher.fetch(site.gives("/feed", status=304)))
    assert (error.key, error.values["status"]) == ("fetch_status", 304)


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_a_compressed_page_is_unpacked(
    site: Site, fetcher: Fetcher, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    url = site.gives("/a", body=pack(b"Berita hari ini"), headers={"Content-Encoding": encoding})
    assert (await fetcher.fetch(url)).body == b"Berita hari ini"


async def test_a_temporary_redirect_is_followed_and_not_kept(site: Site, fetcher: Fetcher) -> None:
    site.gives("/b", body=b"isi")
    fetched = await fetcher.fetch(site.gives("/a", status=302, headers={"Location": "/b"}))
    assert (fetched.body, fetched.url, fetched.permanent_url) == (b"isi", site.base + "/b", None)


async def test_a_permanent_redirect_moves_the_feed_as_far_as_it_is_permanent(site: Site, fetcher: Fetcher) -> None:
    site.gives("/b", status=308, headers={"Location": "c"})
    site.gives("/c", status=302, headers={"Location": "/d"})
    site.gives("/d", status=301, headers={"Location": "/e"})
    site.gives("/e", body=b"isi")
    fetched = await fetcher.fetch(site.gives("/a", status=301, headers={"Location": site.base + "/b"}))
    assert fetched.url == site.base + "/e"
    assert fetched.permanent_url == site.base + "/c"


async def test_five_redirects_are_followed_and_a_circle_ends(site: Site, fetcher: Fetcher) -> None:
    for number in range(5):
        site.gives(f"/{number}", status=302, headers={"Location": f"/{number + 1}"})
    site.gives("/5", body=b"isi")
    assert (await fetcher.fetch(site.base + "/0")).body == b"isi"
    site.requests.clear()
    error = await error_of(fetcher.fetch(site.gives("/circle", status=302, headers={"Location": "/circle"})))
    assert error.key == "fetch_redirects"
    assert len(site.requests) == 6


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:1/",
        "http://[::1]/",
        "http://localhost:1/",
        "file:///etc/passwd",
        "gopher://kabar.example/",
    ],
)
async def test_a_redirect_to_an_inner_address_is_refused(site: Site, fetcher: Fetcher, location: str) -> None:
    error = await error_of(fetcher.fetch(site.gives("/a", status=302, headers={"Location": location})))
    assert (error.key, error.retryable) == ("fetch_address", False)


async def test_a_feed_that_is_gone_is_not_asked_again(site: Site, fetcher: Fetcher) -> None:
    error = await error_of(fetcher.fetch(site.gives("/a", status=410)))
    assert (error.key, error.retryable) == ("fetch_gone", False)


@pytest.mark.parametrize(("status", "retryable"), [(404, False), (403, False), (429, True), (500, True), (503, True)])
async def test_a_refusal_says_its_status(site: Site, fetcher: Fetcher, status: int, retryable: bool) -> None:
    error = await error_of(fetcher.fetch(site.gives("/a", status=status)))
    assert error.key == "fetch_status"
    assert error.values == {"status": status, "host": "127.0.0.1"}
    assert error.retryable is retryable


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (429, {"Retry-After": "120"}, 120.0),
        (503, {"Retry-After": "120"}, 120.0),
        (500, {"Retry-After": "120"}, None),
        (
            503,
            {"Retry-After": "Mon, 23 Nov 2026 09:31:00 GMT", "Date": "Mon, 23 Nov 2026 09:30:00 GMT"},
            60.0,
        ),
        (503, {"Retry-After": "Mon, 23 Nov 2026 09:29:00 GMT", "Date": "Mon, 23 Nov 2026 09:30:00 GMT"}, 0.0),
        (503, {"Retry-After": "nanti"}, None),
    ],
)
async def test_the_pause_that_a_site_asks_for_is_kept(
    site: Site, fetcher: Fetcher, status: int, headers: dict[str, str], expected: float | None
) -> None:
    error = await error_of(fetcher.fetch(site.gives("/a", status=status, headers=headers)))
    assert error.retry_after == expected


async def test_a_page_of_the_allowed_size_is_read_and_a_larger_one_is_not(site: Site, fetcher: Fetcher) -> None:
    assert len((await fetcher.fetch(site.gives("/a", body=b"a" * 200_000))).body) == 200_000
    error = await error_of(fetcher.fetch(site.gives("/b", body=b"a" * 200_001)))
    assert (error.key, error.retryable) == ("fetch_too_large", False)


async def test_a_gzip_bomb_is_cut_off(site: Site, fetcher: Fetcher) -> None:
    bomb = gzip.compress(bytes(30_000_000))
    assert len(bomb) < SMALL.body_bytes
    error = await error_of(fetcher.fetch(site.gives("/a", body=bomb, headers={"Content-Encoding": "gzip"})))
    assert error.key == "fetch_too_large"


async def test_a_site_that_lies_about_its_encoding_is_a_network_error(site: Site, fetcher: Fetcher) -> None:
    error = await error_of(fetcher.fetch(site.gives("/a", body=b"polos", headers={"Content-Encoding": "gzip"})))
    assert error.key == "fetch_network"


async def test_a_slow_trickle_is_cut_off(site: Site) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"a")
            await asyncio.sleep(0.01)

    url = site.handles("/a", handler)
    allow = frozenset({site.address})
    async with open_session(allow) as session:
        error = await error_of(Fetcher(session, allow=allow, limits=FetchLimits(total_seconds=0.3)).fetch(url))
    assert (error.key, error.retryable) == ("fetch_timeout", True)


async def test_a_connection_that_breaks_is_a_network_error(site: Site, fetcher: Fetcher) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"a")
        assert request.transport is not None
        request.transport.abort()
        return response

    error = await error_of(fetcher.fetch(site.handles("/a", handler)))
    assert (error.key, error.retryable) == ("fetch_network", True)


async def test_a_port_where_nobody_listens_is_a_network_error() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
        async with open_session(frozenset({address})) as session:
            error = await error_of(Fetcher(session, allow=frozenset({address})).fetch(f"http://{address}/"))
    assert error.key == "fetch_network"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
async def test_an_inner_address_is_refused_before_anything_is_sent(site: Site, host: str) -> None:
    port = urlsplit(site.base).port
    async with open_session() as session:
        error = await error_of(Fetcher(session).fetch(f"http://{host}:{port}/"))
    assert (error.key, error.retryable) == ("fetch_address", False)
    assert site.requests == []


@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1"])
async def test_no_spelling_of_an_inner_address_gets_through(site: Site, host: str) -> None:
    port = urlsplit(site.base).port
    async with open_session() as session:
        error = await error_of(Fetcher(session).fetch(f"http://{host}:{port}/"))
    assert error.key in ("fetch_address", "fetch_network")
    assert site.requests == []


async def test_a_name_that_resolves_to_an_inner_address_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    port = urlsplit(site.base).port

    def resolve(*_: object, **__: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    async with open_session() as session:
        error = await error_of(Fetcher(session).fetch(f"http://kabar.example:{port}/"))
    assert error.key == "fetch_address"
    assert site.requests == []


async def test_the_connector_alone_refuses_an_inner_address(site: Site) -> None:
    """The check of the address in the URL is not what protects: a fetcher that allows all is stopped as well."""
    async with open_session() as session:
        error = await error_of(Fetcher(session, allow=frozenset({site.address})).fetch(site.base + "/"))
    assert error.key == "fetch_address"
    assert site.requests == []


async def test_an_allowed_name_may_resolve_to_an_inner_address(site: Site) -> None:
    port = urlsplit(site.base).port
    site.gives("/a", body=b"isi")
    allow = frozenset({f"localhost:{port}"})
    async with open_session(allow) as session:
        fetched = await Fetcher(session, allow=allow).fetch(f"http://localhost:{port}/a")
    assert fetched.body == b"isi"


async def test_a_numeric_inner_address_is_refused_whatever_the_session_allows(site: Site) -> None:
    async with aiohttp.ClientSession() as unguarded:
        error = await error_of(Fetcher(unguarded).fetch(site.base + "/"))
    assert error.key == "fetch_address"
    assert site.requests == []


async def test_sites_cannot_set_cookies(site: Site) -> None:
    port = urlsplit(site.base).port
    site.gives("/a", headers={"Set-Cookie": "nama=nilai"})
    allow = frozenset({f"localhost:{port}"})
    async with open_session(allow) as session:
        for _ in range(2):
            # By name: cookies of numeric hosts are ignored by every client.
            await Fetcher(session, allow=allow).fetch(f"http://localhost:{port}/a")
    assert len(site.requests) == 2
    assert "Cookie" not in site.requests[1].headers


@pytest.mark.parametrize("url", ["", "kabar.example", "ftp://kabar.example/", "file:///etc/passwd", "http://[::1/"])
async def test_what_is_no_web_address_is_not_fetched(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(InputError) as caught:
        await fetcher.fetch(url)
    assert caught.value.key == "url_bad"
