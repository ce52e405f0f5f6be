"""The outbox keeps its promises under any order of events, on each kind of database."""

from __future__ import annotations

import pytest

from tests.faults.databases import KINDS
from tests.faults.outbox_machine import play


@pytest.mark.parametrize("kind", KINDS)
def test_the_outbox_keeps_its_promises_in_any_order_of_events(kind: str) -> None:
    play(kind, examples=10, steps=30)
