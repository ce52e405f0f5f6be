"""The proof of the delivery in a minute: every kind of trouble once, on each kind of database."""

from __future__ import annotations

import pytest

from tests.faults.audit import table
from tests.faults.databases import KINDS
from tests.faults.programme import Part, short

SEED = 5
CASES = [pytest.param(kind, part, id=f"{kind}-{part.name}") for kind in KINDS for part in short() if kind in part.kinds]


@pytest.mark.parametrize(("kind", "part"), CASES)
async def test_nothing_is_lost_and_nothing_comes_twice_without_a_cause(kind: str, part: Part) -> None:
    figures = await part.figures(kind, SEED)
    assert all(figure.holds for figure in figures), f"\n{table(figures)}"
