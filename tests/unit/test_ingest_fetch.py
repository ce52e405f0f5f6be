"""Fetching from a real server on this machine."""

import asyncio
import gzip
import socket
import threading
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.errors import FetchError
from bot.ingest.fetch import Fetcher, FetchLimits, open_session
from tests.web_site import WebSite as Site
from tests.web_site import web_site

SMALL = FetchLimits(total_seconds=10, connect_seconds=5, body_bytes=200_000, redirects=5)
OVERSHOOT = 64 * 1024
"""Bytes that may be unpacked beyond the limit."""


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with web_site() as running:
        yield running


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


def zeros_in_zstd(megabytes: int) -> bytes:
    """A frame of RFC 8878 by hand: blocks of 128 KB that each say "zero, so many times", in four bytes."""
    blocks = [(128 * 1024) << 3 | 0b010 for _ in range(8 * megabytes)]
    blocks[-1] |= 1
    return bytes.fromhex("28b52ffd0038") + b"".join(block.to_bytes(3, "little") + b"\0" for block in blocks)


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


ZEROS = bytes(30_000_000)
BOMBS = {
    "gzip": ("gzip", gzip.compress(ZEROS)),
    "gzip of many members": ("gzip", gzip.compress(ZEROS[:3_000_000]) * 10),
    "deflate": ("deflate", zlib.compress(ZEROS)),
    "raw deflate": ("deflate", raw_deflate(ZEROS)),
}


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of all that aiohttp has unpacked for us, read or not."""
    sizes: list[int] = []
    feed_data = aiohttp.StreamReader.feed_data

    def count(stream: aiohttp.StreamReader, data: bytes, *rest: Any) -> Any:
        sizes.append(len(data))
        return feed_data(stream, data, *rest)

    monkeypatch.setattr(aiohttp.StreamReader, "feed_data", count)
    return sizes


@pytest.mark.parametrize("kind", BOMBS)
async def test_a_bomb_is_cut_off_soon_after_the_limit(
    site: Site, fetcher: Fetcher, unpacked: list[int], kind: str
) -> None:
    encoding, bomb = BOMBS[kind]
    assert len(bomb) < SMALL.body_bytes
    error = await error_of(fetcher.fetch(site.gives("/a", body=bomb, headers={"Content-Encoding": encoding})))
    assert error.key == "fetch_too_large"
    assert SMALL.body_bytes < sum(unpacked) <= SMALL.body_bytes + OVERSHOOT


# Brotli: 30 MB of zeros, by the reference encoder.
BROTLI = bytes.fromhex(
    "cbffff3ff82700e2b14020f7fe8fffff7ff04f00c4611180eefd1fffffffe09f0088c30200ddfbbffc1b4ec23f01108705003abb49"
)


@pytest.mark.parametrize(("encoding", "bomb"), [("br", BROTLI), ("zstd", zeros_in_zstd(30)), ("compress", b"\x1f\x9d")])
async def test_what_we_did_not_ask_for_is_not_unpacked(
    site: Site, fetcher: Fetcher, unpacked: list[int], encoding: str, bomb: bytes
) -> None:
    error = await error_of(fetcher.fetch(site.gives("/a", body=bomb, headers={"Content-Encoding": encoding})))
    # The first where a library for it happens to be installed, the second where aiohttp itself gives up.
    assert error.key in ("fetch_encoding", "fetch_network")
    assert sum(unpacked) <= OVERSHOOT


async def test_only_what_can_be_unpacked_within_bounds_is_asked_for(site: Site, fetcher: Fetcher) -> None:
    await fetcher.fetch(site.gives("/a"))
    assert site.requests[0].headers["Accept-Encoding"] == "gzip, deflate"


async def test_a_site_that_lies_about_its_encoding_is_a_network_error(site: Site, fetcher: Fetcher) -> None:
    error = await error_of(fetcher.fetch(site.gives("/a", body=b"polos", headers={"Content-Encoding": "gzip"})))
    assert error.key == "fetch_network"


async def trickle(request: web.Request) -> web.StreamResponse:
    """A byte now and then, for ever."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"a")
        await asyncio.sleep(0.01)


async def wander(request: web.Request) -> web.StreamResponse:
    """Redirects that each take a while."""
    await asyncio.sleep(0.1)
    return web.Response(status=302, headers={"Location": "/wander"})


@pytest.mark.parametrize("handler", [trickle, wander])
async def test_a_slow_trickle_is_cut_off(site: Site, handler: Callable[..., Any]) -> None:
    url = site.handles("/wander", handler)
    allow = frozenset({site.address})
    hasty = FetchLimits(total_seconds=0.3, redirects=1000)
    async with open_session(allow) as session:
        error = await error_of(Fetcher(session, allow=allow, limits=hasty).fetch(url))
    assert (error.key, error.retryable) == ("fetch_timeout", True)


async def test_headers_that_never_end_are_cut_off() -> None:
    has_ended = asyncio.Event()

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while reader.at_eof() is False and not writer.is_closing():
            writer.write(b"X-A: 1\r\n")
            await asyncio.sleep(0.02)
        writer.close()
        has_ended.set()

    async with await asyncio.start_server(trickle, "127.0.0.1", 0) as server:
        address = "{}:{}".format(*server.sockets[0].getsockname())
        allow = frozenset({address})
        async with open_session(allow) as session:
            fetcher = Fetcher(session, allow=allow, limits=FetchLimits(total_seconds=0.3))
            error = await error_of(fetcher.fetch(f"http://{address}/"))
        async with asyncio.timeout(15):
            await has_ended.wait()
    assert error.key in ("fetch_timeout", "fetch_network")


async def test_a_host_that_takes_no_connection_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = "{}:{}".format(*full.getsockname())
        # What fills the queue of the listener; the kernel then leaves further ones without an answer.
        queue = [socket.socket() for _ in range(4)]
        for each in queue:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        allow = frozenset({address})
        async with open_session(allow) as session:
            fetcher = Fetcher(session, allow=allow, limits=FetchLimits(connect_seconds=0.3))
            error = await error_of(fetcher.fetch(f"http://{address}/"))
        for each in queue:
            each.close()
    assert (error.key, error.retryable) == ("fetch_timeout", True)


async def test_a_name_server_that_never_answers_holds_up_nobody_else(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Resolving in the threads of the event loop would: it has a handful of them, for all that blocks."""
    is_over = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        is_over.wait(60)
        raise socket.gaierror("nobody answers")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    allow = frozenset({site.address})
    async with open_session(allow) as session:
        fetcher = Fetcher(session, allow=allow)
        waiting = [asyncio.create_task(error_of(fetcher.fetch(f"http://{n}.example/"))) for n in range(16)]
        assert (await fetcher.fetch(site.gives("/a", body=b"isi"))).body == b"isi"
        async with asyncio.timeout(30):
            assert await asyncio.to_thread(lambda: True)
        assert not any(task.done() for task in waiting)
        is_over.set()
        assert {error.key for error in await asyncio.gather(*waiting)} == {"fetch_network"}


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


async def test_sites_cannot_set_cookies(site: Site) -> None:
    port = site.port
    site.gives("/a", headers={"Set-Cookie": "nama=nilai"})
    allow = frozenset({f"localhost:{port}"})
    async with open_session(allow) as session:
        for _ in range(2):
            # By name: cookies of numeric hosts are ignored by every client.
            await Fetcher(session, allow=allow).fetch(f"http://localhost:{port}/a")
    assert len(site.requests) == 2
    assert "Cookie" not in site.requests[1].headers
