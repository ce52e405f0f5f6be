"""Nothing that a stranger writes makes Sari connect to an inner address: a local name server, local web servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable

import aiohttp
import pytest
from aiohttp import web

from bot.errors import FetchError, InputError
from bot.ingest import addresses
from bot.ingest.fetch import Fetched, Fetcher, FetchLimits, open_session
from tests.name_server import NameServer, name_server
from tests.web_site import WebSite, web_site

INNER = "127.0.0.1"
OUTER = "127.0.0.2"
"""Stands for a public address: the tests allow it by name, nobody allows the other one."""


@pytest.fixture
async def site(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WebSite]:
    """A site on all addresses of this machine, at a port that counts as one of the web."""
    async with web_site("0.0.0.0") as running:
        monkeypatch.setattr(addresses, "WEB_PORTS", frozenset({running.port}))
        running.gives("/", body=b"isi")
        yield running


@pytest.fixture
async def names() -> AsyncIterator[NameServer]:
    async with name_server() as running:
        yield running


@pytest.fixture
async def fetcher(site: WebSite, names: NameServer) -> AsyncIterator[Fetcher]:
    allow = frozenset({f"{OUTER}:{site.port}"})
    async with open_session(allow, resolver=names.resolver()) as session:
        yield Fetcher(session, allow=allow)


async def error_of(awaitable: Awaitable[object]) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await awaitable
    return caught.value


def sockets(site: WebSite) -> list[str]:
    """The addresses of this machine at which requests came in."""
    found = [request.transport.get_extra_info("sockname") for request in site.requests if request.transport]
    return [address for address, _ in found]


SPELLINGS = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "①②⑦.⓪.⓪.①",
    "１２７.０.０.１",
    "127。0。0。1",
    "nama:sandi@127.0.0.1",
    "169.254.169.254",
    "[::]",
    "[::1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001::7f00:1]",
    "[fe80::1%25lo]",
    "[fec0::1]",
    "[fd00:ec2::254]",
]


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_spelling_of_an_inner_address_gets_through(site: WebSite, fetcher: Fetcher, host: str) -> None:
    error = await error_of(fetcher.fetch(f"http://{host}:{site.port}/"))
    assert (error.key, error.retryable) == ("fetch_address", False)
    assert site.requests == []


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_redirect_to_an_inner_address_is_followed(
    site: WebSite, names: NameServer, fetcher: Fetcher, host: str
) -> None:
    names.gives("kabar.example", (OUTER,))
    site.gives("/a", status=302, headers={"Location": f"http://{host}:{site.port}/"})
    error = await error_of(fetcher.fetch(f"http://kabar.example:{site.port}/a"))
    assert (error.key, error.retryable) == ("fetch_address", False)
    assert [request.path for request in site.requests] == ["/a"]


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "gopher://kabar.example/", "ftp://kabar.example/", "data:,isi", "http://[::1"]
)
async def test_no_redirect_to_another_scheme_is_followed(
    site: WebSite, names: NameServer, fetcher: Fetcher, location: str
) -> None:
    names.gives("kabar.example", (OUTER,))
    site.gives("/a", status=302, headers={"Location": location})
    error = await error_of(fetcher.fetch(f"http://kabar.example:{site.port}/a"))
    assert error.key in ("fetch_address", "fetch_network")
    assert [request.path for request in site.requests] == ["/a"]


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.9.9.9",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.192",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "2001::7f00:1",
        "fe80::1",
        "fec0::1",
        "fd00:ec2::254",
        "ff02::1",
    ],
)
@pytest.mark.parametrize("is_redirect", [False, True])
async def test_a_name_of_an_inner_address_is_refused(
    site: WebSite, names: NameServer, fetcher: Fetcher, address: str, is_redirect: bool
) -> None:
    names.gives("dalam.example", (address,))
    names.gives("kabar.example", (OUTER,))
    site.gives("/a", status=307, headers={"Location": f"http://dalam.example:{site.port}/"})
    start = "kabar.example" if is_redirect else "dalam.example"
    error = await error_of(fetcher.fetch(f"http://{start}:{site.port}/a"))
    assert (error.key, error.retryable) == ("fetch_address", False)
    assert len(site.requests) == is_redirect


@pytest.mark.parametrize("host", ["localhost", "kabar.localhost", "LOCALHOST."])
async def test_this_machine_is_refused_by_name(site: WebSite, fetcher: Fetcher, host: str) -> None:
    await error_of(fetcher.fetch(f"http://{host}:{site.port}/"))
    assert site.requests == []


async def test_of_several_addresses_only_the_public_ones_are_connected_to(
    site: WebSite, names: NameServer, fetcher: Fetcher
) -> None:
    names.gives("kabar.example", (INNER, OUTER, "10.0.0.1"))
    for _ in range(3):
        await fetcher.fetch(f"http://kabar.example:{site.port}/")
    assert set(sockets(site)) == {OUTER}


async def test_a_name_that_changes_its_address_after_the_check_gains_nothing(
    site: WebSite, names: NameServer, fetcher: Fetcher
) -> None:
    """Public when first asked for, inner from then on: whoever resolves once to check and once to connect is lost."""
    names.gives("kabar.example", (OUTER,), (INNER,))
    assert (await fetcher.fetch(f"http://kabar.example:{site.port}/")).body == b"isi"
    assert names.asked == ["kabar.example"]
    assert sockets(site) == [OUTER]


async def test_a_name_that_changes_its_address_later_is_checked_again(
    site: WebSite, names: NameServer, fetcher: Fetcher
) -> None:
    async def once(_: web.Request) -> web.Response:
        connector = fetcher._session.connector
        assert isinstance(connector, aiohttp.TCPConnector)
        connector.clear_dns_cache()  # what ten seconds do
        response = web.Response(status=302, headers={"Location": f"http://kabar.example:{site.port}/rahasia"})
        response.force_close()
        return response

    names.gives("kabar.example", (OUTER,), (INNER,))
    site.handles("/a", once)
    error = await error_of(fetcher.fetch(f"http://kabar.example:{site.port}/a"))
    assert error.key == "fetch_address"
    assert names.asked == ["kabar.example", "kabar.example"]
    assert [request.path for request in site.requests] == ["/a"]


async def test_ports_of_the_web_are_the_only_ones_unless_allowed(
    names: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert frozenset({80, 443}) == addresses.WEB_PORTS
    names.gives("kabar.example", (OUTER,))
    async with web_site("0.0.0.0") as site:
        url = site.gives("/a", body=b"isi").replace(INNER, "kabar.example")

        async def fetch(allow: set[str]) -> Fetched:
            async with open_session(frozenset(allow), resolver=names.resolver()) as session:
                return await Fetcher(session, allow=frozenset(allow)).fetch(url)

        error = await error_of(fetch(set()))
        assert (error.key, error.values["port"], error.retryable) == ("fetch_port", str(site.port), False)
        assert names.asked == []
        assert (await fetch({f"kabar.example:{site.port}"})).body == b"isi"
        assert (await error_of(fetch({"kabar.example:8080"}))).key == "fetch_port"


async def test_no_redirect_to_another_port_is_followed(site: WebSite, names: NameServer, fetcher: Fetcher) -> None:
    names.gives("kabar.example", (OUTER,))
    async with web_site("0.0.0.0") as database:
        site.gives("/a", status=301, headers={"Location": f"http://kabar.example:{database.port}/"})
        error = await error_of(fetcher.fetch(f"http://kabar.example:{site.port}/a"))
        assert (error.key, database.requests) == ("fetch_port", [])


async def test_the_connector_alone_refuses_another_port(names: NameServer) -> None:
    """What the address says is checked twice; the check that counts is the one at the socket, before any packet."""
    names.gives("kabar.example", ("1.1.1.1",))
    async with open_session(resolver=names.resolver()) as session:
        fetcher = Fetcher(session, allow=frozenset({"kabar.example:8080"}), limits=FetchLimits(total_seconds=5))
        error = await error_of(fetcher.fetch("http://kabar.example:8080/"))
    assert (error.key, error.retryable) == ("fetch_address", False)


async def test_the_connector_alone_refuses_an_inner_address(site: WebSite) -> None:
    async with open_session() as session:
        error = await error_of(Fetcher(session, allow=frozenset({site.address})).fetch(site.base + "/"))
    assert error.key == "fetch_address"
    assert site.requests == []


async def test_a_numeric_inner_address_is_refused_whatever_the_session_allows(site: WebSite) -> None:
    async with aiohttp.ClientSession() as unguarded:
        error = await error_of(Fetcher(unguarded).fetch(site.base + "/"))
    assert error.key == "fetch_address"
    assert site.requests == []


async def test_an_allowed_name_may_resolve_to_an_inner_address(site: WebSite, names: NameServer) -> None:
    names.gives("umpan.lan", (INNER,))
    allow = frozenset({f"umpan.lan:{site.port}"})
    async with open_session(allow, resolver=names.resolver()) as session:
        fetcher = Fetcher(session, allow=allow)
        assert (await fetcher.fetch(f"http://umpan.lan:{site.port}/")).body == b"isi"
        names.gives("kabar.example", ("10.0.0.1",))
        assert (await error_of(fetcher.fetch(f"http://kabar.example:{site.port}/"))).key == "fetch_address"


async def test_a_proxy_of_the_environment_is_not_used(
    site: WebSite, names: NameServer, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would connect for us, where our checks do not reach."""
    names.gives("kabar.example", (OUTER,))
    async with web_site() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.base)
        await fetcher.fetch(f"http://kabar.example:{site.port}/")
        assert proxy.requests == []


@pytest.mark.parametrize("url", ["", "kabar.example", "ftp://kabar.example/", "file:///etc/passwd", "http://[::1/"])
async def test_what_is_no_web_address_is_not_fetched(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(InputError) as caught:
        await fetcher.fetch(url)
    assert caught.value.key == "url_bad"


async def test_many_names_at_once_are_all_checked(site: WebSite, names: NameServer, fetcher: Fetcher) -> None:
    for number in range(40):
        names.gives(f"{number}.example", (INNER if number % 2 else OUTER,))
    results = await asyncio.gather(
        *(fetcher.fetch(f"http://{number}.example:{site.port}/") for number in range(40)), return_exceptions=True
    )
    assert [isinstance(result, FetchError) for result in results] == [bool(n % 2) for n in range(40)]
    assert set(sockets(site)) == {OUTER}
