from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from bot.sandbox.news import build_sites
from bot.storage import open_storage
from tests.e2e.feeds import Newsroom, newsroom_in
from tests.e2e.terminal import Terminal, clear_settings, process_state_kept
from tests.e2e.world import World, world_in


@pytest.fixture(autouse=True)
def quick_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ticks follow each other faster than in life, so that no test waits a second for the next one."""
    monkeypatch.setattr("bot.jobs.TICK", timedelta(seconds=0.05))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_in(tmp_path) as running:
        yield running


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with newsroom_in(tmp_path) as open_room:
        yield open_room


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """A shell with nothing set but a database of its own; a locked one is waited for only shortly."""
    clear_settings(monkeypatch)
    monkeypatch.setenv("SARI_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'sari.db'}")
    monkeypatch.setattr("bot.storage.open_storage", partial(open_storage, busy_timeout=0.05))
    with process_state_kept():
        yield monkeypatch


@pytest.fixture
def sari(settings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """The command line in that shell."""
    return Terminal(capsys)


@pytest.fixture
async def sites(settings: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The demo's outlets on this machine, allowed to be fetched from; their address."""
    start = datetime.now(UTC) - timedelta(days=3)
    runner = web.AppRunner(build_sites(lambda: datetime.now(UTC), start), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"127.0.0.1:{runner.addresses[0][1]}"
    settings.setenv("SARI_FETCH_ALLOW", address)
    yield f"http://{address}"
    await runner.cleanup()
