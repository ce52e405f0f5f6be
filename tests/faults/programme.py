"""Which stages run, on which kind of database, and how large they are: a minute in CI, many by hand."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.services.delivery import IN_FLIGHT_PAID
from tests.faults import stages
from tests.faults.audit import Figure
from tests.faults.databases import KINDS, Target, open_restartable, open_target
from tests.faults.year import year

PAID: Final = 1000
"""Messages a second where the limit is not what is tried."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stage with its size."""

    name: str
    run: Callable[..., Coroutine[Any, Any, list[Figure]]]
    size: dict[str, Any]
    kinds: tuple[str, ...] = KINDS
    open: Callable[[str, Path], AbstractAsyncContextManager[Target]] = open_target

    async def figures(self, kind: str, seed: int) -> list[Figure]:
        """What came of it on a new database of this kind."""
        with tempfile.TemporaryDirectory(prefix="sari-faults-") as name:
            folder = Path(name)
            async with self.open(kind, folder) as target:
                return await self.run(folder, target, seed=seed, **self.size)


def short() -> list[Part]:
    """For CI."""
    return [
        Part("storm", stages.storm, {"readers": 120, "kills": 6, "rate": PAID}),
        Part("limits", stages.limits, {"readers": 70, "kills": 1, "slack": 0.1}),
        Part("stops", stages.stops, {"readers": 60, "times": 2, "rate": PAID}),
        Part("race", stages.race, {"readers": 50, "jumps": 6, "rate": PAID}),
        Part("locked", stages.locked, {"readers": 40, "times": 2, "rate": PAID}),
        Part("full", stages.full, {"readers": 40, "times": 2, "rate": PAID}, ("sqlite",)),
        Part("cut_off", stages.cut_off, {"readers": 60, "times": 3, "rate": PAID}, ("postgresql",)),
        Part("restarts", stages.restarts, {"readers": 60, "times": 2, "rate": PAID}, ("postgresql",), open_restartable),
        Part("year", year, {"days": 14, "readers": 4}),
    ]


def long(*, readers: int, kills: int) -> list[Part]:
    """By hand."""
    return [
        Part("storm", stages.storm, {"readers": readers, "kills": kills, "rate": PAID, "in_flight": IN_FLIGHT_PAID}),
        Part("calm sender", stages.storm, {"readers": readers // 10, "kills": kills // 2, "rate": PAID}),
        Part("limits", stages.limits, {"readers": 600, "kills": 5, "slack": 0.0}),
        Part(
            "paid limits",
            stages.limits,
            {"readers": 3000, "kills": 5, "slack": 0.0, "rate": 200, "in_flight": IN_FLIGHT_PAID},
        ),
        Part("stops", stages.stops, {"readers": 500, "times": 10, "rate": PAID}),
        Part("race", stages.race, {"readers": 500, "jumps": 40, "rate": PAID}),
        Part("locked", stages.locked, {"readers": 500, "times": 8, "rate": PAID}),
        Part("full", stages.full, {"readers": 500, "times": 8, "rate": PAID}, ("sqlite",)),
        Part("cut_off", stages.cut_off, {"readers": 500, "times": 20, "rate": PAID}, ("postgresql",)),
        Part(
            "restarts", stages.restarts, {"readers": 500, "times": 20, "rate": PAID}, ("postgresql",), open_restartable
        ),
        Part("year", year, {"days": 365, "readers": 6}),
    ]
