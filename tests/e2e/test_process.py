"""`sari run` as a supervisor sees it: a process with settings in its environment, an exit code, and health pages."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.news import SampleFeed, feed_urls
from tests.e2e.terminal import write
from tests.e2e.world import AYU, RATNA, SOON
from tests.processes import PATIENCE, RunningSari, run_sari, running_sari

WRONG_TOKEN = "900000001:A-WRONG-TOKEN-OF-THIS-TEST-ONLY-0000"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    telegram = Sandbox()
    telegram.populate_demo()
    async with telegram:
        yield telegram


def settings_in(folder: Path, sandbox: Sandbox, **others: str) -> dict[str, str]:
    """What an operator sets for a bot whose files are in a folder; its feed is served by nobody."""
    folder.mkdir(exist_ok=True)
    feeds = write(
        folder / "feeds.opml", '<opml version="2.0"><body><outline xmlUrl="http://127.0.0.1:9/a"/></body></opml>'
    )
    return {
        "SARI_TELEGRAM_TOKEN": sandbox.token,
        "SARI_TELEGRAM_API_URL": sandbox.api_url,
        "SARI_ADMINS": str(RATNA),
        "SARI_FEEDS": str(feeds),
        "SARI_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'sari.db'}",
        "SARI_HTTP": "off",
        **others,
    }


def assert_no_secret(text: str, token: str) -> None:
    assert token not in text
    assert token.partition(":")[2] not in text


async def test_a_signal_ends_it_in_order_and_leaves_nothing_behind(
    tmp_path: Path, sandbox: Sandbox, sites: str
) -> None:
    feeds: tuple[SampleFeed, ...] = feed_urls(sites)
    opml = write(tmp_path / "sites.opml", f'<opml version="2.0"><body><outline xmlUrl="{feeds[0].url}"/></body></opml>')
    allowed = {"SARI_FEEDS": str(opml), "SARI_FETCH_ALLOW": sites.removeprefix("http://")}
    async with running_sari("run", log=tmp_path / "log", settings=settings_in(tmp_path, sandbox, **allowed)) as bot:
        sent = await sandbox.send(AYU, "/start")
        await sandbox.wait_message(AYU, after=sent, contains="Selamat datang", timeout=PATIENCE)
        await bot.wait_until(f"feed {feeds[0].url}: ")  # so that the parser is at work
        children = psutil.Process(bot.process.pid).children(recursive=True)
        assert len(children) == 1
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.wait_end() == 0, bot.said()
    _, alive = psutil.wait_procs(children, timeout=SOON)
    assert not alive
    assert_no_secret(bot.said(), sandbox.token)
    assert "Traceback" not in bot.said()


async def test_health_is_served_while_it_works(tmp_path: Path, sandbox: Sandbox) -> None:
    port = free_port()
    settings = settings_in(tmp_path, sandbox, SARI_HTTP=f"127.0.0.1:{port}")
    async with aiohttp.ClientSession() as session, running_sari("run", log=tmp_path / "log", settings=settings) as bot:
        await bot.wait_until("is at work")
        await sandbox.send(AYU, "/start")  # the long poll comes back at once
        async with session.get(f"http://127.0.0.1:{port}/healthz") as response:
            assert (response.status, await response.json()) == (200, {"status": "ok"})
        health = await readiness_after_a_poll(session, port)
    assert health["failing"] == ["fetch"]  # nobody serves the feed
    assert health["status"] == "failing"


async def readiness_after_a_poll(session: aiohttp.ClientSession, port: int) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while True:
            async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
                health: dict[str, Any] = await response.json()
                assert response.status == 503
            if health["poll_age_seconds"] is not None:
                return health
            await asyncio.sleep(0.05)


async def test_a_start_that_cannot_be_ends_with_one_sentence(tmp_path: Path, sandbox: Sandbox) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        no_token, wrong_token, port_taken = await asyncio.gather(
            run_sari("run", settings=settings_in(tmp_path / "a", sandbox, SARI_TELEGRAM_TOKEN="")),
            run_sari("run", settings=settings_in(tmp_path / "b", sandbox, SARI_TELEGRAM_TOKEN=WRONG_TOKEN)),
            run_sari("run", settings=settings_in(tmp_path / "c", sandbox, SARI_HTTP=f"127.0.0.1:{port}")),
        )
    assert [each.code for each in (no_token, wrong_token, port_taken)] == [1, 1, 1]
    assert no_token.err == "Setelan SARI_TELEGRAM_TOKEN belum diisi.\n"
    assert wrong_token.err.splitlines()[-1].startswith("Telegram menolak token bot.")
    assert port_taken.err.splitlines()[-1].startswith(f"Alamat 127.0.0.1:{port} sudah dipakai.")
    for each in (no_token, wrong_token, port_taken):
        assert each.out == ""
        assert "Traceback" not in each.err
        assert_no_secret(each.err, sandbox.token)
        assert_no_secret(each.err, WRONG_TOKEN)


async def test_two_processes_with_one_token_end_with_a_clear_sentence(tmp_path: Path, sandbox: Sandbox) -> None:
    first_settings, second_settings = (settings_in(tmp_path / name, sandbox) for name in "ab")
    async with running_sari("run", log=tmp_path / "first", settings=first_settings) as first:
        sent = await sandbox.send(AYU, "/bantuan")
        await sandbox.wait_message(AYU, after=sent, timeout=PATIENCE)
        async with running_sari("run", log=tmp_path / "second", settings=second_settings):
            assert await first.wait_end() == 1
    assert "Proses lain sedang memakai token ini" in last_line(first)
    assert_no_secret(first.said(), sandbox.token)


async def test_ctrl_c_breaks_a_command_off_without_a_traceback(tmp_path: Path) -> None:
    asked, closing = asyncio.Event(), asyncio.Event()

    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()  # the request has come, so the connection stands on the other side too
        asked.set()
        await closing.wait()
        writer.close()

    async with await asyncio.start_server(never_answer, "127.0.0.1", 0) as server:
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        settings = {"SARI_FETCH_ALLOW": address}
        async with running_sari("summarize", f"http://{address}/", log=tmp_path / "log", settings=settings) as sari:
            await asyncio.wait_for(asked.wait(), PATIENCE)
            sari.process.send_signal(signal.SIGINT)
            assert await sari.wait_end() == 130
        closing.set()
    assert sari.said() == ""


async def test_the_port_of_the_demo_may_be_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = await run_sari("demo", "--port", str(port))
    assert (found.code, found.out) == (1, "")
    assert found.err == f"Porta {port} sudah dipakai. Pilih yang lain dengan --port.\n"


def last_line(sari: RunningSari) -> str:
    return sari.said().splitlines()[-1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
