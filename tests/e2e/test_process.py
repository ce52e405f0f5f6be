"""`sari run` as a supervisor sees it: a process with settings in its environment, an exit code, and health pages."""

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import psutil
import pytest

from bot.sandbox import Sandbox
from tests.e2e.world import AYU, RATNA, SOON

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds for a process to start or end on a busy machine."""
FEEDS = '<opml version="2.0"><body><outline text="Kabar" xmlUrl="http://127.0.0.1:9/rss.xml"/></body></opml>'


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    telegram = Sandbox()
    telegram.populate_demo()
    async with telegram:
        yield telegram


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def sari(folder: Path, sandbox: Sandbox, command: str = "run", **settings: str) -> AsyncIterator[Process]:
    """A process of Sari with nothing but these settings in its environment; killed when the block ends."""
    (folder / "feeds.opml").write_text(FEEDS)
    environment = {
        "PATH": "/usr/bin:/bin",
        "SARI_TELEGRAM_TOKEN": sandbox.token,
        "SARI_TELEGRAM_API_URL": sandbox.api_url,
        "SARI_ADMINS": str(RATNA),
        "SARI_FEEDS": str(folder / "feeds.opml"),
        "SARI_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'sari.db'}",
        "SARI_HTTP": "off",
        **settings,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", command, cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def ended(process: Process) -> tuple[int | None, str]:
    """Exit code and all that a process has said, once it is over."""
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    return process.returncode, (out + err).decode()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await condition():
            await asyncio.sleep(0.05)


async def test_a_signal_ends_it_in_order_and_leaves_nothing_behind(tmp_path: Path, sandbox: Sandbox) -> None:
    async with sari(tmp_path, sandbox) as process:
        sent = await sandbox.send(AYU, "/start")
        await sandbox.wait_message(AYU, after=sent, contains="Selamat datang", timeout=PATIENCE)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        code, log = await ended(process)
        assert code == 0, log
        _, alive = psutil.wait_procs(children, timeout=SOON)
        assert not alive
        assert sandbox.token not in log
        assert sandbox.token.split(":")[1] not in log


async def test_health_is_served_while_it_works(tmp_path: Path, sandbox: Sandbox) -> None:
    port = free_port()

    async def is_ready() -> bool:
        try:
            async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
                body = await response.json()
                return body["poll_age_seconds"] is not None and body["failing"] == ["fetch"]  # nobody serves the feed
        except aiohttp.ClientConnectionError:
            return False

    async with aiohttp.ClientSession() as session, sari(tmp_path, sandbox, SARI_HTTP=f"127.0.0.1:{port}"):
        await until(is_ready)
        async with session.get(f"http://127.0.0.1:{port}/healthz") as response:
            assert response.status == 200


async def test_a_wrong_token_is_said_to_be_wrong_and_never_shown(tmp_path: Path, sandbox: Sandbox) -> None:
    wrong = "900000001:" + "W" * 35
    for command in ("run", "check"):
        async with sari(tmp_path, sandbox, command, SARI_TELEGRAM_TOKEN=wrong) as process:
            code, log = await ended(process)
            assert code == 1
            assert "Telegram menolak token bot" in log
            assert "Traceback" not in log
            assert "W" * 35 not in log


async def test_check_is_content_with_good_settings(tmp_path: Path, sandbox: Sandbox) -> None:
    async with sari(tmp_path, sandbox, "check") as process:
        code, log = await ended(process)
        assert code == 0, log
        assert "@sari_demo_bot" in log
        assert sandbox.token not in log


async def test_two_processes_with_one_token_end_with_a_clear_sentence(tmp_path: Path, sandbox: Sandbox) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    async with sari(tmp_path / "a", sandbox) as first:
        sent = await sandbox.send(AYU, "/bantuan")
        await sandbox.wait_message(AYU, after=sent, timeout=PATIENCE)
        async with sari(tmp_path / "b", sandbox):
            code, log = await ended(first)
            assert code == 1
            assert "Proses lain sedang memakai token ini" in log
            assert sandbox.token not in log
