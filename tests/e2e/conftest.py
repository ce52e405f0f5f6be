from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e.world import World, world_in


@pytest.fixture(autouse=True)
def quick_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ticks follow each other faster than in life, so that no test waits a second for the next one."""
    monkeypatch.setattr("bot.jobs.TICK", timedelta(seconds=0.05))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_in(tmp_path) as running:
        yield running
